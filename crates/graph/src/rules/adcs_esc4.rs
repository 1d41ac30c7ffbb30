//! ESC4: who may change a template makes it one that lets anybody become anybody, and enrols.

use super::Rule;
use crate::facts::{Chance, Facts};
use crate::pki::{self, Way};
use crate::steps::{Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "adcs_esc4",
    title: "change a certificate template",
    technique: "T1649",
    wants: &["enroll", "published_to"],
    derive,
    explain,
};

/// The change is plain to see.
const CHANCE: Chance = Chance::between(0.6, 0.9, 1.0);

/// Rights that change all of a template, its own rights included.
const CONTROL: &[&str] = &["generic_all", "owns", "write_dacl", "write_owner"];

fn derive(facts: &Facts, steps: &mut Steps) {
    pki::by_template(facts, steps, CHANCE, |directory, _, template| {
        let control = vec![directory.holders(template, CONTROL)];
        // Who may only write its settings needs to be allowed to enrol already.
        let write =
            vec![directory.holders(template, &["generic_write"]), directory.holders(template, pki::ENROLL)];
        [control, write].into_iter().map(|rights| Way { because: Vec::new(), rights, gains: None }).collect()
    });
}

fn explain(facts: &Facts, steps: &Steps, step: &Step<'_>) -> String {
    super::between(facts, steps, step, |from, to| {
        format!("{from} can change a certificate template so that it becomes anybody in {to} (ESC4).")
    })
}

#[cfg(test)]
mod tests {
    use crate::pki::WORLD;
    use crate::rules::testing::lifecycle;

    #[test]
    fn who_changes_a_template_becomes_anybody() {
        lifecycle(
            "adcs_esc4",
            &format!(
                "{WORLD}
             directory-object web
             identity alice
             identity bob
             web published_to ca *
             alice write_dacl web *
             alice enroll ca *
             bob generic_write web
             bob enroll ca"
            ),
            &["controls alice -> controls clinic (0.9)"],
            "alice can change a certificate template so that it becomes anybody in clinic (ESC4).",
        );
    }

    #[test]
    fn who_only_writes_settings_must_be_allowed_to_enrol() {
        lifecycle(
            "adcs_esc4",
            &format!(
                "{WORLD}
             directory-object web
             identity bob
             web published_to ca *
             bob generic_write web *
             bob enroll web *
             bob enroll ca *"
            ),
            &["controls bob -> controls clinic (0.9)"],
            "bob can change a certificate template so that it becomes anybody in clinic (ESC4).",
        );
    }
}
