//! What an application and the machine that it runs on both have: one exposure on two assets, and two again.

use crate::house::{House, day, host, named, report, same};
use bartizan_model::observation::RelationSeen;
use bartizan_model::{AssetKind, AssetRef, ExposureId, Identifier, IdentifierKind, Observation, Status};
use bartizan_store::{Application, Holder, NewCorrelation, OnMachine, RUNS_ON, StoreError};

/// What going together and apart again need not restore: the journal and the log.
const JOURNAL: &[&str] = &[
    "event",
    "counter",
    "correlation",
    "evidence",
    "asset_merge",
    "merge_move",
    "merge_sighting",
    "asset_distinct",
];

const CVE: &str = "CVE-2021-41773";

fn shop() -> AssetRef {
    let origin = Identifier::new(IdentifierKind::Origin, "https://shop.example.org");
    AssetRef::new(AssetKind::WebApplication, "https://shop.example.org", origin).unwrap()
}

/// The application and the machine.
fn assets(house: &House) -> Application {
    let of = |kind| house.assets().iter().find(|asset| asset.kind == kind).unwrap().id;
    Application { id: of(AssetKind::WebApplication), machine: of(AssetKind::Host) }
}

/// An application with a hole, and one with it on the machine that it runs on.
fn two(house: &House) -> [ExposureId; 2] {
    let web = host("web.example.org");
    let runs = Observation::Relation(RelationSeen::new(shop(), "runs_on", web.clone()));
    house.import(&report("wpscan", 1).observes(runs).sees(&shop(), CVE, "route:/").sees(
        &shop(),
        "rule",
        "route:/",
    ));
    house.import(&report("nessus", 2).sees(&web, CVE, "port/tcp/443").sees(
        &web,
        "CVE-2020-1",
        "port/tcp/80",
    ));
    let at = assets(house);
    let both = house.read::<_, StoreError>(|reader| reader.on_both(at)).unwrap();
    let [OnMachine { key, one, other, own, places }] = &both[..] else { panic!("{both:?}") };
    let places = [own, places].map(|places| places.join(","));
    assert_eq!((key.as_str(), places), (CVE, ["route:/".to_owned(), "port/tcp/443".to_owned()]));
    [*one, *other]
}

fn found(ids: [ExposureId; 2]) -> [NewCorrelation; 1] {
    let [one, other] = ids;
    [NewCorrelation { one, other, rule: RUNS_ON.to_owned(), reason: "at port 443".to_owned() }]
}

fn joined(house: &House) -> [ExposureId; 2] {
    let ids = two(house);
    let moved = house.write(3, |tx| tx.correlate_by_facts(RUNS_ON, assets(house).id, &found(ids)));
    assert_eq!(moved, [ids[0]], "the machine's stands for both");
    ids
}

pub(crate) fn what_runs_where_is_read_while_it_is_told(house: &House) {
    two(house);
    let at = assets(house);
    let told = |house: &House| house.read::<_, StoreError>(|reader| reader.applications()).unwrap();
    assert_eq!(told(house), [at]);
    assert!(house.read::<_, StoreError>(|reader| reader.runs_on(at.id, at.machine)).unwrap());
    assert!(!house.read::<_, StoreError>(|reader| reader.runs_on(at.machine, at.id)).unwrap());
    let origins = house.read::<_, StoreError>(|reader| reader.origins(at.id)).unwrap();
    assert_eq!(origins, ["https://shop.example.org"]);
    house.import(&report("wpscan", 4).covers_part(
        &shop(),
        bartizan_model::Checks::All,
        bartizan_model::Loci::Facts,
    ));
    assert_eq!(told(house), []);
}

pub(crate) fn a_hole_of_both_is_listed_once_and_found_on_either(house: &House) {
    let [one, other] = joined(house);
    let at = assets(house);
    assert_eq!(house.exposures().len(), 3);
    for id in [one, other] {
        let row = house.read::<_, StoreError>(|reader| reader.exposure(id)).unwrap();
        assert_eq!((row.id, row.asset, row.sightings, &row.elsewhere), (other, at.machine, 2, &vec![at.id]));
        assert!(row.others.is_empty(), "it goes by one name");
    }
    let on = |asset| house.read::<_, StoreError>(|reader| reader.exposures_of(asset)).unwrap();
    assert_eq!(
        on(at.id).iter().filter(|row| row.id == other).map(|row| row.sightings).collect::<Vec<_>>(),
        [2]
    );
    assert_eq!((on(at.id).len(), on(at.machine).len()), (2, 2));
    for asset in [at.id, at.machine] {
        let said = house.read::<_, StoreError>(|reader| reader.correlations(asset)).unwrap();
        assert_eq!(
            said.iter().map(|row| (row.same, row.rule.as_str())).collect::<Vec<_>>(),
            [(true, RUNS_ON)]
        );
    }
    // The machine is clear, the application is not; then both are.
    assert_eq!(
        house.import(&report("nessus", 5).covers(&host("web.example.org"))).closed,
        1,
        "the other CVE"
    );
    let status = |house: &House| house.read::<_, StoreError>(|reader| reader.exposure(one)).unwrap().status;
    assert_eq!(status(house), Status::Open);
    house.import(&report("wpscan", 6).covers(&shop()));
    assert_eq!(status(house), Status::Fixed);
}

