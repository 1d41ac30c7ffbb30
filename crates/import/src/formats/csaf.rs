//! CSAF 2.0 and 2.1 (VEX and security advisories): which products a vendor says are affected, fixed, not affected.
//!
//! Products are matched by the package URL in their identification helper. A component of a product (`relationships`)
//! means the component inside that product; where the product is only named by CPE, as operating systems are, nothing
//! tells its packages from those of other releases, so the statement is left out and a gap says so.

use crate::common::deferred::Deferred;
use crate::common::flex::{Text, Texts, or_default};
use crate::common::json::Json;
use crate::common::out::Out;
use crate::common::vex::{self, Document, Said, named, statement};
use crate::common::{dates, head};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::io::BufRead;

mod products;

use products::Tree;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "csaf",
    name: "CSAF",
    summary: "VEX and security advisories of vendors, 2.0 and 2.1: products with package URLs and their status",
    extensions: &["csaf.json", "json"],
    docs: "https://docs.oasis-open.org/csaf/csaf/v2.0/csaf-v2.0.html",
    tool: "csaf",
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.object();
    let document = keys.value("document").and_then(head::Keys::of);
    Sniff::when(document.is_some_and(|document| document.has("csaf_version")))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawDocument<'a> {
    #[serde(borrow)]
    csaf_version: Text<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    publisher: Publisher<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    tracking: Tracking<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Publisher<'a> {
    #[serde(borrow)]
    name: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Tracking<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow)]
    current_release_date: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Vulnerability<'a> {
    #[serde(borrow)]
    cve: Text<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    ids: Vec<OtherId<'a>>,
    #[serde(borrow, deserialize_with = "or_default")]
    product_status: HashMap<&'a str, Texts<'a>>,
    #[serde(borrow, deserialize_with = "or_default")]
    flags: Vec<About<'a>>,
    #[serde(borrow, deserialize_with = "or_default")]
    threats: Vec<About<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct OtherId<'a> {
    #[serde(borrow)]
    text: Text<'a>,
}

/// A flag or a threat, and the products it is about.
#[derive(Deserialize, Default)]
#[serde(default)]
struct About<'a> {
    #[serde(borrow)]
    label: Text<'a>,
    #[serde(borrow)]
    category: Text<'a>,
    #[serde(borrow)]
    details: Text<'a>,
    #[serde(borrow)]
    product_ids: Texts<'a>,
    #[serde(borrow)]
    group_ids: Texts<'a>,
}

impl About<'_> {
    /// The products, those of its groups included.
    fn products<'t>(&'t self, tree: &'t Tree) -> impl Iterator<Item = &'t str> {
        self.product_ids.iter().chain(self.group_ids.iter().flat_map(|group| tree.group(group)))
    }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut json = Json::new(input, &options.limits);
    if json.peek()?.is_none() {
        return Err(ParseError::Empty { format: FORMAT.id });
    }
    let mut out = Out::new(sink);
    let (mut document, mut tree, mut recognized) = (Document::default(), Tree::new(&options.limits), false);
    let mut vulnerabilities: Vec<Deferred> = Vec::new();
    json.object(&mut |json, key| {
        match key {
            "document" => {
                let value = json.value()?;
                let given: RawDocument<'_> = value.read().map_err(wrong)?;
                recognized = given.csaf_version.starts_with("2.");
                document = Document {
                    author: named(&given.publisher.name, "an unnamed publisher"),
                    id: named(&given.tracking.id, "an unnamed document"),
                    said_at: dates::date(&given.tracking.current_release_date),
                };
            }
            "product_tree" => tree.read(json)?,
            "vulnerabilities" => vulnerabilities.push(json.defer()?),
            _ => json.skip()?,
        }
        Ok(())
    })?;
    json.end()?;
    if !recognized {
        return Err(wrong("its document names no csaf_version 2".into()));
    }
    out.summary.seen_at = document.said_at;
    out.source(FORMAT.tool, "");
    tree.tell(&mut out);
    for each in &vulnerabilities {
        each.replay(&mut json, &mut |json| json.array(&mut |json| one(json, &document, &tree, &mut out)))?;
    }
    json.tell_flaws(&mut out);
    Ok(out.end())
}

fn wrong(why: String) -> ParseError {
    ParseError::WrongFormat { format: FORMAT.id, why }
}

fn one(json: &mut Json<'_>, document: &Document, tree: &Tree, out: &mut Out<'_>) -> Result<(), ParseError> {
    let value = json.value()?;
    let at = out.record(value.at.clone(), "vulnerabilities");
    let given: Vulnerability<'_> = match value.read() {
        Ok(given) => given,
        Err(why) => {
            out.reject(at, why);
            return Ok(());
        }
    };
    let ids: Vec<&str> = std::iter::once(&*given.cve).chain(given.ids.iter().map(|id| &*id.text)).collect();
    let mut labels: HashMap<&str, &str> = HashMap::new();
    for flag in &given.flags {
        flag.products(tree).for_each(|product| {
            labels.entry(product).or_insert(&flag.label);
        });
    }
    let mut impacts: HashMap<&str, &str> = HashMap::new();
    for threat in given.threats.iter().filter(|threat| &*threat.category == "impact") {
        threat.products(tree).for_each(|product| {
            impacts.entry(product).or_insert(&threat.details);
        });
    }
    let statuses: BTreeMap<&str, &Texts<'_>> =
        given.product_status.iter().map(|(word, ids)| (*word, ids)).collect();
    // `recommended` names what to upgrade to, and says nothing of what is there.
    for (word, products) in statuses.into_iter().filter(|(word, _)| vex::claim(word).is_some()) {
        // Products with the same reason make one statement.
        let mut by_reason: BTreeMap<(&str, &str), Vec<(&str, &str)>> = BTreeMap::new();
        for product in products.iter() {
            let label = labels.get(product).copied().unwrap_or_default();
            let words = impacts.get(product).copied().unwrap_or_default();
            by_reason.entry((label, words)).or_default().push(tree.product(product));
        }
        for ((justification, words), products) in by_reason {
            let said =
                Said { ids: ids.clone(), claim: word, justification, words, products, ..Said::default() };
            statement(&said, document, &at, None, out)?;
        }
    }
    Ok(())
}
