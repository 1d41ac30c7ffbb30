//! Resources of cloud accounts.

use super::text;
use bartizan_model::{AssetKind, AssetRef, Identifier, IdentifierKind};

/// A resource by its own id (ARN, Azure resource id, full resource name). `None` for empty text.
pub(crate) fn resource(id: &str, name: &str) -> Option<AssetRef> {
    let mut id = text::name(id);
    // The ids of Azure do not heed case, and every tool writes them in another one.
    if id.get(..15).is_some_and(|start| start.eq_ignore_ascii_case("/subscriptions/")) {
        id.make_ascii_lowercase();
    }
    let short = id.rsplit(['/', ':']).find(|part| !part.is_empty()).unwrap_or(&id);
    let name = if name.trim().is_empty() { short.to_owned() } else { text::name(name) };
    AssetRef::new(kind(&id), &name, Identifier::new(IdentifierKind::CloudId, &id))
}

/// An account, subscription or project.
pub(crate) fn account(provider: &str, id: &str) -> Option<AssetRef> {
    let id = text::name(id);
    let full = match provider {
        _ if id.is_empty() => return None,
        "aws" if id.bytes().all(|b| b.is_ascii_digit()) => format!("arn:aws:iam::{id}:root"),
        "azure" if !id.starts_with('/') => format!("/subscriptions/{id}"),
        "gcp" if !id.contains('/') => format!("//cloudresourcemanager.googleapis.com/projects/{id}"),
        _ => id.clone(),
    };
    AssetRef::new(AssetKind::CloudResource, &id, Identifier::new(IdentifierKind::CloudId, &full))
}

/// The tags by which people look for a resource; empty values are left out.
pub(crate) fn tags(account: &str, region: &str) -> Vec<String> {
    text::tags([("account", account), ("region", region)])
}

/// A resource of AWS by what a finding names: an ARN, the word for a whole account, or the id of an instance.
pub(crate) fn aws(id: &str, name: &str, account_id: &str, region: &str) -> Option<AssetRef> {
    if let Some(id) = id.strip_prefix("AWS::::Account:") {
        return account("aws", id);
    }
    if id.starts_with("i-") && !account_id.is_empty() {
        return resource(&format!("arn:aws:ec2:{region}:{account_id}:instance/{id}"), name);
    }
    if id.len() == 12 && id.bytes().all(|b| b.is_ascii_digit()) {
        account("aws", id)
    } else {
        resource(id, name)
    }
}

/// An image in Amazon's registry, from the ARN of the image; `None` for any other.
pub(crate) fn ecr_image(arn: &str, tag: &str) -> Option<AssetRef> {
    let mut parts = arn.splitn(6, ':').skip(2);
    let (service, region, account, path) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let path = path.strip_prefix("repository/").filter(|_| service == "ecr")?;
    let (repository, digest) =
        path.rsplit_once("/sha256:").map_or((path, ""), |(name, digest)| (name, digest));
    let name = format!("{account}.dkr.ecr.{region}.amazonaws.com/{repository}");
    super::assets::image(&match (tag, digest) {
        ("", "") => name,
        ("", digest) => format!("{name}@sha256:{digest}"),
        (tag, _) => format!("{name}:{tag}"),
    })
}

/// An address or name of a machine in a cloud: a private address is of its network there (`vpc-0abc`), where the report tells that.
pub(crate) fn known_as(text: &str, network: &str) -> Option<Identifier> {
    let known = Identifier::host(&text::name(text))?;
    Some(match network.parse() {
        Ok(network) => known.within(&network),
        Err(_) => known,
    })
}

/// The account of an ARN or of an Azure resource id.
pub(crate) fn account_of(id: &str) -> &str {
    if id.starts_with("arn:") {
        return id.split(':').nth(4).unwrap_or_default();
    }
    let mut parts = id.split('/').skip_while(|part| !part.eq_ignore_ascii_case("subscriptions"));
    parts.nth(1).unwrap_or_default()
}

/// The region of an ARN.
pub(crate) fn region_of(id: &str) -> &str {
    if id.starts_with("arn:") { id.split(':').nth(3).unwrap_or_default() } else { "" }
}

/// What a resource is, by its id.
fn kind(id: &str) -> AssetKind {
    let mut arn = id.split(':').skip(2);
    if id.starts_with("arn:") {
        let service = arn.next().unwrap_or_default();
        let rest = arn.nth(2).unwrap_or_default();
        return match service {
            "ec2" if rest.starts_with("instance/") => AssetKind::Host,
            "s3" | "dynamodb" | "rds" | "redshift" | "elasticfilesystem" | "es" | "fsx" => {
                AssetKind::DataStore
            }
            "iam" if ["user/", "role/", "group/"].iter().any(|kind| rest.starts_with(kind)) => {
                AssetKind::Identity
            }
            _ => AssetKind::CloudResource,
        };
    }
    let id = id.to_ascii_lowercase();
    if id.contains("/virtualmachines/")
        || id.contains("compute.googleapis.com/") && id.contains("/instances/")
    {
        return AssetKind::Host;
    }
    let stores = ["/storageaccounts/", "/microsoft.sql/", "/databaseaccounts/", "//storage.googleapis.com/"];
    if stores.iter().any(|part| id.contains(part)) { AssetKind::DataStore } else { AssetKind::CloudResource }
}

/// Whether a resource is an account, or is not named: each region has settings of its own there, so what is well in one says nothing
/// of the others. Those of a few services are the same in all regions.
pub(crate) fn is_of_one_region(resource: &str, service: &str) -> bool {
    let last = resource.rsplit(':').next().unwrap_or_default();
    let is_account = last.len() == 12 && last.bytes().all(|byte| byte.is_ascii_digit());
    let is_global = ["iam", "account", "organizations"].iter().any(|it| service.eq_ignore_ascii_case(it));
    (is_account || matches!(last, "" | "root")) && !is_global
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_id_names() {
        let of = |id| resource(id, "").map(|asset| (asset.kind, asset.name));
        assert_eq!(of("arn:aws:s3:::backups"), Some((AssetKind::DataStore, "backups".into())));
        assert_eq!(of("arn:aws:iam::123456789012:user/ops"), Some((AssetKind::Identity, "ops".into())));
        assert_eq!(
            of("arn:aws:ec2:eu-west-1:123456789012:instance/i-1"),
            Some((AssetKind::Host, "i-1".into()))
        );
        assert_eq!(of(" "), None);
        let azure = "/subscriptions/s-1/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/logs";
        assert_eq!((account_of(azure), of(azure).map(|it| it.0)), ("s-1", Some(AssetKind::DataStore)));
        let image = ecr_image("arn:aws:ecr:eu-west-1:123456789012:repository/team/shop/sha256:01", "1.4");
        assert_eq!(
            image.map(|it| it.name).as_deref(),
            Some("123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/shop:1.4")
        );
        assert_eq!(
            aws("AWS::::Account:1", "", "", "").map(|it| it.identifiers[0].value.clone()),
            Some("arn:aws:iam::1:root".into())
        );
        assert_eq!(account_of("arn:aws:ec2:eu-west-1:123456789012:instance/i-1"), "123456789012");
        assert_eq!(tags("1", " "), ["account:1"]);
    }
}
