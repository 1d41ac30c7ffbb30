//! Who of AWS gets into an EKS cluster by the config map `aws-auth` of `kube-system`, and as whom.
//!
//! As of an access entry (`aws_eks`), a principal `can_assume` a user of the cluster, that is `member_of` the groups it is mapped
//! to. The relation is told by the user, with `aws-auth` as its `via`: whether it counts, the attack graph decides by the
//! cluster's authentication mode. <https://docs.aws.amazon.com/eks/latest/userguide/auth-configmap.html>

use super::objects::{Cluster, word};
use super::read_yaml;
use crate::common::out::Out;
use crate::common::{cloud, text};
use crate::error::ParseError;
use crate::formats::aws_iam::record::{field, text_of};
use crate::sink::Place;
use bartizan_model::observation::{AssetSeen, End, RelationSeen};
use bartizan_model::{AssetRef, Checks, Covered, Loci, Observation};
use serde_json::Value;
use std::collections::BTreeMap;

/// Its name, and the word by which its relations are known.
const NAME: &str = "aws-auth";
/// The members of the map: each a list in a text, in which this member is a principal.
const LISTS: [(&str, &str); 2] = [("mapRoles", "rolearn"), ("mapUsers", "userarn")];

/// Whether a config map is this one. Any other holds the settings of a program.
pub(super) fn is_one(object: &Value) -> bool {
    let metadata = &object["metadata"];
    word(&metadata["name"]) == NAME && word(&metadata["namespace"]) == "kube-system"
}

/// Tells what it maps. What was looked at: it, and all that it told before.
pub(super) fn tell(
    cluster: &Cluster,
    map: &AssetRef,
    object: &Value,
    at: &Place,
    out: &mut Out<'_>,
) -> Result<Vec<Covered>, ParseError> {
    let mut mapped = BTreeMap::new();
    for (list, principal) in LISTS {
        for one in entries(&object["data"][list], list, at, out) {
            match Mapped::of(&one, principal) {
                // Of two that map the same principal, the later one counts.
                Ok(one) => drop(mapped.insert(one.arn.to_ascii_lowercase(), one)),
                Err(why) => out.reject(at.clone(), format!("an entry of {list}: {why}")),
            }
        }
    }
    if !word(&object["data"]["mapAccounts"]).is_empty() {
        let why = "everybody of an account is a user of their own there, which is not followed";
        out.gap(format!("mapAccounts of {NAME}"), why);
    }
    let told = BTreeMap::from([("mapped-by".to_owned(), map.identifiers[0].value.clone())]);
    let mut covered = vec![Covered::new(map.clone(), Checks::All, Loci::Records(told.clone()))];
    for one in mapped.into_values() {
        if one.is_role_with_path() {
            let why = "roles are matched without their path, so nobody gets in by it";
            out.note(format!("{} in {NAME}", one.arn), why);
        } else if let Some(user) = one.tell(cluster, &told, at, out)? {
            covered.push(Covered::new(user, Checks::All, Loci::Facts));
        }
    }
    Ok(covered)
}

/// The entries of a list, which is YAML in a text.
fn entries(told: &Value, list: &str, at: &Place, out: &mut Out<'_>) -> Vec<Value> {
    let read = match told {
        Value::Null => return Vec::new(),
        Value::String(text) if text.trim().is_empty() => return Vec::new(),
        Value::String(text) => read_yaml(text),
        _ => Err("it is no text".to_owned()),
    };
    match read {
        Ok(Value::Array(entries)) => return entries,
        Ok(Value::Null) => {}
        Ok(_) => out.reject(at.clone(), format!("{list} of {NAME} is no list")),
        Err(why) => out.reject(at.clone(), format!("{list} of {NAME}: {why}")),
    }
    Vec::new()
}

/// A principal, and as whom it gets in.
struct Mapped {
    arn: String,
    username: String,
    groups: Vec<String>,
}

impl Mapped {
    fn of(entry: &Value, principal: &str) -> Result<Self, String> {
        let arn = text_of(entry, principal);
        if !arn.starts_with("arn:") {
            return Err(format!("it has no ARN as `{principal}`"));
        }
        let groups = field(entry, "groups").as_array().into_iter().flatten().map(word);
        let groups = groups.filter(|group| !group.is_empty()).collect();
        Ok(Self { arn, username: text_of(entry, "username"), groups })
    }

