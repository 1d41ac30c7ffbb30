//! Who may do what in AWS: `aws iam get-account-authorization-details`, and the organization's policies.
//!
//! Three shapes, alone, one after another (pages), or as a JSON array:
//! - the account's authorization details: `UserDetailList`, `GroupDetailList`, `RoleDetailList`, `Policies`;
//! - `aws organizations describe-policy` (`Policy` with its `PolicySummary` and `Content`) and `list-policies` (`Policies`);
//! - what the organization's policies are attached to. No one command tells it, so it is this file, put together from
//!   `list-targets-for-policy` and `list-parents`:
//!
//! ```json
//! {"ServiceControlPolicies": {"r-ab12": [{"Name": "FullAWSAccess", "Content": {"Version": "2012-10-17", "Statement": []}}],
//!                             "ou-ab12-cdef": [], "111122223333": []},
//!  "ResourceControlPolicies": {},
//!  "Parents": {"111122223333": "ou-ab12-cdef", "ou-ab12-cdef": "r-ab12"}}
//! ```
//!
//! An entry is a policy with its `Content`, or the id or ARN of one. Names of keys have no case. Policy documents are
//! kept as they are, as attributes: what they allow is worked out by the attack graph (`crates/graph/src/iam/facts.rs` has
//! the table of attributes and relations). **Coverage**: the facts of every principal and managed policy that was read,
//! and of every target in the file of an organization; of an account that is whole (see `whole`), which principals there are.

use crate::common::json::Json;
use crate::common::out::Out;
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetRef, Checks, Covered, Loci};
use std::io::BufRead;

mod details;
mod organization;
pub(super) mod record;
mod whole;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "aws_iam",
    name: "AWS IAM",
    summary: "JSON of get-account-authorization-details and of the organization's policies: users, groups, roles, trust, policy documents",
    extensions: &["json"],
    docs: "https://docs.aws.amazon.com/cli/latest/reference/iam/get-account-authorization-details.html",
    tool: "aws-iam",
    sniff,
    parse,
};

const LISTS: [&str; 5] = [
    "userdetaillist",
    "groupdetaillist",
    "roledetaillist",
    "servicecontrolpolicies",
    "resourcecontrolpolicies",
];

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let contains = |key: &str, marks: [&str; 2]| {
        keys.names().filter(|name| record::same(name, key)).filter_map(|name| keys.value(name)).any(|value| {
            let value = &value[..value.len().min(16 * 1024)];
            marks
                .iter()
                .any(|mark| value.windows(mark.len()).any(|part| part.eq_ignore_ascii_case(mark.as_bytes())))
        })
    };
    let listed = keys.names().any(|name| LISTS.iter().any(|list| record::same(name, list)));
    let policies = contains("policies", ["arn:aws:organizations:", "\"PolicyVersionList\""]);
    Sniff::when(listed || policies || contains("policy", ["\"PolicySummary\"", "\"Policy_Summary\""]))
}

/// What is known only once all pages are read.
struct Reading {
    /// Whether anything of the format was there.
    found: bool,
    /// Whether the last page says that more would follow; `None` where it says nothing.
    truncated: Option<bool>,
    whole: whole::Whole,
    memberships: details::Memberships,
    covered: Vec<AssetRef>,
    /// The accounts that were told.
    accounts: Vec<AssetRef>,
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut json = Json::new(input, &options.limits);
    let mut out = Out::new(sink);
    out.source("aws-iam", "");
    let mut reading = Reading {
        found: false,
        truncated: None,
        whole: whole::Whole::default(),
        memberships: details::Memberships::new(options.limits.deferred),
        covered: Vec::new(),
        accounts: Vec::new(),
    };
    json.documents(&mut |json| page(json, &mut reading, &mut out))?;
    if !reading.found {
        let why =
            "it has none of the lists of get-account-authorization-details or of an organization's policies";
        return Err(ParseError::WrongFormat { format: "aws_iam", why: why.to_owned() });
    }
    json.tell_flaws(&mut out);
    let groups = reading.memberships.tell(&mut out)?;
    for asset in reading.covered {
        out.cover(Covered::new(asset, Checks::All, Loci::Facts));
    }
    if groups && out.summary.rejected == 0 && json.damaged.is_none() {
        reading.whole.tell(reading.truncated, &mut out);
    }
    if reading.truncated == Some(true) {
        out.gap(
            "the account",
            "the last page says IsTruncated: fetch the rest with its Marker, and import all pages",
        );
    }
    Ok(out.end())
}

