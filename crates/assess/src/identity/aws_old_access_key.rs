//! Access keys that nobody changes.

use super::support::{UNUSED, age, flag, shell};
use super::{Check, Hit, Identities, Node, Unknown};
use bartizan_model::{Locus, Severity};

/// Active access keys that are older than 90 days.
pub(super) const CHECK: Check = Check {
    id: "aws-old-access-key",
    title: "An access key of a user is old",
    meaning: "An active access key was made more than 90 days ago.",
    why: "Keys leak in code, images, logs and laptops; one that is never changed stays good for whoever found it.",
    fix: "Use a role; where a key is needed, make a new one, switch over, and delete the old one.",
    severity: Severity::Medium,
    cwe: 324,
    attack: "T1552.001",
    controls: &["cis-aws-3.0.0:1.14", "cis-aws-3.0.0:1.12", "nist-800-53-r5:IA-5(1)"],
    wants: &["access-key-1-active", "access-key-2-active"],
    judge,
};

fn judge(identities: &Identities<'_>, node: Node) -> Result<Vec<Hit>, Unknown> {
    let facts = identities.facts;
    if facts.attribute(node, "principal-type") != Some("user") {
        return Ok(Vec::new());
    }
    let mut hits = Vec::new();
    for number in ["1", "2"] {
        let of = |what: &str| format!("access-key-{number}-{what}");
        let looked = flag(facts, node, &of("active"))
            .and_then(|active| if active { age(facts, node, &of("rotated")).map(Some) } else { Ok(None) });
        let made = match looked {
            Ok(made) => made,
            Err(why) => return Err(Unknown { hits, why }),
        };
        let Some(made) = made.filter(|made| made.exceeds(UNUSED)) else { continue };
        let used = age(facts, node, &of("last-used")).ok();
        let unused = used.is_some_and(|used| used.exceeds(UNUSED));
        let (severity, because) = match identities.privileged(node) {
            Some(words) => (Severity::High, format!("it {words}")),
            None if unused => (Severity::Medium, "nobody uses it: it can go now".to_owned()),
            None => (Severity::Low, "the user is not known to be able to do everything".to_owned()),
        };
        let used = used.map_or_else(|| "not known".to_owned(), |used| used.words());
        let user = shell(facts.name(node));
        hits.push(Hit {
            locus: Locus::named("key", &format!("access-key-{number}")),
            severity,
            because,
            evidence: format!("The key is active, was made {}, and last used: {used}.", made.words()),
            fix: format!(
                "aws iam list-access-keys --user-name {user}\naws iam create-access-key --user-name {user} (where it is used), then\naws iam update-access-key --user-name {user} --status Inactive --access-key-id KEY\naws iam delete-access-key --user-name {user} --access-key-id KEY"
            ),
        });
    }
    Ok(hits)
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::identity::testing::{lifecycle, said, world};

    #[test]
    fn life() {
        lifecycle(
            &CHECK,
            "identity bob principal-type=user cloud-id=arn:aws:iam::1:user/bob last-used=2024-05-31
             bob has access-key-1-active=true ? false
             bob has access-key-1-rotated=2022-01-01 ? 2024-05-01
             bob has access-key-2-active=false",
            &["bob at key:access-key-1: low"],
        );
    }

    #[test]
    fn one_that_nobody_uses_can_go() {
        let text = "identity bob principal-type=user cloud-id=arn:aws:iam::1:user/bob last-used=2024-05-31 access-key-1-active=false
             bob has access-key-2-active=true
             bob has access-key-2-rotated=2022-01-01
             bob has access-key-2-last-used=never";
        assert_eq!(said(&CHECK, &world(text)).0, ["bob at key:access-key-2: medium"]);
    }
}
