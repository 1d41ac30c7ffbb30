//! Who may read a repository reads what is in it; who may push to it changes what is built and deployed from it.

use super::{Derive, Rule};
use crate::facts::{Chance, Facts, Node};
use crate::steps::{Basis, Entry, Foothold, Step, Steps};
use bartizan_model::{AssetKind, Reach};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "repository_access",
    title: "use the access to a repository",
    technique: "T1213.003",
    wants: &["can_push_to", "can_read", "visibility"],
    derive: Derive::OfAll(derive),
    explain,
};

/// A push that nobody has to look at.
const PUSH: Chance = Chance::between(0.7, 0.9, 1.0);
/// As above, where somebody else has to approve it.
const REVIEWED: Chance = Chance::between(0.05, 0.2, 0.6);
/// Where nobody told whether a repository is public: most of an organisation's are not.
const PERHAPS_PUBLIC: Chance = Chance::between(0.0, 0.1, 1.0);

fn derive(facts: &Facts, steps: &mut Steps) {
    for (node, asset) in facts.assets().filter(|(_, asset)| asset.kind == AssetKind::Repository) {
        let (reads, control) = (Foothold::Session(node), Foothold::Control(node));
        steps.step(&[control], reads, Chance::CERTAIN, &[Basis::Asset(node)]);
        if let Some((chance, because)) = public(facts, node, asset.reach) {
            steps.step(&[Foothold::Entry(Entry::Internet)], reads, chance, &[because]);
        }
    }
    for (id, access) in facts.relations("can_read") {
        let gains = match facts.asset(access.to).kind {
            AssetKind::Repository => Foothold::Session(access.to),
            // All that is to be had of a store is what is in it.
            _ => Foothold::Control(access.to),
        };
        steps.step(&[Foothold::Control(access.from)], gains, Chance::CERTAIN, &[Basis::Relation(id)]);
    }
    for (id, push) in facts.relations("can_push_to") {
        let reviewed = facts.flag(push.to, "review-required") == Some(true);
        let (chance, because) = (if reviewed { REVIEWED } else { PUSH }, [Basis::Relation(id)]);
        steps.step(&[Foothold::Control(push.from)], Foothold::Control(push.to), chance, &because);
        steps.step(&[Foothold::Control(push.from)], Foothold::Session(push.to), Chance::CERTAIN, &because);
    }
}

/// Whether everybody reads it.
fn public(facts: &Facts, node: Node, reach: Reach) -> Option<(Chance, Basis)> {
    match (facts.attribute(node, "visibility"), reach) {
        (Some("public"), _) => Some((Chance::CERTAIN, facts.basis(node, "visibility")?)),
        (_, Reach::Internet) => Some((Chance::CERTAIN, Basis::Reach(node))),
        (None, Reach::Unknown) => Some((PERHAPS_PUBLIC, Basis::Reach(node))),
        _ => None,
    }
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    if let Some(relation) = super::relation(facts, step) {
        let pushes = facts.word(relation.verb) == "can_push_to";
        return super::sentence(facts, step, |who, what| match pushes {
            true => format!("{who} may push to {what}."),
            false => format!("{who} may read {what}."),
        });
    }
    let Some(node) = step.gains.asset() else { return String::new() };
    let name = &facts.asset(node).name;
    match step.because.first() {
        Some(Basis::Asset(_)) => format!("Who controls {name} reads it."),
        _ if step.chance == Chance::CERTAIN => format!("{name} is public."),
        _ => format!("Nobody told whether {name} is public."),
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{lifecycle, steps, world};

    #[test]
    fn who_pushes_controls_and_who_reads_reads() {
        lifecycle(
            "repository_access",
            "repository shop visibility=private
             repository site visibility=private review-required=true
             identity dev
             identity audit
             data-store lake
             dev can_push_to shop *
             dev can_push_to site *
             audit can_read shop *
             audit can_read lake *",
            &[
                "controls shop -> reads shop (1)",
                "controls site -> reads site (1)",
                "controls audit -> reads shop (1)",
                "controls audit -> controls lake (1)",
                "controls dev -> controls shop (0.9)",
                "controls dev -> reads shop (1)",
                "controls dev -> controls site (0.2)",
                "controls dev -> reads site (1)",
            ],
            "Who controls shop reads it.",
        );
    }

    #[test]
    fn a_public_one_is_read_by_anybody() {
        let read = |told: &str| steps("repository_access", &world(told)).get(1).cloned();
        let by_anybody = |chance: &str| Some(format!("An attacker on the internet -> reads shop ({chance})"));
        assert_eq!(read("repository shop visibility=public"), by_anybody("1"));
        assert_eq!(read("repository shop reach=internet"), by_anybody("1"));
        assert_eq!(read("repository shop"), by_anybody("0.1"));
        assert_eq!(read("repository shop reach=internal"), None);
    }
}
