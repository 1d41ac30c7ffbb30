//! Real authorization details, a scanner's expected results, and a published catalogue of methods: what they expect is found, their
//! probes for false positives are not, and where we differ stands with its reason in `iam_samples/differences.tsv`.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use bartizan_graph::iam::{
    Account, Attached, Entity, EntityKind, Escalation, Facts, METHODS, Policy, PolicyKind, Report, RiskKind,
    Trusted, accounts, escalations, risks, trusts,
};
use bartizan_import::{Collected, Options, by_id};
use bartizan_model::{Observation, Timestamp};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

const DIFFERENCES: &str = include_str!("iam_samples/differences.tsv");
const ID: &str = "111122223333";

fn now() -> Timestamp {
    Timestamp::parse("2026-01-01").unwrap()
}

/// The files of the sample archive by path; `None`, with a message, where it is not there.
fn samples() -> Option<BTreeMap<String, Vec<u8>>> {
    let shared = std::env::var_os("BARTIZAN_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")),
        PathBuf::from,
    );
    let path = shared.join("knowledge/attackpath/cloudsplaining-iam.tar.zst");
    let Ok(file) = std::fs::File::open(&path) else {
        println!("skipped: {} is not there", path.display());
        return None;
    };
    let mut archive = tar::Archive::new(zstd::stream::read::Decoder::new(file).unwrap());
    let mut files = BTreeMap::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().to_string_lossy().trim_start_matches("./").to_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        files.insert(path, bytes);
    }
    Some(files)
}

/// The accounts of a file of authorization details, read by the importer.
fn read(bytes: &[u8]) -> Vec<Account> {
    let mut seen = Collected::default();
    let mut input = bytes;
    (by_id("aws_iam").unwrap().parse)(&mut input, &Options::default(), &mut seen).unwrap();
    assert_eq!(seen.rejected, []);
    let mut facts = Facts::default();
    let id = |asset: &bartizan_model::AssetRef| asset.identifiers[0].value.clone();
    for (_, observation) in seen.observations {
        match observation {
            Observation::Asset(seen) => {
                facts.assets.entry(id(&seen.asset)).or_default().extend(seen.attributes);
            }
            Observation::Relation(told) => {
                facts.relations.insert((id(&told.from), told.relation, id(&told.to)));
            }
            _ => {}
        }
    }
    accounts(&facts).0
}

/// What is held once everything that follows from one principal is taken: its footholds, and the methods used.
fn closure(report: &Report, from: &str) -> (BTreeSet<Arc<str>>, BTreeSet<&'static str>) {
    let (mut held, mut used) = (BTreeSet::from([Arc::from(from)]), BTreeSet::new());
    loop {
        let usable = |one: &&Escalation| {
            held.contains(&one.from) && one.with.as_ref().is_none_or(|with| held.contains(with))
        };
        let gained: Vec<_> =
            report.escalations.iter().filter(usable).map(|one| (one.to.clone(), one.method.id)).collect();
        let before = held.len();
        for (to, method) in gained {
            held.insert(to);
            used.insert(method);
        }
        if held.len() == before {
            return (held, used);
        }
    }
}

fn methods_of(report: &Report, from: &str) -> BTreeSet<&'static str> {
    report.escalations.iter().filter(|one| &*one.from == from).map(|one| one.method.id).collect()
}

/// Compares what was found beyond or short of what is expected with the reviewed file.
fn review(sample: &str, found: BTreeSet<(String, String)>) {
    let rows = DIFFERENCES.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    let reviewed: BTreeSet<_> = rows
        .filter(|row| row[0] == sample)
        .inspect(|row| {
            assert!(row.len() == 4 && !row[3].is_empty(), "a difference needs its reason: {row:?}");
        })
        .map(|row| (row[1].to_owned(), row[2].to_owned()))
        .collect();
    let new: Vec<_> = found.difference(&reviewed).collect();
    let gone: Vec<_> = reviewed.difference(&found).collect();
    assert!(new.is_empty() && gone.is_empty(), "{sample}: not reviewed: {new:#?}\nno longer so: {gone:#?}");
}

