//! Syft's own JSON (`syft -o json`): the software of an image, a folder or a file. Its CycloneDX and SPDX are read as those.
//!
//! What was looked at stands behind the packages, which wait for it.

use crate::common::assets;
use crate::common::bill::{Bill, Component};
use crate::common::json::Json;
use crate::common::out::Out;
use crate::common::tree::{Tree, Value};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, AssetRef};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "syft",
    name: "Syft",
    summary: "JSON: the software of an image, a folder or a file",
    extensions: &["json"],
    docs: "https://github.com/anchore/syft/tree/main/schema/json",
    tool: "syft",
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.object();
    let described = keys.has("artifactRelationships") || keys.holds("descriptor", "\"syft\"");
    Sniff::when(keys.has("artifacts") && (described || keys.holds("artifacts", "\"foundBy\"")))
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut json = Json::new(input, &options.limits);
    let mut bill = Bill::new(options, Out::new(sink), FORMAT.tool);
    if json.peek()?.is_none() {
        return Err(ParseError::Empty { format: FORMAT.id });
    }
    let mut artifacts = None;
    json.object(&mut |json, key| {
        match key {
            "artifacts" => artifacts = Some(json.defer()?),
            "source" | "distro" | "descriptor" => {
                let value = json.value()?;
                let at = value.at.clone();
                let is = value.read::<Value<'_>>().map_err(|why| ParseError::Syntax { at, why })?;
                about(key, &is, &mut bill);
            }
            _ => json.skip()?,
        }
        Ok(())
    })?;
    json.end()?;
    let Some(artifacts) = artifacts else {
        let why = "it has no artifacts".to_owned();
        return Err(ParseError::WrongFormat { format: FORMAT.id, why });
    };
    artifacts.replay(&mut json, &mut |json| json.array(&mut |json| artifact(json, &mut bill)))?;
    json.tell_flaws(&mut bill.out);
    bill.finish()
}

fn about(key: &str, is: &Value<'_>, bill: &mut Bill<'_, '_>) {
    match key {
        "source" => {
            let named = subject(is).filter(|_| bill.options.asset.is_none());
            bill.describes(named, &is.first(&["metadata/path", "metadata/userInput", "target", "name"]));
        }
        "distro" => bill.system(&is.first(&["id", "name"]), &is.first(&["versionID", "version"])),
        _ => bill.source = Some(("syft".to_owned(), is.text("version").into_owned())),
    }
}

/// The image by its name, or by its tag where an archive of it was read; a folder that was given a name is an application.
fn subject(source: &Value<'_>) -> Option<AssetRef> {
    if source.text("type") == "image" {
        let named = source.first(&["metadata/userInput", "target/userInput"]);
        let archive = named.starts_with(['/', '.']) || named.ends_with(".tar");
        let tags = [source.texts("metadata/tags"), source.texts("target/tags")].concat();
        let tag = tags.first().filter(|_| archive || named.is_empty());
        return assets::image(tag.unwrap_or(&named));
    }
    let name = source.text("name");
    assets::named(AssetKind::Application, &name).filter(|_| !assets::is_path(&name))
}

fn artifact(json: &mut Json<'_>, bill: &mut Bill<'_, '_>) -> Result<(), ParseError> {
    let value = json.value()?;
    let at = bill.out.record(value.at.clone(), "artifacts");
    let it = match value.read::<Value<'_>>() {
        Ok(it) => it,
        Err(why) => {
            bill.out.reject(at, why);
            return Ok(());
        }
    };
    // Newer versions say with each where it is from.
    let cpe = it.items("cpes").iter().map(|cpe| cpe.text("cpe")).chain(it.texts("cpes")).next();
    let component = Component {
        name: it.text("name"),
        version: it.text("version"),
        purl: it.text("purl"),
        cpe: cpe.unwrap_or_default(),
        ..Component::default()
    };
    bill.component(&component, &at, Some(value.text.as_bytes()))
}
