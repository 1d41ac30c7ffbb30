//! The way through a JSON report whose records stand in lists at known places: streams them, one whole record at a time,
//! with what the levels above say beside them.

use super::deferred::Deferred;
use super::json::{Json, Value as Raw};
use super::out::{Out, Stop};
use super::tree::{Tree, Value};
use crate::error::ParseError;
use crate::format::{Format, Options, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::Finding;
use std::borrow::Cow;
use std::cell::Cell;
use std::io::BufRead;
use std::ops::Deref;

/// Where a format's records stand. Paths are keys with `/` between them, `*` for any key; lists in between are passed
/// through: `results/vulnerabilities` are all vulnerabilities of all results.
pub(crate) struct Layout {
    /// The id of the format.
    pub(crate) format: &'static str,
    /// The source name; empty where the records say which tool made them.
    pub(crate) tool: &'static str,
    /// The head, and the path in it, that hold the tool's version; may be empty.
    pub(crate) version: (&'static str, &'static str),
    /// What is kept while the records of its level go by. Records that come before are put aside until it is known.
    pub(crate) heads: &'static [&'static str],
    /// Lists of records; the empty path is the document itself (an array, lines, or one record). An object at such a place
    /// is one record; where the path ends in `[]` only a list is meant, and what else stands there is a mistake. A path that begins with `[]/` says that the document
    /// may be a list of reports, also an empty one.
    pub(crate) lists: &'static [&'static str],
}

/// What became of a record.
pub(crate) type Told = Result<(), Stop>;

/// One record, and what stands above it.
pub(crate) struct Record<'a> {
    pub(crate) at: Place,
    /// The path of the layout that led here.
    pub(crate) list: &'static str,
    /// The key under which it stands, where the path ends in `*`.
    pub(crate) key: &'a str,
    /// The record as it stands in the report.
    pub(crate) raw: &'a [u8],
    is: Value<'a>,
    heads: &'a [(&'static str, Value<'static>)],
    /// A list of objects that was asked for, where something else stands: what it should hold is not told.
    no_list: Cell<Option<String>>,
}

impl Tree for Record<'_> {
    fn at(&self, path: &str) -> &Value<'_> {
        self.is.at(path)
    }

    fn items(&self, path: &str) -> &[Value<'_>] {
        self.items_of(&self.is, path)
    }
}

impl<'a> Deref for Record<'a> {
    type Target = Value<'a>;
    fn deref(&self) -> &Value<'a> {
        &self.is
    }
}

impl Record<'_> {
    /// The objects of a list in a part of this record. What else stands there makes the record one that was not wholly read.
    pub(crate) fn items_of<'v>(&self, part: &'v Value<'v>, path: &str) -> &'v [Value<'v>] {
        let (mut at, mut fine) = (part, true);
        for key in path.split('/').filter(|key| !key.is_empty()) {
            fine &= is_nothing(at) || at.is_object() || at.is_array();
            at = at.at(key);
        }
        let items = at.items("");
        fine &=
            if at.is_array() { items.iter().all(Value::is_object) } else { is_nothing(at) || at.is_object() };
        if !fine {
            self.no_list.set(Some(path.to_owned()));
        }
        items
    }

    /// What a level above says; `null` where it does not.
    pub(crate) fn head(&self, path: &str) -> &Value<'_> {
        self.heads.iter().rev().find(|(head, _)| *head == path).map_or(&Value::Null, |(_, value)| value)
    }

    /// The first of these levels above that is a text.
    pub(crate) fn head_text(&self, paths: &[&str]) -> Cow<'_, str> {
        let texts = paths.iter().map(|path| super::tree::plain(self.head(path)));
        texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
    }

    /// Hands a finding over, with the record beside it.
    pub(crate) fn tell(&self, finding: Finding, out: &mut Out<'_>) -> Told {
        out.summary.seen_at = out.summary.seen_at.max(finding.seen_at);
        Ok(out.finding(&self.at, finding, Some(self.raw))?)
    }

    /// Hands a finding over without the record, which holds what must not be kept.
    pub(crate) fn tell_alone(&self, finding: Finding, out: &mut Out<'_>) -> Told {
        out.summary.seen_at = out.summary.seen_at.max(finding.seen_at);
        Ok(out.finding(&self.at, finding, None)?)
    }
}

