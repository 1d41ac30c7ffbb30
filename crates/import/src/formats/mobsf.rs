//! MobSF: JSON reports of static analysis of Android and iOS apps (all versions since 3), and scorecards.
//!
//! Sections became objects with `findings` and `summary` over time, and some keep their findings by rule, others in lists. What
//! MobSF rates good or secure is no finding. Weaknesses in code are one finding for each file; the others are about the app.
//! Secrets that MobSF guesses from resources are told as one finding each, without themselves.

use crate::common::code::{Hit, Leak};
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::{Out, Stop};
use crate::common::tree::{Members, Tree, Value};
use crate::common::{assets, dates, html, ids, loci, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, AssetRef, Finding, Locus, Severity};
use std::borrow::Cow;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "mobsf",
    name: "MobSF",
    summary: "JSON reports and scorecards of Android and iOS apps",
    extensions: &["json"],
    docs: "https://mobsf.github.io/docs/",
    tool: "mobsf",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, section),
};

static LAYOUT: Layout = Layout {
    version: ("version", ""),
    heads: &["version", "app_name", "package_name", "packagename", "bundle_id", "file_name", "timestamp"],
    lists: &[
        "code_analysis",
        "findings",
        "manifest",
        "manifest_analysis",
        "network_security",
        "certificate_analysis",
        "binary_analysis",
        "ats_analysis",
        "macho_analysis",
        "binary_code_analysis",
        "infoplist_analysis",
        "permissions",
        "secrets",
        "high",
        "warning",
        "info",
    ],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.object();
    let marks = ["md5", "package_name", "bundle_id", "app_type", "size", "apkid", "appsec", "android_api"];
    let report = keys.has("app_name") && marks.iter().filter(|key| keys.has(key)).count() >= 2;
    // Version 2 and before.
    let old = keys.has_all(&["packagename", "md5"]) && keys.has_any(&["findings", "androver", "size"]);
    let scorecard = keys.has("security_score") && keys.has_any(&["total_trackers", "hotspot"]);
    Sniff::when(report || old || scorecard)
}

/// A section is one record: its findings by rule or in a list, or one finding of a list.
fn section(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let app = app(record, options);
    let whole: &Value<'_> = record;
    if record.list != "secrets" && !matches!(whole, Value::Object(_) | Value::Array(_)) {
        return Err("it is neither an object nor a list".into());
    }
    let inner = match record.list {
        "code_analysis" | "binary_analysis" => "findings",
        "manifest_analysis" => "manifest_findings",
        "network_security" => "network_findings",
        "certificate_analysis" => "certificate_findings",
        "ats_analysis" => "ats_findings",
        _ => "",
    };
    let findings = if whole.get(inner).is_some() && !inner.is_empty() { whole.at(inner) } else { whole };
    match (record.list, findings) {
        ("permissions", Value::Object(permissions)) if whole.get("status").is_none() => {
            for (name, permission) in permissions {
                if !permission.is_object() {
                    out.reject(record.at.clone(), "a permission that is no object");
                    continue;
                }
                tell(Ok(permission_of(name, permission, &app)), record, out)?;
            }
            Ok(())
        }
        ("permissions", permission) => {
            tell(Ok(permission_of(&permission.text("name"), permission, &app)), record, out)
        }
        ("secrets", found) => Ok(out.finding(&record.at, secret(&found.text(""), app), None)?),
        ("code_analysis" | "binary_code_analysis" | "findings", Value::Object(rules)) => {
            for (rule, finding) in rules {
                let told = code(rule, finding, &app, record, out);
                out.settle(&record.at, told)?;
            }
            Ok(())
        }
        ("binary_analysis", Value::Object(parts)) if whole.get("name").is_some() => {
            library(&whole.text("name"), parts, &app, record, out)
        }
        (_, Value::Object(rules))
            if record.list == "macho_analysis" || rules.values().any(Value::is_object) =>
        {
            let good =
                |finding: &Value<'_>| record.list == "macho_analysis" && finding.text("severity") == "info";
            for (rule, finding) in
                rules.iter().filter(|(rule, finding)| is_part(rule, finding) && !good(finding))
            {
                tell(plain(rule, finding, "", &app), record, out)?;
            }
            Ok(())
        }
        (_, Value::Array(list)) => {
            for finding in list.iter().filter(|finding| !informs(record, finding)) {
                tell(plain("", finding, "", &app), record, out)?;
            }
            Ok(())
        }
        // Scorecards sort findings by severity and do not repeat it.
        (word @ ("high" | "warning" | "info"), one) => tell(plain("", one, word, &app), record, out),
        (_, one) if informs(record, one) => Ok(()),
        (_, one) => tell(plain("", one, "", &app), record, out),
    }
}

