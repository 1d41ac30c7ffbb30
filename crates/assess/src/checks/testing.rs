//! Small hosts for the tests of checks, and the three assertions they share.

use crate::Check;
use bartizan_model::host::{
    AuthorizedKey, Container, CronEntry, Fact, FileMeta, Firewall, Group, HostFacts, Mount, OsRelease,
    Package, Password, PasswordState, Socket, SudoRule, TlsFile, Unit, Update, Updates, User,
};
use bartizan_model::{AssetRef, Outcome, Timestamp};
use std::collections::BTreeMap;

/// A host of which nothing is known, looked at on 2023-11-14.
pub(super) fn host() -> HostFacts {
    let asset = AssetRef::host("web-01").expect("a name is an identifier");
    HostFacts::unknown(asset, Timestamp::from_seconds(1_700_000_000))
}

/// A day before the host was looked at, `days` back.
pub(super) fn days_ago(days: i64) -> Timestamp {
    host().collected_at.plus_days(-days)
}

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

/// A host whose sshd has these settings.
pub(super) fn sshd(settings: &[(&str, &str)]) -> HostFacts {
    let map = settings.iter().map(|(key, value)| ((*key).to_owned(), vec![(*value).to_owned()])).collect();
    HostFacts { sshd: Fact::Known(Some(map)), ..host() }
}

/// A host without an SSH server.
pub(super) fn no_sshd() -> HostFacts {
    HostFacts { sshd: Fact::Known(None), ..host() }
}

/// A host whose kernel has these parameters.
pub(super) fn sysctl(settings: &[(&str, &str)]) -> HostFacts {
    HostFacts { sysctl: Fact::Known(map(settings)), ..host() }
}

/// A host with these settings in `/etc/login.defs`.
pub(super) fn login_defs(settings: &[(&str, &str)]) -> HostFacts {
    HostFacts { login_defs: Fact::Known(map(settings)), ..host() }
}

/// A host with these PAM files, each a list of lines.
pub(super) fn pam(files: &[(&str, &[&str])]) -> HostFacts {
    let lines = |lines: &[&str]| lines.iter().map(ToString::to_string).collect();
    let map = files.iter().map(|(name, text)| ((*name).to_owned(), lines(text))).collect();
    HostFacts { pam: Fact::Known(map), ..host() }
}

/// A file of root with this mode.
pub(super) fn meta(path: &str, mode: u32) -> FileMeta {
    FileMeta { path: path.to_owned(), mode, uid: 0, gid: 0, folder: false, package: None }
}

/// A host with these sensitive files.
pub(super) fn files(list: &[FileMeta]) -> HostFacts {
    let files = list.iter().map(|file| (file.path.clone(), Fact::Known(Some(file.clone())))).collect();
    HostFacts { files, ..host() }
}

/// The same host, without these sensitive files: they were looked for and are not there.
pub(super) fn absent(mut facts: HostFacts, paths: &[&str]) -> HostFacts {
    facts.files.extend(paths.iter().map(|path| ((*path).to_owned(), Fact::Known(None))));
    facts
}

/// An account whose primary group has its own number.
pub(super) fn user(name: &str, uid: u32, shell: &str) -> User {
    let home = if uid == 0 { "/root".to_owned() } else { format!("/home/{name}") };
    User { name: name.to_owned(), uid, gid: uid, home, shell: shell.to_owned(), gecos: String::new() }
}

/// A group.
pub(super) fn group(name: &str, gid: u32, members: &[&str]) -> Group {
    Group { name: name.to_owned(), gid, members: members.iter().map(ToString::to_string).collect() }
}

/// A password that was changed 30 days ago and is good for a year.
pub(super) fn password(user: &str, state: PasswordState) -> Password {
    Password {
        user: user.to_owned(),
        state,
        scheme: if state == PasswordState::Set { "yescrypt".to_owned() } else { String::new() },
        changed: Some(days_ago(30)),
        max_days: Some(365),
        min_days: Some(1),
        inactive_days: Some(30),
        expires: None,
    }
}

/// A rule of `/etc/sudoers` that runs as root and asks for a password.
pub(super) fn rule(who: &str, commands: &str) -> SudoRule {
    SudoRule {
        file: "/etc/sudoers".to_owned(),
        who: who.to_owned(),
        hosts: "ALL".to_owned(),
        run_as: "root".to_owned(),
        tags: vec![],
        commands: commands.to_owned(),
    }
}

