//! Which principal of an account becomes which other one, by which method.
//!
//! Every action of a method is asked of [`evaluate`](super::evaluate::evaluate) on the very target. Two things shape the
//! answers: rights put on a principal are worth the account only to who stands at that principal, so such an escalation
//! may need a second foothold (`with`); and of a full administrator only that is told, and what would remain of its
//! escalations without the statement that allows everything.

use super::account::{Account, Entity, EntityKind, PolicyVersion};
use super::caller::{Caller, CallerKind};
use super::context::Context;
use super::methods::{COGNITO, Gain, METHODS, Method};
use super::need::{Need, StatementId};
use super::policy::{Attached, Effect, Policy, PolicyKind, Statement};
use super::truth::Truth;
use ask::{Found, Question, assumable, without};
use bartizan_model::{Gap, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use data::{DataAccess, Store, data_access, stores};
pub use database::{Database, database_access};
pub use public::{Public, PublicAccess, anybody_does};
pub use resource::{Doing, INVOKE_FUNCTION, PUSH_IMAGE, READ_LAYER, UPDATE_FUNCTION, doers};

mod ask;
mod data;
mod database;
mod public;
mod resource;

/// The most escalations of one account that are told.
const MOST: usize = 2_000_000;
/// Statements that allow one action of a method: without all of them it fails.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Grant {
    /// The action.
    pub action: &'static str,
    /// What allows it.
    pub statements: Vec<StatementId>,
}

/// A principal can become another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escalation {
    /// Who.
    pub from: Arc<str>,
    /// The principal that must be held too: rights are put on it.
    pub with: Option<Arc<str>>,
    /// Who is gained: a user, group or role, or the account's root ARN for all of the account.
    pub to: Arc<str>,
    /// How.
    pub method: &'static Method,
    /// What allows it. Taking away all statements of any one grant ends the escalation.
    pub grants: Vec<Grant>,
    /// What is not known and must be so, in a fixed order; empty where the escalation is certain.
    pub needs: Vec<Need>,
}

/// The answer about an account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The escalations by principal, and then in the order of the methods.
    pub escalations: Vec<Escalation>,
    /// What was left out.
    pub gaps: Vec<Gap>,
}

/// Finds the escalations of an account as of a point in time.
pub fn escalations(account: &Account, now: Timestamp) -> Report {
    let mut report = Report::default();
    let passable = Passable::new(account);
    for entity in account.entities.values() {
        Actor::new(account, entity, now).escalate(&passable, &mut report.escalations);
        if report.escalations.len() > MOST {
            report.escalations.truncate(MOST);
            let why = format!(
                "more than {MOST} escalations; those of principals after {} are left out",
                entity.arn
            );
            report.gaps.push(Gap::new(account.root().to_string(), why));
            break;
        }
    }
    report
}

/// The escalations of one entity.
pub fn escalations_of(account: &Account, entity: &Entity, now: Timestamp) -> Vec<Escalation> {
    let mut all = Vec::new();
    Actor::new(account, entity, now).escalate(&Passable::new(account), &mut all);
    all
}

