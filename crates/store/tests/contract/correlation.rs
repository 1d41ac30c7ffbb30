//! Exposures of several tools that are one: joined, followed, decided, and taken apart again.

use crate::house::{House, day, finding, host, named, report, same};
use bartizan_model::exposure::Verdict;
use bartizan_model::{AssetId, ExposureId, Role, Severity, Status};
use bartizan_store::{CorrelationRow, NewCorrelation, NewDecision, PERSON, StoreError};
use proptest::prelude::*;

/// What a split need not restore: the journal and the log.
const JOURNAL: &[&str] = &["event", "counter", "correlation", "evidence"];

const CODE: &str = "file:src/login.py#0f";

/// Three tools that see one thing, and an exposure that is another.
fn three(house: &House) -> [ExposureId; 4] {
    let shop = host("shop.example.org");
    house.import(&report("one", 1).sees(&shop, "sql", CODE).sees(&shop, "other", ""));
    house.import(&report("two", 2).finds(finding(&shop, "sqli", CODE, Severity::Critical)));
    house.import(&report("three", 3).finds(finding(&shop, "S3649", CODE, Severity::Low)));
    let mut ids: Vec<ExposureId> = house.exposures().iter().map(|row| row.id).collect();
    ids.sort();
    [ids[0], ids[2], ids[3], ids[1]]
}

fn same_by(rule: &str, one: ExposureId, other: ExposureId) -> NewCorrelation {
    NewCorrelation { one, other, rule: rule.to_owned(), reason: "both say CWE-89 there".to_owned() }
}

fn asset(house: &House) -> AssetId {
    house.assets()[0].id
}

fn joined(house: &House) -> [ExposureId; 4] {
    let ids = three(house);
    let links = [same_by("cwe:89", ids[0], ids[1]), same_by("cwe:89", ids[0], ids[2])];
    let members = house.write(4, |tx| tx.correlate(asset(house), &links));
    assert_eq!(members, [ids[1], ids[2]]);
    ids
}

fn listed(house: &House) -> Vec<(ExposureId, Status, i64)> {
    house.exposures().iter().map(|row| (row.id, row.status, row.sightings)).collect()
}

fn correlations(house: &House) -> Vec<CorrelationRow> {
    house.read::<_, StoreError>(|reader| reader.correlations(asset(house))).unwrap()
}

pub(crate) fn what_is_one_counts_once_and_keeps_all_sightings(house: &House) {
    let [one, two, three, other] = joined(house);
    assert_eq!(listed(house), [(one, Status::Open, 3), (other, Status::Open, 1)]);
    let row = house.exposures().remove(0);
    assert_eq!((row.severity, row.first_seen, row.last_seen), (Severity::Critical, day(1), day(3)));
    assert_eq!(row.sources.len(), 3);
    for id in [one, two, three] {
        // By whatever number it is asked for.
        assert_eq!(house.read::<_, StoreError>(|reader| reader.exposure(id)).unwrap(), row);
        assert_eq!(house.sightings(id).len(), 3);
    }
    let mut range = Vec::new();
    house
        .read::<_, StoreError>(|reader| reader.exposures_between(two.0, three.0, |row| range.push(row.id)))
        .unwrap();
    assert_eq!(range, [one], "news of a part are news of the whole");
    let [second, first] = &correlations(house)[..] else { panic!("two correlations") };
    assert_eq!((first.one, first.other, first.same), (one, two, true));
    assert_eq!((second.rule.as_str(), second.reason.as_str()), ("cwe:89", "both say CWE-89 there"));
    assert_eq!((second.by.as_str(), second.at), ("ann", day(4)));
    let evidence = house.read::<_, StoreError>(|reader| reader.evidence(one)).unwrap();
    let texts: Vec<_> = evidence.iter().map(|row| (row.kind.as_str(), row.text.as_str())).collect();
    let words = format!("one with exposure {one}: both say CWE-89 there");
    assert_eq!(texts, [("joined", words.as_str()), ("joined", words.as_str())]);
    assert_eq!(house.write(5, |tx| tx.correlate(asset(house), &[same_by("cwe:89", two, three)])), []);
}

