//! Account names that stand for two accounts.

use super::support::merged;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// A name must occur once in `/etc/passwd`.
pub(super) const CHECK: Check = Check {
    id: "account-duplicate-name",
    title: "One account name stands for several accounts",
    meaning: "The same name is in /etc/passwd more than once, with different ids.",
    why: "Programs disagree about which of the two is meant, so files and rights end up with the wrong one.",
    fix: "# Rename or remove the second line\nsudo vipw\nsudo pwck",
    severity: Severity::Low,
    cwe: 694,
    attack: "T1036",
    cis: "7.2.7",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let users = facts.users.get()?;
    Ok(merged(users.iter().enumerate().filter_map(|(line, user)| {
        let first = users[..line].iter().find(|other| other.name == user.name)?;
        let detail = format!("{} is there with user ids {} and {}", user.name, first.uid, user.uid);
        Some(Hit::at("account", &user.name, detail))
    })))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, user};
    use bartizan_model::host::{Fact, HostFacts};

    #[test]
    fn hit() {
        let users = vec![user("bob", 1000, "/bin/sh"), user("bob", 1001, "/bin/sh")];
        hits(&CHECK, &HostFacts { users: Fact::Known(users), ..host() }, &["account:bob"]);
    }

    #[test]
    fn miss() {
        let users = vec![user("bob", 1000, "/bin/sh"), user("eve", 1001, "/bin/sh")];
        misses(&CHECK, &HostFacts { users: Fact::Known(users), ..host() });
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
