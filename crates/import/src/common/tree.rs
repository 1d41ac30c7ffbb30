//! A small JSON value that was read whole, and ways to look into it: what is absent or of another kind is empty, never an
//! error.

use super::flex::{Text, in_order};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::Number;
use std::borrow::Cow;
use std::fmt;

/// A JSON value. Its texts are those of the report, unless an escape had to be undone: a tree of a record costs one list for each
/// list and object in it, and no copy.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) enum Value<'a> {
    #[default]
    Null,
    Bool(bool),
    Number(Number),
    String(Cow<'a, str>),
    Array(Vec<Self>),
    Object(Members<'a>),
}

const NULL: &Value<'static> = &Value::Null;

impl<'a> Value<'a> {
    /// The member of this name, of an object.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        self.as_object().and_then(|members| members.get(name))
    }

    pub(crate) fn as_object(&self) -> Option<&Members<'a>> {
        if let Self::Object(members) = self { Some(members) } else { None }
    }

    pub(crate) fn as_array(&self) -> Option<&[Self]> {
        if let Self::Array(items) = self { Some(items) } else { None }
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    pub(crate) fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(truth) = self { Some(*truth) } else { None }
    }

    pub(crate) fn is_object(&self) -> bool {
        matches!(self, Self::Object(_))
    }

    pub(crate) fn is_array(&self) -> bool {
        matches!(self, Self::Array(_))
    }

    pub(crate) fn is_string(&self) -> bool {
        matches!(self, Self::String(_))
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The same without what it borrows, to be kept when its record is gone.
    pub(crate) fn into_owned(self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(truth) => Value::Bool(truth),
            Self::Number(number) => Value::Number(number),
            Self::String(text) => Value::String(Cow::Owned(text.into_owned())),
            Self::Array(items) => Value::Array(items.into_iter().map(Self::into_owned).collect()),
            Self::Object(Members(members)) => {
                let own =
                    |(name, value): (Cow<'_, str>, Self)| (name.into_owned().into(), value.into_owned());
                Value::Object(Members(members.into_iter().map(own).collect()))
            }
        }
    }
}

/// The members of an object: found by name, told in the order of their names; of several with one name the last counts.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Members<'a>(Vec<(Cow<'a, str>, Value<'a>)>);

/// So few members stay in the order of the report and are looked through; more are put in order once.
const FEW: usize = 32;

impl<'a> Members<'a> {
    pub(crate) fn get(&self, name: &str) -> Option<&Value<'a>> {
        let at = match self.0.len() <= FEW {
            true => self.0.iter().rposition(|(other, _)| other == name),
            false => self.0.binary_search_by(|(other, _)| (**other).cmp(name)).ok(),
        };
        at.map(|at| &self.0[at].1)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Value<'a>)> {
        self.into_iter()
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.iter().map(|(name, _)| name)
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &Value<'a>> {
        self.iter().map(|(_, value)| value)
    }
}

impl<'m, 'a> IntoIterator for &'m Members<'a> {
    type Item = (&'m str, &'m Value<'a>);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        let mut all: Vec<_> = self.0.iter().rev().map(|(name, value)| (&**name, value)).collect();
        all.sort_by_key(|(name, _)| *name);
        all.dedup_by_key(|(name, _)| *name);
        all.into_iter()
    }
}

impl<'a> FromIterator<(Cow<'a, str>, Value<'a>)> for Members<'a> {
    fn from_iter<I: IntoIterator<Item = (Cow<'a, str>, Value<'a>)>>(members: I) -> Self {
        let mut members: Vec<_> = members.into_iter().collect();
        if members.len() > FEW {
            in_order(&mut members);
        }
        Self(members)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }
    fn visit_bool<E>(self, v: bool) -> Result<Self::Value, E> {
        Ok(Value::Bool(v))
    }
    fn visit_u64<E>(self, v: u64) -> Result<Self::Value, E> {
        Ok(Value::Number(v.into()))
    }
    fn visit_i64<E>(self, v: i64) -> Result<Self::Value, E> {
        Ok(Value::Number(v.into()))
    }
    fn visit_f64<E>(self, v: f64) -> Result<Self::Value, E> {
        Ok(Number::from_f64(v).map_or(Value::Null, Value::Number))
    }
    fn visit_borrowed_str<E>(self, v: &'de str) -> Result<Self::Value, E> {
        Ok(Value::String(Cow::Borrowed(v)))
    }
    fn visit_str<E>(self, v: &str) -> Result<Self::Value, E> {
        Ok(Value::String(Cow::Owned(v.to_owned())))
    }
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Value::Null)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::with_capacity(8);
        while let Some((Text(name), value)) = map.next_entry()? {
            members.push((name, value));
        }
        Ok(Value::Object(members.into_iter().collect()))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Value<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(truth) => serializer.serialize_bool(*truth),
            Self::Number(number) => number.serialize(serializer),
            Self::String(text) => serializer.serialize_str(text),
            Self::Array(items) => serializer.collect_seq(items),
            Self::Object(members) => serializer.collect_map(members),
        }
    }
}

/// As JSON.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

/// A JSON value, asked by paths: keys with `/` between them.
pub(crate) trait Tree {
    /// What stands there; `null` where there is nothing.
    fn at(&self, path: &str) -> &Value<'_>;

