//! What runs of an image has what is in the image: its weaknesses, and whatever somebody who controls it put in.

use super::remote_exploit::by_network;
use super::{Derive, Rule};
use crate::facts::{Chance, Facts, Node, Rights};
use crate::steps::{Basis, Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "container_image",
    title: "use what is in a container's image",
    technique: "T1525",
    wants: &["runs_image"],
    derive: Derive::OfAsset(derive),
    explain,
};

/// It runs once the container is made anew, unless a digest holds it to what was there.
const POISONED: Chance = Chance::between(0.3, 0.7, 1.0);
/// Whether what carries a weakness runs in the container and listens: much of an image never does.
const RUNS: Chance = Chance::between(0.1, 0.5, 1.0);

/// Of an image.
fn derive(facts: &Facts, image: Node, steps: &mut Steps) {
    for (id, runs) in facts.to(image, "runs_image") {
        let container = runs.from;
        let gains = Foothold::Session(container);
        steps.step(&[Foothold::Control(image)], gains, POISONED, &[Basis::Relation(id)]);
        for (at, exposure) in facts.exposures_of(image).filter(|(_, exposure)| exposure.gives != Rights::None)
        {
            let because = [Basis::Exposure(at), Basis::Relation(id)];
            by_network(facts, steps, exposure, container, (gains, exposure.chance.and(RUNS)), &because);
        }
    }
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    let weakness = super::of_exposure(facts, step, |weakness, _| weakness.to_owned());
    super::sentence(facts, step, |container, image| match weakness.as_str() {
        "" => format!("{container} runs {image}, and what somebody put in."),
        weakness => format!("{container} runs {image}, which carries {weakness}."),
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn a_container_carries_the_weaknesses_of_its_image() {
        lifecycle(
            "container_image",
            "cloud-resource shop/web
             container-image shop:1
             shop/web runs_image shop:1 *
             shop:1 ! CVE-2021-44228 remote none admin 0.5 *
             shop:1 ! CVE-2021-1 remote none none 0.5
             shop:1 ! CVE-2021-2 local user admin 0.5",
            &["controls shop:1 -> user on shop/web (0.7)", "can reach shop/web -> user on shop/web (0.25)"],
            "shop/web runs shop:1, and what somebody put in.",
        );
    }
}