pub(crate) fn what_goes_by_a_cve_leads_and_ids_are_learned(house: &House) {
    let shop = host("shop.example.org");
    let with = |tool, on, ids: &[&str]| {
        let mut seen = finding(&shop, "CVE-2024-1", "", Severity::High);
        seen.weakness.ids = ids.iter().map(|id| (*id).to_owned()).collect();
        house.import(&report(tool, on).finds(seen));
    };
    with("one", 1, &["GHSA-aaaa-bbbb-cccc"]);
    with("two", 2, &["CVE-2024-1"]);
    // Twice in one report, in other letters, and what is no id.
    with("three", 3, &["cve-2024-1", "ghsa-AAAA-bbbb-cccc", "GHSA-aaaa-bbbb-cccc", "GHSA-a b", "note"]);
    with("four", 4, &["CVE-2024-1", "GHSA-aaaa-bbbb-cccc"]);
    let rows = house.exposures();
    let aliases = house.read::<_, StoreError>(|reader| reader.weakness(rows[1].weakness)).unwrap().aliases;
    assert_eq!(aliases, ["CVE-2024-1", "GHSA-aaaa-bbbb-cccc"]);
    let (ghsa, cve) = (rows[0].id, rows[1].id);
    assert!(ghsa < cve);
    assert_eq!(house.write(5, |tx| tx.correlate(asset(house), &[same_by("alias:GHSA", ghsa, cve)])), [ghsa]);
    let all = house.exposures();
    assert_eq!((all.len(), all[0].id, &all[0].others), (1, cve, &vec![rows[0].weakness]));
    // A third that is older than neither follows it too.
    with("five", 6, &["PYSEC-2024-7"]);
    let third = house.exposures()[1].id;
    house.write(7, |tx| tx.correlate(asset(house), &[same_by("alias:PYSEC", ghsa, third)]));
    assert_eq!(house.exposures().iter().map(|row| row.id).collect::<Vec<_>>(), [cve]);
    house.write(8, |tx| tx.split_exposure(cve, "another"));
    let left: Vec<_> = house.exposures().iter().map(|row| (row.id, row.others.len())).collect();
    assert_eq!(left, [(ghsa, 1), (cve, 0)]);
}

pub(crate) fn it_closes_when_every_tool_is_clear(house: &House) {
    let [one, ..] = joined(house);
    let shop = host("shop.example.org");
    let nothing = |tool, on| house.import(&report(tool, on).covers(&shop)).closed;
    assert_eq!(nothing("one", 5), 1, "the other exposure alone");
    assert_eq!(nothing("two", 6), 0);
    assert_eq!(listed(house)[0], (one, Status::Open, 1));
    // What is seen again comes back to the same one, whoever sees it.
    assert_eq!(house.import(&report("two", 7).sees(&shop, "sqli", CODE)).created, 0);
    assert_eq!(listed(house)[0], (one, Status::Open, 2));
    assert_eq!((nothing("two", 8), nothing("three", 9)), (0, 1));
    assert_eq!(listed(house)[0], (one, Status::Fixed, 0));
    house.import(&report("three", 10).sees(&shop, "S3649", CODE));
    assert_eq!(listed(house)[0], (one, Status::Open, 1));
}

