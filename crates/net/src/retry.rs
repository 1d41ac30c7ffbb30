//! When to try again, and how long to wait before.

use std::time::Duration;
use ureq::http::{HeaderMap, header};

/// How long a server asks to wait: seconds, or a date, which is read against the server's own clock (RFC 9110, 10.2.3).
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let asked = text(header::RETRY_AFTER)?;
    if let Ok(seconds) = asked.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let then = httpdate::parse_http_date(asked).ok()?;
    let now = httpdate::parse_http_date(text(header::DATE)?).ok()?;
    Some(then.duration_since(now).unwrap_or_default())
}

/// How long to wait before the next attempt; `None` where the server asks for more than anybody would wait.
pub(crate) fn pause(
    failed: u32,
    asks: Option<Duration>,
    first: Duration,
    longest: Duration,
) -> Option<Duration> {
    let doubled = first.saturating_mul(1 << failed.saturating_sub(1).min(16));
    match asks {
        Some(asks) if asks > longest => None,
        Some(asks) => Some(asks.max(doubled).min(longest)),
        None => Some(doubled.min(longest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_ask_in_two_ways() {
        let asks = |retry: &'static str, date: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::RETRY_AFTER, retry.parse().unwrap());
            headers.insert(header::DATE, date.parse().unwrap());
            retry_after(&headers).map(|wait| wait.as_secs())
        };
        let date = "Thu, 01 Jan 2099 00:00:00 GMT";
        assert_eq!(asks("120", date), Some(120));
        assert_eq!(asks("Thu, 01 Jan 2099 00:01:00 GMT", date), Some(60));
        assert_eq!(asks("Wed, 01 Jan 2098 00:01:00 GMT", date), Some(0));
        assert_eq!(asks("soon", date), None);
        assert_eq!(asks("Thu, 01 Jan 2099 00:01:00 GMT", "today"), None);
        assert_eq!(retry_after(&HeaderMap::new()), None);
    }

    #[test]
    fn pauses_double_and_are_bounded() {
        let seconds = Duration::from_secs;
        let wait = |failed, asks| pause(failed, asks, seconds(1), seconds(30));
        assert_eq!(
            (wait(1, None), wait(3, None), wait(60, None)),
            (Some(seconds(1)), Some(seconds(4)), Some(seconds(30)))
        );
        assert_eq!(wait(1, Some(seconds(20))), Some(seconds(20)));
        assert_eq!(wait(4, Some(seconds(1))), Some(seconds(8)));
        assert_eq!(wait(1, Some(seconds(31))), None);
    }
}
