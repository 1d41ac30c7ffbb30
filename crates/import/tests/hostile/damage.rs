//! What befalls a report on its way: values of another kind, members gone, doubled or moved, cuts, bytes that are no text.
//! It knows where values, members, elements, attributes, lines and fields begin and end, so that what it makes still reaches
//! what is behind the syntax. The tests go through it by number; the fuzzer (`fuzz/`) turns it loose.

use std::ops::Range;

/// Choices that come the same again (SplitMix64, <https://doi.org/10.1145/2714064.2660195>).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 where that is 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % (end as u64).max(1)) as usize
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.below(all.len()))
    }
}

/// A stretch of a report that means one thing.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// Its bytes.
    pub(crate) is: Range<usize>,
    /// What it is.
    pub(crate) kind: Kind,
}

/// What a stretch of a report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A JSON value.
    Value,
    /// A key of JSON with its value.
    Member,
    /// An XML element.
    Element,
    /// An attribute with its value.
    Attribute,
    /// Text between or inside tags.
    Text,
    /// A line with its end.
    Line,
    /// A field of a line.
    Field,
}

/// Every place of a report that begins as JSON, XML or HTML does; lines and fields of any other.
pub(crate) fn places(report: &[u8]) -> Vec<Place> {
    match report.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{' | b'[') => json(report),
        Some(b'<') => xml(report),
        _ => lines(report),
    }
}

/// Where the text that begins with a quote at `at` ends, its quote included.
fn quoted(report: &[u8], at: usize) -> usize {
    let mut end = at + 1;
    while end < report.len() && report[end] != b'"' {
        end += if report[end] == b'\\' { 2 } else { 1 };
    }
    (end + 1).min(report.len())
}

fn json(report: &[u8]) -> Vec<Place> {
    let (mut found, mut open, mut key) = (Vec::new(), Vec::new(), None);
    let mut at = 0;
    let value = |key: Option<usize>, is: Range<usize>, found: &mut Vec<Place>| {
        found.extend(key.map(|key| Place { is: key..is.end, kind: Kind::Member }));
        found.push(Place { is, kind: Kind::Value });
    };
    while at < report.len() {
        let from = at;
        at += 1;
        match report[from] {
            b'"' => {
                at = quoted(report, from);
                let next = report[at..].iter().find(|byte| !byte.is_ascii_whitespace());
                if next == Some(&b':') { key = Some(from) } else { value(key.take(), from..at, &mut found) }
            }
            b'{' | b'[' => open.push((from, key.take())),
            b'}' | b']' => {
                if let Some((from, key)) = open.pop() {
                    value(key, from..at, &mut found);
                }
            }
            b',' | b':' | b' ' | b'\n' | b'\r' | b'\t' => {}
            _ => {
                let ends = |byte: &u8| b",]}\" \n\r\t".contains(byte);
                at = report[at..].iter().position(ends).map_or(report.len(), |length| at + length);
                value(key.take(), from..at, &mut found);
            }
        }
    }
    found
}

fn find(report: &[u8], at: usize, what: &[u8]) -> usize {
    let found = report[at..].windows(what.len()).position(|window| window == what);
    found.map_or(report.len(), |length| at + length + what.len())
}

fn xml(report: &[u8]) -> Vec<Place> {
    let (mut found, mut open) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < report.len() {
        let from = at;
        if report[from] != b'<' {
            at = report[from..].iter().position(|byte| *byte == b'<').map_or(report.len(), |n| from + n);
            if !report[from..at].trim_ascii().is_empty() {
                found.push(Place { is: from..at, kind: Kind::Text });
            }
            continue;
        }
        let rest = &report[from..];
        at = match rest {
            [b'<', b'!', b'-', b'-', ..] => find(report, from, b"-->"),
            [b'<', b'!', b'[', ..] => find(report, from, b"]]>"),
            [b'<', b'?', ..] => find(report, from, b"?>"),
            _ => tag(report, from, &mut found),
        };
        match rest {
            [b'<', b'!' | b'?', ..] => {}
            [b'<', b'/', ..] => {
                found.extend(open.pop().map(|from| Place { is: from..at, kind: Kind::Element }));
            }
            _ if report[..at].ends_with(b"/>") => found.push(Place { is: from..at, kind: Kind::Element }),
            _ => open.push(from),
        }
    }
    found
}

/// Finds the attributes of the tag at `from`, and its end.
fn tag(report: &[u8], from: usize, found: &mut Vec<Place>) -> usize {
    let mut name = from;
    let mut at = from + 1;
    while at < report.len() && report[at] != b'>' {
        let byte = report[at];
        at += 1;
        match byte {
            b'"' | b'\'' => {
                let value = at;
                at = report[at..].iter().position(|b| *b == byte).map_or(report.len(), |n| at + n);
                found.push(Place { is: value..at, kind: Kind::Text });
                at = (at + 1).min(report.len());
                found.push(Place { is: name..at, kind: Kind::Attribute });
            }
            _ if byte.is_ascii_whitespace() => name = at - 1,
            _ => {}
        }
    }
    (at + 1).min(report.len())
}

fn lines(report: &[u8]) -> Vec<Place> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in report.split_inclusive(|byte| *byte == b'\n') {
        found.push(Place { is: at..at + line.len(), kind: Kind::Line });
        let mut field = at;
        for (offset, byte) in line.iter().enumerate() {
            if b",;|\t:=\n".contains(byte) {
                found.push(Place { is: field..at + offset, kind: Kind::Field });
                field = at + offset + 1;
            }
        }
        at += line.len();
    }
    found
}

