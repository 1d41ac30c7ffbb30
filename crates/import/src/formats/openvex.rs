//! OpenVEX 0.0.x and 0.2.0: who says of which product that a vulnerability does or does not matter there.
//!
//! A product with subcomponents means these inside the product; without, the product itself. Products are matched by
//! package URL. A statement is a fact about products, not about one asset: it takes effect wherever they are found.

use crate::common::dates;
use crate::common::deferred::Deferred;
use crate::common::flex::{Text, Texts, or_default};
use crate::common::json::Json;
use crate::common::out::Out;
use crate::common::vex::{Document, Said, named, statement};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use serde::Deserialize;
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "openvex",
    name: "OpenVEX",
    summary: "VEX statements: products, the vulnerability, whether it matters there and why",
    extensions: &["openvex.json", "vex.json", "json"],
    docs: "https://github.com/openvex/spec",
    tool: "openvex",
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.object();
    Sniff::when(keys.text("@context").is_some_and(|context| context.contains("openvex.dev/")))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Statement<'a> {
    /// An object since 0.2.0, a text before.
    #[serde(borrow)]
    vulnerability: Named<'a>,
    #[serde(borrow)]
    timestamp: Text<'a>,
    #[serde(borrow)]
    last_updated: Text<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    products: Vec<Named<'a>>,
    #[serde(borrow)]
    status: Text<'a>,
    #[serde(borrow)]
    justification: Text<'a>,
    #[serde(borrow)]
    impact_statement: Text<'a>,
    #[serde(borrow)]
    status_notes: Text<'a>,
}

/// A vulnerability, product or subcomponent: an object since 0.2.0, its id as a text before.
#[derive(Deserialize)]
#[serde(untagged)]
enum Named<'a> {
    Id(#[serde(borrow)] std::borrow::Cow<'a, str>),
    Object(#[serde(borrow)] Object<'a>),
    Other(serde::de::IgnoredAny),
}

impl Default for Named<'_> {
    fn default() -> Self {
        Self::Id("".into())
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Object<'a> {
    #[serde(borrow, rename = "@id")]
    id: Text<'a>,
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    aliases: Texts<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    identifiers: Identifiers<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    subcomponents: Vec<Named<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Identifiers<'a> {
    #[serde(borrow)]
    purl: Text<'a>,
}

impl Named<'_> {
    /// Its package URL, else its id.
    fn product(&self) -> &str {
        match self {
            Self::Id(id) => id,
            Self::Object(object) if object.identifiers.purl.is_empty() => &object.id,
            Self::Object(object) => &object.identifiers.purl,
            Self::Other(_) => "",
        }
    }

    fn parts(&self) -> &[Self] {
        match self {
            Self::Object(object) => &object.subcomponents,
            _ => &[],
        }
    }

    fn ids(&self) -> Vec<&str> {
        match self {
            Self::Id(id) => vec![id],
            // An id may be an address that ends with it.
            Self::Object(object) => {
                let last = object.id.rsplit('/').next().unwrap_or_default();
                [&*object.name, last].into_iter().chain(object.aliases.iter()).collect()
            }
            Self::Other(_) => Vec::new(),
        }
    }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut json = Json::new(input, &options.limits);
    if json.peek()?.is_none() {
        return Err(ParseError::Empty { format: FORMAT.id });
    }
    let mut out = Out::new(sink);
    let (mut context, mut author, mut id, mut at, mut updated) = Default::default();
    let mut statements: Vec<Deferred> = Vec::new();
    json.object(&mut |json, key| {
        let field: &mut String = match key {
            "@context" => &mut context,
            "author" => &mut author,
            "@id" => &mut id,
            "timestamp" => &mut at,
            "last_updated" => &mut updated,
            "statements" => {
                statements.push(json.defer()?);
                return Ok(());
            }
            _ => return json.skip(),
        };
        *field = json.value()?.read::<Text<'_>>().map(|it| it.0.into_owned()).unwrap_or_default();
        Ok(())
    })?;
    json.end()?;
    if !context.contains("openvex.dev/") {
        let why = "its @context is not that of OpenVEX".to_owned();
        return Err(ParseError::WrongFormat { format: FORMAT.id, why });
    }
    let said_at = dates::date(&updated).or_else(|| dates::date(&at));
    let document = Document {
        author: named(&author, "an unnamed author"),
        id: named(&id, "an unnamed document"),
        said_at,
    };
    out.summary.seen_at = said_at;
    out.source(FORMAT.tool, "");
    for statements in &statements {
        statements.replay(&mut json, &mut |json| json.array(&mut |json| one(json, &document, &mut out)))?;
    }
    json.tell_flaws(&mut out);
    Ok(out.end())
}

fn one(json: &mut Json<'_>, document: &Document, out: &mut Out<'_>) -> Result<(), ParseError> {
    let value = json.value()?;
    let at = out.record(value.at.clone(), "statements");
    let given: Statement<'_> = match value.read() {
        Ok(given) => given,
        Err(why) => {
            out.reject(at, why);
            return Ok(());
        }
    };
    let products = given.products.iter().flat_map(|product| {
        let whole = product.parts().is_empty().then_some(("", product.product()));
        whole.into_iter().chain(product.parts().iter().map(|part| (product.product(), part.product())))
    });
    let words = if given.impact_statement.is_empty() { &given.status_notes } else { &given.impact_statement };
    let said = Said {
        ids: given.vulnerability.ids(),
        claim: &given.status,
        justification: &given.justification,
        words,
        said_at: dates::date(&given.last_updated).or_else(|| dates::date(&given.timestamp)),
        products: products.collect(),
        ..Said::default()
    };
    statement(&said, document, &at, Some(value.text.as_bytes()), out)
}
