//! The results of a SARIF run.

use super::Run;
use super::flows::{self, Flow};
use super::rules::{Message, Properties, Rule, Taxon};
use crate::common::flex::{Named, Number, Text, or_default};
use crate::common::house::House;
use crate::common::json::Value;
use crate::common::out::{Out, Stop};
use crate::common::{assets, dates, ids, loci, text};
use crate::error::ParseError;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetRef, Finding, Locus, Severity};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Outcome<'a> {
    #[serde(borrow)]
    rule_id: Text<'a>,
    rule_index: Number,
    #[serde(borrow, deserialize_with = "or_default")]
    rule: RuleRef<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    message: Message<'a>,
    #[serde(borrow)]
    level: Text<'a>,
    #[serde(borrow)]
    kind: Text<'a>,
    #[serde(borrow)]
    baseline_state: Text<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    locations: Vec<Location<'a>>,
    #[serde(borrow, deserialize_with = "or_default")]
    code_flows: Vec<Flow<'a>>,
    #[serde(borrow, deserialize_with = "or_default")]
    partial_fingerprints: Named<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    fingerprints: Named<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    suppressions: Vec<Suppression<'a>>,
    #[serde(borrow, deserialize_with = "or_default")]
    properties: Properties<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    taxa: Vec<Taxon<'a>>,
    #[serde(borrow)]
    guid: Text<'a>,
    #[serde(borrow)]
    hosted_viewer_uri: Text<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    provenance: Provenance<'a>,
}

/// When the result was seen, where that is another time than the run's.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Provenance<'a> {
    #[serde(borrow)]
    first_detection_time_utc: Text<'a>,
    #[serde(borrow)]
    last_detection_time_utc: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct RuleRef<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    index: Number,
    #[serde(deserialize_with = "or_default")]
    tool_component: ComponentRef,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ComponentRef {
    index: Number,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Location<'a> {
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) physical_location: Physical<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) message: Message<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    logical_locations: Vec<Logical<'a>>,
    #[serde(borrow, deserialize_with = "or_default")]
    properties: Bag<'a>,
}

/// What Bartizan's own documents say of a location.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Bag<'a> {
    #[serde(borrow)]
    bartizan: Option<&'a RawValue>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Physical<'a> {
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) artifact_location: ArtifactLocation<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) region: Region<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    context_region: Region<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ArtifactLocation<'a> {
    #[serde(borrow)]
    uri: Text<'a>,
    index: Number,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Region<'a> {
    pub(super) start_line: Number,
    #[serde(borrow, deserialize_with = "or_default")]
    snippet: Snippet<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Snippet<'a> {
    #[serde(borrow)]
    text: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Logical<'a> {
    #[serde(borrow)]
    fully_qualified_name: Text<'a>,
    #[serde(borrow)]
    name: Text<'a>,
}

impl Logical<'_> {
    /// What it is called, the most telling first.
    fn names(&self) -> [&str; 2] {
        [&self.fully_qualified_name, &self.name]
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Suppression<'a> {
    #[serde(borrow)]
    kind: Text<'a>,
    #[serde(borrow)]
    status: Text<'a>,
    #[serde(borrow)]
    justification: Text<'a>,
}

/// Reads one of `results`.
pub(super) fn one(
    value: &Value<'_>,
    run: &Run,
    home: &AssetRef,
    out: &mut Out<'_>,
) -> Result<(), ParseError> {
    let at = out.record(value.at.clone(), "results");
    let outcome: Outcome<'_> = match value.read() {
        Ok(outcome) => outcome,
        Err(why) => {
            out.reject(at, why);
            return Ok(());
        }
    };
    match &*outcome.kind {
        "" | "fail" => {}
        "pass" | "open" | "informational" | "notApplicable" | "review" => return Ok(()),
        word => return out.settle(&at, Err(Stop::unknown("kind", word))),
    }
    let rule = rule_of(&outcome, run);
    let id = [&*outcome.rule_id, &*outcome.rule.id].into_iter().find(|id| !id.is_empty());
    let id = id.or(rule.map(|rule| rule.id.as_str())).unwrap_or_default();
    if id.is_empty() && message(&outcome.message, rule).is_empty() {
        out.reject(at, "neither a rule nor a message");
        return Ok(());
    }
    let secret = run.secrets || rule.is_some_and(|rule| rule.secret);
    let raw = (!secret).then_some(value.text.as_bytes());
    let nowhere = [Location::default()];
    let locations = if outcome.locations.is_empty() { &nowhere[..] } else { &outcome.locations };
    let is_gone = &*outcome.baseline_state == "absent";
    for location in locations {
        let finding = finding(&outcome, location, rule, id, secret, run, home);
        match is_gone {
            true => out.clear(&finding),
            false => out.finding(&at, finding, raw)?,
        }
    }
    Ok(())
}

