//! GitHub security alerts: Dependabot (GraphQL and REST), code scanning and secret scanning (REST).
//!
//! GraphQL answers hold alerts below a repository, a search or an organization; REST answers are arrays of alerts, each with its
//! repository where they are of an organization. A page is not all there is, so there is no coverage. Alerts that were
//! dismissed or fixed carry that word.

use crate::common::layout::{Layout, Record};
use crate::common::tree::{Tree, Value};
use crate::common::{assets, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, AssetRef, Finding};
use std::io::BufRead;

mod code;
mod dependabot;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "github",
    name: "GitHub security alerts",
    summary: "Dependabot (GraphQL, REST), code scanning and secret scanning alerts",
    extensions: &["json"],
    docs: "https://docs.github.com/en/rest/dependabot/alerts",
    tool: "github",
    sniff,
    parse,
};

static GRAPHQL: Layout = Layout {
    heads: &[
        "data/repository/name",
        "data/repository/nameWithOwner",
        "data/repository/url",
        "data/search/nodes/name",
        "data/search/nodes/nameWithOwner",
        "data/search/nodes/url",
        "data/organization/repositories/nodes/name",
        "data/organization/repositories/nodes/nameWithOwner",
        "data/organization/repositories/nodes/url",
    ],
    lists: &[
        "data/repository/vulnerabilityAlerts/nodes",
        "data/search/nodes/vulnerabilityAlerts/nodes",
        "data/organization/repositories/nodes/vulnerabilityAlerts/nodes",
    ],
    ..Layout::of(&FORMAT)
};

static REST: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let graphql = keys.holds("data", "\"vulnerabilityAlerts\"");
    let alert = keys.has_all(&["number", "state"]);
    let dependabot = keys.has("security_advisory") && keys.has_any(&["dependency", "security_vulnerability"]);
    let scanning = keys.has_all(&["most_recent_instance", "rule"]);
    let secret = keys.has("secret_type") && keys.has_any(&["locations_url", "secret_type_display_name"]);
    Sniff::when(graphql || (alert && (dependabot || scanning || secret)))
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let start = Head::peek(input)?;
    let graphql = start.object().has("data");
    let layout = if graphql { &GRAPHQL } else { &REST };
    layout.parse(input, options, sink, |record, options, out| {
        if record.at("most_recent_instance").is_object() {
            code::scanning(record, options, out)
        } else if record.at("secret_type").is_string() {
            code::secret(record, options, out)
        } else if record.at("security_advisory").is_object() {
            dependabot::rest(record, options, out)
        } else if record.at("securityVulnerability").is_object() {
            dependabot::graphql(record, options, out)
        } else {
            Err("it is an alert of no known kind".into())
        }
    })
}

/// The repository of an alert: of its own record, else of the level above it.
fn repository(record: &Record<'_>, options: &Options) -> AssetRef {
    let own = record.first(&["repository/html_url", "html_url"]);
    // An alert's own page lies below its repository.
    let own = own.split("/security/").next().unwrap_or_default();
    let name = record.first(&["repository/full_name", "repository/name"]);
    let above = |key: &str| {
        let heads = GRAPHQL.heads.iter().filter(|head| head.rsplit('/').next() == Some(key));
        heads
            .map(|head| record.head(head))
            .find(|value| value.is_string())
            .map_or("".into(), |value| value.text(""))
    };
    let named = |name: &str| assets::named(AssetKind::Repository, name);
    let found = options.asset.clone().or_else(|| assets::repository(own)).or_else(|| named(&name));
    let found =
        found.or_else(|| assets::repository(&above("url"))).or_else(|| named(&above("nameWithOwner")));
    found.or_else(|| named(&above("name"))).unwrap_or_else(|| options.asset_or(AssetKind::Repository))
}

/// The word for an alert that is not open any more.
fn suppressed(state: &str, reason: &str, comment: &str) -> Option<String> {
    let state = state.to_lowercase();
    match state.as_str() {
        "" | "open" => return None,
        // GitHub looked again. What a person settled is `dismissed`, and a secret that somebody says is revoked `resolved`.
        "fixed" => return Some(Finding::FIXED.to_owned()),
        _ => {}
    }
    let words = [state.as_str(), reason, comment].map(str::trim);
    let words: Vec<_> = words.into_iter().filter(|word| !word.is_empty()).collect();
    Some(text::name(&words.join(": ")))
}

/// The alert's number in its repository, which its page has too.
fn number(record: &Value<'_>) -> Option<String> {
    text::some(&record.first(&["id", "node_id", "number"]))
}
