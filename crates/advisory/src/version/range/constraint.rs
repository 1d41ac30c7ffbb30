//! Constraints as package managers and advisories write them.
//!
//! Alternatives are separated by `||` or `|`; in each, all comparators (separated by commas or spaces) must hold. An empty
//! text means every version. Beside them stand intervals as Maven and NuGet write them: `[1.0,2.0),[3.0]`.
//!
//! | Written | Means |
//! |---|---|
//! | `1.2`, `=1.2`, `==1.2`, `===1.2` | that version; in npm every 1.2.x |
//! | `!=1.2` | any other |
//! | `<`, `<=`, `>`, `>=`, `<<`, `>>` | the order (Debian writes `<<` and `>>`) |
//! | `1.2.*`, `1.2.x`, `*` | whatever begins so |
//! | `1.2 - 2.0` | from 1.2 to 2.0, both included |
//! | `^1.2` | up to the next change of the first number that is not 0 (npm, Cargo, Composer) |
//! | `~>1.2.3`, `~=1.2.3` | up to the next change of the last number but one (RubyGems, Hex, PEP 440) |
//! | `~1.2.3` | the same in Composer; elsewhere up to the next change of the second number |
//!
//! Where a package manager keeps pre-releases out of a range unless one is asked for, this does not: an advisory means
//! them too. Upper bounds that are worked out (`^`, `~`, `*`) do come before the pre-releases of that bound, and in
//! Composer so do `<` and `>=`, as Composer reads them.

use super::{Bound, Interval, NoRange, Ranges};
use crate::version::{Key, Scheme};

/// The longest constraint that is read, in bytes.
const LONGEST: usize = 1 << 16;
/// The most comparators that may have to hold at once.
const MOST: usize = 64;

impl Ranges {
    /// The versions that satisfy a constraint.
    ///
    /// # Errors
    ///
    /// It cannot be read, or a bound is no version.
    pub fn parse(scheme: Scheme, text: &str) -> Result<Self, NoRange> {
        let text = text.trim();
        if text.len() > LONGEST {
            return Err(NoRange::text(text, "it is too long"));
        }
        if text.is_empty() {
            return Ok(Self::all());
        }
        let mut intervals = Vec::new();
        for alternative in text.split("||").flat_map(|part| part.split('|')) {
            let alternative = alternative.trim();
            let ranges = if alternative.starts_with(['[', '(']) {
                bracketed(scheme, alternative)?
            } else {
                comparators(scheme, alternative)?
            };
            intervals.extend(ranges.0);
        }
        Ok(Self::union(intervals))
    }
}

/// `[1.0,2.0),[3.0],(4.0,)`: any of the intervals.
fn bracketed(scheme: Scheme, text: &str) -> Result<Ranges, NoRange> {
    let mut intervals = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find([']', ')']).ok_or_else(|| NoRange::text(text, "a bracket is not closed"))?;
        let (inside, after) = (&rest[1..end], &rest[end + 1..]);
        let closed = (rest.starts_with('['), rest[end..].starts_with(']'));
        intervals.push(match inside.split_once(',') {
            None if closed == (true, true) => {
                let Bound { key, after } = Bound::read(scheme, inside)?;
                Interval { from: key, until: Some(after) }
            }
            None => return Err(NoRange::text(text, "a single version needs square brackets")),
            Some((low, high)) => {
                let from = match low.trim() {
                    "" => Key::with_capacity(0),
                    low if closed.0 => Bound::read(scheme, low)?.key,
                    low => Bound::read(scheme, low)?.after,
                };
                let until = match high.trim() {
                    "" => None,
                    high if closed.1 => Some(Bound::read(scheme, high)?.after),
                    high => Some(Bound::read(scheme, high)?.key),
                };
                let interval = Interval { from, until };
                if interval.is_empty() {
                    return Err(NoRange::Contradiction("an interval ends before it starts"));
                }
                interval
            }
        });
        rest = after.trim_start();
        if !rest.is_empty() {
            rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
            if !rest.starts_with(['[', '(']) {
                return Err(NoRange::text(text, "an interval is followed by something else"));
            }
        }
    }
    Ok(Ranges::union(intervals))
}

