//! The estate against plain code: queries, facets, paging, changes.
#![allow(clippy::unwrap_used)] // helpers of tests are tests

use bartizan_model::query::Query;
use bartizan_model::{
    AssetId, Criticality, DataClass, ExposureId, Reach, ScopeId, Severity, Status, UserId, WeaknessId,
};
use bartizan_prioritize::synthetic::{NOW, Random, asset, exposure, synthetic, weakness};
use bartizan_prioritize::{
    AssetRow, Cursor, Estate, ExposureRow, ScopeRow, Sort, SourceRow, UserRow, WeaknessRow,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

#[derive(Clone)]
struct Rows {
    assets: Vec<AssetRow>,
    weaknesses: Vec<WeaknessRow>,
    exposures: Vec<ExposureRow>,
}

fn rows(seed: u64, n: i64) -> Rows {
    let mut random = Random(seed);
    Rows {
        assets: (0..20).map(|id| asset(&mut random, id)).collect(),
        weaknesses: (0..30).map(|id| weakness(&mut random, id)).collect(),
        exposures: (0..n).map(|id| exposure(&mut random, id, 20, 30)).collect(),
    }
}

fn estate(rows: &Rows) -> Estate {
    let names = ["nessus", "trivy", "openvas", "semgrep", "nuclei", "zap", "prowler", "bartizan"];
    let source =
        |(i, name): (i64, &&str)| SourceRow { id: bartizan_model::SourceId(i), name: (*name).to_owned() };
    Estate::builder(NOW)
        .sources((1..).zip(&names).map(source))
        .scopes([ScopeRow { id: ScopeId(1), name: "Payments".to_owned() }])
        .users([UserRow { id: UserId(3), name: "Ada".to_owned() }])
        .assets(rows.assets.clone())
        .weaknesses(rows.weaknesses.clone())
        .exposures(rows.exposures.clone())
        .build()
        .0
}

fn select(estate: &Estate, query: &str) -> Vec<i64> {
    let query = Query::parse(query).unwrap();
    let page = estate.search(&query, "-priority".parse().unwrap(), None, 10_000, NOW);
    let mut ids: Vec<_> = page.ids.iter().map(|id| id.0).collect();
    assert_eq!(page.total, ids.len());
    ids.sort_unstable();
    ids
}

type Plain = fn(&ExposureRow, &AssetRow, &WeaknessRow) -> bool;

/// Queries, and what they mean in plain code.
const QUERIES: &[(&str, Plain)] = &[
    ("", |_, _, _| true),
    ("severity:critical,high", |e, _, _| e.severity >= Severity::High),
    ("severity:<low -severity:unknown", |e, _, _| e.severity == Severity::Info),
    ("severity:low..high", |e, _, _| e.severity >= Severity::Low && e.severity <= Severity::High),
    ("status:open OR status:fixed", |e, _, _| matches!(e.status, Status::Open | Status::Fixed)),
    ("kev:true", |_, _, w| w.knowledge.kev.is_some()),
    ("ransomware:false", |_, _, w| !w.knowledge.kev.as_ref().is_some_and(|k| k.value.ransomware)),
    ("epss:>0.1", |_, _, w| w.knowledge.epss.as_ref().is_some_and(|e| e.value > 0.1)),
    ("cvss:7..10", |_, _, w| w.knowledge.cvss.as_ref().is_some_and(|c| c.score >= 7.0)),
    ("asset:desk-*", |_, a, _| a.name.starts_with("Desk-")),
    ("-asset:*.ORG", |_, _, _| false),
    ("kind:host", |_, a, _| a.kind == bartizan_model::AssetKind::Host),
    ("reach:internet,unknown", |_, a, _| matches!(a.reach, Reach::Internet | Reach::Unknown)),
    ("criticality:>=high", |_, a, _| a.criticality.is_some_and(|c| c >= Criticality::High)),
    ("data:phi,pci", |_, a, _| a.data.iter().any(|d| matches!(d, DataClass::Phi | DataClass::Pci))),
    ("scope:payments", |_, a, _| a.scopes.contains(&ScopeId(1))),
    ("network:branch-*", |_, a, _| !a.networks.is_empty()),
    ("network:Branch-Paris", |_, a, _| a.networks.len() == 2),
    ("-network:*", |_, a, _| a.networks.is_empty()),
    ("weakness:cve-2*", |_, _, w| w.key.starts_with("CVE-2")),
    ("weakness:ghsa-0003-*", |_, _, w| w.aliases.iter().any(|a| a.starts_with("GHSA-0003-"))),
    ("cwe:79,CWE-89", |_, _, w| w.cwe.contains(&79) || w.cwe.contains(&89)),
    ("locus:port/tcp/*", |e, _, _| e.locus.starts_with("port/tcp/")),
    ("component:lib1*", |e, _, _| e.locus.starts_with("pkg:deb/debian/lib1")),
    ("component:deb/debian/lib1*", |e, _, _| e.locus.starts_with("pkg:deb/debian/lib1")),
    ("source:trivy", |e, _, _| e.sources & 2 != 0),
    ("age:>30d", |e, _, _| NOW.micros() - e.first_seen.micros() > 30 * 86_400_000_000),
    ("age:30d..90d", |e, _, _| (30..=90).contains(&NOW.days_since(e.first_seen))),
    ("opened:<24h", |e, _, _| NOW.micros() - e.opened.micros() < 24 * 3_600_000_000),
    ("opened:1w..30d", |e, _, _| (7..=30).contains(&NOW.days_since(e.opened))),
    ("seen:<=1w", |e, _, _| NOW.days_since(e.last_seen) <= 7),
    ("first_seen:2025-12-01", |e, _, _| e.first_seen.date() == "2025-12-01"),
    ("first_seen:>2025-12-01", |e, _, _| e.first_seen.date().as_str() > "2025-12-01"),
    ("last_seen:2025-12-20..2025-12-24", |e, _, _| {
        ("2025-12-20".."2025-12-25").contains(&e.last_seen.date().as_str())
    }),
    ("sightings:>20", |e, _, _| e.sightings > 20),
    ("owner:ada", |e, _, _| e.owner == Some(UserId(3))),
    ("owner:*", |e, _, _| e.owner.is_some()),
    ("owner:none", |e, _, _| e.owner.is_none()),
    ("-owner:none,ada", |e, _, _| e.owner.is_some_and(|owner| owner != UserId(3))),
    ("owner:n*ne", |_, _, _| false),
    ("unknown:owner", |e, _, _| e.owner.is_none()),
    ("unknown:reach,criticality", |_, a, _| a.reach == Reach::Unknown || a.criticality.is_none()),
    ("unknown:epss", |_, _, w| w.key.starts_with("CVE") && w.knowledge.epss.is_none()),
    ("new:true", |e, _, _| NOW.days_since(e.first_seen) <= 1),
    ("new:false", |e, _, _| NOW.days_since(e.first_seen) > 1),
    ("demo:false", |_, a, _| !a.demo),
    ("fix:true", |e, _, w| e.fix || w.fix_known),
    ("fix:false", |e, _, w| !e.fix && !w.fix_known),
    ("LOG4J", |_, _, w| w.title.contains("log4j")),
    ("web-00", |_, a, _| a.name.contains("web-00")),
    ("-(kev:true OR severity:low) remote", |e, _, w| {
        w.knowledge.kev.is_none() && e.severity != Severity::Low && w.title.contains("remote")
    }),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn queries_mean_what_they_say(seed: u64, n in 0i64..400, gone in prop::collection::btree_set(0i64..400, 0..40)) {
        let mut rows = rows(seed, n);
        let mut estate = estate(&rows);
        estate.remove(gone.iter().map(|id| ExposureId(*id)));
        rows.exposures.retain(|e| !gone.contains(&e.id.0));
        for (query, plain) in QUERIES {
            let expected: Vec<_> = rows
                .exposures
                .iter()
                .filter(|e| plain(e, &rows.assets[e.asset.0 as usize], &rows.weaknesses[e.weakness.0 as usize]))
                .map(|e| e.id.0)
                .collect();
            prop_assert_eq!(select(&estate, query), expected, "{}", query);
        }
    }

    #[test]
    fn derived_fields_select_what_the_view_shows_and_facets_count_it(seed: u64) {
        let estate = estate(&rows(seed, 300));
        let views: Vec<_> = (0..300).map(|id| estate.view(ExposureId(id)).unwrap()).collect();
        let facets = estate.facets(&"".parse().unwrap(), NOW);
        prop_assert_eq!(facets.total, 300);
        let groups = [
            ("severity", &facets.severity), ("status", &facets.status), ("band", &facets.band), ("ssvc", &facets.ssvc),
            ("kev", &facets.kev), ("kind", &facets.kind), ("reach", &facets.reach), ("source", &facets.source),
            ("owner", &facets.owner),
        ];
        for (field, counts) in groups {
            for count in counts {
                let ids = select(&estate, &format!("{field}:{}", count.value));
                prop_assert_eq!(ids.len() as u64, count.count, "{}:{}", field, count.value);
            }
        }
        let scored = views.iter().filter(|v| v.priority >= 50.0).count();
        prop_assert_eq!(select(&estate, "priority:>=50").len(), scored);
        prop_assert_eq!(select(&estate, "band:plan,act-now").len(), scored);
        let whole = views[0].priority.floor();
        let shown = views.iter().filter(|v| v.priority.floor() == whole).count();
        prop_assert_eq!(select(&estate, &format!("priority:{whole}")).len(), shown);
        let on_top = facets.assets.first().unwrap();
        let most = views.iter().filter(|v| v.asset == on_top.asset).count() as u64;
        prop_assert_eq!(most, on_top.count);
        let known: u64 = facets.criticality.iter().map(|c| c.count).sum();
        prop_assert_eq!(known, 300);
    }

    #[test]
    fn pages_join_to_the_whole_list_once_and_in_order(seed: u64, limit in 1usize..50, by in 0usize..12) {
        let estate = estate(&rows(seed, 200));
        let names = ["priority", "severity", "first_seen", "last_seen", "asset", "weakness"];
        let sort: Sort = format!("{}{}", if by < 6 { "" } else { "-" }, names[by % 6]).parse().unwrap();
        let query = "status:open".parse().unwrap();
        let whole = estate.search(&query, sort, None, 10_000, NOW);
        let (mut joined, mut after) = (Vec::new(), None::<Cursor>);
        loop {
            let page = estate.search(&query, sort, after.as_ref(), limit, NOW);
            prop_assert_eq!(page.total, whole.total);
            prop_assert!(page.ids.len() <= limit);
            joined.extend(page.ids);
            match page.next {
                Some(next) => after = Some(next.to_string().parse().unwrap()),
                None => break,
            }
        }
        prop_assert_eq!(&joined, &whole.ids);
        let keys: Vec<_> = joined.iter().map(|id| {
            let v = estate.view(*id).unwrap();
            match by % 6 {
                0 => format!("{:020.15}", v.risk as f32),
                1 => (v.severity as u8).to_string(),
                2 => v.first_seen.to_string(),
                3 => v.last_seen.to_string(),
                4 => v.asset_name.to_lowercase(),
                _ => v.weakness_key,
            }
        }).collect();
        let sorted = keys.is_sorted_by(|a, b| if by < 6 { a <= b } else { a >= b });
        prop_assert!(sorted);
    }

    #[test]
    fn changing_step_by_step_equals_building_anew(seed: u64, steps in prop::collection::vec((0u8..4, any::<u64>()), 0..25)) {
        let mut rows = rows(seed, 150);
        let mut live = estate(&rows);
        for (step, seed) in steps {
            let mut random = Random(seed);
            match step {
                0 => {
                    let id = random.below(20) as i64;
                    rows.assets[id as usize] = asset(&mut random, id);
                    live.upsert_assets([rows.assets[id as usize].clone()]);
                }
                1 => {
                    let id = random.below(30) as i64;
                    rows.weaknesses[id as usize] = weakness(&mut random, id);
                    live.upsert_weaknesses([rows.weaknesses[id as usize].clone()]);
                }
                2 => {
                    let row = { let id = random.below(300) as i64; exposure(&mut random, id, 20, 30) };
                    rows.exposures.retain(|e| e.id != row.id);
                    rows.exposures.push(row.clone());
                    prop_assert!(live.upsert_exposures([row]).is_empty());
                }
                _ => {
                    let id = ExposureId(random.below(300) as i64);
                    let was = rows.exposures.len();
                    rows.exposures.retain(|e| e.id != id);
                    prop_assert_eq!(live.remove([id]), was - rows.exposures.len());
                }
            }
        }
        rows.exposures.reverse();
        let anew = estate(&rows);
        let all = |estate: &Estate| {
            let query = "-status:fixed".parse().unwrap();
            let ids = estate.search(&query, Sort::default(), None, 1000, NOW).ids;
            ids.iter().map(|id| estate.explain(*id).unwrap()).collect::<Vec<_>>()
        };
        prop_assert_eq!(all(&live), all(&anew));
        prop_assert_eq!(live.facets(&"".parse().unwrap(), NOW), anew.facets(&"".parse().unwrap(), NOW));
        let mut again = live.clone();
        again.reprioritize(NOW);
        prop_assert_eq!(all(&live), all(&again));
        prop_assert!(again.generation() > live.generation());
    }
}

#[test]
fn figures_agree_with_the_rows() {
    let estate = synthetic(5000, 3);
    let summary = estate.summary();
    let open = select(&estate, "status:open");
    assert_eq!((summary.exposures, summary.open), (5000, open.len() as u64));
    let views: Vec<_> = open.iter().map(|id| estate.view(ExposureId(*id)).unwrap()).collect();
    let loss: f64 = views.iter().map(|v| v.risk).sum();
    assert!((summary.expected_loss - loss).abs() < 1e-4 * loss);
    assert_eq!(
        summary.unknown_reach,
        select(&estate, "status:open unknown:reach").len() as f64 / open.len() as f64
    );
    assert_eq!(
        summary.unknown_epss,
        select(&estate, "status:open unknown:epss").len() as f64 / open.len() as f64
    );
    assert_eq!(summary.band.iter().map(|c| c.count).sum::<u64>(), summary.open);

    let top = estate.top_assets(7);
    assert_eq!(top.len(), 7);
    assert!(top.is_sorted_by(|a, b| a.risk >= b.risk));
    assert_eq!(estate.asset_rollup(top[0].asset).as_ref(), Some(&top[0]));
    let mut by_asset = BTreeMap::new();
    views.iter().for_each(|v| *by_asset.entry(v.asset).or_insert(0.0) += v.risk);
    let most = by_asset.values().copied().fold(0.0, f64::max);
    assert!((most - top[0].risk).abs() < 1e-3 * most);
    assert_eq!(estate.asset_rollup(AssetId(99_999)), None);

    let fixes = estate.top_fixes(100_000);
    assert_eq!(
        fixes.iter().map(|f| f.exposures).sum::<u64>(),
        summary.open,
        "every exposure is in one group"
    );
    assert!(fixes.is_sorted_by(|a, b| a.risk >= b.risk));
    assert!(
        fixes.iter().any(|f| f.key.starts_with("package:pkg:"))
            && fixes.iter().any(|f| f.key.starts_with("weakness:"))
    );
}

#[test]
fn what_is_one_is_found_by_what_any_tool_calls_it() {
    let rule = |id: i64, key: &str, title: &str, cwe: u32| WeaknessRow {
        id: WeaknessId(id),
        key: key.into(),
        title: title.into(),
        aliases: Vec::new(),
        cwe: vec![cwe],
        ..weakness(&mut Random(1), 0)
    };
    let row = |id: i64, others: &[i64]| ExposureRow {
        id: ExposureId(id),
        weakness: WeaknessId(1),
        others: others.iter().map(|id| WeaknessId(*id)).collect(),
        ..exposure(&mut Random(1), 9, 1, 1)
    };
    let (mut estate, rejected) = Estate::builder(NOW)
        .assets([asset(&mut Random(1), 0)])
        .weaknesses([rule(1, "bandit:B608", "One", 89), rule(2, "semgrep:a.b.sql", "Two words", 943)])
        .exposures([row(1, &[2]), row(2, &[])])
        .build();
    assert_eq!(rejected.len(), 0);
    let found = |estate: &Estate, query: &str| {
        let query = query.parse().unwrap();
        let mut ids = estate.search(&query, Default::default(), None, 10, NOW).ids;
        ids.sort_unstable();
        ids.into_iter().map(|id| id.0).collect::<Vec<_>>()
    };
    for query in [
        "weakness:semgrep:a.b.sql",
        "weakness:a.b.sql",
        "cwe:943",
        "\"two words\"",
        "-weakness:nothing cwe:943",
    ] {
        assert_eq!(found(&estate, query), [1], "{query}");
    }
    for query in ["weakness:bandit:b608", "weakness:B608", "cwe:89", "one"] {
        assert_eq!(found(&estate, query), [1, 2], "{query}");
    }
    assert_eq!(found(&estate, "-weakness:semgrep:*"), [2]);
    // Split again, and removed.
    estate.upsert_exposures([row(1, &[])]);
    assert_eq!(found(&estate, "cwe:943"), [] as [i64; 0]);
    estate.upsert_exposures([row(2, &[2])]);
    assert_eq!(estate.remove([ExposureId(2)]), 1);
    assert_eq!(found(&estate, "cwe:943"), [] as [i64; 0]);
}

#[test]
fn it_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + Clone>(_: &T) {}
    shared(&synthetic(10, 1));
}

