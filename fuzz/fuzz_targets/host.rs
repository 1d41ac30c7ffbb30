//! A host of which every file says the same, whatever that is. Its facts are known or unknown, never a panic; they are written so
//! that they read as the same, and every check has an outcome.
#![no_main]

use bartizan_assess::checks::ALL;
use bartizan_discover::{Root, changes, collect, observations};
use bartizan_model::Timestamp;
use bartizan_model::host::HostFacts;
use libfuzzer_sys::fuzz_target;
use std::fs;
use std::sync::OnceLock;
use tempfile::TempDir;

/// What the collectors read; one of each kind.
const FILES: &[&str] = &[
    "boot/grub/grub.cfg",
    "etc/cron.d/job",
    "etc/cron.daily/job",
    "etc/crontab",
    "etc/group",
    "etc/hostname",
    "etc/login.defs",
    "etc/machine-id",
    "etc/os-release",
    "etc/pam.d/sshd",
    "etc/redhat-release",
    "etc/shadow",
    "etc/ssh/ssh_host_rsa_key.pub",
    "etc/ssh/ssh_known_hosts",
    "etc/ssh/sshd_config",
    "etc/ssl/certs/site.pem",
    "etc/ssl/private/site.key",
    "etc/sudoers",
    "etc/sudoers.d/more",
    "etc/systemd/system/job.service",
    "etc/systemd/system/job.timer",
    "home/ada/.aws/credentials",
    "home/ada/.docker/config.json",
    "home/ada/.kube/config",
    "home/ada/.ssh/authorized_keys",
    "home/ada/.ssh/config",
    "home/ada/.ssh/id_rsa",
    "home/ada/.ssh/known_hosts",
    "lib/apk/db/installed",
    "proc/7/comm",
    "proc/7/status",
    "proc/modules",
    "proc/net/fib_trie",
    "proc/net/if_inet6",
    "proc/net/ip_tables_names",
    "proc/net/route",
    "proc/net/tcp",
    "proc/net/tcp6",
    "proc/net/udp",
    "proc/self/mountinfo",
    "proc/self/mounts",
    "proc/sys/kernel/hostname",
    "proc/sys/kernel/osrelease",
    "run/reboot-required.pkgs",
    "sys/class/dmi/id/chassis_type",
    "sys/class/net/eth0/address",
    "sys/kernel/security/lsm",
    "usr/sbin/nginx",
    "var/lib/apt/lists/d_dists_x-security_main_binary-amd64_Packages",
    "var/lib/dpkg/info/a.list",
    "var/lib/dpkg/status",
    "var/lib/dpkg/status.d/a",
    "var/lib/rpm/Packages",
    "var/lib/rpm/Packages.db",
    "var/lib/rpm/rpmdb.sqlite",
    "var/spool/cron/crontabs/ada",
];

fn host() -> &'static TempDir {
    static HOST: OnceLock<TempDir> = OnceLock::new();
    HOST.get_or_init(|| {
        let host = tempfile::tempdir().expect("a folder can be made");
        for file in FILES {
            let folder = host.path().join(file).parent().map(std::path::Path::to_owned);
            folder.into_iter().for_each(|folder| fs::create_dir_all(folder).expect("and one in it"));
        }
        host
    })
}

fuzz_target!(|data: &[u8]| {
    let host = host().path();
    for file in FILES {
        fs::write(host.join(file), data).expect("a file can be written");
    }
    // Somebody has a home, whatever else stands there.
    let accounts = [b"ada:x:1000:1000::/home/ada:/bin/sh\n", data].concat();
    fs::write(host.join("etc/passwd"), accounts).expect("a file can be written");
    let now = Timestamp::from_micros(0);
    let facts = collect(&Root::replica(host), now);
    let written = serde_json::to_string(&facts).expect("facts can be written");
    let again = serde_json::from_str::<HostFacts>(&written).expect("and read");
    assert_eq!(facts, again);
    assert!(changes(&facts, &again).is_empty());
    let _ = observations(&facts);
    ALL.iter().for_each(|check| drop(check.run(&facts)));
});
