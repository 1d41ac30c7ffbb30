//! Principals of AWS that become others: every published method of escalation, over evaluated policies ([`crate::iam`]).
//!
//! Roles that trust anyone fall to the internet; those that trust another account, to a supplier.

use super::{Derive, Rule};
use crate::collected::{Collected, moment};
use crate::facts::{Chance, Facts, Node};
use crate::iam::{self, Escalation, Grant, StatementId, Trusted};
use crate::steps::{Basis, Entry, Foothold, Step, Steps};
use std::collections::BTreeSet;

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "aws_iam",
    title: "use a right in AWS",
    technique: "T1548.005",
    wants: &["trust-policy", "policy-document"],
    derive: Derive::OfAll(derive),
    explain,
};

/// A right that is simply used.
const SURE: Chance = Chance::between(0.9, 0.95, 1.0);
/// A right that hangs on what nobody collected.
const PERHAPS: Chance = Chance::between(0.0, 0.4, 0.95);

/// The relations that policies are attached and roles held by.
pub(super) const VERBS: &[&str] = &[
    "attached",
    "contains",
    "controlled_by",
    "encrypted_with",
    "has_profile",
    "in_unit",
    "instance_profile_of",
    "member_of",
    "runs_as",
];

/// The accounts that these facts tell of.
pub(super) fn read(facts: &Facts) -> (Collected, Vec<iam::Account>) {
    let collected = Collected::new(facts, &["arn:", "i-", "r-", "ou-", "p-", "organizations-policy:"], VERBS);
    let (accounts, _) = iam::accounts(&collected.facts);
    (collected, accounts)
}

fn derive(facts: &Facts, steps: &mut Steps) {
    if !facts.knows("cloud-id") {
        return;
    }
    let (collected, accounts) = read(facts);
    let now = moment(facts, VERBS);
    let chance = |certain| if certain { SURE } else { PERHAPS };
    for account in &accounts {
        for one in iam::escalations(account, now).escalations {
            let Some((needs, gains)) = footholds(&collected, &one) else { continue };
            steps.step(&needs, gains, chance(one.needs.is_empty()), &because(facts, &collected, &one));
        }
        for trust in iam::trusts(account, now) {
            let entry = match trust.trusted {
                Trusted::Anyone => Entry::Internet,
                Trusted::Account(_) | Trusted::Principal(_) => Entry::Supplier,
                Trusted::Federated(_) | Trusted::Service(_) => continue,
            };
            if let Some(role) = collected.node(&trust.role) {
                let because: Vec<_> = facts.basis(role, "trust-policy").into_iter().collect();
                let needs = [Foothold::Entry(entry)];
                steps.step(&needs, Foothold::Control(role), chance(trust.needs.is_empty()), &because);
            }
        }
    }
}

fn footholds(collected: &Collected, one: &Escalation) -> Option<(Vec<Foothold>, Foothold)> {
    let ids = std::iter::once(&one.from).chain(&one.with);
    let needs = ids.map(|id| collected.node(id).map(Foothold::Control)).collect::<Option<_>>()?;
    Some((needs, Foothold::Control(collected.node(&one.to)?)))
}

fn because(facts: &Facts, collected: &Collected, one: &Escalation) -> Vec<Basis> {
    because_of(facts, collected, &one.from, &one.grants)
}

/// What each grant to a principal rests on, where it is one fact: a right that two facts give goes with neither.
pub(super) fn because_of(facts: &Facts, collected: &Collected, from: &str, grants: &[Grant]) -> Vec<Basis> {
    let mut all = BTreeSet::new();
    for grant in grants {
        let given: BTreeSet<_> =
            grant.statements.iter().filter_map(|id| basis(facts, collected, id)).collect();
        if let (1, Some(given)) = (given.len(), given.first()) {
            all.insert(*given);
        }
        let through: BTreeSet<_> = grant.statements.iter().map(|id| id.source.holder.as_str()).collect();
        if let (1, Some(holder)) = (through.len(), through.first()) {
            all.extend(collected.relation(facts, from, "member_of", holder));
        }
    }
    if all.is_empty() {
        all.extend(collected.node(from).map(Basis::Asset));
    }
    all.into_iter().collect()
}

/// The fact that a statement is in.
fn basis(facts: &Facts, collected: &Collected, statement: &StatementId) -> Option<Basis> {
    let iam::Source { policy, holder } = &*statement.source;
    match policy.as_str() {
        "resource-policy" => facts.basis(collected.node(holder)?, "resource-policy"),
        "trust-policy" => facts.basis(collected.node(holder)?, "trust-policy"),
        inline if inline.starts_with("inline") => facts.basis(collected.node(holder)?, "inline-policies"),
        managed => collected.relation(facts, holder, "attached", managed),
    }
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    let name = |node: Option<Node>| node.map_or("anybody", |node| &*facts.asset(node).name);
    let to = name(step.gains.asset());
    let Some(from) = step.needs.first().and_then(|need| need.asset()) else {
        return format!("{to} can be assumed from outside of its account.");
    };
    let (collected, accounts) = read(facts);
    let now = moment(facts, VERBS);
    let id = collected.id(from);
    let of = accounts.iter().find_map(|account| Some((account, account.entities.get(id?)?)));
    let all = of.map(|(account, entity)| iam::escalations_of(account, entity, now)).unwrap_or_default();
    let same = |one: &&Escalation| {
        let gains = collected.node(&one.to) == step.gains.asset();
        let with = one.with.as_ref().and_then(|with| collected.node(with));
        gains
            && with == step.needs.get(1).and_then(|need| need.asset())
            && because(facts, &collected, one) == step.because
    };
    let Some(one) = all.iter().find(same) else {
        return format!("{} has rights in AWS that lead to {to}.", name(Some(from)));
    };
    let actions: Vec<_> = one.method.actions().collect();
    let needs: Vec<_> = one.needs.iter().map(ToString::to_string).collect();
    let needs = if needs.is_empty() { String::new() } else { format!(", if {}", needs.join(" and ")) };
    let can =
        format!("{} can {} ({}), which leads to {to}", name(Some(from)), one.method.name, actions.join(", "));
    format!("{can}{needs}.")
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn a_right_on_another_user_is_that_user() {
        lifecycle(
            "aws_iam",
            r#"identity ann cloud-id=arn:aws:iam::111122223333:user/ann
             identity bob cloud-id=arn:aws:iam::111122223333:user/bob
             directory-object account cloud-id=arn:aws:iam::111122223333:root
             directory-object keys cloud-id=arn:aws:iam::111122223333:policy/keys
             ann attached keys *
             keys has policy-document={"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:CreateAccessKey","Resource":"arn:aws:iam::111122223333:user/bob"}} *"#,
            &["controls ann -> controls bob (0.95)"],
            "ann can make an access key of the user (iam:CreateAccessKey), which leads to bob.",
        );
    }

    #[test]
    fn a_role_that_trusts_anyone_is_open_to_the_internet() {
        let trust = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":"sts:AssumeRole"}}"#;
        lifecycle(
            "aws_iam",
            &format!(
                "identity backup cloud-id=arn:aws:iam::111122223333:role/backup
                 backup has trust-policy={trust} *"
            ),
            &["A supplier that was broken into -> controls backup (0.95)"],
            "backup can be assumed from outside of its account.",
        );
    }
}
