//! SPDX 2 as tag-value: `Tag: value` lines, a package begins with `PackageName`.

use super::package::Package;
use super::{Document, Frame, none_of};
use crate::common::out::Out;
use crate::error::ParseError;
use crate::format::{Options, Summary};
use crate::sink::{Place, Sink};
use std::io::BufRead;

/// Whether the text begins as a document does: `SPDXVersion` is its first tag.
pub(super) fn begins(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(&head[..head.len().min(4096)]);
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.next().is_some_and(|line| line.starts_with("SPDXVersion:"))
}

/// What a line belongs to.
#[derive(PartialEq)]
enum Section {
    Document,
    Package,
    /// Files, snippets, licences, reviews.
    Other,
}

struct Reader<'r> {
    input: &'r mut dyn BufRead,
    at: Place,
    limit: usize,
    damaged: Option<(u64, u64)>,
}

impl Reader<'_> {
    /// The next line without its end; `None` after the last.
    fn line(&mut self) -> Result<Option<String>, ParseError> {
        let mut bytes = Vec::new();
        let mut limited = std::io::Read::take(&mut *self.input, self.limit as u64 + 1);
        let read = limited.read_until(b'\n', &mut bytes);
        read.map_err(|source| ParseError::Io { at: self.at.clone(), source })?;
        if bytes.len() > self.limit {
            return Err(ParseError::TooLarge { at: self.at.clone(), what: "one line", limit: self.limit });
        }
        if bytes.is_empty() {
            return Ok(None);
        }
        self.at.line += 1;
        let start = self.at.offset;
        self.at.offset += bytes.len() as u64;
        let text = String::from_utf8(bytes).unwrap_or_else(|error| {
            let first = start + error.utf8_error().valid_up_to() as u64;
            self.damaged.get_or_insert((first, 0)).1 += 1;
            String::from_utf8_lossy(error.as_bytes()).into_owned()
        });
        Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
    }

    /// The next tag and its value; a value in `<text>` may go over lines.
    fn tag(&mut self) -> Result<Option<(String, String)>, ParseError> {
        loop {
            let Some(line) = self.line()? else { return Ok(None) };
            let trimmed = line.trim();
            if trimmed.is_empty() || trimmed.starts_with('#') {
                continue;
            }
            let Some((tag, value)) = trimmed.split_once(':').filter(|(tag, _)| is_tag(tag)) else {
                let why = format!("`{}` is no `Tag: value`", crate::common::text::title(trimmed, ""));
                return Err(ParseError::Syntax { at: self.at.clone(), why });
            };
            let (tag, mut value) = (tag.to_owned(), value.trim().to_owned());
            if let Some(begun) = value.strip_prefix("<text>") {
                let mut text = begun.to_owned();
                while !text.contains("</text>") {
                    let Some(more) = self.line()? else {
                        let what = format!("</text> of {tag} was still expected");
                        return Err(ParseError::Truncated { at: self.at.clone(), what });
                    };
                    text = text + "\n" + &more;
                    if text.len() > self.limit {
                        let (at, limit) = (self.at.clone(), self.limit);
                        return Err(ParseError::TooLarge { at, what: "one value", limit });
                    }
                }
                value = text.split("</text>").next().unwrap_or_default().to_owned();
            }
            return Ok(Some((tag, value)));
        }
    }
}

fn is_tag(tag: &str) -> bool {
    !tag.is_empty() && tag.bytes().all(|b| b.is_ascii_alphanumeric())
}

pub(super) fn parse(
    input: &mut dyn BufRead,
    options: &Options,
    sink: &mut dyn Sink,
) -> Result<Summary, ParseError> {
    let mut reader = Reader { input, at: Place::default(), limit: options.limits.record, damaged: None };
    let mut frame = Frame::default();
    let mut packages: Vec<(Place, Package<'static>)> = Vec::new();
    let (mut section, mut version, mut held) = (Section::Document, String::new(), 0);
    while let Some((tag, value)) = reader.tag()? {
        if version.is_empty() && tag != "SPDXVersion" {
            return Err(none_of("its first tag is not SPDXVersion"));
        }
        held += value.len();
        if held > options.limits.deferred {
            let (at, limit) = (reader.at.clone(), options.limits.deferred);
            return Err(ParseError::TooLarge { at, what: "the document", limit });
        }
        match tag.as_str() {
            "SPDXVersion" if value.starts_with("SPDX-2.") => version = value,
            "SPDXVersion" => {
                return Err(none_of(format!("its version is `{}`", crate::common::text::name(&value))));
            }
            "DocumentName" => frame.name = value,
            "Created" => frame.created = value,
            "Creator" => frame.creator(&value),
            "Relationship" => {
                let mut words = value.split_whitespace();
                if let (Some(from), Some(kind), Some(to)) = (words.next(), words.next(), words.next()) {
                    frame.relationship(from, kind, to);
                }
            }
            "PackageName" => {
                section = Section::Package;
                packages.push((reader.at.clone(), Package { name: value.into(), ..Package::default() }));
            }
            "FileName" | "SnippetSPDXID" | "LicenseID" | "Reviewer" => {
                section = Section::Other;
            }
            "SPDXID" if section == Section::Other => frame.elements.know(&value),
            _ if section == Section::Package => {
                if let Some((_, package)) = packages.last_mut() {
                    set(package, &tag, value);
                }
            }
            _ => {}
        }
    }
    if version.is_empty() {
        return Err(ParseError::Empty { format: "spdx" });
    }
    let mut document = Document::new(options, Out::new(sink), frame);
    packages.iter().for_each(|(_, package)| document.look(package));
    packages.iter().try_for_each(|(at, package)| document.take(package, at, None))?;
    document
        .bill
        .incomplete("nothing marks the end of a tag-value document: what is missing may have been cut off");
    document.bill.out.damaged(reader.damaged);
    document.finish()
}

fn set(package: &mut Package<'static>, tag: &str, value: String) {
    match tag {
        "SPDXID" => package.id = value.into(),
        "PackageVersion" => package.version = value.into(),
        "PackageSourceInfo" => package.source_info = value.into(),
        "PackageDownloadLocation" => package.download = value.into(),
        "PrimaryPackagePurpose" => package.purpose = value.into(),
        "ExternalRef" => {
            let mut words = value.split_whitespace().skip(1);
            if let (Some(kind), Some(locator)) = (words.next(), words.next()) {
                package.references.push((kind.to_owned().into(), locator.to_owned().into()));
            }
        }
        _ => {}
    }
}
