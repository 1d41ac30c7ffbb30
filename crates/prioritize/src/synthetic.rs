//! A made-up estate of any size, the same for the same seed, for benchmarks and tests.

use crate::estate::Estate;
use crate::rows::{
    AssetRow, AttackVector, CvssFacts, ExposureRow, KnowledgeRow, Level, Maturity, ScopeRow, SourceRow,
    UserRow, Validation, WeaknessRow,
};
use bartizan_model::knowledge::{Exploitation, KevFacts, Sourced, SsvcFacts};
use bartizan_model::{
    AssetId, AssetKind, Criticality, DataClass, ExposureId, Reach, ScopeId, Severity, SourceId, Status,
    Timestamp, UserId, WeaknessId,
};

/// The moment the made-up estate is scored for: 2026-01-01T00:00:00Z.
pub const NOW: Timestamp = Timestamp::from_seconds(1_767_225_600);

/// A small generator of well-mixed numbers (SplitMix64).
#[derive(Debug, Clone)]
pub struct Random(pub u64);

impl Random {
    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.number() % n.max(1)
    }

    /// True with this many chances in a hundred.
    pub fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    /// One of these.
    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }

    /// From 0 up to 1.
    pub fn unit(&mut self) -> f64 {
        (self.number() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// An estate of `n` exposures on a tenth as many assets, of up to 20,000 weaknesses.
pub fn synthetic(n: usize, seed: u64) -> Estate {
    let mut random = Random(seed);
    let assets = (n / 10).max(1) as u64;
    let weaknesses = (n as u64 / 20).clamp(1, 20_000);
    let sources = ["nessus", "trivy", "openvas", "semgrep", "nuclei", "zap", "prowler", "bartizan"];
    let scopes = ["payments", "patient-care", "laboratory", "lab-network", "office", "web-shop"];
    let exposures: Vec<_> = (0..n).map(|i| exposure(&mut random, i as i64, assets, weaknesses)).collect();
    let name = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
    Estate::builder(NOW)
        .sources((1..).zip(name(&sources)).map(|(i, name)| SourceRow { id: SourceId(i), name }))
        .scopes((1..).zip(name(&scopes)).map(|(i, name)| ScopeRow { id: ScopeId(i), name }))
        .users((1..=20).map(|i| UserRow { id: UserId(i), name: format!("user-{i}") }))
        .assets((0..assets).map(|i| asset(&mut random, i as i64)).collect::<Vec<_>>())
        .weaknesses((0..weaknesses).map(|i| weakness(&mut random, i as i64)).collect::<Vec<_>>())
        .exposures(exposures)
        .build()
        .0
}

/// A made-up asset.
pub fn asset(random: &mut Random, id: i64) -> AssetRow {
    let role = random.pick(&["web", "db", "mail", "ward", "lab", "build", "Desk", "pump"]);
    AssetRow {
        id: AssetId(id),
        name: format!("{role}-{id:06}.example.org"),
        kind: if random.percent(70) { AssetKind::Host } else { random.pick(AssetKind::ALL) },
        reach: random.pick(&[
            Reach::Internet,
            Reach::Internal,
            Reach::Internal,
            Reach::Internal,
            Reach::Local,
            Reach::Unknown,
        ]),
        reach_source: random.pick(&["network scan", "firewall rules", "declared"]).to_owned(),
        criticality: random.percent(40).then(|| random.pick(Criticality::ALL)),
        data: if random.percent(15) { vec![random.pick(DataClass::ALL)] } else { Vec::new() },
        scopes: (0..random.below(3)).map(|_| ScopeId(1 + random.below(6) as i64)).collect(),
        // By the number, so that what is made up besides stays the same.
        networks: ["branch-berlin", "branch-paris"][..(id % 3) as usize]
            .iter()
            .map(ToString::to_string)
            .collect(),
        demo: random.percent(5),
    }
}

/// A made-up weakness.
pub fn weakness(random: &mut Random, id: i64) -> WeaknessRow {
    let known = random.percent(85);
    let key = if known {
        format!("CVE-{}-{}", 2010 + random.below(16), 10_000 + id)
    } else {
        format!(
            "{}-{id}",
            random.pick(&["bartizan:weak-cipher", "bartizan:no-auth", "semgrep:rule", "zap:alert"])
        )
    };
    let component = random.pick(&["openssl", "log4j", "linux", "curl", "nginx", "struts", "jenkins"]);
    let flaw =
        random.pick(&["remote code execution", "denial of service", "information leak", "path traversal"]);
    let kev = known && random.percent(2);
    let feed = |name: &str| (name.to_owned(), Some(NOW.plus_days(-3)));
    WeaknessRow {
        id: WeaknessId(id),
        key,
        title: format!("{component}: {flaw}"),
        aliases: if known { vec![format!("GHSA-{id:04}-aaaa-bbbb")] } else { Vec::new() },
        cwe: vec![random.pick(&[79, 89, 22, 78, 120, 306, 327, 502, 798, 1104])],
        knowledge: KnowledgeRow {
            epss: (known && random.percent(90)).then(|| {
                let (source, as_of) = feed("epss");
                Sourced { value: random.unit().powi(6) as f32, source, as_of }
            }),
            kev: kev.then(|| {
                let (source, as_of) = feed("kev");
                let value = KevFacts { added: as_of, due: None, ransomware: random.percent(20) };
                Sourced { value, source, as_of }
            }),
            ssvc: (known && random.percent(50)).then(|| {
                let (source, as_of) = feed("ssvc");
                let exploitation = random.pick(&[Exploitation::None, Exploitation::None, Exploitation::Poc]);
                let exploitation = if kev { Exploitation::Active } else { exploitation };
                let (automatable, total_impact) = (random.percent(30), random.percent(40));
                let value = SsvcFacts { exploitation, automatable, total_impact, as_of };
                Sourced { value, source, as_of }
            }),
            cvss: (known && random.percent(95)).then(|| cvss(random)),
            exploit_public: random.percent(10),
        },
        fix_known: random.percent(60),
    }
}

/// A made-up reduced CVSS vector.
pub fn cvss(random: &mut Random) -> CvssFacts {
    use AttackVector::{Adjacent, Local, Network, Physical};
    let levels = [Level::None, Level::Low, Level::High];
    CvssFacts {
        score: (random.below(71) + 30) as f32 / 10.0,
        attack_vector: random.pick(&[Network, Network, Network, Adjacent, Local, Local, Physical]),
        complexity_low: random.percent(80),
        privileges: random.pick(&levels),
        interaction_none: random.percent(70),
        impact: random
            .percent(95)
            .then(|| [random.pick(&levels), random.pick(&levels), random.pick(&levels)]),
        maturity: random.pick(&[
            Maturity::NotDefined,
            Maturity::NotDefined,
            Maturity::Unreported,
            Maturity::ProofOfConcept,
        ]),
        version: "3.1".to_owned(),
        source: "nvd".to_owned(),
        as_of: None,
    }
}

/// A made-up exposure of one of so many assets and weaknesses.
pub fn exposure(random: &mut Random, id: i64, assets: u64, weaknesses: u64) -> ExposureRow {
    let first_seen = NOW.plus_days(-(random.below(400) as i64));
    let locus = match random.below(4) {
        0 => format!("port/tcp/{}", random.pick(&[22, 80, 443, 3306, 8080])),
        1 => String::new(),
        _ => format!("pkg:deb/debian/lib{}", random.below(500)),
    };
    // The product of two favours low numbers: a few weaknesses are everywhere.
    let weakness = random.below(weaknesses) * random.below(weaknesses) / weaknesses.max(1);
    ExposureRow {
        id: ExposureId(id),
        asset: AssetId(random.below(assets) as i64),
        weakness: WeaknessId(weakness as i64),
        locus,
        status: if random.percent(75) { Status::Open } else { random.pick(Status::ALL) },
        severity: random.pick(&[
            Severity::Critical,
            Severity::High,
            Severity::High,
            Severity::Medium,
            Severity::Medium,
            Severity::Medium,
            Severity::Low,
            Severity::Info,
            Severity::Unknown,
        ]),
        first_seen,
        last_seen: NOW.plus_days(-(random.below(14) as i64)).max(first_seen),
        opened: first_seen.plus_days(id % 30).min(NOW),
        sightings: 1 + random.below(40) as u16,
        sources: 1 << random.below(8) | 1 << random.below(8),
        owner: random.percent(20).then(|| UserId(1 + random.below(20) as i64)),
        fix: random.percent(20),
        validation: if random.percent(2) {
            random.pick(&[Validation::Exploitable, Validation::Blocked])
        } else {
            Validation::Untried
        },
        others: Vec::new(),
        elsewhere: Vec::new(),
    }
}