#[test]
fn every_vulnerable_principal_is_found_and_no_probe_is() {
    let Some(files) = samples() else { return };
    let accounts = read(&files["examples/files/example.json"]);
    let account = accounts.iter().find(|account| account.id == "200611803367").unwrap();
    let report = escalations(account, now());
    assert!(report.gaps.is_empty());
    let root = account.root();
    // The method that each name stands for.
    let expected = [
        ("fn1-privesc3-partial", "pass-role-ec2-run-instances"),
        ("fn2-exploitableResourceConstraint", "create-policy-version"),
        ("fn3-exploitableConditionConstraint", "create-policy-version"),
        ("fn4-exploitableNotAction", "put-role-policy"),
        ("privesc-CloudFormationUpdateStack", "cloudformation-update-stack"),
        ("privesc-codeBuildCreateProjectPassRole", "pass-role-codebuild-build"),
        ("privesc-ec2InstanceConnect", "ec2-instance-connect"),
        ("privesc-sageMakerCreateNotebookPassRole", "pass-role-sagemaker-notebook"),
        ("privesc-sageMakerCreatePresignedNotebookURL", "sagemaker-presigned-url"),
        ("privesc-sageMakerCreateProcessingJobPassRole", "pass-role-sagemaker-processing"),
        ("privesc-sageMakerCreateTrainingJobPassRole", "pass-role-sagemaker-training"),
        ("privesc-sre", "create-access-key"),
        ("privesc-ssmSendCommand", "ssm-send-command"),
        ("privesc-ssmStartSession", "ssm-start-session"),
        ("privesc1-CreateNewPolicyVersion", "create-policy-version"),
        ("privesc2-SetExistingDefaultPolicyVersion", "set-default-policy-version"),
        ("privesc3-CreateEC2WithExistingInstanceProfile", "pass-role-ec2-run-instances"),
        ("privesc4-CreateAccessKey", "create-access-key"),
        ("privesc5-CreateLoginProfile", "create-login-profile"),
        ("privesc6-UpdateLoginProfile", "update-login-profile"),
        ("privesc7-AttachUserPolicy", "attach-user-policy"),
        ("privesc8-AttachGroupPolicy", "attach-group-policy"),
        ("privesc9-AttachRolePolicy", "attach-role-policy"),
        ("privesc10-PutUserPolicy", "put-user-policy"),
        ("privesc11-PutGroupPolicy", "put-group-policy"),
        ("privesc12-PutRolePolicy", "put-role-policy"),
        ("privesc13-AddUserToGroup", "add-user-to-group"),
        ("privesc14-UpdatingAssumeRolePolicy", "update-assume-role-policy"),
        ("privesc15-PassExistingRoleToNewLambdaThenInvoke", "pass-role-lambda-invoke"),
        ("privesc16-PassRoleToNewLambdaThenTriggerWithNewDynamo", "pass-role-lambda-event-source"),
        ("privesc17-EditExistingLambdaFunctionWithRole", "lambda-update-code"),
        ("privesc18-PassExistingRoleToNewGlueDevEndpoint", "pass-role-glue-dev-endpoint"),
        ("privesc19-UpdateExistingGlueDevEndpoint", "glue-update-dev-endpoint"),
        ("privesc20-PassExistingRoleToCloudFormation", "pass-role-cloudformation-stack"),
        ("privesc21-PassExistingRoleToNewDataPipeline", "pass-role-datapipeline"),
        ("privesc-AssumeRole-starting", "assume-role"),
        ("privesc-AssumeRole-intermediate", "assume-role"),
        ("privesc-AssumeRole-ending", "administrator"),
        ("privesc-high-priv-service", "administrator"),
    ];
    let mut differences = BTreeSet::new();
    let named: BTreeMap<_, _> = expected.into_iter().collect();
    for entity in account.entities.values().filter(|entity| entity.kind != EntityKind::Group) {
        let (short, kind) = entity.name().rsplit_once('-').unwrap_or((entity.name(), ""));
        let methods = methods_of(&report, &entity.arn);
        match named.get(short).filter(|_| kind == "user" || kind == "role") {
            Some(method) => {
                if !methods.contains(method) {
                    differences.insert((entity.arn.to_string(), format!("without {method}")));
                }
                if !closure(&report, &entity.arn).0.contains(&root) {
                    differences.insert((entity.arn.to_string(), "not to the account".to_owned()));
                }
            }
            None if short.starts_with("fp") => {
                assert_eq!(methods, BTreeSet::new(), "{} is a probe", entity.arn);
            }
            None => {}
        }
    }
    review("example.json", differences);
    let certain = report.escalations.iter().filter(|one| one.needs.is_empty()).count();
    println!("example.json: {} escalations, {certain} of them certain", report.escalations.len());
}

