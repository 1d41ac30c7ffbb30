//! What a small host tells of its accounts.

use super::*;
use bartizan_model::Timestamp;
use bartizan_model::host::{AuthorizedKey, FileMeta, Group, PrivateKey, SavedToken, Socket, SudoRule};

fn user(name: &str, uid: u32, shell: &str) -> User {
    User { name: name.into(), uid, gid: uid, home: "/".into(), shell: shell.into(), gecos: String::new() }
}

fn host() -> HostFacts {
    let identifiers =
        [Identifier::new(IdentifierKind::AgentId, "0123"), Identifier::new(IdentifierKind::Name, "web")];
    let asset = AssetRef::new(AssetKind::Host, "web", identifiers.into_iter().flatten()).unwrap();
    let unknown = HostFacts::unknown(asset, Timestamp::from_seconds(1));
    HostFacts {
        users: Fact::Known(vec![
            user("root", 0, "/bin/sh"),
            user("app", 33, "/usr/sbin/nologin"),
            user("ops", 1000, "/bin/sh"),
        ]),
        groups: Fact::Known(vec![Group { name: "wheel".into(), gid: 10, members: vec!["ops".into()] }]),
        sudo: Fact::Known(Vec::new()),
        sshd: Fact::Known(Some(BTreeMap::new())),
        authorized_keys: Fact::Known(Vec::new()),
        private_keys: Fact::Known(Vec::new()),
        saved_tokens: Fact::Known(Vec::new()),
        sockets: Fact::Known(vec![socket("sshd", 22, "root")]),
        ..unknown
    }
}

fn socket(process: &str, port: u16, user: &str) -> Socket {
    Socket {
        protocol: "tcp".into(),
        address: "0.0.0.0".into(),
        port,
        process: Some(process.into()),
        executable: None,
        package: None,
        user: Some(user.into()),
    }
}

fn opens(user: &str, options: &str) -> AuthorizedKey {
    AuthorizedKey {
        user: user.into(),
        file: String::new(),
        algorithm: "ssh-ed25519".into(),
        bits: None,
        fingerprint: "SHA256:0123456789abcdef".into(),
        options: options.into(),
        comment: String::new(),
    }
}

fn private(user: &str, encrypted: bool, exposed: bool) -> PrivateKey {
    let file = FileMeta { path: "/k".into(), mode: 0o600, uid: 0, gid: 0, folder: false, package: None };
    let fingerprint = "SHA256:0123456789abcdef".into();
    PrivateKey { user: user.into(), file, algorithm: "ssh-ed25519".into(), encrypted, exposed, fingerprint }
}

fn rule(who: &str, run_as: &str, tags: &[&str], commands: &str) -> SudoRule {
    SudoRule {
        file: "/etc/sudoers".into(),
        who: who.into(),
        hosts: "ALL".into(),
        run_as: run_as.into(),
        tags: tags.iter().map(ToString::to_string).collect(),
        commands: commands.into(),
    }
}

/// The relations but those that every account has to its host.
fn relations(facts: &HostFacts) -> Vec<String> {
    let (observations, _) = accounts(facts);
    let told = observations.iter().filter_map(|observation| match observation {
        Observation::Relation(r) if !matches!(r.relation.as_str(), "account_of" | "root_of") => {
            Some(format!("{} {} {} {}", r.from.name, r.relation, r.to.name, r.via).trim_end().to_owned())
        }
        _ => None,
    });
    told.collect()
}

#[test]
fn accounts_and_their_host() {
    let (observations, coverage) = accounts(&host());
    let told: Vec<_> = observations
        .iter()
        .map(|observation| match observation {
            Observation::Relation(r) => format!("{} {} {} {}", r.from.name, r.relation, r.to.name, r.via),
            Observation::Asset(seen) => format!("{:?} {:?}", seen.asset.identifiers.len(), seen.attributes),
            other => format!("{other:?}"),
        })
        .collect();
    assert_eq!(
        told,
        [
            r#"2 {"can-log-in": "true", "saved-tokens": "", "type": "local-account", "uid": "1000"}"#,
            "ops@web account_of web ",
            r#"2 {"can-log-in": "true", "saved-tokens": "", "type": "local-account", "uid": "0"}"#,
            "root@web root_of web ",
            "root@web serves web tcp/22",
        ]
    );
    assert_eq!(coverage.covered.len(), 2);
    assert_eq!(
        accounts(&HostFacts { sudo: Fact::default(), ..host() }).1.covered,
        [],
        "something was withheld"
    );
    let nameless = HostFacts { asset: AssetRef::host("localhost").unwrap(), ..host() };
    assert_eq!(accounts(&nameless), (vec![], Coverage::default()));
}

