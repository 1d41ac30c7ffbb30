//! The properties that `priority` promises, on made-up facts.
#![allow(clippy::unwrap_used)] // helpers of tests are tests

use bartizan_model::knowledge::{Exploitation, KevFacts, Sourced, SsvcFacts};
use bartizan_model::{
    AssetId, AssetKind, Criticality, DataClass, ExposureId, Reach, Severity, Status, WeaknessId,
};
use bartizan_prioritize::synthetic::{NOW, Random, asset, cvss, exposure, weakness};
use bartizan_prioritize::{
    AssetRow, AttackVector, Band, Change, Counterfactual, Estate, Explanation, ExposureRow, KnowledgeRow,
    Level, Maturity, Validation, WeaknessRow,
};
use proptest::prelude::*;

type Facts = (AssetRow, WeaknessRow, ExposureRow);

fn facts(seed: u64) -> Facts {
    let mut random = Random(seed);
    let (mut a, mut w) = (asset(&mut random, 0), weakness(&mut random, 0));
    let mut e = exposure(&mut random, 1, 1, 1);
    (a.id, w.id, e.asset, e.weakness) = (AssetId(0), WeaknessId(0), AssetId(0), WeaknessId(0));
    (e.status, a.data) = (Status::Open, if random.percent(30) { a.data } else { Vec::new() });
    (a, w, e)
}

fn estate((a, w, e): &Facts) -> Estate {
    let (estate, rejected) =
        Estate::builder(NOW).assets([a.clone()]).weaknesses([w.clone()]).exposures([e.clone()]).build();
    assert!(rejected.is_empty());
    estate
}

fn explain(facts: &Facts) -> Explanation {
    estate(facts).explain(facts.2.id).unwrap()
}

/// A change that makes an exposure worse, or leaves it as bad; `None` where it does not apply.
fn worsen(step: usize, (mut a, mut w, mut e): Facts) -> Option<Facts> {
    let k = &mut w.knowledge;
    match step {
        0 => a.reach = Reach::Internet,
        1 if a.reach == Reach::Local => a.reach = Reach::Internal,
        2 => a.criticality = Some(a.criticality.map_or(Criticality::Critical, |c| c.max(Criticality::High))),
        3 => a.data = DataClass::ALL.to_vec(),
        4 => k.epss.iter_mut().for_each(|e| e.value = e.value.max(0.97)),
        5 if k.kev.is_none() => {
            k.kev = Some(Sourced { value: kev(false), source: "kev".to_owned(), as_of: None });
        }
        6 => k.kev = Some(Sourced { value: kev(true), source: "kev".to_owned(), as_of: None }),
        7 => k.exploit_public = true,
        8 => k.cvss.as_mut()?.complexity_low = true,
        9 => k.cvss.as_mut()?.privileges = Level::None,
        10 => k.cvss.as_mut()?.interaction_none = true,
        11 => k.cvss.as_mut()?.attack_vector = AttackVector::Network,
        12 => k.cvss.as_mut()?.maturity = Maturity::Attacked,
        13 => *k.cvss.as_mut()?.impact.as_mut()? = [Level::High; 3],
        14 => e.validation = Validation::Exploitable,
        15 if e.validation == Validation::Blocked => e.validation = Validation::Untried,
        16 => k.ssvc.as_mut()?.value.exploitation = Exploitation::Active,
        17 => k.ssvc.as_mut()?.value.total_impact = true,
        18 => k.ssvc.as_mut()?.value.automatable = true,
        19 if e.severity > Severity::Unknown => e.severity = Severity::Critical,
        _ => return None,
    }
    Some((a, w, e))
}

