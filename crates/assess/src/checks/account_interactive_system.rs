//! Accounts of services that somebody can log in to.

use super::support::{first_person, merged};
use crate::Check;
use bartizan_model::host::{HostFacts, PasswordState};
use bartizan_model::{Hit, Severity};

/// A service account with a shell is a door only where a password or a key opens it; a locked one is not reported.
pub(super) const CHECK: Check = Check {
    id: "account-interactive-system",
    title: "A service's account can be used to log in",
    meaning: "An account made for a service (user id below 1000) has a login shell, and a password or an SSH key opens it.",
    why: "Nobody watches such accounts. An attacker who has its password or key works under the service's name, with its rights.",
    fix: "# Take away the shell and the password; leave root alone\nsudo usermod -s /usr/sbin/nologin NAME\nsudo passwd -l NAME\n# RHEL and its kin: /sbin/nologin",
    severity: Severity::Low,
    cwe: 250,
    attack: "T1078.003",
    cis: "5.4.2.7",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let first = first_person(facts);
    let (passwords, keys) = (facts.passwords.get()?, facts.authorized_keys.get()?);
    let shells = ["/shutdown", "/halt", "/git-shell"];
    let system = facts.users.get()?.iter().filter(|user| {
        user.uid > 0
            && user.uid < first
            && user.can_log_in()
            && !shells.iter().any(|shell| user.shell.ends_with(shell))
    });
    Ok(merged(system.filter_map(|user| {
        let password = passwords.iter().any(|p| p.user == user.name && p.state != PasswordState::Locked);
        let key = keys.iter().any(|key| key.user == user.name && !key.options.contains("command="));
        let way = if password { "a password" } else { "an SSH key" };
        let detail = format!("{} (user id {}) has the shell {} and {way}", user.name, user.uid, user.shell);
        (password || key).then(|| Hit::at("account", &user.name, detail))
    })))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, key, misses, password, user};
    use bartizan_model::host::{Fact, HostFacts, PasswordState};

    #[test]
    fn hit() {
        let facts = HostFacts {
            users: Fact::Known(vec![
                user("root", 0, "/bin/bash"),
                user("postgres", 110, "/bin/bash"),
                user("backup", 34, "/bin/sh"),
            ]),
            passwords: Fact::Known(vec![
                password("postgres", PasswordState::Set),
                password("root", PasswordState::Set),
            ]),
            authorized_keys: Fact::Known(vec![key("backup", "ssh-ed25519", None, "SHA256:x")]),
            ..host()
        };
        hits(&CHECK, &facts, &["account:postgres", "account:backup"]);
    }

    #[test]
    fn miss() {
        let facts = HostFacts {
            users: Fact::Known(vec![user("postgres", 110, "/bin/bash"), user("bob", 1000, "/bin/bash")]),
            passwords: Fact::Known(vec![
                password("postgres", PasswordState::Locked),
                password("bob", PasswordState::Set),
            ]),
            authorized_keys: Fact::Known(vec![]),
            ..host()
        };
        misses(&CHECK, &facts);
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &HostFacts { users: Fact::Known(vec![]), ..host() });
    }
}
