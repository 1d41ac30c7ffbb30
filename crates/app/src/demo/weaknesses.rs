//! What can be found on which asset: real CVEs ([`super::cves`]), made-up rules ([`super::rules`]), our own host checks,
//! and made-up packages for volume, whose ids say what they are.

use super::cves;
use super::hospital::Role;
use super::random::Random;
use super::rules::{RULES, Rule, Tool};
use bartizan_advisory::cvss::Vector;
use bartizan_assess::{Check, checks};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetRef, Finding, Locus, Severity, Timestamp};

/// A CVE of the table.
struct Cve {
    platform: char,
    id: &'static str,
    vector: String,
    severity: Severity,
    title: &'static str,
}

/// Everything that can be found.
pub(super) struct Catalogue {
    seed: u64,
    cves: Vec<Cve>,
    /// Numbers of CVEs by platform.
    platforms: Vec<(char, Vec<usize>)>,
    packages: usize,
}

/// A weakness by its number in its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weakness {
    Cve(usize),
    Rule(usize),
    Check(usize),
    Package(usize),
}

const PACKAGE: u64 = 11;
/// What is said of every made-up package: kinds of defects with their CWE.
const DEFECTS: [(&str, u32); 8] = [
    ("reads past a buffer when it parses a long header", 125),
    ("does not check the certificate of a mirror", 295),
    ("takes quadratic time on nested input", 400),
    ("follows links out of the folder it unpacks to", 22),
    ("writes past a buffer when it decodes an image", 787),
    ("logs the credentials of a failed request", 532),
    ("runs objects that it deserializes", 502),
    ("uses memory that was freed when a connection is closed", 416),
];
const STEMS: [&str; 16] = [
    "aster", "birch", "cedar", "dahlia", "elder", "fern", "gorse", "hazel", "iris", "juniper", "laurel",
    "myrtle", "oak", "poplar", "rowan", "willow",
];
const ENDS: [&str; 10] = ["core", "codec", "http", "json", "net", "parse", "queue", "store", "utils", "xml"];

/// Libraries of the table by the beginning of their title, as package URLs.
const LIBRARIES: [(&str, &str); 15] = [
    ("Apache Log4j2", "pkg:maven/org.apache.logging.log4j/log4j-core"),
    ("Apache Log4j 1.2", "pkg:maven/log4j/log4j"),
    ("Apache Struts", "pkg:maven/org.apache.struts/struts2-core"),
    ("Apache Tomcat", "pkg:maven/org.apache.tomcat/tomcat-catalina"),
    ("Apache Commons Text", "pkg:maven/org.apache.commons/commons-text"),
    ("Spring Framework", "pkg:maven/org.springframework/spring-web"),
    ("jQuery", "pkg:npm/jquery"),
    ("lodash", "pkg:npm/lodash"),
    ("minimist", "pkg:npm/minimist"),
    ("qs", "pkg:npm/qs"),
    ("OpenSSL", "pkg:deb/debian/openssl"),
    ("zlib", "pkg:deb/debian/zlib1g"),
    ("curl", "pkg:deb/debian/curl"),
    ("libexpat", "pkg:deb/debian/libexpat1"),
    ("PyYAML", "pkg:pypi/pyyaml"),
];

impl Catalogue {
    /// For a hospital of this size: a larger one has more different software.
    pub(super) fn new(seed: u64, assets: usize) -> Self {
        let cves: Vec<Cve> = cves::TABLE.lines().filter_map(read).collect();
        let mut platforms: Vec<(char, Vec<usize>)> = Vec::new();
        for (number, cve) in cves.iter().enumerate() {
            match platforms.iter_mut().find(|(platform, _)| *platform == cve.platform) {
                Some((_, numbers)) => numbers.push(number),
                None => platforms.push((cve.platform, vec![number])),
            }
        }
        Self { seed, cves, platforms, packages: (assets / 20).clamp(150, 5_000) }
    }

    /// How many CVEs are in it.
    #[cfg(test)]
    pub(super) fn known(&self) -> usize {
        self.cves.len()
    }

