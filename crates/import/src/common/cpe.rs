//! CPE names: what product a report means. Specification: NIST IR 7695 (2.3 and 2.2 forms).

/// Vendor, product and version of `cpe:/a:vendor:product:version` or `cpe:2.3:a:vendor:product:version:...`; the version is
/// empty where any is meant.
pub(crate) fn parts(cpe: &str) -> Option<(String, String, String)> {
    let cpe = cpe.trim();
    let rest = cpe.strip_prefix("cpe:2.3:").or_else(|| cpe.strip_prefix("cpe:/"))?;
    // A backslash takes the meaning from the character after it.
    let mut fields = vec![String::new()];
    let mut chars = rest.chars();
    while let Some(c) = chars.next() {
        match (c, fields.last_mut()) {
            (':', _) => fields.push(String::new()),
            ('\\', Some(field)) => field.extend(chars.next()),
            (c, Some(field)) => field.push(c),
            (_, None) => {}
        }
    }
    let field = |at: usize| match fields.get(at).map(String::as_str) {
        None | Some("*" | "-") => String::new(),
        Some(text) => super::loci::percent_decode(&super::text::name(text)),
    };
    let product = field(2);
    (!product.is_empty()).then(|| (field(1), product, field(3)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_forms() {
        let own = |a: &str, b: &str, c: &str| Some((a.to_owned(), b.to_owned(), c.to_owned()));
        assert_eq!(parts("cpe:/a:openssl:openssl:1.0.1"), own("openssl", "openssl", "1.0.1"));
        assert_eq!(parts("cpe:2.3:a:x:y\\:z:*:*:*:*:*:*:*:*"), own("x", "y:z", ""));
        assert_eq!(parts("cpe:/o:linux:linux_kernel"), own("linux", "linux_kernel", ""));
        assert_eq!((parts("p-cpe:/a:x:y"), parts("cpe:/a:x"), parts("")), (None, None, None));
    }
}
