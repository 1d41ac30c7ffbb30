//! Accounts that control the container engine.

use super::support::members;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// Members of `docker`, `lxd` and `incus-admin`.
pub(super) const CHECK: Check = Check {
    id: "group-container-engine",
    title: "An account can become root through the container engine",
    meaning: "The account is in a group that controls the container engine (docker, lxd or incus-admin).",
    why: "`docker run -v /:/host` gives all files of this host to the account, without a password and without a trace in sudo's log. The group is root by another name.",
    fix: "sudo gpasswd -d NAME docker\n# It holds from the next login of that account on",
    severity: Severity::Medium,
    cwe: 250,
    attack: "T1611",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    members(facts, &["docker", "lxd", "incus-admin"])
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
        let groups = vec![group("docker", 900, &["bob", "root"]), group("users", 100, &["tom"])];
        let facts = HostFacts { users: Fact::Known(users), groups: Fact::Known(groups), ..host() };
        hits(&CHECK, &facts, &["account:bob", "account:ci"]);
    }

    #[test]
    fn miss() {
        let users = Fact::Known(vec![user("bob", 1000, "/bin/bash")]);
        let groups = Fact::Known(vec![group("docker", 900, &[]), group("sudo", 27, &["bob"])]);
        misses(&CHECK, &HostFacts { users, groups, ..host() });
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &HostFacts { users: Fact::Known(vec![]), ..host() });
    }
}
