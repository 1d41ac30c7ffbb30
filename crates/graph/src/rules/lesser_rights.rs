//! Who controls a machine has a session on it; who has a session inside the network is inside.

use super::Rule;
use crate::facts::{Chance, Facts};
use crate::steps::{Basis, Foothold, Step, Steps};
use bartizan_model::Reach;

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "lesser_rights",
    title: "use what is there already",
    technique: "T1078",
    wants: &[],
    derive,
    explain,
};

/// Where nobody observed the position of a machine: most stand inside.
const PERHAPS_INSIDE: Chance = Chance::between(0.0, 0.8, 1.0);

fn derive(facts: &Facts, steps: &mut Steps) {
    for (node, asset) in facts.assets().filter(|(_, asset)| super::has_network(asset.kind)) {
        let because = [Basis::Asset(node)];
        let session = Foothold::Session(node);
        steps.step(&[Foothold::Control(node)], session, Chance::CERTAIN, &because);
        // Where zones are known, they say what is reached from the machine.
        let zoned = facts.from(node, "in_zone").next().is_some();
        match asset.reach {
            Reach::Local => {}
            _ if zoned => {}
            Reach::Unknown => steps.step(&[session], Foothold::Inside, PERHAPS_INSIDE, &because),

            Reach::Internet | Reach::Internal => {
                steps.step(&[session], Foothold::Inside, Chance::CERTAIN, &because);
            }
        }
    }
}

fn explain(facts: &Facts, steps: &Steps, step: &Step<'_>) -> String {
    let words = |id: u32| steps.footholds()[id as usize].words(facts);
    let needs: Vec<_> = step.needs.iter().map(|need| words(*need)).collect();
    format!("Whoever {} is also: {}.", needs.join(" and "), words(step.gains))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn control_is_a_session_and_a_session_is_inside() {
        lifecycle(
            "lesser_rights",
            "host web reach=internal *
             identity alice",
            &["controls web -> user on web (1)", "user on web -> inside the network (1)"],
            "Whoever controls web is also: user on web.",
        );
    }

    #[test]
    fn zones_say_more_than_inside() {
        lifecycle(
            "lesser_rights",
            "host lab reach=internal
             host desk reach=local *
             network dmz
             lab in_zone dmz",
            &["controls lab -> user on lab (1)", "controls desk -> user on desk (1)"],
            "Whoever controls lab is also: user on lab.",
        );
    }
}
