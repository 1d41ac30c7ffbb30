//! ESC1: a template lets whoever asks name the subject, so that anybody who may enrol becomes anybody.

use super::{Derive, Rule};
use crate::directory::Directory;
use crate::facts::{Chance, Facts, Node};
use crate::pki::{self, Way};
use crate::steps::{Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "adcs_esc1",
    title: "ask for a certificate of somebody else",
    technique: "T1649",
    wants: &["enrollee-supplies-subject", "enroll", "published_to"],
    derive: Derive::OfAll(derive),
    explain,
};

/// Asking for a certificate works, unless somebody watches.
const CHANCE: Chance = Chance::between(0.8, 0.95, 1.0);

fn derive(facts: &Facts, steps: &mut Steps) {
    pki::by_template(facts, steps, CHANCE, |directory, _, template| {
        way(facts, directory, template).into_iter().collect()
    });
}

fn way(facts: &Facts, directory: &Directory<'_>, template: Node) -> Option<Way> {
    let subject = facts.told(template, "enrollee-supplies-subject", "true")?;
    let authenticates = pki::authenticates(facts, template)?;
    let because = [subject, authenticates].into_iter().chain(pki::unattended(facts, template)?).collect();
    Some(Way { because, rights: vec![directory.holders(template, pki::ENROLL)], gains: None })
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::between(facts, step, |from, to| {
        format!("{from} can ask for a certificate in the name of anybody in {to} (ESC1).")
    })
}

#[cfg(test)]
mod tests {
    use crate::pki::WORLD;
    use crate::rules::testing::lifecycle;

    #[test]
    fn whoever_names_the_subject_is_anybody() {
        lifecycle(
            "adcs_esc1",
            &format!(
                "{WORLD}
             directory-object web
             web has enrollee-supplies-subject=true *
             web has authentication-enabled=true *
             web has requires-manager-approval=false *
             web has authorized-signatures=0 *
             directory-object approved enrollee-supplies-subject=true authentication-enabled=true requires-manager-approval=true schema-version=1
             directory-object signed enrollee-supplies-subject=true authentication-enabled=true requires-manager-approval=false schema-version=2 authorized-signatures=1
             identity alice
             web published_to ca *
             approved published_to ca
             signed published_to ca
             alice enroll web *
             alice enroll approved
             alice enroll signed
             alice enroll ca *"
            ),
            &["controls alice -> controls clinic (0.95)"],
            "alice can ask for a certificate in the name of anybody in clinic (ESC1).",
        );
    }
}
