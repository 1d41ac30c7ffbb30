//! Rights of accounts that are no longer there.

use super::support::{quoted, some, whole};
use super::{Check, Hit, Identities, Node, Unknown};
use bartizan_model::Severity;

/// Rights on objects that a deleted account left behind.
pub(super) const CHECK: Check = Check {
    id: "ad-orphaned-rights",
    title: "A deleted account still owns objects or has rights",
    meaning: "Objects of the directory are owned by an id, or grant it rights, that no account, group or machine of its domain has.",
    why: "Nobody answers for the object, and whoever puts the id into an account's history (SID history) has its rights.",
    fix: "Give the objects an owner that exists, and remove the entries of the id.",
    severity: Severity::Low,
    cwe: 284,
    attack: "T1134.005",
    controls: &["nist-800-53-r5:AC-2", "nist-800-53-r5:AC-6(7)"],
    wants: HELD,
    judge,
};

/// Rights that somebody has to answer for.
const HELD: &[&str] = &[
    "add_key_credential_link",
    "add_member",
    "add_self",
    "admin_to",
    "all_extended_rights",
    "auto_enroll",
    "enroll",
    "force_change_password",
    "generic_all",
    "generic_write",
    "get_changes_all",
    "owns",
    "read_gmsa_password",
    "read_laps_password",
    "write_dacl",
    "write_owner",
    "write_spn",
];

/// The first id that a domain gives to what people make; those below are its own.
const FIRST: u64 = 1000;

fn judge(identities: &Identities<'_>, node: Node) -> Result<Vec<Hit>, Unknown> {
    let facts = identities.facts;
    let id = facts.name(node);
    let of_domain = id.rsplit_once('-').filter(|(domain, _)| domain.starts_with("S-1-5-21-"));
    let made = of_domain.filter(|(_, number)| number.parse().is_ok_and(|number: u64| number >= FIRST));
    let Some((domain, _)) = made.filter(|_| facts.attribute(node, "type").is_none()) else {
        return Ok(Vec::new());
    };
    let held: Vec<_> = facts.all_from(node).filter(|(verb, _)| HELD.contains(verb)).collect();
    if held.is_empty() {
        return Ok(Vec::new());
    }
    if !["user", "group", "computer"].iter().all(|kind| identities.knows(domain, kind)) {
        return Err(
            format!("not all users, groups and computers of the domain {domain} were collected").into()
        );
    }
    let mut names: Vec<_> = held.iter().map(|(_, relation)| facts.name(relation.to)).collect();
    names.dedup();
    let owned: Vec<_> =
        held.iter().filter(|(verb, _)| *verb == "owns").map(|(_, one)| facts.name(one.to)).collect();
    let mut evidence = format!("Nobody in the domain has this id. It has rights on {}.", some(&names, 10));
    if !owned.is_empty() {
        evidence.push_str(&format!(" It owns {}.", some(&owned, 10)));
    }
    Ok(whole(
        Severity::Low,
        "nobody can log on as it",
        evidence,
        format!(
            "For each object, by its distinguished name: dsacls OBJECT /R {}\nand where it is the owner: dsacls OBJECT /takeOwnership, then name the right one",
            quoted(id)
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::identity::testing::{lifecycle, said, world};

    #[test]
    fn life() {
        lifecycle(
            &CHECK,
            "identity S-1-5-21-7-1109
             identity ann type=user domain-sid=S-1-5-21-7
             identity all type=group domain-sid=S-1-5-21-7
             host pc type=computer domain-sid=S-1-5-21-7
             S-1-5-21-7-1109 owns pc *
             identity S-1-5-21-7-512
             S-1-5-21-7-512 owns pc",
            &["S-1-5-21-7-1109: low"],
        );
    }

    #[test]
    fn an_account_of_a_domain_that_was_not_collected_may_be_there() {
        let text =
            "identity S-1-5-21-7-1109\nhost pc type=computer domain-sid=S-1-5-21-7\nS-1-5-21-7-1109 owns pc";
        let (found, unknown) = said(&CHECK, &world(text));
        assert_eq!((found.len(), unknown.len()), (0, 1));
    }
}
