//! ESC11: an authority takes requests over RPC without encryption, and so logons that were relayed to it.
//! <https://blog.compass-security.com/2022/11/relaying-to-ad-certificate-services-over-rpc/>

use super::{Derive, Rule};
use crate::facts::Facts;
use crate::relay;
use crate::steps::{Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "adcs_esc11",
    title: "relay a logon to an authority over RPC",
    technique: "T1649",
    wants: &["rpc-encryption-enforced"],
    derive: Derive::OfAll(derive),
    explain,
};

fn derive(facts: &Facts, steps: &mut Steps) {
    relay::to_authority(facts, steps, |authority| {
        facts.told(authority.node, "rpc-encryption-enforced", "false")
    });
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::between(facts, step, |from, to| {
        format!("Anybody in {from} can relay a logon to an authority that vouches for {to} over RPC (ESC11).")
    })
}

#[cfg(test)]
mod tests {
    use crate::pki::WORLD;
    use crate::rules::testing::lifecycle;

    #[test]
    fn requests_without_encryption_take_relayed_logons() {
        lifecycle(
            "adcs_esc11",
            &format!(
                "{WORLD}
             clinic has domain=CLINIC *
             ca has rpc-encryption-enforced=false *
             directory-object machine
             machine has authentication-enabled=true *
             identity authenticated object-id=CLINIC-S-1-5-11 *
             machine published_to ca *"
            ),
            &["controls authenticated -> controls clinic (0.7)"],
            "Anybody in authenticated can relay a logon to an authority that vouches for clinic over RPC (ESC11).",
        );
    }
}
