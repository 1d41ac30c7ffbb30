//! A row of a simple format as an observation.

use crate::common::fields::{Column, Row};
use crate::common::out::Out;
use crate::common::{assets, cvss, dates, ids, loci, purl, text};
use crate::error::ParseError;
use crate::format::Options;
use crate::sink::Place;
use bartizan_model::observation::{AssetSeen, ComponentSeen, ServiceSeen, WeaknessSeen};
use bartizan_model::{AssetKind, AssetRef, Finding, Identifier, IdentifierKind, Locus, Observation};
use std::collections::BTreeMap;

/// Hands a row over as what it says, or rejects it.
pub(super) fn observe(
    row: &Row<'_>,
    at: &Place,
    options: &Options,
    raw: Option<&[u8]>,
    out: &mut Out<'_>,
) -> Result<(), ParseError> {
    match observation(row, options) {
        Ok(Observation::Finding(finding)) => {
            out.summary.seen_at = out.summary.seen_at.max(finding.seen_at);
            out.finding(at, *finding, raw)
        }
        Ok(observation) => out.observe(at, observation, raw),
        Err(why) => {
            out.reject(at.clone(), why);
            Ok(())
        }
    }
}

fn observation(row: &Row<'_>, options: &Options) -> Result<Observation, String> {
    let asset = asset(row, options)?;
    let (title, rule) = (row.get(Column::Title), text::name(row.get(Column::Rule)));
    let mut weakness = WeaknessSeen { rule, ..WeaknessSeen::default() };
    for id in row.get(Column::Cve).split([',', ';', ' ', '|', '\n']) {
        ids::push_id(&mut weakness.ids, id);
    }
    ids::cwes_in(&mut weakness.cwe, row.get(Column::Cwe));
    let port = match row.get(Column::Port) {
        "" | "0" => None,
        text => Some(text.parse::<u16>().map_err(|_| format!("`{}` is no port number", text::name(text)))?),
    };
    let protocol = match row.get(Column::Protocol).to_ascii_lowercase() {
        other if other.is_empty() => "tcp".to_owned(),
        other => text::name(&other),
    };
    let version = row.get(Column::Version);
    let component = row.get(Column::Component);
    let given = purl::given(component);
    if title.is_empty() && weakness.rule.is_empty() && weakness.ids.is_empty() {
        return Ok(if !component.is_empty() {
            let purl = given.unwrap_or_default();
            Observation::Component(ComponentSeen {
                asset,
                purl,
                name: text::name(component),
                version: text::name(version),
                locations: Vec::new(),
                vantage: String::new(),
            })
        } else if let Some(port) = port {
            let name = text::name(row.get(Column::Service));
            let (product, version) = (String::new(), text::name(version));
            Observation::Service(ServiceSeen {
                asset,
                protocol,
                port,
                name,
                product,
                version,
                cpe: String::new(),
                addresses: Vec::new(),
                vantage: String::new(),
            })
        } else {
            let os = text::name(row.get(Column::Os));
            Observation::Asset(AssetSeen {
                os: (!os.is_empty()).then_some(os),
                seen_at: dates::date(row.get(Column::SeenAt)),
                attributes: attributes(row),
                ..AssetSeen::new(asset)
            })
        });
    }
    let package =
        (!component.is_empty()).then(|| given.clone().unwrap_or_else(|| purl::generic(component, version)));
    let path = row.get(Column::Path);
    let web = asset.kind == AssetKind::WebApplication;
    let url = assets::Url::parse(row.get(Column::Asset))
        .filter(|url| web && path.is_empty() && !url.path.is_empty());
    let parameter = row.get(Column::Parameter);
    let locus = match (&package, path, port) {
        (Some(purl), ..) => Locus::package(purl),
        (None, "", Some(port)) => Locus::port(&protocol, port),
        (None, "", None) => url.map_or(Locus::Whole, |url| loci::route(&url.path, parameter)),
        (None, path, _) if web => loci::route(path, parameter),
        (None, path, _) => loci::file(path, ""),
    };
    if weakness.rule.is_empty() && weakness.ids.is_empty() {
        // Without rule and CVE the title is all there is to know a weakness by.
        weakness.rule = text::title(title, "").to_lowercase();
    }
    let fixed = text::name(row.get(Column::FixedVersion));
    // Of a finding, the word means how bad it is.
    let severity = [Column::Severity, Column::Criticality].map(|column| row.get(column));
    let severity = severity.into_iter().find(|word| !word.is_empty()).unwrap_or_default();
    let tags = row.get(Column::Tags).split([',', ';', '\n']).map(text::name);
    let heading = weakness.ids.first().unwrap_or(&weakness.rule).clone();
    let optional = |text: String| (!text.is_empty()).then_some(text);
    Ok(Observation::Finding(Box::new(Finding {
        description: text::body(row.get(Column::Description)),
        fix: text::body(row.get(Column::Fix)),
        cvss: cvss::vectors(row.get(Column::Cvss).split([',', ' '])),
        component: package.map(|purl| match (given, version) {
            (Some(given), version) if !version.is_empty() && !given.contains('@') => {
                purl::given(&format!("{given}@{version}")).unwrap_or(given)
            }
            (Some(given), _) => given,
            (None, _) => purl,
        }),
        fixed_version: optional(fixed),
        evidence: text::body(row.get(Column::Evidence)),
        line: row.get(Column::Line).parse().ok().filter(|line| *line > 0),
        raw_id: optional(text::name(row.get(Column::Id))),
        seen_at: dates::date(row.get(Column::SeenAt)),
        tags: tags.filter(|tag| !tag.is_empty()).collect(),
        references: text::links(row.get(Column::References).split([',', '\n'])),
        suppressed: optional(text::name(row.get(Column::Suppressed)))
            .filter(|s| !matches!(s.as_str(), "false" | "no" | "0")),
        ..Finding::new(text::title(title, &heading), ids::severity(severity), weakness, asset, locus)
    })))
}

