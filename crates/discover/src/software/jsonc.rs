//! JSON with comments and commas at the end of lists, as Bun and Deno write it.

use serde::de::DeserializeOwned;

/// Reads it as JSON, which bounds how deep it may be.
///
/// # Errors
/// Where it is no such text: one sentence with the line and column.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_str(&strict(text)).map_err(|error| error.to_string())
}

/// The same text with blanks for comments and last commas, so that lines and columns stay.
fn strict(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // Where a comma stands that nothing followed yet.
    let mut comma = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => {
                comma = None;
                out.push(c);
                while let Some(c) = chars.next() {
                    out.push(c);
                    match c {
                        '\\' => out.extend(chars.next()),
                        '"' => break,
                        _ => {}
                    }
                }
            }
            '/' if chars.peek() == Some(&'/') => {
                blank(&mut out, c);
                while let Some(c) = chars.next_if(|c| *c != '\n') {
                    blank(&mut out, c);
                }
            }
            '/' if chars.peek() == Some(&'*') => {
                out.push_str("  ");
                chars.next();
                let mut star = false;
                for c in chars.by_ref() {
                    blank(&mut out, c);
                    if star && c == '/' {
                        break;
                    }
                    star = c == '*';
                }
            }
            ',' => {
                comma = Some(out.len());
                out.push(c);
            }
            ']' | '}' => {
                if let Some(at) = comma.take() {
                    out.replace_range(at..=at, " ");
                }
                out.push(c);
            }
            c => {
                if !c.is_whitespace() {
                    comma = None;
                }
                out.push(c);
            }
        }
    }
    out
}

fn blank(out: &mut String, c: char) {
    out.push(if c == '\n' { '\n' } else { ' ' });
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn comments_and_last_commas() {
        let text = "// one\n{ /* two\n * , */ \"a//\": [1, 2, /* x */ ], // three\n \"b\\\"/*\": {\"c\": \",}\",}, }";
        assert_eq!(read::<Value>(text), Ok(json!({"a//": [1, 2], "b\"/*": {"c": ",}"}})));
        assert_eq!(read::<Value>("[]"), Ok(json!([])));
    }

    #[test]
    fn what_is_no_json_stays_none() {
        for text in ["", "[1,,2]", "[1,,]", "/* [] ", "/*/ []", "\"", "{a: 1}", "[1 2]"] {
            assert!(read::<Value>(text).is_err(), "{text}");
        }
        assert!(read::<Value>(&"[".repeat(100_000)).is_err());
    }
}
