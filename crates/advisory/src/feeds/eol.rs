//! endoflife.date: until when releases of products are maintained.
//!
//! Read are the API's version 1 (one product, or all of them with their releases). The older files of one product do not
//! say which product they are of, and lists of names say nothing: both are refused with that reason.

use super::read::{data, each_document, give};
use crate::detect::Head;
use crate::feed::{Entry, Feed, FeedError, Shape, Sink, Summary, Tells};
use crate::text::rfc3339;
use serde::Deserialize;
use serde_json::{Value, json};
use std::io::BufRead;
use std::ops::ControlFlow;

pub(super) const FEED: Feed = Feed {
    id: "eol",
    name: "endoflife.date",
    about: "until when the releases of products get security fixes",
    address: "https://endoflife.date/api/v1/products/full",
    parts: &[],
    licence: "MIT",
    docs: "https://endoflife.date/docs/api/v1/",
    tells: Tells::Catalogue,
    shape: Shape::Records,
    dated: true,
    fresh_days: 60,
    sniff,
    read,
};

fn sniff(head: &Head<'_>) -> bool {
    head.has("schema_version") && head.has("result")
        || head.has("cycle") && (head.has("eol") || head.has("latest"))
}

/// A whole answer of the API, or one release of the older API.
#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    generated_at: Option<String>,
    #[serde(default)]
    last_modified: Option<String>,
    #[serde(default)]
    result: Value,
    #[serde(default)]
    cycle: Value,
}

#[derive(Deserialize)]
struct Product {
    name: String,
    #[serde(default)]
    label: String,
    #[serde(default)]
    category: String,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    identifiers: Vec<Value>,
    #[serde(default)]
    releases: Option<Vec<Value>>,
}

fn read(reader: &mut dyn BufRead, sink: &mut dyn Sink) -> Result<Summary, FeedError> {
    let mut as_of: Option<String> = None;
    let incomplete = each_document(reader, sink, |bytes, sink| {
        let document: Document = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if !document.cycle.is_null() {
            return Err("it does not name its product: load the API's version 1".to_owned());
        }
        let day = document.generated_at.or(document.last_modified);
        as_of = as_of.take().max(day.as_deref().and_then(rfc3339));
        let products = match document.result {
            Value::Array(products) => products,
            one => vec![one],
        };
        for (number, product) in products.into_iter().enumerate() {
            if give(entry(product), sink, || format!("result[{number}]")).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(Summary { as_of, incomplete, ..Summary::default() })
}

fn entry(product: Value) -> Result<Entry, String> {
    let product: Product = serde_json::from_value(product).map_err(|error| error.to_string())?;
    let releases = product
        .releases
        .filter(|releases| !releases.is_empty())
        .ok_or_else(|| format!("{} has no releases: load `products/full`", product.name))?;
    Ok(Entry {
        id: super::read::id(&product.name)?,
        name: if product.label.is_empty() { product.name } else { product.label },
        text: String::new(),
        data: data([
            ("category", json!(product.category)),
            ("aliases", json!(product.aliases)),
            ("identifiers", json!(product.identifiers)),
            ("releases", json!(releases)),
        ]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feeds::tests::{entries, read_all};

    #[test]
    fn products() {
        let text = r#"{"schema_version":"1.2.0","generated_at":"2099-01-02T00:00:00+00:00","total":2,"result":[
            {"name":"thing","label":"Thing","category":"os","releases":[{"name":"1","eolFrom":"2098-01-01","isEol":true}]},
            {"name":"other","label":"Other","category":"os"}]}"#;
        let (records, rejected, summary) = read_all(&FEED, text);
        assert_eq!(rejected, ["result[1]: other has no releases: load `products/full`"]);
        assert_eq!(summary.as_of.as_deref(), Some("2099-01-02T00:00:00+00:00"));
        let thing = &entries(&records)["thing"];
        assert_eq!((thing.name.as_str(), &thing.data["releases"][0]["isEol"]), ("Thing", &json!(true)));
        let one = r#"{"schema_version":"1.2.0","last_modified":"2099-01-01T00:00:00Z","result":{"name":"thing","releases":[{"name":"1"}]}}"#;
        assert_eq!(read_all(&FEED, one).0.len(), 1);
    }

    #[test]
    fn one_that_names_no_product() {
        let (records, rejected, _) = read_all(&FEED, r#"[{"cycle":"1","eol":"2098-01-01","latest":"1.2"}]"#);
        assert_eq!(records.len(), 0);
        assert_eq!(rejected, ["line 1: it does not name its product: load the API's version 1"]);
    }
}