/// A host with these sudo rules.
pub(super) fn sudo(rules: &[SudoRule]) -> HostFacts {
    HostFacts { sudo: Fact::Known(rules.to_vec()), ..host() }
}

/// A key in an account's `authorized_keys`.
pub(super) fn key(user: &str, algorithm: &str, bits: Option<u32>, fingerprint: &str) -> AuthorizedKey {
    AuthorizedKey {
        user: user.to_owned(),
        file: format!("/home/{user}/.ssh/authorized_keys"),
        algorithm: algorithm.to_owned(),
        bits,
        fingerprint: fingerprint.to_owned(),
        options: String::new(),
        comment: String::new(),
    }
}

/// A listening socket of an unprivileged process.
pub(super) fn socket(protocol: &str, address: &str, port: u16, process: &str) -> Socket {
    Socket {
        protocol: protocol.to_owned(),
        address: address.to_owned(),
        port,
        process: Some(process.to_owned()),
        executable: None,
        package: None,
        user: Some("daemon".to_owned()),
    }
}

/// A host with these listening sockets.
pub(super) fn sockets(list: &[Socket]) -> HostFacts {
    HostFacts { sockets: Fact::Known(list.to_vec()), ..host() }
}

/// A mounted file system.
pub(super) fn mount(target: &str, fstype: &str, options: &str) -> Mount {
    let options = options.split(',').map(str::to_owned).collect();
    Mount { source: fstype.to_owned(), target: target.to_owned(), fstype: fstype.to_owned(), options }
}

/// A host with these mounts.
pub(super) fn mounts(list: &[Mount]) -> HostFacts {
    HostFacts { mounts: Fact::Known(list.to_vec()), ..host() }
}

/// A Debian package.
pub(super) fn package(name: &str, version: &str) -> Package {
    Package {
        manager: "deb".to_owned(),
        name: name.to_owned(),
        version: version.to_owned(),
        arch: "amd64".to_owned(),
        source: name.to_owned(),
        source_version: version.to_owned(),
        module: String::new(),
    }
}

/// `/etc/os-release` with this id and version.
pub(super) fn os(id: &str, version: &str) -> Fact<OsRelease> {
    Fact::Known(OsRelease { id: id.to_owned(), version_id: version.to_owned(), ..OsRelease::default() })
}

/// A pending update of a Debian package.
pub(super) fn update(name: &str, security: bool) -> Update {
    Update {
        manager: "deb".to_owned(),
        name: name.to_owned(),
        installed: "1.0-1".to_owned(),
        candidate: "1.0-2".to_owned(),
        security,
    }
}

/// A container that keeps to itself.
pub(super) fn container(name: &str) -> Container {
    Container {
        engine: "docker".to_owned(),
        id: format!("{name}-id"),
        name: name.to_owned(),
        image: "example/app:1".to_owned(),
        privileged: false,
        host_network: false,
        mounts: vec![],
        host_pid: false,
        capabilities: vec![],
        published: vec![],
    }
}

/// A host with these containers.
pub(super) fn containers(list: &[Container]) -> HostFacts {
    HostFacts { containers: Fact::Known(list.to_vec()), ..host() }
}

/// A good certificate.
pub(super) fn certificate(path: &str) -> TlsFile {
    TlsFile {
        file: meta(path, 0o644),
        kind: "certificate".to_owned(),
        algorithm: "rsa".to_owned(),
        bits: Some(2048),
        signature: "sha256WithRSAEncryption".to_owned(),
        not_after: Some(days_ago(-60)),
        encrypted: false,
        subject: "CN=web-01".to_owned(),
    }
}

/// A private key with this mode.
pub(super) fn private_key(path: &str, mode: u32) -> TlsFile {
    let file = meta(path, mode);
    let kind = "private-key".to_owned();
    TlsFile {
        file,
        kind,
        signature: String::new(),
        not_after: None,
        subject: String::new(),
        ..certificate(path)
    }
}

/// A host with these certificates and keys.
pub(super) fn tls(list: &[TlsFile]) -> HostFacts {
    HostFacts { tls: Fact::Known(list.to_vec()), ..host() }
}

