//! The query language, one for UI, API and CLI: `severity:critical kev:true asset:web* age:>30d -scope:lab`.
//!
//! Terms are AND-ed; `OR`, `NOT` (or a leading `-`) and parentheses combine them; a comma lists alternatives. A text
//! value must match the whole text, any letter case, `*` standing for anything; quotes take every character as it is.
//! A word without a field is looked for inside the weakness' key, title and aliases, and the asset's name.
//! [`FIELDS`] is the one list of fields: help, completion and documentation are made from it.

use crate::asset::{AssetKind, Criticality, DataClass, Reach};
use crate::exposure::Status;
use crate::time::{DAY, Timestamp};
use std::fmt::{self, Write as _};
use std::ops::Range;
use std::str::FromStr;

mod given;
mod parse;

/// Longest query in bytes.
pub const MAX_LENGTH: usize = 4096;
/// Deepest nesting of parentheses and negations.
pub const MAX_DEPTH: usize = 32;

/// A parsed query in normal form; `None` selects everything.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Query {
    /// The condition.
    pub root: Option<Expr>,
}

/// A condition. Build with [`Expr::and`], [`Expr::or`] and [`Expr::negate`] to keep the normal form.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// All of two or more, none of which is an `And`.
    And(Vec<Self>),
    /// One of two or more, none of which is an `Or`.
    Or(Vec<Self>),
    /// Not this, which is no `Not`.
    Not(Box<Self>),
    /// A condition on one field.
    Term(Term),
}

/// A condition on one field.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// What is looked at.
    pub field: Field,
    /// What it must be.
    pub test: Test,
}

/// What a field must be.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// One of these; never empty.
    Any(Vec<Value>),
    /// On this side of a value.
    Compare(Cmp, Value),
    /// Between two values, both included.
    Range(Value, Value),
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cmp {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

/// A value; which kind depends on the field's [`Kind`].
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Index into the field's words.
    Choice(u8),
    /// Text to match.
    Text(Pattern),
    /// A finite number.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// Microseconds, not negative.
    Duration(i64),
    /// A whole day, by its first moment in UTC.
    Date(Timestamp),
    /// A moment.
    Time(Timestamp),
}

/// Text with `*` between its parts: one part is plain text. Lower case; no empty part but the first and the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(Vec<String>);

/// What the values of a field are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One of these words, lowest first.
    Choice(&'static [&'static str]),
    /// Text.
    Text,
    /// A number.
    Number,
    /// `true` or `false`.
    Flag,
    /// A length of time.
    Duration,
    /// A day or a moment.
    Time,
}

/// One field of the language.
#[derive(Debug, Clone, Copy)]
pub struct FieldInfo {
    /// The field.
    pub field: Field,
    /// Its name, as printed.
    pub name: &'static str,
    /// Other names that are understood.
    pub aliases: &'static [&'static str],
    /// What its values are.
    pub kind: Kind,
    /// What it means.
    pub doc: &'static str,
    /// A query that uses it.
    pub example: &'static str,
}

macro_rules! fields {
    ($($variant:ident $name:literal [$($alias:literal),*] $kind:expr, $doc:literal, $example:literal;)*) => {
        /// The fields; [`FIELDS`] describes them in the same order.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Field { $(#[doc = $doc] $variant),* }

        /// Every field, in the order in which help shows them.
        pub static FIELDS: &[FieldInfo] = &[$(FieldInfo {
            field: Field::$variant, name: $name, aliases: &[$($alias),*], kind: $kind, doc: $doc, example: $example,
        }),*];
    };
}

macro_rules! words_of {
    ($type:ty, $n:literal) => {
        Kind::Choice(
            &const {
                let mut words = [""; $n];
                let mut i = 0;
                while i < $n {
                    words[i] = <$type>::ALL[i].as_str();
                    i += 1;
                }
                words
            },
        )
    };
}

