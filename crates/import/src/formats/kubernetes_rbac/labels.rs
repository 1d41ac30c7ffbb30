//! Labels of objects, and selectors over them.
//! <https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors>

use super::objects::word;
use serde_json::Value;
use std::collections::BTreeMap;

/// The labels of an object.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Labels(BTreeMap<String, String>);

impl Labels {
    /// Those of a JSON object.
    pub(super) fn of(value: &Value) -> Self {
        let all = value.as_object().into_iter().flatten();
        Self(all.map(|(name, value)| (name.clone(), word(value))).collect())
    }

    /// These and one more.
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        self.0.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Whether all of these are among them.
    pub(super) fn hold(&self, wanted: &Self) -> bool {
        wanted.0.iter().all(|(name, value)| self.0.get(name) == Some(value))
    }
}

/// A selector; an empty one means everything.
pub(super) struct Selector {
    labels: Labels,
    /// Name, operator, values.
    expressions: Vec<(String, String, Vec<String>)>,
}

impl Selector {
    /// As JSON writes it.
    pub(super) fn of(value: &Value) -> Self {
        let expressions = value["matchExpressions"].as_array().into_iter().flatten();
        let values = |one: &Value| one["values"].as_array().into_iter().flatten().map(word).collect();
        Self {
            labels: Labels::of(&value["matchLabels"]),
            expressions: expressions
                .map(|one| (word(&one["key"]), word(&one["operator"]), values(one)))
                .collect(),
        }
    }

    /// Whether it means an object with these labels. An operator that is not known means nothing.
    pub(super) fn fits(&self, labels: &Labels) -> bool {
        labels.hold(&self.labels)
            && self.expressions.iter().all(|(name, operator, values)| {
                let own = labels.0.get(name);
                match operator.as_str() {
                    "In" => own.is_some_and(|own| values.contains(own)),
                    "NotIn" => own.is_none_or(|own| !values.contains(own)),
                    "Exists" => own.is_some(),
                    "DoesNotExist" => own.is_none(),
                    _ => false,
                }
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selector_means_what_all_of_it_means() {
        let labels = Labels::default().with("app", "web").with("tier", "front");
        for (selector, expected) in [
            (r#"{}"#, true),
            (r#"{"matchLabels":{"app":"web"}}"#, true),
            (r#"{"matchLabels":{"app":"db"}}"#, false),
            (r#"{"matchExpressions":[{"key":"app","operator":"In","values":["web","api"]}]}"#, true),
            (r#"{"matchExpressions":[{"key":"app","operator":"NotIn","values":["web"]}]}"#, false),
            (r#"{"matchExpressions":[{"key":"gone","operator":"NotIn","values":["web"]}]}"#, true),
            (r#"{"matchExpressions":[{"key":"tier","operator":"Exists"}]}"#, true),
            (r#"{"matchExpressions":[{"key":"tier","operator":"DoesNotExist"}]}"#, false),
            (r#"{"matchExpressions":[{"key":"tier","operator":"Resembles"}]}"#, false),
        ] {
            let selector = Selector::of(&serde_json::from_str(selector).unwrap());
            assert_eq!(selector.fits(&labels), expected);
        }
    }
}
