//! The table of rules of different tools that mean the same weakness.
//!
//! It is content, not code: TOML files in `content/equivalence/`, which people extend by files of their own. A group is a
//! table with a title and the keys of its rules (`TOOL:RULE`); no rule is in two. A `[[catalogue]]` names prefixes after
//! which tools write an id of one list that they share, so that all of its rules are equal to themselves.

use super::Class;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, OnceLock};

/// The files that come with Bartizan: name and text.
const BUILT_IN: &[(&str, &str)] = &[
    ("cloud", include_str!("../../../../content/equivalence/cloud.toml")),
    ("code", include_str!("../../../../content/equivalence/code.toml")),
    ("infrastructure", include_str!("../../../../content/equivalence/infrastructure.toml")),
    ("kubernetes", include_str!("../../../../content/equivalence/kubernetes.toml")),
    ("network", include_str!("../../../../content/equivalence/network.toml")),
    ("web", include_str!("../../../../content/equivalence/web.toml")),
];

/// The name under which a file lists its catalogues.
const CATALOGUE: &str = "catalogue";
const CATALOGUE_FORM: &str = "Write it as `[[catalogue]]` with `prefixes = [\"tool:A\", \"other:B\"]`.";
const GROUP_FORM: &str =
    "A group has a `title`, perhaps a `place` (exact, route, alone, file or asset), and `rules`.";

/// How exactly the places of two rules of a group must agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Where {
    /// Wholly.
    #[default]
    Exact,
    /// The route is enough: the parameter is only the name of the header that the rule is about.
    Route,
    /// The route is enough where no tool names two parameters at it: one may not tell which it is.
    Alone,
    /// The file is enough, where each rule reports one thing in it.
    File,
    /// The asset is enough, where each rule reports one thing of it.
    Asset,
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
    place: Option<Where>,
    rules: Vec<String>,
}

/// What is wrong in a file of the table, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file.
    pub file: String,
    /// The line in it, from 1, where it is one.
    pub line: Option<usize>,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub fix: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}, line {line}: {}", self.file, self.what),
            None => write!(f, "{}: {}", self.file, self.what),
        }
    }
}

/// A group as it was told.
#[derive(Debug, Clone)]
struct Told {
    title: String,
    place: Where,
    /// The file that told it first.
    file: String,
}

/// The table.
#[derive(Debug, Clone, Default)]
pub struct Equivalences {
    /// Prefixes of each catalogue in lower case, of which the first stands for all, and the file that told it.
    catalogues: Vec<(Vec<String>, String)>,
    /// By id.
    groups: BTreeMap<String, Told>,
    /// The group of a canonical rule.
    rules: HashMap<String, String>,
}

impl Equivalences {
    /// What comes with Bartizan; read once.
    ///
    /// # Errors
    /// None in a build whose tests pass: the files are part of it.
    pub fn built_in() -> Result<Arc<Self>, Fault> {
        static TABLE: OnceLock<Result<Arc<Equivalences>, Fault>> = OnceLock::new();
        let read = || {
            let mut table = Self::default();
            let mut faults =
                BUILT_IN.iter().flat_map(|(name, text)| table.add(name, text)).collect::<Vec<_>>();
            if faults.is_empty() { Ok(Arc::new(table)) } else { Err(faults.swap_remove(0)) }
        };
        TABLE.get_or_init(read).clone()
    }

