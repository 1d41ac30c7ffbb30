//! What somebody says about whether a product carries a weakness: VEX, whatever the format.
//!
//! The words are those of OpenVEX (<https://github.com/openvex/spec>), into which CSAF's and CycloneDX' are read.

use crate::asset::{AssetRef, words};
use crate::purl::Purl;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

words! {
    /// What is said of the product.
    Claim {
        /// The weakness cannot be used there.
        NotAffected = "not_affected",
        /// The weakness is there.
        Affected = "affected",
        /// These versions have the fix.
        Fixed = "fixed",
        /// Nobody knows yet.
        UnderInvestigation = "under_investigation",
    }
}

/// One statement of one document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Who says so.
    pub author: String,
    /// The document's own id.
    pub document: String,
    /// When it was said, where the document tells. A later statement of the same author counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said_at: Option<Timestamp>,
    /// Public ids of the weakness.
    pub ids: Vec<String>,
    /// What is said.
    pub claim: Claim,
    /// Why it is not affected, in the format's words (`vulnerable_code_not_present`); may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub justification: String,
    /// Why, in the author's words; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
    /// The one asset that it is about, where the document describes one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset: Option<AssetRef>,
    /// What it is about; empty means the asset as a whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<Product>,
}

/// A package, by itself or as a part of another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Product {
    /// The product that the package is a part of, where the statement is only about it there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Purl>,
    /// The package. Without version all versions are meant; so with qualifiers.
    pub package: Purl,
}

impl Statement {
    /// The reason that people read: what is said, why, and where it stands.
    pub fn reason(&self) -> String {
        let mut reason = self.claim.as_str().replace('_', " ");
        for why in [self.justification.replace('_', " "), self.words.clone()] {
            if !why.trim().is_empty() {
                reason = reason + ": " + why.trim();
            }
        }
        reason
    }
}
