//! Deno's module specifiers: `npm:a@1.0.0`, `jsr:@s/a@1.0.0`, `https://esm.sh/a@1.0.0/mod.ts`.
//!
//! <https://docs.deno.com/runtime/fundamentals/modules/>

use super::npm;

/// Registries that serve npm packages as modules: what stands before `name@version/path`.
const SERVED: &[&str] = &[
    "https://esm.sh/",
    "https://unpkg.com/",
    "https://cdn.jsdelivr.net/npm/",
    "https://cdn.skypack.dev/",
    "https://deno.land/x/",
];

/// Purl type, name and version (empty where none is given, the least where a range is) that a specifier names.
pub(crate) fn specifier(text: &str) -> Option<(&'static str, String, String)> {
    if let Some(rest) = text.strip_prefix("jsr:") {
        let (name, version) = split(rest);
        return Some(("jsr", name.trim_start_matches('@').to_owned(), version));
    }
    let rest = match text.strip_prefix("npm:") {
        Some(rest) => rest,
        None => SERVED.iter().find_map(|prefix| text.strip_prefix(prefix))?,
    };
    let (name, version) = split(rest);
    (!name.is_empty() && !name.contains([':', '?'])).then(|| ("npm", name.to_owned(), version))
}

/// Name and version of `name@version/path?query`.
fn split(text: &str) -> (&str, String) {
    let text = text.trim_start_matches('/');
    // The name of a scoped package has a slash of its own.
    let scope = if text.starts_with('@') { text.find('/').map_or(0, |slash| slash + 1) } else { 0 };
    let end = text[scope..].find(['/', '?', '#']).map_or(text.len(), |end| scope + end);
    let (name, version) = npm::split(&text[..end]);
    let version = version.trim_start_matches(['^', '~', '=', '>', 'v', ' ']);
    let numbered = version.starts_with(|c: char| c.is_ascii_digit()) && !version.contains([' ', '<', '|']);
    (name, if numbered { version.to_owned() } else { String::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specifiers() {
        for (text, expected) in [
            ("npm:chalk@5.3.0/x", Some(("npm", "chalk", "5.3.0"))),
            ("npm:/@s/a@^1.2/x@3", Some(("npm", "@s/a", "1.2"))),
            ("jsr:@luca/cases@1.0.0/mod", Some(("jsr", "luca/cases", "1.0.0"))),
            ("https://esm.sh/react@18.0.0?dev", Some(("npm", "react", "18.0.0"))),
            ("https://esm.sh/react", Some(("npm", "react", ""))),
            ("https://deno.land/x/openai@v4.69.0/mod.ts", Some(("npm", "openai", "4.69.0"))),
            ("npm:a@latest", Some(("npm", "a", ""))),
            ("npm:a@>=1 <2", Some(("npm", "a", ""))),
            ("https://example.org/a@1.0.0", None),
            ("./a@1.0.0.ts", None),
            ("npm:", None),
            ("@", None),
        ] {
            let found = specifier(text);
            let found = found.as_ref().map(|(kind, name, version)| (*kind, name.as_str(), version.as_str()));
            assert_eq!(found, expected, "{text}");
        }
    }
}
