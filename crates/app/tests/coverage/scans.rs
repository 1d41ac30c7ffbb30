//! Network scans that are made up, against a judge of its own: what the second scan may close is worked out here from what happened,
//! not from what its report says.

use crate::house::House;
use crate::parts::Random;
use std::fmt::Write as _;

/// How a port came out of the second scan.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Port {
    Vulnerable,
    Patched,
    Closed,
    Filtered,
}

/// How a host came out of it.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Host {
    Done,
    TimedOut,
    Down,
    NotNamed,
}

const PORTS: [u16; 4] = [22, 80, 443, 8080];

struct Scan {
    hosts: Vec<(Host, Vec<Port>)>,
    /// The last port that was looked at.
    last: u16,
    finished: bool,
    scripts: bool,
}

impl Scan {
    /// A scan of everything that found each port vulnerable.
    fn first(hosts: usize) -> Self {
        let host = (Host::Done, vec![Port::Vulnerable; PORTS.len()]);
        Self { hosts: vec![host; hosts], last: 65_535, finished: true, scripts: true }
    }

    fn second(hosts: usize, random: &mut Random) -> Self {
        let port = |random: &mut Random| {
            [Port::Vulnerable, Port::Patched, Port::Closed, Port::Filtered][random.below(4)]
        };
        let host = |random: &mut Random| {
            let kinds = [Host::Done, Host::Done, Host::Done, Host::TimedOut, Host::Down, Host::NotNamed];
            (kinds[random.below(kinds.len())], PORTS.iter().map(|_| port(random)).collect())
        };
        Self {
            hosts: (0..hosts).map(|_| host(random)).collect(),
            last: [65_535, 1_000, 100][random.below(3)],
            finished: random.below(6) > 0,
            scripts: random.below(6) > 0,
        }
    }

    fn report(&self) -> String {
        let scripts = if self.scripts { "--script vulners " } else { "" };
        let mut text = format!(
            "<nmaprun scanner=\"nmap\" args=\"nmap -sV {scripts}-p1-{} 10.0.0.0/24\" start=\"1798000000\" version=\"7.94\"><scaninfo type=\"syn\" protocol=\"tcp\" services=\"1-{}\"/>",
            self.last, self.last
        );
        for (number, (host, ports)) in self.hosts.iter().enumerate() {
            let state = match host {
                Host::NotNamed => continue,
                Host::Down => "down",
                Host::Done | Host::TimedOut => "up",
            };
            let timed_out = if *host == Host::TimedOut { " timedout=\"true\"" } else { "" };
            let _ = write!(
                text,
                "<host{timed_out}><status state=\"{state}\"/><address addr=\"10.0.0.{}\" addrtype=\"ipv4\"/><ports>",
                number + 1
            );
            let shown = PORTS.iter().zip(ports).filter(|(number, _)| **number <= self.last);
            // A host that is down or was given up on has no ports.
            for (number, port) in shown.filter(|_| *host == Host::Done) {
                let state = match port {
                    Port::Vulnerable | Port::Patched => "open",
                    Port::Closed => "closed",
                    Port::Filtered => "filtered",
                };
                let _ = write!(
                    text,
                    "<port protocol=\"tcp\" portid=\"{number}\"><state state=\"{state}\"/><service name=\"x\"/>"
                );
                if *port == Port::Vulnerable && self.scripts {
                    let _ = write!(
                        text,
                        "<script id=\"vulners\" output=\"x\"><table key=\"cpe:/a:acme:widget:1.0\"><table><elem key=\"id\">CVE-2024-{}</elem><elem key=\"type\">cve</elem><elem key=\"cvss\">9.8</elem></table></table></script>",
                        10_000 + u32::from(*number)
                    );
                }
                text += "</port>";
            }
            text += "</ports></host>";
        }
        let exit = if self.finished { "success" } else { "error" };
        let _ =
            write!(text, "<runstats><finished time=\"1798000100\" exit=\"{exit}\"/></runstats></nmaprun>");
        text
    }

    /// Whether this scan shows that a host's port has the weakness no more.
    fn clears(&self, host: usize, port: u16) -> bool {
        let (how, ports) = &self.hosts[host];
        let place = PORTS.iter().position(|it| *it == port).unwrap();
        let looked = self.finished && *how == Host::Done && port <= self.last;
        // Nothing listens on a closed port, whatever was looked for; what runs on an open one only scripts know.
        looked && (ports[place] == Port::Closed || self.scripts && ports[place] == Port::Patched)
    }
}

#[test]
fn a_scan_closes_what_it_cleared_and_nothing_else() {
    let mut closed = 0;
    for seed in 1..=40_u64 {
        let random = &mut Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let hosts = 1 + random.below(4);
        let house = House::new();
        house.import("nmap", Scan::first(hosts).report().as_bytes()).unwrap();
        let before = house.open();
        assert_eq!(before.len(), hosts * PORTS.len());
        let scan = Scan::second(hosts, random);
        house.import("nmap", scan.report().as_bytes()).unwrap();
        let gone: Vec<_> = before.difference(&house.open()).copied().collect();
        closed += gone.len();
        for exposure in gone {
            let (names, places) = house.place(exposure);
            let host = (0..hosts).find(|host| names.contains(&format!("10.0.0.{}", host + 1))).unwrap();
            let port = places[0].rsplit('/').next().unwrap().parse().unwrap();
            assert!(scan.clears(host, port), "seed {seed}: {names:?} {places:?}:\n{}", scan.report());
        }
    }
    assert!(closed > 20, "only {closed}");
}
