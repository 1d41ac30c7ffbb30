//! One AWS account: its principals, their policies, and what limits them.

use super::caller::{Caller, CallerKind, name_of};
use super::context::{Context, Value};
use super::evaluate::Guardrails;
use super::policy::{Attached, Policy, Statement};
use bartizan_model::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What an entity of IAM is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntityKind {
    /// A user.
    User,
    /// A group: no principal by itself, but what its members may do.
    Group,
    /// A role.
    Role,
}

/// A user, group or role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// What it is.
    pub kind: EntityKind,
    /// Its ARN.
    pub arn: Arc<str>,
    /// Its own policies, managed and inline.
    pub policies: Vec<Attached>,
    /// The ARNs of a user's groups.
    pub groups: Vec<Arc<str>>,
    /// Its permissions boundary.
    pub boundary: Option<Attached>,
    /// A role's trust policy.
    pub trust: Option<Attached>,
    /// How many instance profiles hold a role, where that was collected.
    pub instance_profiles: Option<usize>,
    /// Whether a user has a console password, where that was collected.
    pub has_password: Option<bool>,
    /// Its tags, where they were collected.
    pub tags: Option<BTreeMap<String, String>>,
}

impl Entity {
    /// An entity of which no more is known than that it is there.
    pub fn new(kind: EntityKind, arn: &str) -> Self {
        Self {
            kind,
            arn: arn.into(),
            policies: Vec::new(),
            groups: Vec::new(),
            boundary: None,
            trust: None,
            instance_profiles: None,
            has_password: None,
            tags: None,
        }
    }

    /// The name at the end of its ARN.
    pub fn name(&self) -> &str {
        name_of(&self.arn)
    }

    /// Whether it is AWS's own and cannot be changed, nor passed to a service.
    pub(super) fn is_protected(&self) -> bool {
        [":role/aws-service-role/", ":role/aws-reserved/"].iter().any(|path| self.arn.contains(path))
    }

    /// It as a caller. A group calls as one of its members.
    pub(super) fn caller(&self) -> Caller {
        let kind = if self.kind == EntityKind::Role { CallerKind::Role } else { CallerKind::User };
        Caller::new(kind, &*self.arn)
    }
}

/// A version of a managed policy that is not its default one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyVersion {
    /// Its id (`v2`).
    pub id: String,
    /// The document.
    pub document: Arc<Policy>,
}

impl PolicyVersion {
    pub(super) fn allows_everything(&self) -> bool {
        self.document.statements.iter().any(Statement::allows_everything)
    }
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account {
    /// Its twelve digits.
    pub id: String,
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: String,
    /// Its users, groups and roles by ARN.
    pub entities: BTreeMap<Arc<str>, Entity>,
    /// The versions of customer-managed policies that are not the default, by the policy's ARN.
    pub versions: BTreeMap<String, Vec<PolicyVersion>>,
    /// The organization's policies that reach it.
    pub guardrails: Guardrails,
    /// What is known to run as a role (functions, instances, notebooks): its ARNs, by the role's.
    pub workloads: BTreeMap<String, Vec<String>>,
}

impl Account {
    /// The ARN that stands for all of it.
    pub fn root(&self) -> Arc<str> {
        format!("arn:{}:iam::{}:root", self.partition, self.id).into()
    }

    /// The policies that count for an entity: its own, and those of its groups.
    pub(super) fn policies_of(&self, entity: &Entity) -> Vec<Attached> {
        let groups = entity.groups.iter().filter_map(|group| self.entities.get(group));
        entity.policies.iter().chain(groups.flat_map(|group| &group.policies)).cloned().collect()
    }

    /// What is known of the context of an entity's requests. A user may call with a fresh session token or with none; the
    /// transport is the caller's choice; nothing is said of its address, its device, or its second factor.
    pub fn context(&self, entity: &Entity, now: Timestamp) -> Context {
        let now = now.to_string();
        let context = Context::default()
            .with("aws:PrincipalAccount", [&*self.id])
            .with("aws:CurrentTime", [&*now])
            .with("aws:SecureTransport", ["true"])
            .with("aws:PrincipalIsAWSService", ["false"])
            .with("aws:ViaAWSService", ["false"])
            .without("aws:CalledVia")
            .without("aws:PrincipalServiceName");
        let issued = Value::Known(vec![now]);
        let context = match entity.kind {
            // Some member: what is granted on `${aws:username}` is granted on nobody else.
            EntityKind::Group => {
                return context.with("aws:PrincipalType", ["User"]).with("aws:username", ["<a member>"]);
            }
            EntityKind::User => context
                .with("aws:username", [entity.name()])
                .with("aws:PrincipalType", ["User"])
                .set("aws:TokenIssueTime", Value::OneOf(vec![Value::Absent, issued])),
            EntityKind::Role => context
                .without("aws:username")
                .with("aws:PrincipalType", ["AssumedRole"])
                .set("aws:TokenIssueTime", issued),
        };
        let context = context.with("aws:PrincipalArn", [&*entity.arn]);
        tags(context, "aws:PrincipalTag/", entity.tags.as_ref())
    }
}

/// Adds the tags that are known.
pub(super) fn tags(context: Context, prefix: &str, tags: Option<&BTreeMap<String, String>>) -> Context {
    let Some(tags) = tags else { return context };
    let complete = context.complete(prefix);
    tags.iter().fold(complete, |context, (key, value)| context.with(&format!("{prefix}{key}"), [value]))
}