    /// The text there, trimmed; a number or truth value as text; empty for anything else.
    fn text(&self, path: &str) -> Cow<'_, str> {
        plain(self.at(path))
    }

    /// The text there, unless it is a word for nothing (`None`, `N/A`, `null`).
    fn said(&self, path: &str) -> Cow<'_, str> {
        let text = self.text(path);
        let nothing = ["none", "n/a", "null", "-"].iter().any(|word| text.eq_ignore_ascii_case(word));
        if nothing { Cow::Borrowed("") } else { text }
    }

    /// The first of these paths with a text.
    fn first(&self, paths: &[&str]) -> Cow<'_, str> {
        paths.iter().map(|path| self.text(path)).find(|text| !text.is_empty()).unwrap_or_default()
    }

    /// The elements of the list there; one object is a list of one.
    fn items(&self, path: &str) -> &[Value<'_>] {
        match self.at(path) {
            Value::Array(items) => items,
            one @ Value::Object(_) => std::slice::from_ref(one),
            _ => &[],
        }
    }

    /// The texts of the list there; one text is a list of one. Empty ones are left out.
    fn texts(&self, path: &str) -> Vec<Cow<'_, str>> {
        let all = match self.at(path) {
            Value::Array(items) => items.iter().map(plain).collect(),
            one => vec![plain(one)],
        };
        all.into_iter().filter(|text: &Cow<'_, str>| !text.is_empty()).collect()
    }

    /// The number there, also one that is written as a text.
    fn number(&self, path: &str) -> Option<f64> {
        self.text(path).parse().ok().filter(|number: &f64| number.is_finite())
    }

    /// The whole number above zero there: a line, a count.
    fn count(&self, path: &str) -> Option<u64> {
        self.number(path).filter(|n| *n >= 1.0 && n.fract() == 0.0 && *n < 9e15).map(|n| n as u64)
    }

    /// Whether `true` stands there, as a truth value or a text.
    fn is_true(&self, path: &str) -> bool {
        self.text(path).eq_ignore_ascii_case("true")
    }
}

impl Tree for Value<'_> {
    fn at(&self, path: &str) -> &Value<'_> {
        path.split('/').filter(|key| !key.is_empty()).fold(self, |at, key| match at {
            Self::Array(items) => key.parse().ok().and_then(|n: usize| items.get(n)).unwrap_or(NULL),
            at => at.get(key).unwrap_or(NULL),
        })
    }
}

/// A scalar as text.
pub(crate) fn plain<'v>(value: &'v Value<'_>) -> Cow<'v, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text.trim()),
        Value::Number(number) => Cow::Owned(number.to_string()),
        Value::Bool(true) => Cow::Borrowed("true"),
        Value::Bool(false) => Cow::Borrowed("false"),
        _ => Cow::Borrowed(""),
    }
}

/// The links of these texts, which may hold several each.
pub(crate) fn links<'a>(texts: impl IntoIterator<Item = Cow<'a, str>>) -> Vec<String> {
    let texts: Vec<_> = texts.into_iter().collect();
    super::text::links(texts.iter().map(|text| &**text))
}

/// The CVSS vectors of these texts.
pub(crate) fn vectors<'a>(texts: impl IntoIterator<Item = Cow<'a, str>>) -> Vec<String> {
    let texts: Vec<_> = texts.into_iter().collect();
    super::cvss::vectors(texts.iter().map(|text| &**text))
}

/// The CWE numbers of these texts.
pub(crate) fn cwes<'a>(texts: impl IntoIterator<Item = Cow<'a, str>>) -> Vec<u32> {
    let mut cwes = Vec::new();
    texts.into_iter().for_each(|text| super::ids::cwes_in(&mut cwes, &text));
    cwes
}

/// Paragraphs of those texts that say something, each once.
pub(crate) fn paragraphs<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> String {
    let texts: Vec<_> = texts.into_iter().collect();
    let mut told: Vec<&str> = Vec::new();
    for text in texts.iter().map(|text| text.as_ref().trim()) {
        if !text.is_empty() && !told.contains(&text) {
            told.push(text);
        }
    }
    super::text::whole(told.join("\n\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_absent_is_empty() {
        let text = r#"{"a": {"b": [{"c": " x "}, 7]}, "n": "9.5", "yes": "True", "o": null}"#;
        let value: Value<'_> = serde_json::from_str(text).unwrap();
        assert_eq!(
            (value.text("a/b/0/c"), value.text("a/b/1"), value.text("a/x/y")),
            ("x".into(), "7".into(), "".into())
        );
        assert_eq!((value.number("n"), value.number("o"), value.count("a/b/1")), (Some(9.5), None, Some(7)));
        assert_eq!((value.texts("n").len(), value.texts("o").len(), value.items("a").len()), (1, 0, 1));
        assert!(value.is_true("yes") && !value.is_true("n"));
        assert_eq!(value.first(&["o", "n"]), "9.5");
        assert_eq!(paragraphs(["a", " ", "a", "b"]), "a\n\nb");
    }

    #[test]
    fn few_members_and_many_are_told_alike() {
        for count in [3, 40] {
            let members: Vec<_> = (0..count).rev().map(|n| format!("\"k{n:02}\":{n}")).collect();
            let text = format!("{{\"k01\":\"before\",{},\"k02\":\"\\u0061fter\"}}", members.join(","));
            let value: Value<'_> = serde_json::from_str(&text).unwrap();
            let names: Vec<_> = value.as_object().unwrap().keys().collect();
            assert_eq!(names, (0..count).map(|n| format!("k{n:02}")).collect::<Vec<_>>());
            let of = |value: &Value<'_>| [0, 1, 2].map(|n| value.text(&format!("k{n:02}")).into_owned());
            assert_eq!(of(&value), ["0", "1", "after"]);
            assert_eq!(value.get("k99"), None);
            let same: serde_json::Value = serde_json::from_str(&text).unwrap();
            assert_eq!(value.to_string(), same.to_string());
            assert_eq!(of(&value.into_owned()), ["0", "1", "after"]);
        }
    }
}
