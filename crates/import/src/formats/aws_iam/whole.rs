//! Whether a report holds every principal of an account, so that one which is missing is gone.
//!
//! It does where no page is missing: the last one says so, or the command line put all pages together (it then writes all four
//! lists and no mark of where it stopped). A page alone says so too when it is the last of several: so every policy has to be
//! attached as often as it counts. Of a kind of which there is none, nothing is taken for gone: a filter leaves such a list empty.

use super::record::account;
use crate::common::out::Out;
use bartizan_model::{Checks, Covered, Loci};
use std::collections::{BTreeMap, BTreeSet};

/// The lists that the command line writes together.
const LISTS: [&str; 4] = ["userdetaillist", "groupdetaillist", "roledetaillist", "policies"];
/// Members by which a report says that it goes on elsewhere.
const MARKS: [&str; 2] = ["marker", "nexttoken"];
/// Kinds of principals.
const KINDS: [&str; 3] = ["user", "group", "role"];

/// What speaks for and against it.
#[derive(Default)]
pub(super) struct Whole {
    members: BTreeSet<&'static str>,
    /// Kind, partition and account of the principals that were read.
    principals: BTreeSet<(String, String, String)>,
    /// How often each policy counts itself attached, and how often it was seen so.
    attachments: BTreeMap<String, (u64, u64)>,
}

impl Whole {
    /// A member of a page, by its name.
    pub(super) fn member(&mut self, name: &str) {
        self.members.extend(LISTS.iter().chain(&MARKS).find(|known| **known == name));
    }

    /// A principal, and the policies that are attached to it.
    pub(super) fn principal(&mut self, kind: &str, partition: &str, id: &str, attached: &[String]) {
        if KINDS.contains(&kind) {
            self.principals.insert((kind.to_owned(), partition.to_owned(), id.to_owned()));
        }
        for policy in attached {
            self.attachments.entry(policy.clone()).or_default().1 += 1;
        }
    }

    /// A policy, and how often it says that it is attached. Those of AWS itself count the account's attachments too.
    pub(super) fn policy(&mut self, arn: &str, count: u64) {
        self.attachments.entry(arn.to_owned()).or_default().0 = count;
    }

    /// Covers the lists of what is in each account, where they are whole.
    pub(super) fn tell(self, truncated: Option<bool>, out: &mut Out<'_>) {
        let has = |names: &[&str]| names.iter().all(|name| self.members.contains(name));
        let put_together = has(&LISTS) && !MARKS.iter().any(|mark| self.members.contains(mark));
        let is_last = truncated.map_or(put_together, |truncated| !truncated && has(&LISTS));
        // A policy that is not in the file counts nothing: it was seen attached, and that is no less than it says.
        let all_there = self.attachments.values().all(|(counted, seen)| seen >= counted);
        if !is_last || !all_there {
            return;
        }
        for (kind, partition, id) in self.principals {
            let told = [("account", id.as_str()), ("principal-type", &kind)];
            let told = told.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
            if let Some(asset) = account(&partition, &id) {
                out.cover(Covered::new(asset, Checks::All, Loci::Records(told)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::FORMAT;
    use crate::format::Options;
    use crate::sink::Collected;
    use bartizan_model::Loci;

    const USERS: &str = r#""UserDetailList":[{"Arn":"arn:aws:iam::111122223333:user/ann","UserName":"ann","GroupList":[],"AttachedManagedPolicies":[{"PolicyName":"p","PolicyArn":"arn:aws:iam::111122223333:policy/p"}]}]"#;
    const REST: &str = r#""GroupDetailList":[],"RoleDetailList":[],"Policies":[{"PolicyName":"p","Arn":"arn:aws:iam::111122223333:policy/p","AttachmentCount":COUNT}]"#;

    /// The kinds of which all principals are told.
    fn whole(text: &str) -> Vec<String> {
        let mut seen = Collected::default();
        (FORMAT.parse)(&mut text.as_bytes(), &Options::default(), &mut seen).unwrap();
        let records = seen.covered.iter().filter_map(|covered| match &covered.loci {
            Loci::Records(told) => Some(format!("{} {}", covered.asset.name, told["principal-type"])),
            _ => None,
        });
        records.collect()
    }

    #[test]
    fn an_account_is_whole_where_no_page_is_missing() {
        let one = REST.replace("COUNT", "1");
        let users = ["account 111122223333 user"];
        assert_eq!(whole(&format!("{{{USERS},{one}}}")), users, "as the command line writes it");
        assert_eq!(whole(&format!(r#"{{{USERS},{one},"IsTruncated":false}}"#)), users);
        for part in [
            format!(r#"{{{USERS},{one},"IsTruncated":true,"Marker":"x"}}"#),
            format!(r#"{{{USERS},{one},"NextToken":"x"}}"#),
            format!("{{{USERS}}}"),
            // The last page of several: a policy is attached to somebody who is in none.
            format!(r#"{{{USERS},{},"IsTruncated":false}}"#, REST.replace("COUNT", "2")),
        ] {
            assert_eq!(whole(&part), Vec::<String>::new(), "{part}");
        }
    }
}
