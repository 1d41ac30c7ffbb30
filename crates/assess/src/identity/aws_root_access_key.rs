//! Keys of the user that nothing limits.

use super::support::flag;
use super::{Check, Hit, Identities, Node, Unknown};
use bartizan_model::{Locus, Severity};

/// Active access keys of an account's root user.
pub(super) const CHECK: Check = Check {
    id: "aws-root-access-key",
    title: "The root user of an account has an access key",
    meaning: "The account's root user has an active access key.",
    why: "No policy limits the root user and no second factor is asked for by a key: whoever finds it has the account.",
    fix: "Delete it: nothing needs it.",
    severity: Severity::Critical,
    cwe: 250,
    attack: "T1078.004",
    controls: &["cis-aws-3.0.0:1.4", "nist-800-53-r5:AC-6(5)"],
    wants: &["access-key-1-active", "access-key-2-active"],
    judge,
};

fn judge(identities: &Identities<'_>, node: Node) -> Result<Vec<Hit>, Unknown> {
    let facts = identities.facts;
    let mut hits = Vec::new();
    if facts.attribute(node, "principal-type") != Some("root") {
        return Ok(hits);
    }
    for number in ["1", "2"] {
        match flag(facts, node, &format!("access-key-{number}-active")) {
            Err(why) => return Err(Unknown { hits, why }),
            Ok(false) => {}
            Ok(true) => hits.push(Hit {
                locus: Locus::named("key", &format!("access-key-{number}")),
                severity: Severity::Critical,
                because: "nothing limits what the root user may do".to_owned(),
                evidence: "The key is active.".to_owned(),
                fix: "Log in as the root user and delete the key under \"My security credentials\"; use a role instead.".to_owned(),
            }),
        }
    }
    Ok(hits)
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::identity::testing::lifecycle;

    #[test]
    fn life() {
        lifecycle(
            &CHECK,
            "directory-object account principal-type=root
             account has access-key-1-active=true ? false
             account has access-key-2-active=false",
            &["account at key:access-key-1: critical"],
        );
    }
}
