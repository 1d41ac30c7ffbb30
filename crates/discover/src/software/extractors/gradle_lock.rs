//! `gradle.lockfile`, and `buildscript-gradle.lockfile` of the build itself: the versions that Gradle chose, with the
//! configurations that use them.

use crate::software::extractor::{self, Extractor, TEXT};
use crate::software::{Package, Standing};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "gradle_lock",
    name: "gradle.lockfile",
    docs: "https://docs.gradle.org/current/userguide/dependency_locking.html",
    wants: |path| {
        let name = extractor::name(path);
        // Before Gradle 7 a file for each configuration.
        name.ends_with("gradle.lockfile")
            || (name.ends_with(".lockfile") && path.contains("dependency-locks/"))
    },
    magic: &[],
    cap: TEXT,
    kinds: &["maven"],
    extract: |file| {
        let lines = file.text()?.lines().enumerate();
        let entries = lines.filter(|(_, line)| {
            let line = line.trim();
            !line.is_empty() && !line.starts_with('#') && !line.starts_with("empty=")
        });
        let packages = entries.filter_map(|(number, text)| {
            let package = line(text);
            if package.is_none() {
                file.problem(format!("line {} was left out: it names no module in a version", number + 1));
            }
            package
        });
        Ok(packages.collect())
    },
};

/// `group:name:version=configuration,configuration`.
fn line(line: &str) -> Option<Package> {
    let (coordinates, configurations) = line.trim().split_once('=').unwrap_or((line.trim(), ""));
    let (name, version) = coordinates.rsplit_once(':').filter(|(name, _)| name.contains(':'))?;
    if coordinates.contains(|c: char| c.is_whitespace() || "\"'{}[]<>".contains(c)) {
        return None;
    }
    let tests = |configuration: &str| {
        let name = configuration.trim().to_ascii_lowercase();
        name.contains("test")
    };
    let dev = !configurations.is_empty() && configurations.split(',').all(tests);
    Some(Package::new(Standing::Locked, "maven", name, version).ok()?.dev(dev))
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn what_was_chosen() {
        check(
            &EXTRACTOR,
            "app/gradle.lockfile",
            "# This is a Gradle generated file\norg.springframework.boot:spring-boot:2.7.4=compileClasspath,testCompileClasspath\njunit:junit:4.12=testCompileClasspath,testRuntimeClasspath\nempty=annotationProcessor\n",
            &[
                "locked pkg:maven/org.springframework.boot/spring-boot@2.7.4",
                "dev locked pkg:maven/junit/junit@4.12",
            ],
        );
        check(
            &EXTRACTOR,
            "gradle/dependency-locks/compileClasspath.lockfile",
            "a:b:1\n",
            &["locked pkg:maven/a/b@1"],
        );
    }
}
