//! The store against a naive model: reports in any order, each with any findings and any coverage.
//!
//! The model knows no state at all. A source still sees a place if no report of it that is newer than the last one that
//! saw the place looked there; an exposure is open while any source still sees any of its places.

use crate::house::{House, day, finding, host, property, report};
use bartizan_model::{Checks, Covered, Loci, Locus, Severity, Status};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const TOOLS: [&str; 2] = ["one", "two"];
const WEAKNESSES: [&str; 3] = ["CVE-2024-0001", "rule-a", "rule-b"];
const PORTS: [u16; 2] = [80, 443];

#[derive(Debug, Clone)]
struct Case {
    tool: usize,
    on: i64,
    /// Host, weakness, port.
    findings: Vec<(usize, usize, usize)>,
    /// Host, the weaknesses (all where empty), the ports (all loci where empty).
    coverage: Vec<(usize, BTreeSet<usize>, BTreeSet<usize>)>,
}

fn case() -> impl Strategy<Value = Case> {
    let findings = prop::collection::vec((0usize..2, 0usize..3, 0usize..2), 0..6);
    let set = |count| prop::collection::btree_set(0..count, 0..2);
    let coverage = prop::collection::vec((0usize..2, set(3usize), set(2usize)), 0..3);
    (0usize..2, 1i64..6, findings, coverage).prop_map(|(tool, on, findings, coverage)| Case {
        tool,
        on,
        findings,
        coverage,
    })
}

fn key(tool: usize, weakness: usize) -> String {
    if weakness == 0 { WEAKNESSES[0].to_owned() } else { format!("{}:{}", TOOLS[tool], WEAKNESSES[weakness]) }
}

pub(crate) fn the_order_of_reports_does_not_matter_and_nothing_is_closed_wrongly(house: &House) {
    let number = std::cell::Cell::new(0);
    property(60, &prop::collection::vec(case(), 1..7), |cases| {
        number.set(number.get() + 1);
        let hosts = [0, 1].map(|which| host(&format!("h{which}-{}.example.org", number.get())));
        let port = |index: usize| Locus::port("tcp", PORTS[index]);
        let covered = |case: &Case| -> Vec<Covered> {
            let part = |(asset, checks, loci): &(usize, BTreeSet<usize>, BTreeSet<usize>)| Covered {
                asset: hosts[*asset].clone(),
                checks: match checks.is_empty() {
                    true => Checks::All,
                    false => Checks::Only(checks.iter().map(|weakness| key(case.tool, *weakness)).collect()),
                },
                loci: match loci.is_empty() {
                    true => Loci::All,
                    false => Loci::Ports {
                        protocol: "tcp".into(),
                        ranges: loci.iter().map(|index| (PORTS[*index], PORTS[*index])).collect(),
                    },
                },
            };
            case.coverage.iter().map(part).collect()
        };
        for case in &cases {
            let mut all = report(TOOLS[case.tool], case.on);
            for (asset, weakness, locus) in &case.findings {
                let locus = port(*locus).to_string();
                all = all.finds(finding(&hosts[*asset], WEAKNESSES[*weakness], &locus, Severity::Low));
            }
            all.coverage.covered = covered(case);
            house.import(&all);
        }

        let mut expected: BTreeMap<(usize, String, String), Status> = BTreeMap::new();
        for (tool, (asset, (weakness, locus))) in (0..2).flat_map(|t| {
            (0..2).flat_map(move |a| (0..3).flat_map(move |w| (0..2).map(move |l| (t, (a, (w, l))))))
        }) {
            let own = || cases.iter().filter(|case| case.tool == tool);
            let sees = |case: &&Case| case.findings.contains(&(asset, weakness, locus));
            let Some(last) = own().filter(sees).map(|case| case.on).max() else { continue };
            let gone = own().any(|case| {
                let looked = covered(case)
                    .iter()
                    .any(|c| c.asset == hosts[asset] && c.contains(&key(tool, weakness), "", &port(locus)));
                case.on > last && looked
            });
            let locus = if weakness == 0 { String::new() } else { port(locus).to_string() };
            let status = expected.entry((asset, key(tool, weakness), locus)).or_insert(Status::Fixed);
            if !gone {
                *status = Status::Open;
            }
        }

        let assets = house.assets();
        let mut found = BTreeMap::new();
        for row in house.exposures() {
            let name = &assets.iter().find(|asset| asset.id == row.asset).unwrap().name;
            let Some(asset) = hosts.iter().position(|host| host.name == *name) else { continue };
            let weakness =
                house.read::<_, bartizan_store::StoreError>(|reader| reader.weakness(row.weakness)).unwrap();
            assert!(row.last_seen <= day(6));
            found.insert((asset, weakness.key, row.locus), row.status);
        }
        assert_eq!(found, expected, "{cases:#?}");
    });
}
