//! `rebar.lock`: the Hex packages that Erlang's build tool chose, a list of the language.

use crate::software::extractor::{self, Extractor, File, TEXT};
use crate::software::{Package, Standing};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "rebar_lock",
    name: "rebar.lock",
    docs: "https://rebar3.org/docs/configuration/dependencies/#lock-files",
    wants: |path| extractor::name(path) == "rebar.lock",
    magic: &[],
    cap: TEXT,
    kinds: &["hex"],
    extract,
};

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let text = file.text()?.trim();
    if !text.starts_with(['[', '{']) || !text.ends_with('.') {
        return Err("no list of Erlang's that ends with a full stop".to_owned());
    }
    let mut packages = Vec::new();
    // `{<<"key">>,{pkg,<<"name">>,<<"1.0.0">>},0}` or `{<<"key">>,{git,"url",{ref,"commit"}},0}`; the digests that follow the
    // packages are `{<<"key">>, <<"digest">>}`.
    let squeezed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    for entry in squeezed.split("{<<\"").skip(1) {
        let Some((key, tuple)) = entry.split_once("\">>,{") else { continue };
        match tuple.split_once(',') {
            Some(("pkg", rest)) => {
                let mut texts =
                    rest.split("<<\"").skip(1).filter_map(|part| Some(part.split_once("\">>")?.0));
                match (texts.next(), texts.next()) {
                    (Some(name), Some(version)) => {
                        packages.extend(file.package(Standing::Locked, "hex", name, version));
                    }
                    _ => file.problem(format!("{key:?} was left out: not a package with its version")),
                }
            }
            Some(("git" | "git_subdir" | "hg" | "path", _)) => {
                packages.extend(file.package(Standing::Locked, "hex", key, ""));
            }
            _ => file.problem(format!("{key:?} was left out: of an unknown kind")),
        }
    }
    Ok(packages)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check_part, refusal};
    use super::*;

    #[test]
    fn packages_and_digests() {
        let problems = check_part(
            &EXTRACTOR,
            "rebar.lock",
            "{\"1.2.0\",\n[{<<\"a\">>,{pkg,<<\"a\">>,<<\"1.0.0\">>},0},\n {<<\"alias\">>,{pkg, <<\"real\">>, <<\"2.0.0\">>},1},\n {<<\"c\">>,\n  {git,\"https://example.org/c.git\",\n       {ref,\"0123\"}},\n  0},\n {<<\"d\">>,{pkg,<<\"d\">>},0}]}.\n[\n{pkg_hash,[\n {<<\"a\">>, <<\"0123\">>}]}\n].\n",
            &["locked pkg:hex/a@1.0.0", "locked pkg:hex/real@2.0.0", "locked pkg:hex/c"],
        );
        assert_eq!(problems, ["\"d\" was left out: not a package with its version"]);
        refusal(&EXTRACTOR, "rebar.lock", "");
    }
}
