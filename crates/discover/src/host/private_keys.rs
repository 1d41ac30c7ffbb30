//! SSH private keys in the homes of accounts: where they lie, whose they are, and whether a passphrase protects them. Nothing of a
//! key is kept but the fingerprint of its public half.

use super::{Group, authorized_keys, fact};
use crate::root::{Root, file_meta};
use bartizan_model::host::{FileMeta, HostFacts, PrivateKey, User};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::MetadataExt;

pub(super) const GROUP: Group = Group {
    name: "private_keys",
    reads: "the first lines of the private keys in ~/.ssh, and the .pub files beside them",
    needs: "root for the homes of others",
    collect,
};

/// The most files of one folder that are looked at.
const FILES: usize = 500;
/// The largest file that can be a key.
const SIZE: u64 = 64 << 10;
/// How many characters of base64 are decoded: the public half of the largest RSA key stands before them.
const HEAD: usize = 4 << 10;
/// How the file format of OpenSSH (`PROTOCOL.key`) begins.
const MAGIC: &[u8] = b"openssh-key-v1\0";

fn collect(root: &Root, facts: &mut HostFacts) {
    facts.private_keys = fact(read(root, facts));
}

fn read(root: &Root, facts: &HostFacts) -> Result<Vec<PrivateKey>, String> {
    let users = facts.users.get()?;
    let names: BTreeMap<u32, &str> = users.iter().rev().map(|user| (user.uid, user.name.as_str())).collect();
    let mut keys = Vec::new();
    for folder in folders(users) {
        let names_there = root.list(&folder)?.unwrap_or_default();
        if names_there.len() > FILES {
            return Err(format!("{folder}: more than {FILES} files, so it was not read"));
        }
        for path in names_there.iter().map(|name| format!("{folder}/{name}")) {
            let Some(meta) = root.stat(&path)?.filter(|meta| meta.is_file() && meta.len() <= SIZE) else {
                continue;
            };
            let wanted = |head: &[u8]| head.starts_with(b"-----BEGIN ");
            let Some(bytes) = root.bytes_if(&path, SIZE, &wanted)? else { continue };
            let owner = names.get(&meta.uid()).map_or_else(|| meta.uid().to_string(), ToString::to_string);
            let Some(mut key) = parse(&bytes, &owner, file_meta(&path, &meta)) else { continue };
            key.exposed = meta.mode() & 0o004 != 0 && open_to_all(root, &folder)?;
            if key.fingerprint.is_empty() {
                beside(root, &mut key)?;
            }
            keys.push(key);
        }
    }
    Ok(keys)
}

/// `.ssh` of every home, each once.
fn folders(users: &[User]) -> BTreeSet<String> {
    let homes = users.iter().map(|user| user.home.trim_end_matches('/')).filter(|home| home.starts_with('/'));
    homes.map(|home| format!("{home}/.ssh")).collect()
}

