//! Names of products: CPE 2.2 URIs and CPE 2.3 formatted strings (NIST IR 7695).
//!
//! Nobody owns this name space: vendors, NVD and tools each name a product as they like. So it names software only where no
//! ecosystem does.

/// A product as a CPE names it, in lower case and without escapes; `*` where anything is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cpe {
    parts: Vec<String>,
}

impl Cpe {
    /// Reads either form; `None` for what is no CPE or names no product.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let parts: Vec<String> = if let Some(rest) = text.strip_prefix("cpe:2.3:") {
            formatted(rest)
        } else {
            text.strip_prefix("cpe:/")?.split(':').map(decoded).collect()
        };
        let found = Self { parts };
        let named = |part: &str| !matches!(part, "" | "*" | "-");
        (matches!(found.part(), "a" | "o" | "h") && named(found.vendor()) && named(found.product()))
            .then_some(found)
    }

    fn at(&self, place: usize) -> &str {
        self.parts.get(place).map_or("*", |part| if part.is_empty() { "*" } else { part })
    }

    /// `a` (application), `o` (operating system) or `h` (hardware).
    pub fn part(&self) -> &str {
        self.at(0)
    }

    /// Who makes it.
    pub fn vendor(&self) -> &str {
        self.at(1)
    }

    /// What it is.
    pub fn product(&self) -> &str {
        self.at(2)
    }

    /// The version alone; `*` or `-` where it names none.
    pub fn release(&self) -> &str {
        self.at(3)
    }

    /// The update of the version (`rc1`, `sp5`); `*` or `-` where it names none.
    pub fn update(&self) -> &str {
        self.at(4)
    }

    /// The version with its update, as one text; `None` where it names none.
    pub fn version(&self) -> Option<String> {
        match (self.release(), self.update()) {
            ("*" | "-", _) => None,
            (version, "*" | "-") => Some(version.to_owned()),
            (version, update) => Some(format!("{version}-{update}")),
        }
    }

    /// The name under which its advisories stand: `vendor:product`.
    pub fn package(&self) -> String {
        format!("{}:{}", self.vendor(), self.product())
    }
}

/// The parts of a formatted string: separated by colons that no backslash quotes.
fn formatted(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            ':' => parts.push(String::new()),
            '\\' => parts.last_mut().into_iter().for_each(|part| part.extend(chars.next())),
            c => parts.last_mut().into_iter().for_each(|part| part.extend(c.to_lowercase())),
        }
    }
    parts
}

/// A part of a URI: `%2b` and its kind stand for one character.
fn decoded(part: &str) -> String {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = (*first == b'%')
            .then(|| {
                std::str::from_utf8(after.get(..2)?).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok())
            })
            .flatten();
        rest = if code.is_some() { &after[2..] } else { after };
        bytes.push(code.unwrap_or(*first));
    }
    String::from_utf8_lossy(&bytes).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn both_forms() {
        for (text, package, version) in [
            ("cpe:2.3:a:Apache:log4j:2.14.1:*:*:*:*:*:*:*", "apache:log4j", Some("2.14.1")),
            ("cpe:2.3:a:a\\:b:c\\+\\+:1.0:rc1:*:*:*:*:*:*", "a:b:c++", Some("1.0-rc1")),
            ("cpe:/a:redhat:enterprise_linux:9::appstream", "redhat:enterprise_linux", Some("9")),
            ("cpe:/a:x:c%2b%2b", "x:c++", None),
            ("cpe:2.3:o:x:y:-:*:*:*:*:*:*:*", "x:y", None),
        ] {
            let cpe = Cpe::parse(text).unwrap();
            assert_eq!((cpe.package().as_str(), cpe.version().as_deref()), (package, version), "{text}");
        }
        for bad in ["", "cpe:2.3:a:*:*", "cpe:/", "cpe:/x:a:b", "cpe:2.3:a:b", "pkg:npm/x"] {
            assert_eq!(Cpe::parse(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_text(text in "cpe:(2.3:|/)[a:%0-9\\\\é*-]{0,30}") {
            let _ = Cpe::parse(&text).map(|cpe| (cpe.version(), cpe.package()));
        }
    }
}
