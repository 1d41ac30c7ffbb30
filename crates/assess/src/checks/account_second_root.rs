//! Accounts that are root under another name.

use super::support::merged;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// Only `root` may have user id 0.
pub(super) const CHECK: Check = Check {
    id: "account-second-root",
    title: "Another account has root's user id",
    meaning: "An account besides root has the user id 0, so the system treats it as root.",
    why: "Attackers leave such accounts as back doors: they have all rights, and lists of administrators do not show them.",
    fix: "# Find out who made it and why, then remove it or give it an id of its own\nsudo userdel NAME\nsudo usermod -o -u 1999 NAME",
    severity: Severity::High,
    cwe: 250,
    attack: "T1136.001",
    cis: "5.4.2.1",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let others = facts.users.get()?.iter().filter(|user| user.uid == 0 && user.name != "root");
    Ok(merged(others.map(|user| Hit::at("account", &user.name, format!("{} has user id 0", user.name)))))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, user};
    use bartizan_model::host::{Fact, HostFacts};

    #[test]
    fn hit() {
        let users = vec![user("root", 0, "/bin/bash"), user("toor", 0, "/bin/sh")];
        hits(&CHECK, &HostFacts { users: Fact::Known(users), ..host() }, &["account:toor"]);
    }

    #[test]
    fn miss() {
        let users = vec![user("root", 0, "/bin/bash"), user("bob", 1000, "/bin/sh")];
        misses(&CHECK, &HostFacts { users: Fact::Known(users), ..host() });
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