/// Makes something of records; for formats whose records need each other.
pub(crate) trait Visit {
    /// One record.
    fn record(&mut self, record: &Record<'_>, out: &mut Out<'_>) -> Told;

    /// The report was read to its proper end.
    fn end(&mut self, out: &mut Out<'_>) -> Result<(), ParseError>;
}

struct Each<'e>(&'e mut dyn FnMut(&Record<'_>, &mut Out<'_>) -> Told);

impl Visit for Each<'_> {
    fn record(&mut self, record: &Record<'_>, out: &mut Out<'_>) -> Told {
        (self.0)(record, out)
    }

    fn end(&mut self, _: &mut Out<'_>) -> Result<(), ParseError> {
        Ok(())
    }
}

impl Layout {
    /// Of a format, and otherwise empty.
    pub(crate) const fn of(format: &Format) -> Self {
        Self { format: format.id, tool: format.tool, version: ("", ""), heads: &[], lists: &[] }
    }

    /// Reads a report to its end; each record by itself.
    pub(crate) fn parse(
        &'static self,
        input: &mut dyn BufRead,
        options: &Options,
        sink: &mut dyn Sink,
        mut each: impl FnMut(&Record<'_>, &Options, &mut Out<'_>) -> Told,
    ) -> Result<Summary, ParseError> {
        let each = &mut |record: &Record<'_>, out: &mut Out<'_>| each(record, options, out);
        self.visit(input, options, sink, &mut Each(each))
    }

    /// Reads a report to its end; what the records are to each other is the visitor's to know.
    pub(crate) fn visit(
        &'static self,
        input: &mut dyn BufRead,
        options: &Options,
        sink: &mut dyn Sink,
        each: &mut dyn Visit,
    ) -> Result<Summary, ParseError> {
        let mut json = Json::new(input, &options.limits);
        let out = Out::new(sink);
        let mut walk = Walk {
            layout: self,
            out,
            each,
            path: Vec::new(),
            heads: Vec::new(),
            named: false,
            recognized: false,
        };
        if json.peek()?.is_none() {
            return Err(ParseError::Empty { format: self.format });
        }
        if self.lists.contains(&"") {
            json.records(&mut |record| match record {
                Ok(value) => walk.record(&value, ""),
                Err((at, why)) => {
                    let at = walk.out.record(at, "");
                    walk.out.reject(at, why);
                    Ok(())
                }
            })?;
            walk.recognized = true;
        } else {
            while !matches!(json.peek()?, None | Some(0)) {
                walk.value(&mut json)?;
            }
        }
        walk.name_source();
        let Walk { mut out, recognized, each, .. } = walk;
        each.end(&mut out)?;
        if out.summary.source.name.is_empty() {
            out.source(self.format, "");
        }
        let summary = &out.summary;
        let useless =
            summary.rejected > 0 && summary.rejected >= summary.records && summary.observations == 0;
        if !recognized || useless {
            let why = "no record in it is one of this format".to_owned();
            return Err(ParseError::WrongFormat { format: self.format, why });
        }
        json.tell_flaws(&mut out);
        Ok(out.end())
    }
}

struct Walk<'s, 'e> {
    layout: &'static Layout,
    out: Out<'s>,
    each: &'e mut dyn Visit,
    path: Vec<String>,
    heads: Vec<(&'static str, Value<'static>)>,
    named: bool,
    recognized: bool,
}

