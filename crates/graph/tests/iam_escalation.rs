//! From facts as the importers write them to escalations: what limits them, and what is not known about them.
#![allow(clippy::unwrap_used)]

use bartizan_graph::iam::{Facts, accounts, escalations};
use bartizan_model::Timestamp;

const ID: &str = "111122223333";

/// `ann` with one inline policy, and whatever else a test tells.
struct World {
    facts: Facts,
}

fn arn(rest: &str) -> String {
    format!("arn:aws:iam::{ID}:{rest}")
}

fn allow(actions: &str, rest: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":[{actions}],"Resource":"*"{rest}}}]}}"#
    )
}

impl World {
    fn new(document: &str) -> Self {
        let mut world = Self { facts: Facts::default() };
        world.tell("user/ann", "inline-policies", &serde_json::json!({"own": document}).to_string());
        world
    }

    fn tell(&mut self, who: &str, name: &str, value: &str) -> &mut Self {
        let arn = if who.starts_with("arn:") { who.to_owned() } else { arn(who) };
        self.facts.assets.entry(arn).or_default().insert(name.to_owned(), value.to_owned());
        self
    }

    fn relate(&mut self, from: &str, verb: &str, to: &str) -> &mut Self {
        let full =
            |one: &str| if one.contains(':') || one.starts_with("ou-") { one.to_owned() } else { arn(one) };
        self.facts.relations.insert((full(from), verb.to_owned(), full(to)));
        self
    }

    fn role(&mut self, name: &str, principal: &str, condition: &str) -> &mut Self {
        let trust = format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{principal},"Action":"sts:AssumeRole"{condition}}}}}"#
        );
        self.tell(&format!("role/{name}"), "trust-policy", &trust)
    }

    /// What `ann` gains, one line each: method, (with,) to, and what it needs.
    fn gains(&self) -> Vec<String> {
        let (accounts, _) = accounts(&self.facts);
        let report = escalations(&accounts[0], Timestamp::parse("2026-01-01").unwrap());
        let short = |arn: &str| arn.rsplit(':').next().unwrap().to_owned();
        let ann = arn("user/ann");
        let mine = report.escalations.iter().filter(|one| *one.from == *ann);
        mine.map(|one| {
            let with = one.with.as_ref().map_or(String::new(), |with| format!("{} + ", short(with)));
            let needs: Vec<_> = one.needs.iter().map(|need| format!(" if {need}")).collect();
            format!("{} -> {with}{}{}", one.method.id, short(&one.to), needs.join(""))
        })
        .collect()
    }

    fn gaps(&self) -> Vec<String> {
        accounts(&self.facts).1.iter().map(|gap| format!("{}: {}", gap.what, gap.why)).collect()
    }
}

