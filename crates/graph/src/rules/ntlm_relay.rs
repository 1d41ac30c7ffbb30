//! A machine is made to log on to the attacker, who relays the logon to another machine that it administers and that signs nothing.
//! <https://bloodhound.specterops.io/resources/edges/coerce-and-relay-ntlm-to-smb>

use super::Rule;
use crate::directory::Directory;
use crate::facts::{Chance, Facts, Node};
use crate::steps::{Basis, Foothold, Step, Steps};
use bartizan_model::AssetKind;
use std::collections::BTreeSet;

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "ntlm_relay",
    title: "relay a machine's logon",
    technique: "T1557.001",
    wants: &["restrict-sending-ntlm-traffic", "smb-signing"],
    derive,
    explain,
};

/// Any account can make a machine log on somewhere, by one of many calls; some are patched.
const CHANCE: Chance = Chance::between(0.3, 0.7, 0.95);
/// As above, where nobody told whether the machine may send such logons.
const PERHAPS: Chance = Chance::between(0.0, 0.5, 0.95);

fn derive(facts: &Facts, steps: &mut Steps) {
    let directory = Directory::of(facts);
    for (target, _) in facts.attributes("smb-signing") {
        let (Some(unsigned), Some(anybody)) =
            (facts.told(target, "smb-signing", "false"), directory.authenticated_users(target))
        else {
            continue;
        };
        for (machine, mut because) in administrating_machines(facts, &directory, target) {
            let (chance, told) = match facts.attribute(machine, "restrict-sending-ntlm-traffic") {
                // It denies all; 1 only writes them down.
                Some("2" | "true") => continue,
                Some(_) => (CHANCE, facts.basis(machine, "restrict-sending-ntlm-traffic")),
                None => (PERHAPS, None),
            };
            because.extend([unsigned].into_iter().chain(told));
            steps.step(&[Foothold::Control(anybody)], Foothold::Control(target), chance, &because);
        }
    }
}

/// The machines that administer another one, themselves or by their groups, and the facts that say so.
fn administrating_machines(
    facts: &Facts,
    directory: &Directory<'_>,
    target: Node,
) -> Vec<(Node, Vec<Basis>)> {
    let mut seen = BTreeSet::from([target]);
    let mut found = Vec::new();
    let holders = directory.holders(target, &["admin_to"]).into_iter();
    let mut work: Vec<_> = holders.map(|(holder, basis)| (holder, vec![basis])).collect();
    while let Some((node, because)) = work.pop() {
        if !seen.insert(node) {
            continue;
        }
        if facts.asset(node).kind == AssetKind::Host {
            found.push((node, because));
            continue;
        }
        let further = |basis: Basis| because.iter().copied().chain([basis]).collect();
        work.extend(directory.members(node).into_iter().map(|(member, basis)| (member, further(basis))));
    }
    found.sort_unstable();
    found
}

fn explain(facts: &Facts, steps: &Steps, step: &Step<'_>) -> String {
    super::between(facts, steps, step, |_, to| {
        format!(
            "{to} signs nothing, so that the logon of a machine that administers it can be relayed there."
        )
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{lifecycle, steps, world};

    const WORLD: &str = "identity authenticated object-id=CLINIC-S-1-5-11
             host backup
             backup has smb-signing=false *
             backup has domain=CLINIC *
             host sccm
             sccm has restrict-sending-ntlm-traffic=0 *
             identity managers
             sccm member_of managers *
             managers admin_to backup *";

    #[test]
    fn a_logon_is_relayed_to_who_signs_nothing() {
        lifecycle(
            "ntlm_relay",
            WORLD,
            &["controls authenticated -> controls backup (0.7)"],
            "backup signs nothing, so that the logon of a machine that administers it can be relayed there.",
        );
    }

    #[test]
    fn not_from_who_may_send_none_nor_to_who_signs() {
        let with = |from: &str, to: &str| {
            steps("ntlm_relay", &world(&WORLD.replace(from, to).replace('*', ""))).first().cloned()
        };
        let perhaps = Some("controls authenticated -> controls backup (0.5)".to_owned());
        assert_eq!(with("sccm has restrict-sending-ntlm-traffic=0", ""), perhaps);
        assert_eq!(with("traffic=0", "traffic=2"), None);
        assert_eq!(with("smb-signing=false", "smb-signing=true"), None);
        assert_eq!(with("host sccm", "identity sccm"), None, "people are not made to log on");
    }
}
