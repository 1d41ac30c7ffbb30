//! Broken and hostile reports of every format: never a panic, never long, and never a clean result of what is broken.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod damage;
mod records;

use bartizan_import::{Collected, Format, Limits, Options, Summary, by_id, detect, entries, open};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, Cursor};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The longest that one small report may take, on a slow and busy machine.
const LONG: Duration = Duration::from_secs(20);

/// A good report of a format.
struct Fixture {
    format: &'static Format,
    name: String,
    bytes: Vec<u8>,
}

fn fixtures() -> Vec<Fixture> {
    let mut all = Vec::new();
    for folder in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures")).unwrap() {
        let folder = folder.unwrap().path();
        let format = by_id(&folder.file_name().unwrap().to_string_lossy()).unwrap();
        for file in fs::read_dir(&folder).unwrap() {
            let file = file.unwrap().path();
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            if name.starts_with("good") {
                all.push(Fixture { format, name, bytes: fs::read(&file).unwrap() });
            }
        }
    }
    all.sort_by(|a, b| (a.format.id, &a.name).cmp(&(b.format.id, &b.name)));
    all
}

/// What became of a report, unless its reader panicked or took too long.
fn read(format: &Format, bytes: &[u8], what: &str) -> (Collected, Option<Summary>) {
    let start = Instant::now();
    let read = catch_unwind(AssertUnwindSafe(|| {
        let mut seen = Collected::default();
        let options = Options { fallback: "fixture".into(), ..Options::default() };
        let Ok(mut reader) = open(bytes, &Limits::default()) else { return (seen, None) };
        let summary = (format.parse)(&mut reader, &options, &mut seen).ok();
        (seen, summary)
    }));
    let text = || String::from_utf8_lossy(&bytes[..bytes.len().min(2_000)]).into_owned();
    let Ok((seen, summary)) = read else { panic!("{} panics on {what}:\n{}", format.id, text()) };
    assert!(start.elapsed() < LONG, "{} takes {:?} for {what}", format.id, start.elapsed());
    assert!(
        summary.is_some() || seen.covered.is_empty(),
        "{}: {what}: coverage of a broken report",
        format.id
    );
    (seen, summary)
}

/// Every place in a value, as the keys that lead there.
fn places(value: &Value, path: &str, all: &mut Vec<String>) {
    all.push(path.to_owned());
    match value {
        Value::Array(items) => {
            let each = items.iter().enumerate().take(2);
            each.for_each(|(at, item)| places(item, &format!("{path}/{at}"), all));
        }
        Value::Object(members) => {
            for (key, member) in members {
                places(member, &format!("{path}/{}", key.replace('~', "~0").replace('/', "~1")), all);
            }
        }
        _ => {}
    }
}

/// Other values for a place: what tools write by mistake, and what nobody writes.
fn replacements(value: &Value) -> Vec<Value> {
    let mut others = vec![Value::Null, json!("\u{2603} unknown"), json!(-1), json!(["x", 7, null])];
    match value {
        Value::Number(number) => others.push(json!(number.to_string())),
        Value::String(text) => {
            others.push(json!({ "text": text }));
            others.push(json!(text.repeat(1 + 100_000 / text.len().max(1))));
        }
        Value::Array(items) => {
            others.push(json!({ "items": items }));
            others.push(items.iter().cycle().take(items.len() * 300).cloned().collect());
        }
        Value::Object(members) => others.push(json!([members])),
        _ => {}
    }
    others
}

#[test]
fn wrong_values_anywhere_never_panic() {
    let mut count = 0;
    for (number, Fixture { format, name, bytes }) in fixtures().into_iter().enumerate() {
        let Ok(document) = serde_json::from_slice::<Value>(&bytes) else { continue };
        let mut all = Vec::new();
        places(&document, "", &mut all);
        // Every place of a small report, a sample of a large one; each with one replacement in turn.
        let step = all.len() / 40 + 1;
        for (turn, path) in all.iter().enumerate().skip(number % step).step_by(step) {
            let others = replacements(document.pointer(path).unwrap());
            for at in [turn, turn + others.len() / 2] {
                let mut broken = document.clone();
                *broken.pointer_mut(path).unwrap() = others[at % others.len()].clone();
                read(format, broken.to_string().as_bytes(), &format!("{name} with another {path}"));
                count += 1;
            }
            if let Some((parent, key)) = path.rsplit_once('/') {
                let mut broken = document.clone();
                if let Some(members) = broken.pointer_mut(parent).unwrap().as_object_mut() {
                    members.remove(&key.replace("~1", "/").replace("~0", "~"));
                    read(format, broken.to_string().as_bytes(), &format!("{name} without {path}"));
                }
            }
        }
    }
    println!("{count} documents");
}

/// The lists of objects that stand inside the first record of each list.
fn inner_lists(document: &Value) -> Vec<String> {
    let mut all = Vec::new();
    places(document, "", &mut all);
    let in_the_first = |path: &String| {
        let mut keys = path.split('/');
        keys.clone().any(|key| key == "0") && !keys.any(|key| key == "1")
    };
    let of_objects = |path: &String| {
        document
            .pointer(path)
            .and_then(Value::as_array)
            .is_some_and(|items| items.iter().any(Value::is_object))
    };
    all.retain(|path| in_the_first(path) && of_objects(path));
    all
}