/// The roles that each service may run as, with what is not known about it.
struct Passable<'a>(BTreeMap<&'static str, Vec<(&'a Entity, Vec<Need>)>>);

impl<'a> Passable<'a> {
    fn new(account: &'a Account) -> Self {
        let services = METHODS.iter().filter_map(|method| match method.gain {
            Gain::Pass(service) | Gain::Run(service, _) => Some(service),
            _ => None,
        });
        let context = Context::default()
            .with("aws:SourceAccount", [&*account.id])
            .with("cognito-identity.amazonaws.com:amr", ["unauthenticated"]);
        let of = |service| {
            let kind = if service == COGNITO { CallerKind::Federated } else { CallerKind::Service };
            let caller = Caller::new(kind, service);
            let roles = account.entities.values().filter(|entity| !entity.is_protected());
            roles.filter_map(|role| Some((role, assumable(role, &caller, &context)?))).collect()
        };
        Self(services.collect::<BTreeSet<_>>().into_iter().map(|service| (service, of(service))).collect())
    }

    fn by(&self, service: &str) -> &[(&'a Entity, Vec<Need>)] {
        self.0.get(service).map_or(&[], Vec::as_slice)
    }
}

/// One principal that tries everything.
struct Actor<'a> {
    account: &'a Account,
    entity: &'a Entity,
    caller: Caller,
    context: Context,
    policies: Vec<Attached>,
    /// A trust policy that names the actor.
    trusting: Arc<Policy>,
}

impl<'a> Actor<'a> {
    fn new(account: &'a Account, entity: &'a Entity, now: Timestamp) -> Self {
        let text = serde_json::json!({"Version": "2012-10-17", "Statement": {
            "Effect": "Allow", "Principal": {"AWS": &*entity.arn}, "Action": "sts:AssumeRole"}});
        Self {
            account,
            entity,
            caller: entity.caller(),
            context: account.context(entity, now),
            policies: account.policies_of(entity),
            trusting: Arc::new(Policy::parse(&text.to_string(), PolicyKind::Resource)),
        }
    }

    fn escalate(mut self, passable: &Passable<'_>, all: &mut Vec<Escalation>) {
        let mut mine: Vec<Escalation> = Vec::new();
        for method in METHODS {
            let Some(question) = self.question(method) else { continue };
            let from = mine.len();
            self.attempt(method, &question, passable, &mut mine);
            if method.gain == Gain::Account && mine.len() > from {
                self.policies = without(&self.policies, Statement::allows_everything);
            }
        }
        drop_dominated(&mut mine, &self.account.root());
        all.append(&mut mine);
    }

    /// Tries a method on all its targets.
    fn attempt(
        &self,
        method: &'static Method,
        question: &Question,
        passable: &Passable<'_>,
        mine: &mut Vec<Escalation>,
    ) {
        let root = self.account.root();
        let mut push = |with: Option<&Entity>, to: &Arc<str>, found: Option<Found>, more: Vec<Need>| {
            let Some(mut found) = found else { return };
            found.needs.extend(more);
            mine.push(Escalation {
                from: Arc::clone(&self.entity.arn),
                with: with.map(|entity| Arc::clone(&entity.arn)),
                to: Arc::clone(to),
                method,
                grants: found.grants,
                needs: found.needs.into_iter().collect(),
            });
        };
        let others = || self.account.entities.values().filter(|other| other.arn != self.entity.arn);
        match method.gain {
            Gain::Account => push(None, &root, self.ask(question, self.entity, None), Vec::new()),
            Gain::Change(kind) => {
                for target in self.account.entities.values().filter(|entity| entity.kind == kind) {
                    let Some(needs) = unlimited(target) else { continue };
                    let found = self.ask(question, target, None);
                    push(self.with(target), &root, found, needs);
                }
            }
            Gain::Unbind(kind) => {
                for target in self.account.entities.values().filter(|entity| entity.kind == kind) {
                    if is_bound(self.account, target) {
                        push(self.with(target), &root, self.ask(question, target, None), Vec::new());
                    }
                }
            }
            Gain::Rewrite | Gain::Switch => {
                for target in self.account.entities.values() {
                    let Some(needs) = unlimited(target) else { continue };
                    for policy in customer_managed(target) {
                        let found = self.ask(question, target, Some(policy));
                        let more = if method.gain == Gain::Switch { self.switch(policy) } else { Vec::new() };
                        push(self.with(target), &root, found, [needs.clone(), more].concat());
                    }
                }
            }
            Gain::Become(kind) => {
                let sts = self.narrow("sts:AssumeRole", false);
                for target in others().filter(|other| other.kind == kind && !other.is_protected()) {
                    let Some(needs) = self.becoming(target, &sts) else { continue };
                    push(None, &target.arn, self.ask(question, target, None), needs);
                }
            }
            Gain::Console { has_password } => {
                for target in others().filter(|other| other.kind == EntityKind::User) {
                    let needs = match target.has_password {
                        Some(has) if has != has_password => continue,
                        Some(_) => Vec::new(),
                        None => {
                            let has = if has_password { "has a" } else { "has no" };
                            vec![Need::State(format!("{} {has} console password", target.arn))]
                        }
                    };
                    push(None, &target.arn, self.ask(question, target, None), needs);
                }
            }
            Gain::Assume if self.entity.kind == EntityKind::Group => {}
            Gain::Assume => {
                let sts = self.narrow("sts:AssumeRole", false);
                for role in others() {
                    if let Some(trust) = role.trust.as_ref().filter(|trust| self.is_named(trust)) {
                        push(None, &role.arn, self.ask_trust(&sts, role, trust), Vec::new());
                    }
                }
            }
            Gain::Pass(service) | Gain::Run(service, _) => {
                for (role, needs) in passable.by(service) {
                    if role.arn == self.entity.arn {
                        continue;
                    }
                    push(None, &role.arn, self.ask(question, role, None), needs.clone());
                }
            }
        }
    }

    /// The foothold that is needed beside the actor's own, where the target is not the actor or a group of it.
    fn with<'t>(&self, target: &'t Entity) -> Option<&'t Entity> {
        let own = target.arn == self.entity.arn || self.entity.groups.contains(&target.arn);
        (!own).then_some(target)
    }

    /// What going back to another version of a policy rests on.
    fn switch(&self, policy: &str) -> Vec<Need> {
        let versions = self.account.versions.get(policy).map_or(&[][..], Vec::as_slice);
        if versions.iter().any(PolicyVersion::allows_everything) {
            return Vec::new();
        }
        vec![Need::State(format!("another version of {policy} allows everything"))]
    }

    /// What becoming a principal rests on beside the method's actions; `None` where it is no gain or is denied.
    fn becoming(&self, target: &Entity, sts: &[Attached]) -> Option<Vec<Need>> {
        match target.kind {
            EntityKind::User => Some(Vec::new()),
            EntityKind::Group if self.entity.groups.contains(&target.arn) => None,
            EntityKind::Group if self.entity.kind == EntityKind::Role => {
                Some(vec![Need::State("the attacker holds a user that is put into the group".to_owned())])
            }
            EntityKind::Group => Some(Vec::new()),
            // Once it trusts the actor by name, nothing more is asked than that nothing denies.
            EntityKind::Role => {
                let trust = Attached::new("trust-policy", &*target.arn, Some(Arc::clone(&self.trusting)));
                Some(self.ask_trust(sts, target, &trust)?.needs.into_iter().collect())
            }
        }
    }

    /// Whether a trust policy names the actor at all.
    fn is_named(&self, trust: &Attached) -> bool {
        let named = |statement: &Statement| {
            let principals = statement.principals.as_ref();
            principals.is_some_and(|who| who.name(&self.caller).1 != Truth::No)
        };
        trust.statements(Effect::Allow).any(named)
    }
}

