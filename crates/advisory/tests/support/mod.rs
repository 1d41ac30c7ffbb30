//! The shared folder of vectors and knowledge that lies beside the project, if it does.
#![allow(dead_code, reason = "each test file uses some of it")]
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "for tests only")]

use std::io::Read;
use std::path::{Path, PathBuf};

/// The file `path` of the shared folder (`$BARTIZAN_SHARED`, else `../shared` from the project's root).
/// Without it, says so and gives `None`: the test that asked returns, and a stranger's clone passes.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("BARTIZAN_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let file = folder.join(path);
    if file.is_file() {
        return Some(file);
    }
    eprintln!("skipped: {path} is not in the shared folder");
    None
}

/// The unpacked content of a `.gz` or `.zst` file of the shared folder.
pub(crate) fn unpacked(path: &str) -> Option<Vec<u8>> {
    let file = std::fs::File::open(shared(path)?).unwrap();
    let mut bytes = Vec::new();
    if path.ends_with(".gz") {
        flate2::read::GzDecoder::new(file).read_to_end(&mut bytes).unwrap();
    } else {
        zstd::Decoder::new(file).unwrap().read_to_end(&mut bytes).unwrap();
    }
    Some(bytes)
}

/// The rows of a packed table of tab-separated values with a header line, as cells.
pub(crate) fn table(path: &str) -> Option<Vec<Vec<String>>> {
    let text = String::from_utf8(unpacked(path)?).unwrap();
    Some(text.lines().skip(1).map(|l| l.split('\t').map(str::to_owned).collect()).collect())
}

/// One file of an uncompressed tar archive (headers of 512 bytes: name first, octal size at 124).
pub(crate) fn in_tar<'a>(tar: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let text = |field: &[u8]| {
        String::from_utf8_lossy(field).trim_matches(|c: char| c == '\0' || c == ' ').to_owned()
    };
    let mut at = 0;
    while let Some(header) = tar.get(at..at + 512) {
        let size = usize::from_str_radix(&text(&header[124..136]), 8).unwrap_or(0);
        if text(&header[..100]) == name {
            return tar.get(at + 512..at + 512 + size);
        }
        at += 512 + size.div_ceil(512) * 512;
    }
    None
}
