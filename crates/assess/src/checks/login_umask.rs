//! New files are readable by everybody.

use super::support::login_def;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `UMASK` of `/etc/login.defs` should take all rights from others (027 or 077).
pub(super) const CHECK: Check = Check {
    id: "login-umask",
    title: "New files are readable by every account",
    meaning: "Files that people create may be read by all other accounts unless they take care (UMASK in /etc/login.defs).",
    why: "Passwords and private data in new files are open to every account and every hijacked service on this host.",
    fix: "sudo sed -i 's/^UMASK.*/UMASK 027/' /etc/login.defs\n# It holds from the next login on",
    severity: Severity::Low,
    cwe: 276,
    attack: "T1083",
    cis: "5.4.3.3",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let value = login_def(facts, "UMASK")?;
    let mask = u32::from_str_radix(value, 8).map_err(|_| format!("UMASK: `{value}` is no octal number"))?;
    let open = mask & 0o027 != 0o027;
    Ok(if open { vec![Hit::at("setting", "login.defs/UMASK", format!("UMASK is {value}"))] } else { vec![] })
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, login_defs, misses};

    #[test]
    fn hit() {
        hits(&CHECK, &login_defs(&[("UMASK", "022")]), &["setting:login.defs/UMASK"]);
        hits(&CHECK, &login_defs(&[("UMASK", "007")]), &["setting:login.defs/UMASK"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &login_defs(&[("UMASK", "027")]));
        misses(&CHECK, &login_defs(&[("UMASK", "077")]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &login_defs(&[]));
    }
}
