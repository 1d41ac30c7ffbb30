//! One exposure with everything that is known of it.

use super::assets::AssetRow;
use super::assignments::Assignment;
use super::decisions::Decision;
use super::exposures::{ExposureRow, rows};
use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::{Json, Path};
use crate::page::Time;
use crate::state::{AppState, Shared};
use axum::extract::State;
use axum::http::StatusCode;
use bartizan_advisory::cvss::Vector;
use bartizan_app::prioritize::{Counterfactual, Explanation as Why};
use bartizan_app::{CommentRow, Reader, SightingRow, StoreError, WeaknessRow, advise, technique};
use bartizan_model::ExposureId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One exposure. Its fields are those of the row, but for `weakness`, `asset` and `sightings`, which are told in full.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Exposure {
    id: i64,
    title: String,
    asset_id: i64,
    locus: String,
    severity: &'static str,
    priority: f64,
    priority_low: f64,
    priority_high: f64,
    band: &'static str,
    ssvc: &'static str,
    status: &'static str,
    reach: &'static str,
    #[schema(required)]
    kev: Option<bool>,
    #[schema(required)]
    epss: Option<f64>,
    first_seen: Time,
    last_seen: Time,
    opened: Time,
    sources: Vec<String>,
    #[schema(required)]
    owner: Option<String>,
    demo: bool,
    weakness: Weakness,
    asset: AssetRow,
    #[schema(required)]
    explanation: Option<Explanation>,
    sightings: Vec<Sighting>,
    decisions: Vec<Decision>,
    assignments: Vec<Assignment>,
    evidence: Vec<Evidence>,
    comments: Vec<Comment>,
    #[schema(required)]
    fix: Option<Fix>,
}

/// What is wrong in general.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Weakness {
    key: String,
    title: String,
    aliases: Vec<String>,
    /// CWE numbers.
    cwe: Vec<u32>,
    /// Their names, as far as the catalogue is loaded.
    cwe_names: Vec<CweName>,
    /// What an attacker does with it, where a check of ours says so.
    #[schema(required)]
    technique: Option<Technique>,
    /// EPSS values of before, oldest first: those from which it moved noticeably.
    epss_history: Vec<EpssDay>,
    #[schema(required)]
    description: Option<String>,
    cvss: Vec<Cvss>,
    references: Vec<String>,
}

/// What a class of weaknesses is called.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CweName {
    number: u32,
    name: String,
}

/// A technique of MITRE ATT&CK.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Technique {
    /// `T1078.003`.
    id: &'static str,
    /// Its name; `null`: the catalogue is not loaded or does not know it.
    #[schema(required)]
    name: Option<String>,
}

impl From<bartizan_app::Technique> for Technique {
    fn from(known: bartizan_app::Technique) -> Self {
        Self { id: known.id, name: known.name }
    }
}

/// An EPSS value and the day it was of.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EpssDay {
    day: Time,
    score: f64,
}

/// What feeds say of a weakness.
struct Told {
    /// Title and description of the CVE record.
    record: Option<(String, String)>,
    cwe_names: Vec<CweName>,
    technique: Option<Technique>,
    epss_history: Vec<EpssDay>,
}

/// A CVSS vector.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Cvss {
    vector: String,
    #[schema(required)]
    score: Option<f64>,
    #[schema(required)]
    version: Option<String>,
}

/// Why the priority is what it is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Explanation {
    priority: f64,
    low: f64,
    high: f64,
    band: &'static str,
    ssvc: &'static str,
    factors: Vec<Factor>,
    /// What nobody has told or measured: words of `unknown:` in the query language.
    unknown: Vec<&'static str>,
    /// The smallest change that moves it to another band.
    #[schema(required)]
    counterfactual: Option<Change>,
    /// More in plain words.
    notes: Vec<String>,
}

/// One factor of the risk.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Factor {
    name: &'static str,
    value: f64,
    low: f64,
    high: f64,
    source: String,
    #[schema(required)]
    as_of: Option<Time>,
    words: String,
}

/// A change and what it would do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Change {
    /// `reach:internal`, `kev_listed`, ...
    change: String,
    from: f64,
    to: f64,
    words: String,
}

/// What one source sees at one place.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Sighting {
    source: String,
    run: i64,
    locus: String,
    /// From where the source saw it (a folder, a profile, an address), where it has several vantages.
    #[schema(required)]
    vantage: Option<String>,
    severity: &'static str,
    first_seen: Time,
    last_seen: Time,
    /// Whether the source still sees it.
    present: bool,
    title: String,
    #[schema(required)]
    evidence: Option<String>,
    /// How sure the source is, in its own word: `low` where only a CPE ties software to an advisory.
    #[schema(required)]
    confidence: Option<String>,
    /// The source's own id for it.
    #[schema(required)]
    raw_id: Option<String>,
    #[schema(required)]
    component: Option<String>,
    #[schema(required)]
    fixed_version: Option<String>,
    #[schema(required)]
    line: Option<u64>,
    /// Why the tool itself sets it aside, in its own word: that closes nothing.
    #[schema(required)]
    suppressed: Option<String>,
    /// What the tool said, word for word; `null` where that was not kept, or no more.
    #[schema(required)]
    said: Option<String>,
}

