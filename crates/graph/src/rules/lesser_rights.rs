//! Who controls a machine has a session on it; who has a session inside the network is inside.

use super::{Derive, Rule};
use crate::facts::{Chance, Facts};
use crate::steps::{Basis, Foothold, Step, Steps};
use bartizan_model::{AssetKind, Reach};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "lesser_rights",
    title: "use what is there already",
    technique: "T1078",
    wants: &[],
    derive: Derive::OfAll(derive),
    explain,
};

/// Where nobody observed the position of a machine: most stand inside.
const PERHAPS_INSIDE: Chance = Chance::between(0.0, 0.8, 1.0);
/// Whoever controls an application or a resource of a cloud may run code beside it, or may not.
const PERHAPS_CODE: Chance = Chance::between(0.0, 0.3, 1.0);

fn derive(facts: &Facts, steps: &mut Steps) {
    for (node, asset) in facts.assets() {
        let because = [Basis::Asset(node)];
        let (control, session) = (Foothold::Control(node), Foothold::Session(node));
        // What is inside an image or a store of data is at hand, but nobody stands there.
        let code = match asset.kind {
            kind if super::is_machine(kind) => Chance::CERTAIN,
            AssetKind::WebApplication | AssetKind::CloudResource => PERHAPS_CODE,
            _ => continue,
        };
        steps.step(&[control], session, code, &because);
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

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    let gains = step.gains;
    let asset = step.because.iter().find_map(|basis| match basis {
        Basis::Asset(node) => Some(&*facts.asset(*node).name),
        _ => None,
    });
    match (asset, gains) {
        (Some(asset), Foothold::Inside) => format!("{asset} stands inside the network."),
        (Some(asset), _) => format!("Who controls {asset} can run what they like on it."),
        (None, _) => String::new(),
    }
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
            "Who controls web can run what they like on it.",
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
            "Who controls lab can run what they like on it.",
        );
    }
}
