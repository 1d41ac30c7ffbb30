//! Containers that control their engine.

use super::support::merged;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// The sockets of Docker, Podman, containerd and CRI-O, and the folders that hold them.
pub(super) const CHECK: Check = Check {
    id: "container-engine-socket",
    title: "A container controls the container engine",
    meaning: "The socket of the container engine is mounted into the container.",
    why: "Whoever takes over the program in the container starts another one that has all files of this host, and is root.",
    fix: "# Start it without -v /var/run/docker.sock:..., or put a proxy in between that allows only what it needs\ndocker inspect NAME --format '{{json .Mounts}}'",
    severity: Severity::High,
    cwe: 250,
    attack: "T1611",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let reaches = |path: &str| {
        let path = path.trim_end_matches('/');
        ["docker.sock", "podman.sock", "containerd.sock", "crio.sock"]
            .iter()
            .any(|socket| path.ends_with(socket))
            || matches!(path, "/run" | "/var/run")
    };
    Ok(merged(facts.containers.get()?.iter().filter_map(|container| {
        let path =
            container.mounts.iter().find(|path| reaches(path.split(':').next().unwrap_or_default()))?;
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
        let one = |path: &str| vec![path.to_owned()];
        let open = Container { mounts: one("/var/run/docker.sock"), ..container("ci") };
        let folder = Container { mounts: one("/run"), ..container("agent") };
        hits(&CHECK, &containers(&[open, folder]), &["container:ci", "container:agent"]);
    }

    #[test]
    fn miss() {
        let data =
            Container { mounts: vec!["/srv/data".to_owned(), "/run/app".to_owned()], ..container("web") };
        misses(&CHECK, &containers(&[data]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
