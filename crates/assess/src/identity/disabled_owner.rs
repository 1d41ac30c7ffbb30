//! Owners who can no longer answer for what they own.

use super::support::{is, some, whole};
use super::{Check, Hit, Identities, Node, Unknown};
use bartizan_model::Severity;

/// Disabled accounts that own objects, groups, applications or devices.
pub(super) const CHECK: Check = Check {
    id: "disabled-owner",
    title: "A disabled account owns objects",
    meaning: "Objects of a directory, groups or applications belong to an account that is disabled.",
    why: "Nobody answers for them, and whoever enables the account again (a help desk may) controls all of them.",
    fix: "Name an owner who is there for each of them.",
    severity: Severity::Low,
    cwe: 282,
    attack: "T1098",
    controls: &["nist-800-53-r5:AC-2", "nist-800-53-r5:CM-8"],
    wants: &["az_owns", "owns"],
    judge,
};

fn judge(identities: &Identities<'_>, node: Node) -> Result<Vec<Hit>, Unknown> {
    let facts = identities.facts;
    if !is(facts, node, &["user", "az-user"]) {
        return Ok(Vec::new());
    }
    // A device belongs to who enrolled it, and is looked at with the device.
    let owned = ["owns", "az_owns"].into_iter().flat_map(|verb| facts.from(node, verb));
    let owned = owned.filter(|one| facts.attribute(one.to, "type") != Some("az-device"));
    let owned: Vec<_> = owned.map(|one| facts.name(one.to)).collect();
    if owned.is_empty() || super::support::is_enabled(facts, node)? {
        return Ok(Vec::new());
    }
    Ok(whole(
        Severity::Low,
        "it takes somebody who may enable the account",
        format!("It is disabled, and owns {}.", some(&owned, 10)),
        format!("Make somebody who is there the owner of {}.", some(&owned, 10)),
    ))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::identity::testing::lifecycle;

    #[test]
    fn life() {
        lifecycle(
            &CHECK,
            "identity bob type=user
             bob has enabled=false ? true
             identity team type=group
             bob owns team *
             identity eva type=az-user enabled=false
             directory-object app type=az-app
             eva az_owns app",
            &["bob: low", "eva: low"],
        );
    }
}
