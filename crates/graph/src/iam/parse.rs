//! Reads policy documents: strictly, bounded, and with a problem for whatever is not understood.
//!
//! Grammar: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>. Names of elements have no
//! case. A statement with an element that is not known is left out, since that element may narrow it or widen it.

use super::condition::Condition;
use super::pattern::{LONGEST, Pattern};
use super::policy::{Actions, Effect, Policy, PolicyKind, Resources, Statement};
use super::principal::Principals;
use serde_json::{Map, Value};

/// The longest document that is read, in bytes. AWS's own limit is 10,240 characters without white space.
const LONGEST_DOCUMENT: usize = 512 * 1024;
/// The most statements and the most values of one element.
const MOST: usize = 10_000;

pub(super) fn policy(text: &str, kind: PolicyKind) -> Policy {
    let mut policy = Policy::default();
    if text.len() > LONGEST_DOCUMENT {
        policy.problems.push(format!("the document has {} bytes, more than {LONGEST_DOCUMENT}", text.len()));
        return policy;
    }
    match serde_json::from_str(text) {
        Ok(Value::Object(document)) => read(&document, kind, &mut policy),
        Ok(_) => policy.problems.push("the document is no JSON object".to_owned()),
        Err(error) => policy.problems.push(format!("the document is no JSON: {error}")),
    }
    policy
}

fn read(document: &Map<String, Value>, kind: PolicyKind, policy: &mut Policy) {
    let (mut variables, mut found) = (false, None);
    for (name, value) in document {
        match name.to_ascii_lowercase().as_str() {
            "version" => match value.as_str() {
                Some("2012-10-17") => variables = true,
                Some("2008-10-17") => {}
                _ => policy.problems.push(format!("the version {value} is not known")),
            },
            "id" => {}
            "statement" if found.is_none() => found = Some(value),
            _ => policy.problems.push(format!("the element {name} of the document is not known")),
        }
    }
    let statements = match found {
        Some(Value::Array(many)) => many.as_slice(),
        Some(one @ Value::Object(_)) => std::slice::from_ref(one),
        _ => return policy.problems.push("the document has no statements".to_owned()),
    };
    if statements.len() > MOST {
        policy.problems.push(format!("only the first {MOST} of {} statements were read", statements.len()));
    }
    for (index, value) in statements.iter().take(MOST).enumerate() {
        match statement(index, value, kind, variables) {
            Ok(statement) => policy.statements.push(statement),
            Err(why) => policy.problems.push(format!("statement {}: {why}", index + 1)),
        }
    }
}

fn statement(index: usize, value: &Value, kind: PolicyKind, variables: bool) -> Result<Statement, String> {
    let elements = value.as_object().ok_or("it is no JSON object")?;
    let (mut sid, mut effect, mut principals, mut actions, mut resources) = ("", None, None, None, None);
    let mut conditions = Vec::new();
    for (name, value) in elements {
        let lower = name.to_ascii_lowercase();
        let not = lower.starts_with("not");
        let twice = match lower.as_str() {
            "sid" => {
                sid = value.as_str().unwrap_or_default();
                false
            }
            "effect" => effect.replace(value).is_some(),
            "principal" | "notprincipal" => principals.replace(Principals::parse(not, value)?).is_some(),
            "action" | "notaction" => {
                let patterns = actions_of(value)?;
                actions.replace(Actions { not, patterns }).is_some()
            }
            "resource" | "notresource" => {
                let patterns = Some(patterns_of(value, name, variables)?);
                resources.replace(Resources { not, patterns }).is_some()
            }
            "condition" => {
                conditions = Condition::parse(value, variables)?;
                false
            }
            _ => return Err(format!("the element {name} is not known")),
        };
        if twice {
            return Err(format!("{name} stands beside its own negation or twice"));
        }
    }
    let effect = match effect.and_then(Value::as_str) {
        Some("Allow") => Effect::Allow,
        Some("Deny") => Effect::Deny,
        _ => return Err("Effect is neither Allow nor Deny".to_owned()),
    };
    match kind {
        PolicyKind::Identity if principals.is_some() => {
            return Err("Principal has no place in a policy that is not a resource's".to_owned());
        }
        PolicyKind::Identity if resources.is_none() => return Err("Resource is missing".to_owned()),
        PolicyKind::Resource if principals.is_none() => return Err("Principal is missing".to_owned()),
        _ => {}
    }
    Ok(Statement {
        index,
        sid: sid.into(),
        effect,
        principals,
        actions: actions.ok_or("Action is missing")?,
        resources: resources.unwrap_or(Resources { not: false, patterns: None }),
        conditions,
    })
}

