//! Condition operators: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>.

use super::context::{Context, Lookup};
use super::parse::texts;
use super::pattern::{Overlap, Pattern};
use super::truth::Truth;
use bartizan_model::Timestamp;
use serde_json::Value;
use std::cmp::Ordering;
use std::net::IpAddr;

/// One operator with one key and its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Condition {
    /// As it is written: `StringEqualsIfExists`.
    operator: String,
    /// As it is written.
    name: String,
    /// The key in lower case.
    key: String,
    test: Test,
    negated: bool,
    if_exists: bool,
    set: Set,
    values: Vec<Pattern>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Test {
    Equals,
    EqualsAnyCase,
    Like,
    Numeric(Order),
    Date(Order),
    Bool,
    Binary,
    Ip,
    Arn,
    Null,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// How several values of the request are taken together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Set {
    Single,
    ForAllValues,
    ForAnyValue,
}

impl Condition {
    /// The conditions of a statement; all of them must hold.
    pub(super) fn parse(value: &Value, variables: bool) -> Result<Vec<Self>, String> {
        let operators = value.as_object().ok_or("Condition is no JSON object")?;
        let mut all = Vec::new();
        for (operator, keys) in operators {
            let keys = keys.as_object().ok_or_else(|| format!("{operator} is no JSON object"))?;
            for (name, values) in keys {
                all.push(Self::new(operator, name, &texts(values)?, variables)?);
            }
        }
        Ok(all)
    }

    fn new(operator: &str, name: &str, values: &[String], variables: bool) -> Result<Self, String> {
        let unknown = || format!("the condition operator {operator} is not known");
        let lower = operator.to_ascii_lowercase();
        let (set, rest) = match lower.split_once(':') {
            Some(("forallvalues", rest)) => (Set::ForAllValues, rest),
            Some(("foranyvalue", rest)) => (Set::ForAnyValue, rest),
            Some(_) => return Err(unknown()),
            None => (Set::Single, lower.as_str()),
        };
        let (rest, if_exists) = rest.strip_suffix("ifexists").map_or((rest, false), |rest| (rest, true));
        let (test, negated) = test(rest).ok_or_else(unknown)?;
        if test == Test::Null && (if_exists || set != Set::Single) {
            return Err(unknown());
        }
        let read = if variables { Pattern::with_variables } else { Pattern::new };
        let condition = Self {
            operator: operator.to_owned(),
            name: name.to_owned(),
            key: name.trim().to_ascii_lowercase(),
            test,
            negated,
            if_exists,
            set,
            values: values.iter().map(|value| read(value)).collect(),
        };
        let empty = Context::default();
        for (pattern, text) in condition.values.iter().zip(values) {
            if let Ok(Some(pattern)) = pattern.resolve(&empty)
                && !test.is_well_formed(&pattern)
            {
                return Err(format!("{text} is no value for {operator}"));
            }
        }
        Ok(condition)
    }

    /// Whether it holds; where its key or a variable is not known, the condition itself in words.
    pub(super) fn holds(&self, context: &Context) -> Truth<String> {
        match self.judge(context.lookup(&self.key), context) {
            Some(holds) => Truth::of(holds),
            None => Truth::If(vec![self.to_string()]),
        }
    }

    /// The values of which a key must have one, each with whether its wildcards count; `None` where it asks something else.
    pub(super) fn one_of(&self, key: &str) -> Option<Vec<(String, bool)>> {
        let like = match self.test {
            Test::Like => true,
            Test::Equals | Test::EqualsAnyCase => false,
            _ => return None,
        };
        let asks = self.key == key && !self.negated;
        asks.then(|| self.values.iter().map(|value| (value.to_string(), like)).collect())
    }

    /// `None` where it is not known.
    fn judge(&self, value: Lookup<'_>, context: &Context) -> Option<bool> {
        match value {
            Lookup::Unknown => None,
            Lookup::OneOf(values) => {
                let mut all = values.iter().map(|value| self.judge(value.into(), context));
                let first = all.next()?;
                all.all(|other| other == first).then_some(first).flatten()
            }
            Lookup::Absent => Some(self.judge_absent()),
            Lookup::Known([]) => Some(self.judge_absent()),
            Lookup::Known(_) if self.test == Test::Null => Some(!self.wants_null()),
            Lookup::Known(values) => {
                let fits =
                    values.iter().map(|value| self.fits(value, context).map(|fits| fits != self.negated));
                match (self.set, self.negated) {
                    (Set::ForAllValues, _) | (Set::Single, true) => all(fits),
                    (Set::ForAnyValue, _) | (Set::Single, false) => any(fits),
                }
            }
        }
    }

