//! Exposures of identities out of what directories and clouds tell: they appear, stay when nothing changed, end with the fact,
//! and do not end where the fact was not collected.

use crate::support::{Home, number};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What SharpHound asks for with `-c All`, and without properties of objects.
const ALL: u64 = 521_215;
const NO_PROPERTIES: u64 = ALL & !(1 << 9);

const DOMAIN: &str = "S-1-5-21-1-2-3";

fn collection(kind: &str, methods: u64, data: &[Value]) -> String {
    json!({"data": data, "meta": {"methods": methods, "type": kind, "count": data.len(), "version": 6}})
        .to_string()
}

fn user(number: u64, name: &str, properties: &Value) -> Value {
    let mut all = json!({
        "domain": "CLINIC.EXAMPLE", "domainsid": DOMAIN, "name": format!("{}@CLINIC.EXAMPLE", name.to_uppercase()), "samaccountname": name,
        "enabled": true, "hasspn": false, "dontreqpreauth": false, "passwordnotreqd": false, "pwdneverexpires": false,
        "unconstraineddelegation": false, "whencreated": 1_600_000_000, "lastlogontimestamp": 1_717_000_000,
        "pwdlastset": 1_710_000_000, "userpassword": null,
    });
    for (name, value) in properties.as_object().unwrap() {
        all[name] = value.clone();
    }
    json!({"ObjectIdentifier": format!("{DOMAIN}-{number}"), "Properties": all, "Aces": [], "PrimaryGroupSID": format!("{DOMAIN}-513")})
}

fn group(number: u64, name: &str, members: &[u64]) -> Value {
    let members: Vec<_> = members
        .iter()
        .map(|member| json!({"ObjectIdentifier": format!("{DOMAIN}-{member}"), "ObjectType": "User"}))
        .collect();
    json!({"ObjectIdentifier": format!("{DOMAIN}-{number}"), "Members": members, "Aces": [],
        "Properties": {"domain": "CLINIC.EXAMPLE", "domainsid": DOMAIN, "name": format!("{name}@CLINIC.EXAMPLE")}})
}

/// The open exposures of identities, as `weakness asset [locus]: severity`.
fn open(home: &Home) -> BTreeSet<String> {
    let line = |row: &Value| {
        let word = |key: &str| row[key].as_str().unwrap().to_owned();
        let locus = word("locus");
        let place = if locus.is_empty() { word("asset") } else { format!("{} {locus}", word("asset")) };
        format!("{} {place}: {}", word("weakness").trim_start_matches("bartizan-identity:"), word("severity"))
    };
    home.top("source:bartizan-identity").iter().map(line).collect()
}

fn lines(expected: &[&str]) -> BTreeSet<String> {
    expected.iter().map(|line| (*line).to_owned()).collect()
}

