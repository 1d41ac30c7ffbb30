//! The table of rules of different tools that mean the same weakness.
//!
//! It is content, not code: TOML files in `content/equivalence/`, which people extend by files of their own. A group is a
//! table with a title and the keys of its rules (`TOOL:RULE`); no rule is in two. A `[[catalogue]]` names prefixes after
//! which tools write an id of one list that they share, so that all of its rules are equal to themselves.

use super::Class;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

/// The files that come with Bartizan: name and text.
const BUILT_IN: &[(&str, &str)] = &[
    ("code", include_str!("../../../../content/equivalence/code.toml")),
    ("infrastructure", include_str!("../../../../content/equivalence/infrastructure.toml")),
    ("kubernetes", include_str!("../../../../content/equivalence/kubernetes.toml")),
    ("network", include_str!("../../../../content/equivalence/network.toml")),
    ("web", include_str!("../../../../content/equivalence/web.toml")),
];

/// How exactly the places of two rules of a group must agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Where {
    /// Wholly.
    #[default]
    Exact,
    /// The route is enough: the parameter is only the name of the header or cookie that the rule is about.
    Route,
}

/// A file of the table.
#[derive(Deserialize)]
struct File {
    #[serde(default)]
    catalogue: Vec<Catalogue>,
    #[serde(flatten)]
    groups: BTreeMap<String, Group>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    prefixes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    title: String,
    #[serde(default)]
    place: Where,
    rules: Vec<String>,
}

/// The table.
#[derive(Debug, Clone, Default)]
pub struct Equivalences {
    /// Prefixes of each catalogue in lower case; the first stands for all.
    catalogues: Vec<Vec<String>>,
    titles: HashMap<String, String>,
    /// By canonical rule.
    groups: HashMap<String, (String, Where)>,
}

impl Equivalences {
    /// What comes with Bartizan; read once.
    ///
    /// # Errors
    /// None in a build whose tests pass: the files are part of it.
    pub fn built_in() -> Result<Arc<Self>, String> {
        static TABLE: OnceLock<Result<Arc<Equivalences>, String>> = OnceLock::new();
        let read = || {
            let mut table = Self::default();
            BUILT_IN.iter().try_for_each(|(name, text)| table.add(name, text))?;
            Ok(Arc::new(table))
        };
        TABLE.get_or_init(read).clone()
    }

    /// Adds a file. A group of the same id is added to.
    ///
    /// # Errors
    /// In words that name the file and what is wrong in it: no such table, a rule that is no `TOOL:RULE`, or is in another
    /// group already.
    pub fn add(&mut self, name: &str, text: &str) -> Result<(), String> {
        let file: File = toml::from_str(text).map_err(|error| format!("{name}: {error}"))?;
        for catalogue in file.catalogue {
            if catalogue.prefixes.len() < 2 || catalogue.prefixes.iter().any(|it| !it.contains(':')) {
                return Err(format!(
                    "{name}: a catalogue needs two prefixes or more, each as TOOL:BEGINNING"
                ));
            }
            self.catalogues.push(catalogue.prefixes.iter().map(|it| it.to_lowercase()).collect());
        }
        for (id, group) in file.groups {
            for rule in &group.rules {
                if rule.split_once(':').is_none_or(|(tool, rule)| tool.is_empty() || rule.is_empty()) {
                    return Err(format!("{name}: `{rule}` in [{id}] is no TOOL:RULE"));
                }
                let place = (id.clone(), group.place);
                if let Some(before) = self.groups.insert(self.canonical(rule), place).filter(|it| it.0 != id)
                {
                    return Err(format!(
                        "{name}: `{rule}` is in [{id}] and in [{}]; a rule means one thing",
                        before.0
                    ));
                }
            }
            self.titles.entry(id).or_insert(group.title);
        }
        Ok(())
    }

    /// What a rule shares with equivalent ones.
    pub(super) fn class(&self, key: &str) -> Option<Class> {
        let canonical = self.canonical(key);
        if let Some((id, place)) = self.groups.get(&canonical) {
            return Some(Class::Equivalence { id: id.clone(), place: *place });
        }
        let is_shared = self.catalogue(&canonical).is_some();
        is_shared.then_some(Class::Equivalence { id: canonical, place: Where::Exact })
    }

