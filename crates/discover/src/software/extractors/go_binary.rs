//! An executable that Go built: the modules in it and the release of Go, from the build information that the linker puts
//! into ELF, Mach-O and Windows executables.
//!
//! The layout: `debug/buildinfo` of Go's standard library (<https://pkg.go.dev/debug/buildinfo>).

use super::go_mod::standard_library;
use crate::software::extractor::{self, BINARY, Extractor, File, PROGRAM};
use crate::software::{Package, Standing};
use object::read::macho::{FatArch, MachOFatFile32, MachOFatFile64};
use object::{FileKind, Object, ObjectSection, ObjectSegment, SectionKind};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "go_binary",
    name: "executable of Go",
    docs: "https://pkg.go.dev/debug/buildinfo",
    wants: |path| {
        // Programs have no ending, or one of these, or what looks like one is a part of a version.
        let name = extractor::name(path);
        match name.rsplit_once('.') {
            None => !name.is_empty(),
            Some(("", _)) => false,
            Some((_, end)) => {
                ["exe", "bin", "so", "dylib", "dll", "test"]
                    .iter()
                    .any(|known| end.eq_ignore_ascii_case(known))
                    || end.starts_with(|c: char| c.is_ascii_digit())
            }
        }
    },
    magic: PROGRAM,
    cap: BINARY,
    kinds: &["golang"],
    extract: |file: &File<'_>| {
        let mut found = Vec::new();
        for program in programs(file.bytes)? {
            if let Some((release, modules)) = build_info(program)? {
                found.extend(packages(&release, &modules));
            }
        }
        Ok(found)
    },
};

const MAGIC: &[u8] = b"\xff Go buildinf:";
/// Begins and ends the text about modules.
const SENTINEL: usize = 16;
/// The most bytes of a text: some thousand modules.
const LONGEST: u64 = 16 << 20;
/// The most programs in one file of macOS.
const PROGRAMS: usize = 16;

/// The programs in a file: one, several in a universal file of macOS, none in any other file.
fn programs(bytes: &[u8]) -> Result<Vec<&[u8]>, String> {
    let failed = |error: object::Error| error.to_string();
    match FileKind::parse(bytes) {
        Ok(FileKind::MachOFat32) => match MachOFatFile32::parse(bytes) {
            Ok(fat) => {
                fat.arches().iter().take(PROGRAMS).map(|arch| arch.data(bytes).map_err(failed)).collect()
            }
            // A class of Java begins with the same bytes.
            Err(_) => Ok(Vec::new()),
        },
        Ok(FileKind::MachOFat64) => match MachOFatFile64::parse(bytes) {
            Ok(fat) => {
                fat.arches().iter().take(PROGRAMS).map(|arch| arch.data(bytes).map_err(failed)).collect()
            }
            Err(_) => Ok(Vec::new()),
        },
        Ok(
            FileKind::Elf32
            | FileKind::Elf64
            | FileKind::MachO32
            | FileKind::MachO64
            | FileKind::Pe32
            | FileKind::Pe64,
        ) => Ok(vec![bytes]),
        _ => Ok(Vec::new()),
    }
}

