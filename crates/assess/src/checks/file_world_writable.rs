//! Files of the system that everybody may change.

use super::support::{file_hit, merged};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// The collector lists them without links and without sticky folders such as `/tmp`.
pub(super) const CHECK: Check = Check {
    id: "file-world-writable",
    title: "Every account may change a file of the system",
    meaning: "A file or folder of the system (/etc, /usr, /opt, /root, cron) may be changed by every account.",
    why: "Any account or hijacked service puts its own program or setting there and waits until root uses it.",
    fix: "sudo chmod o-w /PATH",
    severity: Severity::High,
    cwe: 732,
    attack: "T1574",
    cis: "7.1.11",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let list = facts.world_writable.get()?;
    Ok(merged(list.iter().map(|file| {
        let kind = if file.folder { "folder" } else { "file" };
        file_hit(&file.path, "", format!("every account may change this {kind} (mode {:04o})", file.mode))
    })))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, meta, misses};
    use bartizan_model::host::{Fact, HostFacts};

    #[test]
    fn hit() {
        let world_writable = Fact::Known(vec![meta("/etc/app.conf", 0o666)]);
        hits(&CHECK, &HostFacts { world_writable, ..host() }, &["file:/etc/app.conf"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &HostFacts { world_writable: Fact::Known(vec![]), ..host() });
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
