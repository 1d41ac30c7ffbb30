//! What is known of a request's context: the values of condition keys.

use std::collections::{BTreeMap, BTreeSet};

/// What is known of one condition key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// The request carries these values.
    Known(Vec<String>),
    /// The request does not carry the key.
    Absent,
    /// One of these, none of them `OneOf`: which one is not known.
    OneOf(Vec<Self>),
}

/// The condition keys of a request. A key of which nothing is said is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Context {
    values: BTreeMap<String, Value>,
    complete: BTreeSet<String>,
}

/// An answer about one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lookup<'a> {
    Known(&'a [String]),
    Absent,
    OneOf(&'a [Value]),
    Unknown,
}

impl<'a> From<&'a Value> for Lookup<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Known(values) => Self::Known(values),
            Value::Absent => Self::Absent,
            Value::OneOf(values) => Self::OneOf(values),
        }
    }
}

impl Context {
    /// This context and a key's values. Keys have no case.
    #[must_use]
    pub fn with<S: Into<String>>(self, key: &str, values: impl IntoIterator<Item = S>) -> Self {
        self.set(key, Value::Known(values.into_iter().map(Into::into).collect()))
    }

    /// This context, in which the request does not carry the key.
    #[must_use]
    pub fn without(self, key: &str) -> Self {
        self.set(key, Value::Absent)
    }

    /// This context and what is known of a key.
    #[must_use]
    pub fn set(mut self, key: &str, value: Value) -> Self {
        self.values.insert(key.to_ascii_lowercase(), value);
        self
    }

    /// This context, in which every key with this prefix that is not named is absent (`aws:PrincipalTag/`).
    #[must_use]
    pub fn complete(mut self, prefix: &str) -> Self {
        self.complete.insert(prefix.to_ascii_lowercase());
        self
    }

    /// What is known of a key given in lower case.
    pub(super) fn lookup(&self, key: &str) -> Lookup<'_> {
        match self.values.get(key) {
            Some(value) => value.into(),
            None if self.complete.iter().any(|prefix| key.starts_with(prefix.as_str())) => Lookup::Absent,
            None => Lookup::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_is_unknown() {
        let context = Context::default().with("aws:UserName", ["ann"]).complete("aws:PrincipalTag/");
        assert_eq!(context.lookup("aws:username"), Lookup::Known(&["ann".to_owned()]));
        assert_eq!(context.lookup("aws:principaltag/team"), Lookup::Absent);
        assert_eq!(context.lookup("aws:sourceip"), Lookup::Unknown);
    }
}
