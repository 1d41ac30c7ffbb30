//! The list of exposures and the counts beside it.

use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::{Json, Params};
use crate::page::{List, Search, Time};
use crate::state::{AppState, Shared};
use axum::extract::State;
use bartizan_app::prioritize::{Cursor, Facets, Sort, View};
use bartizan_model::ExposureId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// An exposure as it is shown in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ExposureRow {
    pub(crate) id: i64,
    /// The weakness' key: `CVE-2021-44228`.
    pub(crate) weakness: String,
    pub(crate) title: String,
    /// The asset's name.
    pub(crate) asset: String,
    pub(crate) asset_id: i64,
    /// Where on the asset; empty for the whole.
    pub(crate) locus: String,
    /// The highest severity that a source reports.
    pub(crate) severity: &'static str,
    /// 0 to 100.
    pub(crate) priority: f64,
    /// The priority is at least this.
    pub(crate) priority_low: f64,
    /// The priority is at most this.
    pub(crate) priority_high: f64,
    /// `low`, `watch`, `plan` or `act-now`.
    pub(crate) band: &'static str,
    /// `track`, `track*`, `attend` or `act`.
    pub(crate) ssvc: &'static str,
    pub(crate) status: &'static str,
    pub(crate) reach: &'static str,
    /// Listed as exploited; `null` where the list was never loaded.
    #[schema(required)]
    pub(crate) kev: Option<bool>,
    /// Probability of exploitation within 30 days; `null` where nobody says.
    #[schema(required)]
    pub(crate) epss: Option<f64>,
    /// By the dates of the reports.
    pub(crate) first_seen: Time,
    pub(crate) last_seen: Time,
    /// When Bartizan was first told of it, by its own clock.
    pub(crate) opened: Time,
    /// Places where a source sees it now.
    pub(crate) sightings: u16,
    /// The tools that see it.
    pub(crate) sources: Vec<String>,
    /// Who is to fix it.
    #[schema(required)]
    pub(crate) owner: Option<String>,
    /// Whether it is made up.
    pub(crate) demo: bool,
}

/// Counts beside a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FacetList {
    pub(crate) facets: Vec<Facet>,
}

/// The values of one field and how often each is there.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Facet {
    /// The field of the query language.
    pub(crate) field: &'static str,
    /// For people.
    pub(crate) label: &'static str,
    pub(crate) values: Vec<FacetValue>,
}

/// One value.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FacetValue {
    /// As the query language writes it.
    pub(crate) value: String,
    /// For people.
    pub(crate) label: String,
    pub(crate) count: u64,
}

/// What is counted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Selection {
    /// A query; empty for all.
    #[serde(default)]
    pub(crate) q: String,
}

/// A page of exposures, most urgent first where no sort order is given.
#[utoipa::path(get, path = "/exposures", operation_id = "exposures", tag = "exposures", params(Search), responses((status = 200, body = List<ExposureRow>)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    Params(search): Params<Search>,
) -> Result<Json<List<ExposureRow>>, ApiError> {
    let limit = search.limit()?;
    let after: Option<Cursor> = search.after()?;
    let sort = sort_of(&search.sort)?;
    let page = state
        .call(move |state| {
            let query = state.app.query_of(caller.name(), &search.q)?;
            let page = state.app.estate()?.search(&query, sort, after.as_ref(), limit, state.app.now());
            let next = page.next.map(|next| next.to_string());
            Ok(List { total: page.total as u64, items: rows(state, &page.ids)?, next })
        })
        .await?;
    Ok(Json(page))
}

/// Counts of the exposures that a query selects.
#[utoipa::path(get, path = "/exposures/facets", operation_id = "exposureFacets", tag = "exposures", params(Selection), responses((status = 200, body = FacetList)))]
pub(crate) async fn facets(
    State(state): State<AppState>,
    caller: Caller,
    Params(selection): Params<Selection>,
) -> Result<Json<FacetList>, ApiError> {
    let counted = state
        .call(move |state| {
            let query = state.app.query_of(caller.name(), &selection.q)?;
            let mut counted = state.app.estate()?.facets(&query, state.app.now());
            if !state.knowledge()?.has_kev() {
                // Not to be on a list that was never loaded is no "no".
                counted.kev.clear();
            }
            Ok(counted)
        })
        .await?;
    Ok(Json(FacetList { facets: facet_list(counted) }))
}

