//! Which assets a scope consists of: its query, read over assets instead of exposures.

use bartizan_model::query::{Cmp, Expr, Field, Query, Term, Test, Value};
use bartizan_prioritize as estate;
use bartizan_store::{AssetRow, Reader, ScopeRow, StoreError};

/// The fields a scope's query may use: those that speak of an asset by itself.
const USABLE: [Field; 8] = [
    Field::Asset,
    Field::Kind,
    Field::Reach,
    Field::Criticality,
    Field::Data,
    Field::Demo,
    Field::Text,
    Field::Unknown,
];

/// The first field of a query that does not speak of an asset by itself.
pub(crate) fn unusable(query: &Query) -> Option<Field> {
    fn of(expr: &Expr) -> Option<Field> {
        match expr {
            Expr::And(all) | Expr::Or(all) => all.iter().find_map(of),
            Expr::Not(inner) => of(inner),
            Expr::Term(term) => (!USABLE.contains(&term.field)).then_some(term.field),
        }
    }
    query.root.as_ref().and_then(of)
}

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
    pub(super) fn place(&self, row: AssetRow, names: &[String]) -> estate::AssetRow {
        let inside = |(_, query): &&(ScopeRow, Option<Query>)| {
            let root = query.as_ref().and_then(|query| query.root.as_ref());
            root.is_some_and(|expr| matches(expr, &row, names))
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
            data,
            demo: row.demo,
            reach_source: row.reach_source,
            name: row.name,
        }
    }
}

fn matches(expr: &Expr, row: &AssetRow, names: &[String]) -> bool {
    match expr {
        Expr::And(all) => all.iter().all(|expr| matches(expr, row, names)),
        Expr::Or(all) => all.iter().any(|expr| matches(expr, row, names)),
        Expr::Not(inner) => !matches(inner, row, names),
        Expr::Term(Term { field, test }) => match field {
            Field::Asset | Field::Text => {
                let exact = *field == Field::Asset;
                let names =
                    std::iter::once(row.name.to_lowercase()).chain(names.iter().map(|n| n.to_lowercase()));
                names.into_iter().any(|name| text(test, &name, exact))
            }
            Field::Kind => choice(test, row.kind as usize),
            Field::Reach => choice(test, row.reach as usize),
            Field::Criticality => row.criticality.is_some_and(|value| choice(test, value as usize)),
            Field::Data => row.data.iter().any(|class| choice(test, *class as usize)),
            Field::Demo => matches!(test, Test::Any(values) if values.contains(&Value::Flag(row.demo))),
            Field::Unknown => {
                // The words of `unknown:` in their order: reach, criticality, ...
                (choice(test, 0) && row.reach == bartizan_model::Reach::Unknown)
                    || (choice(test, 1) && row.criticality.is_none())
            }
            _ => false,
        },
    }
}

fn text(test: &Test, lower: &str, exact: bool) -> bool {
    let fits = |value: &Value| match value {
        Value::Text(pattern) if exact => pattern.matches(lower),
        Value::Text(pattern) => pattern.is_in(lower),
        _ => false,
    };
    matches!(test, Test::Any(values) if values.iter().any(fits))
}

fn choice(test: &Test, at: usize) -> bool {
    let index =
        |value: &Value| if let Value::Choice(index) = value { usize::from(*index) } else { usize::MAX };
    match test {
        Test::Any(values) => values.iter().any(|value| index(value) == at),
        Test::Compare(cmp, value) => match cmp {
            Cmp::Less => at < index(value),
            Cmp::AtMost => at <= index(value),
            Cmp::Greater => at > index(value),
            Cmp::AtLeast => at >= index(value),
        },
        Test::Range(low, high) => (index(low)..=index(high)).contains(&at),
    }
}
