//! Records in the exact form that `bartizan parse` prints. They are checked and cleaned like any other report: the file
//! may have been written by anyone.

use crate::common::flex::Text;
use crate::common::house::checked;
use crate::common::json::Value;
use crate::common::out::Out;
use crate::common::text;
use crate::error::ParseError;
use crate::sink::Place;
use bartizan_model::Observation;
use bartizan_model::coverage::Coverage;
use serde::Deserialize;

/// The kinds of records that are not simple rows.
pub(super) const KINDS: [&str; 9] =
    ["finding", "asset", "service", "component", "relation", "host", "statement", "coverage", "source"];

/// The kind of a record in exact form; `None` for a simple row.
pub(super) fn kind(record: &str) -> Option<&'static str> {
    #[derive(Deserialize)]
    struct Tagged<'a> {
        #[serde(borrow)]
        kind: Text<'a>,
        #[serde(default)]
        title: Option<serde::de::IgnoredAny>,
        #[serde(default)]
        weakness: Option<serde::de::IgnoredAny>,
    }
    let tagged: Tagged<'_> = serde_json::from_str(record).ok()?;
    let kind = KINDS.into_iter().find(|kind| *kind == &*tagged.kind)?;
    // `kind` is also a synonym of `asset_kind` in simple rows, where it may say "host" or "service".
    let simple = tagged.title.is_some() && tagged.weakness.is_none();
    (!simple).then_some(kind)
}

/// Names the tool.
pub(super) fn source(value: &Value<'_>, at: Place, out: &mut Out<'_>) {
    #[derive(Deserialize)]
    struct Named<'a> {
        #[serde(borrow)]
        name: Text<'a>,
        #[serde(borrow, default)]
        version: Text<'a>,
    }
    match value.read::<Named<'_>>() {
        Ok(named) if !named.name.trim().is_empty() => out.source(&named.name, &named.version),
        Ok(_) => out.reject(at, "the source has no name"),
        Err(why) => out.reject(at, why),
    }
}

/// Takes a coverage record; it counts at the end.
pub(super) fn coverage(value: &Value<'_>, at: Place, all: &mut Coverage, out: &mut Out<'_>) {
    #[derive(Deserialize)]
    struct Record {
        #[serde(default)]
        covered: Vec<bartizan_model::Covered>,
        #[serde(default)]
        gaps: Vec<bartizan_model::Gap>,
    }
    let record: Record = match value.read() {
        Ok(record) => record,
        Err(why) => return out.reject(at, why),
    };
    for mut covered in record.covered {
        match checked(&covered.asset) {
            Some(asset) => {
                covered.asset = asset;
                all.covered.push(covered);
            }
            None => out.reject(at.clone(), "coverage of an asset without valid identifiers"),
        }
    }
    for gap in record.gaps {
        all.gaps.push(bartizan_model::Gap::new(
            text::line(&gap.what, text::NAME),
            text::line(&gap.why, text::NAME),
        ));
    }
}

/// Hands an observation over.
pub(super) fn observation(value: &Value<'_>, at: &Place, out: &mut Out<'_>) -> Result<(), ParseError> {
    let observation: Observation = match value.read() {
        Ok(observation) => observation,
        Err(why) => {
            out.reject(at.clone(), why);
            return Ok(());
        }
    };
    let raw = Some(value.text.as_bytes());
    match cleaned(observation) {
        Some(Observation::Finding(finding)) => {
            out.summary.seen_at = out.summary.seen_at.max(finding.seen_at);
            out.finding(at, *finding, raw)
        }
        Some(observation) => out.observe(at, observation, raw),
        None => {
            out.reject(at.clone(), "an asset without valid identifiers");
            Ok(())
        }
    }
}

fn cleaned(observation: Observation) -> Option<Observation> {
    Some(match observation {
        Observation::Finding(mut f) => {
            f.asset = checked(&f.asset)?;
            f.title = text::title(&f.title, &f.weakness.rule);
            for field in [&mut f.description, &mut f.fix, &mut f.evidence] {
                *field = text::body(field);
            }
            let lists = [&mut f.weakness.ids, &mut f.cvss, &mut f.compliance, &mut f.tags];
            let words =
                [&mut f.weakness.rule, &mut f.component_name, &mut f.component_version, &mut f.confidence];
            for field in lists.into_iter().flatten().chain(words) {
                *field = text::name(field);
            }
            for field in [&mut f.component, &mut f.fixed_version, &mut f.raw_id, &mut f.suppressed] {
                *field = field.as_deref().map(text::name);
            }
            let Ok(locus) = text::name(&f.locus.to_string()).parse();
            f.locus = locus;
            f.references = text::links(f.references.iter().map(String::as_str));
            Observation::Finding(f)
        }
        Observation::Asset(mut seen) => {
            seen.asset = checked(&seen.asset)?;
            seen.os = seen.os.as_deref().map(text::name);
            let attributes = seen.attributes.iter();
            seen.attributes = attributes.map(|(name, value)| (text::name(name), text::body(value))).collect();
            Observation::Asset(seen)
        }
        Observation::Service(mut seen) => {
            seen.asset = checked(&seen.asset)?;
            for field in [&mut seen.name, &mut seen.product, &mut seen.version, &mut seen.protocol] {
                *field = text::name(field);
            }
            seen.addresses.iter_mut().for_each(|address| *address = text::name(address));
            Observation::Service(seen)
        }
        Observation::Component(mut seen) => {
            seen.asset = checked(&seen.asset)?;
            for field in [&mut seen.purl, &mut seen.name, &mut seen.version] {
                *field = text::name(field);
            }
            seen.locations.iter_mut().for_each(|place| *place = text::name(place));
            Observation::Component(seen)
        }
        Observation::Relation(mut seen) => {
            (seen.from, seen.to) = (checked(&seen.from)?, checked(&seen.to)?);
            seen.relation = text::name(&seen.relation);
            seen.via = text::name(&seen.via);
            Observation::Relation(seen)
        }
        Observation::Host(mut facts) => {
            facts.asset = checked(&facts.asset)?;
            Observation::Host(facts)
        }
        Observation::Statement(mut said) => {
            if let Some(asset) = &said.asset {
                said.asset = Some(checked(asset)?);
            }
            for field in [&mut said.author, &mut said.document, &mut said.justification] {
                *field = text::name(field);
            }
            said.ids.iter_mut().for_each(|id| *id = text::name(id));
            said.words = text::body(&said.words);
            Observation::Statement(said)
        }
    })
}
