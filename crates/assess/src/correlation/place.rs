//! Whether two places are the same, though two tools write them down.

use super::equivalence::Where;
use super::resource::Resource;
use super::{Class, Excerpt, Spot};
use bartizan_model::Locus;
use std::collections::BTreeSet;

/// The least that code must hold, without white space, to be told from other code by its text alone.
const TELLING: usize = 8;

/// Lines that were told within a day, in microseconds, are taken to be of one state of the code.
const TOGETHER: u64 = 86_400_000_000;

/// An exposure with what is known of its place.
pub(super) struct Known<'a> {
    pub(super) spot: &'a Spot,
    pub(super) line: Option<u64>,
    /// When the line was told, in microseconds.
    told: i64,
    /// The code at the line without white space; empty where not told.
    code: String,
}

impl<'a> Known<'a> {
    pub(super) fn new(spot: &'a Spot, excerpt: Option<&Excerpt>) -> Self {
        let line = excerpt.and_then(|excerpt| excerpt.line);
        let code = excerpt.map(|excerpt| flagged(&excerpt.code, line)).unwrap_or_default();
        let told = excerpt.map_or(0, |excerpt| excerpt.at.micros());
        Self { spot, line, told, code }
    }

    /// Whether both are in one file.
    pub(super) fn is_in_file_of(&self, other: &Self) -> bool {
        match (&self.spot.locus, &other.spot.locus) {
            (Locus::File { path: a, .. }, Locus::File { path: b, .. }) => same_file(a, b),
            _ => false,
        }
    }

    /// Whether both are at the same code, by what stays the same when lines move.
    pub(super) fn is_same_code_as(&self, other: &Self) -> bool {
        let anchors = match (&self.spot.locus, &other.spot.locus) {
            (Locus::File { anchor: a, .. }, Locus::File { anchor: b, .. }) => a == b && !a.is_empty(),
            _ => false,
        };
        anchors || (self.code == other.code && self.code.len() >= TELLING)
    }

    /// Whether both name one resource of one file.
    fn is_resource_of(&self, other: &Self) -> bool {
        let resource = |known: &Self| match &known.spot.locus {
            Locus::File { anchor, .. } => Resource::of(anchor),
            _ => None,
        };
        let same = |one: Resource| resource(other).is_some_and(|other| one.is(&other));
        self.is_in_file_of(other) && resource(self).is_some_and(same)
    }

    /// Whether both were told at one line. A line is as of when it was told, and says something only beside one of the same time.
    fn is_told_with(&self, other: &Self) -> bool {
        let together = self.told.abs_diff(other.told) <= TOGETHER;
        self.line.is_some() && self.line == other.line && together
    }

    /// The place that it and an earlier one are at, in words.
    pub(super) fn at(&self, earlier: &Self) -> String {
        let locus = match (&self.spot.locus, &earlier.spot.locus) {
            (Locus::File { path, .. }, _) => format!("file:{path}"),
            (Locus::Whole, _) => "the asset as a whole".to_owned(),
            (locus, _) => locus.to_string(),
        };
        match (self.line, earlier.line) {
            (Some(one), Some(other)) if one == other => format!("{locus}, line {one}"),
            (Some(one), Some(other)) => format!("{locus}, the same code (lines {other} and {one} when seen)"),
            _ => locus,
        }
    }
}

/// A text that places share where they can be the same for a class; `None` where the place is too vague for it.
pub(super) fn bucket(locus: &Locus, class: &Class) -> Option<String> {
    match (locus, class) {
        (_, Class::Alias(_) | Class::Equivalence { place: Where::Asset, .. }) => Some(String::new()),
        // Only the name: one tool may write the path from another folder than the other.
        (Locus::File { path, .. }, _) => {
            path.rsplit('/').next().filter(|name| !name.is_empty()).map(|name| format!("file:{name}"))
        }
        // A CWE at a route says something only with the parameter it is about.
        (Locus::Route { parameter, .. }, Class::Cwe(_)) => (!parameter.is_empty()).then(|| locus.to_string()),
        (Locus::Route { path, .. }, Class::Equivalence { place: Where::Route | Where::Alone, .. }) => {
            Some(format!("route:{path}"))
        }
        (_, Class::Equivalence { .. }) => Some(locus.to_string()),
        // A port, a package, a setting or a machine may have several weaknesses of one CWE.
        (_, Class::Cwe(_)) => None,
    }
}

