//! The registry: every report format, alphabetical, two adjacent lines each. To add one, see CONTRIBUTING.md.

use crate::format::Format;

mod bartizan;
mod cyclonedx;
mod nmap;
mod nuclei;
mod sarif;
mod trivy;

/// All formats, by id.
pub static FORMATS: &[Format] =
    &[bartizan::FORMAT, cyclonedx::FORMAT, nmap::FORMAT, nuclei::FORMAT, sarif::FORMAT, trivy::FORMAT];
