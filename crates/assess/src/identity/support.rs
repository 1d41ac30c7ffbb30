//! What the checks share: facts by their names, ages, and words.

use super::accounts::Membership;
use super::facts::{Facts, Node, Power, System};
use super::{Hit, Identities, Unknown};
use bartizan_model::{Locus, Severity, Timestamp};
use std::collections::BTreeMap;

/// After so many days without a use, a privilege or a key is not in use.
pub(super) const UNUSED: i64 = 90;
/// After so many days without a logon, an account of a domain is left over: logons are replicated up to 14 days late.
pub(super) const STALE: i64 = 180;
/// After so many days, the password of a privileged or service account is old.
pub(super) const OLD: i64 = 365;

/// Whether an asset is an object of a directory, of one of these kinds, that was not deleted and is no part of the system
/// itself (`NT AUTHORITY`), of which collectors write records too.
pub(super) fn is(facts: &Facts, node: Node, kinds: &[&str]) -> bool {
    let Some(kind) = facts.attribute(node, "type").filter(|kind| kinds.contains(kind)) else { return false };
    let of_system = || facts.attribute(node, "object-id").is_some_and(|id| id.contains("-S-1-5-"));
    facts.flag(node, "deleted") != Some(true) && !(kind == "user" && of_system())
}

/// Whether a machine is a domain controller: it holds the domain by nature.
pub(super) fn is_controller(facts: &Facts, node: Node) -> bool {
    facts.flag(node, "domain-controller") == Some(true) || facts.from(node, "dc_of").next().is_some()
}

/// Whether an account can be used: one that is disabled waits for nobody.
pub(super) fn is_enabled(facts: &Facts, node: Node) -> Result<bool, String> {
    flag(facts, node, "enabled")
}

/// Whether a domain makes up the account's password: nobody guesses it.
pub(super) fn is_managed(facts: &Facts, node: Node) -> bool {
    ["gmsa", "msa"].iter().any(|name| facts.flag(node, name) == Some(true))
}

/// An attribute that is true or false.
pub(super) fn flag(facts: &Facts, node: Node, name: &str) -> Result<bool, String> {
    facts.flag(node, name).ok_or_else(|| not_collected(name))
}

/// An attribute that is a text.
pub(super) fn told_text<'f>(facts: &'f Facts, node: Node, name: &str) -> Result<&'f str, String> {
    facts.attribute(node, name).ok_or_else(|| not_collected(name))
}

/// Why a check cannot answer.
pub(super) fn not_collected(name: &str) -> String {
    format!("`{name}` was not collected")
}

/// How long ago something was when its source looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Age {
    /// It never was.
    Never,
    /// So many days, and when it was.
    Days(i64, Timestamp),
}

impl Age {
    /// Whether it is longer ago than so many days.
    pub(super) fn exceeds(self, days: i64) -> bool {
        match self {
            Self::Never => true,
            Self::Days(age, _) => age > days,
        }
    }

    /// The date, or `never`.
    pub(super) fn words(self) -> String {
        match self {
            Self::Never => "never".to_owned(),
            Self::Days(_, at) => at.date(),
        }
    }
}

/// The age of an attribute that is a point in time.
pub(super) fn age(facts: &Facts, node: Node, name: &str) -> Result<Age, String> {
    let told = facts.told(node, name).ok_or_else(|| not_collected(name))?;
    if told.value == "never" {
        return Ok(Age::Never);
    }
    let at = Timestamp::parse(told.value).ok_or_else(|| format!("`{name}` is `{}`, no date", told.value))?;
    Ok(Age::Days(facts.moment(node, told).days_since(at), at))
}

/// Whether an account has been there for so many days: who came yesterday has used nothing yet. Where nobody told when it was
/// made, it has.
pub(super) fn has_existed(facts: &Facts, node: Node, days: i64) -> bool {
    age(facts, node, "created").map_or(true, |age| age.exceeds(days))
}

/// A hit on the asset as a whole.
pub(super) fn whole(
    severity: Severity,
    because: impl Into<String>,
    evidence: String,
    fix: String,
) -> Vec<Hit> {
    vec![Hit { locus: Locus::Whole, severity, because: because.into(), evidence, fix }]
}

