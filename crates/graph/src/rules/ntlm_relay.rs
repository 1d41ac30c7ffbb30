//! A machine is made to log on to the attacker, who relays the logon: to another machine that it administers and that signs
//! nothing, or to a directory that neither signs nor binds logons, to be given control of the machine itself.
//! <https://bloodhound.specterops.io/resources/edges/coerce-and-relay-ntlm-to-smb>
//! <https://bloodhound.specterops.io/resources/edges/coerce-and-relay-ntlm-to-ldap>

use super::{Derive, Rule};
use crate::directory::Directory;
use crate::facts::{Facts, Node};
use crate::relay;
use crate::steps::{Basis, Foothold, Step, Steps};
use bartizan_model::AssetKind;
use std::collections::BTreeSet;

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "ntlm_relay",
    title: "relay a machine's logon",
    technique: "T1557.001",
    wants: &["ldap-signing", "restrict-sending-ntlm-traffic", "smb-signing", "web-client-running"],
    derive: Derive::OfAll(derive),
    explain,
};

fn derive(facts: &Facts, steps: &mut Steps) {
    let directory = Directory::of(facts);
    for (target, _) in facts.attributes("smb-signing") {
        let (Some(unsigned), Some(anybody)) =
            (facts.told(target, "smb-signing", "false"), directory.authenticated_users(target))
        else {
            continue;
        };
        for (machine, mut because) in administrating_machines(facts, &directory, target) {
            let Some((chance, told)) = relay::coerced(facts, machine) else { continue };
            because.extend([unsigned].into_iter().chain(told));
            steps.step(&[Foothold::Control(anybody)], Foothold::Control(target), chance, &because);
        }
    }
    // A logon over HTTP, as the web client sends it, is taken by a directory that asks for no signature.
    for (machine, client) in facts.flagged("web-client-running") {
        let (Some(domain), Some(anybody), Some((chance, told))) = (
            directory.domain(machine),
            directory.authenticated_users(machine),
            relay::coerced(facts, machine),
        ) else {
            continue;
        };
        if let Some(open) = takes_relayed(facts, domain) {
            let because: Vec<_> = open.into_iter().chain([client]).chain(told).collect();
            steps.step(&[Foothold::Control(anybody)], Foothold::Control(machine), chance, &because);
        }
    }
}

/// A controller of the domain that neither asks for signatures over LDAP, nor binds logons to the channel over LDAPS.
fn takes_relayed(facts: &Facts, domain: Node) -> Option<Vec<Basis>> {
    facts.to(domain, "dc_of").find_map(|(id, controller)| {
        let plain = facts.told(controller.from, "ldap-signing", "false");
        let over_tls = || {
            facts.told(controller.from, "ldaps-available", "true")?;
            facts.told(controller.from, "ldaps-channel-binding", "false")
        };
        Some(vec![plain.or_else(over_tls)?, Basis::Relation(id)])
    })
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

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    let to_directory = super::relation(facts, step).is_some_and(|of| facts.word(of.verb) == "dc_of");
    super::between(facts, step, |_, to| match to_directory {
        true => {
            format!("The logon of {to} can be relayed to a domain controller, which gives control of it.")
        }
        false => format!(
            "{to} signs nothing, so that the logon of a machine that administers it can be relayed there."
        ),
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

    const LDAP: &str = "directory-object clinic object-id=S-1-5-21-1
             identity authenticated object-id=CLINIC-S-1-5-11
             host dc1
             dc1 has ldap-signing=false *
             dc1 dc_of clinic *
             host pc
             pc has web-client-running=true *
             pc has domain=CLINIC *
             pc has domain-sid=S-1-5-21-1 *
             pc has restrict-sending-ntlm-traffic=1 *";

    #[test]
    fn a_logon_over_http_is_relayed_to_a_directory_that_asks_for_no_signature() {
        lifecycle(
            "ntlm_relay",
            LDAP,
            &["controls authenticated -> controls pc (0.7)"],
            "The logon of pc can be relayed to a domain controller, which gives control of it.",
        );
        let with = |told: &str| {
            let text = LDAP.replace("dc1 has ldap-signing=false *", told).replace('*', "");
            steps("ntlm_relay", &world(&text)).len()
        };
        assert_eq!(with("dc1 has ldap-signing=true"), 0);
        assert_eq!(with("dc1 has ldaps-available=true\ndc1 has ldaps-channel-binding=false"), 1);
        assert_eq!(with("dc1 has ldaps-available=false\ndc1 has ldaps-channel-binding=false"), 0);
    }
}
