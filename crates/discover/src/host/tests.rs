//! The whole collector over a small tree, over this host, and every parser over arbitrary bytes.

use super::*;
use crate::software::{apk, distro, dpkg, rpm};
use crate::{changes, observations};
use bartizan_model::host::FileMeta;
use proptest::prelude::*;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn put(root: &Path, path: &str, text: &str) {
    let place = root.join(&path[1..]);
    fs::create_dir_all(place.parent().unwrap()).unwrap();
    fs::write(place, text).unwrap();
}

fn tree() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in [
        ("/etc/os-release", "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n"),
        ("/etc/machine-id", "0123456789abcdef0123456789abcdef\n"),
        ("/etc/hostname", "web\n"),
        ("/etc/hosts", "127.0.1.1 web.example.org web\n"),
        ("/etc/passwd", "root:x:0:0::/root:/bin/sh\nweb:x:33:33::/srv/web:/usr/sbin/nologin\n"),
        ("/etc/group", "root:x:0:\n"),
        ("/etc/shadow", "root:*:19000::::::\n"),
        ("/etc/sudoers", "root ALL=(ALL:ALL) ALL\n"),
        ("/etc/ssh/sshd_config", "PermitRootLogin no\n"),
        (
            "/root/.ssh/authorized_keys",
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA a@b\n",
        ),
        ("/etc/crontab", "0 1 * * * root /usr/bin/backup\n"),
        ("/usr/bin/backup", "#!/bin/sh\n"),
        ("/usr/sbin/nginx", ""),
        ("/usr/lib/systemd/system/nginx.service", "[Service]\nExecStart=/usr/sbin/nginx\n"),
        (
            "/var/lib/dpkg/status",
            "Package: nginx\nStatus: install ok installed\nVersion: 1.22.1-9\nArchitecture: amd64\n",
        ),
        ("/var/lib/dpkg/info/nginx.list", "/.\n/usr/sbin/nginx\n"),
        (
            "/var/lib/apt/lists/d_dists_x-security_main_binary-amd64_Packages",
            "Package: nginx\nVersion: 1.22.1-9+deb12u1\nArchitecture: amd64\n",
        ),
        ("/proc/sys/kernel/osrelease", "6.1.0-1-amd64\n"),
        ("/proc/sys/kernel/hostname", "web\n"),
        ("/proc/sys/kernel/core_pattern", "core\n"),
        ("/proc/net/fib_trie", "           |-- 10.0.0.5\n              /32 host LOCAL\n"),
        ("/proc/net/tcp", "header\n 0: 00000000:0050 00000000:0000 0A 0:0 0:0 0 0 0 42 1\n"),
        ("/proc/net/udp", "header\n"),
        ("/proc/7/comm", "nginx\n"),
        ("/proc/7/status", "Name:\tnginx\nUid:\t0\t33\t0\t0\n"),
        ("/proc/self/mounts", "/dev/sda1 / ext4 rw 0 0\n"),
        ("/proc/self/mountinfo", "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"),
        ("/proc/modules", "ext4 1 1 - Live\n"),
        ("/sys/kernel/security/lsm", "lockdown,apparmor"),
        ("/sys/class/dmi/id/chassis_type", "10\n"),
        ("/sys/dev/block/8:1/size", "1\n"),
    ] {
        put(folder.path(), path, text);
    }
    fs::create_dir_all(folder.path().join("proc/7/fd")).unwrap();
    std::os::unix::fs::symlink("socket:[42]", folder.path().join("proc/7/fd/3")).unwrap();
    std::os::unix::fs::symlink("/usr/sbin/nginx", folder.path().join("proc/7/exe")).unwrap();
    fs::set_permissions(folder.path().join("usr/bin/backup"), fs::Permissions::from_mode(0o4777)).unwrap();
    folder
}

