//! The layout of a segment: little-endian rows of fixed width, read in place.
//!
//! ```text
//! Header | packages | rules | advisories | names | lists | texts | blocks | records
//! ```
//!
//! `packages` is sorted by hash and `names` too: a look-up is a binary search. `texts` holds every name, version and key
//! once. `records` holds the advisories themselves as JSON, in zstd blocks that `blocks` lists: the one copy of everything
//! the feed said, from which a segment can be compiled anew.

use zerocopy::little_endian::{U16, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// The first bytes of every segment.
pub(super) const MAGIC: [u8; 8] = *b"bzadvsry";
/// The version of this layout; older ones are compiled anew from their records.
pub(super) const VERSION: u32 = 1;

/// How many sections follow the header.
pub(super) const SECTIONS: usize = 8;
pub(super) const PACKAGES: usize = 0;
pub(super) const RULES: usize = 1;
pub(super) const ADVISORIES: usize = 2;
pub(super) const NAMES: usize = 3;
pub(super) const LISTS: usize = 4;
pub(super) const TEXTS: usize = 5;
pub(super) const BLOCKS: usize = 6;
pub(super) const RECORDS: usize = 7;

/// The beginning of a file.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct Header {
    pub(super) magic: [u8; 8],
    pub(super) version: U32,
    /// Where each section ends; the first begins after the header, each other where the one before ends.
    pub(super) ends: [U64; SECTIONS],
    /// The ecosystems that it speaks of, in `lists`.
    pub(super) ecosystems_first: U32,
    pub(super) ecosystems_count: U32,
    /// BLAKE3 over all sections.
    pub(super) body: [u8; 32],
    /// BLAKE3 over the header up to here.
    pub(super) head: [u8; 32],
}

/// Bytes in `texts`.
#[derive(
    Clone, Copy, Default, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned,
)]
#[repr(C)]
pub(super) struct Text {
    pub(super) at: U32,
    pub(super) len: U16,
}

/// A package of an ecosystem, and the rules about it.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct PackageRow {
    pub(super) hash: U64,
    pub(super) ecosystem: Text,
    pub(super) name: Text,
    pub(super) first: U32,
    pub(super) count: U32,
}

/// One interval of versions of a package, and what an advisory says of it.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct RuleRow {
    pub(super) advisory: U32,
    pub(super) verdict: u8,
    /// 1 where there is an upper bound.
    pub(super) bounded: u8,
    pub(super) from: Text,
    pub(super) until: Text,
    pub(super) words: Text,
    pub(super) fixed: Text,
    pub(super) arch: Text,
    pub(super) module: Text,
}

/// An advisory: what is needed to tell which weakness it is about, and where the rest lies.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct AdvisoryRow {
    pub(super) id: Text,
    pub(super) title: Text,
    /// [`bartizan_model::Severity::code`].
    pub(super) severity: u8,
    /// In `lists`: first the aliases, then what it covers.
    pub(super) first: U32,
    pub(super) aliases: U16,
    pub(super) covers: U16,
    pub(super) block: U32,
    pub(super) record: U32,
}

/// An id by which an advisory goes.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct NameRow {
    pub(super) hash: U64,
    pub(super) advisory: U32,
    /// 1 where it is the advisory's own id, 0 where it is an alias.
    pub(super) own: u8,
}

/// A compressed block of records, within `records`.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct BlockRow {
    pub(super) at: U64,
    pub(super) len: U32,
    /// Bytes after decompression.
    pub(super) size: U32,
}

/// The hash that packages are sorted by.
pub(super) fn package_hash(ecosystem: &str, name: &str) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(ecosystem.as_bytes()).update(&[0]).update(name.as_bytes());
    first_eight(&hasher.finalize())
}

/// The hash that ids are sorted by; ids differ in case between sources.
pub(super) fn name_hash(id: &str) -> u64 {
    first_eight(&blake3::hash(id.to_ascii_lowercase().as_bytes()))
}

fn first_eight(hash: &blake3::Hash) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&hash.as_bytes()[..8]);
    u64::from_le_bytes(first)
}
