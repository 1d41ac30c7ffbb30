//! Which principal of an account logs on to which of its databases with credentials of AWS: `rds-db:connect`.
//!
//! Policies name a database by an id of its own, and the user of it that is logged on as:
//! `arn:aws:rds-db:REGION:ACCOUNT:dbuser:ID/USER`. The caller chooses the user.
//! <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html>

use super::super::account::Account;
use super::super::context::Context;
use super::super::pattern::Pattern;
use super::super::policy::{Attached, Effect, Statement};
use super::{Actor, DataAccess};
use bartizan_model::Timestamp;
use std::collections::BTreeSet;

const CONNECT: &str = "rds-db:connect";

/// A database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Database<'a> {
    /// Its ARN.
    pub arn: &'a str,
    /// The id by which policies name it.
    pub id: &'a str,
}

/// Who of an account may log on to which of these databases, as of a point in time. Only principals of its account may.
pub fn database_access(account: &Account, databases: &[Database<'_>], now: Timestamp) -> Vec<DataAccess> {
    let here: Vec<_> = databases.iter().filter_map(|one| Some((one, users(one, account)?))).collect();
    let mut found = Vec::new();
    for entity in account.entities.values().filter(|_| !here.is_empty()) {
        let actor = Actor::new(account, entity, now);
        let policies = actor.narrow(CONNECT, false);
        let named = named(&policies, &actor.context);
        for (database, users) in &here {
            let names = named.iter().map(|user| Pattern::new(&format!("{users}{user}")));
            let Some(answer) = actor.any_name(CONNECT, &policies, names) else { continue };
            found.push(DataAccess::new(&entity.arn, database.arn, answer));
        }
    }
    found
}

/// The beginning of the ARNs of its users; `None` where it is of another account.
fn users(database: &Database<'_>, account: &Account) -> Option<String> {
    let mut parts = database.arn.splitn(6, ':').skip(1);
    let (partition, service, region, id) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_here = partition == account.partition && service == "rds" && id == account.id;
    is_here.then(|| format!("arn:{partition}:rds-db:{region}:{id}:dbuser:{}/", database.id))
}

/// The users that statements name, as patterns; all of them first.
fn named(policies: &[Attached], context: &Context) -> BTreeSet<String> {
    let statements = policies.iter().flat_map(|policy| policy.statements(Effect::Allow));
    let resources = statements.flat_map(Statement::named_resources);
    let resources = resources.filter_map(|resource| resource.resolve(context).ok()?);
    let users = resources.filter_map(|arn| Some(arn.to_string().rsplit_once('/')?.1.to_owned()));
    std::iter::once("*".to_owned()).chain(users).collect()
}
