//! Keys and the pieces they are written of.

use std::fmt;
use std::ops::Deref;

/// The least tag of a number. The tags below it are free for what an order puts before numbers.
pub(super) const NUMBER: u8 = 0x20;
/// The tag of numbers whose length takes two bytes, and the greatest one.
const LONG: u8 = 0xe0;

/// A version as bytes whose order (`memcmp`) is the order of versions.
///
/// Only keys of the same [`Scheme`](super::Scheme) may be compared. No key is a beginning of another one's.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(Vec<u8>);

impl Key {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    /// The bytes, to store them.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The least byte text after this one: nothing lies between the two.
    pub(super) fn successor(mut self) -> Self {
        self.0.push(0);
        self
    }

    pub(super) fn push(&mut self, byte: u8) {
        self.0.push(byte);
    }

    pub(super) fn pop(&mut self) -> Option<u8> {
        self.0.pop()
    }

    pub(super) fn truncate(&mut self, length: usize) {
        self.0.truncate(length);
    }

    /// A number of any length, written as digits: the count of its digits (as a tag), then the digits.
    pub(super) fn number(&mut self, digits: &str) {
        let digits = digits.trim_start_matches('0').as_bytes();
        match u8::try_from(digits.len()) {
            Ok(length) if length < LONG - NUMBER => self.0.push(NUMBER + length),
            _ => {
                self.0.push(LONG);
                self.count(digits.len());
            }
        }
        self.0.extend_from_slice(digits);
    }

    /// A text, ended so that a shorter one comes first. Texts hold no NUL: [`Scheme::key`](super::Scheme::key) refuses it.
    pub(super) fn text(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
        self.0.push(0);
    }

    /// As [`Self::text`], without the difference of upper and lower case.
    pub(super) fn caseless(&mut self, text: &str) {
        self.0.extend(text.bytes().map(|b| b.to_ascii_lowercase()));
        self.0.push(0);
    }

    /// A count that is at most the length of a version.
    pub(super) fn count(&mut self, count: usize) {
        self.0.extend_from_slice(&u16::try_from(count).unwrap_or(u16::MAX).to_be_bytes());
    }

    /// A count of which the greater comes first.
    pub(super) fn count_down(&mut self, count: usize) {
        self.0.extend_from_slice(&(u16::MAX - u16::try_from(count).unwrap_or(u16::MAX)).to_be_bytes());
    }
}

impl Deref for Key {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.0.escape_ascii())
    }
}

/// Splits off the longest beginning of which every byte is wanted. Only for wants that are ASCII.
pub(super) fn take(text: &str, wanted: impl Fn(u8) -> bool) -> (&str, &str) {
    let end = text.bytes().position(|b| !wanted(b)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// Splits off the digits at the beginning.
pub(super) fn digits(text: &str) -> (&str, &str) {
    take(text, |b| b.is_ascii_digit())
}
