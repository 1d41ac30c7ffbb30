//! A long JSON report made short for detection: every key and the first elements of every list, so that a mark shows wherever
//! it stands.

use crate::HEAD;

/// Bytes of a text, elements of a list and entries of an object (the outer levels have all of theirs) that are kept.
const TEXT: usize = 200;
const ELEMENTS: usize = 2;
const ENTRIES: usize = 40;

/// The same document with long texts cut and long lists ended early; at most [`HEAD`] bytes and a text. Never fails: what is no
/// JSON comes out as something that is none either.
pub(crate) fn json(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    // What is open: whether it is a list, and how many of its elements are past.
    let mut open: Vec<(bool, usize)> = Vec::new();
    // The level of which the rest is left out.
    let mut ended: Option<usize> = None;
    let mut at = 0;
    while let Some(&byte) = text.get(at).filter(|_| out.len() < HEAD) {
        let mut shown = ended.is_none();
        let mut next = at + 1;
        match byte {
            b'"' => {
                let (cut, end) = string(text, at);
                if shown {
                    out.extend_from_slice(&text[at..cut]);
                }
                next = end;
            }
            b'{' | b'[' => open.push((byte == b'[', 0)),
            b'}' | b']' => {
                ended = ended.filter(|level| *level != open.len());
                shown = ended.is_none();
                open.pop();
            }
            b',' => {
                let level = open.len();
                if let Some((is_list, past)) = open.last_mut().filter(|_| shown) {
                    *past += 1;
                    let most = if *is_list { ELEMENTS } else { ENTRIES };
                    shown = *past < most || !*is_list && level <= 2;
                    ended = (!shown).then_some(level);
                }
            }
            // Between documents a line break means something.
            b' ' | b'\n' | b'\r' | b'\t' => shown &= open.is_empty(),
            _ => {}
        }
        if shown {
            out.push(byte);
        }
        at = next;
    }
    out
}

/// Of a string that begins here: where it may be cut so that a quote ends it, and where it ends.
fn string(text: &[u8], from: usize) -> (usize, usize) {
    let (mut at, mut cut) = (from + 1, None);
    while let Some(byte) = text.get(at) {
        if at - from > TEXT {
            cut = cut.or(Some(at));
        }
        match byte {
            b'"' => return (cut.unwrap_or(at), at + 1),
            b'\\' if text.get(at + 1) == Some(&b'u') => at += 6,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    (cut.unwrap_or(text.len()).min(text.len()), text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn short(text: &str) -> String {
        String::from_utf8(json(text.as_bytes())).unwrap()
    }

    #[test]
    fn every_key_is_there() {
        let long = format!("{}\\u00e9\\\"{}", "x".repeat(196), "y".repeat(900));
        let list = (0..5000).map(|n| format!("{{\"n\": {n}, \"t\": \"{long}\", \"l\": [[1,2,3], [], 4]}}"));
        let report = format!(
            "{{\"found\": [{}],\n \"tool\": {{\"name\":\"x\"}}}}",
            list.collect::<Vec<_>>().join(",")
        );
        let cut = format!("{}\\u00e9", "x".repeat(196));
        let one = |n| format!("{{\"n\":{n},\"t\":\"{cut}\",\"l\":[[1,2],[]]}}");
        assert_eq!(
            short(&report),
            format!("{{\"found\":[{},{}],\"tool\":{{\"name\":\"x\"}}}}", one(0), one(1))
        );
    }

    #[test]
    fn many_entries_are_few() {
        let entries = (0..100).map(|n| format!("\"k{n}\":{n}")).collect::<Vec<_>>().join(",");
        let report = format!("{{\"a\":{{\"b\":{{{entries}}}}},\"z\":1}}");
        assert!(short(&report).ends_with("\"k39\":39}},\"z\":1}"), "{}", short(&report));
    }

    #[test]
    fn what_is_broken_stays_so() {
        for text in ["{\"a", "{\"a\\", "{\"a\\u", "]]]", "{\"a\":1}\n{\"b\":2}", "[,,,", ""] {
            assert_eq!(short(text).replace([',', '"'], ""), text.replace([',', '"'], ""), "{text}");
        }
        assert!(json("[\"a\"".repeat(1 << 20).as_bytes()).len() <= HEAD + TEXT);
    }
}
