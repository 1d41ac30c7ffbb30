//! `bartizan doctor`: what is wrong with this installation, in plain words.

use crate::failure::Failure;
use crate::home::Home;
use crate::out::Out;
use bartizan_app::{Level, Problem};
use clap::Args;
use serde_json::{Value, json};

/// Says what is wrong with this installation, and what to do. Exits with 1 where something is broken.
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Doctor {
    /// Looks at everything.
    pub(crate) fn run(&self, home: &Home) -> Result<(), Failure> {
        let looked = home.open_to_read().and_then(|app| Ok(app.health()?));
        let problems = looked.unwrap_or_else(|failure| {
            // That it cannot even be opened is an answer too.
            let fix = "See the message; `bartizan restore FILE` puts a backup in its place.".to_owned();
            vec![Problem { level: Level::Broken, what: "opening the data", words: failure.to_string(), fix }]
        });
        let broken = problems.iter().any(|problem| problem.level == Level::Broken);
        let mut out = Out::new();
        if self.json {
            let problem = |problem: &Problem| {
                json!({
                    "what": problem.what, "level": word(problem.level), "words": problem.words, "fix": problem.fix,
                })
            };
            let checks: Vec<Value> = problems.iter().map(problem).collect();
            out.json(&json!({ "healthy": !broken, "checks": checks }))?;
        } else {
            for problem in &problems {
                out.line(format!("{:8} {}: {}", word(problem.level), problem.what, problem.words))?;
                for line in problem.fix.lines() {
                    out.line(format!("{:8} {line}", ""))?;
                }
            }
        }
        out.flush()?;
        if broken { Err(Failure::Told) } else { Ok(()) }
    }
}

fn word(level: Level) -> &'static str {
    match level {
        Level::Fine => "fine",
        Level::Warning => "warning",
        Level::Broken => "broken",
    }
}
