//! Finds the end of a JSON value without parsing it: what makes it possible to handle one record at a time.

/// What a scan noticed that a strict JSON parser would stumble over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Flaws {
    /// A `\uD8xx` escape, perhaps without its other half.
    pub(crate) surrogate: bool,
    /// A raw control character inside a string.
    pub(crate) control: bool,
}

/// Why a value has no end.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// More than 128 levels, or what the caller allows.
    TooDeep,
    /// `}` where `]` was due, or the other way round.
    Mismatch,
}

/// The state of a scan through one object, array or string; continues over several chunks.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    depth: usize,
    /// One bit a level, 1 for an object.
    kinds: u128,
    in_string: bool,
    pub(crate) flaws: Flaws,
    /// About how many bytes its lists, objects and what stands in them take once they were read, beside the texts.
    pub(crate) weight: usize,
}

/// A list or object with its first members.
const LIST: usize = 256;
/// A member of one.
const MEMBER: usize = 56;

impl Scan {
    /// Goes on with `bytes`. Returns how many of them it used and whether the value ended there. `last` says that
    /// nothing follows `bytes`.
    pub(crate) fn run(&mut self, bytes: &[u8], max_depth: usize, last: bool) -> Result<(usize, bool), Fault> {
        let mut i = 0;
        while i < bytes.len() {
            if self.in_string {
                i += plain(&bytes[i..]);
                match bytes.get(i) {
                    None => break,
                    Some(b'"') => {
                        self.in_string = false;
                        i += 1;
                        if self.depth == 0 {
                            return Ok((i, true));
                        }
                    }
                    Some(b'\\') => {
                        let rest = &bytes[i..];
                        if rest.len() < 6 && !last {
                            return Ok((i, false));
                        }
                        if let [_, b'u', b'd' | b'D', b'8'..=b'9' | b'a'..=b'f' | b'A'..=b'F', ..] = rest {
                            self.flaws.surrogate = true;
                        }
                        i = (i + 2).min(bytes.len());
                    }
                    Some(_) => {
                        self.flaws.control = true;
                        i += 1;
                    }
                }
                continue;
            }
            match bytes[i] {
                b'"' => self.in_string = true,
                b',' => self.weight += MEMBER,
                open @ (b'{' | b'[') => {
                    if self.depth >= max_depth.min(128) {
                        return Err(Fault::TooDeep);
                    }
                    self.depth += 1;
                    self.weight += LIST;
                    self.kinds = (self.kinds << 1) | u128::from(open == b'{');
                }
                close @ (b'}' | b']') => {
                    if self.depth == 0 || (self.kinds & 1 == 1) != (close == b'}') {
                        return Err(Fault::Mismatch);
                    }
                    self.depth -= 1;
                    self.kinds >>= 1;
                    if self.depth == 0 {
                        return Ok((i + 1, true));
                    }
                }
                _ => {}
            }
            i += 1;
        }
        Ok((i, false))
    }
}

/// The length of the prefix without quote, backslash and control characters. Sixteen at a time, which the compiler
/// turns into vector instructions, then eight at a time to find the very byte.
fn plain(bytes: &[u8]) -> usize {
    let special = |b: u8| (b == b'"') | (b == b'\\') | (b < 0x20);
    let mut n = 0;
    for chunk in bytes.as_chunks::<16>().0 {
        if chunk.iter().fold(false, |any, &b| any | special(b)) {
            break;
        }
        n += 16;
    }
    let (words, rest) = bytes[n..].as_chunks::<8>();
    for word in words {
        let found = special_in(u64::from_le_bytes(*word));
        if found != 0 {
            return n + found.trailing_zeros() as usize / 8;
        }
        n += 8;
    }
    n + rest.iter().position(|&b| special(b)).unwrap_or(rest.len())
}

/// The highest bit of each byte that is special, exactly up to the first of them (Warren, Hacker's Delight, 6-1).
fn special_in(word: u64) -> u64 {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    let below = |word: u64, n: u64| word.wrapping_sub(ONES * n) & !word;
    let is = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    (is(b'"') | is(b'\\') | below(word, 0x20)) & (ONES << 7)
}

/// Makes a value with such flaws readable: lone surrogates become U+FFFD, raw control characters are escaped.
pub(crate) fn repair(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len() + 16);
    let (mut i, mut from, mut in_string) = (0, 0, false);
    let half = |at: usize| -> Option<u16> {
        let hex = bytes.get(at..at + 6)?;
        (hex[0] == b'\\' && hex[1] == b'u').then_some(())?;
        u16::from_str_radix(std::str::from_utf8(&hex[2..]).ok()?, 16).ok()
    };
    while i < bytes.len() {
        match bytes[i] {
            b'"' => {
                in_string = !in_string;
                i += 1;
            }
            b'\\' if in_string => match (half(i), half(i + 6)) {
                (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => i += 12,
                (Some(0xd800..=0xdfff), _) => {
                    out.push_str(&text[from..i]);
                    out.push_str("\\ufffd");
                    i += 6;
                    from = i;
                }
                _ => i += 2,
            },
            b if in_string && b < 0x20 => {
                out.push_str(&text[from..i]);
                out.push_str(&format!("\\u{b:04x}"));
                i += 1;
                from = i;
            }
            _ => i += 1,
        }
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_end_wherever_the_chunk_ends() {
        let text = br#"{"a":"}\"]\\","b":[{"c":[1,"{"]}],"d":"\ud83d\ude00"} tail"#;
        let end = text.len() - 5;
        for cut in 0..text.len() {
            let mut scan = Scan::default();
            let (n, done) = scan.run(&text[..cut], 128, false).unwrap();
            let (m, done) = if done { (0, true) } else { scan.run(&text[n..], 128, true).unwrap() };
            assert_eq!((n + m, done), (end, true), "cut at {cut}");
            assert!(scan.flaws.surrogate);
        }
    }

    #[test]
    fn refuses_depth_and_mismatch() {
        assert_eq!(Scan::default().run(&[b'['; 200], 128, true), Err(Fault::TooDeep));
        assert_eq!(Scan::default().run(b"[}", 128, true), Err(Fault::Mismatch));
    }

    #[test]
    fn repairs_what_strict_parsers_refuse() {
        let text = "{\"a\\\\\":\"x\\ud800y\\ud83d\\ude00\ttab\"}";
        let value: serde_json::Value = serde_json::from_str(&repair(text)).unwrap();
        assert_eq!(value["a\\"], "x\u{fffd}y😀\ttab");
    }
}