#[test]
fn rights_on_oneself_are_the_account_and_on_others_need_them() {
    let mut world = World::new(&allow(r#""iam:PutUserPolicy""#, ""));
    world.tell("user/bob", "path", "/");
    let own = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:PutUserPolicy","Resource":"arn:aws:iam::*:user/${aws:username}"}}"#;
    assert_eq!(world.gains(), ["put-user-policy -> root", "put-user-policy -> user/bob + root"]);
    assert_eq!(World::new(own).gains(), ["put-user-policy -> root"]);
    let others = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:PutUserPolicy","NotResource":"arn:aws:iam::*:user/ann"}}"#;
    assert_eq!(
        World::new(others).tell("user/bob", "path", "/").gains(),
        ["put-user-policy -> user/bob + root"]
    );
}

#[test]
fn boundaries_keep_rights_from_being_had() {
    let document = allow(r#""iam:PutUserPolicy","iam:CreateAccessKey""#, "");
    let mut world = World::new(&document);
    world.tell("user/ann", "boundary", &arn("policy/limits")).tell("user/bob", "path", "/");
    world.tell("policy/limits", "policy-document", &allow(r#""iam:CreateAccessKey""#, ""));
    assert_eq!(world.gains(), ["create-access-key -> user/bob"]);
    let mut lost = World::new(&document);
    lost.tell("user/ann", "boundary", &arn("policy/lost")).tell("user/bob", "path", "/");
    let unknown = format!("policy {} of {}, which is not known,", arn("policy/lost"), arn("user/ann"));
    let key = format!("create-access-key -> user/bob if {unknown} allows it if {unknown} does not deny it");
    assert!(lost.gains().contains(&key), "{:?}", lost.gains());
    assert!(
        lost.gaps().contains(&format!("{}: the policy's document was not collected", arn("policy/lost")))
    );
}

#[test]
fn who_takes_a_boundary_off_what_it_alone_limits_has_the_account() {
    let everything = serde_json::json!({"all": allow(r#""*""#, "")}).to_string();
    for (action, method) in [
        ("iam:DeleteRolePermissionsBoundary", "delete-role-boundary"),
        ("iam:PutRolePermissionsBoundary", "put-role-boundary"),
    ] {
        let mut world = World::new(&allow(&format!("\"{action}\""), ""));
        world.role("admin", &format!(r#"{{"AWS":"{ID}"}}"#), "").tell(
            "role/admin",
            "inline-policies",
            &everything,
        );
        assert_eq!(world.gains(), Vec::<String>::new(), "it has no boundary");
        world.tell("role/admin", "boundary", &arn("policy/limits"));
        world.tell("policy/limits", "policy-document", &allow(r#""s3:GetObject""#, ""));
        assert_eq!(world.gains(), [format!("{method} -> role/admin + root")]);
    }
    let narrow = r#","Condition":{"StringEquals":{"iam:PermissionsBoundary":"arn:aws:iam::111122223333:policy/limits"}}"#;
    let mut world = World::new(&allow(r#""iam:PutRolePermissionsBoundary""#, narrow));
    world.role("admin", &format!(r#"{{"AWS":"{ID}"}}"#), "").tell(
        "role/admin",
        "inline-policies",
        &everything,
    );
    world.tell("role/admin", "boundary", &arn("policy/limits"));
    world.tell("policy/limits", "policy-document", &allow(r#""s3:GetObject""#, ""));
    assert_eq!(world.gains(), Vec::<String>::new(), "only that boundary may be put");
}

#[test]
fn a_pool_hands_out_a_role_that_trusts_its_guests() {
    let trust = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Federated":"cognito-identity.amazonaws.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"ForAnyValue:StringLike":{"cognito-identity.amazonaws.com:amr":"unauthenticated"}}}}"#;
    let mut world = World::new(&allow(r#""iam:PassRole","cognito-identity:SetIdentityPoolRoles""#, ""));
    world.tell("role/guest", "trust-policy", trust);
    world.role("server", r#"{"Service":"ec2.amazonaws.com"}"#, "");
    assert_eq!(world.gains(), ["pass-role-cognito -> role/guest"]);
}

#[test]
fn the_organization_denies() {
    let mut world = World::new(&allow(r#""iam:CreateAccessKey""#, ""));
    world.tell("user/bob", "path", "/").tell("root", "path", "").relate("root", "in_unit", "ou-1");
    assert_eq!(world.gains(), ["create-access-key -> user/bob"]);
    world.relate("ou-1", "controlled_by", "arn:scp").tell(
        "arn:scp",
        "policy-document",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"iam:CreateAccessKey","Resource":"*"}]}"#,
    );
    assert_eq!(world.gains(), Vec::<String>::new());
    // But not in the account that it is managed from.
    world.tell("arn:scp", "management-account", ID);
    assert_eq!(world.gains(), ["create-access-key -> user/bob"]);
}

#[test]
fn roles_are_assumed_as_they_trust() {
    let mut world = World::new(&allow(r#""sts:AssumeRole""#, ""));
    world
        .role("by-account", &format!(r#"{{"AWS":"{ID}"}}"#), "")
        .role("by-name", &format!(r#"{{"AWS":"{}"}}"#, arn("user/ann")), "")
        .role(
            "by-mfa",
            &format!(r#"{{"AWS":"{ID}"}}"#),
            r#","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#,
        )
        .role("by-others", &format!(r#"{{"AWS":"{}"}}"#, arn("user/bob")), "")
        .role("by-service", r#"{"Service":"ec2.amazonaws.com"}"#, "");
    assert_eq!(
        world.gains(),
        [
            "assume-role -> role/by-account",
            "assume-role -> role/by-mfa if Bool aws:MultiFactorAuthPresent true",
            "assume-role -> role/by-name"
        ]
    );
    let mut without = World::new(&allow(r#""s3:GetObject""#, ""));
    without.role("by-account", &format!(r#"{{"AWS":"{ID}"}}"#), "");
    without.role("by-name", &format!(r#"{{"AWS":"{}"}}"#, arn("user/ann")), "");
    assert_eq!(without.gains(), ["assume-role -> role/by-name"], "who is trusted by name needs no grant");
}

#[test]
fn roles_are_passed_only_to_services_that_they_trust_and_that_may_get_them() {
    let to_lambda = r#","Condition":{"StringEquals":{"iam:PassedToService":"lambda.amazonaws.com"}}"#;
    let with = |condition: &str| {
        let pass = format!(r#"{{"Effect":"Allow","Action":"iam:PassRole","Resource":"*"{condition}}}"#);
        let rest = r#"{"Effect":"Allow","Action":["ec2:RunInstances","lambda:CreateFunction","lambda:InvokeFunction"],"Resource":"*"}"#;
        let mut world = World::new(&format!(r#"{{"Version":"2012-10-17","Statement":[{pass},{rest}]}}"#));
        world.role("fn", r#"{"Service":"lambda.amazonaws.com"}"#, "").role(
            "vm",
            r#"{"Service":"ec2.amazonaws.com"}"#,
            "",
        );
        world.tell("role/vm", "instance-profiles", "1");
        world
    };
    assert_eq!(
        with("").gains(),
        ["pass-role-ec2-run-instances -> role/vm", "pass-role-lambda-invoke -> role/fn"]
    );
    assert_eq!(with(to_lambda).gains(), ["pass-role-lambda-invoke -> role/fn"]);
    assert_eq!(
        with("").tell("role/vm", "instance-profiles", "0").gains(),
        ["pass-role-lambda-invoke -> role/fn"]
    );
}

#[test]
fn a_new_resource_takes_a_name_that_is_allowed_for_all_that_is_done_with_it() {
    let functions = |create: &str, invoke: &str| {
        let statements =
            [("iam:PassRole", "*"), ("lambda:CreateFunction", create), ("lambda:InvokeFunction", invoke)]
                .map(|(action, on)| format!(r#"{{"Effect":"Allow","Action":"{action}","Resource":"{on}"}}"#));
        let mut world =
            World::new(&format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(",")));
        world.role("fn", r#"{"Service":"lambda.amazonaws.com"}"#, "").gains()
    };
    let name = |name: &str| format!("arn:aws:lambda:*:{ID}:function:{name}");
    assert_eq!(functions(&name("dev-*"), &name("*")), ["pass-role-lambda-invoke -> role/fn"]);
    assert_eq!(functions(&name("dev-*"), &name("dev-*")), ["pass-role-lambda-invoke -> role/fn"]);
    assert_eq!(functions(&name("dev-*"), &name("prod-*")), Vec::<String>::new());
    assert_eq!(functions("arn:aws:lambda:*:444455556666:function:*", "*"), Vec::<String>::new());
}

#[test]
fn what_runs_as_a_role_is_asked_by_name_where_it_is_known() {
    let document = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"lambda:UpdateFunctionCode","Resource":"arn:aws:lambda:*:{ID}:function:dev-*"}}}}"#
    );
    let mut world = World::new(&document);
    world.role("fn", r#"{"Service":"lambda.amazonaws.com"}"#, "");
    assert_eq!(
        world.gains(),
        [format!(
            "lambda-update-code -> role/fn if the resource is one of arn:aws:lambda:*:{ID}:function:dev-* if a Lambda function runs as {}",
            arn("role/fn")
        )]
    );
    let function = |name: &str| format!("arn:aws:lambda:eu-west-1:{ID}:function:{name}");
    world.relate(&function("prod-billing"), "runs_as", "role/fn");
    assert_eq!(world.gains(), Vec::<String>::new());
    world.relate(&function("dev-billing"), "runs_as", "role/fn");
    assert_eq!(world.gains(), ["lambda-update-code -> role/fn"]);
}

#[test]
fn a_machine_runs_as_the_role_of_its_profile() {
    let mut world = World::new(&allow(r#""ssm:StartSession","lambda:UpdateFunctionCode""#, ""));
    world.role("vm", r#"{"Service":["ec2.amazonaws.com","lambda.amazonaws.com"]}"#, "");
    world.tell("role/vm", "instance-profiles", "1");
    let unknown = |what: &str| format!("{what} runs as {}", arn("role/vm"));
    let before = [
        format!("lambda-update-code -> role/vm if {}", unknown("a Lambda function")),
        format!("ssm-start-session -> role/vm if {}", unknown("an EC2 instance")),
    ];
    assert_eq!(world.gains(), before);
    world.relate("arn:aws:ec2:x:1:i", "has_profile", "instance-profile/vm");
    world.facts.relations.insert(("i-0a".into(), "has_profile".into(), arn("instance-profile/vm")));
    world.relate("instance-profile/vm", "instance_profile_of", "role/vm");
    assert_eq!(world.gains(), [before[0].as_str(), "ssm-start-session -> role/vm"]);
}

#[test]
fn versions_and_passwords_that_are_known_decide() {
    let mut world = World::new(&allow(
        r#""iam:SetDefaultPolicyVersion","iam:CreateLoginProfile","iam:UpdateLoginProfile""#,
        "",
    ));
    world.relate("user/ann", "attached", "policy/p").tell(
        "policy/p",
        "policy-document",
        &allow(r#""s3:GetObject""#, ""),
    );
    world.tell("user/bob", "console-password", "true");
    assert_eq!(
        world.gains(),
        [
            format!(
                "set-default-policy-version -> root if another version of {} allows everything",
                arn("policy/p")
            ),
            "update-login-profile -> user/bob".to_owned()
        ]
    );
    world.tell("policy/p", "policy-version:v1", &allow(r#""*""#, ""));
    assert_eq!(world.gains()[0], "set-default-policy-version -> root");
}

#[test]
fn an_administrator_is_told_as_one_with_what_would_remain() {
    let everything = allow(r#""*""#, "");
    let mut world = World::new(&everything);
    world.tell("user/bob", "path", "/");
    assert_eq!(world.gains(), ["administrator -> root"]);
    let two = serde_json::json!({"all": everything, "keys": allow(r#""iam:CreateAccessKey""#, "")});
    world.tell("user/ann", "inline-policies", &two.to_string());
    assert_eq!(world.gains(), ["administrator -> root", "create-access-key -> user/bob"]);
}

#[test]
fn a_grant_on_ones_own_name_gives_a_group_nobody_else() {
    let mut world = World::new(&allow(r#""s3:GetObject""#, ""));
    let own = r#"{"own":"{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"iam:CreateAccessKey\",\"Resource\":\"arn:aws:iam::*:user/${aws:username}\"}}"}"#;
    world.tell("group/staff", "inline-policies", own).relate("user/ann", "member_of", "group/staff");
    let (accounts, _) = accounts(&world.facts);
    assert_eq!(escalations(&accounts[0], Timestamp::parse("2026-01-01").unwrap()).escalations, []);
}

#[test]
fn facts_that_are_no_sense_are_gaps_and_no_panic() {
    let mut world = World::new("{");
    world.tell("user/bob", "inline-policies", "[1").tell("role/r", "trust-policy", "nonsense");
    world.relate("user/ann", "member_of", "user/ann").relate("user/ann", "attached", "policy/none");
    world.relate("root", "in_unit", "root");
    assert_eq!(world.gains(), Vec::<String>::new());
    let gaps = world.gaps();
    for part in [
        "inline:own",
        "its inline policies cannot be read",
        "trust-policy",
        "was not collected",
        "no service control",
    ] {
        assert!(gaps.iter().any(|gap| gap.contains(part)), "{part}: {gaps:#?}");
    }
    assert_eq!(accounts(&Facts::default()).0, []);
}
