//! Text out of the HTML in which many tools write their descriptions.

const BREAKS: [&str; 18] = [
    "p", "br", "li", "div", "tr", "ul", "ol", "table", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd",
    "hr",
];

/// The words of a piece of HTML: tags go (those that break a line become a line break), entities become characters. A `<`
/// that begins no tag stays.
pub(crate) fn plain(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    // Behind the last `>` no tag ends: looked for once, since a page may open tags without end.
    let tags_end = html.rfind('>').map_or(0, |last| last + 1);
    while let Some(at) = memchr::memchr2(b'<', b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let tags = html.len() - rest.len() < tags_end;
        let (words, used) = match rest.as_bytes()[0] {
            b'<' if tags => tag(rest),
            b'<' => (Some('<'), 1),
            _ => entity(rest),
        };
        out.extend(words);
        rest = &rest[used..];
    }
    out.push_str(rest);
    let mut lines = String::with_capacity(out.len());
    let mut after_empty = true;
    for line in out.lines().map(str::trim) {
        if !line.is_empty() || !after_empty {
            lines.push_str(line);
            lines.push('\n');
        }
        after_empty = line.is_empty();
    }
    lines.truncate(lines.trim_end().len());
    lines
}

/// What a tag stands for and how long it is.
fn tag(text: &str) -> (Option<char>, usize) {
    let name = text[1..].trim_start_matches('/');
    let is_tag = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!');
    match text.find('>').filter(|_| is_tag) {
        None => (Some('<'), 1),
        Some(end) => {
            let end_of_name = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
            let breaks = BREAKS.iter().any(|tag| tag.eq_ignore_ascii_case(&name[..end_of_name]));
            (breaks.then_some('\n'), end + 1)
        }
    }
}

fn entity(text: &str) -> (Option<char>, usize) {
    let Some(end) = text.bytes().take(12).position(|b| b == b';') else { return (Some('&'), 1) };
    let name = &text[1..end];
    let number = name.strip_prefix('#').and_then(|digits| match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => digits.parse().ok(),
    });
    let known = match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        _ => number.and_then(char::from_u32),
    };
    if known.is_some() { (known, end + 1) } else { (Some('&'), 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay() {
        for (html, text) in [
            ("<p>One &amp; two</p><p>three<br/>four</p>", "One & two\n\nthree\nfour"),
            ("a < b && c > d", "a < b && c > d"),
            ("&lt;script&gt;&#39;&#x41;&bogus;&", "<script>'A&bogus;&"),
            ("<ul><li>x</li><li><b>y</b></li></ul>", "x\n\ny"),
            ("cut <a href='", "cut <a href='"),
            ("é&nbsp;ü<", "é ü<"),
        ] {
            assert_eq!(plain(html), text);
        }
    }
}
