//! What a run of Nmap provably looked at.
//!
//! On a port that is closed nothing listens: whatever was seen there is gone. On one that is open, what a script reports is gone
//! only where that script looked again. Nmap does not list a script that had nothing to say, so there are three proofs of it:
//! the script said something else here; or it speaks only of what it finds (`QUIET`), the run was asked for it, and the service
//! that it is for answered the version probe in this run; or it looks versions up, its service answered somewhere, and the
//! application at this port was recognised: of one that was not, there was nothing to look up.
//!
//! Scripts that were told to hide some of what they find (`mincvss`), or that may have been cut short, prove nothing.
//! What is true of one address of a host need not be of another: a service may listen at one of them only, and a firewall lets
//! through from inside what it does not from outside. So each address is a vantage of its own.
//! Filtered ports were not looked at, since a firewall may hide what is still there. Scripts that guess passwords prove nothing
//! by guessing none: another list of words would have.

use super::{exposures, scripts};
use crate::common::out::Out;
use crate::common::xml::Element;
use crate::common::{dates, text};
use bartizan_model::{AssetRef, Checks, Covered, Loci, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// Inclusive port ranges.
type Ranges = Vec<(u16, u16)>;

/// Options by which scripts leave out what they would report, or are stopped before they do.
const NARROWING: [&str; 4] = ["mincvss", "vulscanversiondetection", "vulscandb", "--script-timeout"];

/// What is known about the run while hosts go by.
#[derive(Default)]
pub(super) struct Run {
    /// The scripts, and categories of them, that it was asked for.
    asked: BTreeSet<String>,
    /// By which option it was told to hide some of what it finds.
    narrowed: Option<&'static str>,
    pub(super) started: Option<Timestamp>,
    /// Port ranges by protocol.
    scanned: BTreeMap<String, Ranges>,
    /// The lookup scripts that gave any answer: then no answer elsewhere means no CVE.
    pub(super) lookups: BTreeSet<String>,
    /// What was reached, until the run is known to have finished.
    reached: Vec<(AssetRef, String, Reached)>,
}

/// What became of a host's ports of one protocol.
#[derive(Default)]
pub(super) struct Reached {
    /// The address that was scanned.
    address: String,
    closed: Ranges,
    /// With the scripts that looked there.
    open: BTreeMap<u16, BTreeSet<&'static str>>,
    /// The open ones whose application was recognised.
    recognised: BTreeSet<u16>,
}

/// Scripts that say nothing where they find nothing: the service they are for, as Nmap's version probes name it, and whether
/// `-sC` runs them.
const QUIET: [(&str, &str, bool); 23] = [
    ("docker-version", "docker", false),
    ("dns-recursion", "domain", true),
    ("ftp-anon", "ftp", true),
    ("ftp-bounce", "ftp", true),
    ("ftp-proftpd-backdoor", "ftp", false),
    ("http-apache-server-status", "http", false),
    ("http-aspnet-debug", "http", false),
    ("http-backup-finder", "http", false),
    ("http-config-backup", "http", false),
    ("http-cookie-flags", "http", true),
    ("http-default-accounts", "http", false),
    ("http-git", "http", true),
    ("http-internal-ip-disclosure", "http", false),
    ("http-ls", "http", true),
    ("http-open-proxy", "http", true),
    ("http-passwd", "http", false),
    ("http-trace", "http", false),
    ("irc-unrealircd-backdoor", "irc", false),
    ("ms-sql-empty-password", "ms-sql", false),
    ("mysql-empty-password", "mysql", false),
    ("redis-info", "redis", false),
    ("rsync-list-modules", "rsync", false),
    ("sshv1", "ssh", true),
];

/// The scripts of the category `vuln` that test (nmap.org/nsedoc/categories/vuln.html). None of them says that it found nothing.
const VULN: &[&str] = &[
    "afp-path-vuln",
    "clamav-exec",
    "distcc-cve2004-2687",
    "ftp-libopie",
    "ftp-proftpd-backdoor",
    "ftp-vsftpd-backdoor",
    "ftp-vuln-cve2010-4221",
    "http-adobe-coldfusion-apsa1301",
    "http-aspnet-debug",
    "http-avaya-ipoffice-users",
    "http-awstatstotals-exec",
    "http-axis2-dir-traversal",
    "http-cookie-flags",
    "http-cross-domain-policy",
    "http-csrf",
    "http-dlink-backdoor",
    "http-dombased-xss",
    "http-fileupload-exploiter",
    "http-frontpage-login",
    "http-git",
    "http-huawei-hg5xx-vuln",
    "http-iis-webdav-vuln",
    "http-internal-ip-disclosure",
    "http-jsonp-detection",
    "http-litespeed-sourcecode-download",
    "http-majordomo2-dir-traversal",
    "http-method-tamper",
    "http-passwd",
    "http-phpmyadmin-dir-traversal",
    "http-phpself-xss",
    "http-shellshock",
    "http-slowloris-check",
    "http-sql-injection",
    "http-stored-xss",
    "http-tplink-dir-traversal",
    "http-trace",
    "http-vmware-path-vuln",
    "http-vuln-cve2006-3392",
    "http-vuln-cve2009-3960",
    "http-vuln-cve2010-0738",
    "http-vuln-cve2010-2861",
    "http-vuln-cve2011-3192",
    "http-vuln-cve2011-3368",
    "http-vuln-cve2012-1823",
    "http-vuln-cve2013-0156",
    "http-vuln-cve2013-6786",
    "http-vuln-cve2013-7091",
    "http-vuln-cve2014-2126",
    "http-vuln-cve2014-2127",
    "http-vuln-cve2014-2128",
    "http-vuln-cve2014-2129",
    "http-vuln-cve2014-3704",
    "http-vuln-cve2014-8877",
    "http-vuln-cve2015-1427",
    "http-vuln-cve2015-1635",
    "http-vuln-cve2017-1001000",
    "http-vuln-cve2017-5638",
    "http-vuln-cve2017-5689",
    "http-vuln-cve2017-8917",
    "http-vuln-misfortune-cookie",
    "http-vuln-wnr1000-creds",
    "ipmi-cipher-zero",
    "irc-unrealircd-backdoor",
    "mysql-vuln-cve2012-2122",
    "netbus-auth-bypass",
    "puppet-naivesigning",
    "qconn-exec",
    "rdp-vuln-ms12-020",
    "realvnc-auth-bypass",
    "rmi-vuln-classloader",
    "rsa-vuln-roca",
    "smtp-vuln-cve2010-4344",
    "smtp-vuln-cve2011-1720",
    "smtp-vuln-cve2011-1764",
    "ssl-ccs-injection",
    "ssl-dh-params",
    "ssl-heartbleed",
    "ssl-known-key",
    "ssl-poodle",
    "sslv2-drown",
    "supermicro-ipmi-conf",
    "tls-ticketbleed",
    "vulners",
    "wdb-version",
];

impl Run {
    /// Takes note of the command line.
    pub(super) fn begin(&mut self, args: &str, started: Option<Timestamp>) {
        self.asked = asked(args);
        self.narrowed = NARROWING.into_iter().find(|option| args.contains(option));
        self.started = started;
    }

    /// Takes note of the ports that are scanned (`<scaninfo>`).
    pub(super) fn scans(&mut self, protocol: &str, ports: &str) {
        self.scanned.entry(protocol.to_owned()).or_default().extend(ranges(ports));
    }

    /// Takes note of what became of a host's ports.
    pub(super) fn reach(&mut self, asset: &AssetRef, ports: &Ports<'_>) {
        for (protocol, scanned) in &self.scanned {
            let reached = Reached {
                address: ports.address.to_owned(),
                closed: closed(ports.host, protocol, scanned, &ports.states),
                open: ports.looked.get(protocol).cloned().unwrap_or_default(),
                recognised: ports.recognised.get(protocol).cloned().unwrap_or_default(),
            };
            self.reached.push((asset.clone(), protocol.clone(), reached));
        }
    }

    /// Whether the run was asked for a quiet script on a port where the service it is for answered.
    fn looked_in_silence(&self, (script, on, by_default): (&str, &str, bool), service: &str) -> bool {
        let named = self.asked.contains(script)
            || self.asked.contains("all")
            || by_default && self.asked.contains("default")
            || VULN.contains(&script) && self.asked.contains("vuln");
        named && service.split('/').any(|part| part.starts_with(on))
    }

    /// Reports coverage when the run ended well, else says why there is none.
    pub(super) fn finish(self, stats: Option<&Element>, out: &mut Out<'_>) {
        let finished = stats.and_then(|stats| stats.child("finished"));
        if let Some(at) = finished.and_then(|f| dates::date(f.attr("time"))) {
            out.summary.seen_at = Some(at);
        }
        // Old versions write no `exit`; they write <finished> only at a proper end.
        if !finished.is_some_and(|f| matches!(f.attr("exit"), "success" | "")) {
            let why = finished.map_or("the report has no <finished>", |f| f.attr("errormsg"));
            out.gap("the nmap run", format!("it did not finish: {}", text::name(why)));
            return;
        }
        let tests = ["vuln", "all"].iter().any(|category| self.asked.contains(*category));
        if self.lookups.is_empty() && (tests || scripts::LOOKUPS.iter().any(|it| self.asked.contains(*it))) {
            out.gap(
                "vulnerability scripts",
                "they ran and found nothing on any host, as they do when their service cannot be reached",
            );
        }
        if let Some(option) = self.narrowed {
            let why = format!("the run was made with `{option}`, which may hide some of it");
            out.gap("what scripts report", why);
        }
        let mut lookups: BTreeSet<String> = self.lookups.intersection(&self.asked).cloned().collect();
        // The scripts that test count as run where the lookup beside them answered.
        if tests && !self.lookups.is_empty() {
            lookups.extend(VULN.iter().map(|script| (*script).to_owned()));
        }
        for (asset, protocol, reached) in self.reached {
            let mut cover = |checks: Checks, ranges: Ranges| {
                let loci = Loci::Ports { protocol: protocol.clone(), ranges };
                out.cover(Covered::new(asset.clone(), checks, loci).seen_from(&reached.address));
            };
            let mut open: BTreeMap<BTreeSet<String>, Ranges> = BTreeMap::new();
            for (port, looked) in reached.open {
                let mut rules = BTreeSet::new();
                if self.narrowed.is_none() {
                    rules.extend(looked.into_iter().flat_map(exposures::rules_of));
                    rules.extend(lookups.iter().filter(|_| reached.recognised.contains(&port)).cloned());
                }
                open.entry(rules).or_default().push((port, port));
            }
            for (rules, ports) in open {
                cover(Checks::Rules(rules), ports);
            }
            if !reached.closed.is_empty() {
                cover(Checks::All, reached.closed);
            }
        }
    }
}

/// A host's ports while they go by.
pub(super) struct Ports<'a> {
    host: &'a Element,
    address: &'a str,
    /// The state of each port that is listed.
    states: BTreeMap<String, BTreeMap<u16, String>>,
    /// The open ones, with the scripts that looked there.
    looked: BTreeMap<String, BTreeMap<u16, BTreeSet<&'static str>>>,
    /// The open ones whose application was recognised.
    recognised: BTreeMap<String, BTreeSet<u16>>,
}

