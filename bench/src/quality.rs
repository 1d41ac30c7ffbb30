//! How right the answers are, on sets whose right answers are known: printed here, kept by the tests of each set.

mod labels;
mod osv;
mod trivy;

use crate::shared;

pub(crate) fn run() -> anyhow::Result<()> {
    if shared::there(labels::LABELS) {
        labels::measure()?.print();
    }
    if shared::there(trivy::CASES) {
        trivy::measure()?.print();
    }
    if shared::there(osv::ANSWERS) {
        osv::measure()?.print();
    }
    Ok(())
}
