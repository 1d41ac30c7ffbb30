//! BloodHound's documented traversable edges, straight from the collection.

use super::Edges;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Rights that are edges by themselves.
const RIGHTS: &[&str] = &[
    "AddAllowedToAct",
    "AddKeyCredentialLink",
    "AddMember",
    "AddSelf",
    "AllExtendedRights",
    "ForceChangePassword",
    "GenericAll",
    "GenericWrite",
    "Owns",
    "ReadGMSAPassword",
    "ReadLAPSPassword",
    "WriteAccountRestrictions",
    "WriteDacl",
    "WriteGPLink",
    "WriteOwner",
    "WriteSPN",
];

pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_uppercase()
}

pub(crate) fn id(value: &Value) -> String {
    text(&value["ObjectIdentifier"])
}

/// Which groups each object is in, and who is in each group.
#[derive(Default)]
pub(crate) struct Groups {
    up: BTreeMap<String, BTreeSet<String>>,
    down: BTreeMap<String, BTreeSet<String>>,
}

impl Groups {
    fn add(&mut self, member: &str, group: &str) {
        self.up.entry(member.to_owned()).or_default().insert(group.to_owned());
        self.down.entry(group.to_owned()).or_default().insert(member.to_owned());
    }

    fn closure(map: &BTreeMap<String, BTreeSet<String>>, from: &str) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        let mut work = vec![from.to_owned()];
        while let Some(at) = work.pop() {
            for next in map.get(&at).into_iter().flatten() {
                if all.insert(next.clone()) {
                    work.push(next.clone());
                }
            }
        }
        all
    }

    /// Who is in every one of these sets, itself or by its groups; of a group that is, the members are left out.
    pub(crate) fn in_all(&self, sets: &[BTreeSet<String>]) -> BTreeSet<String> {
        let whole: Vec<BTreeSet<String>> = sets
            .iter()
            .map(|set| {
                let members = set.iter().flat_map(|holder| Self::closure(&self.down, holder));
                members.chain(set.iter().cloned()).collect()
            })
            .collect();
        let common: BTreeSet<String> =
            whole[0].iter().filter(|holder| whole.iter().all(|set| set.contains(*holder))).cloned().collect();
        common.iter().filter(|one| Self::closure(&self.up, one).is_disjoint(&common)).cloned().collect()
    }
}

/// The edges of the collection.
pub(crate) fn edges(objects: &[(String, Value)]) -> Edges {
    let groups = groups(objects);
    let mut edges = Edges::default();
    super::certificates::edges(objects, &groups, &mut edges);
    for (member, all) in &groups.up {
        for group in all {
            edges.add(member, group);
        }
    }
    for (kind, object) in objects {
        let me = id(object);
        for ace in list(&object["Aces"]).iter().chain(list(&object["CARegistryData"]["CASecurity"]["Data"])) {
            if RIGHTS.contains(&ace["RightName"].as_str().unwrap()) {
                edges.add(text(&ace["PrincipalSID"]), &me);
            }
        }
        if object["ContainedBy"].is_object() {
            edges.add(id(&object["ContainedBy"]), &me);
        }
        for (member, towards_me) in [
            ("ChildObjects", false),
            ("AllowedToDelegate", false),
            ("HasSIDHistory", false),
            ("DumpSMSAPassword", false),
            ("AllowedToAct", true),
        ] {
            for other in list(&object[member]) {
                if towards_me { edges.add(id(other), &me) } else { edges.add(&me, id(other)) }
            }
        }
        for link in list(&object["Links"]) {
            edges.add(text(&link["GUID"]), &me);
        }
        for sessions in ["Sessions", "PrivilegedSessions", "RegistrySessions"] {
            for session in list(&object[sessions]["Results"]) {
                edges.add(text(&session["ComputerSID"]), text(&session["UserSID"]));
            }
        }
        for admin in list(&object["GPOChanges"]["LocalAdmins"]) {
            for computer in list(&object["GPOChanges"]["AffectedComputers"]) {
                edges.add(id(admin), id(computer));
            }
        }
        for target in list(&object["SPNTargets"]) {
            edges.add(&me, text(&target["ComputerSID"]));
        }
        let unconstrained = object["Properties"]["unconstraineddelegation"] == true;
        if unconstrained && matches!(kind.as_str(), "users" | "computers") {
            edges.add(&me, text(&object["Properties"]["domainsid"]));
        }
        if object["IsDC"] == true {
            edges.add(&me, text(&object["DomainSID"]));
        }
        machine(object, &me, &groups, &mut edges);
        trusts(object, &me, &mut edges);
        if kind == "domains" {
            replication(object, &me, &groups, objects, &mut edges);
        }
    }
    edges
}

