//! Maven's order (POM reference, "Version Order Specification"; `ComparableVersion`).
//!
//! A version is tokens between dots, hyphens, and changes between digits and letters, which count as hyphens. Empty
//! tokens are 0; 0, `final`, `ga` and `release` before a hyphen or the end are dropped; then tokens compare one by one,
//! and what is missing equals 0 or `ga`. Qualifiers: alpha, beta, milestone, rc = cr, snapshot, (none), sp, others by
//! letters, without upper and lower case. A qualifier after a dot is older than one after a hyphen, that is older than a
//! number after a hyphen, and that is older than a number after a dot.
//!
//! This contradicts itself where zeros or dots stay before a qualifier: `ComparableVersion` has 2-1 < 2.0.RC1 < 2 < 2-1.
//! The key takes zeros together with what follows ([`Padded`]): 2.0.RC1 < 2 < 2-1, which agrees with Maven on all but a
//! handful of what is published.

use super::NoVersion;
use super::key::{Key, digits};
use super::padded::Padded;

/// Qualifiers that are older than a release, in order.
const OLDER: [&str; 5] = ["alpha", "beta", "milestone", "rc", "snapshot"];
const SERVICE_PACK: u8 = 1;
const OTHER: u8 = 2;

enum Kind<'a> {
    /// Digits that are not all 0.
    Number(&'a str),
    /// 0, or a qualifier that means a release.
    Null,
    /// A rank in [`OLDER`].
    Older(u8),
    ServicePack,
    Other(&'a str),
}

struct Token<'a> {
    dashed: bool,
    kind: Kind<'a>,
}

pub(super) fn write(text: &str, key: &mut Key) -> Result<(), NoVersion> {
    if !text.bytes().any(|b| b.is_ascii_alphanumeric()) {
        return Err(NoVersion::Meaningless("it has neither letters nor digits"));
    }
    let tokens = tokens(text);
    let mut padded = Padded::default();
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            // Nothing is missing at the first place, so a zero there is a number as any other.
            Kind::Number(number) if at == 0 => key.number(number),
            Kind::Null if at == 0 => key.number("0"),
            Kind::Number(number) if token.dashed => padded.dashed(number, key),
            Kind::Number(number) => padded.number(number, key),
            Kind::Null => {
                let next = tokens[at..].iter().find(|token| !matches!(token.kind, Kind::Null));
                let number = next.is_some_and(|token| matches!(token.kind, Kind::Number(_)));
                if token.dashed && number {
                    padded.dashed("0", key);
                } else {
                    padded.zero();
                }
            }
            Kind::Older(rank) => {
                padded.older(key);
                key.push(u8::from(token.dashed));
                key.push(rank);
            }
            Kind::ServicePack => {
                padded.newer(key);
                key.push(u8::from(token.dashed));
                key.push(SERVICE_PACK);
            }
            Kind::Other(text) => {
                padded.newer(key);
                key.push(u8::from(token.dashed));
                key.push(OTHER);
                key.caseless(text);
            }
        }
    }
    padded.end(key);
    Ok(())
}

/// The tokens, without those that mean nothing before a hyphen or at the end.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::with_capacity(8);
    let mut rest = text;
    let mut dashed = false;
    loop {
        let (token, after) = match digits(rest) {
            ("", _) => rest.split_at(
                rest.bytes().position(|b| b == b'.' || b == b'-' || b.is_ascii_digit()).unwrap_or(rest.len()),
            ),
            number => number,
        };
        if dashed {
            drop_nulls(&mut tokens);
        }
        tokens.push(Token { dashed, kind: kind(token, after) });
        match after.bytes().next() {
            None => break,
            Some(b'.') => (dashed, rest) = (false, &after[1..]),
            Some(b'-') => (dashed, rest) = (true, &after[1..]),
            Some(_) => (dashed, rest) = (true, after),
        }
    }
    drop_nulls(&mut tokens);
    tokens
}

fn drop_nulls(tokens: &mut Vec<Token<'_>>) {
    while tokens.len() > 1 && tokens.last().is_some_and(|token| matches!(token.kind, Kind::Null)) {
        tokens.pop();
    }
}

/// What a token is; `a`, `b` and `m` are short for qualifiers only right before a digit.
fn kind<'a>(token: &'a str, after: &str) -> Kind<'a> {
    if token.bytes().all(|b| b.is_ascii_digit()) {
        return if token.bytes().all(|b| b == b'0') { Kind::Null } else { Kind::Number(token) };
    }
    let is = |name: &str| token.eq_ignore_ascii_case(name);
    if is("ga") || is("final") || is("release") {
        return Kind::Null;
    }
    if is("sp") {
        return Kind::ServicePack;
    }
    let short = after.starts_with(|c: char| c.is_ascii_digit());
    let full = match token {
        "a" | "A" if short => "alpha",
        "b" | "B" if short => "beta",
        "m" | "M" if short => "milestone",
        _ if is("cr") => "rc",
        _ => token,
    };
    match (0_u8..).zip(OLDER).find(|(_, name)| full.eq_ignore_ascii_case(name)) {
        Some((rank, _)) => Kind::Older(rank),
        None => Kind::Other(token),
    }
}
