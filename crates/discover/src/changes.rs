//! What changed between two snapshots of one host, in plain words.

use bartizan_model::host::{Fact, FileMeta, HostFacts, PrivateKey, SavedToken, SudoRule};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// One difference between two snapshots.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Change {
    /// What happened: `package-upgraded`, `port-opened`, `user-added`, `setting-changed`, ...
    pub kind: String,
    /// To what: a package, a port, an account, a setting.
    pub subject: String,
    /// How it was, where it was.
    pub before: Option<String>,
    /// How it is, where it is.
    pub after: Option<String>,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, after) =
            (self.before.as_deref().unwrap_or("nothing"), self.after.as_deref().unwrap_or("nothing"));
        let subject = &self.subject;
        match self.kind.as_str() {
            "package-installed" => write!(f, "{subject} {after} was installed"),
            "package-removed" => write!(f, "{subject} {before} was removed"),
            "package-upgraded" => write!(f, "{subject} was upgraded from {before} to {after}"),
            "package-downgraded" => write!(f, "{subject} was downgraded from {before} to {after}"),
            "port-opened" => write!(f, "port {subject} was opened by {after}"),
            "port-closed" => write!(f, "port {subject} was closed (it was held by {before})"),
            "port-changed" => write!(f, "port {subject} is now held by {after} instead of {before}"),
            "user-added" => write!(f, "the account {subject} was added ({after})"),
            "user-removed" => write!(f, "the account {subject} was removed ({before})"),
            "user-changed" => write!(f, "the account {subject} changed from {before} to {after}"),
            "group-changed" => {
                write!(f, "the members of the group {subject} changed from {before} to {after}")
            }
            "key-added" => write!(f, "the SSH key {after} now opens the account {subject}"),
            "key-removed" => write!(f, "the SSH key {before} no longer opens the account {subject}"),
            "sudo-changed" => match (&self.before, &self.after) {
                (None, _) => write!(f, "sudo now lets {subject} do: {after}"),
                (_, None) => write!(f, "sudo no longer lets {subject} do: {before}"),
                _ => write!(f, "what sudo lets {subject} do changed from {before} to {after}"),
            },
            "private-key-added" => write!(f, "the SSH private key {subject} was added ({after})"),
            "private-key-removed" => write!(f, "the SSH private key {subject} was removed ({before})"),
            "private-key-changed" => {
                write!(f, "the SSH private key {subject} changed from {before} to {after}")
            }
            "unit-added" => write!(f, "the unit {subject} was added ({after})"),
            "unit-removed" => write!(f, "the unit {subject} was removed ({before})"),
            "unit-changed" => write!(f, "the unit {subject} changed from {before} to {after}"),
            "suid-added" => write!(f, "{subject} now runs with its owner's or group's rights ({after})"),
            "suid-removed" => {
                write!(f, "{subject} no longer runs with its owner's or group's rights ({before})")
            }
            _ => match (&self.before, &self.after) {
                (None, _) => write!(f, "{subject} is now {after}"),
                (_, None) => write!(f, "{subject} is no longer set (it was {before})"),
                _ => write!(f, "{subject} changed from {before} to {after}"),
            },
        }
    }
}

