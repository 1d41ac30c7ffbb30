//! `bartizan export`: what is known of an asset, in formats that others read.

use crate::failure::Failure;
use crate::home::Home;
use crate::out::Out;
use bartizan_app::{AUTHOR, Document};
use clap::{Args, Subcommand, ValueEnum};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// Writes what is known of an asset in formats that others read. The same facts give the same bytes.
#[derive(Debug, Args)]
pub(crate) struct Export {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The asset's software: CycloneDX 1.6 or SPDX 2.3, as JSON
    Sbom {
        /// The asset: its number, name or an identifier
        #[arg(value_name = "ASSET")]
        asset: String,
        /// The format
        #[arg(long, value_enum, default_value_t = Format::Cyclonedx)]
        format: Format,
        /// With its vulnerabilities and what was decided of them (CycloneDX only)
        #[arg(long)]
        vex: bool,
        /// The file to write; standard output where none is named
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// What was decided of the asset's vulnerabilities, as OpenVEX
    Vex {
        /// The asset: its number, name or an identifier
        #[arg(value_name = "ASSET")]
        asset: String,
        /// Who says so: your organisation
        #[arg(long, default_value = AUTHOR)]
        author: String,
        /// The file to write; standard output where none is named
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

/// A format of bills of materials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Cyclonedx,
    Spdx,
}

impl Export {
    /// Writes it.
    pub(crate) fn run(&self, home: &Home) -> Result<(), Failure> {
        let (asset, document, author, output) = match &self.what {
            What::Sbom { format: Format::Spdx, vex: true, .. } => {
                let what = "SPDX has no place for vulnerabilities";
                return Err(Failure::new(what, "Leave --vex out, or choose --format cyclonedx."));
            }
            What::Sbom { asset, format: Format::Spdx, output, .. } => (asset, Document::Spdx, AUTHOR, output),
            What::Sbom { asset, vex, output, .. } => {
                (asset, Document::CycloneDx { vex: *vex }, AUTHOR, output)
            }
            What::Vex { asset, author, output } => (asset, Document::OpenVex, author.as_str(), output),
        };
        let app = home.open_to_read()?;
        let asset = app.find_asset(asset)?;
        match output {
            None => {
                let mut text = Vec::new();
                app.write_document(asset, document, author, &mut text)?;
                let mut out = Out::new();
                out.raw(&text)?;
                out.flush()
            }
            Some(path) => {
                let file = File::create(path).map_err(|error| Failure::file(path, &error))?;
                let mut writer = BufWriter::new(file);
                app.write_document(asset, document, author, &mut writer)?;
                finish(writer, path)
            }
        }
    }
}

fn finish(mut writer: BufWriter<File>, path: &Path) -> Result<(), Failure> {
    let flushed = writer.flush().and_then(|()| writer.get_ref().sync_all());
    flushed.map_err(|error| Failure::file(path, &error))
}
