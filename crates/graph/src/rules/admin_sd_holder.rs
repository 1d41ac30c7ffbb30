//! Who may change the access list of `AdminSDHolder` changes that of every administrator: within the hour, the directory copies it
//! to all accounts and groups that it protects.
//! <https://learn.microsoft.com/windows-server/identity/ad-ds/plan/security-best-practices/appendix-c--protected-accounts-and-groups-in-active-directory>
//!
//! Other rights on it stand on what is protected as well, where they were collected.

use super::{Derive, Rule};
use crate::directory::Directory;
use crate::facts::{Chance, Facts, Node};
use crate::steps::{Basis, Foothold, Step, Steps};
use std::collections::BTreeMap;

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "admin_sd_holder",
    title: "have an access list copied to administrators",
    technique: "T1098",
    wants: &["distinguished-name", "write_dacl"],
    derive: Derive::OfAll(derive),
    explain,
};

/// The copying runs on every domain; somebody may take the change back before it does.
const CHANCE: Chance = Chance::between(0.8, 0.9, 1.0);

/// Rights by which an access list is changed.
const CHANGES: &[&str] = &["generic_all", "owns", "write_dacl", "write_owner"];

/// Accounts and groups that every domain protects, by the end of their ids: the administrator, the key centre, and the groups of
/// administrators, controllers, keys and replication.
const PROTECTED: &[&str] = &[
    "-500",
    "-502",
    "-512",
    "-516",
    "-518",
    "-519",
    "-521",
    "-526",
    "-527",
    "-S-1-5-32-544",
    "-S-1-5-32-552",
];
/// Groups that a domain may leave unprotected, each with its bit in the 16th character of the domain's heuristics: operators of
/// accounts, servers, printing and backups.
/// <https://learn.microsoft.com/openspecs/windows_protocols/ms-adts/e5899be4-862e-496f-9a38-33950617d2c5>
const OPERATORS: &[(&str, u32)] =
    &[("-S-1-5-32-548", 1), ("-S-1-5-32-549", 2), ("-S-1-5-32-550", 4), ("-S-1-5-32-551", 8)];
/// What a collector found out itself, by comparing access lists.
const COMPARED: &str = "admin-sd-holder-protected";

fn derive(facts: &Facts, steps: &mut Steps) {
    let is_holder = |name: &str| {
        let start = "CN=AdminSDHolder,CN=System,";
        name.get(..start.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(start))
    };
    let holders: Vec<_> = facts
        .attributes("distinguished-name")
        .filter(|(_, name)| is_holder(name))
        .map(|(node, _)| node)
        .collect();
    if holders.is_empty() {
        return;
    }
    let directory = Directory::of(facts);
    for (holder, domain) in holders.into_iter().filter_map(|node| Some((node, directory.domain(node)?))) {
        let protected = protected(facts, &directory, domain);
        for (principal, right) in directory.holders(holder, CHANGES) {
            // Administrators change each other's lists anyway.
            if protected.contains_key(&principal) {
                continue;
            }
            for (object, why) in &protected {
                let because: Vec<_> = std::iter::once(right).chain(why.iter().copied()).collect();
                steps.step(&[Foothold::Control(principal)], Foothold::Control(*object), CHANCE, &because);
            }
        }
    }
}

/// What a domain protects, and the facts that say so: well-known accounts and groups, and whoever is in these, through others too.
fn protected(facts: &Facts, directory: &Directory<'_>, domain: Node) -> BTreeMap<Node, Vec<Basis>> {
    let mask = facts.attribute(domain, "ds-heuristics").and_then(|told| told.chars().nth(15)?.to_digit(16));
    let operators = OPERATORS.iter().filter(|(_, bit)| mask.unwrap_or(0) & bit == 0).map(|(end, _)| *end);
    let ends: Vec<_> = PROTECTED.iter().copied().chain(operators).collect();
    let (sid, name) = (facts.attribute(domain, "object-id"), facts.attribute(domain, "domain"));
    // Well-known ids are the same in all domains, so that collectors put the domain's name before them.
    let known = ends.iter().filter_map(|end| {
        let before = if end.starts_with("-S-") { name } else { sid };
        directory.find(&format!("{}{end}", before?))
    });
    let mut work: Vec<_> = known.map(|node| (node, Vec::new())).collect();
    let compared = facts.flagged(COMPARED).filter(|(node, _)| directory.domain(*node) == Some(domain));
    work.extend(compared.map(|(node, told)| (node, vec![told])));
    let mut all = BTreeMap::new();
    while let Some((node, why)) = work.pop() {
        if all.contains_key(&node) {
            continue;
        }
        let members = directory.members(node).into_iter();
        work.extend(members.map(|(member, basis)| (member, why.iter().copied().chain([basis]).collect())));
        all.insert(node, why);
    }
    all.retain(|node, _| facts.flag(*node, COMPARED) != Some(false));
    all
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::between(facts, step, |from, to| {
        format!(
            "{from} can change the access list of AdminSDHolder, which the domain copies to {to} within the hour."
        )
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{lifecycle, steps, world};

    const WORLD: &str = "directory-object clinic type=domain object-id=S-1-5-21-1 domain=CLINIC
             directory-object holder domain-sid=S-1-5-21-1
             holder has distinguished-name=CN=ADMINSDHOLDER,CN=SYSTEM,DC=CLINIC *
             identity admins object-id=S-1-5-21-1-512
             identity tier0
             identity ada
             identity helpdesk
             tier0 member_of admins *
             ada member_of tier0 *
             helpdesk write_dacl holder *
             admins write_dacl holder
             helpdesk generic_write holder";

    #[test]
    fn who_changes_the_holder_changes_all_administrators() {
        lifecycle(
            "admin_sd_holder",
            WORLD,
            &[
                "controls helpdesk -> controls admins (0.9)",
                "controls helpdesk -> controls tier0 (0.9)",
                "controls helpdesk -> controls ada (0.9)",
            ],
            "helpdesk can change the access list of AdminSDHolder, which the domain copies to admins within the hour.",
        );
    }

    #[test]
    fn what_the_collector_compared_decides() {
        let with =
            |line: &str| steps("admin_sd_holder", &world(&format!("{WORLD}\n{line}").replace('*', "")));
        assert_eq!(with("ada has admin-sd-holder-protected=false").len(), 2);
        let also = with("identity old domain-sid=S-1-5-21-1 admin-sd-holder-protected=true");
        assert_eq!(also.last().unwrap(), "controls helpdesk -> controls old (0.9)");
        assert_eq!(with("identity far domain-sid=S-1-5-21-2 admin-sd-holder-protected=true").len(), 3);
    }

    #[test]
    fn a_domain_may_leave_operators_out() {
        let with = |heuristics: &str| {
            let text = format!(
                "{WORLD}
                 clinic has ds-heuristics={heuristics}
                 identity backup object-id=CLINIC-S-1-5-32-551
                 identity print object-id=CLINIC-S-1-5-32-550"
            );
            steps("admin_sd_holder", &world(&text.replace('*', ""))).len()
        };
        assert_eq!(with("0000000001"), 5);
        assert_eq!(with("000000000100000f"), 3);
        assert_eq!(with("0000000001000008"), 4);
    }
}
