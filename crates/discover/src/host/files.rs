//! Owner and mode of well-known sensitive files, and of the home folders.

use super::{Group, fact};
use crate::root::Root;
use bartizan_model::host::{FileMeta, HostFacts};
use std::collections::BTreeSet;

pub(super) const GROUP: Group = Group {
    name: "files",
    reads: "owner and mode of files such as /etc/shadow, /etc/sudoers, host keys, and of home folders",
    needs: "the right to enter the folders they are in",
    collect,
};

/// The files and folders; what is not there is `Known(None)`.
#[rustfmt::skip]
const SENSITIVE: &[&str] = &[
    "/boot/grub/grub.cfg", "/boot/grub/user.cfg", "/boot/grub2/grub.cfg", "/boot/grub2/user.cfg",
    "/etc/anacrontab", "/etc/at.allow", "/etc/at.deny", "/etc/cron.allow", "/etc/cron.d", "/etc/cron.daily", "/etc/cron.deny",
    "/etc/cron.hourly", "/etc/cron.monthly", "/etc/cron.weekly", "/etc/crontab",
    "/etc/group", "/etc/group-", "/etc/gshadow", "/etc/gshadow-", "/etc/hosts.allow", "/etc/hosts.deny",
    "/etc/issue", "/etc/issue.net", "/etc/krb5.keytab", "/etc/motd", "/etc/passwd", "/etc/passwd-", "/etc/security/opasswd",
    "/etc/shadow", "/etc/shadow-", "/etc/shells", "/etc/ssh/sshd_config", "/etc/sudoers", "/etc/sudoers.d",
    "/etc/ld.so.preload", "/root", "/root/.ssh", "/root/.ssh/authorized_keys", "/tmp", "/var/tmp",
    "/var/run/docker.sock", "/run/containerd/containerd.sock", "/run/podman/podman.sock", "/var/log", "/var/spool/cron",
    "/var/spool/cron/crontabs",
];

fn collect(root: &Root, facts: &mut HostFacts) {
    let keys = root.list("/etc/ssh").ok().flatten().unwrap_or_default();
    let keys = keys.iter().filter(|name| name.starts_with("ssh_host_") && name.ends_with("_key"));
    let paths =
        SENSITIVE.iter().map(|path| (*path).to_owned()).chain(keys.map(|name| format!("/etc/ssh/{name}")));
    facts.files = paths.map(|path| (path.clone(), fact(root.meta(&path)))).collect();
    facts.homes = fact(homes(root, facts));
}

/// The home folders that are there, each once.
fn homes(root: &Root, facts: &HostFacts) -> Result<Vec<FileMeta>, String> {
    let homes: BTreeSet<_> =
        facts.users.get()?.iter().map(|user| user.home.as_str()).filter(|h| h.starts_with('/')).collect();
    let mut found = Vec::new();
    for home in homes {
        found.extend(root.meta(home)?.filter(|meta| meta.folder));
    }
    Ok(found)
}
