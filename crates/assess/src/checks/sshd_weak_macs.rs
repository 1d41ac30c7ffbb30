//! SSH offers broken or shortened integrity checks.

use super::support::sshd_offers;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// MD5, RIPEMD-160 and tags cut to 96 bits are out. HMAC with SHA-1 and UMAC-64, both in OpenSSH's own list, are not
/// broken in this use and not reported.
pub(super) const CHECK: Check = Check {
    id: "sshd-weak-macs",
    title: "SSH offers weak protection against changed data",
    meaning: "The list of message checks (MACs) that the SSH server accepts contains MD5, RIPEMD-160 or shortened ones.",
    why: "These checks prove that nobody changed a session on its way. Weak ones give an attacker in between more room to try.",
    fix: "# Remove the MACs line to get OpenSSH's defaults, or name good ones:\nprintf '%s\\n' 'MACs hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha2-256,hmac-sha2-512' | sudo tee /etc/ssh/sshd_config.d/50-bartizan-macs.conf\nsudo sshd -t && sudo systemctl reload ssh\n# RHEL and its kin: the service is called sshd\nsudo systemctl reload sshd",
    severity: Severity::Low,
    cwe: 328,
    attack: "T1557",
    cis: "5.1.15",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    sshd_offers(facts, "MACs", |name| {
        name.contains("md5") || name.contains("ripemd") || name.contains("-96") || name == "none"
    })
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, sshd};

    #[test]
    fn hit() {
        hits(&CHECK, &sshd(&[("macs", "hmac-sha2-256,hmac-md5,hmac-sha1-96")]), &["setting:sshd/MACs"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &sshd(&[("macs", "umac-128-etm@openssh.com,hmac-sha2-512,hmac-sha1")]));
        misses(&CHECK, &sshd(&[]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