fields! {
    Severity "severity" [] Kind::Choice(&["unknown", "info", "low", "medium", "high", "critical"]), "The severity that the sources report.", "severity:critical,high";
    Status "status" [] words_of!(Status, 5), "Whether it is open, accepted, a false positive, not affected or fixed.", "status:open";
    Priority "priority" ["score"] Kind::Number, "Our score, 0 to 100.", "priority:>=70";
    Band "band" [] Kind::Choice(&["low", "watch", "plan", "act-now"]), "The band of the score.", "band:act-now,plan";
    Ssvc "ssvc" ["decision"] Kind::Choice(&["track", "track*", "attend", "act"]), "The SSVC decision (CISA's table).", "ssvc:>=attend";
    Leads "leads" [] Kind::Choice(&["nowhere", "somewhere"]), "Whether an attacker comes to use it and something that somebody valued falls by it; of open exposures, by the attack graph.", "leads:somewhere";
    Kev "kev" [] Kind::Flag, "Listed by CISA as exploited in the wild.", "kev:true";
    Ransomware "ransomware" [] Kind::Flag, "Known to be used in ransomware campaigns.", "ransomware:true";
    Epss "epss" [] Kind::Number, "Probability of exploitation within 30 days, 0 to 1.", "epss:>0.1";
    Cvss "cvss" [] Kind::Number, "CVSS score, 0 to 10.", "cvss:7..10";
    Exploitation "exploitation" ["exploit"] Kind::Choice(&["none", "poc", "active"]), "Evidence of exploitation: none, a public proof of concept, active.", "exploitation:>=poc";
    Asset "asset" ["host"] Kind::Text, "Name of the asset.", "asset:web*";
    Kind "kind" ["type"] words_of!(AssetKind, 14), "What the asset is.", "kind:host,device";
    Reach "reach" [] words_of!(Reach, 4), "From where an attacker can reach the asset.", "reach:internet";
    Criticality "criticality" ["value"] words_of!(Criticality, 4), "What the business would lose with the asset.", "criticality:>=high";
    Data "data" [] words_of!(DataClass, 5), "A class of data that the asset holds.", "data:phi";
    Scope "scope" ["service"] Kind::Text, "Name of a business scope the asset is in.", "scope:payments";
    Network "network" [] Kind::Text, "A named network that the asset has a private address in.", "network:branch-berlin";
    Weakness "weakness" ["cve", "id"] Kind::Text, "Id or alias of the weakness, of any tool that reports it; of a rule also without the tool.", "weakness:CVE-2021-44228";
    Cwe "cwe" [] Kind::Number, "CWE number of the weakness.", "cwe:79,89";
    Locus "locus" ["where"] Kind::Text, "Where on the asset: port, file, route, package.", "locus:port/tcp/*";
    Component "component" ["package"] Kind::Text, "Name of the package, with or without its ecosystem.", "component:openssl";
    Source "source" ["tool"] Kind::Text, "A tool or collector that sees it, whichever of them gave it its id.", "source:nessus";
    Age "age" [] Kind::Duration, "Time since it was first seen, by the dates of the reports.", "age:>30d";
    Seen "seen" [] Kind::Duration, "Time since it was last seen.", "seen:<2w";
    FirstSeen "first_seen" ["first-seen", "created"] Kind::Time, "When it was first seen, by the dates of the reports.", "first_seen:>=2026-01-01";
    Opened "opened" [] Kind::Duration, "Time since Bartizan was first told of it, by its own clock, however old the report was.", "opened:<24h";
    LastSeen "last_seen" ["last-seen", "updated"] Kind::Time, "When it was last seen.", "last_seen:2026-01-01..2026-01-31";
    Sightings "sightings" [] Kind::Number, "How many sightings there are.", "sightings:>1";
    Owner "owner" ["assignee"] Kind::Text, "Name of the person who is to fix it; `me` for yourself, `none` for nobody.", "owner:ada";
    New "new" [] Kind::Flag, "First seen within the last 24 hours, by the dates of the reports; in the gate of an import, opened or found to be back by it.", "new:true";
    Demo "demo" [] Kind::Flag, "Belongs to the made-up demonstration data.", "demo:false";
    Fix "fix" ["fixable"] Kind::Flag, "A fix is known.", "fix:true";
    Unknown "unknown" [] Kind::Choice(&["reach", "criticality", "severity", "epss", "cvss", "exploitation", "owner"]), "What nobody has told or measured yet.", "unknown:reach";
    Text "text" [] Kind::Text, "Words in the weakness' key, title or aliases, or the asset's name; the field may be left out.", "log4j";
}

impl Field {
    /// Its description.
    pub fn info(self) -> &'static FieldInfo {
        &FIELDS[self as usize]
    }

    /// The field of a name or alias, in any letter case.
    pub fn named(name: &str) -> Option<Self> {
        let is = |other: &str| other.eq_ignore_ascii_case(name);
        FIELDS.iter().find(|f| is(f.name) || f.aliases.iter().any(|a| is(a))).map(|f| f.field)
    }
}

