//! Writes the OpenAPI document, made from the code, to `crates/server/openapi.json`:
//! `cargo run -p bartizan-server --example openapi`. The UI's client is generated from that file.

fn main() -> std::io::Result<()> {
    std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json"), bartizan_server::openapi())
}
