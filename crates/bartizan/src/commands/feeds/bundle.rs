//! `bartizan feeds bundle`: feeds carried by hand to where no network is.

use crate::failure::Failure;
use crate::home::{Home, actor};
use crate::out::{self, Out};
use bartizan_model::words::counted;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Carry feeds to where no network is: a signed file out, verified in
///
/// Where feeds are fetched: `bundle key KEYFILE` once, then `feeds sync` and `bundle create FILE --key KEYFILE`. Where they
/// are not: `bundle trust KEY` once, with the public key that `bundle key` printed, then `bundle load FILE`.
#[derive(Debug, Args)]
pub(crate) struct Bundle {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Make a pair of keys: the private one into a new file, the public one is printed
    Key {
        /// The private key's file; keep it to yourself
        #[arg(value_name = "KEYFILE")]
        file: PathBuf,
    },
    /// Trust bundles that a key signed; without one, say which are trusted
    Trust {
        /// The public key: ed25519: and 64 digits
        key: Option<String>,
        /// Do so no more
        #[arg(long, requires = "key")]
        remove: bool,
    },
    /// Write all that was fetched to a new file, and sign it
    Create {
        /// The bundle
        file: PathBuf,
        /// The private key's file
        #[arg(long, value_name = "KEYFILE")]
        key: PathBuf,
    },
    /// Verify a bundle to its last byte, and load it
    Load {
        /// The bundle
        file: PathBuf,
        /// Load it though it is older than what was loaded before
        #[arg(long)]
        allow_older: bool,
    },
}

impl Bundle {
    pub(super) fn run(&self, home: &Home) -> Result<(), Failure> {
        let app = home.open()?;
        let mut out = Out::new();
        match &self.what {
            What::Key { file } => out.line(app.make_bundle_key(file)?)?,
            What::Trust { key: Some(key), remove } => app.trust_bundle_key(&actor(), key, !remove)?,
            What::Trust { key: None, .. } => {
                app.bundle_keys()?.iter().try_for_each(|key| out.line(key))?;
            }
            What::Create { file, key } => {
                let made = app.create_bundle(&actor(), file, key)?;
                out.line(format!(
                    "{}: bundle {} with {}",
                    file.display(),
                    made.number,
                    counted(made.files, "file")
                ))?;
                if !made.missing.is_empty() {
                    let missing = made.missing.join(", ");
                    out::warn(&format!(
                        "not in it, because they were not fetched by `feeds sync`: {missing}"
                    ));
                }
            }
            What::Load { file, allow_older } => {
                let bundle = app.load_bundle(&actor(), file, *allow_older)?;
                out.line(format!(
                    "{}: bundle {}, made {}",
                    file.display(),
                    bundle.number,
                    bundle.created_at
                ))?;
                let all_went_in = super::told(&bundle.loaded, false, &mut out)?;
                out.flush()?;
                if !all_went_in {
                    return Err(Failure::Told);
                }
            }
        }
        out.flush()
    }
}
