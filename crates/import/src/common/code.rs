//! Weaknesses in source code, as linters and static analysis report them.

use super::{ids, loci, text};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetRef, Finding, Severity};

/// A place in a file that a rule matched. What a tool does not tell stays empty.
#[derive(Debug, Default)]
pub(crate) struct Hit<'a> {
    /// The tool's stable id of the rule.
    pub(crate) rule: &'a str,
    /// What is wrong; the rule where it is empty.
    pub(crate) title: &'a str,
    pub(crate) severity: Severity,
    /// Text with CWE numbers.
    pub(crate) cwe: &'a str,
    pub(crate) path: &'a str,
    pub(crate) line: Option<u64>,
    /// What stays the same when lines move: a fingerprint of the tool, a function. Else the code is taken.
    pub(crate) anchor: &'a str,
    /// The code itself.
    pub(crate) snippet: &'a str,
}

impl Hit<'_> {
    /// The finding; description and the like are added by struct update.
    pub(crate) fn finding(&self, asset: AssetRef) -> Finding {
        let mut weakness = WeaknessSeen { rule: text::name(self.rule), ..WeaknessSeen::default() };
        ids::cwes_in(&mut weakness.cwe, self.cwe);
        let anchor =
            if self.anchor.is_empty() { loci::snippet(self.snippet) } else { text::name(self.anchor) };
        Finding {
            evidence: text::body(self.snippet),
            line: self.line.filter(|line| *line > 0),
            ..Finding::new(
                text::title(self.title, self.rule),
                self.severity,
                weakness,
                asset,
                loci::file(self.path, &anchor),
            )
        }
    }
}

/// A secret in a file. The secret goes no further than its digest, which is the anchor: the same secret at another line
/// is the same finding.
#[derive(Debug, Default)]
pub(crate) struct Leak<'a> {
    /// The detector.
    pub(crate) rule: &'a str,
    /// What kind of secret it is; the rule where it is empty. Never the secret.
    pub(crate) title: &'a str,
    pub(crate) severity: Severity,
    pub(crate) path: &'a str,
    pub(crate) line: Option<u64>,
    /// The secret, or a digest of it that the tool made.
    pub(crate) secret: &'a str,
}

impl Leak<'_> {
    /// The finding: CWE-798 (use of hard-coded credentials). Where the secret stands in a text of the tool it is covered.
    pub(crate) fn finding(&self, asset: AssetRef) -> Finding {
        let anchor = loci::snippet(self.secret);
        let hit = Hit {
            rule: self.rule,
            severity: self.severity,
            cwe: "798",
            path: self.path,
            line: self.line,
            anchor: &anchor,
            ..Hit::default()
        };
        let finding = hit.finding(asset);
        Finding { title: text::title(&self.covered(self.title), self.rule), ..finding }
    }

    /// A text with the secret in it covered.
    pub(crate) fn covered(&self, words: &str) -> String {
        covered(words, self.secret)
    }
}

/// A text with a secret in it covered.
pub(crate) fn covered(words: &str, secret: &str) -> String {
    let secret = secret.trim();
    if secret.len() < 4 { words.to_owned() } else { words.replace(secret, "****") }
}