#[test]
fn what_points_nowhere_is_refused_and_said() {
    let (_, rejected) = {
        let row = exposure(&mut Random(1), 9, 1, 1);
        Estate::builder(NOW).exposures([ExposureRow { weakness: WeaknessId(5), ..row }]).build()
    };
    assert_eq!((rejected.len(), rejected[0].id, rejected[0].asset_known), (1, ExposureId(9), false));
}

#[test]
fn a_person_bound_to_scopes_sees_those() {
    let estate = synthetic(2000, 1);
    let mut rows = estate.select(&"".parse().unwrap(), NOW);
    rows.and(&estate.in_scopes(&[ScopeId(1)]));
    let page = estate.page(&rows, Sort::default(), None, 10_000);
    let mut ids: Vec<_> = page.ids.iter().map(|id| id.0).collect();
    ids.sort_unstable();
    assert_eq!(ids, select(&estate, "scope:payments"));
}

#[test]
fn many_removals_give_their_room_back() {
    let mut estate = synthetic(5000, 2);
    let before = select(&estate, "age:>100d")
        .into_iter()
        .filter(|id| id % 5 == 0)
        .map(|id| estate.view(ExposureId(id)))
        .collect::<Vec<_>>();
    estate.remove((0..5000).filter(|id| id % 5 != 0).map(ExposureId));
    assert_eq!(estate.len(), 1000);
    assert!(estate.column_bytes() < 5000 * 30);
    let after: Vec<_> =
        select(&estate, "age:>100d").into_iter().map(|id| estate.view(ExposureId(id))).collect();
    assert_eq!(before, after);
}
