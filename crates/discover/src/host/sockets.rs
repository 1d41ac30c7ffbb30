//! Listening sockets with the process that holds them.

use super::{Group, fact};
use crate::root::{LARGE, Root, lossy};
use bartizan_model::host::{Fact, HostFacts, Socket};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

pub(super) const GROUP: Group = Group {
    name: "sockets",
    reads: "/proc/net/{tcp,tcp6,udp,udp6}, /proc/<pid>/{fd,comm,exe,status}",
    needs: "a running system; root for the processes of others",
    collect,
};

fn collect(root: &Root, facts: &mut HostFacts) {
    facts.sockets = fact(read(root, facts));
}

fn read(root: &Root, facts: &HostFacts) -> Result<Vec<Socket>, String> {
    root.need_live("what listens")?;
    let mut entries = Vec::new();
    for (name, protocol) in [("tcp", "tcp"), ("tcp6", "tcp"), ("udp", "udp"), ("udp6", "udp")] {
        let path = format!("/proc/net/{name}");
        match root.bytes(&path, LARGE)? {
            Some(bytes) => entries.extend(parse(&lossy(bytes)).into_iter().map(|entry| (protocol, entry))),
            // Absent where IPv6 is switched off; IPv4 is always there.
            None if name.ends_with('6') => {}
            None => return Err(format!("{path}: not found")),
        }
    }
    let holders = holders(root);
    let mut sockets: Vec<_> = entries
        .into_iter()
        .map(|(protocol, entry)| {
            let pid = holders.get(&entry.inode).copied();
            Socket {
                protocol: protocol.to_owned(),
                address: entry.address.to_string(),
                port: entry.port,
                process: pid
                    .and_then(|pid| Some(root.text(&format!("/proc/{pid}/comm")).ok()??.trim().to_owned())),
                executable: pid.and_then(|pid| executable(&root.link(&format!("/proc/{pid}/exe"))?)),
                package: None,
                user: pid.and_then(|pid| user(&root.text(&format!("/proc/{pid}/status")).ok()??, facts)),
            }
        })
        .collect();
    sockets.sort();
    sockets.dedup();
    Ok(sockets)
}

/// One row of the kernel's table.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    address: IpAddr,
    port: u16,
    inode: u64,
}

/// The rows that accept: TCP in the state LISTEN, UDP without a peer.
pub(super) fn parse(text: &str) -> Vec<Entry> {
    text.lines()
        .skip(1)
        .filter_map(|line| {
            let fields: Vec<_> = line.split_whitespace().collect();
            let (address, port) = endpoint(fields.get(1)?)?;
            let (_, peer) = endpoint(fields.get(2)?)?;
            let accepts = match *fields.get(3)? {
                "0A" => true,
                "07" => peer == 0,
                _ => false,
            };
            let inode = fields.get(9)?.parse().ok()?;
            accepts.then_some(Entry { address, port, inode })
        })
        .collect()
}

/// `0100007F:0016`: 32-bit words in the machine's own byte order, then the port.
fn endpoint(text: &str) -> Option<(IpAddr, u16)> {
    let (address, port) = text.split_once(':')?;
    let word = |at: usize| {
        let hex = address.get(at * 8..at * 8 + 8)?;
        Some(u32::from_str_radix(hex, 16).ok()?.to_ne_bytes())
    };
    let ip = match address.len() {
        8 => IpAddr::V4(Ipv4Addr::from(word(0)?)),
        32 => {
            let mut octets = [0; 16];
            for (at, chunk) in octets.chunks_exact_mut(4).enumerate() {
                chunk.copy_from_slice(&word(at)?);
            }
            IpAddr::V6(Ipv6Addr::from(octets))
        }
        _ => return None,
    };
    Some((ip, u16::from_str_radix(port, 16).ok()?))
}

/// Which process holds each socket: the oldest, but not init where another has it too (socket activation).
fn holders(root: &Root) -> HashMap<u64, u32> {
    let mut found: HashMap<u64, u32> = HashMap::new();
    let mut pids: Vec<u32> = root
        .list("/proc")
        .ok()
        .flatten()
        .unwrap_or_default()
        .iter()
        .filter_map(|name| name.parse().ok())
        .collect();
    pids.sort_unstable();
    for pid in pids {
        // Other people's processes cannot be looked into without root; their sockets stay without a process.
        for fd in root.list(&format!("/proc/{pid}/fd")).ok().flatten().unwrap_or_default() {
            let Some(target) = root.link(&format!("/proc/{pid}/fd/{fd}")) else { continue };
            if let Some(inode) = socket_inode(&target) {
                let holder = found.entry(inode).or_insert(pid);
                if *holder == 1 {
                    *holder = pid;
                }
            }
        }
    }
    found
}

fn socket_inode(target: &str) -> Option<u64> {
    target.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok()
}

fn executable(target: &str) -> Option<String> {
    // A program that was replaced while it runs, as after an upgrade.
    let path = target.strip_suffix(" (deleted)").unwrap_or(target);
    path.starts_with('/').then(|| path.to_owned())
}

/// The name of the effective user in `/proc/<pid>/status`, else the number.
fn user(status: &str, facts: &HostFacts) -> Option<String> {
    let line = status.lines().find_map(|line| line.strip_prefix("Uid:"))?;
    let uid: u32 = line.split_whitespace().nth(1)?.parse().ok()?;
    let Fact::Known(users) = &facts.users else { return Some(uid.to_string()) };
    Some(users.iter().find(|user| user.uid == uid).map_or_else(|| uid.to_string(), |user| user.name.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_endian = "little")]
    #[test]
    fn exact() {
        let tcp = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   0: 0100007F:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1234 1 0 100\n   1: 0100007F:0016 0100007F:1000 01 00000000:00000000 00:00000000 00000000     0        0 99 1 0\n   2: 00000000000000000000000001000000:01BB 00000000000000000000000000000000:0000 0A 0:0 0:0 0 33 0 77 1\n   3: 00000000:0044 00000000:0000 07 0:0 0:0 0 0 0 5 2\n broken\n";
        let entry = |address: &str, port, inode| Entry { address: address.parse().unwrap(), port, inode };
        assert_eq!(
            parse(tcp),
            [entry("127.0.0.1", 22, 1234), entry("::1", 443, 77), entry("0.0.0.0", 68, 5)]
        );
        assert_eq!(socket_inode("socket:[42]"), Some(42));
        assert_eq!(socket_inode("pipe:[42]"), None);
        assert_eq!(executable("/usr/sbin/x (deleted)").as_deref(), Some("/usr/sbin/x"));
    }
}
