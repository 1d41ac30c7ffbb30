//! What Nmap's scripts tell of how services are set up, where that is a weakness. A script that only describes is not here.
//!
//! Severities are those of the flaw by itself: what gives the machine or its data to anybody is high or critical, what helps
//! somebody who already listens or is already in is medium or low.

use super::answers::{self, Answer};
use crate::common::xml::Element;
use bartizan_model::Severity::{self, Critical, High, Low, Medium};
use bartizan_model::Timestamp;
use std::collections::BTreeSet;

/// A weakness that a script's answer may show.
pub(super) struct Exposure {
    /// The script's id.
    script: &'static str,
    /// What of it, where the script tells several.
    part: &'static str,
    pub(super) severity: Severity,
    pub(super) cwe: u32,
    pub(super) title: &'static str,
    pub(super) fix: &'static str,
    shown: Shown,
}

/// How an answer shows it.
enum Shown {
    /// There is one: the script speaks only of what it finds.
    Answered,
    /// One of these words stands in it.
    Says(&'static [&'static str]),
    /// This finds it: what proves it, which is kept in place of the answer.
    Reads(fn(&Answer<'_>) -> Option<String>),
}

use Shown::{Answered, Reads, Says};

impl Exposure {
    /// The rule of a finding by this script.
    pub(super) fn rule(&self, script: &str) -> String {
        if self.part.is_empty() { script.to_owned() } else { format!("{script}:{}", self.part) }
    }

    /// Whether another list of words might have found otherwise.
    fn is_guessed(&self) -> bool {
        self.script.ends_with(GUESSING)
    }

    fn evidence(&self, answer: &Answer<'_>) -> Option<String> {
        let is_said = match self.shown {
            Answered => !answer.output.trim().is_empty(),
            Says(words) => words.iter().any(|word| answer.output.contains(word)),
            Reads(read) => return read(answer),
        };
        is_said.then(|| answer.output.to_owned())
    }
}

/// What a script's answer shows, each with its evidence.
pub(super) fn shown(script: &Element, at: Option<Timestamp>) -> Vec<(&'static Exposure, String)> {
    if failed(script) {
        return Vec::new();
    }
    let answer = Answer { script, output: script.attr("output"), at };
    let id = script.attr("id");
    let has_rows = EXPOSURES.iter().any(|exposure| exposure.script == id);
    let rows_of = if id.ends_with(GUESSING) && !has_rows { GUESSING } else { id };
    let of_it = EXPOSURES.iter().filter(|exposure| exposure.script == rows_of);
    of_it.filter_map(|exposure| Some((exposure, exposure.evidence(&answer)?))).collect()
}

/// Whether a script says that it could not look.
pub(super) fn failed(script: &Element) -> bool {
    script.attr("output").contains("ERROR:")
}

/// The script by its name in the table, where its silence or its answer can prove that something is gone.
pub(super) fn known(script: &str) -> Option<&'static str> {
    let of_it = EXPOSURES.iter().find(|exposure| exposure.script == script && !exposure.is_guessed());
    of_it.map(|exposure| exposure.script)
}

/// All rules of a script.
pub(super) fn rules_of(script: &'static str) -> BTreeSet<String> {
    EXPOSURES.iter().filter(|it| it.script == script).map(|exposure| exposure.rule(script)).collect()
}

/// The end of the names of scripts that guess passwords, and the name of the row for those that have none of their own.
const GUESSING: &str = "-brute";

/// One row.
const fn row(
    (script, part): (&'static str, &'static str),
    severity: Severity,
    cwe: u32,
    title: &'static str,
    fix: &'static str,
    shown: Shown,
) -> Exposure {
    Exposure { script, part, severity, cwe, title, fix, shown }
}

