//! Properties of the query language: whatever is typed is read or refused with a place, and what is printed reads back.
#![allow(clippy::unwrap_used)] // helpers of tests are tests

use bartizan_model::Timestamp;
use bartizan_model::query::{Cmp, Expr, FIELDS, Field, Kind, Pattern, Query, Term, Test, Value};
use bartizan_model::time::DAY;
use proptest::prelude::*;

fn value(kind: Kind) -> BoxedStrategy<Value> {
    match kind {
        Kind::Choice(words) => (0..words.len() as u8).prop_map(Value::Choice).boxed(),
        Kind::Text => {
            prop::collection::vec("[ -~äΣ\n]{0,6}", 1..4).prop_map(|p| Value::Text(Pattern::new(p))).boxed()
        }
        Kind::Number => prop_oneof![
            (-1000i32..100_000).prop_map(|n| Value::Number(f64::from(n) / 100.0)),
            any::<f64>().prop_filter("finite", |n| n.is_finite()).prop_map(Value::Number),
        ]
        .boxed(),
        Kind::Flag => any::<bool>().prop_map(Value::Flag).boxed(),
        Kind::Duration => (0..i64::from(u32::MAX)).prop_map(|s| Value::Duration(s * 1_000_000)).boxed(),
        Kind::Time => prop_oneof![
            (0i64..40_000).prop_map(|d| Value::Date(Timestamp::from_micros(d * DAY))),
            (0i64..i64::from(u32::MAX) * 1_000_000).prop_map(|t| Value::Time(Timestamp::from_micros(t))),
        ]
        .boxed(),
    }
}

fn term() -> impl Strategy<Value = Expr> {
    (0..FIELDS.len()).prop_flat_map(|at| {
        let info = &FIELDS[at];
        let one = value(info.kind);
        let cmp = prop::sample::select(vec![Cmp::Less, Cmp::AtMost, Cmp::Greater, Cmp::AtLeast]);
        let compared = (cmp, one.clone()).prop_map(|(cmp, v)| Test::Compare(cmp, v));
        let range = (one.clone(), one.clone()).prop_map(|(low, high)| Test::Range(low, high));
        let any = prop::collection::vec(one, 1..4).prop_map(Test::Any);
        let test = match (info.is_ordered(), info.kind) {
            (_, Kind::Duration) => prop_oneof![compared, range].boxed(),
            (true, _) => prop_oneof![compared, range, any].boxed(),
            (false, _) => any.boxed(),
        };
        test.prop_map(move |test| Expr::Term(Term { field: info.field, test }))
    })
}

fn expr() -> impl Strategy<Value = Expr> {
    term().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|items| Expr::and(items).unwrap()),
            prop::collection::vec(inner.clone(), 1..4).prop_map(|items| Expr::or(items).unwrap()),
            inner.prop_map(Expr::negate),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn what_is_printed_reads_back(expr in expr()) {
        let query = Query { root: Some(expr) };
        let text = query.to_string();
        prop_assume!(text.len() <= bartizan_model::query::MAX_LENGTH);
        prop_assert_eq!(Query::parse(&text), Ok(query), "{}", text);
    }

    #[test]
    fn any_text_is_read_or_refused_with_its_place(text in "\\PC{0,60}") {
        check(&text)?;
    }

    #[test]
    fn so_is_any_text_of_the_language(
        parts in prop::collection::vec(prop::sample::select(vec![
            "severity:", "kev:", "age:", "first_seen:", "a", "*", "\"", "-", "(", ")", " ", " OR ", " AND ", "NOT ", ",",
            "critical", "true", ">", ">=", "<", "..", "30d", "2024-01-31", "2024-01-01T10:00:00Z", "\\", "é", ":", "99999999999999999999y",
            "unknown:reach", "1e400", "nan",
        ]), 0..14),
    ) {
        check(&parts.concat())?;
    }
}

fn check(text: &str) -> Result<(), TestCaseError> {
    match Query::parse(text) {
        Ok(query) => prop_assert_eq!(Query::parse(&query.to_string()), Ok(query)),
        Err(error) => {
            prop_assert!(error.span.start <= error.span.end && error.span.end <= text.len());
            prop_assert!(
                text.get(error.span.clone()).is_some(),
                "{:?} is within a letter of {:?}",
                error.span,
                text
            );
            prop_assert!(!error.expected.is_empty() && !error.problem.is_empty());
        }
    }
    Ok(())
}

#[test]
fn every_field_has_a_name_of_its_own() {
    let mut names: Vec<_> = FIELDS.iter().flat_map(|f| f.aliases.iter().chain([&f.name])).collect();
    names.sort_unstable();
    assert!(names.windows(2).all(|w| w[0] != w[1]));
    assert_eq!(Field::named("TOOL"), Some(Field::Source));
}