pub(crate) fn a_split_gives_each_side_its_own_back(house: &House) {
    let ids = three(house);
    let bob = house.write(1, |tx| tx.add_account("bob", "hash", Role::Analyst));
    let accepted = NewDecision { verdict: Verdict::Accepted, reason: "until spring", until: None };
    house.write(3, |tx| tx.decide(&accepted, &[ids[1]]));
    house.write(3, |tx| tx.assign(Some(bob), &[ids[2]]));
    house.write(3, |tx| tx.add_comment(ids[1], "of the second"));
    let before = house.dump(JOURNAL);
    let evidence = |house: &House, id| {
        house
            .read::<_, StoreError>(|reader| reader.evidence(id))
            .unwrap()
            .into_iter()
            .map(|row| row.kind)
            .collect::<Vec<_>>()
    };
    let links = [same_by("cwe:89", ids[0], ids[1]), same_by("cwe:89", ids[0], ids[2])];
    house.write(4, |tx| tx.correlate(asset(house), &links));
    let row = house.exposures().remove(0);
    assert_eq!(
        (row.status, row.owner),
        (Status::Accepted, Some(bob)),
        "what was decided of one holds for all"
    );
    house.write(5, |tx| tx.split_exposure(ids[1], "the other query"));
    let rows = house.exposures();
    assert_eq!(
        rows.iter().map(|row| (row.id, row.status, row.owner)).collect::<Vec<_>>(),
        [(ids[0], Status::Open, Some(bob)), (ids[3], Status::Open, None), (ids[1], Status::Accepted, None),]
    );
    assert_eq!(evidence(house, ids[1]), ["split", "joined", "decided"]);
    assert_eq!(house.read::<_, StoreError>(|reader| reader.comments(ids[0])).unwrap(), []);
    house.write(6, |tx| tx.split_exposure(ids[0], "nor these"));
    same(&before, &house.dump(JOURNAL));
    let error = house.try_write(7, |tx| tx.split_exposure(ids[0], "again")).unwrap_err();
    assert!(matches!(error, StoreError::Conflict(_)), "{error}");
}

pub(crate) fn what_is_decided_of_the_whole_stays_with_each(house: &House) {
    let [one, two, three, other] = joined(house);
    let accepted = NewDecision { verdict: Verdict::Accepted, reason: "known", until: None };
    let decision = house.write(5, |tx| tx.decide(&accepted, &[two, other]));
    let row = house.read::<_, StoreError>(|reader| reader.decision(decision)).unwrap();
    assert_eq!(row.exposures, 2, "what is one counts once");
    assert_eq!(listed(house), [(one, Status::Accepted, 3), (other, Status::Accepted, 1)]);
    let decisions = house.read::<_, StoreError>(|reader| reader.decisions_on(three)).unwrap();
    assert_eq!(decisions, [row]);
    house.write(6, |tx| tx.split_exposure(three, "not that"));
    assert_eq!(listed(house).iter().map(|row| row.1).collect::<Vec<_>>(), [Status::Accepted; 3]);
    house.write(7, |tx| tx.revoke_decision(decision));
    assert_eq!(listed(house).iter().map(|row| row.1).collect::<Vec<_>>(), [Status::Open; 3]);
}

pub(crate) fn a_rule_joins_nothing_that_a_person_told_apart(house: &House) {
    let [one, two, three, _] = joined(house);
    let on = asset(house);
    house.write(5, |tx| tx.split_exposure(two, "another query"));
    let links = [same_by("cwe:89", one, two), same_by("equivalence:sql", two, three)];
    assert_eq!(house.write(6, |tx| tx.correlate(on, &links)), [], "not even by way of a third");
    assert_eq!(house.exposures().len(), 3);
    // A person may still say otherwise.
    house.write(7, |tx| tx.confirm_correlation(three, two, "it is the same query after all"));
    assert_eq!(listed(house)[0], (one, Status::Open, 3));
    let said = correlations(house).remove(0);
    assert_eq!((said.one, said.other, said.same, said.rule.as_str()), (two, three, true, PERSON));
    house.write(8, |tx| tx.refuse_correlation(one, two, "no"));
    assert_eq!(listed(house)[0], (one, Status::Open, 2));
    let error = house.try_write(9, |tx| tx.confirm_correlation(one, one, "")).unwrap_err();
    assert!(matches!(error, StoreError::Conflict(_)), "{error}");
}

pub(crate) fn what_was_refused_before_stays_apart(house: &House) {
    let ids = three(house);
    house.write(4, |tx| tx.refuse_correlation(ids[0], ids[2], "they differ"));
    let links = [
        same_by("cwe:89", ids[0], ids[1]),
        same_by("cwe:89", ids[1], ids[2]),
        same_by("cwe:89", ids[0], ids[2]),
    ];
    assert_eq!(house.write(5, |tx| tx.correlate(asset(house), &links)), [ids[1]]);
}

