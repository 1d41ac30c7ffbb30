//! What the first bytes of a file tell.
//!
//! Only the outermost keys of JSON are looked at, never a text anywhere inside it: a report that quotes a CVE record is not one.

/// So many bytes of a decompressed file are enough to tell what it is.
pub const PREFIX: usize = 64 << 10;

/// The beginning of a file.
#[derive(Default)]
pub struct Head<'a> {
    text: &'a [u8],
    outline: Outline<'a>,
}

impl<'a> Head<'a> {
    /// Looks at the beginning of a decompressed file.
    pub fn of(prefix: &'a [u8]) -> Self {
        let text = prefix.strip_prefix(b"\xef\xbb\xbf").unwrap_or(prefix).trim_ascii_start();
        // The first item of an array stands for all.
        let object = text.strip_prefix(b"[").map_or(text, <[u8]>::trim_ascii_start);
        let outline = object.strip_prefix(b"{").map(outline).unwrap_or_default();
        Self { text, outline }
    }

    /// The bytes, without a byte order mark and leading white space.
    pub fn text(&self) -> &'a [u8] {
        self.text
    }

    /// Whether it is one JSON object, or several, and no array of them.
    pub fn is_object(&self) -> bool {
        self.text.starts_with(b"{")
    }

    /// Whether the first JSON object has this key of its own. Keys after the end of the prefix are not seen.
    pub fn has(&self, key: &str) -> bool {
        self.outline.keys.contains(&key.as_bytes())
    }

    /// Whether an object or array under this key of the first JSON object has a key `inner`, as far as the prefix goes.
    pub fn has_within(&self, key: &str, inner: &str) -> bool {
        self.outline.inner.iter().any(|(outer, found)| *outer == key.as_bytes() && *found == inner.as_bytes())
    }

    /// Whether any object directly under the first JSON object has a key `inner`: for maps whose keys are names.
    pub fn has_below(&self, inner: &str) -> bool {
        self.outline.inner.iter().any(|(_, found)| *found == inner.as_bytes())
    }

    /// Whether any object directly under the first JSON object has a key that begins so.
    pub fn has_below_starting(&self, start: &str) -> bool {
        self.outline.inner.iter().any(|(_, found)| found.starts_with(start.as_bytes()))
    }

    /// Whether the bytes stand anywhere in the beginning: only for what the outermost keys have narrowed down already.
    pub fn contains(&self, wanted: &str) -> bool {
        self.text.windows(wanted.len().max(1)).any(|window| window == wanted.as_bytes())
    }

    /// Whether it is a YAML mapping with this key of its own: a file as it is, or the first of several as a JSON object
    /// `{"path": ..., "content": "..."}` a line.
    pub fn has_yaml_key(&self, key: &str) -> bool {
        let has = |line: &[u8]| line.strip_prefix(key.as_bytes()).is_some_and(|rest| rest.starts_with(b":"));
        if !self.text.starts_with(b"{") {
            return self.text.split(|b| *b == b'\n').any(has);
        }
        let content = self.value("content").filter(|_| self.has("path")).unwrap_or_default();
        content.split(|b| *b == b'\\').any(|line| has(line) || line.strip_prefix(b"n").is_some_and(has))
    }

    /// The text under a key of the first JSON object, as it is written.
    pub fn value(&self, key: &str) -> Option<&'a [u8]> {
        self.outline.values.iter().find(|(name, _)| *name == key.as_bytes()).map(|(_, value)| *value)
    }

    /// Whether the first line that is no comment, read as CSV, has this column.
    pub fn has_column(&self, wanted: &str) -> bool {
        let mut lines = self.text.split(|b| *b == b'\n').filter(|line| !line.starts_with(b"#"));
        lines.next().unwrap_or_default().split(|b| *b == b',').any(|column| {
            let name = column.trim_ascii();
            let name = name.strip_prefix(b"\"").and_then(|n| n.strip_suffix(b"\"")).unwrap_or(name);
            name.eq_ignore_ascii_case(wanted.as_bytes())
        })
    }
}

/// What can be said of a JSON object without reading it whole.
#[derive(Default)]
struct Outline<'a> {
    /// Its own keys.
    keys: Vec<&'a [u8]>,
    /// Its own texts, by key.
    values: Vec<(&'a [u8], &'a [u8])>,
    /// Keys one level down, each with the key it lies under.
    inner: Vec<(&'a [u8], &'a [u8])>,
}

fn outline(inside: &[u8]) -> Outline<'_> {
    let mut outline = Outline::default();
    let (mut depth, mut at, mut expects_key) = (1_usize, 0, true);
    while let Some(byte) = inside.get(at) {
        at += 1;
        match byte {
            b'"' => {
                let Some(length) = string_length(&inside[at..]) else { break };
                let text = &inside[at..at + length];
                at += length + 1;
                let last = outline.keys.last().copied().unwrap_or_default();
                match (depth, expects_key) {
                    (1, true) => outline.keys.push(text),
                    (1, false) => outline.values.push((last, text)),
                    (2, true) => outline.inner.push((last, text)),
                    _ => {}
                }
                expects_key = false;
            }
            b'{' | b'[' => {
                depth += 1;
                expects_key = *byte == b'{';
            }
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
                expects_key = false;
            }
            b',' => expects_key = true,
            _ => {}
        }
    }
    outline
}

/// The length of a JSON string up to its closing quote, if that is there.
fn string_length(text: &[u8]) -> Option<usize> {
    let mut escaped = false;
    text.iter().position(|b| {
        let closes = *b == b'"' && !escaped;
        escaped = *b == b'\\' && !escaped;
        closes
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_the_outermost_keys_count() {
        let head = Head::of(
            br#"{"note":"\"catalogVersion\"","a":{"b":{"c":1},"d":[{"e":1}]},"f":"g","unfinished":"x"#,
        );
        assert!(head.has("note") && head.has("a") && head.has("f") && head.has("unfinished"));
        assert!(!head.has("catalogVersion") && !head.has("b") && !head.has("g"));
        assert!(head.has_within("a", "b") && head.has_within("a", "d") && !head.has_within("a", "c"));
        assert!(head.has_below("b") && !head.has_below("e"));
        assert_eq!(head.value("f"), Some(&b"g"[..]));
        let files = Head::of(br#"{"path":"a","content":"---\ngem: x\n  cve: y\nurl: \"z:\""}"#);
        assert!(files.has_yaml_key("gem") && files.has_yaml_key("url") && !files.has_yaml_key("cve"));
        assert!(Head::of(b"---\nid: x\n").has_yaml_key("id") && !Head::of(b"- id: x\n").has_yaml_key("id"));
        assert!(Head::of(b"\xef\xbb\xbf [ {\"id\":1}]").has("id"));
    }

    #[test]
    fn columns() {
        let head = Head::of(b"#model_version:v1\n\"CVE\",EPSS,x\r\n1,2,3");
        assert!(head.has_column("cve") && head.has_column("epss") && head.has_column("x"));
        assert!(!head.has_column("1"));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(text in r#"[{}\[\]",:\\a#\n]{0,60}"#) {
            let _ = Head::of(text.as_bytes());
            let _ = Head::of(format!("{{{text}").as_bytes());
        }
    }
}
