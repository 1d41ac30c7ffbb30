//! One vulnerability, told of a web application by one tool and of the machine that it runs on by another.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use bartizan_app::{Actor, App, Clock, ImportRequest, Imported, NewDecision, OpenOptions};
use bartizan_model::exposure::Verdict;
use bartizan_model::{AssetId, ExposureId, Reach, Status, Timestamp};

const WEB: &str = r#"{"kind":"host","name":"web-05.clinic.example","identifiers":[{"kind":"fqdn","value":"web-05.clinic.example"}]}"#;
const DB: &str = r#"{"kind":"host","name":"db-01.clinic.example","identifiers":[{"kind":"fqdn","value":"db-01.clinic.example"}]}"#;

struct House {
    _folder: tempfile::TempDir,
    app: App,
    clock: Clock,
}

fn ada() -> Actor {
    Actor::person("ada")
}

fn application(origin: &str) -> String {
    format!(
        r#"{{"kind":"web-application","name":"{origin}","identifiers":[{{"kind":"origin","value":"{origin}"}}]}}"#
    )
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fixed(Timestamp::parse("2026-01-10T12:00:00Z").unwrap());
        let options =
            OpenOptions { data: folder.path().to_owned(), database_url: None, clock: clock.clone() };
        let app = App::open(options).unwrap();
        drop(app.estate().unwrap());
        Self { _folder: folder, app, clock }
    }

    /// What a tool reports a day later than what was reported before.
    fn import(&self, tool: &str, records: &[String]) -> Imported {
        self.clock.set(self.app.now().plus_days(1));
        let source = format!(r#"{{"kind":"source","name":"{tool}","version":"1"}}"#);
        let text = [&[source], records].concat().join("\n") + "\n";
        let request = ImportRequest::new(
            "report",
            Box::new(std::io::Cursor::new(text.clone().into_bytes())),
            text.len() as u64,
            "report",
        );
        self.app.import(&ada(), request).unwrap()
    }

    /// Open rows of the list: asset, weakness, and the tools that see it.
    fn listed(&self) -> Vec<(String, String, Vec<String>)> {
        self.found("status:open").into_iter().filter_map(|id| self.row(id)).collect()
    }

    fn row(&self, id: ExposureId) -> Option<(String, String, Vec<String>)> {
        let view = self.app.estate().unwrap().view(id)?;
        Some((view.asset_name, view.weakness_key, view.sources))
    }

    fn found(&self, query: &str) -> Vec<ExposureId> {
        let query = self.app.query(query).unwrap();
        let estate = self.app.estate().unwrap();
        let mut ids = estate.search(&query, Default::default(), None, 100, self.app.now()).ids;
        ids.sort();
        ids
    }

    fn proposed(&self) -> Vec<(i64, i64)> {
        let (pairs, _) = self.app.proposals(AssetId(0), 100).unwrap();
        pairs.iter().map(|pair| (pair.one.row.id.0, pair.other.row.id.0)).collect()
    }
}

fn finding(asset: &str, cve: &str, locus: &str) -> String {
    format!(
        r#"{{"kind":"finding","title":"{cve} is there","severity":"high","weakness":{{"ids":["{cve}"],"cwe":[],"rule":"r"}},"asset":{asset},"locus":"{locus}"}}"#
    )
}

