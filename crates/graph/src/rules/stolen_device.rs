//! A portable computer is lost or stolen. Whoever has it reads its disk, unless that is encrypted.
//!
//! `chassis` (or `portable`) says that a machine is carried about, `disk-encrypted` whether its disk is. A disk that is encrypted
//! is taken for closed: what opens one without its key takes a laboratory, or a machine that was left running.

use super::{Derive, Rule};
use crate::facts::{Chance, Facts, Node};
use crate::steps::{Basis, Entry, Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "stolen_device",
    title: "read the disk of a stolen device",
    technique: "T1200",
    wants: &["chassis", "disk-encrypted"],
    derive: Derive::OfAll(derive),
    explain,
};

/// Whoever finds or steals one looks into it: most sell it on unread.
const UNENCRYPTED: Chance = Chance::between(0.1, 0.4, 0.9);
/// As above, where nobody told whether it is encrypted: about half of the portable computers of organisations that do not
/// enforce it are not.
const PERHAPS: Chance = Chance::between(0.0, 0.2, 0.9);

/// Words for machines that are carried about, as DMTF's SMBIOS names chassis (system enclosure types 8 to 11, 14, 30 to 32).
const PORTABLE: &[&str] = &[
    "convertible",
    "detachable",
    "hand-held",
    "laptop",
    "notebook",
    "phone",
    "portable",
    "sub-notebook",
    "tablet",
];

fn derive(facts: &Facts, steps: &mut Steps) {
    for (node, asset) in facts.assets() {
        let Some(portable) = portable(facts, node).filter(|_| super::is_machine(asset.kind)) else {
            continue;
        };
        let (chance, told) = match facts.flag(node, "disk-encrypted") {
            Some(true) => continue,
            Some(false) => (UNENCRYPTED, facts.basis(node, "disk-encrypted")),
            None => (PERHAPS, None),
        };
        let because: Vec<_> = std::iter::once(portable).chain(told).collect();
        steps.step(&[Foothold::Entry(Entry::StolenDevice)], Foothold::Control(node), chance, &because);
    }
}

fn portable(facts: &Facts, node: Node) -> Option<Basis> {
    let chassis = facts.attribute(node, "chassis").map(str::to_ascii_lowercase);
    let carried = chassis.is_some_and(|chassis| PORTABLE.contains(&chassis.as_str()));
    let told = || facts.told(node, "portable", "true");
    facts.basis(node, "chassis").filter(|_| carried).or_else(told)
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    let Some(node) = step.gains.asset() else { return String::new() };
    let name = &facts.asset(node).name;
    match facts.flag(node, "disk-encrypted") {
        Some(false) => format!("{name} is carried about, and its disk is not encrypted."),
        _ => format!("{name} is carried about; whether its disk is encrypted was not collected."),
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{lifecycle, steps, world};

    #[test]
    fn an_unencrypted_laptop_is_read() {
        lifecycle(
            "stolen_device",
            "host laptop
             laptop has chassis=Notebook *
             laptop has disk-encrypted=false *
             host safe chassis=laptop disk-encrypted=true
             host server chassis=rack-mount disk-encrypted=false",
            &["A stolen device -> controls laptop (0.4)"],
            "laptop is carried about, and its disk is not encrypted.",
        );
    }

    #[test]
    fn what_nobody_told_is_perhaps_encrypted() {
        assert_eq!(
            steps("stolen_device", &world("device pump portable=true\nhost other")),
            ["A stolen device -> controls pump (0.2)"]
        );
    }
}
