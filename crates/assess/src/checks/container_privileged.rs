//! Containers with all of root's rights.

use super::support::merged;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// Containers that run with `--privileged`.
pub(super) const CHECK: Check = Check {
    id: "container-privileged",
    title: "A container has all of root's rights on this host",
    meaning: "The container runs privileged: it may use all devices and change the kernel.",
    why: "Whoever takes over the program in the container is root on this host; the container is no wall at all.",
    fix: "# Start it without --privileged, with only what it needs, for example\ndocker run --cap-add NET_ADMIN --device /dev/net/tun IMAGE\n# docker compose: remove 'privileged: true'",
    severity: Severity::High,
    cwe: 250,
    attack: "T1611",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let open = facts.containers.get()?.iter().filter(|container| container.privileged);
    Ok(merged(open.map(|container| {
        Hit::at(
            "container",
            &container.name,
            format!("{} ({}) runs privileged", container.name, container.image),
        )
    })))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{container, containers, hits, host, inconclusive, misses};
    use bartizan_model::host::Container;

    #[test]
    fn hit() {
        let open = Container { privileged: true, ..container("ci") };
        hits(&CHECK, &containers(&[open, container("web")]), &["container:ci"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &containers(&[container("web")]));
        misses(&CHECK, &containers(&[]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
