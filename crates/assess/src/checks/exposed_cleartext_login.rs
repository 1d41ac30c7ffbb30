//! Logins whose passwords cross the network in the clear.

use super::support::{by_port, exposed};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// Telnet, the r-commands, FTP and TFTP. Port 514/tcp is also used for logs, which is not reported.
pub(super) const CHECK: Check = Check {
    id: "exposed-cleartext-login",
    title: "People log in to a service that does not encrypt",
    meaning: "Telnet, rlogin, rsh, rexec, FTP or TFTP accepts connections from other machines.",
    why: "Whoever can listen in the network reads the passwords and files; the r-commands and TFTP often ask for none at all.",
    fix: "# Use ssh, scp and sftp instead, and remove it\nsudo apt purge telnetd inetutils-telnetd rsh-server vsftpd proftpd-core tftpd-hpa\n# RHEL and its kin\nsudo dnf remove telnet-server rsh-server vsftpd tftp-server",
    severity: Severity::High,
    cwe: 319,
    attack: "T1040",
    cis: "",
    judge,
};

/// Protocol, port, service.
const PORTS: &[(&str, u16, &str)] = &[
    ("tcp", 21, "FTP"),
    ("tcp", 23, "Telnet"),
    ("tcp", 512, "rexec"),
    ("tcp", 513, "rlogin"),
    ("tcp", 514, "rsh"),
    ("udp", 69, "TFTP"),
];

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let known = by_port(PORTS);
    exposed(facts, |socket| {
        let log =
            socket.process.as_deref().is_some_and(|name| name.contains("syslog") || name.contains("fluent"));
        known(socket).filter(|_| !log)
    })
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, socket, sockets};

    #[test]
    fn hit() {
        let list = [socket("tcp", "0.0.0.0", 23, "telnetd"), socket("udp", "::", 69, "in.tftpd")];
        hits(&CHECK, &sockets(&list), &["port/tcp/23", "port/udp/69"]);
    }

    #[test]
    fn miss() {
        misses(
            &CHECK,
            &sockets(&[socket("tcp", "0.0.0.0", 514, "rsyslogd"), socket("tcp", "127.0.0.1", 21, "vsftpd")]),
        );
        misses(&CHECK, &sockets(&[socket("tcp", "0.0.0.0", 22, "sshd")]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
