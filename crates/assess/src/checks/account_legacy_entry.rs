//! Leftovers of NIS that open accounts.

use super::support::merged;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// Lines that start with `+` once pulled in accounts of a NIS server.
pub(super) const CHECK: Check = Check {
    id: "account-legacy-entry",
    title: "A leftover '+' line opens the account list",
    meaning: "A line of /etc/passwd or /etc/group starts with '+': it once pulled in accounts of a NIS server.",
    why: "Where the lookup of names allows it, whoever answers as the NIS server adds accounts to this host, root's among them.",
    fix: "# Remove the lines that start with +\nsudo sed -i '/^+/d' /etc/passwd /etc/group /etc/shadow /etc/gshadow",
    severity: Severity::Medium,
    cwe: 287,
    attack: "T1078",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let users = facts.users.get()?.iter().map(|user| ("account", &user.name));
    let all = users.chain(facts.groups.get()?.iter().map(|group| ("group", &group.name)));
    let legacy = all.filter(|(_, name)| name.starts_with('+'));
    Ok(merged(legacy.map(|(kind, name)| Hit::at(kind, name, format!("the {kind} list has a line {name}")))))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{group, hits, host, inconclusive, misses, user};
    use bartizan_model::host::{Fact, HostFacts};

    #[test]
    fn hit() {
        let facts = HostFacts {
            users: Fact::Known(vec![user("+", 0, ""), user("+@admins", 0, "")]),
            groups: Fact::Known(vec![group("+", 0, &[])]),
            ..host()
        };
        hits(&CHECK, &facts, &["account:+", "account:+@admins", "group:+"]);
    }

    #[test]
    fn miss() {
        let users = Fact::Known(vec![user("bob", 1000, "/bin/sh")]);
        misses(&CHECK, &HostFacts { users, groups: Fact::Known(vec![group("bob", 1000, &[])]), ..host() });
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &HostFacts { users: Fact::Known(vec![]), ..host() });
    }
}
