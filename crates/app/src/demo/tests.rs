//! The demonstration keeps its promises.

use super::*;
use crate::{Clock, OpenOptions};
use bartizan_model::query::Query;
use bartizan_model::{Identifier, IdentifierKind, Timestamp};
use std::collections::HashSet;
use std::net::IpAddr;

const DAY: &str = "2026-11-20T12:00:00Z";

fn app(folder: &tempfile::TempDir) -> App {
    let clock = Clock::fixed(Timestamp::parse(DAY).unwrap());
    App::open(OpenOptions { data: folder.path().to_owned(), database_url: None, clock }).unwrap()
}

fn actor() -> Actor {
    Actor::person("ada")
}

fn made(app: &App, assets: usize, seed: u64) -> DemoMade {
    app.demo(&actor(), DemoRequest { assets, seed }, &mut |_, _| {}).unwrap()
}

fn count(app: &App, query: &str) -> u64 {
    let query: Query = query.parse().unwrap();
    app.estate().unwrap().facets(&query, app.now()).total
}

/// Everything that a reader can see of the exposures, as text.
fn shown(app: &App) -> Vec<String> {
    let estate = app.estate().unwrap();
    let page = estate.search(&Query::default(), "-priority".parse().unwrap(), None, 10_000, app.now());
    page.ids.iter().filter_map(|id| Some(format!("{:?}", estate.view(*id)?))).collect()
}

#[test]
fn has_the_asked_size_a_history_and_marks_everything() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(&folder);
    let mut steps = Vec::new();
    let made = app
        .demo(&actor(), DemoRequest { assets: 400, seed: 1 }, &mut |done, total| steps.push((done, total)))
        .unwrap();
    assert_eq!(made.assets, 400);
    assert!((3_400..=5_200).contains(&made.exposures), "{made:?}");
    assert_eq!(count(&app, ""), made.exposures as u64);
    assert_eq!(count(&app, "demo:true"), made.exposures as u64, "all of it is marked");
    assert!(steps.is_sorted() && steps.last().is_some_and(|(done, total)| done == total));
    let open = count(&app, "status:open");
    for query in [
        "status:fixed",
        "status:accepted",
        "status:false-positive",
        "status:not-affected",
        "severity:critical status:open",
        "sightings:>1",
        "reach:internet",
        "unknown:reach",
        "unknown:epss",
        "age:>100d",
        "age:<10d",
        "weakness:CVE-2021-44228",
        "source:bartizan",
        "kind:device data:phi",
    ] {
        let found = count(&app, query);
        assert!(found > 0, "{query}");
        assert!(found < made.exposures as u64, "{query}");
    }
    assert!(count(&app, "status:open severity:critical") * 8 < open, "few are critical");
    assert!(count(&app, "status:open reach:internet") * 5 < open, "few are on the internet");
    assert_eq!(count(&app, "kev:true"), 0, "what feeds would say is not made up");
    for service in SERVICES {
        assert!(count(&app, &format!("scope:\"demo: {}\"", service.name)) > 0, "{}", service.name);
    }
    assert!(made.fixed > 200 && made.reopened > 5 && made.decided > 20, "{made:?}");
    let trend = app.trend(180).unwrap();
    assert!(trend.iter().map(|day| day.fixed).sum::<i64>() > 200);
    assert!(trend.iter().filter(|day| day.fixed > 0).count() > 40, "on many days");
    assert!(trend.iter().all(|day| day.open >= 0));
    let runs = app.read(|reader| reader.runs(None, 1000)).unwrap();
    assert!(runs.iter().all(|run| run.kind == "demo" && run.finished_at.is_some()));
    assert!(runs.iter().any(|run| run.gaps > 0), "not everything answers");
    assert!(
        app.demo(&actor(), DemoRequest { assets: 5, seed: 1 }, &mut |_, _| {}).is_err(),
        "there is one already"
    );
}

#[test]
fn the_same_seed_makes_the_same_hospital() {
    let folders: Vec<_> = (0..3).map(|_| tempfile::tempdir().unwrap()).collect();
    let apps: Vec<_> = folders.iter().map(app).collect();
    for (app, seed) in apps.iter().zip([7, 7, 8]) {
        made(app, 80, seed);
    }
    assert_eq!(shown(&apps[0]), shown(&apps[1]));
    assert_ne!(shown(&apps[0]), shown(&apps[2]));
}

#[test]
fn goes_without_a_trace_in_the_lists() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(&folder);
    for (assets, seed) in [(1, 1), (60, 2)] {
        let made = made(&app, assets, seed);
        assert_eq!(made.assets, assets as i64);
        assert_eq!(app.remove_demo(&actor()).unwrap(), assets as i64);
        assert_eq!(app.estate().unwrap().len(), 0);
        app.read(|reader| {
            assert!(reader.scopes()?.is_empty());
            assert_eq!(reader.run_count()?, 0);
            let mut assets = 0;
            reader.each_asset(|_| assets += 1)?;
            assert_eq!(assets, 0);
            Ok(())
        })
        .unwrap();
        assert!(app.trend(180).unwrap().iter().all(|day| day.open == 0 && day.fixed == 0));
    }
}

#[test]
fn no_address_and_no_name_can_be_a_real_machines() {
    let mut seen = HashSet::new();
    for index in (0..3_000).chain(99_000..101_000).chain(9_999_000..10_000_000) {
        let asset = assets::asset(3, index).unwrap();
        for Identifier { kind, value } in &asset.reference.identifiers {
            assert!(seen.insert((asset.reference.kind, *kind, value.clone())), "{value} is there twice");
            match kind {
                IdentifierKind::Ip => assert!(is_documentation(value.parse().unwrap()), "{value}"),
                IdentifierKind::Serial => assert!(value.starts_with("demo-")),
                _ => assert!(value.contains("staldhelm.example"), "{value}"),
            }
        }
    }
}

fn is_documentation(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_documentation(),
        IpAddr::V6(v6) => v6.segments()[..2] == [0x2001, 0xdb8],
    }
}

#[test]
fn the_story_names_only_what_is_there_and_the_table_reads() {
    let known: HashSet<_> = NAMED.iter().map(|named| named.name).collect();
    assert_eq!(known.len(), NAMED.len());
    for (from, (_, to)) in NAMED.iter().flat_map(|named| named.ties.iter().map(|tie| (named.name, tie))) {
        assert!(known.contains(to) && *to != from, "{from} -> {to}");
    }
    for (name, _) in decisions::REMARKS {
        assert!(known.contains(name), "{name}");
    }
    let ids: HashSet<_> = cves::TABLE.lines().filter_map(|line| line.split(' ').nth(1)).collect();
    assert_eq!(ids.len(), cves::TABLE.lines().count(), "each once");
    assert_eq!(Catalogue::new(1, 100).known(), ids.len(), "every line reads");
    let rules: HashSet<_> = rules::RULES.iter().map(|rule| (rule.tool, rule.id)).collect();
    assert_eq!(rules.len(), rules::RULES.len());
}
