//! The order of Debian versions (`deb-version(7)`), over bytes.

use std::cmp::Ordering;

/// Compares two Debian versions: epoch, upstream version, revision.
pub(super) fn compare(left: &str, right: &str) -> Ordering {
    let (left_epoch, left) = epoch(left);
    let (right_epoch, right) = epoch(right);
    let (left_version, left_revision) = left.rsplit_once('-').unwrap_or((left, "0"));
    let (right_version, right_revision) = right.rsplit_once('-').unwrap_or((right, "0"));
    left_epoch
        .cmp(&right_epoch)
        .then_with(|| part(left_version.as_bytes(), right_version.as_bytes()))
        .then_with(|| part(left_revision.as_bytes(), right_revision.as_bytes()))
}

fn epoch(version: &str) -> (u64, &str) {
    match version.split_once(':').map(|(epoch, rest)| (epoch.parse(), rest)) {
        Some((Ok(epoch), rest)) => (epoch, rest),
        _ => (0, version),
    }
}

/// Alternates between runs of non-digits, in an order where `~` sorts before the end and letters before the rest, and
/// numbers.
fn part(mut left: &[u8], mut right: &[u8]) -> Ordering {
    while !left.is_empty() || !right.is_empty() {
        loop {
            let (a, b) = (weight(left.first()), weight(right.first()));
            if a != b {
                return a.cmp(&b);
            }
            if a == 0 {
                break;
            }
            left = &left[1..];
            right = &right[1..];
        }
        let (a, b) = (number(&mut left), number(&mut right));
        let order = a.len().cmp(&b.len()).then_with(|| a.cmp(b));
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}

fn weight(byte: Option<&u8>) -> i32 {
    match byte {
        None => 0,
        Some(b'~') => -1,
        Some(b) if b.is_ascii_digit() => 0,
        Some(b) if b.is_ascii_alphabetic() => i32::from(*b),
        Some(b) => i32::from(*b) + 256,
    }
}

/// Takes the leading digits, without leading zeros.
fn number<'a>(text: &mut &'a [u8]) -> &'a [u8] {
    let end = text.iter().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    *text = rest;
    &digits[digits.iter().position(|b| *b != b'0').unwrap_or(digits.len())..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order() {
        for (low, high) in [
            ("1.0~rc1", "1.0"),
            ("1.0~~", "1.0~"),
            ("1.0", "1.0a"),
            ("1.0a", "1.0+1"),
            ("1.9", "1.10"),
            ("9.9", "1:0.1"),
            ("1.0-1", "1.0-1+b1"),
            ("1.0-1", "1.0-1.1"),
            ("1.0-2", "1.0-10"),
            ("3.0.11-1~deb12u2", "3.0.11-1"),
            ("2:9.0.1378-2", "2:9.0.1378-2+deb12u2"),
            ("1.0", "1.0-0.1"),
            ("5.10", "5.10-1"),
        ] {
            assert_eq!(compare(low, high), Ordering::Less, "{low} < {high}");
            assert_eq!(compare(high, low), Ordering::Greater, "{high} > {low}");
        }
        for (one, other) in [
            ("1.0", "0:1.0"),
            ("1.0-0", "1.0"),
            ("1.01", "1.1"),
            ("", ""),
            ("99999999999999999999999", "099999999999999999999999"),
        ] {
            assert_eq!(compare(one, other), Ordering::Equal, "{one} = {other}");
        }
    }
}
