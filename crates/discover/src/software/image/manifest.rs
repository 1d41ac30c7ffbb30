//! Which images a container holds, and what each is made of: the manifest of `docker save`, or an index of the OCI image
//! layout (<https://github.com/opencontainers/image-spec>).

use super::archive::sha256;
use super::container::Container;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// Indexes in one another.
const DEPTH: usize = 4;
/// The most images of one container, and the most layers of one image.
const MOST: usize = 1_000;

/// An image: its name, its configuration and its layers, the lowest first.
#[derive(Debug)]
pub(super) struct Manifest {
    /// As it is called; empty where it has no name.
    pub(super) name: String,
    /// The digest of its configuration.
    pub(super) digest: String,
    /// The operating system and processor that it is for: `linux/amd64`.
    pub(super) platform: String,
    /// The other platforms that it is there for.
    pub(super) others: Vec<String>,
    /// Its layers.
    pub(super) layers: Vec<Layer>,
}

/// A layer.
#[derive(Debug)]
pub(super) struct Layer {
    /// The part with its content.
    pub(super) part: String,
    /// The digest of its unpacked content.
    pub(super) digest: String,
    /// The command that made it, as the history says; may be empty.
    pub(super) command: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Saved {
    config: String,
    repo_tags: Option<Vec<String>>,
    layers: Vec<String>,
}

#[derive(Deserialize)]
struct Index {
    manifests: Vec<Descriptor>,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    #[serde(default)]
    media_type: String,
    digest: String,
    #[serde(default)]
    annotations: Option<BTreeMap<String, String>>,
    platform: Option<Platform>,
}

#[derive(Clone, Deserialize)]
struct Platform {
    #[serde(default)]
    os: String,
    #[serde(default)]
    architecture: String,
    #[serde(default)]
    variant: Option<String>,
}

#[derive(Deserialize)]
struct Image {
    config: Descriptor,
    layers: Vec<Descriptor>,
}

#[derive(Deserialize)]
struct Config {
    #[serde(flatten)]
    platform: Platform,
    rootfs: Rootfs,
    #[serde(default)]
    history: Option<Vec<History>>,
}

#[derive(Deserialize)]
struct Rootfs {
    diff_ids: Vec<String>,
}

#[derive(Deserialize)]
struct History {
    #[serde(default)]
    created_by: Option<String>,
    #[serde(default)]
    empty_layer: bool,
}

impl Platform {
    fn name(&self) -> String {
        let variant = self.variant.as_deref().filter(|variant| !variant.is_empty());
        let variant = variant.map(|variant| format!("/{variant}")).unwrap_or_default();
        format!("{}/{}{variant}", self.os, self.architecture)
    }
}

/// Whether a container holds images rather than the files of one.
pub(super) fn holds_images(container: &Container) -> bool {
    container.has("manifest.json") || container.has("index.json")
}

/// The images of a container. Of one that is there for several platforms, the one for `platform`.
pub(super) fn images(container: &Container, platform: &str) -> Result<Vec<Manifest>, String> {
    let images = if container.has("manifest.json") {
        saved(container)?
    } else if container.has("index.json") {
        indexed(container, platform)?
    } else {
        return Err("it is no image: it has neither the manifest.json of `docker save` nor the index.json of an OCI image".to_owned());
    };
    if images.is_empty() {
        return Err("it holds no image".to_owned());
    }
    Ok(images)
}

fn saved(container: &Container) -> Result<Vec<Manifest>, String> {
    let all: Vec<Saved> = json("manifest.json", &container.bytes("manifest.json")?)?;
    bounded(all.len())?;
    all.into_iter()
        .map(|saved| {
            let config = container.bytes(&saved.config)?;
            let name = saved.repo_tags.into_iter().flatten().next().unwrap_or_default();
            manifest(name, &saved.config, &config, saved.layers)
        })
        .collect()
}

fn indexed(container: &Container, platform: &str) -> Result<Vec<Manifest>, String> {
    let index: Index = json("index.json", &container.bytes("index.json")?)?;
    let mut found: Vec<(String, Descriptor)> = Vec::new();
    gather(container, index, "", 0, &mut found)?;
    let mut by_name: BTreeMap<String, Vec<Descriptor>> = BTreeMap::new();
    for (name, descriptor) in found {
        by_name.entry(name).or_default().push(descriptor);
    }
    let mut images = Vec::new();
    for (name, descriptors) in by_name {
        let platforms: Vec<_> = descriptors
            .iter()
            .map(|one| one.platform.as_ref().map(Platform::name).unwrap_or_default())
            .collect();
        // A platform asked for without a variant takes any.
        let fits = |own: &String| own == platform || own.starts_with(&format!("{platform}/"));
        let at = match platforms.len() {
            1 => 0,
            _ => platforms.iter().position(fits).ok_or_else(|| {
                format!(
                    "it is not there for {platform}, but for {}; choose with --platform",
                    platforms.join(", ")
                )
            })?,
        };
        let (part, bytes) = blob(container, &descriptors[at].digest)?;
        let image: Image = json(&part, &bytes)?;
        bounded(image.layers.len())?;
        let layers = image.layers.iter().map(|layer| place(&layer.digest)).collect::<Result<_, _>>()?;
        let (part, config) = blob(container, &image.config.digest)?;
        let mut image = manifest(name, &part, &config, layers)?;
        image.others =
            platforms.into_iter().enumerate().filter(|(n, _)| *n != at).map(|(_, name)| name).collect();
        images.push(image);
    }
    Ok(images)
}

/// The manifests that an index leads to, with the name that it gives them.
fn gather(
    container: &Container,
    index: Index,
    name: &str,
    depth: usize,
    found: &mut Vec<(String, Descriptor)>,
) -> Result<(), String> {
    for descriptor in index.manifests {
        let annotation = |key: &str| descriptor.annotations.as_ref()?.get(key).cloned();
        // Proofs of where an image came from lie beside it.
        let unknown = descriptor.platform.as_ref().is_some_and(|platform| platform.os == "unknown");
        if unknown || annotation("vnd.docker.reference.type").is_some() {
            continue;
        }
        let own = annotation("io.containerd.image.name")
            .or_else(|| annotation("org.opencontainers.image.ref.name"));
        let name = own.unwrap_or_else(|| name.to_owned());
        if descriptor.media_type.ends_with("index.v1+json")
            || descriptor.media_type.ends_with("manifest.list.v2+json")
        {
            if depth == DEPTH {
                return Err(format!("its indexes lie more than {DEPTH} deep in one another"));
            }
            let (part, bytes) = blob(container, &descriptor.digest)?;
            gather(container, json(&part, &bytes)?, &name, depth + 1, found)?;
        } else {
            found.push((name, descriptor));
        }
        bounded(found.len())?;
    }
    Ok(())
}

fn manifest(name: String, part: &str, config: &[u8], parts: Vec<String>) -> Result<Manifest, String> {
    let digest = sha256(config);
    let config: Config = json(part, config)?;
    bounded(parts.len())?;
    if parts.len() != config.rootfs.diff_ids.len() {
        return Err(format!(
            "its manifest names {} layers, and its configuration {}",
            parts.len(),
            config.rootfs.diff_ids.len()
        ));
    }
    let mut commands = config
        .history
        .into_iter()
        .flatten()
        .filter(|step| !step.empty_layer)
        .map(|step| step.created_by.unwrap_or_default());
    let layers = parts
        .into_iter()
        .zip(config.rootfs.diff_ids)
        .map(|(part, digest)| Layer { part, digest, command: commands.next().unwrap_or_default() })
        .collect();
    Ok(Manifest { name, digest, platform: config.platform.name(), others: Vec::new(), layers })
}

/// A blob by its digest, which it must have.
fn blob(container: &Container, digest: &str) -> Result<(String, Vec<u8>), String> {
    let part = place(digest)?;
    let bytes = container.bytes(&part)?;
    if sha256(&bytes) == digest {
        Ok((part, bytes))
    } else {
        Err(format!("it is damaged: the content of {part} has another digest"))
    }
}

/// Where a blob lies.
fn place(digest: &str) -> Result<String, String> {
    match digest.strip_prefix("sha256:") {
        Some(hex) if hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            Ok(format!("blobs/sha256/{hex}"))
        }
        _ => Err(format!("{digest:?} is no SHA-256 digest")),
    }
}

fn json<T: DeserializeOwned>(part: &str, bytes: &[u8]) -> Result<T, String> {
    serde_json::from_slice(bytes).map_err(|error| format!("{part} has not the form it should: {error}"))
}

fn bounded(count: usize) -> Result<(), String> {
    if count > MOST { Err(format!("it has more than {MOST} images or layers")) } else { Ok(()) }
}
