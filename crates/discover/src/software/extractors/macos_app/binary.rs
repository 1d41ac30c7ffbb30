//! Binary property lists, as far as the texts of the outermost dictionary: a table of offsets at the end, objects with
//! their kind in the upper half of the first byte
//! (<https://opensource.apple.com/source/CF/CF-1153.18/CFBinaryPList.c.auto.html>).

use std::collections::BTreeMap;

/// Kinds of objects.
const INTEGER: u8 = 1;
const ASCII: u8 = 5;
const UTF_16: u8 = 6;
const DICTIONARY: u8 = 13;
/// The trailer at the end.
const TRAILER: usize = 32;
/// The most entries of a dictionary that are read, and the longest text.
const LARGEST: usize = 10_000;

/// The texts of the outermost dictionary; `None` where the list is damaged or has none.
pub(super) fn texts(bytes: &[u8]) -> Option<BTreeMap<String, String>> {
    let trailer = bytes.get(bytes.len().checked_sub(TRAILER)?..)?;
    let size = |at: usize| Some(usize::from(trailer[at])).filter(|size| (1..=8).contains(size));
    let list = List { bytes, offset: size(6)?, reference: size(7)?, offsets: number(trailer, 24, 8)? };
    let (kind, count, at) = list.object(number(trailer, 16, 8)?)?;
    if kind != DICTIONARY || count > LARGEST {
        return None;
    }
    let mut texts = BTreeMap::new();
    for n in 0..count {
        let reference = |n: usize| number(bytes, at.checked_add(n * list.reference)?, list.reference);
        let key = list.text(reference(n)?)?;
        // What is no text is not asked for.
        if let (Some(key), Some(Some(value))) = (key, list.text(reference(count + n)?)) {
            texts.insert(key, value);
        }
    }
    Some(texts)
}

struct List<'a> {
    bytes: &'a [u8],
    /// Bytes of an offset, and of a reference to an object.
    offset: usize,
    reference: usize,
    /// Where the table of offsets begins.
    offsets: usize,
}

impl List<'_> {
    /// Kind and length of an object, and where its content begins.
    fn object(&self, index: usize) -> Option<(u8, usize, usize)> {
        let entry = self.offsets.checked_add(index.checked_mul(self.offset)?)?;
        let at = number(self.bytes, entry, self.offset)?;
        let mark = *self.bytes.get(at)?;
        let (kind, short) = (mark >> 4, usize::from(mark & 15));
        if short < 15 || kind == INTEGER {
            return Some((kind, short, at + 1));
        }
        // A longer length is an integer object of its own.
        let mark = *self.bytes.get(at + 1)?;
        let size = 1usize << (mark & 15).min(3);
        (mark >> 4 == INTEGER).then_some((kind, number(self.bytes, at + 2, size)?, at + 2 + size))
    }

    /// The text of an object, `Some(None)` where it is none.
    fn text(&self, index: usize) -> Option<Option<String>> {
        let (kind, length, at) = self.object(index)?;
        if length > LARGEST {
            return Some(None);
        }
        let content = |size: usize| self.bytes.get(at..at.checked_add(size)?);
        Some(match kind {
            ASCII => Some(String::from_utf8_lossy(content(length)?).into_owned()),
            UTF_16 => {
                let units =
                    content(2 * length)?.chunks_exact(2).map(|unit| u16::from_be_bytes([unit[0], unit[1]]));
                Some(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
            }
            _ => None,
        })
    }
}

/// A big-endian number of so many bytes.
fn number(bytes: &[u8], at: usize, size: usize) -> Option<usize> {
    let bytes = bytes.get(at..at.checked_add(size)?)?;
    usize::try_from(bytes.iter().fold(0u64, |number, byte| number << 8 | u64::from(*byte))).ok()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A list with a short, a long and a UTF-16 text, and a value that is none.
    pub(crate) fn list() -> Vec<u8> {
        let texts = [
            "CFBundleName",
            "CFBundleIdentifier",
            "CFBundleShortVersionString",
            "X",
            "Chrome",
            "com.google.Chrome",
        ];
        let mut bytes = b"bplist00".to_vec();
        let mut offsets = vec![bytes.len() as u8];
        bytes.extend([0xd4, 1, 2, 3, 4, 5, 6, 7, 8]);
        for text in texts {
            offsets.push(bytes.len() as u8);
            if text.len() < 15 {
                bytes.push(0x50 | text.len() as u8);
            } else {
                bytes.extend([0x5f, 0x10, text.len() as u8]);
            }
            bytes.extend(text.bytes());
        }
        offsets.push(bytes.len() as u8);
        bytes.extend([0x65]);
        bytes.extend("130.0".encode_utf16().flat_map(u16::to_be_bytes));
        offsets.push(bytes.len() as u8);
        bytes.push(0x09);
        let table = bytes.len() as u8;
        bytes.extend(&offsets);
        bytes.extend([0, 0, 0, 0, 0, 0, 1, 1]);
        for value in [offsets.len() as u8, 0, table] {
            bytes.extend([0; 7]);
            bytes.push(value);
        }
        bytes
    }

    #[test]
    fn damage() {
        assert_eq!(texts(&list()).unwrap().len(), 3);
        for end in 0..list().len() {
            assert_eq!(texts(&list()[..end]), None, "cut at {end}");
        }
    }
}
