//! A secret lies where more people read than should: whoever reads the place is whom the secret belongs to.
//!
//! It takes both: the exposure that says the secret is there, and `leaks_credential_of`, which says whose it is. Its `via` is the key
//! of the weakness (`trufflehog:aws`); where it is empty, any secret of the asset will do.

use super::{Derive, Rule};
use crate::facts::{Effect, Facts, Node};
use crate::steps::{Basis, Foothold, Step, Steps};
use bartizan_model::AssetKind;

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "leaked_secret",
    title: "use a leaked secret",
    technique: "T1552.001",
    wants: &["leaks_credential_of"],
    derive: Derive::OfAsset(derive),
    explain,
};

fn derive(facts: &Facts, node: Node, steps: &mut Steps) {
    for (id, leak) in facts.from(node, "leaks_credential_of") {
        // A repository is read by who may; of anything else who controls it reads the files.
        let reads = match facts.asset(node).kind {
            AssetKind::Repository => Foothold::Session(node),
            _ => Foothold::Control(node),
        };
        let secrets = facts.exposures_of(node).filter(|(_, exposure)| {
            exposure.effect == Effect::LeaksSecret && (leak.via.is_empty() || leak.via == exposure.weakness)
        });
        // Copies of one secret are one exposure each: the likeliest stands for them, and rests on them only where it is alone.
        let secrets: Vec<_> = secrets.collect();
        let best = secrets.iter().map(|(_, exposure)| exposure.chance);
        let Some(chance) = best.max_by(|a, b| a.value.total_cmp(&b.value)) else { continue };
        let alone = secrets.first().filter(|_| secrets.len() == 1).map(|(at, _)| Basis::Exposure(*at));
        let because: Vec<_> = [Basis::Relation(id)].into_iter().chain(alone).collect();
        steps.step(&[reads], Foothold::Control(leak.to), chance, &because);
    }
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::sentence(facts, step, |place, owner| format!("A secret of {owner} lies in {place}."))
}

#[cfg(test)]
mod tests {
    use crate::facts::Chance;
    use crate::rules::testing::{lifecycle, steps, world};

    #[test]
    fn a_secret_is_its_owner() {
        lifecycle(
            "leaked_secret",
            "repository shop
             container-image app
             identity ci
             identity db
             shop ! trufflehog:aws leaks none none 0.5 *
             shop ! trufflehog:slack leaks none none 0.9
             app ! trivy:postgres leaks none none 0.25 *
             shop leaks_credential_of:trufflehog:aws ci *
             app leaks_credential_of db *",
            &["reads shop -> controls ci (0.5)", "controls app -> controls db (0.25)"],
            "A secret of ci lies in shop.",
        );
    }

    #[test]
    fn of_two_copies_neither_alone_takes_it_away() {
        let facts = world(
            "repository shop
             identity ci
             shop leaks_credential_of ci
             shop ! tool:a leaks none none 0.25
             shop ! tool:b leaks none none 0.5
             shop ! tool:c remote none none 1",
        );
        assert_eq!(steps("leaked_secret", &facts), ["reads shop -> controls ci (0.5)"]);
        let all = crate::rules::derive(&facts);
        let step = all.iter().find(|(_, step)| step.chance == Chance::exactly(0.5)).unwrap().1;
        assert_eq!(step.because.len(), 1, "the relation alone");
    }
}
