//! Who may read a store in AWS has the data in it: buckets, tables, secrets, parameters, by evaluated policies ([`crate::iam`]).
//!
//! A store's own policy and that of its key count where they were collected; one that lets anybody read opens to the internet,
//! unless S3 Block Public Access keeps the public out.
//! Only stores that somebody valued, or that lead on, are asked about: nothing is lost with another.

use super::aws_iam::{VERBS, because_of, read};
use super::{Derive, Rule};
use crate::collected::moment;
use crate::facts::{Chance, Facts, Node};
use crate::iam::{self, Public, PublicAccess};
use crate::steps::{Basis, Entry, Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "aws_data",
    title: "read data in AWS",
    technique: "T1530",
    wants: &["cloud-id", "inline-policies", "policy-document", "resource-policy", iam::RESTRICTED],
    derive: Derive::OfAll(derive),
    explain,
};

/// A right that is simply used. Policies of the store and of its key that nobody collected may deny it.
const SURE: Chance = Chance::between(0.6, 0.9, 1.0);
/// A right that hangs on what nobody collected: a condition, the part of the store that is meant, whose account it is.
const PERHAPS: Chance = Chance::between(0.0, 0.4, 0.95);
/// A store that lets anybody read, where it was not collected whether the public is kept out all the same.
const PUBLIC: Chance = Chance::between(0.0, 0.6, 1.0);

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
    let stores = iam::stores(&collected.facts, &arns);
    let public = PublicAccess::of(&collected.facts, &accounts, now);
    for store in &stores {
        let chance = match public.to(store) {
            Public::No => continue,
            Public::Perhaps => PUBLIC,
            Public::Yes => SURE,
        };
        if let Some(node) = collected.node(store.arn) {
            let because = because_public(facts, node);
            steps.step(&[Foothold::Entry(Entry::Internet)], Foothold::Control(node), chance, &because);
        }
    }
    for account in &accounts {
        for one in iam::data_access(account, &stores, now) {
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

/// What opens a store to everybody: its policy, and that nothing keeps them out.
fn because_public(facts: &Facts, store: Node) -> Vec<Basis> {
    let policy = facts.basis(store, "resource-policy").or_else(|| facts.basis(store, iam::PUBLIC_POLICY));
    policy.into_iter().chain(facts.told(store, iam::RESTRICTED, "false")).collect()
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    if let Some(Foothold::Entry(_)) = step.needs.first() {
        let sure =
            if step.chance == SURE { "" } else { ", if nothing that was not collected keeps them out" };
        return super::between(facts, step, |_, to| {
            format!("The policy of {to} lets anybody read it{sure}.")
        });
    }
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

    const SECRET: &str = r#"identity app cloud-id=arn:aws:iam::111122223333:role/app
             data-store token value=10 cloud-id=arn:aws:secretsmanager:eu-west-1:111122223333:secret:token-AbCdEf"#;

    /// A policy of a resource that lets a principal do one thing to it.
    fn lets(effect: &str, who: &str, action: &str, on: &str) -> String {
        format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"{effect}","Principal":{{"AWS":"{who}"}},"Action":"{action}","Resource":"{on}"}}}}"#
        )
    }

    #[test]
    fn the_policy_of_a_store_gives_and_takes() {
        let secret = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:token-AbCdEf";
        let role = "arn:aws:iam::111122223333:role/app";
        let with = |effect| lets(effect, role, "secretsmanager:GetSecretValue", secret);
        lifecycle(
            "aws_data",
            &format!("{SECRET}\n token has resource-policy={} *", with("Allow")),
            &["controls app -> controls token (0.9)"],
            "app may read token, or let itself read it.",
        );
        let right = r#"app has inline-policies={"p":"{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"secretsmanager:GetSecretValue\",\"Resource\":\"*\"}}"}"#;
        let denied = format!("{SECRET}\n{right}\n token has resource-policy={}", with("Deny"));
        assert_eq!(steps("aws_data", &world(&format!("{SECRET}\n{right}"))).len(), 1);
        assert_eq!(steps("aws_data", &world(&denied)), Vec::<String>::new());
    }

    #[test]
    fn what_is_encrypted_takes_its_key_too() {
        let key = "arn:aws:kms:eu-west-1:111122223333:key/0a";
        let text = format!(
            r#"{SECRET}
             cloud-resource key cloud-id={key}
             token encrypted_with key
             directory-object reader cloud-id=arn:aws:iam::111122223333:policy/reader
             app attached reader *
             reader has policy-document={{"Statement":{{"Effect":"Allow","Action":["secretsmanager:GetSecretValue","kms:Decrypt"],"Resource":["{key}","arn:aws:secretsmanager:eu-west-1:111122223333:secret:token-AbCdEf"]}}}} *
             key has resource-policy={} *"#,
            lets("Allow", "arn:aws:iam::111122223333:root", "kms:Decrypt", key)
        );
        lifecycle(
            "aws_data",
            &text,
            &["controls app -> controls token (0.9)"],
            "app may read token, or let itself read it.",
        );
        let locked = text.replace("kms:Decrypt\"],", "kms:Encrypt\"],").replace(" *", "");
        assert_eq!(steps("aws_data", &world(&locked)), Vec::<String>::new());
    }

    #[test]
    fn a_policy_for_everybody_is_the_internets() {
        let bucket =
            |rest: &str| format!("data-store patients value=10 cloud-id=arn:aws:s3:::patients\n{rest}");
        let open = lets("Allow", "*", "s3:GetObject", "arn:aws:s3:::patients/*");
        let open = format!("patients has resource-policy={open}");
        let public = ["An attacker on the internet -> controls patients (0.6)"];
        assert_eq!(steps("aws_data", &world(&bucket(&open))), public);
        let key = "cloud-resource key cloud-id=arn:aws:kms:eu-west-1:111122223333:key/0a\npatients encrypted_with key";
        assert_eq!(steps("aws_data", &world(&bucket(&format!("{open}\n{key}")))), Vec::<String>::new());
    }

    /// A bucket that lets anybody read, in an account. (A star would mark the line.)
    fn public() -> String {
        let open = lets("Allow", "*", "s3:GetObject", "arn:aws:s3:::patients/*").replace('*', r"\u002a");
        format!(
            "data-store patients value=10 cloud-id=arn:aws:s3:::patients
             directory-object account cloud-id=arn:aws:iam::111122223333:root
             patients has resource-policy={open} *"
        )
    }

    #[test]
    fn what_keeps_the_public_out_of_a_bucket_goes_before_its_policy() {
        let open = format!(
            "{}
             patients has restrict-public-buckets=false *
             account has restrict-public-buckets=false *",
            public()
        );
        lifecycle(
            "aws_data",
            &open,
            &["An attacker on the internet -> controls patients (0.9)"],
            "The policy of patients lets anybody read it.",
        );
        let with = |more: &str| steps("aws_data", &world(&format!("{}\n{more}", public().replace(" *", ""))));
        let perhaps = ["An attacker on the internet -> controls patients (0.6)"];
        assert_eq!(with("account has restrict-public-buckets=true"), [""; 0]);
        assert_eq!(with("patients has restrict-public-buckets=true"), [""; 0]);
        assert_eq!(with("patients has restrict-public-buckets=false"), perhaps, "the account is not known");
        let two = "account has restrict-public-buckets=true
             directory-object other cloud-id=arn:aws:iam::444455556666:root";
        assert_eq!(with(two), perhaps, "in which account it is, is not known");
    }

    #[test]
    fn what_aws_calls_public_counts_where_the_policy_leaves_it_open() {
        let bucket = "data-store patients value=10 cloud-id=arn:aws:s3:::patients";
        lifecycle(
            "aws_data",
            &format!("{bucket}\n patients has public-policy=true *"),
            &["An attacker on the internet -> controls patients (0.6)"],
            "The policy of patients lets anybody read it, if nothing that was not collected keeps them out.",
        );
        let with = |more: &str| steps("aws_data", &world(&format!("{bucket}\n{more}")));
        assert_eq!(with("patients has public-policy=false"), [""; 0]);
        let from = r#"patients has resource-policy={"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::patients/*","Condition":{"IpAddress":{"aws:SourceIp":"0.0.0.0/1"}}}}"#;
        assert_eq!(with(from), [""; 0], "a condition that nobody collected");
        assert_eq!(with(&format!("{from}\n patients has public-policy=true")).len(), 1);
        // Policy and word are of two moments: which is the older is not known.
        let both = format!("{}\n patients has public-policy=false", public().replace(" *", ""));
        assert_eq!(
            steps("aws_data", &world(&both)),
            ["An attacker on the internet -> controls patients (0.6)"]
        );
        let closed = r#"patients has resource-policy={"Statement":{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::patients/*"}}"#;
        assert_eq!(with(&format!("{closed}\n patients has public-policy=true")), [""; 0]);
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
