//! XML of report templates: issues in groups, each group with the words about its category.

use crate::common::code::Hit;
use crate::common::kept::Once;
use crate::common::out::Out;
use crate::common::xml::Element;
use crate::common::{html, ids, text, walk};
use crate::error::ParseError;
use crate::format::{Options, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Finding};
use std::io::BufRead;

pub(super) fn parse(
    input: &mut dyn BufRead,
    options: &Options,
    sink: &mut dyn Sink,
) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    // Several sections of a report may list one issue.
    let mut told = Once::new(options.limits.deferred / 2);
    walk::walk(input, options, &mut out, "fortify", &["ReportDefinition"], &mut |element, xml, out| {
        match element.name.as_str() {
            "ReportDefinition" => out.source("fortify", ""),
            "GroupingSection" => {
                let place = xml.place();
                let group = xml.subtree(element)?;
                for issue in group.children("Issue") {
                    let id = text::name(issue.attr("iid"));
                    if !id.is_empty() && !told.first(&id) {
                        continue;
                    }
                    let at = out.record(place.clone(), "<Issue>");
                    match found(issue, &group, options) {
                        Some(finding) => out.finding(&at, finding, None)?,
                        None => out.reject(at, "an issue without a category"),
                    }
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    out.finish("fortify")
}

fn found(issue: &Element, group: &Element, options: &Options) -> Option<Finding> {
    let category = issue.text_of("Category");
    let rule = [issue.attr("ruleID"), category].into_iter().find(|rule| !rule.is_empty())?;
    let nothing = Element::default();
    let place = issue.child("Primary").unwrap_or(&nothing);
    let about = |name: &str| {
        let info =
            group.within("MajorAttributeSummary", "MetaInfo").find(|info| info.text_of("Name") == name);
        html::plain(info.map_or("", |info| info.text_of("Value")))
    };
    let path = [place.text_of("FilePath"), place.text_of("FileName")];
    let hit = Hit {
        rule,
        title: category,
        severity: ids::severity(issue.text_of("Friority")),
        cwe: "",
        path: path.into_iter().find(|path| !path.is_empty()).unwrap_or_default(),
        line: place.text_of("LineStart").parse().ok(),
        anchor: issue.attr("iid"),
        snippet: place.text_of("Snippet"),
    };
    let analysis = issue.children("Tag").find(|tag| tag.text_of("Name") == "Analysis");
    let analysis = analysis.map_or("", |tag| tag.text_of("Value"));
    let mut finding = Finding {
        description: text::paragraphs([issue.text_of("Abstract"), &about("Explanation")]),
        fix: text::body(&about("Recommendations")),
        raw_id: text::some(issue.attr("iid")),
        tags: text::some(issue.text_of("Kingdom")).into_iter().collect(),
        suppressed: super::is_harmless(analysis).then(|| text::name(analysis)),
        ..hit.finding(options.asset_or(AssetKind::Repository))
    };
    ids::cwes_in(&mut finding.weakness.cwe, &about("References"));
    Some(finding)
}
