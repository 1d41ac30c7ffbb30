//! Who of AWS gets into an EKS cluster, and as whom: `aws eks describe-access-entry`, `aws eks list-associated-access-policies`, and
//! `aws eks describe-cluster` for the `authentication-mode`, which decides whether the config map `aws-auth` counts too.
//!
//! The answers for each principal, one after another or as a JSON array. A principal `can_assume` a user of the cluster, that is
//! `member_of` the groups of its entry; an access policy is told as what it comes to, a role of the cluster that is bound to that
//! user, so that it is evaluated as every other right there is. Cloud ids are those of `kubectl get` (`kubernetes_rbac`).
//!
//! **Coverage**: none; an answer is about one principal, and a second command tells the rest of it.

use crate::common::out::{Out, Stop};
use crate::common::tree::{Tree, Value};
use crate::common::{answers, cloud, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::observation::{AssetSeen, RelationSeen};
use bartizan_model::{AssetKind, AssetRef, Identifier, IdentifierKind, Observation};
use serde_json::json;
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "aws_eks",
    name: "AWS EKS access entries",
    summary: "JSON of describe-access-entry, list-associated-access-policies and describe-cluster: which principals of AWS do what in a cluster",
    extensions: &["json"],
    docs: "https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html",
    tool: "aws-eks",
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let is_cluster = keys.holds("cluster", "\"accessConfig\"");
    Sniff::when(is_cluster || keys.has_any(&["accessEntry", "associatedAccessPolicies"]))
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    answers::read(&FORMAT, input, options, sink, NEITHER, |value, at, out| {
        let answer = value.read::<Value<'_>>()?;
        let told = if answer.at("accessEntry").is_object() {
            entry(answer.at("accessEntry"), at, out)
        } else if answer.at("associatedAccessPolicies").is_array() {
            policies(&answer, at, out)
        } else if answer.at("cluster").is_object() {
            cluster(answer.at("cluster"), at, out)
        } else {
            return Err(NEITHER.into());
        };
        // It is one, also where it cannot be used.
        Ok(out.settle(at, told)?)
    })
}

const NEITHER: &str = "it has neither `accessEntry` nor `associatedAccessPolicies` nor `cluster`";

/// A principal that gets into a cluster.
struct Entry<'a> {
    cluster: String,
    principal: AssetRef,
    /// The user of the cluster that it is.
    user: AssetRef,
    at: &'a Place,
}

impl<'a> Entry<'a> {
    /// Tells who becomes which user of the cluster.
    fn told(answer: &Value<'_>, at: &'a Place, out: &mut Out<'_>) -> Result<Self, Stop> {
        let entry = Self::of(answer, at)?;
        entry.tell(AssetSeen::new(entry.user.clone()), out)?;
        entry.relate(&entry.principal, "can_assume", &entry.user, out)?;
        Ok(entry)
    }

    fn of(answer: &Value<'_>, at: &'a Place) -> Result<Self, &'static str> {
        let cluster = text::name(&answer.text("clusterName"));
        let arn = text::name(&answer.text("principalArn"));
        if cluster.is_empty() || !arn.starts_with("arn:") {
            return Err("it has no `clusterName` or no ARN as `principalArn`");
        }
        let user = object(&cluster, AssetKind::Identity, "user", &arn);
        let (principal, user) = cloud::resource(&arn, "").zip(user).ok_or("its `principalArn` is no ARN")?;
        Ok(Self { cluster, principal, user, at })
    }

    fn object(&self, kind: AssetKind, word: &str, name: &str) -> Option<AssetRef> {
        object(&self.cluster, kind, word, name)
    }

    fn relate(
        &self,
        from: &AssetRef,
        verb: &str,
        to: &AssetRef,
        out: &mut Out<'_>,
    ) -> Result<(), ParseError> {
        out.observe(self.at, Observation::Relation(RelationSeen::new(from.clone(), verb, to.clone())), None)
    }

    /// An object, and the cluster that it is in.
    fn tell(&self, seen: AssetSeen, out: &mut Out<'_>) -> Result<(), ParseError> {
        let asset = seen.asset.clone();
        out.observe(self.at, Observation::Asset(seen), None)?;
        match named(&self.cluster) {
            Some(cluster) => self.relate(&cluster, "contains", &asset, out),
            None => Ok(()),
        }
    }
}

/// A cluster by its name, as `kubernetes_rbac` is told it.
fn named(cluster: &str) -> Option<AssetRef> {
    AssetRef::new(AssetKind::DirectoryObject, cluster, Identifier::new(IdentifierKind::Name, cluster))
}

fn object(cluster: &str, kind: AssetKind, word: &str, name: &str) -> Option<AssetRef> {
    let id = text::name(&format!("kubernetes:{cluster}:{word}/{name}"));
    AssetRef::new(kind, name, Identifier::new(IdentifierKind::CloudId, &id))
}

/// By what a cluster knows principals of AWS: `CONFIG_MAP`, `API` (access entries), `API_AND_CONFIG_MAP`.
/// <https://docs.aws.amazon.com/eks/latest/userguide/setting-up-access-entries.html>
fn cluster(told: &Value<'_>, at: &Place, out: &mut Out<'_>) -> Result<(), Stop> {
    let mode = text::name(&told.text("accessConfig/authenticationMode"));
    let cluster = named(&text::name(&told.text("name"))).ok_or("the cluster has no `name`")?;
    if mode.is_empty() {
        return Err("it has no `accessConfig/authenticationMode`: ask again with a newer AWS CLI".into());
    }
    let mut seen = AssetSeen::new(cluster);
    seen.attributes.insert("authentication-mode".to_owned(), mode);
    Ok(out.observe(at, Observation::Asset(seen), None)?)
}

