//! Who is privileged: what several checks ask, worked out once over all facts.

use super::facts::{Facts, Gives, Node};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The verbs and attributes that are read for every check.
pub(super) const WANTS: &[&str] = &[
    "az_global_admin",
    "az_member_of",
    "az_partner_tier2_support",
    "az_privileged_authentication_admin",
    "az_privileged_role_admin",
    "cloud-id",
    "deleted",
    "domain-sid",
    "enabled",
    "gmsa",
    "member_of",
    "msa",
    "object-id",
    "principal-type",
    "sam-account-name",
    "tenant",
    "type",
];

/// Groups whose members hold the domain, by the end of their ids, which are the same in every domain.
/// <https://learn.microsoft.com/windows-server/identity/ad-ds/plan/security-best-practices/appendix-b--privileged-accounts-and-groups-in-active-directory>
const HOLDERS: &[&str] = &["-512", "-518", "-519", "-S-1-5-32-544"];
/// Groups whose members come to hold it, by what they may do on domain controllers or to keys.
const OPERATORS: &[&str] =
    &["-526", "-527", "-S-1-5-32-548", "-S-1-5-32-549", "-S-1-5-32-550", "-S-1-5-32-551"];
/// Everybody's groups: nobody in them is meant.
const EVERYBODY: &[&str] = &["-513", "-514", "-515", "-S-1-5-11", "-S-1-1-0", "-S-1-5-32-545"];

/// Roles of Entra ID that end in control of the tenant.
pub(super) const TENANT_ROLES: &[&str] = &[
    "az_global_admin",
    "az_partner_tier2_support",
    "az_privileged_authentication_admin",
    "az_privileged_role_admin",
];

/// A group with more members than this, inside of a privileged one, is the finding; not each of its members.
const LARGE: usize = 25;

/// How somebody is in a privileged group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Membership {
    /// The privileged group.
    pub(super) group: Node,
    /// The groups between, from the member's own up; empty for a direct member.
    pub(super) through: Vec<Node>,
    /// Whether its members hold the domain already.
    pub(super) holds: bool,
}

/// The facts, and who is privileged by them.
#[derive(Debug)]
pub struct Identities<'f> {
    pub(super) facts: &'f Facts,
    /// Accounts, and large groups, that are in a privileged group of a domain.
    memberships: BTreeMap<Node, Vec<Membership>>,
    /// Why somebody is privileged.
    privileged: BTreeMap<Node, String>,
    /// By domain, the kinds of objects that were told.
    kinds: BTreeMap<&'f str, BTreeSet<&'f str>>,
}

impl<'f> Identities<'f> {
    /// Works out who is privileged.
    pub fn new(facts: &'f Facts) -> Self {
        let mut kinds: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for (node, kind) in facts.attributes("type") {
            if let Some(domain) = facts.attribute(node, "domain-sid") {
                kinds.entry(domain).or_default().insert(kind);
            }
        }
        let (memberships, privileged) = (BTreeMap::new(), BTreeMap::new());
        let mut identities = Self { facts, memberships, privileged, kinds };
        identities.domains();
        identities.clouds();
        identities
    }

    /// How an account or a large group is in privileged groups of its domain.
    pub(super) fn memberships(&self, node: Node) -> &[Membership] {
        self.memberships.get(&node).map_or(&[], Vec::as_slice)
    }

    /// Why an account is privileged: completes "it ..."; `None` where nothing says so.
    pub(super) fn privileged(&self, node: Node) -> Option<&str> {
        self.privileged.get(&node).map(String::as_str)
    }

    /// Whether objects of this kind were told of a domain.
    pub(super) fn knows(&self, domain: &str, kind: &str) -> bool {
        self.kinds.get(domain).is_some_and(|kinds| kinds.contains(kind))
    }

    fn id(&self, node: Node) -> &str {
        self.facts.attribute(node, "object-id").unwrap_or_default()
    }

    fn is_one_of(&self, node: Node, ends: &[&str]) -> bool {
        let id = self.id(node);
        ends.iter().any(|end| id.ends_with(end))
    }

    /// Whether everybody is in a group.
    pub(super) fn is_everybody(&self, node: Node) -> bool {
        self.is_one_of(node, EVERYBODY)
    }

    /// Whether a group is privileged by itself.
    pub(super) fn is_privileged_group(&self, node: Node) -> bool {
        self.facts.attribute(node, "type") == Some("group")
            && (self.is_one_of(node, HOLDERS) || self.is_one_of(node, OPERATORS))
    }

    fn domains(&mut self) {
        let groups: Vec<_> = self
            .facts
            .attributes("type")
            .filter(|(node, _)| self.is_privileged_group(*node))
            .map(|(node, _)| (node, self.is_one_of(node, HOLDERS)))
            .collect();
        for (group, holds) in groups {
            let mut seen = BTreeSet::from([group]);
            let mut work = VecDeque::from([(group, Vec::new(), true)]);
            while let Some((at, through, listed)) = work.pop_front() {
                for member in self.facts.to(at, "member_of").map(|relation| relation.from) {
                    // A privileged group inside of another one is looked at by itself.
                    if self.is_privileged_group(member) || !seen.insert(member) {
                        continue;
                    }
                    let is_group = self.facts.attribute(member, "type") == Some("group");
                    let large = is_group
                        && (self.is_everybody(member) || self.facts.to(member, "member_of").count() > LARGE);
                    if listed && (!is_group || large) {
                        let membership = Membership { group, through: through.clone(), holds };
                        self.memberships.entry(member).or_default().push(membership);
                    }
                    let words = || format!("is in {}", self.facts.name(group));
                    self.privileged.entry(member).or_insert_with(words);
                    if is_group {
                        let through = std::iter::once(member).chain(through.iter().copied()).collect();
                        work.push_back((member, through, listed && !large));
                    }
                }
            }
        }
    }

    fn clouds(&mut self) {
        let everything = self.facts.all_powers().filter(|(_, power)| power.gives == Gives::Everything);
        let mut found: Vec<_> = everything
            .map(|(node, power)| (node, format!("may do everything by {}", power.policy)))
            .collect();
        for node in self.facts.nodes() {
            for role in TENANT_ROLES.iter().flat_map(|verb| self.facts.from(node, verb)) {
                if !role.via.starts_with('/') {
                    found.push((node, format!("holds the role {}", self.facts.name(role.to))));
                }
            }
        }
        for (holder, words) in found {
            for verb in ["member_of", "az_member_of"] {
                for member in self.facts.to(holder, verb) {
                    let words = || format!("is in {}, which {words}", self.facts.name(holder));
                    self.privileged.entry(member.from).or_insert_with(words);
                }
            }
            self.privileged.entry(holder).or_insert(words);
        }
    }
}
