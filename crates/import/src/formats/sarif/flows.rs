//! Code flows of a SARIF result: the way from where a value comes in to where it does harm.

use super::Run;
use super::results::{Location, uri};
use crate::common::flex::or_default;
use crate::common::text;
use serde::Deserialize;

/// The most steps of a flow that are told.
const STEPS: usize = 30;

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Flow<'a> {
    #[serde(borrow, deserialize_with = "or_default")]
    thread_flows: Vec<Thread<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Thread<'a> {
    #[serde(borrow, deserialize_with = "or_default")]
    locations: Vec<Step<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Step<'a> {
    #[serde(borrow, deserialize_with = "or_default")]
    location: Location<'a>,
}

/// The steps of the first flow, one a line; empty where it has not at least two.
pub(super) fn told(flows: &[Flow<'_>], run: &Run) -> String {
    let steps = flows.first().and_then(|flow| flow.thread_flows.first()).map(|thread| &thread.locations);
    let Some(steps) = steps.filter(|steps| steps.len() > 1) else { return String::new() };
    let step = |step: &Step<'_>| {
        let physical = &step.location.physical_location;
        let line = physical.region.start_line.whole().map_or(String::new(), |line| format!(":{line}"));
        let words = text::line(&step.location.message.text, text::TITLE);
        format!("{}{line} {words}", text::name(&uri(&physical.artifact_location, run))).trim().to_owned()
    };
    let mut lines: Vec<_> = steps.iter().take(STEPS).map(step).filter(|step| !step.is_empty()).collect();
    if steps.len() > STEPS {
        lines.push(format!("and {} more steps", steps.len() - STEPS));
    }
    format!("Flow:\n{}", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use crate::format::Options;
    use crate::sink::Collected;

    #[test]
    fn the_way_of_a_value() {
        let mut report = &br#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"t"}},"results":[{"ruleId":"sqli",
            "message":{"text":"m"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"b.py"},
            "region":{"startLine":9,"snippet":{"text":"run(q)"}}}}],"codeFlows":[{"threadFlows":[{"locations":[
            {"location":{"message":{"text":"input"},"physicalLocation":{"artifactLocation":{"uri":"a.py"},
            "region":{"startLine":2}}}},{"location":{"physicalLocation":{"artifactLocation":{"uri":"b.py"},
            "region":{"startLine":9}}}},{}]}]}]}]}]}"#[..];
        let mut seen = Collected::default();
        (super::super::FORMAT.parse)(&mut report, &Options::default(), &mut seen).unwrap();
        let evidence = &seen.findings().next().unwrap().evidence;
        assert_eq!(evidence, "run(q)\n\nFlow:\na.py:2 input\nb.py:9");
    }
}
