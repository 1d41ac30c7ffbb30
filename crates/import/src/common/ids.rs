//! Public ids, CWE numbers and severities out of what tools write.

use bartizan_model::Severity;
use bartizan_model::weakness::{canonical, cves_in, is_public_id};

/// Appends `id` in canonical form when it is an id of a public catalogue and not there yet.
pub(crate) fn push_id(ids: &mut Vec<String>, id: &str) {
    let id = id.trim();
    if id.len() <= 64
        && is_public_id(id)
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-:._".contains(&b))
    {
        let id = canonical(id);
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
}

/// Public ids in a text: CVEs and GHSAs anywhere, or the whole text as one id.
pub(crate) fn ids_in(text: &str) -> Vec<String> {
    let mut ids = cves_in(text);
    for (at, _) in text.match_indices("GHSA-").chain(text.match_indices("ghsa-")) {
        if let Some(id) = text.get(at..at + 19) {
            let parts_ok =
                id[5..].split('-').all(|p| p.len() == 4 && p.bytes().all(|b| b.is_ascii_alphanumeric()));
            if parts_ok {
                push_id(&mut ids, id);
            }
        }
    }
    if ids.is_empty() {
        push_id(&mut ids, text);
    }
    ids
}

/// CWE numbers out of `CWE-79`, `79`, `79,80`, `cwe-079: Cross-site ...`, `external/cwe/cwe-79` and the pages of
/// MITRE (`https://cwe.mitre.org/data/definitions/79.html`); each once, in order.
pub(crate) fn cwes_in(cwe: &mut Vec<u32>, text: &str) {
    let mut push = |number: &str| {
        if let Some(n) = number.parse().ok().filter(|n| (1..=9999).contains(n) && !cwe.contains(n)) {
            cwe.push(n);
        }
    };
    let text = text.trim();
    if text.bytes().all(|b| b.is_ascii_digit() || b == b',' || b == b' ') {
        text.split([',', ' ']).for_each(push);
        return;
    }
    let lower = text.to_ascii_lowercase();
    for (at, mark) in lower.match_indices("cwe").chain(lower.match_indices("cwe.mitre.org/data/definitions/"))
    {
        let rest = lower[at + mark.len()..].trim_start_matches(['-', '_', ':', ' ', '/', '#']);
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        push(&rest[..end]);
    }
}

/// A level from 1 (least) to 5, or a severity in words.
pub(crate) fn severity_of_five(level: &str) -> Severity {
    match level.trim() {
        "1" => Severity::Info,
        "2" => Severity::Low,
        "3" => Severity::Medium,
        "4" => Severity::High,
        "5" => Severity::Critical,
        word => Severity::from_word(word).unwrap_or_default(),
    }
}

/// A severity in words ("HIGH", "moderate"), as a score ("9.8"), or as a level from 0 to 4.
pub(crate) fn severity(text: &str) -> Severity {
    let text = text.trim();
    if let Some(severity) = Severity::from_word(text) {
        return severity;
    }
    match text.parse::<f64>() {
        Ok(level) if !text.contains('.') && (0.0..=4.0).contains(&level) => {
            [Severity::Info, Severity::Low, Severity::Medium, Severity::High, Severity::Critical]
                [level as usize]
        }
        Ok(score) if (0.0..=10.0).contains(&score) => Severity::from_cvss(score),
        _ => {
            // "High (7.5)", "Critical - fix now".
            let word = text.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
            Severity::from_word(word).unwrap_or_default()
        }
    }
}

/// Rules of Semgrep, and of what is built on it, say ERROR, WARNING and INFO; its own scale for them is high, medium and low
/// (<https://semgrep.dev/docs/writing-rules/rule-syntax>). Newer ones name the severity itself.
pub(crate) fn of_rule(word: &str) -> Severity {
    match word.to_ascii_uppercase().as_str() {
        "ERROR" => Severity::High,
        "WARNING" => Severity::Medium,
        "INFO" => Severity::Low,
        _ => severity(word),
    }
}

/// A step of a scale from 1 (critical) to 5 (informational).
pub(crate) fn of_five(step: &str) -> Severity {
    match step.trim() {
        "1" => Severity::Critical,
        "2" => Severity::High,
        "3" => Severity::Medium,
        "4" => Severity::Low,
        "5" => Severity::Info,
        _ => Severity::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_ids() {
        assert_eq!(ids_in("CVE-2021-44228-log4j-core"), ["CVE-2021-44228"]);
        assert_eq!(ids_in("see GHSA-jfh8-c2jp-5v3q."), ["GHSA-jfh8-c2jp-5v3q"]);
        assert_eq!(ids_in("RUSTSEC-2020-0001"), ["RUSTSEC-2020-0001"]);
        assert_eq!(ids_in("python.lang.eval"), Vec::<String>::new());
    }

    #[test]
    fn finds_weakness_numbers() {
        for (text, expected) in [
            ("CWE-79", &[79][..]),
            ("79,80", &[79, 80]),
            ("79", &[79]),
            ("CWE-079: XSS, CWE-80", &[79, 80]),
            ("external/cwe/cwe-022", &[22]),
            ("nvd-cve-other", &[]),
            ("cwe-0", &[]),
            ("", &[]),
        ] {
            let mut cwe = Vec::new();
            cwes_in(&mut cwe, text);
            assert_eq!(cwe, expected, "{text}");
        }
    }

    #[test]
    fn reads_severities_of_every_style() {
        for (text, expected) in [
            ("HIGH", Severity::High),
            ("3", Severity::High),
            ("9.8", Severity::Critical),
            ("10", Severity::Critical),
            ("0.0", Severity::Info),
            ("High (7.5)", Severity::High),
            ("negligible", Severity::Info),
            ("?", Severity::Unknown),
            ("-1", Severity::Unknown),
        ] {
            assert_eq!(severity(text), expected, "{text}");
        }
    }
}
