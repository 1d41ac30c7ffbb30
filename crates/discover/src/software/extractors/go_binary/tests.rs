//! Build information of made-up executables, whole and broken.

use super::super::tests::{self, check};
use super::*;
use proptest::prelude::*;

const MODULES: &str = "path\texample.com/cmd\nmod\texample.com/cmd\t(devel)\t\ndep\texample.com/a\tv1.2.3\th1:x=\ndep\texample.com/b\tv1.0.0\n=>\texample.com/fork\tv1.0.1\th1:y=\ndep\texample.com/c\tv2.0.0\n=>\t./c\t\nbuild\t-compiler=gc\n";

const PACKAGES: [&str; 5] = [
    "installed pkg:golang/example.com/cmd",
    "installed pkg:golang/example.com/a@1.2.3",
    "installed pkg:golang/example.com/fork@1.0.1",
    "installed pkg:golang/example.com/c",
    "installed pkg:golang/stdlib@1.21.3",
];

fn framed() -> Vec<u8> {
    [&[b'<'; SENTINEL][..], MODULES.as_bytes(), &[b'>'; SENTINEL]].concat()
}

/// The information as it is written since Go 1.18.
fn inline() -> Vec<u8> {
    let mut info = MAGIC.to_vec();
    info.extend([8, 2]);
    info.resize(32, 0);
    for text in [b"go1.21.3".to_vec(), framed()] {
        let length = text.len();
        if length < 128 {
            info.push(length as u8);
        } else {
            info.extend([length as u8 | 0x80, (length >> 7) as u8]);
        }
        info.extend(text);
    }
    info
}

/// The information as it was written before, for data at an address.
fn pointers(address: u64) -> Vec<u8> {
    let mut info = MAGIC.to_vec();
    info.extend([8, 0]);
    let (release, modules) = (b"go1.21.3", framed());
    let texts = address + 64;
    for value in [
        address + 32,
        address + 48,
        texts,
        release.len() as u64,
        texts + release.len() as u64,
        modules.len() as u64,
    ] {
        info.extend(value.to_le_bytes());
    }
    info.extend(release);
    info.extend(modules);
    info
}

const ADDRESS: u64 = 0x40_0000;
const DATA: usize = 0x200;

/// A 64-bit ELF with one segment and one section of this name.
fn elf(name: &str, data: &[u8]) -> Vec<u8> {
    let names = format!("\0{name}\0.shstrtab\0");
    let sections = (DATA + data.len() + names.len()).next_multiple_of(8);
    let mut bytes = vec![0; sections + 3 * 64];
    bytes[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
    let mut put = |at: usize, size: usize, value: u64| {
        bytes[at..at + size].copy_from_slice(&value.to_le_bytes()[..size]);
    };
    for (at, size, value) in [(16, 2, 2), (18, 2, 62), (20, 4, 1), (32, 8, 64), (40, 8, sections as u64)] {
        put(at, size, value);
    }
    for (at, value) in [(52, 64), (54, 56), (56, 1), (58, 64), (60, 3), (62, 2)] {
        put(at, 2, value);
    }
    let size = data.len() as u64;
    for (at, bytes, value) in
        [(64, 4, 1), (68, 4, 6), (72, 8, DATA as u64), (80, 8, ADDRESS), (96, 8, size), (104, 8, size)]
    {
        put(at, bytes, value);
    }
    let own = sections + 64;
    for (at, bytes, value) in
        [(0, 4, 1), (4, 4, 1), (8, 8, 3), (16, 8, ADDRESS), (24, 8, DATA as u64), (32, 8, size)]
    {
        put(own + at, bytes, value);
    }
    let strings = own + 64;
    for (at, bytes, value) in [
        (0, 4, name.len() as u64 + 2),
        (4, 4, 3),
        (24, 8, (DATA + data.len()) as u64),
        (32, 8, names.len() as u64),
    ] {
        put(strings + at, bytes, value);
    }
    bytes[DATA..DATA + data.len()].copy_from_slice(data);
    bytes[DATA + data.len()..DATA + data.len() + names.len()].copy_from_slice(names.as_bytes());
    bytes
}

/// A 32-bit executable of Windows with a data section.
fn pe(data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; 0x200];
    bytes[..2].copy_from_slice(b"MZ");
    bytes[0x3c] = 0x40;
    bytes[0x40..0x44].copy_from_slice(b"PE\0\0");
    bytes[0x44..0x46].copy_from_slice(&0x14cu16.to_le_bytes());
    bytes[0x46] = 1;
    bytes[0x54] = 224;
    bytes[0x58..0x5a].copy_from_slice(&0x10bu16.to_le_bytes());
    bytes[0x58 + 92] = 16;
    let section = 0x58 + 224;
    bytes[section..section + 5].copy_from_slice(b".data");
    let size = data.len() as u32;
    for (at, value) in [(8, size), (12, 0x1000), (16, size), (20, 0x200), (36, 0xC000_0040)] {
        bytes[section + at..section + at + 4].copy_from_slice(&value.to_le_bytes());
    }
    bytes.extend_from_slice(data);
    bytes
}

