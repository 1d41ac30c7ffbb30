//! `*.gemspec`: the gem that a program makes, or that is installed. The program is not run: name and version are read where
//! they are literals, or the version a constant in the file or in one that it requires.

use crate::software::extractor::{Extractor, File, TEXT};
use crate::software::{Package, Standing};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "gemspec",
    name: "*.gemspec",
    docs: "https://guides.rubygems.org/specification-reference/",
    wants: |path| path.ends_with(".gemspec"),
    magic: &[],
    cap: TEXT,
    kinds: &["gem"],
    extract,
};

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let text = String::from_utf8_lossy(file.bytes);
    if !text.contains("Gem::Specification.new") {
        return Ok(Vec::new());
    }
    let lines = || text.lines().map(|line| line.split(" #").next().unwrap_or(line).trim());
    let (mut name, mut version) = (None, None);
    for (field, value) in lines().filter_map(assignment) {
        match field.rsplit_once('.') {
            Some((_, "name")) => name = name.or(Some(value)),
            Some((_, "version")) => version = version.or(Some(value)),
            _ => {}
        }
    }
    let name = name.and_then(literal).ok_or("its name is no literal, and the program is not run")?;
    let value = version.ok_or("it sets no version")?;
    let version = match literal(value) {
        Some(version) => version.to_owned(),
        None => constant(file, &text, value)
            .ok_or_else(|| format!("its version `{value}` is neither a literal nor a constant in reach"))?,
    };
    let installed = file.path.split('/').any(|part| part == "specifications");
    let standing = if installed { Standing::Installed } else { Standing::Declared };
    Ok(file.package(standing, "gem", name, &version).into_iter().collect())
}

/// `field = value` of one line.
fn assignment(line: &str) -> Option<(&str, &str)> {
    let (field, value) = line.split_once('=')?;
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | ':');
    let field = field.trim();
    (field.chars().all(plain) && !field.is_empty()).then(|| (field, value.trim()))
}

/// The text of a literal: `'a'`, `"a".freeze`, `%q<a>`; also as `Gem::Version.new("a")`.
fn literal(value: &str) -> Option<&str> {
    let value =
        value.strip_prefix("Gem::Version.new").map_or(value, |value| value.trim_start_matches(['(', ' ']));
    let (start, end) = match value.as_bytes() {
        [b'"', ..] => (1, '"'),
        [b'\'', ..] => (1, '\''),
        [b'%', b'q' | b'Q', b'<', ..] => (3, '>'),
        [b'%', b'q' | b'Q', b'(', ..] => (3, ')'),
        _ => return None,
    };
    let (text, rest) = value[start..].split_once(end)?;
    // Something computed with it is another text.
    let rest = rest.trim().trim_start_matches(".freeze").trim_start_matches(')').trim();
    (rest.is_empty() && !text.contains("#{")).then_some(text)
}

/// The literal that a constant such as `A::VERSION` is given in this text or in one that it requires.
fn constant(file: &File<'_>, text: &str, value: &str) -> Option<String> {
    let value = value.trim_end_matches(".freeze").trim_end_matches(".dup");
    let name = value.rsplit("::").next()?;
    if !name.starts_with(|c: char| c.is_ascii_uppercase())
        || name.contains(|c: char| !c.is_alphanumeric() && c != '_')
    {
        return None;
    }
    let find = |text: &str| {
        let set = text.lines().filter_map(|line| assignment(line.split(" #").next().unwrap_or(line).trim()));
        set.filter(|(field, _)| *field == name).find_map(|(_, value)| literal(value).map(str::to_owned))
    };
    find(text).or_else(|| {
        required(text).iter().find_map(|path| {
            let beside = file.beside(&format!("{path}.rb"));
            let bytes = beside.or_else(|| file.beside(&format!("lib/{path}.rb")))?;
            find(&String::from_utf8_lossy(&bytes))
        })
    })
}

/// The most files that are looked into for a constant.
const REQUIRED: usize = 20;
/// The longest statement that requires one, in bytes.
const STATEMENT: usize = 400;

/// The paths that a program requires: all literals of one `require`, joined.
fn required(text: &str) -> Vec<String> {
    let mut at = 0;
    let mut paths = Vec::new();
    for line in text.split_inclusive('\n') {
        let rest = &text[at..];
        at += line.len();
        if line.trim_start().starts_with("require") && paths.len() < REQUIRED {
            // To the end of the line, or of the brackets that open in it.
            let open = line.contains('(') && !line.contains(')');
            let block = &rest[..rest.floor_char_boundary(STATEMENT)];
            let statement = block.find("\n)").filter(|_| open).map_or(line, |end| &block[..end]);
            let plain = statement.split(" if ").next().and_then(|rest| rest.split(" unless ").next());
            let literals = plain.unwrap_or(statement).split(['\'', '"']).skip(1).step_by(2);
            let parts: Vec<&str> =
                literals.map(|part| part.trim_matches('/').trim_end_matches(".rb")).collect();
            if !parts.is_empty() {
                paths.push(parts.join("/"));
            }
        }
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_in, refusal};
    use super::*;

    #[test]
    fn literals() {
        check(
            &EXTRACTOR,
            "gems/3.2.0/specifications/a-1.0.gemspec",
            "# stub: a 1.0 ruby lib\nGem::Specification.new do |s|\n  s.name = \"a\".freeze\n  s.version = Gem::Version.new(\"1.0\")\n  s.required_ruby_version = \">= 2\"\nend\n",
            &["installed pkg:gem/a@1.0"],
        );
        check(
            &EXTRACTOR,
            "a.gemspec",
            "V = '2.0' # now\nGem::Specification.new do |s|\n  s.name = %q<a>\n  s.version = V\nend",
            &["declared pkg:gem/a@2.0"],
        );
        check(&EXTRACTOR, "a.gemspec", "s.name = 'a'\ns.version = '1'\n", &[]);
        for version in ["A.version", "'1.' + X", "\"1.#{x}\"", "A::MISSING"] {
            let text = format!("Gem::Specification.new do |s|\ns.name = 'a'\ns.version = {version}\nend");
            refusal(&EXTRACTOR, "a.gemspec", text);
        }
    }

    #[test]
    fn constants_of_required_files() {
        let version = [("sub/lib/a/version.rb", "module A\n  VERSION = \"3.0\".freeze\nend\n")];
        for require in [
            "require_relative 'lib/a/version'",
            "require File.dirname(__FILE__) + '/lib/a/version' if x('y')",
            "require_relative File.join(\n  'lib',\n  'a', 'version'\n)",
            "$:.unshift 'lib'\nrequire \"a/version\"",
        ] {
            let text = format!(
                "{require}\nGem::Specification.new do |s|\n s.name='a'\n s.version = A::VERSION\nend"
            );
            let problems = check_in(&EXTRACTOR, "sub/a.gemspec", text, &version, &["declared pkg:gem/a@3.0"]);
            assert_eq!(problems, [""; 0]);
        }
    }
}