    /// Something that a tool may find on an asset with this role, and the tool.
    pub(super) fn pick(&self, role: Role, random: &mut Random) -> (Tool, Weakness) {
        let place = random.below(100);
        let (platforms, cves, packages): (&str, usize, usize) = match role {
            Role::Workstation => ("WO", 30, 45),
            Role::WindowsServer => ("WSA", 26, 40),
            Role::LinuxServer => ("LLA", 20, 35),
            Role::Hypervisor => ("C", 35, 30),
            Role::Gateway => ("E", 35, 30),
            Role::Medical => ("D", 30, 35),
            Role::Gadget => ("D", 12, 45),
            Role::Image => ("JL", 26, 68),
            Role::Repository => ("J", 30, 60),
            Role::Web => ("AJ", 12, 0),
            Role::Cloud => ("LJ", 12, 20),
            Role::Store | Role::Identity | Role::Supplier => ("", 0, 0),
        };
        let scanner = match role {
            Role::Image | Role::Repository => Tool::Image,
            Role::Web => Tool::Web,
            Role::Cloud | Role::Store => Tool::Cloud,
            Role::Identity => Tool::Identity,
            Role::Supplier => Tool::Review,
            Role::Workstation | Role::WindowsServer | Role::LinuxServer if place < 70 => Tool::Agent,
            _ => Tool::Network,
        };
        if place < cves {
            let platform = platforms.as_bytes()[random.below(platforms.len())] as char;
            let numbers = self.platforms.iter().find(|(known, _)| *known == platform);
            if let Some((_, numbers)) = numbers {
                let cve = numbers[random.skewed(numbers.len())];
                let by_wire = matches!(scanner, Tool::Agent)
                    && self.cves[cve].vector.contains("AV:N")
                    && random.percent(60);
                return (if by_wire { Tool::Network } else { scanner }, Weakness::Cve(cve));
            }
        }
        if place < cves + packages {
            let scanner = if scanner == Tool::Cloud { Tool::Image } else { scanner };
            return (scanner, Weakness::Package(random.skewed(self.packages)));
        }
        if role == Role::LinuxServer && random.percent(75) {
            return (Tool::Bartizan, Weakness::Check(random.skewed(checks::ALL.len())));
        }
        let tool = match role {
            Role::Workstation => Tool::Agent,
            _ if scanner == Tool::Agent => Tool::Network,
            _ => scanner,
        };
        let mine = || RULES.iter().enumerate().filter(|(_, rule)| rule.tool == tool);
        let number = mine().nth(random.skewed(mine().count())).map_or(0, |(number, _)| number);
        (tool, Weakness::Rule(number))
    }

    /// Whether a tool looks at assets with this role, so that what it does not find there is not there.
    pub(super) fn looks_at(&self, tool: Tool, role: Role) -> bool {
        let host = matches!(role, Role::Workstation | Role::WindowsServer | Role::LinuxServer);
        let device = matches!(role, Role::Hypervisor | Role::Gateway | Role::Medical | Role::Gadget);
        match tool {
            Tool::Inventory => true,
            Tool::Network => host || device,
            Tool::Agent => host,
            Tool::Image => matches!(role, Role::Image | Role::Repository | Role::Cloud),
            Tool::Web => role == Role::Web,
            Tool::Cloud => matches!(role, Role::Cloud | Role::Store),
            Tool::Identity => role == Role::Identity,
            Tool::Bartizan => role == Role::LinuxServer,
            Tool::Review => role == Role::Supplier,
        }
    }

    /// How bad its source says it is.
    pub(super) fn severity(&self, weakness: Weakness) -> Severity {
        match weakness {
            Weakness::Cve(number) => self.cves[number].severity,
            Weakness::Rule(number) => RULES[number].severity,
            Weakness::Check(number) => checks::ALL[number].severity,
            Weakness::Package(number) => match Random::of(self.seed, PACKAGE, number).below(100) {
                0..2 => Severity::Critical,
                2..14 => Severity::High,
                14..55 => Severity::Medium,
                55..94 => Severity::Low,
                _ => Severity::Info,
            },
        }
    }