#[test]
fn a_domain() {
    let home = Home::new();
    let service =
        json!({"hasspn": true, "serviceprincipalnames": ["MSSQL/db:1433"], "pwdlastset": 1_500_000_000});
    let roast = json!({"dontreqpreauth": true});
    let users = [user(1104, "svc-sql", &service), user(1105, "eva", &roast), user(1106, "ada", &json!({}))];
    let users = home.file("users.json", collection("users", ALL, &users));
    let groups = [group(512, "DOMAIN ADMINS", &[1104]), group(513, "DOMAIN USERS", &[])];
    let groups = home.file("groups.json", collection("groups", ALL, &groups));

    let first = home.import(&users);
    assert_eq!((number(&first, "findings"), number(&first, "created")), (0, 3), "{first}");
    home.import(&groups);
    let all = lines(&[
        "ad-asrep-roastable EVA@CLINIC.EXAMPLE: high",
        "ad-kerberoastable SVC-SQL@CLINIC.EXAMPLE: critical",
        "ad-old-password SVC-SQL@CLINIC.EXAMPLE: medium",
        "ad-standing-privilege SVC-SQL@CLINIC.EXAMPLE group:DOMAIN ADMINS@CLINIC.EXAMPLE: high",
    ]);
    assert_eq!(open(&home), all);
    let id = home.top("weakness:bartizan-identity:ad-standing-privilege")[0]["id"].to_string();
    let explained = home.ok(&["explain", &id]);
    let command = "Remove-ADGroupMember -Identity 'DOMAIN ADMINS@CLINIC.EXAMPLE' -Members 'svc-sql'";
    assert!(explained.contains(command) && explained.contains("ATT&CK: T1078.002"), "{explained}");

    // The same again changes nothing.
    for file in [&users, &groups] {
        let again = home.import(file);
        for key in ["created", "updated", "reopened", "closed"] {
            assert_eq!(number(&again, key), 0, "{again}");
        }
    }
    assert_eq!(open(&home), all);

    // A collection without properties says nothing of them.
    let blind: Vec<_> = [(1104, "svc-sql"), (1105, "eva"), (1106, "ada")]
        .iter()
        .map(|(number, name)| {
            let mut user = user(*number, name, &json!({}));
            user["Properties"] = json!({"domain": "CLINIC.EXAMPLE", "domainsid": DOMAIN});
            user
        })
        .collect();
    home.import(home.file("blind.json", collection("users", NO_PROPERTIES, &blind)));
    assert_eq!(open(&home), all);
    // Even where the file claims that they were asked for.
    home.import(home.file("blind.json", collection("users", ALL, &blind)));
    assert_eq!(open(&home), all);

    // Mended: no longer a service, preauthentication again, out of the group.
    let mended =
        [user(1104, "svc-sql", &json!({})), user(1105, "eva", &json!({})), user(1106, "ada", &json!({}))];
    let closed = home.import(home.file("mended.json", collection("users", ALL, &mended)));
    assert_eq!(number(&closed, "closed"), 3, "{closed}");
    home.import(home.file("mended.json", collection("groups", ALL, &[group(512, "DOMAIN ADMINS", &[])])));
    assert_eq!(open(&home), lines(&[]));
    assert_eq!(home.top("status:fixed").len(), 4);

    // And back.
    let back = home.import(&users);
    assert_eq!(number(&back, "reopened"), 3, "{back}");
}

#[test]
fn an_account_of_aws() {
    let home = Home::new();
    let arn = |what: &str| format!("arn:aws:iam::111122223333:{what}");
    let policy = |action: &Value| json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": action, "Resource": "*"}});
    // A role that is used at last is given to its vendor under an id.
    let vendor = |used: &Value| match used["LastUsedDate"].is_string() {
        true => json!({"StringEquals": {"sts:ExternalId": "7f3c"}}),
        false => json!({}),
    };
    let account = |admin: &Value, keys: &Value, used: &Value| {
        json!({
            "UserDetailList": [{"UserName": "ci", "Arn": arn("user/ci"), "CreateDate": "2020-01-01T00:00:00+00:00", "GroupList": ["ops"],
                "UserPolicyList": [{"PolicyName": "deploy", "PolicyDocument": policy(keys)}], "AttachedManagedPolicies": []}],
            "GroupDetailList": [{"GroupName": "ops", "Arn": arn("group/ops"), "CreateDate": "2020-01-01T00:00:00+00:00",
                "GroupPolicyList": [{"PolicyName": "all", "PolicyDocument": policy(admin)}], "AttachedManagedPolicies": []}],
            "RoleDetailList": [{"RoleName": "old", "Arn": arn("role/old"), "Path": "/", "CreateDate": "2020-01-01T00:00:00+00:00",
                "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
                    "Principal": {"Service": "ec2.amazonaws.com"}}},
                "RoleLastUsed": used, "RolePolicyList": [], "AttachedManagedPolicies": [], "InstanceProfileList": []},
                {"RoleName": "now", "Arn": arn("role/now"), "Path": "/", "CreateDate": "2020-01-01T00:00:00+00:00",
                "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
                    "Principal": {"AWS": "444455556666"}, "Condition": vendor(used)}},
                "RoleLastUsed": {"LastUsedDate": "2024-06-01T00:00:00+00:00"}, "RolePolicyList": [], "AttachedManagedPolicies": [],
                "InstanceProfileList": []}],
            "Policies": [],
        })
        .to_string()
    };
    let before =
        home.file("account.json", account(&json!("*"), &json!(["s3:*", "iam:CreateAccessKey"]), &json!({})));
    home.import(&before);
    let report = "user,arn,user_creation_time,password_enabled,password_last_used,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_2_active\n";
    let ci = "ci,arn:aws:iam::111122223333:user/ci,2020-01-01T00:00:00+00:00,true,2024-05-20T00:00:00+00:00,false,true,2020-01-01T00:00:00+00:00,2024-06-01T00:00:00+00:00,false\n";
    home.import(home.file("report.csv", format!("{report}{ci}")));
    let all = lines(&[
        "aws-confused-deputy now policy:trust-policy: medium",
        "aws-full-admin ops policy:inline:all: high",
        "aws-old-access-key ci key:access-key-1: high",
        "aws-unused-identity old: low",
        "no-mfa ci: critical",
    ]);
    assert_eq!(open(&home), all);

    // Without the group's policy the user is less, and what its own policy lets it do shows.
    home.import(home.file(
        "account.json",
        account(&json!("ec2:DescribeInstances"), &json!(["s3:*", "iam:CreateLoginProfile"]), &json!({})),
    ));
    let less = lines(&[
        "aws-confused-deputy now policy:trust-policy: medium",
        "aws-old-access-key ci key:access-key-1: low",
        "aws-service-wildcard ci policy:inline:deploy: medium",
        "aws-unused-identity old: low",
        "no-mfa ci: high",
    ]);
    assert_eq!(open(&home), less);

    let used = json!({"LastUsedDate": "2024-05-30T00:00:00+00:00"});
    home.import(
        home.file("account.json", account(&json!("ec2:DescribeInstances"), &json!("s3:GetObject"), &used)),
    );
    let ci = ci.replace("false,true,2020", "true,false,2020");
    home.import(home.file("report.csv", format!("{report}{ci}")));
    assert_eq!(open(&home), lines(&[]));
}

