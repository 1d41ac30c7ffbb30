//! Passwords that are good for ever.

use crate::Check;
use bartizan_model::host::{HostFacts, PasswordState};
use bartizan_model::{Hit, Severity};

/// Accounts that can log in with a password that has no maximum age, or one of over a year.
pub(super) const CHECK: Check = Check {
    id: "account-password-never-expires",
    title: "A password never has to be changed",
    meaning: "The account may keep its password for longer than a year, or for ever.",
    why: "A password that was stolen stays good until somebody changes it. Not every rule book still asks for this; long passwords and a second factor matter more.",
    fix: "sudo chage --maxdays 365 NAME",
    severity: Severity::Info,
    cwe: 263,
    attack: "T1078.003",
    cis: "5.4.1.1",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let users = facts.users.get()?;
    let logs_in = |name: &str| users.iter().any(|user| user.name == name && user.can_log_in());
    let old = facts.passwords.get()?.iter().filter(|password| {
        password.state == PasswordState::Set
            && password.max_days.is_none_or(|days| days > 365)
            && logs_in(&password.user)
    });
    Ok(old
        .map(|password| {
            let days = password
                .max_days
                .map_or("no maximum age".to_owned(), |days| format!("a maximum age of {days} days"));
            Hit::at("account", &password.user, format!("its password has {days}"))
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, password, user};
    use bartizan_model::host::{Fact, HostFacts, Password, PasswordState};

    #[test]
    fn hit() {
        let users = vec![user("bob", 1000, "/bin/bash"), user("bot", 1001, "/usr/sbin/nologin")];
        let ever = |name: &str| Password { max_days: None, ..password(name, PasswordState::Set) };
        let passwords = Fact::Known(vec![ever("bob"), ever("bot")]);
        hits(&CHECK, &HostFacts { users: Fact::Known(users), passwords, ..host() }, &["account:bob"]);
    }

    #[test]
    fn miss() {
        let users = vec![user("bob", 1000, "/bin/bash"), user("bot", 1001, "/usr/sbin/nologin")];
        let passwords = Fact::Known(vec![password("bob", PasswordState::Set)]);
        misses(&CHECK, &HostFacts { users: Fact::Known(users), passwords, ..host() });
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &HostFacts { passwords: Fact::Known(vec![]), ..host() });
    }
}
