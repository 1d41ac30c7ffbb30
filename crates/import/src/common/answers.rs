//! Answers of a command line, one after another in a file or as a JSON array, each about something of its own.

use super::json::{Json, Value};
use super::out::{Out, Stop};
use crate::error::ParseError;
use crate::format::{Format, Options, Summary};
use crate::sink::{Place, Sink};
use std::io::BufRead;

/// Tells each answer by `tell`, which refuses what is none. A file in which nothing is one is in another format, for this reason.
pub(crate) fn read(
    format: &Format,
    input: &mut dyn BufRead,
    options: &Options,
    sink: &mut dyn Sink,
    none: &str,
    tell: impl Fn(&Value<'_>, &Place, &mut Out<'_>) -> Result<(), Stop>,
) -> Result<Summary, ParseError> {
    let mut json = Json::new(input, &options.limits);
    if json.peek()?.is_none() {
        return Err(ParseError::Empty { format: format.id });
    }
    let mut out = Out::new(sink);
    out.source(format.tool, "");
    let mut found = false;
    json.documents(&mut |json| {
        let value = json.value()?;
        let at = out.record(value.at.clone(), "");
        let told = tell(&value, &at, &mut out);
        found |= told.is_ok();
        out.settle(&at, told)
    })?;
    if !found {
        return Err(ParseError::WrongFormat { format: format.id, why: none.to_owned() });
    }
    json.tell_flaws(&mut out);
    Ok(out.end())
}
