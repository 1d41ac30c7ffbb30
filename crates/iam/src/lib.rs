//! Who may do what: passwords, secrets, roles and their permissions, and the brake on guessing passwords.
//!
//! Nothing here keeps state of its own or asks the time; the store keeps hashes and digests, never a secret itself.

pub mod limiter;
pub mod password;
pub mod permission;
pub mod secret;

pub use limiter::{LoginLimiter, Wait};
pub use password::PolicyError;
pub use permission::Permission;
pub use secret::Secret;

/// Whether two texts are equal, in a time that depends on their lengths only.
pub fn constant_time_eq(one: &str, other: &str) -> bool {
    // Digests of both are compared, so not even a common beginning shows in the time.
    blake3::hash(one.as_bytes()) == blake3::hash(other.as_bytes())
}

/// The system's source of randomness does not answer; nothing secret can be made.
#[derive(Debug, thiserror::Error)]
#[error("the system gives no random numbers: {0}")]
pub struct NoRandomness(String);

pub(crate) fn random<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| NoRandomness(error.to_string()))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    #[test]
    fn equal_is_equal() {
        assert!(super::constant_time_eq("a", "a") && !super::constant_time_eq("a", "b"));
        assert!(!super::constant_time_eq("a", "aa") && super::constant_time_eq("", ""));
    }
}