/// The differences, group by group. Only what is known on both sides is compared: unknown never reads as removed.
pub fn changes(before: &HostFacts, after: &HostFacts) -> Vec<Change> {
    let mut out = Vec::new();
    pair(
        &before.packages,
        &after.packages,
        &mut out,
        ["package-installed", "package-removed", "package-upgraded"],
        |list| many(list.iter().map(|p| (p.name.clone(), p.version.clone()))),
    );
    // "Upgraded" says which way; without a distribution's order of versions, numbers decide.
    for change in out.iter_mut().filter(|change| change.kind == "package-upgraded") {
        if let (Some(before), Some(after)) = (&change.before, &change.after)
            && older(after, before)
        {
            "package-downgraded".clone_into(&mut change.kind);
        }
    }
    pair(&before.sockets, &after.sockets, &mut out, ["port-opened", "port-closed", "port-changed"], |list| {
        many(list.iter().map(|s| {
            let scope = if s.is_exposed() { "" } else { " on this machine only" };
            (
                format!("{}/{}{scope}", s.port, s.protocol),
                s.process.clone().unwrap_or_else(|| "an unknown process".to_owned()),
            )
        }))
    });
    // Without rights a process has no name; that it could not be seen is no change.
    out.retain(|change| {
        let unseen =
            |side: &Option<String>| side.as_deref().is_some_and(|text| text.contains("an unknown process"));
        change.kind != "port-changed" || !(unseen(&change.before) || unseen(&change.after))
    });
    pair(&before.users, &after.users, &mut out, ["user-added", "user-removed", "user-changed"], |list| {
        many(list.iter().map(|u| {
            (u.name.clone(), format!("uid {}, gid {}, home {}, shell {}", u.uid, u.gid, u.home, u.shell))
        }))
    });
    pair(&before.groups, &after.groups, &mut out, ["group-changed"; 3], |list| {
        list.iter()
            .map(|g| {
                (
                    g.name.clone(),
                    if g.members.is_empty() { "nobody".to_owned() } else { g.members.join(", ") },
                )
            })
            .collect()
    });
    keys(before, after, &mut out);
    pair(
        &before.private_keys,
        &after.private_keys,
        &mut out,
        ["private-key-added", "private-key-removed", "private-key-changed"],
        |list| list.iter().map(|key| (key.file.path.clone(), private_key(key))).collect(),
    );
    pair(
        &before.saved_tokens,
        &after.saved_tokens,
        &mut out,
        ["saved-token-added", "saved-token-removed", "saved-token-changed"],
        |list| {
            let readable = |exposed| if exposed { ", readable by everybody" } else { "" };
            let of = |token: &SavedToken| format!("{}{}", token.system, readable(token.exposed));
            list.iter().map(|token| (token.file.path.clone(), of(token))).collect()
        },
    );
    pair(&before.sudo, &after.sudo, &mut out, ["sudo-changed"; 3], |list| {
        let mut rules: BTreeMap<String, Vec<String>> = BTreeMap::new();
        list.iter().for_each(|rule| rules.entry(rule.who.clone()).or_default().push(sudo(rule)));
        rules.into_iter().map(|(who, rules)| (who, rules.join("; "))).collect()
    });
    pair(&before.units, &after.units, &mut out, ["unit-added", "unit-removed", "unit-changed"], |list| {
        let state = |enabled| if enabled { "enabled" } else { "not enabled" };
        let user = |user: &str| if user.is_empty() { "root" } else { user }.to_owned();
        list.iter()
            .map(|u| (u.name.clone(), format!("{}, run as {}", state(u.enabled), user(&u.user))))
            .collect()
    });
    let modes = |list: &Vec<FileMeta>| list.iter().map(|f| (f.path.clone(), mode(f))).collect();
    pair(&before.suid, &after.suid, &mut out, ["suid-added", "suid-removed", "setting-changed"], modes);
    settings(before, after, &mut out);
    out
}

/// Settings: one name, one value.
fn settings(before: &HostFacts, after: &HostFacts, out: &mut Vec<Change>) {
    const SETTING: [&str; 3] = ["setting-changed"; 3];
    let one = |name: &str, value: &str| BTreeMap::from([(name.to_owned(), value.to_owned())]);
    pair(&before.kernel, &after.kernel, out, SETTING, |kernel| one("the running kernel", kernel));
    pair(&before.os, &after.os, out, SETTING, |os| one("the operating system", &os.pretty_name));
    pair(&before.sshd, &after.sshd, out, SETTING, |sshd| {
        sshd.iter().flatten().map(|(key, values)| (format!("sshd's {key}"), values.join(" "))).collect()
    });
    let named = |prefix: &'static str| {
        move |map: &BTreeMap<String, String>| {
            map.iter().map(|(k, v)| (format!("{prefix}{k}"), v.clone())).collect()
        }
    };
    pair(&before.sysctl, &after.sysctl, out, SETTING, named("the kernel parameter "));
    pair(&before.login_defs, &after.login_defs, out, SETTING, named("login.defs' "));
    pair(&before.pam, &after.pam, out, SETTING, |pam| {
        pam.iter().map(|(name, lines)| (format!("PAM's {name}"), lines.join("; "))).collect()
    });
    pair(&before.firewall, &after.firewall, out, SETTING, |firewall| {
        let verb = if firewall.filters_input { "filters" } else { "does not filter" };
        one("the packet filter", &format!("{}, {verb} incoming packets", firewall.engine))
    });
    for (name, now) in &after.hardening {
        if let Some(was) = before.hardening.get(name) {
            pair(was, now, out, SETTING, |value| one(name, value));
        }
    }
    for (path, now) in &after.files {
        if let Some(was) = before.files.get(path) {
            pair(was, now, out, SETTING, |file| file.iter().map(|f| (path.clone(), mode(f))).collect());
        }
    }
}