impl<'a> Ports<'a> {
    pub(super) fn of(host: &'a Element, address: &'a str) -> Self {
        Self { host, address, states: BTreeMap::new(), looked: BTreeMap::new(), recognised: BTreeMap::new() }
    }

    /// Takes note of a port's state.
    pub(super) fn saw(&mut self, protocol: &str, port: u16, state: &str) {
        self.states.entry(protocol.to_owned()).or_default().insert(port, state.to_owned());
    }

    /// Takes note of an open port: scripts that spoke there, and those that were silent where they would have spoken.
    pub(super) fn open(&mut self, protocol: &str, port: u16, element: &Element, run: &Run) {
        let mut looked = answered(element.children("script"));
        if let Some(service) = element.child("service").filter(|service| service.attr("method") == "probed") {
            let failed = |script: &str| element.children("script").any(|it| it.attr("id") == script);
            let name = format!("{}/{}", service.attr("tunnel"), service.attr("name"));
            let silent = QUIET.into_iter().filter(|quiet| run.looked_in_silence(*quiet, &name));
            looked.extend(silent.map(|(script, ..)| script).filter(|script| !failed(script)));
        }
        let service = element.child("service");
        if service.is_some_and(|it| !it.attr("product").is_empty() || it.child("cpe").is_some()) {
            self.recognised.entry(protocol.to_owned()).or_default().insert(port);
        }
        self.looks(protocol, port, looked);
    }

