//! A world in a few lines of text, and the life that every check's findings must have.

use super::facts::{Asset, Facts, FactsBuilder, Gives, Power, System};
use super::{Check, Identities};
use bartizan_model::{AssetId, AssetKind, Timestamp};

/// Reads a world, one fact a line, told by `test` on 2024-06-01:
///
/// ```text
/// identity alice type=user         an asset of a kind, with attributes
/// alice has enabled=true           an attribute, apart, so that it can be taken out by itself
/// alice member_of admins           a relation; `verb:via` says by what
/// ops may everything by policy     what a policy gives: `everything`, `wildcard:s3`, `escalation:bob`, `some:pods`, `trust:1`, `anybody:` and one of
///                                  `call-it`, `read-it`, `replace-its-code`; in Kubernetes where the policy is called `binding...`
/// ops unevaluated                  its policies could not all be read
/// ```
pub(crate) fn world(text: &str) -> Facts {
    let mut builder = FactsBuilder::default();
    let at = Timestamp::parse("2024-06-01").unwrap();
    let lines: Vec<Vec<&str>> = text
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .filter(|words| !words.is_empty())
        .collect();
    let mut names = Vec::new();
    for words in &lines {
        if let Ok(kind) = words[0].parse::<AssetKind>() {
            let id = AssetId(names.len() as i64 + 1);
            names.push(words[1]);
            builder.asset(Asset { id, kind, name: words[1].into() });
            for word in &words[2..] {
                let (name, value) = word.split_once('=').unwrap();
                builder.attribute(id, name, value, "test", at);
            }
        }
    }
    let id = |name: &str| {
        let at = names.iter().position(|known| *known == name);
        AssetId(at.unwrap_or_else(|| panic!("no asset {name}")) as i64 + 1)
    };
    for words in &lines {
        match words.as_slice() {
            [first, ..] if first.parse::<AssetKind>().is_ok() => {}
            [asset, "unevaluated"] => builder.unevaluated(id(asset), "a policy was not collected"),
            [asset, "has", attribute] => {
                let (name, value) = attribute.split_once('=').unwrap();
                builder.attribute(id(asset), name, value, "test", at);
            }
            [asset, "may", what, "by", policy] => {
                let (kind, rest) = what.split_once(':').unwrap_or((what, ""));
                let gives = match kind {
                    "everything" => Gives::Everything,
                    "wildcard" => Gives::Wildcard(rest.to_owned()),
                    "some" => Gives::Some(rest.to_owned()),
                    "anybody" => Gives::Anybody(match rest {
                        "call-it" => "call it",
                        "read-it" => "read it",
                        _ => "replace its code",
                    }),
                    "trust" => {
                        Gives::Trust { to: rest.to_owned(), is_service: rest.ends_with(".amazonaws.com") }
                    }
                    _ => Gives::Escalation {
                        method: "make-key",
                        name: "make an access key of the user",
                        rights: "iam:CreateAccessKey".to_owned(),
                        to: rest.to_owned(),
                        all: rest == "account",
                        fix: "Allow it on its own user only",
                    },
                };
                let system = if policy.starts_with("binding") { System::Kubernetes } else { System::Aws };
                let power = Power { system, gives, policy: (*policy).to_owned(), needs: String::new() };
                builder.power(id(asset), power);
            }
            [from, verb, to] => {
                let (verb, via) = verb.split_once(':').unwrap_or((verb, ""));
                builder.relation(id(from), verb, id(to), via, "test", at);
            }
            other => panic!("what is {other:?}?"),
        }
    }
    builder.build()
}

/// What a check says of a world: `asset [at locus]: severity` a line, and what it could not tell.
pub(crate) fn said(check: &Check, facts: &Facts) -> (Vec<String>, Vec<String>) {
    let identities = Identities::new(facts);
    let (mut found, mut unknown) = (Vec::new(), Vec::new());
    for node in facts.nodes() {
        let name = facts.name(node);
        let hits = (check.judge)(&identities, node).unwrap_or_else(|why| {
            unknown.push(format!("{name}: {}", why.why));
            why.hits
        });
        for hit in hits {
            assert!(!hit.evidence.is_empty() && !hit.fix.is_empty() && !hit.because.is_empty(), "{hit:?}");
            let locus = hit.locus.to_string();
            let place = if locus.is_empty() { name.to_owned() } else { format!("{name} at {locus}") };
            found.push(format!("{place}: {}", hit.severity));
        }
    }
    (found, unknown)
}

/// The life of a check's findings: exactly these appear; the same appear again; and each line of the world that ends with a mark
/// is a precondition of the first of them:
///
/// - `*` a relation or a power: without it the finding is gone, and the check is sure of it;
/// - `* VALUE` an attribute: with this value the finding is gone, and the check is sure of it;
/// - `? VALUE` the same, and where the attribute was not collected at all, the check cannot tell: what is open stays open.
#[track_caller]
pub(crate) fn lifecycle(check: &Check, text: &str, expected: &[&str]) {
    let mark = |line: &str| {
        let at = line
            .find(" * ")
            .or_else(|| line.find(" ? "))
            .or_else(|| line.strip_suffix(" *").map(str::len))?;
        let (fact, mark) = line.split_at(at);
        Some((fact.to_owned(), mark.trim().chars().next()?, mark.trim()[1..].trim().to_owned()))
    };
    let plain = |line: &str| mark(line).map_or_else(|| line.to_owned(), |(fact, ..)| fact);
    let with = |other: Option<(usize, String)>| {
        let lines = text.lines().enumerate().map(|(number, line)| match &other {
            Some((changed, instead)) if *changed == number => instead.clone(),
            _ => plain(line),
        });
        world(&lines.collect::<Vec<_>>().join("\n"))
    };
    assert_eq!(said(check, &with(None)).0, expected, "it appears");
    assert_eq!(said(check, &with(None)).0, expected, "the same again");
    let first = expected.first().expect("a finding whose life is looked at");
    let asset = first.split([' ', ':']).next().unwrap();
    let is_of = |line: &String| line.split([' ', ':']).next() == Some(asset);
    let gone = |number: usize, instead: String, sure: bool| {
        let (found, unknown) = said(check, &with(Some((number, instead.clone()))));
        let line = text.lines().nth(number).unwrap_or_default();
        assert!(!found.iter().any(|line| line == first), "{line:?} as {instead:?} still: {found:?}");
        assert_eq!(!unknown.iter().any(is_of), sure, "{line:?} as {instead:?} leaves {unknown:?}");
    };
    let mut marked = 0;
    for (number, line) in text.lines().enumerate() {
        let Some((fact, mark, value)) = mark(line) else { continue };
        marked += 1;
        if value.is_empty() {
            gone(number, String::new(), true);
            continue;
        }
        let (name, _) = fact.rsplit_once('=').expect("an attribute");
        gone(number, format!("{name}={value}"), true);
        if mark == '?' {
            gone(number, String::new(), false);
        }
    }
    assert!(marked > 0, "nothing is marked as a precondition");
}
