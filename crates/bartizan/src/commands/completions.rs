//! `bartizan completions`: made from the command line itself.

use crate::cli::Cli;
use crate::failure::Failure;
use crate::out::Out;
use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

/// Prints completions for a shell, such as `bartizan completions bash > /etc/bash_completion.d/bartizan`.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    /// Prints them.
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let mut text = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "bartizan", &mut text);
        let mut out = Out::new();
        // Tabs and all: this is our own text, for a shell.
        out.raw(&text)?;
        out.flush()
    }
}
