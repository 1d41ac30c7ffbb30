//! AWS's documented evaluation logic, case by case, and what must hold for any policies.
#![allow(clippy::unwrap_used)]

use bartizan_graph::iam::{
    Attached, Caller, CallerKind, Context, Denial, Guardrails, Need, Pattern, Policies, Policy, PolicyKind,
    Request, ResourcePolicy, Verdict, evaluate,
};
use proptest::prelude::*;
use std::sync::Arc;

const ANN: &str = "arn:aws:iam::111122223333:user/ann";
const APP: &str = "arn:aws:iam::111122223333:role/app";
const BUCKET: &str = "arn:aws:s3:::records/file";

fn policy(name: &str, kind: PolicyKind, statements: &str) -> Attached {
    let document = Policy::parse(&format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#), kind);
    assert!(document.problems.is_empty(), "{:?}", document.problems);
    Attached::new(name, "holder", Some(Arc::new(document)))
}

fn identity(statements: &str) -> Attached {
    policy("identity", PolicyKind::Identity, statements)
}

fn resource(statements: &str) -> Attached {
    policy("resource", PolicyKind::Resource, statements)
}

const ALLOW: &str = r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#;
const DENY: &str = r#"{"Effect":"Deny","Action":"s3:Get*","Resource":"*"}"#;
const NOTHING: &str = r#"{"Effect":"Allow","Action":"ec2:*","Resource":"*"}"#;
const MFA: &str = r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}"#;
const DENY_NO_MFA: &str = r#"{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}"#;

#[derive(Default)]
struct Case {
    identity: Vec<Attached>,
    boundary: Option<Attached>,
    session: Option<Vec<Attached>>,
    guardrails: Guardrails,
    resource: Option<(Attached, bool)>,
    resource_account: &'static str,
    context: Context,
}

impl Case {
    fn ask(&self, caller: &Caller) -> Verdict {
        let target = Pattern::literal(BUCKET);
        let request = Request {
            resource_account: self.resource_account,
            ..Request::new(caller, "s3:GetObject", &target, &self.context)
        };
        let policies = Policies {
            identity: &self.identity,
            boundary: self.boundary.as_ref(),
            session: self.session.as_deref(),
            guardrails: Some(&self.guardrails),
        };
        let of =
            self.resource.as_ref().map(|(policy, decisive)| ResourcePolicy { policy, decisive: *decisive });
        evaluate(&request, &policies, of)
    }

    fn user(&self) -> &'static str {
        word(&self.ask(&Caller::new(CallerKind::User, ANN)))
    }

    fn role(&self) -> &'static str {
        word(&self.ask(&Caller::new(CallerKind::Role, APP)))
    }
}

fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Allowed(_) => "allowed",
        Verdict::Denied(Denial::Explicit(_)) => "denied",
        Verdict::Denied(Denial::Implicit(_)) => "not allowed",
        Verdict::Unknown { .. } => "unknown",
    }
}

