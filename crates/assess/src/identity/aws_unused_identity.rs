//! Users and roles of AWS that nobody uses.

use super::support::{Age, UNUSED, age, has_existed, not_collected, shell, whole};
use super::{Check, Hit, Identities, Node, Unknown};
use bartizan_model::Severity;

/// Users and roles that were not used for 90 days, or never.
pub(super) const CHECK: Check = Check {
    id: "aws-unused-identity",
    title: "A user or role of AWS is not used",
    meaning: "A role was not assumed, or a user neither logged in nor used a key, for more than 90 days, or never since it was made.",
    why: "What it may do serves nobody but who steals it, and nobody would notice.",
    fix: "Remove the password, keys and policies, and delete it after a time of waiting.",
    severity: Severity::Low,
    cwe: 272,
    attack: "T1078.004",
    controls: &["cis-aws-3.0.0:1.12", "nist-800-53-r5:AC-2(3)", "nist-800-53-r5:AC-6(7)"],
    wants: &[
        "access-key-1-active",
        "access-key-2-active",
        "console-password",
        "created",
        "last-used",
        "path",
    ],
    judge,
};

fn judge(identities: &Identities<'_>, node: Node) -> Result<Vec<Hit>, Unknown> {
    let facts = identities.facts;
    let name = shell(facts.name(node));
    let (used, fix) = match facts.attribute(node, "principal-type") {
        // AWS makes and uses the roles of its own services.
        Some("role") if facts.attribute(node, "path").is_some_and(|path| path.starts_with("/aws-")) => {
            return Ok(Vec::new());
        }
        Some("role") => {
            let fix = format!("Detach its policies and remove it: aws iam delete-role --role-name {name}");
            (age(facts, node, "last-used")?, fix)
        }
        Some("user") => {
            let Some(used) = user(identities, node)? else { return Ok(Vec::new()) };
            let fix = format!(
                "aws iam delete-login-profile --user-name {name}\naws iam update-access-key --user-name {name} --status Inactive --access-key-id KEY\nand later: aws iam delete-user --user-name {name}"
            );
            (used, fix)
        }
        _ => return Ok(Vec::new()),
    };
    if !used.exceeds(UNUSED) || !has_existed(facts, node, UNUSED) {
        return Ok(Vec::new());
    }
    let (severity, because) = match identities.privileged(node) {
        Some(words) => (Severity::High, format!("it {words}")),
        None => (Severity::Low, "it is not known to be able to do everything".to_owned()),
    };
    Ok(whole(severity, because, format!("Last used: {}.", used.words()), fix))
}

/// When a user last came in by any way; `None` where no way in is open.
fn user(identities: &Identities<'_>, node: Node) -> Result<Option<Age>, String> {
    let facts = identities.facts;
    let mut ways = Vec::new();
    for (open, used) in [
        ("console-password", "last-used"),
        ("access-key-1-active", "access-key-1-last-used"),
        ("access-key-2-active", "access-key-2-last-used"),
    ] {
        match facts.flag(node, open) {
            None => return Err(not_collected(open)),
            Some(false) => {}
            Some(true) => ways.push(age(facts, node, used)?),
        }
    }
    let days = |age: &Age| match age {
        Age::Never => i64::MAX,
        Age::Days(days, _) => *days,
    };
    Ok(ways.into_iter().min_by_key(days))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::identity::testing::lifecycle;

    #[test]
    fn life() {
        lifecycle(
            &CHECK,
            "identity app principal-type=role cloud-id=arn:aws:iam::1:role/app
             app has last-used=2024-01-01 ? 2024-05-20
             app has created=2022-01-01 * 2024-05-30
             identity own principal-type=role path=/aws-service-role/x/ last-used=never
             identity new principal-type=role cloud-id=arn:aws:iam::1:role/new last-used=2024-05-31",
            &["app: low"],
        );
    }

    #[test]
    fn a_user_is_used_by_any_way_in() {
        lifecycle(
            &CHECK,
            "identity bob principal-type=user cloud-id=arn:aws:iam::1:user/bob created=2020-01-01 last-used=2023-01-01
             bob has console-password=true ? false
             bob has access-key-1-active=false ? true
             bob has access-key-1-last-used=2024-05-31
             bob has access-key-2-active=false",
            &["bob: low"],
        );
    }
}
