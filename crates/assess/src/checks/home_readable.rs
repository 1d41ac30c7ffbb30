//! Home folders that others may read.

use super::support::{file_hit, first_person, merged};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// Homes of people and of root. A folder that others may only pass through (0711) is fine.
pub(super) const CHECK: Check = Check {
    id: "home-readable",
    title: "Other accounts may read a home folder",
    meaning: "Every account may list and read the home folder of a person or of root.",
    why: "Homes hold notes, histories with passwords, and settings with tokens. Any hijacked service can read them.",
    fix: "sudo chmod o-rwx /home/NAME\n# For accounts to come\necho 'HOME_MODE 0700' | sudo tee -a /etc/login.defs",
    severity: Severity::Low,
    cwe: 732,
    attack: "T1083",
    cis: "7.2.9",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let first = first_person(facts);
    let people = facts
        .homes
        .get()?
        .iter()
        .filter(|home| home.uid >= first && home.uid < 65_534 || home.path == "/root");
    let open = people.filter(|home| home.path != "/" && home.mode & 0o006 != 0);
    Ok(merged(open.map(|home| {
        let verb = if home.world_writable() { "change" } else { "read" };
        file_hit(&home.path, "", format!("every account may {verb} it (mode {:04o})", home.mode))
    })))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, meta, misses};
    use bartizan_model::host::{Fact, FileMeta, HostFacts};

    #[test]
    fn hit() {
        let homes = vec![FileMeta { uid: 1000, ..meta("/home/bob", 0o755) }, meta("/root", 0o755)];
        let facts = HostFacts { homes: Fact::Known(homes), ..host() };
        hits(&CHECK, &facts, &["file:/home/bob", "file:/root"]);
    }

    #[test]
    fn miss() {
        let homes = vec![
            FileMeta { uid: 1000, ..meta("/home/bob", 0o750) },
            FileMeta { uid: 1001, ..meta("/home/eve", 0o711) },
            FileMeta { uid: 33, ..meta("/var/www", 0o755) },
            FileMeta { uid: 65_534, ..meta("/nonexistent", 0o755) },
        ];
        misses(&CHECK, &HostFacts { homes: Fact::Known(homes), ..host() });
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
