//! Transactions: all or nothing, one writer, and readers that see one moment.

use crate::house::{House, host, ingest, report, same};
use bartizan_model::EventSeq;
use bartizan_model::Role;
use bartizan_store::{Actor, StoreError};
use std::sync::mpsc;

pub(crate) fn an_error_or_a_panic_leaves_nothing(house: &House) {
    house.import(&report("one", 1).sees(&host("web.example.org"), "rule", ""));
    let run = house.write(2, |tx| tx.begin_run("import", "x"));
    let before = house.dump(&[]);
    let all = report("one", 2).sees(&host("db.example.org"), "rule", "").covers(&host("web.example.org"));
    let outcome = house.try_write(2, |tx| {
        ingest(tx, run, &all)?;
        Err::<(), _>(StoreError::Conflict("no".into()))
    });
    assert!(matches!(outcome, Err(StoreError::Conflict(_))));
    same(&before, &house.dump(&[]));
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        house.try_write(2, |tx| {
            ingest(tx, run, &all)?;
            if true {
                std::panic::resume_unwind(Box::new("on purpose"));
            }
            Ok(())
        })
    }));
    outcome.unwrap_err();
    same(&before, &house.dump(&[]));
    // A failing read or a failing statement leaves a store that works.
    house.read::<(), _>(|_| Err(StoreError::Conflict("no".into()))).unwrap_err();
    house.write(3, |tx| ingest(tx, run, &all));
    assert_eq!(house.assets().len(), 2);
}

pub(crate) fn readers_see_one_moment(house: &House) {
    house.import(&report("one", 1).sees(&host("web.example.org"), "rule", ""));
    let (go, wait) = mpsc::channel::<()>();
    let (done, finished) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            wait.recv().unwrap();
            house.import(&report("one", 2).sees(&host("db.example.org"), "rule", ""));
            done.send(()).unwrap();
        });
        house
            .read::<_, StoreError>(|reader| {
                let before = reader.last_event()?;
                go.send(()).unwrap();
                finished.recv().unwrap();
                assert_eq!(reader.last_event()?, before, "a write went past, and the view stays");
                let mut count = 0;
                reader.each_exposure(|_| count += 1)?;
                assert_eq!(count, 1);
                Ok(())
            })
            .unwrap();
    });
    assert_eq!(house.exposures().len(), 2);
    // What a write has not finished is nobody's to see.
    house.write(3, |tx| {
        tx.add_account("ann", "hash", Role::Admin)?;
        assert_eq!(tx.reader().accounts()?.len(), 1);
        let seen = house.read::<_, StoreError>(|reader| reader.accounts())?;
        assert!(seen.is_empty());
        Ok(())
    });
}

pub(crate) fn writers_take_turns(house: &House) {
    // Two processes, as far as the database can tell.
    let other = house.open_again().unwrap();
    std::thread::scope(|scope| {
        for store in [&**house, &other] {
            for thread in 0..2 {
                scope.spawn(move || {
                    for number in 0..10 {
                        let actor = Actor::system("test");
                        store
                            .write::<_, StoreError>(&actor, crate::house::day(1), |tx| {
                                tx.put_meta("last", &format!("{thread} {number}"))?;
                                tx.begin_run("import", "x")
                            })
                            .unwrap();
                    }
                });
            }
        }
    });
    let events = house.read::<_, StoreError>(|reader| reader.events_after(EventSeq(0), 1000)).unwrap();
    assert_eq!(events.iter().map(|event| event.seq.0).collect::<Vec<_>>(), (1..=40).collect::<Vec<_>>());
}
