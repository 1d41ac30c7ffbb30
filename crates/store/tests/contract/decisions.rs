//! People's judgements.

use crate::house::{House, day, host, report};
use bartizan_model::exposure::Verdict;
use bartizan_model::{ExposureId, Status};
use bartizan_store::{NewDecision, StoreError};

fn accept(until: Option<i64>) -> NewDecision<'static> {
    NewDecision { verdict: Verdict::Accepted, reason: "the vendor has no fix", until: until.map(day) }
}

fn statuses(house: &House) -> Vec<Status> {
    house.exposures().into_iter().map(|row| row.status).collect()
}

fn three(house: &House) -> Vec<ExposureId> {
    let web = host("web.example.org");
    house.import(&report("one", 1).sees(&web, "a", "").sees(&web, "b", "").sees(&web, "c", ""));
    house.exposures().into_iter().map(|row| row.id).collect()
}

pub(crate) fn bulk_lapse_and_revoke(house: &House) {
    let ids = three(house);
    let id = house.write(2, |tx| tx.decide(&accept(Some(5)), &[ids[0], ids[1], ids[0]]));
    assert_eq!(statuses(house), [Status::Accepted, Status::Accepted, Status::Open]);
    let row = house.read::<_, StoreError>(|reader| reader.decision(id)).unwrap();
    assert_eq!((row.exposures, row.by.as_str(), row.until), (2, "ann", Some(day(5))));
    assert_eq!(house.write(4, |tx| tx.lapse_decisions()), 0);
    assert_eq!(house.write(5, |tx| tx.lapse_decisions()), 1);
    assert_eq!(house.write(6, |tx| tx.lapse_decisions()), 0);
    assert_eq!(statuses(house), [Status::Open; 3]);
    let kinds = |id| {
        let rows = house.read::<_, StoreError>(|reader| reader.evidence(id)).unwrap();
        rows.into_iter().map(|row| row.kind).collect::<Vec<_>>()
    };
    assert_eq!(kinds(ids[0]), ["lapsed", "decided"]);

    let id = house.write(7, |tx| {
        tx.decide(&NewDecision { verdict: Verdict::FalsePositive, reason: "", until: None }, &ids)
    });
    assert_eq!(statuses(house), [Status::FalsePositive; 3]);
    house.write(8, |tx| tx.revoke_decision(id));
    assert_eq!(statuses(house), [Status::Open; 3]);
    assert_eq!(kinds(ids[2]), ["revoked", "decided"]);
    let decisions = house.read::<_, StoreError>(|reader| reader.decisions_on(ids[0])).unwrap();
    assert_eq!(decisions.len(), 2);
    assert_eq!(decisions[0].revoked_at, Some(day(8)));
    assert_eq!(decisions[1].lapsed_at, Some(day(5)));
}

pub(crate) fn a_decision_beats_a_later_import(house: &House) {
    let web = host("web.example.org");
    house.import(&report("one", 1).sees(&web, "CVE-2024-0001", ""));
    let id = house.exposure().id;
    house.write(2, |tx| {
        tx.decide(&NewDecision { verdict: Verdict::NotAffected, reason: "not loaded", until: None }, &[id])
    });
    house.import(&report("two", 3).sees(&web, "CVE-2024-0001", "port/tcp/80"));
    house.import(&report("one", 4).sees(&web, "CVE-2024-0001", ""));
    assert_eq!(house.exposure().status, Status::NotAffected);
    // It is gone everywhere: the judgement still holds, and without it the facts count.
    house.import(&report("one", 5).covers(&web));
    house.import(&report("two", 5).covers(&web));
    assert_eq!(house.exposure().status, Status::NotAffected);
    let decision = house.read::<_, StoreError>(|reader| reader.decisions_on(id)).unwrap()[0].id;
    house.write(6, |tx| tx.revoke_decision(decision));
    assert_eq!(house.exposure().status, Status::Fixed);
}

pub(crate) fn impossible_decisions_are_refused(house: &House) {
    let ids = three(house);
    let before = house.dump(&[]);
    let refused = |decision: NewDecision<'_>, ids: &[ExposureId]| {
        house.try_write(9, |tx| tx.decide(&decision, ids)).unwrap_err()
    };
    assert!(matches!(refused(accept(Some(9)), &ids), StoreError::Conflict(_)));
    assert!(matches!(refused(accept(None), &[]), StoreError::Conflict(_)));
    assert!(matches!(refused(accept(None), &[ids[0], ExposureId(999)]), StoreError::NotFound { .. }));
    let error = house.try_write(9, |tx| tx.revoke_decision(bartizan_model::DecisionId(7))).unwrap_err();
    assert!(matches!(error, StoreError::NotFound { .. }));
    crate::house::same(&before, &house.dump(&[]));
}

pub(crate) fn a_lapsed_decision_hides_no_older_one(house: &House) {
    let ids = three(house);
    house.write(2, |tx| {
        tx.decide(&NewDecision { verdict: Verdict::FalsePositive, reason: "", until: None }, &ids[..1])
    });
    house.write(2, |tx| tx.decide(&accept(Some(4)), &ids[..1]));
    assert_eq!(statuses(house)[0], Status::Accepted);
    house.write(5, |tx| tx.lapse_decisions());
    assert_eq!(statuses(house)[0], Status::FalsePositive);
}
