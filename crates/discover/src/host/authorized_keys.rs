//! Keys that open accounts by SSH; of each key only its fingerprint is kept.

use super::{Group, fact, private_keys};
use crate::root::{Root, join};
use bartizan_model::host::{AuthorizedKey, Fact, HostFacts, User};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use std::collections::BTreeMap;

pub(super) const GROUP: Group = Group {
    name: "authorized_keys",
    reads: "the files of sshd's AuthorizedKeysFile, by default ~/.ssh/authorized_keys and authorized_keys2",
    needs: "root for the homes of others",
    collect,
};

fn collect(root: &Root, facts: &mut HostFacts) {
    facts.authorized_keys = fact(read(root, facts));
}

fn read(root: &Root, facts: &HostFacts) -> Result<Vec<AuthorizedKey>, String> {
    let users = facts.users.get()?;
    let mut patterns = vec![".ssh/authorized_keys".to_owned(), ".ssh/authorized_keys2".to_owned()];
    match &facts.sshd {
        // Where the files of keys may be is not known either.
        Fact::Unknown(reason) => return Err(reason.clone()),
        Fact::Known(settings) => {
            if let Some(set) = settings.as_ref().and_then(|s: &BTreeMap<_, _>| s.get("authorizedkeysfile")) {
                patterns.clone_from(set);
            }
        }
    }
    let mut keys = Vec::new();
    for user in users {
        for pattern in patterns.iter().filter(|p| !p.eq_ignore_ascii_case("none")) {
            let path = join(&user.home, &fill(pattern, user));
            // Like sshd, pass over what is no file: a home such as /dev/null, a pipe somebody put there.
            if !root.stat(&path)?.is_some_and(|meta| meta.is_file()) {
                continue;
            }
            let Some(text) = root.text(&path)? else { continue };
            for line in text.lines() {
                keys.extend(parse_line(line).map(|key| AuthorizedKey {
                    user: user.name.clone(),
                    file: path.clone(),
                    ..key
                }));
            }
        }
    }
    Ok(keys)
}

/// Fills `%h`, `%u`, `%U` and `%%`.
fn fill(pattern: &str, user: &User) -> String {
    let mut out = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match (c, if c == '%' { chars.next() } else { None }) {
            ('%', Some('h')) => out.push_str(&user.home),
            ('%', Some('u')) => out.push_str(&user.name),
            ('%', Some('U')) => out.push_str(&user.uid.to_string()),
            ('%', Some(other)) => out.push(other),
            (c, _) => out.push(c),
        }
    }
    out
}

/// Reads one line: options, algorithm, key, comment. Account and file stay empty.
pub(super) fn parse_line(line: &str) -> Option<AuthorizedKey> {
    let line = line.trim();
    if line.starts_with('#') {
        return None;
    }
    let (first, _) = word(line);
    let (options, rest) = if is_algorithm(first) { ("", line) } else { options(line) };
    let (algorithm, rest) = word(rest);
    let (encoded, comment) = word(rest);
    if !is_algorithm(algorithm) {
        return None;
    }
    let blob = STANDARD.decode(encoded).or_else(|_| STANDARD_NO_PAD.decode(encoded)).ok()?;
    // The key names its algorithm itself.
    let (name, fields) = field(&blob)?;
    if name != algorithm.as_bytes() {
        return None;
    }
    Some(AuthorizedKey {
        user: String::new(),
        file: String::new(),
        algorithm: algorithm.to_owned(),
        bits: if algorithm == "ssh-rsa" { rsa_bits(fields) } else { None },
        fingerprint: private_keys::fingerprint(&blob),
        options: options.to_owned(),
        comment: comment.trim().to_owned(),
    })
}

fn is_algorithm(word: &str) -> bool {
    word.starts_with("ssh-") || word.starts_with("ecdsa-sha2-") || word.starts_with("sk-")
}

fn word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    text.split_once(char::is_whitespace).unwrap_or((text, ""))
}

/// Splits where the options end: at white space outside of quotes.
fn options(line: &str) -> (&str, &str) {
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in line.char_indices() {
        match c {
            '"' if !escaped => quoted = !quoted,
            c if c.is_whitespace() && !quoted => return line.split_at(at),
            _ => {}
        }
        escaped = c == '\\' && !escaped;
    }
    (line, "")
}

/// A length and that many bytes.
pub(super) fn field(blob: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = blob.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}

fn rsa_bits(blob: &[u8]) -> Option<u32> {
    let (_exponent, rest) = field(blob)?;
    let (modulus, _) = field(rest)?;
    bits(modulus)
}

/// The size of a big-endian number in bits.
pub(super) fn bits(number: &[u8]) -> Option<u32> {
    let first = number.iter().position(|byte| *byte != 0)?;
    let rest = u32::try_from(number.len() - first - 1).ok()?;
    rest.checked_mul(8)?.checked_add(8 - number[first].leading_zeros())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A key as OpenSSH writes it.
    fn key(fields: &[&[u8]]) -> String {
        let mut blob = Vec::new();
        for field in fields {
            blob.extend(u32::try_from(field.len()).unwrap().to_be_bytes());
            blob.extend(*field);
        }
        STANDARD.encode(blob)
    }

    #[test]
    fn lines() {
        let mut modulus = vec![0, 0xbf];
        modulus.resize(257, 1);
        let rsa = key(&[b"ssh-rsa", &[1, 0, 1], &modulus]);
        let found = parse_line(&format!(
            "from=\"10.0.0.0/8\",command=\"echo \\\"a b\\\"\" ssh-rsa {rsa} alice@host two"
        ))
        .unwrap();
        assert_eq!(found.algorithm, "ssh-rsa");
        assert_eq!(found.bits, Some(2048));
        assert_eq!(found.options, "from=\"10.0.0.0/8\",command=\"echo \\\"a b\\\"\"");
        assert_eq!(found.comment, "alice@host two");
        // The fingerprint `ssh-keygen -lf` prints for the key of all zeros.
        let zeros = key(&[b"ssh-ed25519", &[0; 32]]);
        let found = parse_line(&format!("ssh-ed25519 {zeros}")).unwrap();
        assert_eq!(found.fingerprint, "SHA256:kmYcvdi2GkPeWxB6XLjrZB8JHsy2Hm8luHMFp9GMvqk");
        assert_eq!((found.bits, found.options.as_str(), found.comment.as_str()), (None, "", ""));
        assert_eq!(zeros, "AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        for bad in [
            "",
            "# c",
            "ssh-rsa",
            "ssh-rsa !!!",
            "ssh-rsa AAAA",
            &format!("ssh-rsa {zeros}"),
            "from=\"open ssh-rsa x",
        ] {
            assert_eq!(parse_line(bad), None, "{bad}");
        }
    }

    #[test]
    fn patterns_are_filled() {
        let user = User {
            name: "bob".into(),
            uid: 7,
            gid: 7,
            home: "/home/bob".into(),
            shell: String::new(),
            gecos: String::new(),
        };
        assert_eq!(fill("/etc/keys/%u-%U%%%h", &user), "/etc/keys/bob-7%/home/bob");
        assert_eq!(join(&user.home, &fill(".ssh/k", &user)), "/home/bob/.ssh/k");
    }
}