/// The fields as a Markdown table.
pub fn reference() -> String {
    let mut out = String::from("| Field | Meaning | Example |\n|---|---|---|\n");
    for field in FIELDS {
        let _ = writeln!(out, "| `{}` | {} | `{}` |", field.name, field.doc, field.example);
    }
    out
}

/// What `owner:me` stands for.
const ME: &str = "me";
/// What `owner:none` stands for.
const NOBODY: &str = "none";

/// Whether a person's name would mean something else in a query.
pub fn is_reserved_name(name: &str) -> bool {
    [ME, NOBODY].contains(&name.to_lowercase().as_str())
}

impl Query {
    /// The query as one person asks it: `owner:me` means them.
    #[must_use]
    pub fn asked_by(mut self, name: &str) -> Self {
        let me = Pattern::new([name.to_owned()]);
        if let Some(root) = &mut self.root {
            root.each_owner(&mut |pattern| {
                if pattern.is(ME) {
                    pattern.clone_from(&me);
                }
            });
        }
        self
    }

    /// Whether it depends on who asks.
    pub fn says_me(&self) -> bool {
        let mut found = false;
        let mut root = self.root.clone();
        root.iter_mut().for_each(|root| root.each_owner(&mut |pattern| found |= pattern.is(ME)));
        found
    }
}

impl Expr {
    fn each_owner(&mut self, each: &mut impl FnMut(&mut Pattern)) {
        match self {
            Self::And(all) | Self::Or(all) => all.iter_mut().for_each(|one| one.each_owner(each)),
            Self::Not(inner) => inner.each_owner(each),
            Self::Term(Term { field: Field::Owner, test: Test::Any(values) }) => {
                for value in values {
                    if let Value::Text(pattern) = value {
                        each(pattern);
                    }
                }
            }
            Self::Term(_) => {}
        }
    }
}

impl Pattern {
    /// Whether it is this plain text.
    fn is(&self, text: &str) -> bool {
        self.0 == [text]
    }

    /// Whether it means nobody, as a value of `owner`.
    pub fn is_nobody(&self) -> bool {
        self.is(NOBODY)
    }

    /// A pattern from its parts, `*` between them; empty text for no part.
    pub fn new(parts: impl IntoIterator<Item = String>) -> Self {
        let mut parts: Vec<_> = parts.into_iter().map(|p| p.to_lowercase()).collect();
        let last = parts.len().saturating_sub(1);
        let mut i = 0;
        parts.retain(|part| {
            i += 1;
            i == 1 || i == last + 1 || !part.is_empty()
        });
        if parts.is_empty() {
            parts.push(String::new());
        }
        Self(parts)
    }

    /// The parts between the stars.
    pub fn parts(&self) -> &[String] {
        &self.0
    }

    /// Whether the whole of `lower`, which is in lower case, matches.
    pub fn matches(&self, lower: &str) -> bool {
        let [first, middle @ .., last] = self.0.as_slice() else { return self.0[0] == lower };
        let Some(rest) = lower.strip_prefix(first.as_str()).and_then(|r| r.strip_suffix(last.as_str()))
        else {
            return false;
        };
        Self::in_order(middle, rest)
    }

    /// Whether `lower`, which is in lower case, contains a match.
    pub fn is_in(&self, lower: &str) -> bool {
        Self::in_order(&self.0, lower)
    }

    fn in_order(parts: &[String], mut rest: &str) -> bool {
        parts.iter().all(|part| match rest.find(part.as_str()) {
            Some(at) => {
                rest = &rest[at + part.len()..];
                true
            }
            None => false,
        })
    }
}

impl Expr {
    /// All of these; `None` of none.
    pub fn and(list: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut flat = Vec::new();
        for item in list {
            if let Self::And(items) = item { flat.extend(items) } else { flat.push(item) }
        }
        if flat.len() > 1 { Some(Self::And(flat)) } else { flat.pop() }
    }

    /// One of these; `None` of none.
    pub fn or(list: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut flat = Vec::new();
        for item in list {
            if let Self::Or(items) = item { flat.extend(items) } else { flat.push(item) }
        }
        if flat.len() > 1 { Some(Self::Or(flat)) } else { flat.pop() }
    }

    /// Not this.
    pub fn negate(self) -> Self {
        if let Self::Not(inner) = self { *inner } else { Self::Not(Box::new(self)) }
    }
}