pub(crate) fn sort_of(text: &str) -> Result<Sort, ApiError> {
    if text.is_empty() {
        return Ok(Sort::default());
    }
    text.parse().map_err(|error: String| ApiError::bad_request(error))
}

/// Exposures by id, in that order; those that are gone are left out.
pub(crate) fn rows(state: &Shared, ids: &[ExposureId]) -> Result<Vec<ExposureRow>, ApiError> {
    let estate = state.app.estate()?;
    let views: Vec<View> = ids.iter().filter_map(|id| estate.view(*id)).collect();
    drop(estate);
    let knowledge = state.knowledge()?;
    let assets = state.asset_rows(views.iter().map(|view| view.asset))?;
    let row = |view: View| {
        let asset = assets.get(&view.asset);
        let known = knowledge.of(&view.weakness_key);
        ExposureRow {
            id: view.id.0,
            weakness: view.weakness_key,
            title: view.title,
            asset: view.asset_name,
            asset_id: view.asset.0,
            locus: view.locus.to_string(),
            severity: view.severity.as_str(),
            priority: view.priority,
            priority_low: view.interval[0],
            priority_high: view.interval[1],
            band: view.band.as_str(),
            ssvc: view.ssvc.as_str(),
            status: view.status.as_str(),
            reach: asset.map_or("unknown", |asset| asset.reach.as_str()),
            kev: known.kev,
            epss: known.epss,
            first_seen: view.first_seen.into(),
            last_seen: view.last_seen.into(),
            opened: view.opened.into(),
            sightings: view.sightings,
            sources: view.sources,
            owner: view.owner,
            demo: asset.is_some_and(|asset| asset.demo),
        }
    };
    Ok(views.into_iter().map(row).collect())
}

fn facet_list(mut all: Facets) -> Vec<Facet> {
    // Where nothing leads anywhere, nobody said what matters yet: it would read as if all were well.
    if !all.leads.iter().any(|c| c.value == "somewhere" && c.count > 0) {
        all.leads.clear();
    }
    let unknown: u64 = all.criticality.iter().filter(|c| c.value == "unknown").map(|c| c.count).sum();
    let fields = [
        ("band", "Band", all.band),
        ("severity", "Severity", all.severity),
        ("status", "Status", all.status),
        ("ssvc", "SSVC decision", all.ssvc),
        ("leads", "Leads an attacker", all.leads),
        ("kev", "Exploited in the wild", all.kev),
        ("reach", "Reach", all.reach),
        ("criticality", "Criticality", all.criticality),
        ("kind", "Kind of asset", all.kind),
    ];
    let value = |value: String, count| FacetValue {
        label: if value == "nowhere" { "Nowhere, by what is known".to_owned() } else { words(&value) },
        value,
        count,
    };
    let mut facets: Vec<Facet> = fields
        .into_iter()
        .map(|(field, label, counts)| {
            // `criticality:unknown` is no query; `unknown:criticality` is.
            let values = counts
                .into_iter()
                .filter(|c| c.count > 0 && !(field == "criticality" && c.value == "unknown"));
            Facet { field, label, values: values.map(|c| value(c.value, c.count)).collect() }
        })
        .collect();
    if unknown > 0 {
        facets.push(Facet {
            field: "unknown",
            label: "Nobody said",
            values: vec![value("criticality".into(), unknown)],
        });
    }
    for (field, label, counts) in
        [("owner", "Owner", all.owner), ("scope", "Scope", all.scope), ("source", "Source", all.source)]
    {
        let label_of = |value: &str| match (field, value) {
            ("owner", "none") => "Nobody".to_owned(),
            _ => value.to_owned(),
        };
        let values = counts.into_iter().map(|c| FacetValue {
            label: label_of(&c.value),
            value: c.value,
            count: c.count,
        });
        facets.push(Facet { field, label, values: values.collect() });
    }
    let assets =
        all.assets.into_iter().map(|a| FacetValue { label: a.name.clone(), value: a.name, count: a.count });
    facets.push(Facet { field: "asset", label: "Asset", values: assets.collect() });
    facets.retain(|facet| !facet.values.is_empty());
    facets
}

/// A word of the query language as people write it.
pub(crate) fn words(value: &str) -> String {
    match value {
        "true" => "Yes".to_owned(),
        "false" => "No".to_owned(),
        "phi" | "pci" | "pii" => value.to_uppercase(),
        _ => {
            let text = value.replace('-', " ");
            let mut characters = text.chars();
            characters.next().map_or(String::new(), |first| first.to_uppercase().chain(characters).collect())
        }
    }
}
