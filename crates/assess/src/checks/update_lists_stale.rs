//! Package lists that nobody refreshes.

use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// More than 14 days before the host was looked at.
pub(super) const CHECK: Check = Check {
    id: "update-lists-stale",
    title: "The host has not looked for updates for weeks",
    meaning: "The lists of available packages were last refreshed more than 14 days ago.",
    why: "The host does not know of the security updates published since, and nobody sees that it lacks them.",
    fix: "sudo apt update\n# From now on every day by itself\nsudo apt install unattended-upgrades && sudo dpkg-reconfigure -plow unattended-upgrades\n# RHEL and its kin\nsudo dnf makecache && sudo dnf install dnf-automatic && sudo systemctl enable --now dnf-automatic.timer",
    severity: Severity::Medium,
    cwe: 1395,
    attack: "T1190",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let as_of = facts.updates.get()?.lists_as_of.ok_or("how old the package lists are: not known")?;
    let days = facts.collected_at.days_since(as_of);
    let detail = || format!("the package lists are from {}, {days} days ago", as_of.date());
    Ok(if days > 14 { vec![Hit::whole(detail())] } else { vec![] })
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{days_ago, hits, host, inconclusive, misses};
    use bartizan_model::Timestamp;
    use bartizan_model::host::{Fact, HostFacts, Updates};

    fn lists(lists_as_of: Option<Timestamp>) -> HostFacts {
        HostFacts { updates: Fact::Known(Updates { lists_as_of, pending: vec![] }), ..host() }
    }

    #[test]
    fn hit() {
        hits(&CHECK, &lists(Some(days_ago(15))), &[""]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &lists(Some(days_ago(14))));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &lists(None));
    }
}