/// Comparators that must all hold.
fn comparators(scheme: Scheme, text: &str) -> Result<Ranges, NoRange> {
    let separator = |c: char| c.is_whitespace() || c == ',';
    let mut ranges = Ranges::all();
    let mut count = 0;
    let mut exact: Option<Ranges> = None;
    let mut rest = text.trim_start_matches(separator);
    if rest.is_empty() {
        return Err(NoRange::text(text, "an alternative is empty"));
    }
    while !rest.is_empty() {
        let (operator, version, after) = comparator(rest);
        rest = after.trim_start_matches(separator);
        if version.is_empty() {
            return Err(NoRange::text(text, "an operator has no version"));
        }
        let one = match rest.strip_prefix('-') {
            Some(upper) if operator.is_empty() && !upper.starts_with(|c: char| !c.is_whitespace()) => {
                let (upper_operator, upper, after) = comparator(upper.trim_start());
                if !upper_operator.is_empty() || upper.is_empty() {
                    return Err(NoRange::text(text, "a hyphen range has no upper version"));
                }
                rest = after.trim_start_matches(separator);
                meaning(scheme, ">=", version)?.and(&meaning(scheme, "<=", upper)?)
            }
            _ => meaning(scheme, operator, version)?,
        };
        if matches!(operator, "" | "=" | "==" | "===") {
            // A list of versions is easily taken for this; read as `and` it would silently match nothing.
            if exact.as_ref().is_some_and(|before| before.and(&one).intervals().is_empty()) {
                return Err(NoRange::text(
                    text,
                    "it cannot be several versions at once; separate them by `||`",
                ));
            }
            exact = Some(one.clone());
        }
        ranges = ranges.and(&one);
        count += 1;
        if count > MOST {
            return Err(NoRange::text(text, "too many comparators must hold at once"));
        }
    }
    Ok(ranges)
}

/// The operator and the version at the beginning, and what is left.
fn comparator(text: &str) -> (&str, &str, &str) {
    let (operator, rest) = text
        .split_at(text.find(|c: char| !matches!(c, '<' | '>' | '=' | '!' | '~' | '^')).unwrap_or(text.len()));
    let rest = rest.trim_start();
    let (version, rest) =
        rest.split_at(rest.find(|c: char| c.is_whitespace() || c == ',').unwrap_or(rest.len()));
    let quoted = ['"', '\''].into_iter().find_map(|q| version.strip_prefix(q)?.strip_suffix(q));
    (operator, quoted.unwrap_or(version), rest)
}

fn meaning(scheme: Scheme, operator: &str, text: &str) -> Result<Ranges, NoRange> {
    let partial = Partial::read(text);
    let wild = partial.as_ref().is_some_and(|p| p.wild);
    // npm fills a version of less than three numbers up with `x`.
    let short =
        scheme == Scheme::Npm && partial.as_ref().is_some_and(|p| p.numbers.len() < 3 && p.rest.is_empty());
    if let Some(partial) = partial.as_ref().filter(|_| wild || short) {
        let count = partial.numbers.len();
        return match operator {
            "" | "=" | "==" | "~" | "^" if partial.numbers.is_empty() => Ok(Ranges::all()),
            ">=" if partial.numbers.is_empty() => Ok(Ranges::all()),
            "" | "=" | "==" => between(partial.start(scheme, text)?, partial.next(scheme, count, text)?),
            "!=" => {
                let (from, until) = (partial.floor(scheme, text)?, partial.next(scheme, count, text)?);
                Ok(Ranges::union(vec![up_to(from), since(until)]))
            }
            "<" => Ok(Ranges(vec![up_to(partial.floor(scheme, text)?)])),
            "<=" => Ok(Ranges(vec![up_to(partial.next(scheme, count, text)?)])),
            ">" => Ok(Ranges(vec![since(partial.next(scheme, count, text)?)])),
            ">=" => Ok(Ranges(vec![since(partial.start(scheme, text)?)])),
            "~" => between(partial.start(scheme, text)?, partial.next(scheme, count.min(2), text)?),
            "^" => between(partial.start(scheme, text)?, partial.caret(scheme, text)?),
            _ => Err(NoRange::text(text, "this operator takes no wildcard")),
        };
    }
    let bound = Bound::read(scheme, text)?;
    if let Some(partial) = partial.as_ref().filter(|p| scheme == Scheme::Composer && p.rest.is_empty()) {
        match operator {
            "<" => return Ok(Ranges(vec![up_to(partial.floor(scheme, text)?)])),
            ">=" => return Ok(Ranges(vec![since(partial.floor(scheme, text)?)])),
            _ => {}
        }
    }
    let numbers = || partial.as_ref().ok_or_else(|| NoRange::text(text, "its operator needs numbers"));
    match operator {
        "" | "=" | "==" | "===" => between(bound.key, bound.after),
        "!=" | "<>" => Ok(Ranges::union(vec![up_to(bound.key), since(bound.after)])),
        "<" | "<<" => Ok(Ranges(vec![up_to(bound.key)])),
        "<=" | "=<" => Ok(Ranges(vec![up_to(bound.after)])),
        ">" | ">>" => Ok(Ranges(vec![since(bound.after)])),
        ">=" | "=>" => Ok(Ranges(vec![since(bound.key)])),
        "^" => between(bound.key, numbers()?.caret(scheme, text)?),
        "~" | "~>" | "~=" => {
            let partial = numbers()?;
            let count = partial.numbers.len();
            let keep = match operator {
                "~" if scheme != Scheme::Composer => count.min(2),
                _ => count.saturating_sub(1).max(1),
            };
            between(bound.key, partial.next(scheme, keep, text)?)
        }
        _ => Err(NoRange::text(text, "its operator is unknown")),
    }
}

