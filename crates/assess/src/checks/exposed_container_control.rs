//! Control ports of containers and clusters.

use super::support::{by_port, exposed};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// Docker's plain port, etcd and the kubelet. 2376 is Docker with TLS and not reported.
pub(super) const CHECK: Check = Check {
    id: "exposed-container-control",
    title: "A control port of containers or a cluster listens to the network",
    meaning: "Docker's unprotected port, etcd or the kubelet of Kubernetes accepts connections from other machines.",
    why: "Docker on port 2375 asks nobody for a password: whoever reaches it is root on this host. etcd holds all secrets of a cluster, and the kubelet runs commands in its containers.",
    fix: "# Docker: remove tcp:// from the hosts in /etc/docker/daemon.json and from the unit\nsudo systemctl edit docker.service && sudo systemctl restart docker\n# etcd and kubelet: let only the nodes of the cluster in\nsudo ufw allow from 192.0.2.0/24 to any port 10250 proto tcp",
    severity: Severity::High,
    cwe: 306,
    attack: "T1610",
    cis: "",
    judge,
};

/// Protocol, port, service.
const PORTS: &[(&str, u16, &str)] = &[
    ("tcp", 2375, "Docker without protection"),
    ("tcp", 2379, "etcd"),
    ("tcp", 2380, "etcd"),
    ("tcp", 10250, "kubelet"),
    ("tcp", 10255, "kubelet without protection"),
];

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    exposed(facts, by_port(PORTS))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, socket, sockets};

    #[test]
    fn hit() {
        hits(
            &CHECK,
            &sockets(&[socket("tcp", "0.0.0.0", 2375, "dockerd"), socket("tcp", "::", 10250, "kubelet")]),
            &["port/tcp/2375", "port/tcp/10250"],
        );
    }

    #[test]
    fn miss() {
        misses(
            &CHECK,
            &sockets(&[
                socket("tcp", "127.0.0.1", 2375, "dockerd"),
                socket("tcp", "0.0.0.0", 2376, "dockerd"),
            ]),
        );
        misses(&CHECK, &sockets(&[]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
