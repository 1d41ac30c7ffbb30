//! CycloneDX XML, with the old vulnerability extension.

use super::Bom;
use super::properties::{identity, upstream};
use super::vulnerability::{Rating, Vulnerability};
use crate::common::bill::Component;
use crate::common::text;
use crate::common::xml::{Element, Node, Xml};
use crate::error::ParseError;
use crate::format::{Options, Summary};
use crate::sink::{Place, Sink};
use std::borrow::Cow;

pub(super) fn parse(
    input: &mut dyn std::io::BufRead,
    options: &Options,
    sink: &mut dyn Sink,
) -> Result<Summary, ParseError> {
    let mut xml = Xml::new(input, &options.limits);
    let mut bom = Bom::new(options, sink);
    let mut root = false;
    loop {
        let element = match xml.next()? {
            Node::Eof => break,
            Node::End => continue,
            Node::Start(element) => element,
        };
        let place = xml.place();
        match element.name.as_str() {
            "bom" => {
                root = true;
                bom.serial(element.attr("serialNumber"));
            }
            _ if !root => {
                let why = format!("its root element is <{}>, not <bom>", text::name(&element.name));
                return Err(ParseError::WrongFormat { format: "cyclonedx", why });
            }
            "metadata" => metadata(&xml.subtree(element)?, &mut bom),
            // Their children come one by one.
            "components" | "vulnerabilities" | "compositions" => {}
            "component" => component(&xml.subtree(element)?, &place, &mut bom)?,
            "composition" => bom.composition(xml.subtree(element)?.text_of("aggregate")),
            "vulnerability" => vulnerability(&xml.subtree(element)?, "", &place, &mut bom)?,
            _ => xml.skip()?,
        }
    }
    if !xml.seen_root() {
        return Err(ParseError::Empty { format: "cyclonedx" });
    }
    bom.bill.out.damaged(xml.damaged());
    bom.finish()
}

fn metadata(metadata: &Element, bom: &mut Bom<'_, '_>) {
    let tools = metadata.child("tools");
    let tool = tools
        .and_then(|tools| tools.child("tool").or_else(|| tools.within("components", "component").next()));
    let tool = tool.map(|tool| (tool.text_of("name").to_owned(), tool.text_of("version").to_owned()));
    let component = metadata.child("component").map(of);
    let body = |name| metadata.child(name).map_or("", |body| body.text_of("name"));
    let authors = metadata.within("authors", "author").map(|author| author.text_of("name"));
    let mut names = authors.chain(["manufacturer", "manufacture", "supplier"].map(body));
    let author = names.find(|name| !name.is_empty()).unwrap_or_default();
    bom.metadata(metadata.text_of("timestamp"), author, tool, component.as_ref());
}

fn of(element: &Element) -> Component<'_> {
    let properties =
        || element.within("properties", "property").map(|each| (each.attr("name"), each.text.trim()));
    Component {
        upstream: upstream(properties()),
        identity: identity(properties()),
        kind: element.attr("type").into(),
        reference: element.attr("bom-ref").into(),
        group: element.text_of("group").into(),
        name: element.text_of("name").into(),
        version: element.text_of("version").into(),
        purl: element.text_of("purl").into(),
        cpe: element.text_of("cpe").into(),
    }
}

/// Components can hold components; how deep is bounded by the reader.
fn component(element: &Element, place: &Place, bom: &mut Bom<'_, '_>) -> Result<(), ParseError> {
    let at = bom.bill.out.record(place.clone(), "<component>");
    let mut own = of(element);
    // The old extension puts vulnerabilities into their component, which need not have a reference then.
    let holds_some = element.child("vulnerabilities").is_some();
    if holds_some && own.reference.is_empty() {
        own.reference = match &*own.purl {
            "" => format!("{}@{}", own.full_name(), own.version).into(),
            purl => purl.to_owned().into(),
        };
    }
    bom.component(&own, &at, None)?;
    for inner in element.within("components", "component") {
        component(inner, place, bom)?;
    }
    for inner in element.within("vulnerabilities", "vulnerability") {
        vulnerability(inner, &own.reference, place, bom)?;
    }
    Ok(())
}

fn vulnerability(
    element: &Element,
    inside: &str,
    place: &Place,
    bom: &mut Bom<'_, '_>,
) -> Result<(), ParseError> {
    let at = bom.bill.out.record(place.clone(), "<vulnerability>");
    let texts = |outer: &'static str, inner: &'static str| {
        element.within(outer, inner).map(|e| Cow::Borrowed(e.text.trim()))
    };
    let rating = |rating: &Element| {
        // The extension splits the score: <score><base>9.8</base>.
        let score = rating.child("score").map_or("", |score| {
            if score.child("base").is_some() { score.text_of("base") } else { score.text.trim() }
        });
        Rating {
            score: score.parse().ok(),
            severity: Cow::Owned(rating.text_of("severity").to_owned()),
            method: Cow::Owned(rating.text_of("method").to_owned()),
            vector: Cow::Owned(rating.text_of("vector").to_owned()),
        }
    };
    let advisory = |advisory: &Element| match advisory.child("url") {
        Some(url) => Cow::Owned(url.text.trim().to_owned()),
        None => Cow::Owned(advisory.text.trim().to_owned()),
    };
    let analysis = element.child("analysis");
    let analysis = |name| analysis.map_or("", |analysis| analysis.text_of(name));
    // The extension's own reference to the component is an attribute; inside of a component it may be of the record itself.
    let old = if inside.is_empty() { element.attr("ref") } else { inside };
    let targets = element.within("affects", "target").map(|target| Cow::Borrowed(target.text_of("ref")));
    let mut affects: Vec<_> = targets.filter(|reference| !reference.is_empty()).collect();
    if affects.is_empty() && !old.is_empty() {
        affects.push(Cow::Borrowed(old));
    }
    let recommendation = match element.text_of("recommendation") {
        "" => texts("recommendations", "recommendation").collect::<Vec<_>>().join("\n").into(),
        own => Cow::Borrowed(own),
    };
    let source = element.child("source").map_or("", |source| source.text_of("url"));
    let vulnerability = Vulnerability {
        id: element.text_of("id").into(),
        reference: element.attr("bom-ref").into(),
        aliases: element.within("references", "reference").map(|r| Cow::Borrowed(r.text_of("id"))).collect(),
        ratings: element.within("ratings", "rating").map(rating).collect(),
        cwes: texts("cwes", "cwe").collect(),
        description: element.text_of("description").into(),
        detail: element.text_of("detail").into(),
        recommendation,
        links: std::iter::once(Cow::Borrowed(source))
            .chain(element.within("advisories", "advisory").map(advisory))
            .collect(),
        state: analysis("state").into(),
        justification: analysis("justification").into(),
        state_detail: analysis("detail").into(),
        affects,
    };
    bom.vulnerability(&vulnerability, &at, None)
}
