//! Accounts that read the disks past all permissions.

use super::support::members;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// Members of `disk` and `kmem`.
pub(super) const CHECK: Check = Check {
    id: "group-raw-disk",
    title: "An account can read the disks past all permissions",
    meaning: "The account is in the group disk or kmem, which may use disks or memory directly.",
    why: "It can read and change every file, such as /etc/shadow, whatever the permissions say. The group is root by another name.",
    fix: "sudo gpasswd -d NAME disk\n# It holds from the next login of that account on",
    severity: Severity::High,
    cwe: 250,
    attack: "T1078.003",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    members(facts, &["disk", "kmem"])
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
        let groups = vec![group("disk", 900, &["bob", "root"]), group("users", 100, &["tom"])];
        let facts = HostFacts { users: Fact::Known(users), groups: Fact::Known(groups), ..host() };
        hits(&CHECK, &facts, &["account:bob", "account:ci"]);
    }

    #[test]
    fn miss() {
        let users = Fact::Known(vec![user("bob", 1000, "/bin/bash")]);
        let groups = Fact::Known(vec![group("disk", 900, &[]), group("sudo", 27, &["bob"])]);
        misses(&CHECK, &HostFacts { users, groups, ..host() });
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &HostFacts { users: Fact::Known(vec![]), ..host() });
    }
}
