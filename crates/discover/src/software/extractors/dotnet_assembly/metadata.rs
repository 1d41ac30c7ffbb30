//! The metadata of a .NET assembly: streams of strings and of tables, whose rows have to be measured to be found.

/// The table of the assembly itself.
const ASSEMBLY: usize = 0x20;

/// What the metadata calls the assembly.
pub(super) struct Assembly {
    pub(super) name: String,
    /// `1.2.3.4`.
    pub(super) version: String,
}

/// What one column of a row holds.
#[derive(Clone, Copy)]
enum Column {
    /// So many bytes.
    Fixed(usize),
    /// A place in the heap of strings, of GUIDs, of blobs.
    Text,
    Guid,
    Blob,
    /// A row of a table.
    Row(usize),
    /// A row of one of these tables, which the lowest bits choose.
    Coded(u32, &'static [usize]),
}
use Column::{Blob, Coded, Fixed, Guid, Row, Text};

const NONE: usize = usize::MAX;
const TYPE_DEF_OR_REF: Column = Coded(2, &[2, 1, 0x1b]);
const HAS_CONSTANT: Column = Coded(2, &[4, 8, 0x17]);
const HAS_ATTRIBUTE: Column = Coded(
    5,
    &[
        6, 4, 1, 2, 8, 9, 10, 0, 0x0e, 0x17, 0x14, 0x11, 0x1a, 0x1b, 0x20, 0x23, 0x26, 0x27, 0x28, 0x2a,
        0x2c, 0x2b,
    ],
);
const HAS_MARSHAL: Column = Coded(1, &[4, 8]);
const HAS_SECURITY: Column = Coded(2, &[2, 6, 0x20]);
const MEMBER_PARENT: Column = Coded(3, &[2, 1, 0x1a, 6, 0x1b]);
const HAS_SEMANTICS: Column = Coded(1, &[0x14, 0x17]);
const METHOD: Column = Coded(1, &[6, 0x0a]);
const FORWARDED: Column = Coded(1, &[4, 6]);
const ATTRIBUTE_TYPE: Column = Coded(3, &[NONE, NONE, 6, 0x0a, NONE]);
const SCOPE: Column = Coded(2, &[0, 0x1a, 0x23, 1]);

/// The columns of the tables up to that of the assembly (ECMA-335 II.22).
const TABLES: [&[Column]; ASSEMBLY + 1] = [
    &[Fixed(2), Text, Guid, Guid, Guid],
    &[SCOPE, Text, Text],
    &[Fixed(4), Text, Text, TYPE_DEF_OR_REF, Row(4), Row(6)],
    &[Row(4)],
    &[Fixed(2), Text, Blob],
    &[Row(6)],
    &[Fixed(8), Text, Blob, Row(8)],
    &[Row(8)],
    &[Fixed(4), Text],
    &[Row(2), TYPE_DEF_OR_REF],
    &[MEMBER_PARENT, Text, Blob],
    &[Fixed(2), HAS_CONSTANT, Blob],
    &[HAS_ATTRIBUTE, ATTRIBUTE_TYPE, Blob],
    &[HAS_MARSHAL, Blob],
    &[Fixed(2), HAS_SECURITY, Blob],
    &[Fixed(6), Row(2)],
    &[Fixed(4), Row(4)],
    &[Blob],
    &[Row(2), Row(0x14)],
    &[Row(0x14)],
    &[Fixed(2), Text, TYPE_DEF_OR_REF],
    &[Row(2), Row(0x17)],
    &[Row(0x17)],
    &[Fixed(2), Text, Blob],
    &[Fixed(2), Row(6), HAS_SEMANTICS],
    &[Row(2), METHOD, METHOD],
    &[Text],
    &[Blob],
    &[Fixed(2), FORWARDED, Text, Row(0x1a)],
    &[Fixed(4), Row(4)],
    &[Fixed(8)],
    &[Fixed(4)],
    &[Fixed(16), Blob, Text, Text],
];

/// The assembly; `None` where the metadata is damaged or has none (a module of another assembly).
pub(super) fn assembly(bytes: &[u8]) -> Option<Assembly> {
    let (tables, strings) = streams(bytes)?;
    let heaps = *tables.get(6)?;
    let present = number(tables, 8, 8)?;
    let mut at = 24;
    let mut rows = [0u64; 64];
    for (table, rows) in rows.iter_mut().enumerate().filter(|(table, _)| present >> table & 1 == 1) {
        *rows = number(tables, at, 4)?;
        at += 4;
        if *rows > 1 << 24 && table <= ASSEMBLY {
            return None;
        }
    }
    let size = |column: &Column| {
        let wide = |wide: bool| if wide { 4 } else { 2 };
        match *column {
            Fixed(size) => size,
            Text => wide(heaps & 1 != 0),
            Guid => wide(heaps & 2 != 0),
            Blob => wide(heaps & 4 != 0),
            Row(table) => wide(rows[table] > 0xffff),
            Coded(bits, of) => {
                let most = of.iter().filter_map(|table| rows.get(*table)).max().copied().unwrap_or(0);
                wide(most >> (16 - bits) != 0)
            }
        }
    };
    // Some tools write four more bytes after the numbers of rows.
    at += if heaps & 0x40 != 0 { 4 } else { 0 };
    for (columns, rows) in TABLES[..ASSEMBLY].iter().zip(&rows) {
        let width: usize = columns.iter().map(size).sum();
        at = at.checked_add(width.checked_mul(usize::try_from(*rows).ok()?)?)?;
    }
    if rows[ASSEMBLY] == 0 {
        return None;
    }
    // The algorithm of the hash, the version, flags; the key; the name.
    let row = tables.get(at..)?;
    let part = |n: usize| number(row, 4 + 2 * n, 2);
    Some(Assembly {
        name: text(strings, number(row, 16 + size(&Blob), size(&Text))?)?,
        version: format!("{}.{}.{}.{}", part(0)?, part(1)?, part(2)?, part(3)?),
    })
}

/// The streams of tables and of strings.
fn streams(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let version = usize::try_from(number(bytes, 12, 4)?).ok()?;
    if !bytes.starts_with(b"BSJB") || version > 255 {
        return None;
    }
    let mut at = 16 + version.next_multiple_of(4) + 4;
    let (mut tables, mut strings) = (None, None);
    for _ in 0..number(bytes, at - 2, 2)?.min(16) {
        let offset = usize::try_from(number(bytes, at, 4)?).ok()?;
        let size = usize::try_from(number(bytes, at + 4, 4)?).ok()?;
        let rest = bytes.get(at + 8..)?;
        let name = &rest[..rest.iter().take(32).position(|byte| *byte == 0)?];
        let stream = || bytes.get(offset..offset.checked_add(size)?);
        match name {
            b"#~" | b"#-" => tables = stream(),
            b"#Strings" => strings = stream(),
            _ => {}
        }
        at += 8 + (name.len() + 1).next_multiple_of(4);
    }
    Some((tables?, strings?))
}

fn text(strings: &[u8], at: u64) -> Option<String> {
    let rest = strings.get(usize::try_from(at).ok()?..)?;
    let end = rest.iter().take(1024).position(|byte| *byte == 0)?;
    Some(String::from_utf8_lossy(&rest[..end]).into_owned())
}

/// A little-endian number of so many bytes.
fn number(bytes: &[u8], at: usize, size: usize) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(size)?)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

