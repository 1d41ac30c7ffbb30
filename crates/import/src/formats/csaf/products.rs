//! The product tree: which id means which package URL, inside which product.

use super::wrong;
use crate::common::flex::{Text, Texts, or_default};
use crate::common::json::{Json, Value};
use crate::common::kept::Known;
use crate::common::out::Out;
use crate::error::ParseError;
use crate::format::Limits;
use serde::Deserialize;
use std::rc::Rc;

/// Products by id, and groups of them.
pub(super) struct Tree {
    products: Known<Product>,
    groups: Known<Vec<String>>,
}

/// Package URLs: its own, and that of the product that it is a part of. Both may be empty; many products are parts of one.
#[derive(Clone, Default)]
struct Product {
    within: Rc<str>,
    purl: Rc<str>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Named<'a> {
    #[serde(borrow)]
    product_id: Text<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    product_identification_helper: Helper<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Helper<'a> {
    /// 2.0 has one, 2.1 a list.
    #[serde(borrow)]
    purl: Text<'a>,
    #[serde(borrow)]
    purls: Texts<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Relationship<'a> {
    #[serde(borrow)]
    product_reference: Text<'a>,
    #[serde(borrow)]
    relates_to_product_reference: Text<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    full_product_name: Named<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Group<'a> {
    #[serde(borrow)]
    group_id: Text<'a>,
    #[serde(borrow)]
    product_ids: Texts<'a>,
}

impl Helper<'_> {
    fn purl(&self) -> &str {
        if self.purl.is_empty() { self.purls.iter().next().unwrap_or_default() } else { &self.purl }
    }
}

impl Tree {
    /// A tree of nothing. What it may hold is a part of what may be put aside.
    pub(super) fn new(limits: &Limits) -> Self {
        Self { products: Known::new(limits.deferred / 2), groups: Known::new(limits.deferred / 8) }
    }

    /// Reads a product tree, one product at a time.
    pub(super) fn read(&mut self, json: &mut Json<'_>) -> Result<(), ParseError> {
        let mut relationships = Vec::new();
        json.object(&mut |json, key| {
            match key {
                "full_product_names" => json.array(&mut |json| self.named(&json.value()?))?,
                "branches" => self.branches(json)?,
                // They refer to the others, wherever these stand.
                "relationships" => relationships.push(json.defer()?),
                "product_groups" => json.array(&mut |json| self.grouped(&json.value()?))?,
                _ => json.skip()?,
            }
            Ok(())
        })?;
        for part in relationships {
            part.replay(json, &mut |json| json.array(&mut |json| self.related(&json.value()?)))?;
        }
        Ok(())
    }

    fn branches(&mut self, json: &mut Json<'_>) -> Result<(), ParseError> {
        json.array(&mut |json| {
            json.object(&mut |json, key| match key {
                "branches" => self.branches(json),
                "product" => self.named(&json.value()?),
                _ => json.skip(),
            })
        })
    }

    fn named(&mut self, value: &Value<'_>) -> Result<(), ParseError> {
        let Some(named) = value.read::<Option<Named<'_>>>().map_err(wrong)? else { return Ok(()) };
        let purl = named.product_identification_helper.purl();
        let product = Product { purl: purl.into(), ..Product::default() };
        self.products.put(named.product_id.to_string(), product, purl.len());
        Ok(())
    }

    fn related(&mut self, value: &Value<'_>) -> Result<(), ParseError> {
        let it: Relationship<'_> = value.read().map_err(wrong)?;
        let own = it.full_product_name.product_identification_helper.purl();
        let purl = if own.is_empty() { self.purl(&it.product_reference) } else { own.into() };
        let within = self.purl(&it.relates_to_product_reference);
        // A product that no package URL names stays unnamed, and so does what is only said of it there.
        let product = if within.is_empty() { Product::default() } else { Product { within, purl } };
        self.products.put(it.full_product_name.product_id.to_string(), product, own.len());
        Ok(())
    }