#[rustfmt::skip]
static EXPOSURES: &[Exposure] = &[
    // TLS and certificates.
    row(("ssl-enum-ciphers", "ssl3"), High, 327, "SSL 3.0 is supported",
        "Offer TLS 1.2 and 1.3 only.", Reads(|it| it.section("SSLv3"))),
    row(("ssl-enum-ciphers", "tls1.0"), Medium, 327, "TLS 1.0 is supported",
        "Offer TLS 1.2 and 1.3 only.", Reads(|it| it.section("TLSv1.0"))),
    row(("ssl-enum-ciphers", "tls1.1"), Medium, 327, "TLS 1.1 is supported",
        "Offer TLS 1.2 and 1.3 only.", Reads(|it| it.section("TLSv1.1"))),
    row(("ssl-enum-ciphers", "weak-cipher"), Medium, 327, "TLS takes weak ciphers (grade C or D)",
        "Offer only ciphers with AES-GCM or ChaCha20 and a key exchange with forward secrecy.", Reads(|it| it.ciphers(&["C", "D", "weak"]))),
    row(("ssl-enum-ciphers", "broken-cipher"), High, 327, "TLS takes ciphers that protect next to nothing (grade E or F)",
        "Switch export, anonymous and NULL ciphers, DES and RC4 off.", Reads(|it| it.ciphers(&["E", "F", "broken"]))),
    row(("ssl-enum-ciphers", "compression"), Medium, 310, "TLS compression is supported (CRIME)",
        "Switch TLS compression off.", Says(&["DEFLATE", "LZS"])),
    row(("sslv2", ""), High, 327, "SSL 2.0 is supported",
        "Offer TLS 1.2 and 1.3 only.", Says(&["SSLv2 supported"])),
    row(("ssl-cert", "expired"), Medium, 298, "The certificate has expired",
        "Renew the certificate, and let it renew itself.", Reads(answers::expired)),
    row(("ssl-cert", "not-yet-valid"), Medium, 298, "The certificate is not valid yet",
        "Install the certificate that is valid now, or set the clock.", Reads(answers::not_yet_valid)),
    row(("ssl-cert", "self-signed"), Medium, 295, "The certificate is signed by itself",
        "Install a certificate of an authority that its users trust.", Reads(answers::self_signed)),
    row(("ssl-cert", "weak-key"), Medium, 326, "The key of the certificate is too short",
        "Make a new key: RSA of at least 2048 bits, or a curve of at least 256.", Reads(answers::weak_key)),
    row(("ssl-cert", "weak-signature"), Medium, 328, "The certificate is signed with a broken hash",
        "Have a certificate issued that is signed with SHA-256 or better.", Reads(answers::weak_signature)),
    // Remote access.
    row(("ssh2-enum-algos", "kex"), Medium, 327, "SSH takes weak algorithms for the exchange of keys",
        "Take the listed algorithms out of KexAlgorithms.", Reads(answers::ssh_key_exchange)),
    row(("ssh2-enum-algos", "host-key"), Medium, 327, "SSH proves itself by weak kinds of keys",
        "Take the listed algorithms out of HostKeyAlgorithms, and remove such host keys.", Reads(answers::ssh_host_key)),
    row(("ssh2-enum-algos", "cipher"), Medium, 327, "SSH takes weak ciphers",
        "Take the listed algorithms out of Ciphers.", Reads(answers::ssh_cipher)),
    row(("ssh2-enum-algos", "mac"), Low, 327, "SSH takes weak algorithms for message authentication",
        "Take the listed algorithms out of MACs.", Reads(answers::ssh_mac)),
    row(("sshv1", ""), High, 327, "SSH protocol 1 is supported",
        "Allow protocol 2 only.", Says(&["supports SSHv1"])),
    row(("telnet-encryption", ""), Medium, 319, "Telnet logs in in the clear",
        "Replace Telnet with SSH.", Says(&["does not support encryption"])),
    row(("rdp-enum-encryption", "no-nla"), Medium, 287, "Remote Desktop does not require Network Level Authentication",
        "Require Network Level Authentication.", Says(&["Native RDP: SUCCESS", " SSL: SUCCESS"])),
    row(("rdp-enum-encryption", "weak-cipher"), Medium, 326, "Remote Desktop takes ciphers of 40 or 56 bits",
        "Set the encryption level to High or FIPS, and the security layer to TLS.", Says(&["40-bit RC4: SUCCESS", "56-bit RC4: SUCCESS"])),
    row(("vnc-info", ""), Critical, 306, "VNC shows and takes over the screen without a password",
        "Require a password, and let VNC listen on localhost behind SSH only.", Says(&["does not require authentication", "None (1)"])),
    row(("x11-access", ""), High, 306, "The X server lets anybody watch the screen and type",
        "Switch TCP off (-nolisten tcp), and use xauth.", Says(&["access is granted"])),
    // Files and shares.
    row(("ftp-anon", ""), Medium, 306, "The FTP server lets anybody in without a password",
        "Switch anonymous logins off, or see to it that nothing private lies there.", Reads(|it| it.says("Anonymous FTP login allowed").filter(|all| !all.contains("writeable")))),
    row(("ftp-anon", "writable"), High, 306, "The FTP server lets anybody write files without a password",
        "Switch anonymous logins off, or make its folders read-only.", Says(&["writeable"])),
    row(("ftp-bounce", ""), Medium, 441, "The FTP server connects to other machines for anybody",
        "Refuse PORT commands to addresses other than the client's.", Says(&["bounce working"])),
    row(("ftp-proftpd-backdoor", ""), Critical, 506, "The FTP server is a copy of ProFTPD with a backdoor",
        "Take the machine off the network, and set it up anew.", Says(&["backdoored"])),
    row(("smb-security-mode", "signing"), Medium, 347, "SMB 1 does not require signed messages",
        "Require signing (RequireSecuritySignature), and switch SMB 1 off.", Says(&["message_signing: disabled", "message_signing: supported"])),
    row(("smb-security-mode", "share-level"), Medium, 287, "SMB 1 asks for no user, only for a share's password",
        "Switch SMB 1 off, or set user-level authentication.", Says(&["authentication_level: share"])),
    row(("smb2-security-mode", ""), Medium, 347, "SMB does not require signed messages",
        "Require signing (RequireSecuritySignature).", Says(&["not required", "signing is disabled"])),
    row(("smb-protocols", ""), Medium, 327, "SMB 1 is supported",
        "Switch SMB 1 off.", Says(&["SMBv1"])),
    row(("smb-enum-shares", "anonymous-read"), Medium, 306, "Shares can be read without a user",
        "Take Everyone and guests from the permissions of the shares.", Reads(answers::readable_shares)),
    row(("smb-enum-shares", "anonymous-write"), High, 306, "Shares can be written without a user",
        "Take Everyone and guests from the permissions of the shares.", Reads(answers::writable_shares)),
    row(("nfs-showmount", ""), High, 732, "Folders are exported over NFS to every machine",
        "Name the machines that may mount each folder.", Reads(answers::open_exports)),
    row(("rsync-list-modules", ""), Medium, 306, "rsync tells its modules to anybody",
        "Set `list = no`, `auth users` and `hosts allow`.", Answered),
    row(("iscsi-info", ""), High, 306, "iSCSI targets need no authentication",
        "Require CHAP, and let only the machines in that need them.", Says(&["NOT required"])),
    // Web servers.
    row(("http-methods", ""), Low, 749, "The web server takes methods that are rarely needed and may be misused",
        "Allow the methods only that the application needs.", Says(&["Potentially risky methods"])),
    row(("http-trace", ""), Low, 693, "The web server answers TRACE",
        "Switch TRACE off.", Says(&["TRACE is enabled"])),
    row(("http-git", ""), Medium, 527, "The web server gives out a Git repository",
        "Move .git out of the served folder, and change the secrets in its history.", Says(&["Git repository found"])),
    row(("http-config-backup", ""), High, 530, "The web server gives out copies of configuration files",
        "Delete the copies, and change the secrets in them.", Answered),
    row(("http-backup-finder", ""), Medium, 530, "The web server gives out backup copies of its files",
        "Delete the copies.", Answered),
    row(("http-default-accounts", ""), High, 1392, "A web application takes the password it was shipped with",
        "Change the password.", Reads(answers::accounts)),
    row(("http-ls", ""), Low, 548, "The web server lists the files of folders",
        "Switch directory listings off.", Says(&["FILENAME"])),
    row(("http-security-headers", "hsts"), Low, 319, "The web server does not insist on HTTPS (HSTS)",
        "Send Strict-Transport-Security.", Says(&["HSTS not configured"])),
    row(("http-cookie-flags", "httponly"), Low, 1004, "A session cookie can be read by scripts (no HttpOnly)",
        "Set HttpOnly.", Says(&["httponly flag not set"])),
    row(("http-cookie-flags", "secure"), Low, 614, "A session cookie is also sent in the clear (no Secure)",
        "Set Secure.", Says(&["secure flag not set"])),
    row(("http-internal-ip-disclosure", ""), Low, 200, "The web server tells its internal address",
        "Have the server name itself by its public name.", Says(&["Internal IP Leaked"])),
    row(("http-apache-server-status", ""), Medium, 200, "Apache shows its status, with who asks for what, to anybody",
        "Allow /server-status to administrators only.", Answered),
    row(("http-aspnet-debug", ""), Low, 11, "ASP.NET runs in debug mode",
        "Set debug=\"false\".", Says(&["DEBUG is enabled"])),
    row(("http-passwd", ""), High, 22, "The web server gives out files outside its folder",
        "Update or reconfigure the application that reads the path.", Reads(|it| it.says("Directory traversal found").map(|_| it.lines(&["Payload"])))),
    row(("http-open-proxy", ""), High, 441, "The web server is a proxy for anybody",
        "Let only your own networks use it.", Says(&["OPEN proxy"])),
    row(("socks-open-proxy", ""), High, 441, "The SOCKS server is a proxy for anybody",
        "Require authentication, or let only your own networks use it.", Says(&["status: open"])),
    // Databases and other stores.
    row(("mysql-empty-password", ""), Critical, 258, "A MySQL account has no password",
        "Set a password, or drop the account.", Says(&["has empty password"])),
    row(("ms-sql-empty-password", ""), Critical, 258, "The administrator of the SQL Server has no password",
        "Set a password, or disable sa.", Says(&["Login Success"])),
    row(("redis-info", ""), Critical, 306, "Redis answers without a password",
        "Set a password or access lists, and let it listen to its own machines only.", Says(&["Version:"])),
    row(("mongodb-info", ""), High, 306, "MongoDB answers without a password",
        "Switch authorization on, and let it listen to its own machines only.", Says(&["uptime"])),
    row(("memcached-info", ""), High, 306, "memcached answers without authentication",
        "Let it listen to its own machines only, and not over UDP.", Says(&["Authentication: no"])),
    // Other services.
    row(("docker-version", ""), Critical, 306, "The Docker API is open to anybody, and with it the machine",
        "Let the daemon listen on its socket only, or require client certificates.", Says(&["ApiVersion"])),
    row(("jdwp-version", ""), Critical, 306, "The debug port of a Java program runs code for anybody",
        "Start the program without JDWP.", Answered),
    row(("mqtt-subscribe", ""), Medium, 306, "The MQTT broker lets anybody read along",
        "Require users, and say who may read which topics.", Reads(|it| it.says("Topics and their most recent payloads").map(|_| String::new()))),
    row(("dicom-ping", ""), High, 306, "The DICOM server talks to any other (every AE title is accepted)",
        "Name the AE titles and addresses that may connect.", Says(&["Any AET is accepted"])),
    row(("snmp-brute", ""), High, 1391, "SNMP takes a community name that can be guessed",
        "Use SNMPv3 with encryption, or at least names that nobody guesses.", Reads(answers::accounts)),
    row(("snmp-sysdescr", ""), Medium, 319, "SNMP answers to a community name, in the clear",
        "Use SNMPv3 with encryption.", Answered),
    row((GUESSING, ""), High, 1391, "A password could be guessed",
        "Change the password, and lock accounts after failures.", Reads(answers::accounts)),
    row(("dns-recursion", ""), Medium, 406, "The name server resolves foreign names for anybody",
        "Allow recursion to your own networks only.", Says(&["Recursion appears to be enabled"])),
    row(("dns-zone-transfer", ""), Medium, 200, "The name server hands whole zones to anybody",
        "Allow transfers to your secondary servers only.", Answered),
    row(("ntp-monlist", ""), Medium, 406, "The time server can be made to flood others (monlist)",
        "Set `disable monitor`, or update ntpd.", Answered),
    row(("smtp-open-relay", ""), High, 441, "The mail server sends mail for anybody",
        "Relay for your own networks and users only.", Says(&["is an open relay"])),
    row(("irc-unrealircd-backdoor", ""), Critical, 506, "The IRC server is a copy of UnrealIRCd with a backdoor",
        "Take the machine off the network, and set it up anew.", Says(&["trojaned version"])),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_has_a_rule_of_its_own() {
        let rules: BTreeSet<_> = EXPOSURES.iter().map(|exposure| exposure.rule(exposure.script)).collect();
        assert_eq!(rules.len(), EXPOSURES.len());
        assert_eq!(
            (known("ssl-cert"), known("ssh-brute"), known("snmp-brute"), known("ssh-hostkey")),
            (Some("ssl-cert"), None, None, None)
        );
        assert!(rules_of("ftp-anon").iter().eq(["ftp-anon", "ftp-anon:writable"]));
    }
}
