//! Why a score is what it is: factors with value, interval, source and age, what is unknown, what would change it.

use crate::estate::{Asset, Estate, Weakness};
use crate::rates;
use crate::rows::{Lead, Validation};
use crate::score::{Assessment, Band, CEILING, Estimate, FLOOR, ln, position, score};
use crate::ssvc::{Decision, Points};
use crate::terms::{exploitation, floor};
use crate::whatif::Counterfactual;
use bartizan_model::knowledge::Exploitation;
use bartizan_model::weakness::is_public_id;
use bartizan_model::{AssetKind, DataClass, ExposureId, Reach, Severity, Timestamp};
use serde::Serialize;

/// Who says what follows from the ways of attackers.
const GRAPH: &str = "attack graph";

/// One factor of the risk; their product is the risk.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Factor {
    /// `reach`, `activity`, `success`, `impact` or `consequence`.
    pub name: &'static str,
    /// Its value and interval.
    #[serde(flatten)]
    pub estimate: Estimate,
    /// Who says so.
    pub source: String,
    /// When it was true, where known.
    pub as_of: Option<Timestamp>,
    /// In plain words.
    pub words: String,
}

/// Something nobody has told or measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Unknown {
    /// The word for `unknown:` in the query language.
    pub name: &'static str,
    /// How many points of score lie between the best and the worst that it could be.
    pub points: f64,
    /// What would settle it.
    pub words: &'static str,
}

/// The SSVC decision beside the band.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ssvc {
    /// The decision.
    pub decision: Decision,
    /// The decision points.
    #[serde(flatten)]
    pub points: Points,
    /// Why it is more or less urgent than the band, where it is.
    pub differs: Option<String>,
}

/// The whole explanation of one score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// The exposure.
    pub id: ExposureId,
    /// The score, 0 to 100.
    pub priority: f64,
    /// The score's interval.
    pub interval: [f64; 2],
    /// Expected loss over 30 days.
    pub risk: Estimate,
    /// The band.
    pub band: Band,
    /// The SSVC decision.
    pub ssvc: Ssvc,
    /// The factors.
    pub factors: Vec<Factor>,
    /// What is unknown, widest first.
    pub unknown: Vec<Unknown>,
    /// The smallest single change that moves it to another band.
    pub counterfactual: Option<Counterfactual>,
    /// The other single changes that do.
    pub alternatives: Vec<Counterfactual>,
    /// All of it in a few plain sentences.
    pub sentence: String,
}

impl Estate {
    /// Explains one score; `None` where the exposure is not there.
    pub fn explain(&self, id: ExposureId) -> Option<Explanation> {
        let at = self.columns.find(id.0)?;
        let c = &self.columns;
        let (asset, worst) = (&self.assets[c.asset[at] as usize], &self.assets[self.weighs_on(at) as usize]);
        let weakness = &self.weaknesses[c.weakness[at] as usize];
        let (severity, validation) = (c.class[at].severity(), c.flags[at].validation());
        let a = self.assess(at);
        let factors = vec![
            self.reach_factor(at, &a),
            activity_factor(weakness, &a),
            success_factor(weakness, &a, severity, validation),
            impact_factor(weakness, &a, severity, &self.lead(at)),
            consequence_factor(worst, &a, &self.lead(at)),
        ];
        let points = |risk| f64::from(score(risk)) / 100.0;
        let (priority, band) = (points(a.risk.value), a.band());
        let interval = [points(a.risk.low), points(a.risk.high)];
        let mut changes = self.band_changes(at).into_iter();
        let counterfactual = changes.next();
        let unknown = unknowns(worst, weakness, &a, severity);
        let mut sentence = format!(
            "{}: {} of 100 ({} to {}) for {} on {}.",
            band.title(),
            priority.floor(),
            interval[0].floor(),
            interval[1].floor(),
            weakness.row.key,
            asset.name
        );
        for factor in &factors {
            sentence.push(' ');
            sentence.push_str(&factor.words);
        }
        if let Some(first) = unknown.first() {
            sentence.push_str(&format!(" Most worth finding out: {}.", first.words));
        }
        if let Some(change) = &counterfactual {
            sentence.push_str(&format!(" The smallest change: {}.", change.words));
        }
        Some(Explanation {
            id,
            priority,
            interval,
            risk: a.risk,
            band,
            ssvc: Ssvc { decision: a.decision(), points: a.points, differs: differs(&a, severity) },
            factors,
            unknown,
            counterfactual,
            alternatives: changes.collect(),
            sentence,
        })
    }

