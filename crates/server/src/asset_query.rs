//! The query language read over assets instead of exposures.

use crate::asset_list::Asset;
use crate::error::{ApiError, Code};
use axum::http::StatusCode;
use bartizan_model::query::{Cmp, Expr, Field, Query, Term, Test, Value};
use bartizan_model::time::DAY;
use bartizan_model::{Reach, Timestamp};

/// Whether a field speaks of an asset by itself.
fn usable(field: Field) -> bool {
    matches!(
        field,
        Field::Asset
            | Field::Kind
            | Field::Reach
            | Field::Criticality
            | Field::Data
            | Field::Scope
            | Field::Demo
            | Field::Text
            | Field::Unknown
            | Field::FirstSeen
            | Field::LastSeen
    )
}

/// Refuses a query with fields that speak of exposures.
pub(crate) fn check(query: &Query, text: &str) -> Result<(), ApiError> {
    refuse(query, text, usable)
}

/// As [`check`], for the query that makes a scope: it must not name scopes, nor what changes with every run.
pub(crate) fn check_scope(query: &Query, text: &str) -> Result<(), ApiError> {
    refuse(query, text, |field| {
        usable(field) && !matches!(field, Field::Scope | Field::FirstSeen | Field::LastSeen)
    })
}

fn refuse(query: &Query, text: &str, usable: fn(Field) -> bool) -> Result<(), ApiError> {
    fn first(expr: &Expr, usable: fn(Field) -> bool) -> Option<Field> {
        match expr {
            Expr::And(all) | Expr::Or(all) => all.iter().find_map(|expr| first(expr, usable)),
            Expr::Not(inner) => first(inner, usable),
            Expr::Term(term) => (!usable(term.field)).then_some(term.field),
        }
    }
    let Some(field) = query.root.as_ref().and_then(|root| first(root, usable)) else { return Ok(()) };
    let name = field.info().name;
    let words = format!("`{name}` cannot be asked of an asset here.");
    let mut error = ApiError::new(StatusCode::BAD_REQUEST, Code::BadQuery, words).hint(
        "Assets know asset, kind, reach, criticality, data, demo, unknown and words; their list also scope, first_seen and last_seen.",
    );
    let lower = text.to_ascii_lowercase();
    let names = std::iter::once(name).chain(field.info().aliases.iter().copied());
    let at = names.filter_map(|name| lower.find(&format!("{name}:")).map(|at| [at, at + name.len()])).min();
    error.span = Some(at.unwrap_or([0, text.len()]));
    Err(error)
}

/// Whether an asset is meant. Fields of exposures match nothing; see [`check`].
pub(crate) fn matches(expr: &Expr, asset: &Asset) -> bool {
    let row = &asset.row;
    match expr {
        Expr::And(all) => all.iter().all(|expr| matches(expr, asset)),
        Expr::Or(all) => all.iter().any(|expr| matches(expr, asset)),
        Expr::Not(inner) => !matches(inner, asset),
        Expr::Term(Term { field, test }) => match field {
            Field::Asset => asset.names.iter().any(|name| text(test, name, true)),
            Field::Text => asset.names.iter().any(|name| text(test, name, false)),
            Field::Scope => asset.scopes.iter().any(|name| text(test, &name.to_lowercase(), true)),
            Field::Kind => choice(test, row.kind as usize),
            Field::Reach => choice(test, row.reach as usize),
            Field::Criticality => row.criticality.is_some_and(|value| choice(test, value as usize)),
            Field::Data => row.data.iter().any(|class| choice(test, *class as usize)),
            Field::Demo => matches!(test, Test::Any(values) if values.contains(&Value::Flag(row.demo))),
            Field::Unknown => {
                (choice(test, 0) && row.reach == Reach::Unknown)
                    || (choice(test, 1) && row.criticality.is_none())
            }
            Field::FirstSeen => time(test, row.first_seen),
            Field::LastSeen => time(test, row.last_seen),
            _ => false,
        },
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