    /// Adds what is sound in a file, and says what is not. A group of an id that is there is added to; so is a catalogue of
    /// which a prefix is there.
    #[must_use]
    pub fn add(&mut self, file: &str, text: &str) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut fault = |line, what: String, fix: &str| {
            faults.push(Fault { file: file.to_owned(), line, what, fix: fix.to_owned() });
        };
        let tables: toml::Table = match toml::from_str(text) {
            Ok(tables) => tables,
            Err(error) => {
                let line = error.span().map(|span| 1 + text[..span.start].matches('\n').count());
                fault(line, error.message().to_owned(), "Mend the TOML there.");
                return faults;
            }
        };
        let (catalogues, groups): (Vec<_>, Vec<_>) = tables.into_iter().partition(|(id, _)| id == CATALOGUE);
        for (_, value) in catalogues {
            match value.try_into::<Vec<Catalogue>>() {
                Ok(all) => {
                    for catalogue in all {
                        self.add_catalogue(file, text, catalogue.prefixes, &mut fault);
                    }
                }
                Err(error) => fault(line_of(text, CATALOGUE, ""), error.message().to_owned(), CATALOGUE_FORM),
            }
        }
        for (id, value) in groups {
            match value.try_into::<Group>() {
                Ok(group) => self.add_group(file, text, &id, group, &mut fault),
                Err(error) => {
                    let what = format!("[{id}]: {}", error.message());
                    fault(line_of(text, &id, ""), what, GROUP_FORM);
                }
            }
        }
        faults
    }

    fn add_catalogue(
        &mut self,
        file: &str,
        text: &str,
        prefixes: Vec<String>,
        fault: &mut impl FnMut(Option<usize>, String, &str),
    ) {
        let prefixes: Vec<String> = prefixes.iter().map(|it| it.to_lowercase()).collect();
        let line = prefixes.first().and_then(|first| line_of(text, CATALOGUE, first));
        if prefixes.len() < 2 || prefixes.iter().any(|it| !it.contains(':')) {
            let what = "a catalogue needs two prefixes or more, each as TOOL:BEGINNING";
            return fault(line, what.to_owned(), CATALOGUE_FORM);
        }
        let overlaps =
            |one: &String, other: &String| one.starts_with(other.as_str()) || other.starts_with(one.as_str());
        for (known, by) in &self.catalogues {
            let clash = prefixes
                .iter()
                .find_map(|it| Some((it, known.iter().find(|its| *its != it && overlaps(its, it))?)));
            if let Some((mine, its)) = clash {
                let what = format!(
                    "`{mine}` and `{its}` of the catalogue in {by} begin alike: which of them is meant?"
                );
                return fault(line, what, "Write the same beginning, or take it out.");
            }
        }
        let known =
            self.catalogues.iter_mut().find(|(known, _)| prefixes.iter().any(|it| known.contains(it)));
        match known {
            Some((known, _)) => {
                let new: Vec<String> = prefixes.into_iter().filter(|it| !known.contains(it)).collect();
                known.extend(new);
            }
            None => self.catalogues.push((prefixes, file.to_owned())),
        }
        // What was told by another beginning goes by the first one now.
        let told: BTreeMap<String, String> = std::mem::take(&mut self.rules).into_iter().collect();
        for (rule, id) in told {
            let canonical = self.canonical(&rule);
            if let Some(other) = self.rules.insert(canonical, id.clone()).filter(|other| *other != id) {
                let what = format!("the catalogue makes `{rule}` of [{id}] one with a rule of [{other}]");
                fault(line, what, "Take the prefix out, or make one group of the two.");
            }
        }
    }

    fn add_group(
        &mut self,
        file: &str,
        text: &str,
        id: &str,
        group: Group,
        fault: &mut impl FnMut(Option<usize>, String, &str),
    ) {
        if let Some(told) = self.groups.get(id)
            && group.place.is_some_and(|place| place != told.place)
        {
            let what = format!("[{id}] has another `place` than in {}", told.file);
            fault(line_of(text, id, "place"), what, "Leave `place` out: that of the first file holds.");
        }
        for rule in &group.rules {
            let line = || line_of(text, id, &format!("\"{rule}\""));
            if rule.split_once(':').is_none_or(|(tool, rule)| tool.is_empty() || rule.is_empty()) {
                let what = format!("`{rule}` in [{id}] is no TOOL:RULE");
                fault(line(), what, "Write the rule as `bartizan parse` shows tool and rule.");
                continue;
            }
            let canonical = self.canonical(rule);
            match self.rules.get(&canonical).filter(|other| *other != id) {
                Some(other) => {
                    let by = self.groups.get(other).map_or(file, |told| &told.file);
                    let what =
                        format!("`{rule}` is in [{id}] and in [{other}] of {by}; a rule means one thing");
                    fault(
                        line(),
                        what,
                        "Take it out of one of them, or add the other rules to that group by its id.",
                    );
                }
                None => {
                    self.rules.insert(canonical, id.to_owned());
                }
            }
        }
        self.groups.entry(id.to_owned()).or_insert_with(|| Told {
            title: group.title,
            place: group.place.unwrap_or_default(),
            file: file.to_owned(),
        });
    }

    /// What a rule shares with equivalent ones.
    pub(super) fn class(&self, key: &str) -> Option<Class> {
        let canonical = self.canonical(key);
        if let Some((id, told)) = self.rules.get(&canonical).and_then(|id| self.groups.get_key_value(id)) {
            return Some(Class::Equivalence { id: id.clone(), place: told.place });
        }
        let is_shared = self.catalogue(&canonical).is_some();
        is_shared.then_some(Class::Equivalence { id: canonical, place: Where::Exact })
    }

    /// What a group is about.
    pub(super) fn title<'a>(&'a self, id: &'a str) -> &'a str {
        self.groups.get(id).map_or(id, |told| &told.title)
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
        self.catalogues.iter().find_map(|(prefixes, _)| {
            let rest = prefixes.iter().find_map(|prefix| key.strip_prefix(prefix.as_str()))?;
            Some((prefixes.first()?.as_str(), rest)).filter(|_| !rest.is_empty())
        })
    }
}