/// Memberships: members, primary groups, and the groups that everybody is in.
fn groups(objects: &[(String, Value)]) -> Groups {
    let mut groups = Groups::default();
    let known: BTreeSet<String> = objects.iter().map(|(_, object)| id(object)).collect();
    for (kind, object) in objects {
        let me = id(object);
        for member in list(&object["Members"]) {
            groups.add(&id(member), &me);
        }
        if object["PrimaryGroupSID"].is_string() {
            groups.add(&me, &text(&object["PrimaryGroupSID"]));
        }
        // Of each machine, its local groups (those of the domain tell their members themselves).
        for local in list(&object["LocalGroups"]).iter().filter(|local| local["Name"] != "IGNOREME") {
            for member in list(&local["Results"]) {
                groups.add(&id(member), &id(local));
            }
        }
        if kind == "domains" {
            let name = text(&object["Properties"]["domain"]);
            let authenticated = format!("{name}-S-1-5-11");
            for (member, group) in [
                (format!("{me}-513"), authenticated.clone()),
                (format!("{me}-515"), authenticated.clone()),
                (authenticated, format!("{name}-S-1-1-0")),
            ] {
                if known.contains(&member) && known.contains(&group) {
                    groups.add(&member, &group);
                }
            }
        }
    }
    groups
}

/// Who may log on to a machine, and as what.
fn machine(object: &Value, me: &str, groups: &Groups, edges: &mut Edges) {
    let right = list(&object["UserRights"])
        .iter()
        .find(|right| right["Privilege"] == "SeRemoteInteractiveLogonRight" && right["Collected"] == true);
    for local in list(&object["LocalGroups"]) {
        let group = id(local);
        for member in list(&local["Results"]).iter().map(id) {
            let may = match group.rsplit('-').next().unwrap() {
                "544" | "562" | "580" => true,
                "555" => right.is_none_or(|right| {
                    let mut holders = list(&right["Results"]).iter().map(id);
                    let above = Groups::closure(&groups.up, &member);
                    holders.any(|holder| holder == group || holder == member || above.contains(&holder))
                }),
                _ => false,
            };
            if may {
                edges.add(member, me);
            }
        }
    }
}

/// Trusts of a domain: within a forest, and over borders where no identity is filtered.
fn trusts(object: &Value, me: &str, edges: &mut Edges) {
    for trust in list(&object["Trusts"]) {
        let other = text(&trust["TargetDomainSid"]);
        let in_forest =
            ["ParentChild", "CrossLink", "TreeRoot"].iter().any(|kind| trust["TrustType"] == *kind);
        if !in_forest && trust["SidFilteringEnabled"] != false {
            continue;
        }
        // Inbound: the other trusts me.
        match trust["TrustDirection"].as_str().unwrap() {
            "Inbound" => edges.add(me, other),
            "Outbound" => edges.add(other, me),
            "Bidirectional" => {
                edges.add(me, other.clone());
                edges.add(other, me);
            }
            _ => {}
        }
    }
}

/// `DCSync` and `SyncLAPSPassword`: rights to a domain that only count together.
fn replication(object: &Value, me: &str, groups: &Groups, objects: &[(String, Value)], edges: &mut Edges) {
    let holders = |right: &str| -> BTreeSet<String> {
        let aces = list(&object["Aces"]).iter().filter(|ace| ace["RightName"] == right);
        aces.map(|ace| text(&ace["PrincipalSID"])).collect()
    };
    for principal in groups.in_all(&[holders("GetChanges"), holders("GetChangesAll")]) {
        edges.add(principal, me);
    }
    for principal in groups.in_all(&[holders("GetChanges"), holders("GetChangesInFilteredSet")]) {
        for (_, computer) in objects {
            let properties = &computer["Properties"];
            if properties["haslaps"] == true && text(&properties["domainsid"]) == me {
                edges.add(principal.clone(), id(computer));
            }
        }
    }
}