#[cfg(test)]
pub(super) mod tests {
    /// A small executable of 32-bit Windows with the metadata of one assembly, a table of modules before it that has to
    /// be measured, and this text in its resource of the version.
    pub(crate) fn executable(product: &str) -> Vec<u8> {
        let strings = b"\0My.Library\0";
        let mut tables = vec![0u8; 8];
        tables.extend((1u64 | 1 << 0x20).to_le_bytes());
        tables.extend([0; 8]);
        tables.extend([1u32, 1].iter().flat_map(|rows| rows.to_le_bytes()));
        tables.extend([0; 10]);
        tables.extend([0, 0, 0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
        let mut metadata = b"BSJB\x01\0\x01\0\0\0\0\0\x0c\0\0\0v4.0.30319\0\0\0\0\x02\0".to_vec();
        let start = metadata.len() as u32 + 12 + 20;
        for (name, offset, size) in [
            ("#~\0\0", start, tables.len()),
            ("#Strings\0\0\0\0", start + tables.len() as u32, strings.len()),
        ] {
            metadata.extend(offset.to_le_bytes());
            metadata.extend((size as u32).to_le_bytes());
            metadata.extend(name.as_bytes());
        }
        metadata.extend(tables);
        metadata.extend(strings);

        let mut pe = vec![0; 0x400];
        pe[..2].copy_from_slice(b"MZ");
        pe[0x3c] = 0x40;
        pe[0x40..0x44].copy_from_slice(b"PE\0\0");
        pe[0x44..0x46].copy_from_slice(&0x14cu16.to_le_bytes());
        pe[0x46] = 1;
        pe[0x54] = 224;
        let optional = 0x58;
        pe[optional..optional + 2].copy_from_slice(&0x10bu16.to_le_bytes());
        pe[optional + 92] = 16;
        let directory = optional + 96 + 14 * 8;
        pe[directory..directory + 4].copy_from_slice(&0x1000u32.to_le_bytes());
        pe[directory + 4] = 72;
        let section = optional + 224;
        pe[section..section + 5].copy_from_slice(b".text");
        for (at, value) in [(8, 0x1000u32), (12, 0x1000), (16, 0x600), (20, 0x200)] {
            pe[section + at..section + at + 4].copy_from_slice(&value.to_le_bytes());
        }
        pe[0x208..0x20c].copy_from_slice(&0x1100u32.to_le_bytes());
        pe[0x20c..0x210].copy_from_slice(&(metadata.len() as u32).to_le_bytes());

        pe.truncate(0x300);
        pe.extend(metadata);
        pe.resize(0x500, 0);
        // Resources: kind 16, one name, one language, and where the data is.
        let resources = optional + 96 + 2 * 8;
        pe[resources..resources + 4].copy_from_slice(&0x1300u32.to_le_bytes());
        pe[resources + 4..resources + 6].copy_from_slice(&0x300u16.to_le_bytes());
        for (id, next) in [(16u32, 0x8000_0018u32), (1, 0x8000_0030), (0x409, 0x48)] {
            pe.extend([0; 14]);
            pe.extend([1, 0]);
            pe.extend(id.to_le_bytes());
            pe.extend(next.to_le_bytes());
        }
        let text: Vec<u8> =
            format!("ProductVersion\0\0{product}\0").encode_utf16().flat_map(u16::to_le_bytes).collect();
        for value in [0x1358u32, text.len() as u32, 0, 0] {
            pe.extend(value.to_le_bytes());
        }
        pe.extend(text);
        pe.resize(0x800, 0);
        pe
    }
}
