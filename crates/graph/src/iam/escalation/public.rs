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
use super::data::{READS, Store, service_of};
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

/// Whether anybody reads a store. Which account a bucket is in, its ARN does not tell: it is taken to be the one that was
/// collected, where it is one.
pub fn public(facts: &Facts, store: &Store<'_>, accounts: &[Account], now: Timestamp) -> Public {
    let told = flag(facts, store.arn, PUBLIC_POLICY);
    // Nobody but a principal of AWS uses a key.
    let by_policy = match (by_policy(store, now), told) {
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
    match (flag(facts, store.arn, RESTRICTED), account_restricts(facts, accounts)) {
        (Some(true), _) | (_, Some(true)) => Public::No,
        (Some(false), Some(false)) => by_policy,
        _ => Public::Perhaps,
    }
}

/// Whether the policy lets anybody read; perhaps also where it was not collected.
fn by_policy(store: &Store<'_>, now: Timestamp) -> Public {
    let Some(policy) = &store.policy else { return Public::Perhaps };
    let caller = Caller::new(CallerKind::Federated, "*");
    let context =
        Context::default().with("aws:CurrentTime", [now.to_string()]).with("aws:SecureTransport", ["true"]);
    let here =
        READS.iter().filter(|read| ACTIONS.contains(&read.action) && service_of(store.arn) == read.of.0);
    let answers = here.map(|read| {
        let all = Pattern::new(&format!("{}{}", store.arn, read.rest));
        let request = Request::new(&caller, read.action, &all, &context);
        match evaluate(&request, &Policies::default(), Some(ResourcePolicy { policy, decisive: true })) {
            Verdict::Allowed(_) => Public::Yes,
            Verdict::Unknown { .. } => Public::Perhaps,
            Verdict::Denied(_) => Public::No,
        }
    });
    answers.last().unwrap_or(Public::No)
}

/// Whether the account of a bucket restricts public buckets; `None` where accounts differ or it was not collected.
fn account_restricts(facts: &Facts, accounts: &[Account]) -> Option<bool> {
    let told = facts.assets.keys().filter(|id| id.starts_with("arn:") && id.ends_with(":root"));
    let roots: BTreeSet<String> =
        told.cloned().chain(accounts.iter().map(|account| account.root().to_string())).collect();
    let all: BTreeSet<_> = roots.iter().map(|root| flag(facts, root, RESTRICTED)).collect();
    let mut all = all.into_iter();
    all.next().flatten().filter(|_| all.next().is_none())
}

fn flag(facts: &Facts, asset: &str, name: &str) -> Option<bool> {
    facts.attribute(asset, name)?.parse().ok()
}
