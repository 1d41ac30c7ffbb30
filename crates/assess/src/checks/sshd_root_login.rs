//! SSH lets root log in directly.

use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `PermitRootLogin` must be `no` or allow keys only.
pub(super) const CHECK: Check = Check {
    id: "sshd-root-login",
    title: "SSH lets root log in with a password",
    meaning: "The SSH server accepts a password for the account root (PermitRootLogin yes).",
    why: "Root exists on every machine, so attackers only have to guess its password, and nobody can tell afterwards which person was behind the session.",
    fix: "echo 'PermitRootLogin no' | sudo tee /etc/ssh/sshd_config.d/50-bartizan-root.conf\nsudo sshd -t && sudo systemctl reload ssh",
    severity: Severity::High,
    cwe: 250,
    attack: "T1021.004",
    cis: "5.1.20",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let Some(sshd) = facts.sshd.get()? else { return Ok(vec![]) };
    // OpenSSH's default is prohibit-password.
    let value = sshd
        .get("permitrootlogin")
        .and_then(|values| values.first())
        .map_or("prohibit-password", String::as_str);
    Ok(if value.eq_ignore_ascii_case("yes") {
        vec![Hit::at("setting", "sshd/PermitRootLogin", format!("PermitRootLogin is {value}"))]
    } else {
        vec![]
    })
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, sshd};

    #[test]
    fn hit() {
        hits(&CHECK, &sshd(&[("permitrootlogin", "yes")]), &["setting:sshd/PermitRootLogin"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &sshd(&[("permitrootlogin", "no")]));
        misses(&CHECK, &sshd(&[]));
    }

    #[test]
    fn inconclusive_without_the_configuration() {
        inconclusive(&CHECK, &host());
    }
}