    /// Whether a second tool would see it too.
    pub(super) fn is_seen_twice(
        &self,
        weakness: Weakness,
        tool: Tool,
        role: Role,
        random: &mut Random,
    ) -> Option<Tool> {
        let other = match tool {
            Tool::Agent => Tool::Network,
            Tool::Network if self.looks_at(Tool::Agent, role) => Tool::Agent,
            _ => return None,
        };
        let Weakness::Cve(_) = weakness else { return None };
        random.percent(35).then_some(other)
    }

    /// The finding as its tool reports it.
    pub(super) fn finding(&self, weakness: Weakness, asset: &AssetRef, seen_at: Timestamp) -> Finding {
        let mut finding = Finding {
            evidence: "Made up for the demonstration: there is no such asset.".into(),
            seen_at: Some(seen_at),
            ..Finding::new(
                String::new(),
                self.severity(weakness),
                WeaknessSeen::default(),
                asset.clone(),
                Locus::Whole,
            )
        };
        match weakness {
            Weakness::Cve(number) => self.cves[number].tell(&mut finding),
            Weakness::Rule(number) => tell_rule(&RULES[number], &mut finding),
            Weakness::Check(number) => tell_check(&checks::ALL[number], &mut finding),
            Weakness::Package(number) => tell_package(self.seed, number, &mut finding),
        }
        finding
    }
}

/// A line of the table.
fn read(line: &'static str) -> Option<Cve> {
    let mut words = line.splitn(4, ' ');
    let platform = words.next()?.chars().next()?;
    let (id, metrics, title) = (words.next()?, words.next()?, words.next()?);
    let mut vector = String::from("CVSS:3.1");
    for (name, value) in ["AV", "AC", "PR", "UI", "S", "C", "I", "A"].iter().zip(metrics.chars()) {
        vector.push_str(&format!("/{name}:{value}"));
    }
    let severity = Severity::from_cvss(Vector::parse(&vector).ok()?.score());
    Some(Cve { platform, id, vector, severity, title })
}

impl Cve {
    fn tell(&self, finding: &mut Finding) {
        finding.title = self.title.to_owned();
        finding.weakness.ids = vec![self.id.to_owned()];
        finding.cvss = vec![self.vector.clone()];
        finding.references = vec![format!("https://www.cve.org/CVERecord?id={}", self.id)];
        if let Some((_, purl)) = LIBRARIES.iter().find(|(begin, _)| self.title.starts_with(begin)) {
            finding.component = Some((*purl).to_owned());
            finding.locus = Locus::package(purl);
        }
    }
}

fn tell_rule(rule: &Rule, finding: &mut Finding) {
    finding.title = rule.title.to_owned();
    finding.weakness.rule = format!("demo-{}", rule.id);
    finding.weakness.cwe = vec![rule.cwe];
    finding.fix = rule.fix.to_owned();
    let Ok(locus) = rule.locus.parse();
    finding.locus = locus;
}

fn tell_check(check: &Check, finding: &mut Finding) {
    finding.title = check.title.to_owned();
    finding.weakness.rule = check.id.to_owned();
    finding.weakness.cwe = vec![check.cwe];
    finding.description = format!("{}\n\n{}", check.meaning, check.why);
    finding.fix = check.fix.to_owned();
}

fn tell_package(seed: u64, number: usize, finding: &mut Finding) {
    let mut random = Random::of(seed, PACKAGE, number);
    random.next();
    let (defect, cwe) = random.pick(&DEFECTS);
    let name = format!("{}-{}-{number}", random.pick(&STEMS), random.pick(&ENDS));
    let kind = random.pick(&["deb", "npm", "maven", "pypi", "generic"]);
    let (major, minor, patch) = (1 + random.below(6), random.below(20), random.below(12));
    let purl = format!("pkg:{kind}/demo/{name}@{major}.{minor}.{patch}");
    finding.title = format!("{name} {defect} (made-up package)");
    finding.weakness.rule = format!("demo-package-{number:05}");
    finding.weakness.cwe = vec![cwe];
    finding.locus = Locus::package(&purl);
    finding.component = Some(purl);
    finding.fixed_version = Some(format!("{major}.{minor}.{}", patch + 1));
    finding.fix = format!("Upgrade {name} to {major}.{minor}.{} or later.", patch + 1);
}
