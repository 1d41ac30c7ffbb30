//! Container images: as an archive, and as the layers of a good one. No input may panic, and what is not whole is an error.
#![no_main]

use bartizan_discover::software::{Wish, image};
use libfuzzer_sys::fuzz_target;
use sha2::{Digest, Sha256};
use std::io::Write;

fuzz_target!(|data: &[u8]| {
    look(data);
    // As one layer of an image, and as two.
    let (one, two) = data.split_at(data.len() / 1024 * 512);
    look(&saved(&[data]));
    look(&saved(&[one, two]));
});

fn look(bytes: &[u8]) {
    let mut file = tempfile::NamedTempFile::new().expect("a file can be made");
    file.write_all(bytes).expect("and be written");
    let _ = image(file.path(), "linux/amd64", &Wish::default(), "here", &tempfile::tempfile, &mut |_| {});
}

/// What `docker save` would write of an image with these layers.
fn saved(layers: &[&[u8]]) -> Vec<u8> {
    let digest = |bytes: &[u8]| {
        Sha256::digest(bytes).iter().fold("sha256:".to_owned(), |text, byte| text + &format!("{byte:02x}"))
    };
    let names: Vec<_> = (0..layers.len()).map(|n| n.to_string()).collect();
    let diff_ids: Vec<_> = layers.iter().map(|layer| digest(layer)).collect();
    let config =
        serde_json::json!({"os": "linux", "architecture": "amd64", "rootfs": {"diff_ids": diff_ids}});
    let manifest = serde_json::json!([{"Config": "config", "RepoTags": [], "Layers": names}]);
    let mut builder = tar::Builder::new(Vec::new());
    let mut add = |name: &str, bytes: &[u8]| {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        builder.append_data(&mut header, name, bytes).expect("memory can be written");
    };
    names.iter().zip(layers).for_each(|(name, layer)| add(name, layer));
    add("config", config.to_string().as_bytes());
    add("manifest.json", manifest.to_string().as_bytes());
    builder.into_inner().expect("memory can be written")
}
