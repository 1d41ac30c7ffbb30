//! Whom sudo lets become whom.

use super::Told;
use bartizan_model::host::{HostFacts, SudoRule};
use bartizan_model::observation::RelationSeen;
use std::collections::BTreeSet;

pub(super) fn tell(facts: &HostFacts, told: &mut Told<'_>) {
    let rules = facts.sudo.get().map(Vec::as_slice).unwrap_or_default();
    let (defaults, rules): (Vec<_>, Vec<_>) = rules.iter().partition(|rule| rule.who.starts_with("Defaults"));
    let here = told.owner.name.clone();
    for rule in rules.into_iter().filter(|rule| is_here(&rule.hosts, &here)) {
        let targets = targets(rule, told);
        for user in members(&rule.who, facts) {
            let Some(account) = told.account(&user) else { continue };
            let has = |tag: &str| rule.tags.iter().any(|set| set == tag);
            let free =
                has("NOPASSWD") || !has("PASSWD") && defaults.iter().any(|line| asks_nobody(line, &user));
            let tags = [("NOPASSWD: ", free), ("NOEXEC: ", has("NOEXEC"))];
            let tags: String = tags.iter().filter(|(_, set)| *set).map(|(tag, _)| *tag).collect();
            for target in targets.iter().filter(|target| **target != account) {
                let may = RelationSeen::new(account.clone(), "can_sudo", target.clone());
                told.relate(RelationSeen { via: format!("{tags}{}", rule.commands), ..may });
            }
        }
    }
}

/// The accounts that a rule gives: root alone, where it gives all.
fn targets(rule: &SudoRule, told: &mut Told<'_>) -> Vec<bartizan_model::AssetRef> {
    let run_as = rule.run_as.split(':').next().unwrap_or_default();
    let names: BTreeSet<_> = run_as.split(',').map(str::trim).collect();
    if names.iter().any(|name| matches!(*name, "" | "ALL" | "root" | "#0")) {
        return told.root().into_iter().collect();
    }
    names.into_iter().filter_map(|name| told.account(name)).collect()
}

/// Whether a rule holds on this host: `ALL`, its name, or what cannot be told (networks, netgroups).
fn is_here(hosts: &str, name: &str) -> bool {
    let short = name.split('.').next().unwrap_or_default();
    hosts.split(',').map(str::trim).any(|host| {
        matches!(host, "ALL" | "localhost")
            || host.eq_ignore_ascii_case(name)
            || host.eq_ignore_ascii_case(short)
            || host.contains(['*', '/', '+', ':'])
            || host.parse::<std::net::IpAddr>().is_ok()
    })
}

/// The accounts that a rule speaks of: a name, `#uid`, `%group`, `%#gid`, or everybody who can log in.
fn members(who: &str, facts: &HostFacts) -> Vec<String> {
    let users = facts.users.get().map(Vec::as_slice).unwrap_or_default();
    let groups = facts.groups.get().map(Vec::as_slice).unwrap_or_default();
    if let Some(group) = who.strip_prefix('%') {
        let id = group.strip_prefix('#').and_then(|id| id.parse().ok());
        let Some(group) = groups.iter().find(|known| known.name == group || Some(known.gid) == id) else {
            return Vec::new();
        };
        let primary = users.iter().filter(|user| user.gid == group.gid).map(|user| user.name.clone());
        let all: BTreeSet<_> = group.members.iter().cloned().chain(primary).collect();
        return all.into_iter().collect();
    }
    let id: Option<u32> = who.strip_prefix('#').and_then(|id| id.parse().ok());
    let is = |user: &&bartizan_model::host::User| {
        user.name == who || Some(user.uid) == id || who == "ALL" && user.can_log_in()
    };
    users.iter().filter(is).map(|user| user.name.clone()).collect()
}

/// Whether a line of defaults lets this account go without a password.
fn asks_nobody(line: &SudoRule, user: &str) -> bool {
    let scope = line.who.strip_prefix("Defaults").unwrap_or_default();
    (scope.is_empty() || scope.strip_prefix(':') == Some(user))
        && line.commands.split(',').any(|setting| setting.trim() == "!authenticate")
}
