//! Passwords stored in a form that is quickly guessed.

use crate::Check;
use bartizan_model::host::{HostFacts, PasswordState};
use bartizan_model::{Hit, Severity};

/// DES, BSDi's DES, MD5, Sun's MD5, SHA-1 and NT hashes. SHA-256, SHA-512, bcrypt, scrypt and yescrypt are fine.
pub(super) const CHECK: Check = Check {
    id: "account-weak-hash",
    title: "A password is stored in a form that is quickly guessed",
    meaning: "The password of the account is stored as an old hash (DES, MD5, SHA-1 or NT).",
    why: "Whoever gets a copy of /etc/shadow, from a backup say, finds such passwords within hours, even good ones.",
    fix: "# New passwords are stored as /etc/login.defs and PAM say; let the user choose a new one at the next login\nsudo chage -d 0 NAME",
    severity: Severity::Medium,
    cwe: 916,
    attack: "T1110.002",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let old = [
        "des",
        "descrypt",
        "bsdi",
        "bsdicrypt",
        "bigcrypt",
        "md5",
        "md5crypt",
        "sunmd5",
        "sha1",
        "sha1crypt",
        "nt",
        "nthash",
        "lm",
    ];
    let weak = facts.passwords.get()?.iter().filter(|password| {
        password.state == PasswordState::Set && old.contains(&password.scheme.to_ascii_lowercase().as_str())
    });
    Ok(weak
        .map(|password| Hit::at("account", &password.user, format!("stored as {}", password.scheme)))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, password};
    use bartizan_model::host::{Fact, HostFacts, Password, PasswordState};

    #[test]
    fn hit() {
        let weak = Password { scheme: "md5".to_owned(), ..password("bob", PasswordState::Set) };
        hits(&CHECK, &HostFacts { passwords: Fact::Known(vec![weak]), ..host() }, &["account:bob"]);
    }

    #[test]
    fn miss() {
        let good =
            |scheme: &str| Password { scheme: scheme.to_owned(), ..password(scheme, PasswordState::Set) };
        let passwords =
            vec![good("yescrypt"), good("sha512"), good("bcrypt"), password("x", PasswordState::Locked)];
        misses(&CHECK, &HostFacts { passwords: Fact::Known(passwords), ..host() });
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
