//! Why a command failed, told as `what. what to do`.

use bartizan_app::{AppError, StoreError};
use std::fmt;

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// What went wrong, and what to do about it (may be empty).
    Said {
        /// What went wrong.
        what: String,
        /// What to do.
        help: String,
    },
    /// Whoever read our output has gone: no error, but nothing more to do.
    PipeClosed,
    /// It was told where it happened; only the exit status is left to give.
    Told,
    /// Everything went well, and a quality gate says that it is not good enough.
    Stopped,
}

impl Failure {
    /// What went wrong, and what to do about it.
    pub(crate) fn new(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Said { what: what.into(), help: help.into() }
    }

    /// Writing the output failed.
    pub(crate) fn output(error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Self::PipeClosed,
            _ => Self::new(
                format!("the output cannot be written: {error}"),
                "Make room, or write it elsewhere.",
            ),
        }
    }

    /// A file could not be read or written.
    pub(crate) fn file(path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::new(format!("{}: {error}", path.display()), "Check the path and its permissions.")
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Said { what, help } => {
                f.write_str(what.trim_end_matches(['.', '\n']))?;
                if help.is_empty() { Ok(()) } else { write!(f, ". {help}") }
            }
            Self::PipeClosed => f.write_str("nobody reads the output any more"),
            Self::Told | Self::Stopped => f.write_str("see above"),
        }
    }
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        let help = match &error {
            AppError::Store(error) => store_help(error),
            AppError::Query(_) => "`bartizan top --help` explains the query language.",
            AppError::File { .. } => "Check the path and its permissions.",
            AppError::Internal => "This is our mistake: please report it, with BARTIZAN_LOG=debug.",
            // The other ones carry their own advice.
            _ => "",
        };
        Self::new(error.to_string(), help)
    }
}

fn store_help(error: &StoreError) -> &'static str {
    match error {
        StoreError::NotFound { what: "exposure", .. } => "`bartizan top` lists them with their ids.",
        StoreError::NotFound { what: "account", .. } => "`bartizan user list` names them.",
        StoreError::NotFound { what: "token", .. } => "`bartizan token list` names them.",
        StoreError::Sqlite(_) => "`bartizan doctor` looks for damage; a full disk is the usual reason.",
        StoreError::Postgres(_) => "Check --database-url and that the server runs.",
        StoreError::Damaged { .. } => "Run `bartizan doctor`.",
        StoreError::Folder { .. } => "Choose another folder with --data.",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_and_what_to_do() {
        assert_eq!(Failure::new("it broke.", "Mend it.").to_string(), "it broke. Mend it.");
        assert_eq!(Failure::new("it broke", "").to_string(), "it broke");
        let closed = std::io::Error::from(std::io::ErrorKind::BrokenPipe);
        assert!(matches!(Failure::output(&closed), Failure::PipeClosed));
    }
}
