//! Applications that nobody answers for.

use super::support::{is, told_text, whole};
use super::{Check, Hit, Identities, Node, Unknown};
use bartizan_model::Severity;

/// Applications of a tenant without an owner.
pub(super) const CHECK: Check = Check {
    id: "entra-ownerless-app",
    title: "An application has no owner",
    meaning: "An application that is registered in the tenant has no owner.",
    why: "Nobody renews its secrets, reviews its permissions or notices when it is used for something else.",
    fix: "Name an owner, or delete the application where nobody wants it.",
    severity: Severity::Low,
    cwe: 282,
    attack: "T1098.001",
    controls: &["nist-800-53-r5:CM-8", "nist-800-53-r5:AC-2"],
    wants: &["app-id", "owners"],
    judge,
};

fn judge(identities: &Identities<'_>, node: Node) -> Result<Vec<Hit>, Unknown> {
    let facts = identities.facts;
    if !is(facts, node, &["az-app"]) || told_text(facts, node, "owners")? != "0" {
        return Ok(Vec::new());
    }
    let id = facts.attribute(node, "app-id").unwrap_or("APP");
    Ok(whole(
        Severity::Low,
        "by itself it opens nothing",
        "The list of its owners is empty.".to_owned(),
        format!(
            "az ad app owner add --id {} --owner-object-id OBJECT-ID-OF-THE-OWNER",
            super::support::shell(id)
        ),
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
            "directory-object app type=az-app
             app has owners=0 ? 1",
            &["app: low"],
        );
    }
}