/// A 64-bit program of macOS with one section.
fn mach_o(data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; 0x200];
    for (at, value) in [(0, 0xfeed_facfu32), (4, 0x0100_0007), (8, 3), (12, 2), (16, 1), (20, 152)] {
        bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
    }
    bytes[32..40].copy_from_slice(&[0x19, 0, 0, 0, 152, 0, 0, 0]);
    bytes[40..46].copy_from_slice(b"__DATA");
    let size = data.len() as u64;
    for (at, value) in [(56, ADDRESS), (64, size), (72, 0x200), (80, size)] {
        bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
    }
    bytes[96] = 1;
    bytes[104..118].copy_from_slice(b"__go_buildinfo");
    bytes[120..126].copy_from_slice(b"__DATA");
    bytes[136..144].copy_from_slice(&ADDRESS.to_le_bytes());
    bytes[144..152].copy_from_slice(&size.to_le_bytes());
    bytes[152..156].copy_from_slice(&0x200u32.to_le_bytes());
    bytes.extend_from_slice(data);
    bytes
}

#[test]
fn every_form_of_executable() {
    check(&EXTRACTOR, "usr/bin/tool", elf(".go.buildinfo", &inline()), &PACKAGES);
    check(&EXTRACTOR, "usr/bin/tool", elf(".go.buildinfo", &pointers(ADDRESS)), &PACKAGES);
    check(&EXTRACTOR, "usr/bin/tool-1.2", elf(".data", &[&[0; 32][..], &inline()].concat()), &PACKAGES);
    check(&EXTRACTOR, "tool.exe", pe(&[&[0; 16][..], &inline()].concat()), &PACKAGES);
    check(&EXTRACTOR, "tool", mach_o(&inline()), &PACKAGES);
    check(&EXTRACTOR, "usr/bin/c", elf(".data", b"no Go here"), &[]);
    check(&EXTRACTOR, "LICENSE", "a text", &[]);
}

#[test]
fn universal_files() {
    let program = mach_o(&inline());
    let mut bytes = vec![0; 0x1000];
    for (at, value) in
        [(0, 0xcafe_babeu32), (4, 1), (8, 0x0100_0007), (12, 3), (16, 0x1000), (20, program.len() as u32)]
    {
        bytes[at..at + 4].copy_from_slice(&value.to_be_bytes());
    }
    bytes.extend(program);
    check(&EXTRACTOR, "tool", bytes, &PACKAGES);
    check(&EXTRACTOR, "A", b"\xca\xfe\xba\xbe\0\0\0\x34\0\x1d\n\0\x06\0\x0f", &[]);
}

#[test]
fn damage_is_an_error() {
    let run = |bytes: &[u8]| tests::run(&EXTRACTOR, "x", bytes, &|_| None).0;
    let bytes = elf(".go.buildinfo", &inline());
    assert!(run(&bytes[..100]).is_err());
    assert!(run(&elf(".go.buildinfo", &inline()[..34])).is_err());
    let mut lying = inline();
    lying[32..38].copy_from_slice(&[0xff; 6]);
    assert!(run(&elf(".go.buildinfo", &lying)).is_err());
    assert!(run(&elf(".go.buildinfo", &pointers(u64::MAX - 4096))).is_err());
}

proptest! {
    #[test]
    fn mutated_executables_never_panic(form in 0usize..4, changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8), end in any::<prop::sample::Index>()) {
        let mut bytes = match form {
            0 => elf(".go.buildinfo", &inline()),
            1 => elf(".go.buildinfo", &pointers(ADDRESS)),
            2 => pe(&inline()),
            _ => mach_o(&inline()),
        };
        let run = |bytes: &[u8]| drop(tests::run(&EXTRACTOR, "x", bytes, &|_| None).0);
        run(&bytes[..end.index(bytes.len())]);
        for (at, byte) in changes {
            // Half of the changes go where the headers are.
            let at = if byte % 2 == 0 { at.index(bytes.len()) } else { at.index(DATA) };
            bytes[at] = byte;
        }
        run(&bytes);
    }
}
