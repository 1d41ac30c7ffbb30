//! `Info.plist` of an application of macOS, as XML or binary.

use crate::software::extractor::{Extractor, TEXT};
use crate::software::xml;
use crate::software::{Package, Standing};
use std::collections::BTreeMap;

mod binary;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "macos_app",
    name: "Info.plist of macOS",
    docs: "https://developer.apple.com/documentation/bundleresources/information-property-list",
    wants: |path| path.ends_with(".app/Contents/Info.plist"),
    magic: &[],
    cap: TEXT,
    kinds: &["macapps"],
    extract: |file| {
        let info = if file.bytes.starts_with(b"bplist") {
            binary::texts(file.bytes).ok_or("it is a damaged binary property list")?
        } else {
            texts(file.bytes)?
        };
        let first = |keys: &[&str]| {
            let mut values = keys.iter().filter_map(|key| info.get(*key));
            values.find(|value| !value.is_empty()).map_or("", String::as_str)
        };
        let name = first(&["CFBundleName", "CFBundleDisplayName", "CFBundleIdentifier"]);
        let version = first(&["CFBundleShortVersionString", "CFBundleVersion"]);
        let mut package = Package::new(Standing::Installed, "macapps", name, version)
            .map_err(|_| "it names no application".to_owned())?;
        package.purl = package.purl.with_qualifier("identifier", first(&["CFBundleIdentifier"]));
        Ok(vec![package])
    },
};

/// The texts of the outermost dictionary in an XML property list.
fn texts(bytes: &[u8]) -> Result<BTreeMap<String, String>, String> {
    let root = xml::parse(bytes)?;
    let dictionary =
        root.child("dict").filter(|_| root.name == "plist").ok_or("no property list with a dictionary")?;
    let pairs = dictionary.children.windows(2);
    let texts = pairs.filter(|pair| pair[0].name == "key" && pair[1].name == "string");
    Ok(texts.map(|pair| (pair[0].text.trim().to_owned(), pair[1].text.trim().to_owned())).collect())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, run};
    use super::*;
    use proptest::prelude::*;

    const XML: &str = "<?xml version=\"1.0\"?><plist version=\"1.0\"><dict><key>CFBundleName</key><string>Chrome</string><key>CFBundleIdentifier</key><string>com.google.Chrome</string><key>CFBundleShortVersionString</key><string>130.0</string><key>X</key><array><dict/></array></dict></plist>";

    #[test]
    fn xml_and_binary() {
        for bytes in [XML.as_bytes().to_vec(), binary::tests::list()] {
            check(
                &EXTRACTOR,
                "Applications/Google Chrome.app/Contents/Info.plist",
                bytes,
                &["installed pkg:macapps/Chrome@130.0?identifier=com.google.Chrome"],
            );
        }
    }

    #[test]
    fn deep_lists_are_an_error() {
        let deep = format!("<plist><dict><key>X</key>{}", "<array>".repeat(1_000_000));
        assert!(run(&EXTRACTOR, "x", deep.as_bytes(), &|_| None).0.is_err());
    }

    proptest! {
        #[test]
        fn mutated_lists_never_panic(at in any::<prop::sample::Index>(), byte: u8, end in any::<prop::sample::Index>()) {
            let mut bytes = binary::tests::list();
            let length = bytes.len();
            bytes[at.index(length)] = byte;
            let _ = run(&EXTRACTOR, "x", &bytes, &|_| None);
            let _ = run(&EXTRACTOR, "x", &bytes[..end.index(length)], &|_| None);
        }
    }
}
