//! Servers from another time.

use super::support::{merged, purl};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// Servers whose protocols know no encryption; their clients do no harm by being there.
pub(super) const CHECK: Check = Check {
    id: "legacy-packages",
    title: "A server of an outdated protocol is installed",
    meaning: "A server for telnet, rsh, NIS, TFTP, talk or finger is installed, running or not.",
    why: "It sends passwords in the clear or asks for none, gets few updates, and may be started by mistake or by an attacker.",
    fix: "sudo apt purge NAME\n# RHEL and its kin\nsudo dnf remove NAME",
    severity: Severity::Low,
    cwe: 319,
    attack: "T1040",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let old = [
        "telnetd",
        "inetutils-telnetd",
        "telnet-server",
        "krb5-telnetd",
        "rsh-server",
        "rsh-redone-server",
        "nis",
        "ypserv",
        "ypbind",
        "tftpd",
        "tftpd-hpa",
        "atftpd",
        "tftp-server",
        "talkd",
        "inetutils-talkd",
        "talk-server",
        "fingerd",
        "cfingerd",
        "finger-server",
        "rwhod",
        "rusersd",
    ];
    let os = &facts.os.get()?.id;
    let found = facts.packages.get()?.iter().filter(|package| old.contains(&package.name.as_str()));
    Ok(merged(found.map(|package| Hit {
        locus: purl(&package.manager, os, &package.name),
        detail: format!("{} {} is installed", package.name, package.version),
    })))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, os, package};
    use bartizan_model::host::{Fact, HostFacts};

    #[test]
    fn hit() {
        let packages = Fact::Known(vec![package("telnetd", "0.17"), package("openssh-server", "9.2")]);
        hits(&CHECK, &HostFacts { packages, os: os("debian", "12"), ..host() }, &["pkg:deb/debian/telnetd"]);
    }

    #[test]
    fn miss() {
        let packages = Fact::Known(vec![package("telnet", "0.17"), package("openssh-server", "9.2")]);
        misses(&CHECK, &HostFacts { packages, os: os("debian", "12"), ..host() });
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &HostFacts { os: os("debian", "12"), ..host() });
    }
}
