//! Judgements: facts in, outcomes out. A check reads what a collector gathered of a host; [`identity`] holds the checks of
//! accounts, groups and roles; [`matching`] asks the advisories about a package; [`correlation`] tells which exposures of several
//! tools are one. Pure: nothing here reads a clock or the network.
//!
//! One check is one file in `checks/` that holds its documentation, its judgement and its three tests (hit, miss,
//! inconclusive), and one line in the registry [`checks::ALL`]. CONTRIBUTING.md has the recipe.

pub mod checks;
pub mod correlation;
pub mod identity;
pub mod matching;

use bartizan_model::host::HostFacts;
use bartizan_model::{Outcome, Severity};

/// One check of a host: what it looks for, why that matters, how to fix it, and the judgement itself.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// Its id, equal to its file name with dashes: `sshd-root-login`. The weakness it reports is `bartizan:<id>`.
    pub id: &'static str,
    /// One line that states the weakness: "SSH lets root log in with a password".
    pub title: &'static str,
    /// What it means, in plain words.
    pub meaning: &'static str,
    /// Why it matters: what an attacker does with it.
    pub why: &'static str,
    /// How to fix it: commands for a shell, one a line, comments with `#`.
    pub fix: &'static str,
    /// How bad it is by itself, where nothing is known of the host.
    pub severity: Severity,
    /// CWE number.
    pub cwe: u32,
    /// ATT&CK technique id, empty where none fits.
    pub attack: &'static str,
    /// Recommendation id of the CIS Debian Linux 12 Benchmark v1.1.0, empty where it has none.
    pub cis: &'static str,
    /// Judges the facts. An unknown fact it needs is an `Err` with the reason and becomes `Inconclusive`.
    pub judge: fn(&HostFacts) -> Result<Vec<bartizan_model::Hit>, String>,
}

impl Check {
    /// Runs the check on a host's facts.
    pub fn run(&self, facts: &HostFacts) -> Outcome {
        match (self.judge)(facts) {
            Ok(hits) => Outcome::from_hits(hits),
            Err(why) => Outcome::Inconclusive(why),
        }
    }

    /// The weakness key under which its findings are known.
    pub fn key(&self) -> String {
        format!("bartizan:{}", self.id)
    }
}
