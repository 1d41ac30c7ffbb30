//! The rules of a SARIF run: of the driver and its extensions, by id and by index.

use crate::common::flex::{Number, Text, Texts, or_default};
use crate::common::json::Json;
use crate::common::{ids, text};
use crate::error::ParseError;
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

/// What findings need of a rule.
#[derive(Debug, Default)]
pub(super) struct Rule {
    pub(super) id: String,
    /// Ids of public catalogues that its id holds.
    pub(super) public: Vec<String>,
    pub(super) name: String,
    pub(super) short: String,
    pub(super) full: String,
    pub(super) help: String,
    pub(super) link: String,
    pub(super) level: String,
    pub(super) score: Option<f64>,
    pub(super) severity: String,
    pub(super) cwe: Vec<u32>,
    pub(super) secret: bool,
    pub(super) tags: Vec<String>,
    pub(super) precision: String,
    messages: HashMap<String, String>,
}

/// The most bytes that the rules of a run take: some ten thousand rules with all that describes them. What describes them goes
/// first.
const BYTES: usize = 40 << 20;

impl Rule {
    /// About how many bytes it takes.
    fn bytes(&self) -> usize {
        let texts = [&self.id, &self.id, &self.name, &self.short, &self.full, &self.help, &self.link];
        let lists = self.public.iter().chain(&self.tags).map(|text| size_of::<String>() + text.len());
        let messages = self.messages.iter().map(|(id, text)| 64 + id.len() + text.len());
        let texts = texts.map(String::len).into_iter().chain(lists).chain(messages);
        2 * size_of::<Self>() + size_of_val(self.cwe.as_slice()) + texts.sum::<usize>()
    }

    /// A message of the rule by its id.
    pub(super) fn message(&self, id: &str) -> &str {
        self.messages.get(id).map_or("", String::as_str)
    }
}

/// The tool of a run with its rules.
#[derive(Debug, Default)]
pub(super) struct Rules {
    name: String,
    pub(super) version: String,
    rules: Vec<Rule>,
    /// About how many bytes they take.
    bytes: usize,
    /// Rules that are left out, or their descriptions.
    pub(super) left_out: u64,
    by_id: HashMap<String, usize>,
    driver: usize,
    /// Where the rules of each extension begin.
    extensions: Vec<(usize, usize)>,
}

impl Rules {
    /// The name of the tool, never empty.
    pub(super) fn tool(&self) -> &str {
        if self.name.is_empty() { "sarif" } else { &self.name }
    }

    /// The rule that a result means: by index (in an extension, where it names one), by id, or by the id of the rule
    /// that a hierarchical id (`CA1000/1`) begins with.
    pub(super) fn find(&self, id: &str, index: Option<u64>, extension: Option<u64>) -> Option<&Rule> {
        let (from, len) = match extension {
            Some(n) => {
                usize::try_from(n).ok().and_then(|n| self.extensions.get(n)).copied().unwrap_or_default()
            }
            None => (0, self.driver),
        };
        let by_index = index.and_then(|n| usize::try_from(n).ok()).filter(|n| *n < len);
        let by_index = by_index.and_then(|n| self.rules.get(from + n));
        // Some tools write wrong indexes; the id decides.
        by_index
            .filter(|rule| id.is_empty() || rule.id == id || id.starts_with(&format!("{}/", rule.id)))
            .or_else(|| {
                let mut id = id;
                loop {
                    if let Some(&n) = self.by_id.get(id) {
                        return self.rules.get(n);
                    }
                    id = id.rsplit_once('/')?.0;
                }
            })
    }

    /// Takes the next rule; where that would be too much, without what describes it, or not at all.
    fn push(&mut self, mut rule: Rule) {
        let mut bytes = rule.bytes();
        if self.bytes + bytes > BYTES {
            self.left_out += 1;
            rule = Rule { full: String::new(), help: String::new(), messages: HashMap::new(), ..rule };
            bytes = rule.bytes();
        }
        if self.bytes + bytes > BYTES + BYTES / 4 {
            // Nor any that follows: results name rules by their number.
            self.bytes = usize::MAX / 2;
            return;
        }
        self.bytes += bytes;
        self.by_id.entry(rule.id.clone()).or_insert(self.rules.len());
        self.rules.push(rule);
    }

    /// Whether snippets of this tool hold secrets.
    pub(super) fn finds_secrets(&self) -> bool {
        let name = self.name.to_ascii_lowercase();
        [
            "leaks",
            "secret",
            "trufflehog",
            "noseyparker",
            "nosey parker",
            "ggshield",
            "gitguardian",
            "whispers",
            "rusty_hog",
            "rusty-hog",
        ]
        .iter()
        .any(|word| name.contains(word))
    }
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Descriptor<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    short_description: Message<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    full_description: Message<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    help: Message<'a>,
    #[serde(borrow)]
    help_uri: Text<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    default_configuration: Configuration<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    properties: Properties<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    relationships: Vec<Relationship<'a>>,
    #[serde(borrow, deserialize_with = "or_default")]
    message_strings: BTreeMap<Cow<'a, str>, Message<'a>>,
}

/// A text that SARIF wraps in an object.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Message<'a> {
    #[serde(borrow)]
    pub(super) text: Text<'a>,
    #[serde(borrow)]
    pub(super) markdown: Text<'a>,
    #[serde(borrow)]
    pub(super) id: Text<'a>,
    #[serde(borrow)]
    pub(super) arguments: Texts<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Configuration<'a> {
    #[serde(borrow)]
    level: Text<'a>,
}

