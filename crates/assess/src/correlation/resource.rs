//! Resources that anchors name: tools write one address of a resource in several ways.

/// A resource of a description of infrastructure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Resource {
    kind: String,
    name: String,
    /// The namespace of an object of Kubernetes; empty where not told, and for the default one.
    namespace: String,
}

impl Resource {
    /// The resource that an anchor names: `aws_s3_bucket.logs`, `aws_s3_bucket[{{logs}}].acl`, `module.a.aws_s3_bucket.logs[0]`
    /// of Terraform; `prod/web/Deployment/shop`, `web/Deployment/shop 3d32` (what comes after a space is a part of it) and
    /// `Deployment.web.shop` of Kubernetes. `None` where it names none.
    pub(super) fn of(anchor: &str) -> Option<Self> {
        terraform(anchor).or_else(|| kubernetes(anchor))
    }

    /// Whether both name one resource of a file: a namespace that only one of them tells is no contradiction.
    pub(super) fn is(&self, other: &Self) -> bool {
        let at_odds =
            !self.namespace.is_empty() && !other.namespace.is_empty() && self.namespace != other.namespace;
        self.kind == other.kind && self.name == other.name && !at_odds
    }
}

fn terraform(anchor: &str) -> Option<Resource> {
    let plain = anchor.replace("{{", "").replace("}}", "");
    // The file tells the block; by which module it was called does not matter.
    let mut rest = plain.as_str();
    while let Some(inner) = rest.strip_prefix("module.") {
        rest = inner.split_once('.')?.1;
    }
    let end = rest.find(['.', '['])?;
    let (kind, rest) = rest.split_at(end);
    let is_kind = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if !kind.contains('_') || kind.starts_with('_') || !kind.chars().all(is_kind) {
        return None;
    }
    let name = rest.get(1..)?.split(['.', '[', ']', ' ']).next()?;
    (!name.is_empty()).then(|| Resource {
        kind: kind.to_owned(),
        name: name.to_owned(),
        namespace: String::new(),
    })
}

fn kubernetes(anchor: &str) -> Option<Resource> {
    let address = anchor.split(' ').next()?;
    let parts: Vec<&str> = if address.contains('/') {
        address.rsplitn(4, '/').take(3).collect::<Vec<_>>().into_iter().rev().collect()
    } else {
        let mut parts = address.splitn(3, '.');
        let (kind, namespace, name) = (parts.next()?, parts.next()?, parts.next()?);
        vec![namespace, kind, name]
    };
    let (namespace, kind, name) = match parts[..] {
        [namespace, kind, name] => (namespace, kind, name),
        [kind, name] => ("", kind, name),
        _ => return None,
    };
    let is_kind =
        kind.starts_with(|c: char| c.is_ascii_uppercase()) && kind.chars().all(|c| c.is_ascii_alphanumeric());
    let is_name = name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    (is_kind && is_name).then(|| Resource {
        kind: kind.to_lowercase(),
        name: name.to_owned(),
        namespace: if namespace == "default" { String::new() } else { namespace.to_owned() },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_resource_in_several_words() {
        for (one, other, same) in [
            ("aws_s3_bucket.logs", "aws_s3_bucket[logs]", true),
            ("aws_s3_bucket.logs", "aws_s3_bucket[{{logs}}].versioning.enabled", true),
            ("aws_s3_bucket.logs", "module.store.aws_s3_bucket.logs[0]", true),
            ("aws_s3_bucket.logs", "aws_s3_bucket.data", false),
            ("aws_s3_bucket.logs", "aws_s3_bucket_acl.logs", false),
            ("web/Deployment/shop", "prod/web/Deployment/shop", true),
            ("web/Deployment/shop 3d320213", "Deployment.web.shop", true),
            ("Deployment/shop", "Deployment.default.shop", true),
            ("Deployment/shop", "Deployment.web.shop", true),
            ("web/Deployment/shop", "stage/Deployment/shop", false),
            ("web/Deployment/shop", "web/StatefulSet/shop", false),
        ] {
            let (a, b) = (Resource::of(one), Resource::of(other));
            let (a, b) = (a.expect("a resource"), b.expect("a resource"));
            assert_eq!((a.is(&b), b.is(&a)), (same, same), "{one} {other}");
        }
        for none in
            ["", "9f86d081884c7d65", "module.a", "db.py", "a/b/c", "Shop::pay", "_x.y", "x_y.", "Deployment/"]
        {
            assert_eq!(Resource::of(none), None, "{none}");
        }
    }
}