    fn judge_absent(&self) -> bool {
        match (self.test, self.set) {
            (Test::Null, _) => self.wants_null(),
            _ if self.if_exists => true,
            (_, Set::ForAllValues) => true,
            (_, Set::ForAnyValue) => false,
            (_, Set::Single) => self.negated,
        }
    }

    fn wants_null(&self) -> bool {
        self.values.iter().any(|value| value.matches_any_case("true"))
    }

    fn fits(&self, value: &str, context: &Context) -> Option<bool> {
        any(self.values.iter().map(|pattern| match pattern.resolve(context) {
            Ok(Some(pattern)) => Some(self.test.fits(&pattern, value)),
            Ok(None) => Some(false),
            Err(_) => None,
        }))
    }
}

/// Kleene's "or".
fn any(mut all: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let known = all.try_fold(true, |known, one| match one {
        Some(true) => Err(()),
        Some(false) => Ok(known),
        None => Ok(false),
    });
    match known {
        Err(()) => Some(true),
        Ok(true) => Some(false),
        Ok(false) => None,
    }
}

/// Kleene's "and".
fn all(all: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    any(all.map(|one| one.map(|holds| !holds))).map(|holds| !holds)
}

impl std::fmt::Display for Condition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let values: Vec<_> = self.values.iter().map(ToString::to_string).collect();
        write!(f, "{} {} {}", self.operator, self.name, values.join(" or "))
    }
}

fn test(name: &str) -> Option<(Test, bool)> {
    let order = |name: &str| {
        Some(match name {
            "equals" | "notequals" => Order::Equal,
            "lessthan" => Order::Less,
            "lessthanequals" => Order::LessOrEqual,
            "greaterthan" => Order::Greater,
            "greaterthanequals" => Order::GreaterOrEqual,
            _ => return None,
        })
    };
    Some(match name {
        "stringequals" => (Test::Equals, false),
        "stringnotequals" => (Test::Equals, true),
        "stringequalsignorecase" => (Test::EqualsAnyCase, false),
        "stringnotequalsignorecase" => (Test::EqualsAnyCase, true),
        "stringlike" => (Test::Like, false),
        "stringnotlike" => (Test::Like, true),
        "bool" => (Test::Bool, false),
        "binaryequals" => (Test::Binary, false),
        "ipaddress" => (Test::Ip, false),
        "notipaddress" => (Test::Ip, true),
        "arnequals" | "arnlike" => (Test::Arn, false),
        "arnnotequals" | "arnnotlike" => (Test::Arn, true),
        "null" => (Test::Null, false),
        _ => {
            let negated = name.ends_with("notequals");
            if let Some(rest) = name.strip_prefix("numeric") {
                (Test::Numeric(order(rest)?), negated)
            } else {
                (Test::Date(order(name.strip_prefix("date")?)?), negated)
            }
        }
    })
}

impl Test {
    /// Whether a value of a policy can be compared at all.
    fn is_well_formed(self, value: &Pattern) -> bool {
        let text = value.to_string();
        match self {
            Self::Numeric(_) => number(&text).is_some(),
            Self::Date(_) => date(&text).is_some(),
            Self::Bool | Self::Null => ["true", "false"].iter().any(|word| text.eq_ignore_ascii_case(word)),
            Self::Ip => network(&text).is_some(),
            _ => true,
        }
    }

    fn fits(self, pattern: &Pattern, value: &str) -> bool {
        let text = || pattern.to_string();
        match self {
            Self::Equals | Self::Binary => text() == value,
            Self::EqualsAnyCase => text().to_lowercase() == value.to_lowercase(),
            Self::Like => pattern.matches(value),
            Self::Bool => text().eq_ignore_ascii_case(value),
            Self::Arn => pattern.overlap(&Pattern::literal(value)) == Overlap::All,
            Self::Numeric(order) => order.fits(number(value), number(&text())),
            Self::Date(order) => order.fits(date(value), date(&text())),
            Self::Ip => value
                .parse()
                .ok()
                .zip(network(&text()))
                .is_some_and(|(address, network)| is_in(address, network)),
            Self::Null => false,
        }
    }
}

