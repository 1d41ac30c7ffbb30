//! A secret that lies in a repository or on a machine, and that somebody said what it opens.
//!
//! `secret_opens` goes from the asset on which a scanner found the secret to what it opens; `via` is the weakness as the scanner
//! calls it (`gitleaks:aws-access-token`), or empty for any secret found there. Without an open finding there is no step: a secret
//! that was taken out and rotated opens nothing.

use super::Rule;
use crate::facts::{Chance, Exposure, Facts, Node};
use crate::steps::{Basis, Entry, Foothold, Step, Steps};
use bartizan_model::{AssetKind, Reach};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "saved_secret",
    title: "use a secret that lies open",
    technique: "T1552.001",
    wants: &["secret_opens"],
    derive,
    explain,
};

/// That somebody who can read the place finds the secret (scanners for that are free, and everybody runs them), and that it still
/// opens what people say. Our estimate.
const FOUND: Chance = Chance::between(0.25, 0.7, 1.0);
/// Where nobody observed who can read a repository: most are for people inside.
const PERHAPS_INTERNET: Chance = Chance::between(0.0, 0.05, 1.0);
/// As above, from inside.
const PERHAPS_INSIDE: Chance = Chance::between(0.0, 0.5, 1.0);

fn derive(facts: &Facts, steps: &mut Steps) {
    for (id, opens) in facts.relations("secret_opens") {
        for (at, _) in facts.exposures_of(opens.from).filter(|(_, exposure)| fits(exposure, &opens.via)) {
            for (need, chance) in readers(facts, opens.from) {
                let because = [Basis::Exposure(at), Basis::Relation(id)];
                steps.step(&[need], Foothold::Control(opens.to), chance.and(FOUND), &because);
            }
        }
    }
}

fn fits(exposure: &Exposure, via: &str) -> bool {
    via.is_empty() || via == &*exposure.weakness
}

/// Who can read what lies there.
fn readers(facts: &Facts, node: Node) -> Vec<(Foothold, Chance)> {
    let asset = facts.asset(node);
    if super::is_machine(asset.kind) {
        return vec![(Foothold::Session(node), Chance::CERTAIN)];
    }
    let mut readers = vec![(Foothold::Control(node), Chance::CERTAIN)];
    if matches!(asset.kind, AssetKind::Repository | AssetKind::ContainerImage) {
        let internet = Foothold::Entry(Entry::Internet);
        match asset.reach {
            Reach::Internet => readers.push((internet, Chance::CERTAIN)),
            Reach::Internal => readers.push((Foothold::Inside, Chance::CERTAIN)),
            Reach::Local => {}
            Reach::Unknown => {
                readers.push((internet, PERHAPS_INTERNET));
                readers.push((Foothold::Inside, PERHAPS_INSIDE));
            }
        }
    }
    readers
}

fn explain(facts: &Facts, _: &Steps, step: &Step<'_>) -> String {
    super::sentence(facts, step, |place, opened| format!("A secret that lies in {place} opens {opened}."))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{lifecycle, steps, world};

    #[test]
    fn a_secret_in_a_public_repository() {
        lifecycle(
            "saved_secret",
            "repository shop reach=internet
             identity deploy
             shop ! gitleaks:aws-access-token remote none none 0.1 *
             shop ! gitleaks:jwt remote none none 0.1
             shop secret_opens:gitleaks:aws-access-token deploy *",
            &[
                "controls shop -> controls deploy (0.7)",
                "An attacker on the internet -> controls deploy (0.7)",
            ],
            "A secret that lies in shop opens deploy.",
        );
    }

    #[test]
    fn a_secret_on_a_machine_is_for_its_users() {
        let facts = world(
            "host web
             identity deploy
             web ! x:secret local none none 0.1
             web secret_opens deploy",
        );
        assert_eq!(steps("saved_secret", &facts), ["user on web -> controls deploy (0.7)"]);
    }
}