#[test]
fn a_small_tree() {
    let folder = tree();
    let now = Timestamp::from_seconds(1_700_000_000);
    let facts = collect(&Root::replica(folder.path()), now);
    let ids: Vec<_> = facts.asset.identifiers.iter().map(ToString::to_string).collect();
    assert_eq!(
        ids,
        ["agent-id:0123456789abcdef0123456789abcdef", "fqdn:web.example.org", "name:web", "ip:10.0.0.5"]
    );
    assert_eq!((facts.asset.name.as_str(), facts.collected_at), ("web", now));
    assert_eq!(facts.kernel, Fact::Known("6.1.0-1-amd64".into()));
    let updates = facts.updates.get().unwrap();
    assert_eq!(
        (updates.pending[0].candidate.as_str(), updates.pending[0].security),
        ("1.22.1-9+deb12u1", true)
    );
    let socket = &facts.sockets.get().unwrap()[0];
    assert_eq!(
        (socket.port, socket.address.as_str(), socket.process.as_deref()),
        (80, "0.0.0.0", Some("nginx"))
    );
    assert_eq!(
        (socket.executable.as_deref(), socket.package.as_deref()),
        (Some("/usr/sbin/nginx"), Some("nginx"))
    );
    assert_eq!(socket.user.as_deref(), Some("web"));
    assert_eq!(facts.sshd.get().unwrap().as_ref().unwrap()["permitrootlogin"], ["no"]);
    assert_eq!(facts.authorized_keys.get().unwrap()[0].user, "root");
    let suid: Vec<_> = facts.suid.get().unwrap().iter().map(|f| (f.path.as_str(), f.mode)).collect();
    assert_eq!(suid, [("/usr/bin/backup", 0o4777)]);
    assert_eq!(facts.world_writable.get().unwrap()[0].path, "/usr/bin/backup");
    assert_eq!(facts.cron.get().unwrap()[0].program.as_ref().map(FileMeta::world_writable), Some(true));
    assert_eq!(facts.units.get().unwrap()[0].programs[0].package.as_deref(), Some("nginx"));
    assert_eq!(facts.files["/etc/gshadow"], Fact::Known(None));
    assert_eq!(facts.hardening["lsm"], Fact::Known("lockdown,apparmor".into()));
    assert_eq!(facts.containers, Fact::Known(vec![]));
    assert_eq!(facts.firewall.get().unwrap().engine, "none");
    assert_eq!(facts.homes.get().unwrap().len(), 1);
    let (all, coverage) = observations(&facts);
    assert!(all.iter().any(|o| matches!(o, bartizan_model::Observation::Asset(a) if a.reach == Some(bartizan_model::Reach::Internal))));
    assert_eq!(coverage.gaps, []);
    let json = serde_json::to_string(&facts).unwrap();
    assert_eq!(serde_json::from_str::<HostFacts>(&json).unwrap(), facts);
}

#[test]
fn an_empty_folder_is_unknown_not_clean() {
    let folder = tempfile::tempdir().unwrap();
    let facts = collect(&Root::folder(folder.path()), Timestamp::from_seconds(0));
    assert_eq!(facts.asset, identity::nameless());
    for unknown in [
        facts.packages.get().err(),
        facts.users.get().err(),
        facts.sockets.get().err(),
        facts.firewall.get().err(),
        facts.sysctl.get().err(),
    ] {
        assert!(unknown.is_some_and(|why| why.contains("not found")
            || why.contains("was found")
            || why.contains("running system")));
    }
    assert!(changes(&facts, &facts).is_empty());
}