/// Why the status is what it is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Evidence {
    at: Time,
    kind: String,
    text: String,
    #[schema(required)]
    run: Option<i64>,
}

/// A remark of a person: a comment on an exposure, a note on an asset.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Comment {
    id: i64,
    at: Time,
    by: String,
    text: String,
}

impl From<CommentRow> for Comment {
    fn from(row: CommentRow) -> Self {
        Self { id: row.id, at: row.at.into(), by: row.by, text: row.text }
    }
}

/// What to do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Fix {
    text: String,
    /// For a shell, one each.
    commands: Vec<String>,
}

/// A remark to record.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewComment {
    /// 1 to 10,000 characters.
    pub(crate) text: String,
}

/// One exposure with everything that is known of it.
#[utoipa::path(get, path = "/exposures/{id}", operation_id = "exposure", tag = "exposures", params(("id" = i64, Path)), responses((status = 200, body = Exposure)))]
pub(crate) async fn show(
    State(state): State<AppState>,
    Path(id): Path<i64>,
) -> Result<Json<Exposure>, ApiError> {
    Ok(Json(state.call(move |state| load(state, ExposureId(id))).await?))
}

/// Records a remark.
#[utoipa::path(post, path = "/exposures/{id}/comments", operation_id = "comment", tag = "exposures", params(("id" = i64, Path)), request_body = NewComment, responses((status = 201, body = Comment)))]
pub(crate) async fn comment(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<i64>,
    Json(body): Json<NewComment>,
) -> Result<(StatusCode, Json<Comment>), ApiError> {
    let text = super::label("text", &body.text, 10_000)?;
    let row = state.write(caller.actor(), move |tx| tx.add_comment(ExposureId(id), &text)).await?;
    Ok((StatusCode::CREATED, Json(row.into())))
}

fn load(state: &Shared, id: ExposureId) -> Result<Exposure, ApiError> {
    // The store first: its "there is no such" is the better one, and the estate follows it.
    let (own, weakness, sightings, said, decisions, assignments, evidence, comments, told) =
        state.app.read(|reader| {
            let own = reader.exposure(id)?;
            let weakness = reader.weakness(own.weakness)?;
            let told = told(reader, &weakness)?;
            let sightings = reader.sightings(id)?;
            let said = sightings.iter().map(|it| reader.said(it)).collect::<Result<Vec<_>, _>>()?;
            Ok((
                own,
                weakness,
                sightings,
                said,
                reader.decisions_on(id)?,
                assignments(reader, id)?,
                reader.evidence(id)?,
                reader.comments(id)?,
                told,
            ))
        })?;
    // What stands for it, where it is one with others.
    let id = own.id;
    let row = rows(state, &[id])?.pop();
    let row: ExposureRow =
        row.ok_or_else(|| ApiError::unavailable("This exposure is being loaded; try again in a moment."))?;
    let why = state.app.estate()?.explain(id).map(explanation);
    let advice = advise(&weakness, &sightings);
    let commands: Vec<String> =
        advice.commands.iter().flat_map(|text| text.lines()).map(str::to_owned).collect();
    let fix = (advice.text.is_some() || !commands.is_empty())
        .then(|| Fix { text: advice.text.unwrap_or_default(), commands });
    let asset = state.asset(own.asset)?;
    Ok(Exposure {
        id: row.id,
        title: row.title,
        asset_id: row.asset_id,
        locus: row.locus,
        severity: row.severity,
        priority: row.priority,
        priority_low: row.priority_low,
        priority_high: row.priority_high,
        band: row.band,
        ssvc: row.ssvc,
        status: row.status,
        reach: row.reach,
        kev: row.kev,
        epss: row.epss,
        first_seen: row.first_seen,
        last_seen: row.last_seen,
        opened: row.opened,
        sources: row.sources,
        owner: row.owner,
        demo: row.demo,
        weakness: weakness_of(weakness, told, &sightings),
        asset: AssetRow::of(&asset),
        explanation: why,
        sightings: sightings.into_iter().zip(said).map(|(row, said)| sighting(row, said)).collect(),
        decisions: decisions.into_iter().map(Decision::from).collect(),
        assignments,
        evidence: evidence
            .into_iter()
            .map(|e| Evidence { at: e.at.into(), kind: e.kind, text: e.text, run: e.run.map(|run| run.0) })
            .collect(),
        comments: comments.into_iter().map(Comment::from).collect(),
        fix,
    })
}

