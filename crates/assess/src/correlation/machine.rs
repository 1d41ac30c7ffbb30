//! What a web application and the machine that it runs on both have, told by tools that look at the one and at the other.
//!
//! A catalogued vulnerability is in software that listens at a port: it is one hole where the machine has it at the port of the
//! application, and nothing else that is known of answers there. Where nobody tells the port, several applications share it, or
//! the application runs on several machines, which of them is meant is for a person to say. A host that goes by a name of the web
//! is to the machine that had its address at that time as an application is.

use bartizan_model::{ExposureId, Locus};

/// What says that an application is on a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ground {
    /// A report tells so.
    Told,
    /// The machine had the address at which a report met the application.
    Address {
        /// That address.
        address: String,
        /// Whether it was the only one that had it at that time.
        sure: bool,
    },
}

/// An application, or a name, on a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hosted {
    /// The application's name.
    pub application: String,
    /// The machine's name.
    pub machine: String,
    /// What ties the two.
    pub ground: Ground,
    /// The ports of the application's origins, or those at which the name has what the machine has.
    pub ports: Vec<u16>,
    /// Other applications that run on the machine at one of these ports.
    pub beside: Vec<String>,
    /// The machines that it is told to run on.
    pub machines: usize,
}

/// What both have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// The vulnerability's id.
    pub key: String,
    /// The exposure of the application.
    pub one: ExposureId,
    /// That of the machine.
    pub other: ExposureId,
    /// Where the machine has it.
    pub places: Vec<Locus>,
}

/// Whether two exposures are one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// They are, for this reason.
    Same(String),
    /// Perhaps, for this reason: a person may say so.
    Perhaps(String),
}

/// The port of an origin, `https://shop.example:8443`: its scheme's own where it names none. `None` where it is no such thing.
pub fn port_of(origin: &str) -> Option<u16> {
    let (scheme, authority) = origin.split_once("://")?;
    let own = match scheme {
        "http" => 80,
        "https" => 443,
        _ => return None,
    };
    // The colons of an address of IPv6 stand in brackets.
    match authority.rsplit(']').next()?.rsplit_once(':') {
        Some((_, port)) => port.parse().ok(),
        None => Some(own),
    }
}

/// The port of TCP that a place is, where it is one.
pub fn tcp(place: &Locus) -> Option<u16> {
    match place {
        Locus::Port { protocol, port } if protocol == "tcp" && *port != 0 => Some(*port),
        _ => None,
    }
}

/// Whether what an application and its machine both have is one; `None` where they are at different ports.
pub fn judge(at: &Hosted, shared: &Shared) -> Option<Word> {
    let Hosted { application, machine, .. } = at;
    let tied = match &at.ground {
        Ground::Told => format!("{application} runs on {machine}"),
        Ground::Address { address, .. } => format!("{application} and {machine} were seen at {address}"),
    };
    let at_port = shared.places.iter().filter_map(tcp).find(|port| at.ports.contains(port));
    let key = &shared.key;
    let Some(port) = at_port else {
        let vague = |place: &Locus| !matches!(place, Locus::Port { port, .. } if *port != 0);
        return shared.places.iter().any(vague).then(|| {
            Word::Perhaps(format!("{tied}, and both have {key}; at which port of {machine} is not told"))
        });
    };
    if at.machines > 1 {
        let words = format!("{tied} and elsewhere: on which of them it has {key} is not told");
        return Some(Word::Perhaps(words));
    }
    if matches!(at.ground, Ground::Address { sure: false, .. }) {
        let words = format!(
            "{tied}, and both have {key} at port {port}; whether they had that address at one time, and nobody else, is not certain"
        );
        return Some(Word::Perhaps(words));
    }
    if let Some(other) = at.beside.first() {
        let words = format!(
            "at port {port} of {machine}, where {application} runs, runs {other} too: which of them has {key}?"
        );
        return Some(Word::Perhaps(words));
    }
    let there = match &at.ground {
        Ground::Told => format!("where {application} runs on it"),
        Ground::Address { address, .. } => {
            format!("where {application} answered at {address}, which {machine} had then")
        }
    };
    Some(Word::Same(format!(
        "{machine} has {key} at port {port}, {there}, and nothing else that is known of"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_of_an_origin() {
        for (origin, port) in [
            ("https://shop.example", Some(443)),
            ("http://shop.example", Some(80)),
            ("https://shop.example:8443", Some(8443)),
            ("http://[2001:db8::7]", Some(80)),
            ("http://[2001:db8::7]:8080", Some(8080)),
            ("https://shop.example:", None),
            ("https://shop.example:99999", None),
            ("ftp://shop.example", None),
            ("shop.example:443", None),
            ("", None),
        ] {
            assert_eq!(port_of(origin), port, "{origin}");
        }
    }

    #[test]
    fn one_hole_is_at_the_port_of_the_one_application_there() {
        let alone = Hosted {
            application: "https://shop.example".into(),
            machine: "web-05".into(),
            ground: Ground::Told,
            ports: vec![443],
            beside: Vec::new(),
            machines: 1,
        };
        let at = |at: &Hosted, places: &[&str]| {
            let places = places.iter().map(|place| place.parse::<Locus>().unwrap_or_default()).collect();
            judge(
                at,
                &Shared { key: "CVE-2021-41773".into(), one: ExposureId(1), other: ExposureId(2), places },
            )
        };
        let same = "web-05 has CVE-2021-41773 at port 443, where https://shop.example runs on it, and nothing else that is known of";
        assert_eq!(at(&alone, &["port/tcp/443"]), Some(Word::Same(same.into())));
        assert_eq!(
            at(&alone, &["pkg:deb/debian/apache2", "port/tcp/8443", "port/tcp/443"]),
            Some(Word::Same(same.into()))
        );
        let perhaps = |word: Option<Word>| matches!(word, Some(Word::Perhaps(_)));
        for vague in ["", "port/tcp/0", "pkg:deb/debian/apache2", "route:/cgi-bin", "file:/usr/sbin/httpd"] {
            assert!(perhaps(at(&alone, &[vague])), "{vague}");
        }
        assert_eq!(at(&alone, &["port/tcp/8443"]), None, "another port");
        assert_eq!(at(&alone, &["port/udp/443"]), None, "another protocol");
        assert_eq!(at(&alone, &[]), None);
        let shared = Hosted { beside: vec!["https://intranet.example".into()], ..alone.clone() };
        assert!(perhaps(at(&shared, &["port/tcp/443"])));
        let balanced = Hosted { machines: 2, ..alone.clone() };
        assert!(perhaps(at(&balanced, &["port/tcp/443"])));
        let unknown = Hosted { ports: Vec::new(), ..alone.clone() };
        assert_eq!(at(&unknown, &["port/tcp/443"]), None);
        let address = |sure| Ground::Address { address: "10.0.0.5".into(), sure };
        let by_address = |sure| Hosted { ground: address(sure), ..alone.clone() };
        let same = "web-05 has CVE-2021-41773 at port 443, where https://shop.example answered at 10.0.0.5, which web-05 had then, and nothing else that is known of";
        assert_eq!(at(&by_address(true), &["port/tcp/443"]), Some(Word::Same(same.into())));
        assert!(perhaps(at(&by_address(false), &["port/tcp/443"])));
        assert_eq!(at(&by_address(true), &["port/tcp/8443"]), None);
    }
}
