//! How an actor asks: for every action of a method, on the very target.

use super::super::account::{Entity, tags};
use super::super::caller::{Caller, CallerKind};
use super::super::context::Context;
use super::super::evaluate::{Policies, Request, ResourcePolicy, Verdict, evaluate};
use super::super::methods::{Gain, Method, On};
use super::super::need::Need;
use super::super::pattern::{Overlap, Pattern};
use super::super::policy::{Attached, Effect, Policy, Statement};
use super::{Actor, Grant};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The most patterns that are tried for a resource whose name the caller chooses.
const MOST_NAMES: usize = 64;

/// What a question or several found.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    pub(super) grants: Vec<Grant>,
    pub(super) needs: BTreeSet<Need>,
}

impl Found {
    pub(super) fn and(mut self, other: Self) -> Self {
        self.grants.extend(other.grants);
        self.needs.extend(other.needs);
        self
    }
}

/// A method's question, with what is the same for all targets answered already.
pub(super) struct Question {
    pub(super) context: Context,
    /// Each action that depends on the target, with the policies reduced to the statements that mean it.
    actions: Vec<(&'static str, Place, Vec<Attached>)>,
    common: Found,
    /// What would run as the target, where the method uses something that is there.
    runs: Option<&'static str>,
}

/// On what an action is done, that depends on the target.
enum Place {
    Target,
    ItsPolicy,
    /// On something that is there: the pattern of its ARN, and the answer where it is not known what runs as the target.
    Existing(Pattern, Option<Found>),
}

impl Actor<'_> {
    /// The question of a method; `None` where it is denied whatever the target.
    pub(super) fn question(&self, method: &Method) -> Option<Question> {
        let context = match method.gain {
            Gain::Pass(service) => self.context.clone().with("iam:PassedToService", [service]),
            // Whoever sets a boundary chooses it: one of AWS's own allows everything.
            Gain::Unbind(_) => {
                let widest = format!("arn:{}:iam::aws:policy/AdministratorAccess", self.account.partition);
                self.context.clone().with("iam:PermissionsBoundary", [widest])
            }
            _ => self.context.clone(),
        };
        let mut narrowed = Vec::new();
        for &(action, on) in method.actions {
            let policies = self.narrow(action, method.gain == Gain::Account);
            if method.gain != Gain::Assume && !any_allows(&policies) {
                return None;
            }
            narrowed.push((action, on, policies));
        }
        let runs = match method.gain {
            Gain::Run(_, what) => Some(what),
            _ => None,
        };
        let mut question = Question { context, actions: Vec::new(), common: Found::default(), runs };
        let mut made: BTreeSet<&str> = BTreeSet::new();
        for (action, on, policies) in &narrowed {
            let place = match *on {
                On::Target => Place::Target,
                On::ItsPolicy => Place::ItsPolicy,
                On::Existing(template) => {
                    let pattern = self.arns(template);
                    let mut answer = self.one(action, policies, &pattern, &question.context);
                    if let (Some(answer), Gain::Pass(_)) = (&mut answer, method.gain) {
                        answer.needs.insert(Need::State(format!("there is one of {pattern}")));
                    }
                    Place::Existing(pattern, answer)
                }
                On::All => {
                    let more = self.one(action, policies, &Pattern::literal("*"), &question.context)?;
                    question.common = question.common.and(more);
                    continue;
                }
                On::New(template) => {
                    if made.insert(template) {
                        let of_it = |(_, on, _): &&(_, On, _)| *on == On::New(template);
                        let here: Vec<_> = narrowed.iter().filter(of_it).map(|(a, _, p)| (*a, p)).collect();
                        let more = self.new_resource(&here, &self.arns(template), &question.context)?;
                        question.common = question.common.and(more);
                    }
                    continue;
                }
            };
            question.actions.push((*action, place, policies.clone()));
        }
        Some(question)
    }

    /// Asks it of one target, and of a policy that is attached to it.
    pub(super) fn ask(&self, question: &Question, target: &Entity, policy: Option<&str>) -> Option<Found> {
        let context = self.tagged(&question.context, target);
        let mut all = question.common.clone();
        for (action, place, policies) in &question.actions {
            let one = |resource: &str| self.one(action, policies, &Pattern::literal(resource), &context);
            let more = match place {
                Place::Target => one(&target.arn),
                Place::ItsPolicy => one(policy?),
                Place::Existing(pattern, answer) => {
                    let known = self.account.workloads.get(&*target.arn).into_iter().flatten();
                    let known = known.filter(|arn| pattern.overlap(&Pattern::literal(arn)) == Overlap::All);
                    let mut known = known.peekable();
                    match known.peek() {
                        Some(_) => fewest(known.filter_map(|arn| one(arn))),
                        None => answer.clone().map(|mut answer| {
                            let runs = |what| Need::State(format!("{what} runs as {}", target.arn));
                            answer.needs.extend(question.runs.map(runs));
                            answer
                        }),
                    }
                }
            };
            all = all.and(more?);
        }
        Some(all)
    }

    /// Asks to assume a role that trusts as `trust` says.
    pub(super) fn ask_trust(&self, policies: &[Attached], role: &Entity, trust: &Attached) -> Option<Found> {
        let (action, resource) = ("sts:AssumeRole", Pattern::literal(&role.arn));
        let context = self.tagged(&self.context, role);
        let request = Request::new(&self.caller, action, &resource, &context);
        let trust = ResourcePolicy { policy: trust, decisive: true };
        found(action, self.evaluate(&request, policies, Some(trust)))
    }

