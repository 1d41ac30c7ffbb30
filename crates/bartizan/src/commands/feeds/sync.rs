//! `bartizan feeds sync` and `bartizan feeds mirror`: fetching what changed, and where from.

use crate::failure::Failure;
use crate::home::{Home, actor};
use crate::out::{self, Out};
use crate::progress::Downloads;
use bartizan_app::{ALL_FEEDS, FeedSynced, Proxying, Step, SyncRequest, SyncWatch};
use bartizan_model::words::counted;
use clap::Args;
use serde::Serialize;

/// Fetch what changed, and load it
///
/// Only the feeds' own addresses are asked (`bartizan feeds mirror` changes them), and nothing is told to anybody. What did
/// not change is not sent again, what broke off is gone on with, and a feed that fails stops no other and leaves what is held.
#[derive(Debug, Args)]
pub(crate) struct Sync {
    /// Ids of feeds; all of them where none is named
    #[arg(value_name = "FEED")]
    feeds: Vec<String>,
    /// Fetch all of them from here for this once: each under its publisher's host and path
    #[arg(long, value_name = "URL")]
    mirror: Option<String>,
    /// Go through this proxy, or `none` [default: as HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY say]
    #[arg(long, value_name = "URL")]
    proxy: Option<String>,
    /// Downloads at once; from one host never more than one
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=32))]
    jobs: u8,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Show, set or remove the addresses that feeds are fetched from instead of their own
#[derive(Debug, Args)]
pub(crate) struct Mirror {
    /// A feed's id, or `all`
    feed: Option<String>,
    /// The address of its file, with {} where it has parts; of `all`, that of a folder that has each file under its
    /// publisher's host and path, as `wget -x` makes it
    #[arg(requires = "feed")]
    url: Option<String>,
    /// Fetch it from its own address again
    #[arg(long, requires = "feed", conflicts_with = "url")]
    remove: bool,
}

/// What a sync did: the keys that scripts rely on.
#[derive(Serialize)]
struct Done<'a> {
    run: i64,
    feeds: Vec<DoneFeed<'a>>,
}

#[derive(Serialize)]
struct DoneFeed<'a> {
    feed: &'a str,
    changed: usize,
    unchanged: usize,
    bytes: u64,
    error: Option<&'a str>,
}

impl<'a> DoneFeed<'a> {
    fn of(done: &'a FeedSynced) -> Self {
        let FeedSynced { feed, changed, unchanged, bytes, error } = done;
        Self { feed, changed: *changed, unchanged: *unchanged, bytes: *bytes, error: error.as_deref() }
    }
}

/// Tells people, as it happens.
struct Telling {
    bars: Downloads,
    quiet: bool,
}

impl SyncWatch for Telling {
    fn step(&self, file: &str, step: Step) {
        self.bars.step(file, step);
    }

    fn done(&self, feed: &FeedSynced) {
        self.bars.finish(feed.feed);
        self.bars.pause(|| {
            if let Some(why) = &feed.error {
                out::error(&Failure::new(format!("{}: {why}", feed.feed), ""));
            }
            if !self.quiet && (feed.error.is_none() || feed.changed > 0) {
                let mut out = Out::new();
                // Whoever does not read it gets the status all the same.
                let _ = out.line(words(feed)).and_then(|()| out.flush());
            }
        });
    }
}

fn words(feed: &FeedSynced) -> String {
    match (feed.changed, feed.unchanged) {
        (0, _) => format!("{}: nothing new", feed.feed),
        (changed, same) => {
            let rest = if same == 0 { String::new() } else { format!(", {same} unchanged") };
            let (files, bytes) = (counted(changed, "file"), counted(feed.bytes, "byte"));
            format!("{}: {files} fetched and loaded ({bytes}){rest}", feed.feed)
        }
    }
}

impl Sync {
    pub(super) fn run(&self, home: &Home) -> Result<(), Failure> {
        let app = home.open()?;
        let request = SyncRequest {
            feeds: self.feeds.clone(),
            mirror: self.mirror.clone(),
            proxying: match self.proxy.as_deref() {
                None => Proxying::Environment,
                Some("none") => Proxying::Direct,
                Some(url) => Proxying::Through(url.to_owned()),
            },
            jobs: usize::from(self.jobs),
            ..SyncRequest::default()
        };
        let telling = Telling { bars: Downloads::new(), quiet: self.json };
        let synced = app.sync_feeds(&actor(), &request, &telling)?;
        let mut out = Out::new();
        if self.json {
            let feeds = synced.feeds.iter().map(DoneFeed::of).collect();
            out.json(&Done { run: synced.run.0, feeds })?;
        } else if let Some(words) = super::tally_words(&synced.tally) {
            out.line(words)?;
        }
        out.flush()?;
        if synced.feeds.iter().any(|feed| feed.error.is_some()) { Err(Failure::Told) } else { Ok(()) }
    }
}

impl Mirror {
    pub(super) fn run(&self, home: &Home) -> Result<(), Failure> {
        let app = home.open()?;
        let mut out = Out::new();
        if let Some(feed) = &self.feed
            && (self.url.is_some() || self.remove)
        {
            app.set_feed_mirror(&actor(), feed, self.url.as_deref())?;
        }
        let mirrors = app.feed_mirrors()?;
        let wanted = |name: &str| self.feed.as_deref().is_none_or(|feed| feed == name || name == ALL_FEEDS);
        let shown: Vec<_> = mirrors.iter().filter(|(name, _)| wanted(name)).collect();
        if shown.is_empty() {
            let whose = self.feed.as_deref().filter(|feed| *feed != ALL_FEEDS).unwrap_or("every feed");
            out.line(format!("{whose} is fetched from its own address"))?;
        }
        shown.iter().try_for_each(|(name, url)| out.line(format!("{name} {url}")))?;
        out.flush()
    }
}
