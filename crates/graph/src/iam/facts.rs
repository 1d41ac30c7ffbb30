//! From collected facts to accounts: what attributes and relations of AWS mean.
//!
//! The importers write, and this reads:
//!
//! | on | attribute or relation | is |
//! |---|---|---|
//! | user, group, role (its ARN) | `inline-policies` | a JSON object: each policy's name, and its document as JSON text |
//! | | `boundary` | the ARN of the permissions boundary |
//! | role | `trust-policy` | the trust policy, as JSON text |
//! | | `instance-profiles` | how many instance profiles hold it |
//! | user | `console-password` | `true` or `false` |
//! | user, role | `tags` | a JSON object of texts |
//! | managed policy (its ARN) | `policy-document` | the default version, as JSON text |
//! | | `policy-version:ID` | another version |
//! | user, group, role | `attached` to a policy | a managed policy |
//! | user | `member_of` a group | |
//! | account (`arn:aws:iam::ID:root`) or unit | `in_unit` a unit or the root | its place in the organization |
//! | account, unit, root | `controlled_by` a policy | a service control policy (`policy-type` says so) or a resource control policy |
//! | organization's policy | `management-account` | the digits of the account that the organization's policies do not limit |
//! | store, key, repository, function | `resource-policy` | its own policy, as JSON text |
//! | bucket, account | `restrict-public-buckets` | `true` or `false`, of S3 Block Public Access |
//! | bucket | `public-policy` | `true` or `false`: what AWS calls its policy |
//! | store | `encrypted_with` a key | a key of KMS that is not AWS's own |
//! | resource | `runs_as` a role | a workload |
//! | machine | `has_profile` an instance profile | a workload of the role that the profile is `instance_profile_of` |

use super::account::{Account, Entity, EntityKind, PolicyVersion};
use super::caller::{account_of, partition_of};
use super::evaluate::Guardrails;
use super::policy::{Attached, Policy, PolicyKind};
use bartizan_model::Gap;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Whether S3 Block Public Access keeps the public out of a bucket or of an account's buckets.
pub const RESTRICTED: &str = "restrict-public-buckets";
/// Whether AWS calls the policy of a bucket public.
pub const PUBLIC_POLICY: &str = "public-policy";

/// The deepest organization that is followed. AWS allows five levels of units.
const DEEPEST: usize = 16;

/// What was collected of a cloud: assets by their cloud id.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Attributes by asset and name. An asset without attributes is there too.
    pub assets: BTreeMap<String, BTreeMap<String, String>>,
    /// From, verb, to.
    pub relations: BTreeSet<(String, String, String)>,
}

impl Facts {
    pub(crate) fn attribute(&self, asset: &str, name: &str) -> Option<&str> {
        self.assets.get(asset)?.get(name).map(String::as_str)
    }

    /// What an asset stands in a relation to.
    pub(crate) fn to<'a>(&'a self, from: &'a str, verb: &'a str) -> impl Iterator<Item = &'a str> {
        let first = (from.to_owned(), verb.to_owned(), String::new());
        let all = self.relations.range(first..);
        all.take_while(move |(f, v, _)| f == from && v == verb).map(|(_, _, to)| to.as_str())
    }
}

/// Makes accounts of the facts, in the order of their ids, and says what is missing or was not understood.
pub fn accounts(facts: &Facts) -> (Vec<Account>, Vec<Gap>) {
    let management = facts.assets.values().filter_map(|told| told.get("management-account"));
    let management = management.map(String::as_str).collect();
    let mut reader = Reader { facts, management, documents: BTreeMap::new(), gaps: BTreeSet::new() };
    let mut accounts: BTreeMap<String, Account> = BTreeMap::new();
    for (arn, attributes) in &facts.assets {
        let Some((kind, id)) = kind_of(arn).zip(account_of(arn)) else { continue };
        let entity = reader.entity(kind, arn, attributes);
        let account = accounts.entry(id.to_owned()).or_default();
        account.entities.insert(Arc::clone(&entity.arn), entity);
    }
    for (id, account) in &mut accounts {
        account.id.clone_from(id);
        let first = account.entities.keys().next();
        account.partition = first.map_or("aws", |arn| partition_of(arn)).to_owned();
        account.guardrails = reader.guardrails(&account.root());
    }
    for (arn, attributes) in &facts.assets {
        let versions = reader.versions(arn, attributes);
        if let Some(account) = account_of(arn).and_then(|id| accounts.get_mut(id))
            && !versions.is_empty()
        {
            account.versions.insert(arn.clone(), versions);
        }
    }
    for (from, verb, to) in &facts.relations {
        let roles: Vec<&str> = match verb.as_str() {
            "runs_as" => vec![to],
            "has_profile" => facts.to(to, "instance_profile_of").collect(),
            _ => continue,
        };
        for role in roles {
            if let Some(account) = account_of(role).and_then(|id| accounts.get_mut(id)) {
                // A machine may be known by its bare id.
                let arn = match from.strip_prefix("i-") {
                    Some(_) => format!("arn:{}:ec2:*:{}:instance/{from}", account.partition, account.id),
                    None => from.clone(),
                };
                account.workloads.entry(role.to_owned()).or_default().push(arn);
            }
        }
    }
    let gaps = reader.gaps.into_iter().map(|(what, why)| Gap::new(what, why)).collect();
    (accounts.into_values().collect(), gaps)
}