    /// Takes note of scripts that looked at an open port.
    pub(super) fn looks(
        &mut self,
        protocol: &str,
        port: u16,
        scripts: impl IntoIterator<Item = &'static str>,
    ) {
        self.looked.entry(protocol.to_owned()).or_default().entry(port).or_default().extend(scripts);
    }
}

/// Those of the table that gave an answer.
pub(super) fn answered<'a>(scripts: impl Iterator<Item = &'a Element>) -> BTreeSet<&'static str> {
    scripts
        .filter(|script| !exposures::failed(script))
        .filter_map(|it| exposures::known(it.attr("id")))
        .collect()
}

/// The scripts, and categories of them, that a command line names. An expression of several is none of them.
fn asked(args: &str) -> BTreeSet<String> {
    let mut words = args.split_whitespace();
    let mut asked = BTreeSet::new();
    while let Some(word) = words.next() {
        let list = if word == "--script" { words.next() } else { word.strip_prefix("--script=") };
        for script in list.into_iter().flat_map(|list| list.split(',')) {
            let file = script.rsplit(['/', '\\']).next().unwrap_or(script);
            asked.insert(file.trim_start_matches('+').trim_end_matches(".nse").to_owned());
        }
        let scans = word.strip_prefix("-s").is_some_and(|kinds| kinds.contains('C'));
        if scans || word == "-A" {
            asked.insert("default".to_owned());
        }
    }
    asked
}

