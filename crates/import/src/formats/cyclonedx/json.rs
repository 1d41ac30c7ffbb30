//! CycloneDX JSON.

use super::Bom;
use super::properties::{identity, upstream};
use super::vulnerability::{Rating, Vulnerability};
use crate::common::bill::Component;
use crate::common::deferred::Deferred;
use crate::common::flex::{Number, Text, Texts, or_default};
use crate::common::json::Json;
use crate::error::ParseError;
use crate::format::{Options, Summary};
use crate::sink::{Place, Sink};
use serde::Deserialize;
use std::borrow::Cow;

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawComponent<'a> {
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow, rename = "bom-ref")]
    reference: Text<'a>,
    #[serde(borrow)]
    group: Text<'a>,
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    version: Text<'a>,
    #[serde(borrow)]
    purl: Text<'a>,
    #[serde(borrow)]
    cpe: Text<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    properties: Vec<Property<'a>>,
    #[serde(borrow, deserialize_with = "or_default")]
    components: Vec<Self>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Property<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    value: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Composition<'a> {
    #[serde(borrow)]
    aggregate: Text<'a>,
}

impl<'a> RawComponent<'a> {
    fn take(&mut self) -> Component<'a> {
        let properties = || self.properties.iter().map(|each| (&*each.name, &*each.value));
        Component {
            upstream: upstream(properties()),
            identity: identity(properties()),
            kind: std::mem::take(&mut self.kind.0),
            reference: std::mem::take(&mut self.reference.0),
            group: std::mem::take(&mut self.group.0),
            name: std::mem::take(&mut self.name.0),
            version: std::mem::take(&mut self.version.0),
            purl: std::mem::take(&mut self.purl.0),
            cpe: std::mem::take(&mut self.cpe.0),
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Metadata<'a> {
    #[serde(borrow)]
    timestamp: Text<'a>,
    #[serde(borrow)]
    tools: Tools<'a>,
    #[serde(borrow)]
    component: Option<RawComponent<'a>>,
    #[serde(borrow, deserialize_with = "or_default")]
    authors: Vec<Tool<'a>>,
    #[serde(borrow, deserialize_with = "or_default")]
    manufacturer: Tool<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    manufacture: Tool<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    supplier: Tool<'a>,
}

impl Metadata<'_> {
    fn author(&self) -> &str {
        let bodies = [&self.manufacturer, &self.manufacture, &self.supplier].into_iter();
        let mut names = self.authors.iter().chain(bodies).map(|body| body.name.trim());
        names.find(|name| !name.is_empty()).unwrap_or_default()
    }
}

/// A list of tools until 1.4; since then also an object with components.
#[derive(Deserialize)]
#[serde(untagged)]
enum Tools<'a> {
    List(#[serde(borrow)] Vec<Tool<'a>>),
    Object {
        #[serde(borrow, default)]
        components: Vec<Tool<'a>>,
    },
    Other(serde::de::IgnoredAny),
}

impl Default for Tools<'_> {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Tool<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    version: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawVulnerability<'a> {
    #[serde(borrow, rename = "bom-ref")]
    reference: Text<'a>,
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    source: Source<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    references: Vec<Reference<'a>>,
    #[serde(borrow, deserialize_with = "or_default")]
    ratings: Vec<RawRating<'a>>,
    #[serde(borrow)]
    cwes: Texts<'a>,
    #[serde(borrow)]
    description: Text<'a>,
    #[serde(borrow)]
    detail: Text<'a>,
    #[serde(borrow)]
    recommendation: Text<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    advisories: Vec<Source<'a>>,
    #[serde(borrow, deserialize_with = "or_default")]
    analysis: Analysis<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    affects: Vec<Affected<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Source<'a> {
    #[serde(borrow)]
    url: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Reference<'a> {
    #[serde(borrow)]
    id: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawRating<'a> {
    score: Number,
    #[serde(borrow)]
    severity: Text<'a>,
    #[serde(borrow)]
    method: Text<'a>,
    #[serde(borrow)]
    vector: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Analysis<'a> {
    #[serde(borrow)]
    state: Text<'a>,
    #[serde(borrow)]
    justification: Text<'a>,
    #[serde(borrow)]
    detail: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Affected<'a> {
    #[serde(borrow, rename = "ref")]
    reference: Text<'a>,
}

/// Which part of a document is known already.
#[derive(Default)]
struct Progress {
    recognized: bool,
    metadata: bool,
    components: bool,
    early_components: Vec<Deferred>,
    early_vulnerabilities: Vec<Deferred>,
}

