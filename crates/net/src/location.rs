//! Where a redirect leads (RFC 9110, 10.2.2; RFC 3986, 5.2 as far as servers use it).

use crate::error::Cause;
use ureq::http::Uri;

/// The address that `location` means where it was said by `base`.
pub(crate) fn resolve(base: &Uri, location: &str) -> Result<Uri, Cause> {
    let location = location.split('#').next().unwrap_or_default().trim();
    let scheme = base.scheme_str().unwrap_or("https");
    let authority = base.authority().map_or("", |authority| authority.as_str());
    let absolute = location.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    });
    let text = if absolute {
        location.to_owned()
    } else if location.starts_with("//") {
        format!("{scheme}:{location}")
    } else if location.starts_with('/') {
        format!("{scheme}://{authority}{location}")
    } else if location.is_empty() {
        return Err(Cause::Nonsense("a redirect that leads nowhere".into()));
    } else {
        let folder = base.path().rsplit_once('/').map_or("", |(folder, _)| folder);
        format!("{scheme}://{authority}{folder}/{location}")
    };
    text.parse().map_err(|_| Cause::Refused("a redirect to what is no address of the web".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_and_absolute() {
        let base: Uri = "https://a.example:444/x/y?z".parse().unwrap();
        let to = |location: &str| resolve(&base, location).unwrap().to_string();
        assert_eq!(to("https://b.example/q"), "https://b.example/q");
        assert_eq!(to("//b.example/q"), "https://b.example/q");
        assert_eq!(to("/q?r#s"), "https://a.example:444/q?r");
        assert_eq!(to("q"), "https://a.example:444/x/q");
        assert!(resolve(&base, "").is_err());
        // Whatever it is, it is no http: the authorization says so.
        for other in ["file:///etc/passwd", "javascript:alert(1)"] {
            let refused = resolve(&base, other).and_then(|uri| crate::Authorization::default().admits(&uri));
            assert!(matches!(refused, Err(Cause::Refused(_))), "{other}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_location_panics(location in ".{0,80}") {
            let _ = resolve(&"https://a.example/x".parse().unwrap(), &location);
        }
    }
}
