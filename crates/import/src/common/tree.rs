//! Looking into a small JSON value that was read whole: what is absent or of another kind is empty, never an error.

use serde_json::Value;
use std::borrow::Cow;

const NULL: &Value = &Value::Null;

/// A JSON value, asked by paths: keys with `/` between them.
pub(crate) trait Tree {
    /// What stands there; `null` where there is nothing.
    fn at(&self, path: &str) -> &Value;

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
    fn items(&self, path: &str) -> &[Value] {
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

impl Tree for Value {
    fn at(&self, path: &str) -> &Value {
        path.split('/').filter(|key| !key.is_empty()).fold(self, |at, key| match at {
            Self::Array(items) => key.parse().ok().and_then(|n: usize| items.get(n)).unwrap_or(NULL),
            at => at.get(key).unwrap_or(NULL),
        })
    }
}

/// A scalar as text.
pub(crate) fn plain(value: &Value) -> Cow<'_, str> {
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
    let mut told: Vec<String> = Vec::new();
    for text in texts {
        let text = text.as_ref().trim();
        if !text.is_empty() && !told.iter().any(|other| other == text) {
            told.push(text.to_owned());
        }
    }
    super::text::body(&told.join("\n\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_absent_is_empty() {
        let value = serde_json::json!({"a": {"b": [{"c": " x "}, 7]}, "n": "9.5", "yes": "True", "o": null});
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
}