fn entry(told: &Value<'_>, at: &Place, out: &mut Out<'_>) -> Result<(), Stop> {
    let entry = Entry::told(told, at, out)?;
    // A session's name, which its holder chooses, may stand in the name of a role's user.
    let name = text::name(&told.text("username"));
    let is_own = !name.is_empty() && !name.contains("{{") && name != entry.user.name;
    if let Some(user) = entry.object(AssetKind::Identity, "user", &name).filter(|_| is_own) {
        entry.tell(AssetSeen::new(user.clone()), out)?;
        entry.relate(&entry.principal, "can_assume", &user, out)?;
    }
    for group in told.texts("kubernetesGroups") {
        if let Some(group) = entry.object(AssetKind::Identity, "group", &text::name(&group)) {
            entry.tell(AssetSeen::new(group.clone()), out)?;
            entry.relate(&entry.user, "member_of", &group, out)?;
        }
    }
    Ok(())
}

fn policies(answer: &Value<'_>, at: &Place, out: &mut Out<'_>) -> Result<(), Stop> {
    let entry = Entry::told(answer, at, out)?;
    for associated in answer.items("associatedAccessPolicies") {
        let arn = associated.text("policyArn");
        let policy = text::name(arn.rsplit('/').next().unwrap_or_default());
        let Some(rules) = rules(&policy) else {
            out.gap(format!("the access policy {policy}"), "what it allows is not known here");
            continue;
        };
        let Some(role) = entry.object(AssetKind::DirectoryObject, "clusterrole", &format!("eks:{policy}"))
        else {
            continue;
        };
        let mut seen = AssetSeen::new(role.clone());
        seen.attributes.insert("rules".to_owned(), rules);
        entry.tell(seen, out)?;
        let name = format!("eks:{policy}:{}", entry.user.name);
        for id in bindings(associated, &name, out) {
            let Some((word, full)) = id.split_once('/') else { continue };
            let Some(binding) = entry.object(AssetKind::DirectoryObject, word, full) else { continue };
            entry.tell(AssetSeen::new(binding.clone()), out)?;
            entry.relate(&binding, "grants", &role, out)?;
            entry.relate(&binding, "binds", &entry.user, out)?;
        }
    }
    Ok(())
}

/// What binds a policy: once for the cluster, or in each namespace that it is for.
fn bindings(associated: &Value<'_>, name: &str, out: &mut Out<'_>) -> Vec<String> {
    if !associated.text("accessScope/type").eq_ignore_ascii_case("namespace") {
        return vec![format!("clusterrolebinding/{name}")];
    }
    let all = associated.texts("accessScope/namespaces");
    let (patterns, names): (Vec<_>, Vec<_>) = all.into_iter().partition(|space| space.contains('*'));
    for pattern in patterns {
        out.gap(
            format!("the namespaces {}", text::name(&pattern)),
            "a pattern tells no names, so it is not followed",
        );
    }
    names.into_iter().map(|space| format!("rolebinding/{}/{name}", text::name(&space))).collect()
}

/// The rules that an access policy comes to.
/// <https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html>
fn rules(policy: &str) -> Option<String> {
    const READ: &[&str] = &["get", "list", "watch"];
    const WRITE: &[&str] =
        &["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
    let apps = ["daemonsets", "deployments", "deployments/scale", "replicasets", "statefulsets"];
    let core = [
        "configmaps",
        "persistentvolumeclaims",
        "pods",
        "replicationcontrollers",
        "serviceaccounts",
        "services",
    ];
    let inside = ["pods/attach", "pods/exec", "pods/portforward", "pods/proxy", "secrets", "services/proxy"];
    let rule = |groups: &[&str], resources: &[&str], verbs: &[&str]| json!({"apiGroups": groups, "resources": resources, "verbs": verbs});
    let edit = || {
        vec![
            rule(&["apps"], &apps, WRITE),
            rule(&["batch"], &["cronjobs", "jobs"], WRITE),
            rule(&[""], &core, WRITE),
            rule(&[""], &inside, WRITE),
            rule(&[""], &["serviceaccounts"], &["impersonate"]),
        ]
    };
    let all = match policy {
        "AmazonEKSClusterAdminPolicy" => vec![rule(&["*"], &["*"], &["*"])],
        "AmazonEKSAdminPolicy" => {
            let rbac = rule(&["rbac.authorization.k8s.io"], &["rolebindings", "roles"], WRITE);
            edit().into_iter().chain([rbac]).collect()
        }
        "AmazonEKSEditPolicy" => edit(),
        "AmazonEKSAdminViewPolicy" => vec![rule(&["*"], &["*"], READ)],
        "AmazonEKSSecretReaderPolicy" => vec![rule(&[""], &["secrets"], READ)],
        "AmazonEKSViewPolicy" => vec![
            rule(&["apps"], &apps, READ),
            rule(&["batch"], &["cronjobs", "jobs"], READ),
            rule(&[""], &core, READ),
        ],
        _ => return None,
    };
    Some(serde_json::Value::Array(all).to_string())
}
