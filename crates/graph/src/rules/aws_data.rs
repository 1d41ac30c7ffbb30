//! Who may read a store in AWS has the data in it: buckets, tables, secrets, parameters, by evaluated policies ([`crate::iam`]).
//!
//! Only stores that somebody valued, or that lead on, are asked about: nothing is lost with another.

use super::aws_iam::{VERBS, because_of, read};
use super::{Derive, Rule};
use crate::collected::moment;
use crate::facts::{Chance, Facts};
use crate::iam;
use crate::steps::{Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "aws_data",
    title: "read data in AWS",
    technique: "T1530",
    wants: &["cloud-id", "inline-policies", "policy-document"],
    derive: Derive::OfAll(derive),
    explain,
};

/// A right that is simply used. Policies of the store and of its key, which nobody collected, may deny it.
const SURE: Chance = Chance::between(0.6, 0.9, 1.0);
/// A right that hangs on what nobody collected: a condition, the part of the store that is meant, whose account it is.
const PERHAPS: Chance = Chance::between(0.0, 0.4, 0.95);

fn derive(facts: &Facts, steps: &mut Steps) {
    let leads_on = |node| facts.asset(node).value > 0.0 || facts.from(node, "stores").next().is_some();
    let ids = facts.attributes("cloud-id").filter(|(_, id)| id.starts_with("arn:"));
    let stores: Vec<_> = ids.filter(|(node, _)| leads_on(*node)).collect();
    if stores.is_empty() {
        return;
    }
    let (collected, accounts) = read(facts);
    let now = moment(facts, VERBS);
    let arns: Vec<_> = stores.iter().map(|(_, id)| *id).collect();
    for account in &accounts {
        for one in iam::data_access(account, &arns, now) {
            let (Some(from), Some(to)) = (collected.node(&one.from), collected.node(&one.to)) else {
                continue;
            };
            let mine = one.to.contains(&account.id) || accounts.len() == 1;
            let chance = if one.needs.is_empty() && mine { SURE } else { PERHAPS };
            let because = because_of(facts, &collected, &one.from, &one.grants);
            steps.step(&[Foothold::Control(from)], Foothold::Control(to), chance, &because);
        }
    }
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    let sure = if step.chance == SURE { "" } else { ", if what was not collected lets it" };
    super::between(facts, step, |from, to| format!("{from} may read {to}, or let itself read it{sure}."))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{lifecycle, steps, world};

    #[test]
    fn a_role_reads_the_table() {
        lifecycle(
            "aws_data",
            r#"identity app cloud-id=arn:aws:iam::111122223333:role/app
             directory-object reader cloud-id=arn:aws:iam::111122223333:policy/reader
             data-store visits value=10
             visits has cloud-id=arn:aws:dynamodb:eu-west-1:111122223333:table/visits *
             data-store logs cloud-id=arn:aws:dynamodb:eu-west-1:111122223333:table/logs
             app attached reader *
             reader has policy-document={"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:Scan","Resource":"arn:aws:dynamodb:eu-west-1:111122223333:table/visits"}} *"#,
            &["controls app -> controls visits (0.9)"],
            "app may read visits, or let itself read it.",
        );
    }

    /// The steps of a role with this right in a world with a bucket.
    fn with(action: &str, resource: &str, more: &str) -> Vec<String> {
        let policy = format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"{action}","Resource":"{resource}"}}}}"#
        );
        let text = format!(
            "identity app cloud-id=arn:aws:iam::111122223333:role/app
             directory-object reader cloud-id=arn:aws:iam::111122223333:policy/reader policy-document={policy}
             data-store patients value=10 cloud-id=arn:aws:s3:::patients
             app attached reader
             {more}"
        );
        steps("aws_data", &world(&text))
    }

    #[test]
    fn a_bucket_whole_in_part_or_of_another_account() {
        let bucket = "arn:aws:s3:::patients/*";
        let likely = ["controls app -> controls patients (0.9)"];
        let perhaps = ["controls app -> controls patients (0.4)"];
        assert_eq!(with("s3:GetObject", bucket, ""), likely);
        assert_eq!(with("s3:*", "*", ""), likely);
        assert_eq!(with("s3:GetObject", "arn:aws:s3:::patients/public/*", ""), perhaps);
        let other = "identity far cloud-id=arn:aws:iam::444455556666:role/far";
        assert_eq!(with("s3:GetObject", bucket, other), perhaps);
        assert_eq!(with("s3:ListBucket", "*", ""), Vec::<String>::new());
        assert_eq!(with("s3:GetObject", "arn:aws:s3:::logs/*", ""), Vec::<String>::new());
    }

    #[test]
    fn who_writes_the_policy_of_a_store_or_the_password_of_a_database_reads_it() {
        let database = "data-store db value=1 cloud-id=arn:aws:rds:eu-west-1:111122223333:db:visits";
        assert_eq!(
            with("s3:PutBucketPolicy", "arn:aws:s3:::patients", ""),
            ["controls app -> controls patients (0.9)"]
        );
        assert_eq!(with("rds:ModifyDBInstance", "*", database), ["controls app -> controls db (0.9)"]);
        // One statement for both ways is one step.
        assert_eq!(with("*", "*", ""), ["controls app -> controls patients (0.9)"]);
    }

    #[test]
    fn stores_of_another_account_are_none_of_ours() {
        let secret =
            "data-store key value=1 cloud-id=arn:aws:secretsmanager:eu-west-1:111122223333:secret:key-AbCdEf
             data-store far value=1 cloud-id=arn:aws:secretsmanager:eu-west-1:444455556666:secret:far-AbCdEf";
        let found = with("secretsmanager:GetSecretValue", "*", secret);
        assert_eq!(found, ["controls app -> controls key (0.9)"]);
    }
}
