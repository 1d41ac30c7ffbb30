//! One file per command: its words and its work.

pub(crate) mod backup;
pub(crate) mod checks;
pub(crate) mod compare;
pub(crate) mod completions;
pub(crate) mod correlate;
pub(crate) mod cut;
pub(crate) mod cvss;
pub(crate) mod declare;
pub(crate) mod demo;
pub(crate) mod discover;
pub(crate) mod doctor;
pub(crate) mod entries;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod feeds;
pub(crate) mod formats;
pub(crate) mod import;
pub(crate) mod parse;
pub(crate) mod paths;
pub(crate) mod plan;
pub(crate) mod restore;
pub(crate) mod serve;
pub(crate) mod token;
pub(crate) mod top;
pub(crate) mod user;
pub(crate) mod version;
pub(crate) mod watch;
pub(crate) mod whatif;

use crate::cli::{Cli, Command};
use crate::failure::Failure;

/// Does what was asked.
pub(crate) fn run(cli: Cli) -> Result<(), Failure> {
    let home = &cli.home;
    match cli.command {
        Command::Serve(it) => it.run(home),
        Command::Import(it) => it.run(home),
        Command::Watch(it) => it.run(home),
        Command::Parse(it) => it.run(),
        Command::Discover(it) => it.run(home),
        Command::Feeds(it) => it.run(home),
        Command::Top(it) => it.run(home),
        Command::Explain(it) => it.run(home),
        Command::Declare(it) => it.run(home),
        Command::Correlate(it) => it.run(home),
        Command::Paths(it) => it.run(home),
        Command::Entries(it) => it.run(home),
        Command::Cut(it) => it.run(home),
        Command::Plan(it) => it.run(home),
        Command::Whatif(it) => it.run(home),
        Command::Export(it) => it.run(home),
        Command::Formats(it) => it.run(),
        Command::Checks(it) => it.run(),
        Command::Cvss(it) => it.run(),
        Command::Version(it) => it.run(),
        Command::User(it) => it.run(home),
        Command::Token(it) => it.run(home),
        Command::Backup(it) => it.run(home),
        Command::Restore(it) => it.run(home),
        Command::Doctor(it) => it.run(home),
        Command::Demo(it) => it.run(home),
        Command::Completions(it) => it.run(),
    }
}
