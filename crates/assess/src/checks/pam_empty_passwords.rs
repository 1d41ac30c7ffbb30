//! PAM accepts empty passwords.

use super::support::file_hit;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `nullok` of `pam_unix` lets an account with an empty password in. Debian sets it, so it only matters together with
/// one.
pub(super) const CHECK: Check = Check {
    id: "pam-empty-passwords",
    title: "Logins with an empty password are accepted",
    meaning: "PAM lets people in without a password where an account has none (nullok).",
    why: "One account whose password was removed by mistake is open to everybody at once. Without nullok it would be closed.",
    fix: "sudo sed -i 's/ nullok//' /usr/share/pam-configs/unix\nsudo pam-auth-update --package\n# RHEL and its kin\nsudo authselect enable-feature without-nullok",
    severity: Severity::Low,
    cwe: 258,
    attack: "T1078.003",
    cis: "5.3.3.4.1",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let pam = facts.pam.get()?;
    if pam.is_empty() {
        return Err("PAM: no files were collected".to_owned());
    }
    let open = |line: &String| {
        line.contains("pam_unix") && line.split_whitespace().any(|word| word.starts_with("nullok"))
    };
    let lines =
        pam.iter().filter_map(|(name, lines)| lines.iter().find(|line| open(line)).map(|line| (name, line)));
    Ok(lines
        .map(|(name, line)| file_hit(&format!("/etc/pam.d/{name}"), "", format!("it says `{line}`")))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, pam};

    #[test]
    fn hit() {
        let facts = pam(&[("common-auth", &["auth [success=1] pam_unix.so nullok"]), ("su", &[])]);
        hits(&CHECK, &facts, &["file:/etc/pam.d/common-auth"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &pam(&[("common-auth", &["auth [success=1] pam_unix.so try_first_pass"])]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &pam(&[]));
    }
}