/// The ports of a protocol that answered that nothing listens there.
fn closed(
    host: &Element,
    protocol: &str,
    scanned: &[(u16, u16)],
    states: &BTreeMap<String, BTreeMap<u16, String>>,
) -> Ranges {
    let none = BTreeMap::new();
    let listed = states.get(protocol).unwrap_or(&none);
    let mut list: Ranges =
        listed.iter().filter(|(_, state)| *state == "closed").map(|(port, _)| (*port, *port)).collect();
    // <extraports> sums up ports by state; which ones they are is only said by newer versions, in <extrareasons>.
    if host.within("ports", "extraports").all(|extra| extra.attr("state") == "closed") {
        let listed: Vec<u16> = listed.keys().copied().collect();
        list.extend(without(scanned, &listed));
    } else {
        let closed = host.within("ports", "extraports").filter(|extra| extra.attr("state") == "closed");
        let reasons = closed.flat_map(|extra| extra.children("extrareasons"));
        let of_it = |e: &&Element| e.attr("proto").is_empty() || e.attr("proto") == protocol;
        list.extend(reasons.filter(of_it).flat_map(|reason| ranges(reason.attr("ports"))));
    }
    list.sort_unstable();
    list.dedup();
    list
}

/// Ranges without some single ports, which come in their order.
fn without(ranges: &[(u16, u16)], ports: &[u16]) -> Ranges {
    let mut out = Vec::new();
    for &(low, high) in ranges {
        let mut from = u32::from(low);
        for &port in ports.iter().filter(|port| (low..=high).contains(port)) {
            if u32::from(port) > from {
                out.push((from as u16, port - 1));
            }
            from = u32::from(port) + 1;
        }
        if from <= u32::from(high) {
            out.push((from as u16, high));
        }
    }
    out
}

/// Reads `1-1000,8080`.
fn ranges(text: &str) -> Ranges {
    let range = |part: &str| {
        let (low, high) = part.split_once('-').unwrap_or((part, part));
        Some((low.trim().parse().ok()?, high.trim().parse().ok()?))
            .filter(|(low, high): &(u16, u16)| low <= high)
    };
    text.split(',').filter_map(range).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_ranges() {
        assert_eq!(ranges("22,80-443,x,9-1"), [(22, 22), (80, 443)]);
        assert_eq!(without(&[(1, 10), (65535, 65535)], &[1, 5, 10, 65535]), [(2, 4), (6, 9)]);
    }

    #[test]
    fn a_command_line_names_scripts() {
        for (args, names) in [
            ("nmap -sV --script vulners 192.0.2.7", &["vulners"][..]),
            ("nmap -sV --script=nmap-vulners/vulners.nse,+http-git 192.0.2.7", &["http-git", "vulners"]),
            ("nmap -sSVC 192.0.2.7", &["default"]),
            ("nmap -A 192.0.2.7", &["default"]),
            ("nmap -sV --script \"default and not ftp-anon\" 192.0.2.7", &["\"default"]),
            ("nmap -sV -oX C.xml 192.0.2.7", &[]),
        ] {
            assert_eq!(asked(args).into_iter().collect::<Vec<_>>(), names, "{args}");
        }
    }
}
