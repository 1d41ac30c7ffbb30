//! What one damaged record costs: itself, and that is said. The others are told as if nothing had happened.

use super::damage::{Dice, Kind, Place, damaged, places};
use super::{Fixture, fixtures, read};
use bartizan_import::Collected;
use bartizan_model::Loci;
use std::collections::BTreeSet;

/// The objects of a JSON report from which something was told, each where it begins.
fn records(bytes: &[u8], good: &Collected) -> Vec<Place> {
    let told: BTreeSet<_> = good.observations.iter().map(|(at, _)| at.offset as usize).collect();
    let mut all = places(bytes);
    all.retain(|place| {
        place.kind == Kind::Value && told.contains(&place.is.start) && bytes[place.is.start] == b'{'
    });
    all
}

/// Whether a report that was read says something that the whole one did not: a record that could not be used, or a gap.
fn says_more(seen: &Collected, good: &Collected) -> bool {
    seen.rejected.iter().any(|said| !good.rejected.contains(said))
        || seen.gaps.iter().any(|gap| !good.gaps.contains(gap))
}

#[test]
fn a_record_that_is_none_costs_only_itself_and_is_said() {
    let (mut count, mut wrong) = (0, Vec::new());
    for Fixture { format, name, bytes } in fixtures() {
        let (good, summary) = read(format, &bytes, &name);
        // What belongs together is one record: a document without lists.
        let records = records(&bytes, &good);
        if summary.is_none() || records.len() < 2 {
            continue;
        }
        for record in [&records[0], &records[records.len() / 2]] {
            for other in ["7", "\"text\""] {
                count += 1;
                let what = format!("{name} with {other} at {}", record.is.start);
                let (seen, summary) = read(format, &record.replaced(&bytes, other.as_bytes()), &what);
                if summary.is_some() && !says_more(&seen, &good) {
                    wrong.push(format!("{} {what}: nothing is said", format.id));
                }
                let outside = |at: &u64| !record.is.contains(&(*at as usize));
                let kept = good.observations.iter().filter(|(at, _)| outside(&at.offset)).count();
                if summary.is_some() && seen.observations.len() < kept && !is_of_all(format.id) {
                    wrong.push(format!(
                        "{} {what}: {} of {kept} are left",
                        format.id,
                        seen.observations.len()
                    ));
                }
            }
        }
    }
    println!("{count} records");
    assert!(count > 200, "only {count}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Formats whose records say something only together: objects of a cluster or of a network, and what binds them.
fn is_of_all(format: &str) -> bool {
    ["aws_ec2", "kubernetes_rbac"].contains(&format)
}

#[test]
fn the_same_damage_is_read_the_same_way_twice() {
    for (number, Fixture { format, name, bytes }) in fixtures().into_iter().enumerate() {
        for turn in 0..6 {
            let seed = number as u64 * 1000 + turn;
            let report = damaged(&bytes, &mut Dice(seed));
            let what = format!("{name}, damage {seed}");
            let (one, other) = (read(format, &report, &what), read(format, &report, &what));
            assert_eq!(one.1, other.1, "{} {what}", format.id);
            assert_eq!(one.0.observations, other.0.observations, "{} {what}", format.id);
            assert_eq!((one.0.covered, one.0.gaps), (other.0.covered, other.0.gaps), "{} {what}", format.id);
            assert_eq!(one.0.rejected, other.0.rejected, "{} {what}", format.id);
        }
    }
}

#[test]
fn tables_and_lines_that_are_cut_close_nothing_that_they_no_longer_tell() {
    let (mut count, mut wrong) = (0, Vec::new());
    for Fixture { format, name, bytes } in fixtures() {
        if serde_json::from_slice::<serde_json::Value>(&bytes).is_ok() || bytes.trim_ascii().starts_with(b"<")
        {
            continue;
        }
        let whole = read(format, &bytes, &name).0.observations.len();
        for cut in (1..bytes.trim_ascii_end().len()).step_by(bytes.len() / 60 + 1) {
            count += 1;
            let (mut seen, summary) = read(format, &bytes[..cut], &format!("{name} cut at {cut}"));
            // The facts of an asset end with its own record; our own format says what it covers in a line.
            seen.covered.retain(|covered| covered.loci != Loci::Facts && format.id != "bartizan");
            if summary.is_some() && !seen.covered.is_empty() && seen.observations.len() < whole {
                wrong.push(format!("{} {name} cut at {cut}: {:?}", format.id, seen.covered));
            }
        }
    }
    assert!(count > 1000, "only {count}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
