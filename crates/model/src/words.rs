//! Words for people that several crates make.

use std::fmt::Display;

/// A number of things: `1 exposure`, `2 exposures`.
pub fn counted<N: Display + PartialEq + From<u8>>(count: N, noun: &str) -> String {
    let plural = if count == N::from(1) { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_not_many() {
        assert_eq!([0, 1, 2].map(|count: i64| counted(count, "file")), ["0 files", "1 file", "2 files"]);
        assert_eq!(counted(1usize, "asset"), "1 asset");
    }
}
