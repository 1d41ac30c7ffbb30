//! Accounts that are handed the tickets of whoever talks to them.

use super::support::{account, flag, is, is_controller, is_enabled, quoted, whole};
use super::{Check, Hit, Identities, Node, Unknown};
use bartizan_model::Severity;

/// Accounts and machines, other than domain controllers, that are trusted for any delegation.
pub(super) const CHECK: Check = Check {
    id: "ad-unconstrained-delegation",
    title: "An account is trusted for unconstrained delegation",
    meaning: "Whoever authenticates to the account's services by Kerberos leaves a ticket there that acts as them everywhere.",
    why: "Whoever holds it makes a domain controller or an administrator talk to it, and is the domain.",
    fix: "Allow delegation to the services that are needed only, or none; put administrators into Protected Users.",
    severity: Severity::High,
    cwe: 269,
    attack: "T1187",
    controls: &["nist-800-53-r5:AC-6", "nist-800-53-r5:AC-3"],
    wants: &["domain-controller", "dc_of", "unconstrained-delegation"],
    judge,
};

fn judge(identities: &Identities<'_>, node: Node) -> Result<Vec<Hit>, Unknown> {
    let facts = identities.facts;
    if !is(facts, node, &["user", "computer"]) || !flag(facts, node, "unconstrained-delegation")? {
        return Ok(Vec::new());
    }
    // Domain controllers are trusted so by nature.
    if is_controller(facts, node) || !is_enabled(facts, node)? {
        return Ok(Vec::new());
    }
    let is_user = is(facts, node, &["user"]);
    let name = quoted(account(identities, node));
    let off = if is_user { "Set-ADAccountControl" } else { "Set-ADComputer" };
    Ok(whole(
        Severity::High,
        "a domain controller that is made to talk to it hands over its ticket",
        "It is trusted for delegation to any service, is no domain controller, and is enabled.".to_owned(),
        format!(
            "{off} -Identity {name} -TrustedForDelegation $false\n\
             Where a service has to act for its users: resource-based constrained delegation at the target (-PrincipalsAllowedToDelegateToAccount)"
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
            "host print type=computer
             print has unconstrained-delegation=true ? false
             print has enabled=true ? false
             print has domain-controller=false * true
             identity web type=user unconstrained-delegation=true enabled=true
             directory-object clinic type=domain
             host dc type=computer unconstrained-delegation=true enabled=true
             dc dc_of clinic",
            &["print: high", "web: high"],
        );
    }
}
