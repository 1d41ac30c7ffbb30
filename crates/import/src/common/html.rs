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
    while let Some(at) = rest.find(['<', '&']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (words, used) = if rest.starts_with('<') { tag(rest) } else { entity(rest) };
        out.push_str(&words);
        rest = &rest[used..];
    }
    out.push_str(rest);
    let mut lines: Vec<&str> = Vec::new();
    for line in out.lines().map(str::trim) {
        if !line.is_empty() || lines.last().is_some_and(|last| !last.is_empty()) {
            lines.push(line);
        }
    }
    lines.join("\n").trim().to_owned()
}

/// What a tag stands for and how long it is.
fn tag(text: &str) -> (String, usize) {
    let name = text[1..].trim_start_matches('/');
    let is_tag = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!');
    match text.find('>').filter(|_| is_tag) {
        None => ("<".to_owned(), 1),
        Some(end) => {
            let end_of_name = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
            let name = name[..end_of_name].to_ascii_lowercase();
            let words = if BREAKS.contains(&name.as_str()) { "\n" } else { "" };
            (words.to_owned(), end + 1)
        }
    }
}

fn entity(text: &str) -> (String, usize) {
    let Some(end) = text.bytes().take(12).position(|b| b == b';') else { return ("&".to_owned(), 1) };
    let name = &text[1..end];
    let number = name.strip_prefix('#').and_then(|digits| match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => digits.parse().ok(),
    });
    let known = match name {
        "lt" => "<",
        "gt" => ">",
        "amp" => "&",
        "quot" => "\"",
        "apos" => "'",
        "nbsp" => " ",
        _ => match number.and_then(char::from_u32) {
            Some(c) => return (c.to_string(), end + 1),
            None => return ("&".to_owned(), 1),
        },
    };
    (known.to_owned(), end + 1)
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
