//! The registry: every kind of file that packages are read from, alphabetical, two lines each.

use super::Extractor;

mod bun_lock;
mod cabal_freeze;
mod cargo_auditable;
mod cargo_lock;
mod cargo_toml;
mod chrome_extension;
mod composer_lock;
mod conda_environment;
mod conda_meta;
mod deno_json;
mod deno_lock;
mod deno_source;
mod gemfile_lock;
mod gemspec;
mod github_actions;
mod gleam_manifest;
mod gleam_toml;
mod julia_manifest;
mod julia_project;
mod mix_lock;
mod opam_install;
mod package_json;
mod package_lock;
mod package_resolved;
mod pdm_lock;
mod pipfile_lock;
mod pnpm_lock;
mod podfile_lock;
mod poetry_lock;
mod pubspec_lock;
mod pylock;
mod pyproject_toml;
mod python_metadata;
mod rebar_lock;
mod renv_lock;
mod requirements;
mod setup_py;
mod stack_lock;
mod uv_lock;
mod vscode_extensions;
mod vsix;
mod wordpress_plugin;
mod yarn_lock;

/// All kinds of files, by id.
pub static EXTRACTORS: &[Extractor] = &[
    bun_lock::EXTRACTOR,
    cabal_freeze::EXTRACTOR,
    cargo_auditable::EXTRACTOR,
    cargo_lock::EXTRACTOR,
    cargo_toml::EXTRACTOR,
    chrome_extension::EXTRACTOR,
    composer_lock::EXTRACTOR,
    conda_environment::EXTRACTOR,
    conda_meta::EXTRACTOR,
    deno_json::EXTRACTOR,
    deno_lock::EXTRACTOR,
    deno_source::EXTRACTOR,
    gemfile_lock::EXTRACTOR,
    gemspec::EXTRACTOR,
    github_actions::EXTRACTOR,
    gleam_manifest::EXTRACTOR,
    gleam_toml::EXTRACTOR,
    julia_manifest::EXTRACTOR,
    julia_project::EXTRACTOR,
    mix_lock::EXTRACTOR,
    opam_install::EXTRACTOR,
    package_json::EXTRACTOR,
    package_lock::EXTRACTOR,
    package_resolved::EXTRACTOR,
    pdm_lock::EXTRACTOR,
    pipfile_lock::EXTRACTOR,
    pnpm_lock::EXTRACTOR,
    podfile_lock::EXTRACTOR,
    poetry_lock::EXTRACTOR,
    pubspec_lock::EXTRACTOR,
    pylock::EXTRACTOR,
    pyproject_toml::EXTRACTOR,
    python_metadata::EXTRACTOR,
    rebar_lock::EXTRACTOR,
    renv_lock::EXTRACTOR,
    requirements::EXTRACTOR,
    setup_py::EXTRACTOR,
    stack_lock::EXTRACTOR,
    uv_lock::EXTRACTOR,
    vscode_extensions::EXTRACTOR,
    vsix::EXTRACTOR,
    wordpress_plugin::EXTRACTOR,
    yarn_lock::EXTRACTOR,
];

#[cfg(test)]
mod tests;
