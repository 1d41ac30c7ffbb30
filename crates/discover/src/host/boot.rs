//! What the running kernel has loaded, and whether a reboot is pending.

use super::{Group, fact};
use crate::root::Root;
use bartizan_model::host::HostFacts;

pub(super) const GROUP: Group = Group {
    name: "boot",
    reads: "/proc/modules, /run/reboot-required, /run/reboot-required.pkgs",
    needs: "a running system; a pending reboot is only known on Debian and its kin",
    collect,
};

fn collect(root: &Root, facts: &mut HostFacts) {
    facts.modules = fact(modules(root));
    facts.reboot_required = fact(reboot(root));
}

fn modules(root: &Root) -> Result<Vec<String>, String> {
    root.need_live("what the kernel has loaded")?;
    match root.text("/proc/modules")? {
        Some(text) => Ok(parse_modules(&text)),
        // A kernel that cannot load modules has no such file.
        None if root.exists("/proc/sys/kernel") => Ok(Vec::new()),
        None => Err("/proc/modules: not found".to_owned()),
    }
}

/// Reads `/proc/modules`: the first word of each line.
pub(super) fn parse_modules(text: &str) -> Vec<String> {
    let mut names: Vec<_> =
        text.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect();
    names.sort();
    names
}

fn reboot(root: &Root) -> Result<Option<Vec<String>>, String> {
    root.need_live("a pending reboot")?;
    for folder in ["/run", "/var/run"] {
        if root.stat(&format!("{folder}/reboot-required"))?.is_some() {
            let text = root.text(&format!("{folder}/reboot-required.pkgs"))?.unwrap_or_default();
            let mut packages: Vec<_> = text.split_whitespace().map(str::to_owned).collect();
            packages.sort();
            packages.dedup();
            return Ok(Some(packages));
        }
    }
    if root.exists("/var/lib/dpkg/status") {
        return Ok(None);
    }
    Err("this distribution writes no mark of a pending reboot (on Red Hat and its kin ask `needs-restarting -r`)".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact() {
        assert_eq!(parse_modules("nf_tables 323584 0 - Live 0x0\next4 1 2\n\n"), ["ext4", "nf_tables"]);
        let folder = tempfile::tempdir().unwrap();
        let root = Root::replica(folder.path());
        assert!(reboot(&root).is_err());
        std::fs::create_dir_all(folder.path().join("run")).unwrap();
        std::fs::write(folder.path().join("run/reboot-required"), "").unwrap();
        std::fs::write(folder.path().join("run/reboot-required.pkgs"), "linux-image\nlibc6\nlinux-image\n")
            .unwrap();
        assert_eq!(reboot(&root), Ok(Some(vec!["libc6".to_owned(), "linux-image".to_owned()])));
    }
}
