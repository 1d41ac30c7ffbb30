//! Patterns with `*`, `?` and policy variables, and how far one covers another.

use super::context::{Context, Lookup};
use std::borrow::Cow;

/// The longest pattern that is read, in bytes: AWS's longest ARN.
pub(super) const LONGEST: usize = 2_048;

/// How much of what is asked about a pattern covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Overlap {
    /// Nothing of it.
    None,
    /// Some of it: what is asked about is itself a pattern.
    Part,
    /// All of it.
    All,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Token {
    Char(char),
    /// `?`: any one character.
    One,
    /// `*`: any characters, also none.
    Many,
    /// `${key}` or `${key, 'default'}`.
    Variable(String, Option<String>),
}

/// A text with wildcards.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Pattern {
    tokens: Vec<Token>,
    variables: bool,
}

impl Pattern {
    /// Reads a pattern without policy variables.
    pub fn new(text: &str) -> Self {
        Self { tokens: text.chars().map(wildcard).collect(), variables: false }
    }

    /// A text in which every character stands for itself.
    pub fn literal(text: &str) -> Self {
        Self { tokens: text.chars().map(Token::Char).collect(), variables: false }
    }

    /// Reads a pattern of a policy of version 2012-10-17: `${aws:username}` is a variable, `${*}` a star.
    pub fn with_variables(text: &str) -> Self {
        let mut pattern = Self::default();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let inside = rest.strip_prefix("${").and_then(|after| after.split_once('}'));
            match inside {
                Some((special @ ("*" | "?" | "$"), after)) => {
                    pattern.tokens.extend(special.chars().map(Token::Char));
                    rest = after;
                }
                Some((name, after)) => {
                    let (key, default) = match name.split_once(',') {
                        Some((key, default)) => (key, Some(default.trim().trim_matches('\'').to_owned())),
                        None => (name, None),
                    };
                    pattern.tokens.push(Token::Variable(key.trim().to_ascii_lowercase(), default));
                    pattern.variables = true;
                    rest = after;
                }
                None => {
                    pattern.tokens.push(wildcard(c));
                    rest = &rest[c.len_utf8()..];
                }
            }
        }
        pattern
    }

    /// Puts the context's values in the place of variables. `Err` names the first key whose value is not known;
    /// `Ok(None)` where a key has no value and the pattern therefore matches nothing.
    pub(super) fn resolve(&self, context: &Context) -> Result<Option<Cow<'_, Self>>, &str> {
        if !self.variables {
            return Ok(Some(Cow::Borrowed(self)));
        }
        let mut tokens = Vec::with_capacity(self.tokens.len() + 32);
        for token in &self.tokens {
            let Token::Variable(key, default) = token else {
                tokens.push(token.clone());
                continue;
            };
            let value = match context.lookup(key) {
                Lookup::Known([one]) => one,
                Lookup::Unknown | Lookup::OneOf(_) => return Err(key),
                Lookup::Known(_) | Lookup::Absent => match default {
                    Some(default) => default,
                    None => return Ok(None),
                },
            };
            tokens.extend(value.chars().map(Token::Char));
        }
        Ok(Some(Cow::Owned(Self { tokens, variables: false })))
    }

    /// Whether a text matches. Variables match nothing: they are resolved first.
    pub fn matches(&self, text: &str) -> bool {
        covers(&self.tokens, &Self::literal(text).tokens)
    }

    /// As [`matches`](Self::matches), without regard to the case of ASCII letters.
    pub fn matches_any_case(&self, text: &str) -> bool {
        let lower = |token: &Token| match token {
            Token::Char(c) => Token::Char(c.to_ascii_lowercase()),
            other => other.clone(),
        };
        let tokens: Vec<_> = self.tokens.iter().map(lower).collect();
        covers(&tokens, &Self::literal(&text.to_ascii_lowercase()).tokens)
    }

    /// Whether this pattern matches all that another does, character by character.
    pub(super) fn covers(&self, other: &Self) -> bool {
        covers(&self.tokens, &other.tokens)
    }

    /// How much of an ARN (or of a pattern of ARNs) this pattern covers. ARNs are compared part by part, so that a
    /// wildcard does not reach over a colon; parts that the pattern leaves out are any.
    pub fn overlap(&self, subject: &Self) -> Overlap {
        let (mine, other) = (self.parts(), subject.parts());
        if mine.len() == 1 || other.len() == 1 {
            return overlap(&self.tokens, &subject.tokens);
        }
        let any = [Token::Many];
        let at = |parts: &[&[Token]], i: usize| parts.get(i).map_or(any.to_vec(), |part| part.to_vec());
        (0..6).map(|i| overlap(&at(&mine, i), &at(&other, i))).min().unwrap_or(Overlap::None)
    }

    /// Whether it is `*`.
    pub(super) fn is_any(&self) -> bool {
        !self.tokens.is_empty() && self.tokens.iter().all(|token| *token == Token::Many)
    }

    /// The six parts of an ARN; one part for anything else.
    fn parts(&self) -> Vec<&[Token]> {
        let arn = ['a', 'r', 'n', ':'].map(Token::Char);
        if !self.tokens.starts_with(&arn) {
            return vec![&self.tokens];
        }
        self.tokens.splitn(6, |token| *token == Token::Char(':')).collect()
    }
}

