//! Services of root whose files others may change.

use super::support::{file_hit, merged, others_may_write};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// Unit files of all services, and the programs of those that run as root; a program of a service with a user of its
/// own counts where everybody may change it.
pub(super) const CHECK: Check = Check {
    id: "unit-writable",
    title: "Others than root may change what a service runs",
    meaning: "The unit file of a service, or the program that it starts as root, may be changed by an account besides root.",
    why: "Whoever can change it decides what root runs at the next start of the service.",
    fix: "sudo chown root:root /PATH\nsudo chmod go-w /PATH",
    severity: Severity::High,
    cwe: 732,
    attack: "T1543.002",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let mut hits = Vec::new();
    // A masked unit is a link to /dev/null.
    for unit in facts.units.get()?.iter().filter(|unit| unit.file.path != "/dev/null") {
        if let Some(what) = others_may_write(&unit.file) {
            hits.push(file_hit(&unit.file.path, "", format!("the file of {}: {what}", unit.name)));
        }
        let root = matches!(unit.user.as_str(), "" | "root" | "0");
        for program in unit.programs.iter().filter(|program| root || program.world_writable()) {
            if let Some(what) = others_may_write(program) {
                hits.push(file_hit(&program.path, "", format!("{} starts it: {what}", unit.name)));
            }
        }
    }
    Ok(merged(hits))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, meta, misses, unit, units};
    use bartizan_model::host::{FileMeta, Unit};

    #[test]
    fn hit() {
        let mut open = unit("a.service", &[meta("/usr/bin/a", 0o755)]);
        open.file.mode = 0o666;
        let theirs = unit("b.service", &[FileMeta { uid: 1000, ..meta("/opt/b/run", 0o755) }]);
        let loose = Unit { user: "app".to_owned(), ..unit("c.service", &[meta("/opt/c/run", 0o777)]) };
        let expected = ["file:/etc/systemd/system/a.service", "file:/opt/b/run", "file:/opt/c/run"];
        hits(&CHECK, &units(&[open, theirs, loose]), &expected);
    }

    #[test]
    fn miss() {
        let program = FileMeta { uid: 1000, ..meta("/opt/app/run", 0o755) };
        let own = Unit { user: "app".to_owned(), ..unit("app.service", &[program]) };
        let masked = Unit { file: meta("/dev/null", 0o666), ..unit("x.service", &[]) };
        misses(&CHECK, &units(&[own, masked, unit("ssh.service", &[meta("/usr/sbin/sshd", 0o755)])]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
