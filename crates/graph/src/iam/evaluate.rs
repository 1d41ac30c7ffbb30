//! One request under AWS's policy evaluation logic.
//!
//! An explicit deny in any policy decides. Then every level of the organization's policies must allow, and after that:
//! - in the caller's own account, its identity policies together with boundary and session policies, or a resource policy
//!   that names it: itself (nothing else is asked), its role (boundary and session policies limit it), or its account
//!   (its identity policies must allow too);
//! - across accounts, both sides;
//! - a role's trust policy or a key's policy is *decisive*: without it nothing else allows.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html> and the table of
//! principals in "Evaluation logic for requests within a single account".

use super::caller::{Caller, CallerKind};
use super::context::Context;
use super::need::{Need, StatementId};
use super::pattern::Pattern;
use super::policy::{Attached, Effect, Statement};
use super::principal::Level;
use super::truth::Truth;

/// What is asked.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// By whom.
    pub caller: &'a Caller,
    /// The action in lower case.
    pub action: Pattern,
    /// On which resource: an ARN, `*` for actions that know none, or a pattern of ARNs of which one is meant.
    pub resource: &'a Pattern,
    /// Whether the caller chooses the resource out of the pattern (a new function's name).
    pub chosen: bool,
    /// The account the resource is in; empty for the caller's own.
    pub resource_account: &'a str,
    /// What is known of the context.
    pub context: &'a Context,
}

impl<'a> Request<'a> {
    /// A request for an action on a resource of the caller's account.
    pub fn new(caller: &'a Caller, action: &str, resource: &'a Pattern, context: &'a Context) -> Self {
        let action = Pattern::literal(&action.to_ascii_lowercase());
        Self { caller, action, resource, chosen: false, resource_account: "", context }
    }
}

/// The organization's policies, level by level from its root to the account. A level that was not collected is left out
/// and allows; who builds this tells that gap.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Guardrails {
    /// Service control policies: limit the principals of the account.
    pub service_control: Vec<Vec<Attached>>,
    /// Resource control policies: limit access to the resources of the account.
    pub resource_control: Vec<Vec<Attached>>,
}

/// The policies of the caller's side.
#[derive(Debug, Clone, Copy, Default)]
pub struct Policies<'a> {
    /// Its own and those of its groups, managed and inline.
    pub identity: &'a [Attached],
    /// Its permissions boundary.
    pub boundary: Option<&'a Attached>,
    /// The session's policies, where it has any.
    pub session: Option<&'a [Attached]>,
    /// The organization's policies.
    pub guardrails: Option<&'a Guardrails>,
}

/// The policy of the resource. One that nobody collected has no document.
#[derive(Debug, Clone, Copy)]
pub struct ResourcePolicy<'a> {
    /// The policy.
    pub policy: &'a Attached,
    /// Whether nothing is allowed without it: trust policies and key policies.
    pub decisive: bool,
}

/// Why a request is denied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Denial {
    /// A statement denies it.
    Explicit(StatementId),
    /// No policy of this kind allows it.
    Implicit(&'static str),
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Allowed. Each group is a set of statements that allow; without all of any one group it is not.
    Allowed(Vec<Vec<StatementId>>),
    /// Denied, and by what.
    Denied(Denial),
    /// Not known: allowed if all needs are so.
    Unknown {
        /// As in [`Allowed`](Self::Allowed).
        by: Vec<Vec<StatementId>>,
        /// What would have to be so.
        needs: Vec<Need>,
    },
}

impl Verdict {
    /// Whether it is denied.
    pub fn is_denied(&self) -> bool {
        matches!(self, Self::Denied(_))
    }
}

/// Whether something allows, and which statements.
#[derive(Debug, Clone)]
struct Allow {
    truth: Truth<Need>,
    by: Vec<Vec<StatementId>>,
}

impl Allow {
    const YES: Self = Self { truth: Truth::Yes, by: Vec::new() };
    const NO: Self = Self { truth: Truth::No, by: Vec::new() };

    fn and(mut self, other: Self) -> Self {
        self.truth = self.truth.and(other.truth);
        self.by.extend(other.by);
        self
    }

    /// Limits, but is nothing that was granted.
    fn limited_by(mut self, other: Self) -> Self {
        self.truth = self.truth.and(other.truth);
        self
    }

    fn or(self, other: Self) -> Self {
        match (&self.truth, &other.truth) {
            (Truth::Yes, Truth::Yes) | (Truth::If(_), Truth::If(_)) => {}
            (Truth::Yes, _) | (_, Truth::No) => return self,
            _ => return other,
        }
        let union =
            |one: &Vec<StatementId>, more: &Vec<StatementId>| one.iter().chain(more).cloned().collect();
        let by = self.by.iter().flat_map(|one| other.by.iter().map(move |more| union(one, more))).collect();
        Self { truth: self.truth.or(other.truth), by }
    }
}

