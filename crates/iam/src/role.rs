//! Roles, and what each may do.

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

    /// Whether this role may do it.
    pub fn allows(self, permission: Permission) -> bool {
        self >= permission.least_role()
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

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $word:literal needs $role:ident;)*) => {
        /// One thing that somebody may or may not do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Permission { $($(#[$doc])* $name),* }

        impl Permission {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its name in documentation and snapshots: `noun.verb`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }

            /// The least powerful role that may do it.
            pub const fn least_role(self) -> Role {
                match self { $(Self::$name => Role::$role),* }
            }
        }
    };
}

permissions! {
    /// See exposures, assets, runs, feeds, scopes and events.
    Read = "estate.read" needs Viewer;
    /// Import reports and stop imports.
    Import = "runs.import" needs Analyst;
    /// Collect from this host.
    Collect = "runs.collect" needs Analyst;
    /// Accept, dismiss, and take that back.
    Decide = "exposures.decide" needs Analyst;
    /// Say who is to fix exposures.
    Assign = "exposures.assign" needs Analyst;
    /// Comment on exposures, write notes on assets.
    Comment = "exposures.comment" needs Analyst;
    /// Declare what an asset is worth; merge and split assets.
    EditAssets = "assets.edit" needs Analyst;
    /// Make, change and remove scopes.
    ManageScopes = "scopes.manage" needs Admin;
    /// Load feeds.
    ManageFeeds = "feeds.manage" needs Admin;
    /// Make, change and remove accounts.
    ManagePeople = "people.manage" needs Admin;
    /// Remove the demonstration data.
    RemoveDemo = "demo.remove" needs Admin;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_higher_role_may_all_that_a_lower_one_may() {
        for permission in Permission::ALL {
            for pair in Role::ALL.windows(2) {
                assert!(!pair[0].allows(*permission) || pair[1].allows(*permission), "{permission:?}");
            }
            assert!(Role::Admin.allows(*permission));
        }
    }

    #[test]
    fn a_viewer_only_reads() {
        let may: Vec<_> = Permission::ALL.iter().filter(|p| Role::Viewer.allows(**p)).collect();
        assert_eq!(may, [&Permission::Read]);
        assert!(!Role::Analyst.allows(Permission::ManagePeople));
    }

    #[test]
    fn roles_read_back_and_nothing_else_is_one() {
        assert!(Role::ALL.iter().all(|role| role.to_string().parse() == Ok(*role)));
        assert!("Admin".parse::<Role>().is_err() && "".parse::<Role>().is_err());
    }
}
