//! What readers of feeds share.

use crate::feed::{Entry, FeedError, Record, Sink, Summary};
use crate::json::{Broken, documents};
use crate::record::Advisory;
use crate::text::excerpt;
use crate::yaml;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::io::BufRead;
use std::ops::ControlFlow;

/// Hands every JSON document of a file to `each`; its error costs that document alone. What the file lacks is returned.
pub(super) fn each_document(
    reader: &mut dyn BufRead,
    sink: &mut dyn Sink,
    mut each: impl FnMut(&[u8], &mut dyn Sink) -> Result<ControlFlow<()>, String>,
) -> Result<Vec<String>, FeedError> {
    let mut documents = documents(reader);
    let mut incomplete = Vec::new();
    while let Some((line, document)) = documents.next() {
        match document {
            Ok(bytes) => match each(bytes, sink) {
                Ok(ControlFlow::Continue(())) => {}
                Ok(ControlFlow::Break(())) => break,
                Err(error) => sink.reject(format!("line {line}"), error),
            },
            Err(Broken::Io(error)) => return Err(error.into()),
            Err(Broken::Cut) => incomplete.push(Broken::Cut.to_string()),
            Err(error) => sink.reject(format!("line {line}"), error.to_string()),
        }
    }
    Ok(incomplete)
}

/// Reads YAML files that hold an advisory of the form `F` each; those without the text `mark` are of something else. The
/// feed is of the day of its newest advisory.
pub(super) fn yaml_advisories<F: DeserializeOwned>(
    reader: &mut dyn BufRead,
    sink: &mut dyn Sink,
    mark: &str,
    advisory: impl Fn(&str, F) -> Result<Advisory, String>,
) -> Result<Summary, FeedError> {
    let mut as_of: Option<String> = None;
    let incomplete = yaml::files(reader, sink, |path, text, sink| {
        if !text.contains(mark) {
            return Ok(ControlFlow::Continue(()));
        }
        let advisory = advisory(path, yaml::parse(text)?)?;
        as_of = as_of.take().max(advisory.modified.clone().or_else(|| advisory.published.clone()));
        Ok(sink.record(Record::Advisory(Box::new(advisory))))
    })?;
    Ok(Summary { as_of, incomplete, ..Summary::default() })
}

/// Hands an entry over, or why it is none.
pub(super) fn give(
    entry: Result<Entry, String>,
    sink: &mut dyn Sink,
    at: impl FnOnce() -> String,
) -> ControlFlow<()> {
    match entry {
        Ok(entry) => sink.record(Record::Entry(Box::new(entry))),
        Err(why) => {
            sink.reject(at(), why);
            ControlFlow::Continue(())
        }
    }
}

/// What a break in a file is: of one that is all of something, nothing is used.
pub(super) fn broken(error: Broken) -> FeedError {
    match error {
        Broken::Io(error) => error.into(),
        error => FeedError::Format(error.to_string()),
    }
}

/// An id, if it can be one: a word of bounded length.
pub(super) fn id(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() || text.len() > 256 || text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(format!("`{}` is no id", excerpt(text)));
    }
    Ok(text.to_owned())
}

/// Whether a text is a CVE id.
pub(super) fn is_cve(text: &str) -> bool {
    crate::CveId::parse(text).is_ok()
}

/// An object of the pairs that say something.
pub(super) fn data<const N: usize>(pairs: [(&str, Value); N]) -> Map<String, Value> {
    let says = |value: &Value| match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        _ => true,
    };
    pairs.into_iter().filter(|(_, value)| says(value)).map(|(key, value)| (key.to_owned(), value)).collect()
}