impl Query {
    /// Parses a query; empty text selects everything.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        parse::parse(text)
    }

    /// What both select.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { root: Expr::and(self.root.into_iter().chain(other.root)) }
    }
}

impl FromStr for Query {
    type Err = ParseError;
    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::parse(text)
    }
}

/// Why and where a query cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize)]
#[error("{problem}; expected {expected}{}", suggestion.as_ref().map_or_else(String::new, |s| format!(" (did you mean `{s}`?)")))]
pub struct ParseError {
    /// The bytes of the query that are wrong.
    pub span: Range<usize>,
    /// What is wrong.
    pub problem: String,
    /// What could stand there.
    pub expected: String,
    /// What was probably meant.
    pub suggestion: Option<String>,
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.root.as_ref().map_or(Ok(()), |root| root.fmt(f))
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(items) | Self::Or(items) => {
                let or = matches!(self, Self::Or(_));
                for (i, item) in items.iter().enumerate() {
                    f.write_str(if i == 0 {
                        ""
                    } else if or {
                        " OR "
                    } else {
                        " "
                    })?;
                    let bracket = matches!((or, item), (false, Self::Or(_)));
                    if bracket { write!(f, "({item})")? } else { item.fmt(f)? }
                }
                Ok(())
            }
            Self::Not(inner) if matches!(**inner, Self::Term(_)) => write!(f, "-{inner}"),
            Self::Not(inner) => write!(f, "-({inner})"),
            Self::Term(term) => term.fmt(f),
        }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.field != Field::Text {
            write!(f, "{}:", self.field.info().name)?;
        }
        let value = |f: &mut fmt::Formatter<'_>, value: &Value| match (value, self.field.info().kind) {
            (Value::Choice(i), Kind::Choice(words)) => {
                f.write_str(words.get(usize::from(*i)).unwrap_or(&"unknown"))
            }
            _ => value.fmt(f),
        };
        match &self.test {
            Test::Any(values) => values.iter().enumerate().try_for_each(|(i, v)| {
                f.write_str(if i == 0 { "" } else { "," })?;
                value(f, v)
            }),
            Test::Compare(cmp, v) => {
                f.write_str(match cmp {
                    Cmp::Less => "<",
                    Cmp::AtMost => "<=",
                    Cmp::Greater => ">",
                    Cmp::AtLeast => ">=",
                })?;
                value(f, v)
            }
            Test::Range(low, high) => {
                value(f, low)?;
                f.write_str("..")?;
                value(f, high)
            }
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Choice(i) => i.fmt(f),
            Self::Text(pattern) => pattern.fmt(f),
            Self::Number(n) => n.fmt(f),
            Self::Flag(b) => b.fmt(f),
            Self::Duration(d) => {
                let units = [(DAY, 'd'), (3_600_000_000, 'h'), (60_000_000, 'm'), (1_000_000, 's')];
                let (size, unit) =
                    units.into_iter().find(|(size, _)| d % size == 0).unwrap_or((1_000_000, 's'));
                write!(f, "{}{unit}", d / size)
            }
            Self::Date(t) => f.write_str(&t.date()),
            Self::Time(t) => t.fmt(f),
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bare = |p: &str| p.chars().all(|c| c.is_alphanumeric() || "_-./@+%#~".contains(c));
        for (i, part) in self.0.iter().enumerate() {
            f.write_str(if i == 0 { "" } else { "*" })?;
            let only_empty = self.0.len() == 1 && part.is_empty();
            if only_empty || !bare(part) || (i == 0 && part.starts_with('-')) {
                write!(f, "\"{}\"", part.replace('\\', "\\\\").replace('"', "\\\""))?;
            } else {
                f.write_str(part)?;
            }
        }
        Ok(())
    }
}

impl FieldInfo {
    /// Whether its values can be compared with `>` and the like.
    pub fn is_ordered(&self) -> bool {
        match self.kind {
            Kind::Choice(_) => matches!(
                self.field,
                Field::Severity | Field::Band | Field::Ssvc | Field::Exploitation | Field::Criticality
            ),
            Kind::Number | Kind::Duration | Kind::Time => true,
            Kind::Text | Kind::Flag => false,
        }
    }

