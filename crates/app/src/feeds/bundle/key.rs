//! The keys that bundles are signed with: Ed25519 (RFC 8032).

use super::at_path;
use crate::AppError;
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use std::io::Write;
use std::path::Path;

/// What a private key's file begins with.
const PRIVATE: &str = "bartizan-bundle-private-key-1:";
/// What a public key begins with.
const PUBLIC: &str = "ed25519:";
/// Signed before the manifest, so that the signature can stand for nothing else.
const CONTEXT: &[u8] = b"bartizan feed bundle 1\n";

/// Makes a pair, writes the private key, and returns the public one.
pub(super) fn make(path: &Path) -> Result<String, AppError> {
    let mut seed = [0; 32];
    let no_random = |_| AppError::Input("the system gives no random numbers, so no key can be made".into());
    SystemRandom::new().fill(&mut seed).map_err(no_random)?;
    let pair = pair(&seed).map_err(AppError::Input)?;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|source| at_path(path, source))?;
    writeln!(file, "{PRIVATE}{}", hex(&seed)).map_err(|source| at_path(path, source))?;
    file.sync_all().map_err(|source| at_path(path, source))?;
    Ok(show_public(pair.public_key().as_ref()))
}

/// Reads a private key that nobody else can read.
pub(super) fn read(path: &Path) -> Result<Ed25519KeyPair, AppError> {
    #[cfg(unix)]
    {
        let meta = path.metadata().map_err(|source| at_path(path, source))?;
        if std::os::unix::fs::PermissionsExt::mode(&meta.permissions()) & 0o077 != 0 {
            let path = path.display();
            return Err(AppError::Input(format!(
                "{path} can be read by others, so it may not be secret any more; chmod 600 it, or make another key"
            )));
        }
    }
    let text = std::fs::read_to_string(path).map_err(|source| at_path(path, source))?;
    let none = || {
        AppError::Input(format!(
            "{} is no private key; `bartizan feeds bundle key FILE` makes one",
            path.display()
        ))
    };
    let seed: [u8; 32] = text.trim().strip_prefix(PRIVATE).and_then(unhex).ok_or_else(none)?;
    pair(&seed).map_err(AppError::Input)
}

fn pair(seed: &[u8; 32]) -> Result<Ed25519KeyPair, String> {
    Ed25519KeyPair::from_seed_unchecked(seed).map_err(|error| format!("the key cannot be used: {error}"))
}

/// The signature's file: the public key and the signature, in hexadecimal.
pub(super) fn sign(manifest: &[u8], pair: &Ed25519KeyPair) -> String {
    let signature = pair.sign(&[CONTEXT, manifest].concat());
    format!("{} {}\n", show_public(pair.public_key().as_ref()), hex(signature.as_ref()))
}

/// Whether a trusted key signed the manifest; says why not.
pub(super) fn verify(manifest: &[u8], signature: &[u8], trusted: &[String]) -> Result<(), String> {
    let parsed = std::str::from_utf8(signature).ok().and_then(|text| {
        let (public, signature) = text.trim().split_once(' ')?;
        Some((parse_public(public).ok()?, unhex::<64>(signature)?))
    });
    let (public, signature) = parsed.ok_or("it is not signed (its signature is none)")?;
    let shown = show_public(&public);
    if !trusted.contains(&shown) {
        return Err(format!(
            "it is signed with {shown}, which is not trusted here; if you know whose that is, run `bartizan feeds bundle trust {shown}`"
        ));
    }
    UnparsedPublicKey::new(&ED25519, public)
        .verify(&[CONTEXT, manifest].concat(), &signature)
        .map_err(|_| "its signature does not fit its manifest: it was tampered with".to_owned())
}

pub(super) fn parse_public(text: &str) -> Result<[u8; 32], AppError> {
    let none = || {
        AppError::Input(format!(
            "`{text}` is no public key; it looks like {PUBLIC} and 64 hexadecimal digits"
        ))
    };
    text.trim().strip_prefix(PUBLIC).and_then(unhex).ok_or_else(none)
}

pub(super) fn show_public(key: &[u8]) -> String {
    format!("{PUBLIC}{}", hex(key))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let bytes = text.as_bytes();
    if bytes.len() != 2 * N || !bytes.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let mut out = [0; N];
    for (byte, pair) in out.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_vector_of_rfc_8032() {
        let seed = unhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").unwrap();
        let public = pair(&seed).unwrap().public_key().as_ref().to_vec();
        assert_eq!(hex(&public), "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    }

    #[test]
    fn only_what_a_trusted_key_signed() {
        let (mine, other) = (pair(&[1; 32]).unwrap(), pair(&[2; 32]).unwrap());
        let trusted = [show_public(mine.public_key().as_ref())];
        let signed = sign(b"manifest", &mine);
        assert_eq!(verify(b"manifest", signed.as_bytes(), &trusted), Ok(()));
        let why =
            |manifest: &[u8], signature: &str| verify(manifest, signature.as_bytes(), &trusted).unwrap_err();
        assert!(why(b"Manifest", &signed).contains("does not fit"));
        assert!(why(b"manifest", &sign(b"manifest", &other)).contains("not trusted here"));
        assert!(why(b"manifest", "").contains("not signed"));
        assert!(why(b"manifest", "ed25519:00 00").contains("not signed"));
        // Another's signature under our name.
        let forged = format!("{} {}", trusted[0], sign(b"manifest", &other).split_once(' ').unwrap().1);
        assert!(why(b"manifest", &forged).contains("does not fit"));
    }

    #[test]
    fn a_private_key_is_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let public = make(&path).unwrap();
        assert!(
            parse_public(&public).is_ok() && make(&path).is_err(),
            "an existing key is never overwritten"
        );
        assert_eq!(show_public(read(&path).unwrap().public_key().as_ref()), public);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
            assert!(read(&path).unwrap_err().to_string().contains("read by others"));
        }
    }
}