fn runs_on(origin: &str, machine: &str) -> String {
    format!(r#"{{"kind":"relation","from":{},"relation":"runs_on","to":{machine}}}"#, application(origin))
}

fn covers(asset: &str, loci: &str) -> String {
    format!(
        r#"{{"kind":"coverage","covered":[{{"asset":{asset},"checks":"all","loci":"{loci}"}}],"gaps":[]}}"#
    )
}

const CVE: &str = "CVE-2021-41773";
const SHOP: &str = "https://shop.clinic.example";

fn row(asset: &str, tools: &[&str]) -> (String, String, Vec<String>) {
    (asset.to_owned(), CVE.to_owned(), tools.iter().map(|tool| (*tool).to_owned()).collect())
}

const WEB_NAME: &str = "web-05.clinic.example";

#[test]
fn it_is_one_on_the_machine_whatever_came_first() {
    let parts: [(&str, Vec<String>); 3] = [
        ("nessus", vec![finding(WEB, CVE, "port/tcp/443")]),
        ("wpscan", vec![finding(&application(SHOP), CVE, "route:/")]),
        ("burp", vec![runs_on(SHOP, WEB)]),
    ];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let house = House::new();
        for part in order {
            house.import(parts[part].0, &parts[part].1);
        }
        let mut listed = house.listed();
        listed.iter_mut().for_each(|(.., tools)| tools.sort());
        assert_eq!(listed, [row(WEB_NAME, &["nessus", "wpscan"])], "{order:?}");
        assert_eq!(house.proposed(), [], "{order:?}");
    }
}

fn joined() -> (House, ExposureId, ExposureId) {
    let house = House::new();
    house.import("burp", &[runs_on(SHOP, WEB)]);
    let first = house.import("wpscan", &[finding(&application(SHOP), CVE, "route:/")]);
    let second = house.import("nessus", &[finding(WEB, CVE, "port/tcp/443")]);
    assert_eq!((first.tally.created, second.tally.created), (1, 1), "the second stands for both");
    assert_eq!(house.listed(), [row(WEB_NAME, &["wpscan", "nessus"])]);
    (house, ExposureId(1), ExposureId(2))
}

#[test]
fn it_is_found_by_either_asset_and_says_why() {
    let (house, application, machine) = joined();
    for query in ["asset:web-05*", "asset:*shop*", "kind:web-application", "kind:host", "shop.clinic"] {
        assert_eq!(house.found(query), [machine], "{query}");
    }
    let estate = house.app.estate().unwrap();
    let loads = estate.loads();
    assert_eq!(loads.iter().map(|(_, load)| load.open).collect::<Vec<_>>(), [1, 1], "each asset has it");
    assert_eq!(estate.elsewhere(machine).count(), 1);
    drop(estate);
    let (shop, web) = (house.app.find_asset(SHOP).unwrap(), house.app.find_asset(WEB_NAME).unwrap());
    for asset in [shop, web] {
        let rows = house.app.read(|reader| reader.exposures_of(asset)).unwrap();
        assert_eq!(rows.iter().map(|row| (row.id, row.sightings)).collect::<Vec<_>>(), [(machine, 2)]);
        assert_eq!(rows[0].elsewhere, [shop]);
    }
    for asked in [application, machine] {
        let together = house.app.together(asked).unwrap();
        let members: Vec<_> = together.members.iter().map(|it| (it.row.id, it.asset.as_str())).collect();
        assert_eq!(members, [(machine, WEB_NAME), (application, SHOP)]);
        let [said] = &together.said[..] else { panic!("{:?}", together.said) };
        assert_eq!(said.rule, "runs-on");
        assert_eq!(
            said.reason,
            "web-05.clinic.example has CVE-2021-41773 at port 443, where https://shop.clinic.example runs on it, and nothing else that is known of"
        );
    }
}

#[test]
fn it_weighs_as_much_as_on_the_asset_where_it_weighs_most() {
    let (house, _, machine) = joined();
    let shop = house.app.find_asset(SHOP).unwrap();
    let before = house.app.estate().unwrap().view(machine).unwrap().priority;
    let reach = Some(Some(Reach::Internet));
    house.app.write(&ada(), |tx| tx.declare_asset(shop, reach, None, None)).unwrap();
    let estate = house.app.estate().unwrap();
    let after = estate.view(machine).unwrap().priority;
    assert!(after > before, "{after} {before}");
    let why = estate.explain(machine).unwrap();
    assert_eq!(why.factors[0].words, "The internet reaches the asset.");
}

