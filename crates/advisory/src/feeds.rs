//! The registry: every source of what the world knows, alphabetical, two lines each. To add one, see CONTRIBUTING.md.

use crate::detect::Head;
use crate::feed::Feed;

mod cve;
mod epss;
mod kev;
mod osv;

/// All feeds, by id.
pub static FEEDS: &[Feed] = &[cve::FEED, epss::FEED, kev::FEED, osv::FEED];

/// The feed with an id.
pub fn by_id(id: &str) -> Option<&'static Feed> {
    FEEDS.iter().find(|feed| feed.id == id)
}

/// The feed that a file belongs to that begins with `prefix` (decompressed, at most [`PREFIX`](crate::detect::PREFIX) bytes count).
pub fn detect(prefix: &[u8]) -> Option<&'static Feed> {
    let head = Head::of(prefix);
    FEEDS.iter().find(|feed| (feed.sniff)(&head))
}

#[cfg(test)]
mod tests;