/// The line, from 1, on which a table of the text says something; that of its head where it says nothing such.
fn line_of(text: &str, table: &str, says: &str) -> Option<usize> {
    let is_head =
        |line: &str| line.trim().trim_matches(['[', ']', ' ', '"']) == table && line.trim().starts_with('[');
    let head = text.lines().position(is_head)?;
    let says = says.to_lowercase();
    let inside = text.lines().enumerate().skip(head).find(|(_, line)| line.to_lowercase().contains(&says));
    Some(1 + inside.map_or(head, |(number, _)| number))
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
        for (id, told) in &table.groups {
            let title = &told.title;
            assert!(
                title.chars().next().is_some_and(char::is_uppercase) && !title.ends_with('.'),
                "{id}: {title}"
            );
            let tools = table.rules.iter().filter(|(_, group)| *group == id);
            let tools: std::collections::BTreeSet<_> =
                tools.filter_map(|(rule, _)| rule.split(':').next()).collect();
            assert!(tools.len() > 1, "[{id}] has rules of one tool alone");
        }
        assert!(table.groups.len() > 100, "{}", table.groups.len());
        for (one, other) in [
            ("bandit:B608", "ruff:S608"),
            ("bandit:B608", "CodeQL:py/sql-injection"),
            ("gosec:G404", "golangci-lint:gosec:G404"),
            ("trivy:AVD-AWS-0086", "checkov:CKV_AWS_53"),
            ("tfsec:avd-aws-0086", "checkov:CKV_AWS_53"),
            ("nuclei:http-missing-security-headers:strict-transport-security", "zap:10035-1"),
            ("testssl.sh:TLS1", "nessus:104743"),
            ("terrascan:AC_AWS_0058", "trivy:AVD-AWS-0080"),
            ("checkmarx:Command_Injection", "gosec:G204"),
            ("checkmarx:Command_Injection", "spotbugs:COMMAND_INJECTION"),
        ] {
            assert!(id(&table, one).is_some(), "{one}");
            assert_eq!(id(&table, one), id(&table, other), "{one} {other}");
        }
        assert_eq!(id(&table, "ruff:S101"), Some("equivalence:bandit:b101".into()));
        assert_eq!(id(&table, "ruff:E501"), None);
        assert_eq!(id(&table, "terrascan:AC_AWS_0459"), None, "no snapshot is not no encryption");
        assert_eq!(id(&table, "bandit:B"), None);
    }

    #[test]
    fn people_add_to_it_and_are_told_what_is_wrong() {
        let mut table = (*Equivalences::built_in().unwrap()).clone();
        let ours = "[house-rule]\ntitle = \"Ours\"\nrules = [\"a:1\", \"b:2\"]";
        assert_eq!(table.add("ours", ours), []);
        assert_eq!(table.add("more", "[house-rule]\ntitle = \"Ours\"\nrules = [\"c:3\"]"), []);
        assert_eq!(id(&table, "C:3"), Some("equivalence:house-rule".into()));
        assert_eq!(table.title("house-rule"), "Ours");
        for (text, fault) in [
            (
                "[y]\ntitle = \"Y\"\nrules = [\"y:1\"]\n[x]\ntitle = \"X\"\nrules = [\n  \"x:1\",\n  \"a:1\",\n]",
                "f, line 8: `a:1` is in [x] and in [house-rule] of ours; a rule means one thing",
            ),
            ("[x]\ntitle = \"X\"\nrules = [\"a\"]", "f, line 3: `a` in [x] is no TOOL:RULE"),
            (
                "# ours\n[[catalogue]]\nprefixes = [\"a:\"]",
                "f, line 3: a catalogue needs two prefixes or more, each as TOOL:BEGINNING",
            ),
            (
                "[[catalogue]]\nprefixes = [\"mine:\", \"bandit:\"]",
                "f, line 2: `bandit:` and `bandit:b` of the catalogue in code begin alike: which of them is meant?",
            ),
            (
                "[z]\ntitle = \"Z\"\nrules = [\"q:1\", \"q:1\", \"b:2\"]",
                "f, line 3: `b:2` is in [z] and in [house-rule] of ours; a rule means one thing",
            ),
            (
                "[house-rule]\ntitle = \"Ours\"\nplace = \"route\"\nrules = []",
                "f, line 3: [house-rule] has another `place` than in ours",
            ),
            (
                "\n[x]\ntitel = \"X\"\nrules = []",
                "f, line 2: [x]: unknown field `titel`, expected one of `title`, `place`, `rules`",
            ),
            (
                "[x]\ntitle = \"X\"\nplace = \"there\"\nrules = []",
                "f, line 1: [x]: unknown variant `there`, expected one of `exact`, `route`, `alone`, `file`, `asset`",
            ),
            ("[x\n", "f, line 1: "),
        ] {
            let mut table = table.clone();
            let faults = table.add("f", text);
            assert_eq!(faults.len(), 1, "{faults:?}");
            let said = faults[0].to_string();
            assert!(if fault.ends_with(' ') { said.starts_with(fault) } else { said == fault }, "{said}");
            assert!(!faults[0].fix.is_empty(), "{said}");
        }
    }

    #[test]
    fn what_is_sound_in_a_file_holds_beside_what_is_not() {
        let mut table = Equivalences::default();
        let text = "[x]\ntitle = \"X\"\nrules = [\"a:1\", \"b\", \"c:1\"]\n[y]\ntitle = \"Y\"\nrules = [\"a:1\", \"d:1\"]";
        assert_eq!(table.add("f", text).len(), 2);
        assert_eq!(id(&table, "a:1"), id(&table, "c:1"));
        assert_eq!(id(&table, "d:1"), Some("equivalence:y".into()));
    }

    #[test]
    fn a_catalogue_that_comes_later_loses_no_group() {
        let mut table = (*Equivalences::built_in().unwrap()).clone();
        let before = id(&table, "nessus:104743");
        assert_eq!(table.add("f", "[[catalogue]]\nprefixes = [\"our-nessus:\", \"nessus:\"]"), []);
        assert_eq!(table.add("g", "[[catalogue]]\nprefixes = [\"nessus:\", \"their-nessus:\"]"), []);
        for key in ["nessus:104743", "our-nessus:104743", "their-nessus:104743", "sslyze:tls1.0"] {
            assert_eq!(id(&table, key), before, "{key}");
        }
    }
}