/// The texts of one value or of a list; numbers and truth values are texts too.
pub(super) fn texts(value: &Value) -> Result<Vec<String>, String> {
    let text = |value: &Value| match value {
        Value::String(text) if text.len() > LONGEST => Err(format!("a value has {} bytes", text.len())),
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(truth) => Ok(truth.to_string()),
        other => Err(format!("{} is no text", kind_of(other))),
    };
    match value {
        Value::Array(many) if many.len() > MOST => Err(format!("{} values are too many", many.len())),
        Value::Array(many) => many.iter().map(text).collect(),
        one => Ok(vec![text(one)?]),
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
        _ => "a value",
    }
}

fn actions_of(value: &Value) -> Result<Vec<Pattern>, String> {
    let pattern = |text: String| {
        if text != "*" && !text.contains(':') {
            return Err(format!("the action {text} names no service"));
        }
        Ok(Pattern::new(&text.to_ascii_lowercase()))
    };
    texts(value)?.into_iter().map(pattern).collect()
}

fn patterns_of(value: &Value, name: &str, variables: bool) -> Result<Vec<Pattern>, String> {
    let texts = texts(value)?;
    if texts.is_empty() {
        return Err(format!("{name} is empty"));
    }
    let read = if variables { Pattern::with_variables } else { Pattern::new };
    Ok(texts.iter().map(|text| read(text)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str, kind: PolicyKind) -> Vec<String> {
        policy(text, kind).problems
    }

    #[test]
    fn lists_and_single_values() {
        let one = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#;
        let many =
            r#"{"version":"2012-10-17","statement":[{"effect":"Allow","action":["s3:*"],"resource":["*"]}]}"#;
        let policy = policy(one, PolicyKind::Identity);
        assert_eq!((policy.statements.len(), &policy.problems), (1, &vec![]));
        assert_eq!(policy, super::policy(many, PolicyKind::Identity));
    }

    #[test]
    fn what_is_not_understood_is_a_problem() {
        let statement = |inner: &str| format!(r#"{{"Version":"2012-10-17","Statement":[{{{inner}}}]}}"#);
        for (text, expected) in [
            ("[]".to_owned(), "the document is no JSON object"),
            ("{".to_owned(), "the document is no JSON"),
            ("{}".to_owned(), "the document has no statements"),
            (r#"{"Version":"2020-01-01","Statement":[]}"#.to_owned(), "version \"2020-01-01\" is not known"),
            (r#"{"Statment":[],"Statement":[]}"#.to_owned(), "the element Statment of the document"),
            (statement(r#""Effect":"allow","Action":"*","Resource":"*""#), "statement 1: Effect is neither"),
            (statement(r#""Effect":"Allow","Resource":"*""#), "Action is missing"),
            (statement(r#""Effect":"Allow","Action":"*""#), "Resource is missing"),
            (
                statement(r#""Effect":"Allow","Action":"*","NotAction":"s3:*","Resource":"*""#),
                "NotAction stands",
            ),
            (statement(r#""Effect":"Allow","Action":"PassRole","Resource":"*""#), "names no service"),
            (statement(r#""Effect":"Allow","Action":{"a":1},"Resource":"*""#), "an object is no text"),
            (
                statement(r#""Effect":"Allow","Action":"*","Resource":"*","Principal":"*""#),
                "Principal has no place",
            ),
            (
                statement(r#""Effect":"Allow","Action":"*","Resource":"*","When":"*""#),
                "the element When is not",
            ),
        ] {
            let all = problems(&text, PolicyKind::Identity);
            assert!(all.len() == 1 && all[0].contains(expected), "{text}: {all:?}");
        }
        let trust = statement(r#""Effect":"Allow","Action":"sts:AssumeRole""#);
        assert_eq!(problems(&trust, PolicyKind::Resource), ["statement 1: Principal is missing"]);
        assert!(problems(&" ".repeat(LONGEST_DOCUMENT + 1), PolicyKind::Identity)[0].contains("more than"));
    }

    #[test]
    fn good_statements_beside_a_bad_one_stand() {
        let text = r#"{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"},{"Effect":"Maybe"}]}"#;
        let policy = policy(text, PolicyKind::Identity);
        assert_eq!((policy.statements.len(), policy.problems.len()), (1, 1));
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(text in "\\PC{0,80}", inner in "[\\[\\]{}\":,a-zA-Z$*]{0,60}") {
            policy(&text, PolicyKind::Identity);
            policy(&format!(r#"{{"Statement":[{{"Effect":"Allow","Action":"*","Resource":{inner}}}]}}"#), PolicyKind::Resource);
        }
    }
}