#[test]
fn it_closes_when_both_tools_are_clear() {
    let (house, _, machine) = joined();
    let closed = house.import("nessus", &[covers(WEB, "all")]).tally.closed;
    let whole = house.app.read(|reader| reader.exposure(machine)).unwrap();
    assert_eq!((closed, whole.status, whole.sightings), (0, Status::Open, 1), "the application still has it");
    let closed = house.import("wpscan", &[covers(&application(SHOP), "all")]).tally.closed;
    assert_eq!((closed, house.found("status:open")), (1, vec![]));
    assert_eq!(house.app.read(|reader| reader.exposure(machine)).unwrap().status, Status::Fixed);
    let again = house.import("wpscan", &[finding(&application(SHOP), CVE, "route:/")]);
    assert_eq!((again.tally.created, again.tally.reopened), (0, 1));
    assert_eq!(house.found("status:open"), [machine]);
}

#[test]
fn a_person_takes_it_apart_for_good_and_each_has_its_own_back() {
    let (house, application, machine) = joined();
    house.app.split_exposure(&ada(), application, "another plugin").unwrap();
    let apart = [row(SHOP, &["wpscan"]), row(WEB_NAME, &["nessus"])];
    assert_eq!(house.listed(), apart);
    let said = house.app.together(application).unwrap().said;
    assert_eq!((said.len(), said[0].same, said[0].reason.as_str()), (1, false, "another plugin"));
    house.import("wpscan", &[finding(&self::application(SHOP), CVE, "route:/")]);
    house.import("burp", &[runs_on(SHOP, WEB), runs_on("http://other.clinic.example", WEB)]);
    assert_eq!(house.app.correlate_all(&ada()).unwrap(), 0, "it is remembered");
    assert_eq!(house.listed(), apart);
    assert_eq!(house.proposed(), [], "and not asked again");
    house.app.confirm_same(&ada(), application, machine, "the same after all").unwrap();
    assert_eq!(house.listed(), [row(WEB_NAME, &["wpscan", "nessus"])]);
    // What a person said ends with no fact.
    house.import("burp", &[runs_on(SHOP, DB), covers(&self::application(SHOP), "facts")]);
    assert_eq!(house.listed(), [row(WEB_NAME, &["wpscan", "nessus"])]);
}

#[test]
fn it_ends_when_the_application_moves_or_is_not_alone_any_more() {
    let (house, ..) = joined();
    let apart = [row(SHOP, &["wpscan"]), row(WEB_NAME, &["nessus"])];
    let wiki = "https://wiki.clinic.example";
    house.import("burp", &[runs_on(wiki, WEB)]);
    assert_eq!(house.listed(), apart, "which of the two is it?");
    assert_eq!(house.proposed(), [(1, 2)]);
    house.import("burp", &[runs_on(wiki, DB), covers(&application(wiki), "facts")]);
    assert_eq!(house.listed(), [row(WEB_NAME, &["wpscan", "nessus"])], "alone again");
    house.import("burp", &[runs_on(SHOP, DB), covers(&application(SHOP), "facts")]);
    assert_eq!(house.listed(), apart);
    assert_eq!(house.proposed(), []);
    let fixed = house.import("nessus", &[covers(WEB, "all")]).tally.closed;
    assert_eq!((fixed, house.listed()), (1, vec![row(SHOP, &["wpscan"])]), "that of the machine alone");
}

#[test]
fn what_is_not_certain_is_proposed_and_what_is_elsewhere_is_not() {
    let shop = application(SHOP);
    for (places, runs, proposed) in [
        (vec!["pkg:deb/debian/apache2"], vec![runs_on(SHOP, WEB)], true),
        (vec![""], vec![runs_on(SHOP, WEB)], true),
        (vec!["port/tcp/443"], vec![runs_on(SHOP, WEB), runs_on(SHOP, DB)], true),
        (vec!["port/tcp/8443"], vec![runs_on(SHOP, WEB)], false),
        (vec!["port/udp/443"], vec![runs_on(SHOP, WEB)], false),
        (vec!["port/tcp/443"], vec![runs_on(SHOP, DB)], false),
        (vec!["port/tcp/443"], vec![], false),
    ] {
        let house = House::new();
        house.import("burp", &runs);
        house.import("wpscan", &[finding(&shop, CVE, "route:/")]);
        let of_web: Vec<_> = places.iter().map(|place| finding(WEB, CVE, place)).collect();
        house.import("nessus", &of_web);
        assert_eq!(
            house.listed(),
            [row(SHOP, &["wpscan"]), row(WEB_NAME, &["nessus"])],
            "{places:?} {runs:?}"
        );
        assert_eq!(house.proposed(), if proposed { vec![(1, 2)] } else { vec![] }, "{places:?} {runs:?}");
        let words = house.app.confirm_same(&ada(), ExposureId(1), ExposureId(2), "I looked");
        assert_eq!(words.is_ok(), runs.iter().any(|it| it.contains(WEB_NAME)), "{words:?}");
    }
}

