//! Passwords can be guessed without end.

use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// One of `pam_faillock`, `pam_tally2` and `pam_tally` must count failed logins.
pub(super) const CHECK: Check = Check {
    id: "pam-no-lockout",
    title: "Passwords can be guessed without end",
    meaning: "Failed logins do not lock an account, not even for minutes (no pam_faillock).",
    why: "A program can try one password after the other until one fits.",
    fix: "# Debian and Ubuntu: add pam_faillock by a profile of pam-auth-update; keep a root session open meanwhile\nprintf 'Name: Lock after failed logins\\nDefault: yes\\nPriority: 0\\nAuth-Type: Primary\\nAuth:\\n\\t[default=die] pam_faillock.so authfail\\n' | sudo tee /usr/share/pam-configs/faillock\nprintf 'Name: Ask whether the account is locked\\nDefault: yes\\nPriority: 1024\\nAuth-Type: Primary\\nAuth:\\n\\trequisite pam_faillock.so preauth\\nAccount-Type: Primary\\nAccount:\\n\\trequired pam_faillock.so\\n' | sudo tee /usr/share/pam-configs/faillock_notify\nsudo pam-auth-update --enable faillock faillock_notify\n# RHEL and its kin\nsudo authselect enable-feature with-faillock",
    severity: Severity::Low,
    cwe: 307,
    attack: "T1110.001",
    cis: "5.3.2.2",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let pam = facts.pam.get()?;
    if pam.is_empty() {
        return Err("PAM: no files were collected".to_owned());
    }
    let modules = ["pam_faillock", "pam_tally"];
    let found = pam.values().flatten().any(|line| {
        line.trim_start_matches('-').starts_with("auth") && modules.iter().any(|module| line.contains(module))
    });
    Ok(if found {
        vec![]
    } else {
        vec![Hit::at("setting", "pam/lockout", "no PAM file counts failed logins")]
    })
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, pam};

    #[test]
    fn hit() {
        hits(&CHECK, &pam(&[("common-auth", &["auth required pam_unix.so"])]), &["setting:pam/lockout"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &pam(&[("common-auth", &["auth required pam_faillock.so preauth"])]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &pam(&[]));
    }
}
