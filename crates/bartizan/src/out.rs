//! The one door to the terminal: whatever is shown goes through here and arrives harmless.
//!
//! Names and titles come from reports of strangers. Characters that could steer a terminal (escape sequences) or turn
//! the direction of text are shown as something visible, in plain output, JSON and errors alike.

mod json;
mod table;

pub(crate) use table::{Column, Table};

use crate::failure::Failure;
use console::Style;
use serde::Serialize;
use std::fmt::Display;
use std::io::{BufWriter, IsTerminal, StdoutLock, Write};

/// Standard output, locked and buffered.
pub(crate) struct Out {
    writer: BufWriter<StdoutLock<'static>>,
    terminal: bool,
    colour: bool,
}

impl Out {
    /// Standard output.
    pub(crate) fn new() -> Self {
        let stdout = std::io::stdout();
        let terminal = stdout.is_terminal();
        Self { writer: BufWriter::new(stdout.lock()), terminal, colour: terminal && colour_wanted() }
    }

    /// The width to cut to: a terminal's.
    fn width(&self) -> Option<usize> {
        self.terminal
            .then(|| console::Term::stdout().size_checked().map_or(80, |(_, width)| usize::from(width)))
    }

    /// One line of plain text.
    pub(crate) fn line(&mut self, text: impl Display) -> Result<(), Failure> {
        let text = harmless(&text.to_string());
        writeln!(self.writer, "{text}").map_err(|error| Failure::output(&error))
    }

    /// A heading.
    pub(crate) fn heading(&mut self, text: &str) -> Result<(), Failure> {
        let text = self.paint(&Style::new().bold(), &harmless(text));
        writeln!(self.writer, "{text}").map_err(|error| Failure::output(&error))
    }

    /// A table, aligned; cut to the width of a terminal.
    pub(crate) fn table(&mut self, table: &Table) -> Result<(), Failure> {
        table
            .lines(self.width(), self.colour)
            .iter()
            .try_for_each(|line| writeln!(self.writer, "{line}").map_err(|error| Failure::output(&error)))
    }

    /// One JSON document on one line.
    pub(crate) fn json(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        let text = json::line(value)?;
        writeln!(self.writer, "{text}").map_err(|error| Failure::output(&error))
    }

    /// Our own text as it is: completions for a shell.
    pub(crate) fn raw(&mut self, text: &[u8]) -> Result<(), Failure> {
        self.writer.write_all(text).map_err(|error| Failure::output(&error))
    }

    /// Where a document goes that others read, byte for byte.
    pub(crate) fn bytes(&mut self) -> &mut dyn Write {
        &mut self.writer
    }

    /// Hands over what waits: after each result that somebody may be waiting for, and at the end.
    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        self.writer.flush().map_err(|error| Failure::output(&error))
    }

    fn paint(&self, style: &Style, text: &str) -> String {
        style.clone().force_styling(self.colour).apply_to(text).to_string()
    }
}

/// Whether the environment lets us use colours at all (the stream must also be a terminal).
pub(crate) fn colour_wanted() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Tells an error.
pub(crate) fn error(failure: &Failure) {
    say("error", &failure.to_string());
}

/// Tells something that a person should know, and that stops nothing.
pub(crate) fn warn(text: &str) {
    say("note", text);
}

/// Tells below an answer what it cannot rest on: feeds that are missing, old or incomplete.
pub(crate) fn doubts(doubts: &[String], out: &mut Out) -> Result<(), Failure> {
    if doubts.is_empty() {
        return Ok(());
    }
    let words = doubts.join(", ");
    out.line(format!("This rests on less than it could: {words}; see `bartizan feeds status`."))
}

fn say(kind: &str, text: &str) {
    let text = text.lines().map(harmless).collect::<Vec<_>>().join("\n");
    let mut stderr = std::io::stderr().lock();
    // Where even standard error is gone there is nobody left to tell.
    let _ = writeln!(stderr, "{kind}: {text}");
}

/// Replaces what could steer a terminal or reorder a line by something visible. One line stays one line.
pub(crate) fn harmless(text: &str) -> String {
    let safe = |c: char| match c {
        '\t' | '\n' | '\r' => ' ',
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\x7f' => '\u{2421}',
        _ if is_steering(c) => '\u{fffd}',
        _ => c,
    };
    text.chars().map(safe).collect()
}

/// Control characters, and those that turn the direction of text or break lines.
fn is_steering(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_a_terminal() {
        let hostile = "a\x1b[2Jb\u{9b}31mc\r\nd\u{202e}e\x07\x7f";
        let shown = harmless(hostile);
        assert_eq!(shown, "a␛[2Jb\u{fffd}31mc  d\u{fffd}e␇␡");
        assert!(!shown.chars().any(is_steering));
        assert_eq!(harmless("naïve 日本 😀"), "naïve 日本 😀");
    }
}