#[test]
fn other_vulnerabilities_and_rules_of_tools_stay_two() {
    let house = House::new();
    house.import("burp", &[runs_on(SHOP, WEB)]);
    let rule = |asset: &str, locus: &str| {
        finding(asset, "", locus).replace(r#""ids":[""]"#, r#""ids":[]"#).replace(" is there", "TLS 1.0")
    };
    house.import(
        "wpscan",
        &[finding(&application(SHOP), CVE, "route:/"), rule(&application(SHOP), "route:/")],
    );
    house.import("nessus", &[finding(WEB, "CVE-2021-42013", "port/tcp/443"), rule(WEB, "port/tcp/443")]);
    assert_eq!(house.found("status:open").len(), 4);
}

#[test]
fn what_is_decided_of_both_is_decided_of_both_and_a_merge_of_machines_keeps_it() {
    let (house, application, machine) = joined();
    let accepted = NewDecision { verdict: Verdict::Accepted, reason: "until spring", until: None };
    house.app.write(&ada(), |tx| tx.decide(&accepted, &[application])).unwrap();
    assert_eq!(house.listed(), []);
    let old = r#"{"kind":"host","name":"old-web","identifiers":[{"kind":"fqdn","value":"old-web.clinic.example"}]}"#;
    house.import("qualys", &[finding(old, CVE, "port/tcp/443"), finding(old, "CVE-2020-1", "")]);
    let (web, other) = (house.app.find_asset(WEB_NAME).unwrap(), house.app.find_asset("old-web").unwrap());
    let merge = house.app.write(&ada(), |tx| tx.merge(other, web, "one machine")).unwrap();
    let whole = house.app.read(|reader| reader.exposure(application)).unwrap();
    assert_eq!((whole.asset, whole.sightings), (other, 3));
    assert_eq!(house.app.read(|reader| reader.whole(application)).unwrap().len(), 2);
    house.app.write(&ada(), |tx| tx.split(merge)).unwrap();
    let whole = house.app.read(|reader| reader.exposure(application)).unwrap();
    assert_eq!((whole.id, whole.asset, whole.sightings), (machine, web, 2));
    assert_eq!(house.found("status:open").len(), 2, "those of the other machine");
}

/// An application that a tool meets at an address by a name of the web; the tool that names the machine by its own.
fn met(name: &str, origin: &str, address: &str) -> (String, String) {
    let host = |name: &str| {
        format!(
            r#"{{"kind":"host","name":"{name}","identifiers":[{{"kind":"fqdn","value":"{name}"}},{{"kind":"ip","value":"{address}"}}]}}"#
        )
    };
    (host(name), runs_on(origin, &host(name)))
}

const SHOP_NAME: &str = "shop.clinic.example";

#[test]
fn a_name_is_on_the_machine_that_had_its_address_whatever_came_first() {
    let (shop, runs) = met(SHOP_NAME, SHOP, "10.0.0.5");
    let (web, _) = met(WEB_NAME, "", "10.0.0.5");
    let parts = [
        ("nessus", vec![finding(&web, CVE, "port/tcp/443")]),
        ("nuclei", vec![runs, finding(&shop, CVE, "port/tcp/443")]),
        ("wpscan", vec![finding(&application(SHOP), CVE, "route:/")]),
    ];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let house = House::new();
        for part in order {
            house.import(parts[part].0, &parts[part].1);
            // Each a day later: the machine is still there.
            house.import("nessus", &parts[0].1);
        }
        let listed = house.listed();
        let [(_, _, tools)] = &listed[..] else { panic!("{order:?} {listed:?}") };
        assert_eq!(tools.len(), 3, "{order:?} {listed:?}");
        assert_eq!(house.proposed(), [], "{order:?}");
        let hosts = house.app.read(|reader| reader.asset_ids(AssetId(0))).unwrap();
        assert_eq!(hosts.len(), 3, "{order:?}: nothing is merged");
    }
}