impl Walk<'_, '_> {
    /// The value at the path at hand: a list, a level on the way to one, or nothing of interest.
    fn value(&mut self, json: &mut Json<'_>) -> Result<(), ParseError> {
        let next = json.peek()?;
        let is_list = next == Some(b'[');
        let list = self.layout.lists.iter().find(|list| {
            let bare = list.strip_suffix("[]");
            (bare.is_none() || is_list) && leads(bare.unwrap_or(list), &self.path) == Some(0)
        });
        match (next, list) {
            (Some(b'['), Some(list)) => {
                self.recognized = true;
                json.array(&mut |json| {
                    let value = json.value()?;
                    self.record(&value, list)
                })
            }
            (Some(b'{'), Some(list)) => {
                self.recognized = true;
                let value = json.value()?;
                self.record(&value, list)
            }
            (Some(byte), _) if !matches!(byte, b'{' | b'[' | b'n') && self.named().is_some() => {
                self.no_list(json)
            }
            (Some(b'n'), Some(_)) => {
                self.recognized = true;
                json.skip()
            }
            (Some(b'{'), None) if self.is_list() && !self.leads_on() && self.named().is_some() => {
                self.no_list(json)
            }
            _ if !self.leads_on() => json.skip(),
            (Some(b'['), None) => {
                let mut empty = true;
                json.array(&mut |json| {
                    empty = false;
                    self.element(json)
                })?;
                if empty {
                    self.nothing_there(true);
                }
                Ok(())
            }
            (Some(b'n'), None) => {
                self.nothing_there(false);
                json.skip()
            }
            (Some(b'{'), _) => self.level(json),
            _ => json.skip(),
        }
    }

    /// What is no list, where the records of one by this name would stand.
    fn no_list(&mut self, json: &mut Json<'_>) -> Result<(), ParseError> {
        let at = self.out.record(json.place(), self.named().unwrap_or_default());
        self.out.reject(at, "a list was expected here");
        json.skip()
    }

    /// One element of a list on the way to others.
    fn element(&mut self, json: &mut Json<'_>) -> Result<(), ParseError> {
        match json.peek()? {
            Some(b'{') => self.level(json),
            Some(b'n') => json.skip(),
            _ => {
                if self.path.is_empty() || self.named().is_some() {
                    let at = self.out.record(json.place(), self.named().unwrap_or_default());
                    self.out.reject(at, "an object was expected here");
                }
                json.skip()
            }
        }
    }

