//! The store against a naive model: reports in any order, each with any findings and any coverage.
//!
//! The model knows no state at all. A source still sees a place from a vantage if no report of it that is newer than the last one
//! that saw it so looked there, from that vantage or from all; an exposure is open while any source still sees any of its places.

use crate::house::{House, day, finding, host, property, report};
use bartizan_model::coverage::Vantage;
use bartizan_model::{Checks, Covered, Finding, Loci, Locus, Severity, Status};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const TOOLS: [&str; 2] = ["one", "two"];
const WEAKNESSES: [&str; 3] = ["CVE-2024-0001", "rule-a", "rule-b"];
const PORTS: [u16; 2] = [80, 443];
const VANTAGES: [&str; 2] = ["", "web"];

#[derive(Debug, Clone)]
struct Case {
    tool: usize,
    on: i64,
    /// From which it looks, and whether it speaks for all of them.
    vantage: usize,
    of_all: bool,
    /// Host, weakness, port.
    findings: Vec<(usize, usize, usize)>,
    /// Host, the weaknesses (all where empty), the ports (all loci where empty).
    coverage: Vec<(usize, BTreeSet<usize>, BTreeSet<usize>)>,
}

fn case() -> impl Strategy<Value = Case> {
    let findings = prop::collection::vec((0usize..2, 0usize..3, 0usize..2), 0..6);
    let set = |count| prop::collection::btree_set(0..count, 0..2);
    let coverage = prop::collection::vec((0usize..2, set(3usize), set(2usize)), 0..3);
    let told = (0usize..2, 1i64..6, 0usize..2, any::<bool>());
    (told, findings, coverage).prop_map(|((tool, on, vantage, of_all), findings, coverage)| Case {
        tool,
        on,
        vantage,
        of_all,
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
                vantage: match case.of_all {
                    true => Vantage::All,
                    false => Vantage::From(VANTAGES[case.vantage].to_owned()),
                },
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
                let seen = finding(&hosts[*asset], WEAKNESSES[*weakness], &locus, Severity::Low);
                all = all.finds(Finding { vantage: VANTAGES[case.vantage].to_owned(), ..seen });
            }
            all.coverage.covered = covered(case);
            house.import(&all);
        }

        let mut expected: BTreeMap<(usize, String, String), Status> = BTreeMap::new();
        let places = || (0..2).flat_map(|a| (0..3).flat_map(move |w| (0..2).map(move |l| (a, w, l))));
        for ((tool, vantage), (asset, weakness, locus)) in (0..2)
            .flat_map(|tool| (0..2).map(move |vantage| (tool, vantage)))
            .flat_map(|from| places().map(move |place| (from, place)))
        {
            let own = || cases.iter().filter(|case| case.tool == tool);
            let sees =
                |case: &&Case| case.vantage == vantage && case.findings.contains(&(asset, weakness, locus));
            let Some(last) = own().filter(sees).map(|case| case.on).max() else { continue };
            let gone = own().any(|case| {
                let from = VANTAGES[vantage];
                let sees = |c: &Covered| c.contains(&key(tool, weakness), "", &port(locus), from);
                case.on > last && covered(case).iter().any(|c| c.asset == hosts[asset] && sees(c))
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
