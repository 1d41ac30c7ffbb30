//! A weakness on the machine itself makes an administrator of an ordinary user.

use super::{Derive, Rule};
use crate::facts::{Facts, Node, Rights, Way};
use crate::steps::{Basis, Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "local_escalation",
    title: "escalate on the machine",
    technique: "T1068",
    wants: &[],
    derive: Derive::OfAsset(derive),
    explain,
};

fn derive(facts: &Facts, node: Node, steps: &mut Steps) {
    for (at, exposure) in facts.exposures_of(node) {
        let gives_more = exposure.gives == Rights::Admin && exposure.asks < Rights::Admin;
        if exposure.way == Way::Local && gives_more {
            steps.step(
                &[Foothold::Session(node)],
                Foothold::Control(node),
                exposure.chance,
                &[Basis::Exposure(at)],
            );
        }
    }
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::of_exposure(facts, step, |weakness, asset| {
        format!("{weakness} makes an administrator of any user of {asset}.")
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn a_user_becomes_an_administrator() {
        lifecycle(
            "local_escalation",
            "host web
             web ! CVE-2021-4034 local user admin 0.9 *
             web ! CVE-2021-1 local user user 0.9
             web ! CVE-2021-2 local admin admin 0.9",
            &["user on web -> controls web (0.9)"],
            "CVE-2021-4034 makes an administrator of any user of web.",
        );
    }
}
