//! Accounts that read all password hashes.

use super::support::members;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// Members of `shadow`, the group that may read `/etc/shadow`.
pub(super) const CHECK: Check = Check {
    id: "group-shadow",
    title: "An account can read all password hashes",
    meaning: "The account is in the group shadow, which may read /etc/shadow.",
    why: "It can take the hashes of all passwords, root's among them, and guess them elsewhere without limit.",
    fix: "sudo gpasswd -d NAME shadow\n# It holds from the next login of that account on",
    severity: Severity::High,
    cwe: 250,
    attack: "T1003.008",
    cis: "7.2.4",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    members(facts, &["shadow"])
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{group, hits, host, inconclusive, misses, user};
    use bartizan_model::host::{Fact, HostFacts};

    #[test]
    fn hit() {
        let mut users =
            vec![user("root", 0, "/bin/bash"), user("bob", 1000, "/bin/bash"), user("ci", 1001, "/bin/sh")];
        users[2].gid = 900;
        let groups = vec![group("shadow", 900, &["bob", "root"]), group("users", 100, &["tom"])];
        let facts = HostFacts { users: Fact::Known(users), groups: Fact::Known(groups), ..host() };
        hits(&CHECK, &facts, &["account:bob", "account:ci"]);
    }

    #[test]
    fn miss() {
        let users = Fact::Known(vec![user("bob", 1000, "/bin/bash")]);
        let groups = Fact::Known(vec![group("shadow", 900, &[]), group("sudo", 27, &["bob"])]);
        misses(&CHECK, &HostFacts { users, groups, ..host() });
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &HostFacts { users: Fact::Known(vec![]), ..host() });
    }
}
