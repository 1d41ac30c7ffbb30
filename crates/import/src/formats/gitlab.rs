//! GitLab secure reports, schema versions 2 to 15: SAST, dependency, container and cluster image scanning, DAST, API and coverage
//! fuzzing, secret detection.
//!
//! All analyzers write one shape; what differs is the location, which says what the finding is on. A weakness goes by its CVE or
//! GHSA where it has one, else by the analyzer's own identifier with its type (`semgrep_id:...`). Packages of
//! `dependency_files` are software of the repository. A report never says what else was looked at, so there is no coverage.

use crate::common::code::{Hit, Leak, covered};
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::package::Package;
use crate::common::tree::{self, Tree, Value, paragraphs};
use crate::common::{assets, dates, head, ids, loci, purl, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::{ComponentSeen, WeaknessSeen};
use bartizan_model::{AssetKind, AssetRef, Finding, Locus, Observation};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "gitlab",
    name: "GitLab secure reports",
    summary: "SAST, dependency, container, DAST, fuzzing and secret detection reports of GitLab CI",
    extensions: &["json"],
    docs: "https://docs.gitlab.com/development/integrations/secure/",
    tool: "gitlab",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout {
    version: ("version", ""),
    heads: &["version", "scan"],
    lists: &["vulnerabilities", "dependency_files"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.object();
    let Some(records) = keys.value("vulnerabilities") else { return Sniff::No };
    let scan = keys.holds_any("scan", &["\"scanner\"", "\"type\""]);
    let described = head::has(records, "\"identifiers\"") && head::has(records, "\"location\"");
    // Old analyzers that found nothing wrote no more than these.
    let bare = keys.names().eq(["version", "vulnerabilities"]) && head::is_empty_list(records);
    // Safety's report of Python packages has remediations too.
    let remedied = keys.has_any(&["remediations", "dependency_files"]) && !keys.has("report_meta");
    match scan || described || remedied {
        true => Sniff::Yes,
        false if bare => Sniff::Maybe,
        false => Sniff::No,
    }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut failed = false;
    LAYOUT.parse(input, options, sink, |record, options, out| {
        let scan = record.head("scan");
        if !std::mem::replace(&mut failed, true) && scan.text("status").eq_ignore_ascii_case("failure") {
            let told: Vec<_> = scan.items("messages").iter().map(|message| message.text("value")).collect();
            out.gap("the run", format!("the analyzer says that it failed {}", text::name(&told.join("; "))));
        }
        match record.list {
            "dependency_files" => software(record, options, out),
            _ => found(record, options, out),
        }
    })
}

fn software(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (path, manager) = (record.text("path"), record.text("package_manager"));
    let asset = options.asset_or(AssetKind::Repository);
    for dependency in record.items("dependencies") {
        let (name, version) = (dependency.text("package/name"), dependency.text("version"));
        if name.is_empty() {
            continue;
        }
        let component = ComponentSeen {
            asset: asset.clone(),
            purl: purl::build(&manager, &name, &version).unwrap_or_default(),
            name: text::name(&name),
            version: text::name(&version),
            locations: vec![loci::path(&path)],
            vantage: String::new(),
        };
        out.observe(&record.at, Observation::Component(component), None)?;
    }
    Ok(())
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let scan = record.head("scan");
    let category = record.first(&["category"]);
    let category = if category.is_empty() { scan.text("type") } else { category };
    let mut weakness = weakness(record);
    if weakness.rule.is_empty() {
        return Err("neither an identifier nor a name".into());
    }
    let detector = ["gitleaks", "trufflehog", "secret"].iter().any(|word| weakness.rule.contains(word));
    let secret = category == "secret_detection" || detector;
    let place = place(record, &weakness, secret, options);
    if weakness.cwe.is_empty() {
        weakness.cwe.clone_from(&place.weakness.cwe);
    }
    let title = record.first(&["name", "message", "title"]);
    let links = record.items("links").iter().chain(record.items("identifiers"));
    let links: Vec<_> = links.map(|link| link.text("url")).collect();
    let scanner = record.first(&["scanner/id", "scanner/name"]);
    let scanner = if scanner.is_empty() { scan.text("scanner/id") } else { scanner };
    let hidden = record.text("raw_source_code_extract");
    let told = |words: &str| if secret { covered(words, &hidden) } else { words.to_owned() };
    let description = paragraphs([told(&record.text("message")), told(&record.text("description"))]);
    let flag = record.items("flags").iter().find(|flag| flag.text("type").contains("false-positive"));
    let vectors: Vec<_> = record.items("cvss_vectors").iter().map(|vector| vector.text("vector")).collect();
    let finding = Finding {
        title: text::title(&told(&title), &weakness.rule),
        severity: ids::severity(&record.text("severity")),
        description: if description == *title { String::new() } else { description },
        fix: text::body(&record.text("solution")),
        cvss: tree::vectors(vectors),
        raw_id: text::some(&record.text("id")),
        seen_at: dates::date(&scan.text("end_time")).or_else(|| dates::date(&record.text("discovered_at"))),
        tags: [("scanner", &scanner), ("category", &category)]
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}:{}", text::name(value)))
            .collect(),
        compliance: record
            .items("identifiers")
            .iter()
            .filter(|identifier| identifier.text("type").eq_ignore_ascii_case("owasp"))
            .map(|identifier| text::name(&format!("OWASP:{}", identifier.text("value"))))
            .collect(),
        confidence: text::name(&record.text("confidence")),
        references: tree::links(links),
        suppressed: flag.map(|flag| text::name(&flag.text("type"))),
        weakness,
        ..place
    };
    if secret { record.tell_alone(finding, out) } else { record.tell(finding, out) }
}

/// Public ids, CWE numbers, and the analyzer's own name of the weakness.
fn weakness(record: &Value<'_>) -> WeaknessSeen {
    let mut weakness = WeaknessSeen::default();
    for identifier in record.items("identifiers") {
        let (kind, value) = (identifier.text("type").to_lowercase(), identifier.text("value"));
        match kind.as_str() {
            "cwe" => ids::cwes_in(&mut weakness.cwe, value.trim_start_matches("CWE-")),
            "cve" | "ghsa" | "usn" | "rhsa" | "elsa" | "osvdb" | "osv" => {
                ids::push_id(&mut weakness.ids, &value);
            }
            "owasp" | "wasc" | "capec" | "hackerone" => {}
            _ if weakness.rule.is_empty() && !value.is_empty() => {
                weakness.rule = text::name(&format!("{kind}:{value}"));
            }
            _ => {}
        }
    }
    if weakness.rule.is_empty() {
        let cwe = weakness.cwe.first().map(|cwe| format!("cwe:{cwe}"));
        let known = weakness.ids.first().cloned().or(cwe);
        weakness.rule = known.unwrap_or_else(|| text::name(&record.first(&["name", "message"])));
    }
    weakness
}

/// Where it is: a finding of which only asset, place and evidence are said.
fn place(record: &Value<'_>, weakness: &WeaknessSeen, secret: bool, options: &Options) -> Finding {
    let location = record.at("location");
    let image = location.first(&["image", "kubernetes_resource/container_name"]);
    let asset = assets::image(&image).unwrap_or_else(|| options.asset_or(AssetKind::Repository));
    let package = location.text("dependency/package/name");
    if !package.is_empty() {
        let system = location.text("operating_system");
        let ecosystem = system.split([':', ' ']).next().unwrap_or_default().to_owned();
        let ecosystem = if ecosystem.is_empty() { by_file(&location.text("file")) } else { &ecosystem };
        let package = Package::new(ecosystem, &package, &location.text("dependency/version"));
        let none: [&str; 0] = [];
        let finding = package.vulnerability(asset, &weakness.rule, none, "", Default::default());
        let path = location.text("file");
        return Finding { evidence: text::labelled([("Named in", &*loci::path(&path))]), ..finding };
    }
    let line = location.first(&["start_line", "line"]).parse().ok();
    let (path, hidden) = (location.text("file"), record.text("raw_source_code_extract"));
    if secret {
        return Leak { path: &path, line, secret: &hidden, ..Leak::default() }.finding(asset);
    }
    if location.at("crash_state").is_string() {
        let state = location.text("crash_state");
        let locus = Locus::named("crash", &text::name(state.lines().next().unwrap_or_default()));
        let evidence = paragraphs([location.text("crash_type"), state, location.text("stacktrace_snippet")]);
        return Finding { evidence, ..Finding::new("", Default::default(), weakness.clone(), asset, locus) };
    }
    if location.at("hostname").is_string() || location.at("path").is_string() {
        return web(record, options);
    }
    let scope = [location.text("class"), location.text("method")];
    let scope: Vec<_> = scope.iter().filter(|part| !part.is_empty()).map(|part| &**part).collect();
    let tracked = record.items("tracking/items").iter().flat_map(|item| item.items("signatures"));
    // The signature is `path|scope:offset`: what it says beyond the path.
    let tracked = tracked.map(|signature| signature.text("value")).find(|value| value.contains('|'));
    let tracked = tracked.as_deref().and_then(|value| value.split_once('|')).map_or("", |(_, scope)| scope);
    // Old analyzers write `path:digest of the code:rule`.
    let print = record.text("cve");
    let digest =
        print.split(':').find(|part| part.len() == 64 && part.bytes().all(|b| b.is_ascii_hexdigit()));
    let anchor = if scope.is_empty() { tracked.to_owned() } else { scope.join(".") };
    let anchor = if anchor.is_empty() { digest.unwrap_or_default().to_owned() } else { anchor };
    Hit { path: &path, line, anchor: &anchor, snippet: &hidden, ..Hit::default() }.finding(asset)
}

/// The route of a web application, with request and response.
fn web(record: &Value<'_>, options: &Options) -> Finding {
    let (location, proof) = (record.at("location"), record.at("evidence"));
    let host = location.text("hostname");
    let url = assets::Url::parse(&host).or_else(|| assets::Url::parse(&proof.text("request/url")));
    let asset: Option<AssetRef> = url.as_ref().and_then(assets::Url::web_application);
    let asset = asset.or_else(|| assets::host(&host, [&*host]));
    let asset = asset.unwrap_or_else(|| options.asset_or(AssetKind::WebApplication));
    let headers = |of: &Value<'_>| {
        let lines: Vec<_> =
            of.items("headers").iter().map(|h| format!("{}: {}", h.text("name"), h.text("value"))).collect();
        lines.join("\n")
    };
    let (request, response) = (proof.at("request"), proof.at("response"));
    let asked = format!(
        "{} {}\n{}\n{}",
        request.text("method"),
        request.text("url"),
        headers(request),
        request.text("body")
    );
    let answered = format!(
        "{} {}\n{}\n{}",
        response.text("status_code"),
        response.text("reason_phrase"),
        headers(response),
        response.text("body")
    );
    let evidence = paragraphs([
        proof.first(&["summary", ""]).into_owned(),
        text::labelled([("request", &*text::clean(&asked, text::BODY / 3))]),
        text::labelled([("response", &*text::clean(&answered, text::BODY / 3))]),
    ]);
    let locus = loci::route(&location.text("path"), &location.text("param"));
    Finding { evidence, ..Finding::new("", Default::default(), WeaknessSeen::default(), asset, locus) }
}

/// The ecosystem of a file that names packages.
fn by_file(path: &str) -> &'static str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default().to_ascii_lowercase();
    match name.as_str() {
        "go.sum" | "go.mod" => "go",
        "yarn.lock" | "package-lock.json" | "package.json" | "npm-shrinkwrap.json" | "pnpm-lock.yaml" => {
            "npm"
        }
        "gemfile.lock" | "gemfile" | "gems.locked" => "gem",
        "composer.lock" => "composer",
        "pom.xml" | "build.gradle" | "build.gradle.kts" | "build.sbt" | "gradle.lockfile" => "maven",
        "conan.lock" | "conanfile.txt" => "conan",
        "cargo.lock" => "cargo",
        "packages.lock.json" => "nuget",
        _ if name.starts_with("requirements")
            || ["pipfile.lock", "poetry.lock", "setup.py", "uv.lock"].contains(&&*name) =>
        {
            "pypi"
        }
        _ if name.ends_with(".csproj") => "nuget",
        _ => "",
    }
}
