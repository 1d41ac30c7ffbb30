//! Accounts that share one user id.

use super::support::merged;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// User id 0 has a check of its own.
pub(super) const CHECK: Check = Check {
    id: "account-duplicate-id",
    title: "Several accounts share one user id",
    meaning: "Two or more account names stand for the same user id, so the system cannot tell them apart.",
    why: "They may read and change each other's files and processes, and the log shows the wrong name.",
    fix: "# Give one of them an id of its own, and it its files back\nsudo usermod -u NEWID NAME\nsudo find / -xdev -user OLDID -exec chown -h NAME {} +",
    severity: Severity::Medium,
    cwe: 694,
    attack: "T1036",
    cis: "7.2.5",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let users = facts.users.get()?;
    Ok(merged(users.iter().filter(|user| user.uid != 0).filter_map(|user| {
        let twin = users.iter().find(|other| other.uid == user.uid && other.name != user.name)?;
        let detail = format!("{} has user id {}, as has {}", user.name, user.uid, twin.name);
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
        let users =
            vec![user("bob", 1000, "/bin/sh"), user("eve", 1000, "/bin/sh"), user("tom", 1001, "/bin/sh")];
        hits(&CHECK, &HostFacts { users: Fact::Known(users), ..host() }, &["account:bob", "account:eve"]);
    }

    #[test]
    fn miss() {
        let users =
            vec![user("root", 0, "/bin/sh"), user("toor", 0, "/bin/sh"), user("bob", 1000, "/bin/sh")];
        misses(&CHECK, &HostFacts { users: Fact::Known(users), ..host() });
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
