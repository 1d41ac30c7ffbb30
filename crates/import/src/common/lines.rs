//! JSON lines, and other ways to put one record after another.

use super::json::{Json, Value, readable};
use super::out::{Out, Stop};
use super::scan::{Fault, Scan};
use crate::error::ParseError;
use crate::sink::Place;

type Result<T> = std::result::Result<T, ParseError>;

/// A record, or where and why a line is none.
pub(crate) type Record<'a> = std::result::Result<Value<'a>, (Place, String)>;

/// What is made of a record.
pub(crate) type Each<'a> = dyn FnMut(&Value<'_>, &Place, &mut Out<'_>) -> std::result::Result<(), Stop> + 'a;

fn settle(value: &Value<'_>, path: &'static str, out: &mut Out<'_>, each: &mut Each<'_>) -> Result<()> {
    let at = out.record(value.at.clone(), path);
    let result = each(value, &at, out);
    out.settle(&at, result)
}

impl Json<'_> {
    /// Reads the records of a JSON array, of JSON lines, or of values that simply follow each other. In JSON lines a
    /// broken line is handed over as an error and the rest goes on; a broken last line without an end is a cut report.
    pub(crate) fn records(&mut self, each: &mut dyn FnMut(Record<'_>) -> Result<()>) -> Result<()> {
        match self.peek()? {
            None => return Ok(()),
            Some(b'[') => {
                self.array(&mut |json| each(Ok(json.value()?)))?;
                return self.end();
            }
            Some(_) => {}
        }
        if !self.first_line_is_a_value()? {
            while self.peek()?.is_some() {
                each(Ok(self.value()?))?;
            }
            return Ok(());
        }
        while self.peek()?.is_some() {
            let (length, ended) = self.line_length()?;
            let at = self.place();
            self.advance(length);
            let bytes = self.buf[self.start - length..self.start].trim_ascii_end();
            let mut scan = Scan::default();
            let value = match scan.run(bytes, self.limits.depth, true) {
                Ok((n, true)) if n == bytes.len() => {
                    let text = readable(bytes, scan.flaws, &at, &mut self.damaged);
                    Ok(Value { text, at, fits: self.limits.holds(scan.weight) })
                }
                Ok((_, true)) => Err((at, "the line goes on after its JSON object".to_owned())),
                Ok((_, false)) if !ended => return Err(self.truncated("the rest of the last line")),
                Ok((_, false)) => Err((at, "the line ends inside its JSON object".to_owned())),
                Err(Fault::TooDeep) => Err((at, format!("nested deeper than {} levels", self.limits.depth))),
                Err(Fault::Mismatch) => Err((at, "brackets do not match".to_owned())),
            };
            each(value)?;
        }
        Ok(())
    }

    /// Reads [`records`](Self::records) into `each`, and rejects those that are broken or that it can do nothing with.
    pub(crate) fn each_record(&mut self, out: &mut Out<'_>, each: &mut Each<'_>) -> Result<()> {
        self.records(&mut |record| match record {
            Ok(value) => settle(&value, "", out, each),
            Err((at, why)) => {
                let at = out.record(at, "");
                out.reject(at, why);
                Ok(())
            }
        })?;
        self.tell_flaws(out);
        Ok(())
    }

    /// Reads the elements of an array inside a document, or the one object that stands in its place, into `each`; anything else
    /// but `null` is rejected.
    pub(crate) fn each_of(
        &mut self,
        path: &'static str,
        out: &mut Out<'_>,
        each: &mut Each<'_>,
    ) -> Result<()> {
        match self.peek()? {
            Some(b'[') => self.array(&mut |json| settle(&json.value()?, path, out, each)),
            Some(b'{') => settle(&self.value()?, path, out, each),
            Some(b'n') => self.skip(),
            _ => {
                let at = out.record(self.place(), path);
                out.reject(at, "a list was expected here");
                self.skip()
            }
        }
    }

    /// The next line with its end, of a text that is no JSON; `None` after the last. At most `limit` bytes.
    pub(crate) fn line(&mut self, limit: usize) -> Result<Option<String>> {
        let (length, _) = self.line_length()?;
        if length > limit {
            return Err(self.too_large("one document", self.limits.record));
        }
        let at = self.place();
        self.advance(length);
        let bytes = &self.buf[self.start - length..self.start];
        let text = readable(bytes, Default::default(), &at, &mut self.damaged);
        Ok((length > 0).then(|| text.into_owned()))
    }

    fn first_line_is_a_value(&mut self) -> Result<bool> {
        let (length, _) = self.line_length()?;
        let line = &self.buf[self.start..self.start + length];
        let mut scan = Scan::default();
        // A first line that closes more than it opens is a broken line of a JSON lines file.
        if !matches!(scan.run(line, self.limits.depth, true), Ok((_, false))) {
            return Ok(true);
        }
        // So is a long one that another record follows; of one document that was broken into lines a key or a bracket does.
        Ok(length > 256 && matches!(self.after(length)?, None | Some(b'{')))
    }

    /// The first byte that is no white space behind so many bytes; nothing is used up.
    fn after(&mut self, length: usize) -> Result<Option<u8>> {
        let mut looked = length;
        loop {
            let rest = &self.buf[self.start + looked..];
            if let Some(byte) = rest.iter().find(|byte| !byte.is_ascii_whitespace()) {
                return Ok(Some(*byte));
            }
            looked += rest.len();
            if !self.fill()? {
                return Ok(None);
            }
        }
    }

    /// The length of the line that begins here, its end included where it has one.
    fn line_length(&mut self) -> Result<(usize, bool)> {
        let mut looked = 0;
        loop {
            let rest = &self.buf[self.start + looked..];
            if let Some(n) = memchr::memchr(b'\n', rest) {
                return Ok((looked + n + 1, true));
            }
            looked += rest.len();
            if looked > self.limits.record {
                return Err(self.too_large("one line", self.limits.record));
            }
            if !self.fill()? {
                return Ok((looked, false));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Limits;

    fn records(mut input: &[u8]) -> (Vec<String>, Option<String>) {
        let mut json = Json::new(&mut input, &Limits::default());
        let mut seen = Vec::new();
        let end = json.records(&mut |value| {
            seen.push(match value {
                Ok(value) => value.text.into_owned(),
                Err((at, why)) => format!("{at}: {why}"),
            });
            Ok(())
        });
        (seen, end.err().map(|e| e.to_string()))
    }

    #[test]
    fn a_document_may_be_broken_into_lines_anywhere() {
        let long = "x".repeat(300);
        let document = format!("{{\"a\":\"{long}\",\"b\":[\n\n\"c\"]}}");
        assert_eq!(records(document.as_bytes()), (vec![document.clone()], None));
        let lines = format!("{{\"a\":\"{long}\",\"b\":[\n{{\"c\":1}}\n");
        assert_eq!(records(lines.as_bytes()).0.len(), 2);
    }

    #[test]
    fn a_bad_record_costs_itself() {
        let mut sink = crate::sink::Collected::default();
        let mut out = Out::new(&mut sink);
        let mut input = &b"{\"a\":[1,\"x\",3],\"b\":{\"c\":1},\"d\":null}"[..];
        let mut json = Json::new(&mut input, &Limits::default());
        let mut sum = 0;
        json.object(&mut |json, key| match key {
            "a" => json.each_of("a[]", &mut out, &mut |value, _, _| {
                sum += value.read::<u32>()?;
                Ok(())
            }),
            _ => json.each_of("", &mut out, &mut |_, _, _| Ok(())),
        })
        .unwrap();
        assert_eq!((sum, out.summary.records, out.summary.rejected), (4, 4, 1));
        assert!(sink.rejected[0].0.to_string().contains("record 2 (line 1) in a[]"));
    }

    #[test]
    fn reads_records_in_every_layout() {
        let (one, two) = (r#"{"a":1}"#, r#"{"b":2}"#);
        for text in [format!("{one}\n{two}\n"), format!("[{one},\n{two}]"), format!("{one}\r\n\r\n{two}")] {
            assert_eq!(records(text.as_bytes()), (vec![one.to_owned(), two.to_owned()], None), "{text}");
        }
        let (seen, end) = records(b"{\n\"a\":1}\n{\n\"b\":2}\n");
        assert_eq!((seen.len(), end), (2, None));
        let (seen, end) = records(b"{\"a\":1}\n{\"a\":\n{\"b\":2}\n{\"c\"");
        assert_eq!(seen[1], "line 2 (byte 8): the line ends inside its JSON object");
        assert_eq!(seen.len(), 3);
        assert!(end.unwrap().contains("ends in the middle"));
    }
}
