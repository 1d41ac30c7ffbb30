//! `audit.xml`: what people decided of issues, by their instance id.

use crate::common::text;
use crate::common::xml::Element;
use bartizan_model::Finding;
use std::collections::HashMap;

/// The tag of every project that says whether an issue is one.
const ANALYSIS: &str = "87f2364f-dcd4-49e6-861d-f8d3f351686b";

#[derive(Default)]
pub(super) struct Decisions(HashMap<String, Decision>);

struct Decision {
    suppressed: bool,
    analysis: String,
    comments: String,
}

impl Decisions {
    /// Takes an `<Issue>` of the audit.
    pub(super) fn take(&mut self, issue: &Element) {
        let analysis = issue.children("Tag").find(|tag| tag.attr("id").eq_ignore_ascii_case(ANALYSIS));
        let comments = issue.within("ThreadedComments", "Comment").map(|comment| comment.text_of("Content"));
        let decision = Decision {
            suppressed: issue.attr("suppressed").eq_ignore_ascii_case("true"),
            analysis: text::name(analysis.map_or("", |tag| tag.text_of("Value"))),
            comments: text::paragraphs(comments),
        };
        if decision.suppressed || !decision.analysis.is_empty() || !decision.comments.is_empty() {
            self.0.insert(text::name(issue.attr("instanceId")), decision);
        }
    }

    /// Adds what was decided of the issue that this is.
    pub(super) fn add(&self, finding: &mut Finding) {
        let Some(decision) = finding.raw_id.as_ref().and_then(|id| self.0.get(id)) else { return };
        let Decision { suppressed, analysis, comments } = decision;
        if *suppressed {
            let reason =
                if analysis.is_empty() { comments.lines().next().unwrap_or_default() } else { analysis };
            finding.suppressed = Some(text::because("suppressed", reason));
        } else if super::is_harmless(analysis) {
            finding.suppressed = Some(analysis.clone());
        }
        finding.tags.extend(text::tags([("analysis", analysis.as_str())]));
        finding.evidence = text::body(
            &[&finding.evidence, &text::labelled([("Comments", comments.as_str())])]
                .map(|it| it.trim())
                .join("\n\n"),
        );
    }
}
