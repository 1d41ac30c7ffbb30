//! SSH waits long for somebody to log in.

use super::support::{seconds, sshd, sshd_hit};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `LoginGraceTime` should be a minute or less, and not 0, which means for ever.
pub(super) const CHECK: Check = Check {
    id: "sshd-login-grace-time",
    title: "SSH waits too long for people to log in",
    meaning: "A connection that has not logged in may stay open for more than a minute (LoginGraceTime; 0 means for ever).",
    why: "An attacker can fill the server with idle connections until nobody else gets in.",
    fix: "printf '%s\\n' 'LoginGraceTime 60' | sudo tee /etc/ssh/sshd_config.d/50-bartizan-grace.conf\nsudo sshd -t && sudo systemctl reload ssh\n# RHEL and its kin: the service is called sshd\nsudo systemctl reload sshd",
    severity: Severity::Info,
    cwe: 400,
    attack: "T1499",
    cis: "5.1.13",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let Some(value) = sshd(facts, "LoginGraceTime", "120")? else { return Ok(vec![]) };
    let time = seconds(value).ok_or_else(|| format!("LoginGraceTime: `{value}` is no time"))?;
    let long = time == 0 || time > 60;
    Ok(if long { vec![sshd_hit("LoginGraceTime", format!("LoginGraceTime is {value}"))] } else { vec![] })
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, no_sshd, sshd};

    #[test]
    fn hit() {
        hits(&CHECK, &sshd(&[("logingracetime", "2m")]), &["setting:sshd/LoginGraceTime"]);
        hits(&CHECK, &sshd(&[("logingracetime", "0")]), &["setting:sshd/LoginGraceTime"]);
        hits(&CHECK, &sshd(&[]), &["setting:sshd/LoginGraceTime"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &sshd(&[("logingracetime", "1m")]));
        misses(&CHECK, &no_sshd());
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &sshd(&[("logingracetime", "soon")]));
    }
}
