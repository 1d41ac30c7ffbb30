//! Which assets a scope consists of: its query, read over assets instead of exposures.

use crate::asset_query::Subject;
use bartizan_model::query::Query;
use bartizan_prioritize as estate;
use bartizan_store::{AssetRow, Reader, ScopeRow, StoreError};

/// All scopes, ready to place assets.
pub(super) struct Scopes(Vec<(ScopeRow, Option<Query>)>);

impl Scopes {
    pub(super) fn load(reader: &mut Reader<'_>) -> Result<Self, StoreError> {
        let parse = |row: ScopeRow| {
            // Checked when it was saved; one that a newer version wrote and this one cannot read holds no asset.
            let query = row.scope.query.parse::<Query>().ok().filter(|query| query.root.is_some());
            if query.is_none() {
                tracing::warn!(
                    scope = row.scope.name,
                    "the scope's query is empty or cannot be read: no asset is in it"
                );
            }
            (row, query)
        };
        Ok(Self(reader.scopes()?.into_iter().map(parse).collect()))
    }

    pub(super) fn rows(&self) -> Vec<estate::ScopeRow> {
        self.0.iter().map(|(row, _)| estate::ScopeRow { id: row.id, name: row.scope.name.clone() }).collect()
    }

    pub(super) fn need_identifiers(&self) -> bool {
        !self.0.is_empty()
    }

    /// The asset with its scopes, and what they say it is worth where nobody said so of the asset itself.
    pub(super) fn place(&self, row: AssetRow, names: &[String], networks: Vec<String>) -> estate::AssetRow {
        let names = std::iter::once(&row.name).chain(names).map(|name| name.to_lowercase().into());
        let names: Vec<Box<str>> = names.collect();
        let (criticality, data) = (row.criticality, row.data.as_slice());
        let subject =
            Subject { row: &row, names: &names, networks: &networks, scopes: &[], criticality, data };
        let inside = |(_, query): &&(ScopeRow, Option<Query>)| {
            query.as_ref().is_some_and(|query| subject.is_meant(query))
        };
        let mine: Vec<&ScopeRow> = self.0.iter().filter(inside).map(|(row, _)| row).collect();
        let worth = |scope: &&ScopeRow| {
            if scope.scope.crown_jewel {
                Some(bartizan_model::Criticality::Critical)
            } else {
                scope.scope.criticality
            }
        };
        let mut data = row.data.clone();
        data.extend(mine.iter().flat_map(|scope| scope.scope.data.iter().copied()));
        data.sort_unstable();
        data.dedup();
        estate::AssetRow {
            id: row.id,
            kind: row.kind,
            reach: row.reach,
            criticality: row.criticality.or_else(|| mine.iter().filter_map(worth).max()),
            scopes: mine.iter().map(|scope| scope.id).collect(),
            networks,
            data,
            demo: row.demo,
            reach_source: row.reach_source,
            name: row.name,
        }
    }
}