/// What an inventory knows of an asset beside its names.
fn attributes(row: &Row<'_>) -> BTreeMap<String, String> {
    let words = [Column::Owner, Column::Tags].map(|column| (column, text::name(row.get(column))));
    let worth = row.get(Column::Criticality).trim().to_lowercase();
    let worth = match worth.chars().next() {
        // `1 - most critical`, as configuration databases number it.
        Some('1') => "critical".to_owned(),
        Some('2') => "high".to_owned(),
        Some('3') => "medium".to_owned(),
        Some('4') => "low".to_owned(),
        _ => text::name(&worth),
    };
    let all = words.into_iter().chain([(Column::Criticality, worth)]);
    all.filter(|(_, text)| !text.is_empty()).map(|(column, text)| (column.name().to_owned(), text)).collect()
}

fn asset(row: &Row<'_>, options: &Options) -> Result<AssetRef, String> {
    let name = row.get(Column::Asset);
    let url = assets::Url::parse(name).filter(|_| name.contains("://"));
    let kind = match row.get(Column::AssetKind) {
        "" if url.is_some() => AssetKind::WebApplication,
        "" => AssetKind::Host,
        word => word.replace(['_', ' '], "-").parse()?,
    };
    let known_as = [Column::Ip, Column::Hostname].map(|column| row.get(column));
    let extra = || {
        let hosts = known_as.into_iter().filter_map(|text| Identifier::host(&text::name(text)));
        hosts.chain(Identifier::new(IdentifierKind::Mac, &text::name(row.get(Column::Mac))))
    };
    let typed = match kind {
        AssetKind::WebApplication => url.as_ref().and_then(assets::Url::web_application),
        AssetKind::Repository => assets::repository(name),
        AssetKind::ContainerImage => assets::image(name),
        AssetKind::Host => {
            let host = url.as_ref().map_or(name, |url| &url.host);
            AssetRef::new(
                kind,
                &text::name(host),
                Identifier::host(&text::name(host)).into_iter().chain(extra()),
            )
        }
        AssetKind::Domain => {
            AssetRef::new(kind, &text::name(name), Identifier::new(IdentifierKind::Fqdn, &text::name(name)))
        }
        AssetKind::CloudResource => AssetRef::new(
            kind,
            &text::name(name),
            Identifier::new(IdentifierKind::CloudId, &text::name(name)),
        ),
        _ => None,
    };
    let named = || {
        AssetRef::new(
            kind,
            &text::name(name),
            assets::named(kind, name).into_iter().flat_map(|a| a.identifiers).chain(extra()),
        )
    };
    typed
        .or_else(named)
        .or_else(|| options.asset.clone())
        .ok_or_else(|| "neither asset, ip nor hostname".to_owned())
}
