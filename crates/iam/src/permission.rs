//! What each role may do.

use bartizan_model::Role;

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

            /// Whether a role may do it.
            pub fn is_given_to(self, role: Role) -> bool {
                role >= self.least_role()
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
                assert!(
                    !permission.is_given_to(pair[0]) || permission.is_given_to(pair[1]),
                    "{permission:?}"
                );
            }
            assert!(permission.is_given_to(Role::Admin));
        }
    }

    #[test]
    fn a_viewer_only_reads() {
        let may: Vec<_> = Permission::ALL.iter().filter(|p| p.is_given_to(Role::Viewer)).collect();
        assert_eq!(may, [&Permission::Read]);
        assert!(!Permission::ManagePeople.is_given_to(Role::Analyst));
    }
}
