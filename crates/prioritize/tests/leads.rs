//! What the attack graph says of exposures, and what the score makes of it.
#![allow(clippy::unwrap_used)] // helpers of tests are tests

use bartizan_model::query::Query;
use bartizan_model::{AssetId, Criticality, ExposureId, Reach, Severity, Status, WeaknessId};
use bartizan_prioritize::synthetic::{NOW, Random, asset, cvss, exposure, synthetic, weakness};
use bartizan_prioritize::{AttackVector, Estate, Estimate, Lead, Validation};
use proptest::prelude::*;

const ID: ExposureId = ExposureId(1);

/// One critical exposure, used over the network, on an asset that is worth little.
fn one(reach: Reach) -> Estate {
    let mut random = Random(1);
    let (mut a, mut w) = (asset(&mut random, 0), weakness(&mut random, 0));
    let mut e = exposure(&mut random, ID.0, 1, 1);
    (a.reach, a.criticality, a.data) = (reach, Some(Criticality::Low), Vec::new());
    a.reach_source = "declared".to_owned();
    let mut facts = cvss(&mut random);
    facts.attack_vector = AttackVector::Network;
    w.knowledge.cvss = Some(facts);
    (a.id, w.id, e.asset, e.weakness) = (AssetId(0), WeaknessId(0), AssetId(0), WeaknessId(0));
    (e.status, e.severity, e.validation) = (Status::Open, Severity::Critical, Validation::Untried);
    Estate::builder(NOW).assets([a]).weaknesses([w]).exposures([e]).build().0
}

fn lead(stand: f64, beyond: f64, zoned: bool) -> Lead {
    Lead { stand: Estimate::exact(stand), beyond, zoned }
}

fn factor(estate: &Estate, name: &str) -> (f64, String) {
    let factors = estate.explain(ID).unwrap().factors;
    let factor = factors.into_iter().find(|factor| factor.name == name).unwrap();
    (factor.estimate.value, factor.source)
}

#[test]
fn a_way_to_the_asset_counts_where_it_is_likelier_than_its_position() {
    let mut estate = one(Reach::Internal);
    let before = estate.explain(ID).unwrap();
    assert_eq!(factor(&estate, "reach").0, 0.1);
    assert!(estate.place([(ID, lead(0.5, 0.0, false))]));
    assert_eq!(factor(&estate, "reach"), (0.5, "attack graph".to_owned()));
    assert!((estate.explain(ID).unwrap().risk.value / before.risk.value - 5.0).abs() < 1e-9);
    // A way that is rarer than an intruder inside is no evidence that none is there.
    assert!(estate.place([(ID, lead(0.001, 0.0, false))]));
    assert_eq!(estate.explain(ID).unwrap().risk, before.risk);
}

#[test]
fn zones_that_let_nobody_through_lower_it() {
    let mut estate = one(Reach::Unknown);
    let before = estate.explain(ID).unwrap().risk.value;
    estate.place([(ID, lead(0.0, 0.0, true))]);
    assert_eq!(factor(&estate, "reach"), (0.02, "attack graph".to_owned()));
    assert!(estate.explain(ID).unwrap().risk.value < before);
}

#[test]
fn what_falls_from_there_counts_where_it_is_more_than_the_asset() {
    let mut estate = one(Reach::Internet);
    let before = estate.explain(ID).unwrap();
    estate.place([(ID, lead(1.0, 500.0, false))]);
    let after = estate.explain(ID).unwrap();
    assert_eq!(factor(&estate, "consequence"), (500.0, "attack graph".to_owned()));
    assert_eq!(factor(&estate, "impact"), (1.0, "attack graph".to_owned()));
    assert_eq!(factor(&estate, "reach"), (1.0, "declared".to_owned()), "the internet reaches it anyway");
    assert!(
        after.priority > before.priority && after.sentence.contains("From there 500 points"),
        "{}",
        after.sentence
    );
    estate.place([(ID, lead(1.0, 1e-6, false))]);
    assert_eq!(estate.explain(ID).unwrap().risk, before.risk);
}

#[test]
fn what_is_said_holds_until_it_is_said_anew() {
    let mut estate = one(Reach::Internal);
    let (generation, before) = (estate.generation(), estate.explain(ID).unwrap().risk);
    assert!(!estate.place([(ExposureId(99), lead(1.0, 1.0, false))]), "of another");
    assert_eq!(estate.generation(), generation);
    assert!(estate.place([(ID, lead(0.5, 700.0, false))]));
    assert!(!estate.place([(ID, lead(0.5, 700.0, false))]), "the same again");
    let placed = estate.explain(ID).unwrap().risk;
    let mut fresh = one(Reach::Internal);
    fresh.succeeds(&estate);
    assert_eq!(fresh.explain(ID).unwrap().risk, placed);
    assert!(estate.place([]));
    assert_eq!(estate.explain(ID).unwrap().risk, before);
}

#[test]
fn lists_and_facets_tell_where_they_lead() {
    let mut estate = synthetic(3, 1);
    estate.place([(ExposureId(0), lead(0.5, 1.0, false)), (ExposureId(2), lead(0.0, 1.0, false))]);
    let ids = |text: &str| {
        let query: Query = text.parse().unwrap();
        estate.search(&query, "-priority".parse().unwrap(), None, 9, NOW).ids
    };
    assert_eq!(ids("leads:somewhere"), [ExposureId(0)]);
    assert_eq!(ids("leads:nowhere"), [ExposureId(2)]);
    let counted = estate.facets(&"".parse().unwrap(), NOW).leads;
    let counted: Vec<_> = counted.iter().map(|count| (&*count.value, count.count)).collect();
    assert_eq!(counted, [("somewhere", 1), ("nowhere", 1)]);
}

proptest! {
    #[test]
    fn placing_equals_scoring_each_alone(
        seed: u64,
        said in prop::collection::vec((0i64..60, 0.0f64..1.0, 0.0f64..2000.0, any::<bool>()), 0..80),
    ) {
        let mut estate = synthetic(60, seed);
        let plain = synthetic(60, seed);
        let said: std::collections::BTreeMap<_, _> = said
            .into_iter()
            .map(|(id, stand, beyond, zoned)| (ExposureId(id), lead(stand, beyond, zoned)))
            .collect();
        estate.place(said.clone());
        for id in (0..60).map(ExposureId) {
            let (x, before) = (estate.explain(id).unwrap(), plain.explain(id).unwrap());
            let product: f64 = x.factors.iter().map(|factor| factor.estimate.value).product();
            prop_assert!((product - x.risk.value).abs() <= 1e-9 * product);
            for factor in &x.factors {
                let e = factor.estimate;
                prop_assert!(0.0 < e.low && e.low <= e.value && e.value <= e.high, "{:?}", factor);
            }
            match said.get(&id) {
                None => prop_assert_eq!(x.risk, before.risk),
                Some(lead) if !lead.zoned => prop_assert!(x.risk.value >= before.risk.value),
                Some(_) => {}
            }
            let shown = estate.view(id).unwrap().priority;
            prop_assert!((shown - x.priority).abs() < 1e-9, "{} {}", shown, x.priority);
        }
    }
}