fn kev(ransomware: bool) -> KevFacts {
    KevFacts { added: None, due: None, ransomware }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn worse_facts_never_lower_a_score(seed: u64, step in 0usize..20) {
        let before = facts(seed);
        if let Some(after) = worsen(step, before.clone()) {
            let (x, y) = (explain(&before), explain(&after));
            prop_assert!(y.risk.value >= x.risk.value * (1.0 - 1e-12), "step {} {:?} {:?}", step, x, y);
            prop_assert!(y.priority >= x.priority);
            prop_assert!(y.ssvc.decision >= x.ssvc.decision);
        }
    }

    #[test]
    fn the_factors_make_the_risk_and_lie_in_their_intervals(seed: u64) {
        let x = explain(&facts(seed));
        let product: f64 = x.factors.iter().map(|f| f.estimate.value).product();
        prop_assert!((product - x.risk.value).abs() <= 1e-9 * product);
        for f in &x.factors {
            let e = f.estimate;
            prop_assert!(0.0 < e.low && e.low <= e.value && e.value <= e.high, "{:?}", f);
            prop_assert!(f.name == "consequence" || e.high <= 1.0, "{:?}", f);
            prop_assert!(!f.source.is_empty() && !f.words.is_empty());
        }
        prop_assert!(x.interval[0] <= x.priority && x.priority <= x.interval[1]);
        prop_assert!((0.0..=100.0).contains(&x.interval[0]) && x.interval[1] <= 100.0);
        prop_assert_eq!(x.band, Band::of((x.priority * 100.0).round() as u16));
        prop_assert_eq!(x.ssvc.differs.is_none(), x.band as usize == x.ssvc.decision as usize);
    }

    #[test]
    fn an_informational_finding_never_outranks_a_critical_one_at_the_same_reach(info: u64, critical: u64) {
        let (a, mut w1, mut e1) = facts(info);
        let (_, mut w2, mut e2) = facts(critical);
        w1.knowledge = KnowledgeRow::default();
        (e1.severity, e2.severity) = (Severity::Info, Severity::Critical);
        e1.validation = e1.validation.min(Validation::Untried);
        (w2.id, e2.weakness, e2.id) = (WeaknessId(1), WeaknessId(1), ExposureId(2));
        let (estate, _) = Estate::builder(NOW).assets([a]).weaknesses([w1, w2]).exposures([e1, e2]).build();
        let all = estate.search(&"".parse().unwrap(), "-priority".parse().unwrap(), None, 2, NOW);
        prop_assert_eq!(all.ids, [ExposureId(2), ExposureId(1)]);
    }

    #[test]
    fn what_leads_nowhere_and_holds_nothing_scores_low_whatever_its_cvss(seed: u64) {
        let (mut a, w, e) = facts(seed);
        (a.reach, a.criticality, a.data) = (Reach::Local, Some(Criticality::Low), Vec::new());
        let x = explain(&(a, w, e));
        prop_assert!(x.band < Band::Plan, "{:?}", x);
    }

    #[test]
    fn kev_and_epss_are_one_cause(seed: u64, epss in 0.0f32..=1.0, ransomware: bool) {
        let (a, mut w, e) = facts(seed);
        w.knowledge.epss = Some(Sourced { value: epss, source: "epss".to_owned(), as_of: Some(NOW) });
        w.knowledge.kev = None;
        w.knowledge.ssvc = None;
        let only_epss = explain(&(a.clone(), w.clone(), e.clone())).factors[1].estimate.value;
        w.knowledge.kev = Some(Sourced { value: kev(ransomware), source: "kev".to_owned(), as_of: None });
        let both = explain(&(a.clone(), w.clone(), e.clone())).factors[1].estimate.value;
        w.knowledge.epss = None;
        let only_kev = explain(&(a, w, e)).factors[1].estimate.value;
        prop_assert_eq!(both, only_epss.max(only_kev));
    }

    #[test]
    fn evidence_narrows(seed: u64) {
        let (mut a, mut w, e) = facts(seed);
        let width = |facts: &Facts, n: usize| { let f = explain(facts).factors[n].estimate; f.high / f.low };
        (a.reach, a.criticality) = (Reach::Unknown, None);
        w.key = "CVE-2024-1000".to_owned();
        w.knowledge = KnowledgeRow::default();
        let nothing = (a, w, e.clone());
        let mut known = nothing.clone();
        (known.0.reach, known.0.criticality) = (Reach::Internal, Some(Criticality::High));
        known.1.knowledge.cvss = Some(cvss(&mut Random(seed)));
        known.1.knowledge.epss = Some(Sourced { value: 0.2, source: "epss".to_owned(), as_of: Some(NOW) });
        for n in 0..5 {
            let informational = n == 2 && e.severity == Severity::Info;
            prop_assert!(width(&known, n) <= width(&nothing, n) + 1e-9 || informational || e.validation != Validation::Untried, "{}", n);
        }
        let mut old = known.clone();
        old.1.knowledge.epss.as_mut().unwrap().as_of = Some(NOW.plus_days(-100));
        prop_assert!(width(&old, 1) > width(&known, 1));
        let mut looked = nothing.clone();
        let value = SsvcFacts { exploitation: Exploitation::None, automatable: false, total_impact: true, as_of: None };
        looked.1.knowledge.ssvc = Some(Sourced { value, source: "ssvc".to_owned(), as_of: None });
        prop_assert!(width(&looked, 1) < width(&nothing, 1));
    }

    #[test]
    fn the_counterfactual_holds_when_it_is_done(seed: u64) {
        let before = facts(seed);
        let x = explain(&before);
        for change in x.counterfactual.iter().chain(&x.alternatives) {
            let mut live = estate(&before);
            let (mut a, mut w, mut e) = before.clone();
            match change.change {
                Change::Reach(to) => a.reach = to,
                Change::Criticality(to) => a.criticality = Some(to),
                Change::Validated(to) => e.validation = to,
                Change::KevListed => w.knowledge.kev = Some(Sourced { value: kev(false), source: "x".to_owned(), as_of: None }),
                Change::ExploitPublished => w.knowledge.exploit_public = true,
            }
            live.upsert_assets([a]);
            live.upsert_weaknesses([w]);
            live.upsert_exposures([e]);
            let after = live.explain(x.id).unwrap();
            prop_assert_eq!(after.priority, change.to);
            prop_assert_eq!(after.band, change.band);
            prop_assert_ne!(after.band, x.band);
            let smallest = x.counterfactual.as_ref().unwrap();
            prop_assert!((smallest.to - x.priority).abs() <= (change.to - x.priority).abs() + 1e-9);
        }
    }

    #[test]
    fn fixing_one_thing_leaves_the_others(seed: u64) {
        let mut estate = bartizan_prioritize::synthetic::synthetic(60, seed);
        let scores = |estate: &Estate| (1..60).map(|id| estate.view(ExposureId(id)).unwrap()).collect::<Vec<_>>();
        let before = scores(&estate);
        estate.remove([ExposureId(0)]);
        prop_assert_eq!(before, scores(&estate));
    }
}