fn kind_of(arn: &str) -> Option<EntityKind> {
    let resource = arn.strip_prefix("arn:")?.splitn(5, ':').nth(4)?;
    if arn.split(':').nth(2) != Some("iam") {
        return None;
    }
    match resource.split('/').next()? {
        "user" => Some(EntityKind::User),
        "group" => Some(EntityKind::Group),
        "role" => Some(EntityKind::Role),
        _ => None,
    }
}

struct Reader<'a> {
    facts: &'a Facts,
    /// The accounts that organizations are managed from.
    management: BTreeSet<&'a str>,
    /// Managed policies that were read already.
    documents: BTreeMap<&'a str, Option<Arc<Policy>>>,
    gaps: BTreeSet<(String, String)>,
}

impl<'a> Reader<'a> {
    fn entity(&mut self, kind: EntityKind, arn: &'a str, attributes: &'a BTreeMap<String, String>) -> Entity {
        let mut entity = Entity::new(kind, arn);
        let text = |name: &str| attributes.get(name).map(String::as_str).filter(|text| !text.is_empty());
        match text("inline-policies").map(serde_json::from_str::<BTreeMap<String, String>>) {
            None => {}
            Some(Ok(policies)) => {
                for (name, text) in policies {
                    let name = format!("inline:{name}");
                    let document = self.document(&text, PolicyKind::Identity, &name, arn);
                    entity.policies.push(Attached::new(name, arn, Some(document)));
                }
            }
            Some(Err(error)) => {
                self.gap(arn, &format!("its inline policies cannot be read: {error}"));
                entity.policies.push(Attached::new("inline", arn, None));
            }
        }
        for policy in self.facts.to(arn, "attached") {
            let document = self.managed(policy);
            entity.policies.push(Attached::new(policy, arn, document));
        }
        entity.groups = self.facts.to(arn, "member_of").map(Into::into).collect();
        entity.boundary =
            attributes.get("boundary").map(|policy| Attached::new(policy, arn, self.managed(policy)));
        if kind == EntityKind::Role {
            let document = text("trust-policy")
                .map(|text| self.document(text, PolicyKind::Resource, "trust-policy", arn));
            if document.is_none() {
                self.gap(arn, "its trust policy was not collected");
            }
            entity.trust = Some(Attached::new("trust-policy", arn, document));
        }
        entity.instance_profiles = text("instance-profiles").and_then(|count| count.parse().ok());
        entity.has_password = text("console-password").and_then(|word| word.parse().ok());
        entity.tags = text("tags").and_then(|tags| serde_json::from_str(tags).ok());
        entity
    }

    /// The default version of a managed policy, read once.
    fn managed(&mut self, arn: &'a str) -> Option<Arc<Policy>> {
        if let Some(known) = self.documents.get(arn) {
            return known.clone();
        }
        let text = self.facts.attribute(arn, "policy-document");
        if text.is_none() {
            self.gap(arn, "the policy's document was not collected");
        }
        let document = text.map(|text| self.document(text, PolicyKind::Identity, arn, ""));
        self.documents.insert(arn, document.clone());
        document
    }

    fn document(&mut self, text: &str, kind: PolicyKind, name: &str, holder: &str) -> Arc<Policy> {
        let policy = Policy::parse(text, kind);
        for problem in &policy.problems {
            let place = if holder.is_empty() { String::new() } else { format!(" of {holder}") };
            self.gap(&format!("{name}{place}"), problem);
        }
        Arc::new(policy)
    }

    fn versions(&mut self, arn: &str, attributes: &BTreeMap<String, String>) -> Vec<PolicyVersion> {
        let mut versions = Vec::new();
        for (name, text) in attributes {
            if let Some(id) = name.strip_prefix("policy-version:") {
                let document = self.document(text, PolicyKind::Identity, &format!("version {id}"), arn);
                versions.push(PolicyVersion { id: id.to_owned(), document });
            }
        }
        versions
    }

    /// The organization's policies from its root down to the account.
    fn guardrails(&mut self, account: &str) -> Guardrails {
        let mut guardrails = Guardrails::default();
        // The organization's own account stands above its policies, wherever they are attached.
        // <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html>
        if account_of(account).is_some_and(|id| self.management.contains(id)) {
            return guardrails;
        }
        let mut at = self.facts.assets.get_key_value(account).map(|(arn, _)| arn.as_str());
        for _ in 0..DEEPEST {
            let Some(place) = at else { break };
            let (mut service, mut resource) = (Vec::new(), Vec::new());
            for policy in self.facts.to(place, "controlled_by") {
                let of_resources =
                    self.facts.attribute(policy, "policy-type") == Some("RESOURCE_CONTROL_POLICY");
                if of_resources {
                    let text = self.facts.attribute(policy, "policy-document");
                    let document = text.map(|text| self.document(text, PolicyKind::Resource, policy, place));
                    resource.push(Attached::new(policy, place, document));
                } else {
                    service.push(Attached::new(policy, place, self.managed(policy)));
                }
            }
            for (all, level) in
                [(&mut guardrails.service_control, service), (&mut guardrails.resource_control, resource)]
            {
                if !level.is_empty() {
                    all.insert(0, level);
                }
            }
            at = self.facts.to(place, "in_unit").next();
        }
        if guardrails == Guardrails::default() {
            self.gap(account, "no service control policy of it was collected: it is taken to have none");
        }
        guardrails
    }

    fn gap(&mut self, what: &str, why: &str) {
        self.gaps.insert((what.to_owned(), why.to_owned()));
    }
}