#[test]
fn whom_the_roles_trust() {
    let Some(files) = samples() else { return };
    let accounts = read(&files["examples/files/example.json"]);
    let told: BTreeSet<_> = accounts
        .iter()
        .flat_map(|account| trusts(account, now()))
        .filter(|trust| !matches!(trust.trusted, Trusted::Service(_)))
        .map(|trust| {
            let role = trust.role.rsplit('/').next().unwrap().to_owned();
            let needs: Vec<_> = trust.needs.iter().map(ToString::to_string).collect();
            (role, format!("{:?}", trust.trusted), needs.join("; "))
        })
        .collect();
    let provider =
        r#"Federated("arn:aws:iam::200611803367:saml-provider/AWSSSO_b937d2dff24f2774_DO_NOT_DELETE")"#;
    let audience = "StringEquals SAML:aud https://signin.aws.amazon.com/saml";
    let own = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
    assert_eq!(
        told,
        BTreeSet::from([
            own("AWSReservedSSO_AdministratorAccess_dc6414f7f2ab04fc", provider, audience),
            own("AWSReservedSSO_ViewOnlyAccess_0ace44bbc7092ea8", provider, audience),
            own("OrganizationAccountAccessRole", r#"Account("072528804237")"#, ""),
            own(
                "stacksets-exec-b5520cb2730c2f54b523d6375a319abb",
                r#"Principal("arn:aws:iam::072528804237:role/aws-service-role/stacksets.cloudformation.amazonaws.com/AWSServiceRoleForCloudFormationStackSetsOrgAdmin")"#,
                ""
            ),
        ])
    );
}

/// An account with something to gain of every kind, and the user and the role `tester` with one policy.
fn laboratory(document: &Value, assumable_admin: bool) -> (Account, String) {
    let everything =
        json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}});
    let parse = |value: &Value, kind| Some(Arc::new(Policy::parse(&value.to_string(), kind)));
    let trust = |principal: Value| json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}});
    let arn = |rest: &str| format!("arn:aws:iam::{ID}:{rest}");
    let entity = |kind, rest: &str| Entity::new(kind, &arn(rest));
    let admin = |mut entity: Entity| {
        let holder = entity.arn.to_string();
        entity.policies.push(Attached::new("inline:all", holder, parse(&everything, PolicyKind::Identity)));
        entity
    };
    let role = |name: &str, principal: Value| {
        let mut role = entity(EntityKind::Role, &format!("role/{name}"));
        role.trust =
            Some(Attached::new("trust-policy", &*role.arn, parse(&trust(principal), PolicyKind::Resource)));
        role.instance_profiles = Some(1);
        role
    };
    let services: Vec<_> = [
        "ec2",
        "lambda",
        "glue",
        "cloudformation",
        "codebuild",
        "datapipeline",
        "ecs-tasks",
        "sagemaker",
        "tasks.apprunner",
        "bedrock-agentcore",
        "states",
        "ssm",
    ]
    .map(|service| format!("{service}.amazonaws.com"))
    .into();
    let mut tester = entity(EntityKind::User, "user/tester");
    tester.groups.push(arn("group/own").into());
    let own = arn("policy/own");
    tester.policies.push(Attached::new(&own, &*tester.arn, parse(document, PolicyKind::Identity)));
    let mut tester_role = role("tester", json!({"Service": "nowhere.amazonaws.com"}));
    tester_role.policies.push(Attached::new(&own, &*tester_role.arn, parse(document, PolicyKind::Identity)));
    let by_account = json!({"AWS": arn("root")});
    let service = admin(role("service", json!({"Service": services})));
    let open = role("open", by_account.clone());
    let mut all = vec![
        entity(EntityKind::Group, "group/own"),
        admin(entity(EntityKind::User, "user/admin")),
        admin(entity(EntityKind::Group, "group/admins")),
        service,
        open,
        tester,
        tester_role,
    ];
    if assumable_admin {
        all.push(admin(role("open-admin", by_account)));
    }
    let entities = all.into_iter().map(|entity| (entity.arn.clone(), entity)).collect();
    (Account { id: ID.into(), partition: "aws".into(), entities, ..Account::default() }, arn("user/tester"))
}