    /// The list to which these keys lead, or are the way to, one of them by its name: what is neither list nor object there is a
    /// mistake.
    fn named(&self) -> Option<&'static str> {
        let on_the_way = |list: &&&str| {
            let bare = list.trim_end_matches("[]");
            let Some(left) = leads(bare, &self.path) else { return false };
            let mut steps =
                bare.trim_start_matches("[]/").split('/').zip(&self.path).map(|(key, step)| key == step);
            let by_name = steps.clone().last() == Some(true);
            // Where any key may have a list, others may have what they like, unless all of them are meant.
            by_name || left == 0 && !list.ends_with("[]") && steps.any(|named| named)
        };
        self.layout.lists.iter().find(on_the_way).copied()
    }

    fn leads_on(&self) -> bool {
        self.layout
            .lists
            .iter()
            .any(|list| leads(list.trim_end_matches("[]"), &self.path).is_some_and(|n| n > 0))
    }

    /// An object on the way to lists. Lists wait until the heads beside them are known.
    fn level(&mut self, json: &mut Json<'_>) -> Result<(), ParseError> {
        let scope = self.heads.len();
        let mut missing = self.layout.heads.iter().filter(|head| leads(head, &self.path) == Some(1)).count();
        let mut waiting: Vec<(String, Deferred)> = Vec::new();
        let mut empty = json.peek()? == Some(b'{');
        json.object(&mut |json, key| {
            empty = false;
            self.path.push(key.to_owned());
            let head = self.layout.heads.iter().find(|head| leads(head, &self.path) == Some(0));
            if let Some(head) = head {
                self.recognized = true;
                missing = missing.saturating_sub(1);
                let value = json.value()?;
                let is = value.read::<Value<'_>>().map(Value::into_owned);
                let is = is.map_err(|why| ParseError::Syntax { at: value.at.clone(), why })?;
                self.heads.push((head, is));
            } else if missing > 0 && (self.leads_on() || self.is_list()) {
                waiting.push((key.to_owned(), json.defer()?));
            } else {
                self.value(json)?;
            }
            self.path.pop();
            Ok(())
        })?;
        for (key, deferred) in waiting {
            self.path.push(key);
            deferred.replay(json, &mut |json| self.value(json))?;
            self.path.pop();
        }
        self.heads.truncate(scope);
        if empty && self.any_key() {
            self.nothing_there(false);
        }
        Ok(())
    }

    /// Whether lists stand here under keys of any name, so that an object without keys is complete.
    fn any_key(&self) -> bool {
        self.layout.lists.iter().any(|list| {
            let bare = list.trim_end_matches("[]");
            leads(bare, &self.path).is_some_and(|left| left > 0)
                && bare.split('/').filter(|key| *key != "[]").nth(self.path.len()) == Some("*")
        })
    }

    /// Nothing stands where lists would: the report says that there are none. The document itself says so only by an empty
    /// list, where it may be a list of reports.
    fn nothing_there(&mut self, empty_list: bool) {
        let reports = || empty_list && self.layout.lists.iter().any(|list| list.starts_with("[]/"));
        self.recognized |= !self.path.is_empty() || reports();
    }

    fn is_list(&self) -> bool {
        self.layout.lists.iter().any(|list| leads(list.trim_end_matches("[]"), &self.path) == Some(0))
    }

    fn name_source(&mut self) {
        if !std::mem::replace(&mut self.named, true) && !self.layout.tool.is_empty() {
            let (head, path) = self.layout.version;
            let head = self.heads.iter().find(|(name, _)| *name == head).map(|(_, value)| value);
            let version = head.map(|head| head.text(path)).unwrap_or_default();
            self.out.source(self.layout.tool, &version);
        }
    }

    fn record(&mut self, value: &Raw<'_>, list: &'static str) -> Result<(), ParseError> {
        self.name_source();
        let at = self.out.record(value.at.clone(), list);
        // Some hold numbers that are none to serde: the modulus of a key.
        let again = |why: String| match why.starts_with("number out of range") {
            true => serde_json::from_str::<Value<'_>>(&super::numbers::long_ones_as_texts(&value.text))
                .map(Value::into_owned)
                .map_err(|_| why),
            false => Err(why),
        };
        let is = match value.read::<Value<'_>>().or_else(again) {
            Ok(is) => is,
            Err(why) => {
                self.out.reject(at, why);
                return Ok(());
            }
        };
        let key = self.path.last().map_or("", String::as_str);
        let raw = value.text.as_bytes();
        let record = Record { at, list, key, raw, is, heads: &self.heads, no_list: Cell::default() };
        let told = self.each.record(&record, &mut self.out);
        let told = told.and_then(|()| match record.no_list.take() {
            Some(path) => {
                Err(format!("not all of its `{path}` are objects; only those that are were read").into())
            }
            None => Ok(()),
        });
        self.out.settle(&record.at, told)
    }
}

/// What some tools write for a list of nothing.
fn is_nothing(value: &Value<'_>) -> bool {
    matches!(value, Value::Null | Value::Bool(false))
        || value.as_str().is_some_and(|text| text.trim().is_empty())
}