    /// What a group is about.
    pub(super) fn title<'a>(&'a self, id: &'a str) -> &'a str {
        self.titles.get(id).map_or(id, String::as_str)
    }

    /// The rule as the first tool of its catalogue writes it, in lower case.
    fn canonical(&self, key: &str) -> String {
        let key = key.to_lowercase();
        match self.catalogue(&key) {
            Some((first, rest)) => format!("{first}{rest}"),
            None => key,
        }
    }

    fn catalogue<'a>(&'a self, key: &'a str) -> Option<(&'a str, &'a str)> {
        self.catalogues.iter().find_map(|prefixes| {
            let rest = prefixes.iter().find_map(|prefix| key.strip_prefix(prefix.as_str()))?;
            Some((prefixes.first()?.as_str(), rest)).filter(|_| !rest.is_empty())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(table: &Equivalences, key: &str) -> Option<String> {
        table.class(key).map(|class| class.name())
    }

    #[test]
    fn the_table_that_comes_along_is_sound() {
        let table = Equivalences::built_in().unwrap();
        for (id, title) in &table.titles {
            assert!(
                title.chars().next().is_some_and(char::is_uppercase) && !title.ends_with('.'),
                "{id}: {title}"
            );
            let tools = table.groups.iter().filter(|(_, group)| group.0 == *id);
            let tools: std::collections::BTreeSet<_> =
                tools.filter_map(|(rule, _)| rule.split(':').next()).collect();
            assert!(tools.len() > 1, "[{id}] has rules of one tool alone");
        }
        assert!(table.titles.len() > 100, "{}", table.titles.len());
        for (one, other) in [
            ("bandit:B608", "ruff:S608"),
            ("bandit:B608", "CodeQL:py/sql-injection"),
            ("gosec:G404", "golangci-lint:gosec:G404"),
            ("trivy:AVD-AWS-0086", "checkov:CKV_AWS_53"),
            ("tfsec:avd-aws-0086", "checkov:CKV_AWS_53"),
            ("nuclei:http-missing-security-headers:strict-transport-security", "zap:10035-1"),
            ("testssl.sh:TLS1", "nessus:104743"),
        ] {
            assert!(id(&table, one).is_some(), "{one}");
            assert_eq!(id(&table, one), id(&table, other), "{one} {other}");
        }
        assert_eq!(id(&table, "ruff:S101"), Some("equivalence:bandit:b101".into()));
        assert_eq!(id(&table, "ruff:E501"), None);
        assert_eq!(id(&table, "bandit:B"), None);
    }

    #[test]
    fn people_add_to_it_and_are_told_what_is_wrong() {
        let mut table = (*Equivalences::built_in().unwrap()).clone();
        table.add("ours", "[house-rule]\ntitle = \"Ours\"\nrules = [\"a:1\", \"b:2\"]").unwrap();
        table.add("more", "[house-rule]\ntitle = \"Ours\"\nrules = [\"c:3\"]").unwrap();
        assert_eq!(id(&table, "C:3"), Some("equivalence:house-rule".into()));
        assert_eq!(table.title("house-rule"), "Ours");
        for (text, error) in [
            (
                "[x]\ntitle = \"X\"\nrules = [\"a:1\"]",
                "f: `a:1` is in [x] and in [house-rule]; a rule means one thing",
            ),
            ("[x]\ntitle = \"X\"\nrules = [\"a\"]", "f: `a` in [x] is no TOOL:RULE"),
            (
                "[[catalogue]]\nprefixes = [\"a:\"]",
                "f: a catalogue needs two prefixes or more, each as TOOL:BEGINNING",
            ),
        ] {
            assert_eq!(table.add("f", text), Err(error.to_owned()));
        }
        assert!(table.add("f", "[x]\ntitel = \"X\"").unwrap_err().starts_with("f: "));
    }
}
