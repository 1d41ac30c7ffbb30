//! YAML files of a repository: one as it is, or many as JSON objects `{"path": ..., "content": ...}` one after another.

use crate::feed::{FeedError, Sink};
use crate::json::{Broken, documents};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_saphyr::Options;
use std::io::{BufRead, Read};
use std::ops::ControlFlow;

/// No file of these repositories is longer.
const LONGEST: u64 = 4 << 20;
/// Events and nodes that are read of one file: aliases of aliases could make a small file endless.
const NODES: usize = 1 << 18;

#[derive(Deserialize)]
struct Wrapped {
    path: String,
    content: String,
}

/// Hands every file with its path (empty where it is one file) to `each`; its error is what is wrong with that file.
/// What the input itself lacks is returned.
pub(crate) fn files(
    reader: &mut dyn BufRead,
    sink: &mut dyn Sink,
    mut each: impl FnMut(&str, &str, &mut dyn Sink) -> Result<ControlFlow<()>, String>,
) -> Result<Vec<String>, FeedError> {
    let mut incomplete = Vec::new();
    if reader.fill_buf()?.trim_ascii_start().first() != Some(&b'{') {
        let mut text = String::new();
        reader.take(LONGEST + 1).read_to_string(&mut text)?;
        if text.len() as u64 > LONGEST {
            return Err(FeedError::Format(format!("it is longer than {} MiB", LONGEST >> 20)));
        }
        if let Err(why) = each("", &text, sink) {
            sink.reject("the file".to_owned(), why);
        }
        return Ok(incomplete);
    }
    let mut documents = documents(reader);
    while let Some((line, document)) = documents.next() {
        let outcome = match document {
            Ok(bytes) => serde_json::from_slice::<Wrapped>(bytes).map_err(|error| error.to_string()),
            Err(Broken::Io(error)) => return Err(error.into()),
            Err(Broken::Cut) => {
                incomplete.push(Broken::Cut.to_string());
                continue;
            }
            Err(error) => Err(error.to_string()),
        };
        let outcome = outcome.and_then(|file| {
            each(&file.path, &file.content, sink).map_err(|why| format!("{}: {why}", file.path))
        });
        match outcome {
            Ok(ControlFlow::Continue(())) => {}
            Ok(ControlFlow::Break(())) => break,
            Err(why) => sink.reject(format!("line {line}"), why),
        }
    }
    Ok(incomplete)
}

/// Reads a YAML text. Scalars become whatever the type wants, so that `1.10` can stay a text.
pub(crate) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_saphyr::from_str_with_options(text, options()).map_err(|error| {
        let text = error.to_string();
        text.lines().next().unwrap_or_default().trim().to_owned()
    })
}

fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_nodes: NODES, max_events: 2 * NODES },
    }
}
