//! File sharing that other machines can reach.

use super::support::{by_port, exposed};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// SMB, NFS, rpcbind and the rsync daemon. On a file server it is meant to be: accept it there.
pub(super) const CHECK: Check = Check {
    id: "exposed-file-sharing",
    title: "File sharing listens to the network",
    meaning: "SMB, NFS, rpcbind or the rsync daemon accepts connections from other machines.",
    why: "Shares are often open to everybody in the network, and worms spread by them. rpcbind tells attackers what else runs here.",
    fix: "# Remove what this host does not need\nsudo systemctl disable --now smbd nmbd nfs-server rpcbind rpcbind.socket rsync\n# or let only the machines in that need it\nsudo ufw allow from 192.0.2.0/24 to any port 445 proto tcp",
    severity: Severity::Medium,
    cwe: 668,
    attack: "T1021.002",
    cis: "",
    judge,
};

/// Protocol, port, service.
const PORTS: &[(&str, u16, &str)] = &[
    ("tcp", 111, "rpcbind"),
    ("udp", 111, "rpcbind"),
    ("tcp", 139, "SMB"),
    ("tcp", 445, "SMB"),
    ("tcp", 873, "rsync"),
    ("tcp", 2049, "NFS"),
    ("udp", 2049, "NFS"),
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
        let list = [socket("tcp", "0.0.0.0", 445, "smbd"), socket("udp", "0.0.0.0", 111, "rpcbind")];
        hits(&CHECK, &sockets(&list), &["port/tcp/445", "port/udp/111"]);
    }

    #[test]
    fn miss() {
        misses(
            &CHECK,
            &sockets(&[socket("tcp", "127.0.0.1", 111, "rpcbind"), socket("tcp", "0.0.0.0", 22, "sshd")]),
        );
        misses(&CHECK, &sockets(&[]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
