//! Zip archives, read by their directory; and those that are one document in parts.

use super::sheet::{self, Sheet};
use super::{Budget, Entry, Metered, bad, read_up_to};
use crate::common::text;
use crate::error::OpenError;
use crate::format::Limits;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::ops::ControlFlow;

/// One file, as the directory tells it.
struct Member {
    name: String,
    method: u64,
    packed: u64,
    offset: u64,
}

/// Goes through the files.
pub(super) fn read<R: Read + Seek>(
    reader: &mut BufReader<R>,
    limits: &Limits,
    budget: &mut Budget,
    each: &mut dyn FnMut(Entry<'_>) -> ControlFlow<()>,
) -> Result<(), OpenError> {
    let members = members(reader, limits, budget)?;
    let named = |name: &str| members.iter().find(|member| member.name.eq_ignore_ascii_case(name));
    if named("xl/workbook.xml").is_some() {
        return workbook(reader, &members, limits, budget, each);
    }
    if let (Some(issues), Some(decisions)) = (named("audit.fvdl"), named("audit.xml")) {
        let mut decided = Vec::new();
        let content = content(reader, decisions, &mut budget.bytes)?;
        content.take(limits.record as u64 + 1).read_to_end(&mut decided)?;
        if decided.len() > limits.record {
            return Err(OpenError::Refused("its `audit.xml` is larger than allowed".to_owned()));
        }
        let content = self::content(reader, issues, &mut budget.bytes)?;
        let _ = each(Entry { name: issues.name.clone(), reader: &mut decided.chain(content) });
        return Ok(());
    }
    for member in &members {
        let mut content = content(reader, member, &mut budget.bytes)?;
        if each(Entry { name: member.name.clone(), reader: &mut content }).is_break() {
            break;
        }
    }
    Ok(())
}

/// The sheets of a workbook that have a row at all.
fn workbook<R: Read + Seek>(
    reader: &mut BufReader<R>,
    members: &[Member],
    limits: &Limits,
    budget: &mut Budget,
    each: &mut dyn FnMut(Entry<'_>) -> ControlFlow<()>,
) -> Result<(), OpenError> {
    let damaged =
        |member: &Member, error: &dyn std::fmt::Display| bad(&format!("`{}`: {error}", member.name));
    let mut shared = Vec::new();
    if let Some(member) = members.iter().find(|member| member.name == "xl/sharedStrings.xml") {
        let mut input = BufReader::new(content(reader, member, &mut budget.bytes)?);
        shared = sheet::shared(&mut input, limits).map_err(|error| damaged(member, &error))?;
    }
    let mut sheets: Vec<_> = members
        .iter()
        .filter_map(|member| {
            let name = member.name.strip_prefix("xl/worksheets/")?.strip_suffix(".xml")?;
            (!name.contains('/')).then_some((name.len(), name, member))
        })
        .collect();
    // Sheet 2 before sheet 10.
    sheets.sort_by_key(|(length, name, _)| (*length, *name));
    for (_, name, member) in sheets {
        let mut input = BufReader::new(content(reader, member, &mut budget.bytes)?);
        let mut sheet = Sheet::new(&mut input, &shared, limits);
        if sheet.has_row().map_err(|error| damaged(member, &error))?
            && each(Entry { name: name.to_owned(), reader: &mut sheet }).is_break()
        {
            break;
        }
    }
    Ok(())
}

/// What the directory tells of the files, without folders.
fn members<R: Read + Seek>(
    reader: &mut BufReader<R>,
    limits: &Limits,
    budget: &mut Budget,
) -> Result<Vec<Member>, OpenError> {
    let (at, count) = directory(reader)?;
    if count > limits.entries as u64 {
        return Err(OpenError::Refused(format!("it holds {count} files")));
    }
    reader.seek(SeekFrom::Start(at))?;
    let mut members = Vec::new();
    for _ in 0..count {
        let mut header = [0; 46];
        if read_up_to(reader, &mut header)? < 46 || &header[..4] != b"PK\x01\x02" {
            return Err(bad("its directory is damaged"));
        }
        let short = |i: usize| u64::from(u16::from_le_bytes([header[i], header[i + 1]]));
        let long = |i: usize| {
            u64::from(u32::from_le_bytes([header[i], header[i + 1], header[i + 2], header[i + 3]]))
        };
        let mut name = vec![0; short(28) as usize];
        reader.read_exact(&mut name)?;
        reader.seek_relative((short(30) + short(32)) as i64)?;
        if name.ends_with(b"/") {
            continue;
        }
        budget.entry()?;
        let name = text::name(&String::from_utf8_lossy(&name));
        if short(8) & 1 != 0 {
            return Err(OpenError::Refused(format!("`{name}` in it is encrypted")));
        }
        let member = Member { name, method: short(10), packed: long(20), offset: long(42) };
        if member.packed == 0xffff_ffff || member.offset == 0xffff_ffff {
            return Err(OpenError::Refused(format!("`{}` in it is larger than 4 GiB", member.name)));
        }
        members.push(member);
    }
    Ok(members)
}

/// What a file holds, counted as it is unpacked.
fn content<'a, R: Read + Seek>(
    reader: &'a mut BufReader<R>,
    member: &Member,
    bytes: &'a mut u64,
) -> Result<Metered<'a, Box<dyn Read + 'a>>, OpenError> {
    reader.seek(SeekFrom::Start(member.offset))?;
    let mut local = [0; 30];
    if read_up_to(reader, &mut local)? < 30 || &local[..4] != b"PK\x03\x04" {
        return Err(bad("a file in it is not where the directory says"));
    }
    let skip = i64::from(u16::from_le_bytes([local[26], local[27]]))
        + i64::from(u16::from_le_bytes([local[28], local[29]]));
    reader.seek_relative(skip)?;
    let packed = reader.take(member.packed);
    let inner: Box<dyn Read + 'a> = match member.method {
        0 => Box::new(packed),
        8 => Box::new(flate2::bufread::DeflateDecoder::new(packed)),
        other => {
            return Err(OpenError::Refused(format!("`{}` in it is packed by method {other}", member.name)));
        }
    };
    Ok(Metered { inner, bytes })
}

/// Finds where a zip's directory begins and how many files it names.
fn directory<R: Read + Seek>(reader: &mut BufReader<R>) -> Result<(u64, u64), OpenError> {
    let size = reader.seek(SeekFrom::End(0))?;
    let tail = size.min(65_557);
    reader.seek(SeekFrom::Start(size - tail))?;
    let mut bytes = Vec::new();
    reader.by_ref().take(tail).read_to_end(&mut bytes)?;
    let end = (0..bytes.len().saturating_sub(21)).rev().find(|i| bytes[*i..].starts_with(b"PK\x05\x06"));
    let end = end.ok_or_else(|| bad("its end is missing"))?;
    let long = |i: usize| u64::from(u32::from_le_bytes([bytes[i], bytes[i + 1], bytes[i + 2], bytes[i + 3]]));
    let count = u64::from(u16::from_le_bytes([bytes[end + 10], bytes[end + 11]]));
    Ok((long(end + 16), count))
}
