//! Logons that are relayed: a machine is made to log on to the attacker, who passes the logon on to a service that does not bind
//! it to its channel. <https://posts.specterops.io/the-renaissance-of-ntlm-relay-attacks-everything-you-need-to-know-abfc3677c34e>

use crate::directory::Directory;
use crate::facts::{Chance, Facts, Node};
use crate::pki::{self, Authority};
use crate::steps::{Basis, Foothold, Steps};
use std::collections::BTreeMap;

/// Any account can make a machine log on somewhere, by one of many calls; some are patched.
pub(crate) const COERCED: Chance = Chance::between(0.3, 0.7, 0.95);
/// As above, where nobody told whether the machine may send such logons.
pub(crate) const PERHAPS: Chance = Chance::between(0.0, 0.5, 0.95);

/// How likely a machine is made to send its logon, and the fact behind it; `None` where it sends none.
pub(crate) fn coerced(facts: &Facts, machine: Node) -> Option<(Chance, Option<Basis>)> {
    let name = "restrict-sending-ntlm-traffic";
    match facts.attribute(machine, name) {
        // It denies all; 1 only writes them down.
        Some("2" | "true") => None,
        Some(_) => Some((COERCED, facts.basis(machine, name))),
        None => Some((PERHAPS, None)),
    }
}

/// Steps from anybody in a domain over an authority that takes relayed logons, as `open` says: to the domain by one of its
/// controllers, and to each other machine of which it was told that it sends its logon and may enrol.
pub(crate) fn to_authority(facts: &Facts, steps: &mut Steps, open: impl Fn(&Authority) -> Option<Basis>) {
    let directory = Directory::of(facts);
    // Of each machine one way is enough.
    let mut machines: BTreeMap<Node, (Node, Vec<Basis>)> = BTreeMap::new();
    for authority in pki::authorities(facts) {
        let (Some(open), Some(anybody)) = (open(&authority), directory.authenticated_users(authority.domain))
        else {
            continue;
        };
        let common: Vec<_> = std::iter::once(open).chain(authority.because.iter().copied()).collect();
        let template = pki::published(facts, authority.node)
            .find_map(|published| Some([pki::authenticates(facts, published.template)?, published.because]));
        let Some(template) = template else { continue };
        let mut controllers = facts.to(authority.domain, "dc_of").peekable();
        let untold = controllers.peek().is_none();
        if untold || controllers.any(|(_, controller)| coerced(facts, controller.from).is_some()) {
            let because: Vec<_> = common.iter().copied().chain(template).collect();
            let gains = Foothold::Control(authority.domain);
            steps.step(&[Foothold::Control(anybody)], gains, COERCED, &because);
        }
        for published in pki::published(facts, authority.node) {
            let template = published.template;
            let (Some(authenticates), Some(unattended)) =
                (pki::authenticates(facts, template), pki::unattended(facts, template))
            else {
                continue;
            };
            let rights = [directory.holders(template, pki::ENROLL), pki::enrollers(facts, &authority)];
            let enrol = directory.together(&rights);
            let told = facts.attributes("restrict-sending-ntlm-traffic").map(|(machine, _)| machine);
            for machine in told.filter(|machine| directory.domain(*machine) == Some(authority.domain)) {
                let Some((_, Some(sends))) = coerced(facts, machine) else { continue };
                let may = enrol.iter().find(|(principal, _)| directory.is_in(machine, *principal));
                let Some((_, may)) = may else { continue };
                let facts_of = [sends, authenticates, published.because].into_iter().chain(unattended);
                let because = facts_of.chain(may.iter().copied()).chain(common.iter().copied()).collect();
                machines.entry(machine).or_insert((anybody, because));
            }
        }
    }
    for (machine, (anybody, because)) in machines {
        steps.step(&[Foothold::Control(anybody)], Foothold::Control(machine), COERCED, &because);
    }
}
