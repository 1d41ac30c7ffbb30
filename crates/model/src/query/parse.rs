//! Reading a query: characters to tokens, tokens to conditions, words to values; every error with its place.

use super::*;
use crate::words::nearest;

/// A character, whether it was quoted, and its first byte's offset.
type Char = (char, bool, usize);

enum Token {
    Open,
    Close,
    Minus,
    Word(Vec<Char>),
}

fn error<T>(
    span: Range<usize>,
    problem: impl Into<String>,
    expected: impl Into<String>,
) -> Result<T, ParseError> {
    Err(ParseError { span, problem: problem.into(), expected: expected.into(), suggestion: None })
}

fn lex(text: &str) -> Result<Vec<(Token, Range<usize>)>, ParseError> {
    let mut tokens = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some(&(start, c)) = chars.peek() {
        let single = match c {
            '(' => Some(Token::Open),
            ')' => Some(Token::Close),
            '-' => Some(Token::Minus),
            _ => None,
        };
        if single.is_some() || c.is_whitespace() {
            chars.next();
            tokens.extend(single.map(|token| (token, start..start + 1)));
            continue;
        }
        let (mut word, mut end) = (Vec::new(), start);
        while let Some((at, c)) = chars.next_if(|(_, c)| !c.is_whitespace() && !"()".contains(*c)) {
            end = at + c.len_utf8();
            if c != '"' {
                word.push((c, false, at));
                continue;
            }
            // An empty quoted text leaves a mark (a quoted NUL), so that it differs from no text.
            word.push(('\0', true, at));
            loop {
                match chars.next() {
                    None => return error(at..text.len(), "the quote is not closed", "a closing `\"`"),
                    Some((close, '"')) => {
                        end = close + 1;
                        break;
                    }
                    Some((at, '\\')) => {
                        let c = chars.next_if(|(_, c)| "\\\"".contains(*c)).map_or('\\', |(_, c)| c);
                        word.push((c, true, at));
                    }
                    Some((at, c)) => word.push((c, true, at)),
                }
            }
        }
        tokens.push((Token::Word(word), start..end));
    }
    Ok(tokens)
}

struct Parser {
    tokens: std::iter::Peekable<std::vec::IntoIter<(Token, Range<usize>)>>,
    end: usize,
}

pub(super) fn parse(text: &str) -> Result<Query, ParseError> {
    if text.len() > MAX_LENGTH {
        return error(MAX_LENGTH..text.len(), "the query is too long", format!("at most {MAX_LENGTH} bytes"));
    }
    // A NUL is the mark of an empty quote inside; no name holds one.
    if let Some(at) = text.find('\0') {
        return error(at..at + 1, "there is a NUL character", "text without it");
    }
    let mut parser = Parser { tokens: lex(text)?.into_iter().peekable(), end: text.len() };
    if parser.tokens.peek().is_none() {
        return Ok(Query::default());
    }
    let root = parser.any(0)?;
    match parser.tokens.next() {
        None => Ok(Query { root: Some(root) }),
        Some((_, span)) => error(span, "a `)` without its `(`", "a term"),
    }
}

/// The unquoted text of a word; `None` where any of it is quoted.
fn plain(word: &[Char]) -> Option<String> {
    word.iter().map(|(c, quoted, _)| (!quoted).then_some(*c)).collect()
}

impl Parser {
    fn keyword(&mut self, keyword: &str) -> bool {
        let is =
            |(token, _): &(Token, _)| matches!(token, Token::Word(w) if plain(w).as_deref() == Some(keyword));
        self.tokens.next_if(is).is_some()
    }

    fn any(&mut self, depth: usize) -> Result<Expr, ParseError> {
        let mut items = vec![self.all(depth)?];
        while self.keyword("OR") {
            items.push(self.all(depth)?);
        }
        self.joined(Expr::or(items))
    }

    fn all(&mut self, depth: usize) -> Result<Expr, ParseError> {
        let mut items = vec![self.one(depth)?];
        loop {
            let explicit = self.keyword("AND");
            let goes_on = match self.tokens.peek() {
                None | Some((Token::Close, _)) => false,
                Some((Token::Word(word), _)) => plain(word).as_deref() != Some("OR"),
                Some(_) => true,
            };
            if !explicit && !goes_on {
                return self.joined(Expr::and(items));
            }
            items.push(self.one(depth)?);
        }
    }

    fn joined(&self, expr: Option<Expr>) -> Result<Expr, ParseError> {
        expr.map_or_else(|| error(self.end..self.end, "nothing stands here", "a term"), Ok)
    }

    fn one(&mut self, depth: usize) -> Result<Expr, ParseError> {
        let Some((token, span)) = self.tokens.next() else {
            return error(self.end..self.end, "the query ends here", "a term");
        };
        if depth > MAX_DEPTH {
            return error(span, "the query is nested too deep", format!("at most {MAX_DEPTH} levels"));
        }
        match token {
            Token::Minus => self.one(depth + 1).map(Expr::negate),
            Token::Word(word) if plain(&word).as_deref() == Some("NOT") => {
                self.one(depth + 1).map(Expr::negate)
            }
            Token::Word(word) if matches!(plain(&word).as_deref(), Some("AND" | "OR")) => error(
                span,
                "an `AND` or `OR` without its first part",
                "a term; quote the word to look for it",
            ),
            Token::Word(word) => term(&word, span).map(Expr::Term),
            Token::Close => error(span, "nothing stands before this `)`", "a term"),
            Token::Open => {
                let inner = self.any(depth + 1)?;
                match self.tokens.next() {
                    Some((Token::Close, _)) => Ok(inner),
                    _ => error(span, "this `(` is not closed", "a `)`"),
                }
            }
        }
    }
}

