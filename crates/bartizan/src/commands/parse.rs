//! `bartizan parse`: what a report says, in the words of Bartizan, without a store.

use crate::failure::Failure;
use crate::inputs::{broken_archive, inside, is_archive};
use crate::out::{self, Out};
use bartizan_import::{Format, Limits, Options, Place, Sink, Source};
use bartizan_model::{Coverage, Covered, Gap, Observation};
use clap::Args;
use serde::Serialize;
use serde_json::json;
use std::fs::File;
use std::io::{BufRead, Read};
use std::ops::ControlFlow;
use std::path::PathBuf;

/// Print what a report says, one JSON observation a line, without storing it
///
/// The lines are observations (`kind` is finding, asset, service, component, relation or host); `source` names the
/// tool before its observations, and `coverage` says at the end what the tool looked at. `bartizan import` takes the
/// lines as they are. Of a broken report, what came before the break is printed, and then the error.
#[derive(Debug, Args)]
pub(crate) struct Parse {
    /// A report or an archive of reports; - reads standard input
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// The format, where it cannot be detected (see `bartizan formats`)
    #[arg(long, value_name = "NAME")]
    format: Option<String>,
    /// The asset that a report speaks of which names none itself
    #[arg(long, value_name = "NAME")]
    asset: Option<String>,
}

/// A line that is no observation.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(crate) enum Manifest<'a> {
    /// The tool of what follows.
    Source { name: &'a str, version: Option<&'a str> },
    /// What was looked at, and what was not.
    Coverage(&'a Coverage),
}

impl Parse {
    /// Prints it.
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let mut out = Out::new();
        if self.path.as_os_str() == "-" {
            self.report("standard input", std::io::stdin(), &mut out)?;
        } else if is_archive(&self.path)? {
            self.archive(&mut out)?;
        } else {
            let file = File::open(&self.path).map_err(|error| Failure::file(&self.path, &error))?;
            self.report(&self.path.display().to_string(), file, &mut out)?;
        }
        out.flush()
    }

    fn archive(&self, out: &mut Out) -> Result<(), Failure> {
        let file = File::open(&self.path).map_err(|error| Failure::file(&self.path, &error))?;
        let mut failed = false;
        let mut closed = false;
        let walked = bartizan_import::entries(file, &Limits::default(), &mut |entry| {
            match self.report(&inside(&self.path, &entry.name), entry.reader, out) {
                Ok(()) => {}
                Err(Failure::PipeClosed) => closed = true,
                Err(failure) => {
                    failed = true;
                    out::error(&failure);
                }
            }
            if closed { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        match walked {
            _ if closed => Err(Failure::PipeClosed),
            Err(error) => Err(broken_archive(&self.path, &error)),
            Ok(()) if failed => Err(Failure::Told),
            Ok(()) => Ok(()),
        }
    }

    fn report<'a>(&self, label: &str, reader: impl Read + 'a, out: &mut Out) -> Result<(), Failure> {
        let failed = |why: &dyn std::fmt::Display| Failure::new(format!("{label}: {why}"), "");
        let fallback = self.asset.clone().unwrap_or_default();
        let options = Options { fallback, ..Options::default() };
        let mut reader = bartizan_import::open(reader, &options.limits).map_err(|error| failed(&error))?;
        let format = self.format(&mut reader).map_err(|error| failed(&error))?;
        let mut sink = Printer { out, failure: None, gaps: Vec::new() };
        let parsed = (format.parse)(&mut reader, &options, &mut sink);
        if parsed.is_ok() {
            let gaps = std::mem::take(&mut sink.gaps);
            if !gaps.is_empty() {
                sink.print(&Manifest::Coverage(&Coverage { covered: Vec::new(), gaps }));
            }
        }
        if let Some(failure) = sink.failure {
            return Err(failure);
        }
        out.flush()?;
        parsed.map(drop).map_err(|error| failed(&error))
    }

    fn format(&self, reader: &mut Box<dyn BufRead + '_>) -> Result<&'static Format, String> {
        match &self.format {
            None => {
                let head = reader.fill_buf().map_err(|error| error.to_string())?;
                bartizan_import::detect(head).map_err(|error| error.to_string())
            }
            Some(name) => bartizan_import::by_id(name)
                .ok_or_else(|| format!("there is no format `{name}`; `bartizan formats` lists them")),
        }
    }
}

/// Prints as it comes.
struct Printer<'a> {
    out: &'a mut Out,
    failure: Option<Failure>,
    gaps: Vec<Gap>,
}

impl Printer<'_> {
    fn print(&mut self, value: &impl Serialize) {
        if self.failure.is_none()
            && let Err(failure) = self.out.json(value)
        {
            self.failure = Some(failure);
        }
    }
}

impl Sink for Printer<'_> {
    fn source(&mut self, source: &Source) {
        self.print(&Manifest::Source { name: &source.name, version: source.version.as_deref() });
    }

    fn observe(&mut self, _at: Place, observation: Observation, _raw: Option<&[u8]>) -> ControlFlow<()> {
        self.print(&observation);
        if self.failure.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn reject(&mut self, at: Place, reason: String) {
        out::warn(&format!("not usable: {at}: {reason}"));
    }

    fn cover(&mut self, covered: Covered) {
        self.print(&json!({ "kind": "coverage", "covered": [covered], "gaps": [] }));
    }

    fn gap(&mut self, gap: Gap) {
        self.gaps.push(gap);
    }
}
