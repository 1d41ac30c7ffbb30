//! Queries as people write them on the command line.

use crate::failure::Failure;
use bartizan_model::query::{Expr, Field, Query};

/// The query, for open exposures where it does not itself speak of the status.
pub(crate) fn selection(text: &str) -> Result<Query, Failure> {
    let read = |text: &str| {
        text.parse::<Query>().map_err(|error| {
            let place = text.get(error.span.clone()).filter(|place| !place.is_empty());
            let place = place.map_or("at its end".to_owned(), |place| format!("at `{place}`"));
            Failure::new(
                format!("the query cannot be read {place}: {error}"),
                "`bartizan top --help` explains the language.",
            )
        })
    };
    let query = read(text)?;
    if query.says_me() {
        return Err(Failure::new(bartizan_app::NOBODY_ASKS, "`bartizan user list` names the people."));
    }
    let speaks = query.root.as_ref().is_some_and(speaks_of_status);
    Ok(if speaks { query } else { query.and(read("status:open")?) })
}

fn speaks_of_status(expr: &Expr) -> bool {
    match expr {
        Expr::And(all) | Expr::Or(all) => all.iter().any(speaks_of_status),
        Expr::Not(inner) => speaks_of_status(inner),
        Expr::Term(term) => term.field == Field::Status,
    }
}
