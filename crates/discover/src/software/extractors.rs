//! The registry: every kind of file that packages are read from, alphabetical, two lines each.

use super::{Extractor, File, Package, Standing, distro};
use crate::purl;
use bartizan_model::host;

pub(crate) mod apk;
mod bazel_maven;
mod bun_lock;
mod cabal_freeze;
mod cargo_auditable;
mod cargo_lock;
mod cargo_toml;
mod chisel;
mod chrome_extension;
mod composer_lock;
mod conan_lock;
mod conda_environment;
mod conda_meta;
mod cos;
mod cyclonedx;
mod deno_json;
mod deno_lock;
mod deno_source;
mod dotnet_assembly;
mod dotnet_deps;
mod dotnet_project;
pub(crate) mod dpkg;
mod flatpak;
mod gemfile_lock;
mod gemspec;
mod github_actions;
mod gleam_manifest;
mod gleam_toml;
mod go_binary;
mod go_mod;
mod gradle_catalog;
mod gradle_lock;
mod gradle_verification;
mod homebrew;
mod java_archive;
mod julia_manifest;
mod julia_project;
mod macos_app;
mod maven_pom;
mod mix_lock;
mod netscaler;
mod nuget_assets;
mod nuget_central;
mod nuget_config;
mod nuget_lock;
mod opam_install;
mod package_json;
mod package_lock;
mod package_resolved;
mod pacman;
mod paket_dependencies;
mod paket_lock;
mod pdm_lock;
mod pipfile_lock;
mod pnpm_lock;
mod podfile_lock;
mod poetry_lock;
mod portage;
mod pubspec_lock;
mod pylock;
mod pyproject_toml;
mod python_metadata;
mod rebar_lock;
mod renv_lock;
mod requirements;
mod rpm;
mod sbom;
mod setup_py;
mod snap;
mod spdx;
mod stack_lock;
mod uv_lock;
mod vscode_extensions;
mod vsix;
mod wordpress_plugin;
mod yarn_lock;

/// All kinds of files, by id.
pub static EXTRACTORS: &[Extractor] = &[
    apk::EXTRACTOR,
    bazel_maven::EXTRACTOR,
    bun_lock::EXTRACTOR,
    cabal_freeze::EXTRACTOR,
    cargo_auditable::EXTRACTOR,
    cargo_lock::EXTRACTOR,
    cargo_toml::EXTRACTOR,
    chisel::EXTRACTOR,
    chrome_extension::EXTRACTOR,
    composer_lock::EXTRACTOR,
    conan_lock::EXTRACTOR,
    conda_environment::EXTRACTOR,
    conda_meta::EXTRACTOR,
    cos::EXTRACTOR,
    cyclonedx::EXTRACTOR,
    deno_json::EXTRACTOR,
    deno_lock::EXTRACTOR,
    deno_source::EXTRACTOR,
    dotnet_assembly::EXTRACTOR,
    dotnet_deps::EXTRACTOR,
    dotnet_project::EXTRACTOR,
    dpkg::EXTRACTOR,
    flatpak::EXTRACTOR,
    gemfile_lock::EXTRACTOR,
    gemspec::EXTRACTOR,
    github_actions::EXTRACTOR,
    gleam_manifest::EXTRACTOR,
    gleam_toml::EXTRACTOR,
    go_binary::EXTRACTOR,
    go_mod::EXTRACTOR,
    gradle_catalog::EXTRACTOR,
    gradle_lock::EXTRACTOR,
    gradle_verification::EXTRACTOR,
    homebrew::EXTRACTOR,
    java_archive::EXTRACTOR,
    julia_manifest::EXTRACTOR,
    julia_project::EXTRACTOR,
    macos_app::EXTRACTOR,
    maven_pom::EXTRACTOR,
    mix_lock::EXTRACTOR,
    netscaler::EXTRACTOR,
    nuget_assets::EXTRACTOR,
    nuget_central::EXTRACTOR,
    nuget_config::EXTRACTOR,
    nuget_lock::EXTRACTOR,
    opam_install::EXTRACTOR,
    package_json::EXTRACTOR,
    package_lock::EXTRACTOR,
    package_resolved::EXTRACTOR,
    pacman::EXTRACTOR,
    paket_dependencies::EXTRACTOR,
    paket_lock::EXTRACTOR,
    pdm_lock::EXTRACTOR,
    pipfile_lock::EXTRACTOR,
    pnpm_lock::EXTRACTOR,
    podfile_lock::EXTRACTOR,
    poetry_lock::EXTRACTOR,
    portage::EXTRACTOR,
    pubspec_lock::EXTRACTOR,
    pylock::EXTRACTOR,
    pyproject_toml::EXTRACTOR,
    python_metadata::EXTRACTOR,
    rebar_lock::EXTRACTOR,
    renv_lock::EXTRACTOR,
    requirements::EXTRACTOR,
    rpm::EXTRACTOR,
    setup_py::EXTRACTOR,
    snap::EXTRACTOR,
    spdx::EXTRACTOR,
    stack_lock::EXTRACTOR,
    uv_lock::EXTRACTOR,
    vscode_extensions::EXTRACTOR,
    vsix::EXTRACTOR,
    wordpress_plugin::EXTRACTOR,
    yarn_lock::EXTRACTOR,
];

/// What a distribution's database lists, as packages of the distribution that the database's root belongs to
/// (`places`: see [`distro::of`]).
fn os_packages(file: &File<'_>, places: &[&str], listed: &[host::Package]) -> Vec<Package> {
    let os = distro::of(file, places);
    let purls = listed.iter().filter_map(|package| purl(package, os.as_ref()));
    purls.map(|purl| Package { purl, standing: Standing::Installed, dev: false }).collect()
}

#[cfg(test)]
mod tests;