#[test]
fn keys_open_accounts() {
    let key = "SSH key SHA256:0123456789ab";
    let with = |keys: Vec<AuthorizedKey>, settings: &[(&str, &str)], port: u16| {
        let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), vec![(*value).to_owned()]));
        let sshd = Fact::Known(Some(settings.collect()));
        let sockets = Fact::Known(vec![socket("sshd", port, "nobody")]);
        relations(&HostFacts { authorized_keys: Fact::Known(keys), sshd, sockets, ..host() })
    };
    let restricted = r#"no-pty,from="10.0.0.0/8, !10.0.0.1",command="echo \"a, b\"""#;
    assert_eq!(with(vec![opens("ops", "")], &[], 22), [format!("{key} can_ssh ops@web tcp/22")]);
    assert_eq!(
        with(
            vec![opens("root", restricted)],
            &[("port", "2222"), ("permitrootlogin", "forced-commands-only")],
            2222
        ),
        [format!(r#"{key} can_ssh root@web tcp/2222 from=10.0.0.0/8,!10.0.0.1 command=echo "a, b""#)]
    );
    for (keys, settings, port) in [
        (vec![opens("root", "")], &[("permitrootlogin", "no")], 22),
        (vec![opens("root", "")], &[("permitrootlogin", "forced-commands-only")], 22),
        (vec![opens("ops", "")], &[("pubkeyauthentication", "no")], 22),
        (vec![opens("ops", "")], &[("port", "22")], 80),
    ] {
        assert_eq!(with(keys, settings, port), Vec::<String>::new());
    }
    let none =
        HostFacts { authorized_keys: Fact::Known(vec![opens("ops", "")]), sshd: Fact::Known(None), ..host() };
    assert_eq!(relations(&HostFacts { sockets: Fact::default(), ..none }), Vec::<String>::new(), "no server");
}

#[test]
fn keys_lie_with_accounts() {
    let with = |key| {
        let sockets = Fact::Known(Vec::new());
        relations(&HostFacts { private_keys: Fact::Known(vec![key]), sockets, ..host() })
    };
    let key = "SSH key SHA256:0123456789ab /k";
    assert_eq!(with(private("app", false, false)), [format!("app@web holds_key {key}")]);
    assert_eq!(with(private("1234", true, true)), [format!("root@web holds_encrypted_key {key}")]);
    assert_eq!(
        with(private("ops", false, true)),
        [format!("ops@web exposes_key {key}"), format!("ops@web holds_key {key}")]
    );
}

#[test]
fn sudo_makes_one_of_another() {
    let with = |rules: Vec<SudoRule>| {
        let sockets = Fact::Known(Vec::new());
        relations(&HostFacts { sudo: Fact::Known(rules), sockets, ..host() })
    };
    assert_eq!(with(vec![rule("%wheel", "ALL:ALL", &[], "ALL")]), ["ops@web can_sudo root@web ALL"]);
    assert_eq!(
        with(vec![
            rule("#1000", "app", &["NOPASSWD", "NOEXEC"], "/usr/bin/less"),
            rule("root", "ALL", &[], "ALL")
        ]),
        ["ops@web can_sudo app@web NOPASSWD: NOEXEC: /usr/bin/less"]
    );
    let nobody = rule("Defaults:ops", "", &[], "env_reset, !authenticate");
    assert_eq!(
        with(vec![nobody, rule("ops", "root", &[], "ALL")]),
        ["ops@web can_sudo root@web NOPASSWD: ALL"]
    );
    let elsewhere = SudoRule { hosts: "db, mail".into(), ..rule("ops", "root", &[], "ALL") };
    assert_eq!(with(vec![elsewhere, rule("gone", "root", &[], "ALL")]), Vec::<String>::new());
}

#[test]
fn saved_tokens_lead_to_the_accounts_that_are_named() {
    let file = FileMeta { path: "/t".into(), mode: 0o600, uid: 0, gid: 0, folder: false, package: None };
    let token = |exposed, accounts: &[&str]| SavedToken {
        user: "ops".into(),
        system: "aws".into(),
        file: file.clone(),
        exposed,
        accounts: accounts.iter().map(ToString::to_string).collect(),
    };
    let with = |tokens| relations(&HostFacts { saved_tokens: Fact::Known(tokens), ..host() });
    let role = "arn:aws:iam::111122223333:role/deploy";
    assert_eq!(
        with(vec![token(false, &[role]), token(true, &[])]),
        ["ops@web saves_token_of deploy aws", "root@web serves web tcp/22"]
    );
    assert_eq!(
        with(vec![token(true, &["ada@clinic.test"])]),
        [
            "ops@web saves_token_of ada@clinic.test aws",
            "root@web serves web tcp/22",
            "web saves_token_of ada@clinic.test aws",
        ]
    );
}
