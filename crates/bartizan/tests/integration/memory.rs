//! A report of 50 MB goes through in little memory.

use crate::support::{Home, number};
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::Stdio;

#[cfg(target_os = "linux")]
#[test]
fn a_large_report_streams() {
    let home = Home::new();
    // A crawl that finds little over and over: large reports are long in words, not in weaknesses.
    let words = "The response holds a version banner that tells an attacker what to look for. ".repeat(8);
    let (mut text, mut first, mut n) = (String::new(), 0, 0);
    while text.len() < 50 << 20 {
        let (host, rule) = (n % 500, n % 40);
        let _ = writeln!(
            text,
            r#"{{"template-id":"banner-{rule}","info":{{"name":"Banner {rule}","severity":"info","description":"{words}"}},"type":"http","host":"http://h{host}.example.org","matched-at":"http://h{host}.example.org/p{n}","timestamp":"2026-01-02T10:00:00Z"}}"#
        );
        n += 1;
        first = if first == 0 { text.len() } else { first };
    }
    let file = home.file("crawl.jsonl", &text);
    // After the large report it reads another one from us, so it is still there to be looked at.
    let mut child = home
        .command(&["import", "--json", file.as_str(), "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    child.stdin.take().unwrap().write_all(&text.as_bytes()[..first]).unwrap();
    let ended = child.wait().unwrap();
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(ended.success(), "{said}");
    assert_eq!(number(&serde_json::from_str(&line).unwrap(), "findings"), n, "{line}");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let peak: u64 = peak.split_whitespace().next().unwrap().parse().unwrap();
    eprintln!("{n} findings in 50 MiB: peak {} MiB; {line}", peak >> 10);
    assert!(peak < 150 << 10, "peak {peak} KiB");
}
