//! `Gemfile.lock` and `gems.locked`: the gems that Bundler chose.

use crate::software::extractor::{self, Extractor, File, TEXT};
use crate::software::{Package, Standing};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "gemfile_lock",
    name: "Gemfile.lock",
    docs: "https://bundler.io/guides/using_bundler_in_applications.html#gemfile-lock",
    wants: |path| {
        let name = extractor::name(path);
        name == "gems.locked" || (name.starts_with("Gemfile") && name.ends_with(".lock"))
    },
    magic: &[],
    cap: TEXT,
    kinds: &["gem"],
    extract,
};

/// The sections that list gems, by where they come from.
const SOURCES: &[&str] = &["GEM", "GIT", "PATH", "PLUGIN SOURCE"];

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let text = file.text()?;
    let mut packages = Vec::new();
    let (mut source, mut specs, mut sections) = (false, false, 0);
    for line in text.lines().map(str::trim_end).filter(|line| !line.is_empty()) {
        if !line.starts_with(' ') {
            source = SOURCES.contains(&line);
            specs = false;
            sections += u32::from(line.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b' '));
        } else if line == "  specs:" {
            specs = source;
        } else if let Some(gem) = line.strip_prefix("    ").filter(|gem| specs && !gem.starts_with(' ')) {
            // A gem's own dependencies are indented more.
            match gem.split_once(" (").and_then(|(name, rest)| Some((name, rest.split_once(')')?.0))) {
                // What follows the version is the platform: `1.13.3-x86_64-linux`.
                Some((name, version)) => packages.extend(file.package(
                    Standing::Locked,
                    "gem",
                    name,
                    version.split('-').next().unwrap_or(version),
                )),
                None => file.problem(format!("{gem:?} was left out: not a gem with its version")),
            }
        }
    }
    if sections == 0 && !text.trim().is_empty() {
        return Err("no section of a Gemfile.lock in it".to_owned());
    }
    Ok(packages)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check_part, refusal};
    use super::*;

    #[test]
    fn sources_and_platforms() {
        let problems = check_part(
            &EXTRACTOR,
            "Gemfile.lock",
            "GIT\n  remote: https://example.org/a.git\n  revision: 0\n  specs:\n    a (1.0.alpha1)\n      b (~> 2.0)\n\nPATH\n  remote: .\n  specs:\n    mine (0.1.0)\n\n\
             GEM\n  remote: https://example.org/\n  specs:\n    b (2.0.1)\n    c (3.0-x86_64-linux)\n    d\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  a!\n  b (= 9)\n\nBUNDLED WITH\n   2.4.0\n",
            &[
                "locked pkg:gem/a@1.0.alpha1",
                "locked pkg:gem/mine@0.1.0",
                "locked pkg:gem/b@2.0.1",
                "locked pkg:gem/c@3.0",
            ],
        );
        assert_eq!(problems, ["\"d\" was left out: not a gem with its version"]);
        refusal(&EXTRACTOR, "gems.locked", "what is this");
    }
}
