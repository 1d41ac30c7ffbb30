//! Passwords: Argon2id with the parameters OWASP recommends, and what a new one must be.
//!
//! Both functions take about 20 ms and 19 MiB on purpose: call them off the async threads.

use crate::NoRandomness;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::LazyLock;

/// Fewest characters of a new password (NIST SP 800-63B asks for 15 alone and 8 with a second factor).
pub const MIN_LENGTH: usize = 12;
/// Most bytes, so that nobody makes us hash a film.
pub const MAX_LENGTH: usize = 1024;

/// Memory in KiB, passes, lanes: OWASP's Password Storage Cheat Sheet, second recommended setting.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);

/// Why a new password will not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Fewer than [`MIN_LENGTH`] characters.
    #[error("the password needs at least {MIN_LENGTH} characters; a few words in a row do well")]
    TooShort,
    /// More than [`MAX_LENGTH`] bytes.
    #[error("the password may have at most {MAX_LENGTH} bytes")]
    TooLong,
    /// It is the name, or the name is most of it.
    #[error("the password must not be made of the name")]
    IsName,
    /// One or two characters over and over, or a run such as `123456789012`.
    #[error("the password is too easy to guess: it repeats one pattern")]
    Pattern,
}

/// Whether `password` will do as a new one for `name`.
pub fn check(name: &str, password: &str) -> Result<(), PolicyError> {
    if password.len() > MAX_LENGTH {
        return Err(PolicyError::TooLong);
    }
    let lower = password.to_lowercase();
    let characters: Vec<char> = lower.chars().collect();
    if characters.len() < MIN_LENGTH {
        return Err(PolicyError::TooShort);
    }
    let name = name.trim().to_lowercase();
    if !name.is_empty() {
        let rest: String = lower.split(name.as_str()).collect();
        // A one-letter name is in everything.
        let own = characters.len() - rest.chars().count();
        if rest.is_empty() || (name.chars().count() >= 4 && own * 2 > characters.len()) {
            return Err(PolicyError::IsName);
        }
    }
    let mut kinds = characters.clone();
    kinds.sort_unstable();
    kinds.dedup();
    let steps = characters.windows(2).filter(|w| (w[1] as i64 - w[0] as i64).abs() <= 1).count();
    if kinds.len() < 4 || steps + 2 >= characters.len() {
        return Err(PolicyError::Pattern);
    }
    Ok(())
}

/// The hash of a password, as a PHC string with its parameters and a random salt.
pub fn hash(password: &str) -> Result<String, NoRandomness> {
    let hash =
        argon2().hash_password(password.as_bytes()).map_err(|error| NoRandomness(error.to_string()))?;
    Ok(hash.to_string())
}

/// Whether `password` is the one behind `hash`. Where there is no account, hand over `None`: it takes as long, so that
/// the time does not tell which names exist.
pub fn verify(password: &str, hash: Option<&str>) -> bool {
    if password.len() > MAX_LENGTH {
        return false;
    }
    let parsed = hash.and_then(|hash| PasswordHash::new(hash).ok());
    let known = parsed.is_some();
    let against = match parsed {
        Some(parsed) => Some(parsed),
        None => DUMMY.as_deref().and_then(|dummy| PasswordHash::new(dummy).ok()),
    };
    let equal =
        against.is_some_and(|against| argon2().verify_password(password.as_bytes(), &against).is_ok());
    equal & known
}

/// A hash that no password is checked against in earnest.
static DUMMY: LazyLock<Option<String>> = LazyLock::new(|| hash("nobody has this password").ok());

fn argon2() -> Argon2<'static> {
    let (memory, passes, lanes) = COST;
    // The parameters are constants within Argon2's bounds; a test sees that they are the ones in use.
    let params = Params::new(memory, passes, lanes, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_the_right_password_opens() {
        let hash = hash("correct horse battery").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify("correct horse battery", Some(&hash)));
        assert!(!verify("correct horse batterx", Some(&hash)));
        assert!(!verify("", Some(&hash)));
        assert!(!verify("nobody has this password", None), "the dummy opens nothing");
        assert!(!verify("x", Some("no hash at all")));
        assert_ne!(hash, super::hash("correct horse battery").unwrap(), "the salt is random");
    }

    #[test]
    fn bad_new_passwords_are_refused_with_the_reason() {
        for (name, password, why) in [
            ("ada", "short", PolicyError::TooShort),
            ("ada", "ääääääbcdef", PolicyError::TooShort),
            ("administrator", "Administrator", PolicyError::IsName),
            ("lovelace", "lovelace1234", PolicyError::IsName),
            ("ada", "adaadaadaada", PolicyError::IsName),
            ("ada", "xyxyxyxyxyxyxy", PolicyError::Pattern),
            ("ada", "1234567890123", PolicyError::Pattern),
            ("ada", "abcdefghijklmnop", PolicyError::Pattern),
        ] {
            assert_eq!(check(name, password), Err(why), "{password}");
        }
        assert_eq!(check("ada", &"correct horse ".repeat(100)), Err(PolicyError::TooLong));
        for good in ["correct horse battery", "Tr0ub4dor&3xyz", "ключ от квартиры"] {
            assert_eq!(check("ada", good), Ok(()), "{good}");
        }
        assert_eq!(check("e", "there are eels everywhere"), Ok(()));
    }

    proptest! {
        #[test]
        fn any_text_gets_an_answer(name in ".{0,20}", password in ".{0,60}") {
            let fine = check(&name, &password).is_ok();
            prop_assert!(!fine || password.chars().count() >= MIN_LENGTH);
            prop_assert!(!fine || !name.trim().eq_ignore_ascii_case(&password));
        }
    }
}