/// A unit of root that starts these programs.
pub(super) fn unit(name: &str, programs: &[FileMeta]) -> Unit {
    Unit {
        name: name.to_owned(),
        file: meta(&format!("/etc/systemd/system/{name}"), 0o644),
        enabled: true,
        user: String::new(),
        programs: programs.to_vec(),
    }
}

/// A host with these units.
pub(super) fn units(list: &[Unit]) -> HostFacts {
    HostFacts { units: Fact::Known(list.to_vec()), ..host() }
}

/// A cron entry of `/etc/cron.d/job`.
pub(super) fn cron_entry(user: &str, program: Option<FileMeta>) -> CronEntry {
    CronEntry {
        file: meta("/etc/cron.d/job", 0o644),
        user: user.to_owned(),
        schedule: "0 * * * *".to_owned(),
        command: program.as_ref().map(|file| file.path.clone()).unwrap_or_default(),
        program,
    }
}

/// A host with these cron entries.
pub(super) fn cron(list: &[CronEntry]) -> HostFacts {
    HostFacts { cron: Fact::Known(list.to_vec()), ..host() }
}

/// A Debian 12 server that is looked after: everything is known, everything is as its keeper wants it.
pub(super) fn well_kept() -> HostFacts {
    use PasswordState::{Locked, Set};
    let own = |path: &str, uid: u32| FileMeta { uid, gid: uid, folder: true, ..meta(path, 0o700) };
    let owned = |package: &str, file: FileMeta| FileMeta { package: Some(package.to_owned()), ..file };
    let root_socket = |socket: Socket| Socket { user: Some("root".to_owned()), ..socket };
    let whole = |file: SudoRule| SudoRule { run_as: "ALL:ALL".to_owned(), ..file };
    let shadow = |path: &str| FileMeta { gid: 42, ..meta(path, 0o640) };
    let folder = |path: &str, mode: u32| FileMeta { folder: true, ..meta(path, mode) };
    let facts = files(&[
        meta("/etc/passwd", 0o644),
        meta("/etc/passwd-", 0o644),
        meta("/etc/group", 0o644),
        meta("/etc/group-", 0o644),
        shadow("/etc/shadow"),
        shadow("/etc/shadow-"),
        shadow("/etc/gshadow"),
        shadow("/etc/gshadow-"),
        meta("/etc/sudoers", 0o440),
        folder("/etc/sudoers.d", 0o750),
        meta("/etc/ssh/sshd_config", 0o644),
        meta("/etc/ssh/ssh_host_ed25519_key", 0o600),
        meta("/etc/ssh/ssh_host_rsa_key", 0o600),
        meta("/etc/crontab", 0o644),
        folder("/etc/cron.d", 0o755),
        folder("/etc/cron.hourly", 0o755),
        folder("/etc/cron.daily", 0o755),
        folder("/etc/cron.weekly", 0o755),
        folder("/etc/cron.monthly", 0o755),
        meta("/boot/grub/grub.cfg", 0o444),
        FileMeta { gid: 999, ..meta("/run/docker.sock", 0o660) },
    ]);
    let facts = absent(facts, &["/etc/ssh/ssh_host_dsa_key", "/boot/grub2/grub.cfg", "/var/run/docker.sock"]);
    let ssh = sshd(&[
        ("permitrootlogin", "no"),
        ("passwordauthentication", "no"),
        ("kbdinteractiveauthentication", "no"),
        ("permitemptypasswords", "no"),
        ("authenticationmethods", "any"),
        ("usepam", "yes"),
        ("x11forwarding", "no"),
        ("allowtcpforwarding", "no"),
        ("allowagentforwarding", "no"),
        ("maxauthtries", "4"),
        ("logingracetime", "60"),
        ("clientaliveinterval", "300"),
        ("clientalivecountmax", "3"),
        ("permituserenvironment", "no"),
        ("hostbasedauthentication", "no"),
        ("loglevel", "VERBOSE"),
        ("ciphers", "chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes256-ctr"),
        ("macs", "hmac-sha2-256-etm@openssh.com,hmac-sha2-512"),
        (
            "kexalgorithms",
            "sntrup761x25519-sha512@openssh.com,curve25519-sha256,diffie-hellman-group16-sha512",
        ),
    ]);
    let kernel = sysctl(&[
        ("kernel.randomize_va_space", "2"),
        ("kernel.kptr_restrict", "2"),
        ("kernel.dmesg_restrict", "1"),
        ("kernel.yama.ptrace_scope", "1"),
        ("kernel.unprivileged_bpf_disabled", "2"),
        ("kernel.perf_event_paranoid", "3"),
        ("kernel.kexec_load_disabled", "1"),
        ("fs.suid_dumpable", "0"),
        ("fs.protected_hardlinks", "1"),
        ("fs.protected_symlinks", "1"),
        ("fs.protected_fifos", "1"),
        ("fs.protected_regular", "2"),
        ("net.ipv4.ip_forward", "0"),
        ("net.ipv4.conf.all.accept_redirects", "0"),
        ("net.ipv4.conf.default.accept_redirects", "0"),
        ("net.ipv4.conf.all.send_redirects", "0"),
        ("net.ipv4.conf.default.send_redirects", "0"),
        ("net.ipv4.conf.all.accept_source_route", "0"),
        ("net.ipv4.conf.all.rp_filter", "0"),
        ("net.ipv4.conf.default.rp_filter", "2"),
        ("net.ipv4.conf.all.log_martians", "1"),
        ("net.ipv4.conf.default.log_martians", "1"),
        ("net.ipv4.icmp_echo_ignore_broadcasts", "1"),
        ("net.ipv4.tcp_syncookies", "1"),
        ("net.ipv6.conf.all.forwarding", "0"),
        ("net.ipv6.conf.all.accept_redirects", "0"),
        ("net.ipv6.conf.default.accept_redirects", "0"),
        ("net.ipv6.conf.all.accept_source_route", "0"),
    ]);
    let hardening = [
        ("secure-boot", "enabled"),
        ("lsm", "lockdown,capability,yama,apparmor"),
        ("selinux", "disabled"),
        ("apparmor", "enabled"),
        ("core-pattern", "core"),
    ];
    HostFacts {
        privileged: true,
        os: os("debian", "12"),
        kernel: Fact::Known("6.1.0-13-amd64".to_owned()),
        packages: Fact::Known(vec![
            package("openssl", "3.0.11-1~deb12u2"),
            package("sudo", "1.9.13p3-1+deb12u1"),
            package("openssh-server", "1:9.2p1-2+deb12u1"),
        ]),
        updates: Fact::Known(Updates {
            lists_as_of: Some(days_ago(1)),
            pending: vec![update("tzdata", false)],
        }),
        sockets: Fact::Known(vec![
            root_socket(socket("tcp", "0.0.0.0", 22, "sshd")),
            root_socket(socket("tcp", "::", 22, "sshd")),
            socket("tcp", "0.0.0.0", 443, "nginx"),
            socket("tcp", "127.0.0.1", 5432, "postgres"),
            root_socket(socket("tcp", "127.0.0.1", 25, "master")),
            root_socket(socket("tcp", "::1", 111, "rpcbind")),
        ]),
        addresses: Fact::Known(vec!["192.0.2.10".to_owned(), "2001:db8::10".to_owned()]),
        users: Fact::Known(vec![
            user("root", 0, "/bin/bash"),
            user("daemon", 1, "/usr/sbin/nologin"),
            user("sync", 4, "/bin/sync"),
            user("postgres", 110, "/bin/bash"),
            user("alice", 1000, "/bin/bash"),
        ]),
        groups: Fact::Known(vec![
            group("root", 0, &[]),
            group("daemon", 1, &[]),
            group("disk", 6, &[]),
            group("sudo", 27, &["alice"]),
            group("shadow", 42, &[]),
            group("docker", 999, &[]),
            group("alice", 1000, &[]),
        ]),
        passwords: Fact::Known(vec![
            password("root", Locked),
            password("daemon", Locked),
            password("sync", Locked),
            password("postgres", Locked),
            password("alice", Set),
        ]),
        login_defs: login_defs(&[
            ("PASS_MAX_DAYS", "365"),
            ("UMASK", "027"),
            ("ENCRYPT_METHOD", "YESCRYPT"),
            ("UID_MIN", "1000"),
        ])
        .login_defs,
        pam: pam(&[
            (
                "common-auth",
                &[
                    "auth required pam_faillock.so preauth",
                    "auth [success=1 default=ignore] pam_unix.so",
                    "auth [default=die] pam_faillock.so authfail",
                ],
            ),
            (
                "common-password",
                &["password requisite pam_pwquality.so retry=3", "password required pam_unix.so yescrypt"],
            ),
            ("sshd", &["@include common-auth", "@include common-password"]),
        ])
        .pam,
        sudo: Fact::Known(vec![
            rule("Defaults", "env_reset"),
            rule("Defaults", "use_pty"),
            whole(rule("root", "ALL")),
            whole(rule("%sudo", "ALL")),
        ]),
        authorized_keys: Fact::Known(vec![
            key("alice", "ssh-ed25519", None, "SHA256:a"),
            key("alice", "ssh-rsa", Some(3072), "SHA256:b"),
        ]),
        private_keys: Fact::Known(vec![]),
        saved_tokens: Fact::Known(vec![]),
        known_hosts: Fact::Known(vec![]),
        sshd: ssh.sshd,
        sysctl: kernel.sysctl,
        mounts: Fact::Known(vec![
            mount("/", "ext4", "rw,relatime"),
            mount("/tmp", "tmpfs", "rw,nosuid,nodev,noexec"),
            mount("/dev/shm", "tmpfs", "rw,nosuid,nodev"),
            mount("/srv/share", "nfs4", "rw,nosuid,nodev"),
        ]),
        suid: Fact::Known(vec![
            owned("passwd", meta("/usr/bin/passwd", 0o4755)),
            owned("sudo", meta("/usr/bin/sudo", 0o4755)),
            owned("login", meta("/usr/bin/su", 0o4755)),
        ]),
        world_writable: Fact::Known(vec![]),
        homes: Fact::Known(vec![own("/root", 0), own("/home/alice", 1000)]),
        units: Fact::Known(vec![unit(
            "ssh.service",
            &[owned("openssh-server", meta("/usr/sbin/sshd", 0o755))],
        )]),
        cron: Fact::Known(vec![cron_entry("root", Some(meta("/usr/bin/backup", 0o755)))]),
        firewall: Fact::Known(Firewall {
            engine: "nftables".to_owned(),
            filters_input: true,
            input_rules: 9,
        }),
        containers: Fact::Known(vec![container("app")]),
        tls: Fact::Known(vec![
            certificate("/etc/ssl/web.pem"),
            private_key("/etc/ssl/private/web.key", 0o600),
        ]),
        modules: Fact::Known(vec!["ext4".to_owned()]),
        reboot_required: Fact::Known(None),
        hardening: hardening
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Fact::Known((*value).to_owned())))
            .collect(),
        ..facts
    }
}

