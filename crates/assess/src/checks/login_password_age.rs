//! New accounts get passwords that are good for ever.

use super::support::login_def;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `PASS_MAX_DAYS` of `/etc/login.defs` should be 365 or less.
pub(super) const CHECK: Check = Check {
    id: "login-password-age",
    title: "New accounts get passwords that never expire",
    meaning: "Accounts made from now on get a password without an end, or one of over a year (PASS_MAX_DAYS in /etc/login.defs).",
    why: "A password that was stolen stays good until somebody changes it. Not every rule book still asks for this.",
    fix: "sudo sed -i 's/^PASS_MAX_DAYS.*/PASS_MAX_DAYS 365/' /etc/login.defs",
    severity: Severity::Info,
    cwe: 263,
    attack: "T1078.003",
    cis: "5.4.1.1",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let value = login_def(facts, "PASS_MAX_DAYS")?;
    let days: i64 = value.parse().map_err(|_| format!("PASS_MAX_DAYS: `{value}` is no number"))?;
    // -1 means no limit.
    let long = !(0..=365).contains(&days);
    Ok(if long {
        vec![Hit::at("setting", "login.defs/PASS_MAX_DAYS", format!("PASS_MAX_DAYS is {days}"))]
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
        hits(&CHECK, &login_defs(&[("PASS_MAX_DAYS", "99999")]), &["setting:login.defs/PASS_MAX_DAYS"]);
        hits(&CHECK, &login_defs(&[("PASS_MAX_DAYS", "-1")]), &["setting:login.defs/PASS_MAX_DAYS"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &login_defs(&[("PASS_MAX_DAYS", "365")]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &login_defs(&[]));
    }
}
