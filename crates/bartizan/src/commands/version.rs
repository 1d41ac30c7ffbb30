//! `bartizan version`: the orders of versions.

use crate::failure::Failure;
use crate::out::{self, Out};
use bartizan_advisory::version::Scheme;
use clap::{Args, Subcommand};
use std::cmp::Ordering;
use std::io::BufRead;

/// Versions as their ecosystems order them.
#[derive(Debug, Args)]
pub(crate) struct Version {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Say which of two versions is the older one: prints <, = or >
    ///
    /// What is no version is told on standard error and in the exit status. Where versions are read from standard
    /// input, each line has its answer; that of a line without two versions is !, and the others still go on.
    Compare {
        /// Whose order: an ecosystem of OSV (Debian:12, PyPI), a type of package URLs (deb, golang), a distribution
        ecosystem: String,
        /// A version; - reads two a line, with a tab between them
        #[arg(value_name = "A", allow_hyphen_values = true)]
        left: String,
        /// Another version
        #[arg(value_name = "B", allow_hyphen_values = true)]
        right: Option<String>,
    },
}

impl Version {
    /// Compares.
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let What::Compare { ecosystem, left, right } = &self.what;
        let scheme = Scheme::from_name(ecosystem).ok_or_else(|| {
            Failure::new(
                format!("`{}` is no ecosystem whose versions are known", shown(ecosystem)),
                "Take a name of OSV (Debian, PyPI, Go), a type of package URLs (deb, rpm, apk), or generic.",
            )
        })?;
        let mut out = Out::new();
        match (left.as_str(), right) {
            (left, Some(right)) => out.line(compare(scheme, left, right)?)?,
            ("-", None) => return lines(scheme, &mut out),
            _ => {
                return Err(Failure::new(
                    "the second version is missing",
                    "Give two versions, or - to read them.",
                ));
            }
        }
        out.flush()
    }
}

fn lines(scheme: Scheme, out: &mut Out) -> Result<(), Failure> {
    let mut failed = false;
    for (number, line) in (1_u64..).zip(std::io::stdin().lock().split(b'\n')) {
        let line = line.map_err(|error| Failure::new(format!("standard input: {error}"), ""))?;
        let answer = match String::from_utf8_lossy(&line).split_once('\t') {
            Some((left, right)) => compare(scheme, left, right),
            None => Err(Failure::new("there is no tab between two versions", "")),
        };
        match answer {
            Ok(sign) => out.line(sign)?,
            Err(Failure::Said { what, .. }) => {
                failed = true;
                out.line('!')?;
                out::error(&Failure::new(format!("line {number}: {what}"), ""));
            }
            Err(other) => return Err(other),
        }
    }
    out.flush()?;
    if failed { Err(Failure::Told) } else { Ok(()) }
}

fn compare(scheme: Scheme, left: &str, right: &str) -> Result<char, Failure> {
    let key = |text: &str| {
        scheme.key(text).map_err(|error| {
            Failure::new(
                format!("`{}` is no version of {}: {error}", shown(text.trim()), scheme.as_str()),
                "",
            )
        })
    };
    Ok(match key(left)?.cmp(&key(right)?) {
        Ordering::Less => '<',
        Ordering::Equal => '=',
        Ordering::Greater => '>',
    })
}

/// The beginning of what was given, for messages.
fn shown(text: &str) -> String {
    text.chars().take(200).collect()
}
