//! Credentials of other systems that lie in the homes of accounts: that they are there, whose, and of what. Nothing of a credential is
//! kept; accounts are read only where they stand in the clear in a file beside it.

use super::private_keys::open_to_all;
use super::{Group, fact};
use crate::root::{Root, file_meta};
use bartizan_model::host::{HostFacts, SavedToken};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::MetadataExt;

pub(super) const GROUP: Group = Group {
    name: "saved_tokens",
    reads: "which credentials of clouds, clusters, registries and forges lie in homes, and the accounts that their settings name",
    needs: "root for the homes of others",
    collect,
};

/// The largest file of settings that is read.
const SIZE: u64 = 1 << 20;
/// The most accounts that are told of one file.
const ACCOUNTS: usize = 100;

/// Whether a file holds credentials; its name alone tells where there is nothing to ask.
type Holds = fn(&str) -> bool;

/// System, place in a home, and where the file may hold none, what tells that it does.
const PLACES: &[(&str, &str, Option<Holds>)] = &[
    ("aws", ".aws/credentials", None),
    ("aws", ".aws/sso/cache", None),
    ("azure", ".azure/accessTokens.json", None),
    ("azure", ".azure/msal_token_cache.json", None),
    ("azure", ".azure/service_principal_entries.json", None),
    ("docker", ".docker/config.json", Some(registry)),
    ("gcloud", ".config/gcloud/application_default_credentials.json", None),
    ("gcloud", ".config/gcloud/credentials.db", None),
    ("git", ".git-credentials", None),
    ("github", ".config/gh/hosts.yml", Some(|text| text.contains("oauth_token:"))),
    ("kubernetes", ".kube/config", None),
    ("netrc", ".netrc", None),
    ("npm", ".npmrc", Some(|text| text.contains("_authToken") || text.contains("_auth="))),
    ("postgresql", ".pgpass", None),
    ("pypi", ".pypirc", Some(|text| text.contains("password"))),
    ("terraform", ".terraform.d/credentials.tfrc.json", None),
    ("vault", ".vault-token", None),
];

/// The accounts that a file of settings names.
type Accounts = fn(&str) -> Vec<String>;

/// System, the file that names accounts of it, and how.
const NAMED: &[(&str, &str, Accounts)] = &[
    ("aws", ".aws/config", |text| values(text, '=', "role_arn")),
    ("azure", ".azure/azureProfile.json", subscriptions),
    ("gcloud", ".config/gcloud/configurations/config_default", |text| values(text, '=', "account")),
    ("github", ".config/gh/hosts.yml", |text| {
        values(text, ':', "user").into_iter().map(|user| format!("{user}@github.com")).collect()
    }),
];

fn collect(root: &Root, facts: &mut HostFacts) {
    facts.saved_tokens = fact(read(root, facts));
}

fn read(root: &Root, facts: &HostFacts) -> Result<Vec<SavedToken>, String> {
    let users = facts.users.get()?;
    let names: BTreeMap<u32, &str> = users.iter().rev().map(|user| (user.uid, user.name.as_str())).collect();
    let homes = users.iter().map(|user| user.home.trim_end_matches('/')).filter(|home| home.starts_with('/'));
    let mut found = Vec::new();
    for home in homes.collect::<BTreeSet<_>>() {
        for (system, place, holds) in PLACES {
            let path = format!("{home}/{place}");
            let Some(meta) = root.stat(&path)? else { continue };
            let there = if meta.is_dir() {
                root.list(&path)?.is_some_and(|names| !names.is_empty())
            } else {
                meta.is_file() && meta.len() > 0
            };
            if !there || !holds.map_or(Ok(true), |holds| asked(root, &path, holds))? {
                continue;
            }
            let owner = names.get(&meta.uid()).map_or_else(|| meta.uid().to_string(), ToString::to_string);
            let folder = path.rsplit_once('/').map_or("/", |(folder, _)| folder);
            found.push(SavedToken {
                user: owner,
                system: (*system).to_owned(),
                exposed: meta.mode() & 0o004 != 0 && open_to_all(root, folder)?,
                file: file_meta(&path, &meta),
                accounts: accounts(root, home, system)?,
            });
        }
    }
    Ok(found)
}

fn asked(root: &Root, path: &str, holds: Holds) -> Result<bool, String> {
    let text = root.bytes(path, SIZE)?.map(crate::root::lossy);
    Ok(text.is_some_and(|text| holds(&text)))
}

