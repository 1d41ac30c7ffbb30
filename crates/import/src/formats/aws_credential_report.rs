//! AWS credential report: which users of an account have a password, a second factor and keys, and when each was last used.
//!
//! `aws iam generate-credential-report`, then
//! `aws iam get-credential-report --query Content --output text | base64 -d > report.csv`. Each row becomes facts of the user (or
//! of the account, for its root user), under the same names that other collections of IAM use: what they mean is judged by
//! `crates/assess/src/identity/`. **Coverage**: the facts of every user that was read.

use crate::common::out::Out;
use crate::common::table::{Row, Table};
use crate::common::{dates, text};
use crate::error::ParseError;
use crate::format::{Format, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::AssetSeen;
use bartizan_model::{AssetKind, AssetRef, Checks, Covered, Identifier, IdentifierKind, Loci, Observation};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "aws_credential_report",
    name: "AWS credential report",
    summary: "CSV of get-credential-report: passwords, second factors and access keys of users, and when each was last used",
    extensions: &["csv"],
    docs: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html",
    tool: "aws-credential-report",
    sniff: |head| Sniff::when(head.csv(COLUMNS)),
    parse,
};

const COLUMNS: &[&str] = &["user", "arn", "password_enabled", "mfa_active", "access_key_1_active"];

/// Columns that are true or false, and the attribute that tells it.
const FLAGS: &[(&str, &str)] = &[
    ("password_enabled", "console-password"),
    ("mfa_active", "mfa"),
    ("access_key_1_active", "access-key-1-active"),
    ("access_key_2_active", "access-key-2-active"),
];

/// Columns that are points in time, and the attribute.
const TIMES: &[(&str, &str)] = &[
    ("user_creation_time", "created"),
    ("password_last_used", "last-used"),
    ("password_last_changed", "password-last-set"),
    ("access_key_1_last_rotated", "access-key-1-rotated"),
    ("access_key_1_last_used_date", "access-key-1-last-used"),
    ("access_key_2_last_rotated", "access-key-2-rotated"),
    ("access_key_2_last_used_date", "access-key-2-last-used"),
];

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    let table = Table::open(input, &options.limits, FORMAT.id, COLUMNS)?;
    out.source(FORMAT.tool, "");
    let mut told = Vec::new();
    table.rows(&mut out, &mut |row, at, out| {
        let Some(seen) = user(row) else { return Err("no arn".into()) };
        told.push(seen.asset.clone());
        Ok(out.observe(at, Observation::Asset(seen), None)?)
    })?;
    for asset in told {
        out.cover(Covered::new(asset, Checks::All, Loci::Facts));
    }
    out.finish(FORMAT.id)
}

fn user(row: &Row<'_>) -> Option<AssetSeen> {
    let arn = text::name(row.get("arn"));
    // The root user is the account itself.
    let (kind, word, name) = match arn.strip_suffix(":root").and_then(|rest| rest.rsplit(':').next()) {
        Some(account) => (AssetKind::DirectoryObject, "root", format!("account {account}")),
        None => (AssetKind::Identity, "user", text::name(row.get("user"))),
    };
    let asset = AssetRef::new(kind, &name, Identifier::new(IdentifierKind::CloudId, &arn))?;
    let mut seen = AssetSeen::new(asset);
    let mut tell = |name: &str, value: &str| seen.attributes.insert(name.to_owned(), value.to_owned());
    tell("cloud-id", &arn);
    tell("principal-type", word);
    for (column, attribute) in FLAGS {
        if let Ok(flag) = row.get(column).to_ascii_lowercase().parse::<bool>() {
            tell(attribute, &flag.to_string());
        }
    }
    for (column, attribute) in TIMES {
        let told = row.get(column);
        if dates::date(told).is_some() {
            tell(attribute, told);
        } else if column.contains("last_used") && matches!(told, "no_information" | "N/A") {
            // AWS tells uses since 2014 of passwords and since 2015 of keys.
            tell(attribute, "never");
        }
    }
    Some(seen)
}
