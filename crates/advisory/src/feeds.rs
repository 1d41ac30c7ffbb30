//! The registry: every source of what the world knows, alphabetical, two lines each. To add one, see CONTRIBUTING.md.

use crate::detect::Head;
use crate::feed::Feed;

mod alpine_secdb;
mod attack;
mod capec;
mod csaf_vex;
mod cve;
mod cwe;
mod debian_tracker;
mod eol;
mod epss;
mod friendsofphp;
mod kev;
mod nuclei_templates;
mod nvd;
mod openvex;
mod osv;
mod recog;
mod rubysec;

mod read;

/// All feeds, by id.
pub static FEEDS: &[Feed] = &[
    alpine_secdb::FEED,
    attack::FEED,
    capec::FEED,
    csaf_vex::FEED,
    cve::FEED,
    cwe::FEED,
    debian_tracker::FEED,
    eol::FEED,
    epss::FEED,
    friendsofphp::FEED,
    kev::FEED,
    nuclei_templates::FEED,
    nvd::FEED,
    openvex::FEED,
    osv::FEED,
    recog::FEED,
    rubysec::FEED,
];

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
