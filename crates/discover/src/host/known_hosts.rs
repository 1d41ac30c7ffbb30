//! Machines that accounts logged on to by SSH: where a stolen key may fit. Names that are hashed stay so, and are passed over.

use super::{Group, authorized_keys, fact};
use crate::root::Root;
use bartizan_model::host::{HostFacts, KnownHost};
use std::collections::BTreeMap;

pub(super) const GROUP: Group = Group {
    name: "known_hosts",
    reads: "~/.ssh/known_hosts and /etc/ssh/ssh_known_hosts",
    needs: "root for the homes of others",
    collect,
};

/// The most machines that are kept.
const MOST: usize = 20_000;

fn collect(root: &Root, facts: &mut HostFacts) {
    facts.known_hosts = fact(read(root, facts));
}

fn read(root: &Root, facts: &HostFacts) -> Result<Vec<KnownHost>, String> {
    let mut files = BTreeMap::from([("/etc/ssh/ssh_known_hosts".to_owned(), "")]);
    for user in facts.users.get()?.iter().rev().filter(|user| user.home.starts_with('/')) {
        files.insert(format!("{}/.ssh/known_hosts", user.home.trim_end_matches('/')), &user.name);
    }
    let mut known = Vec::new();
    for (path, user) in files {
        if !root.stat(&path)?.is_some_and(|meta| meta.is_file()) {
            continue;
        }
        for host in root.text(&path)?.unwrap_or_default().lines().filter_map(parse_line) {
            known.push(KnownHost { user: user.to_owned(), ..host });
            if known.len() > MOST {
                return Err(format!("{path}: more than {MOST} machines are known, so they were not kept"));
            }
        }
    }
    Ok(known)
}

/// Names, algorithm, key. The account stays empty.
pub(super) fn parse_line(line: &str) -> Option<KnownHost> {
    let (names, key) = line.trim().split_once(char::is_whitespace)?;
    // `@revoked` and `@cert-authority` name no machine that was logged on to, `|1|` is a hash.
    if names.starts_with(['@', '|', '#']) {
        return None;
    }
    let names: Vec<_> = names.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let fingerprint = authorized_keys::parse_line(key)?.fingerprint;
    (!names.is_empty()).then(|| KnownHost { user: String::new(), names, fingerprint })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        let known = parse_line(&format!("db.example.org,[10.0.0.7]:2222 {key} a comment")).unwrap();
        assert_eq!(known.names, ["db.example.org", "[10.0.0.7]:2222"]);
        assert_eq!(known.fingerprint, "SHA256:kmYcvdi2GkPeWxB6XLjrZB8JHsy2Hm8luHMFp9GMvqk");
        for other in ["", "# c", "db", "db ssh-rsa", &format!("|1|a=|b= {key}"), &format!("@revoked * {key}")]
        {
            assert_eq!(parse_line(other), None, "{other}");
        }
    }
}
