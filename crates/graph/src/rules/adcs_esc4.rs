//! ESC4: who may change a template makes it one that lets anybody become anybody, and enrols.

use super::{Derive, Rule};
use crate::facts::{Chance, Facts};
use crate::pki::{self, Way};
use crate::steps::{Basis, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "adcs_esc4",
    title: "change a certificate template",
    technique: "T1649",
    wants: &["enroll", "published_to"],
    derive: Derive::OfAll(derive),
    explain,
};

/// The change is plain to see.
const CHANCE: Chance = Chance::between(0.6, 0.9, 1.0);

/// Rights that change all of a template, its own rights included.
const CONTROL: &[&str] = &["generic_all", "owns", "write_dacl", "write_owner"];

/// Rights that change one setting: who is named in a certificate, and whether somebody has to approve it.
const NAME: &str = "write_pki_name_flag";
const ENROLMENT: &str = "write_pki_enrollment_flag";

fn derive(facts: &Facts, steps: &mut Steps) {
    pki::by_template(facts, steps, CHANCE, |directory, _, template| {
        let way = |because, rights: &[&[&str]]| Way {
            because,
            rights: rights.iter().map(|verbs| directory.holders(template, verbs)).collect(),
            gains: None,
        };
        // Who may only write its settings needs to be allowed to enrol already.
        let mut ways = vec![way(vec![], &[CONTROL]), way(vec![], &[&["generic_write"], pki::ENROLL])];
        if let (Some(authenticates), Some(unsigned)) =
            (pki::authenticates(facts, template), pki::unsigned(facts, template))
        {
            let common = vec![authenticates, unsigned];
            let with = |told: Option<Basis>| Some(common.iter().copied().chain([told?]).collect());
            ways.push(way(common.clone(), &[&[NAME], &[ENROLMENT], pki::ENROLL]));
            let named = with(facts.told(template, "enrollee-supplies-subject", "true"));
            ways.extend(named.map(|because| way(because, &[&[ENROLMENT], pki::ENROLL])));
            let unapproved = with(facts.told(template, "requires-manager-approval", "false"));
            ways.extend(unapproved.map(|because| way(because, &[&[NAME], pki::ENROLL])));
        }
        ways
    });
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::between(facts, step, |from, to| {
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

    #[test]
    fn two_settings_are_enough() {
        let world_of = |template: &str, rights: &str| {
            format!(
                "{WORLD}
             directory-object web
             web has authentication-enabled=true *
             web has schema-version=1 *
             {template}
             identity bob
             web published_to ca *
             bob enroll web *
             bob enroll ca *
             {rights}"
            )
        };
        let gained = &["controls bob -> controls clinic (0.9)"];
        let explained = "bob can change a certificate template so that it becomes anybody in clinic (ESC4).";
        let (name, enrolment) = ("bob write_pki_name_flag web *", "bob write_pki_enrollment_flag web *");
        lifecycle("adcs_esc4", &world_of("", &format!("{name}\n{enrolment}")), gained, explained);
        lifecycle(
            "adcs_esc4",
            &world_of("web has requires-manager-approval=false *", name),
            gained,
            explained,
        );
        let named = "web has enrollee-supplies-subject=true *";
        lifecycle("adcs_esc4", &world_of(named, enrolment), gained, explained);
    }
}
