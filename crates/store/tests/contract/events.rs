//! The log that everything else reads.

use crate::house::{House, day, host, named, report};
use bartizan_model::Role;
use bartizan_model::exposure::Verdict;
use bartizan_model::{AssetId, EventSeq};
use bartizan_store::{Event, NewDecision, NewScope, RunState, StoreError};

fn all(house: &House) -> Vec<Event> {
    house.read::<_, StoreError>(|reader| reader.events_after(EventSeq(0), 1000)).unwrap()
}

pub(crate) fn the_sequence_has_no_gaps(house: &House) {
    for on in 1..5 {
        house.import(&report("one", on).sees(&host("web.example.org"), "rule", ""));
        house
            .try_write(on, |tx| {
                tx.add_account("eve", "hash", Role::Viewer)?;
                Err::<(), _>(StoreError::Conflict("no".into()))
            })
            .unwrap_err();
    }
    let numbers: Vec<_> = all(house).iter().map(|event| event.seq.0).collect();
    assert_eq!(numbers, (1..=numbers.len() as i64).collect::<Vec<_>>());
    let last = house.read::<_, StoreError>(|reader| reader.last_event()).unwrap();
    assert_eq!(last.0, numbers.len() as i64);
    let some = house.read::<_, StoreError>(|reader| reader.events_after(EventSeq(2), 3)).unwrap();
    assert_eq!(some.iter().map(|event| event.seq.0).collect::<Vec<_>>(), [3, 4, 5]);
}

pub(crate) fn each_change_has_its_event(house: &House) {
    let web = host("web.example.org");
    let since = std::cell::Cell::new(0);
    let news = || {
        let new: Vec<_> = all(house).into_iter().filter(|event| event.seq.0 > since.get()).collect();
        since.set(new.last().map_or(since.get(), |event| event.seq.0));
        new.iter().map(|event| format!("{} {}", event.kind, event.subjects)).collect::<Vec<_>>()
    };
    house.import(&report("one", 1).sees(&web, "CVE-2024-0001", "").sees(&web, "rule", "").covers(&web));
    assert_eq!(news(), ["run.started ", "asset.found 1", "exposure.opened 1-2", "run.finished "]);
    house.import(&report("one", 2).sees(&web, "CVE-2024-0001", "").covers(&web));
    assert_eq!(news(), ["run.started ", "exposure.fixed 2", "exposure.seen 1", "run.finished "]);
    house.import(&report("one", 3).sees(&web, "CVE-2024-0001", "port/tcp/80").sees(&web, "rule", ""));
    assert_eq!(news(), ["run.started ", "exposure.reopened 2", "exposure.updated 1", "run.finished "]);
    let exposure = house.exposures()[0].id;
    let decision = NewDecision { verdict: Verdict::Accepted, reason: "why", until: None };
    let decision = house.write(4, |tx| tx.decide(&decision, &[exposure]));
    house.write(4, |tx| tx.revoke_decision(decision));
    house.write(4, |tx| tx.add_comment(exposure, "hm"));
    assert_eq!(news(), ["exposure.decided 1", "exposure.decided 1", "exposure.commented "]);
    let comments = house.read::<_, StoreError>(|reader| reader.comments(exposure)).unwrap();
    assert_eq!((comments.len(), comments[0].by.as_str(), comments[0].text.as_str()), (1, "ann", "hm"));
    house.import(&report("one", 5).sees(&named("name:other"), "rule", ""));
    news();
    let merge = house.write(6, |tx| tx.merge(AssetId(1), AssetId(2), "why"));
    house.write(6, |tx| tx.split(merge));
    house.write(6, |tx| tx.declare_asset(AssetId(1), None, None, Some(&[])));
    assert_eq!(news(), ["asset.merged 1-2", "asset.split 1-2", "asset.changed 1"]);
    let run = house.write(7, |tx| tx.begin_run("import", "x"));
    house.write(7, |tx| tx.fail_run(run, RunState::Failed, "broken"));
    let scope = NewScope {
        name: "s".into(),
        description: String::new(),
        query: String::new(),
        criticality: None,
        data: Vec::new(),
        crown_jewel: false,
    };
    let scope = house.write(7, |tx| tx.put_scope(None, &scope));
    house.write(7, |tx| tx.remove_scope(scope));
    house.write(7, |tx| {
        tx.put_feed(&bartizan_store::NewFeed {
            name: "kev",
            records: None,
            as_of: None,
            complete: true,
            problems: &[],
        })
    });
    house.write(7, |tx| tx.remove_demo());
    assert_eq!(
        news(),
        [
            "run.started ",
            "run.failed ",
            "scope.changed ",
            "scope.changed ",
            "knowledge.changed ",
            "store.rebuilt "
        ]
    );
}

pub(crate) fn events_are_found_by_kind_and_asset(house: &House) {
    house.import(&report("one", 1).sees(&host("web.example.org"), "rule", ""));
    house.write(2, |tx| tx.declare_asset(AssetId(1), None, None, None));
    let find = |kind: &str, asset, before| {
        let events =
            house.read::<_, StoreError>(|reader| reader.events_before(before, kind, asset, 10)).unwrap();
        events.into_iter().map(|event| event.kind).collect::<Vec<_>>()
    };
    assert_eq!(find("asset.", None, None), ["asset.changed", "asset.found"]);
    assert_eq!(find("", Some(AssetId(1)), None), ["asset.changed"]);
    assert_eq!(find("run", Some(AssetId(i64::MAX)), None), Vec::<String>::new());
    assert_eq!(find("", None, Some(EventSeq(3))), ["asset.found", "run.started"]);
    assert_eq!(find("%", None, None), Vec::<String>::new());
}

/// By our own clock, whatever the dates of the reports; what is one was opened with the first of it.
pub(crate) fn what_was_opened_when_is_told_by_the_log(house: &House) {
    let web = host("web.example.org");
    house.import(&report("one", 3).sees(&web, "a", "").sees(&web, "b", ""));
    house.import(&report("one", 4).sees(&web, "a", ""));
    house.import(&report("one", 5).sees(&web, "c", "").sees(&web, "d", ""));
    let openings = house.read::<_, StoreError>(|reader| reader.openings()).unwrap();
    let opened: Vec<_> = all(house).iter().filter_map(Event::opening).collect();
    assert_eq!(openings, opened);
    let last: Vec<_> = openings.iter().map(|(last, _)| last.0).collect();
    assert_eq!(last, [2, 4]);
    assert!(openings.iter().all(|(_, at)| *at == day(100)), "when they came in: {openings:?}");
    let eldest: Vec<_> = house.exposures().iter().map(|row| row.eldest == row.id).collect();
    assert_eq!(eldest, [true; 4]);
}
