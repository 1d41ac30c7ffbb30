//! The product tree: which id means which package URL, inside which product.

use crate::common::flex::{Text, Texts, or_default};
use crate::common::json::Value;
use serde::Deserialize;
use std::collections::HashMap;

/// Products by id.
#[derive(Debug, Default)]
pub(super) struct Tree {
    /// The product that it is a part of (may be empty), and its own package URL.
    products: HashMap<String, (String, String)>,
    groups: HashMap<String, Vec<String>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Raw<'a> {
    #[serde(borrow, deserialize_with = "or_default")]
    branches: Vec<Branch<'a>>,
    #[serde(borrow, deserialize_with = "or_default")]
    full_product_names: Vec<Named<'a>>,
    #[serde(borrow, deserialize_with = "or_default")]
    relationships: Vec<Relationship<'a>>,
    #[serde(borrow, deserialize_with = "or_default")]
    product_groups: Vec<Group<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Branch<'a> {
    #[serde(borrow, deserialize_with = "or_default")]
    branches: Vec<Self>,
    #[serde(borrow)]
    product: Option<Named<'a>>,
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
    pub(super) fn read(value: &Value<'_>) -> Result<Self, String> {
        let raw: Raw<'_> = value.read()?;
        let mut tree = Self::default();
        raw.full_product_names.iter().for_each(|named| tree.add(named));
        let mut waiting: Vec<&Branch<'_>> = raw.branches.iter().collect();
        while let Some(branch) = waiting.pop() {
            branch.product.iter().for_each(|named| tree.add(named));
            waiting.extend(&branch.branches);
        }
        for it in &raw.relationships {
            let own = &it.full_product_name;
            let part = match own.product_identification_helper.purl() {
                "" => tree.purl(&it.product_reference),
                given => given.to_owned(),
            };
            let within = tree.purl(&it.relates_to_product_reference);
            // A product that no package URL names stays unnamed, and so does what is only said of it there.
            let product = if within.is_empty() { Default::default() } else { (within, part) };
            tree.products.insert(own.product_id.to_string(), product);
        }
        for group in &raw.product_groups {
            let ids = group.product_ids.iter().map(str::to_owned).collect();
            tree.groups.insert(group.group_id.to_string(), ids);
        }
        Ok(tree)
    }

    fn add(&mut self, named: &Named<'_>) {
        let purl = named.product_identification_helper.purl().to_owned();
        self.products.insert(named.product_id.to_string(), (String::new(), purl));
    }

    fn purl(&self, id: &str) -> String {
        self.products.get(id).map(|(_, purl)| purl.clone()).unwrap_or_default()
    }

    /// The product around a product and its own package URL. The id itself, which is no package URL, where none is given.
    pub(super) fn product<'t>(&'t self, id: &'t str) -> (&'t str, &'t str) {
        match self.products.get(id) {
            Some((within, purl)) if !purl.is_empty() => (within, purl),
            _ => ("", id),
        }
    }

    /// The products of a group.
    pub(super) fn group(&self, group: &str) -> impl Iterator<Item = &str> {
        self.groups.get(group).into_iter().flatten().map(String::as_str)
    }
}
