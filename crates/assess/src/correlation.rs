//! Which exposures of an asset are one, though different tools report them.
//!
//! Shared ids of catalogues come first and need nothing here: they are one weakness already. A vulnerability that some tools know by
//! another catalogue's id is one where a report tells both ids of it. What is left are rules of tools.
//! Two of them are the same weakness where the table of equivalent rules ([`equivalence`]) says so, or where both name the
//! same specific CWE ([`cwe`]); and two exposures are one where also the place is the same (`place`). All else is at most
//! alike ([`similar`]), which a person may confirm. What an application and its machine both have is of two assets ([`machine`]); which
//! host that is may follow from the address at which the application was met ([`address`]).
//!
//! Pure: exposures in, links with their reasons out. The same exposures give the same links, in any order.

pub mod address;
pub mod cwe;
pub mod equivalence;
pub mod machine;
mod place;
mod resource;
pub mod similar;

use bartizan_model::{ExposureId, Locus, Timestamp};
use equivalence::{Equivalences, Where};
use place::Known;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// A rule of a tool as correlation sees it.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The weakness' key: `bandit:B608`.
    pub key: String,
    /// The tool.
    pub tool: String,
    /// Its title.
    pub title: String,
    /// All CWE numbers it names.
    pub cwe: Vec<u32>,
    /// What it may share with a rule of another tool.
    pub classes: Vec<Class>,
}

/// Something that rules of different tools share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// A group of the table of equivalent rules.
    Equivalence {
        /// Its id.
        id: String,
        /// How exactly the places must agree.
        place: Where,
    },
    /// A CWE that is specific enough, or what it is a kind of.
    Cwe(u32),
    /// An id of a vulnerability, which is the name of the one and which a report tells of the other.
    Alias(String),
}

impl Class {
    /// The rule as it is remembered: `equivalence:sql-injection`, `cwe:89`.
    pub fn name(&self) -> String {
        match self {
            Self::Equivalence { id, .. } => format!("equivalence:{id}"),
            Self::Cwe(number) => format!("cwe:{number}"),
            Self::Alias(id) => format!("alias:{id}"),
        }
    }
}

/// Catalogues of vulnerabilities: an id of theirs means one. What distributions publish are updates, of many at once.
const VULNERABILITIES: &[&str] = &["CURL-", "GHSA-", "GO-", "HSEC-", "JLSEC-", "OSV-", "PYSEC-", "RUSTSEC-"];

impl Rule {
    /// The rule that a weakness of this key is; `None` where it is an id of a catalogue, which says by itself what it is.
    pub fn of(key: &str, title: &str, cwe: &[u32], table: &Equivalences) -> Option<Self> {
        let (tool, _) = key.split_once(':').filter(|(tool, rule)| !tool.is_empty() && !rule.is_empty())?;
        if bartizan_model::weakness::is_public_id(key) {
            return None;
        }
        let mut classes: Vec<Class> = table.class(key).into_iter().collect();
        let specific = cwe.iter().filter(|number| cwe::is_specific(**number));
        classes.extend(specific.map(|number| Class::Cwe(cwe::base(*number))));
        classes.sort_unstable();
        classes.dedup();
        let tool = tool.to_ascii_lowercase();
        Some(Self { key: key.to_owned(), tool, title: title.to_owned(), cwe: cwe.to_vec(), classes })
    }

    /// A vulnerability of a catalogue, with the other ids that reports tell of it; `None` where it can be nothing but itself.
    /// Each speaks for itself: its key stands for the tool.
    pub fn known(key: &str, title: &str, cwe: &[u32], aliases: &[&str]) -> Option<Self> {
        if !bartizan_model::weakness::is_public_id(key) {
            return None;
        }
        let ids = aliases.iter().copied().chain([key]).map(bartizan_model::weakness::canonical);
        let ids = ids.filter(|id| VULNERABILITIES.iter().any(|catalogue| id.starts_with(catalogue)));
        let ids: BTreeSet<String> = ids.collect();
        let classes = ids.into_iter().map(Class::Alias).collect::<Vec<_>>();
        let (key, title, cwe) = (key.to_owned(), title.to_owned(), cwe.to_vec());
        (!classes.is_empty()).then(|| Self { tool: key.to_lowercase(), key, title, cwe, classes })
    }

