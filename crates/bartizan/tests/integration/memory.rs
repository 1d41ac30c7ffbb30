//! A report of 50 MB goes through in little memory.

use crate::support::Home;
use std::fmt::Write as _;
use std::process::{Child, Stdio};
use std::time::Duration;

/// Largest resident size in KiB while the child ran; it only grows, so the last look before the end has it.
#[cfg(target_os = "linux")]
fn peak(child: &mut Child) -> u64 {
    let path = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let status = std::fs::read_to_string(&path).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let now = line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
        peak = peak.max(now.unwrap_or_default());
        std::thread::sleep(Duration::from_millis(2));
    }
    peak
}

#[cfg(target_os = "linux")]
#[test]
fn a_large_report_streams() {
    let home = Home::new();
    // A crawl that finds little over and over: large reports are long in words, not in weaknesses.
    let words = "The response holds a version banner that tells an attacker what to look for. ".repeat(8);
    let mut text = String::new();
    let mut n = 0;
    while text.len() < 50 << 20 {
        let (host, rule) = (n % 500, n % 40);
        let _ = writeln!(
            text,
            r#"{{"template-id":"banner-{rule}","info":{{"name":"Banner {rule}","severity":"info","description":"{words}"}},"type":"http","host":"http://h{host}.example.org","matched-at":"http://h{host}.example.org/p{n}","timestamp":"2026-01-02T10:00:00Z"}}"#
        );
        n += 1;
    }
    let file = home.file("crawl.jsonl", text);
    let mut child = home
        .command(&["import", "--json", &file])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let peak = peak(&mut child);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    eprintln!("{n} findings in 50 MiB: peak {} MiB; {}", peak >> 10, String::from_utf8_lossy(&output.stdout));
    assert!(peak > 0 && peak < 150 << 10, "peak {peak} KiB");
}