/// Whether every account may enter a folder and all those above it.
pub(super) fn open_to_all(root: &Root, folder: &str) -> Result<bool, String> {
    for (at, _) in folder.match_indices('/').filter(|(at, _)| *at > 0).chain([(folder.len(), "")]) {
        if root.stat(&folder[..at])?.is_none_or(|meta| meta.mode() & 0o001 == 0) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Takes the fingerprint from the public half that lies beside the key.
fn beside(root: &Root, key: &mut PrivateKey) -> Result<(), String> {
    let path = format!("{}.pub", key.file.path);
    if !root.stat(&path)?.is_some_and(|meta| meta.is_file() && meta.len() <= SIZE) {
        return Ok(());
    }
    let text = root.text(&path)?.unwrap_or_default();
    if let Some(public) = text.lines().find_map(authorized_keys::parse_line) {
        key.algorithm = public.algorithm;
        key.fingerprint = public.fingerprint;
    }
    Ok(())
}

/// What a file tells of the private key in it; `None` where there is none.
pub(super) fn parse(bytes: &[u8], owner: &str, file: FileMeta) -> Option<PrivateKey> {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines().map(str::trim);
    let label = lines.next()?.strip_prefix("-----BEGIN ")?.strip_suffix("-----")?;
    let unknown = PrivateKey {
        user: owner.to_owned(),
        file,
        algorithm: String::new(),
        encrypted: false,
        exposed: false,
        fingerprint: String::new(),
    };
    match label {
        "OPENSSH PRIVATE KEY" => {
            let body: String = lines.take_while(|line| !line.starts_with('-')).collect();
            let head = STANDARD.decode(body.get(..HEAD).unwrap_or(&body)).ok()?;
            let (encrypted, public) = openssh(&head)?;
            let (algorithm, _) = authorized_keys::field(public)?;
            Some(PrivateKey {
                algorithm: String::from_utf8_lossy(algorithm).into_owned(),
                encrypted,
                fingerprint: fingerprint(public),
                ..unknown
            })
        }
        // Headers of the old form stand before the key: `Proc-Type: 4,ENCRYPTED`.
        "RSA PRIVATE KEY" | "DSA PRIVATE KEY" | "EC PRIVATE KEY" => {
            Some(PrivateKey { encrypted: lines.take(4).any(|line| line.ends_with(",ENCRYPTED")), ..unknown })
        }
        "PRIVATE KEY" => Some(unknown),
        "ENCRYPTED PRIVATE KEY" => Some(PrivateKey { encrypted: true, ..unknown }),
        _ => None,
    }
}

/// Whether the key is encrypted, and its public half, which stands in the clear before it.
fn openssh(bytes: &[u8]) -> Option<(bool, &[u8])> {
    let rest = bytes.strip_prefix(MAGIC)?;
    let (cipher, rest) = authorized_keys::field(rest)?;
    let (_derivation, rest) = authorized_keys::field(rest)?;
    let (_options, rest) = authorized_keys::field(rest)?;
    let (_count, rest) = rest.split_first_chunk::<4>()?;
    let (public, _) = authorized_keys::field(rest)?;
    Some((cipher != b"none", public))
}

/// The fingerprint of a public key as OpenSSH prints it.
pub(super) fn fingerprint(public: &[u8]) -> String {
    format!("SHA256:{}", STANDARD_NO_PAD.encode(Sha256::digest(public)))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use std::fs;

    fn field(out: &mut Vec<u8>, bytes: &[u8]) {
        out.extend(u32::try_from(bytes.len()).unwrap().to_be_bytes());
        out.extend(bytes);
    }

    /// A file of OpenSSH whose public half is that of an Ed25519 key of these bytes; what follows is no key.
    fn file_of(cipher: &[u8], public: [u8; 32]) -> String {
        let (mut blob, mut out) = (Vec::new(), MAGIC.to_vec());
        field(&mut blob, b"ssh-ed25519");
        field(&mut blob, &public);
        field(&mut out, cipher);
        field(&mut out, b"none");
        field(&mut out, b"");
        out.extend(1_u32.to_be_bytes());
        field(&mut out, &blob);
        field(&mut out, &[7; 200]);
        let body = STANDARD.encode(out);
        let lines: Vec<_> = body.as_bytes().chunks(70).map(String::from_utf8_lossy).collect();
        format!(
            "-----BEGIN OPENSSH PRIVATE KEY-----\n{}\n-----END OPENSSH PRIVATE KEY-----\n",
            lines.join("\n")
        )
    }

    #[test]
    fn every_form_of_a_key() {
        let home = tempfile::tempdir().unwrap();
        let ssh = home.path().join("home/deploy/.ssh");
        fs::create_dir_all(&ssh).unwrap();
        for (name, text) in [
            ("a", file_of(b"none", [0; 32])),
            ("b", file_of(b"aes256-ctr", [0; 32])),
            (
                "c",
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n"
                    .to_owned(),
            ),
            ("d", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n".to_owned()),
            (
                "d.pub",
                "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA a@b\n"
                    .to_owned(),
            ),
            ("known_hosts", "db ssh-ed25519 AAAA\n".to_owned()),
            ("e", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n".to_owned()),
            ("f", "-----BEGIN CERTIFICATE-----\nAAAA\n".to_owned()),
        ] {
            fs::write(ssh.join(name), text).unwrap();
        }
        let mut facts = HostFacts::unknown(
            super::super::identity::nameless(),
            bartizan_model::Timestamp::from_seconds(0),
        );
        let uid = fs::metadata(&ssh).unwrap().uid();
        let user = |name: &str, uid| User {
            name: name.into(),
            uid,
            gid: uid,
            home: "/home/deploy".into(),
            shell: "/bin/sh".into(),
            gecos: String::new(),
        };
        facts.users =
            bartizan_model::host::Fact::Known(vec![user("deploy", uid), user("same-home", uid + 1)]);
        let keys = read(&Root::folder(home.path()), &facts).unwrap();
        let told: Vec<_> = keys
            .iter()
            .map(|key| {
                (
                    key.user.as_str(),
                    &key.file.path[18..],
                    key.encrypted,
                    key.algorithm.as_str(),
                    key.fingerprint.as_str(),
                )
            })
            .collect();
        let zeros = "SHA256:kmYcvdi2GkPeWxB6XLjrZB8JHsy2Hm8luHMFp9GMvqk";
        assert_eq!(
            told,
            [
                ("deploy", "a", false, "ssh-ed25519", zeros),
                ("deploy", "b", true, "ssh-ed25519", zeros),
                ("deploy", "c", true, "", ""),
                ("deploy", "d", false, "ssh-ed25519", zeros),
            ]
        );
        assert!(!format!("{keys:?}").contains("BwcH"), "nothing of what follows the public half is kept");
    }
}
