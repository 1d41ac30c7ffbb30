//! Closing aliases: which weaknesses an advisory is about, whatever ids its source and others use.
//!
//! A CVE is a weakness by itself: two CVEs are never one, even where an advisory names both. So ids are followed from
//! record to record through everything but CVEs. An advisory without any CVE goes by the best id of its kin.

use super::{AdvisoryRef, Index};
use bartizan_model::weakness::canonical;
use std::collections::{BTreeSet, VecDeque};

/// Records may name each other in circles, or thousands of each other.
const MOST: usize = 64;

/// What an advisory is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weaknesses {
    /// One key for each weakness, in canonical form.
    pub keys: Vec<String>,
    /// Every id by which the sources call them, in canonical form, the keys among them.
    pub ids: Vec<String>,
}

pub(super) fn close(index: &Index, at: AdvisoryRef) -> Weaknesses {
    let segment = index.segment(at.segment);
    let own = canonical(segment.id(at.row));
    let covers: BTreeSet<String> = segment.covers(at.row).map(canonical).collect();
    if !covers.is_empty() {
        let ids = covers.iter().cloned().chain([own]).collect();
        return Weaknesses { keys: covers.into_iter().collect(), ids };
    }
    let direct: BTreeSet<String> = segment.aliases(at.row).map(canonical).chain([own.clone()]).collect();
    let kin = kin(index, &direct);
    let cves = |ids: &BTreeSet<String>| ids.iter().filter(|id| is_cve(id)).cloned().collect::<Vec<_>>();
    let keys = if is_cve(&own) {
        vec![own]
    } else {
        // What the record says itself before what others say of it.
        match cves(&direct) {
            direct if direct.is_empty() => cves(&kin),
            direct => direct,
        }
    };
    let keys = if keys.is_empty() {
        kin.iter().min_by_key(|id| rank(id)).cloned().into_iter().collect()
    } else {
        keys
    };
    Weaknesses { keys, ids: kin.into_iter().collect() }
}

/// All ids that lead to each other without passing through a CVE.
fn kin(index: &Index, direct: &BTreeSet<String>) -> BTreeSet<String> {
    let mut seen = direct.clone();
    let mut todo: VecDeque<String> = direct.iter().filter(|id| !is_cve(id)).cloned().collect();
    while let Some(id) = todo.pop_front() {
        for at in index.by_name(&id) {
            let segment = index.segment(at.segment);
            for other in segment.aliases(at.row).chain([segment.id(at.row)]).map(canonical) {
                if seen.len() >= MOST {
                    return seen;
                }
                if !is_cve(&other) && !seen.contains(&other) {
                    todo.push_back(other.clone());
                }
                seen.insert(other);
            }
        }
    }
    seen
}

fn is_cve(id: &str) -> bool {
    id.starts_with("CVE-")
}

/// The best id of kin that have no CVE: GitHub's, which most tools know, then by the alphabet.
fn rank(id: &str) -> (bool, &str) {
    (!id.starts_with("GHSA-"), id)
}
