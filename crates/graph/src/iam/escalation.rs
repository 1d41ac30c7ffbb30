//! Which principal of an account becomes which other one, by which method.
//!
//! Every action of a method is asked of [`evaluate`](super::evaluate::evaluate) on the very target. Two things shape the
//! answers: rights put on a principal are worth the account only to who stands at that principal, so such an escalation
//! may need a second foothold (`with`); and of a full administrator only that is told, and what would remain of its
//! escalations without the statement that allows everything.

use super::account::{Account, Entity, EntityKind, tags};
use super::caller::{Caller, CallerKind};
use super::context::Context;
use super::evaluate::{Policies, Request, ResourcePolicy, Verdict, evaluate};
use super::methods::{Gain, METHODS, Method, On};
use super::need::{Need, StatementId};
use super::pattern::{Overlap, Pattern};
use super::policy::{Attached, Effect, Policy, PolicyKind, Statement};
use bartizan_model::{Gap, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The most escalations of one account that are told.
const MOST: usize = 2_000_000;
/// The most patterns that are tried for a resource whose name the caller chooses.
const MOST_NAMES: usize = 64;

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

/// The roles that each service may run as, with what is not known about it.
struct Passable<'a>(BTreeMap<&'static str, Vec<(&'a Entity, Vec<Need>)>>);

impl<'a> Passable<'a> {
    fn new(account: &'a Account) -> Self {
        let services = METHODS.iter().filter_map(|method| match method.gain {
            Gain::Pass(service) | Gain::Run(service, _) => Some(service),
            _ => None,
        });
        let context = Context::default().with("aws:SourceAccount", [&*account.id]);
        let of = |service| {
            let caller = Caller::new(CallerKind::Service, service);
            let roles = account.entities.values().filter(|entity| !entity.is_protected());
            roles.filter_map(|role| Some((role, assumable(role, &caller, &context)?))).collect()
        };
        Self(services.collect::<BTreeSet<_>>().into_iter().map(|service| (service, of(service))).collect())
    }

    fn by(&self, service: &str) -> &[(&'a Entity, Vec<Need>)] {
        self.0.get(service).map_or(&[], Vec::as_slice)
    }
}

/// What a service needs to run as a role; `None` where it may not.
fn assumable(role: &Entity, service: &Caller, context: &Context) -> Option<Vec<Need>> {
    let resource = Pattern::literal(&role.arn);
    let request = Request::new(service, "sts:AssumeRole", &resource, context);
    let trust = ResourcePolicy { policy: role.trust.as_ref()?, decisive: true };
    let mut needs = match evaluate(&request, &Policies::default(), Some(trust)) {
        Verdict::Denied(_) => return None,
        Verdict::Allowed(_) => Vec::new(),
        Verdict::Unknown { by, .. } if by.iter().any(Vec::is_empty) => return None,
        Verdict::Unknown { needs, .. } => needs,
    };
    if service.arn == "ec2.amazonaws.com" {
        match role.instance_profiles {
            Some(0) => return None,
            Some(_) => {}
            None => needs.push(Need::State(format!("an instance profile holds {}", role.arn))),
        }
    }
    Some(needs)
}

/// What a question or several found.
#[derive(Default)]
struct Found {
    grants: Vec<Grant>,
    needs: BTreeSet<Need>,
}

impl Found {
    fn and(mut self, other: Self) -> Self {
        self.grants.extend(other.grants);
        self.needs.extend(other.needs);
        self
    }
}

/// One principal that tries everything.
struct Actor<'a> {
    account: &'a Account,
    entity: &'a Entity,
    caller: Caller,
    context: Context,
    policies: Vec<Attached>,
}

/// The policies of an actor, reduced to the statements that mean one action.
type Narrowed = Vec<(&'static str, On, Vec<Attached>)>;

impl<'a> Actor<'a> {
    fn new(account: &'a Account, entity: &'a Entity, now: Timestamp) -> Self {
        Self {
            account,
            entity,
            caller: entity.caller(),
            context: account.context(entity, now),
            policies: account.policies_of(entity),
        }
    }

    fn escalate(mut self, passable: &Passable<'_>, all: &mut Vec<Escalation>) {
        let mut mine: Vec<Escalation> = Vec::new();
        for method in METHODS {
            let narrowed = self.narrow(method);
            let needs_grants = !matches!(method.gain, Gain::Assume);
            if needs_grants && narrowed.iter().any(|(_, _, policies)| !any_allows(policies)) {
                continue;
            }
            let from = mine.len();
            self.attempt(method, &narrowed, passable, &mut mine);
            if method.gain == Gain::Account && mine.len() > from {
                self.policies = without(&self.policies, Statement::allows_everything);
            }
        }
        drop_dominated(&mut mine, &self.account.root());
        all.append(&mut mine);
    }

    /// The statements that mean each action of a method; of the administrator, only those that allow everything.
    fn narrow(&self, method: &Method) -> Narrowed {
        let one = |&(action, on): &(&'static str, On)| {
            let pattern = Pattern::literal(&action.to_ascii_lowercase());
            let everything = method.gain == Gain::Account;
            let policies = without(&self.policies, |statement| {
                !statement.actions.name(&pattern)
                    || everything && statement.effect == Effect::Allow && !statement.allows_everything()
            });
            (action, on, policies)
        };
        method.actions.iter().map(one).collect()
    }

    /// Tries a method on all its targets.
    fn attempt(
        &self,
        method: &'static Method,
        narrowed: &Narrowed,
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
            Gain::Account => {
                push(None, &root, self.ask_all(narrowed, self.entity, None, &self.context), Vec::new());
            }
            Gain::Change(kind) => {
                for target in self.account.entities.values().filter(|entity| entity.kind == kind) {
                    let Some(needs) = unlimited(target) else { continue };
                    let found = self.ask_all(narrowed, target, None, &self.context);
                    push(self.with(target), &root, found, needs);
                }
            }
            Gain::Rewrite | Gain::Switch => {
                for target in self.account.entities.values() {
                    let Some(needs) = unlimited(target) else { continue };
                    for policy in customer_managed(target) {
                        let found = self.ask_all(narrowed, target, Some(policy), &self.context);
                        let more = if method.gain == Gain::Switch { self.switch(policy) } else { Vec::new() };
                        push(self.with(target), &root, found, [needs.clone(), more].concat());
                    }
                }
            }
            Gain::Become(kind) => {
                for target in others().filter(|other| other.kind == kind && !other.is_protected()) {
                    let Some(needs) = self.becoming(target) else { continue };
                    push(None, &target.arn, self.ask_all(narrowed, target, None, &self.context), needs);
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
                    push(None, &target.arn, self.ask_all(narrowed, target, None, &self.context), needs);
                }
            }
            Gain::Assume => {
                if self.entity.kind != EntityKind::Group {
                    for role in others().filter(|other| other.kind == EntityKind::Role) {
                        push(None, &role.arn, self.assume(narrowed, role), Vec::new());
                    }
                }
            }
            Gain::Pass(service) | Gain::Run(service, _) => {
                let context = self.context.clone().with("iam:PassedToService", [service]);
                for (role, needs) in passable.by(service) {
                    if role.arn == self.entity.arn {
                        continue;
                    }
                    let mut needs = needs.clone();
                    if let Gain::Run(_, what) = method.gain
                        && !self.account.workloads.iter().any(|one| *one.role == *role.arn)
                    {
                        needs.push(Need::State(format!("{what} runs as {}", role.arn)));
                    }
                    push(None, &role.arn, self.ask_all(narrowed, role, None, &context), needs);
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
        if versions.iter().any(super::account::PolicyVersion::allows_everything) {
            return Vec::new();
        }
        vec![Need::State(format!("another version of {policy} allows everything"))]
    }

    /// What becoming a principal rests on beside the method's actions; `None` where it is no gain or is denied.
    fn becoming(&self, target: &Entity) -> Option<Vec<Need>> {
        match target.kind {
            EntityKind::User => Some(Vec::new()),
            EntityKind::Group if self.entity.groups.contains(&target.arn) => None,
            EntityKind::Group if self.entity.kind == EntityKind::Role => {
                Some(vec![Need::State("the attacker holds a user that is put into the group".to_owned())])
            }
            EntityKind::Group => Some(Vec::new()),
            // Once it trusts the actor by name, nothing more is asked than that nothing denies.
            EntityKind::Role => {
                let text = serde_json::json!({"Version": "2012-10-17", "Statement": {
                    "Effect": "Allow", "Principal": {"AWS": self.caller.arn}, "Action": "sts:AssumeRole"}});
                let policy = Policy::parse(&text.to_string(), PolicyKind::Resource);
                let trust = Attached::new("trust-policy", &*target.arn, Some(Arc::new(policy)));
                Some(
                    self.ask_trust("sts:AssumeRole", &self.policies, target, &trust)?
                        .needs
                        .into_iter()
                        .collect(),
                )
            }
        }
    }

    fn assume(&self, narrowed: &Narrowed, role: &Entity) -> Option<Found> {
        let (action, _, policies) = narrowed.first()?;
        let trust = role.trust.as_ref()?;
        let named = |statement: &Statement| {
            statement
                .principals
                .as_ref()
                .is_some_and(|who| who.name(&self.caller).1 != super::truth::Truth::No)
        };
        if !trust.statements(Effect::Allow).any(named) {
            return None;
        }
        self.ask_trust(action, policies, role, trust)
    }

    fn ask_trust(
        &self,
        action: &'static str,
        policies: &[Attached],
        role: &Entity,
        trust: &Attached,
    ) -> Option<Found> {
        let resource = Pattern::literal(&role.arn);
        let context = tags(self.context.clone(), "aws:ResourceTag/", role.tags.as_ref());
        let request = Request::new(&self.caller, action, &resource, &context);
        found(
            action,
            self.evaluate(&request, policies, Some(ResourcePolicy { policy: trust, decisive: true })),
        )
    }

    fn evaluate(
        &self,
        request: &Request<'_>,
        policies: &[Attached],
        of: Option<ResourcePolicy<'_>>,
    ) -> Verdict {
        let policies = Policies {
            identity: policies,
            boundary: self.entity.boundary.as_ref(),
            session: None,
            guardrails: Some(&self.account.guardrails),
        };
        evaluate(request, &policies, of)
    }

    /// Asks for every action of a method on one target.
    fn ask_all(
        &self,
        narrowed: &Narrowed,
        target: &Entity,
        policy: Option<&str>,
        context: &Context,
    ) -> Option<Found> {
        let passes = narrowed.iter().any(|(action, ..)| *action == "iam:PassRole");
        let tagged = tags(context.clone(), "aws:ResourceTag/", target.tags.as_ref());
        let tagged = tags(tagged, "iam:ResourceTag/", target.tags.as_ref());
        let mut all = Found::default();
        let mut named: BTreeSet<&str> = BTreeSet::new();
        for (action, on, policies) in narrowed {
            let ask = |resource: &Pattern, context: &Context, chosen: bool| {
                let request = Request { chosen, ..Request::new(&self.caller, action, resource, context) };
                found(action, self.evaluate(&request, policies, None))
            };
            let more = match *on {
                On::Target => ask(&Pattern::literal(&target.arn), &tagged, false),
                On::ItsPolicy => ask(&Pattern::literal(policy?), context, false),
                On::All => ask(&Pattern::literal("*"), context, false),
                On::Existing(template) => {
                    let pattern = self.arns(template);
                    let known = self.account.workloads.iter().filter(|one| *one.role == *target.arn);
                    let mut known = known
                        .map(|one| Pattern::literal(&one.arn))
                        .filter(|arn| pattern.overlap(arn) == Overlap::All)
                        .peekable();
                    if known.peek().is_some() {
                        fewest(known.filter_map(|arn| ask(&arn, context, false)))
                    } else {
                        let mut more = ask(&pattern, context, false)?;
                        if passes {
                            more.needs.insert(Need::State(format!("there is one of {pattern}")));
                        }
                        Some(more)
                    }
                }
                On::New(template) if named.insert(template) => self.ask_new(narrowed, template, context),
                On::New(_) => continue,
            };
            all = all.and(more?);
        }
        Some(all)
    }

    /// Asks for all actions on a new resource of one type: under any name that a statement allows, the same for all.
    fn ask_new(&self, narrowed: &Narrowed, template: &'static str, context: &Context) -> Option<Found> {
        let pattern = self.arns(template);
        let here: Vec<_> = narrowed.iter().filter(|(_, on, _)| *on == On::New(template)).collect();
        let statements =
            here.iter().flat_map(|(_, _, policies)| policies).flat_map(|p| p.statements(Effect::Allow));
        let names = statements
            .flat_map(Statement::named_resources)
            .filter_map(|named| named.resolve(context).ok()?);
        let names =
            names.map(std::borrow::Cow::into_owned).filter(|named| named.overlap(&pattern) == Overlap::Part);
        let names: Vec<_> = std::iter::once(pattern.clone()).chain(names.take(MOST_NAMES)).collect();
        fewest(names.iter().filter_map(|name| {
            here.iter().try_fold(Found::default(), |all, (action, _, policies)| {
                let request = Request { chosen: true, ..Request::new(&self.caller, action, name, context) };
                Some(all.and(found(action, self.evaluate(&request, policies, None))?))
            })
        }))
    }

    /// The ARNs of a type of resource in this account: `lambda:function:*`.
    fn arns(&self, template: &str) -> Pattern {
        let (service, resource) = template.split_once(':').unwrap_or((template, "*"));
        Pattern::new(&format!("arn:{}:{service}:*:{}:{resource}", self.account.partition, self.account.id))
    }
}

/// An answer as grants and needs; `None` where it is denied, or would only be allowed by a policy that nobody knows.
fn found(action: &'static str, verdict: Verdict) -> Option<Found> {
    let (by, needs) = match verdict {
        Verdict::Denied(_) => return None,
        Verdict::Allowed(by) => (by, Vec::new()),
        Verdict::Unknown { by, needs } => (by, needs),
    };
    if by.iter().any(Vec::is_empty) {
        return None;
    }
    let grants = by.into_iter().map(|statements| Grant { action, statements }).collect();
    Some(Found { grants, needs: needs.into_iter().collect() })
}

fn fewest(all: impl Iterator<Item = Found>) -> Option<Found> {
    all.min_by_key(|found| found.needs.len())
}

fn any_allows(policies: &[Attached]) -> bool {
    policies.iter().any(|policy| policy.statements(Effect::Allow).next().is_some())
}

/// The policies less some of their statements.
fn without(policies: &[Attached], drop: impl Fn(&Statement) -> bool) -> Vec<Attached> {
    let one = |attached: &Attached| {
        let Some(document) = &attached.document else { return attached.clone() };
        let statements = document.statements.iter().filter(|statement| !drop(statement)).cloned().collect();
        let document = Policy { statements, problems: document.problems.clone() };
        Attached { source: Arc::clone(&attached.source), document: Some(Arc::new(document)) }
    };
    policies.iter().map(one).collect()
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
