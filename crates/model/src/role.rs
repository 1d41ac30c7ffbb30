//! Roles: what a person or a token may do, in one word.

use std::fmt;
use std::str::FromStr;

/// What a person or token is, least powerful first. The words are those of the store and the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Reads.
    Viewer,
    /// Also imports, decides, comments and collects.
    Analyst,
    /// Also manages people, scopes and feeds.
    Admin,
}

impl Role {
    /// All roles, least powerful first.
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Analyst, Self::Admin];

    /// The word of the store and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Analyst => "analyst",
            Self::Admin => "admin",
        }
    }
}

impl FromStr for Role {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|role| role.as_str() == text);
        found.ok_or_else(|| format!("`{text}` is no role; use viewer, analyst or admin"))
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_read_back_and_nothing_else_is_one() {
        assert!(Role::ALL.iter().all(|role| role.to_string().parse() == Ok(*role)));
        assert!("Admin".parse::<Role>().is_err() && "".parse::<Role>().is_err());
    }
}