fn mode(file: &FileMeta) -> String {
    format!("mode {:04o} of uid {} and gid {}", file.mode, file.uid, file.gid)
}

fn sudo(rule: &SudoRule) -> String {
    let tags: String = rule.tags.iter().map(|tag| format!("{tag}: ")).collect();
    if rule.who.starts_with("Defaults") {
        rule.commands.clone()
    } else {
        format!("{} = ({}) {tags}{}", rule.hosts, rule.run_as, rule.commands)
    }
}

fn private_key(key: &PrivateKey) -> String {
    let protection = if key.encrypted { "under a passphrase" } else { "without a passphrase" };
    let fingerprint = if key.fingerprint.is_empty() { "unknown" } else { &key.fingerprint };
    format!("of {}, {protection}, {fingerprint}", key.user)
}

/// Each key of each account by its fingerprint.
fn keys(before: &HostFacts, after: &HostFacts, out: &mut Vec<Change>) {
    let (Fact::Known(before), Fact::Known(after)) = (&before.authorized_keys, &after.authorized_keys) else {
        return;
    };
    let name = |key: &bartizan_model::host::AuthorizedKey| {
        let comment = if key.comment.is_empty() { String::new() } else { format!(" ({})", key.comment) };
        format!("{}{comment}", key.fingerprint)
    };
    let has = |list: &[bartizan_model::host::AuthorizedKey], key: &bartizan_model::host::AuthorizedKey| {
        list.iter().any(|k| k.user == key.user && k.fingerprint == key.fingerprint)
    };
    for key in after.iter().filter(|key| !has(before, key)) {
        out.push(Change {
            kind: "key-added".into(),
            subject: key.user.clone(),
            before: None,
            after: Some(name(key)),
        });
    }
    for key in before.iter().filter(|key| !has(after, key)) {
        out.push(Change {
            kind: "key-removed".into(),
            subject: key.user.clone(),
            before: Some(name(key)),
            after: None,
        });
    }
}

/// Several values of one name (two architectures of a library, three kernels) as one text.
fn many(pairs: impl Iterator<Item = (String, String)>) -> BTreeMap<String, String> {
    let mut map: BTreeMap<String, std::collections::BTreeSet<String>> = BTreeMap::new();
    pairs.for_each(|(name, value)| {
        map.entry(name).or_default().insert(value);
    });
    map.into_iter().map(|(name, values)| (name, values.into_iter().collect::<Vec<_>>().join(", "))).collect()
}

/// Compares two known facts as maps; `kinds` are the words for added, removed and changed.
fn pair<T>(
    before: &Fact<T>,
    after: &Fact<T>,
    out: &mut Vec<Change>,
    kinds: [&str; 3],
    map: impl Fn(&T) -> BTreeMap<String, String>,
) {
    let (Fact::Known(before), Fact::Known(after)) = (before, after) else { return };
    let (was, is) = (map(before), map(after));
    let change = |kind: &str, subject: &str, before: Option<&String>, after: Option<&String>| Change {
        kind: kind.to_owned(),
        subject: subject.to_owned(),
        before: before.cloned(),
        after: after.cloned(),
    };
    for (subject, now) in &is {
        match was.get(subject) {
            None => out.push(change(kinds[0], subject, None, Some(now))),
            Some(then) if then != now => out.push(change(kinds[2], subject, Some(then), Some(now))),
            Some(_) => {}
        }
    }
    for (subject, then) in was.iter().filter(|(subject, _)| !is.contains_key(*subject)) {
        out.push(change(kinds[1], subject, Some(then), None));
    }
}

/// Whether one version is older than another, by their numbers alone.
fn older(one: &str, other: &str) -> bool {
    let numbers = |text: &str| {
        let epoch = text.split_once(':').map_or(("0", text), |parts| parts);
        let parts = epoch.1.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
        std::iter::once(epoch.0)
            .chain(parts)
            .map(|part| part.parse::<u64>().unwrap_or(u64::MAX))
            .collect::<Vec<_>>()
    };
    numbers(one) < numbers(other)
}

#[cfg(test)]
mod tests;