pub(super) fn parse(
    input: &mut dyn std::io::BufRead,
    options: &Options,
    sink: &mut dyn Sink,
) -> Result<Summary, ParseError> {
    let mut json = Json::new(input, &options.limits);
    let mut bom = Bom::new(options, sink);
    let mut done = Progress::default();
    json.object(&mut |json, key| {
        match key {
            "bomFormat" => {
                let format: Text<'_> = json
                    .value()?
                    .read()
                    .map(|t: Text<'_>| Text(Cow::Owned(t.0.into_owned())))
                    .unwrap_or_default();
                if !format.eq_ignore_ascii_case("cyclonedx") {
                    let why = format!("its bomFormat is `{}`", crate::common::text::name(&format));
                    return Err(ParseError::WrongFormat { format: "cyclonedx", why });
                }
                done.recognized = true;
            }
            "specVersion" => {
                done.recognized = true;
                json.skip()?;
            }
            "serialNumber" => {
                let serial = json.value()?.read::<Text<'_>>().map(|it| it.0.into_owned());
                bom.serial(&serial.unwrap_or_default());
            }
            "metadata" => {
                let value = json.value()?;
                match value.read::<Metadata<'_>>() {
                    Ok(given) => metadata(given, &mut bom),
                    Err(why) => {
                        let at = value.at.clone();
                        bom.bill.out.reject(at, format!("metadata: {why}"));
                    }
                }
                done.metadata = true;
            }
            // The asset is in the metadata, and vulnerabilities refer to components: until they are known, wait.
            "components" if !done.metadata => done.early_components.push(json.defer()?),
            "components" => {
                json.array(&mut |json| components(json, &mut bom))?;
                done.components = true;
            }
            "compositions" => json.array(&mut |json| {
                let value = json.value()?;
                // One that is not understood may say anything.
                let given = value.read::<Composition<'_>>();
                bom.composition(given.as_ref().map_or("unknown", |given| &given.aggregate));
                Ok(())
            })?,
            "vulnerabilities" if !done.components => done.early_vulnerabilities.push(json.defer()?),
            "vulnerabilities" => json.array(&mut |json| vulnerability(json, &mut bom))?,
            _ => json.skip()?,
        }
        Ok(())
    })?;
    json.end()?;
    if !done.recognized {
        return Err(ParseError::WrongFormat {
            format: "cyclonedx",
            why: "it has neither bomFormat nor specVersion".into(),
        });
    }
    for early in &done.early_components {
        early.replay(&mut json, &mut |json| json.array(&mut |json| components(json, &mut bom)))?;
    }
    for early in &done.early_vulnerabilities {
        early.replay(&mut json, &mut |json| json.array(&mut |json| vulnerability(json, &mut bom)))?;
    }
    json.tell_flaws(&mut bom.bill.out);
    bom.finish()
}

fn metadata(mut given: Metadata<'_>, bom: &mut Bom<'_, '_>) {
    let tools = match &given.tools {
        Tools::List(tools) | Tools::Object { components: tools } => tools.as_slice(),
        Tools::Other(_) => &[],
    };
    let tool = tools.first().map(|tool| (tool.name.to_string(), tool.version.to_string()));
    let component = given.component.as_mut().map(RawComponent::take);
    bom.metadata(&given.timestamp, given.author(), tool, component.as_ref());
}

fn components(json: &mut Json<'_>, bom: &mut Bom<'_, '_>) -> Result<(), ParseError> {
    let value = json.value()?;
    let raw = Some(value.text.as_bytes());
    match value.read::<RawComponent<'_>>() {
        Ok(component) => nested(component, &value.at, raw, bom),
        Err(why) => {
            let at = bom.bill.out.record(value.at.clone(), "components");
            bom.bill.out.reject(at, why);
            Ok(())
        }
    }
}

/// Components can hold components; how deep is bounded by serde's own limit.
fn nested(
    mut component: RawComponent<'_>,
    at: &Place,
    raw: Option<&[u8]>,
    bom: &mut Bom<'_, '_>,
) -> Result<(), ParseError> {
    let here = bom.bill.out.record(at.clone(), "components");
    bom.component(&component.take(), &here, raw)?;
    component.components.into_iter().try_for_each(|inner| nested(inner, at, None, bom))
}

fn vulnerability(json: &mut Json<'_>, bom: &mut Bom<'_, '_>) -> Result<(), ParseError> {
    let value = json.value()?;
    let at = bom.bill.out.record(value.at.clone(), "vulnerabilities");
    let given: RawVulnerability<'_> = match value.read() {
        Ok(given) => given,
        Err(why) => {
            bom.bill.out.reject(at, why);
            return Ok(());
        }
    };
    let rating = |rating: RawRating<'_>| Rating {
        score: rating.score.0,
        severity: Cow::Owned(rating.severity.0.into_owned()),
        method: Cow::Owned(rating.method.0.into_owned()),
        vector: Cow::Owned(rating.vector.0.into_owned()),
    };
    let links = std::iter::once(given.source).chain(given.advisories).map(|source| source.url.0);
    let vulnerability = Vulnerability {
        id: given.id.0,
        reference: given.reference.0,
        aliases: given.references.into_iter().map(|reference| reference.id.0).collect(),
        ratings: given.ratings.into_iter().map(rating).collect(),
        cwes: given.cwes.0.into_iter().map(|cwe| cwe.0).collect(),
        description: given.description.0,
        detail: given.detail.0,
        recommendation: given.recommendation.0,
        links: links.collect(),
        state: given.analysis.state.0,
        justification: given.analysis.justification.0,
        state_detail: given.analysis.detail.0,
        affects: given.affects.into_iter().map(|affected| affected.reference.0).collect(),
    };
    bom.vulnerability(&vulnerability, &at, Some(value.text.as_bytes()))
}