/// A text that places share which may touch.
pub(super) fn bucket_of_place(locus: &Locus) -> String {
    match locus {
        Locus::File { path, .. } => format!("file:{}", path.rsplit('/').next().unwrap_or_default()),
        Locus::Route { path, .. } => format!("route:{path}"),
        locus => locus.to_string(),
    }
}

pub(super) fn is_file(bucket: &str) -> bool {
    bucket.starts_with("file:")
}

/// Groups those of a bucket that are at the same place, each in the order it has there.
pub(super) fn same<'a, 'k>(bucket: &'k [Known<'a>], class: &Class) -> Vec<Vec<&'k Known<'a>>> {
    let mut groups: Vec<Vec<&Known<'a>>> = Vec::new();
    for known in bucket {
        let group = groups.iter_mut().find(|group| group.iter().any(|other| agree(known, other, class)));
        match group {
            Some(group) => group.push(known),
            None => groups.push(vec![known]),
        }
    }
    groups
}

/// Groups those of a bucket that are at places which two tools tell less or more exactly, or in other words. What is less exact
/// may stand for several: they are the same only where each rule reports one there.
pub(super) fn alone<'a, 'k>(bucket: &'k [Known<'a>], class: &Class) -> Vec<Vec<&'k Known<'a>>> {
    let Class::Equivalence { place, .. } = class else { return Vec::new() };
    type Touch = fn(&Known<'_>, &Known<'_>) -> bool;
    type Sure = fn(&[&Known<'_>]) -> bool;
    let always: Sure = |_| true;
    let ways: &[(Touch, Sure)] = match place {
        Where::Exact => &[(|a, b| a.is_resource_of(b), always), (|a, b| a.is_in_file_of(b), are_at_one_line)],
        Where::Route => &[],
        Where::Alone => &[(|_, _| true, are_of_one_parameter)],
        Where::File => &[(|a, b| a.is_in_file_of(b), always)],
        Where::Asset => &[(|_, _| true, always)],
    };
    let mut found = Vec::new();
    for (touch, sure) in ways {
        let mut groups: Vec<Vec<&Known<'_>>> = Vec::new();
        for known in bucket {
            match groups.iter_mut().find(|group| group.iter().any(|other| touch(known, other))) {
                Some(group) => group.push(known),
                None => groups.push(vec![known]),
            }
        }
        groups.retain(|group| {
            let rules: BTreeSet<&str> = group.iter().map(|known| known.spot.rule.key.as_str()).collect();
            rules.len() == group.len() && sure(group)
        });
        found.extend(groups);
    }
    found
}

/// Whether all were told at one line, at one time. Only of such as name a file alone: code says more than a line.
fn are_at_one_line(group: &[&Known<'_>]) -> bool {
    let vague =
        |known: &&Known<'_>| matches!(&known.spot.locus, Locus::File { anchor, .. } if anchor.is_empty());
    group.iter().any(vague) && group.iter().all(|known| known.is_told_with(group[0]))
}

/// Whether no two of them name different parameters.
fn are_of_one_parameter(group: &[&Known<'_>]) -> bool {
    let parameters = group.iter().filter_map(|known| match &known.spot.locus {
        Locus::Route { parameter, .. } if !parameter.is_empty() => Some(parameter.as_str()),
        _ => None,
    });
    parameters.collect::<BTreeSet<_>>().len() < 2
}

fn agree(one: &Known<'_>, other: &Known<'_>, class: &Class) -> bool {
    let (Locus::File { anchor, .. }, Locus::File { anchor: its, .. }) = (&one.spot.locus, &other.spot.locus)
    else {
        // What is not in files shares its place with all of its bucket, unless that holds more than one place.
        let wide = matches!(class, Class::Equivalence { place: Where::Alone | Where::Asset, .. });
        return !wide || one.spot.locus == other.spot.locus;
    };
    if !one.is_in_file_of(other) {
        return false;
    }
    match (anchor.is_empty(), its.is_empty()) {
        // Each stands for all that its tool says of the file.
        (true, true) => return matches!(class, Class::Equivalence { .. }),
        // The one without may stand for several of the other: too vague to say.
        (true, false) | (false, true) => return false,
        (false, false) => {}
    }
    let same_line = one.is_told_with(other);
    match (one.code.as_str(), other.code.as_str()) {
        _ if one.is_same_code_as(other) => true,
        ("", _) | (_, "") => same_line,
        (a, b) => {
            same_line && (a == b || (a.len().min(b.len()) >= TELLING && (a.contains(b) || b.contains(a))))
        }
    }
}

/// Where the documentation of tools and of build services has people put a repository, in a container or on a build machine.
const MOUNTS: &[&str] = &["/github/workspace/", "/path/", "/repo/", "/src/", "/usr/src/", "/workspace/"];

/// Whether two paths name one file: the same, or one of them from the root of a machine and the other from a folder in it; or
/// both from roots, of which one is a usual place for a repository.
fn same_file(one: &str, other: &str) -> bool {
    let rooted = |path: &str| path.starts_with('/');
    if rooted(one) && rooted(other) && one != other {
        let (a, b) = (inner(one), inner(other));
        // A bare name may lie anywhere.
        let below =
            |long: &str, short: Option<&str>| short.is_some_and(|it| it.contains('/') && is_below(long, it));
        return a.is_some() && a == b || below(other, a) || below(one, b);
    }
    let (long, short) = if one.len() >= other.len() { (one, other) } else { (other, one) };
    if long == short {
        return true;
    }
    let is_absolute = |path: &str| rooted(path) || path.get(1..2) == Some(":");
    is_absolute(long) && !is_absolute(short) && is_below(long, short)
}

/// The path in the repository, where it begins with a usual place for one.
fn inner(path: &str) -> Option<&str> {
    MOUNTS.iter().find_map(|mount| path.strip_prefix(mount)).filter(|inner| !inner.is_empty())
}

fn is_below(long: &str, short: &str) -> bool {
    long.strip_suffix(short).is_some_and(|folder| folder.ends_with('/'))
}

/// The line of an excerpt that was flagged, without white space: the one with that number before it, else the first.
fn flagged(code: &str, line: Option<u64>) -> String {
    let numbered = line.map(|line| line.to_string()).and_then(|number| {
        code.lines().find_map(|text| {
            let rest = text.trim_start().strip_prefix(&number)?;
            rest.strip_prefix([' ', '\t', ':', '|'])
        })
    });
    let text = numbered.or_else(|| code.lines().find(|text| !text.trim().is_empty())).unwrap_or_default();
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_from_another_folder() {
        for (one, other, same) in [
            ("src/a.py", "src/a.py", true),
            ("/home/ci/src/a.py", "src/a.py", true),
            ("a.py", "/a.py", true),
            ("C:/build/src/a.cs", "src/a.cs", true),
            ("/home/ci/mysrc/a.py", "src/a.py", false),
            ("lib/src/a.py", "src/a.py", false),
            ("/x/src/a.py", "/src/a.py", false),
            ("/x/src/a.py", "/y/src/a.py", false),
            ("/github/workspace/app/a.py", "/src/app/a.py", true),
            ("/github/workspace/app/a.py", "/home/ci/portal/app/a.py", true),
            ("/github/workspace/app/a.py", "/home/ci/portal/lib/a.py", false),
            ("/repo/lib/a.py", "/src/a.py", false),
            ("/repo/a.py", "/src/a.py", true),
        ] {
            assert_eq!((same_file(one, other), same_file(other, one)), (same, same), "{one} {other}");
        }
    }

    #[test]
    fn the_flagged_line_is_found_in_its_surroundings() {
        for (code, line, expected) in [
            ("10 a = 1\n11 b(a)\n12 c", Some(11), "b(a)"),
            ("10: a\n11: b", Some(11), "b"),
            ("  x = 1\n y", Some(5), "x=1"),
            ("\n\n x", None, "x"),
            ("11b\n", Some(11), "11b"),
            ("", Some(1), ""),
        ] {
            assert_eq!(flagged(code, line), expected, "{code:?}");
        }
    }
}