    /// The actor's policies, reduced to the statements that mean an action; of an administrator's, where only those count,
    /// to what allows everything and what denies.
    pub(super) fn narrow(&self, action: &str, everything: bool) -> Vec<Attached> {
        let pattern = Pattern::literal(&action.to_ascii_lowercase());
        without(&self.policies, |statement| {
            !statement.actions.name(&pattern)
                || everything && statement.effect == Effect::Allow && !statement.allows_everything()
        })
    }

    /// The context with the target's tags.
    fn tagged<'c>(&self, context: &'c Context, target: &Entity) -> Cow<'c, Context> {
        if target.tags.is_none() {
            return Cow::Borrowed(context);
        }
        let context = tags(context.clone(), "aws:ResourceTag/", target.tags.as_ref());
        Cow::Owned(tags(context, "iam:ResourceTag/", target.tags.as_ref()))
    }

    /// Asks for one action on one resource.
    pub(super) fn one(
        &self,
        action: &'static str,
        policies: &[Attached],
        on: &Pattern,
        context: &Context,
    ) -> Option<Found> {
        self.one_of(&Request::new(&self.caller, action, on, context), action, policies, None)
    }

    /// Asks for one action on a resource that has a policy of its own.
    pub(super) fn one_of(
        &self,
        request: &Request<'_>,
        action: &'static str,
        policies: &[Attached],
        of: Option<ResourcePolicy<'_>>,
    ) -> Option<Found> {
        found(action, self.evaluate(request, policies, of))
    }

    /// Asks for all actions on a new resource of one type: under any name that a statement allows, the same for all.
    fn new_resource(
        &self,
        actions: &[(&'static str, &Vec<Attached>)],
        pattern: &Pattern,
        context: &Context,
    ) -> Option<Found> {
        let statements =
            actions.iter().flat_map(|(_, policies)| *policies).flat_map(|p| p.statements(Effect::Allow));
        let names = statements
            .flat_map(Statement::named_resources)
            .filter_map(|named| named.resolve(context).ok()?);
        let names = names.map(Cow::into_owned).filter(|named| named.overlap(pattern) == Overlap::Part);
        let names: Vec<_> = std::iter::once(pattern.clone()).chain(names.take(MOST_NAMES)).collect();
        fewest(names.iter().filter_map(|name| {
            actions.iter().try_fold(Found::default(), |all, (action, policies)| {
                let request = Request { chosen: true, ..Request::new(&self.caller, action, name, context) };
                Some(all.and(found(action, self.evaluate(&request, policies, None))?))
            })
        }))
    }

    /// Asks for one action on whichever of these names asks for the least.
    pub(super) fn any_name(
        &self,
        action: &'static str,
        policies: &[Attached],
        names: impl Iterator<Item = Pattern>,
    ) -> Option<Found> {
        fewest(names.take(MOST_NAMES).filter_map(|name| {
            let request =
                Request { chosen: true, ..Request::new(&self.caller, action, &name, &self.context) };
            self.one_of(&request, action, policies, None)
        }))
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

    /// The ARNs of a type of resource in this account: `lambda:function:*`.
    fn arns(&self, template: &str) -> Pattern {
        let (service, resource) = template.split_once(':').unwrap_or((template, "*"));
        Pattern::new(&format!("arn:{}:{service}:*:{}:{resource}", self.account.partition, self.account.id))
    }
}

/// What a service needs to run as a role; `None` where it may not.
pub(super) fn assumable(role: &Entity, service: &Caller, context: &Context) -> Option<Vec<Need>> {
    let federated = service.kind == CallerKind::Federated;
    let action = if federated { "sts:AssumeRoleWithWebIdentity" } else { "sts:AssumeRole" };
    let resource = Pattern::literal(&role.arn);
    let trust = ResourcePolicy { policy: role.trust.as_ref()?, decisive: true };
    let request = Request::new(service, action, &resource, context);
    let mut needs: Vec<_> =
        found(action, evaluate(&request, &Policies::default(), Some(trust)))?.needs.into_iter().collect();
    if service.arn == "ec2.amazonaws.com" {
        match role.instance_profiles {
            Some(0) => return None,
            Some(_) => {}
            None => needs.push(Need::State(format!("an instance profile holds {}", role.arn))),
        }
    }
    Some(needs)
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

/// Whether any statement of these policies allows anything.
pub(super) fn any_allows(policies: &[Attached]) -> bool {
    policies.iter().any(|policy| policy.statements(Effect::Allow).next().is_some())
}

/// The policies less some of their statements.
pub(super) fn without(policies: &[Attached], drop: impl Fn(&Statement) -> bool) -> Vec<Attached> {
    let one = |attached: &Attached| {
        let Some(document) = &attached.document else { return Some(attached.clone()) };
        let statements: Vec<_> =
            document.statements.iter().filter(|statement| !drop(statement)).cloned().collect();
        let says_nothing = statements.is_empty() && document.problems.is_empty();
        let document = Policy { statements, problems: document.problems.clone() };
        let kept = Attached { source: Arc::clone(&attached.source), document: Some(Arc::new(document)) };
        (!says_nothing).then_some(kept)
    };
    policies.iter().filter_map(one).collect()
}
