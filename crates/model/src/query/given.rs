//! Queries of which one answer is known beforehand.

use super::{Expr, Field, Query, Term, Test, Value};

impl Query {
    /// The query where the answer to a flag is known beforehand; `None` where it then selects nothing.
    #[must_use]
    pub fn given(self, field: Field, answer: bool) -> Option<Self> {
        let Some(root) = self.root else { return Some(self) };
        match root.given(field, answer) {
            Ok(root) => Some(Self { root: Some(root) }),
            Err(true) => Some(Self { root: None }),
            Err(false) => None,
        }
    }
}

impl Expr {
    /// What is left to ask where one flag is known; `Err` where the whole answer is.
    fn given(self, field: Field, answer: bool) -> Result<Self, bool> {
        match self {
            Self::And(items) | Self::Or(items) if items.is_empty() => Err(true),
            Self::And(items) => {
                let rest = items.into_iter().map(|item| item.given(field, answer));
                let rest: Vec<_> = rest.filter(|item| *item != Err(true)).collect::<Result<_, _>>()?;
                Self::and(rest).ok_or(true)
            }
            Self::Or(items) => {
                let rest: Vec<_> = items.into_iter().map(|item| item.given(field, answer)).collect();
                if rest.contains(&Err(true)) {
                    return Err(true);
                }
                Self::or(rest.into_iter().flatten()).ok_or(false)
            }
            Self::Not(inner) => inner.given(field, answer).map(Self::negate).map_err(|known| !known),
            Self::Term(Term { field: asked, test: Test::Any(values) }) if asked == field => {
                Err(values.contains(&Value::Flag(answer)))
            }
            term @ Self::Term(_) => Ok(term),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_can_be_known_beforehand() {
        let given = |text: &str, answer| {
            let query = Query::parse(text).unwrap().given(Field::New, answer);
            query.map(|query| query.to_string())
        };
        let left = |text: &str| Some(text.to_owned());
        assert_eq!(given("severity:high new:true", true), left("severity:high"));
        assert_eq!(given("severity:high new:true", false), None);
        assert_eq!(given("severity:high -new:true", false), left("severity:high"));
        assert_eq!(given("kev:true OR new:true", false), left("kev:true"));
        assert_eq!(given("kev:true OR new:true", true), left(""));
        assert_eq!(given("new:false", false), left(""));
        assert_eq!(given("-(new:true kev:true)", true), left("-kev:true"));
        assert_eq!(given("kev:true", true), left("kev:true"));
        assert_eq!(given("", true), left(""));
    }
}
