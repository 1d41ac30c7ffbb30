//! Project files of .NET: `PackageReference` in `.csproj` and its kin.
//!
//! A reference without a version takes it from `Directory.Packages.props`, which is read by itself.

use crate::software::extractor::{Extractor, File, TEXT};
use crate::software::{Package, Standing, range, xml};
use std::collections::BTreeMap;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "dotnet_project",
    name: ".csproj, .fsproj and .vbproj",
    docs: "https://learn.microsoft.com/nuget/consume-packages/package-references-in-project-files",
    wants: |path| [".csproj", ".fsproj", ".vbproj"].iter().any(|end| path.ends_with(end)),
    magic: &[],
    cap: TEXT,
    kinds: &["nuget"],
    extract: |file| references(file, &["PackageReference"]),
};

/// The packages of the elements of these names, with the version they state.
pub(super) fn references(file: &File<'_>, names: &[&str]) -> Result<Vec<Package>, String> {
    let project = xml::parse(file.bytes)?;
    let groups = project.children("PropertyGroup").flat_map(|group| &group.children);
    let properties: BTreeMap<&str, &str> =
        groups.map(|property| (property.name.as_str(), property.text.trim())).collect();
    let elements = names.iter().flat_map(|name| project.descendants(name));
    Ok(elements
        .filter_map(|reference| {
            let stated = ["Version", "VersionOverride"]
                .iter()
                .map(|name| match reference.attr(name) {
                    "" => reference.text_of(name),
                    version => version,
                })
                .find(|version| !version.is_empty())?;
            let name = match reference.attr("Include") {
                "" => reference.attr("Update"),
                name => name,
            };
            let version = resolve(&properties, stated)?;
            file.package(Standing::Declared, "nuget", name, range::least(&version))
        })
        .collect())
}

/// The text with `$(Name)` replaced by the properties of the file itself; nothing where one is defined elsewhere.
fn resolve(properties: &BTreeMap<&str, &str>, text: &str) -> Option<String> {
    let mut out = text.to_owned();
    // A property may name another.
    for _ in 0..8 {
        let Some(start) = out.find("$(") else { return Some(out) };
        let end = start + out[start..].find(')')?;
        let value = properties.get(&out[start + 2..end]).copied().unwrap_or("").to_owned();
        out.replace_range(start..=end, &value);
        if out.len() > 256 {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_part};
    use super::*;

    #[test]
    fn references_with_versions() {
        check(
            &EXTRACTOR,
            "src/App.csproj",
            r#"<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><V>$(W)</V><W>8.0.1</W><L>$(L)$(L)</L></PropertyGroup><ItemGroup>
            <PackageReference Include="LiteDB" Version="5.0.12" />
            <PackageReference Include="Range"><Version>[1.0,2.0)</Version></PackageReference>
            <PackageReference Include="Property" Version="$(V)" />
            <PackageReference Include="Elsewhere" Version="$(X)" />
            <PackageReference Include="Endless" Version="$(L)" />
            <PackageReference Include="Central" />
            </ItemGroup></Project>"#,
            &[
                "declared pkg:nuget/LiteDB@5.0.12",
                "declared pkg:nuget/Range@1.0",
                "declared pkg:nuget/Property@8.0.1",
                "declared pkg:nuget/Elsewhere",
            ],
        );
        let nameless =
            r#"<Project><ItemGroup><PackageReference Include="" Version="1" /></ItemGroup></Project>"#;
        assert_eq!(check_part(&EXTRACTOR, "App.fsproj", nameless, &[]).len(), 1);
    }
}