/// What stands where something else should.
const WRONG: &[&str] = &[
    "null",
    "true",
    "-1",
    "0",
    "1e999",
    "18446744073709551616",
    "\"\"",
    "\"\\u2603 unknown\"",
    "\"\\ud800\\u0000\"",
    "\"9999-99-99T99:99:99Z\"",
    "\"7\"",
    "[]",
    "{}",
    "[null, 7, \"x\", [], {}]",
    "{\"\": {\"a\": [1]}}",
    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
];
const WRONG_TEXTS: &[&str] = &[
    "",
    "null",
    "-1",
    "0",
    "1e999",
    "18446744073709551616",
    "\u{2603} unknown",
    "9999-99-99T99:99:99Z",
    "&#0;&bogus;",
    "<x/>",
    "</x>",
    "<!--",
    "<![CDATA[ ]]",
    "\"",
    "'",
    "\"\"\"",
    "\r\n\r\n",
    "\u{202e}\u{1b}[31m",
    ",,,,,,,,",
    "://[::1]:99999/%zz?&=#",
];

impl Place {
    /// This report with something else in the place.
    pub(crate) fn replaced(&self, report: &[u8], by: &[u8]) -> Vec<u8> {
        [&report[..self.is.start], by, &report[self.is.end..]].concat()
    }

    /// This report without the place, and without the comma that set it apart.
    pub(crate) fn removed(&self, report: &[u8]) -> Vec<u8> {
        let (mut from, mut to) = (self.is.start, self.is.end);
        if matches!(self.kind, Kind::Value | Kind::Member) {
            let blank = |byte: &u8| byte.is_ascii_whitespace();
            let after = to + report[to..].iter().take_while(|byte| blank(byte)).count();
            let before = from - report[..from].iter().rev().take_while(|byte| blank(byte)).count();
            if report.get(after) == Some(&b',') {
                to = after + 1;
            } else if before > 0 && report[before - 1] == b',' {
                from = before - 1;
            }
        }
        [&report[..from], &report[to..]].concat()
    }

    /// This report with the place so many times more.
    pub(crate) fn doubled(&self, report: &[u8], times: usize) -> Vec<u8> {
        let between: &[u8] = match self.kind {
            Kind::Value | Kind::Member | Kind::Field => b",",
            Kind::Attribute => b" ",
            _ => b"",
        };
        let again = [between, &report[self.is.clone()]].concat().repeat(times);
        [&report[..self.is.end], &again, &report[self.is.end..]].concat()
    }
}

/// The report after one mishap. Of one that is empty nothing becomes.
pub(crate) fn damaged(report: &[u8], dice: &mut Dice) -> Vec<u8> {
    let all = places(report);
    let Some(place) = dice.of(&all) else { return report.to_vec() };
    let here = &report[place.is.clone()];
    let is_json = matches!(place.kind, Kind::Value | Kind::Member);
    match dice.below(16) {
        0 | 1 => place.removed(report),
        2 => place.doubled(report, 1),
        3 => place.doubled(report, 1 + dice.below(20_000 / here.len().max(1) + 2)),
        4 | 5 => {
            let other: Vec<_> = all.iter().filter(|other| other.kind == place.kind).collect();
            let other = dice.of(&other).map_or(here, |other| &report[other.is.clone()]);
            place.replaced(report, &other[..other.len().min(100_000)])
        }
        6 => report[..place.is.start + dice.below(here.len() + 1)].to_vec(),
        7 => {
            let mut bytes = report.to_vec();
            let at = place.is.start + dice.below(here.len());
            if let Some(byte) = bytes.get_mut(at) {
                *byte = dice.below(256) as u8;
            }
            bytes
        }
        8 => place.replaced(
            report,
            &[b"\"", &b"\xff\xc3("[..], b"x".repeat(dice.below(70_000)).as_slice(), b"\""].concat(),
        ),
        // A value as a text, in a list, in an object, or as it stands in its text.
        9 | 10 if place.kind == Kind::Value => match (here, dice.below(3)) {
            ([b'"', inner @ .., b'"'], 0) => place.replaced(report, inner),
            (_, 0) => place.replaced(report, &[b"\"", here, b"\""].concat()),
            (_, 1) => place.replaced(report, &[b"[", here, b"]"].concat()),
            _ => place.replaced(report, &[b"{\"text\":", here, b"}"].concat()),
        },
        _ if place.kind == Kind::Member => {
            let wrong = dice.of(WRONG).map_or(&b""[..], |wrong| wrong.as_bytes());
            place.replaced(report, &[&here[..quoted(here, 0)], b":", wrong].concat())
        }
        _ => {
            let wrong = dice.of(if is_json { WRONG } else { WRONG_TEXTS });
            place.replaced(report, wrong.map_or(&b""[..], |wrong| wrong.as_bytes()))
        }
    }
}
