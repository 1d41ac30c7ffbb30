//! One rule, and whether it means a request.

use serde_json::Value;

/// What is asked: a verb on a resource, of an API group, by name or of any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request<'a> {
    /// `get`, `create`, ...
    pub verb: &'a str,
    /// The API group; empty for the core.
    pub group: &'a str,
    /// The resource with its subresource: `pods`, `pods/exec`.
    pub resource: &'a str,
    /// The object's name; `None` for what has none (`create`, `list`) or where every name is asked for.
    pub name: Option<&'a str>,
    /// The namespace; `None` for the whole cluster.
    pub namespace: Option<&'a str>,
}

/// A rule of a role.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rule {
    verbs: Vec<String>,
    groups: Vec<String>,
    resources: Vec<String>,
    names: Vec<String>,
}

impl Rule {
    /// Reads the rules of a role. What is no rule (or only one of URLs) is left out with a problem.
    pub fn parse(text: &str) -> (Vec<Self>, Vec<String>) {
        let rules = match serde_json::from_str(text) {
            Ok(Value::Array(rules)) => rules,
            Ok(Value::Null) => Vec::new(),
            Ok(_) => return (Vec::new(), vec!["the rules are no list".to_owned()]),
            Err(error) => return (Vec::new(), vec![format!("the rules are no JSON: {error}")]),
        };
        let mut problems = Vec::new();
        let mut read = Vec::new();
        for (index, rule) in rules.iter().enumerate() {
            let words = |name: &str| -> Vec<String> {
                let all = rule[name].as_array().into_iter().flatten();
                all.filter_map(|word| word.as_str().map(str::to_owned)).collect()
            };
            let one = Self {
                verbs: words("verbs"),
                groups: words("apiGroups"),
                resources: words("resources"),
                names: words("resourceNames"),
            };
            let of_urls = rule["nonResourceURLs"].is_array();
            if one.verbs.is_empty() || one.resources.is_empty() && !of_urls {
                problems.push(format!("rule {} has no verbs or no resources", index + 1));
            } else if !of_urls {
                read.push(one);
            }
        }
        (read, problems)
    }

    /// Whether it means a request.
    pub fn allows(&self, request: &Request<'_>) -> bool {
        let word = |all: &[String], wanted: &str| all.iter().any(|one| one == "*" || one == wanted);
        let resource = self.resources.iter().any(|one| {
            one == "*" || one == request.resource || {
                let sub = request.resource.split_once('/').map(|(_, sub)| sub);
                one.strip_prefix("*/").is_some_and(|mine| sub == Some(mine))
            }
        });
        let name = self.names.is_empty() || request.name.is_some_and(|name| word(&self.names, name));
        word(&self.verbs, request.verb) && word(&self.groups, request.group) && resource && name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_means_what_it_names() {
        let rule = |text: &str| Rule::parse(&format!("[{text}]")).0.remove(0);
        let ask = |rule: &Rule, verb, resource, name| {
            rule.allows(&Request { verb, group: "", resource, name, namespace: None })
        };
        let pods = rule(r#"{"apiGroups":[""],"resources":["pods"],"verbs":["get","list"]}"#);
        assert!(ask(&pods, "get", "pods", None));
        assert!(!ask(&pods, "get", "pods/exec", None), "a subresource is a resource of its own");
        assert!(!ask(&pods, "create", "pods", None));
        assert!(ask(
            &rule(r#"{"apiGroups":["*"],"resources":["*"],"verbs":["*"]}"#),
            "create",
            "pods/exec",
            None
        ));
        assert!(ask(
            &rule(r#"{"apiGroups":[""],"resources":["*/exec"],"verbs":["create"]}"#),
            "create",
            "pods/exec",
            None
        ));
        assert!(!ask(
            &rule(r#"{"apiGroups":["apps"],"resources":["pods"],"verbs":["get"]}"#),
            "get",
            "pods",
            None
        ));
        let named =
            rule(r#"{"apiGroups":[""],"resources":["secrets"],"resourceNames":["tls"],"verbs":["get"]}"#);
        assert!(ask(&named, "get", "secrets", Some("tls")) && !ask(&named, "get", "secrets", None));
    }

    #[test]
    fn what_is_no_rule_is_a_problem() {
        assert_eq!(Rule::parse("{}").1, ["the rules are no list"]);
        assert!(Rule::parse("[").1[0].starts_with("the rules are no JSON"));
        assert_eq!(Rule::parse(r#"[{"verbs":["get"]},7]"#).1.len(), 2);
        assert_eq!(Rule::parse(r#"[{"verbs":["get"],"nonResourceURLs":["/metrics"]}]"#), (vec![], vec![]));
        assert_eq!(Rule::parse("null"), (vec![], vec![]));
    }
}
