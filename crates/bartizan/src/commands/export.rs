//! `bartizan export`: what is known, in formats that others read.

use crate::failure::Failure;
use crate::home::Home;
use crate::out::Out;
use crate::selection::selection;
use bartizan_app::{AUTHOR, AppError, Document, ExportFormat};
use clap::{Args, Subcommand, ValueEnum};
use std::fs::File;
use std::io::{BufWriter, ErrorKind, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

/// Writes what is known in formats that others read. The same facts give the same bytes.
#[derive(Debug, Args)]
pub(crate) struct Export {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Exposures that a query selects, as SARIF, OCSF, CycloneDX with VEX, CSV or JSON
    ///
    /// `bartizan import` reads each of them back, here or elsewhere: the same assets, the same exposures.
    Exposures {
        /// Which exposures, in the query language of `bartizan top`; the open ones, unless it speaks of `status`
        #[arg(value_name = "QUERY")]
        query: Vec<String>,
        /// The format. sarif: 2.1.0, a run for each source; ocsf: 1.5.0, one JSON object a line; cyclonedx: 1.6 with VEX, a
        /// document for each asset in a zip archive
        #[arg(long, value_enum)]
        format: ListFormat,
        /// The file to write; standard output where none is named
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
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

/// A format of lists of exposures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ListFormat {
    Csv,
    Json,
    Sarif,
    Ocsf,
    Cyclonedx,
}

impl From<ListFormat> for ExportFormat {
    fn from(format: ListFormat) -> Self {
        match format {
            ListFormat::Csv => Self::Csv,
            ListFormat::Json => Self::Json,
            ListFormat::Sarif => Self::Sarif,
            ListFormat::Ocsf => Self::Ocsf,
            ListFormat::Cyclonedx => Self::CycloneDx,
        }
    }
}

impl Export {
    /// Writes it.
    pub(crate) fn run(&self, home: &Home) -> Result<(), Failure> {
        let (asset, document, author, output) = match &self.what {
            What::Exposures { query, format, output } => {
                // A query that cannot be read should not first load everything.
                let query = selection(&query.join(" "))?;
                let archive = *format == ListFormat::Cyclonedx && output.is_none();
                if archive && std::io::stdout().is_terminal() {
                    let what = "a zip archive is nothing to look at in a terminal";
                    return Err(Failure::new(what, "Name a file with --output."));
                }
                let app = home.open_to_read()?;
                return written(output.as_deref(), |out| app.write_exposures(&query, (*format).into(), out));
            }
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
        written(output.as_deref(), |out| app.write_document(asset, document, author, out))
    }
}

/// Has `write` write to the file, or to standard output where none is named.
fn written(
    output: Option<&Path>,
    write: impl FnOnce(&mut dyn Write) -> Result<(), AppError>,
) -> Result<(), Failure> {
    match output {
        None => {
            let mut out = Out::new();
            write(out.bytes()).map_err(|error| match error {
                AppError::File { source, .. } if source.kind() == ErrorKind::BrokenPipe => {
                    Failure::PipeClosed
                }
                other => other.into(),
            })?;
            out.flush()
        }
        Some(path) => {
            let file = File::create(path).map_err(|error| Failure::file(path, &error))?;
            let mut writer = BufWriter::new(file);
            write(&mut writer)?;
            finish(writer, path)
        }
    }
}

fn finish(mut writer: BufWriter<File>, path: &Path) -> Result<(), Failure> {
    let flushed = writer.flush().and_then(|()| writer.get_ref().sync_all());
    flushed.map_err(|error| Failure::file(path, &error))
}
