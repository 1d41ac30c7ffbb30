//! Whom roles trust beyond the principals of their own account.

use super::account::{Account, Entity};
use super::caller::{Caller, CallerKind, account_of};
use super::context::Context;
use super::evaluate::{Policies, Request, ResourcePolicy, Verdict, evaluate};
use super::need::Need;
use super::pattern::Pattern;
use super::policy::{Effect, Statement};
use super::principal::Who;
use bartizan_model::Timestamp;
use std::collections::BTreeSet;
use std::sync::Arc;

/// By whom a role can be assumed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trusted {
    /// Anyone with an AWS account.
    Anyone,
    /// Every principal of another account that its administrators allow.
    Account(String),
    /// A user, role or session of another account.
    Principal(String),
    /// An identity provider.
    Federated(String),
    /// An AWS service.
    Service(String),
}

/// A role trusts somebody from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trust {
    /// The role.
    pub role: Arc<str>,
    /// Whom.
    pub trusted: Trusted,
    /// What is not known and must be so; empty where nothing more is asked.
    pub needs: Vec<Need>,
}

/// The trusts of an account's roles, by role.
pub fn trusts(account: &Account, now: Timestamp) -> Vec<Trust> {
    account.entities.values().flat_map(|role| of_role(account, role, now)).collect()
}

fn of_role(account: &Account, role: &Entity, now: Timestamp) -> Vec<Trust> {
    let Some(trust) = &role.trust else { return Vec::new() };
    let context =
        Context::default().with("aws:CurrentTime", [now.to_string()]).with("aws:SecureTransport", ["true"]);
    let named: BTreeSet<_> = trust.statements(Effect::Allow).flat_map(|one| named(one, account)).collect();
    let one = |trusted: Trusted| {
        let (kind, name, action) = match &trusted {
            Trusted::Anyone => (CallerKind::Federated, "*", "sts:AssumeRole"),
            Trusted::Account(id) => (CallerKind::Root, id.as_str(), "sts:AssumeRole"),
            Trusted::Principal(arn) if arn.contains(":user/") => {
                (CallerKind::User, arn.as_str(), "sts:AssumeRole")
            }
            Trusted::Principal(arn) => (CallerKind::Role, arn.as_str(), "sts:AssumeRole"),
            Trusted::Federated(name) if name.contains(":saml-provider/") => {
                (CallerKind::Federated, name.as_str(), "sts:AssumeRoleWithSAML")
            }
            Trusted::Federated(name) => {
                (CallerKind::Federated, name.as_str(), "sts:AssumeRoleWithWebIdentity")
            }
            Trusted::Service(name) => (CallerKind::Service, name.as_str(), "sts:AssumeRole"),
        };
        let mut caller = Caller::new(kind, name);
        if let Trusted::Account(id) = &trusted {
            caller.account.clone_from(id);
        }
        if let Some((role, session)) =
            name.split_once(":assumed-role/").and_then(|(_, rest)| rest.split_once('/'))
        {
            caller.arn = format!("arn:{}:iam::{}:role/{role}", account.partition, caller.account);
            caller.session = Some(session.to_owned());
        }
        let resource = Pattern::literal(&role.arn);
        let request = Request::new(&caller, action, &resource, &context);
        let policy = ResourcePolicy { policy: trust, decisive: true };
        let needs = match evaluate(&request, &Policies::default(), Some(policy)) {
            Verdict::Denied(_) => return None,
            Verdict::Allowed(_) => Vec::new(),
            Verdict::Unknown { needs, .. } => needs,
        };
        Some(Trust { role: Arc::clone(&role.arn), trusted, needs })
    };
    named.into_iter().filter_map(one).collect()
}

/// Who from outside a statement names.
fn named(statement: &Statement, account: &Account) -> Vec<Trusted> {
    let Some(principals) = &statement.principals else { return Vec::new() };
    if principals.not {
        return vec![Trusted::Anyone];
    }
    let outside = |arn: &str| account_of(arn) != Some(&account.id);
    let one = |who: &Who| match who {
        Who::Everyone => Some(Trusted::Anyone),
        Who::Account(id) => (*id != account.id).then(|| Trusted::Account(id.clone())),
        Who::Arn(arn) => outside(arn).then(|| Trusted::Principal(arn.clone())),
        Who::Federated(name) => Some(Trusted::Federated(name.clone())),
        Who::Service(name) => Some(Trusted::Service(name.clone())),
        Who::Other(_) => None,
    };
    principals.all.iter().filter_map(one).collect()
}
