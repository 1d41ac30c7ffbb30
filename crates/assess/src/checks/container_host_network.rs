//! Containers in the host's own network.

use super::support::merged;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// Containers that run with `--network host`.
pub(super) const CHECK: Check = Check {
    id: "container-host-network",
    title: "A container uses the network of this host",
    meaning: "The container has no network of its own but shares that of the host.",
    why: "The program in the container reaches services that listen on this host alone (127.0.0.1), such as databases without a password.",
    fix: "# Start it without --network host and name the ports it needs\ndocker run -p 8080:8080 IMAGE\n# docker compose: remove 'network_mode: host'",
    severity: Severity::Low,
    cwe: 668,
    attack: "T1611",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let open = facts.containers.get()?.iter().filter(|container| container.host_network);
    Ok(merged(open.map(|container| {
        Hit::at(
            "container",
            &container.name,
            format!("{} ({}) is in the host's network", container.name, container.image),
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
        let open = Container { host_network: true, ..container("dns") };
        hits(&CHECK, &containers(&[open, container("web")]), &["container:dns"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &containers(&[container("web")]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
