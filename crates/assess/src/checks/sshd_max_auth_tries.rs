//! SSH allows many guesses in one connection.

use super::support::{sshd, sshd_hit};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `MaxAuthTries` should be 4 or less; OpenSSH's default is 6.
pub(super) const CHECK: Check = Check {
    id: "sshd-max-auth-tries",
    title: "SSH allows many guesses in one connection",
    meaning: "One connection to the SSH server may try more than four passwords or keys (MaxAuthTries).",
    why: "Fewer tries slow down guessing and make it show up in the log sooner, since failures are only logged after half of the tries.",
    fix: "printf '%s\\n' 'MaxAuthTries 4' | sudo tee /etc/ssh/sshd_config.d/50-bartizan-tries.conf\nsudo sshd -t && sudo systemctl reload ssh\n# RHEL and its kin: the service is called sshd\nsudo systemctl reload sshd",
    severity: Severity::Info,
    cwe: 307,
    attack: "T1110.001",
    cis: "5.1.16",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let Some(value) = sshd(facts, "MaxAuthTries", "6")? else { return Ok(vec![]) };
    let tries: u32 = value.parse().map_err(|_| format!("MaxAuthTries: `{value}` is no number"))?;
    Ok(if tries > 4 { vec![sshd_hit("MaxAuthTries", format!("MaxAuthTries is {tries}"))] } else { vec![] })
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, no_sshd, sshd};

    #[test]
    fn hit() {
        hits(&CHECK, &sshd(&[("maxauthtries", "10")]), &["setting:sshd/MaxAuthTries"]);
        hits(&CHECK, &sshd(&[]), &["setting:sshd/MaxAuthTries"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &sshd(&[("maxauthtries", "4")]));
        misses(&CHECK, &no_sshd());
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &sshd(&[("maxauthtries", "some")]));
    }
}
