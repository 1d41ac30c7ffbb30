//! Objects as assets, attributes and relations.

use super::network::Network;
use super::pods;
use crate::common::out::Out;
use crate::common::text;
use crate::error::ParseError;
use crate::sink::Place;
use bartizan_model::observation::{AssetSeen, End, RelationSeen};
use bartizan_model::{AssetKind, AssetRef, Identifier, IdentifierKind, Observation};
use serde_json::Value;

/// The cluster that the objects are of.
pub(super) struct Cluster {
    asset: AssetRef,
}

/// An object on its way out.
pub(super) struct Telling {
    pub(super) seen: AssetSeen,
    pub(super) relations: Vec<RelationSeen>,
}

impl Telling {
    pub(super) fn attribute(&mut self, name: &str, value: impl Into<String>) {
        self.seen.attributes.insert(name.to_owned(), value.into());
    }

    pub(super) fn relate(&mut self, verb: &str, to: Option<AssetRef>) {
        let from = &self.seen.asset;
        self.relations.extend(to.map(|to| RelationSeen::new(from.clone(), verb, to)));
    }
}

impl Cluster {
    pub(super) fn new(asset: AssetRef) -> Self {
        Self { asset }
    }

    pub(super) fn asset(&self) -> &AssetRef {
        &self.asset
    }

    /// Tells all of an object. The asset it is; `None` without a name.
    pub(super) fn tell(
        &self,
        kind: &str,
        object: &Value,
        at: &Place,
        network: &mut Network,
        out: &mut Out<'_>,
    ) -> Result<Option<AssetRef>, ParseError> {
        let metadata = &object["metadata"];
        let (name, namespace) = (word(&metadata["name"]), word(&metadata["namespace"]));
        let asset = match kind {
            _ if name.is_empty() => None,
            "Node" => self.node(object, &name),
            _ => self.object(kind, &namespace, &name),
        };
        let Some(asset) = asset else { return Ok(None) };
        let mut telling = Telling { seen: AssetSeen::new(asset.clone()), relations: Vec::new() };
        let id = asset.identifiers.iter().find(|id| id.value.starts_with("kubernetes:"));
        telling.attribute("cloud-id", id.map(|id| id.value.clone()).unwrap_or_default());
        telling.attribute("kubernetes-kind", kind);
        telling.attribute("kubernetes-name", name);
        if !namespace.is_empty() {
            telling.attribute("namespace", namespace.clone());
        }
        match kind {
            "ClusterRole" if is_not_added_up(object) => out.gap(
                format!("the rules of {}", asset.name),
                "it is made of other roles, and the file does not add them up: export it from the cluster",
            ),
            "Role" | "ClusterRole" => telling.attribute("rules", ascii(&object["rules"])),
            "RoleBinding" | "ClusterRoleBinding" => self.binding(object, &namespace, &mut telling),
            "ServiceAccount" => account(object, &mut telling),
            "Secret" => self.secret(object, &namespace, &mut telling),
            "Namespace" => telling.attribute("pod-security", pod_security(metadata)),
            "Node" => node(object, &mut telling),
            "ConfigMap" | "Service" | "Ingress" | "NetworkPolicy" => {}
            _ => pods::tell(self, kind, object, &namespace, &mut telling),
        }
        network.keep(kind, object, at, &telling)?;
        let cluster = RelationSeen::new(self.asset.clone(), "contains", asset.clone());
        telling.relations.push(RelationSeen { told_by: End::To, ..cluster });
        out.observe(at, Observation::Asset(telling.seen), None)?;
        for relation in telling.relations {
            out.observe(at, Observation::Relation(relation), None)?;
        }
        Ok(Some(asset))
    }

    /// An object by kind, namespace and name. People, groups and service accounts are identities.
    pub(super) fn object(&self, kind: &str, namespace: &str, name: &str) -> Option<AssetRef> {
        let asset_kind = match kind {
            "ServiceAccount" | "User" | "Group" => AssetKind::Identity,
            "Role" | "ClusterRole" | "RoleBinding" | "ClusterRoleBinding" | "Secret" | "ConfigMap"
            | "Namespace" | "NetworkPolicy" | "Service" | "Ingress" => AssetKind::DirectoryObject,
            _ => AssetKind::CloudResource,
        };
        let full = if namespace.is_empty() { name.to_owned() } else { format!("{namespace}/{name}") };
        let id = format!("kubernetes:{}:{}/{full}", self.asset.name, kind.to_lowercase());
        AssetRef::new(asset_kind, &full, Identifier::new(IdentifierKind::CloudId, &text::name(&id)))
    }

