//! What the policies of AWS give: the attack graph's evaluator is asked, and its answers are put on who holds the policy.
//!
//! A policy of a group is the group's, not that of each of its members; of a full administrator nothing else is told.

use super::cloud::Collected;
use bartizan_assess::identity::facts::System;
use bartizan_assess::identity::{FactsBuilder, Gives, Power};
use bartizan_graph::iam::{
    self, Account, Attached, Doing, Entity, EntityKind, Escalation, Need, Public, PublicAccess, RiskKind,
    StatementId, Trust, Trusted,
};
use bartizan_model::Timestamp;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The method of who may do everything already.
const EVERYTHING: &str = "administrator";
/// What roles are there for: whom a role trusts may assume it.
const ASSUME: &str = "assume-role";

/// Puts the powers of all accounts on their holders.
pub(super) fn powers(collected: &Collected, now: Timestamp, builder: &mut FactsBuilder) {
    let known = collected.facts.assets.keys().filter_map(|arn| arn.strip_suffix(":root")?.rsplit(':').next());
    let known: BTreeSet<&str> = known.collect();
    let accounts = iam::accounts(&collected.facts).0;
    open(collected, &accounts, now, builder);
    for account in accounts {
        for trust in iam::trusts(&account, now) {
            let role = collected.asset(&trust.role).filter(|_| !is_of_aws(&trust.role));
            if let Some((role, power)) = role.zip(deputy(&trust, &known)) {
                builder.power(role, power);
            }
        }
        let escalations = iam::escalations(&account, now).escalations;
        let admins: BTreeSet<&str> =
            escalations.iter().filter(|one| is_everything(one)).map(|one| &*one.from).collect();
        // Whom each becomes for certain, so that rights put on them are worth something.
        let becomes: BTreeSet<(&str, &str)> = escalations
            .iter()
            .filter(|one| one.needs.is_empty() && one.with.is_none())
            .map(|one| (&*one.from, &*one.to))
            .collect();
        for one in escalations.iter().filter(|one| !is_of_aws(&one.from)) {
            let Some(asset) = collected.asset(&one.from) else { continue };
            let everything = one.method.id == EVERYTHING;
            if one.method.id == ASSUME || !everything && admins.contains(&*one.from) {
                continue;
            }
            let statements = || one.grants.iter().flat_map(|grant| &grant.statements);
            let Some(policy) = own_policy(&account, &one.from, statements) else { continue };
            let mut needs = words(&one.needs);
            let with = one.with.as_ref().filter(|with| !becomes.contains(&(&*one.from, with)));
            needs.extend(with.map(|with| format!("{} is held too", name(with))));
            let gives = if everything { Gives::Everything } else { escalation(&account, one, &admins) };
            builder.power(asset, Power { system: System::Aws, gives, policy, needs: needs.join(" and ") });
        }
        for entity in account.entities.values().filter(|entity| !is_of_aws(&entity.arn)) {
            let Some(asset) = collected.asset(&entity.arn) else { continue };
            let missing = entity.policies.iter().find(|policy| policy.document.is_none());
            if let Some(missing) = missing {
                builder.unevaluated(
                    asset,
                    &format!("the document of {} was not collected", missing.source.policy),
                );
            }
            if !admins.contains(&*entity.arn) {
                wildcards(&account, entity, now).for_each(|power| builder.power(asset, power));
            }
        }
    }
}

/// Puts what the policies of resources let anybody do on them.
fn open(collected: &Collected, accounts: &[Account], now: Timestamp, builder: &mut FactsBuilder) {
    let ruled = collected.facts.assets.iter().filter(|(_, told)| told.contains_key("resource-policy"));
    let arns: Vec<_> = ruled.map(|(arn, _)| arn.as_str()).collect();
    let public = PublicAccess::of(&collected.facts, accounts, now);
    for resource in iam::stores(&collected.facts, &arns) {
        let Some(asset) = collected.asset(resource.arn) else { continue };
        let doings = ANYBODY.iter().filter(|(doing, _)| iam::anybody_does(&resource, doing.to_it, &[], now));
        let mut what: Vec<_> = doings.map(|(_, what)| *what).collect();
        match public.to(&resource) {
            Public::No => {}
            Public::Perhaps => builder
                .unevaluated(asset, "whether S3 Block Public Access keeps the public out was not collected"),
            Public::Yes => what.push("read it"),
        }
        for what in what {
            let (policy, needs) = ("resource-policy".to_owned(), String::new());
            builder.power(asset, Power { system: System::Aws, gives: Gives::Anybody(what), policy, needs });
        }
    }
}