fn rule_of<'r>(outcome: &Outcome<'_>, run: &'r Run) -> Option<&'r Rule> {
    let id = if outcome.rule_id.is_empty() { &outcome.rule.id } else { &outcome.rule_id };
    let index = outcome.rule.index.whole().or(outcome.rule_index.whole());
    run.rules.find(id.trim(), index, outcome.rule.tool_component.index.whole())
}

#[allow(clippy::too_many_arguments)]
fn finding(
    outcome: &Outcome<'_>,
    location: &Location<'_>,
    rule: Option<&Rule>,
    id: &str,
    secret: bool,
    run: &Run,
    home: &AssetRef,
) -> Finding {
    let unknown = Rule::default();
    let known = rule.unwrap_or(&unknown);
    let public = if id == known.id { known.public.clone() } else { ids::ids_in(id) };
    let mut weakness = WeaknessSeen { ids: public, cwe: known.cwe.clone(), rule: text::name(id) };
    outcome.properties.cwes(&mut weakness.cwe);
    outcome.taxa.iter().for_each(|taxon| taxon.cwes(&mut weakness.cwe));

    let physical = &location.physical_location;
    let snippet = &physical.region.snippet.text;
    let mut words = message(&outcome.message, rule);
    let code = if snippet.is_empty() { &physical.context_region.snippet.text } else { snippet };
    if secret && snippet.trim().len() >= 6 {
        words = words.replace(snippet.trim(), "****").into();
    }
    let anchor = if weakness.ids.is_empty() { anchor(outcome, location, secret) } else { String::new() };
    let (asset, locus) = place(&uri(&physical.artifact_location, run), &anchor, home);

    let short = [&known.short, &known.name].into_iter().find(|text| !text.is_empty());
    let heading = short.map_or_else(|| words.lines().next().unwrap_or_default(), String::as_str);
    let title = match weakness.ids.first() {
        Some(public) if !heading.contains(public.as_str()) => &format!("{public}: {heading}"),
        _ => heading,
    };
    let description = if known.full.is_empty() || words.contains(&known.full) || known.full == known.short {
        text::body(&words)
    } else {
        text::whole([&*words, "\n\n", &known.full].concat())
    };
    let flow = if secret { String::new() } else { flows::told(&outcome.code_flows, run) };
    let mut tags = known.tags.clone();
    let own = outcome.properties.tags().into_iter();
    tags.extend(own.filter(|tag| !known.tags.contains(tag)));
    tags.extend_from_slice(&run.history);
    let precision = &outcome.properties.precision;
    let mut finding = Finding {
        description,
        fix: text::body(&known.help),
        evidence: match (secret, flow.is_empty()) {
            (true, _) => text::body(&text::mask(code)),
            (false, true) => text::body(code),
            (false, false) => text::paragraphs([&**code, &flow]),
        },
        line: physical.region.start_line.whole().filter(|line| *line > 0),
        raw_id: text::some(&own_id(outcome)).or_else(|| text::some(id)),
        seen_at: dates::date(&outcome.provenance.last_detection_time_utc).or(run.seen_at),
        found_at: dates::date(&outcome.provenance.first_detection_time_utc),
        references: text::links([known.link.as_str(), &outcome.hosted_viewer_uri]),
        tags,
        confidence: if precision.is_empty() { known.precision.clone() } else { text::name(precision) },
        suppressed: outcome.suppressions.iter().find_map(suppressed),
        ..Finding::new(text::title(title, id), severity(outcome, known), weakness, asset, locus)
    };
    if let Some(house) = location.properties.bartizan.and_then(|json| House::of(json.get())) {
        house.dress(&mut finding);
    }
    finding
}

/// What the tool knows this very result by: its GUID, else its fingerprints.
fn own_id(outcome: &Outcome<'_>) -> String {
    if !outcome.guid.is_empty() {
        return outcome.guid.to_string();
    }
    let prints =
        if outcome.fingerprints.0.is_empty() { &outcome.partial_fingerprints } else { &outcome.fingerprints };
    let mut prints = prints.0.iter().filter(|(_, print)| !print.is_empty());
    match (prints.next(), prints.next()) {
        (Some((_, only)), None) => only.to_string(),
        (Some(first), Some(second)) => {
            let all = [first, second].into_iter().chain(prints).take(10);
            let parts: Vec<_> = all.flat_map(|(name, print)| ["|", &**name, ":", &**print]).skip(1).collect();
            parts.concat()
        }
        (None, _) => String::new(),
    }
}

/// A suppression that holds: accepted, or without a status.
fn suppressed(suppression: &Suppression<'_>) -> Option<String> {
    let holds = matches!(&*suppression.status, "" | "accepted");
    let kind = if suppression.kind.is_empty() { "suppressed" } else { &*suppression.kind };
    let why = suppression.justification.trim();
    holds.then(|| text::name(&if why.is_empty() { kind.to_owned() } else { format!("{kind}: {why}") }))
}

