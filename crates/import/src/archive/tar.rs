//! Tar archives: ustar, GNU long names, pax.

use super::{Budget, Entry, Metered, bad, read_up_to};
use crate::common::text;
use crate::error::OpenError;
use std::io::{self, Read};
use std::ops::ControlFlow;

/// Goes through the files.
pub(super) fn read(
    reader: &mut dyn Read,
    budget: &mut Budget,
    each: &mut dyn FnMut(Entry<'_>) -> ControlFlow<()>,
) -> Result<(), OpenError> {
    let mut header = [0; 512];
    let mut long_name = None;
    loop {
        match read_up_to(reader, &mut header)? {
            0 => return Ok(()),
            512 if header.iter().all(|b| *b == 0) => return Ok(()),
            512 => {}
            _ => return Err(bad("it ends inside a header")),
        }
        if &header[257..262] != b"ustar" && !header[..100].contains(&0) {
            return Err(bad("this is neither a zip nor a tar archive"));
        }
        let sum: u64 = header
            .iter()
            .enumerate()
            .map(|(i, b)| if (148..156).contains(&i) { 32 } else { u64::from(*b) })
            .sum();
        if number(&header[148..156]) != Some(sum) {
            return Err(bad("a tar header has a wrong checksum"));
        }
        let size = number(&header[124..136]).ok_or_else(|| bad("a tar header has no size"))?;
        let padding = (512 - size % 512) % 512;
        let kind = header[156];
        let mut content = reader.take(size);
        match kind {
            b'L' | b'x' => {
                let mut bytes = Vec::new();
                (&mut content).take(64 * 1024).read_to_end(&mut bytes)?;
                let name = if kind == b'L' { Some(until_zero(&bytes)) } else { pax_path(&bytes) };
                long_name = name.or(long_name);
            }
            b'0' | 0 | b'7' => {
                budget.entry()?;
                let prefix = if &header[257..263] == b"ustar\0" {
                    until_zero(&header[345..500])
                } else {
                    String::new()
                };
                let short = until_zero(&header[..100]);
                let name = if prefix.is_empty() { short } else { format!("{prefix}/{short}") };
                let name = text::name(&long_name.take().unwrap_or(name));
                let mut metered = Metered { inner: &mut content, bytes: &mut budget.bytes };
                if !name.is_empty() && each(Entry { name, reader: &mut metered }).is_break() {
                    return Ok(());
                }
            }
            _ => long_name = None,
        }
        // What `each` left unread, and the padding.
        let left = content.limit();
        let mut metered = Metered { inner: reader.take(left + padding), bytes: &mut budget.bytes };
        if io::copy(&mut metered, &mut io::sink())? < left {
            return Err(bad("it ends inside a file"));
        }
    }
}

fn until_zero(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes.split(|b| *b == 0).next().unwrap_or_default()).into_owned()
}

/// Octal text, or big-endian binary when the first bit is set.
fn number(field: &[u8]) -> Option<u64> {
    if field.first()? & 0x80 != 0 {
        let low = field.get(field.len().checked_sub(8)?..)?;
        return Some(low.iter().fold(0, |n, b| (n << 8) | u64::from(*b))).filter(|n| *n < 1 << 62);
    }
    let text = until_zero(field);
    if text.trim().is_empty() { Some(0) } else { u64::from_str_radix(text.trim(), 8).ok() }
}

/// The `path` of a pax header: records of the form `length path=value\n`.
fn pax_path(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let record = text.lines().find_map(|line| line.split_once(' ')?.1.strip_prefix("path="))?;
    Some(record.to_owned())
}
