//! Records whose keys may be written in any case, and policy documents in any form.

use crate::common::text;
use bartizan_model::{AssetKind, AssetRef, Identifier, IdentifierKind};
use serde_json::Value;

/// The longest policy document that is kept, in bytes. AWS's own limit is 10,240 characters without white space.
const LONGEST: usize = 512 * 1024;

/// A key without case and underscores.
pub(super) fn plain(key: &str) -> String {
    key.chars().filter(|c| *c != '_').map(|c| c.to_ascii_lowercase()).collect()
}

/// Whether a key is written for this plain one.
pub(super) fn same(key: &str, plain_key: &str) -> bool {
    plain(key) == plain_key
}

/// The value of a key, given plain; `null` where there is none.
pub(in crate::formats) fn field<'a>(record: &'a Value, key: &str) -> &'a Value {
    const NULL: &Value = &Value::Null;
    let Some(fields) = record.as_object() else { return NULL };
    fields.iter().find(|(name, _)| same(name, key)).map_or(NULL, |(_, value)| value)
}

/// A text, number or truth value as text; empty for anything else.
pub(super) fn word(value: &Value) -> String {
    match value {
        Value::String(text) => text::name(text),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        _ => String::new(),
    }
}

/// The text of a key.
pub(in crate::formats) fn text_of(record: &Value, key: &str) -> String {
    word(field(record, key))
}

/// The elements of a list; of anything else none.
pub(super) fn list<'a>(record: &'a Value, key: &str) -> &'a [Value] {
    field(record, key).as_array().map_or(&[], Vec::as_slice)
}

/// A policy document as JSON text of ASCII characters: an object, JSON in a text, or that percent-encoded (as the API
/// answers). What is none of these is kept as it is, for the reader of policies to complain about. `Err` where it is too
/// long to be one.
pub(in crate::formats) fn document(value: &Value) -> Result<Option<String>, String> {
    let json = match value {
        Value::Null => return Ok(None),
        Value::String(text) => {
            let decoded =
                if text.trim_start().starts_with('%') { percent_decoded(text) } else { text.clone() };
            match serde_json::from_str::<Value>(&decoded) {
                Ok(Value::Object(fields)) => Value::Object(fields).to_string(),
                _ => text::clean(&decoded, LONGEST).into_owned(),
            }
        }
        other => other.to_string(),
    };
    if json.len() > LONGEST {
        return Err(format!("a policy document has {} bytes, more than {LONGEST}", json.len()));
    }
    Ok(Some(text::ascii_json(&json)))
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = after.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(if *first == b'+' { b' ' } else { *first });
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// An asset by its cloud id, named by what stands at its end.
pub(super) fn cloud(kind: AssetKind, name: &str, id: &str) -> Option<AssetRef> {
    let last = id.rsplit(['/', ':']).next().unwrap_or(id);
    let name = if name.is_empty() { last } else { name };
    AssetRef::new(kind, name, Identifier::new(IdentifierKind::CloudId, id))
}

/// The account of an ARN, and its partition.
pub(in crate::formats) fn account_of(arn: &str) -> Option<(&str, &str)> {
    let mut parts = arn.strip_prefix("arn:")?.split(':');
    let (partition, account) = (parts.next()?, parts.nth(2)?);
    is_account(account).then_some((partition, account))
}

pub(super) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

/// The account itself: everything in it.
pub(in crate::formats) fn account(partition: &str, id: &str) -> Option<AssetRef> {
    cloud(AssetKind::DirectoryObject, &format!("account {id}"), &format!("arn:{partition}:iam::{id}:root"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_signs_that_are_none_stay() {
        assert_eq!(percent_decoded("%7B%22a%22%3A1%7D"), "{\"a\":1}");
        assert_eq!(percent_decoded("50%"), "50%");
        assert_eq!(percent_decoded("%zz%é"), "%zz%é");
    }

    #[test]
    fn documents_are_ascii_and_mean_the_same() {
        let value: Value = serde_json::from_str("{\"Sid\":\"é\u{202e}😀\"}").unwrap();
        let text = document(&value).unwrap().unwrap();
        assert!(text.is_ascii());
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }
}
