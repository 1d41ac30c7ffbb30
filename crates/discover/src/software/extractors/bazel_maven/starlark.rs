//! The calls in a Starlark file (<https://github.com/bazelbuild/starlark/blob/master/spec.md>), with the arguments that
//! are literals.

use std::collections::BTreeMap;

/// Nesting beyond it is no build file.
const DEPTH: usize = 64;

/// A call, at whatever depth.
#[derive(Debug, Default)]
pub(super) struct Call {
    /// `maven.install`.
    pub(super) name: String,
    /// The variable that takes its value.
    pub(super) assigned: Option<String>,
    pub(super) positional: Vec<Value>,
    pub(super) named: BTreeMap<String, Value>,
}

impl Call {
    /// Whether an argument is `True`.
    pub(super) fn says(&self, name: &str) -> bool {
        matches!(self.named.get(name), Some(Value::Other(word)) if word == "True")
    }
}

/// What an argument is.
#[derive(Debug, Default)]
pub(super) enum Value {
    Text(String),
    List(Vec<Self>),
    Dict(BTreeMap<String, Self>),
    /// A name, a number or what is computed.
    Other(String),
    #[default]
    Nothing,
}

impl Value {
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Adds a list to a list, or to what is not known.
    fn join(&mut self, more: Vec<Self>) {
        match self {
            Self::List(list) => list.extend(more),
            Self::Other(_) => *self = Self::List(more),
            _ => {}
        }
    }
}

/// All calls of a file, inner ones before the outer.
///
/// # Errors
/// Where brackets or quotes are left open.
pub(super) fn calls(text: &str) -> Result<Vec<Call>, String> {
    let mut reader = Reader { tokens: tokens(text)?, at: 0, calls: Vec::new() };
    let mut last: [Option<Token>; 2] = [None, None];
    while let Some(token) = reader.next() {
        // `name = call(...)`
        let assigned = match (&last, &token) {
            ([Some(Token::Word(name)), Some(Token::Mark('='))], Token::Word(_)) => Some(name.clone()),
            _ => None,
        };
        let before = reader.calls.len();
        if matches!(token, Token::Word(_) | Token::Mark('[' | '(' | '{')) {
            reader.at -= 1;
            reader.value(0)?;
        }
        if let Some(call) = reader.calls[before..].last_mut() {
            call.assigned = assigned;
        }
        last = [last[1].take(), Some(token)];
    }
    Ok(reader.calls)
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Mark(char),
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut found = Vec::new();
    let mut rest = text;
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '#' => rest.find('\n').unwrap_or(rest.len()),
            '"' | '\'' => {
                let (text, length) = quoted(rest, c).ok_or("a text in it has no closing quote")?;
                found.push(Token::Text(text));
                length
            }
            c if word(c) => {
                let length = rest.find(|c| !word(c)).unwrap_or(rest.len());
                found.push(Token::Word(rest[..length].to_owned()));
                length
            }
            c => {
                if !c.is_whitespace() {
                    found.push(Token::Mark(c));
                }
                c.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    Ok(found)
}

/// A text in quotes, one or three, with its length; `None` where they are left open.
fn quoted(rest: &str, quote: char) -> Option<(String, usize)> {
    let three = [quote; 3].iter().collect::<String>();
    let close = if rest.starts_with(&three) { three } else { quote.to_string() };
    let mut text = String::new();
    let mut at = close.len();
    loop {
        let here = &rest[at..];
        if here.starts_with(&close) {
            return Some((text, at + close.len()));
        }
        let c = here.chars().next()?;
        at += c.len_utf8();
        if c == '\\' {
            let escaped = rest[at..].chars().next()?;
            at += escaped.len_utf8();
            match escaped {
                'n' => text.push('\n'),
                't' => text.push('\t'),
                '\n' => {}
                other => text.push(other),
            }
        } else {
            text.push(c);
        }
    }
}

struct Reader {
    tokens: Vec<Token>,
    at: usize,
    calls: Vec<Call>,
}

impl Reader {
    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned()?;
        self.at += 1;
        Some(token)
    }

    fn next_is(&self, mark: char) -> bool {
        self.tokens.get(self.at) == Some(&Token::Mark(mark))
    }

    fn value(&mut self, depth: usize) -> Result<Value, String> {
        if depth > DEPTH {
            return Err(format!("brackets in it are nested deeper than {DEPTH}"));
        }
        match self.next() {
            Some(Token::Text(text)) => Ok(Value::Text(text)),
            Some(Token::Word(name)) if self.next_is('(') => {
                self.at += 1;
                let mut call = Call { name: name.clone(), ..Call::default() };
                for (key, value) in self.items(')', depth)? {
                    match key {
                        Some(key) => drop(call.named.insert(key, value)),
                        None => call.positional.push(value),
                    }
                }
                self.calls.push(call);
                Ok(Value::Other(name))
            }
            Some(Token::Word(name)) => Ok(Value::Other(name)),
            Some(Token::Mark('[')) => {
                Ok(Value::List(self.items(']', depth)?.into_iter().map(|(_, value)| value).collect()))
            }
            Some(Token::Mark('(')) => {
                Ok(Value::List(self.items(')', depth)?.into_iter().map(|(_, value)| value).collect()))
            }
            Some(Token::Mark('{')) => {
                let items = self.items('}', depth)?;
                Ok(Value::Dict(items.into_iter().filter_map(|(key, value)| Some((key?, value))).collect()))
            }
            _ => Ok(Value::Nothing),
        }
    }

    /// Values up to a bracket, with the key of `key = value` and `"key": value`. What stands after the first value of
    /// an item is passed over, but for lists that are added to it (`+ ["g:a:1"]`).
    fn items(&mut self, close: char, depth: usize) -> Result<Vec<(Option<String>, Value)>, String> {
        let mut found = Vec::new();
        let mut fresh = true;
        loop {
            match self.tokens.get(self.at) {
                None => return Err(format!("a `{close}` is missing at the end")),
                Some(Token::Mark(mark)) if *mark == close => {
                    self.at += 1;
                    return Ok(found);
                }
                Some(Token::Mark(',')) => {
                    self.at += 1;
                    fresh = true;
                }
                Some(_) => {
                    let value = self.value(depth + 1)?;
                    if !fresh {
                        if let (Value::List(more), Some((_, before))) = (value, found.last_mut()) {
                            before.join(more);
                        }
                        continue;
                    }
                    fresh = false;
                    let key = match value {
                        Value::Other(ref name) if self.next_is('=') => Some(name.clone()),
                        Value::Text(ref name) if self.next_is(':') => Some(name.clone()),
                        _ => None,
                    };
                    if key.is_some() {
                        self.at += 1;
                        found.push((key, self.value(depth + 1)?));
                    } else {
                        found.push((None, value));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn open_brackets() {
        for text in ["f(", "f([)", "f(\"", "'''x''", &"f(".repeat(100_000)] {
            assert!(calls(text).is_err());
        }
        assert_eq!(calls("# f(\nx = 1\n").unwrap().len(), 0);
    }

    proptest! {
        #[test]
        fn never_a_panic(text in "[a\"'()\\[\\]{}=,:#+.\\\\\n\u{e9}]{0,60}") {
            let _ = calls(&text);
        }
    }
}
