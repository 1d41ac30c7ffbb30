//! A .NET assembly: its name from the metadata inside a Windows executable, and its version from the resource that
//! says which product it is of, as packages are numbered by it. An executable without .NET names nothing.
//!
//! The assemblies that it refers to are left out: their numbers stand still over many versions of a package.
//! The layout is ECMA-335, part II, chapters 22 to 25.

use crate::software::extractor::{BINARY, Extractor, File, PE};
use crate::software::{Package, Standing};
use object::LittleEndian;
use object::pe::RT_VERSION;
use object::read::pe::{ImageNtHeaders, PeFile, PeFile32, PeFile64};

mod metadata;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "dotnet_assembly",
    name: ".NET assembly",
    docs: "https://ecma-international.org/publications-and-standards/standards/ecma-335/",
    wants: |path| {
        let path = path.to_ascii_lowercase();
        path.ends_with(".dll") || path.ends_with(".exe")
    },
    magic: PE,
    cap: BINARY,
    kinds: &["nuget"],
    extract: |file: &File<'_>| {
        let bytes = file.bytes;
        if !bytes.starts_with(b"MZ") {
            return Err("no Windows executable: the file does not begin with `MZ`".to_owned());
        }
        let failed = |error: object::Error| format!("no Windows executable: {error}");
        let package = match object::FileKind::parse(bytes) {
            Ok(object::FileKind::Pe32) => package(&PeFile32::parse(bytes).map_err(failed)?),
            Ok(object::FileKind::Pe64) => package(&PeFile64::parse(bytes).map_err(failed)?),
            // A program of DOS or of 16-bit Windows.
            _ => Ok(None),
        };
        Ok(package?.into_iter().collect())
    },
};

/// The data directory of the runtime's header.
const CLR_HEADER: usize = 14;

/// The assembly, where the executable is one.
fn package<Pe: ImageNtHeaders>(pe: &PeFile<'_, Pe>) -> Result<Option<Package>, String> {
    let directory = pe.data_directory(CLR_HEADER);
    let header = directory.map_or(0, |directory| directory.virtual_address.get(LittleEndian));
    if header == 0 {
        return Ok(None);
    }
    let header = at(pe, header, 16).ok_or("the header of its .NET runtime is not in the file")?;
    let number = |at: usize| header[at..at + 4].iter().rev().fold(0, |n, byte| n << 8 | u32::from(*byte));
    let tables = at(pe, number(8), number(12)).ok_or("its .NET metadata is not in the file")?;
    let assembly = metadata::assembly(tables).ok_or("its .NET metadata is damaged, or names no assembly")?;
    let version = product_version(pe).unwrap_or(assembly.version);
    Package::new(Standing::Installed, "nuget", &assembly.name, &version)
        .map(Some)
        .map_err(|error| error.to_string())
}

/// So many bytes at an address.
fn at<'a, Pe: ImageNtHeaders>(pe: &PeFile<'a, Pe>, address: u32, size: u32) -> Option<&'a [u8]> {
    pe.section_table().pe_data_at(pe.data(), address)?.get(..usize::try_from(size).ok()?)
}

/// `13.0.3` from the product version `13.0.3+0a2e291c0d9c0c7675d445703e51750363a549ef`.
fn product_version<Pe: ImageNtHeaders>(pe: &PeFile<'_, Pe>) -> Option<String> {
    let resources = pe.data_directories().resource_directory(pe.data(), &pe.section_table()).ok()??;
    // Kind, name, language.
    let mut entries = resources.root().ok()?.entries.iter();
    let mut entry = entries.find(|entry| entry.name_or_id().id() == Some(RT_VERSION))?;
    for _ in 0..2 {
        entry = entry.data(resources).ok()?.table()?.entries.first()?;
    }
    let place = entry.data(resources).ok()?.data()?;
    let resource = at(pe, place.offset_to_data.get(LittleEndian), place.size.get(LittleEndian))?;
    // The key and its end, then the value from the next multiple of four on.
    let key: Vec<u8> = "ProductVersion\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let key_at = resource.windows(key.len()).position(|window| window == key)?;
    let value = resource.get((key_at + key.len()).next_multiple_of(4)..)?;
    let units = value.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]]));
    let text: String = char::decode_utf16(units.take_while(|unit| *unit != 0).take(128)).flatten().collect();
    let version = text.split(['+', ' ']).next().unwrap_or("");
    let numbered = version.contains('.') && version.starts_with(|c: char| c.is_ascii_digit());
    numbered.then(|| version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, run};
    use super::metadata::tests::executable;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_assembly() {
        check(
            &EXTRACTOR,
            "app/My.dll",
            executable("13.0.3+0a2e"),
            &["installed pkg:nuget/My.Library@13.0.3"],
        );
        check(&EXTRACTOR, "app/My.DLL", executable("beta"), &["installed pkg:nuget/My.Library@1.2.3.4"]);
        check(&EXTRACTOR, "app/dos.exe", "MZ\u{90}", &[]);
    }

    proptest! {
        #[test]
        fn mutated_assemblies_never_panic(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6), end in any::<prop::sample::Index>()) {
            let mut bytes = executable("13.0.3");
            let try_it = |bytes: &[u8]| drop(run(&EXTRACTOR, "x", bytes, &|_| None));
            try_it(&bytes[..end.index(bytes.len())]);
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            try_it(&bytes);
        }
    }
}
