//! Operating system and kernel release.

use super::{Group, fact};
use crate::root::Root;
use crate::software::distro;
use bartizan_model::host::{HostFacts, OsRelease};

pub(super) const GROUP: Group = Group {
    name: "os",
    reads: "/etc/os-release, /usr/lib/os-release, else lsb-release and the like, /proc/sys/kernel/osrelease",
    needs: "nothing; the kernel release only of a running system",
    collect,
};

fn collect(root: &Root, facts: &mut HostFacts) {
    facts.os = fact(read(root));
    facts.kernel = fact(
        root.need_live("the kernel's release")
            .and_then(|()| Ok(root.need("/proc/sys/kernel/osrelease")?.trim().to_owned())),
    );
}

fn read(root: &Root) -> Result<OsRelease, String> {
    for (path, parse) in distro::FILES {
        if let Some(text) = root.text(&format!("/{path}"))? {
            return Ok(parse(&text));
        }
    }
    Err("/etc/os-release: not found, nor what older systems have instead".to_owned())
}
