//! A policy runs on the machines and accounts of everything it is linked to, but what blocks policies from above.

use super::{Derive, Rule};
use crate::facts::{Chance, Facts, Node};
use crate::steps::{Basis, Foothold, Step, Steps};
use std::collections::BTreeSet;

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "gpo_control",
    title: "change a policy",
    technique: "T1484.001",
    wants: &["blocks-inheritance", "gp_link"],
    derive: Derive::OfAll(derive),
    explain,
};

/// Policies are applied within hours; filters may leave objects out.
const CHANCE: Chance = Chance::between(0.6, 0.9, 0.98);

fn derive(facts: &Facts, steps: &mut Steps) {
    let above = above_blocks(facts);
    for (id, link) in facts.relations("gp_link") {
        let from = [Foothold::Control(link.from)];
        if &*link.via == "enforced" || !above.contains(&link.to) || reaches_controller(facts, link.to) {
            steps.step(&from, Foothold::Control(link.to), CHANCE, &[Basis::Relation(id)]);
            continue;
        }
        // Some of what is inside is out of reach: the policy is not control of all of it, but of each part that it reaches.
        let (mut work, mut seen) = (vec![link.to], BTreeSet::new());
        while let Some(container) = work.pop() {
            if !seen.insert(container) {
                continue;
            }
            for (inside, part) in facts.from(container, "contains") {
                match () {
                    () if blocks(facts, part.to) => {}
                    () if above.contains(&part.to) => work.push(part.to),
                    () => {
                        let because = [Basis::Relation(id), Basis::Relation(inside)];
                        steps.step(&from, Foothold::Control(part.to), CHANCE, &because);
                    }
                }
            }
        }
    }
}

fn blocks(facts: &Facts, node: Node) -> bool {
    facts.flag(node, "blocks-inheritance") == Some(true)
}

/// Everything that contains something which blocks policies from above, through others too.
fn above_blocks(facts: &Facts) -> BTreeSet<Node> {
    let mut work: Vec<_> = facts.flagged("blocks-inheritance").map(|(node, _)| node).collect();
    let mut above = BTreeSet::new();
    while let Some(node) = work.pop() {
        let containers = facts.to(node, "contains").map(|(_, relation)| relation.from);
        work.extend(containers.filter(|container| above.insert(*container)));
    }
    above
}

/// Whether the policies of a domain reach one of its controllers: they are control of all of it then.
fn reaches_controller(facts: &Facts, domain: Node) -> bool {
    facts.to(domain, "dc_of").any(|(_, controller)| {
        let (mut at, mut seen) = (controller.from, BTreeSet::new());
        loop {
            match facts.to(at, "contains").next() {
                _ if at == domain => return true,
                _ if blocks(facts, at) || !seen.insert(at) => return false,
                Some((_, relation)) => at = relation.from,
                None => return true,
            }
        }
    })
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::between(facts, step, |from, to| format!("The policy {from} applies to what is in {to}."))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{lifecycle, steps, world};

    #[test]
    fn a_changed_policy_changes_what_it_is_linked_to() {
        lifecycle(
            "gpo_control",
            "directory-object baseline
             directory-object ward-ou
             baseline gp_link:enforced ward-ou *",
            &["controls baseline -> controls ward-ou (0.9)"],
            "The policy baseline applies to what is in ward-ou.",
        );
    }

    const WORLD: &str = "directory-object baseline
             directory-object wards
             directory-object east
             directory-object west
             west has blocks-inheritance=true
             host pc
             host kiosk
             baseline gp_link wards *
             wards contains east *
             wards contains west
             west contains kiosk
             east contains pc";

    #[test]
    fn what_blocks_policies_is_left_out() {
        lifecycle(
            "gpo_control",
            WORLD,
            &["controls baseline -> controls east (0.9)"],
            "The policy baseline applies to what is in east.",
        );
        let enforced = WORLD.replace("gp_link", "gp_link:enforced").replace('*', "");
        assert_eq!(steps("gpo_control", &world(&enforced)), ["controls baseline -> controls wards (0.9)"]);
    }

    #[test]
    fn policies_of_a_domain_reach_its_controllers() {
        let with = |blocked: &str| {
            let text = format!(
                "directory-object baseline
                 directory-object clinic
                 directory-object controllers
                 directory-object tier0
                 host dc1
                 dc1 dc_of clinic
                 baseline gp_link clinic
                 clinic contains controllers
                 clinic contains tier0
                 controllers contains dc1
                 {blocked} has blocks-inheritance=true"
            );
            steps("gpo_control", &world(&text))
        };
        assert_eq!(with("tier0"), ["controls baseline -> controls clinic (0.9)"]);
        assert_eq!(with("controllers"), ["controls baseline -> controls tier0 (0.9)"]);
    }
}
