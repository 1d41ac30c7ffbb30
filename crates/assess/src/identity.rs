//! Checks of identities: accounts, groups, roles, keys and who owns what, in directories and clouds.
//!
//! One check is one file in `identity/` that holds its documentation, its judgement and the life of its findings as a test,
//! and one line in the registry [`ALL`]. CONTRIBUTING.md has the recipe. A check judges one asset at a time, with everything
//! else that is known beside it: the exposure's asset is the account, group, role or machine that has to be changed.

use bartizan_model::{Locus, Severity};
use std::collections::BTreeSet;

mod accounts;
pub mod facts;
mod support;
#[cfg(test)]
mod testing;

pub use accounts::Identities;
pub use facts::{Facts, FactsBuilder, Gives, Node, Power};

mod ad_asrep_roastable;
mod ad_kerberoastable;
mod ad_krbtgt_password;
mod ad_old_password;
mod ad_orphaned_rights;
mod ad_password_in_directory;
mod ad_password_never_expires;
mod ad_password_not_required;
mod ad_shared_local_admin;
mod ad_stale_account;
mod ad_standing_privilege;
mod ad_unconstrained_delegation;
mod ad_unused_privilege;
mod aws_confused_deputy;
mod aws_escalating_policy;
mod aws_full_admin;
mod aws_old_access_key;
mod aws_public_policy;
mod aws_root_access_key;
mod aws_service_wildcard;
mod aws_unused_identity;
mod disabled_owner;
mod entra_guest_role;
mod entra_ownerless_app;
mod entra_standing_role;
mod kubernetes_cluster_admin;
mod kubernetes_default_account;
mod kubernetes_escalation;
mod kubernetes_wildcard_role;
mod no_mfa;

/// All checks of identities.
pub static ALL: &[Check] = &[
    ad_asrep_roastable::CHECK,
    ad_kerberoastable::CHECK,
    ad_krbtgt_password::CHECK,
    ad_old_password::CHECK,
    ad_orphaned_rights::CHECK,
    ad_password_in_directory::CHECK,
    ad_password_never_expires::CHECK,
    ad_password_not_required::CHECK,
    ad_shared_local_admin::CHECK,
    ad_stale_account::CHECK,
    ad_standing_privilege::CHECK,
    ad_unconstrained_delegation::CHECK,
    ad_unused_privilege::CHECK,
    aws_confused_deputy::CHECK,
    aws_escalating_policy::CHECK,
    aws_full_admin::CHECK,
    aws_old_access_key::CHECK,
    aws_public_policy::CHECK,
    aws_root_access_key::CHECK,
    aws_service_wildcard::CHECK,
    aws_unused_identity::CHECK,
    disabled_owner::CHECK,
    entra_guest_role::CHECK,
    entra_ownerless_app::CHECK,
    entra_standing_role::CHECK,
    kubernetes_cluster_admin::CHECK,
    kubernetes_default_account::CHECK,
    kubernetes_escalation::CHECK,
    kubernetes_wildcard_role::CHECK,
    no_mfa::CHECK,
];

/// The source under which the findings are known, and the beginning of their keys.
pub const SOURCE: &str = "bartizan-identity";

/// One check: what it looks for, why that matters, how to fix it, and the judgement itself.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// Its id, equal to its file name with dashes. The weakness it reports is `bartizan-identity:<id>`.
    pub id: &'static str,
    /// One line that states the weakness.
    pub title: &'static str,
    /// What it means, in plain words.
    pub meaning: &'static str,
    /// Why it matters: what an attacker does with it.
    pub why: &'static str,
    /// What to do in general; each finding names what to do there.
    pub fix: &'static str,
    /// How bad it usually is; each finding has its own, with the reason.
    pub severity: Severity,
    /// CWE number.
    pub cwe: u32,
    /// ATT&CK technique id.
    pub attack: &'static str,
    /// Controls that ask for the opposite, as `FRAMEWORK:CONTROL`: NIST SP 800-53 revision 5, the CIS AWS Foundations Benchmark
    /// v3.0.0, the CIS Kubernetes Benchmark v1.8.0.
    pub controls: &'static [&'static str],
    /// The verbs and attributes that it reads, beside those that every check reads (`accounts::WANTS`).
    pub wants: &'static [&'static str],
    /// Judges one asset.
    pub judge: fn(&Identities<'_>, Node) -> Result<Vec<Hit>, Unknown>,
}