/// What anybody might do to a resource that has a policy.
const ANYBODY: &[(Doing, &str)] = &[
    (iam::INVOKE_FUNCTION, "call it"),
    (iam::PUSH_IMAGE, "push images to it"),
    (iam::READ_LAYER, "read its code"),
    (iam::UPDATE_FUNCTION, "replace its code"),
];

/// Whether AWS made a role for a service of its own: its policies cannot be changed.
fn is_of_aws(arn: &str) -> bool {
    arn.contains(":role/aws-service-role/")
}

/// Services whose documentation asks for the account on whose behalf they assume a role ("confused deputy").
const DEPUTIES: &[&str] = &[
    "bedrock.amazonaws.com",
    "codebuild.amazonaws.com",
    "datasync.amazonaws.com",
    "pipes.amazonaws.com",
    "scheduler.amazonaws.com",
    "states.amazonaws.com",
    "transfer.amazonaws.com",
    "vpc-flow-logs.amazonaws.com",
];

/// Whom a role trusts that acts for others too: an account that is none of ours, or a service. Whom everybody may be, and the
/// tokens of providers, are ways of the attack graph.
fn deputy(trust: &Trust, known: &BTreeSet<&str>) -> Option<Power> {
    let is_ours = |arn: &str| arn.split(':').nth(4).is_some_and(|id| known.contains(id));
    let (to, is_service) = match &trust.trusted {
        Trusted::Account(id) if !known.contains(id.as_str()) => (format!("the account {id}"), false),
        Trusted::Principal(arn) if !is_ours(arn) => (arn.clone(), false),
        Trusted::Service(name) if DEPUTIES.contains(&name.as_str()) => (name.clone(), true),
        _ => return None,
    };
    let (policy, needs) = ("trust-policy".to_owned(), words(&trust.needs).join(" and "));
    Some(Power { system: System::Aws, gives: Gives::Trust { to, is_service }, policy, needs })
}

fn is_everything(one: &Escalation) -> bool {
    one.method.id == EVERYTHING && one.needs.is_empty()
}

fn escalation(account: &Account, one: &Escalation, admins: &BTreeSet<&str>) -> Gives {
    Gives::Escalation {
        method: one.method.id,
        name: one.method.name,
        rights: one.method.actions().collect::<Vec<_>>().join(", "),
        to: name(&one.to),
        all: one.to == account.root() || admins.contains(&*one.to),
        fix: one.method.fix,
    }
}

fn wildcards(account: &Account, entity: &Entity, now: Timestamp) -> impl Iterator<Item = Power> {
    let whole = iam::risks(account, entity, now).into_iter().filter(|risk| risk.kind == RiskKind::Service);
    whole.filter_map(|risk| {
        let policy = own_policy(account, &entity.arn, || risk.by.iter().flatten())?;
        let service = risk.action.strip_suffix(":*").unwrap_or(&risk.action).to_owned();
        let needs = words(&risk.needs).join(" and ");
        Some(Power { system: System::Aws, gives: Gives::Wildcard(service), policy, needs })
    })
}

/// The first of the policies behind an answer that is the principal's own; `None` where a group that was collected has all of
/// them, as it has the answer too. Where nothing is named, the principal itself is meant.
fn own_policy<'a, I: Iterator<Item = &'a StatementId>>(
    account: &Account,
    principal: &Arc<str>,
    statements: impl Fn() -> I,
) -> Option<String> {
    // A trust policy and a boundary give nothing by themselves; the same policy may be attached beside it.
    let boundary = account.entities.get(principal).and_then(|entity| {
        let attached = |boundary: &&Attached| entity.policies.iter().any(|one| one.source == boundary.source);
        entity.boundary.as_ref().filter(|boundary| !attached(boundary))
    });
    let of_principal = |one: &&StatementId| {
        one.source.policy != "trust-policy" && boundary.is_none_or(|boundary| one.source != boundary.source)
    };
    if let Some(own) = statements().filter(of_principal).find(|one| *one.source.holder == **principal) {
        return Some(own.source.policy.clone());
    }
    let is_group =
        |holder: &str| account.entities.get(holder).is_some_and(|entity| entity.kind == EntityKind::Group);
    let first = statements().find(of_principal)?;
    (!is_group(&first.source.holder)).then(|| first.source.policy.clone())
}

fn words(needs: &[Need]) -> Vec<String> {
    needs.iter().map(ToString::to_string).collect()
}

/// What people call an ARN.
fn name(arn: &str) -> String {
    match arn.strip_suffix(":root") {
        Some(account) => format!("everything in account {}", account.rsplit(':').next().unwrap_or_default()),
        None => arn.rsplit('/').next().unwrap_or(arn).to_owned(),
    }
}
