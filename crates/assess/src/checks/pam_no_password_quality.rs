//! Bad passwords are accepted.

use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// One of `pam_pwquality`, `pam_passwdqc` and `pam_cracklib` must look at new passwords.
pub(super) const CHECK: Check = Check {
    id: "pam-no-password-quality",
    title: "Nothing stops people from choosing bad passwords",
    meaning: "New passwords are not checked for length and common words (no pam_pwquality, pam_passwdqc or pam_cracklib).",
    why: "People choose short and common passwords, which guessing programs try first.",
    fix: "sudo apt install libpam-pwquality\n# RHEL and its kin\nsudo dnf install libpwquality && sudo authselect apply-changes",
    severity: Severity::Low,
    cwe: 521,
    attack: "T1110",
    cis: "5.3.2.3",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let pam = facts.pam.get()?;
    if pam.is_empty() {
        return Err("PAM: no files were collected".to_owned());
    }
    let modules = ["pam_pwquality", "pam_passwdqc", "pam_cracklib"];
    let found = pam.values().flatten().any(|line| {
        line.trim_start_matches('-').starts_with("password")
            && modules.iter().any(|module| line.contains(module))
    });
    Ok(if found {
        vec![]
    } else {
        vec![Hit::at("setting", "pam/password-quality", "no PAM file checks the quality of new passwords")]
    })
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, pam};

    #[test]
    fn hit() {
        let plain = pam(&[("common-password", &["password required pam_unix.so yescrypt"])]);
        hits(&CHECK, &plain, &["setting:pam/password-quality"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &pam(&[("common-password", &["password requisite pam_pwquality.so retry=3"])]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &pam(&[]));
    }
}
