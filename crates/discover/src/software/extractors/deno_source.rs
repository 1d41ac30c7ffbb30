//! `*.ts`: versions that Deno programs name in their imports, without any manifest.

use crate::software::extractor::{Extractor, File, TEXT};
use crate::software::{Package, Standing, deno};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "deno_source",
    name: "imports of TypeScript sources",
    docs: "https://docs.deno.com/runtime/fundamentals/modules/",
    wants: |path| {
        let source =
            [".ts", ".tsx", ".mts"].iter().any(|end| path.ends_with(end)) && !path.ends_with(".d.ts");
        source && !path.split('/').any(|part| part == "node_modules")
    },
    magic: &[],
    cap: TEXT,
    kinds: &["jsr", "npm"],
    extract,
};

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    // A file of this name need not be a program (Qt's translations, MPEG transport streams): then it imports nothing.
    let Ok(text) = file.text() else { return Ok(Vec::new()) };
    let mut packages = Vec::new();
    for import in imports(text) {
        if let Some((kind, name, version)) =
            deno::specifier(import).filter(|(.., version)| !version.is_empty())
        {
            packages.extend(file.package(Standing::Declared, kind, &name, &version));
        }
    }
    Ok(packages)
}

/// The string literals that follow `from`, `import` or `import(`; comments and other literals are passed over.
fn imports(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let (mut found, mut at, mut word) = (Vec::new(), 0, "");
    while let Some(byte) = bytes.get(at) {
        let rest = &text[at..];
        match byte {
            b'/' if rest.starts_with("//") => at += rest.find('\n').unwrap_or(rest.len()),
            b'/' if rest.starts_with("/*") => at += rest.find("*/").map_or(rest.len(), |end| end + 2),
            b'"' | b'\'' | b'`' => {
                let end = end_of_literal(&bytes[at + 1..], *byte);
                if matches!(word, "from" | "import") && *byte != b'`' {
                    found.extend(text.get(at + 1..at + 1 + end));
                }
                word = "";
                at += end + 2;
            }
            byte if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') => {
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '$');
                let end = end.unwrap_or(rest.len());
                word = &rest[..end];
                at += end;
            }
            b'(' if word == "import" => at += 1,
            byte => {
                if !byte.is_ascii_whitespace() {
                    word = "";
                }
                at += rest.chars().next().map_or(1, char::len_utf8);
            }
        }
    }
    found
}

/// Where the literal ends; one in quotes ends with its line at the latest.
fn end_of_literal(bytes: &[u8], quote: u8) -> usize {
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            byte if *byte == quote || (*byte == b'\n' && quote != b'`') => return at,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn only_imports_with_a_version() {
        check(
            &EXTRACTOR,
            "src/main.ts",
            "// import a from \"npm:a@1.0.0\"\n/* from 'npm:b@1.0.0' */\nconst from = \"x\", s = \"npm:c@1.0.0\";\n\
             import 'npm:d@1.0.0';\nimport {e} from \"https://esm.sh/e@2.0.0/x\";\nexport * from 'jsr:@s/f@3.0.0';\n\
             const g = await import(\n  'npm:g@4.0.0');\nimport h from 'npm:h';\nconst i = `from \"npm:i@1.0.0\"`; // é\nlet re = /'/; import j from \"npm:j@1.0.0\";\n",
            &[
                "declared pkg:npm/d@1.0.0",
                "declared pkg:npm/e@2.0.0",
                "declared pkg:jsr/s/f@3.0.0",
                "declared pkg:npm/g@4.0.0",
            ],
        );
        check(&EXTRACTOR, "video.ts", b"\xffimport 'npm:a@1.0.0'", &[]);
        for text in ["import \"", "import \"\\", "/*", "`", "é'\\"] {
            check(&EXTRACTOR, "a.ts", text, &[]);
        }
        assert!(!(EXTRACTOR.wants)("node_modules/x/a.ts"));
    }
}
