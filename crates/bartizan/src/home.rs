//! Where the data is, and opening it.

use crate::failure::Failure;
use crate::out;
use bartizan_app::{Actor, App, Clock, OpenOptions, SAID_DAYS, database_file};
use clap::Args;
use std::path::PathBuf;

/// Where the data is. Every command takes these.
#[derive(Debug, Clone, Args)]
pub(crate) struct Home {
    /// The data folder [default: the platform's data folder, such as ~/.local/share/bartizan]
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "BARTIZAN_DATA",
        hide_env_values = true,
        help_heading = "Data"
    )]
    data: Option<PathBuf>,
    /// A PostgreSQL database instead of the file in the data folder; better given by the variable, which nobody else
    /// on the machine can see
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "BARTIZAN_DATABASE_URL",
        hide_env_values = true,
        help_heading = "Data"
    )]
    database_url: Option<String>,
    /// Fetch nothing from anywhere
    #[arg(
        long,
        global = true,
        env = "BARTIZAN_OFFLINE",
        value_parser = clap::builder::FalseyValueParser::new(),
        hide_env_values = true,
        help_heading = "Data"
    )]
    offline: bool,
    /// For how many days it is kept what tools say, word for word; 0 keeps none of it
    #[arg(
        long,
        global = true,
        value_name = "DAYS",
        env = "BARTIZAN_KEEP_RECORDS",
        default_value_t = SAID_DAYS,
        hide_env_values = true,
        help_heading = "Data"
    )]
    keep_records: u16,
}

impl Home {
    /// The data folder.
    pub(crate) fn data(&self) -> Result<PathBuf, Failure> {
        if let Some(data) = &self.data {
            return Ok(data.clone());
        }
        let absolute =
            |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let base = absolute("XDG_DATA_HOME").or_else(|| Some(absolute("HOME")?.join(".local/share")));
        base.map(|base| base.join("bartizan")).ok_or_else(|| {
            Failure::new(
                "neither XDG_DATA_HOME nor HOME says where data belongs",
                "Name a folder with --data DIR.",
            )
        })
    }

    /// Whether the data is in a database server.
    pub(crate) fn is_remote(&self) -> bool {
        self.database_url.is_some()
    }

    /// Opens the installation to write to it, made where it is missing.
    pub(crate) fn open(&self) -> Result<App, Failure> {
        let options =
            OpenOptions { data: self.data()?, database_url: self.database_url.clone(), clock: Clock::System };
        Ok(App::open(options)?.offline(self.offline).keeping_said(self.keep_records))
    }

    /// Opens the installation to read from it. A mistyped folder must not look like an organisation without exposures,
    /// so a new one is announced.
    pub(crate) fn open_to_read(&self) -> Result<App, Failure> {
        let data = self.data()?;
        let is_new = !self.is_remote() && !database_file(&data).exists();
        let app = self.open()?;
        if is_new {
            out::warn(&format!("{} held no data; a new, empty installation begins there", data.display()));
        }
        Ok(app)
    }
}

/// Who acts, for the event log.
pub(crate) fn actor() -> Actor {
    Actor::system("cli")
}