/// The release of Go and the text about modules, where Go built the program.
fn build_info(bytes: &[u8]) -> Result<Option<(String, String)>, String> {
    let program = object::File::parse(bytes).map_err(|error| format!("its headers are damaged: {error}"))?;
    let Some(info) = find(&program) else { return Ok(None) };
    let damaged = || "Go's build information in it is damaged".to_owned();
    let flags = *info.get(15).ok_or_else(damaged)?;
    let (release, modules) = if flags & 2 != 0 {
        // Since Go 1.18: the two texts follow, each behind its length.
        let (release, rest) = counted(info.get(32..).ok_or_else(damaged)?).ok_or_else(damaged)?;
        (release, counted(rest).map_or(&b""[..], |(modules, _)| modules))
    } else {
        let pointer = Pointer { program: &program, size: usize::from(info[14]), big: flags & 1 != 0 };
        let text = |at: usize| pointer.text(pointer.number(info.get(at..)?)?);
        let size = pointer.size;
        (text(16).ok_or_else(damaged)?, text(16 + size).unwrap_or_default())
    };
    let modules = match modules.len().checked_sub(2 * SENTINEL + 1) {
        Some(_) if modules[modules.len() - SENTINEL - 1] == b'\n' => {
            &modules[SENTINEL..modules.len() - SENTINEL]
        }
        _ => b"",
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(Some((text(release), text(modules))))
}

/// The bytes from where the information begins: in a section of its own, or somewhere in the data.
fn find<'a>(program: &object::File<'a>) -> Option<&'a [u8]> {
    let own = program
        .sections()
        .find(|section| matches!(section.name(), Ok(".go.buildinfo" | "__go_buildinfo")))
        .and_then(|section| section.data().ok());
    if let Some(data) = own.filter(|data| data.starts_with(MAGIC)) {
        return Some(data);
    }
    let data = program.sections().filter(|section| section.kind() == SectionKind::Data);
    data.filter_map(|section| section.data().ok()).find_map(|data| {
        let at = data.chunks(16).position(|chunk| chunk.starts_with(MAGIC))?;
        data.get(16 * at..)
    })
}

/// A text behind its length, which is written in groups of seven bits; and what comes after.
fn counted(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (mut length, mut at) = (0u64, 0);
    loop {
        let byte = *bytes.get(at)?;
        length |= u64::from(byte & 0x7f) << (7 * at);
        at += 1;
        if byte < 0x80 {
            break;
        }
        if at > 5 {
            return None;
        }
    }
    let end = at.checked_add(usize::try_from(length).ok().filter(|_| length <= LONGEST)?)?;
    Some((bytes.get(at..end)?, &bytes[end..]))
}

/// Follows addresses, as the information was written before Go 1.18.
struct Pointer<'a, 'p> {
    program: &'p object::File<'a>,
    /// Bytes of an address.
    size: usize,
    big: bool,
}

impl<'a> Pointer<'a, '_> {
    fn number(&self, bytes: &[u8]) -> Option<u64> {
        let bytes = bytes.get(..self.size).filter(|_| matches!(self.size, 4 | 8))?;
        let add = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        Some(if self.big { bytes.iter().fold(0, add) } else { bytes.iter().rev().fold(0, add) })
    }

    /// The bytes from an address on.
    fn at(&self, address: u64) -> Option<&'a [u8]> {
        self.program.segments().find_map(|segment| {
            let offset = address.checked_sub(segment.address())?;
            segment.data().ok()?.get(usize::try_from(offset).ok()?..)
        })
    }

    /// A string of Go: an address and a length.
    fn text(&self, address: u64) -> Option<&'a [u8]> {
        let header = self.at(address)?;
        let length = self.number(header.get(self.size..)?).filter(|length| *length <= LONGEST)?;
        self.at(self.number(header)?)?.get(..usize::try_from(length).ok()?)
    }
}

fn packages(release: &str, modules: &str) -> Vec<Package> {
    let package = |name: &str, version: &str| {
        let version = if version == "(devel)" { "" } else { version.trim_start_matches('v') };
        Package::new(Standing::Installed, "golang", name, version).ok()
    };
    let mut found = Vec::new();
    for line in modules.lines() {
        let parts: Vec<&str> = line.split('\t').collect();
        match parts.as_slice() {
            ["mod" | "dep", name, version, ..] => found.extend(package(name, version)),
            ["mod" | "dep", name] => found.extend(package(name, "")),
            // What stands in place of the module before; a folder has no version, and the module keeps its name.
            ["=>", name, version, ..] if !version.is_empty() => {
                found.pop();
                found.extend(package(name, version));
            }
            ["=>", ..] => {
                if let Some(last) = found.pop() {
                    found.push(Package { purl: last.purl.with_version(""), ..last });
                }
            }
            _ => {}
        }
    }
    found.extend(
        package("stdlib", standard_library(release)).filter(|library| !library.purl.version().is_empty()),
    );
    found
}

#[cfg(test)]
mod tests;