/// How many keys lie between a path and the end of a pattern; `None` where the path is not on the way to it.
fn leads(pattern: &str, path: &[String]) -> Option<usize> {
    let mut keys = pattern.split('/').filter(|key| !matches!(*key, "" | "[]"));
    for step in path {
        let key = keys.next()?;
        if key != "*" && key != step {
            return None;
        }
    }
    Some(keys.count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sink::Collected;

    static LAYOUT: Layout = Layout {
        format: "t",
        tool: "t",
        version: ("about", "version"),
        heads: &["about", "results/name"],
        lists: &["results/found", "results/by/*", "more[]"],
    };

    fn read(text: &str) -> (Vec<String>, Result<Summary, ParseError>, Collected) {
        let (mut seen, mut told) = (Collected::default(), Vec::new());
        let mut input = text.as_bytes();
        let result = LAYOUT.parse(&mut input, &Options::default(), &mut seen, |record, _, _| {
            if record.text("id").is_empty() {
                return Err("no id".into());
            }
            let name = record.head("results/name").text("");
            told.push(format!("{} {} {name} {}", record.list, record.key, record.text("id")));
            Ok(())
        });
        (told, result, seen)
    }

    #[test]
    fn what_stands_above_is_known_wherever_it_stands() {
        let (told, result, seen) = read(
            r#"{"results":[{"found":[{"id":1},{"x":2}],"name":"a"},{"name":"b","found":null,"by":{"k":{"id":3}}}],
            "more":{"id":4},"about":{"version":"7"}}"#,
        );
        assert_eq!(told, ["results/found found a 1", "results/by/* k b 3"]);
        // The one without its id, and what is no list where only a list is meant.
        assert_eq!((result.unwrap().rejected, seen.rejected.len()), (2, 2));
        assert_eq!(seen.sources[0].version.as_deref(), Some("7"));
    }

    #[test]
    fn a_list_of_reports_may_be_empty() {
        static LISTED: Layout =
            Layout { format: "t", tool: "t", version: ("", ""), heads: &[], lists: &["[]/results/found[]"] };
        let read = |text: &str| {
            let mut told = 0;
            let (mut input, mut seen) = (text.as_bytes(), Collected::default());
            let read = LISTED.parse(&mut input, &Options::default(), &mut seen, |record, _, _| {
                assert_eq!(record.list, "[]/results/found[]");
                told += 1;
                Ok(())
            });
            (read.is_ok(), told)
        };
        assert_eq!(read("[]"), (true, 0));
        assert_eq!(read(r#"[{"results":{"found":[{},{}]}},{"results":{"found":[]}}]"#), (true, 2));
        assert_eq!(read(r#"{"results":{"found":[{}]}}"#), (true, 1));
        assert_eq!((read("{}"), read("[{}]")), ((false, 0), (false, 0)));
    }

    #[test]
    fn nothing_where_lists_would_stand_is_a_report_of_nothing() {
        for text in [r#"{"results":[]}"#, r#"{"results":{"by":{}}}"#, r#"{"results":[{"found":null}]}"#] {
            assert!(matches!(read(text).1, Ok(Summary { records: 0, .. })), "{text}");
        }
        assert!(matches!(read("{}").1, Err(ParseError::WrongFormat { .. })));
        assert!(matches!(read(r#"{"results":{}}"#).1, Err(ParseError::WrongFormat { .. })));
        assert!(matches!(read(r#"{"results":[{"other":1}]}"#).1, Err(ParseError::WrongFormat { .. })));
    }

    #[test]
    fn something_else_is_refused() {
        assert!(matches!(read("{\"a\":1}").1, Err(ParseError::WrongFormat { .. })));
        assert!(matches!(read(" ").1, Err(ParseError::Empty { .. })));
        assert!(matches!(read("{\"more\":[{\"x\":1}]}").1, Err(ParseError::WrongFormat { .. })));
        assert!(matches!(read("{\"results\":7,\"about\":{}}").1, Err(ParseError::WrongFormat { .. })));
        assert_eq!(read("{\"more\":[{\"id\":1}],\"results\":{\"found\":\"x\"}}").2.rejected.len(), 1);
        assert!(matches!(read("{\"more\":[{\"id\":1}]").1, Err(ParseError::Truncated { .. })));
    }
}