fn accounts(root: &Root, home: &str, system: &str) -> Result<Vec<String>, String> {
    let mut all = BTreeSet::new();
    for (_, place, read) in NAMED.iter().filter(|(of, ..)| *of == system) {
        let path = format!("{home}/{place}");
        if root.stat(&path)?.is_some_and(|meta| meta.is_file()) {
            let text = root.bytes(&path, SIZE)?.map(crate::root::lossy).unwrap_or_default();
            all.extend(read(&text));
        }
    }
    Ok(all.into_iter().take(ACCOUNTS).collect())
}

/// Whether a registry's password lies in the file itself; a helper keeps it elsewhere.
fn registry(text: &str) -> bool {
    let settings: Value = serde_json::from_str(text).unwrap_or_default();
    let registries = settings["auths"].as_object().into_iter().flatten();
    let held = |of: &Value, name: &str| of[name].as_str().is_some_and(|text| !text.is_empty());
    registries.into_iter().any(|(_, of)| held(of, "auth") || held(of, "identitytoken"))
}

/// The values of a key in lines of `key = value` or `key: value`.
fn values(text: &str, between: char, key: &str) -> Vec<String> {
    let lines = text.lines().filter_map(|line| line.split_once(between));
    let own = lines.filter(|(name, _)| name.trim() == key).map(|(_, value)| value.trim().to_owned());
    own.filter(|value| !value.is_empty()).collect()
}

fn subscriptions(text: &str) -> Vec<String> {
    let profile: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap_or_default();
    let all = profile["subscriptions"].as_array().into_iter().flatten();
    all.filter_map(|one| one["user"]["name"].as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use bartizan_model::host::{Fact, User};
    use bartizan_model::{AssetRef, Timestamp};
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn that_it_is_there_and_no_more() {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        for (path, text) in [
            (".aws/credentials", "[default]\naws_secret_access_key = hunter22\n"),
            (".aws/config", "[profile ops]\nrole_arn = arn:aws:iam::111122223333:role/ops\n"),
            (".docker/config.json", r#"{"auths":{"registry.example.org":{}},"credsStore":"pass"}"#),
            (".kube/config", ""),
            (".npmrc", "registry=https://npm.example.org\n"),
            (".azure/msal_token_cache.json", "{}"),
            (
                ".azure/azureProfile.json",
                "\u{feff}{\"subscriptions\":[{\"user\":{\"name\":\"ada@clinic.test\"}}]}",
            ),
            (".config/gh/hosts.yml", "github.com:\n    user: ada\n    oauth_token: hunter22\n"),
        ] {
            let place = folder.path().join("home/ada").join(path);
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            fs::write(&place, text).unwrap();
            fs::set_permissions(&place, fs::Permissions::from_mode(0o600)).unwrap();
        }
        let open = folder.path().join("home/ada/.aws/credentials");
        fs::set_permissions(open, fs::Permissions::from_mode(0o644)).unwrap();
        let mut facts = HostFacts::unknown(AssetRef::host("web").unwrap(), Timestamp::from_seconds(1));
        facts.users = Fact::Known(vec![User {
            name: "ada".into(),
            uid: rustix::process::geteuid().as_raw(),
            gid: 0,
            home: "/home/ada/".into(),
            shell: "/bin/sh".into(),
            gecos: String::new(),
        }]);
        let root = Root::replica(folder.path());
        let told = read(&root, &facts).unwrap();
        assert!(!format!("{told:?}").contains("hunter22"));
        let told: Vec<_> = told
            .iter()
            .map(|one| format!("{} {} {} {:?}", one.user, one.system, one.file.path, one.accounts))
            .collect();
        assert_eq!(
            told,
            [
                r#"ada aws /home/ada/.aws/credentials ["arn:aws:iam::111122223333:role/ops"]"#,
                r#"ada azure /home/ada/.azure/msal_token_cache.json ["ada@clinic.test"]"#,
                r#"ada github /home/ada/.config/gh/hosts.yml ["ada@github.com"]"#,
            ]
        );
        assert!(read(&root, &facts).unwrap()[0].exposed);
        facts.users = Fact::default();
        assert!(read(&root, &facts).is_err());
    }

    #[test]
    fn a_registry_whose_password_a_helper_keeps_is_none() {
        assert!(registry(r#"{"auths":{"r.example.org":{"auth":"dTpw"}}}"#));
        assert!(!registry(r#"{"auths":{"r.example.org":{}}}"#));
        assert!(!registry("nonsense"));
    }
}
