//! Screens that other machines can reach.

use super::support::exposed;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// VNC, RDP and X11.
pub(super) const CHECK: Check = Check {
    id: "exposed-remote-desktop",
    title: "A screen of this host listens to the network",
    meaning: "Remote desktop (VNC or RDP) or the X11 display accepts connections from other machines.",
    why: "VNC passwords are short and X11 often asks for none: attackers guess them, watch the screen and type.",
    fix: "# Bind it to 127.0.0.1 and reach it through SSH\nssh -L 5901:127.0.0.1:5901 NAME@HOST\n# X11: start the server with -nolisten tcp\nsudo systemctl disable --now xrdp",
    severity: Severity::High,
    cwe: 668,
    attack: "T1021.005",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    exposed(facts, |socket| match (socket.protocol.as_str(), socket.port) {
        ("tcp", 3389) => Some("RDP"),
        ("tcp", 5900..=5909) => Some("VNC"),
        ("tcp", 6000..=6009) => Some("X11"),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, socket, sockets};

    #[test]
    fn hit() {
        let list = [
            socket("tcp", "0.0.0.0", 5901, "Xvnc"),
            socket("tcp", "::", 3389, "xrdp"),
            socket("tcp", "0.0.0.0", 6000, "Xorg"),
        ];
        hits(&CHECK, &sockets(&list), &["port/tcp/5901", "port/tcp/3389", "port/tcp/6000"]);
    }

    #[test]
    fn miss() {
        misses(
            &CHECK,
            &sockets(&[socket("tcp", "127.0.0.1", 5901, "Xvnc"), socket("udp", "0.0.0.0", 5900, "x")]),
        );
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
