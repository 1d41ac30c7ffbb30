//! The lists of scheduled jobs can be changed by others.

use super::support::{files, others_may_write};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `/etc/crontab` and the `/etc/cron.*` folders must belong to root and be writable by nobody else.
pub(super) const CHECK: Check = Check {
    id: "file-cron-folders",
    title: "Others than root may add scheduled jobs of root",
    meaning: "An account besides root may write /etc/crontab or put files into one of the /etc/cron.* folders.",
    why: "Whatever stands there is run as root within the hour or the day.",
    fix: "sudo chown root:root /etc/crontab /etc/cron.*\nsudo chmod 600 /etc/crontab\nsudo chmod 700 /etc/cron.d /etc/cron.hourly /etc/cron.daily /etc/cron.weekly /etc/cron.monthly",
    severity: Severity::High,
    cwe: 732,
    attack: "T1053.003",
    cis: "2.4.1.2",
    judge,
};

/// The files looked at.
const PATHS: &[&str] = &[
    "/etc/crontab",
    "/etc/cron.d",
    "/etc/cron.hourly",
    "/etc/cron.daily",
    "/etc/cron.weekly",
    "/etc/cron.monthly",
];

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    files(facts, PATHS, others_may_write)
}

#[cfg(test)]
mod tests {
    use super::{CHECK, PATHS};
    use crate::checks::testing::{absent, files, hits, host, inconclusive, meta, misses};

    #[test]
    fn hit() {
        hits(&CHECK, &files(&[meta("/etc/cron.d", 0o777)]), &["file:/etc/cron.d"]);
    }

    #[test]
    fn miss() {
        let there = [meta("/etc/crontab", 0o644), meta("/etc/cron.d", 0o755)];
        misses(&CHECK, &absent(files(&there), &PATHS[there.len()..]));
        misses(&CHECK, &absent(host(), PATHS));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &absent(host(), &PATHS[1..]));
    }
}
