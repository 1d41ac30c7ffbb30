//! Keys that open accounts and are too weak.

use super::support::merged;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// DSA keys and RSA keys under 2048 bits.
pub(super) const CHECK: Check = Check {
    id: "ssh-weak-authorized-keys",
    title: "An SSH key that opens an account is too weak",
    meaning: "An account can be opened with a DSA key, or with an RSA key of less than 2048 bits.",
    why: "Such keys can be computed from their public half with enough effort; DSA keys of 1024 bits are also lost when one random number was bad.",
    fix: "# The owner makes a new key on their own machine and sends you the .pub file\nssh-keygen -t ed25519\n# Then put it in place of the old line\nsudo nano /home/NAME/.ssh/authorized_keys",
    severity: Severity::Medium,
    cwe: 326,
    attack: "T1098.004",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let weak = facts.authorized_keys.get()?.iter().filter(|key| {
        key.algorithm.starts_with("ssh-dss")
            || key.algorithm == "ssh-rsa" && key.bits.is_some_and(|bits| bits < 2048)
    });
    Ok(merged(weak.map(|key| {
        let size = key.bits.map(|bits| format!(" of {bits} bits")).unwrap_or_default();
        let detail = format!("{} holds a key {}{size} ({})", key.file, key.algorithm, key.comment);
        Hit::at("key", &format!("{}/{}", key.user, key.fingerprint), detail)
    })))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, key, misses};
    use bartizan_model::host::{Fact, HostFacts};

    #[test]
    fn hit() {
        let keys = vec![
            key("bob", "ssh-dss", None, "SHA256:x"),
            key("eve", "ssh-rsa", Some(1024), "SHA256:y"),
            key("eve", "ssh-ed25519", None, "SHA256:z"),
        ];
        let facts = HostFacts { authorized_keys: Fact::Known(keys), ..host() };
        hits(&CHECK, &facts, &["key:bob/SHA256:x", "key:eve/SHA256:y"]);
    }

    #[test]
    fn miss() {
        let keys =
            vec![key("bob", "ssh-rsa", Some(2048), "SHA256:x"), key("bob", "ssh-rsa", None, "SHA256:y")];
        misses(&CHECK, &HostFacts { authorized_keys: Fact::Known(keys), ..host() });
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