/// The property bag, as far as tools agree on it.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Properties<'a> {
    #[serde(rename = "security-severity")]
    pub(super) score: Number,
    #[serde(borrow, rename = "problem.severity")]
    problem: Text<'a>,
    #[serde(borrow)]
    severity: Text<'a>,
    #[serde(borrow)]
    pub(super) precision: Text<'a>,
    #[serde(borrow)]
    pub(super) tags: Texts<'a>,
    #[serde(borrow)]
    cwe: Texts<'a>,
}

impl Properties<'_> {
    /// A severity in words, where the bag has one.
    pub(super) fn severity(&self) -> &str {
        if self.severity.is_empty() { &self.problem } else { &self.severity }
    }

    /// The tags that say more than a CWE number.
    pub(super) fn tags(&self) -> Vec<String> {
        let more = self.tags.iter().filter(|tag| !tag.to_ascii_lowercase().contains("cwe"));
        more.filter_map(text::some).take(50).collect()
    }

    /// Appends CWE numbers of the bag and its tags.
    pub(super) fn cwes(&self, cwe: &mut Vec<u32>) {
        self.cwe.iter().for_each(|text| ids::cwes_in(cwe, text));
        for tag in self.tags.iter().filter(|tag| tag.to_ascii_lowercase().contains("cwe")) {
            ids::cwes_in(cwe, tag);
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Relationship<'a> {
    #[serde(borrow, deserialize_with = "or_default")]
    target: Taxon<'a>,
}

/// A reference to a taxonomy, which may be CWE.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Taxon<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    tool_component: Component<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Component<'a> {
    #[serde(borrow)]
    name: Text<'a>,
}

impl Taxon<'_> {
    /// Appends the CWE number it stands for.
    pub(super) fn cwes(&self, cwe: &mut Vec<u32>) {
        let named = self.tool_component.name.eq_ignore_ascii_case("cwe");
        if named || self.id.to_ascii_lowercase().starts_with("cwe") {
            ids::cwes_in(cwe, &self.id);
        }
    }
}

/// Reads `tool`.
pub(super) fn read(json: &mut Json<'_>) -> Result<Rules, ParseError> {
    let mut all = Rules::default();
    json.object(&mut |json, key| match key {
        "driver" => {
            let from = all.rules.len();
            component(json, &mut all, true)?;
            // Extensions before the driver would shift its indexes.
            if from > 0 {
                all.rules.rotate_left(from);
                all.extensions.iter_mut().for_each(|(start, _)| *start += all.rules.len() - from);
                all.by_id = all.rules.iter().enumerate().map(|(n, rule)| (rule.id.clone(), n)).collect();
            }
            all.driver = all.rules.len() - from;
            Ok(())
        }
        "extensions" => json.array(&mut |json| {
            let from = all.rules.len();
            component(json, &mut all, false)?;
            all.extensions.push((from, all.rules.len() - from));
            Ok(())
        }),
        _ => json.skip(),
    })?;
    Ok(all)
}

fn component(json: &mut Json<'_>, all: &mut Rules, driver: bool) -> Result<(), ParseError> {
    let mut versions = [const { String::new() }; 2];
    json.object(&mut |json, key| {
        match key {
            "name" if driver => all.name = text::name(&json.value()?.read::<Text<'_>>().unwrap_or_default()),
            "semanticVersion" if driver => {
                versions[0] = json.value()?.read::<Text<'_>>().unwrap_or_default().to_string();
            }
            "version" if driver => {
                versions[1] = json.value()?.read::<Text<'_>>().unwrap_or_default().to_string();
            }
            "rules" => json.array(&mut |json| {
                let value = json.value()?;
                // A rule that cannot be read still takes its index.
                all.push(value.read::<Descriptor<'_>>().map(rule).unwrap_or_default());
                Ok(())
            })?,
            _ => json.skip()?,
        }
        Ok(())
    })?;
    if driver {
        all.version = versions.into_iter().find(|version| !version.is_empty()).unwrap_or_default();
    }
    Ok(())
}

fn rule(given: Descriptor<'_>) -> Rule {
    // Rules stay in memory for the run: their texts are kept short.
    let keep = |message: &Message<'_>| text::clean(&message.text, 4096).into_owned();
    let mut cwe = Vec::new();
    given.properties.cwes(&mut cwe);
    given.relationships.iter().for_each(|relationship| relationship.target.cwes(&mut cwe));
    ids::cwes_in(&mut cwe, given.id.strip_prefix("CWE").map_or("", |_| &given.id));
    let id = text::name(&given.id);
    Rule {
        public: ids::ids_in(&id),
        id,
        name: text::name(&given.name),
        short: keep(&given.short_description),
        full: keep(&given.full_description),
        help: keep(&given.help),
        link: text::name(&given.help_uri),
        level: text::name(&given.default_configuration.level),
        score: given.properties.score.0,
        severity: text::name(given.properties.severity()),
        cwe,
        secret: given.properties.tags.iter().any(|tag| tag.to_ascii_lowercase().contains("secret")),
        tags: given.properties.tags(),
        precision: text::name(&given.properties.precision),
        messages: given
            .message_strings
            .iter()
            .take(50)
            .map(|(id, message)| (id.to_string(), keep(message)))
            .collect(),
    }
}
