//! The collector of this host: one file a group of facts, assembled here.

use crate::root::Root;
use bartizan_model::Timestamp;
use bartizan_model::host::{Fact, HostFacts};

mod accounts;
mod addresses;
mod authorized_keys;
mod boot;
mod containers;
mod cron;
mod device;
mod files;
mod firewall;
mod hardening;
pub(crate) mod identity;
mod known_hosts;
mod mounts;
mod os;
pub(crate) mod owners;
mod packages;
mod pam;
mod private_keys;
mod saved_tokens;
mod sockets;
mod sshd;
mod sudo;
mod sysctl;
mod tls;
mod units;
mod updates;
mod walk;

/// One collector: what it tells, what it reads, and what it needs to do so.
pub struct Group {
    /// Its name: the field of `HostFacts` it fills, or the file it stands in.
    pub name: &'static str,
    /// What it reads.
    pub reads: &'static str,
    /// The rights or circumstances without which it stays unknown, in part or whole.
    pub needs: &'static str,
    collect: fn(&Root, &mut HostFacts),
}

impl std::fmt::Debug for Group {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Group").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Every collector, in the order in which they run: a later one may use what an earlier one found.
pub const GROUPS: &[Group] = &[
    os::GROUP,
    addresses::GROUP,
    identity::GROUP,
    packages::GROUP,
    updates::GROUP,
    accounts::GROUP,
    pam::GROUP,
    sudo::GROUP,
    sshd::GROUP,
    authorized_keys::GROUP,
    private_keys::GROUP,
    saved_tokens::GROUP,
    known_hosts::GROUP,
    sockets::GROUP,
    sysctl::GROUP,
    mounts::GROUP,
    walk::GROUP,
    files::GROUP,
    units::GROUP,
    cron::GROUP,
    firewall::GROUP,
    containers::GROUP,
    tls::GROUP,
    boot::GROUP,
    hardening::GROUP,
    device::GROUP,
    owners::GROUP,
];

/// Collects everything that can be known of the host at `root`. It never fails: what could not be read is unknown,
/// with the reason.
pub fn collect(root: &Root, now: Timestamp) -> HostFacts {
    let mut facts = HostFacts::unknown(identity::nameless(), now);
    facts.privileged = rustix::process::geteuid().is_root();
    for group in GROUPS {
        (group.collect)(root, &mut facts);
    }
    facts
}

/// A result as a fact.
fn fact<T>(result: Result<T, String>) -> Fact<T> {
    result.map_or_else(Fact::Unknown, Fact::Known)
}

#[cfg(test)]
mod tests;
