//! `import`: every format, again and again, together, and closing only what was looked at.

use crate::support::{Home, content, fixture, keys, lines, number};
use std::io::Write as _;

const REPORTS: [(&str, &str, i64); 6] = [
    ("nmap.xml", "nmap", 2),
    ("nuclei.jsonl", "nuclei", 2),
    ("trivy.json", "trivy", 2),
    ("people.csv", "bartizan", 2),
    ("semgrep.sarif", "sarif", 1),
    ("bom.cdx.json", "cyclonedx", 1),
];

const KEYS: [&str; 12] = [
    "assets",
    "closed",
    "created",
    "file",
    "findings",
    "format",
    "rejected",
    "reopened",
    "seconds",
    "suppressed",
    "unchanged",
    "updated",
];

#[test]
fn every_format_and_again() {
    let home = Home::new();
    for (file, format, findings) in REPORTS {
        let first = home.import(fixture(file));
        assert_eq!(keys(&first), KEYS, "{file}");
        assert_eq!(first["file"], fixture(file).display().to_string());
        assert_eq!(
            (first["format"].as_str(), number(&first, "findings")),
            (Some(format), findings),
            "{file}: {first}"
        );
        // A CVE that another tool found on the same host is no new exposure.
        let found = number(&first, "created") + number(&first, "updated") + number(&first, "unchanged");
        assert_eq!(found, findings, "{file}: {first}");
        assert!(first["assets"].as_i64() > Some(0) && first["seconds"].is_number(), "{first}");
        assert_eq!(first["rejected"], serde_json::json!([]), "{file}");

        let before = told(&home);
        let again = home.import(fixture(file));
        assert_eq!(number(&again, "unchanged"), findings, "{file}: {again}");
        for key in ["created", "updated", "reopened", "closed"] {
            assert_eq!(number(&again, key), 0, "{file}: {again}");
        }
        assert_eq!(told(&home), before, "{file}");
    }
    assert_eq!(home.top("").len(), 9);
}

/// What `top` says, without the time: a report that does not say when it was made is of now.
fn told(home: &Home) -> Vec<serde_json::Value> {
    let mut all = home.top("");
    all.iter_mut().for_each(|row| drop(row["last_seen"].take()));
    all
}

