//! Which principal of an account reads the data of which store.
//!
//! Policies of the store itself (of a bucket, a key) are not collected: what they add or deny is not known here.

use super::super::account::Account;
use super::super::need::Need;
use super::super::pattern::Pattern;
use super::ask::any_allows;
use super::{Actor, Grant};
use bartizan_model::Timestamp;
use std::collections::BTreeSet;
use std::sync::Arc;

/// How the data of a kind of store is read: the service and the beginning of the resource in its ARN, the action that reads, or by
/// which whoever may do it lets itself read (by a policy of the store, a new password of its administrator), and what is put
/// after the ARN to mean all that is in it.
const READS: &[(&str, &str, &str, &str)] = &[
    ("dynamodb", "table/", "dynamodb:PutResourcePolicy", ""),
    ("dynamodb", "table/", "dynamodb:Scan", ""),
    ("rds", "cluster:", "rds:ModifyDBCluster", ""),
    ("rds", "db:", "rds:ModifyDBInstance", ""),
    ("s3", "", "s3:GetObject", "/*"),
    ("s3", "", "s3:PutBucketPolicy", ""),
    ("secretsmanager", "secret:", "secretsmanager:GetSecretValue", ""),
    ("secretsmanager", "secret:", "secretsmanager:PutResourcePolicy", ""),
    ("ssm", "parameter/", "ssm:GetParameter", ""),
];

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

/// Who of an account reads which of these stores, as of a point in time.
pub fn data_access(account: &Account, stores: &[&str], now: Timestamp) -> Vec<DataAccess> {
    let mut found = Vec::new();
    // What one statement allows by several actions goes with it, and is one way.
    let mut seen = BTreeSet::new();
    for (service, beginning, action, rest) in READS {
        let here: Vec<_> = stores.iter().filter(|arn| is_of(arn, account, service, beginning)).collect();
        if here.is_empty() {
            continue;
        }
        for entity in account.entities.values() {
            let actor = Actor::new(account, entity, now);
            let policies = actor.narrow(action, false);
            if !any_allows(&policies) {
                continue;
            }
            for arn in &here {
                let all = Pattern::new(&format!("{arn}{rest}"));
                let Some(answer) = actor.one(action, &policies, &all, &actor.context) else { continue };
                let by: Vec<_> = answer.grants.iter().flat_map(|grant| grant.statements.clone()).collect();
                if seen.insert((&entity.arn, **arn, by)) {
                    found.push(DataAccess {
                        from: Arc::clone(&entity.arn),
                        to: (**arn).to_owned(),
                        grants: answer.grants,
                        needs: answer.needs.into_iter().collect(),
                    });
                }
            }
        }
    }
    found
}

/// Whether a store is of a service, and of this account as far as its ARN says: that of a bucket names none.
fn is_of(arn: &str, account: &Account, service: &str, beginning: &str) -> bool {
    let mut parts = arn.splitn(6, ':');
    let mut part = || parts.next().unwrap_or_default();
    let (_, partition, of, _, id, resource) = (part(), part(), part(), part(), part(), part());
    partition == account.partition
        && of == service
        && resource.starts_with(beginning)
        && (id.is_empty() || id == account.id)
}