#[test]
fn no_network_is_closed_to_an_account() {
    for seed in 0..200 {
        let mut facts = facts(seed);
        (facts.0.kind, facts.0.reach) = (AssetKind::Identity, Reach::Unknown);
        let x = explain(&facts);
        let reach = |change: &Counterfactual| matches!(change.change, Change::Reach(_));
        assert!(!x.counterfactual.iter().chain(&x.alternatives).any(reach), "{}", x.sentence);
        assert!(x.sentence.contains("From where the account can be used is not known"), "{}", x.sentence);
    }
}

#[test]
fn the_severity_that_was_reported_is_kept_and_shown() {
    for seed in 0..200 {
        let facts = facts(seed);
        assert_eq!(estate(&facts).view(facts.2.id).unwrap().severity, facts.2.severity);
    }
}

#[test]
fn an_emergency_reads_like_one() {
    let (mut a, mut w, mut e) = facts(7);
    (a.name, a.reach, a.criticality, a.data) =
        ("web-01".to_owned(), Reach::Internet, Some(Criticality::High), vec![DataClass::Phi]);
    w.key = "CVE-2021-44228".to_owned();
    w.knowledge = KnowledgeRow {
        kev: Some(Sourced { value: kev(true), source: "kev".to_owned(), as_of: Some(NOW) }),
        ..KnowledgeRow::default()
    };
    (e.severity, e.validation) = (Severity::Critical, Validation::Untried);
    let x = explain(&(a, w, e));
    assert_eq!(x.band, Band::ActNow);
    for part in ["Act now: ", "CVE-2021-44228 on web-01", "ransomware", "The internet reaches", "PHI"] {
        assert!(x.sentence.contains(part), "{part}: {}", x.sentence);
    }
    let json = serde_json::to_value(&x).unwrap();
    assert_eq!(json["factors"][1]["name"], "activity");
    assert_eq!(json["factors"][1]["source"], "kev");
    assert_eq!(json["ssvc"]["decision"], "attend");
    assert_eq!(json["band"], "act-now");
}
