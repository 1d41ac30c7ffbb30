//! The OpenAPI document and the list of operations.

use bartizan_server::{openapi, operations};
use serde_json::Value;
use std::fmt::Write as _;

#[test]
fn the_openapi_file_is_the_code() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(kept == openapi(), "openapi.json is stale: run `cargo run -p bartizan-server --example openapi`");
}

#[test]
fn who_may_call_what() {
    let mut table = String::new();
    for operation in operations() {
        writeln!(table, "{:6} {:32} {}", operation.method, operation.path, operation.access.as_str())
            .unwrap();
    }
    insta::assert_snapshot!(table);
}

#[test]
fn every_operation_is_documented_with_its_errors_and_has_a_unique_id() {
    let document: Value = serde_json::from_str(&openapi()).unwrap();
    let mut ids = Vec::new();
    for operation in operations() {
        let documented = &document["paths"][&operation.path][operation.method.to_lowercase()];
        let id = documented["operationId"].as_str().unwrap_or_else(|| panic!("{operation:?} has no id"));
        assert!(documented["responses"]["default"].is_object(), "{id}");
        assert!(documented["summary"].is_string() || documented["description"].is_string(), "{id}");
        ids.push(id.to_owned());
    }
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count, "an operation id is there twice");
    let documented: usize =
        document["paths"].as_object().unwrap().values().map(|p| p.as_object().unwrap().len()).sum();
    assert_eq!(documented, count);
}

#[test]
fn every_schema_that_is_named_is_there() {
    let text = openapi();
    let document: Value = serde_json::from_str(&text).unwrap();
    for part in text.split("#/components/schemas/").skip(1) {
        let name = part.split('"').next().unwrap();
        assert!(document["components"]["schemas"][name].is_object(), "{name}");
    }
}
