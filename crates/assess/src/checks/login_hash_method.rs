//! New passwords are stored in a weak form.

use super::support::login_def;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `ENCRYPT_METHOD` of `/etc/login.defs` must not be DES or MD5.
pub(super) const CHECK: Check = Check {
    id: "login-hash-method",
    title: "New passwords are stored in a form that is quickly guessed",
    meaning: "New passwords are stored as DES or MD5 (ENCRYPT_METHOD in /etc/login.defs).",
    why: "Whoever gets a copy of /etc/shadow, from a backup say, finds such passwords within hours, even good ones.",
    fix: "sudo sed -i 's/^ENCRYPT_METHOD.*/ENCRYPT_METHOD YESCRYPT/' /etc/login.defs\n# Releases before Debian 11, Ubuntu 22.04 and RHEL 9: SHA512 instead of YESCRYPT",
    severity: Severity::Medium,
    cwe: 916,
    attack: "T1110.002",
    cis: "5.4.1.4",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let value = login_def(facts, "ENCRYPT_METHOD")?;
    let weak = matches!(value.to_ascii_uppercase().as_str(), "DES" | "MD5");
    Ok(if weak {
        vec![Hit::at("setting", "login.defs/ENCRYPT_METHOD", format!("ENCRYPT_METHOD is {value}"))]
    } else {
        vec![]
    })
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, login_defs, misses};

    #[test]
    fn hit() {
        hits(&CHECK, &login_defs(&[("ENCRYPT_METHOD", "MD5")]), &["setting:login.defs/ENCRYPT_METHOD"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &login_defs(&[("ENCRYPT_METHOD", "YESCRYPT")]));
        misses(&CHECK, &login_defs(&[("ENCRYPT_METHOD", "SHA512")]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &login_defs(&[]));
    }
}
