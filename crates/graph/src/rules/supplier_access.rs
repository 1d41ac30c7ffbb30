//! A supplier that was broken into: the attacker comes by what the supplier was given, an account or a way through the network.
//!
//! `supplier_access` goes from the third party to an account, to a network, or to an asset, there by a port (`via` = `tcp/3389`),
//! by an account on it (`via` = its name), or by any port.

use super::network_reach::{Ports, way_in};
use super::{Derive, Rule};
use crate::facts::{Chance, Facts, Relation};
use crate::steps::{Basis, Entry, Foothold, Step, Steps};
use bartizan_model::AssetKind;

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "supplier_access",
    title: "come by a supplier's access",
    technique: "T1199",
    wants: &["supplier_access"],
    derive: Derive::OfAll(derive),
    explain,
};

/// Whoever broke into a supplier finds what it was given for its customers, and uses it on this one.
const ACCOUNT: Chance = Chance::between(0.1, 0.5, 0.95);
/// As above, where a second factor is asked of the supplier's people too.
const WITH_MFA: Chance = Chance::between(0.02, 0.15, 0.6);

fn derive(facts: &Facts, steps: &mut Steps) {
    let mut suppliers: Vec<_> = facts.relations("supplier_access").map(|(_, access)| access.from).collect();
    suppliers.dedup();
    for supplier in suppliers {
        let broken_into = [Foothold::Entry(Entry::Supplier)];
        steps.step(&broken_into, Foothold::Control(supplier), Chance::CERTAIN, &[Basis::Asset(supplier)]);
    }
    for (id, access) in facts.relations("supplier_access") {
        let (from, because) = (Foothold::Control(access.from), [Basis::Relation(id)]);
        match facts.asset(access.to).kind {
            AssetKind::Identity => {
                let chance = if facts.flag(access.to, "mfa") == Some(true) { WITH_MFA } else { ACCOUNT };
                steps.step(&[from], Foothold::Control(access.to), chance, &because);
            }
            kind if by_account(access) => {
                let session = Foothold::Session(access.to);
                let gains = if super::is_machine(kind) { session } else { Foothold::Control(access.to) };
                steps.step(&[from], gains, ACCOUNT, &because);
            }
            _ => {
                let members = facts.to(access.to, "in_zone").map(|(id, member)| (member.from, Some(id)));
                for place in [(access.to, None)].into_iter().chain(members) {
                    way_in(facts, steps, from, (id, access, Chance::CERTAIN), place);
                }
            }
        }
    }
}

/// Whether it is by an account on the asset, and not by its network.
fn by_account(access: &Relation) -> bool {
    !matches!(&*access.via, "" | "any" | "inherited") && Ports::of(access).is_none()
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    let Some(access) = super::relation(facts, step) else {
        let Some(Basis::Asset(node)) = step.because.first() else { return String::new() };
        return format!("{} may be broken into.", facts.asset(*node).name);
    };
    super::sentence(facts, step, |supplier, to| match &*access.via {
        _ if facts.asset(access.to).kind == AssetKind::Identity => {
            format!("{supplier} was given the account {to}.")
        }
        "" => format!("{supplier} can talk to {to}."),
        via if by_account(access) => format!("{supplier} can log on to {to} as {via}."),
        via => format!("{supplier} can talk to {to} by {via}."),
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn by_an_account() {
        lifecycle(
            "supplier_access",
            "third-party acme
             identity vpn-acme
             identity strong mfa=true
             host pacs
             data-store share
             acme supplier_access vpn-acme *
             acme supplier_access strong *
             acme supplier_access:service pacs *
             acme supplier_access:reader share *",
            &[
                "A supplier that was broken into -> controls acme (1)",
                "controls acme -> controls vpn-acme (0.5)",
                "controls acme -> controls strong (0.15)",
                "controls acme -> user on pacs (0.5)",
                "controls acme -> controls share (0.5)",
            ],
            "acme may be broken into.",
        );
    }

    #[test]
    fn by_the_network() {
        lifecycle(
            "supplier_access",
            "third-party acme
             network maintenance
             host mri
             host pump
             pump in_zone maintenance *
             acme supplier_access:tcp/22 maintenance *
             acme supplier_access:tcp/3389 mri *
             acme supplier_access pump *",
            &[
                "A supplier that was broken into -> controls acme (1)",
                "controls acme -> can reach port 22 of maintenance (1)",
                "controls acme -> can reach port 22 of pump (1)",
                "controls acme -> can reach port 3389 of mri (1)",
                "controls acme -> can reach pump (1)",
            ],
            "acme may be broken into.",
        );
    }
}
