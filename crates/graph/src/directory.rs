//! A directory (Active Directory) as several rules see it: its well-known groups, who is in which, and who holds several
//! rights at once.

use crate::facts::{Facts, Node};
use crate::steps::Basis;
use std::collections::{HashMap, HashSet};

/// Members of well-known groups that no directory lists: `member` and `group` by the end of their ids, in each domain.
/// <https://learn.microsoft.com/windows-server/identity/ad-ds/manage/understand-special-identities-groups>
const SPECIAL: &[(&str, &str)] = &[
    (DOMAIN_USERS, AUTHENTICATED_USERS),
    (DOMAIN_COMPUTERS, AUTHENTICATED_USERS),
    (AUTHENTICATED_USERS, EVERYONE),
];
const DOMAIN_USERS: &str = "-513";
const DOMAIN_COMPUTERS: &str = "-515";
pub(crate) const AUTHENTICATED_USERS: &str = "-S-1-5-11";
const EVERYONE: &str = "-S-1-1-0";

/// Who holds a right, and the fact that says so.
pub(crate) type Holder = (Node, Basis);

/// The objects of all domains by their ids.
pub(crate) struct Directory<'f> {
    facts: &'f Facts,
    by_id: HashMap<&'f str, Node>,
    /// Members of a group that no relation tells.
    special: HashMap<Node, Vec<Node>>,
    /// Groups that an object is in without a relation.
    above: HashMap<Node, Vec<Node>>,
}

impl<'f> Directory<'f> {
    /// What these facts tell of directories.
    pub(crate) fn of(facts: &'f Facts) -> Self {
        let by_id = facts.attributes("object-id").map(|(node, id)| (id, node)).collect();
        let mut directory = Self { facts, by_id, special: HashMap::new(), above: HashMap::new() };
        let domains: Vec<_> = facts
            .attributes("type")
            .filter(|(_, kind)| *kind == "domain")
            .filter_map(|(node, _)| {
                Some((facts.attribute(node, "object-id")?, facts.attribute(node, "domain")?))
            })
            .collect();
        for (sid, name) in domains {
            // Well-known ids are the same in all domains, so that collectors put the domain's name before them.
            let find = |end: &str| {
                let prefix = if end.starts_with("-S-") { name } else { sid };
                directory.by_id.get(format!("{prefix}{end}").as_str()).copied()
            };
            let pairs: Vec<_> =
                SPECIAL.iter().filter_map(|(member, group)| Some((find(member)?, find(group)?))).collect();
            for (member, group) in pairs {
                directory.special.entry(group).or_default().push(member);
                directory.above.entry(member).or_default().push(group);
            }
        }
        directory
    }

    /// Memberships that no relation tells, as (member, group).
    pub(crate) fn special(&self) -> impl Iterator<Item = (Node, Node)> {
        let mut pairs: Vec<_> =
            self.special.iter().flat_map(|(group, all)| all.iter().map(|member| (*member, *group))).collect();
        pairs.sort_unstable();
        pairs.into_iter()
    }

    /// The object with this id.
    pub(crate) fn find(&self, id: &str) -> Option<Node> {
        self.by_id.get(id).copied()
    }

    /// The domain that an object is in.
    pub(crate) fn domain(&self, node: Node) -> Option<Node> {
        self.find(self.facts.attribute(node, "domain-sid")?)
    }

    /// The group of everybody who has an account in the domain of an object.
    pub(crate) fn authenticated_users(&self, node: Node) -> Option<Node> {
        self.find(&format!("{}{AUTHENTICATED_USERS}", self.facts.attribute(node, "domain")?))
    }

    /// Who holds a right to an object.
    pub(crate) fn holders(&self, object: Node, verbs: &[&str]) -> Vec<Holder> {
        let relations = verbs.iter().flat_map(|verb| self.facts.to(object, verb));
        relations.map(|(id, relation)| (relation.from, Basis::Relation(id))).collect()
    }

    /// Who is in a group, and the facts that say so.
    pub(crate) fn members(&self, group: Node) -> Vec<(Node, Basis)> {
        let told = self.facts.to(group, "member_of").map(|(id, r)| (r.from, Basis::Relation(id)));
        let special = self.special.get(&group).into_iter().flatten();
        told.chain(special.map(|member| (*member, Basis::Asset(group)))).collect()
    }

    fn groups(&self, member: Node) -> Vec<Node> {
        let told = self.facts.from(member, "member_of").map(|(_, r)| r.to);
        told.chain(self.above.get(&member).into_iter().flatten().copied()).collect()
    }

    /// All groups that an object is in, through others too.
    fn all_groups(&self, member: Node) -> HashSet<Node> {
        let (mut seen, mut work) = (HashSet::new(), self.groups(member));
        while let Some(group) = work.pop() {
            if seen.insert(group) {
                work.extend(self.groups(group));
            }
        }
        seen
    }