fn up_to(until: Key) -> Interval {
    Interval { from: Key::with_capacity(0), until: Some(until) }
}

fn since(from: Key) -> Interval {
    Interval { from, until: None }
}

fn between(from: Key, until: Key) -> Result<Ranges, NoRange> {
    Ok(Ranges::union(vec![Interval { from, until: Some(until) }]))
}

/// The numbers that a version begins with.
struct Partial<'a> {
    /// An epoch with its mark.
    epoch: &'a str,
    numbers: Vec<u64>,
    /// Whether a wildcard follows the numbers.
    wild: bool,
    /// What else follows, without build metadata.
    rest: &'a str,
}

impl<'a> Partial<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let (epoch, text) = text.split_at(text.find('!').map_or(0, |at| at + 1));
        let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
        let (mut rest, _build) = text.split_once('+').unwrap_or((text, ""));
        let mut numbers = Vec::new();
        loop {
            let end = rest.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(rest.len());
            let after = &rest[end..];
            match rest[..end].parse() {
                Ok(number) => numbers.push(number),
                Err(_) if end == 0 && after.starts_with(['*', 'x', 'X']) => {
                    let tail = &after[1..];
                    let wild = tail.split('.').all(|part| matches!(part, "" | "*" | "x" | "X"));
                    return wild.then_some(Self { epoch, numbers, wild, rest: "" });
                }
                Err(_) => return None,
            }
            match after.strip_prefix('.') {
                Some(next)
                    if next.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '*' | 'x' | 'X')) =>
                {
                    rest = next;
                }
                _ => return Some(Self { epoch, numbers, wild: false, rest: after }),
            }
        }
    }

    /// Where the versions that begin with these numbers start, pre-releases included.
    fn floor(&self, scheme: Scheme, text: &str) -> Result<Key, NoRange> {
        floor(scheme, self.epoch, &self.numbers, text)
    }

    /// Where a range begins that is written with these numbers: npm and its kin leave the pre-releases before it out.
    fn start(&self, scheme: Scheme, text: &str) -> Result<Key, NoRange> {
        let mut key = self.floor(scheme, text)?;
        if matches!(
            scheme,
            Scheme::Npm | Scheme::Semver | Scheme::Go | Scheme::Nuget | Scheme::Bitnami | Scheme::Pub
        ) {
            let numbers: Vec<_> = self.numbers.iter().map(u64::to_string).collect();
            key = Bound::read(scheme, &numbers.join("."))?.key;
        }
        Ok(key)
    }

    /// Where the versions start whose first `keep` numbers are the next ones.
    fn next(&self, scheme: Scheme, keep: usize, text: &str) -> Result<Key, NoRange> {
        let mut numbers: Vec<_> = self.numbers.iter().copied().take(keep).collect();
        let raised = numbers.pop().and_then(|last| last.checked_add(1));
        numbers.push(raised.ok_or_else(|| NoRange::text(text, "it has no number that could be raised"))?);
        floor(scheme, self.epoch, &numbers, text)
    }

    /// Where the first number that is not 0 (or the last one that is written) changes.
    fn caret(&self, scheme: Scheme, text: &str) -> Result<Key, NoRange> {
        let last = self.numbers.len().saturating_sub(1);
        let first = self.numbers.iter().position(|n| *n != 0).unwrap_or(last);
        self.next(scheme, first + 1, text)
    }
}

/// The least key of the versions that begin with the numbers: the key of the numbers alone without its end.
fn floor(scheme: Scheme, epoch: &str, numbers: &[u64], text: &str) -> Result<Key, NoRange> {
    let end = match scheme {
        Scheme::Dpkg | Scheme::Rpm | Scheme::Apk | Scheme::Portage | Scheme::Pacman => {
            return Err(NoRange::text(text, "this ecosystem knows no such operator or wildcard"));
        }
        Scheme::Pep440 => 4,
        Scheme::Conda => 3,
        Scheme::Pub | Scheme::Jvm => 2,
        _ => 1,
    };
    if numbers.is_empty() {
        return Err(NoRange::text(text, "it has no numbers"));
    }
    // In Composer 1.5 and 1.5.0 begin at one place, though PHP puts the shorter one first.
    let zeros = numbers.iter().rev().take_while(|n| scheme == Scheme::Composer && **n == 0).count();
    let numbers: Vec<_> = numbers[..(numbers.len() - zeros).max(1)].iter().map(u64::to_string).collect();
    let mut key = Bound::read(scheme, &format!("{epoch}{}", numbers.join(".")))?.key;
    key.truncate(key.len().saturating_sub(end));
    Ok(key)
}
