//! Names that stand in a document over and over, each kept once.

use std::ops::Deref;
use std::rc::Rc;

/// The name of an element or an attribute. A copy of it takes no memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Name(Rc<str>);

impl Name {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for Name {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        *self.0 == *other
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        *self.0 == **other
    }
}

/// The names seen lately: at most so many, whatever a document holds.
pub(crate) struct Names(Vec<Name>);

const SLOTS: usize = 512;

impl Names {
    pub(crate) fn new() -> Self {
        Self(vec![Name::default(); SLOTS])
    }

    /// The name with this text.
    pub(crate) fn get(&mut self, text: &str) -> Name {
        let bytes = text.as_bytes();
        let of = |byte: Option<&u8>| byte.map_or(0, |byte| usize::from(*byte));
        let mixed =
            of(bytes.first()) * 31 + of(bytes.get(bytes.len() / 2)) * 7 + of(bytes.last()) + bytes.len() * 67;
        let slot = &mut self.0[mixed % SLOTS];
        if *slot != text {
            *slot = Name(Rc::from(text));
        }
        slot.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_itself_whoever_had_its_place() {
        let mut names = Names::new();
        for _ in 0..2 {
            for number in 0..2_000 {
                let text = format!("n{number}");
                assert_eq!(names.get(&text), text.as_str());
            }
        }
        assert_eq!(names.get(""), "");
    }
}
