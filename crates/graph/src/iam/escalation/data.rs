//! Which principal of an account reads the data of which store.
//!
//! The store's own policy counts where it was collected. What is encrypted by a key of one's own is read by who may use the key
//! too: the services ask for `kms:Decrypt` in the reader's name.

use super::super::account::Account;
use super::super::caller::account_of;
use super::super::evaluate::{Request, ResourcePolicy};
use super::super::facts::Facts;
use super::super::need::Need;
use super::super::pattern::Pattern;
use super::super::policy::{Attached, Policy, PolicyKind};
use super::ask::{Found, any_allows};
use super::{Actor, Grant};
use bartizan_model::Timestamp;
use std::collections::BTreeSet;
use std::sync::Arc;

/// How the data of a kind of store is read.
pub(super) struct Read {
    /// The service, and the beginning of the resource, in its ARN.
    pub(super) of: (&'static str, &'static str),
    /// The action that reads, or by which whoever may do it lets itself read (by a policy of the store, a new password of its
    /// administrator).
    pub(super) action: &'static str,
    /// What is put after the ARN to mean all that is in it.
    pub(super) rest: &'static str,
    /// Whether the service decrypts in the name of the reader.
    decrypts: bool,
}

const fn read(
    service: &'static str,
    beginning: &'static str,
    action: &'static str,
    rest: &'static str,
    decrypts: bool,
) -> Read {
    Read { of: (service, beginning), action, rest, decrypts }
}

pub(super) const READS: &[Read] = &[
    read("dynamodb", "table/", "dynamodb:PutResourcePolicy", "", false),
    read("dynamodb", "table/", "dynamodb:Scan", "", false),
    read("rds", "cluster:", "rds:ModifyDBCluster", "", false),
    read("rds", "db:", "rds:ModifyDBInstance", "", false),
    read("s3", "", "s3:GetObject", "/*", true),
    read("s3", "", "s3:PutBucketPolicy", "", true),
    read("secretsmanager", "secret:", "secretsmanager:GetSecretValue", "", true),
    read("secretsmanager", "secret:", "secretsmanager:PutResourcePolicy", "", true),
    read("sns", "", "sns:Subscribe", "", false),
    read("sqs", "", "sqs:ReceiveMessage", "", true),
    read("ssm", "parameter/", "ssm:GetParameter", "", true),
];
/// A store, and what guards it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store<'a> {
    /// Its ARN.
    pub arn: &'a str,
    /// Its own policy, where it was collected.
    pub policy: Option<Attached>,
    /// The policy of the key of one's own that it is encrypted by, where there is such a key.
    pub key: Option<Attached>,
}

/// The stores of these ARNs.
pub fn stores<'a>(facts: &'a Facts, arns: &[&'a str]) -> Vec<Store<'a>> {
    let policy_of = |arn: &str| {
        let text = facts.attribute(arn, "resource-policy")?;
        Some(Arc::new(Policy::parse(text, PolicyKind::Resource)))
    };
    let store = |arn: &&'a str| {
        let policy = policy_of(arn).map(|policy| Attached::new("resource-policy", *arn, Some(policy)));
        let key = facts.to(arn, "encrypted_with").next();
        let key = key.map(|key| Attached::new("resource-policy", key, policy_of(key)));
        Store { arn, policy, key }
    };
    arns.iter().map(store).collect()
}

/// A principal reads a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataAccess {
    /// The user, group or role.
    pub from: Arc<str>,
    /// The store's ARN.
    pub to: String,
    /// What allows it.
    pub grants: Vec<Grant>,
    /// What is not known and must be so.
    pub needs: Vec<Need>,
}

impl DataAccess {
    pub(super) fn new(from: &Arc<str>, to: &str, answer: Found) -> Self {
        let Found { grants, needs } = answer;
        Self { from: Arc::clone(from), to: to.to_owned(), grants, needs: needs.into_iter().collect() }
    }
}

/// Who of an account reads which of these stores, as of a point in time.
pub fn data_access(account: &Account, stores: &[Store<'_>], now: Timestamp) -> Vec<DataAccess> {
    let mut found = Vec::new();
    // What one statement allows by several actions goes with it, and is one way.
    let mut seen = BTreeSet::new();
    for read in READS {
        let here: Vec<_> = stores.iter().filter(|store| is_of(store.arn, account, read.of)).collect();
        if here.is_empty() {
            continue;
        }
        for entity in account.entities.values() {
            let actor = Actor::new(account, entity, now);
            let policies = actor.narrow(read.action, false);
            let may = any_allows(&policies);
            for store in here.iter().filter(|store| may || store.policy.is_some()) {
                let Some(answer) = actor.reads(read, store, &policies) else { continue };
                let by: Vec<_> = answer.grants.iter().flat_map(|grant| grant.statements.clone()).collect();
                if seen.insert((&entity.arn, store.arn, by)) {
                    found.push(DataAccess::new(&entity.arn, store.arn, answer));
                }
            }
        }
    }
    found
}

impl Actor<'_> {
    fn reads(&self, read: &Read, store: &Store<'_>, policies: &[Attached]) -> Option<Found> {
        let all = Pattern::new(&format!("{}{}", store.arn, read.rest));
        let of = store.policy.as_ref().map(|policy| ResourcePolicy { policy, decisive: false });
        let request = Request::new(&self.caller, read.action, &all, &self.context);
        let answer = self.one_of(&request, read.action, policies, of)?;
        match store.key.as_ref().filter(|_| read.decrypts) {
            Some(key) => Some(answer.and(self.decrypts(key, read.of.0)?)),
            None => Some(answer),
        }
    }

    /// Asks to decrypt by a key, through a service. Without the key's policy nothing allows.
    /// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html>
    fn decrypts(&self, key: &Attached, service: &str) -> Option<Found> {
        let arn = key.source.holder.as_str();
        let region = arn.split(':').nth(3).unwrap_or_default();
        let context = self.context.clone();
        let context = context
            .with("kms:ViaService", [format!("{service}.{region}.amazonaws.com")])
            .with("kms:CallerAccount", [&*self.account.id]);
        let on = Pattern::literal(arn);
        let request = Request {
            resource_account: account_of(arn).unwrap_or_default(),
            ..Request::new(&self.caller, "kms:Decrypt", &on, &context)
        };
        let policies = self.narrow("kms:Decrypt", false);
        self.one_of(&request, "kms:Decrypt", &policies, Some(ResourcePolicy { policy: key, decisive: true }))
    }
}

pub(super) fn service_of(arn: &str) -> &str {
    arn.split(':').nth(2).unwrap_or_default()
}

/// Whether a store is of a service, and of this account as far as its ARN says: that of a bucket names none.
fn is_of(arn: &str, account: &Account, (service, beginning): (&str, &str)) -> bool {
    let mut parts = arn.splitn(6, ':');
    let mut part = || parts.next().unwrap_or_default();
    let (_, partition, of, _, id, resource) = (part(), part(), part(), part(), part(), part());
    partition == account.partition
        && of == service
        && resource.starts_with(beginning)
        && (id.is_empty() || id == account.id)
}