#[test]
fn what_a_name_shares_with_the_machine_says_why_and_ends_when_it_is_met_elsewhere() {
    let house = House::new();
    let (web, _) = met(WEB_NAME, "", "10.0.0.5");
    let (shop, runs) = met(SHOP_NAME, SHOP, "10.0.0.5");
    house.import("nessus", &[finding(&web, CVE, "port/tcp/443")]);
    house.import("nuclei", &[runs, finding(&shop, CVE, "port/tcp/443")]);
    assert_eq!(house.listed(), [row(WEB_NAME, &["nessus", "nuclei"])]);
    let together = house.app.together(ExposureId(1)).unwrap();
    let [said] = &together.said[..] else { panic!("{:?}", together.said) };
    assert_eq!(said.rule, "same-address");
    assert_eq!(
        said.reason,
        "web-05.clinic.example has CVE-2021-41773 at port 443, where shop.clinic.example answered at 10.0.0.5, which web-05.clinic.example had then, and nothing else that is known of"
    );
    // Three days later the name leads to another address.
    house.clock.set(house.app.now().plus_days(2));
    let (moved, runs) = met(SHOP_NAME, SHOP, "10.0.0.77");
    house.import("nuclei", &[runs, finding(&moved, CVE, "port/tcp/443")]);
    assert_eq!(house.listed(), [row(WEB_NAME, &["nessus"]), row(SHOP_NAME, &["nuclei"])]);
    assert_eq!(house.proposed(), []);
}

#[test]
fn a_proxy_and_an_address_that_went_to_somebody_else_make_nothing_one() {
    let (web, _) = met(WEB_NAME, "", "10.0.0.5");
    let (shop, runs) = met(SHOP_NAME, SHOP, "10.0.0.5");
    let (wiki, wiki_runs) = met("wiki.clinic.example", "https://wiki.clinic.example", "10.0.0.5");
    let at = |host: &str| finding(host, CVE, "port/tcp/443");
    let house = House::new();
    house.import("nessus", &[at(&web)]);
    house.import("nuclei", &[runs.clone(), wiki_runs, at(&shop), at(&wiki)]);
    assert_eq!(house.listed().len(), 3, "which of the two is it?");
    assert!(!house.proposed().is_empty());
    house.app.confirm_same(&ada(), ExposureId(1), ExposureId(2), "one site").unwrap();
    assert_eq!(house.listed().len(), 2, "a person may say so");

    // Seen nine days before: it may have been there still.
    let house = House::new();
    house.import("nessus", &[at(&web)]);
    house.clock.set(house.app.now().plus_days(8));
    house.import("nuclei", &[runs.clone(), at(&shop)]);
    assert_eq!((house.listed().len(), house.proposed()), (2, vec![(1, 2)]));
    // It was: then it is certain.
    house.import("nessus", &[at(&web), finding(&web, "CVE-2020-1", "")]);
    assert_eq!(house.listed()[0], row(WEB_NAME, &["nessus", "nuclei"]));

    // Seen forty days before: nothing is even proposed.
    let house = House::new();
    house.import("nessus", &[at(&web)]);
    house.clock.set(house.app.now().plus_days(39));
    house.import("nuclei", &[runs, at(&shop)]);
    assert_eq!((house.listed().len(), house.proposed()), (2, vec![]));
    let words = house.app.confirm_same(&ada(), ExposureId(1), ExposureId(2), "I looked");
    assert!(words.is_ok(), "a person may know more: {words:?}");
}
