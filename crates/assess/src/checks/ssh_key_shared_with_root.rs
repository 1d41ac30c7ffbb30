//! One key opens root and other accounts.

use super::support::merged;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// Keys with a forced command, as cloud images put into root's file to turn people away, do not count.
pub(super) const CHECK: Check = Check {
    id: "ssh-key-shared-with-root",
    title: "One SSH key opens root and other accounts",
    meaning: "The same key is in the authorized_keys of root and of at least one other account.",
    why: "Whoever steals this one key is root at once, and the log does not tell which person or script acted as root.",
    fix: "# Take the shared key out of root's file; people log in as themselves and use sudo\nsudo nano /root/.ssh/authorized_keys",
    severity: Severity::Medium,
    cwe: 250,
    attack: "T1098.004",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let keys = facts.authorized_keys.get()?;
    let of_root = keys.iter().filter(|key| key.user == "root" && !key.options.contains("command="));
    Ok(merged(of_root.filter_map(|root| {
        let same = keys.iter().filter(|key| key.user != "root" && key.fingerprint == root.fingerprint);
        let mut others: Vec<_> = same.map(|key| key.user.as_str()).collect();
        others.sort_unstable();
        others.dedup();
        let detail = format!("this key opens root and {} ({})", others.join(", "), root.comment);
        (!others.is_empty()).then(|| Hit::at("key", &root.fingerprint, detail))
    })))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, key, misses};
    use bartizan_model::host::{Fact, HostFacts};

    #[test]
    fn hit() {
        let keys =
            vec![key("root", "ssh-ed25519", None, "SHA256:x"), key("bob", "ssh-ed25519", None, "SHA256:x")];
        hits(&CHECK, &HostFacts { authorized_keys: Fact::Known(keys), ..host() }, &["key:SHA256:x"]);
    }

    #[test]
    fn miss() {
        let mut cloud = key("root", "ssh-ed25519", None, "SHA256:x");
        cloud.options = "no-pty,command=\"echo 'Please log in as admin'\"".to_owned();
        let keys = vec![cloud, key("admin", "ssh-ed25519", None, "SHA256:x")];
        misses(&CHECK, &HostFacts { authorized_keys: Fact::Known(keys), ..host() });
        let keys =
            vec![key("root", "ssh-ed25519", None, "SHA256:x"), key("bob", "ssh-ed25519", None, "SHA256:y")];
        misses(&CHECK, &HostFacts { authorized_keys: Fact::Known(keys), ..host() });
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