fn term(word: &[Char], span: Range<usize>) -> Result<Term, ParseError> {
    let sign = word.iter().position(|(c, quoted, _)| !quoted && ":<>".contains(*c));
    let Some(sign) = sign.filter(|at| plain(&word[..*at]).is_some()) else {
        return values(Field::Text, word, &span);
    };
    let name: String = word[..sign].iter().map(|c| c.0).collect();
    let name_span = span.start..word[sign].2;
    let Some(field) = Field::named(&name) else {
        let names = FIELDS.iter().flat_map(|f| f.aliases.iter().copied().chain([f.name]));
        return Err(ParseError {
            span: name_span,
            problem: format!("there is no field `{name}`"),
            expected:
                "a field such as `severity`, `status` or `asset`; quote the text to look for it as it is"
                    .to_owned(),
            suggestion: nearest(&name, names).and_then(|n| Some(Field::named(n)?.info().name.to_owned())),
        });
    };
    let start = if word[sign].0 == ':' { sign + 1 } else { sign };
    let at = word.get(start).map_or(span.end, |c| c.2);
    values(field, &word[start..], &(at..span.end))
}

fn values(field: Field, word: &[Char], span: &Range<usize>) -> Result<Term, ParseError> {
    let info = field.info();
    if word.is_empty() {
        return error(span.clone(), format!("`{}` has no value", info.name), info.expects());
    }
    if info.kind != Kind::Text {
        let text = plain(word).unwrap_or_else(|| word.iter().map(|c| c.0).filter(|c| *c != '\0').collect());
        if let Some(test) = ordered(info, &text, span)? {
            return Ok(Term { field, test });
        }
    } else if matches!(word[0], ('<' | '>', false, _)) {
        return error(
            span.clone(),
            format!("`{}` is text and cannot be compared", info.name),
            info.expects(),
        );
    }
    if info.kind == Kind::Duration {
        return error(span.clone(), "a length of time needs a comparison or a range", info.expects());
    }
    let list = word.split(|(c, quoted, _)| *c == ',' && !quoted).map(|part| {
        let from = part.first().map_or(span.end, |c| c.2);
        let to = part.last().map_or(span.end, |c| (c.2 + c.0.len_utf8()).min(span.end));
        if part.is_empty() {
            return error(from..to, "nothing stands between the commas", info.expects());
        }
        if info.kind == Kind::Text {
            let stars = part.split(|(c, quoted, _)| *c == '*' && !quoted);
            let text = |p: &[Char]| p.iter().filter(|c| (c.0, c.1) != ('\0', true)).map(|c| c.0).collect();
            return Ok(Value::Text(Pattern::new(stars.map(text))));
        }
        let text: String = part.iter().map(|c| c.0).filter(|c| *c != '\0').collect();
        value(info, &text, &(from..to))
    });
    Ok(Term { field, test: Test::Any(list.collect::<Result<_, _>>()?) })
}

/// A comparison or a range, where the text is one.
fn ordered(info: &FieldInfo, text: &str, span: &Range<usize>) -> Result<Option<Test>, ParseError> {
    let signs = [(">=", Cmp::AtLeast), ("<=", Cmp::AtMost), (">", Cmp::Greater), ("<", Cmp::Less)];
    let test = if let Some((sign, cmp)) = signs.into_iter().find(|(sign, _)| text.starts_with(sign)) {
        Test::Compare(cmp, value(info, &text[sign.len()..], span)?)
    } else if let Some((low, high)) = text.split_once("..") {
        Test::Range(value(info, low, span)?, value(info, high, span)?)
    } else {
        return Ok(None);
    };
    if !info.is_ordered() {
        return error(span.clone(), format!("`{}` has no order to compare by", info.name), info.expects());
    }
    Ok(Some(test))
}

fn value(info: &FieldInfo, text: &str, span: &Range<usize>) -> Result<Value, ParseError> {
    let lower = text.trim().to_ascii_lowercase();
    let read = match info.kind {
        Kind::Choice(words) => words.iter().position(|w| *w == lower).map(|i| Value::Choice(i as u8)),
        Kind::Text => Some(Value::Text(Pattern::new([lower.clone()]))),
        Kind::Flag => match lower.as_str() {
            "true" | "yes" | "1" => Some(Value::Flag(true)),
            "false" | "no" | "0" => Some(Value::Flag(false)),
            _ => None,
        },
        Kind::Number => {
            let number = lower.strip_prefix("cwe-").unwrap_or(&lower);
            number.parse().ok().filter(|n: &f64| n.is_finite()).map(Value::Number)
        }
        Kind::Duration => duration(&lower).map(Value::Duration),
        Kind::Time => Timestamp::parse(text).map(|at| {
            if at.micros().rem_euclid(DAY) == 0 && lower.len() == 10 {
                Value::Date(at)
            } else {
                Value::Time(at)
            }
        }),
    };
    read.ok_or_else(|| ParseError {
        span: span.clone(),
        problem: format!("`{text}` is no value of `{}`", info.name),
        expected: info.expects(),
        suggestion: match info.kind {
            Kind::Choice(words) => nearest(&lower, words.iter().copied()).map(str::to_owned),
            _ => None,
        },
    })
}

fn duration(text: &str) -> Option<i64> {
    let size = match text.chars().last()? {
        's' => 1_000_000,
        'm' => 60_000_000,
        'h' => 3_600_000_000,
        'd' => DAY,
        'w' => 7 * DAY,
        'y' => 365 * DAY,
        _ => return None,
    };
    let digits = &text[..text.len() - 1];
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse::<i64>().ok()?.checked_mul(size))?
}
