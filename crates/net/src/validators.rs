//! What a server said of a file, so that it is sent again only where it changed (RFC 9110, 13 and 14).

use ureq::http::{HeaderMap, header};

/// By what a server knows whether a file changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Validators {
    /// Its `ETag`, with quotes, as it was sent.
    pub etag: Option<String>,
    /// Its `Last-Modified`, as it was sent.
    pub last_modified: Option<String>,
}

impl Validators {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        Self { etag: text(header::ETAG), last_modified: text(header::LAST_MODIFIED) }
    }

    /// Whether nothing is known by which to ask.
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }

    /// What proves that the rest of a file is of the same file: a strong tag. A time is only as fine as a second.
    pub(crate) fn strong(&self) -> Option<&str> {
        self.etag.as_deref().filter(|tag| tag.starts_with('"') && !tag.contains(['\r', '\n']))
    }
}

/// The first byte and the whole length that a `Content-Range: bytes 5-9/10` tells.
pub(crate) fn content_range(headers: &HeaderMap) -> Option<(u64, Option<u64>)> {
    let text = headers.get(header::CONTENT_RANGE)?.to_str().ok()?;
    let (range, whole) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (from, _) = range.split_once('-')?;
    Some((from.trim().parse().ok()?, whole.trim().parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        let range = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_RANGE, text.parse().unwrap());
            content_range(&headers)
        };
        assert_eq!(range("bytes 5-9/10"), Some((5, Some(10))));
        assert_eq!(range("bytes 0-9/*"), Some((0, None)));
        for wrong in ["bytes */10", "bytes 5", "items 5-9/10", "bytes -5-9/10"] {
            assert_eq!(range(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn only_a_strong_tag_proves() {
        let tagged = |tag: &str| Validators { etag: Some(tag.into()), last_modified: Some("x".into()) };
        assert_eq!(tagged("\"a\"").strong(), Some("\"a\""));
        assert_eq!(tagged("W/\"a\"").strong(), None);
        assert!(Validators::default().is_empty() && !tagged("x").is_empty());
    }
}
