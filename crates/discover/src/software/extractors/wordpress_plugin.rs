//! `wp-content/plugins/*/*.php`: the plugins installed in WordPress, by the header in their main file.

use crate::software::extractor::{Extractor, File, TEXT};
use crate::software::{Package, Standing};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "wordpress_plugin",
    name: "WordPress plugin",
    docs: "https://developer.wordpress.org/plugins/plugin-basics/header-requirements/",
    wants: |path| {
        let path = path
            .strip_prefix("wp-content/plugins/")
            .or_else(|| Some(path.split_once("/wp-content/plugins/")?.1));
        // The main file lies in the plugin's folder, or is the plugin.
        path.is_some_and(|path| path.ends_with(".php") && path.split('/').count() <= 2)
    },
    magic: &[],
    cap: TEXT,
    kinds: &["wordpress"],
    extract,
};

/// WordPress itself reads no further for the header.
const HEADER: usize = 8 << 10;

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let header = String::from_utf8_lossy(&file.bytes[..file.bytes.len().min(HEADER)]);
    let field = |name: &str| {
        header.lines().find_map(|line| {
            let line = line.trim_start_matches([' ', '\t', '/', '*', '#', '@']);
            let line =
                line.strip_prefix("<?php").map_or(line, |line| line.trim_start_matches([' ', '/', '*']));
            let value = line.strip_prefix(name)?.trim_start().strip_prefix(':')?;
            let value = value.trim_end().trim_end_matches("*/").trim();
            (!value.is_empty()).then(|| value.to_owned())
        })
    };
    let Some(name) = field("Plugin Name") else { return Ok(Vec::new()) };
    let version = field("Version").unwrap_or_default();
    Ok(file.package(Standing::Installed, "wordpress", &name, &version).into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn headers() {
        let path = "var/www/wp-content/plugins/a/a.php";
        for text in [
            "<?php\n/**\n * Plugin Name: A Plugin: B\n * Version:1.2 */\n",
            "<?php /* Plugin Name:A Plugin: B\r\nVersion: 1.2\r\n*/",
        ] {
            check(&EXTRACTOR, path, text, &["installed pkg:wordpress/A%20Plugin:%20B@1.2"]);
        }
        check(&EXTRACTOR, path, "<?php\n// Version: 1\n", &[]);
        assert!(!(EXTRACTOR.wants)("wp-content/plugins/a/sub/b.php"));
        assert!((EXTRACTOR.wants)("wp-content/plugins/hello.php"));
    }
}
