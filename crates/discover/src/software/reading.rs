//! One file after the other is read by the extractors that want it; what could not be read is kept in mind.

use super::extractor::{BINARY, TEXT};
use super::files::Files;
use super::{EXTRACTORS, Extractor, File, Package};
use bartizan_model::coverage::Gap;
use std::cell::RefCell;
use std::collections::BTreeSet;

/// The most gaps that are told one by one.
const GAPS: usize = 10_000;

/// The kinds of packages (purl types) that a run may have missed: what it lists of them is not all there is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hidden {
    /// Any kind: a folder could not be entered, say.
    pub all: bool,
    /// These kinds, by files that could not be read.
    pub kinds: BTreeSet<&'static str>,
}

/// Reads files and collects what could not be read.
pub(crate) struct Reading<'a> {
    files: &'a dyn Files,
    gaps: RefCell<Gaps>,
    hidden: RefCell<Hidden>,
}

/// The extractors that want a file, by its path alone.
pub(crate) fn wanting(path: &str) -> Vec<&'static Extractor> {
    EXTRACTORS.iter().filter(|one| (one.wants)(path)).collect()
}

/// The most bytes that one of them reads of a file.
pub(crate) fn cap(wanting: &[&Extractor]) -> u64 {
    wanting.iter().map(|extractor| extractor.cap).max().unwrap_or(0)
}

impl<'a> Reading<'a> {
    pub(crate) fn new(files: &'a dyn Files) -> Self {
        Self { files, gaps: RefCell::default(), hidden: RefCell::default() }
    }

    /// Reads a file where an extractor wants it; whether one did.
    pub(crate) fn file(&self, path: &str, found: &mut dyn FnMut(Package)) -> bool {
        let wanting = wanting(path);
        if wanting.is_empty() {
            return false;
        }
        let wanted = |head: &[u8]| wanting.iter().any(|extractor| extractor.begins(head));
        match self.files.bytes_if(path, cap(&wanting), &wanted) {
            Ok(Some(bytes)) => self.bytes(path, &wanting, &bytes, found),
            // It went away in the meantime, or is none of them after all.
            Ok(None) => return false,
            Err(why) => self.gap(path, why, &wanting),
        }
        true
    }

    /// Reads a file whose name says nothing, where its content does: a program, or a bill of materials. Whether it was
    /// one.
    pub(crate) fn by_content(&self, path: &str, found: &mut dyn FnMut(Package)) -> bool {
        let Ok(Some(bytes)) = self.files.bytes(path, BINARY) else { return false };
        let file = File { path, bytes: &bytes, other: &|_| None, problem: &|_| {} };
        let telling = EXTRACTORS
            .iter()
            .filter(|one| if one.magic.is_empty() { one.kinds.is_empty() } else { one.begins(&bytes) });
        let known: Vec<&Extractor> =
            telling.filter(|one| (one.extract)(&file).is_ok_and(|found| !found.is_empty())).collect();
        self.bytes(path, &known, &bytes, found);
        !known.is_empty()
    }

    /// Has the bytes of a file read by the extractors that want it.
    pub(crate) fn bytes(
        &self,
        path: &str,
        wanting: &[&Extractor],
        bytes: &[u8],
        found: &mut dyn FnMut(Package),
    ) {
        let other = |path: &str| self.files.bytes(path, TEXT).ok().flatten();
        for extractor in wanting.iter().filter(|extractor| extractor.begins(bytes)) {
            let gap = |why: String| self.gap(path, why, &[extractor]);
            if bytes.len() as u64 > extractor.cap {
                gap(too_large(extractor.cap));
                continue;
            }
            match (extractor.extract)(&File { path, bytes, other: &other, problem: &gap }) {
                Ok(packages) => packages.into_iter().for_each(&mut *found),
                Err(why) => gap(format!("not a {} that can be read: {why}", extractor.name)),
            }
        }
    }

    /// A file that these extractors wanted could not be read.
    pub(crate) fn gap(&self, path: &str, why: String, wanting: &[&Extractor]) {
        self.gaps.borrow_mut().add(Gap::new(path, why));
        let mut hidden = self.hidden.borrow_mut();
        hidden.all |= wanting.iter().any(|extractor| extractor.kinds.is_empty());
        hidden.kinds.extend(wanting.iter().flat_map(|extractor| extractor.kinds));
    }

    /// Something could not be looked into that may have held anything.
    pub(crate) fn blind(&self, what: impl Into<String>, why: impl Into<String>) {
        self.gaps.borrow_mut().add(Gap::new(what, why));
        self.hidden.borrow_mut().all = true;
    }

    /// What could not be read.
    pub(crate) fn finish(self) -> (Vec<Gap>, Hidden) {
        (self.gaps.into_inner().list(), self.hidden.into_inner())
    }
}

/// Why a file beyond a limit was not read.
pub(crate) fn too_large(cap: u64) -> String {
    format!("larger than {} KiB, so it was not read", cap >> 10)
}

/// Gaps, of which the first are told and all are counted.
#[derive(Default)]
struct Gaps {
    first: Vec<Gap>,
    more: u64,
}

impl Gaps {
    fn add(&mut self, gap: Gap) {
        if self.first.len() < GAPS {
            self.first.push(gap);
        } else {
            self.more += 1;
        }
    }

    fn list(mut self) -> Vec<Gap> {
        if self.more > 0 {
            self.first.push(Gap::new(".", format!("{} more could not be read", self.more)));
        }
        self.first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_beyond_the_limit_are_counted() {
        let mut gaps = Gaps::default();
        for _ in 0..GAPS + 3 {
            gaps.add(Gap::new("a", "b"));
        }
        assert_eq!(gaps.list().last(), Some(&Gap::new(".", "3 more could not be read")));
    }
}
