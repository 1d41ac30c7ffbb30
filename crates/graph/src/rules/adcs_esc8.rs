//! ESC8: enrolment over the web takes a domain controller's logon that was relayed to it.

use super::Rule;
use crate::directory::Directory;
use crate::facts::{Chance, Facts};
use crate::pki;
use crate::steps::{Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "adcs_esc8",
    title: "relay a logon to web enrolment",
    technique: "T1649",
    wants: &["web-enrollment"],
    derive,
    explain,
};

/// It takes a domain controller that can be made to log on, and a template for it.
const CHANCE: Chance = Chance::between(0.3, 0.7, 0.95);

fn derive(facts: &Facts, steps: &mut Steps) {
    let directory = Directory::of(facts);
    for authority in pki::authorities(facts) {
        let open = facts.attribute(authority.node, "web-enrollment").is_some_and(|told| {
            told.split(',').any(|endpoint| endpoint.trim_start().starts_with("vulnerable"))
        });
        let Some(endpoint) = facts.basis(authority.node, "web-enrollment").filter(|_| open) else { continue };
        let template = pki::published(facts, authority.node)
            .find_map(|published| Some([pki::authenticates(facts, published.template)?, published.because]));
        let (Some(template), Some(anybody)) = (template, directory.authenticated_users(authority.domain))
        else {
            continue;
        };
        let because: Vec<_> =
            [endpoint].into_iter().chain(template).chain(authority.because.iter().copied()).collect();
        steps.step(&[Foothold::Control(anybody)], Foothold::Control(authority.domain), CHANCE, &because);
    }
}

fn explain(facts: &Facts, steps: &Steps, step: &Step<'_>) -> String {
    super::between(facts, steps, step, |from, to| {
        format!("Anybody in {from} can relay a logon of a domain controller of {to} to web enrolment (ESC8).")
    })
}

#[cfg(test)]
mod tests {
    use crate::pki::WORLD;
    use crate::rules::testing::lifecycle;

    #[test]
    fn web_enrolment_takes_relayed_logons() {
        lifecycle(
            "adcs_esc8",
            &format!(
                "{WORLD}
             clinic has domain=CLINIC *
             ca has web-enrollment=vulnerable-ntlm-http-endpoint *
             directory-object machine
             machine has authentication-enabled=true *
             identity authenticated object-id=CLINIC-S-1-5-11 *
             machine published_to ca *"
            ),
            &["controls authenticated -> controls clinic (0.7)"],
            "Anybody in authenticated can relay a logon of a domain controller of clinic to web enrolment (ESC8).",
        );
    }
}