    fn grouped(&mut self, value: &Value<'_>) -> Result<(), ParseError> {
        let group: Group<'_> = value.read().map_err(wrong)?;
        let ids: Vec<_> = group.product_ids.iter().map(str::to_owned).collect();
        let bytes = ids.iter().map(|id| size_of::<String>() + id.len()).sum();
        self.groups.put(group.group_id.to_string(), ids, bytes);
        Ok(())
    }

    fn purl(&self, id: &str) -> Rc<str> {
        self.products.get(id).cloned().unwrap_or_default().purl
    }

    /// The product around a product and its own package URL. The id itself, which is no package URL, where none is given.
    pub(super) fn product<'t>(&'t self, id: &'t str) -> (&'t str, &'t str) {
        match self.products.get(id) {
            Some(product) if !product.purl.is_empty() => (&product.within, &product.purl),
            _ => ("", id),
        }
    }

    /// The products of a group.
    pub(super) fn group(&self, group: &str) -> impl Iterator<Item = &str> {
        self.groups.get(group).into_iter().flatten().map(String::as_str)
    }

    /// Says what did not fit.
    pub(super) fn tell(&self, out: &mut Out<'_>) {
        self.products.tell("products of the product tree", out);
        self.groups.tell("groups of products", out);
    }
}

#[cfg(test)]
mod tests {
    use crate::format::{Limits, Options};
    use crate::sink::Collected;
    use bartizan_model::Observation;

    /// Relationships first, then two products, one of them a part of the other.
    fn report(more: usize) -> String {
        let named = |id: &str, purl: &str| {
            format!(r#"{{"product_id":"{id}","product_identification_helper":{{"purl":"{purl}"}}}}"#)
        };
        let branch = |inner: String| format!(r#"{{"branches":[{inner}]}}"#);
        let others: String =
            (0..more).map(|n| format!(",{}", named(&format!("O{n}"), "pkg:npm/o@1"))).collect();
        let (board, rack) = (named("BOARD", "pkg:generic/board"), named("RACK", "pkg:gem/rack@2.2.3"));
        let tree = format!(
            r#"{{"relationships":[{{"product_reference":"RACK","relates_to_product_reference":"BOARD",
            "full_product_name":{{"product_id":"BOARD:RACK"}}}}],"product_groups":[{{"group_id":"G","product_ids":["RACK"]}}],
            "branches":[{}],"full_product_names":[{rack}{others}]}}"#,
            branch(branch(format!(r#"{{"product":{board}}}"#)))
        );
        format!(
            r#"{{"document":{{"csaf_version":"2.0"}},"product_tree":{tree},"vulnerabilities":[{{"cve":"CVE-2026-0001",
            "product_status":{{"known_affected":["BOARD:RACK","RACK"]}}}}]}}"#
        )
    }

    fn read(report: &str, deferred: usize) -> (Vec<String>, Vec<String>) {
        let options = Options { limits: Limits { deferred, ..Limits::default() }, ..Options::default() };
        let mut seen = Collected::default();
        (super::super::FORMAT.parse)(&mut report.as_bytes(), &options, &mut seen).unwrap();
        let products = seen.observations.iter().flat_map(|(_, observation)| match observation {
            Observation::Statement(statement) => statement.products.clone(),
            _ => Vec::new(),
        });
        let products = products.map(|product| {
            let within = product.within.map_or(String::new(), |within| format!("{within} > "));
            format!("{within}{}", product.package)
        });
        (products.collect(), seen.gaps.into_iter().map(|gap| gap.what).collect())
    }

    #[test]
    fn relationships_may_come_before_what_they_relate() {
        let (products, gaps) = read(&report(0), Limits::default().deferred);
        assert_eq!(products, ["pkg:gem/rack@2.2.3", "pkg:generic/board > pkg:gem/rack@2.2.3"]);
        assert!(gaps.is_empty(), "{gaps:?}");
    }

    #[test]
    fn products_beyond_the_bound_are_told() {
        let (products, gaps) = read(&report(100), 8_000);
        assert_eq!(products, ["pkg:gem/rack@2.2.3"]);
        let [left_out, unnamed] = gaps.as_slice() else { panic!("{gaps:?}") };
        assert!(left_out.ends_with(" products of the product tree"), "{left_out}");
        assert_eq!(unnamed, "products of CVE-2026-0001 that no package URL names");
    }
}