/// The weakness in one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Where on the asset.
    pub locus: Locus,
    /// How bad it is here.
    pub severity: Severity,
    /// Why it is so bad, in one sentence without its full stop.
    pub because: String,
    /// The facts that it rests on, a sentence each.
    pub evidence: String,
    /// What to take away, in words or commands that name it.
    pub fix: String,
}

/// Why a check cannot answer: it closes nothing. What it found all the same stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// What was found before.
    pub hits: Vec<Hit>,
    /// What was not collected.
    pub why: String,
}

impl From<String> for Unknown {
    fn from(why: String) -> Self {
        Self { hits: Vec::new(), why }
    }
}

impl Check {
    /// The weakness key under which its findings are known.
    pub fn key(&self) -> String {
        format!("{SOURCE}:{}", self.id)
    }
}

/// The check with this weakness key.
pub fn by_key(key: &str) -> Option<&'static Check> {
    let id = key.strip_prefix(SOURCE)?.strip_prefix(':')?;
    ALL.iter().find(|check| check.id == id)
}

/// The verbs and attributes that any check reads.
pub fn wants() -> BTreeSet<&'static str> {
    let always = accounts::WANTS.iter().chain(facts::TIMES);
    always.chain(ALL.iter().flat_map(|check| check.wants)).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/identity");

    #[test]
    fn every_check_is_documented_and_has_its_file() {
        let mut ids = BTreeSet::new();
        for check in ALL {
            let id = check.id;
            assert!(ids.insert(id), "{id}: the id is taken");
            let file = format!("{FOLDER}/{}.rs", id.replace('-', "_"));
            assert!(std::path::Path::new(&file).is_file(), "{id}: no file {file}");
            for text in [check.title, check.meaning, check.why, check.fix] {
                assert!(text.len() > 10, "{id}: {text:?} says too little");
            }
            assert!(check.cwe > 0 && check.severity > Severity::Unknown, "{id}");
            assert!(check.attack.strip_prefix('T').is_some_and(|rest| rest.len() >= 4), "{id}");
            let controls = ["nist-800-53-r5:", "cis-aws-3.0.0:", "cis-kubernetes-1.8.0:"];
            let known = |control: &&&str| controls.iter().any(|framework| control.starts_with(framework));
            assert_eq!(check.controls.iter().filter(known).count(), check.controls.len(), "{id}");
            assert!(!check.controls.is_empty(), "{id}: no control asks for it");
            assert_eq!(by_key(&check.key()).map(|found| found.id), Some(id));
        }
        assert!(ALL.is_sorted_by_key(|check| check.id), "the registry is alphabetical");
    }

    #[test]
    fn every_check_file_is_registered() {
        let names =
            std::fs::read_dir(FOLDER).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let others = ["accounts", "facts", "support", "testing"];
        let files: BTreeSet<_> =
            names.filter_map(|name| name.strip_suffix(".rs").map(str::to_owned)).collect();
        let files: BTreeSet<_> = files.into_iter().filter(|name| !others.contains(&name.as_str())).collect();
        assert_eq!(files, ALL.iter().map(|check| check.id.replace('-', "_")).collect());
    }

    #[test]
    fn where_nothing_is_known_no_check_says_anything() {
        let facts = testing::world(
            "identity somebody\nhost somewhere\ndirectory-object something\nsomebody knows something",
        );
        let identities = Identities::new(&facts);
        for check in ALL {
            for node in facts.nodes() {
                assert_eq!((check.judge)(&identities, node), Ok(Vec::new()), "{}", check.id);
            }
        }
    }
}
