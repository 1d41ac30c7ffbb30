//! JSON on one line whose strings cannot steer a terminal, and which mean the same.

use super::is_steering;
use crate::failure::Failure;
use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};
use std::io::{self, Write};

/// A value as one line of JSON.
pub(super) fn line(value: &impl Serialize) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut bytes, Harmless(CompactFormatter));
    let written = value.serialize(&mut serializer).map_err(|error| error.to_string());
    let text = written.and_then(|()| String::from_utf8(bytes).map_err(|error| error.to_string()));
    text.map_err(|error| {
        Failure::new(format!("the answer cannot be written as JSON: {error}"), "Please report it.")
    })
}

/// Escapes what JSON allows in strings and terminals do not bear.
struct Harmless(CompactFormatter);

impl Formatter for Harmless {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        // Nearly all text is plain ASCII: one quick look instead of one a character.
        if fragment.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return self.0.write_string_fragment(writer, fragment);
        }
        let mut rest = fragment;
        while let Some((at, c)) = rest.char_indices().find(|(_, c)| is_steering(*c)) {
            self.0.write_string_fragment(writer, &rest[..at])?;
            // All of them lie in the first plane, so one escape does.
            write!(writer, "\\u{:04x}", u32::from(c))?;
            rest = &rest[at + c.len_utf8()..];
        }
        self.0.write_string_fragment(writer, rest)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn escapes_and_reads_back() {
        let hostile = "a\x1b[2J\u{9b}31m\u{202e}\x7f\n\"é😀";
        let text = super::line(&hostile).unwrap();
        assert_eq!(text, r#""a\u001b[2J\u009b31m\u202e\u007f\n\"é😀""#);
        assert_eq!(serde_json::from_str::<String>(&text).unwrap(), hostile);
    }
}
