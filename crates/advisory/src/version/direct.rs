//! The orders again, as their package managers compare: two versions side by side, without keys. Slow and plain; the
//! keys are tested against them.

use std::cmp::Ordering;

/// `deb-version(7)`.
pub(super) fn dpkg(left: &str, right: &str) -> Ordering {
    fn split(version: &str) -> (u64, &str, &str) {
        let (epoch, rest) = version.split_once(':').unwrap_or(("0", version));
        let (upstream, revision) = rest.rsplit_once('-').unwrap_or((rest, "0"));
        (epoch.parse().unwrap(), upstream, revision)
    }
    let (left, right) = (split(left), split(right));
    left.0.cmp(&right.0).then_with(|| dpkg_part(left.1, right.1)).then_with(|| dpkg_part(left.2, right.2))
}

fn dpkg_part(left: &str, right: &str) -> Ordering {
    fn weight(byte: Option<&u8>) -> i32 {
        match byte {
            None => 0,
            Some(b'~') => -1,
            Some(b) if b.is_ascii_digit() => 0,
            Some(b) if b.is_ascii_alphabetic() => i32::from(*b),
            Some(b) => i32::from(*b) + 256,
        }
    }
    let (mut left, mut right) = (left.as_bytes(), right.as_bytes());
    while !left.is_empty() || !right.is_empty() {
        loop {
            let (a, b) = (weight(left.first()), weight(right.first()));
            if a != b {
                return a.cmp(&b);
            }
            if a == 0 {
                break;
            }
            (left, right) = (&left[1..], &right[1..]);
        }
        let order = number(&mut left).cmp(&number(&mut right));
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}

/// Takes the leading digits.
fn number(text: &mut &[u8]) -> u128 {
    let end = text.iter().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    *text = rest;
    value(std::str::from_utf8(digits).unwrap())
}

fn value(digits: &str) -> u128 {
    if digits.is_empty() { 0 } else { digits.parse().unwrap() }
}

/// rpm's `rpmvercmp` on epoch, version and release.
pub(super) fn rpm(left: &str, right: &str) -> Ordering {
    fn split(version: &str) -> (&str, &str, Option<&str>) {
        let (epoch, rest) = version.split_once(':').unwrap_or(("0", version));
        match rest.rsplit_once('-') {
            Some((version, release)) => (epoch, version, Some(release)),
            None => (epoch, rest, None),
        }
    }
    let (left, right) = (split(left), split(right));
    rpmvercmp(left.0, right.0).then_with(|| rpmvercmp(left.1, right.1)).then_with(|| {
        match (left.2, right.2) {
            (Some(left), Some(right)) => rpmvercmp(left, right),
            (left, right) => left.is_some().cmp(&right.is_some()),
        }
    })
}

fn rpmvercmp(left: &str, right: &str) -> Ordering {
    let (mut one, mut two) = (left.as_bytes(), right.as_bytes());
    loop {
        let skip = |b: &u8| !b.is_ascii_alphanumeric() && *b != b'~' && *b != b'^';
        while one.first().is_some_and(skip) {
            one = &one[1..];
        }
        while two.first().is_some_and(skip) {
            two = &two[1..];
        }
        let (a, b) = (one.first().copied(), two.first().copied());
        if a == Some(b'~') || b == Some(b'~') {
            if a != Some(b'~') {
                return Ordering::Greater;
            }
            if b != Some(b'~') {
                return Ordering::Less;
            }
            (one, two) = (&one[1..], &two[1..]);
            continue;
        }
        if a == Some(b'^') || b == Some(b'^') {
            match (a, b) {
                (None, _) => return Ordering::Less,
                (_, None) => return Ordering::Greater,
                (Some(b'^'), Some(b'^')) => {}
                (Some(b'^'), _) => return Ordering::Less,
                _ => return Ordering::Greater,
            }
            (one, two) = (&one[1..], &two[1..]);
            continue;
        }
        let (Some(a), Some(b)) = (a, b) else { return a.is_some().cmp(&b.is_some()) };
        let order = match (a.is_ascii_digit(), b.is_ascii_digit()) {
            (true, true) => number(&mut one).cmp(&number(&mut two)),
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => letters(&mut one).cmp(letters(&mut two)),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

fn letters<'a>(text: &mut &'a [u8]) -> &'a [u8] {
    let end = text.iter().position(|b| !b.is_ascii_alphabetic()).unwrap_or(text.len());
    let (letters, rest) = text.split_at(end);
    *text = rest;
    letters
}

/// `Gem::Version#<=>` on canonical segments.
pub(super) fn gem(left: &str, right: &str) -> Ordering {
    let (left, right) = (gem_segments(left), gem_segments(right));
    let zero = Segment::Number(0);
    for at in 0..left.len().max(right.len()) {
        let order = left.get(at).unwrap_or(&zero).cmp(right.get(at).unwrap_or(&zero));
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Text(String),
    Number(u128),
}

fn gem_segments(version: &str) -> Vec<Segment> {
    let version = version.replace('-', ".pre.");
    let all = runs(&version, |c| !c.is_ascii_alphanumeric());
    let first_text = all.iter().position(|s| matches!(s, Segment::Text(_))).unwrap_or(all.len());
    let (numbers, texts) = all.split_at(first_text);
    [numbers, texts]
        .into_iter()
        .flat_map(|part| {
            let end = part.iter().rposition(|s| *s != Segment::Number(0)).map_or(0, |at| at + 1);
            part[..end].to_vec()
        })
        .collect()
}

/// Runs of digits and of letters, with separators between.
fn runs(text: &str, separates: impl Fn(char) -> bool) -> Vec<Segment> {
    let mut runs: Vec<String> = vec![String::new()];
    let mut digit = None;
    for c in text.chars() {
        if separates(c) || digit != Some(c.is_ascii_digit()) {
            runs.push(String::new());
        }
        digit = (!separates(c)).then_some(c.is_ascii_digit());
        if !separates(c) {
            runs.last_mut().unwrap().push(c);
        }
    }
    runs.retain(|run| !run.is_empty());
    let segment = |run: String| match run.parse() {
        Ok(number) => Segment::Number(number),
        Err(_) => Segment::Text(run),
    };
    runs.into_iter().map(segment).collect()
}

/// PHP's `version_compare`, without the `#` that contradicts itself.
pub(super) fn composer(left: &str, right: &str) -> Ordering {
    let separates = |c| matches!(c, '.' | '-' | '_' | '+');
    let (left, right) = (runs(left, separates), runs(right, separates));
    let rank = |segment: Option<&Segment>| match segment {
        None | Some(Segment::Number(_)) => 4,
        Some(Segment::Text(text)) => {
            let forms = [
                ("dev", 0),
                ("alpha", 1),
                ("a", 1),
                ("beta", 2),
                ("b", 2),
                ("RC", 3),
                ("rc", 3),
                ("pl", 5),
                ("p", 5),
            ];
            forms.iter().find(|(form, _)| text.starts_with(form)).map_or(-1, |(_, rank)| *rank)
        }
    };
    for at in 0..left.len().max(right.len()) {
        let (a, b) = (left.get(at), right.get(at));
        let order = match (a, b) {
            (Some(Segment::Number(a)), Some(Segment::Number(b))) => a.cmp(b),
            (Some(Segment::Number(_)), None) => Ordering::Greater,
            (None, Some(Segment::Number(_))) => Ordering::Less,
            _ => rank(a).cmp(&rank(b)),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}

/// apk-tools' tokens, oldest first where they differ in kind.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Apk<'a> {
    PreRelease(usize),
    Unreadable,
    NoNumber,
    End,
    Revision(u128),
    Hash(&'a str),
    SuffixNumber(u128),
    PostRelease(usize),
    Letter(char),
    LeadingZero(&'a str),
    Number(u128),
}

/// `apk version -t`.
pub(super) fn apk(left: &str, right: &str) -> Ordering {
    apk_tokens(left).cmp(&apk_tokens(right))
}

fn apk_tokens(mut text: &str) -> Vec<Apk<'_>> {
    let until = |text: &str, not: fn(char) -> bool| text.find(not).unwrap_or(text.len());
    let not_digit = |c: char| !c.is_ascii_digit();
    let mut tokens = Vec::new();
    let mut first = true;
    // number{.number}{letter{number}}
    loop {
        let (digits, rest) = text.split_at(until(text, not_digit));
        tokens.push(match digits {
            "" => Apk::NoNumber,
            _ if digits.starts_with('0') && !first => Apk::LeadingZero(digits),
            _ => Apk::Number(value(digits)),
        });
        text = rest;
        first = false;
        if let Some(letter) = text.chars().next().filter(char::is_ascii_lowercase) {
            tokens.push(Apk::Letter(letter));
            text = &text[1..];
            if text.starts_with(|c: char| c.is_ascii_digit()) {
                continue;
            }
            break;
        }
        let Some(rest) = text.strip_prefix('.') else { break };
        text = rest;
    }
    // {_suffix{number}}
    while let Some(rest) = text.strip_prefix('_') {
        let (name, rest) = rest.split_at(until(rest, |c| !c.is_ascii_lowercase()));
        let among = |names: &[&str]| names.iter().position(|n| *n == name);
        if let Some(at) = among(&["alpha", "beta", "pre", "rc"]) {
            tokens.push(Apk::PreRelease(at));
        } else if let Some(at) = among(&["cvs", "svn", "git", "hg", "p"]) {
            tokens.push(Apk::PostRelease(at));
        } else {
            break;
        }
        let (digits, rest) = rest.split_at(until(rest, not_digit));
        if !digits.is_empty() {
            tokens.push(Apk::SuffixNumber(value(digits)));
        }
        text = rest;
    }
    // {~hash}
    if let Some(rest) = text.strip_prefix('~') {
        let (hash, rest) = rest.split_at(until(rest, |c| !c.is_ascii_hexdigit()));
        tokens.push(Apk::Hash(hash));
        text = rest;
    }
    // {-r#}
    if let Some(rest) = text.strip_prefix("-r") {
        let (digits, rest) = rest.split_at(until(rest, not_digit));
        if !digits.is_empty() || rest.is_empty() || rest.starts_with('-') {
            tokens.push(Apk::Revision(value(digits)));
            text = rest;
        }
    }
    tokens.push(if text.is_empty() { Apk::End } else { Apk::Unreadable });
    tokens
}

/// What `packaging.version` compares, from the normal form of a version.
pub(super) fn pep440(left: &str, right: &str) -> Ordering {
    pep440_key(left).cmp(&pep440_key(right))
}

type Pep440 = (u128, Vec<u128>, (u8, u128), Option<u128>, (bool, u128), Option<Vec<Segment>>);

fn pep440_key(version: &str) -> Pep440 {
    let (public, local) = version.split_once('+').map_or((version, None), |(p, l)| (p, Some(l)));
    let (epoch, public) = public.split_once('!').unwrap_or(("0", public));
    let (public, dev) = public.split_once(".dev").map_or((public, None), |(p, n)| (p, Some(value(n))));
    let (public, post) = public.split_once(".post").map_or((public, None), |(p, n)| (p, Some(value(n))));
    let pre = public.find(|c: char| c.is_ascii_alphabetic());
    let (release, pre) = pre.map_or((public, None), |at| (&public[..at], Some(&public[at..])));
    let pre = match pre {
        Some(pre) if pre.starts_with('a') => (1, value(&pre[1..])),
        Some(pre) if pre.starts_with('b') => (2, value(&pre[1..])),
        Some(pre) => (3, value(&pre[2..])),
        None if post.is_none() && dev.is_some() => (0, 0),
        None => (4, 0),
    };
    let mut release: Vec<_> = release.split('.').map(value).collect();
    while release.last() == Some(&0) {
        release.pop();
    }
    let dev = dev.map_or((true, 0), |number| (false, number));
    (value(epoch), release, pre, post, dev, local.map(local_segments))
}

/// The segments of a local version: all digits or not.
fn local_segments(local: &str) -> Vec<Segment> {
    let segment = |text: &str| text.parse().map_or_else(|_| Segment::Text(text.to_owned()), Segment::Number);
    local.split('.').map(segment).collect()
}

/// Maven's `ComparableVersion`: nested lists.
pub(super) fn maven(left: &str, right: &str) -> Ordering {
    Item::read(left).compare(Some(&Item::read(right)))
}

#[derive(Debug)]
enum Item {
    Number(u128),
    Text(String),
    List(Vec<Self>),
}

impl Item {
    fn read(version: &str) -> Self {
        // Every hyphen, and every change between digits and letters, opens a list inside the one before.
        let mut lists: Vec<Vec<Self>> = vec![Vec::new()];
        let mut token = String::new();
        let mut push = |token: &mut String, opens: bool, before_digit: bool| {
            lists.last_mut().unwrap().push(Self::token(token, before_digit));
            token.clear();
            if opens {
                lists.push(Vec::new());
            }
        };
        for c in version.to_lowercase().chars() {
            let changes = token.chars().last().is_some_and(|l| l.is_ascii_digit() != c.is_ascii_digit());
            match c {
                '.' => push(&mut token, false, false),
                '-' => push(&mut token, true, false),
                _ => {
                    if changes {
                        push(&mut token, true, c.is_ascii_digit());
                    }
                    token.push(c);
                }
            }
        }
        push(&mut token, false, false);
        let mut inner: Option<Vec<Self>> = None;
        while let Some(mut list) = lists.pop() {
            // Nothing (0, ga) before a list or the end is dropped.
            while list.last().is_some_and(Self::is_null) {
                list.pop();
            }
            inner = match inner.take().filter(|inner| !inner.is_empty()) {
                Some(inner) if list.is_empty() && !lists.is_empty() => Some(inner),
                inner => {
                    list.extend(inner.map(Self::List));
                    Some(list)
                }
            };
        }
        Self::List(inner.unwrap_or_default())
    }

    fn token(token: &str, before_digit: bool) -> Self {
        if token.chars().all(|c| c.is_ascii_digit()) {
            return Self::Number(value(token));
        }
        let full = match token {
            "a" if before_digit => "alpha",
            "b" if before_digit => "beta",
            "m" if before_digit => "milestone",
            "cr" => "rc",
            "ga" | "final" | "release" => "",
            _ => token,
        };
        Self::Text(full.to_owned())
    }

    fn is_null(&self) -> bool {
        matches!(self, Self::Number(0)) || matches!(self, Self::Text(text) if text.is_empty())
    }

    fn rank(text: &str) -> (usize, &str) {
        let known = ["alpha", "beta", "milestone", "rc", "snapshot", "", "sp"];
        known.iter().position(|k| *k == text).map_or((known.len(), text), |at| (at, ""))
    }

    fn compare(&self, other: Option<&Self>) -> Ordering {
        match (self, other) {
            (Self::Number(a), None) => a.cmp(&0),
            (Self::Number(a), Some(Self::Number(b))) => a.cmp(b),
            (Self::Number(_), Some(_)) => Ordering::Greater,
            (Self::Text(a), None) => Self::rank(a).cmp(&Self::rank("")),
            (Self::Text(a), Some(Self::Text(b))) => Self::rank(a).cmp(&Self::rank(b)),
            (Self::Text(_), Some(_)) => Ordering::Less,
            (Self::List(a), None) => a
                .iter()
                .map(|item| item.compare(None))
                .find(|o| *o != Ordering::Equal)
                .unwrap_or(Ordering::Equal),
            (Self::List(_), Some(Self::Number(_))) => Ordering::Less,
            (Self::List(_), Some(Self::Text(_))) => Ordering::Greater,
            (Self::List(a), Some(Self::List(b))) => {
                let longest = a.len().max(b.len());
                (0..longest)
                    .map(|at| match (a.get(at), b.get(at)) {
                        (Some(a), b) => a.compare(b),
                        (None, Some(b)) => b.compare(None).reverse(),
                        (None, None) => Ordering::Equal,
                    })
                    .find(|order| *order != Ordering::Equal)
                    .unwrap_or(Ordering::Equal)
            }
        }
    }
}
