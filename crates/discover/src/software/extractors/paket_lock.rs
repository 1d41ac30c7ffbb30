//! `paket.lock`: what Paket chose, from NuGet and GitHub.

use crate::software::extractor::{self, Extractor, TEXT};
use crate::software::{Package, Standing};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "paket_lock",
    name: "paket.lock",
    docs: "https://fsprojects.github.io/Paket/lock-file.html",
    wants: |path| extractor::name(path) == "paket.lock",
    magic: &[],
    cap: TEXT,
    kinds: &["github", "nuget"],
    extract: |file| {
        let (mut source, mut remote) = ("", "");
        let mut found = Vec::new();
        for line in file.text()?.lines() {
            let indent = line.len() - line.trim_start().len();
            let text = line.trim();
            match indent {
                0 => (source, remote) = (text, ""),
                2 => remote = text.strip_prefix("remote:").unwrap_or(remote).trim(),
                // Deeper: what a package asks for.
                4 => found.extend(locked(source, remote, text)),
                _ => {}
            }
        }
        Ok(found)
    },
};

/// `NUnit (2.6.4) - restriction: >= net45`; a line of GitHub is a file of the remote repository with its commit.
fn locked(source: &str, remote: &str, text: &str) -> Option<Package> {
    let (name, rest) = text.split_once(" (")?;
    let version = rest.split(')').next()?;
    match source {
        "NUGET" => Package::new(Standing::Locked, "nuget", name, version).ok(),
        "GITHUB" if remote.contains('/') => Package::new(Standing::Locked, "github", remote, version).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn what_was_chosen() {
        check(
            &EXTRACTOR,
            "paket.lock",
            "STORAGE: NONE\nNUGET\n  remote: https://nuget.example.org/v3/index.json\n    NUnit (2.6.4) - restriction: >= net45\n      NUnit.Console (>= 3.0.0)\nGITHUB\n  remote: fsharp/FAKE\n    modules/Octokit/Octokit.fsx (1a2b3c)\n\nGROUP Build\nNUGET\n  remote: https://nuget.example.org/v3/index.json\n    FAKE (5.20.4)\n",
            &[
                "locked pkg:nuget/NUnit@2.6.4",
                "locked pkg:github/fsharp/fake@1a2b3c",
                "locked pkg:nuget/FAKE@5.20.4",
            ],
        );
    }
}