    /// <https://docs.aws.amazon.com/eks/latest/userguide/security-iam-troubleshoot.html>
    fn is_role_with_path(&self) -> bool {
        self.arn.split_once(":role/").is_some_and(|(_, name)| name.contains('/'))
    }

    /// Tells it. The user of the cluster that it is, under a name of its own: groups that it has by an access entry are not these.
    fn tell(
        &self,
        cluster: &Cluster,
        told: &BTreeMap<String, String>,
        at: &Place,
        out: &mut Out<'_>,
    ) -> Result<Option<AssetRef>, ParseError> {
        let user = cluster.object("User", "", &text::name(&format!("{NAME}:{}", self.arn)));
        let Some((principal, user)) = cloud::resource(&self.arn, "").zip(user) else { return Ok(None) };
        let mut seen = AssetSeen::new(user.clone());
        seen.attributes.clone_from(told);
        out.observe(at, Observation::Asset(seen), None)?;
        let known_as = |name: &String| !name.is_empty() && !name.contains("{{");
        let name = Some(&self.username).filter(|name| known_as(name));
        let name = name.and_then(|name| cluster.object("User", "", name));
        let groups = self.groups.iter().filter_map(|group| cluster.object("Group", "", group));
        let mut relate = |from: &AssetRef, verb: &str, to: &AssetRef, via: &str, told_by: End| {
            let relation = RelationSeen::new(from.clone(), verb, to.clone());
            let relation = RelationSeen { via: via.to_owned(), told_by, ..relation };
            out.observe(at, Observation::Relation(relation), None)
        };
        relate(&principal, "can_assume", &user, NAME, End::To)?;
        relate(cluster.asset(), "contains", &user, "", End::To)?;
        if let Some(name) = name {
            relate(&user, "can_assume", &name, "", End::From)?;
        }
        for group in groups {
            relate(&user, "member_of", &group, "", End::From)?;
        }
        Ok(Some(user))
    }
}

#[cfg(test)]
mod tests {
    use crate::format::Options;
    use crate::formats::kubernetes_rbac::FORMAT;
    use crate::sink::Collected;
    use bartizan_model::{Loci, Observation};

    fn read(data: &serde_json::Value) -> Collected {
        let object = serde_json::json!({"apiVersion": "v1", "kind": "ConfigMap", "data": data,
            "metadata": {"name": "aws-auth", "namespace": "kube-system"}});
        let mut seen = Collected::default();
        let options = Options { fallback: "prod".into(), ..Options::default() };
        (FORMAT.parse)(&mut object.to_string().as_bytes(), &options, &mut seen).unwrap();
        seen
    }

    fn relations(seen: &Collected) -> Vec<String> {
        let relation = |o: &Observation| match o {
            Observation::Relation(r) if r.relation != "contains" => {
                Some(format!("{} {} {} {}", r.from.name, r.relation, r.to.name, r.via).trim_end().to_owned())
            }
            _ => None,
        };
        seen.observations.iter().filter_map(|(_, o)| relation(o)).collect()
    }

    fn whole(seen: &Collected) -> usize {
        seen.covered.iter().filter(|covered| matches!(covered.loci, Loci::Records(_))).count()
    }

    #[test]
    fn the_later_of_two_entries_counts_and_a_name_that_its_holder_chooses_is_nobodys() {
        let roles = "- rolearn: arn:aws:iam::111122223333:role/Ops\n  groups: [old]\n\
                     - rolearn: arn:aws:iam::111122223333:role/ops\n  username: '{{SessionName}}'\n  groups: [system:masters]\n";
        let seen = read(&serde_json::json!({"mapRoles": roles}));
        let user = "aws-auth:arn:aws:iam::111122223333:role/ops";
        let expected =
            [format!("ops can_assume {user} aws-auth"), format!("{user} member_of system:masters")];
        assert_eq!((relations(&seen), whole(&seen)), (expected.to_vec(), 1));
    }

    #[test]
    fn what_cannot_be_used_is_told_and_ends_nothing() {
        let seen = read(&serde_json::json!({
            "mapRoles": "- rolearn: arn:aws:iam::111122223333:role/team/ops\n  groups: [system:masters]\n- 7\n",
            "mapUsers": "{", "mapAccounts": "- '111122223333'"}));
        assert_eq!(relations(&seen), [""; 0]);
        assert_eq!((seen.rejected.len(), seen.gaps.len(), whole(&seen)), (2, 3, 0), "{:?}", seen.gaps);
    }
}
