//! Tables that no format knows, and what people say that their columns are.
#![no_main]

use bartizan_import::{Collected, ColumnMap, Options, TableHead, by_id};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(map) = serde_json::from_slice::<ColumnMap>(data) {
        let _ = map.checked();
    }
    let Some(head) = TableHead::of(data) else { return };
    let guessed = head.columns.iter().cloned().zip(head.guesses());
    let mut columns: std::collections::BTreeMap<_, _> =
        guessed.filter_map(|(column, field)| Some((column, field?.to_owned()))).collect();
    // Somebody has to be meant.
    columns.insert(head.columns[0].clone(), "asset".to_owned());
    let Ok(map) = ColumnMap::new("fuzz", columns) else { return };
    let options = Options { columns: Some(map), ..Options::default() };
    let mut seen = Collected::default();
    let format = by_id("bartizan").expect("it is the house's own");
    let read = (format.parse)(&mut &*data, &options, &mut seen);
    assert!(read.is_ok() || seen.covered.is_empty());
});