fn secret(secret: &str, app: AssetRef) -> Finding {
    let name = secret.split(" : ").next().unwrap_or_default().trim_matches('"');
    let leak = Leak {
        rule: "hardcoded-secret",
        title: "Possible hardcoded secret",
        severity: Severity::Info,
        secret,
        ..Leak::default()
    };
    Finding { evidence: text::labelled([("Resource", name)]), ..leak.finding(app) }
}

/// One library and its protections; one that is there is told as information.
fn library(
    path: &str,
    protections: &Members<'_>,
    app: &AssetRef,
    record: &Record<'_>,
    out: &mut Out<'_>,
) -> Told {
    let is_there = |part: &Value<'_>| part.text("severity") == "info";
    for (protection, part) in protections.iter().filter(|(name, part)| is_part(name, part) && !is_there(part))
    {
        let locus = loci::file(path, protection);
        let found = plain(protection, part, "", app);
        tell(found.map(|found| found.map(|finding| Finding { locus, ..finding })), record, out)?;
    }
    Ok(())
}

/// App Transport Security is listed setting by setting, also where a setting is as it should be.
fn informs(record: &Record<'_>, finding: &Value<'_>) -> bool {
    record.list == "ats_analysis" && finding.first(&["status", "severity"]) == "info"
}

fn app(record: &Record<'_>, options: &Options) -> AssetRef {
    let name = ["package_name", "packagename", "bundle_id", "app_name", "file_name"];
    let name =
        name.iter().map(|key| record.head(key).text("")).find(|name| !name.is_empty()).unwrap_or_default();
    let named = assets::named(AssetKind::Application, &name).filter(|_| options.asset.is_none());
    named.unwrap_or_else(|| options.asset_or(AssetKind::Application))
}

/// Hands a finding of a section over; one that cannot be used leaves the others as they are.
fn tell(found: Result<Option<Finding>, Stop>, record: &Record<'_>, out: &mut Out<'_>) -> Told {
    let told = found.and_then(|finding| {
        let Some(mut finding) = finding else { return Ok(()) };
        finding.seen_at = dates::date(&record.head("timestamp").text(""));
        // The raw record is the whole section: too much for each of its findings.
        record.tell_alone(finding, out)
    });
    Ok(out.settle(&record.at, told)?)
}

/// Whether a finding should stand under a key of a section or a library, which have a name beside their findings.
fn is_part(key: &str, value: &Value<'_>) -> bool {
    key != "name" && !value.is_null()
}

/// The first of these ratings of a finding.
fn rating<'v>(finding: &'v Value<'_>, keys: &[&str]) -> Result<Cow<'v, str>, Stop> {
    match keys.iter().find(|key| matches!(finding.at(key), Value::Array(_) | Value::Object(_))) {
        Some(key) => Err(format!("the `{key}` of a finding is no text").into()),
        None => Ok(finding.first(keys)),
    }
}

/// MobSF's words; `None` for what it thinks well of.
fn severity(word: &str) -> Option<Severity> {
    match word.to_ascii_lowercase().as_str() {
        "good" | "secure" | "suppressed" | "hotspot" | "" => None,
        "insecure" => Some(Severity::High),
        other => Some(ids::severity(other)),
    }
}