fn assignments(reader: &mut Reader<'_>, id: ExposureId) -> Result<Vec<Assignment>, StoreError> {
    let rows = reader.assignments_of(id)?;
    let accounts = if rows.is_empty() { Vec::new() } else { reader.accounts()? };
    Ok(rows.into_iter().map(|row| Assignment::of(row, &accounts)).collect())
}

fn told(reader: &mut Reader<'_>, weakness: &WeaknessRow) -> Result<Told, StoreError> {
    let mut cwe_names = Vec::new();
    for number in &weakness.cwe {
        let entry = reader.catalogue_entry("cwe", &format!("CWE-{number}"))?;
        cwe_names.extend(entry.map(|entry| CweName { number: *number, name: entry.name }));
    }
    let history = reader.epss_history(&weakness.key)?.into_iter();
    Ok(Told {
        record: reader.cve(&weakness.key)?,
        cwe_names,
        technique: technique(reader, &weakness.key)?.map(Technique::from),
        epss_history: history.map(|(day, score)| EpssDay { day: day.into(), score }).collect(),
    })
}

fn weakness_of(row: WeaknessRow, told: Told, sightings: &[SightingRow]) -> Weakness {
    let (title, description) = told.record.unwrap_or_default();
    let first = |one: String, other: String| if one.is_empty() { other } else { one };
    let described = first(description, row.description);
    let quoted =
        sightings.iter().filter_map(|s| s.finding.as_ref()).flat_map(|finding| finding.cvss.iter().cloned());
    let mut vectors: Vec<String> = row.cvss.into_iter().chain(quoted).collect();
    vectors.sort_unstable();
    vectors.dedup();
    let cvss = |vector: String| {
        let read = Vector::parse(&vector).ok();
        Cvss {
            score: read.as_ref().map(Vector::score),
            version: read.as_ref().map(|read| read.version().to_string()),
            vector,
        }
    };
    Weakness {
        title: first(row.title, title),
        key: row.key,
        aliases: row.aliases,
        cwe: row.cwe,
        cwe_names: told.cwe_names,
        technique: told.technique,
        epss_history: told.epss_history,
        description: (!described.is_empty()).then_some(described),
        cvss: vectors.into_iter().map(cvss).collect(),
        references: row.references,
    }
}

fn sighting(row: SightingRow, said: Option<String>) -> Sighting {
    let mut sighting = Sighting {
        source: row.source,
        run: row.run.0,
        locus: row.locus,
        vantage: None,
        severity: row.severity.as_str(),
        first_seen: row.first_seen.into(),
        last_seen: row.last_seen.into(),
        present: row.present,
        title: String::new(),
        evidence: None,
        confidence: None,
        raw_id: None,
        component: None,
        fixed_version: None,
        line: None,
        suppressed: None,
        said,
    };
    if let Some(finding) = row.finding {
        sighting.title = finding.title;
        sighting.vantage = (!finding.vantage.is_empty()).then_some(finding.vantage);
        sighting.evidence = (!finding.evidence.is_empty()).then_some(finding.evidence);
        sighting.confidence = (!finding.confidence.is_empty()).then_some(finding.confidence);
        sighting.raw_id = finding.raw_id;
        sighting.component = finding.component;
        sighting.fixed_version = finding.fixed_version;
        sighting.line = finding.line;
        sighting.suppressed = finding.suppressed;
    }
    sighting
}

fn explanation(why: Why) -> Explanation {
    let mut notes: Vec<String> = why.ssvc.differs.into_iter().collect();
    notes.extend(why.unknown.first().map(|first| format!("Most worth finding out: {}.", first.words)));
    notes
        .extend(why.alternatives.iter().map(|other| format!("Also: {}.", other.words.trim_end_matches('.'))));
    Explanation {
        priority: why.priority,
        low: why.interval[0],
        high: why.interval[1],
        band: why.band.as_str(),
        ssvc: why.ssvc.decision.as_str(),
        factors: why
            .factors
            .into_iter()
            .map(|factor| Factor {
                name: factor.name,
                value: factor.estimate.value,
                low: factor.estimate.low,
                high: factor.estimate.high,
                source: factor.source,
                as_of: factor.as_of.map(Time),
                words: factor.words,
            })
            .collect(),
        unknown: why.unknown.iter().map(|unknown| unknown.name).collect(),
        counterfactual: why.counterfactual.map(change),
        notes,
    }
}

fn change(what: Counterfactual) -> Change {
    let value = serde_json::to_value(what.change).unwrap_or_default();
    let text = |key: &str| value.get(key).and_then(|v| v.as_str()).map(str::to_owned);
    let kind = text("kind").unwrap_or_default();
    let change = text("to").map_or(kind.clone(), |to| format!("{kind}:{to}"));
    Change { change, from: what.from, to: what.to, words: what.words }
}