    /// What a value looks like, in words.
    pub fn expects(&self) -> String {
        match self.kind {
            Kind::Choice(words) => format!("one of {}", words.join(", ")),
            Kind::Text => "text; quote it where it holds spaces or signs".to_owned(),
            Kind::Number => "a number, `>=5` or `1..10`".to_owned(),
            Kind::Flag => "true or false".to_owned(),
            Kind::Duration => "a length of time such as `>30d`, `<2w` or `6h..12h`".to_owned(),
            Kind::Time => "a day such as `2026-01-31`, `>=2026-01-01` or a range".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_the_normal_form() {
        for (text, normal) in [
            ("", ""),
            (" severity:CRITICAL,high  AND kev:yes ", "severity:critical,high kev:true"),
            ("tool:nessus age>4w epss:>=0.5", "source:nessus age:>28d epss:>=0.5"),
            ("NOT (status:fixed OR demo:true) log4j", "-(status:fixed OR demo:true) log4j"),
            ("--kev:true ((a b) c)", "kev:true a b c"),
            ("a OR b c", "a OR b c"),
            ("(a OR b) c", "(a OR b) c"),
            ("asset:\"Web Server\"** \"a*b\" \"-x\" \"\"", "asset:\"web server\"* \"a*b\" \"-x\" \"\""),
            ("first_seen:2024-01-01..2024-02-01 cwe:CWE-79", "first_seen:2024-01-01..2024-02-01 cwe:79"),
            ("last_seen:>2024-01-01T10:00:00Z ssvc:track*", "last_seen:>2024-01-01T10:00:00Z ssvc:track*"),
        ] {
            let query = Query::parse(text).unwrap();
            assert_eq!(query.to_string(), normal, "{text}");
            assert_eq!(Query::parse(normal).unwrap(), query, "{text}");
        }
    }

    #[test]
    fn me_is_whoever_asks() {
        let query = Query::parse("-(owner:me,bob kev:true) me OR owner:me*").unwrap();
        assert!(query.says_me());
        let asked = query.asked_by("Ada *");
        assert_eq!(asked.to_string(), "-(owner:\"ada *\",bob kev:true) me OR owner:me*");
        assert!(!asked.says_me() && !Query::default().says_me());
        assert!(is_reserved_name("Me") && is_reserved_name("none") && !is_reserved_name("nonesuch"));
    }

    #[test]
    fn errors_say_where_and_what_was_meant() {
        let of = |text: &str| {
            let e = Query::parse(text).unwrap_err();
            (text[e.span.clone()].to_owned(), e.suggestion)
        };
        assert_eq!(of("kev:true sevrity:high"), ("sevrity".to_owned(), Some("severity".to_owned())));
        assert_eq!(of("severity:high,critcal"), ("critcal".to_owned(), Some("critical".to_owned())));
        assert_eq!(of("(kev:true"), ("(".to_owned(), None));
        assert_eq!(of("kev:true )"), (")".to_owned(), None));
        assert_eq!(of("a \"bc"), ("\"bc".to_owned(), None));
        assert_eq!(of("asset:>web"), (">web".to_owned(), None));
        assert_eq!(of("age:30d"), ("30d".to_owned(), None));
        assert_eq!(of("a OR"), (String::new(), None));
        assert_eq!(of("severity:"), (String::new(), None));
        assert_eq!(of("é:x"), ("é".to_owned(), None));
        assert_eq!(Query::parse("~\0L").unwrap_err().span, 1..2);
        assert!(Query::parse(&"(".repeat(100)).is_err());
        assert!(Query::parse(&"-".repeat(4000)).is_err());
        assert!(Query::parse(&"a ".repeat(4000)).is_err());
    }

    #[test]
    fn the_table_is_in_order_and_its_examples_parse() {
        for (i, field) in FIELDS.iter().enumerate() {
            assert_eq!(field.field as usize, i);
            assert_eq!(Field::named(field.name), Some(field.field));
            let query = Query::parse(field.example).unwrap();
            assert!(matches!(query.root, Some(Expr::Term(Term { field: f, .. })) if f == field.field));
        }
        assert!(reference().lines().count() == FIELDS.len() + 2);
    }

    #[test]
    fn patterns_match_the_whole_text_in_order() {
        let p = |parts: &[&str]| Pattern::new(parts.iter().map(|p| (*p).to_owned()));
        assert!(p(&["WEB", ""]).matches("web-01") && !p(&["web"]).matches("web-01"));
        assert!(p(&["", "b", ""]).matches("abc") && !p(&["a", "a"]).matches("a"));
        assert!(p(&["a", "b"]).is_in("xx a yy b") && !p(&["b", "a"]).is_in("a b"));
    }
}