#[test]
fn two_tools_one_exposure() {
    let home = Home::new();
    for (files, query) in [
        (["nmap.xml", "nuclei.jsonl"], "weakness:CVE-2021-41773"),
        (["trivy.json", "image.csv"], "weakness:CVE-2024-0727"),
    ] {
        files.iter().for_each(|file| drop(home.import(fixture(file))));
        let found = home.top(query);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(number(&found[0], "sightings"), 2, "{found:?}");
        let explained = home.json(&["explain", "--json", &found[0]["id"].to_string()]);
        let mut sources: Vec<_> = explained["sightings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|s| s["source"].as_str().unwrap())
            .collect();
        sources.sort_unstable();
        assert_eq!(sources.len(), 2, "{explained}");
        assert!(sources[0] != sources[1], "{explained}");
    }
}

#[test]
fn only_what_was_looked_at_closes() {
    let home = Home::new();
    home.import(fixture("nmap.xml"));
    let later = content("nmap-later.xml");

    // Cut off in the middle of the later scan, before and after the updated port.
    for cut in ["<port protocol=\"tcp\" portid=\"8080\">", "<runstats>"] {
        let end = later.find(cut).unwrap();
        let broken = home.file("cut.xml", &later[..end]);
        let said = home.fails(&["import", &broken]);
        assert!(
            said.contains("cut.xml") && said.contains("line ") && said.contains("ends in the middle"),
            "{said}"
        );
        assert_eq!(home.top("").len(), 2);
    }
    // Well formed, but the scan itself was stopped.
    let stopped =
        home.file("stopped.xml", later.replace("exit=\"success\"", "exit=\"error\" errormsg=\"killed\""));
    assert_eq!(number(&home.import(stopped), "closed"), 0);
    assert_eq!(home.top("").len(), 2);

    let done = home.import(fixture("nmap-later.xml"));
    assert_eq!((number(&done, "closed"), number(&done, "unchanged")), (1, 1), "{done}");
    let open = home.top("");
    assert_eq!((open.len(), &open[0]["weakness"]), (1, &"CVE-2023-38408".into()));
    let fixed = home.top("status:fixed");
    assert_eq!((fixed.len(), &fixed[0]["weakness"]), (1, &"CVE-2021-41773".into()));
    let why = home.json(&["explain", "--json", &fixed[0]["id"].to_string()]);
    assert_eq!(why["evidence"][0]["kind"], "fixed", "{why}");

    // An old report that comes late does not speak of now; a new one that sees it again does.
    let back = content("nmap.xml").replace("17672256", "17696256").replace("17672257", "17696257");
    let again = home.import(home.file("back.xml", back));
    assert_eq!(number(&again, "reopened"), 1, "{again}");
    assert_eq!(home.top("").len(), 2);
}

#[test]
fn another_tool_still_sees_it() {
    let home = Home::new();
    ["nmap.xml", "nuclei.jsonl", "nmap-later.xml"].iter().for_each(|file| drop(home.import(fixture(file))));
    assert_eq!(home.top("weakness:CVE-2021-41773").len(), 1, "nuclei has not looked again");
}

#[test]
fn one_bad_file_does_not_stop_the_others() {
    let home = Home::new();
    let empty = home.file("empty.json", "");
    let unknown = home.file("letter.txt", "Dear Sir or Madam,\n");
    let (one, two) = (fixture("nmap.xml").display().to_string(), fixture("people.csv").display().to_string());
    let ran = home.run(&["import", "--json", &one, &empty, "not-there.xml", &unknown, &two]);
    assert_eq!(ran.code, Some(1));
    assert_eq!(lines(&ran.stdout).len(), 2);
    let errors: Vec<_> = ran.stderr.lines().filter(|line| line.starts_with("error: ")).collect();
    assert_eq!(errors.len(), 3, "{}", ran.stderr);
    for (error, name) in errors.iter().zip(["empty.json", "not-there.xml", "letter.txt"]) {
        assert!(error.contains(name), "{error}");
    }
    assert_eq!(home.top("").len(), 4);
}

#[test]
fn unusable_records_are_told() {
    let home = Home::new();
    let report =
        home.file("half.csv", "title,severity,asset\nOpen share,high,nas.example.org\nNo asset,high,\n");
    let done = home.import(report);
    assert_eq!(number(&done, "created"), 1);
    let rejected = done["rejected"].as_array().unwrap();
    assert_eq!(rejected.len(), 1);
    assert_eq!(keys(&rejected[0]), ["at", "reason"]);
    assert!(rejected[0]["at"].as_str().unwrap().contains('3'), "{done}");
}

#[test]
fn standard_input_folders_and_archives() {
    let home = Home::new();
    let ran = home.fed(&["import", "-", "--json"], content("nmap.xml"));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!((&lines(&ran.stdout)[0]["file"], number(&lines(&ran.stdout)[0], "created")), (&"-".into(), 2));

    let folder = home.path("reports");
    std::fs::create_dir_all(folder.join("deep/er")).unwrap();
    std::fs::copy(fixture("nmap.xml"), folder.join("a.xml")).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(content("people.csv").as_bytes()).unwrap();
    std::fs::write(folder.join("deep/er/b.csv.gz"), gzip.finish().unwrap()).unwrap();
    let done = lines(&home.ok(&["import", "--json", folder.to_str().unwrap()]));
    assert_eq!(done.len(), 2);
    assert_eq!((number(&done[0], "unchanged"), number(&done[1], "created")), (2, 2), "{done:?}");

    let archive =
        home.file("reports.tar", tar(&[("scan/nuclei.jsonl", &content("nuclei.jsonl")), ("notes.txt", "?")]));
    let ran = home.run(&["import", "--json", &archive]);
    let done = lines(&ran.stdout);
    assert_eq!((ran.code, done.len()), (Some(1), 1), "{}", ran.stderr);
    assert!(done[0]["file"].as_str().unwrap().ends_with("reports.tar!scan/nuclei.jsonl"), "{done:?}");
    assert!(ran.stderr.contains("reports.tar!notes.txt"), "{}", ran.stderr);
    // Cut off in the middle of the report: nothing of it counts.
    let bytes = std::fs::read(&archive).unwrap();
    let other = Home::new();
    let cut = other.file("cut.tar", &bytes[..700]);
    let said = other.fails(&["import", &cut]);
    assert!(said.contains("cut.tar"), "{said}");
    assert!(other.top("").is_empty());
}

#[test]
fn reports_of_one_name_in_several_folders_are_about_several_things() {
    let report = r#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"t"}},"results":[{"ruleId":"r","message":{"text":"m"}}]}]}"#;
    let home = Home::new();
    let names = || {
        let mut names: Vec<_> =
            home.top("").iter().map(|row| row["asset"].as_str().unwrap().to_owned()).collect();
        names.sort_unstable();
        names
    };
    let folder = home.path("2026-11-27");
    for service in ["shop", "mail"] {
        std::fs::create_dir_all(folder.join(service)).unwrap();
        std::fs::write(folder.join(service).join("scan.sarif"), report).unwrap();
    }
    home.ok(&["import", folder.to_str().unwrap()]);
    assert_eq!(names(), ["mail/scan", "shop/scan"]);
    // The same reports on another day: alone, in an archive, and as folders that are named one by one.
    std::fs::remove_dir_all(folder.join("mail")).unwrap();
    home.ok(&["import", folder.to_str().unwrap()]);
    home.ok(&[
        "import",
        &home.file("later.tar", tar(&[("./mail/scan.sarif", report), ("shop/scan.sarif", report)])),
    ]);
    std::fs::create_dir_all(folder.join("mail")).unwrap();
    std::fs::write(folder.join("mail/scan.sarif"), report).unwrap();
    home.ok(&["import", folder.join("shop").to_str().unwrap(), folder.join("mail").to_str().unwrap()]);
    assert_eq!(names(), ["mail/scan", "shop/scan"]);
    // Archives in a folder are folders in it.
    for service in ["pay", "wiki"] {
        std::fs::write(folder.join(format!("{service}.tar")), tar(&[("scan.sarif", report)])).unwrap();
    }
    home.ok(&["import", folder.to_str().unwrap()]);
    assert_eq!(names(), ["mail/scan", "pay/scan", "shop/scan", "wiki/scan"]);
}

/// A scan of one FTP server at this second, with what a script said of it.
fn ftp_scan(args: &str, second: u32, state: &str, script: &str) -> String {
    format!(
        r#"<nmaprun scanner="nmap" args="nmap {args} 192.0.2.40" start="17672256{second:02}" version="7.95">
        <scaninfo type="syn" protocol="tcp" numservices="1" services="21"/>
        <host starttime="17672256{second:02}" endtime="17672256{second:02}"><status state="up"/><address addr="192.0.2.40" addrtype="ipv4"/>
        <ports><port protocol="tcp" portid="21"><state state="{state}"/><service name="ftp" method="probed"/>{script}</port></ports></host>
        <runstats><finished time="17672256{second:02}" exit="success"/></runstats></nmaprun>"#
    )
}

#[test]
fn what_a_script_showed_closes_when_it_looked_again() {
    let home = Home::new();
    let scan = |args: &str, second: u32, state: &str, script: &str| {
        let done = home.import(home.file("ftp.xml", ftp_scan(args, second, state, script)));
        (number(&done, "created"), number(&done, "closed"), number(&done, "reopened"))
    };
    let anonymous = r#"<script id="ftp-anon" output="Anonymous FTP login allowed (FTP code 230)"/>"#;
    assert_eq!(scan("-sV --script ftp-anon", 10, "open", anonymous), (1, 0, 0));
    // Nobody asked for the script, or it failed.
    assert_eq!(scan("-sV", 20, "open", ""), (0, 0, 0));
    let failed = r#"<script id="ftp-anon" output="ERROR: Script execution failed"/>"#;
    assert_eq!(scan("-sV -sC", 30, "open", failed), (0, 0, 0));
    assert_eq!(scan("-sV --script ftp-anon", 40, "filtered", ""), (0, 0, 0));
    // It ran, the server answered, and there was nothing to say.
    assert_eq!(scan("-sV -sC", 50, "open", ""), (0, 1, 0));
    assert_eq!(scan("-sV -sC", 60, "open", anonymous), (0, 0, 1));
    // Nothing listens there.
    assert_eq!(scan("-sV", 70, "closed", ""), (0, 1, 0));
}

/// A tar archive of small files.
fn tar(files: &[(&str, &str)]) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, text) in files {
        let mut header = [0_u8; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[124..135].copy_from_slice(format!("{:011o}", text.len()).as_bytes());
        header[148..156].fill(b' ');
        header[156] = b'0';
        header[257..265].copy_from_slice(b"ustar\x0000");
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        out.extend_from_slice(&header);
        out.extend_from_slice(text.as_bytes());
        out.resize(out.len().next_multiple_of(512), 0);
    }
    out.resize(out.len() + 1024, 0);
    out
}

