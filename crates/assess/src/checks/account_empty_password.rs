//! Accounts that need no password.

use crate::Check;
use bartizan_model::host::{HostFacts, PasswordState};
use bartizan_model::{Hit, Severity};

/// The password field of `/etc/shadow` is empty.
pub(super) const CHECK: Check = Check {
    id: "account-empty-password",
    title: "An account has no password",
    meaning: "The account has an empty password field: nobody is asked for a password.",
    why: "Whoever reaches a login prompt, or any account on this host, becomes this account by naming it.",
    fix: "# Lock it, or give it a password\nsudo passwd -l NAME\nsudo passwd NAME",
    severity: Severity::High,
    cwe: 258,
    attack: "T1078.003",
    cis: "7.2.2",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let empty = facts.passwords.get()?.iter().filter(|password| password.state == PasswordState::Empty);
    Ok(empty
        .map(|password| {
            Hit::at("account", &password.user, format!("{} has an empty password", password.user))
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, password};
    use bartizan_model::host::{Fact, HostFacts, PasswordState};

    #[test]
    fn hit() {
        let passwords = vec![password("root", PasswordState::Locked), password("bob", PasswordState::Empty)];
        hits(&CHECK, &HostFacts { passwords: Fact::Known(passwords), ..host() }, &["account:bob"]);
    }

    #[test]
    fn miss() {
        let passwords = vec![password("root", PasswordState::Locked), password("bob", PasswordState::Set)];
        misses(&CHECK, &HostFacts { passwords: Fact::Known(passwords), ..host() });
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
