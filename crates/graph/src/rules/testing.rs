//! A world in a few lines of text, and the lifecycle that every rule's steps must have.

use super::{RULES, derive, derive_after, derive_by};
use crate::facts::{Asset, Chance, Effect, Exposure, Facts, FactsBuilder, Rights, Way};
use crate::steps::{AllSteps, Step};
use bartizan_model::{AssetId, AssetKind, ExposureId, Reach, Timestamp};

/// Reads a world, one fact a line:
///
/// ```text
/// host web reach=internet          an asset of a kind, with attributes (`reach` and `value` are its own)
/// web has os=linux                 an attribute, apart, so that it can be taken out by itself
/// alice member_of admins           a relation; `verb:via` says by what
/// web at 10.1.0.5                  an address
/// web ! CVE-1 remote none admin 0.5   an exposure: way, rights it asks for, rights it gives, chance; the ways `forges` and
///                                     `leaks` are remote with such an effect
/// ```
pub(crate) fn world(text: &str) -> Facts {
    let mut builder = FactsBuilder::default();
    let lines: Vec<Vec<&str>> = text
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .filter(|words| !words.is_empty())
        .collect();
    let mut names = Vec::new();
    for words in &lines {
        if let Some(kind) = kind(words[0])
            && words.len() >= 2
        {
            let id = AssetId(names.len() as i64 + 1);
            names.push(words[1]);
            let mut asset = Asset { id, kind, name: words[1].into(), reach: Reach::Unknown, value: 0.0 };
            for word in &words[2..] {
                let (name, value) = word.split_once('=').unwrap();
                match name {
                    "reach" => asset.reach = value.parse().unwrap(),
                    "value" => asset.value = value.parse().unwrap(),
                    _ => builder.attribute(id, name, value),
                }
            }
            builder.asset(asset);
        }
    }
    let id = |name: &str| {
        let at = names.iter().position(|known| *known == name);
        AssetId(at.unwrap_or_else(|| panic!("no asset {name}")) as i64 + 1)
    };
    for (number, words) in lines.iter().enumerate() {
        match words.as_slice() {
            [first, ..] if kind(first).is_some() => {}
            [asset, "!", weakness, way, asks, gives, chance] => {
                let (weakness, port) = weakness
                    .split_once('@')
                    .map_or((*weakness, None), |(weakness, port)| (weakness, Some(port.parse().unwrap())));
                let exposure = Exposure {
                    id: ExposureId(number as i64 + 1),
                    asset: crate::facts::Node(0),
                    weakness: weakness.into(),
                    port,
                    way: match *way {
                        "remote" | "forges" | "leaks" => Way::Remote,
                        "adjacent" => Way::Adjacent,
                        "client" => Way::ClientSide,
                        "local" => Way::Local,
                        _ => Way::Physical,
                    },
                    asks: rights(asks),
                    gives: rights(gives),
                    effect: match *way {
                        "forges" => Effect::ForgesRequests,
                        "leaks" => Effect::LeaksSecret,
                        _ => Effect::Nothing,
                    },
                    chance: Chance::exactly(chance.parse().unwrap()),
                    fix: format!("fix {weakness} on {asset}").into(),
                };
                builder.exposure(id(asset), exposure);
            }
            [asset, "has", attribute] if attribute.contains('=') => {
                let (name, value) = attribute.split_once('=').unwrap();
                builder.attribute(id(asset), name, value);
            }
            [asset, "at", address] => builder.address(id(asset), address, Timestamp::from_seconds(0)),
            [from, verb, to] => {
                let (verb, via) = verb.split_once(':').unwrap_or((verb, ""));
                builder.relation(id(from), verb, id(to), via, "test", Timestamp::from_seconds(0));
            }
            other => panic!("what is {other:?}?"),
        }
    }
    let facts = builder.build();
    assert_eq!(facts.left_out(), crate::facts::LeftOut::default());
    facts
}

fn kind(word: &str) -> Option<AssetKind> {
    word.parse().ok()
}

fn rights(word: &str) -> Rights {
    match word {
        "none" => Rights::None,
        "user" => Rights::User,
        _ => Rights::Admin,
    }
}

/// The steps of one rule.
fn derived(rule: &str, facts: &Facts) -> AllSteps {
    let number = RULES.iter().position(|known| known.id == rule).unwrap();
    derive_by(&RULES[number], number as u16, facts).collect()
}

/// The steps of one rule, a line each: `needs + needs -> gains (chance)`.
pub(crate) fn steps(rule: &str, facts: &Facts) -> Vec<String> {
    let line = |step: Step<'_>| {
        let needs: Vec<_> = step.needs.iter().map(|need| need.words(facts)).collect();
        format!("{} -> {} ({})", needs.join(" + "), step.gains.words(facts), step.chance.value)
    };
    derived(rule, facts).iter().map(|(_, step)| line(step)).collect()
}

fn told(steps: &AllSteps) -> Vec<Step<'_>> {
    steps.iter().map(|(_, step)| step).collect()
}

/// What is derived after a change is what is derived from nothing.
#[track_caller]
pub(crate) fn same_after(old: &Facts, new: &Facts) {
    let after = derive_after(old, &derive(old), new);
    assert_eq!(told(&after), told(&derive(new)));
    // What rules are said to have read holds for the next change too.
    assert_eq!(told(&derive_after(new, &after, old)), told(&derive(old)));
}

/// The life of a rule's steps: exactly these appear; the same appear again; each explanation names them; and each step is gone
/// when any line of the world that is marked with `*` is taken out.
#[track_caller]
pub(crate) fn lifecycle(rule: &str, text: &str, expected: &[&str], explained: &str) {
    let whole = text.replace('*', " ");
    let facts = world(&whole);
    assert_eq!(steps(rule, &facts), expected);
    assert_eq!(steps(rule, &world(&whole)), expected, "the same again");
    let all = derived(rule, &facts);
    let explain = |step: &Step<'_>| (RULES[usize::from(step.rule)].explain)(&facts, step);
    let sentences: Vec<_> = all.iter().map(|(_, step)| explain(&step)).collect();
    assert_eq!(sentences.first().map(String::as_str), Some(explained));
    for (_, step) in all.iter() {
        assert!(!step.because.is_empty(), "a step rests on something");
    }
    let marked = text.lines().filter(|line| line.contains('*')).count();
    assert!(marked > 0, "nothing is marked as a precondition");
    for gone in text.lines().filter(|line| line.contains('*')) {
        let rest: String =
            text.lines().filter(|line| *line != gone).map(|line| line.replace('*', " ") + "\n").collect();
        let rest = world(&rest);
        same_after(&facts, &rest);
        let left = steps(rule, &rest);
        assert!(
            expected.iter().any(|step| !left.iter().any(|left| left == step)),
            "without {gone:?} still: {left:?}"
        );
    }
}