impl std::fmt::Display for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.tokens.iter().try_for_each(|token| match token {
            Token::Char(c) => write!(f, "{c}"),
            Token::One => f.write_str("?"),
            Token::Many => f.write_str("*"),
            Token::Variable(key, _) => write!(f, "${{{key}}}"),
        })
    }
}

fn wildcard(c: char) -> Token {
    match c {
        '*' => Token::Many,
        '?' => Token::One,
        c => Token::Char(c),
    }
}

fn overlap(pattern: &[Token], subject: &[Token]) -> Overlap {
    if covers(pattern, subject) {
        Overlap::All
    } else if meets(pattern, subject) {
        Overlap::Part
    } else {
        Overlap::None
    }
}

/// Whether a pattern matches everything that the subject (a text or a pattern) can be. Greedy with one place to go
/// back to, so at most the product of both lengths in time and nothing in space.
fn covers(pattern: &[Token], subject: &[Token]) -> bool {
    let (mut p, mut s) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while s < subject.len() {
        let fits = match (pattern.get(p), &subject[s]) {
            (Some(Token::Many), _) => {
                back = Some((p, s));
                p += 1;
                continue;
            }
            (Some(Token::One), Token::Char(_) | Token::One) => true,
            (Some(Token::Char(a)), Token::Char(b)) => a == b,
            _ => false,
        };
        if fits {
            (p, s) = (p + 1, s + 1);
        } else if let Some((star, from)) = back {
            back = Some((star, from + 1));
            (p, s) = (star + 1, from + 1);
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|token| *token == Token::Many)
}

/// Whether some text matches both. One row of the table at a time.
fn meets(a: &[Token], b: &[Token]) -> bool {
    // row[j]: whether the first i tokens of `a` and the first j of `b` have a text in common.
    let mut row: Vec<bool> =
        (0..=b.len()).map(|j| b[..j].iter().all(|token| *token == Token::Many)).collect();
    for x in a {
        let mut next = vec![*x == Token::Many && row[0]];
        for (j, y) in b.iter().enumerate() {
            let both = match (x, y) {
                (Token::Many, _) | (_, Token::Many) => row[j + 1] || next[j],
                (Token::Variable(..), _) | (_, Token::Variable(..)) => false,
                (Token::One, _) | (_, Token::One) => row[j],
                (Token::Char(c), Token::Char(d)) => row[j] && c == d,
            };
            next.push(both);
        }
        row = next;
    }
    row.last().copied().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn over(pattern: &str, subject: &str) -> Overlap {
        Pattern::new(pattern).overlap(&Pattern::new(subject))
    }

    #[test]
    fn wildcards() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("s3:Get*", "s3:GetObject", true),
            ("s3:Get*", "s3:PutObject", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*a*b*", "xxaxxbxx", true),
            ("*a*b", "xxaxxbxx", false),
            ("", "", true),
            ("", "x", false),
        ] {
            assert_eq!(Pattern::new(pattern).matches(text), expected, "{pattern} {text}");
        }
        assert!(Pattern::new("IAM:create*").matches_any_case("iam:CreateUser"));
        assert!(!Pattern::literal("*").matches("x"));
    }

    #[test]
    fn arns_are_compared_part_by_part() {
        let role = "arn:aws:iam::111122223333:role/app/web";
        for (pattern, expected) in [
            ("*", Overlap::All),
            ("arn:aws:iam::*:role/*", Overlap::All),
            ("arn:aws:iam", Overlap::All),
            ("arn:*", Overlap::All),
            ("arn:aws:iam::111122223333:role/app/w?b", Overlap::All),
            ("arn:aws:iam::111122223333:Role/app/web", Overlap::None),
            ("arn:aws:iam*:role/app/web", Overlap::None),
            ("arn:aws:iam::aws:role/*", Overlap::None),
        ] {
            assert_eq!(over(pattern, role), expected, "{pattern}");
        }
        let functions = "arn:aws:lambda:*:111122223333:function:*";
        assert_eq!(over("arn:aws:lambda:*:*:function:dev-*", functions), Overlap::Part);
        assert_eq!(over("arn:aws:lambda:eu-west-1:*:*", functions), Overlap::Part);
        assert_eq!(over("arn:aws:lambda:*:444455556666:function:*", functions), Overlap::None);
        assert_eq!(over("arn:aws:lambda:*:*:*", functions), Overlap::All);
    }

    #[test]
    fn patterns_meet_where_a_text_matches_both() {
        for (a, b, expected) in [
            ("a*", "*b", true),
            ("a*c", "ab*", true),
            ("a?", "*b", true),
            ("a", "b*", false),
            ("*x*", "abc", false),
            ("a?c", "a*d", false),
            ("", "*", true),
        ] {
            assert_eq!(meets(&Pattern::new(a).tokens, &Pattern::new(b).tokens), expected, "{a} {b}");
            assert_eq!(meets(&Pattern::new(b).tokens, &Pattern::new(a).tokens), expected, "{b} {a}");
        }
    }

    #[test]
    fn variables_take_the_contexts_values() {
        let context = Context::default().with("aws:username", ["ann*"]).without("saml:sub");
        let resolved = |text: &str| {
            Pattern::with_variables(text)
                .resolve(&context)
                .map(|p| p.map(|p| p.into_owned()))
                .map_err(str::to_owned)
        };
        let home = resolved("arn:aws:s3:::home/${aws:username}/*").unwrap().unwrap();
        assert!(home.matches("arn:aws:s3:::home/ann*/x") && !home.matches("arn:aws:s3:::home/anna/x"));
        assert!(resolved("${*}").unwrap().unwrap().matches("*"));
        assert!(!resolved("${*}").unwrap().unwrap().matches("x"));
        assert_eq!(resolved("${saml:sub}").unwrap(), None);
        assert!(resolved("${saml:sub, 'nobody'}").unwrap().unwrap().matches("nobody"));
        assert_eq!(resolved("x/${aws:SourceIp}").unwrap_err(), "aws:sourceip");
        assert!(resolved("open ${ brace").unwrap().unwrap().matches("open ${ brace"));
    }

    proptest::proptest! {
        #[test]
        fn covering_means_matching_all(a in "[ab*?]{0,6}", b in "[ab*?]{0,6}", text in "[ab]{0,6}") {
            let (one, other) = (Pattern::new(&a), Pattern::new(&b));
            if one.overlap(&other) == Overlap::All && other.matches(&text) {
                proptest::prop_assert!(one.matches(&text));
            }
            if one.matches(&text) && other.matches(&text) {
                proptest::prop_assert!(one.overlap(&other) != Overlap::None);
            }
        }
    }
}
