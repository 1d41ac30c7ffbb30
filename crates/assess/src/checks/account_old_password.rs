//! Passwords that are very old.

use crate::Check;
use bartizan_model::host::{HostFacts, PasswordState};
use bartizan_model::{Hit, Severity};

/// Passwords of accounts that can log in and that were last changed more than three years ago.
pub(super) const CHECK: Check = Check {
    id: "account-old-password",
    title: "A password has not been changed for years",
    meaning: "The account's password was last changed more than three years ago.",
    why: "Old passwords have had years to leak: from breaches of other sites, from former colleagues, from notes. Often the account itself is forgotten.",
    fix: "# Ask for a new one at the next login, or lock an account that nobody needs\nsudo chage -d 0 NAME\nsudo usermod -L -e 1 NAME",
    severity: Severity::Low,
    cwe: 263,
    attack: "T1078.003",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let users = facts.users.get()?;
    let logs_in = |name: &str| users.iter().any(|user| user.name == name && user.can_log_in());
    let set = facts
        .passwords
        .get()?
        .iter()
        .filter(|password| password.state == PasswordState::Set && logs_in(&password.user));
    Ok(set
        .filter_map(|password| {
            let changed =
                password.changed.filter(|changed| facts.collected_at.days_since(*changed) > 3 * 365)?;
            Some(Hit::at("account", &password.user, format!("last changed on {}", changed.date())))
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{days_ago, hits, host, inconclusive, misses, password, user};
    use bartizan_model::host::{Fact, HostFacts, Password, PasswordState};

    #[test]
    fn hit() {
        let users = vec![user("bob", 1000, "/bin/bash"), user("bot", 1001, "/usr/sbin/nologin")];
        let old =
            |name: &str| Password { changed: Some(days_ago(1200)), ..password(name, PasswordState::Set) };
        let passwords = Fact::Known(vec![old("bob"), old("bot")]);
        hits(&CHECK, &HostFacts { users: Fact::Known(users), passwords, ..host() }, &["account:bob"]);
    }

    #[test]
    fn miss() {
        let users = vec![user("bob", 1000, "/bin/bash"), user("bot", 1001, "/usr/sbin/nologin")];
        let unknown = Password { changed: None, ..password("bob", PasswordState::Set) };
        let passwords = Fact::Known(vec![password("bob", PasswordState::Set), unknown]);
        misses(&CHECK, &HostFacts { users: Fact::Known(users), passwords, ..host() });
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &HostFacts { users: Fact::Known(vec![]), ..host() });
    }
}