fn page(json: &mut Json<'_>, reading: &mut Reading, out: &mut Out<'_>) -> Result<(), ParseError> {
    json.object(&mut |json, key| {
        let key = record::plain(key);
        let found = std::mem::replace(&mut reading.found, true);
        reading.whole.member(&key);
        match key.as_str() {
            "userdetaillist" => json.array(&mut |json| details::user(&json.value()?, reading, out)),
            "groupdetaillist" => json.array(&mut |json| details::group(&json.value()?, reading, out)),
            "roledetaillist" => json.array(&mut |json| details::role(&json.value()?, reading, out)),
            "policies" => json.array(&mut |json| details::policy(&json.value()?, reading, out)),
            "policy" => organization::described(&json.value()?, out),
            "servicecontrolpolicies" => organization::attached(json, "SERVICE_CONTROL_POLICY", reading, out),
            "resourcecontrolpolicies" => {
                organization::attached(json, "RESOURCE_CONTROL_POLICY", reading, out)
            }
            "parents" => organization::parents(json, out),
            "istruncated" => {
                reading.truncated = Some(json.value()?.text == "true");
                Ok(())
            }
            _ => {
                reading.found = found;
                json.skip()
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sink::Collected;
    use bartizan_model::Observation;

    fn read(text: &str) -> (Collected, Result<Summary, ParseError>) {
        let mut seen = Collected::default();
        let result = parse(&mut text.as_bytes(), &Options::default(), &mut seen);
        (seen, result)
    }

    fn relations(seen: &Collected) -> Vec<String> {
        let relation = |o: &Observation| match o {
            Observation::Relation(r) => Some(format!("{} {} {}", r.from.name, r.relation, r.to.name)),
            _ => None,
        };
        seen.observations.iter().filter_map(|(_, o)| relation(o)).collect()
    }

    #[test]
    fn pages_are_one_account() {
        let user = r#"{"userDetailList":[{"arn":"arn:aws:iam::111122223333:user/ann","userName":"ann","groupList":["ops"]}],"isTruncated":true}"#;
        let group = r#"{"GroupDetailList":[{"Arn":"arn:aws:iam::111122223333:group/team/ops","GroupName":"ops"}],"IsTruncated":false}"#;
        for text in [format!("{user}\n{group}"), format!("[{user},{group}]")] {
            let (seen, result) = read(&text);
            assert_eq!(result.unwrap().rejected, 0);
            let told = relations(&seen);
            assert!(told.contains(&"ann member_of ops".to_owned()), "{told:?}");
            assert!(seen.gaps.is_empty() && seen.covered.len() == 2, "{:?}", seen.gaps);
            let ops = seen.observations.iter().filter_map(|(_, o)| match o {
                Observation::Relation(r) if r.relation == "member_of" => {
                    Some(r.to.identifiers[0].value.clone())
                }
                _ => None,
            });
            assert_eq!(ops.collect::<Vec<_>>(), ["arn:aws:iam::111122223333:group/team/ops"]);
        }
        let (seen, _) = read(user);
        assert_eq!(
            seen.gaps.len(),
            2,
            "one for the group that is not there, one for the pages: {:?}",
            seen.gaps
        );
    }

    #[test]
    fn documents_in_every_form_are_one_text() {
        let document = r#"{"Version":"2012-10-17","Statement":[]}"#;
        let encoded = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%5D%7D";
        for form in [document.to_owned(), format!("{:?}", document), format!("\"{encoded}\"")] {
            let text = format!(
                r#"{{"RoleDetailList":[{{"Arn":"arn:aws:iam::111122223333:role/app","AssumeRolePolicyDocument":{form}}}]}}"#
            );
            let (seen, _) = read(&text);
            let trust = seen.observations.iter().find_map(|(_, o)| match o {
                Observation::Asset(seen) => seen.attributes.get("trust-policy").cloned(),
                _ => None,
            });
            assert_eq!(trust.as_deref(), Some(r#"{"Statement":[],"Version":"2012-10-17"}"#), "{form}");
        }
    }

    #[test]
    fn the_organization() {
        let text = r#"{"ServiceControlPolicies":{"r-ab12":[{"Name":"Full","Id":"p-FullAWSAccess","Content":{"Statement":[]}}],
            "arn:aws:organizations::999900001111:account/o-1/111122223333":["p-FullAWSAccess"]},"Parents":{"111122223333":"r-ab12"}}"#;
        let (seen, result) = read(text);
        assert_eq!(result.unwrap().rejected, 0);
        assert_eq!(
            relations(&seen),
            [
                "r-ab12 controlled_by Full",
                "account 111122223333 controlled_by p-FullAWSAccess",
                "account 111122223333 in_unit r-ab12"
            ]
        );
    }
}
