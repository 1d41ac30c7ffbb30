//! `paket.dependencies`: what a repository asks Paket for.

use crate::software::extractor::{self, Extractor, TEXT};
use crate::software::{Package, Standing};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "paket_dependencies",
    name: "paket.dependencies",
    docs: "https://fsprojects.github.io/Paket/dependencies-file.html",
    wants: |path| extractor::name(path) == "paket.dependencies",
    magic: &[],
    cap: TEXT,
    kinds: &["github", "nuget"],
    extract: |file| Ok(file.text()?.lines().filter_map(line).collect()),
};

fn line(line: &str) -> Option<Package> {
    let line = line.split("//").next()?.split(" #").next()?;
    let mut words = line.split_whitespace();
    let keyword = words.next()?;
    let name = words.next()?;
    let (kind, name, version) = match keyword {
        "nuget" | "clitool" => ("nuget", name, least(&words.collect::<Vec<_>>())),
        "github" => {
            let (name, tag) = name.split_once(':').unwrap_or((name, ""));
            // A commit is no version.
            let commit = tag.len() >= 7 && tag.bytes().all(|byte| byte.is_ascii_hexdigit());
            ("github", name, if commit { "" } else { tag })
        }
        _ => return None,
    };
    Package::new(Standing::Declared, kind, name, version).ok()
}

/// The least version of `~> 2.6`, `>= 1 < 2`, `== 1.0` or `1.0`; nothing where there is none (`< 2`, `> 1`).
fn least<'a>(words: &[&'a str]) -> &'a str {
    let is_version = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    let operator = words.first().unwrap_or(&"").trim_start_matches(['!', '@']);
    match operator {
        "~>" | ">=" | "==" | "=" => words.get(1).filter(|word| is_version(word)).unwrap_or(&""),
        version if is_version(version) => version,
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn what_is_asked_for() {
        check(
            &EXTRACTOR,
            "paket.dependencies",
            "source https://nuget.example.org/v3/index.json\nnuget NUnit ~> 2.6.3 // comment\nnuget A >= 4.0.0 lowest_matching: true\nnuget B\nnuget C < 2\nnuget D 1.0 # x\ngithub fsharp/FAKE:5.20.4// x\ngithub a/b:30cd5366a4f3f25a443ca4cd62cd592fd16ac69\ngroup Build\n  nuget FAKE\n",
            &[
                "declared pkg:nuget/NUnit@2.6.3",
                "declared pkg:nuget/A@4.0.0",
                "declared pkg:nuget/B",
                "declared pkg:nuget/C",
                "declared pkg:nuget/D@1.0",
                "declared pkg:github/fsharp/fake@5.20.4",
                "declared pkg:github/a/b",
                "declared pkg:nuget/FAKE",
            ],
        );
    }
}
