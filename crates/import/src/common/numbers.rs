//! Numbers that are too long for a number: moduli of keys, serial numbers of certificates.

/// More digits than any number has that fits in 64 bits of floating point.
const LONGEST: usize = 300;

/// A JSON text in which numbers of more than 300 digits are texts.
pub(crate) fn long_ones_as_texts(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + 64);
    let (mut in_text, mut escaped) = (false, false);
    let mut rest = json;
    while let Some(c) = rest.chars().next() {
        if !in_text && c.is_ascii_digit() {
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let (digits, after) = rest.split_at(end);
            if digits.len() > LONGEST {
                let sign = out.ends_with('-');
                out.truncate(out.len() - usize::from(sign));
                out.push_str(if sign { "\"-" } else { "\"" });
                out.push_str(digits);
                out.push('"');
            } else {
                out.push_str(digits);
            }
            rest = after;
            continue;
        }
        match c {
            _ if escaped => escaped = false,
            '\\' if in_text => escaped = true,
            '"' => in_text = !in_text,
            _ => {}
        }
        out.push(c);
        rest = &rest[c.len_utf8()..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_long_numbers_change() {
        let long = "7".repeat(600);
        let json = format!("{{\"a\\\"{long}\":-{long},\"b\":[{long},12,1.5e3]}}");
        let expected = format!("{{\"a\\\"{long}\":\"-{long}\",\"b\":[\"{long}\",12,1.5e3]}}");
        assert_eq!(long_ones_as_texts(&json), expected);
        assert!(serde_json::from_str::<serde_json::Value>(&json).is_err());
        assert!(serde_json::from_str::<serde_json::Value>(&expected).is_ok());
    }
}
