//! People who come in with a password alone.

use super::support::{flag, whole};
use super::{Check, Hit, Identities, Node, Unknown};
use bartizan_model::Severity;

/// Accounts with a password for a console and no second factor.
pub(super) const CHECK: Check = Check {
    id: "no-mfa",
    title: "An account logs in with a password alone",
    meaning: "The account may log in to a cloud's console with a password, and has no device for a second factor.",
    why: "A password that was phished, guessed or reused is enough.",
    fix: "Have the person enrol a device (a passkey where possible), and deny everything without one until then.",
    severity: Severity::High,
    cwe: 308,
    attack: "T1078.004",
    controls: &[
        "cis-aws-3.0.0:1.5",
        "cis-aws-3.0.0:1.10",
        "nist-800-53-r5:IA-2(1)",
        "nist-800-53-r5:IA-2(2)",
    ],
    wants: &["console-password", "mfa", "user-type"],
    judge,
};

fn judge(identities: &Identities<'_>, node: Node) -> Result<Vec<Hit>, Unknown> {
    let facts = identities.facts;
    let name = facts.name(node);
    let is_root = facts.attribute(node, "principal-type") == Some("root");
    let (logs_in, fix) = if is_root {
        // The root user always has a password.
        (true, "Log in as the root user and add a passkey or hardware device under \"My security credentials\"; or remove its password where AWS Organizations manages it.".to_owned())
    } else if facts.attribute(node, "principal-type") == Some("user") {
        let device = format!(
            "aws iam enable-mfa-device --user-name {0} --serial-number ARN --authentication-code1 CODE --authentication-code2 CODE\nWithout need of a console: aws iam delete-login-profile --user-name {0}",
            super::support::shell(name)
        );
        (flag(facts, node, "console-password")?, device)
    } else if facts.attribute(node, "type") == Some("az-user") && facts.attribute(node, "mfa").is_some() {
        let device = "Require it by a Conditional Access policy, and have the person register a passkey or authenticator.";
        (flag(facts, node, "enabled")?, device.to_owned())
    } else {
        return Ok(Vec::new());
    };
    if !logs_in || flag(facts, node, "mfa")? {
        return Ok(Vec::new());
    }
    let (severity, because) = match identities.privileged(node) {
        _ if is_root => {
            (Severity::Critical, "the root user may do everything, and no policy limits it".to_owned())
        }
        Some(words) => (Severity::Critical, format!("it {words}")),
        None => (Severity::High, "its password is all that is asked for".to_owned()),
    };
    Ok(whole(severity, because, "It has a password, and no device for a second factor.".to_owned(), fix))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::identity::testing::lifecycle;

    #[test]
    fn life() {
        lifecycle(
            &CHECK,
            "identity bob principal-type=user
             bob has console-password=true ? false
             bob has mfa=false ? true
             identity ann principal-type=user console-password=true mfa=false
             ann may everything by AdministratorAccess
             identity ci principal-type=user console-password=false
             directory-object account principal-type=root mfa=false
             identity eva type=az-user enabled=true mfa=false",
            &["bob: high", "ann: critical", "account: critical", "eva: high"],
        );
    }
}
