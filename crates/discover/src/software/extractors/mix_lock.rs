//! `mix.lock`: the Hex packages that Elixir's build tool chose, a map of the language with one package a
//! line.

use crate::software::extractor::{self, Extractor, File, TEXT};
use crate::software::{Package, Standing};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "mix_lock",
    name: "mix.lock",
    docs: "https://hexdocs.pm/mix/Mix.Tasks.Deps.html",
    wants: |path| extractor::name(path) == "mix.lock",
    magic: &[],
    cap: TEXT,
    kinds: &["hex"],
    extract,
};

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let text = file.text()?;
    if !text.trim_start().starts_with("%{") {
        return Err("no map `%{...}` in it".to_owned());
    }
    let entries = text.lines().map(str::trim).filter(|line| line.starts_with('"'));
    Ok(entries.filter_map(|line| entry(file, line)).collect())
}

/// `"key": {:hex, :name, "1.0.0", ...},` or `"key": {:git, "url", "commit", ...},`.
fn entry(file: &File<'_>, line: &str) -> Option<Package> {
    let parts = line[1..].split_once("\": {:").and_then(|(key, tuple)| {
        let mut parts = tuple.splitn(4, ',').map(str::trim);
        let (kind, name, version) = (parts.next()?, parts.next()?, parts.next()?);
        match kind {
            "hex" => Some((
                name.strip_prefix(':')?.trim_matches('"'),
                version.strip_prefix('"')?.strip_suffix('"')?,
            )),
            "git" | "path" => Some((key, "")),
            _ => None,
        }
    });
    let Some((name, version)) = parts else {
        file.problem(format!("{line:?} was left out: not a package with its version"));
        return None;
    };
    file.package(Standing::Locked, "hex", name, version)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check_part, refusal};
    use super::*;

    #[test]
    fn hex_and_git() {
        let problems = check_part(
            &EXTRACTOR,
            "mix.lock",
            "%{\n  \"a\": {:hex, :a, \"1.0.0\", \"0123\", [:mix], [{:b, \"~> 2.0\", [hex: :b]}], \"hexpm\", \"4567\"},\n  \"alias\": {:hex, :real, \"2.0.0\", \"0\"},\n  \"c\": {:git, \"https://example.org/c.git\", \"0123\", []},\n  \"d\": {:hex, },\n}\n",
            &["locked pkg:hex/a@1.0.0", "locked pkg:hex/real@2.0.0", "locked pkg:hex/c"],
        );
        assert_eq!(problems, ["\"\\\"d\\\": {:hex, },\" was left out: not a package with its version"]);
        refusal(&EXTRACTOR, "mix.lock", "[]");
    }
}
