//! The command line of Bartizan: it reads the words, and each command does its own work in `commands/`.

mod cli;
mod commands;
mod failure;
mod home;
mod inputs;
mod out;
mod progress;
mod selection;

use clap::Parser;
use failure::Failure;
use std::process::ExitCode;

/// Reports are many small strings, made on one thread and dropped on another.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A quality gate stopped the pipeline: nothing went wrong, and something is not good enough.
const STOPPED: u8 = 3;
/// What a shell shows for a program that wrote to a pipe nobody reads any more (128 + SIGPIPE).
const PIPE_CLOSED: u8 = 141;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    logs(matches!(cli.command, cli::Command::Serve(_)));
    match commands::run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::PipeClosed) => ExitCode::from(PIPE_CLOSED),
        Err(Failure::Stopped) => ExitCode::from(STOPPED),
        Err(Failure::Told) => ExitCode::FAILURE,
        Err(failure) => {
            out::error(&failure);
            ExitCode::FAILURE
        }
    }
}

/// Logs go to standard error; `BARTIZAN_LOG` says which (`info`, `bartizan_store=debug`).
fn logs(server: bool) {
    use std::io::IsTerminal as _;
    let usual = if server { "info" } else { "warn" };
    let wanted = std::env::var("BARTIZAN_LOG").ok().filter(|words| !words.trim().is_empty());
    let filter = tracing_subscriber::EnvFilter::builder();
    let filter = filter.parse(wanted.as_deref().unwrap_or(usual)).unwrap_or_else(|error| {
        out::warn(&format!("BARTIZAN_LOG is not understood ({error}); logging `{usual}` instead"));
        tracing_subscriber::EnvFilter::new(usual)
    });
    let colour = std::io::stderr().is_terminal() && out::colour_wanted();
    // A second subscriber cannot be there: this is the only place that sets one.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(colour)
        .try_init();
}
