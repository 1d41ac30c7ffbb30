//! PAM: the active lines of each service.

use super::{Group, fact};
use crate::root::Root;
use bartizan_model::host::HostFacts;
use std::collections::BTreeMap;

pub(super) const GROUP: Group = Group { name: "pam", reads: "/etc/pam.d", needs: "nothing", collect };

fn collect(root: &Root, facts: &mut HostFacts) {
    facts.pam = fact(read(root));
}

fn read(root: &Root) -> Result<BTreeMap<String, Vec<String>>, String> {
    let mut map = BTreeMap::new();
    for name in root.list("/etc/pam.d")?.unwrap_or_default() {
        let path = format!("/etc/pam.d/{name}");
        if root.stat(&path)?.is_some_and(|meta| meta.is_file()) {
            map.insert(name, parse(&root.text(&path)?.unwrap_or_default()));
        }
    }
    Ok(map)
}

/// Lines without comments, continued ones joined, white space made single.
pub(super) fn parse(text: &str) -> Vec<String> {
    text.replace("\\\n", " ")
        .lines()
        .map(|line| {
            line.split('#').next().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
        })
        .filter(|line| !line.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact() {
        assert_eq!(
            parse(
                "# comment\nauth\t[success=1 default=ignore] \\\n  pam_unix.so nullok # why\n\n@include common-auth\n"
            ),
            ["auth [success=1 default=ignore] pam_unix.so nullok", "@include common-auth"]
        );
    }
}