fn allow(actions: &[&str]) -> Value {
    json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": actions, "Resource": "*"}})
}

/// Our methods by the names of cloudsplaining's results (Rhino Security's).
const NAMES: &[(&str, &str)] = &[
    ("CreateAccessKey", "create-access-key"),
    ("CreateLoginProfile", "create-login-profile"),
    ("UpdateLoginProfile", "update-login-profile"),
    ("CreateNewPolicyVersion", "create-policy-version"),
    ("SetExistingDefaultPolicyVersion", "set-default-policy-version"),
    ("AttachUserPolicy", "attach-user-policy"),
    ("AttachGroupPolicy", "attach-group-policy"),
    ("PutUserPolicy", "put-user-policy"),
    ("PutGroupPolicy", "put-group-policy"),
    ("AddUserToGroup", "add-user-to-group"),
    ("PassExistingRoleToNewLambdaThenInvoke", "pass-role-lambda-invoke"),
    ("PassExistingRoleToNewLambdaThenTriggerWithNewDynamo", "pass-role-lambda-event-source"),
    ("PassExistingRoleToNewLambdaThenTriggerWithExistingDynamo", "pass-role-lambda-event-source"),
    ("EditExistingLambdaFunctionWithRole", "lambda-update-code"),
    ("UpdateExistingGlueDevEndpoint", "glue-update-dev-endpoint"),
];

const POLICY_KINDS: [&str; 3] = ["customer_managed_policies", "aws_managed_policies", "inline_policies"];

/// The default version's document.
fn document_of(policy: &Value) -> &Value {
    let versions = policy["PolicyVersionList"].as_array();
    let default = versions.and_then(|all| all.iter().find(|version| version["IsDefaultVersion"] == true));
    default.map_or(&policy["PolicyDocument"], |version| &version["Document"])
}

#[test]
fn every_policy_gives_what_the_scanner_expects() {
    let Some(files) = samples() else { return };
    let results: Value = serde_json::from_slice(&files["examples/files/iam-results-example.json"]).unwrap();
    let names: BTreeMap<_, _> = NAMES.iter().copied().collect();
    let (mut differences, mut policies, mut expected_all) = (BTreeSet::new(), 0, 0);
    for policy in POLICY_KINDS.iter().flat_map(|kind| results[kind].as_object().unwrap().values()) {
        let document = document_of(policy);
        let types = policy["PrivilegeEscalation"].as_array().unwrap().iter();
        let expected: BTreeSet<_> = types.map(|found| names[found["type"].as_str().unwrap()]).collect();
        let (account, tester) = laboratory(document, true);
        let found = methods_of(&escalations(&account, now()), &tester);
        let name = policy["PolicyName"].as_str().unwrap();
        differences.extend(expected.difference(&found).map(|m| (name.to_owned(), format!("without {m}"))));
        differences.extend(found.difference(&expected).map(|m| (name.to_owned(), format!("also {m}"))));
        policies += 1;
        expected_all += expected.len();
    }
    println!(
        "iam-results-example.json: {policies} policies, {expected_all} expected, {} differences",
        differences.len()
    );
    review("iam-results-example.json", differences);
}