    /// Whether another rule may say the same: what one tool tells apart, it tells apart.
    fn may_be(&self, other: &Self) -> bool {
        self.tool != other.tool
    }
}

/// An exposure of the asset.
#[derive(Debug, Clone)]
pub struct Spot {
    /// Its id.
    pub id: ExposureId,
    /// What is wrong.
    pub rule: Rc<Rule>,
    /// Where.
    pub locus: Locus,
}

/// What a source told of a place in a file beside its locus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The line, where told.
    pub line: Option<u64>,
    /// The code, perhaps with lines around it, each perhaps after its number.
    pub code: String,
    /// When it was told: lines move.
    pub at: Timestamp,
}

/// The excerpts of exposures in files, by exposure.
pub type Excerpts = BTreeMap<ExposureId, Excerpt>;

/// Two exposures that are one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// One of them.
    pub one: ExposureId,
    /// The other.
    pub other: ExposureId,
    /// What they share, as [`Class::name`].
    pub rule: String,
    /// Why, in words.
    pub reason: String,
}

/// The exposures whose excerpts [`links`] needs, because another tool reports the same weakness in a file of the same name.
pub fn wants_excerpt(spots: &[Spot]) -> BTreeSet<ExposureId> {
    let in_files = buckets(spots).into_iter().filter(|((_, where_), _)| place::is_file(where_));
    in_files.flat_map(|(_, bucket)| bucket).map(|spot| spot.id).collect()
}

/// Finds the exposures of one asset that are one.
pub fn links(spots: &[Spot], excerpts: &Excerpts, table: &Equivalences) -> Vec<Link> {
    let mut found: BTreeMap<(ExposureId, ExposureId), Link> = BTreeMap::new();
    for ((class, _), bucket) in buckets(spots) {
        let known: Vec<Known<'_>> =
            bucket.iter().map(|spot| Known::new(spot, excerpts.get(&spot.id))).collect();
        let groups = place::same(&known, &class).into_iter();
        for group in groups.chain(place::alone(&known, &class)) {
            // Each with the first that another tool reports: that ties all of them.
            for spot in &group {
                let Some(first) = group.iter().find(|it| it.spot.rule.may_be(&spot.spot.rule)) else { break };
                let (first, spot) = if first.spot.id < spot.spot.id { (first, spot) } else { (spot, first) };
                let (one, other) = (first.spot, spot.spot);
                found.entry((one.id, other.id)).or_insert_with(|| Link {
                    one: one.id,
                    other: other.id,
                    rule: class.name(),
                    reason: format!(
                        "{} and {} {} at {}",
                        one.rule.key,
                        other.rule.key,
                        shared(&class, table),
                        spot.at(first),
                    ),
                });
            }
        }
    }
    found.into_values().collect()
}

/// What two rules have in common, in words.
fn shared(class: &Class, table: &Equivalences) -> String {
    match class {
        Class::Equivalence { id, .. } => format!("mean the same ({})", table.title(id)),
        Class::Cwe(number) => format!("both report CWE-{number} or a kind of it"),
        Class::Alias(id) => format!("are both {id}, as a report tells,"),
    }
}

/// The exposures that share a class and perhaps a place, where more than one tool reports them; in order of id.
fn buckets(spots: &[Spot]) -> BTreeMap<(Class, String), Vec<&Spot>> {
    let mut buckets: BTreeMap<(Class, String), Vec<&Spot>> = BTreeMap::new();
    for spot in spots {
        for class in &spot.rule.classes {
            if let Some(key) = place::bucket(&spot.locus, class) {
                buckets.entry((class.clone(), key)).or_default().push(spot);
            }
        }
    }
    buckets.retain(|_, bucket| bucket.iter().any(|spot| spot.rule.may_be(&bucket[0].rule)));
    for bucket in buckets.values_mut() {
        bucket.sort_unstable_by_key(|spot| spot.id);
    }
    buckets
}

#[cfg(test)]
mod tests;
