//! Jobs of root whose files others may change.

use super::support::{file_hit, merged, others_may_write};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// Files and programs of root's jobs; those of others count where everybody may change them.
pub(super) const CHECK: Check = Check {
    id: "cron-writable",
    title: "Others than root may change what a scheduled job runs",
    meaning: "The file of a scheduled job of root, or the program that it starts, may be changed by an account besides root.",
    why: "Whoever can change it decides what root runs at the next hour or day.",
    fix: "sudo chown root:root /PATH\nsudo chmod go-w /PATH",
    severity: Severity::High,
    cwe: 732,
    attack: "T1053.003",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let mut hits = Vec::new();
    for job in facts.cron.get()? {
        let files = [Some(&job.file), job.program.as_ref()];
        for file in files.into_iter().flatten().filter(|file| job.user == "root" || file.world_writable()) {
            if let Some(what) = others_may_write(file) {
                hits.push(file_hit(&file.path, "", format!("a job of {}: {what}", job.user)));
            }
        }
    }
    Ok(merged(hits))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{cron, cron_entry, hits, host, inconclusive, meta, misses};
    use bartizan_model::host::FileMeta;

    #[test]
    fn hit() {
        let theirs = FileMeta { uid: 1000, ..meta("/home/bob/backup.sh", 0o755) };
        let mut open = cron_entry("www-data", None);
        open.file = meta("/etc/cron.d/open", 0o666);
        let facts = cron(&[cron_entry("root", Some(theirs)), open]);
        hits(&CHECK, &facts, &["file:/home/bob/backup.sh", "file:/etc/cron.d/open"]);
    }

    #[test]
    fn miss() {
        let own = FileMeta { uid: 1000, ..meta("/home/bob/backup.sh", 0o755) };
        let mut table = cron_entry("bob", Some(own));
        table.file = FileMeta { uid: 1000, gid: 105, ..meta("/var/spool/cron/crontabs/bob", 0o600) };
        misses(&CHECK, &cron(&[table, cron_entry("root", Some(meta("/usr/bin/true", 0o755)))]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
