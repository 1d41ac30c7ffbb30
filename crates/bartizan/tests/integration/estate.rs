//! A planted way: a web server with a hole, an SSH key that lies on it, root on the database, the patients. Told by the tools that
//! tell such things: a scanner's report, the collector over the files of both machines, a table that people keep. Found exactly, and
//! gone with any one of its facts.

use crate::support::Home;
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// The public key, in the clear where OpenSSH's file of a private key has it; what would be the private half is none.
const PUBLIC: &str = "AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const PRIVATE: &str = "-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
QyNTUxOQAAACAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==
-----END OPENSSH PRIVATE KEY-----
";

/// What a scanner saw: the server on the internet, and the hole in what listens there.
const REPORT: &str = r#"{"kind":"source","name":"scanner"}
{"kind":"asset","asset":{"kind":"host","name":"web","identifiers":[{"kind":"name","value":"web"}]},"reach":"internet"}
{"kind":"finding","title":"Path traversal","severity":"critical","weakness":{"ids":["CVE-2021-41773"],"cwe":[22],"rule":""},"asset":{"kind":"host","name":"web","identifiers":[{"kind":"name","value":"web"}]},"locus":"port/tcp/443","cvss":["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"]}
"#;

/// What people know.
const TABLE: &str = "fact,from,to,via
zone,dmz,web,
reaches,dmz,db,tcp/22
reached-from,db,local,
stores,db,data-store:patients,
reached-from,data-store:patients,local,
criticality,data-store:patients,critical,
";

fn put(root: &Path, path: &str, text: &str) {
    let place = root.join(path);
    fs::create_dir_all(place.parent().unwrap()).unwrap();
    fs::write(place, text).unwrap();
}

/// The files of a machine.
fn machine(root: &Path, name: &str, id: &str) {
    put(root, "etc/machine-id", &format!("{}\n", id.repeat(32)));
    put(root, "etc/hostname", &format!("{name}\n"));
    put(root, "etc/passwd", "root:x:0:0::/root:/bin/sh\nwww:x:33:33::/srv/www:/usr/sbin/nologin\n");
    put(root, "etc/group", "root:x:0:\nwww:x:33:\n");
    put(root, "etc/ssh/sshd_config", "Port 22\n");
}

/// All that is told, without the lines that `gone` says, in a new home. The rules of the best way to the patients.
fn way(gone: &str) -> Option<Vec<String>> {
    let home = Home::new();
    let without = |text: &str| -> String {
        text.lines()
            .filter(|line| gone.is_empty() || !line.contains(gone))
            .map(|line| format!("{line}\n"))
            .collect()
    };
    home.import(home.file("scan.jsonl", without(REPORT)));
    for (name, id) in [("web", "a"), ("db", "b")] {
        let root = home.path(name);
        machine(&root, name, id);
        if name == "web" && gone != "private key" {
            put(&root, "root/.ssh/id_ed25519", PRIVATE);
            fs::set_permissions(root.join("root/.ssh/id_ed25519"), fs::Permissions::from_mode(0o600))
                .unwrap();
        }
        if name == "db" && gone != "authorized key" {
            put(&root, "root/.ssh/authorized_keys", &format!("ssh-ed25519 {PUBLIC} backup\n"));
        }
        if gone == "root login" {
            put(&root, "etc/ssh/sshd_config", "PermitRootLogin no\n");
        }
        let told = home.ok(&["discover", "host", "--json", "--root", &root.display().to_string()]);
        home.import(home.file(&format!("{name}.jsonl"), &told));
    }
    home.import(home.file("estate.csv", without(TABLE)));
    let paths = home.json(&["paths", "--json"]);
    if paths["jewels"][0]["name"] != "patients" || paths["jewels"][0]["chance"]["value"] == 0.0 {
        return None;
    }
    let paths = home.json(&["paths", "patients", "--json"]);
    let hops = paths["paths"][0]["hops"].as_array()?;
    Some(hops.iter().map(|hop| text(&hop["rule"])).collect())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[test]
fn from_a_hole_over_a_key_to_the_patients_and_gone_with_any_fact() {
    let expected =
        ["network_reach", "remote_exploit", "local_account", "ssh_key_reuse", "local_account", "data_access"];
    assert_eq!(way("").unwrap(), expected);
    for gone in [
        "CVE-2021-41773",
        "private key",
        "authorized key",
        "root login",
        "zone,dmz,web",
        "reaches,dmz,db",
        "stores,db",
        "criticality,",
    ] {
        assert_eq!(way(gone), None, "without {gone}");
    }
}
