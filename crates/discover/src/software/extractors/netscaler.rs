//! The release of a Citrix NetScaler, from its boot loader's or its own configuration.

use crate::software::extractor::{self, Extractor, TEXT};
use crate::software::{Package, Standing};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "netscaler",
    name: "NetScaler's loader.conf, ns.conf and nsversion",
    docs: "https://docs.netscaler.com/en-us/citrix-adc/current-release/",
    wants: |path| matches!(extractor::name(path), "loader.conf" | "ns.conf" | "nsversion"),
    magic: &[],
    cap: TEXT,
    kinds: &["generic"],
    extract: |file| {
        let text = String::from_utf8_lossy(file.bytes);
        let release = text.lines().take(LINES).find_map(release);
        Ok(release
            .and_then(|version| Package::new(Standing::Installed, "generic", "NetScaler", &version).ok())
            .into_iter()
            .collect())
    },
};

/// The release stands at the beginning of a file.
const LINES: usize = 200;

/// `14.1-36.5` from `BOOT_KERNEL="ns-14.1-36.5"`, `#NS14.1 Build 36.5` or `NetScaler NS14.1: Build 36.5.nc`.
fn release(line: &str) -> Option<String> {
    line.match_indices(['n', 'N']).find_map(|(at, _)| {
        let word = line[..at].ends_with(|c: char| c.is_ascii_alphanumeric());
        let rest = &line[at..];
        let (number, rest) = if let Some(rest) = rest.strip_prefix("ns-") {
            let (number, rest) = number(rest)?;
            (number, rest.strip_prefix('-')?)
        } else {
            let (number, rest) = number(rest.strip_prefix("NS")?)?;
            let between = rest.strip_prefix(':').unwrap_or(rest);
            (number, between.strip_prefix(' ')?.trim_start().strip_prefix("Build")?.trim_start())
        };
        let (build, _) = self::number(rest)?;
        (!word).then(|| format!("{number}-{build}"))
    })
}

/// `14.1` and what comes after.
fn number(text: &str) -> Option<(&str, &str)> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let major = digits(text);
    let minor = digits(text.get(major..)?.strip_prefix('.')?);
    (major > 0 && minor > 0).then(|| text.split_at(major + 1 + minor))
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn releases() {
        for (path, text) in [
            ("flash/boot/loader.conf", "autoboot_delay=3\nBOOT_KERNEL=\"ns-14.1-36.5\"\n"),
            ("flash/boot/loader.conf", "kernel=\"/ns-14.1-36.5\""),
            ("flash/nsconfig/ns.conf", "#NS14.1 Build 36.5\n# Last modified\n"),
            ("var/nsversion", "NetScaler NS14.1: Build 36.5.nc, Date: Jan 1 2025"),
        ] {
            check(&EXTRACTOR, path, text, &["installed pkg:generic/NetScaler@14.1-36.5"]);
        }
        for text in
            ["BOOT_KERNEL=\"nss-14.1-36.5\"", "ns-12..1-55.329", "NS13.1Build59.21", "xns-1.1-2.2", ""]
        {
            assert_eq!(release(text), None, "{text}");
        }
    }
}
