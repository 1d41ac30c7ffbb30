//! How often a weakness that is no catalogued vulnerability gets exploited: a base rate per class, for 30 days.
//!
//! No public feed measures these. The numbers are orders of magnitude by judgement, each with its reason, and their
//! intervals are wide on purpose: a figure of the organisation's own beats them.

use crate::score::Estimate;
use bartizan_model::weakness::is_public_id;

/// A class of weaknesses that attackers use about equally often.
#[derive(Debug)]
pub struct Class {
    /// Its name for people.
    pub name: &'static str,
    /// CWE numbers that belong to it.
    cwe: &'static [u32],
    /// Words in the key of a rule of ours (`bartizan:...`) that put it here.
    words: &'static [&'static str],
    /// P(someone uses such a weakness within 30 days, where it can be used).
    pub rate: Estimate,
    /// Whether everybody knows how to use it, which SSVC counts as a public proof of concept.
    pub public: bool,
    /// What using such a weakness gives.
    pub opens: Opens,
    /// Why the rate is what it is.
    pub reason: &'static str,
}

impl Class {
    /// Whether whoever reads the place of such a weakness has a secret.
    pub(crate) fn is_secret(&self) -> bool {
        self.cwe.contains(&798)
    }
}

/// What somebody gains by using a weakness.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opens {
    /// Nothing by itself: it helps with something else.
    Nothing,
    /// What listens: whoever can talk to it uses it with an ordinary user's rights.
    Service,
    /// The machine: an ordinary user of it becomes its administrator.
    Machine,
}

const fn rate(value: f64, low: f64, high: f64) -> Estimate {
    Estimate { value, low, high }
}

/// The classes; the first that fits counts, the last fits everything.
pub static CLASSES: &[Class] = &[
    Class {
        name: "exposed secret or weak credential",
        cwe: &[798, 259, 521, 522, 256, 312, 321, 540, 1391, 1392, 1393],
        words: &["secret", "password", "credential", "default-login", "private-key", "token"],
        rate: rate(0.10, 0.02, 0.5),
        public: true,
        opens: Opens::Service,
        reason: "stolen and default credentials are the first way in of most published breach reports; using one needs no exploit",
    },
    Class {
        name: "missing authentication or authorization",
        cwe: &[306, 287, 288, 862, 863, 639, 284, 285, 425],
        words: &["unauthenticated", "anonymous", "no-auth", "open-", "public-"],
        rate: rate(0.08, 0.01, 0.4),
        public: true,
        opens: Opens::Service,
        reason: "open services are found by internet-wide scans within days, and need no exploit",
    },
    Class {
        name: "injection or unsafe input",
        cwe: &[
            77, 78, 89, 90, 91, 94, 95, 98, 502, 611, 917, 918, 22, 434, 1336, 119, 120, 121, 122, 416, 787,
        ],
        words: &["injection", "traversal", "deserial", "rce"],
        rate: rate(0.03, 0.002, 0.3),
        public: false,
        opens: Opens::Service,
        reason: "high value to an attacker, but someone has to find this very place first",
    },
    Class {
        name: "excessive rights",
        cwe: &[250, 266, 269, 272, 276, 732, 1220],
        words: &["sudo", "grant", "privilege", "admin", "setuid", "writable", "iam", "root"],
        rate: rate(0.02, 0.002, 0.2),
        public: true,
        opens: Opens::Machine,
        reason: "used in most intrusions once someone is inside, seldom the way in",
    },
    Class {
        name: "unsupported software",
        cwe: &[1104, 1395, 1329],
        words: &["eol", "end-of-life", "unsupported", "outdated"],
        rate: rate(0.02, 0.002, 0.2),
        public: false,
        opens: Opens::Nothing,
        reason: "carries catalogued vulnerabilities that nobody mends any more, about as an unpatched service does",
    },
    Class {
        name: "script injection or forged request",
        cwe: &[79, 80, 352, 601, 1021],
        words: &["xss", "csrf", "redirect"],
        rate: rate(0.01, 0.001, 0.1),
        public: false,
        opens: Opens::Nothing,
        reason: "needs a victim, and is more often reported than used",
    },
    Class {
        name: "weak cryptography or transport",
        cwe: &[295, 297, 310, 319, 326, 327, 328, 330, 338, 347, 757, 916],
        words: &["tls", "ssl", "cipher", "certificate", "crypt", "hsts"],
        rate: rate(0.002, 0.0002, 0.03),
        public: false,
        opens: Opens::Nothing,
        reason: "needs a place on the path of the traffic; hardly seen in published incidents",
    },
    Class {
        name: "disclosure or hygiene",
        cwe: &[16, 200, 209, 497, 538, 548, 614, 693, 1004, 1188, 1275, 117, 532, 778],
        words: &["header", "banner", "version", "logging", "audit", "cookie"],
        rate: rate(0.002, 0.0002, 0.05),
        public: false,
        opens: Opens::Nothing,
        reason: "helps an attacker to aim, gives nothing by itself",
    },
    Class {
        name: "unclassified",
        cwe: &[],
        words: &[],
        rate: rate(0.005, 0.0003, 0.2),
        public: false,
        opens: Opens::Nothing,
        reason: "nothing says what class it is: the rate of a catalogued vulnerability of which nothing else is known",
    },
];

/// The class of a weakness; `None` for one of a public catalogue, of which EPSS and its prior speak.
pub fn class(key: &str, cwe: &[u32]) -> Option<&'static Class> {
    if is_public_id(key) {
        return None;
    }
    let rule = key.strip_prefix("bartizan:").unwrap_or_default();
    let fits = |c: &&Class| c.cwe.iter().any(|n| cwe.contains(n)) || c.words.iter().any(|w| rule.contains(w));
    CLASSES.iter().find(fits).or(CLASSES.last())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_by_cwe_then_by_the_words_of_our_rules() {
        let name = |key, cwe: &[u32]| class(key, cwe).map(|c| c.name);
        assert_eq!(name("CVE-2021-44228", &[502]), None);
        assert_eq!(name("semgrep:x", &[89]), Some("injection or unsafe input"));
        assert_eq!(name("bartizan:sshd-root-login", &[]), Some("excessive rights"));
        assert_eq!(name("other:password", &[]), Some("unclassified"), "only our own rules' words are known");
    }

    #[test]
    fn rates_are_estimates() {
        for c in CLASSES {
            assert!(
                0.0 < c.rate.low
                    && c.rate.low < c.rate.value
                    && c.rate.value < c.rate.high
                    && c.rate.high < 1.0
            );
            assert!(!c.reason.is_empty());
        }
    }
}