/// A Debian 12 server as the installer leaves it, with the SSH server and nothing else. Nothing in it is an alarm.
pub(super) fn fresh_debian() -> HostFacts {
    let changed = |facts: Fact<BTreeMap<String, String>>, values: &[(&str, &str)]| {
        let Fact::Known(mut known) = facts else { return facts };
        known.extend(map(values));
        Fact::Known(known)
    };
    let kept = well_kept();
    HostFacts {
        sshd: sshd(&[
            ("permitrootlogin", "without-password"),
            ("passwordauthentication", "yes"),
            ("kbdinteractiveauthentication", "no"),
            ("usepam", "yes"),
            ("x11forwarding", "yes"),
            ("maxauthtries", "6"),
            ("logingracetime", "120"),
            ("clientaliveinterval", "0"),
            ("clientalivecountmax", "3"),
            ("loglevel", "INFO"),
            ("ciphers", "chacha20-poly1305@openssh.com,aes128-ctr,aes256-ctr,aes256-gcm@openssh.com"),
            ("macs", "umac-64-etm@openssh.com,hmac-sha2-256-etm@openssh.com,hmac-sha1"),
            ("kexalgorithms", "curve25519-sha256,ecdh-sha2-nistp256,diffie-hellman-group-exchange-sha256"),
        ])
        .sshd,
        sysctl: changed(
            kept.sysctl,
            &[
                ("kernel.kptr_restrict", "0"),
                ("kernel.yama.ptrace_scope", "0"),
                ("kernel.kexec_load_disabled", "0"),
                ("net.ipv4.conf.all.accept_redirects", "1"),
                ("net.ipv4.conf.default.accept_redirects", "1"),
                ("net.ipv4.conf.all.send_redirects", "1"),
                ("net.ipv4.conf.default.send_redirects", "1"),
                ("net.ipv4.conf.all.log_martians", "0"),
                ("net.ipv4.conf.default.log_martians", "0"),
                ("net.ipv6.conf.all.accept_redirects", "1"),
                ("net.ipv6.conf.default.accept_redirects", "1"),
            ],
        ),
        login_defs: changed(kept.login_defs, &[("PASS_MAX_DAYS", "99999"), ("UMASK", "022")]),
        passwords: Fact::Known(vec![Password {
            max_days: Some(99_999),
            ..password("alice", PasswordState::Set)
        }]),
        pam: pam(&[
            ("common-auth", &["auth [success=1 default=ignore] pam_unix.so nullok"]),
            ("common-password", &["password [success=1 default=ignore] pam_unix.so obscure yescrypt"]),
        ])
        .pam,
        mounts: mounts(&[mount("/", "ext4", "rw,relatime"), mount("/dev/shm", "tmpfs", "rw,nosuid,nodev")])
            .mounts,
        firewall: Fact::Known(Firewall { engine: "none".to_owned(), filters_input: false, input_rules: 0 }),
        containers: Fact::Known(vec![]),
        ..kept
    }
}

