//! Whether anybody reads a store by its own policy.
//!
//! Before the policy of a bucket goes S3 Block Public Access: where `RestrictPublicBuckets` of the bucket or of its account is set,
//! a public policy lets in nobody from outside of the account. That the other settings refuse new policies changes no old one.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html>

use super::super::account::Account;
use super::super::caller::{Caller, CallerKind};
use super::super::context::Context;
use super::super::evaluate::{Policies, Request, ResourcePolicy, Verdict, evaluate};
use super::super::facts::{Facts, PUBLIC_POLICY, RESTRICTED};
use super::super::pattern::Pattern;
use super::super::policy::Attached;
use super::data::{READS, Read, Store, service_of};
use bartizan_model::Timestamp;
use std::collections::BTreeSet;

/// What whoever shows nothing to AWS can ask for.
const ACTIONS: &[&str] = &["s3:GetObject", "sqs:ReceiveMessage"];

/// Whether anybody reads a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Public {
    /// Nobody does, as far as was collected.
    No,
    /// Unless something keeps them out that nobody collected.
    Perhaps,
    /// Everybody does.
    Yes,
}

/// Who is kept out of the stores of these accounts, as of a point in time.
#[derive(Debug)]
pub struct PublicAccess<'a> {
    facts: &'a Facts,
    /// Whether the account of a bucket restricts public buckets; `None` where accounts differ or it was not collected.
    account_restricts: Option<bool>,
    now: Timestamp,
}

impl<'a> PublicAccess<'a> {
    /// Which account a bucket is in, its ARN does not tell: it is taken to be the one that was collected, where it is one.
    pub fn of(facts: &'a Facts, accounts: &[Account], now: Timestamp) -> Self {
        let told = facts.assets.keys().filter(|id| id.starts_with("arn:") && id.ends_with(":root"));
        let roots: BTreeSet<_> =
            told.cloned().chain(accounts.iter().map(|account| account.root().to_string())).collect();
        let all: BTreeSet<_> = roots.iter().map(|root| flag(facts, root, RESTRICTED)).collect();
        let mut all = all.into_iter();
        let account_restricts = all.next().flatten().filter(|_| all.next().is_none());
        Self { facts, account_restricts, now }
    }

    /// Whether anybody reads a store.
    pub fn to(&self, store: &Store<'_>) -> Public {
        let told = flag(self.facts, store.arn, PUBLIC_POLICY);
        // Nobody but a principal of AWS uses a key.
        let by_policy = match (by_policy(store, self.now), told) {
            _ if store.key.is_some() => Public::No,
            // The one or the other is older.
            (Public::Yes, Some(false)) => Public::Perhaps,
            // What the policy asks for is wide enough for AWS to call it public.
            (Public::Perhaps, told) if told != Some(true) => Public::No,
            (policy, _) => policy,
        };
        if by_policy == Public::No || service_of(store.arn) != "s3" {
            return by_policy;
        }
        match (flag(self.facts, store.arn, RESTRICTED), self.account_restricts) {
            (Some(true), _) | (_, Some(true)) => Public::No,
            (Some(false), Some(false)) => by_policy,
            _ => Public::Perhaps,
        }
    }
}

/// Whether the policy lets anybody read; perhaps also where it was not collected.
fn by_policy(store: &Store<'_>, now: Timestamp) -> Public {
    let Some(policy) = &store.policy else { return Public::Perhaps };
    let is_of = |read: &&Read| ACTIONS.contains(&read.action) && service_of(store.arn) == read.of.0;
    let Some(read) = READS.iter().find(is_of) else { return Public::No };
    let all = Pattern::new(&format!("{}{}", store.arn, read.rest));
    of_anybody(policy, read.action, &all, &of_nobody_known(now))
}

/// Whether the policy of a resource lets anybody do all of this to it. Of keys of conditions with a value here, the request has that.
pub fn anybody_does(resource: &Store<'_>, actions: &[&str], keys: &[(&str, &str)], now: Timestamp) -> bool {
    let Some(policy) = &resource.policy else { return false };
    let context = keys.iter().fold(of_nobody_known(now), |context, (key, value)| context.with(key, [*value]));
    let on = Pattern::literal(resource.arn);
    actions.iter().all(|action| of_anybody(policy, action, &on, &context) == Public::Yes)
}

/// What is known of a request of whom nothing is known.
fn of_nobody_known(now: Timestamp) -> Context {
    Context::default().with("aws:CurrentTime", [now.to_string()]).with("aws:SecureTransport", ["true"])
}

/// Whether a policy lets whoever it is do something.
fn of_anybody(policy: &Attached, action: &str, on: &Pattern, context: &Context) -> Public {
    let caller = Caller::new(CallerKind::Federated, "*");
    let request = Request::new(&caller, action, on, context);
    match evaluate(&request, &Policies::default(), Some(ResourcePolicy { policy, decisive: true })) {
        Verdict::Allowed(_) => Public::Yes,
        Verdict::Unknown { .. } => Public::Perhaps,
        Verdict::Denied(_) => Public::No,
    }
}

fn flag(facts: &Facts, asset: &str, name: &str) -> Option<bool> {
    facts.attribute(asset, name)?.parse().ok()
}