    /// The network that its pods share.
    pub(super) fn pods(&self) -> Option<AssetRef> {
        let name = format!("pods of {}", self.asset.name);
        let id = format!("kubernetes:{}:network/pods", self.asset.name);
        AssetRef::new(
            AssetKind::Network,
            &text::name(&name),
            Identifier::new(IdentifierKind::CloudId, &text::name(&id)),
        )
    }

    /// A machine: known by the cloud's id, its name and its addresses.
    fn node(&self, object: &Value, name: &str) -> Option<AssetRef> {
        let id = format!("kubernetes:{}:node/{name}", self.asset.name);
        let addresses = object["status"]["addresses"].as_array().into_iter().flatten();
        let known = addresses.filter_map(|address| Identifier::host(&word(&address["address"])));
        let own = Identifier::new(IdentifierKind::CloudId, &text::name(&id));
        AssetRef::new(AssetKind::Host, name, own.into_iter().chain(Identifier::host(name)).chain(known))
    }

    /// A machine of which a pod only tells the name.
    pub(super) fn node_named(&self, name: &str) -> Option<AssetRef> {
        if name.is_empty() { None } else { self.node(&Value::Null, name) }
    }

    fn binding(&self, object: &Value, namespace: &str, telling: &mut Telling) {
        let role = &object["roleRef"];
        let (kind, name) = (word(&role["kind"]), word(&role["name"]));
        let scope = if kind == "Role" { namespace } else { "" };
        telling.relate("grants", self.object(&kind, scope, &name).filter(|_| !name.is_empty()));
        for subject in object["subjects"].as_array().into_iter().flatten() {
            let (kind, name) = (word(&subject["kind"]), word(&subject["name"]));
            let scope = match kind.as_str() {
                "ServiceAccount" => match word(&subject["namespace"]) {
                    given if !given.is_empty() => given,
                    _ => namespace.to_owned(),
                },
                _ => String::new(),
            };
            telling.relate("binds", self.object(&kind, &scope, &name).filter(|_| !name.is_empty()));
        }
    }

    /// Only that there is a token of an account: nothing else of a secret is read.
    fn secret(&self, object: &Value, namespace: &str, telling: &mut Telling) {
        let of = word(&object["metadata"]["annotations"]["kubernetes.io/service-account.name"]);
        telling.attribute("secret-type", word(&object["type"]));
        if word(&object["type"]) == "kubernetes.io/service-account-token" {
            telling
                .relate("token_of", self.object("ServiceAccount", namespace, &of).filter(|_| !of.is_empty()));
        }
    }
}

/// A role that is made of others has its rules only where the cluster added them up.
fn is_not_added_up(object: &Value) -> bool {
    let rules = object["rules"].as_array().is_some_and(|rules| !rules.is_empty());
    object["aggregationRule"]["clusterRoleSelectors"].is_array() && !rules
}

/// The level of the Pod Security Standards that a namespace enforces; `none` where it says none.
/// <https://kubernetes.io/docs/concepts/security/pod-security-admission/>
fn pod_security(metadata: &Value) -> String {
    match word(&metadata["labels"]["pod-security.kubernetes.io/enforce"]) {
        none if none.is_empty() => "none".to_owned(),
        level => level,
    }
}

/// The version of its kubelet, which also tells whose distribution the cluster is.
fn node(object: &Value, telling: &mut Telling) {
    let version = word(&object["status"]["nodeInfo"]["kubeletVersion"]);
    if !version.is_empty() {
        telling.attribute("kubelet-version", version);
    }
}

fn account(object: &Value, telling: &mut Telling) {
    if let Some(automount) = object["automountServiceAccountToken"].as_bool() {
        telling.attribute("automount", automount.to_string());
    }
    // On EKS, pods of the account get the credentials of this role.
    let role = word(&object["metadata"]["annotations"]["eks.amazonaws.com/role-arn"]);
    let name = role.rsplit('/').next().unwrap_or_default().to_owned();
    telling.relate(
        "can_assume",
        AssetRef::new(AssetKind::Identity, &name, Identifier::new(IdentifierKind::CloudId, &role)),
    );
}

/// A text; of anything else nothing.
pub(super) fn word(value: &Value) -> String {
    value.as_str().map(text::name).unwrap_or_default()
}

/// JSON text of ASCII characters.
fn ascii(value: &Value) -> String {
    let json = if value.is_null() { "[]".to_owned() } else { value.to_string() };
    text::ascii_json(&json)
}