    /// Whether an object is a group, or in it.
    pub(crate) fn is_in(&self, member: Node, group: Node) -> bool {
        member == group || self.all_groups(member).contains(&group)
    }

    /// Whoever holds all of these rights at once, itself or by its groups, with the facts behind it. Of a group that holds
    /// them all, the members are not named again.
    pub(crate) fn together(&self, rights: &[Vec<Holder>]) -> Vec<(Node, Vec<Basis>)> {
        let all: u32 = (1 << rights.len()) - 1;
        // By object: which rights it holds, and for each from which group and by which fact.
        let mut held: HashMap<Node, Held> = HashMap::new();
        let mut work: Vec<(Node, usize, Option<Node>, Basis)> = Vec::new();
        for (right, holders) in rights.iter().enumerate() {
            work.extend(holders.iter().map(|(node, basis)| (*node, right, None, *basis)));
        }
        while let Some((node, right, from, basis)) = work.pop() {
            let entry = held.entry(node).or_default();
            if entry.rights & (1 << right) != 0 {
                continue;
            }
            entry.rights |= 1 << right;
            entry.by.push((right, from, basis));
            if entry.rights != all {
                let members = self.members(node).into_iter();
                work.extend(members.map(|(member, basis)| (member, right, Some(node), basis)));
            }
        }
        let whole = |node: &Node| held.get(node).is_some_and(|entry| entry.rights == all);
        let mut found: Vec<_> = held
            .keys()
            .filter(|node| whole(node))
            .filter(|node| {
                !self.all_groups(**node).iter().any(|group| whole(group) && !self.is_in(*group, **node))
            })
            .map(|node| (*node, behind(&held, *node)))
            .collect();
        found.sort_by_key(|(node, _)| *node);
        found
    }
}

/// How an object comes to its rights.
#[derive(Default)]
struct Held {
    rights: u32,
    by: Vec<(usize, Option<Node>, Basis)>,
}

/// The facts by which an object holds its rights: its memberships up to who holds each, and that right.
fn behind(held: &HashMap<Node, Held>, node: Node) -> Vec<Basis> {
    let mut because = Vec::new();
    for (right, ..) in held.get(&node).map_or(&[][..], |entry| &entry.by) {
        let mut at = Some(node);
        while let Some((_, from, basis)) =
            at.and_then(|at| held.get(&at)?.by.iter().find(|(other, ..)| other == right))
        {
            if !because.contains(basis) {
                because.push(*basis);
            }
            at = *from;
        }
    }
    because
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::world;

    fn named(facts: &Facts, both: &[&str]) -> Vec<(String, usize)> {
        let directory = Directory::of(facts);
        let target = facts.assets().find(|(_, asset)| &*asset.name == "target").unwrap().0;
        let rights: Vec<_> = both.iter().map(|verb| directory.holders(target, &[*verb])).collect();
        let found = directory.together(&rights).into_iter();
        found.map(|(node, because)| (facts.asset(node).name.to_string(), because.len())).collect()
    }

    #[test]
    fn rights_come_together_in_who_is_in_both_groups() {
        let facts = world(
            "directory-object target
             identity readers
             identity writers
             identity nested
             identity alice
             identity bob
             identity carol
             alice member_of readers
             alice member_of nested
             nested member_of writers
             bob member_of readers
             carol member_of writers
             readers one target
             writers two target",
        );
        assert_eq!(named(&facts, &["one", "two"]), [("alice".to_owned(), 5)]);
    }

    #[test]
    fn a_group_that_holds_all_stands_for_its_members_and_a_circle_ends() {
        let facts = world(
            "directory-object target
             identity admins
             identity inner
             identity alice
             inner member_of admins
             admins member_of other
             identity other
             alice member_of inner
             admins one target
             admins two target
             alice one target",
        );
        assert_eq!(named(&facts, &["one", "two"]), [("admins".to_owned(), 2)]);
        let facts = world(
            "directory-object target
             identity a
             identity b
             a member_of b
             b member_of a
             a one target
             b two target",
        );
        assert_eq!(named(&facts, &["one", "two"]).len(), 1, "one stands for the circle");
    }

    #[test]
    fn everybody_with_an_account_is_in_the_groups_that_nobody_lists() {
        let facts = world(
            "directory-object target type=domain object-id=S-1-5-21-1 domain=EX
             identity users object-id=S-1-5-21-1-513
             identity authenticated object-id=EX-S-1-5-11
             identity everyone object-id=EX-S-1-1-0
             identity elsewhere object-id=S-1-5-21-2-513
             everyone one target
             users two target",
        );
        let names: Vec<_> = Directory::of(&facts)
            .special()
            .map(|(member, group)| (&*facts.asset(member).name, &*facts.asset(group).name))
            .collect();
        assert_eq!(names, [("users", "authenticated"), ("authenticated", "everyone")]);
        assert_eq!(named(&facts, &["one", "two"]), [("users".to_owned(), 4)]);
    }
}
