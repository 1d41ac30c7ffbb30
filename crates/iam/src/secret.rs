//! Secrets that a machine makes: session cookies, API tokens, the set-up token.
//!
//! They have 256 random bits, so a plain digest of them is safe to keep: there is nothing to guess.

use crate::{NoRandomness, random};
use std::fmt;

/// Every secret begins with this, so that scanners for leaked secrets can know one.
///
/// Never change it: everybody who holds a token would lose it.
pub const PREFIX: &str = "btz_";

/// Random bytes in a secret.
const BYTES: usize = 32;

/// A random secret. Its `Display` tells it (once, to its owner); its `Debug` does not.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Makes one.
    pub fn new() -> Result<Self, NoRandomness> {
        Ok(Self::from_bytes(&random()?))
    }

    /// The secret with these bytes: for tests, and to derive one secret from another.
    pub fn from_bytes(bytes: &[u8; BYTES]) -> Self {
        Self(format!("{PREFIX}{}", hex(bytes)))
    }

    /// Reads what somebody sent; `None` where it cannot be a secret of ours, so that nothing is asked for it.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(PREFIX)?;
        let digits = rest.len() == 2 * BYTES && rest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        digits.then(|| Self(text.to_owned()))
    }

    /// What the store keeps: the BLAKE3 digest in hexadecimal.
    pub fn digest(&self) -> String {
        blake3::hash(self.0.as_bytes()).to_hex().to_string()
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// Random text of 128 bits for what need not be kept as a digest, such as a request's forgery check.
pub fn nonce() -> Result<String, NoRandomness> {
    Ok(hex(&random::<16>()?))
}

fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn secrets_differ_and_debug_says_nothing() {
        let (one, other) = (Secret::new().unwrap(), Secret::new().unwrap());
        assert_ne!(one, other);
        assert_ne!(one.digest(), other.digest());
        assert_eq!(format!("{one:?}"), "Secret(..)");
        assert!(!one.digest().contains(&one.to_string()[4..]));
        assert_eq!(one.to_string().len(), 68);
        assert_eq!(nonce().unwrap().len(), 32);
    }

    proptest! {
        #[test]
        fn reads_back_what_it_showed_and_nothing_else(bytes: [u8; 32], noise in ".{0,80}") {
            let secret = Secret::from_bytes(&bytes);
            prop_assert_eq!(Secret::parse(&secret.to_string()), Some(secret.clone()));
            if noise != secret.to_string() {
                prop_assert!(Secret::parse(&noise).is_none() || noise.starts_with(PREFIX));
            }
            let upper = secret.to_string().to_uppercase();
            prop_assert_eq!(Secret::parse(&upper), None);
        }
    }
}