#[test]
fn a_named_format_and_asset() {
    let home = Home::new();
    let said = home.fails(&["import", "--format", "nonsense", fixture("nmap.xml").to_str().unwrap()]);
    assert!(said.contains("no format `nonsense`; `bartizan formats` lists all"), "{said}");
    let said = home.fails(&["import", "--format", "nmapp", fixture("nmap.xml").to_str().unwrap()]);
    assert!(said.contains("no format `nmapp`; perhaps `nmap` is meant"), "{said}");
    let said = home.fails(&["import", "--format", "trivy", fixture("nmap.xml").to_str().unwrap()]);
    assert!(said.contains("nmap.xml: it cannot be read as `trivy`, and looks like `nmap`"), "{said}");
    let sarif = fixture("semgrep.sarif");
    home.ok(&["import", "--format", "sarif", "--asset", "shop-source", sarif.to_str().unwrap()]);
    assert_eq!(home.top("")[0]["asset"], "shop-source");
}

#[test]
fn what_reports_brought_is_told_in_a_line_each_and_together() {
    let home = Home::new();
    let (one, two) = (fixture("nmap.xml").display().to_string(), fixture("people.csv").display().to_string());
    let told = home.ok(&["import", &one, &two]);
    assert!(told.contains(": 2 new\n") && told.ends_with("2 reports imported: 4 new\n"), "{told}");
    let again = home.run(&["import", &one, "not-there.xml"]);
    assert!(again.stdout.contains(": 0 new, 2 as before\n"), "{}", again.stdout);
    assert!(again.stdout.ends_with("1 report imported, 1 failed: 0 new, 2 as before\n"), "{}", again.stdout);
    assert!(!home.ok(&["import", &one]).contains("imported"));
}

#[test]
fn a_gate_stops_the_pipeline_by_what_is_new() {
    let home = Home::new();
    let gate = |query: &str| {
        let run = home.run(&["import", "--fail-on", query, fixture("nuclei.jsonl").to_str().unwrap()]);
        (run.code, run.stderr)
    };
    let (code, words) = gate("severity:>=high new:true");
    assert_eq!(code, Some(3), "{words}");
    assert!(words.contains("1 exposure in what --fail-on names"), "{words}");
    // It is there still, and new no more.
    assert_eq!(gate("severity:>=high new:true").0, Some(0));
    assert_eq!(gate("severity:>=high").0, Some(3));
    assert_eq!(gate("severity:>=high asset:nowhere").0, Some(0));
    let (code, words) = gate("sevrity:high");
    assert_eq!(code, Some(1), "{words}");
    assert!(words.contains("the query cannot be read"), "{words}");
}
