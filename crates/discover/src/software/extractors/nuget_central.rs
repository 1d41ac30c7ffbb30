//! `Directory.Packages.props`: NuGet's central package versions.

use super::dotnet_project::references;
use crate::software::extractor::{self, Extractor, TEXT};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "nuget_central",
    name: "Directory.Packages.props",
    docs: "https://learn.microsoft.com/nuget/consume-packages/central-package-management",
    wants: |path| extractor::name(path).eq_ignore_ascii_case("Directory.Packages.props"),
    magic: &[],
    cap: TEXT,
    kinds: &["nuget"],
    extract: |file| references(file, &["PackageVersion", "GlobalPackageReference"]),
};

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn central_versions() {
        check(
            &EXTRACTOR,
            "Directory.Packages.props",
            r#"<Project><PropertyGroup><V>1.2</V></PropertyGroup><ItemGroup><PackageVersion Include="A" Version="$(V)"/><GlobalPackageReference Include="B" Version="2"/><PackageReference Include="C" Version="3"/><PackageVersion Include="D" Version=""/></ItemGroup></Project>"#,
            &["declared pkg:nuget/A@1.2", "declared pkg:nuget/B@2"],
        );
    }
}
