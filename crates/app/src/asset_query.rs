//! The query language read over assets instead of exposures: for scopes, and for the list of assets.

use bartizan_model::query::{Cmp, Expr, Field, Query, Term, Test, Value};
use bartizan_model::time::DAY;
use bartizan_model::{Criticality, DataClass, Reach, Timestamp};
use bartizan_store::AssetRow;

/// An asset as a query sees it.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The asset.
    pub row: &'a AssetRow,
    /// Its name and identifiers in lower case.
    pub names: &'a [Box<str>],
    /// Names of the networks that it has addresses in.
    pub networks: &'a [String],
    /// Names of the scopes it is in.
    pub scopes: &'a [String],
    /// What it is worth: as declared, or as a scope says.
    pub criticality: Option<Criticality>,
    /// The data it holds: as declared, or as scopes say.
    pub data: &'a [DataClass],
}

/// Whether a field speaks of an asset by itself.
pub fn is_of_assets(field: Field) -> bool {
    makes_scopes(field) || matches!(field, Field::Scope | Field::FirstSeen | Field::LastSeen)
}

/// Whether a field can pick the assets of a scope: it speaks of an asset, not of scopes, nor of what changes with every
/// run.
pub fn makes_scopes(field: Field) -> bool {
    matches!(
        field,
        Field::Asset
            | Field::Kind
            | Field::Reach
            | Field::Criticality
            | Field::Data
            | Field::Demo
            | Field::Network
            | Field::Text
            | Field::Unknown
    )
}

/// The first field of a query that `usable` refuses.
pub fn refused(query: &Query, usable: fn(Field) -> bool) -> Option<Field> {
    fn first(expr: &Expr, usable: fn(Field) -> bool) -> Option<Field> {
        match expr {
            Expr::And(all) | Expr::Or(all) => all.iter().find_map(|expr| first(expr, usable)),
            Expr::Not(inner) => first(inner, usable),
            Expr::Term(term) => (!usable(term.field)).then_some(term.field),
        }
    }
    query.root.as_ref().and_then(|root| first(root, usable))
}

impl Subject<'_> {
    /// Whether it is meant. A query without words means everything; fields of exposures match nothing (see
    /// [`is_of_assets`]).
    pub fn is_meant(&self, query: &Query) -> bool {
        query.root.as_ref().is_none_or(|root| self.matches(root))
    }

    fn matches(&self, expr: &Expr) -> bool {
        let row = self.row;
        match expr {
            Expr::And(all) => all.iter().all(|expr| self.matches(expr)),
            Expr::Or(all) => all.iter().any(|expr| self.matches(expr)),
            Expr::Not(inner) => !self.matches(inner),
            Expr::Term(Term { field, test }) => match field {
                Field::Asset => self.names.iter().any(|name| text(test, name, true)),
                Field::Text => self.names.iter().any(|name| text(test, name, false)),
                Field::Scope => self.scopes.iter().any(|name| text(test, &name.to_lowercase(), true)),
                Field::Network => self.networks.iter().any(|name| text(test, name, true)),
                Field::Kind => choice(test, row.kind as usize),
                Field::Reach => choice(test, row.reach as usize),
                Field::Criticality => self.criticality.is_some_and(|value| choice(test, value as usize)),
                Field::Data => self.data.iter().any(|class| choice(test, *class as usize)),
                Field::Demo => matches!(test, Test::Any(values) if values.contains(&Value::Flag(row.demo))),
                // The words of `unknown:` in their order: reach, criticality, ...
                Field::Unknown => {
                    (choice(test, 0) && row.reach == Reach::Unknown)
                        || (choice(test, 1) && self.criticality.is_none())
                }
                Field::FirstSeen => time(test, row.first_seen),
                Field::LastSeen => time(test, row.last_seen),
                _ => false,
            },
        }
    }
}

fn text(test: &Test, lower: &str, whole: bool) -> bool {
    let fits = |value: &Value| match value {
        Value::Text(pattern) if whole => pattern.matches(lower),
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
        Test::Compare(cmp, value) => compare(*cmp, at, index(value)),
        Test::Range(low, high) => (index(low)..=index(high)).contains(&at),
    }
}

/// A day stands for all of its moments.
fn time(test: &Test, at: Timestamp) -> bool {
    let span = |value: &Value| match value {
        Value::Date(day) => (day.micros(), day.micros() + DAY - 1),
        Value::Time(moment) => (moment.micros(), moment.micros()),
        _ => (i64::MAX, i64::MIN),
    };
    let at = at.micros();
    match test {
        Test::Any(values) => values.iter().map(span).any(|(low, high)| (low..=high).contains(&at)),
        Test::Compare(cmp @ (Cmp::Less | Cmp::AtLeast), value) => compare(*cmp, at, span(value).0),
        Test::Compare(cmp, value) => compare(*cmp, at, span(value).1),
        Test::Range(low, high) => (span(low).0..=span(high).1).contains(&at),
    }
}

fn compare<T: PartialOrd>(cmp: Cmp, one: T, other: T) -> bool {
    match cmp {
        Cmp::Less => one < other,
        Cmp::AtMost => one <= other,
        Cmp::Greater => one > other,
        Cmp::AtLeast => one >= other,
    }
}