#[test]
fn a_policy_that_is_open_to_everybody() {
    let home = Home::new();
    let of = |arn: &str, action: &str, who: &Value| {
        let allows = json!({"Effect": "Allow", "Principal": who, "Action": action, "Resource": arn});
        json!({"Policy": json!({"Version": "2012-10-17", "Statement": [allows]}).to_string()}).to_string()
    };
    let function = |who: &Value| {
        of("arn:aws:lambda:eu-west-1:111122223333:function:resize", "lambda:InvokeFunction", who)
    };
    home.import(home.file("function.json", function(&json!("*"))));
    assert_eq!(open(&home), lines(&["aws-public-policy resize policy:resource-policy: medium"]));

    // Whether the account keeps the public out of a bucket was not collected.
    let bucket = of("arn:aws:s3:::patients/*", "s3:GetObject", &json!("*"));
    home.import(home.file("bucket.json", bucket));
    home.import(home.file("function.json", function(&json!({"Service": "s3.amazonaws.com"}))));
    assert_eq!(open(&home), lines(&[]));
}

#[test]
fn a_cluster() {
    let home = Home::new();
    let cluster = |bindings: &[Value]| {
        let role = |name: &str, rules: Value| json!({"kind": "ClusterRole", "metadata": {"name": name}, "rules": rules});
        let all = json!([{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]);
        let mut items = vec![
            role("cluster-admin", all),
            role("watch", json!([{"apiGroups": [""], "resources": ["*"], "verbs": ["get"]}])),
        ];
        items.extend(bindings.iter().cloned());
        json!({"apiVersion": "v1", "kind": "List", "items": items}).to_string()
    };
    let binding = |name: &str, role: &str, subjects: Value| {
        json!({"kind": "ClusterRoleBinding", "metadata": {"name": name}, "subjects": subjects,
            "roleRef": {"kind": "ClusterRole", "name": role}})
    };
    let own = binding("cluster-admin", "cluster-admin", json!([{"kind": "Group", "name": "system:masters"}]));
    let ops = |subjects: Value| binding("ops", "cluster-admin", subjects);
    let view = |subjects: Value| binding("view-all", "watch", subjects);
    let carol = json!([{"kind": "User", "name": "carol"}]);
    let default = json!([{"kind": "ServiceAccount", "name": "default", "namespace": "shop"}]);
    home.import(home.file("cluster.json", cluster(&[own.clone(), ops(carol), view(default)])));
    let all = lines(&[
        "kubernetes-cluster-admin carol binding:ops: high",
        "kubernetes-default-account shop/default binding:view-all: medium",
        "kubernetes-wildcard-role watch: medium",
    ]);
    assert_eq!(open(&home), all);
    home.import(home.file("cluster.json", cluster(&[own, ops(json!([])), view(json!([]))])));
    assert_eq!(open(&home), lines(&[]));
}