/// A hit for each policy at which an asset has powers of a kind, by what `judge` makes of them. Where not all of its policies
/// could be evaluated, nothing is sure to be gone.
pub(super) fn by_policy<'f>(
    facts: &'f Facts,
    node: Node,
    system: System,
    kind: impl Fn(&Power) -> bool,
    judge: impl Fn(&str, &[&'f Power]) -> Hit,
) -> Result<Vec<Hit>, Unknown> {
    let mut policies: BTreeMap<&str, Vec<&Power>> = BTreeMap::new();
    for power in facts.powers(node).iter().filter(|power| power.system == system && kind(power)) {
        policies.entry(&power.policy).or_default().push(power);
    }
    let hits: Vec<_> = policies.iter().map(|(policy, powers)| judge(policy, powers)).collect();
    match facts.unevaluated(node) {
        Some(why) => Err(Unknown { hits, why: why.to_owned() }),
        None => Ok(hits),
    }
}

/// What would have to be so, as the end of a sentence.
pub(super) fn condition(power: &Power) -> String {
    if power.needs.is_empty() { String::new() } else { format!(", if {}", power.needs) }
}

/// Where a policy is changed: one of AWS's own cannot be, so that another one takes its place.
pub(super) fn place(policy: &str) -> String {
    match policy.contains(":iam::aws:policy/") {
        true => format!("In a policy of your own that takes the place of {policy}"),
        false => format!("In {policy}"),
    }
}

/// The name by which commands of a domain know an account.
pub(super) fn account<'f>(identities: &Identities<'f>, node: Node) -> &'f str {
    let facts = identities.facts;
    facts.attribute(node, "sam-account-name").unwrap_or_else(|| facts.name(node))
}

/// Whether services run as an account.
pub(super) fn is_service(facts: &Facts, node: Node) -> bool {
    facts.flag(node, "has-spn") == Some(true)
}

/// A hit on a domain for its accounts that are neither privileged nor run services, as one for all: each by itself is little, and
/// there may be thousands. One that cannot be judged leaves the domain open.
pub(super) fn ordinary(
    identities: &Identities<'_>,
    domain: Node,
    severity: Severity,
    (whose, fix): (&str, &str),
    is_meant: impl Fn(Node) -> Result<bool, String>,
) -> Result<Vec<Hit>, Unknown> {
    let facts = identities.facts;
    let Some(id) = facts.attribute(domain, "object-id") else { return Ok(Vec::new()) };
    let (mut names, mut unknown) = (Vec::new(), None);
    for (node, _) in facts.attributes("domain-sid").filter(|(_, of)| *of == id) {
        match is_meant(node) {
            Ok(true) if identities.privileged(node).is_none() && !is_service(facts, node) => {
                names.push(account(identities, node));
            }
            Ok(_) => {}
            Err(why) => unknown = Some(why),
        }
    }
    let hits = if names.is_empty() {
        Vec::new()
    } else {
        whole(
            severity,
            "none of these accounts is known to be privileged, nor to run services",
            format!("{} enabled accounts {whose}: {}.", names.len(), some(&names, 20)),
            format!("For each of {}:\n{fix}", some(&names, 20)),
        )
    };
    match unknown {
        Some(why) => Err(Unknown { hits, why }),
        None => Ok(hits),
    }
}

/// The command that takes an account out of a privileged group, or out of the group by which it is in there.
pub(super) fn leave(identities: &Identities<'_>, node: Node, membership: &Membership) -> String {
    let from = membership.through.first().copied().unwrap_or(membership.group);
    let (group, member) = (quoted(account(identities, from)), quoted(account(identities, node)));
    format!("Remove-ADGroupMember -Identity {group} -Members {member}")
}

/// A text in quotes for PowerShell, where a quote is doubled; what would end a line is left out.
pub(super) fn quoted(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    format!("'{}'", text.replace('\'', "''"))
}

/// A text in quotes for a shell; what would end a line is left out.
pub(super) fn shell(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@+=,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// The first of many, and how many more there are.
pub(super) fn some(names: &[&str], most: usize) -> String {
    let shown = names.iter().take(most).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(most) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::testing::world;

    #[test]
    fn an_age_is_that_of_the_collection() {
        let facts = world(
            "identity old type=user domain-sid=S-1 last-logon=2023-01-01 created=never
             identity new type=user domain-sid=S-1 last-logon=2024-01-01
             identity elsewhere type=user domain-sid=S-2 last-logon=2023-01-01",
        );
        let of = |name: &str, attribute: &str| {
            let node = facts.nodes().find(|node| facts.name(*node) == name).unwrap();
            age(&facts, node, attribute)
        };
        assert!(matches!(of("old", "last-logon"), Ok(Age::Days(365, _))));
        assert!(matches!(of("new", "last-logon"), Ok(Age::Days(0, _))));
        assert!(matches!(of("elsewhere", "last-logon"), Ok(Age::Days(0, _))), "nobody there tells of later");
        assert_eq!(of("old", "created"), Ok(Age::Never));
        assert_eq!(of("new", "created"), Err("`created` was not collected".to_owned()));
    }

    #[test]
    fn names_of_others_stay_names_in_commands() {
        assert_eq!(quoted("o'neil'; rm\n"), "'o''neil''; rm'");
        assert_eq!(shell("svc-web"), "svc-web");
        assert_eq!(shell("a b'$(c)"), r"'a b'\''$(c)'");
        assert_eq!(some(&["a", "b", "c"], 2), "a, b and 1 more");
    }
}
