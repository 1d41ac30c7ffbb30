//! `dotnet list package --vulnerable --format json` (also `dotnet package list`): NuGet packages of projects with known
//! vulnerabilities, also transitive ones. Without a vulnerable package a project lists none.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::Package;
use crate::common::tree::{Tree, links};
use crate::common::{ids, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::AssetKind;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "dotnet_vulnerable",
    name: ".NET vulnerable packages",
    summary: "JSON: NuGet packages of projects with advisories",
    extensions: &["json"],
    docs: "https://learn.microsoft.com/en-us/dotnet/core/tools/dotnet-package-list",
    tool: "dotnet-list-package",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout {
    heads: &["parameters", "projects/path", "projects/frameworks/framework"],
    lists: &["projects/frameworks/topLevelPackages", "projects/frameworks/transitivePackages"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let ours = keys.has_all(&["projects", "parameters", "version"]);
    Sniff::when(ours && head.has("--vulnerable"))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let name = record.text("id");
    if name.is_empty() {
        return Err("a package without id".into());
    }
    let package = Package::new("nuget", &name, &record.first(&["resolvedVersion", "requestedVersion"]));
    let asset = options.asset_or(AssetKind::Repository);
    out.observe(&record.at, package.seen(asset.clone()), None)?;
    for item in record.items("vulnerabilities") {
        let url = item.first(&["advisoryurl", "advisoryUrl"]);
        let known = ids::ids_in(&url);
        let id = known.first().map_or(&*url, |id| id);
        let mut finding =
            package.vulnerability(asset.clone(), id, &known, "", ids::severity(&item.text("severity")));
        let (project, framework) =
            (record.head("projects/path").text(""), record.head("projects/frameworks/framework").text(""));
        finding.evidence =
            text::body(&format!("{name} {} in {project} ({framework})", finding.component_version));
        finding.references = links([url.clone()]);
        record.tell(finding, out)?;
    }
    Ok(())
}
