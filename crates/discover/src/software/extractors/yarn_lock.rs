//! `yarn.lock` of Yarn 1 (its own format) and of Yarn 2 and later (YAML): blocks with a head of `name@range` and indented
//! fields, of which the same few lines matter in both.

use crate::software::extractor::{self, Extractor, File, TEXT};
use crate::software::{Package, Standing, npm};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "yarn_lock",
    name: "yarn.lock",
    docs: "https://classic.yarnpkg.com/lang/en/docs/yarn-lock/",
    wants: |path| extractor::name(path) == "yarn.lock",
    magic: &[],
    cap: TEXT,
    kinds: &["npm"],
    extract,
};

/// One block: the first of the ranges in its head, and the fields that matter.
#[derive(Default)]
struct Block<'a> {
    head: &'a str,
    version: &'a str,
    resolution: &'a str,
}

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let mut packages = Vec::new();
    let mut block = Block::default();
    for (n, line) in file.text()?.lines().enumerate() {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(field) = line.strip_prefix("  ") {
            // Deeper are the block's own dependencies.
            let (key, value) = field.split_once([' ', ':']).unwrap_or((field, ""));
            let value = value.trim_start_matches([':', ' ']).trim().trim_matches('"');
            match key.trim_matches('"') {
                "version" => block.version = value,
                "resolution" => block.resolution = value,
                _ => {}
            }
        } else {
            // A long head of Yarn's later formats: `? head`, and `:` on the next line.
            if line.trim_end() == ":" {
                continue;
            }
            packages.extend(package(file, &block));
            let Some(head) = line.strip_prefix("? ").or_else(|| line.trim_end().strip_suffix(':')) else {
                return Err(format!("line {}: neither a block's head nor a field of one", n + 1));
            };
            block = Block { head, ..Block::default() };
        }
    }
    packages.extend(package(file, &block));
    Ok(packages)
}

fn package(file: &File<'_>, block: &Block<'_>) -> Option<Package> {
    // The project itself, and Yarn's own entry.
    if matches!(block.head, "" | "__metadata") || block.resolution.ends_with("@workspace:.") {
        return None;
    }
    let (first, range) =
        npm::split(block.head.trim_start_matches('"').split([',', '"']).next().unwrap_or(""));
    let name = match (block.resolution, range.strip_prefix("npm:").map(npm::split)) {
        // Yarn 1 resolves an alias in the head: `alias@npm:name@range`.
        ("", Some((name, range))) if !range.is_empty() => name,
        ("", _) => first,
        (resolution, _) => npm::split(resolution).0,
    };
    if block.version.is_empty() {
        file.problem(format!("{first:?} was left out: it has no version"));
        return None;
    }
    file.package(Standing::Locked, "npm", name, block.version)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_part, refusal};
    use super::*;

    #[test]
    fn yarn_1() {
        let problems = check_part(
            &EXTRACTOR,
            "yarn.lock",
            "# yarn lockfile v1\n\n\n\"@s/a@^1.0.0\", \"@s/a@^1.1\":\n  version \"1.1.0\"\n  dependencies:\n    version \"9\"\n\n\
             alias@npm:b@^2.0.0:\n  version \"2.0.1\"\n\nc@~1:\n  resolved \"x\"\n",
            &["locked pkg:npm/%40s/a@1.1.0", "locked pkg:npm/b@2.0.1"],
        );
        assert_eq!(problems, ["\"c\" was left out: it has no version"]);
        refusal(&EXTRACTOR, "yarn.lock", "what is this");
    }

    #[test]
    fn yarn_berry() {
        check(
            &EXTRACTOR,
            "yarn.lock",
            "__metadata:\n  version: 8\n\n\"alias@npm:b@^2.0.0\":\n  version: 2.0.1\n  \"resolution\": \"b@npm:2.0.1\"\n\n\
             ? \"c@npm:^3.0.0, c@npm:^3.1.0\"\n:\n  version: 3.1.0\n  resolution: \"c@npm:3.1.0\"\n\n\
             \"mine@workspace:.\":\n  version: 0.0.0-use.local\n  resolution: \"mine@workspace:.\"\n\n\
             \"p@patch:p@npm%3A1.0.0#x\":\n  version: 1.0.0\n  resolution: \"p@patch:p@npm%3A1.0.0#x\"\n",
            &["locked pkg:npm/b@2.0.1", "locked pkg:npm/c@3.1.0", "locked pkg:npm/p@1.0.0"],
        );
    }
}
