//! Whoever controls a repository or a pipeline controls what it builds and where it deploys to.

use super::{Derive, Right, Rule};
use crate::facts::{Chance, Facts};
use crate::steps::{Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "pipeline",
    title: "change what a pipeline delivers",
    technique: "T1072",
    wants: &["builds", "deploys_to"],
    derive: Derive::OfAll(derive),
    explain,
};

/// A change that is built and delivered; tests and people may stop it.
const CHANCE: Chance = Chance::between(0.5, 0.85, 1.0);

/// The right, how likely it gives control, and words between its two ends.
const RIGHTS: &[Right] = &[("builds", CHANCE, "builds"), ("deploys_to", CHANCE, "deploys to")];

fn derive(facts: &Facts, steps: &mut Steps) {
    super::along_rights(facts, steps, RIGHTS);
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::of_right(facts, step, RIGHTS)
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn from_the_source_to_where_it_runs() {
        lifecycle(
            "pipeline",
            "repository shop
             container-image app
             directory-object cluster
             shop builds app *
             shop deploys_to:github-actions cluster *",
            &["controls shop -> controls app (0.85)", "controls shop -> controls cluster (0.85)"],
            "shop builds app.",
        );
    }
}