    fn reach_factor(&self, at: usize, a: &Assessment) -> Factor {
        let (asset_number, weakness_number) =
            (self.weighs_on(at) as usize, self.columns.weakness[at] as usize);
        let (asset, weakness) = (&self.assets[asset_number], &self.weaknesses[weakness_number]);
        let lead = self.lead(at);
        let position = position(self.asset_terms(asset_number), &self.weakness_terms[weakness_number], &lead);
        if lead.stand.value > position.value {
            let words = format!(
                "By the best way that is known an attacker comes to where it can be used with {}.",
                percent(a.reach.value)
            );
            return Factor { name: "reach", estimate: a.reach, source: GRAPH.to_owned(), as_of: None, words };
        }
        if lead.zoned {
            let words = "No way that zones and firewalls leave open is more likely than someone on the machine itself.";
            let (source, words) = (GRAPH.to_owned(), words.to_owned());
            return Factor { name: "reach", estimate: a.reach, source, as_of: None, words };
        }
        let mut words = match asset.reach {
            Reach::Internet => "The internet reaches the asset.",
            Reach::Internal => "Only internal networks reach the asset.",
            Reach::Local => "Only someone on the machine itself reaches it.",
            Reach::Unknown if asset.kind == AssetKind::Identity => {
                "From where the account can be used is not known: assumed as for most assets."
            }
            Reach::Unknown => {
                "Nobody observed or declared from where it can be reached: assumed as for most assets."
            }
        }
        .to_owned();
        if let Some(cvss) = weakness.row.knowledge.cvss.as_ref()
            && a.reach.high < crate::score::POSITION[0]
            && cvss.attack_vector != crate::rows::AttackVector::Network
        {
            words.pop();
            let needs = match cvss.attack_vector {
                crate::rows::AttackVector::Adjacent => "the same network segment",
                crate::rows::AttackVector::Local => "a foothold on the machine or a file that someone opens",
                _ => "hands on the machine",
            };
            words.push_str(&format!("; the weakness needs {needs}."));
        }
        let source = match (asset.reach, self.reach_sources.get(asset.reach_source)) {
            (Reach::Unknown, _) => "prior",
            (_, "") => "declared",
            (_, source) => source,
        };
        Factor { name: "reach", estimate: a.reach, source: source.to_owned(), as_of: None, words }
    }
}

fn activity_factor(weakness: &Weakness, a: &Assessment) -> Factor {
    let row = &weakness.row;
    let k = &row.knowledge;
    let value = a.activity.value;
    let floored = floor(row).is_some_and(|f| value <= f.value);
    let (source, as_of, words) = if let (Some(kev), true) = (&k.kev, floored) {
        let ransomware = if kev.value.ransomware { ", also by ransomware" } else { "" };
        (
            kev.source.clone(),
            kev.as_of.or(kev.value.added),
            format!("It is exploited in the wild{ransomware} (KEV)."),
        )
    } else if floored {
        match &k.ssvc {
            Some(ssvc) => {
                (ssvc.source.clone(), ssvc.as_of, "CISA's analysts see it exploited in the wild.".to_owned())
            }
            None => ("cvss".to_owned(), None, "Its CVSS vector says that it is attacked.".to_owned()),
        }
    } else if let Some(epss) = &k.epss {
        let kev = if k.kev.is_some() { ", and it is listed in KEV" } else { "" };
        let words =
            format!("EPSS expects exploitation within 30 days with {}{kev}.", percent(epss.value.into()));
        (epss.source.clone(), epss.as_of, words)
    } else if let Some(class) = rates::class(&row.key, &row.cwe) {
        let words = format!(
            "Weaknesses of this class ({}) are used at about {} a month.",
            class.name,
            percent(value)
        );
        ("base rate".to_owned(), None, words)
    } else {
        let known = match exploitation(row) {
            Exploitation::None if k.ssvc.is_some() => "CISA found no exploitation",
            Exploitation::None => "nothing is known of exploitation",
            _ => "exploit code is public",
        };
        ("prior".to_owned(), None, format!("There is no EPSS; {known}: assumed {} a month.", percent(value)))
    };
    Factor { name: "activity", estimate: a.activity, source, as_of, words }
}

fn success_factor(weakness: &Weakness, a: &Assessment, severity: Severity, validation: Validation) -> Factor {
    let cvss = weakness.row.knowledge.cvss.as_ref();
    let (source, as_of) = match (validation, cvss) {
        (Validation::Untried, Some(c)) => (format!("{} (CVSS {})", c.source, c.version), c.as_of),
        (Validation::Untried, None) => ("reported severity".to_owned(), None),
        _ => ("validation".to_owned(), None),
    };
    let chance = percent(a.success.value);
    let words = match (validation, cvss) {
        (Validation::Exploitable, _) => "A validation showed that it works here.".to_owned(),
        (Validation::Blocked, _) => format!("A control was seen to stop it; it works with {chance}."),
        (_, Some(_)) if severity > Severity::Info || !weakness_is_quiet(a) => {
            format!("If tried it works with {chance} (CVSS).")
        }
        (_, None) if !weakness_is_quiet(a) => {
            format!("If tried it works with {chance} (reported {severity}).")
        }
        _ => "It is an observation, of use only together with something else.".to_owned(),
    };
    Factor { name: "success", estimate: a.success, source, as_of, words }
}

fn weakness_is_quiet(a: &Assessment) -> bool {
    a.success == crate::score::INFORMATIONAL
}