/// Whether only its boundary keeps a principal from everything.
fn is_bound(account: &Account, target: &Entity) -> bool {
    let boundary = target.boundary.as_ref().filter(|_| !target.is_protected());
    let wide = |boundary: &Attached| boundary.statements(Effect::Allow).any(Statement::allows_everything);
    let mut policies = account.policies_of(target).into_iter();
    boundary.is_some_and(|boundary| boundary.document.is_some() && !wide(boundary))
        && policies.any(|policy| policy.statements(Effect::Allow).any(Statement::allows_everything))
}

/// What a principal that is given every right rests on; `None` where a boundary keeps it from them, or it is AWS's own.
fn unlimited(target: &Entity) -> Option<Vec<Need>> {
    if target.is_protected() {
        return None;
    }
    match &target.boundary {
        None => Some(Vec::new()),
        Some(boundary) if boundary.document.is_none() => {
            Some(vec![Need::PolicyAllows(Arc::clone(&boundary.source))])
        }
        Some(boundary) => boundary.statements(Effect::Allow).any(Statement::allows_everything).then(Vec::new),
    }
}

/// The customer-managed policies that are attached to an entity itself.
fn customer_managed(entity: &Entity) -> impl Iterator<Item = &str> {
    let all = entity.policies.iter().map(|attached| attached.source.policy.as_str());
    all.filter(|policy| policy.starts_with("arn:") && !policy.contains("::aws:policy/"))
}

/// Drops escalations to the account that need a second foothold and rest on nothing that one without does not rest on:
/// whatever ends the latter ends them too. One of each method stays to show it.
fn drop_dominated(all: &mut Vec<Escalation>, root: &Arc<str>) {
    let groups = |one: &Escalation| -> BTreeSet<Vec<StatementId>> {
        one.grants.iter().map(|grant| grant.statements.clone()).collect()
    };
    let certain: Vec<_> = all
        .iter()
        .filter(|one| one.with.is_none() && one.to == *root && one.needs.is_empty())
        .map(&groups)
        .collect();
    let mut shown = BTreeSet::new();
    all.retain(|one| {
        let dominated = one.with.is_some() && certain.iter().any(|better| better.is_subset(&groups(one)));
        !dominated || shown.insert(one.method.id)
    });
}