pub(crate) fn a_rule_carries_no_false_positive(house: &House) {
    let ids = three(house);
    let wrong = NewDecision { verdict: Verdict::FalsePositive, reason: "constant", until: None };
    let decision = house.write(4, |tx| tx.decide(&wrong, &[ids[0]]));
    let links = [same_by("cwe:89", ids[0], ids[1]), same_by("cwe:89", ids[1], ids[2])];
    assert_eq!(house.write(5, |tx| tx.correlate(asset(house), &links)), [ids[2]]);
    let statuses = listed(house).iter().map(|row| row.1).collect::<Vec<_>>();
    assert_eq!(statuses, [Status::FalsePositive, Status::Open, Status::Open]);
    house.write(6, |tx| tx.confirm_correlation(ids[0], ids[1], "the same constant"));
    assert_eq!(listed(house)[0], (ids[0], Status::FalsePositive, 3));
    house.write(7, |tx| tx.revoke_decision(decision));
    assert_eq!(listed(house)[0], (ids[0], Status::Open, 3));
}

pub(crate) fn an_owner_that_was_given_to_the_whole_stays(house: &House) {
    let ids = three(house);
    let bob = house.write(1, |tx| tx.add_account("bob", "hash", Role::Analyst));
    house.write(3, |tx| tx.assign(Some(bob), &[ids[0]]));
    house.write(4, |tx| tx.correlate(asset(house), &[same_by("cwe:89", ids[0], ids[1])]));
    house.write(5, |tx| tx.assign(Some(bob), &[ids[0]]));
    house.write(6, |tx| tx.split_exposure(ids[1], "no"));
    let owners: Vec<_> = house.exposures().iter().map(|row| row.owner).collect();
    assert_eq!(owners, [Some(bob), None, Some(bob), None]);
}

pub(crate) fn correlations_follow_assets_and_weaknesses(house: &House) {
    let (a, b) = (named("fqdn:a.example.org"), named("fqdn:b.example.org"));
    for asset in [&a, &b] {
        house.import(&report("one", 1).sees(asset, "sql", CODE));
        house.import(&report("two", 1).sees(asset, "sqli", CODE));
    }
    let [into, from] = [0, 1].map(|which| house.assets()[which].id);
    let ids: Vec<ExposureId> = house.exposures().iter().map(|row| row.id).collect();
    house.write(2, |tx| tx.correlate(from, &[same_by("cwe:89", ids[2], ids[3])]));
    assert_eq!(house.exposures().len(), 3);
    let merge = house.write(3, |tx| tx.merge(into, from, "one host"));
    assert_eq!(listed(house), [(ids[0], Status::Open, 2)], "both sides have them, so they are one there too");
    house.write(4, |tx| tx.split(merge));
    assert_eq!(
        house.exposures().iter().map(|row| row.id).collect::<Vec<_>>(),
        [ids[0], ids[1], ids[2]],
        "and only there where it was said"
    );
}

pub(crate) fn any_split_restores_everything(house: &House) {
    let link = (0usize..4, 0usize..4);
    let number = std::cell::Cell::new(0);
    crate::house::property(
        25,
        &(prop::collection::vec(link, 1..6), 0usize..4, any::<bool>()),
        |(links, decided, wrong)| {
            number.set(number.get() + 1);
            let shop = named(&format!("fqdn:h{}.example.org", number.get()));
            for (tool, weakness) in [("one", "a"), ("two", "b"), ("three", "c"), ("four", "d")] {
                house.import(&report(tool, 1).sees(&shop, weakness, CODE));
            }
            let on = house.assets().last().unwrap().id;
            let rows = house.read::<_, StoreError>(|reader| reader.exposures_of(on)).unwrap();
            let verdict = if wrong { Verdict::FalsePositive } else { Verdict::Accepted };
            house.write(2, |tx| {
                tx.decide(&NewDecision { verdict, reason: "x", until: None }, &[rows[decided].id])
            });
            let before = house.dump(JOURNAL);
            let links: Vec<_> = links
                .into_iter()
                .filter(|(one, other)| one != other)
                .map(|(one, other)| same_by("cwe:89", rows[one].id, rows[other].id))
                .collect();
            house.write(3, |tx| tx.correlate(on, &links));
            for row in &rows {
                if house.read::<_, StoreError>(|reader| reader.whole(row.id)).unwrap().len() > 1 {
                    house.write(4, |tx| tx.split_exposure(row.id, "apart"));
                }
            }
            same(&before, &house.dump(JOURNAL));
        },
    );
}