fn impact_factor(weakness: &Weakness, a: &Assessment, severity: Severity, lead: &Lead) -> Factor {
    if leads_on(a, lead) {
        let words = "Success gives a foothold: all that can be lost from there counts.".to_owned();
        return Factor { name: "impact", estimate: a.impact, source: GRAPH.to_owned(), as_of: None, words };
    }
    let k = &weakness.row.knowledge;
    let share = percent(a.impact.value);
    let (source, as_of) = match (&k.ssvc, &k.cvss) {
        (Some(s), _) => (s.source.clone(), s.as_of.or(s.value.as_of)),
        (None, Some(c)) => (format!("{} (CVSS {})", c.source, c.version), c.as_of),
        (None, None) => (format!("reported severity {severity}"), None),
    };
    let words = format!("Success takes {share} of what the asset is worth.");
    Factor { name: "impact", estimate: a.impact, source, as_of, words }
}

/// Whether what is lost from where it leads is more than what is lost on the asset.
fn leads_on(a: &Assessment, lead: &Lead) -> bool {
    lead.beyond > 0.0 && a.consequence.value == lead.beyond
}

fn consequence_factor(asset: &Asset, a: &Assessment, lead: &Lead) -> Factor {
    if leads_on(a, lead) {
        let words = format!(
            "From there {} points of what matters can be lost, the chance of the way counted in.",
            points_of(lead.beyond)
        );
        return Factor {
            name: "consequence",
            estimate: a.consequence,
            source: GRAPH.to_owned(),
            as_of: None,
            words,
        };
    }
    let data: Vec<_> = Estate::data_classes(asset.data)
        .map(|class| match class {
            DataClass::Phi | DataClass::Pci | DataClass::Pii => class.as_str().to_uppercase(),
            DataClass::Credentials | DataClass::Confidential => class.as_str().to_owned(),
        })
        .collect();
    let holds = if data.is_empty() { String::new() } else { format!(" and it holds {}", data.join(", ")) };
    let (source, words) = match asset.criticality {
        Some(c) => {
            ("declared", format!("Its criticality is {c}{holds}: worth {:.0} points.", a.consequence.value))
        }
        None => (
            "prior",
            format!("Nobody said what it is worth{holds}: taken for {:.0} points.", a.consequence.value),
        ),
    };
    Factor { name: "consequence", estimate: a.consequence, source: source.to_owned(), as_of: None, words }
}

fn unknowns(asset: &Asset, weakness: &Weakness, a: &Assessment, severity: Severity) -> Vec<Unknown> {
    let k = &weakness.row.knowledge;
    let public = is_public_id(&weakness.row.key);
    let points = |e: Estimate| (1e4 * ln(e.high / e.low) / ln(CEILING / FLOOR)).round() / 100.0;
    let mut unknown = Vec::new();
    let mut add = |is: bool, name, estimate, words| {
        if is {
            unknown.push(Unknown { name, points: points(estimate), words });
        }
    };
    add(asset.reach == Reach::Unknown, "reach", a.reach, "from where the asset can be reached");
    add(asset.criticality.is_none(), "criticality", a.consequence, "what the asset is worth to the business");
    add(public && k.epss.is_none(), "epss", a.activity, "the EPSS value: load the feed");
    add(public && k.cvss.is_none(), "cvss", a.success * a.impact, "the CVSS vector: load an advisory feed");
    add(
        k.cvss.is_none() && severity == Severity::Unknown,
        "severity",
        a.success * a.impact,
        "how severe it is",
    );
    unknown.sort_by(|x, y| y.points.total_cmp(&x.points));
    unknown
}

/// Why the two verdicts differ; act stands beside act now, attend beside plan, track* beside watch.
fn differs(a: &Assessment, severity: Severity) -> Option<String> {
    let (band, decision) = (a.band(), a.decision());
    let (b, d) = (band as usize, decision as usize);
    let exploitation = a.points.exploitation;
    let why = match d.cmp(&b) {
        std::cmp::Ordering::Equal => return None,
        std::cmp::Ordering::Greater if a.reach.value < 0.5 => {
            "SSVC does not look at reach, and few attackers come to stand where this can be used".to_owned()
        }
        std::cmp::Ordering::Greater => {
            "SSVC knows no probabilities; by these the expected loss is smaller than the decision suggests"
                .to_owned()
        }
        std::cmp::Ordering::Less if exploitation != Exploitation::Active => {
            let now = match exploitation {
                Exploitation::Poc => "a public proof of concept",
                _ => "none is known",
            };
            format!("SSVC waits for exploitation ({now}); reach, value and likelihood do not")
        }
        std::cmp::Ordering::Less => {
            format!(
                "SSVC takes mission impact and technical impact in steps; the {severity} exposure's expected loss is above its step"
            )
        }
    };
    Some(format!("The band says {}, SSVC says {}: {why}.", band.title(), decision.as_str()))
}

fn points_of(value: f64) -> String {
    if value >= 10.0 { format!("{value:.0}") } else { format!("{value:.1}") }
}

fn percent(p: f64) -> String {
    let percent = p * 100.0;
    if percent >= 10.0 {
        format!("{percent:.0} %")
    } else if percent >= 0.1 {
        format!("{percent:.1} %")
    } else if percent >= 0.001 {
        format!("{percent:.3} %")
    } else {
        "less than 0.001 %".to_owned()
    }
}
