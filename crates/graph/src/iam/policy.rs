//! The policy language as types: what the parser makes of a document, and where a policy is attached.

use super::condition::Condition;
use super::context::Context;
use super::evaluate::Request;
use super::need::StatementId;
use super::parse;
use super::pattern::{Overlap, Pattern};
use super::principal::Principals;
use super::truth::Truth;
use std::fmt;
use std::sync::Arc;

/// What a document is for, which decides which elements it must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PolicyKind {
    /// Attached to a principal, a boundary, a session, or an organization: no `Principal`, a `Resource`.
    Identity,
    /// Attached to a resource: a `Principal`; `Resource` may be left out.
    Resource,
}

/// Whether a statement allows or denies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// It allows.
    Allow,
    /// It denies, whatever else allows.
    Deny,
}

/// A policy document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    /// The statements that were understood.
    pub statements: Vec<Statement>,
    /// What was not understood, each with its place. A policy that has any may allow or deny more than its statements say.
    pub problems: Vec<String>,
}

impl Policy {
    /// Reads a document. What cannot be understood is kept as a problem, never guessed.
    pub fn parse(text: &str, kind: PolicyKind) -> Self {
        parse::policy(text, kind)
    }
}

/// One statement that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Its place in the document, from 0.
    pub index: usize,
    /// Its id, may be empty.
    pub sid: Arc<str>,
    /// Whether it allows or denies.
    pub effect: Effect,
    pub(super) principals: Option<Principals>,
    pub(super) actions: Actions,
    pub(super) resources: Resources,
    pub(super) conditions: Vec<Condition>,
}

/// `Action` or `NotAction`: patterns in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Actions {
    pub(super) not: bool,
    pub(super) patterns: Vec<Pattern>,
}

impl Actions {
    /// Whether an action, given in lower case, is meant.
    pub(super) fn name(&self, action: &Pattern) -> bool {
        self.patterns.iter().any(|pattern| pattern.covers(action)) != self.not
    }

    fn every(&self) -> bool {
        !self.not && self.patterns.iter().any(Pattern::is_any)
    }
}

/// `Resource` or `NotResource`; `None` where a resource policy names none and means what it is attached to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Resources {
    pub(super) not: bool,
    pub(super) patterns: Option<Vec<Pattern>>,
}

impl Resources {
    /// Whether the resource is meant; where it is a pattern of which only a part is meant, under which condition.
    fn name(&self, subject: &Pattern, context: &Context) -> (Overlap, Truth<String>) {
        let Some(patterns) = &self.patterns else { return (Overlap::All, Truth::Yes) };
        let (mut most, mut part, mut unknown) = (Overlap::None, Vec::new(), None);
        for pattern in patterns {
            match pattern.resolve(context) {
                Ok(Some(pattern)) => {
                    let overlap = pattern.overlap(subject);
                    most = most.max(overlap);
                    if overlap == Overlap::Part {
                        part.push(pattern.to_string());
                    }
                }
                Ok(None) => {}
                Err(_) => unknown = Some(format!("the resource is {pattern}")),
            }
        }
        let truth = match (most, unknown) {
            (Overlap::All, _) => Truth::of(!self.not),
            (_, Some(text)) => Truth::If(vec![if self.not { format!("not ({text})") } else { text }]),
            (Overlap::Part, None) => {
                let what = if self.not { "is none of" } else { "is one of" };
                Truth::If(vec![format!("the resource {what} {}", part.join(", "))])
            }
            (Overlap::None, None) => Truth::of(self.not),
        };
        (most, truth)
    }

    fn every(&self) -> bool {
        !self.not && self.patterns.iter().flatten().any(Pattern::is_any)
    }
}

impl Statement {
    /// Whether it allows everything without a condition.
    pub fn allows_everything(&self) -> bool {
        self.effect == Effect::Allow
            && self.actions.every()
            && self.resources.every()
            && self.conditions.is_empty()
    }

    /// Whether action and resource are meant and the conditions hold, whoever asks.
    pub(super) fn applies(&self, request: &Request<'_>) -> Truth<String> {
        if !self.actions.name(&request.action) {
            return Truth::No;
        }
        let (overlap, mut truth) = self.resources.name(request.resource, request.context);
        if request.chosen && overlap == Overlap::Part {
            // Who may choose the resource chooses one that is not excepted, and none that is denied. One that is named by a
            // part of the pattern is asked for by that part.
            truth = Truth::of(self.effect == Effect::Allow && self.resources.not);
        }
        for condition in &self.conditions {
            if truth == Truth::No {
                break;
            }
            truth = truth.and(condition.holds(request.context));
        }
        truth
    }

    /// The patterns of resources that it names, where it names them by `Resource`.
    pub(super) fn named_resources(&self) -> &[Pattern] {
        match &self.resources.patterns {
            Some(patterns) if !self.resources.not => patterns,
            _ => &[],
        }
    }
}

/// Which policy, and through whom it counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source {
    /// The ARN of a managed policy, else its kind and name (`inline:deploy`, `trust-policy`).
    pub policy: String,
    /// The ARN of the user, group, role or resource it is attached to; of an organization's policy, what it is attached to.
    pub holder: String,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "policy {} of {}", self.policy, self.holder)
    }
}

/// A policy where it is attached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// Which one, and where.
    pub source: Arc<Source>,
    /// The document; `None` where it was not collected.
    pub document: Option<Arc<Policy>>,
}

impl Attached {
    /// A policy at its holder.
    pub fn new(policy: impl Into<String>, holder: impl Into<String>, document: Option<Arc<Policy>>) -> Self {
        Self { source: Arc::new(Source { policy: policy.into(), holder: holder.into() }), document }
    }

    /// Whether it may say more than the statements that are known.
    pub(super) fn is_open(&self) -> bool {
        self.document.as_ref().is_none_or(|document| !document.problems.is_empty())
    }

    pub(super) fn statements(&self, effect: Effect) -> impl Iterator<Item = &Statement> {
        let all = self.document.iter().flat_map(|document| &document.statements);
        all.filter(move |statement| statement.effect == effect)
    }

    pub(super) fn id(&self, statement: &Statement) -> StatementId {
        StatementId {
            source: Arc::clone(&self.source),
            index: statement.index,
            sid: Arc::clone(&statement.sid),
        }
    }
}