#[test]
fn the_registry_is_whole() {
    for group in GROUPS {
        let file = format!("{}/src/host/{}.rs", env!("CARGO_MANIFEST_DIR"), group.name);
        assert!(Path::new(&file).exists(), "{file}");
        assert!(!group.reads.is_empty() && !group.needs.is_empty(), "{group:?}");
    }
    let files = fs::read_dir(format!("{}/src/host", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let count = files
        .filter(|f| {
            f.as_ref().unwrap().file_name().to_string_lossy() != "tests.rs"
                && f.as_ref().unwrap().path().is_file()
        })
        .count();
    assert_eq!(count, GROUPS.len());
}

/// This host, whatever it is: only what must hold anywhere. Prints how long each group took.
#[test]
fn this_host() {
    let root = Root::live();
    let mut facts = HostFacts::unknown(identity::nameless(), Timestamp::from_seconds(0));
    facts.privileged = rustix::process::geteuid().is_root();
    let start = std::time::Instant::now();
    for group in GROUPS {
        let start = std::time::Instant::now();
        (group.collect)(&root, &mut facts);
        println!("{:>16} {:>6} ms", group.name, start.elapsed().as_millis());
    }
    println!("{:>16} {:>6} ms", "all", start.elapsed().as_millis());
    assert!(!facts.asset.identifiers.is_empty());
    if let Ok(status) = fs::read_to_string("/var/lib/dpkg/status") {
        let installed = status
            .lines()
            .filter(|line| line.starts_with("Status: ") && line.ends_with(" ok installed"))
            .count();
        let packages = facts.packages.get().unwrap();
        assert_eq!(packages.iter().filter(|p| p.manager == "deb").count(), installed);
    }
    if Path::new("/etc/passwd").exists() {
        assert!(facts.users.get().unwrap().iter().any(|user| user.uid == 0));
    }
    assert!(facts.mounts.get().unwrap().iter().any(|mount| mount.target == "/"));
    if let Ok(suid) = facts.suid.get() {
        assert!(suid.iter().all(|file| file.mode & 0o6000 != 0));
    }
    assert!(!format!("{:?}", facts.passwords).contains("$6$"));
    let (all, coverage) = observations(&facts);
    let components = all.iter().filter(|o| matches!(o, bartizan_model::Observation::Component(_))).count();
    assert_eq!(components, facts.packages.get().map_or(0, Vec::len));
    for gap in &coverage.gaps {
        println!("{}: {}", gap.what, gap.why);
        assert!(!gap.why.is_empty() && gap.why != "not collected", "{}", gap.what);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn no_parser_panics_on_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        never_panics(&bytes);
    }

    #[test]
    fn no_parser_panics_on_text(text in "[ -~\n\t:=,()\"\\\\#%@*$!é]{0,200}") {
        never_panics(text.as_bytes());
    }
}

fn never_panics(bytes: &[u8]) {
    let text = &String::from_utf8_lossy(bytes);
    let file = FileMeta { path: String::new(), mode: 0, uid: 0, gid: 0, folder: false, package: None };
    let _ = (
        distro::os_release(text),
        addresses::local_v4(text),
        addresses::local_v6(text),
        addresses::routes(text),
    );
    let _ = (
        identity::machine_id(text),
        identity::host_key(text),
        identity::names(&identity::hostname(text), text),
    );
    let _ = (dpkg::parse(bytes, true), dpkg::parse(bytes, false), apk::parse(bytes));
    let _ = (rpm::packages(bytes), packages::parse_rpm_query(text));
    updates::parse_list(bytes);
    let _ = (
        accounts::parse_passwd(text),
        accounts::parse_group(text),
        accounts::parse_shadow(text),
        accounts::parse_login_defs(text),
    );
    let _ = (
        pam::parse(text),
        sshd::parse_effective(text),
        authorized_keys::parse_line(text),
        known_hosts::parse_line(text),
        private_keys::parse(bytes, "", file.clone()),
        sockets::parse(text),
    );
    let lines: Vec<_> = sudo::parse_lines(text).into_iter().map(|line| (String::new(), line)).collect();
    let _ = (
        sudo::rules(&lines),
        mounts::parse(text),
        walk::pick(text),
        units::parse(text),
        units::programs_of(text),
    );
    let _ = (
        cron::parse(text, None),
        cron::parse(text, Some("x")),
        firewall::parse_nft(bytes),
        firewall::parse_iptables(text),
    );
    let _ = (containers::parse("docker", bytes), tls::parse(bytes, &file), boot::parse_modules(text));
    let armored = format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n");
    let _ = tls::parse(armored.as_bytes(), &file);
    owners::apk(bytes, |_, _| {});
}