fn names(who: &str) -> String {
    format!(r#"{{"Effect":"Allow","Principal":{who},"Action":"s3:GetObject","Resource":"{BUCKET}"}}"#)
}

#[test]
fn identity_policies_add_up_and_a_deny_wins() {
    let case = |all: &[&str]| Case { identity: all.iter().map(|s| identity(s)).collect(), ..Case::default() };
    assert_eq!(case(&[]).user(), "not allowed");
    assert_eq!(case(&[NOTHING]).user(), "not allowed");
    assert_eq!(case(&[NOTHING, ALLOW]).user(), "allowed");
    assert_eq!(case(&[ALLOW, DENY]).user(), "denied");
    let other = r#"{"Effect":"Allow","NotAction":"iam:*","NotResource":"arn:aws:s3:::other/*"}"#;
    assert_eq!(case(&[other]).user(), "allowed");
    let this = r#"{"Effect":"Allow","NotAction":"iam:*","NotResource":"arn:aws:s3:::records/*"}"#;
    assert_eq!(case(&[this]).user(), "not allowed");
    assert_eq!(
        word(&case(&[]).ask(&Caller::new(CallerKind::Root, "arn:aws:iam::111122223333:root"))),
        "allowed"
    );
}

#[test]
fn boundaries_and_session_policies_limit() {
    let allow = || vec![identity(ALLOW)];
    let bounded =
        |boundary| Case { identity: allow(), boundary: Some(identity(boundary)), ..Case::default() };
    assert_eq!(bounded(ALLOW).user(), "allowed");
    assert_eq!(bounded(NOTHING).user(), "not allowed");
    assert_eq!(bounded(DENY).user(), "denied");
    assert_eq!(
        Case { boundary: Some(identity(ALLOW)), ..Case::default() }.user(),
        "not allowed",
        "it grants nothing"
    );
    let in_session =
        |policy| Case { identity: allow(), session: Some(vec![identity(policy)]), ..Case::default() };
    assert_eq!((in_session(ALLOW).role(), in_session(NOTHING).role()), ("allowed", "not allowed"));
}

#[test]
fn every_level_of_the_organization_must_allow() {
    let full = || vec![identity(r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#)];
    let under = |levels: Vec<Vec<Attached>>| Case {
        identity: vec![identity(ALLOW)],
        guardrails: Guardrails { service_control: levels, resource_control: vec![] },
        ..Case::default()
    };
    assert_eq!(under(vec![full(), full()]).user(), "allowed");
    assert_eq!(under(vec![full(), vec![identity(NOTHING)]]).user(), "not allowed");
    assert_eq!(under(vec![full(), vec![identity(NOTHING), identity(ALLOW)]]).user(), "allowed");
    assert_eq!(under(vec![[full(), vec![identity(DENY)]].concat()]).user(), "denied");
    let linked =
        Caller::new(CallerKind::Role, "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/X");
    assert_eq!(
        word(&under(vec![vec![identity(DENY)]]).ask(&linked)),
        "allowed",
        "service-linked roles stand outside"
    );
    let controlled = Case {
        identity: vec![identity(ALLOW)],
        guardrails: Guardrails {
            service_control: vec![],
            resource_control: vec![vec![
                resource(r#"{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}"#),
                resource(
                    r#"{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-1"}}}"#,
                ),
            ]],
        },
        ..Case::default()
    };
    assert_eq!(controlled.user(), "unknown");
    let ours = Case { context: Context::default().with("aws:PrincipalOrgID", ["o-1"]), ..controlled };
    assert_eq!(ours.user(), "allowed");
}

#[test]
fn resource_policies_within_an_account() {
    let to = |who: &str| Case { resource: Some((resource(&names(who)), false)), ..Case::default() };
    let user = format!(r#"{{"AWS":"{ANN}"}}"#);
    let role = format!(r#"{{"AWS":"{APP}"}}"#);
    let account = r#"{"AWS":"111122223333"}"#;
    assert_eq!((to(&user).user(), to(&user).role()), ("allowed", "not allowed"));
    assert_eq!((to(&role).user(), to(&role).role()), ("not allowed", "allowed"));
    assert_eq!(to("\"*\"").user(), "allowed");
    assert_eq!(to(account).user(), "not allowed", "an account's name leaves it to identity policies");
    let both = Case { identity: vec![identity(ALLOW)], ..to(account) };
    assert_eq!(both.user(), "allowed");
    // A boundary's silence limits a role that is named, but not a user that is.
    let bounded = |who: &str| Case { boundary: Some(identity(NOTHING)), ..to(who) };
    assert_eq!((bounded(&user).user(), bounded(&role).role()), ("allowed", "not allowed"));
    assert_eq!(Case { boundary: Some(identity(DENY)), ..to(&user) }.user(), "denied");
    let session = Caller { session: Some("s".into()), ..Caller::new(CallerKind::Role, APP) };
    let named = bounded(r#"{"AWS":"arn:aws:sts::111122223333:assumed-role/app/s"}"#);
    assert_eq!(word(&named.ask(&session)), "allowed");
    assert_eq!(named.role(), "unknown", "which session it is, is not known");
}

#[test]
fn decisive_policies_must_allow() {
    let trust = |who: &str| Case {
        identity: vec![identity(ALLOW)],
        resource: Some((resource(&names(who)), true)),
        ..Case::default()
    };
    assert_eq!(trust(r#"{"AWS":"111122223333"}"#).user(), "allowed");
    assert_eq!(trust(r#"{"AWS":"444455556666"}"#).user(), "not allowed");
    assert_eq!(Case { identity: vec![], ..trust(r#"{"AWS":"111122223333"}"#) }.user(), "not allowed");
}

#[test]
fn across_accounts_both_sides_must_allow() {
    let case = |mine: &str, who: &str| Case {
        identity: vec![identity(mine)],
        resource: Some((resource(&names(who)), false)),
        resource_account: "444455556666",
        ..Case::default()
    };
    let ann = format!(r#"{{"AWS":"{ANN}"}}"#);
    assert_eq!(case(ALLOW, &ann).user(), "allowed");
    assert_eq!(case(ALLOW, r#"{"AWS":"111122223333"}"#).user(), "allowed");
    assert_eq!(case(NOTHING, &ann).user(), "not allowed");
    assert_eq!(case(ALLOW, r#"{"AWS":"777788889999"}"#).user(), "not allowed");
    assert_eq!(Case { resource: None, ..case(ALLOW, &ann) }.user(), "not allowed");
}

#[test]
fn what_is_not_known_is_told() {
    let case = |all: &[&str]| Case { identity: all.iter().map(|s| identity(s)).collect(), ..Case::default() };
    let ann = Caller::new(CallerKind::User, ANN);
    let Verdict::Unknown { by, needs } = case(&[MFA]).ask(&ann) else { panic!("it hangs on MFA") };
    assert_eq!(
        needs.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["Bool aws:MultiFactorAuthPresent true"]
    );
    assert_eq!(by[0][0].to_string(), "statement 1 of identity at holder");
    let Verdict::Unknown { needs, .. } = case(&[ALLOW, DENY_NO_MFA]).ask(&ann) else {
        panic!("it hangs on MFA")
    };
    assert_eq!(needs[0].to_string(), "not (BoolIfExists aws:MultiFactorAuthPresent false)");
    assert_eq!(case(&[ALLOW, MFA]).user(), "allowed", "what is certain needs no more");
    let known = Case {
        context: Context::default().with("aws:MultiFactorAuthPresent", ["true"]),
        ..case(&[MFA, DENY_NO_MFA])
    };
    assert_eq!(known.user(), "allowed");

    let lost = Attached::new("arn:aws:iam::aws:policy/Lost", ANN, None);
    let with_lost =
        |statement: &str| Case { identity: vec![identity(statement), lost.clone()], ..Case::default() };
    assert_eq!(with_lost(NOTHING).user(), "unknown");
    let Verdict::Unknown { needs, .. } = with_lost(ALLOW).ask(&ann) else { panic!("it may deny") };
    assert_eq!(needs, [Need::PolicyDoesNotDeny(lost.source.clone())]);
    assert_eq!(with_lost(DENY).user(), "denied");
}

/// Any statement over a small world, and its condition's key.
fn statement() -> impl Strategy<Value = String> {
    let effect = prop_oneof![3 => Just("Allow"), 1 => Just("Deny")];
    let action = prop_oneof![
        Just(r#""Action":"s3:*""#),
        Just(r#""Action":"s3:GetObject""#),
        Just(r#""Action":"ec2:*""#),
        Just(r#""NotAction":"ec2:*""#),
    ];
    let resource = prop_oneof![
        Just(r#""Resource":"*""#),
        Just(r#""Resource":"arn:aws:s3:::records/*""#),
        Just(r#""NotResource":"arn:aws:s3:::records/*""#),
    ];
    let condition = prop_oneof![
        2 => Just(String::new()),
        1 => ("[ab]", any::<bool>(), any::<bool>()).prop_map(|(key, not, if_exists)| {
            let (not, if_exists) = (if not { "Not" } else { "" }, if if_exists { "IfExists" } else { "" });
            format!(r#","Condition":{{"String{not}Equals{if_exists}":{{"{key}":"1"}}}}"#)
        }),
    ];
    (effect, action, resource, condition).prop_map(|(e, a, r, c)| format!(r#"{{"Effect":"{e}",{a},{r}{c}}}"#))
}

fn case_of(statements: &[String], boundary: &Option<String>) -> Case {
    Case {
        identity: statements.iter().map(|s| identity(s)).collect(),
        boundary: boundary.as_ref().map(|s| identity(s)),
        ..Case::default()
    }
}

/// All contexts over the two keys: absent, "1", "2".
fn contexts() -> Vec<Context> {
    let one = |context: Context, key: &str, value: usize| match value {
        0 => context.without(key),
        n => context.with(key, [n.to_string()]),
    };
    (0..9).map(|i| one(one(Context::default(), "a", i / 3), "b", i % 3)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// What is said without knowing the context is so in every context.
    #[test]
    fn unknown_keys_never_mislead(all in prop::collection::vec(statement(), 0..5), boundary in prop::option::of(statement())) {
        let case = case_of(&all, &boundary);
        let known: Vec<_> = contexts().into_iter().map(|context| Case { context, ..case_of(&all, &boundary) }.user()).collect();
        match case.user() {
            "allowed" => prop_assert!(known.iter().all(|word| *word == "allowed"), "{known:?}"),
            "denied" => prop_assert!(known.iter().all(|word| *word == "denied"), "{known:?}"),
            "not allowed" => prop_assert!(known.iter().all(|word| *word != "allowed"), "{known:?}"),
            _ => {}
        }
        prop_assert!(known.iter().all(|word| *word != "unknown"), "all keys are known: {known:?}");
    }

    #[test]
    fn a_deny_always_wins(all in prop::collection::vec(statement(), 0..5), boundary in prop::option::of(statement())) {
        let mut with = all;
        with.push(DENY.to_owned());
        prop_assert_eq!(case_of(&with, &boundary).user(), "denied");
    }

    /// Another allow, or fewer denies, never takes away; an unknown condition on an allow never denies what is allowed.
    #[test]
    fn more_allows_allow_more(all in prop::collection::vec(statement(), 0..5), more in statement()) {
        let rank = |word: &str| match word { "allowed" => 2, "unknown" => 1, _ => 0 };
        let before = case_of(&all, &None).user();
        let allow = more.replace("\"Deny\"", "\"Allow\"");
        let after = case_of(&[all.clone(), vec![allow]].concat(), &None).user();
        prop_assert!(rank(after) >= rank(before), "{before} became {after}");
        let conditioned: Vec<_> = all.iter().map(|s| {
            let open = s.contains("\"Allow\"") && !s.contains("Condition");
            if open { s.replacen('{', r#"{"Condition":{"Bool":{"c":"true"}},"#, 1) } else { s.clone() }
        }).collect();
        let narrowed = case_of(&conditioned, &None).user();
        prop_assert!(before != "allowed" || narrowed == "unknown" || narrowed == "allowed", "{before} became {narrowed}");
    }
}