/// Answers a request.
pub fn evaluate(
    request: &Request<'_>,
    policies: &Policies<'_>,
    resource: Option<ResourcePolicy<'_>>,
) -> Verdict {
    let caller = request.caller;
    let none = Guardrails::default();
    let guardrails = policies.guardrails.unwrap_or(&none);
    let is_own = matches!(caller.kind, CallerKind::Root | CallerKind::User | CallerKind::Role);
    // Service-linked roles stand outside of service control policies.
    let controlled = is_own && !caller.arn.contains(":role/aws-service-role/");
    let controls: Vec<&Vec<Attached>> = guardrails
        .service_control
        .iter()
        .filter(|_| controlled)
        .chain(&guardrails.resource_control)
        .collect();

    let mut needs = Vec::new();
    let mine =
        policies.identity.iter().chain(policies.boundary).chain(policies.session.into_iter().flatten());
    let of_resource = resource.map(|resource| resource.policy);
    for policy in mine.chain(controls.iter().copied().flatten()).chain(of_resource) {
        if let Some(statement) = denies(policy, request, &mut needs) {
            return Verdict::Denied(Denial::Explicit(statement));
        }
    }
    let mut allowed = granted(request, policies, resource);
    if matches!(allowed.truth, Truth::No) {
        return Verdict::Denied(Denial::Implicit(missing(request, policies, resource)));
    }
    for level in controls {
        allowed = allowed.limited_by(allows(level, |one| one.applies(request)));
        if matches!(allowed.truth, Truth::No) {
            return Verdict::Denied(Denial::Implicit("the organization's policies"));
        }
    }
    if let Truth::If(more) = allowed.truth {
        needs.splice(0..0, more);
    }
    if needs.is_empty() { Verdict::Allowed(allowed.by) } else { Verdict::Unknown { by: allowed.by, needs } }
}

/// Whether identity, resource, boundary and session policies together allow.
fn granted(request: &Request<'_>, policies: &Policies<'_>, resource: Option<ResourcePolicy<'_>>) -> Allow {
    let caller = request.caller;
    let identity = match caller.kind {
        CallerKind::Root => Allow::YES,
        CallerKind::User | CallerKind::Role => allows(policies.identity, |one| one.applies(request)),
        CallerKind::Service | CallerKind::Federated => Allow::NO,
    };
    let limits = limits(request, policies);
    let by_level = |level: Level| match resource {
        None => Allow::NO,
        Some(ResourcePolicy { policy, .. }) => allows([policy], |one| {
            let (named, truth) = names(one, request);
            if named >= level { truth.and(one.applies(request)) } else { Truth::No }
        }),
    };
    let outside = matches!(caller.kind, CallerKind::Service | CallerKind::Federated);
    let across =
        !outside && !request.resource_account.is_empty() && request.resource_account != caller.account;
    let decisive = resource.is_some_and(|resource| resource.decisive);
    let own = if across || decisive { by_level(Level::Account) } else { Allow::YES };
    let through_identity = identity.and(own).limited_by(limits.clone());
    if across {
        return through_identity;
    }
    through_identity.or(by_level(Level::Role).limited_by(limits)).or(by_level(Level::Direct))
}

/// Whether boundary and session policies let it pass.
fn limits(request: &Request<'_>, policies: &Policies<'_>) -> Allow {
    let mut all = Allow::YES;
    if let Some(boundary) = policies.boundary {
        all = all.and(allows([boundary], |one| one.applies(request)));
    }
    if let Some(session) = policies.session {
        all = all.and(allows(session, |one| one.applies(request)));
    }
    all
}

/// The kind of policy that is missing, for people.
fn missing(
    request: &Request<'_>,
    policies: &Policies<'_>,
    resource: Option<ResourcePolicy<'_>>,
) -> &'static str {
    let identity = allows(policies.identity, |one| one.applies(request));
    let limited = matches!(limits(request, policies).truth, Truth::No);
    match (identity.truth, resource) {
        (Truth::No, None) => "the identity's policies",
        (Truth::No, _) => "the policies of the identity and of the resource",
        (_, _) if limited => "the permissions boundary or the session's policies",
        _ => "the resource's policy",
    }
}

fn names(statement: &Statement, request: &Request<'_>) -> (Level, Truth<String>) {
    match &statement.principals {
        Some(principals) => principals.name(request.caller),
        None => (Level::Direct, Truth::Yes),
    }
}

/// Whether one of the policies allows: certainly; else under the fewest conditions; else perhaps by one that is not known.
fn allows<'a>(
    policies: impl IntoIterator<Item = &'a Attached>,
    applies: impl Fn(&Statement) -> Truth<String>,
) -> Allow {
    let (mut certain, mut perhaps, mut fewest, mut open) = (Vec::new(), Vec::new(), None, None);
    for policy in policies {
        for statement in policy.statements(Effect::Allow) {
            match applies(statement) {
                Truth::No => {}
                Truth::Yes => certain.push(policy.id(statement)),
                Truth::If(conditions) => {
                    let statement = policy.id(statement);
                    perhaps.push(statement.clone());
                    let fewer = fewest.as_ref().is_none_or(|(count, _)| conditions.len() < *count);
                    if fewer {
                        fewest = Some((conditions.len(), Need::Hold { statement, conditions }));
                    }
                }
            }
        }
        if policy.is_open() {
            open.get_or_insert_with(|| Need::PolicyAllows(policy.source.clone()));
        }
    }
    match (certain.is_empty(), fewest, open) {
        (false, _, _) => Allow { truth: Truth::Yes, by: vec![certain] },
        (true, Some((_, need)), _) => Allow { truth: Truth::If(vec![need]), by: vec![perhaps] },
        (true, None, Some(need)) => Allow { truth: Truth::If(vec![need]), by: vec![Vec::new()] },
        (true, None, None) => Allow::NO,
    }
}

/// The statement that denies; what would have to fail, where that is not known, is added to the needs.
fn denies(policy: &Attached, request: &Request<'_>, needs: &mut Vec<Need>) -> Option<StatementId> {
    for statement in policy.statements(Effect::Deny) {
        match names(statement, request).1.and(statement.applies(request)) {
            Truth::No => {}
            Truth::Yes => return Some(policy.id(statement)),
            Truth::If(conditions) => needs.push(Need::Fail { statement: policy.id(statement), conditions }),
        }
    }
    if policy.is_open() {
        needs.push(Need::PolicyDoesNotDeny(policy.source.clone()));
    }
    None
}
