//! Routes of web applications in a form that stays the same when an id in them, or the value of a parameter, changes.

use std::borrow::Cow;

/// What stands for a part of a path that only names which of many things was asked for.
const ID: &str = "{id}";

/// The least number of hexadecimal digits that are taken for a digest or a random id.
const DIGEST: usize = 16;

/// The path of a URL, or of what a tool writes for one: without scheme and host, query, fragment, path parameters (`;v=1`)
/// and a slash at its end; a part that is a number, a UUID or a digest is `{id}`. Letters keep their case, since most
/// servers tell them apart. Normalizing what is normalized changes nothing.
pub(crate) fn path(url: &str) -> String {
    let url = url.trim();
    let after_scheme = url.find("://").filter(|at| !url[..*at].contains(['/', '?', '#'])).map(|at| at + 3);
    let rest = after_scheme.map_or(url, |at| &url[at..]);
    let rest = match after_scheme {
        Some(_) => rest.find(['/', '?', '#']).map_or("", |at| &rest[at..]),
        None => rest,
    };
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    let mut normal = String::with_capacity(path.len());
    for part in path.split('/') {
        let part = part.split(';').next().unwrap_or_default().trim();
        if part.is_empty() {
            continue;
        }
        normal.push('/');
        normal.push_str(if is_id(part) { ID } else { part });
    }
    if normal.is_empty() { "/".to_owned() } else { normal }
}

/// The name of a parameter: the number of an element (`item[3]`) is none of it.
pub(crate) fn parameter(name: &str) -> Cow<'_, str> {
    let name = name.trim();
    let Some(open) = name.find('[') else { return Cow::Borrowed(name) };
    let mut normal = name[..open].to_owned();
    for part in name[open..].split_inclusive(']') {
        let index = part.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let is_number = index.is_some_and(|it| !it.is_empty() && it.bytes().all(|b| b.is_ascii_digit()));
        normal.push_str(if is_number { "[]" } else { part });
    }
    Cow::Owned(normal)
}

/// Whether a part of a path is a number, a UUID (RFC 9562) or a digest.
fn is_id(part: &str) -> bool {
    let bytes = part.as_bytes();
    if bytes.iter().all(u8::is_ascii_digit) {
        return true;
    }
    let hex = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_hexdigit);
    let is_uuid = bytes.len() == 36
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
    // A word of only the letters a to f that is this long is none.
    is_uuid || (bytes.len() >= DIGEST && hex(bytes) && bytes.iter().any(u8::is_ascii_digit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_changes_is_left_out() {
        for (url, normal) in [
            ("", "/"),
            ("/", "/"),
            ("https://shop.example:8443", "/"),
            ("https://shop.example/a?b=1#c", "/a"),
            ("https://shop.example?b=/x", "/"),
            ("/Patients/4711/notes/", "/Patients/{id}/notes"),
            ("//a///b", "/a/b"),
            ("/a;jsessionid=0F/b;v=1", "/a/b"),
            ("/f/6f9619ff-8b86-d011-b42d-00c04fc964ff", "/f/{id}"),
            ("/f/9e107d9d372bb6826bd81d3542a419d6.png", "/f/9e107d9d372bb6826bd81d3542a419d6.png"),
            ("/f/9e107d9d372bb6826bd81d3542a419d6", "/f/{id}"),
            ("/v2/facade/deadbeefdeadbeef", "/v2/facade/deadbeefdeadbeef"),
            ("login", "/login"),
            ("/go/http://other.example/", "/go/http:/other.example"),
        ] {
            assert_eq!(path(url), normal, "{url}");
        }
        for (name, normal) in
            [(" q ", "q"), ("item[3][name]", "item[][name]"), ("a[", "a["), ("a[x]1", "a[x]1"), ("", "")]
        {
            assert_eq!(parameter(name), normal);
        }
    }

    proptest! {
        #[test]
        fn it_is_stable(url in "(https?://[a-z.:0-9]{0,9})?[ -~\u{e9}]{0,40}", name in "[ -~]{0,20}") {
            let normal = path(&url);
            prop_assert_eq!(&path(&normal), &normal);
            prop_assert!(normal.starts_with('/') && !normal.contains(['?', '#']));
            let normal = parameter(&name).into_owned();
            prop_assert_eq!(parameter(&normal), normal.as_str());
        }

        #[test]
        fn which_of_many_things_does_not_matter(one: u64, other: u64, value in "[a-z0-9%=&]{0,9}") {
            let url = |id: u64, value: &str| path(&format!("https://h.example/order/{id}/lines?page={value}"));
            prop_assert_eq!(url(one, &value), url(other, ""));
        }
    }
}
