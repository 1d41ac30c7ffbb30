//! Containers that hold the host's own files.

use super::support::merged;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// The root of the file system, `/etc`, `/root`, `/boot` and the cron tables; single files below `/etc` do not count.
pub(super) const CHECK: Check = Check {
    id: "container-host-files",
    title: "A container holds the system files of this host",
    meaning: "A folder of the host's own system, such as / or /etc, is mounted into the container.",
    why: "Whoever takes over the program in the container reads the host's passwords and keys, and where it may write, is root.",
    fix: "# Mount only the folder it needs, and read-only where that is enough\ndocker run -v /srv/data:/data:ro IMAGE",
    severity: Severity::Medium,
    cwe: 552,
    attack: "T1611",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let system =
        ["/", "/etc", "/root", "/boot", "/var/spool/cron", "/var/spool/cron/crontabs", "/etc/cron.d"];
    Ok(merged(facts.containers.get()?.iter().filter_map(|container| {
        let host = |mount: &&String| {
            let path = mount.split(':').next().unwrap_or_default();
            system.contains(&path) || path.strip_suffix('/').is_some_and(|path| system.contains(&path))
        };
        let path = container.mounts.iter().find(host)?;
        Some(Hit::at(
            "container",
            &container.name,
            format!("{} ({}) has {path}", container.name, container.image),
        ))
    })))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{container, containers, hits, host, inconclusive, misses};
    use bartizan_model::host::Container;

    #[test]
    fn hit() {
        let all = Container { mounts: vec!["/".to_owned()], ..container("monitor") };
        let etc = Container { mounts: vec!["/srv".to_owned(), "/etc/".to_owned()], ..container("agent") };
        hits(&CHECK, &containers(&[all, etc]), &["container:monitor", "container:agent"]);
    }

    #[test]
    fn miss() {
        let fine =
            Container { mounts: vec!["/etc/localtime".to_owned(), "/srv".to_owned()], ..container("web") };
        misses(&CHECK, &containers(&[fine]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