pub(crate) fn what_the_rule_finds_no_more_is_two_again(house: &House) {
    let ids = two(house);
    let before = house.dump(JOURNAL);
    let at = assets(house);
    house.write(3, |tx| tx.correlate_by_facts(RUNS_ON, at.id, &found(ids)));
    assert_eq!(house.write(3, |tx| tx.correlate_by_facts(RUNS_ON, at.id, &found(ids))), [], "it is known");
    assert_eq!(
        house.read::<_, StoreError>(|reader| reader.joined_by(RUNS_ON, AssetKind::WebApplication)).unwrap(),
        [at.id]
    );
    house.write(4, |tx| tx.correlate_by_facts(RUNS_ON, at.id, &[]));
    same(&before, &house.dump(JOURNAL));
    assert_eq!(
        house.read::<_, StoreError>(|reader| reader.joined_by(RUNS_ON, AssetKind::WebApplication)).unwrap(),
        []
    );
    // A person's word stays, whatever the rule finds.
    house.write(5, |tx| tx.confirm_correlation(ids[0], ids[1], "I looked"));
    house.write(6, |tx| tx.correlate_by_facts(RUNS_ON, at.id, &[]));
    assert_eq!(house.exposures().len(), 3);
    house.write(7, |tx| tx.split_exposure(ids[1], "no"));
    same(&before, &house.dump(JOURNAL));
    assert_eq!(
        house.write(8, |tx| tx.correlate_by_facts(RUNS_ON, at.id, &found(ids))),
        [],
        "and so does this one"
    );
    same(&before, &house.dump(JOURNAL));
}

pub(crate) fn it_outlives_merges_of_either_asset_and_their_end(house: &House) {
    let [one, other] = joined(house);
    let at = assets(house);
    house.import(&report("qualys", 3).sees(&host("old.example.org"), CVE, "port/tcp/443"));
    let twin = house.assets().last().unwrap().id;
    let before = house.dump(JOURNAL);
    let merge = house.write(4, |tx| tx.merge(twin, at.machine, "one machine"));
    let whole = house.read::<_, StoreError>(|reader| reader.exposure(one)).unwrap();
    assert_eq!((whole.asset, whole.sightings, whole.elsewhere), (twin, 3, vec![at.id]));
    assert_eq!(house.exposures().len(), 3);
    house.write(5, |tx| tx.split(merge));
    same(&before, &house.dump(JOURNAL));
    let whole = house.read::<_, StoreError>(|reader| reader.whole(one)).unwrap();
    assert_eq!(whole, [other, one]);
    // Said of the pair as it was turned round by a merge, it is taken back all the same.
    let merge = house.write(6, |tx| tx.merge(twin, at.machine, "one machine after all"));
    house.write(7, |tx| tx.split_exposure(one, "another plugin"));
    assert_eq!(house.exposures().len(), 4);
    house.write(8, |tx| tx.split(merge));
    let whole = house.read::<_, StoreError>(|reader| reader.whole(one)).unwrap();
    assert_eq!(whole, [one], "what a person told apart of the one machine stays so");
}

pub(crate) fn only_what_runs_there_can_be_one_with_it(house: &House) {
    let [one, _] = two(house);
    house.import(&report("nessus", 3).sees(&host("db.example.org"), CVE, "port/tcp/443"));
    let stranger = house.exposures().last().unwrap().id;
    let error = house.try_write(4, |tx| tx.confirm_correlation(one, stranger, "")).unwrap_err();
    assert!(matches!(error, StoreError::Conflict(_)), "{error}");
}

pub(crate) fn who_had_the_address_of_an_application_is_read_with_its_time(house: &House) {
    let shop_host = named("fqdn:shop.example.org ip:10.0.0.5");
    let runs = |host: &AssetRef| Observation::Relation(RelationSeen::new(shop(), "runs_on", host.clone()));
    house.import(&report("nessus", 1).sees(&named("fqdn:web.example.org ip:10.0.0.5"), CVE, ""));
    house.import(&report("nessus", 1).sees(&named("fqdn:db.example.org ip:10.0.0.6"), CVE, ""));
    house.import(&report("nuclei", 3).observes(runs(&shop_host)));
    house.import(&report("nessus", 5).sees(&named("fqdn:web.example.org ip:10.0.0.5"), CVE, ""));
    let holders = |house: &House| {
        let all = house.read::<_, StoreError>(|reader| reader.holders()).unwrap();
        let words = |it: &Holder| (it.address.value.clone(), it.first_seen, it.last_seen, it.serves);
        all.iter().map(|of| of.iter().map(words).collect::<Vec<_>>()).collect::<Vec<_>>()
    };
    let at = |first, last, serves| ("10.0.0.5".to_owned(), day(first), day(last), serves);
    assert_eq!(holders(house), [vec![at(1, 5, false), at(3, 3, true)]]);
    // A new word of where the application is takes the old address from its host.
    house.import(&report("nuclei", 9).observes(runs(&named("fqdn:shop.example.org ip:10.0.0.7"))));
    let moved = ("10.0.0.7".to_owned(), day(9), day(9), true);
    assert_eq!(holders(house), [vec![moved]]);
    house.import(&report("nuclei", 12).covers_part(
        &shop(),
        bartizan_model::Checks::All,
        bartizan_model::Loci::Facts,
    ));
    assert_eq!(holders(house), Vec::<Vec<_>>::new());
}
