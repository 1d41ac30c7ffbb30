//! Executables built by `cargo auditable`: the crates in them, as compressed JSON in the section `.dep-v0`.

use crate::software::extractor::{self, BINARY, Entry, Extractor, File, PROGRAM};
use crate::software::{Package, Standing};
use flate2::read::ZlibDecoder;
use object::{Object as _, ObjectSection as _};
use serde::Deserialize;
use std::io::Read;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "cargo_auditable",
    name: "executables built by cargo auditable",
    docs: "https://github.com/rust-secure-code/cargo-auditable/blob/master/PARSING.md",
    wants: |path| {
        let name = extractor::name(path);
        let extension = name.rsplit_once('.').map(|(_, extension)| extension);
        matches!(extension, None | Some("exe" | "dll" | "so" | "dylib" | "node")) && !path.contains(".git/")
    },
    magic: PROGRAM,
    cap: BINARY,
    kinds: &["cargo"],
    extract,
};

/// The most bytes that the section may unpack to, as the format recommends.
const UNPACKED: u64 = 8 << 20;
/// Names of the section: the linker on Windows keeps it, and Mach-O has it in `__DATA`.
const SECTIONS: &[&str] = &[".dep-v0", "__DATA,.dep-v0"];

#[derive(Deserialize)]
struct Audit {
    packages: Vec<Entry<Built>>,
}

#[derive(Deserialize)]
struct Built {
    name: String,
    version: String,
    /// `build` for what only ran while it was built.
    #[serde(default)]
    kind: String,
}

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    // Most files without an extension are no executables at all.
    let Ok(binary) = object::File::parse(file.bytes) else { return Ok(Vec::new()) };
    let Some(section) = SECTIONS.iter().find_map(|name| binary.section_by_name(name)) else {
        return Ok(Vec::new());
    };
    let packed = section.data().map_err(|error| format!("its section .dep-v0 cannot be read: {error}"))?;
    let mut json = Vec::new();
    ZlibDecoder::new(packed)
        .take(UNPACKED + 1)
        .read_to_end(&mut json)
        .map_err(|error| format!("its section .dep-v0 cannot be unpacked: {error}"))?;
    if json.len() as u64 > UNPACKED {
        return Err(format!("its section .dep-v0 unpacks to more than {} MiB", UNPACKED >> 20));
    }
    let audit: Audit = serde_json::from_slice(&json)
        .map_err(|error| format!("its section .dep-v0 has not the form it should: {error}"))?;
    let built = audit.packages.into_iter().filter_map(|entry| file.entry(entry, "packages"));
    let package = |built: Built| {
        let package = file.package(Standing::Installed, "cargo", &built.name, &built.version)?;
        Some(package.dev(built.kind == "build"))
    };
    Ok(built.filter_map(package).collect())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, refusal};
    use super::*;
    use std::io::Write;

    /// The smallest ELF file with a section `.dep-v0` of these bytes.
    fn elf(section: &[u8]) -> Vec<u8> {
        let names = b"\0.dep-v0\0.shstrtab\0";
        let mut bytes = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
        let headers = 64 + section.len() + names.len();
        for half in [2u16, 62] {
            bytes.extend(half.to_le_bytes());
        }
        bytes.extend(1u32.to_le_bytes());
        for word in [0, 0, headers as u64] {
            bytes.extend(word.to_le_bytes());
        }
        bytes.extend(0u32.to_le_bytes());
        for half in [64u16, 56, 0, 64, 3, 2] {
            bytes.extend(half.to_le_bytes());
        }
        bytes.extend(section);
        bytes.extend(names);
        for (name, kind, at, size) in
            [(0u32, 0u32, 0, 0), (1, 1, 64, section.len()), (9, 3, 64 + section.len(), names.len())]
        {
            bytes.extend(name.to_le_bytes());
            bytes.extend(kind.to_le_bytes());
            for word in [0, 0, at as u64, size as u64] {
                bytes.extend(word.to_le_bytes());
            }
            bytes.extend([0; 8]);
            bytes.extend([0; 16]);
        }
        bytes
    }

    fn pack(json: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(json).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn what_was_built_in() {
        let json = br#"{"packages": [{"name": "a", "version": "1.0.0", "source": "crates.io"}, {"name": "cc", "version": "1.0.1", "source": "crates.io", "kind": "build"}, {"name": "mine", "version": "0.1.0", "source": "local", "root": true}]}"#;
        check(
            &EXTRACTOR,
            "usr/bin/mine",
            elf(&pack(json)),
            &[
                "installed pkg:cargo/a@1.0.0",
                "dev installed pkg:cargo/cc@1.0.1",
                "installed pkg:cargo/mine@0.1.0",
            ],
        );
        check(&EXTRACTOR, "bin/x.exe", "#!/bin/sh", &[]);
        check(&EXTRACTOR, "bin/x", &elf(b"")[..100], &[]);
        refusal(&EXTRACTOR, "bin/x", elf(b"not packed"));
        refusal(&EXTRACTOR, "bin/x", elf(&pack(b"no JSON")));
        refusal(&EXTRACTOR, "bin/x", elf(&pack(&vec![b' '; UNPACKED as usize + 1])));
    }
}
