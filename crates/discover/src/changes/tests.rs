//! Two snapshots, and the sentences between them.

use super::*;
use bartizan_model::host::{AuthorizedKey, Package, Socket, User};
use bartizan_model::{AssetRef, Timestamp};

fn host(version: &str, port: u16, user: &str, root_login: &str, key: &str) -> HostFacts {
    let unknown = HostFacts::unknown(AssetRef::host("web").unwrap(), Timestamp::from_seconds(1));
    let text = str::to_owned;
    HostFacts {
        packages: Fact::Known(vec![Package {
            manager: text("deb"),
            name: text("openssl"),
            version: text(version),
            arch: text("amd64"),
            source: text("openssl"),
            source_version: text(version),
            module: String::new(),
        }]),
        sockets: Fact::Known(vec![Socket {
            protocol: text("tcp"),
            address: text("0.0.0.0"),
            port,
            process: Some(text("nginx")),
            executable: None,
            package: None,
            user: None,
        }]),
        users: Fact::Known(vec![User {
            name: text(user),
            uid: 1,
            gid: 1,
            home: text("/h"),
            shell: text("/bin/sh"),
            gecos: String::new(),
        }]),
        sshd: Fact::Known(Some([(text("permitrootlogin"), vec![text(root_login)])].into())),
        authorized_keys: Fact::Known(vec![AuthorizedKey {
            user: text("root"),
            file: text("/f"),
            algorithm: text("ssh-ed25519"),
            bits: None,
            fingerprint: format!("SHA256:{key}"),
            options: String::new(),
            comment: text("a@b"),
        }]),
        sudo: Fact::Known(vec![SudoRule {
            file: text("/etc/sudoers"),
            who: text(user),
            hosts: text("ALL"),
            run_as: text("root"),
            tags: vec![text("NOPASSWD")],
            commands: text("ALL"),
        }]),
        ..unknown
    }
}

#[test]
fn sentences() {
    let (before, after) = (host("3.0.14", 80, "al", "no", "x"), host("3.0.15", 443, "bo", "yes", "y"));
    let text: Vec<_> = changes(&before, &after).iter().map(ToString::to_string).collect();
    assert_eq!(
        text,
        [
            "openssl was upgraded from 3.0.14 to 3.0.15",
            "port 443/tcp was opened by nginx",
            "port 80/tcp was closed (it was held by nginx)",
            "the account bo was added (uid 1, gid 1, home /h, shell /bin/sh)",
            "the account al was removed (uid 1, gid 1, home /h, shell /bin/sh)",
            "the SSH key SHA256:y (a@b) now opens the account root",
            "the SSH key SHA256:x (a@b) no longer opens the account root",
            "sudo now lets bo do: ALL = (root) NOPASSWD: ALL",
            "sudo no longer lets al do: ALL = (root) NOPASSWD: ALL",
            "sshd's permitrootlogin changed from no to yes",
        ]
    );
    assert_eq!(changes(&after, &before)[0].to_string(), "openssl was downgraded from 3.0.15 to 3.0.14");
    assert!(changes(&after, &after).is_empty());
}

#[test]
fn unknown_never_reads_as_removed_or_added() {
    let known = host("1", 80, "al", "no", "x");
    let unknown = HostFacts::unknown(known.asset.clone(), known.collected_at);
    assert!(changes(&known, &unknown).is_empty());
    assert!(changes(&unknown, &known).is_empty());
    // A process that could not be seen is no other process.
    let mut blind = known.clone();
    if let Fact::Known(sockets) = &mut blind.sockets {
        sockets[0].process = None;
    }
    assert!(changes(&known, &blind).is_empty());
}

#[test]
fn versions() {
    for (old, new) in [("3.0.9", "3.0.14"), ("9.9", "1:0.1"), ("1.0-1", "1.0-2")] {
        assert!(older(old, new) && !older(new, old), "{old} {new}");
    }
}
