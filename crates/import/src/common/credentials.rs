//! Credentials that are written into code: what a code scanner shows of such a place is the credential itself.

use bartizan_model::{Finding, Locus};

/// CWE-259 (hard-coded password), CWE-321 (hard-coded cryptographic key), CWE-798 (hard-coded credentials).
const HARD_CODED: [u32; 3] = [259, 321, 798];

/// What the names of settings that hold a credential have in them.
const NAMES: [&str; 6] = ["pass", "pwd", "secret", "token", "key", "credential"];

const COVER: &str = "****";

/// Whether a finding is about a credential in a file.
pub(crate) fn shown_by(finding: &Finding) -> bool {
    matches!(finding.locus, Locus::File { .. })
        && finding.weakness.cwe.iter().any(|cwe| HARD_CODED.contains(cwe))
}

/// Covers what may be the credential: of the code every text in quotes, and the value of a setting that is named like one; of the
/// words that tell of it the texts in quotes that stand in the code too, or after a name (`password: 'x'`). What is covered stays as
/// it is when it is covered again.
pub(crate) fn cover(finding: Finding) -> Finding {
    let mut literals = Vec::new();
    let lines = finding.evidence.lines().map(|line| {
        let line = in_quotes(line, |_, literal| {
            literals.push(literal.to_owned());
            true
        });
        setting(&line)
    });
    let evidence = lines.collect::<Vec<_>>().join("\n");
    let words = |words: &str| {
        in_quotes(words, |before, literal| {
            before.trim_end().ends_with([':', '=']) || literals.iter().any(|it| it == literal)
        })
    };
    Finding { title: words(&finding.title), description: words(&finding.description), evidence, ..finding }
}

/// Covers what stands between two quotes of a kind, is long enough for a secret, and is meant; what stands before is told too.
fn in_quotes(text: &str, mut meant: impl FnMut(&str, &str) -> bool) -> String {
    let mut covered = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['"', '\'', '`']) {
        let (before, quoted) = rest.split_at(at);
        let (quote, inner) = quoted.split_at(1);
        let Some(end) = inner.find(quote) else { break };
        let literal = &inner[..end];
        let kept = if end >= COVER.len() && meant(before, literal) { COVER } else { literal };
        covered.extend([before, quote, kept, quote]);
        rest = &inner[end + 1..];
    }
    covered + rest
}

/// Covers the value of `db_password = value` and `api-key: value`, up to its end. What a call gives is no value, and a `Key` alone
/// is the label of a tool.
fn setting(line: &str) -> String {
    let Some(at) = line.find(['=', ':']) else { return line.to_owned() };
    let (name, value) = (line[..at].trim().to_ascii_lowercase(), line[at + 1..].trim());
    let named = name != "key" && NAMES.iter().any(|part| name.contains(part));
    let call = value.contains('(') && value.trim_end_matches(';').ends_with(')');
    if !named || call || value.len() < COVER.len() || value.contains(COVER) {
        return line.to_owned();
    }
    format!("{} {COVER}", &line[..=at])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::common::code::Hit;
    use crate::format::Options;
    use bartizan_model::AssetKind;

    fn covered(title: &str, snippet: &str) -> (String, String) {
        let hit = Hit { rule: "r", title, cwe: "CWE-798", path: "a.py", snippet, ..Hit::default() };
        let finding = hit.finding(Options::default().asset_or(AssetKind::Repository));
        assert!(shown_by(&finding));
        let finding = cover(finding);
        assert_eq!(cover(finding.clone()), finding);
        (finding.title, finding.evidence)
    }

    #[test]
    fn what_is_in_quotes_is_covered_wherever_it_stands() {
        let (title, evidence) = covered(
            "Possible hardcoded password: 'hunter22'",
            "1 user = ''\n2 password = \"hunter22\" # the 'old' one\n3 don't",
        );
        assert_eq!(title, "Possible hardcoded password: '****'");
        assert_eq!(evidence, "1 user = ''\n2 password = \"****\" # the 'old' one\n3 don't");
        let (title, _) = covered("'password' is set from `hunter22`", "x = \"hunter22\"");
        assert_eq!(title, "'password' is set from `****`");
    }

    #[test]
    fn settings_without_quotes_are_covered() {
        let (_, evidence) =
            covered("A key", "api_key: hunter22\nFunction: open\nsecret: no\nKey: db\npwd = get();");
        assert_eq!(evidence, "api_key: ****\nFunction: open\nsecret: no\nKey: db\npwd = get();");
    }

    #[test]
    fn only_credentials_in_code_are_meant() {
        let hit = Hit { rule: "r", cwe: "89", path: "a.py", snippet: "q", ..Hit::default() };
        let finding = hit.finding(Options::default().asset_or(AssetKind::Repository));
        assert!(!shown_by(&finding));
    }
}
