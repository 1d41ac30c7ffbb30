//! Services that run as root and that other machines can reach.

use super::support::{conclude, exposed};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// Servers that give up root for their work, and those that cannot do without, are not reported.
pub(super) const CHECK: Check = Check {
    id: "exposed-root-service",
    title: "A service that listens to the network runs as root",
    meaning: "A program that accepts connections from other machines runs as root.",
    why: "One error in it gives an attacker from the network root at once, instead of an account without rights.",
    fix: "# Give the service a user of its own\nsudo useradd --system --shell /usr/sbin/nologin NAME\nsudo systemctl edit SERVICE\n#   [Service]\n#   User=NAME\n#   AmbientCapabilities=CAP_NET_BIND_SERVICE   (only for a port below 1024)",
    severity: Severity::Medium,
    cwe: 250,
    attack: "T1190",
    cis: "",
    judge,
};

/// Starts of names of servers that answer the network from unprivileged processes, or that need root for what they do.
const FINE: &[&str] = &[
    "sshd",
    "systemd",
    "init",
    "nginx",
    "apache2",
    "httpd",
    "haproxy",
    "caddy",
    "php-fpm",
    "master",
    "exim",
    "sendmail",
    "dovecot",
    "vsftpd",
    "proftpd",
    "pure-ftpd",
    "smbd",
    "nmbd",
    "winbindd",
    "nfs",
    "rpc",
    "cups",
    "dockerd",
    "docker-proxy",
    "containerd",
    "kube",
    "k3s",
    "crio",
    "conmon",
    "rootlessport",
    "dhclient",
    "dhcpcd",
    "udhcpc",
    "NetworkManager",
    "wpa_supplicant",
    "charon",
    "openvpn",
    "wg",
    "tailscaled",
    "libvirtd",
    "xinetd",
    "inetd",
    "cockpit",
    "iscsid",
];

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let sockets = facts.sockets.get()?;
    let hits = exposed(facts, |socket| {
        let process = socket.process.as_deref()?;
        let fine = FINE.iter().any(|start| process.starts_with(start));
        (socket.user.as_deref() == Some("root") && !fine).then_some("a service of root")
    })?;
    // With full rights, a socket without a process belongs to the kernel.
    let hidden =
        sockets.iter().filter(|socket| socket.is_exposed() && socket.user.is_none() && !facts.privileged);
    conclude(
        hits,
        hidden.map(|socket| format!("who listens on port {}: not known (run as root)", socket.port)).next(),
    )
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, socket, sockets};
    use bartizan_model::host::{HostFacts, Socket};

    #[test]
    fn hit() {
        let root = Socket { user: Some("root".to_owned()), ..socket("tcp", "0.0.0.0", 8080, "java") };
        hits(&CHECK, &sockets(&[root]), &["port/tcp/8080"]);
    }

    #[test]
    fn miss() {
        let fine = Socket { user: Some("root".to_owned()), ..socket("tcp", "0.0.0.0", 22, "sshd") };
        let local = Socket { user: Some("root".to_owned()), ..socket("tcp", "127.0.0.1", 8080, "java") };
        let kernel = Socket { user: None, process: None, ..socket("udp", "0.0.0.0", 51820, "") };
        let list = [fine, local, kernel, socket("tcp", "::", 8443, "java")];
        misses(&CHECK, &HostFacts { privileged: true, ..sockets(&list) });
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(
            &CHECK,
            &sockets(&[Socket { user: None, process: None, ..socket("tcp", "::", 8080, "") }]),
        );
    }
}
