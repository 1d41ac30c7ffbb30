//! Types that take what tools really write: a number for a text, one text for a list, `null` for nothing.

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

/// A text, or a number or truth value written as such; `null`, lists of none and objects are the empty text.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Text<'a>(pub(crate) Cow<'a, str>);

impl Deref for Text<'_> {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

/// Several texts; one text is a list of one, anything else an empty list.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Texts<'a>(pub(crate) Vec<Text<'a>>);

impl Texts<'_> {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|text| &**text).filter(|text| !text.is_empty())
    }
}

/// A number, or a text that is one.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Number(pub(crate) Option<f64>);

impl Number {
    /// As a whole number that is not negative.
    pub(crate) fn whole(self) -> Option<u64> {
        self.0.filter(|n| *n >= 0.0 && n.fract() == 0.0 && *n < 9e15).map(|n| n as u64)
    }
}

/// `null` and absent are the default.
pub(crate) fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    d: D,
) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(d)?.unwrap_or_default())
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }
    fn visit_borrowed_str<E>(self, v: &'de str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Borrowed(v)))
    }
    fn visit_str<E>(self, v: &str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(v.to_owned())))
    }
    fn visit_string<E>(self, v: String) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(v)))
    }
    fn visit_u64<E>(self, v: u64) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(v.to_string())))
    }
    fn visit_i64<E>(self, v: i64) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(v.to_string())))
    }
    fn visit_f64<E>(self, v: f64) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(v.to_string())))
    }
    fn visit_bool<E>(self, v: bool) -> Result<Self::Value, E> {
        Ok(Text(Cow::Borrowed(if v { "true" } else { "false" })))
    }
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Text::default())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut all = Text::default();
        while let Some(text) = seq.next_element::<Text<'de>>()? {
            if all.is_empty() {
                all = text;
            } else if !text.is_empty() {
                let joined = all.0.to_mut();
                joined.push_str(", ");
                joined.push_str(&text);
            }
        }
        Ok(all)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Text::default())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextsVisitor;

impl<'de> Visitor<'de> for TextsVisitor {
    type Value = Texts<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of texts")
    }
    fn visit_borrowed_str<E>(self, v: &'de str) -> Result<Self::Value, E> {
        Ok(Texts(vec![Text(Cow::Borrowed(v))]))
    }
    fn visit_str<E>(self, v: &str) -> Result<Self::Value, E> {
        Ok(Texts(vec![Text(Cow::Owned(v.to_owned()))]))
    }
    fn visit_u64<E>(self, v: u64) -> Result<Self::Value, E> {
        Ok(Texts(vec![Text(Cow::Owned(v.to_string()))]))
    }
    fn visit_i64<E>(self, v: i64) -> Result<Self::Value, E> {
        Ok(Texts(vec![Text(Cow::Owned(v.to_string()))]))
    }
    fn visit_f64<E>(self, v: f64) -> Result<Self::Value, E> {
        Ok(Texts(vec![Text(Cow::Owned(v.to_string()))]))
    }
    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Texts::default())
    }
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Texts::default())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut texts = Vec::new();
        while let Some(text) = seq.next_element::<Text<'de>>()? {
            texts.push(text);
        }
        Ok(Texts(texts))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Texts::default())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Texts<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextsVisitor)
    }
}

/// Texts by their names, in the order of the names; of several with one name the last counts.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Named<'a>(pub(crate) Vec<(Cow<'a, str>, Text<'a>)>);

/// Puts members in the order of their names; of several with one name the last stays.
pub(crate) fn in_order<T>(members: &mut Vec<(Cow<'_, str>, T)>) {
    members.reverse();
    members.sort_by(|(one, _), (other, _)| one.cmp(other));
    members.dedup_by(|(one, _), (other, _)| one == other);
}

struct NamedVisitor;

impl<'de> Visitor<'de> for NamedVisitor {
    type Value = Named<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut named = Vec::new();
        while let Some((Text(name), text)) = map.next_entry()? {
            named.push((name, text));
        }
        in_order(&mut named);
        Ok(Named(named))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Named<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(NamedVisitor)
    }
}

struct NumberVisitor;

impl NumberVisitor {
    fn of(text: &str) -> Number {
        Number(text.trim().parse().ok().filter(|n: &f64| n.is_finite()))
    }
}

impl<'de> Visitor<'de> for NumberVisitor {
    type Value = Number;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }
    fn visit_str<E>(self, v: &str) -> Result<Self::Value, E> {
        Ok(Self::of(v))
    }
    fn visit_u64<E>(self, v: u64) -> Result<Self::Value, E> {
        Ok(Number(Some(v as f64)))
    }
    fn visit_i64<E>(self, v: i64) -> Result<Self::Value, E> {
        Ok(Number(Some(v as f64)))
    }
    fn visit_f64<E>(self, v: f64) -> Result<Self::Value, E> {
        Ok(Number(Some(v).filter(|n| n.is_finite())))
    }
    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Number::default())
    }
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Number::default())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        Ok(Self::of(&TextVisitor.visit_seq(seq)?))
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Ok(Self::of(&TextVisitor.visit_map(map)?))
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_comes() {
        let text = |json: &str| serde_json::from_str::<Text<'_>>(json).unwrap().to_string();
        for (json, expected) in [
            ("\"a\"", "a"),
            ("7", "7"),
            ("9.5", "9.5"),
            ("true", "true"),
            ("null", ""),
            ("[1,\"b\"]", "1, b"),
            ("{\"a\":1}", ""),
        ] {
            assert_eq!(text(json), expected);
        }
        let list: Texts<'_> = serde_json::from_str("[\"CWE-79\",79,null]").unwrap();
        assert_eq!(list.iter().collect::<Vec<_>>(), ["CWE-79", "79"]);
        assert_eq!(serde_json::from_str::<Texts<'_>>("\"one\"").unwrap().0.len(), 1);
        for (json, expected) in [
            ("7", Some(7.0)),
            ("-2", Some(-2.0)),
            ("9.5", Some(9.5)),
            ("\" 10.0\"", Some(10.0)),
            ("[3]", Some(3.0)),
            ("\"N/A\"", None),
            ("\"inf\"", None),
            ("[1,2]", None),
            ("{\"a\":1}", None),
            ("true", None),
            ("null", None),
        ] {
            assert_eq!(serde_json::from_str::<Number>(json).unwrap().0, expected, "{json}");
        }
        let named: Named<'_> = serde_json::from_str(r#"{"b":1,"a":"x","b":"last"}"#).unwrap();
        let named: Vec<_> = named.0.iter().map(|(name, text)| (&**name, &**text)).collect();
        assert_eq!(named, [("a", "x"), ("b", "last")]);
    }
}
