//! What VEX documents of all formats share: their words, and how a statement is handed over.

use super::out::Out;
use super::{ids, text};
use crate::error::ParseError;
use crate::sink::Place;
use bartizan_model::{AssetRef, Claim, Observation, Product, Purl, Statement, Timestamp};

/// Products of one statement beyond this are told as a gap: no document speaks of so many.
const PRODUCTS: usize = 100_000;

/// Where statements come from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Document {
    pub(crate) author: String,
    pub(crate) id: String,
    pub(crate) said_at: Option<Timestamp>,
}

/// A statement whose products are still text.
#[derive(Debug, Default)]
pub(crate) struct Said<'a> {
    /// Names of the weakness; the first is its own.
    pub(crate) ids: Vec<&'a str>,
    pub(crate) claim: &'a str,
    pub(crate) justification: &'a str,
    pub(crate) words: &'a str,
    pub(crate) said_at: Option<Timestamp>,
    pub(crate) asset: Option<AssetRef>,
    /// The product that a package is a part of (may be empty), and the package, as URLs.
    pub(crate) products: Vec<(&'a str, &'a str)>,
    /// Whether it is about the asset as a whole, so that it needs no product.
    pub(crate) whole: bool,
}

/// What is said, in the words of OpenVEX, CSAF and CycloneDX; `None` for any other.
pub(crate) fn claim(word: &str) -> Option<Claim> {
    Some(match word.trim() {
        "not_affected" | "known_not_affected" | "false_positive" => Claim::NotAffected,
        "fixed" | "first_fixed" | "resolved" | "resolved_with_pedigree" => Claim::Fixed,
        "affected" | "known_affected" | "first_affected" | "last_affected" | "exploitable" => Claim::Affected,
        "under_investigation" | "in_triage" => Claim::UnderInvestigation,
        _ => return None,
    })
}

/// Hands a statement over, or rejects it aloud.
pub(crate) fn statement(
    said: &Said<'_>,
    from: &Document,
    at: &Place,
    raw: Option<&[u8]>,
    out: &mut Out<'_>,
) -> Result<(), ParseError> {
    let mut known = Vec::new();
    said.ids.iter().for_each(|id| ids::push_id(&mut known, id));
    let Some(claim) = claim(said.claim) else {
        out.reject(at.clone(), format!("`{}` is no status of a VEX statement", text::name(said.claim)));
        return Ok(());
    };
    if known.is_empty() {
        out.reject(at.clone(), "the vulnerability has no public id (CVE, GHSA, ...) by which to find it");
        return Ok(());
    }
    let purl = |text: &str| text.trim().parse::<Purl>();
    let mut products = Vec::new();
    let mut unnamed = None;
    for (within, package) in said.products.iter().take(PRODUCTS) {
        let within = if within.trim().is_empty() { Ok(None) } else { purl(within).map(Some) };
        match (within, purl(package)) {
            (Ok(within), Ok(package)) => products.push(Product { within, package }),
            _ => unnamed = unnamed.or(Some(*package)),
        }
    }
    if let Some(first) = unnamed {
        let what = format!("products of {} that no package URL names", known.join(", "));
        out.gap(what, format!("the first is `{}`; nothing here can be matched to it", text::name(first)));
    }
    if said.products.len() > PRODUCTS {
        let left = said.products.len() - PRODUCTS;
        out.gap(format!("{left} products of {}", known.join(", ")), "one statement may name 100,000");
    }
    if products.is_empty() && !said.whole {
        if unnamed.is_none() {
            out.reject(at.clone(), "the statement names no product");
        }
        return Ok(());
    }
    products.sort();
    products.dedup();
    let statement = Statement {
        author: from.author.clone(),
        document: from.id.clone(),
        said_at: said.said_at.or(from.said_at),
        ids: known,
        claim,
        justification: text::name(said.justification),
        words: text::title(said.words, ""),
        asset: said.asset.clone(),
        products,
    };
    out.observe(at, Observation::Statement(Box::new(statement)), raw)
}

/// A name that is never empty.
pub(crate) fn named(name: &str, otherwise: &str) -> String {
    let name = text::name(name);
    if name.is_empty() { otherwise.to_owned() } else { name }
}
