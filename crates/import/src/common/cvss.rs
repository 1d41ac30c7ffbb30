//! CVSS vectors: which of those a report gives are kept, in which order and form.

/// Vectors with their best first: 4.0, 3.1, 3.0, 2.0; each once; what is no vector is left out.
pub(crate) fn vectors<'a>(given: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut vectors: Vec<String> = Vec::new();
    for vector in given.into_iter().filter_map(vector) {
        if !vectors.contains(&vector) && vectors.len() < 16 {
            vectors.push(vector);
        }
    }
    vectors.sort_by_key(|vector| rank(vector));
    vectors
}

/// One vector in its official form. A version 3 vector without its prefix is taken as 3.1: the base score is the same as under
/// 3.0, and what catalogues write today is 3.1.
pub(crate) fn vector(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches('(').trim_end_matches(')');
    let shaped = (20..=300).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b':' | b'/' | b'.'));
    if !shaped || !text.contains("AV:") {
        return None;
    }
    let bare = text.trim_start_matches("CVSS2#").trim_start_matches("CVSS2:");
    match () {
        () if bare.starts_with("CVSS:") => Some(bare.to_owned()),
        () if bare.contains("/Au:") => Some(bare.to_owned()),
        () if bare.contains("/PR:") && bare.starts_with("AV:") => Some(format!("CVSS:3.1/{bare}")),
        () => None,
    }
}

fn rank(vector: &str) -> u8 {
    match vector.get(5..8) {
        Some("4.0") => 0,
        Some("3.1") => 1,
        Some("3.0") => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_best_first() {
        let v2 = "AV:N/AC:L/Au:N/C:P/I:P/A:P";
        let v30 = "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
        let v31 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
        let given = ["(AV:N/AC:L/Au:N/C:P/I:P/A:P)", v30, &v31[9..], v31, "OWASP/K9:M1", "", "\u{1b}[31m"];
        assert_eq!(vectors(given), [v31, v30, v2]);
    }
}