impl Order {
    /// Whether the request's value stands so to the policy's.
    fn fits<T: PartialOrd>(self, value: Option<T>, bound: Option<T>) -> bool {
        let Some(order) = value.zip(bound).and_then(|(value, bound)| value.partial_cmp(&bound)) else {
            return false;
        };
        match self {
            Self::Equal => order == Ordering::Equal,
            Self::Less => order == Ordering::Less,
            Self::LessOrEqual => order != Ordering::Greater,
            Self::Greater => order == Ordering::Greater,
            Self::GreaterOrEqual => order != Ordering::Less,
        }
    }
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

/// A W3C date and time, or seconds since 1970.
fn date(text: &str) -> Option<Timestamp> {
    let seconds = number(text).map(|seconds| Timestamp::from_micros((seconds * 1e6) as i64));
    if text.len() == 4 {
        Timestamp::parse(&format!("{text}-01-01"))
    } else {
        seconds.or_else(|| Timestamp::parse(text))
    }
}

/// An address and the length of the prefix that counts.
fn network(text: &str) -> Option<(IpAddr, u32)> {
    let (address, length) = text.split_once('/').unwrap_or((text, ""));
    let address: IpAddr = address.trim().parse().ok()?;
    let bits = if address.is_ipv4() { 32 } else { 128 };
    let length =
        if length.is_empty() { bits } else { length.parse().ok().filter(|length| *length <= bits)? };
    Some((address, length))
}

fn is_in(address: IpAddr, (network, length): (IpAddr, u32)) -> bool {
    match (address, network) {
        (IpAddr::V4(a), IpAddr::V4(b)) => (a.to_bits() ^ b.to_bits()).leading_zeros() >= length,
        (IpAddr::V6(a), IpAddr::V6(b)) => (a.to_bits() ^ b.to_bits()).leading_zeros() >= length,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::context;
    use super::*;

    fn judge(condition: &str, context: &Context) -> Option<bool> {
        let value = serde_json::from_str(condition).unwrap();
        let all = Condition::parse(&value, true).unwrap();
        let held: Vec<_> = all.iter().map(|one| one.judge(context.lookup(&one.key), context)).collect();
        super::all(held.into_iter())
    }

    #[test]
    fn every_operator() {
        let context = Context::default()
            .with("s", ["Team-A"])
            .with("n", ["42"])
            .with("d", ["2024-05-01T00:00:00Z"])
            .with("b", ["true"])
            .with("ip", ["10.1.2.3"])
            .with("v6", ["2001:db8::1"])
            .with("arn", ["arn:aws:iam::111122223333:role/a/b"]);
        for (condition, expected) in [
            (r#"{"StringEquals":{"S":"Team-A"}}"#, true),
            (r#"{"StringEquals":{"s":"team-a"}}"#, false),
            (r#"{"StringEquals":{"s":"Team-*"}}"#, false),
            (r#"{"StringEquals":{"s":["x","Team-A"]}}"#, true),
            (r#"{"StringNotEquals":{"s":["x","Team-A"]}}"#, false),
            (r#"{"StringEqualsIgnoreCase":{"s":"team-a"}}"#, true),
            (r#"{"StringNotEqualsIgnoreCase":{"s":"team-a"}}"#, false),
            (r#"{"StringLike":{"s":"Team-?"}}"#, true),
            (r#"{"StringNotLike":{"s":"Team-*"}}"#, false),
            (r#"{"NumericEquals":{"n":42.0}}"#, true),
            (r#"{"NumericNotEquals":{"n":41}}"#, true),
            (r#"{"NumericLessThan":{"n":"42"}}"#, false),
            (r#"{"NumericLessThanEquals":{"n":"42"}}"#, true),
            (r#"{"NumericGreaterThan":{"n":"41.5"}}"#, true),
            (r#"{"NumericGreaterThanEquals":{"n":"43"}}"#, false),
            (r#"{"DateLessThan":{"d":"2024-06-01T00:00:00Z"}}"#, true),
            (r#"{"DateGreaterThan":{"d":"2024"}}"#, true),
            (r#"{"DateGreaterThanEquals":{"d":1714521600}}"#, true),
            (r#"{"DateEquals":{"d":"2024-05-01"}}"#, true),
            (r#"{"DateNotEquals":{"d":"2024-05-01"}}"#, false),
            (r#"{"Bool":{"b":true}}"#, true),
            (r#"{"Bool":{"b":"False"}}"#, false),
            (r#"{"BinaryEquals":{"s":"Team-A"}}"#, true),
            (r#"{"IpAddress":{"ip":"10.1.0.0/16"}}"#, true),
            (r#"{"IpAddress":{"ip":["192.0.2.0/24","10.1.2.3"]}}"#, true),
            (r#"{"IpAddress":{"ip":"0.0.0.0/0"}}"#, true),
            (r#"{"NotIpAddress":{"ip":"10.0.0.0/8"}}"#, false),
            (r#"{"IpAddress":{"v6":"2001:db8::/32"}}"#, true),
            (r#"{"IpAddress":{"v6":"10.0.0.0/8"}}"#, false),
            (r#"{"ArnLike":{"arn":"arn:aws:iam::*:role/*"}}"#, true),
            (r#"{"ArnEquals":{"arn":"arn:aws:iam:*:role/a/b"}}"#, false),
            (r#"{"ArnNotLike":{"arn":"arn:aws:iam::*:user/*"}}"#, true),
            (r#"{"Null":{"s":"true"}}"#, false),
            (r#"{"Null":{"s":false}}"#, true),
            (r#"{"StringEquals":{"s":"Team-A"},"Bool":{"b":"false"}}"#, false),
        ] {
            assert_eq!(judge(condition, &context), Some(expected), "{condition}");
        }
    }

    #[test]
    fn absent_and_unknown_keys() {
        let absent = Context::default().without("k");
        let unknown = Context::default();
        for (condition, expected) in [
            (r#"{"StringEquals":{"k":"x"}}"#, false),
            (r#"{"StringNotEquals":{"k":"x"}}"#, true),
            (r#"{"ArnNotLike":{"k":"x"}}"#, true),
            (r#"{"NotIpAddress":{"k":"10.0.0.0/8"}}"#, true),
            (r#"{"StringEqualsIfExists":{"k":"x"}}"#, true),
            (r#"{"BoolIfExists":{"k":"true"}}"#, true),
            (r#"{"Null":{"k":"true"}}"#, true),
            (r#"{"ForAllValues:StringEquals":{"k":"x"}}"#, true),
            (r#"{"ForAnyValue:StringEquals":{"k":"x"}}"#, false),
            (r#"{"ForAnyValue:StringNotEquals":{"k":"x"}}"#, false),
        ] {
            assert_eq!(judge(condition, &absent), Some(expected), "{condition}");
            assert_eq!(judge(condition, &unknown), None, "{condition}");
        }
    }

    #[test]
    fn sets_of_values() {
        let context = Context::default().with("tags", ["a", "b"]);
        for (condition, expected) in [
            (r#"{"ForAllValues:StringEquals":{"tags":["a","b","c"]}}"#, true),
            (r#"{"ForAllValues:StringEquals":{"tags":["a"]}}"#, false),
            (r#"{"ForAnyValue:StringEquals":{"tags":["b","z"]}}"#, true),
            (r#"{"ForAnyValue:StringEquals":{"tags":"z"}}"#, false),
            (r#"{"ForAllValues:StringNotEquals":{"tags":"z"}}"#, true),
            (r#"{"ForAnyValue:StringNotEquals":{"tags":"a"}}"#, true),
            (r#"{"StringNotEquals":{"tags":"a"}}"#, false),
        ] {
            assert_eq!(judge(condition, &context), Some(expected), "{condition}");
        }
    }

    #[test]
    fn a_key_that_may_have_two_values_decides_only_where_both_agree() {
        let now = context::Value::Known(vec!["2026-01-01T00:00:00Z".to_owned()]);
        let context = Context::default()
            .set("aws:TokenIssueTime", context::Value::OneOf(vec![context::Value::Absent, now]));
        assert_eq!(judge(r#"{"DateLessThan":{"aws:TokenIssueTime":"2020-01-01"}}"#, &context), Some(false));
        assert_eq!(judge(r#"{"DateGreaterThan":{"aws:TokenIssueTime":"2020-01-01"}}"#, &context), None);
    }

    #[test]
    fn variables_in_values() {
        let context = Context::default().with("aws:username", ["ann"]).with("owner", ["ann"]).without("gone");
        assert_eq!(judge(r#"{"StringEquals":{"owner":"${aws:username}"}}"#, &context), Some(true));
        assert_eq!(judge(r#"{"StringEquals":{"owner":"${unknown}"}}"#, &context), None);
        assert_eq!(judge(r#"{"StringEquals":{"owner":["${unknown}","ann"]}}"#, &context), Some(true));
        assert_eq!(judge(r#"{"StringNotEquals":{"owner":"${gone}"}}"#, &context), Some(true));
    }

    #[test]
    fn operators_and_values_that_are_none() {
        for (condition, expected) in [
            (r#"{"StringMatches":{"k":"x"}}"#, "StringMatches is not known"),
            (r#"{"ForSome:StringEquals":{"k":"x"}}"#, "is not known"),
            (r#"{"NullIfExists":{"k":"true"}}"#, "is not known"),
            (r#"{"DateLessThan":{"k":"tomorrow"}}"#, "tomorrow is no value for DateLessThan"),
            (r#"{"IpAddress":{"k":"10.0.0.0/33"}}"#, "is no value"),
            (r#"{"Bool":{"k":"yes"}}"#, "is no value"),
            (r#"{"StringEquals":"x"}"#, "is no JSON object"),
        ] {
            let error = Condition::parse(&serde_json::from_str(condition).unwrap(), true).unwrap_err();
            assert!(error.contains(expected), "{condition}: {error}");
        }
    }
}
