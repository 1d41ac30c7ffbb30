//! Who is member of a group has its rights; so has who is member of a group in it.

use super::{Derive, Rule};
use crate::facts::{Chance, Facts};
use crate::steps::{Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "group_membership",
    title: "use the rights of a group",
    technique: "T1078",
    wants: &["member_of"],
    derive: Derive::OfAll(derive),
    explain,
};

fn derive(facts: &Facts, steps: &mut Steps) {
    super::along(facts, steps, "member_of", Chance::CERTAIN);
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::sentence(facts, step, |from, to| format!("{from} is a member of {to} and has its rights."))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn a_member_has_the_rights_of_the_group_and_of_the_groups_it_is_in() {
        lifecycle(
            "group_membership",
            "identity alice
             identity helpdesk
             identity admins
             alice member_of helpdesk *
             helpdesk member_of admins *",
            &["controls alice -> controls helpdesk (1)", "controls helpdesk -> controls admins (1)"],
            "alice is a member of helpdesk and has its rights.",
        );
    }
}
