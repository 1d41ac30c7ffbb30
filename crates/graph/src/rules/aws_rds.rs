//! Who may log on to a database of AWS with credentials of AWS (`rds-db:connect`), and can talk to it, is a user of it.

use super::aws_iam::{VERBS, because_of, read};
use super::{Derive, Rule};
use crate::collected::moment;
use crate::facts::{Chance, Facts};
use crate::iam::{self, Database};
use crate::steps::{Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "aws_rds",
    title: "log on to a database with credentials of AWS",
    technique: "T1078.004",
    wants: &["cloud-id", "db-resource-id", "iam-authentication", "inline-policies", "policy-document"],
    derive: Derive::OfAll(derive),
    explain,
};

/// Which users there are in the database that log on so, and what they may read there, no collection tells.
const SURE: Chance = Chance::between(0.2, 0.7, 1.0);
/// That besides hangs on what nobody collected: a condition, whether the database takes such credentials.
const PERHAPS: Chance = Chance::between(0.0, 0.4, 0.95);

fn derive(facts: &Facts, steps: &mut Steps) {
    let ids = facts.attributes("db-resource-id");
    let taken = ids.filter(|(node, _)| facts.flag(*node, "iam-authentication") != Some(false));
    let databases: Vec<_> = taken
        .filter_map(|(node, id)| Some(Database { arn: facts.attribute(node, "cloud-id")?, id }))
        .collect();
    if databases.is_empty() {
        return;
    }
    let (collected, accounts) = read(facts);
    let now = moment(facts, VERBS);
    for account in &accounts {
        for one in iam::database_access(account, &databases, now) {
            let (Some(from), Some(to)) = (collected.node(&one.from), collected.node(&one.to)) else {
                continue;
            };
            let taken = facts.told(to, "iam-authentication", "true");
            let chance = if one.needs.is_empty() && taken.is_some() { SURE } else { PERHAPS };
            let because: Vec<_> =
                because_of(facts, &collected, &one.from, &one.grants).into_iter().chain(taken).collect();
            let port = facts.attribute(to, "port").and_then(|port| port.parse().ok());
            let by_port = port.map(|port| Foothold::Port(to, port));
            for way in [Foothold::Reach(to)].into_iter().chain(by_port) {
                steps.step(&[Foothold::Control(from), way], Foothold::Control(to), chance, &because);
            }
        }
    }
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    let sure = if step.chance == SURE { "" } else { ", if what was not collected lets it" };
    super::between(facts, step, |from, to| {
        format!("{from} may log on to {to} with credentials of AWS{sure}.")
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{lifecycle, steps, world};

    /// A role with this right, and a database.
    fn with(resource: &str, more: &str) -> String {
        let policy = format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"rds-db:connect","Resource":"{resource}"}}}}"#
        );
        format!(
            "identity app cloud-id=arn:aws:iam::111122223333:role/app
             directory-object connect cloud-id=arn:aws:iam::111122223333:policy/connect
             data-store visits cloud-id=arn:aws:rds:eu-west-1:111122223333:db:visits port=5432
             visits has db-resource-id=db-ABC *
             app attached connect *
             connect has policy-document={policy} *
             {more}"
        )
    }

    const USER: &str = "arn:aws:rds-db:eu-west-1:111122223333:dbuser:db-ABC/app";
    const TAKEN: &str = "visits has iam-authentication=true *";

    /// The chances of the steps of a role with this right.
    fn chances(resource: &str, more: &str) -> Vec<String> {
        let found = steps("aws_rds", &world(&with(resource, more).replace(" *", "")));
        found.iter().map(|step| step.rsplit(' ').next().unwrap().to_owned()).collect()
    }

    #[test]
    fn a_right_to_connect_and_a_way_there_are_the_data() {
        lifecycle(
            "aws_rds",
            &with(USER, TAKEN),
            &[
                "controls app + can reach visits -> controls visits (0.7)",
                "controls app + can reach port 5432 of visits -> controls visits (0.7)",
            ],
            "app may log on to visits with credentials of AWS.",
        );
    }

    #[test]
    fn what_is_named_is_a_user_of_this_database() {
        let sure = ["(0.7)", "(0.7)"];
        for users in [
            "*",
            "arn:aws:rds-db:*:*:dbuser:*/app",
            "arn:aws:rds-db:eu-west-1:111122223333:dbuser:db-ABC/*",
            "arn:aws:rds-db:eu-west-1:111122223333:dbuser:*",
        ] {
            assert_eq!(chances(users, TAKEN), sure, "{users}");
        }
        for other in [
            "arn:aws:rds-db:eu-west-1:111122223333:dbuser:db-XYZ/app",
            "arn:aws:rds-db:us-east-1:111122223333:dbuser:db-ABC/app",
            "arn:aws:rds-db:eu-west-1:444455556666:dbuser:db-ABC/app",
            "arn:aws:rds:eu-west-1:111122223333:db:visits",
        ] {
            assert_eq!(chances(other, TAKEN), [""; 0], "{other}");
        }
    }

    #[test]
    fn a_database_that_does_not_take_them_is_not_opened_and_unknown_is_an_interval() {
        assert_eq!(chances(USER, "visits has iam-authentication=false"), [""; 0]);
        assert_eq!(chances(USER, ""), ["(0.4)", "(0.4)"]);
        let denied = r#"app has inline-policies={"p":"{\"Statement\":{\"Effect\":\"Deny\",\"Action\":\"rds-db:*\",\"Resource\":\"arn:aws:rds-db:*:*:dbuser:db-ABC/*\"}}"}"#;
        for users in [USER, "arn:aws:rds-db:*:*:dbuser:*/app", "*"] {
            assert_eq!(chances(users, &format!("{TAKEN}\n{denied}")), [""; 0], "{users}");
        }
        let far = TAKEN.replace("visits", "far")
            + "
             data-store far cloud-id=arn:aws:rds:eu-west-1:444455556666:db:far db-resource-id=db-FAR";
        assert_eq!(chances("*", &far), ["(0.4)", "(0.4)"], "of another account only its own principals");
    }
}
