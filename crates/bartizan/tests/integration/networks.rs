//! Two branches with the same private addresses: what is told of the one is not believed of the other.

use crate::support::Home;
use std::collections::BTreeMap;

/// A web server on the internet, with a hole in it.
const WEB: &str = r#"{"kind":"source","name":"scanner"}
{"kind":"asset","asset":{"kind":"host","name":"web","identifiers":[{"kind":"name","value":"web"},{"kind":"ip","value":"10.0.0.9"}]},"reach":"internet"}
{"kind":"finding","title":"Path traversal","severity":"critical","weakness":{"ids":["CVE-2021-41773"],"cwe":[22],"rule":""},"asset":{"kind":"host","name":"web","identifiers":[{"kind":"name","value":"web"}]},"locus":"port/tcp/443","cvss":["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"]}
"#;

/// A database that everybody who reaches it takes; each branch has one at this address.
const DATABASE: &str = r#"{"kind":"source","name":"scanner"}
{"kind":"finding","title":"Code execution","severity":"critical","weakness":{"ids":["CVE-2019-9193"],"cwe":[78],"rule":""},"asset":{"kind":"host","name":"10.0.0.5","identifiers":[{"kind":"ip","value":"10.0.0.5"}]},"locus":"port/tcp/5432","cvss":["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H"]}
"#;

/// What people say of both databases.
const WORTH: &str = "fact,from,to,via
reached-from,10.0.0.5%branch-berlin,local,
criticality,10.0.0.5%branch-berlin,critical,
reached-from,10.0.0.5%branch-paris,local,
criticality,10.0.0.5%branch-paris,critical,
";

const FILTER: &str = "*filter
:INPUT DROP [0:0]
-A INPUT -s 10.0.0.0/24 -p tcp --dport 5432 -j ACCEPT
COMMIT
";

/// A home that knows the web server of Berlin, and the databases of both branches.
fn branches() -> Home {
    let home = Home::new();
    for (network, report) in [("berlin", WEB), ("berlin", DATABASE), ("paris", DATABASE)] {
        let file = home.file("scan.jsonl", report);
        home.ok(&["import", &file, "--network", &format!("branch-{network}")]);
    }
    home.import(home.file("worth.csv", WORTH));
    home
}

/// The databases that an attacker comes to.
fn fall(home: &Home) -> Vec<String> {
    let paths = home.json(&["paths", "--json"]);
    let jewels = paths["jewels"].as_array().unwrap().iter();
    let chances: BTreeMap<_, _> = jewels
        .map(|jewel| (jewel["name"].as_str().unwrap().to_owned(), jewel["chance"]["high"].as_f64().unwrap()))
        .collect();
    chances.into_iter().filter(|(_, chance)| *chance > 0.0).map(|(name, _)| name).collect()
}

#[test]
fn a_network_is_a_field_of_the_query_language() {
    let home = branches();
    let names = |query: &str| -> Vec<String> {
        let mut names: Vec<_> =
            home.top(query).iter().map(|row| row["asset"].as_str().unwrap().to_owned()).collect();
        names.sort();
        names
    };
    assert_eq!(names("network:branch-berlin"), ["10.0.0.5%branch-berlin", "web"]);
    assert_eq!(names("network:*paris"), ["10.0.0.5%branch-paris"]);
    assert_eq!(names("status:open -network:*"), [""; 0]);
}

#[test]
fn a_zone_is_of_the_network_that_its_table_is_imported_for() {
    let home = branches();
    assert_eq!(fall(&home), [""; 0], "nobody told who reaches them");
    let zones = home.file("zones.csv", "fact,from,to,via\nzone,shop,10.0.0.0/24,\n");
    home.ok(&["import", &zones, "--network", "branch-berlin"]);
    assert_eq!(fall(&home), ["10.0.0.5%branch-berlin"]);
    // Without a name it is of the network that has none, in which none of them stands.
    home.ok(&["import", &zones]);
    assert_eq!(fall(&home), [""; 0]);
}

#[test]
fn rows_name_networks_and_what_joins_them() {
    let home = branches();
    let zones = "fact,from,to,via
zone,berlin,10.0.0.0/24%branch-berlin,
zone,paris,10.0.0.0/24%branch-paris,
";
    home.import(home.file("zones.csv", zones));
    assert_eq!(fall(&home), ["10.0.0.5%branch-berlin"]);
    home.import(home.file("zones.csv", format!("{zones}reaches,berlin,network:paris,tcp/5432\n")));
    assert_eq!(fall(&home), ["10.0.0.5%branch-berlin", "10.0.0.5%branch-paris"]);
    home.import(home.file("zones.csv", zones));
    assert_eq!(fall(&home), ["10.0.0.5%branch-berlin"], "it is told no more");
}

#[test]
fn a_packet_filter_lets_in_who_has_the_address_in_its_network() {
    let home = branches();
    let rules = home.file("db.rules", FILTER);
    home.ok(&["import", &rules, "--asset", "10.0.0.5", "--network", "branch-paris"]);
    assert_eq!(fall(&home), [""; 0], "the web server is no machine of Paris");
    home.ok(&["import", &rules, "--asset", "10.0.0.5", "--network", "branch-berlin"]);
    assert_eq!(fall(&home), ["10.0.0.5%branch-berlin"]);
    let way = home.json(&["paths", "10.0.0.5%branch-berlin", "--json"]);
    let hops = way["paths"][0]["hops"].as_array().unwrap();
    let why: Vec<_> = hops.iter().map(|hop| hop["why"].as_str().unwrap()).collect();
    assert!(why.contains(&"The address of web lies in 10.0.0.0/24%branch-berlin."), "{why:?}");
}
