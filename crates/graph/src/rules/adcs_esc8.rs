//! ESC8: enrolment over the web takes logons that were relayed to it: of a domain controller, or of any other machine.

use super::{Derive, Rule};
use crate::facts::Facts;
use crate::relay;
use crate::steps::{Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "adcs_esc8",
    title: "relay a logon to web enrolment",
    technique: "T1649",
    wants: &["web-enrollment"],
    derive: Derive::OfAll(derive),
    explain,
};

fn derive(facts: &Facts, steps: &mut Steps) {
    relay::to_authority(facts, steps, |authority| {
        let told = facts.attribute(authority.node, "web-enrollment")?;
        let open = told.split(',').any(|endpoint| endpoint.trim_start().starts_with("vulnerable"));
        facts.basis(authority.node, "web-enrollment").filter(|_| open)
    });
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    let gained = step.gains.asset();
    let machine = gained.is_some_and(|node| super::is_machine(facts.asset(node).kind));
    super::between(facts, step, |from, to| match machine {
        true => format!("Anybody in {from} can relay a logon of {to} to web enrolment (ESC8)."),
        false => format!(
            "Anybody in {from} can relay a logon of a domain controller of {to} to web enrolment (ESC8)."
        ),
    })
}

#[cfg(test)]
mod tests {
    use crate::pki::WORLD;
    use crate::rules::testing::{lifecycle, steps, world};

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

    #[test]
    fn machines_that_may_enrol_fall_and_who_sends_no_logon_does_not() {
        let with = |controller: &str, pc: &str| {
            let text = format!(
                "{}
                 clinic has domain=CLINIC
                 clinic has object-id=S-1-5-21-1
                 ca has web-enrollment=vulnerable-http
                 directory-object machine authentication-enabled=true requires-manager-approval=false schema-version=1
                 identity authenticated object-id=CLINIC-S-1-5-11
                 identity computers
                 machine published_to ca
                 computers enroll machine
                 computers enroll ca
                 host dc1 {controller}
                 dc1 dc_of clinic
                 host pc domain-sid=S-1-5-21-1 {pc}
                 pc member_of computers",
                WORLD.replace('*', " ")
            );
            steps("adcs_esc8", &world(&text))
        };
        let (domain, machine) = (
            "controls authenticated -> controls clinic (0.7)",
            "controls authenticated -> controls pc (0.7)",
        );
        assert_eq!(with("", "restrict-sending-ntlm-traffic=0"), [domain, machine]);
        assert_eq!(with("restrict-sending-ntlm-traffic=2", "restrict-sending-ntlm-traffic=1"), [machine]);
        assert_eq!(with("", ""), [domain]);
    }
}