/// The most bytes of a message with its arguments; far more than is kept of it.
const LONGEST: usize = 1 << 20;

/// The words of a result: its own text, or a message of its rule with arguments put in.
fn message<'m>(message: &'m Message<'_>, rule: Option<&'m Rule>) -> Cow<'m, str> {
    let own = [&message.text, &message.markdown].into_iter().find(|text| !text.is_empty());
    let by_id = || rule.map_or("", |rule| rule.message(&message.id));
    let mut words = Cow::Borrowed(own.map_or_else(by_id, |text| &**text));
    for (n, argument) in message.arguments.iter().enumerate().take(10) {
        let place = format!("{{{n}}}");
        // An argument may be long and its place be there over and over.
        if words.len() + words.matches(&place).count() * argument.len() > LONGEST {
            break;
        }
        words = words.replace(&place, argument).into();
    }
    words
}

fn severity(outcome: &Outcome<'_>, rule: &Rule) -> Severity {
    let score = outcome.properties.score.0.or(rule.score).filter(|score| *score > 0.0);
    if let Some(score) = score {
        return Severity::from_cvss(score);
    }
    let words = [outcome.properties.severity(), &*outcome.level, &rule.severity, &rule.level];
    let word = words.into_iter().find(|word| !word.is_empty()).unwrap_or("warning");
    ids::severity(word)
}

pub(super) fn uri<'a>(location: &'a ArtifactLocation<'_>, run: &'a Run) -> Cow<'a, str> {
    let by_index = || {
        let index = usize::try_from(location.index.whole()?).ok()?;
        run.artifacts.get(index)
    };
    let uri = if location.uri.is_empty() { by_index().unwrap_or_default() } else { &*location.uri };
    // A full path below a base that the run declares is the path relative to it, as it would be on another machine.
    let base = run
        .bases
        .values()
        .filter(|base| base.len() > 8 && uri.starts_with(base.as_str()))
        .max_by_key(|b| b.len());
    match base {
        Some(base) => Cow::Borrowed(uri[base.len()..].trim_start_matches('/')),
        None => Cow::Borrowed(uri),
    }
}

/// The asset and the locus that a URI means: a file of the run's asset, or a place on the web.
fn place(uri: &str, anchor: &str, home: &AssetRef) -> (AssetRef, Locus) {
    if !uri.contains("://") {
        return (home.clone(), loci::file(&loci::percent_decode(uri), anchor));
    }
    let web = assets::Url::parse(uri).filter(|url| matches!(url.scheme.as_str(), "http" | "https"));
    let Some(url) = web else { return (home.clone(), loci::file(uri, anchor)) };
    // A link into a code host is a file of that repository.
    let blob = url.path.split_once("/-/blob/").or_else(|| url.path.split_once("/blob/"));
    if let Some((repository, rest)) = blob
        && let Some(asset) = assets::repository(&format!("https://{}{repository}", url.host))
    {
        let path = rest.split_once('/').map_or(rest, |(_, path)| path);
        return (asset, loci::file(path, anchor));
    }
    let parameter = url.query.split(['=', '&']).next().unwrap_or_default();
    match url.web_application() {
        Some(asset) => (asset, loci::route(&url.path, parameter)),
        None => (home.clone(), loci::file(uri, anchor)),
    }
}

/// What stays the same when lines move: the tool's fingerprint, else a symbol, else the digest of the snippet.
fn anchor(outcome: &Outcome<'_>, location: &Location<'_>, secret: bool) -> String {
    let usable = |value: &str| {
        (8..=200).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_graphic() && b != b'#')
    };
    let stable = |key: &str| {
        let key = key.to_ascii_lowercase();
        ["hash", "fingerprint", "matchbasedid"].iter().any(|word| key.contains(word))
            && !["column", "commit", "file"].iter().any(|word| key.contains(word))
    };
    let print =
        |(key, value): &(Cow<'_, str>, Text<'_>)| (usable(value) && stable(key)).then(|| value.to_string());
    let symbol = || {
        let mut names = location.logical_locations.iter().flat_map(Logical::names);
        names.find(|name| !name.is_empty()).map(text::name)
    };
    let several = outcome.locations.len() > 1;
    // A fingerprint is of the result; with several locations it would not tell them apart, nor need it.
    let prints = outcome.fingerprints.0.iter().chain(&outcome.partial_fingerprints.0);
    let found = prints.filter(|_| !several).find_map(print).or_else(symbol);
    found.unwrap_or_else(|| {
        let region = &location.physical_location.region.snippet.text;
        if secret { loci::snippet(&text::mask(region)) } else { loci::snippet(region) }
    })
}
