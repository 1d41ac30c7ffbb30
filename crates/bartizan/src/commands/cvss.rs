//! `bartizan cvss`: scores of CVSS vectors.

use crate::failure::Failure;
use crate::out::{self, Out};
use bartizan_advisory::cvss::Vector;
use clap::Args;
use serde::Serialize;
use std::io::BufRead;

/// Score CVSS vectors (v2, v3.0, v3.1, v4.0)
///
/// Prints score and severity. The score is the most specific one that the vector defines: environmental, temporal or
/// base. An invalid vector is told on standard error and in the exit status; the others still go on.
#[derive(Debug, Args)]
pub(crate) struct Cvss {
    /// A vector, such as CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H; - reads one a line
    #[arg(value_name = "VECTOR")]
    vector: String,
    /// Print one JSON object a vector
    #[arg(long)]
    json: bool,
}

/// One vector's scores: the keys that scripts rely on.
#[derive(Serialize)]
struct Line<'a> {
    vector: &'a str,
    version: &'a str,
    score: f64,
    severity: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    base: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temporal: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    environmental: Option<f64>,
}

impl Cvss {
    /// Scores them.
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let mut out = Out::new();
        if self.vector != "-" {
            self.score(self.vector.trim(), &mut out)?;
            return out.flush();
        }
        let mut failed = false;
        for (number, line) in (1_u64..).zip(std::io::stdin().lock().split(b'\n')) {
            let line = line.map_err(|error| Failure::new(format!("standard input: {error}"), ""))?;
            let line = String::from_utf8_lossy(&line);
            let vector = line.trim();
            if vector.is_empty() {
                continue;
            }
            match self.score(vector, &mut out) {
                Err(Failure::Said { what, .. }) => {
                    failed = true;
                    out::error(&Failure::new(format!("line {number}: {what}"), ""));
                }
                other => other?,
            }
        }
        out.flush()?;
        if failed { Err(Failure::Told) } else { Ok(()) }
    }

    fn score(&self, text: &str, out: &mut Out) -> Result<(), Failure> {
        let vector = Vector::parse(text).map_err(|error| {
            let shown: String = text.chars().take(200).collect();
            Failure::new(format!("`{shown}` is no CVSS vector: {error}"), "Copy it whole, with its prefix.")
        })?;
        let (score, severity) = (vector.score(), vector.severity().as_str());
        if !self.json {
            return out.line(format!("{score:.1} {severity}"));
        }
        let scores = vector.scores();
        out.json(&Line {
            vector: text,
            version: scores.version.as_str(),
            score,
            severity,
            base: scores.base,
            temporal: scores.temporal,
            environmental: scores.environmental,
        })
    }
}
