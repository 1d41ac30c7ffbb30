//! What was read of the facts: a rule's steps hold as long as nothing of it changes.

use super::{Node, Word};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

/// Facts that have no name.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// What some assets are.
    Asset = 1,
    /// Which assets there are.
    Assets = 2,
    /// Attributes, whatever their names.
    Attributes = 4,
    /// Exposures, on whatever assets.
    Exposures = 8,
    /// At which ports something is wrong, on whatever assets.
    Ports = 16,
    /// Exposures on the reader's own assets.
    OwnExposures = 32,
    /// At which ports something is wrong, on the reader's own assets.
    OwnPorts = 64,
}

/// Notes what is read; reading needs no more than a shared reference.
#[derive(Debug, Default)]
pub(super) struct Reads {
    kinds: AtomicU8,
    /// The first of the reader's own assets, and the first beyond.
    own: [AtomicU32; 2],
    words: Box<[AtomicBool]>,
    /// Words that were asked for and are none: somebody may tell them later.
    missing: Mutex<BTreeSet<Box<str>>>,
}

impl Reads {
    /// Of facts with so many words.
    pub(super) fn of(words: usize) -> Self {
        Self { words: (0..words).map(|_| AtomicBool::new(false)).collect(), ..Self::default() }
    }

    pub(super) fn mark(&self, kind: Kind) {
        let known = self.kinds.load(Ordering::Relaxed);
        // Written once: who only reads shares no line of the cache with a writer.
        if known & kind as u8 == 0 {
            self.kinds.fetch_or(kind as u8, Ordering::Relaxed);
        }
    }

    /// Something on an asset was read, which may be one of the reader's `own`.
    pub(super) fn mark_on(&self, node: Node, kind: Kind, own: Kind) {
        let [first, beyond] = self.own.each_ref().map(|bound| bound.load(Ordering::Relaxed));
        self.mark(if (first..beyond).contains(&node.0) { own } else { kind });
    }

    pub(super) fn mark_word(&self, word: Word) {
        let mark = &self.words[word.0 as usize];
        if !mark.load(Ordering::Relaxed) {
            mark.store(true, Ordering::Relaxed);
        }
    }

    pub(super) fn mark_missing(&self, word: &str) {
        let mut missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner);
        if !missing.contains(word) {
            missing.insert(word.into());
        }
    }

    /// Somebody begins to read, to whom these assets are its own.
    pub(super) fn begin(&self, own: &Range<u32>) {
        self.kinds.store(0, Ordering::Relaxed);
        self.words.iter().for_each(|mark| mark.store(false, Ordering::Relaxed));
        self.missing.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.belong(own);
    }

    fn belong(&self, own: &Range<u32>) {
        self.own[0].store(own.start, Ordering::Relaxed);
        self.own[1].store(own.end, Ordering::Relaxed);
    }

    /// All that was read since.
    pub(super) fn end(&self, words: &[Box<str>]) -> Read {
        self.belong(&(0..0));
        let mut read = Read {
            kinds: self.kinds.swap(0, Ordering::Relaxed),
            words: std::mem::take(&mut *self.missing.lock().unwrap_or_else(PoisonError::into_inner)),
        };
        let marked = self.words.iter().zip(words).filter(|(mark, _)| mark.swap(false, Ordering::Relaxed));
        read.words.extend(marked.map(|(_, word)| word.clone()));
        read
    }
}

/// Facts by their kinds and their names: what was read of them, or what of them changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Read {
    kinds: u8,
    words: BTreeSet<Box<str>>,
}

impl Read {
    pub(super) fn add(&mut self, kind: Kind) {
        self.kinds |= kind as u8;
    }

    pub(super) fn has(&self, kind: Kind) -> bool {
        self.kinds & kind as u8 != 0
    }

    pub(super) fn add_word(&mut self, word: &str) {
        if !self.words.contains(word) {
            self.words.insert(word.into());
        }
    }

    /// Whether they have any in common.
    pub(super) fn meets(&self, other: &Self) -> bool {
        self.kinds & other.kinds != 0 || !self.words.is_disjoint(&other.words)
    }
}
