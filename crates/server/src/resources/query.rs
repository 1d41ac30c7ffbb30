//! The fields of the query language, for completion.

use crate::extract::Json;
use bartizan_model::query::{FIELDS, Kind};
use serde::Serialize;
use utoipa::ToSchema;

/// One field.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QueryField {
    name: &'static str,
    /// `choice`, `text`, `number`, `flag`, `duration` or `time`.
    r#type: &'static str,
    doc: &'static str,
    /// A query that uses it.
    example: &'static str,
    /// The words of a choice, lowest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<&'static [&'static str]>,
}

/// The fields of the query language.
#[utoipa::path(get, path = "/query/fields", operation_id = "queryFields", tag = "query", responses((status = 200, body = Vec<QueryField>)))]
pub(crate) async fn fields() -> Json<Vec<QueryField>> {
    let field = |info: &bartizan_model::query::FieldInfo| {
        let (kind, values) = match info.kind {
            Kind::Choice(words) => ("choice", Some(words)),
            Kind::Text => ("text", None),
            Kind::Number => ("number", None),
            Kind::Flag => ("flag", None),
            Kind::Duration => ("duration", None),
            Kind::Time => ("time", None),
        };
        QueryField { name: info.name, r#type: kind, doc: info.doc, example: info.example, values }
    };
    Json(FIELDS.iter().map(field).collect())
}