#[test]
fn every_policy_risks_what_the_scanner_expects() {
    let Some(files) = samples() else { return };
    let results: Value = serde_json::from_slice(&files["examples/files/iam-results-example.json"]).unwrap();
    let (mut differences, mut expected_all) = (BTreeSet::new(), 0);
    for policy in POLICY_KINDS.iter().flat_map(|kind| results[kind].as_object().unwrap().values()) {
        let (account, tester) = laboratory(document_of(policy), true);
        let found = risks(&account, &account.entities[&*tester], now());
        let name = policy["PolicyName"].as_str().unwrap();
        for (list, kind) in [
            ("DataExfiltration", RiskKind::Data),
            ("CredentialsExposure", RiskKind::Credentials),
            ("ResourceExposure", RiskKind::Sharing),
            ("ServiceWildcard", RiskKind::Service),
        ] {
            let expected = policy[list].as_array().unwrap().iter().map(|action| action.as_str().unwrap());
            let expected: BTreeSet<_> = match kind {
                RiskKind::Service => expected.map(|service| format!("{service}:*")).collect(),
                _ => expected.map(str::to_owned).collect(),
            };
            let certain = found.iter().filter(|risk| risk.kind == kind && risk.needs.is_empty());
            let mut found: BTreeSet<_> = certain.map(|risk| risk.action.clone()).collect();
            let mut expected = expected;
            expected_all += expected.len();
            if kind == RiskKind::Sharing {
                // The scanner lists every action that manages permissions, also those that only take them away: it counts here
                // whether there is any.
                let any = |all: BTreeSet<String>| all.first().map(|_| "any".to_owned()).into_iter().collect();
                (found, expected) = (any(found), any(expected));
            }
            differences.extend(
                expected.difference(&found).map(|one| (name.to_owned(), format!("{list} without {one}"))),
            );
            differences.extend(
                found.difference(&expected).map(|one| (name.to_owned(), format!("{list} also {one}"))),
            );
        }
    }
    println!("iam-results-example.json: {expected_all} risks expected, {} differences", differences.len());
    review("iam-results-example.json risks", differences);
}

#[test]
fn every_path_of_the_catalogue_leads_to_the_account_and_needs_all_its_actions() {
    let Some(files) = samples() else { return };
    let text =
        std::str::from_utf8(&files["research/pathfinding-cloud/pathfinding-paths-catalog.yaml"]).unwrap();
    let catalogue: Value = serde_saphyr::from_str(text).unwrap();
    let (mut differences, mut paths) = (BTreeSet::new(), 0);
    for path in catalogue["paths"].as_array().unwrap() {
        let id = path["id"].as_str().unwrap();
        let actions: Vec<_> =
            path["required_actions"].as_array().unwrap().iter().map(|a| a.as_str().unwrap()).collect();
        let reaches = |actions: &[&str]| {
            let (account, tester) = laboratory(&allow(actions), id == "sts-001");
            let report = escalations(&account, now());
            // As a user, and as a role.
            [tester.clone(), tester.replace(":user/", ":role/")].iter().find_map(|tester| {
                let (held, used) = closure(&report, tester);
                held.contains(&account.root()).then_some(used)
            })
        };
        let Some(used) = reaches(&actions) else {
            differences.insert((id.to_owned(), "not found".to_owned()));
            continue;
        };
        let ours: BTreeSet<_> = METHODS.iter().filter(|m| m.published.contains(&id)).map(|m| m.id).collect();
        if !ours.is_empty() && ours.is_disjoint(&used) {
            differences.insert((id.to_owned(), format!("found by {used:?} only")));
        }
        for dropped in &actions {
            let rest: Vec<_> = actions.iter().copied().filter(|action| action != dropped).collect();
            if reaches(&rest).is_some() {
                differences.insert((id.to_owned(), format!("also without {dropped}")));
            }
        }
        paths += 1;
    }
    println!("pathfinding-paths-catalog.yaml: {paths} paths found");
    assert_eq!(paths, 66);
    review("pathfinding-paths-catalog.yaml", differences);
}
