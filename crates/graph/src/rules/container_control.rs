//! What contains an object passes rights and policies on to it.

use super::{Derive, Rule};
use crate::facts::{Chance, Facts};
use crate::steps::{Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "container_control",
    title: "pass rights on to what is inside",
    technique: "T1484",
    wants: &["contains"],
    derive: Derive::OfAll(derive),
    explain,
};

/// Inheritance can be switched off for an object; policies reach it then.
const CHANCE: Chance = Chance::between(0.5, 0.9, 1.0);

fn derive(facts: &Facts, steps: &mut Steps) {
    super::along(facts, steps, "contains", CHANCE);
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::sentence(facts, step, |from, to| format!("Rights and policies of {from} reach {to}."))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn what_is_inside_falls_with_what_contains_it() {
        lifecycle(
            "container_control",
            "directory-object ward-ou
             host ward-pc
             ward-ou contains ward-pc *",
            &["controls ward-ou -> controls ward-pc (0.9)"],
            "Rights and policies of ward-ou reach ward-pc.",
        );
    }
}
