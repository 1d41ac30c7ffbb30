//! Tables: aligned everywhere, cut to the width on a terminal, whole in a pipe.

use super::harmless;
use console::{Alignment, Style, measure_text_width, pad_str, truncate_str};

/// How a column behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    /// Words, never cut.
    Words,
    /// Numbers, to the right.
    Number,
    /// Text that may be cut where the terminal is narrow.
    Text,
}

/// Columns, and rows of cells.
pub(crate) struct Table {
    columns: Vec<(&'static str, Column)>,
    rows: Vec<(Style, Vec<String>)>,
}

/// A cut column keeps at least this much.
const LEAST: usize = 8;
const GAP: &str = "  ";

impl Table {
    /// A table with these columns.
    pub(crate) fn new(columns: &[(&'static str, Column)]) -> Self {
        Self { columns: columns.to_vec(), rows: Vec::new() }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.styled(Style::new(), cells);
    }

    /// Adds a row in a style (where the terminal has colours).
    pub(crate) fn styled(&mut self, style: Style, cells: impl IntoIterator<Item = String>) {
        self.rows.push((style, cells.into_iter().map(|cell| harmless(&cell)).collect()));
    }

    /// The lines.
    pub(super) fn lines(&self, width: Option<usize>, colour: bool) -> Vec<String> {
        let widths = self.widths(width);
        let line = |cells: &mut dyn Iterator<Item = &str>| {
            let cells = cells.zip(&self.columns).zip(&widths);
            let cells = cells.map(|((cell, (_, column)), width)| {
                let cut =
                    if *column == Column::Text { truncate_str(cell, *width, "…") } else { cell.into() };
                let side = if *column == Column::Number { Alignment::Right } else { Alignment::Left };
                pad_str(&cut, *width, side, None).into_owned()
            });
            cells.collect::<Vec<_>>().join(GAP).trim_end().to_owned()
        };
        let heads = line(&mut self.columns.iter().map(|(name, _)| *name));
        let mut lines = vec![Style::new().bold().force_styling(colour).apply_to(heads).to_string()];
        for (style, cells) in &self.rows {
            let text = line(&mut cells.iter().map(String::as_str));
            lines.push(style.clone().force_styling(colour).apply_to(text).to_string());
        }
        lines
    }

    fn widths(&self, limit: Option<usize>) -> Vec<usize> {
        let mut widths: Vec<usize> = self.columns.iter().map(|(name, _)| measure_text_width(name)).collect();
        for (_, cells) in &self.rows {
            for (width, cell) in widths.iter_mut().zip(cells) {
                *width = measure_text_width(cell).max(*width);
            }
        }
        let Some(limit) = limit else { return widths };
        loop {
            let total = widths.iter().sum::<usize>() + GAP.len() * widths.len().saturating_sub(1);
            let texts =
                self.columns.iter().zip(&mut widths).filter(|((_, column), _)| *column == Column::Text);
            let widest = texts.map(|(_, width)| width).max_by_key(|width| **width);
            match widest {
                // The widest gives way first, one by one, so that the others keep as much as it does.
                Some(width) if total > limit && *width > LEAST => *width -= 1,
                _ => return widths,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table =
            Table::new(&[("id", Column::Number), ("title", Column::Text), ("state", Column::Words)]);
        table.row(["7".into(), "A title that is longer than there is room".into(), "open".into()]);
        table.row(["1234".into(), "日本語\x1b[2J".into(), "fixed".into()]);
        table
    }

    #[test]
    fn aligned_and_whole_in_a_pipe() {
        let lines = table().lines(None, false);
        assert_eq!(lines[0], "  id  title                                      state");
        assert_eq!(lines[1], "   7  A title that is longer than there is room  open");
        assert!(lines[2].starts_with("1234  日本語␛[2J  ") && lines[2].ends_with("  fixed"), "{}", lines[2]);
    }

    #[test]
    fn cut_on_a_terminal() {
        for width in [24, 30, 50] {
            for line in table().lines(Some(width), false) {
                assert!(measure_text_width(&line) <= width, "{width}: {line}");
            }
        }
        assert!(table().lines(Some(30), false)[1].contains('…'));
    }
}
