//! The key of a whole domain, and how old it is.

use super::support::{age, is, whole};
use super::{Check, Hit, Identities, Node, Unknown};
use bartizan_model::Severity;

/// After so many days the password of `krbtgt` is changed: Microsoft and the CIS ask for twice a year.
const EVERY: i64 = 180;
/// After so many days, several administrators came and went.
const YEARS: i64 = 2 * 365;

/// The password of `krbtgt`, by which all tickets of a domain are signed.
pub(super) const CHECK: Check = Check {
    id: "ad-krbtgt-password",
    title: "The key of the domain's tickets is old",
    meaning: "The password of krbtgt, with which every ticket of the domain is signed, was not changed for more than 180 days.",
    why: "Whoever once read it (from a domain controller, a backup, a replica) makes tickets for anybody until it is changed twice (golden ticket).",
    fix: "Change the password of krbtgt twice, with at least a day (longer than the life of a ticket, and a whole replication) between.",
    severity: Severity::Medium,
    cwe: 324,
    attack: "T1558.001",
    controls: &["nist-800-53-r5:IA-5(1)", "nist-800-53-r5:SC-12"],
    wants: &["created"],
    judge,
};

fn judge(identities: &Identities<'_>, node: Node) -> Result<Vec<Hit>, Unknown> {
    let facts = identities.facts;
    let is_key = facts.attribute(node, "object-id").is_some_and(|id| id.ends_with("-502"));
    if !is_key || !is(facts, node, &["user"]) {
        return Ok(Vec::new());
    }
    let changed = age(facts, node, "password-last-set")?;
    if !changed.exceeds(EVERY) {
        return Ok(Vec::new());
    }
    let (severity, because) = match changed.exceeds(YEARS) {
        true => (
            Severity::High,
            "it is more than two years old: every backup and former administrator of that time may have it",
        ),
        false => (Severity::Medium, "it is older than half a year"),
    };
    Ok(whole(
        severity,
        because,
        format!("The password of krbtgt was last set: {}.", changed.words()),
        "Reset it twice, at least a day apart and after replication has finished:\n\
         Set-ADAccountPassword -Identity krbtgt -Reset (any long random password; the domain controller makes its own)"
            .to_owned(),
    ))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::identity::testing::lifecycle;

    #[test]
    fn life() {
        lifecycle(
            &CHECK,
            "identity krbtgt type=user object-id=S-1-5-21-1-502 domain-sid=S-1-5-21-1
             krbtgt has password-last-set=2023-06-01 ? 2024-04-30
             identity ann type=user object-id=S-1-5-21-1-1102 domain-sid=S-1-5-21-1 password-last-set=2020-01-01 last-logon=2024-05-01
             identity key type=user object-id=S-1-5-21-1-502 domain-sid=S-1-5-21-1 password-last-set=2020-01-01",
            &["krbtgt: medium", "key: high"],
        );
    }
}