#[test]
fn bad_elements_of_lists_in_records_are_never_silent() {
    let (mut lists, mut wrong) = (0, Vec::new());
    for Fixture { format, name, bytes } in fixtures() {
        let Ok(document) = serde_json::from_slice::<Value>(&bytes) else { continue };
        let good = read(format, &bytes, &name).0;
        for path in inner_lists(&document) {
            lists += 1;
            // Beside the good elements, in their place, and a list in a list.
            for (turn, bad) in
                [json!(null), json!(7), json!("text"), json!({}), json!([[]]), json!([{"x": []}])]
                    .iter()
                    .enumerate()
            {
                let mut broken = document.clone();
                let items = broken.pointer_mut(&path).unwrap().as_array_mut().unwrap();
                match turn % 3 {
                    0 => items.push(bad.clone()),
                    1 => items.insert(0, bad.clone()),
                    _ => *items = vec![bad.clone(), bad.clone()],
                }
                let what = format!("{name} with {bad} in {path}");
                let (seen, summary) = read(format, broken.to_string().as_bytes(), &what);
                // What stood beside a bad element is there, or its loss is told.
                let silent = seen.observations.is_empty() && seen.rejected.is_empty() && seen.gaps.is_empty();
                if summary.is_some() && silent && !good.observations.is_empty() && turn % 3 < 2 {
                    wrong.push(format!("{} {what}: nothing is left, and nothing is said", format.id));
                }
            }
        }
    }
    println!("{lists} lists");
    assert!(lists > 100, "only {lists}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_report_without_its_lists_is_no_clean_one() {
    let mut wrong = Vec::new();
    for Fixture { format, name, bytes } in fixtures() {
        let Ok(document) = serde_json::from_slice::<Value>(&bytes) else { continue };
        if read(format, &bytes, &name).0.observations.is_empty() {
            continue;
        }
        let mut all = Vec::new();
        places(&document, "", &mut all);
        // Those that are no part of a record.
        let outside = |path: &str| !path.split('/').any(|key| key.parse::<usize>().is_ok());
        let lists = all.iter().filter(|path| document.pointer(path).is_some_and(Value::is_array));
        for path in lists.filter(|path| outside(path)) {
            let mut broken = document.clone();
            *broken.pointer_mut(path).unwrap() = json!("broken");
            let (seen, summary) = read(format, broken.to_string().as_bytes(), &format!("{name}, {path}"));
            let silent = seen.observations.is_empty() && seen.rejected.is_empty() && seen.gaps.is_empty();
            // A text there names another package, through which this one is affected.
            let is_fine = (format.id, path.as_str()) == ("npm_audit", "/vulnerabilities/widget/via");
            if summary.is_some() && silent && !is_fine {
                wrong.push(format!("{} {name}: {path} is a text, and nothing is said", format.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Changes of a text that is no JSON: where, and what stands there instead.
fn changes(text: &str) -> Vec<String> {
    let mut changed = Vec::new();
    let mut change = |from: usize, to: usize, other: &str| {
        if let (Some(before), Some(after)) = (text.get(..from), text.get(to..)) {
            changed.push(format!("{before}{other}{after}"));
        }
    };
    let long = "x".repeat(100_000);
    let marks: Vec<_> = text.match_indices(['"', '>', ',', '\n', ':']).map(|(at, _)| at + 1).collect();
    let step = marks.len() / 24 + 1;
    for (turn, pair) in marks.windows(2).enumerate().step_by(step) {
        let others =
            ["", "\u{2603} unknown", "-1", "99999999999999999999", &long, "&#0;&bogus;", "\"", "<x/>"];
        change(pair[0], pair[1] - 1, others[turn % others.len()]);
    }
    let lines: Vec<_> = text.match_indices('\n').map(|(at, _)| at + 1).collect();
    for pair in lines.windows(2).step_by(lines.len() / 6 + 1) {
        change(pair[0], pair[1], "");
        change(pair[0], pair[1], &text[pair[0]..pair[1]].repeat(300));
    }
    changed
}

#[test]
fn wrong_texts_anywhere_never_panic() {
    for Fixture { format, name, bytes } in fixtures() {
        let Ok(text) = std::str::from_utf8(&bytes) else { continue };
        if serde_json::from_str::<Value>(text).is_ok() {
            continue;
        }
        for (at, changed) in changes(text).into_iter().enumerate() {
            read(format, changed.as_bytes(), &format!("{name}, change {at}"));
        }
    }
}

fn shared() -> Option<PathBuf> {
    let given = std::env::var_os("BARTIZAN_SHARED").map(PathBuf::from);
    let path = given.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"));
    let path = path.join("corpora/reports.tar.gz");
    if !path.exists() {
        println!("skipped: no {} (set BARTIZAN_SHARED)", path.display());
        return None;
    }
    Some(path)
}

#[test]
fn real_reports_that_are_cut_are_no_clean_ones() {
    let Some(path) = shared() else { return };
    let mut cuts = 0;
    entries(Cursor::new(fs::read(path).unwrap()), &Limits::default(), &mut |entry| {
        let mut bytes = Vec::new();
        entry.reader.read_to_end(&mut bytes).unwrap();
        // What a whole document is, its end tells; of tables, lines and pages a part is one too.
        let document = serde_json::from_slice::<Value>(&bytes).is_ok() || bytes.trim_ascii().ends_with(b">");
        let head = open(&bytes[..], &Limits::default()).ok().and_then(|mut reader| {
            let head = reader.fill_buf().ok()?;
            detect(head).ok()
        });
        let (Some(format), true) = (head, document && (3..60_000).contains(&bytes.len())) else {
            return ControlFlow::Continue(());
        };
        let end = bytes.trim_ascii_end().len();
        for cut in [end / 3, end / 2, end - 1] {
            let (seen, summary) = read(format, &bytes[..cut], &format!("{} cut at {cut}", entry.name));
            let said = summary.is_none() || !seen.rejected.is_empty();
            assert!(said, "{} ({}) cut at {cut} of {end} is read as a whole", entry.name, format.id);
            cuts += 1;
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    assert!(cuts > 500, "only {cuts}");
}
