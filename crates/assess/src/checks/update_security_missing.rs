//! Security updates that wait to be installed.

use super::support::{conclude, merged, purl};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// Old package lists prove nothing: without a hit they make the check inconclusive, and so does Alpine, whose lists do
/// not say which update is for security.
pub(super) const CHECK: Check = Check {
    id: "update-security-missing",
    title: "A security update is waiting to be installed",
    meaning: "The package has an update from the security archive of the distribution that is not installed.",
    why: "The error that it repairs is public, and so is, often, the program to use it.",
    fix: "sudo apt update && sudo apt upgrade\n# From now on every night by itself\nsudo apt install unattended-upgrades\n# RHEL and its kin\nsudo dnf upgrade --security && sudo dnf install dnf-automatic",
    severity: Severity::High,
    cwe: 1395,
    attack: "T1190",
    cis: "1.2.2.1",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let updates = facts.updates.get()?;
    let os = &facts.os.get()?.id;
    let hits = merged(updates.pending.iter().filter(|update| update.security).map(|update| Hit {
        locus: purl(&update.manager, os, &update.name),
        detail: format!("{} is installed, {} is waiting", update.installed, update.candidate),
    }));
    let age = updates.lists_as_of.map(|as_of| facts.collected_at.days_since(as_of));
    conclude(
        hits,
        match age {
            None => Some("how old the package lists are: not known".to_owned()),
            Some(days) if days > 14 => Some(format!("the package lists are {days} days old")),
            _ if updates.pending.iter().any(|update| update.manager == "apk") => {
                Some("updates are waiting, and Alpine's lists do not say which are for security".to_owned())
            }
            _ => None,
        },
    )
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{days_ago, hits, host, inconclusive, misses, os, update};
    use bartizan_model::host::{Fact, HostFacts, Update, Updates};

    fn debian(pending: Vec<Update>, age: i64) -> HostFacts {
        let updates = Fact::Known(Updates { lists_as_of: Some(days_ago(age)), pending });
        HostFacts { updates, os: os("debian", "12"), ..host() }
    }

    #[test]
    fn hit() {
        let pending = vec![update("openssl", true), update("openssl", true), update("tzdata", false)];
        hits(&CHECK, &debian(pending, 30), &["pkg:deb/debian/openssl"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &debian(vec![update("tzdata", false)], 1));
        misses(&CHECK, &debian(vec![], 14));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &debian(vec![], 30));
        inconclusive(&CHECK, &HostFacts { os: host().os, ..debian(vec![update("openssl", true)], 1) });
        let alpine = Update { manager: "apk".to_owned(), ..update("busybox", false) };
        inconclusive(&CHECK, &debian(vec![alpine], 1));
    }
}
