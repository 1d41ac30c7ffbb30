//! Chisel's manifest of the Ubuntu packages that it cut an image from: a JSON wall, a JSON value a line, compressed with
//! zstd.

use super::os_packages;
use crate::software::extractor::{Extractor, TEXT};
use bartizan_model::host;
use serde::Deserialize;
use std::io::Read;

/// The most bytes of an unpacked manifest.
const UNPACKED: u64 = 256 << 20;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "chisel",
    name: "Chisel's manifest.wall",
    docs: "https://documentation.ubuntu.com/chisel/en/latest/reference/manifest/",
    wants: |path| path.ends_with("chisel/manifest.wall"),
    magic: &[],
    cap: TEXT,
    kinds: &["deb"],
    extract: |file| Ok(os_packages(file, &["var/lib/"], &parse(file.bytes)?)),
};

#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    jsonwall: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    version: String,
    #[serde(default)]
    arch: String,
}

fn parse(bytes: &[u8]) -> Result<Vec<host::Package>, String> {
    let unpacked = zstd::Decoder::with_buffer(bytes).map_err(|error| error.to_string())?;
    let mut text = String::new();
    unpacked
        .take(UNPACKED + 1)
        .read_to_string(&mut text)
        .map_err(|error| format!("no zstd text: {error}"))?;
    if text.len() as u64 > UNPACKED {
        return Err(format!("it unpacks to more than {} MiB", UNPACKED >> 20));
    }
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line: Line =
            serde_json::from_str(line).map_err(|error| format!("line {}: {error}", number + 1))?;
        if number == 0 && line.jsonwall.is_empty() {
            return Err("line 1: no JSON wall".to_owned());
        }
        if line.kind == "package" && !line.name.is_empty() {
            found.push(host::Package {
                manager: "deb".to_owned(),
                source: line.name.clone(),
                name: line.name,
                source_version: line.version.clone(),
                module: String::new(),
                version: line.version,
                arch: line.arch,
            });
        }
    }
    if text.is_empty() { Err("it is empty".to_owned()) } else { Ok(found) }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check_in;
    use super::*;

    #[test]
    fn packages_of_the_wall() {
        let wall = "{\"jsonwall\":\"1.0\",\"schema\":\"1.0\",\"count\":3}\n{\"kind\":\"content\",\"slice\":\"base-files_base\",\"path\":\"/etc/\"}\n{\"kind\":\"package\",\"name\":\"base-files\",\"version\":\"13ubuntu10.2\",\"sha256\":\"00\",\"arch\":\"amd64\"}\n";
        assert_eq!(
            check_in(
                &EXTRACTOR,
                "var/lib/chisel/manifest.wall",
                zstd::encode_all(wall.as_bytes(), 1).unwrap(),
                &[("etc/os-release", "ID=ubuntu\nVERSION_ID=\"24.04\"\n")],
                &["installed pkg:deb/ubuntu/base-files@13ubuntu10.2?arch=amd64&distro=ubuntu-24.04"],
            ),
            [""; 0]
        );
        for bad in ["", "{}\n", "{\"jsonwall\":\"1.0\"}\nnonsense\n"] {
            assert!(parse(&zstd::encode_all(bad.as_bytes(), 1).unwrap()).is_err(), "{bad}");
        }
        assert!(parse(b"").is_err());
        let bomb = zstd::encode_all(std::io::repeat(b' ').take(UNPACKED + 2), 1).unwrap();
        assert!(parse(&bomb).unwrap_err().contains("MiB"));
    }
}