/// The inside of a Debian 12 container: no SSH server, no boot loader, no packet filter of its own to see.
pub(super) fn container_inside() -> HostFacts {
    let kept = well_kept();
    let none = host();
    let files = kept.files.keys().map(|path| (path.clone(), Fact::Known(None))).collect();
    let shadow = FileMeta { gid: 42, ..meta("/etc/shadow", 0o640) };
    let mut facts = HostFacts {
        updates: Fact::Known(Updates { lists_as_of: None, pending: vec![] }),
        sockets: Fact::Known(vec![socket("tcp", "0.0.0.0", 80, "nginx")]),
        passwords: Fact::Known(vec![password("root", PasswordState::Locked)]),
        sshd: Fact::Known(None),
        sudo: Fact::Known(vec![]),
        sysctl: sysctl(&[("kernel.randomize_va_space", "2"), ("net.ipv4.ip_forward", "1")]).sysctl,
        mounts: mounts(&[mount("/", "overlay", "rw"), mount("/dev/shm", "tmpfs", "rw,nosuid,nodev,noexec")])
            .mounts,
        units: Fact::Known(vec![]),
        cron: Fact::Known(vec![]),
        firewall: none.firewall,
        containers: Fact::Known(vec![]),
        hardening: none.hardening,
        files,
        ..kept
    };
    facts.files.insert(shadow.path.clone(), Fact::Known(Some(shadow)));
    facts
}

/// The check finds exactly these loci, in any order.
#[track_caller]
pub(super) fn hits(check: &Check, facts: &HostFacts, loci: &[&str]) {
    let Outcome::Affected(hits) = check.run(facts) else { panic!("{}: {:?}", check.id, check.run(facts)) };
    let mut found: Vec<_> = hits.iter().map(|hit| hit.locus.to_string()).collect();
    found.sort();
    let mut expected: Vec<_> = loci.iter().map(ToString::to_string).collect();
    expected.sort();
    assert_eq!(found, expected, "{}", check.id);
    assert!(hits.iter().all(|hit| !hit.detail.is_empty()), "{}: every hit says what was seen", check.id);
}

/// The check looked and found nothing.
#[track_caller]
pub(super) fn misses(check: &Check, facts: &HostFacts) {
    assert_eq!(check.run(facts), Outcome::NotAffected, "{}", check.id);
}

/// The check could not tell, and says why.
#[track_caller]
pub(super) fn inconclusive(check: &Check, facts: &HostFacts) {
    let outcome = check.run(facts);
    assert!(matches!(&outcome, Outcome::Inconclusive(why) if !why.is_empty()), "{}: {outcome:?}", check.id);
}
