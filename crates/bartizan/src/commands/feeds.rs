//! `bartizan feeds`: what the world knows of weaknesses.

mod bundle;
mod sync;

use crate::failure::Failure;
use crate::home::{Home, actor};
use crate::out::{self, Column, Out, Table};
use bartizan_app::{AppError, FeedRow, FeedState, FeedSync, FeedsLoaded, Tally};
use bartizan_model::Timestamp;
use bartizan_model::words::counted;
use clap::{Args, Subcommand};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// What the world knows: advisories, CVE records with SSVC, CISA's KEV, EPSS, and more.
#[derive(Debug, Args)]
pub(crate) struct Feeds {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Load files and folders, also compressed and archives (gz, zst, zip, tar)
    ///
    /// Which feed a file is of, is seen from its content. A file that is broken or looks cut off replaces nothing. Software
    /// that is known is judged by the new advisories at once.
    Load {
        /// The files and folders
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// Print what is held afterwards as JSON
        #[arg(long)]
        json: bool,
    },
    Sync(sync::Sync),
    Mirror(sync::Mirror),
    Bundle(bundle::Bundle),
    /// Say what is held, and how old it is
    Status {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// One feed: the keys that scripts rely on.
#[derive(Serialize)]
struct Feed<'a> {
    name: &'a str,
    records: i64,
    as_of: Option<Timestamp>,
    loaded_at: Timestamp,
    complete: bool,
    problems: &'a [String],
}

#[derive(Serialize)]
struct Status<'a> {
    feeds: Vec<Feed<'a>>,
    missing: Vec<Missing>,
    syncs: Vec<Attempt<'a>>,
}

/// How the last attempt to fetch a feed ended.
#[derive(Serialize)]
struct Attempt<'a> {
    feed: &'a str,
    tried_at: Timestamp,
    done_at: Option<Timestamp>,
    error: Option<&'a str>,
}

/// A feed that was never loaded.
#[derive(Serialize)]
struct Missing {
    name: &'static str,
    about: &'static str,
    address: &'static str,
}

impl Feeds {
    /// Loads or shows.
    pub(crate) fn run(&self, home: &Home) -> Result<(), Failure> {
        let mut out = Out::new();
        match &self.what {
            What::Sync(sync) => return sync.run(home),
            What::Mirror(mirror) => return mirror.run(home),
            What::Bundle(bundle) => return bundle.run(home),
            What::Status { json } => {
                let app = home.open_to_read()?;
                show(&app.feed_states()?, app.now(), *json, &mut out)?;
            }
            What::Load { paths, json } => {
                let app = home.open()?;
                let paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
                let loaded = app.load_feeds(&actor(), &paths)?;
                let all_went_in = told(&loaded, *json, &mut out)?;
                out.flush()?;
                if *json {
                    show(&app.feed_states()?, app.now(), true, &mut out)?;
                }
                if !all_went_in {
                    out.flush()?;
                    return Err(Failure::Told);
                }
            }
        }
        out.flush()
    }
}

/// Tells what became of the files of a load; whether all of them went in.
fn told(loaded: &FeedsLoaded, quiet: bool, out: &mut Out) -> Result<bool, Failure> {
    let mut all = true;
    for file in &loaded.files {
        match &file.outcome {
            Err(why) => {
                all = false;
                let (file, why) = (file.label.clone(), why.clone());
                out::error(&AppError::Feed { file, why }.into());
            }
            Ok((feed, records)) if !quiet => {
                out.line(format!("{}: {} of {feed}", file.label, counted(*records, "record")))?;
            }
            Ok(_) => {}
        }
    }
    for feed in loaded.feeds.iter().filter(|_| !quiet) {
        let day = feed.as_of.map_or("of an unknown day".to_owned(), |day| format!("of {}", day.date()));
        out.line(format!("{} {day}: {} held", feed.name, counted(feed.records, "record")))?;
        feed.problems.iter().try_for_each(|problem| out.line(format!("  {problem}")))?;
    }
    if let Some(words) = tally_words(&loaded.tally).filter(|_| !quiet) {
        out.line(words)?;
    }
    Ok(all)
}

/// What news did to exposures, where they did anything.
fn tally_words(tally: &Tally) -> Option<String> {
    let Tally { created, reopened, closed, .. } = tally;
    let any = created + closed + reopened > 0;
    any.then(|| {
        format!(
            "{}: {created} opened, {reopened} back, {closed} gone",
            counted(created + reopened + closed, "exposure")
        )
    })
}

fn attempt(sync: &FeedSync) -> Attempt<'_> {
    let FeedSync { feed, tried_at, done_at, error } = sync;
    Attempt { feed, tried_at: *tried_at, done_at: *done_at, error: error.as_deref() }
}

fn show(states: &[FeedState], now: Timestamp, json: bool, out: &mut Out) -> Result<(), Failure> {
    if json {
        let held = states.iter().filter_map(|state| state.held.as_ref()).map(|row| {
            let FeedRow { name, records, as_of, loaded_at, complete, problems } = row;
            Feed {
                name,
                records: *records,
                as_of: *as_of,
                loaded_at: *loaded_at,
                complete: *complete,
                problems,
            }
        });
        let missing = states.iter().filter(|state| state.held.is_none()).map(|state| Missing {
            name: state.feed.id,
            about: state.feed.about,
            address: state.feed.address,
        });
        let syncs = states.iter().filter_map(|state| state.sync.as_ref()).map(attempt);
        return out.json(&Status {
            feeds: held.collect(),
            missing: missing.collect(),
            syncs: syncs.collect(),
        });
    }
    let columns = [
        ("feed", Column::Words),
        ("records", Column::Number),
        ("as of", Column::Words),
        ("age", Column::Words),
        ("loaded", Column::Words),
        ("state", Column::Words),
        ("what it tells", Column::Text),
    ];
    let mut table = Table::new(&columns);
    for state in states {
        let about = state.feed.about.to_owned();
        let Some(row) = &state.held else {
            let [records, as_of, age, loaded] = [const { String::new() }; 4];
            table.row([
                state.feed.id.to_owned(),
                records,
                as_of,
                age,
                loaded,
                "not loaded".to_owned(),
                about,
            ]);
            continue;
        };
        let word = match row.complete {
            false => format!("{} problems", row.problems.len()),
            true if state.is_stale(now) => "old".to_owned(),
            true => "complete".to_owned(),
        };
        table.row([
            row.name.clone(),
            row.records.to_string(),
            row.as_of.map_or("unknown".to_owned(), Timestamp::date),
            row.as_of.map_or(String::new(), |day| format!("{} days", now.days_since(day))),
            row.loaded_at.date(),
            word,
            about,
        ]);
    }
    out.table(&table)?;
    for row in states.iter().filter_map(|state| state.held.as_ref()) {
        row.problems.iter().try_for_each(|problem| out.line(format!("{}: {problem}", row.name)))?;
    }
    for state in states {
        if let Some(words) = state.sync_doubt() {
            out.line(format!("{}: {words}", state.feed.id))?;
        }
    }
    if states.iter().all(|state| state.held.is_none()) {
        out.line("No feed is loaded, so likelihoods are priors. Fetch them with `bartizan feeds sync`, or load files with `bartizan feeds load FILE...`.")?;
    }
    Ok(())
}
