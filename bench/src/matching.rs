//! Software matched to advisories: compiling and opening an index of 300,000 advisories, and 1,000,000 packages against it.
//!
//! The advisories are made up, seeded: npm and PyPI (two ranges each, a tenth of them with listed versions) and Debian's
//! (by source package). Half of the packages are named by some advisory, one in five of those in an affected version. All
//! packages differ, which is harder than an estate where many machines have the same ones. What it does not show: the
//! reading of feeds and bills, and the writing of what was found.

use crate::measure::{median, peak_memory, rate, timed};
use bartizan_advisory::ecosystem::Ecosystem;
use bartizan_advisory::index::{Index, Library};
use bartizan_advisory::record::{Advisory, Affected, Event, Range, Verdict};
use bartizan_assess::matching::Matcher;
use bartizan_model::Purl;
use std::collections::BTreeMap;
use std::time::Duration;

const ADVISORIES: u32 = 300_000;
const PACKAGES: u32 = 1_000_000;
/// Names that advisories are about.
const NAMED: u32 = 60_000;

pub(crate) fn run() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let library = Library::open(folder.path())?;
    let ((), building) = timed(|| fill(&library))?;
    println!(
        "  compiled {ADVISORIES} advisories in {:.1} s ({:.0} a second)",
        building.as_secs_f64(),
        rate(ADVISORIES as usize, building)
    );
    let size: u64 =
        std::fs::read_dir(folder.path())?.flatten().filter_map(|f| f.metadata().ok()).map(|m| m.len()).sum();
    let opening = (0..11)
        .map(|_| Ok(timed(|| Ok(library.index()?))?.1.as_secs_f64() * 1e3))
        .collect::<anyhow::Result<Vec<_>>>()?;
    println!("  opened in {:.2} ms (median of 11), {} MiB on disk; aim 50 ms", median(opening), size >> 20);

    let packages: Vec<String> = (0..PACKAGES).map(package).collect();
    let index = library.index()?;
    let mut rounds = Vec::new();
    let mut found = 0;
    for _ in 0..3 {
        let (matches, time) = timed(|| judge(&index, &packages))?;
        found = matches;
        rounds.push(time.as_secs_f64());
    }
    let time = Duration::from_secs_f64(median(rounds));
    println!(
        "  matched {PACKAGES} packages on one core in {:.2} s (median of 3), {:.0} a second, {found} matches; aim 2 s",
        time.as_secs_f64(),
        rate(PACKAGES as usize, time)
    );
    let (renewed, time) = timed(|| renew(&library))?;
    println!(
        "  one more advisory: {:.1} ms until the index that has it is open ({renewed} records)",
        time.as_secs_f64() * 1e3
    );
    let (known, time) = timed(|| Ok(naive(&packages)))?;
    println!(
        "  beside it, a hash map look-up of every package's name: {:.2} s ({known} known)",
        time.as_secs_f64()
    );
    if let Some(peak) = peak_memory() {
        println!("  peak memory of all this, the packages' texts included: {peak:.0} MiB");
    }
    Ok(())
}

/// A generator of numbers that are the same on every machine.
pub(crate) fn mixed(seed: u32, salt: u32) -> u32 {
    let mut x = u64::from(seed) << 32 | u64::from(salt);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (x ^ (x >> 31)) as u32
}

fn name(n: u32) -> String {
    format!("{}-{n}", ["core", "parse", "http", "util", "stream", "crypto", "json", "log"][(n % 8) as usize])
}

fn advisory(n: u32) -> Advisory {
    let package = name(mixed(n, 1) % NAMED);
    let major = mixed(n, 2) % 20;
    let (id, ecosystem, fixed, alias) = match n % 3 {
        0 => (format!("GHSA-{n}"), "npm", format!("{major}.{}.0", mixed(n, 3) % 30), true),
        1 => (format!("PYSEC-2024-{n}"), "PyPI", format!("{major}.{}", mixed(n, 3) % 30), true),
        _ => (
            format!("DEBIAN-CVE-2024-{n}"),
            "Debian:12",
            format!("{major}.{}-{}", mixed(n, 3) % 30, n % 9),
            true,
        ),
    };
    let events = vec![
        Event::Introduced("0".into()),
        Event::Fixed(fixed),
        Event::Introduced(format!("{}.0.0", major + 1)),
        Event::Fixed(format!("{}.1.2", major + 1)),
    ];
    let versions = if n.is_multiple_of(10) {
        (0..40).map(|v| format!("{}.{v}", major + 2)).collect()
    } else {
        Vec::new()
    };
    Advisory {
        id,
        aliases: if alias { vec![format!("CVE-2024-{n}")] } else { Vec::new() },
        title: format!("A flaw in {package}"),
        details: "Text as long as it usually is, so that records weigh what they weigh. ".repeat(10),
        severity: "HIGH".into(),
        affected: vec![Affected {
            ecosystem: Ecosystem::from_osv(ecosystem),
            package,
            verdict: Verdict::Affected,
            ranges: vec![Range::Events(events)],
            versions,
            arch: String::new(),
            module: String::new(),
        }],
        ..Advisory::default()
    }
}

fn fill(library: &Library) -> anyhow::Result<()> {
    let mut change = library.change()?;
    let mut batch = change.batch()?;
    for n in 0..ADVISORIES {
        batch.add(&advisory(n))?;
    }
    change.renew("osv", batch)?;
    change.publish()?;
    Ok(())
}

fn renew(library: &Library) -> anyhow::Result<u64> {
    let mut change = library.change()?;
    let mut batch = change.batch()?;
    batch.add(&advisory(ADVISORIES + 1))?;
    change.renew("osv", batch)?;
    change.publish()?;
    Ok(library.index()?.len())
}

fn package(n: u32) -> String {
    // Every second one is named by no advisory.
    let name = if n.is_multiple_of(2) { name(mixed(n, 5) % NAMED) } else { format!("unheard-of-{n}") };
    let version = format!("{}.{}.{}", 18 + mixed(n, 6) % 12, mixed(n, 7) % 30, n);
    match n % 3 {
        0 => format!("pkg:npm/{name}@{version}"),
        1 => format!("pkg:pypi/{name}@{version}"),
        _ => format!("pkg:deb/debian/lib{name}@{version}-1?arch=amd64&distro=debian-12&upstream={name}"),
    }
}

fn judge(index: &Index, packages: &[String]) -> anyhow::Result<usize> {
    let mut matcher = Matcher::new(index);
    let mut found = 0;
    for package in packages {
        let purl: Purl = package.parse()?;
        found += matcher.judge(&purl).matches.len();
    }
    Ok(found)
}

/// What no matcher can do without: the name of each package, looked up.
fn naive(packages: &[String]) -> usize {
    let names: BTreeMap<String, u32> = (0..NAMED).map(|n| (name(n), n)).collect();
    let names: std::collections::HashMap<&str, u32> =
        names.iter().map(|(name, n)| (name.as_str(), *n)).collect();
    let bare = |package: &str| {
        let end = package.find('@').unwrap_or(package.len());
        let start = package[..end].rfind('/').map_or(0, |at| at + 1);
        package[start..end].to_owned()
    };
    packages.iter().filter(|package| names.contains_key(bare(package).as_str())).count()
}
