//! Policies of clouds and clusters. What is asked of a policy has an answer, and what could not be read is told as a problem.
#![no_main]

use bartizan_graph::iam::{
    Attached, Caller, CallerKind, Context, Overlap, Pattern, Policies, Policy, PolicyKind, Request,
    ResourcePolicy, evaluate,
};
use bartizan_graph::rbac;
use libfuzzer_sys::fuzz_target;
use std::sync::Arc;

fuzz_target!(|text: &str| {
    let (one, other) = text.split_once('\0').unwrap_or((text, text));
    let attached =
        |text: &str, kind| Attached::new("policy", "holder", Some(Arc::new(Policy::parse(text, kind))));
    let (identity, resource) = (attached(one, PolicyKind::Identity), attached(other, PolicyKind::Resource));
    let context = Context::default().with("aws:username", ["ann"]).complete("aws:principaltag/");
    let caller = Caller::new(CallerKind::Role, "arn:aws:iam::111122223333:role/app");
    let subjects = [Pattern::literal("arn:aws:s3:::records/file"), Pattern::new("arn:aws:iam::*:role/*")];
    for (subject, action) in subjects.iter().zip(["s3:GetObject", "iam:PassRole"]) {
        let policies = Policies {
            identity: std::slice::from_ref(&identity),
            boundary: Some(&identity),
            ..Policies::default()
        };
        let of = ResourcePolicy { policy: &resource, decisive: false };
        let _ = evaluate(&Request::new(&caller, action, subject, &context), &policies, Some(of));
    }
    if one.len() < 200 && other.len() < 200 {
        let (pattern, subject) = (Pattern::with_variables(one), Pattern::literal(other));
        assert_eq!(Pattern::literal(one).overlap(&Pattern::literal(one)), Overlap::All);
        assert_eq!(Pattern::new("*").overlap(&subject), Overlap::All);
        let _ = (pattern.overlap(&subject), pattern.matches(other), pattern.matches_any_case(other));
    }
    let (rules, problems) = rbac::Rule::parse(one);
    assert!(problems.iter().all(|problem| !problem.is_empty()));
    let asked = rbac::Request { verb: "get", group: "", resource: "pods/exec", name: None, namespace: None };
    let _ = rules.iter().filter(|rule| rule.allows(&asked)).count();
});
