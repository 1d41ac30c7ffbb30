//! Who is to fix what.

use crate::house::{House, LOG, day, host, named, report, same};
use bartizan_model::Role;
use bartizan_model::{AssignmentId, ExposureId, UserId};
use bartizan_store::StoreError;

fn people(house: &House) -> [UserId; 2] {
    ["bob", "eve"].map(|name| house.write(1, |tx| tx.add_account(name, "hash", Role::Analyst)))
}

fn three(house: &House) -> Vec<ExposureId> {
    let web = host("web.example.org");
    house.import(&report("one", 1).sees(&web, "a", "").sees(&web, "b", "").sees(&web, "c", ""));
    house.exposures().into_iter().map(|row| row.id).collect()
}

fn owners(house: &House) -> Vec<Option<UserId>> {
    house.exposures().into_iter().map(|row| row.owner).collect()
}

pub(crate) fn owners_are_given_and_given_back(house: &House) {
    let ([bob, eve], ids) = (people(house), three(house));
    let first = house.write(2, |tx| tx.assign(Some(bob), &[ids[1], ids[0], ids[1]]));
    assert_eq!(owners(house), [Some(bob), Some(bob), None]);
    let second = house.write(3, |tx| tx.assign(Some(eve), &ids));
    assert_eq!(owners(house), [Some(eve); 3]);
    // A later report says nothing of owners.
    house.import(&report("one", 4).sees(&host("web.example.org"), "a", ""));
    assert_eq!(owners(house), [Some(eve); 3]);
    assert_eq!(house.write(5, |tx| tx.undo_assignment(second)), 3);
    assert_eq!(owners(house), [Some(bob), Some(bob), None]);
    let third = house.write(6, |tx| tx.assign(None, &ids[..1]));
    assert_eq!(owners(house), [None, Some(bob), None]);

    let rows = house.read::<_, StoreError>(|reader| reader.assignments_of(ids[0])).unwrap();
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [third, second, first]);
    assert_eq!(
        (rows[2].owner, rows[2].by.as_str(), rows[2].at, rows[2].exposures),
        (Some(bob), "ann", day(2), 2)
    );
    assert_eq!((rows[1].undone_at, rows[0].undone_at, rows[0].owner), (Some(day(5)), None, None));
    let events = house
        .read::<_, StoreError>(|reader| reader.events_before(None, "exposure.assigned", None, 10))
        .unwrap();
    let told: Vec<_> =
        events.iter().map(|event| (event.text.as_str(), event.count, event.exposure)).collect();
    assert_eq!(
        told,
        [
            ("1 exposure: assigned nobody", 1, Some(ids[0])),
            ("3 exposures: an assignment was undone", 3, None),
            ("3 exposures: assigned to eve", 3, None),
            ("2 exposures: assigned to bob", 2, None),
        ]
    );
}

pub(crate) fn an_assignment_made_since_stays(house: &House) {
    let ([bob, eve], ids) = (people(house), three(house));
    let first = house.write(2, |tx| tx.assign(Some(bob), &ids));
    house.write(3, |tx| tx.assign(Some(eve), &ids[..1]));
    house.write(3, |tx| tx.assign(Some(bob), &ids[1..2]));
    assert_eq!(house.write(4, |tx| tx.undo_assignment(first)), 1);
    assert_eq!(owners(house), [Some(eve), Some(bob), None]);
    assert!(matches!(house.try_write(5, |tx| tx.undo_assignment(first)), Err(StoreError::NotFound { .. })));
}

pub(crate) fn who_goes_owns_nothing(house: &House) {
    let ([bob, eve], ids) = (people(house), three(house));
    house.write(2, |tx| tx.assign(Some(bob), &ids));
    let later = house.write(3, |tx| tx.assign(Some(eve), &ids[..1]));
    house.write(4, |tx| tx.remove_account(bob));
    assert_eq!(owners(house), [Some(eve), None, None]);
    assert_eq!(house.write(5, |tx| tx.undo_assignment(later)), 1);
    assert_eq!(owners(house), [None; 3]);
}

pub(crate) fn impossible_assignments_are_refused(house: &House) {
    let ([bob, _], ids) = (people(house), three(house));
    let before = house.dump(&[]);
    let refused = |owner, ids: &[ExposureId]| house.try_write(9, |tx| tx.assign(owner, ids)).unwrap_err();
    assert!(matches!(refused(Some(bob), &[]), StoreError::Conflict(_)));
    assert!(matches!(refused(Some(UserId(99)), &ids), StoreError::NotFound { .. }));
    let error = refused(Some(bob), &[ids[0], ExposureId(999)]);
    assert!(matches!(&error, StoreError::NotFound { id, .. } if id == "999"), "{error}");
    let error = house.try_write(9, |tx| tx.undo_assignment(AssignmentId(7))).unwrap_err();
    assert!(matches!(error, StoreError::NotFound { .. }));
    for name in ["me", "NONE"] {
        let error = house.try_write(9, |tx| tx.add_account(name, "hash", Role::Viewer)).unwrap_err();
        assert!(matches!(error, StoreError::Conflict(_)), "{name} means something in a query: {error}");
    }
    same(&before, &house.dump(&[]));
}

pub(crate) fn an_owner_survives_a_merge_and_a_split(house: &House) {
    let [bob, eve] = people(house);
    for asset in ["name:a", "name:b"] {
        house.import(&report("one", 1).sees(&named(asset), "CVE-2024-0001", "").sees(
            &named(asset),
            "CVE-2024-0002",
            "",
        ));
    }
    let ids: Vec<_> = house.exposures().into_iter().map(|row| row.id).collect();
    house.write(2, |tx| tx.assign(Some(bob), &ids[1..]));
    house.write(2, |tx| tx.assign(Some(eve), &ids[1..2]));
    let assets: Vec<_> = house.assets().into_iter().map(|row| row.id).collect();
    let without = &[LOG, &["asset_merge", "merge_move", "merge_sighting", "asset_distinct"]].concat();
    let before = house.dump(without);
    let merge = house.write(3, |tx| tx.merge(assets[0], assets[1], "the same"));
    assert_eq!(owners(house), [Some(bob), Some(eve)], "a gap is filled, a word is kept");
    house.write(4, |tx| tx.split(merge));
    same(&before, &house.dump(without));
}