/// A finding about the app. Certificate findings are lists: severity, description, title.
fn plain(rule: &str, finding: &Value<'_>, rated: &str, app: &AssetRef) -> Result<Option<Finding>, Stop> {
    let (word, title, words) = match finding {
        Value::Array(parts) => {
            let part = |at: usize| parts.get(at).map_or(String::new(), |part| part.text("").into_owned());
            (rating(finding, &["0"])?.into_owned(), part(2), part(1))
        }
        Value::Object(_) => (
            rating(finding, &["severity", "stat", "status"])?.into_owned(),
            finding.first(&["title", "issue", "name"]).into_owned(),
            finding.first(&["description", "detailed_desc", "desc"]).into_owned(),
        ),
        _ => return Err("a finding is neither an object nor a list".into()),
    };
    let Some(severity) = severity(if word.is_empty() { rated } else { &word }) else { return Ok(None) };
    let title = html::plain(&title).replace('\n', " ");
    let known = finding.text("rule");
    let Some(rule) = [known.as_ref(), rule, &title, &words].into_iter().find(|rule| !rule.is_empty()) else {
        return Err("a finding has neither a rule nor a title nor a description".into());
    };
    let rule = rule.to_owned();
    let mut weakness = WeaknessSeen { rule: text::name(&rule), ..WeaknessSeen::default() };
    ids::cwes_in(&mut weakness.cwe, &finding.text("cwe"));
    let component = finding.texts("component").join(", ");
    let scope = finding.texts("scope").join(", ");
    let part = if component.is_empty() { &scope } else { &component };
    let locus = if part.is_empty() { Locus::Whole } else { Locus::named("component", &text::name(part)) };
    Ok(Some(Finding {
        description: text::body(&html::plain(&words)),
        cvss_score: finding.number("cvss").filter(|score| *score > 0.0),
        compliance: controls(finding),
        ..Finding::new(text::title(&title, &rule.replace('_', " ")), severity, weakness, app.clone(), locus)
    }))
}

fn permission_of(name: &str, permission: &Value<'_>, app: &AssetRef) -> Option<Finding> {
    let dangerous = permission.text("status") == "dangerous";
    let weakness =
        WeaknessSeen { rule: "dangerous-permission".to_owned(), cwe: vec![250], ..WeaknessSeen::default() };
    dangerous.then(|| Finding {
        description: text::paragraphs([
            &*permission.text("info"),
            &permission.text("description"),
            &permission.text("reason"),
        ]),
        ..Finding::new(
            text::title(&format!("Dangerous permission: {name}"), ""),
            Severity::Info,
            weakness,
            app.clone(),
            Locus::named("permission", &text::name(name)),
        )
    })
}

/// A rule that matched in files, whose lines are a text (`12,14`).
fn code(rule: &str, finding: &Value<'_>, app: &AssetRef, record: &Record<'_>, out: &mut Out<'_>) -> Told {
    if !finding.is_object() {
        return Err(format!("`{}` is no object", text::name(rule)).into());
    }
    let about = match finding.at("metadata") {
        Value::Null => finding,
        metadata @ Value::Object(_) => metadata,
        _ => return Err(format!("the metadata of `{}` is no object", text::name(rule)).into()),
    };
    let Some(severity) = severity(&rating(about, &["severity", "level"])?) else { return Ok(()) };
    let mut files: Vec<(String, Option<u64>)> = Vec::new();
    // Version 2 and before: a list of paths alone.
    let found = if finding.at("files").is_null() { finding.at("path") } else { finding.at("files") };
    match found {
        Value::Object(found) => {
            let line = |lines: &Value<'_>| {
                lines.text("").split(',').next().and_then(|line| line.trim().parse().ok())
            };
            files.extend(found.iter().map(|(path, lines)| (path.to_owned(), line(lines))));
        }
        Value::Array(found) => files.extend(
            found
                .iter()
                .map(|file| (file.first(&["file_path", ""]).into_owned(), file.count("match_lines/0"))),
        ),
        Value::Null => {}
        _ => {
            return Err(
                format!("the files of `{}` are neither an object nor a list", text::name(rule)).into()
            );
        }
    }
    if files.is_empty() {
        files.push((String::new(), None));
    }
    for (path, line) in files {
        let hit = Hit {
            rule,
            title: &rule.replace('_', " "),
            severity,
            cwe: &about.text("cwe"),
            path: &path,
            line,
            ..Hit::default()
        };
        let finding = Finding {
            description: text::body(&about.text("description")),
            cvss_score: about.number("cvss").filter(|score| *score > 0.0),
            compliance: controls(about),
            references: text::links([&*about.text("ref"), &*about.text("reference")]),
            ..hit.finding(app.clone())
        };
        tell(Ok(Some(finding)), record, out)?;
    }
    Ok(())
}

fn controls(about: &Value<'_>) -> Vec<String> {
    let frameworks = [("OWASP-Mobile", "owasp-mobile"), ("MASVS", "masvs")];
    let named = frameworks.iter().map(|(name, key)| (name, about.text(key)));
    named
        .filter(|(_, control)| !control.is_empty())
        .map(|(name, control)| text::name(&format!("{name}:{control}")))
        .collect()
}
