//! The words of the command line. They are a contract: scripts rely on names and JSON keys.

use crate::commands::{
    backup, checks, completions, correlate, cut, cvss, declare, demo, discover, doctor, entries, explain,
    export, feeds, formats, import, parse, paths, plan, restore, serve, token, top, user, version, watch,
    whatif,
};
use crate::home::Home;
use clap::{Parser, Subcommand};

/// Keeps watch over what you own, finds what an attacker could use, and says which few things to fix first and why.
///
/// Errors go to standard error with a non-zero status. `--json` prints one stable document, or one per line where it
/// says so. Logs: `BARTIZAN_LOG=info`.
#[derive(Debug, Parser)]
#[command(name = "bartizan", version, max_term_width = 100)]
pub(crate) struct Cli {
    /// Where the data is.
    #[command(flatten)]
    pub(crate) home: Home,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands; each is a file in `commands/`, with its words unless they stand here.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Serve(serve::Serve),
    Import(import::Import),
    Watch(watch::Watch),
    Parse(parse::Parse),
    /// Look at what is there, now
    Discover(discover::Discover),
    /// What the world knows: CVE records, KEV, EPSS
    Feeds(feeds::Feeds),
    /// What to fix first
    Top(top::Top),
    /// Why an exposure has its priority, and what would change it
    Explain(explain::Explain),
    Declare(declare::Declare),
    /// Which exposures of several tools are one, and why
    Correlate(correlate::Correlate),
    Paths(paths::Paths),
    Entries(entries::Entries),
    /// The cheapest fixes that sever every way to what matters
    Cut(cut::Cut),
    /// Which few fixes take away the most risk
    Plan(plan::Plan),
    /// What would be otherwise after some fixes
    Whatif(whatif::Whatif),
    /// Write exposures, bills of materials and VEX documents for other tools
    Export(export::Export),
    /// List the report formats that import understands
    Formats(formats::Formats),
    /// List the checks that this host is judged by
    Checks(checks::Checks),
    Cvss(cvss::Cvss),
    /// Compare versions as their ecosystem orders them
    Version(version::Version),
    /// Manage people's accounts
    User(user::User),
    /// Manage tokens for the API
    Token(token::Token),
    Backup(backup::Backup),
    /// Put a backup in the place of the data
    Restore(restore::Restore),
    /// Say what is wrong with this installation, and what to do
    Doctor(doctor::Doctor),
    /// Fill in a made-up hospital to look at, or remove it
    Demo(demo::Demo),
    /// Print completions for a shell
    Completions(completions::Completions),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_words_fit_together() {
        super::Cli::command().debug_assert();
    }
}
