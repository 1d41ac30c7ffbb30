//! What the checks share: facts by their name, hits by their place. Each helper returns the reason where a fact is
//! unknown, so that a check can pass it on.

use bartizan_model::host::{FileMeta, HostFacts, Socket, SudoRule, TlsFile};
use bartizan_model::{Hit, Locus};

/// One hit for each place: details of hits at the same place are joined.
pub(super) fn merged(hits: impl IntoIterator<Item = Hit>) -> Vec<Hit> {
    let mut merged: Vec<Hit> = Vec::new();
    for hit in hits {
        match merged.iter_mut().find(|known| known.locus == hit.locus) {
            Some(known) if known.detail.contains(&hit.detail) => {}
            Some(known) => known.detail = format!("{}; {}", known.detail, hit.detail),
            None => merged.push(hit),
        }
    }
    merged
}

/// The hits where there are any; without, the reason why the search was not complete, where there is one.
pub(super) fn conclude(hits: Vec<Hit>, unknown: Option<String>) -> Result<Vec<Hit>, String> {
    match unknown {
        Some(why) if hits.is_empty() => Err(why),
        _ => Ok(hits),
    }
}

/// A hit on a file, or on a part of it where the anchor is not empty.
pub(super) fn file_hit(path: &str, anchor: &str, detail: impl Into<String>) -> Hit {
    Hit { locus: Locus::File { path: path.to_owned(), anchor: anchor.to_owned() }, detail: detail.into() }
}

/// The value of an sshd keyword, `default` (OpenSSH's own) where it is not set; `None` without an SSH server.
pub(super) fn sshd<'a>(
    facts: &'a HostFacts,
    keyword: &str,
    default: &'a str,
) -> Result<Option<&'a str>, String> {
    let Some(sshd) = facts.sshd.get()? else { return Ok(None) };
    let value = sshd.get(&keyword.to_ascii_lowercase()).and_then(|values| values.first());
    Ok(Some(value.map_or(default, String::as_str)))
}

/// A hit on an sshd keyword (as OpenSSH spells it) whose value, in lower case, is bad.
pub(super) fn sshd_is(
    facts: &HostFacts,
    keyword: &str,
    default: &str,
    bad: impl Fn(&str) -> bool,
) -> Result<Vec<Hit>, String> {
    let value = sshd(facts, keyword, default)?.filter(|value| bad(&value.to_ascii_lowercase()));
    Ok(value.map(|value| sshd_hit(keyword, format!("{keyword} is {value}"))).into_iter().collect())
}

/// A hit on an sshd keyword.
pub(super) fn sshd_hit(keyword: &str, detail: String) -> Hit {
    Hit::at("setting", &format!("sshd/{keyword}"), detail)
}

/// A hit on an sshd list of algorithms that offers weak ones. A list that only removes (`-name`) offers none; without
/// a setting OpenSSH's own list holds, and that of every supported release is free of what the checks look for.
pub(super) fn sshd_offers(
    facts: &HostFacts,
    keyword: &str,
    weak: impl Fn(&str) -> bool,
) -> Result<Vec<Hit>, String> {
    let list = sshd(facts, keyword, "")?.unwrap_or_default();
    if list.starts_with('-') {
        return Ok(vec![]);
    }
    let names = list.trim_start_matches(['+', '^']).split(',').map(str::trim);
    let found: Vec<_> = names.filter(|name| !name.is_empty() && weak(&name.to_ascii_lowercase())).collect();
    Ok(if found.is_empty() {
        vec![]
    } else {
        vec![sshd_hit(keyword, format!("{keyword} offers {}", found.join(", ")))]
    })
}

/// Seconds of an sshd time: `120`, `2m`, `1h30m`.
pub(super) fn seconds(time: &str) -> Option<u64> {
    let (mut total, mut number) = (0_u64, String::new());
    for letter in time.trim().chars() {
        if letter.is_ascii_digit() {
            number.push(letter);
            continue;
        }
        let unit = match letter.to_ascii_lowercase() {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return None,
        };
        total = total.saturating_add(number.parse::<u64>().ok()?.saturating_mul(unit));
        number.clear();
    }
    if number.is_empty() {
        (!time.trim().is_empty()).then_some(total)
    } else {
        number.parse().ok().map(|n: u64| total + n)
    }
}

/// The number a kernel parameter is set to.
pub(super) fn sysctl(facts: &HostFacts, name: &str) -> Result<i64, String> {
    let value = facts.sysctl.get()?.get(name).ok_or_else(|| format!("sysctl {name}: not collected"))?;
    value.trim().parse().map_err(|_| format!("sysctl {name}: `{value}` is no number"))
}

/// A hit on a kernel parameter.
pub(super) fn sysctl_hit(name: &str, value: i64) -> Hit {
    Hit::at("setting", &format!("sysctl/{name}"), format!("{name} is {value}"))
}

/// A hit for each of the kernel parameters whose number is bad. IPv6 parameters are left out on a host without IPv6.
pub(super) fn sysctl_is(
    facts: &HostFacts,
    names: &[&str],
    bad: impl Fn(i64) -> bool,
) -> Result<Vec<Hit>, String> {
    let ipv6 = facts.sysctl.get()?.keys().any(|name| name.starts_with("net.ipv6."));
    let (mut hits, mut unknown) = (vec![], None);
    for name in names.iter().filter(|name| ipv6 || !name.starts_with("net.ipv6.")) {
        match sysctl(facts, name) {
            Ok(value) if bad(value) => hits.push(sysctl_hit(name, value)),
            Ok(_) => {}
            Err(why) => unknown = Some(why),
        }
    }
    conclude(hits, unknown)
}

/// A setting of `/etc/login.defs`.
pub(super) fn login_def<'a>(facts: &'a HostFacts, key: &str) -> Result<&'a str, String> {
    let value =
        facts.login_defs.get()?.get(key).ok_or_else(|| format!("/etc/login.defs: {key} is not set"))?;
    Ok(value.trim())
}

/// The first user id of people's accounts: `UID_MIN` of `/etc/login.defs`, else 1000.
pub(super) fn first_person(facts: &HostFacts) -> u32 {
    login_def(facts, "UID_MIN").ok().and_then(|value| value.parse().ok()).unwrap_or(1000)
}

/// A hit for each of these files that is there and that `bad` says something about.
pub(super) fn files(
    facts: &HostFacts,
    paths: &[&str],
    bad: impl Fn(&FileMeta) -> Option<String>,
) -> Result<Vec<Hit>, String> {
    let (mut hits, mut unknown) = (vec![], None);
    for path in paths {
        match facts.files.get(*path).map(bartizan_model::host::Fact::get) {
            Some(Ok(Some(meta))) => hits.extend(bad(meta).map(|what| file_hit(path, "", what))),
            Some(Ok(None)) => {}
            Some(Err(why)) => unknown = Some(why),
            None => unknown = Some(format!("{path}: not collected")),
        }
    }
    conclude(hits, unknown)
}

/// Who but root may change this file, in words; `None` where nobody may.
pub(super) fn others_may_write(meta: &FileMeta) -> Option<String> {
    let mode = meta.mode;
    if meta.world_writable() {
        Some(format!("any account may change it (mode {mode:04o})"))
    } else if meta.uid != 0 {
        Some(format!("it belongs to user id {} instead of root", meta.uid))
    } else if meta.group_writable() && meta.gid != 0 {
        Some(format!("members of group id {} may change it (mode {mode:04o})", meta.gid))
    } else {
        None
    }
}

/// The name of a group.
pub(super) fn group_name(facts: &HostFacts, gid: u32) -> Result<Option<&str>, String> {
    Ok(facts.groups.get()?.iter().find(|group| group.gid == gid).map(|group| group.name.as_str()))
}

/// A hit on each account in one of these groups, as a member or by its primary group, except root.
pub(super) fn members(facts: &HostFacts, groups: &[&str]) -> Result<Vec<Hit>, String> {
    let users = facts.users.get()?;
    let mut hits = Vec::new();
    for group in facts.groups.get()?.iter().filter(|group| groups.contains(&group.name.as_str())) {
        let primary = users.iter().filter(|user| user.gid == group.gid).map(|user| &user.name);
        for name in group.members.iter().chain(primary).filter(|name| *name != "root") {
            hits.push(Hit::at("account", name, format!("{name} is in the group {}", group.name)));
        }
    }
    Ok(merged(hits))
}

/// A hit on the port of each socket that other machines can reach and that `what` names.
pub(super) fn exposed(
    facts: &HostFacts,
    what: impl Fn(&Socket) -> Option<&'static str>,
) -> Result<Vec<Hit>, String> {
    let reachable = facts.sockets.get()?.iter().filter(|socket| socket.is_exposed());
    Ok(merged(reachable.filter_map(|socket| {
        let process = socket.process.as_deref().map(|name| format!(" by {name}")).unwrap_or_default();
        let detail = format!("{} listens on {}{process}", what(socket)?, socket.address);
        Some(Hit { locus: Locus::port(&socket.protocol, socket.port), detail })
    })))
}

/// Names a socket by a table of protocol, port and service.
pub(super) fn by_port(table: &[(&str, u16, &'static str)]) -> impl Fn(&Socket) -> Option<&'static str> {
    move |socket| table.iter().find(|row| row.0 == socket.protocol && row.1 == socket.port).map(|row| row.2)
}

/// Package URL without a version: `pkg:deb/debian/openssl`.
pub(super) fn purl(manager: &str, os: &str, name: &str) -> Locus {
    Locus::package(&format!("pkg:{manager}/{os}/{name}"))
}

/// The rules of sudoers that give root's rights to somebody who is not root already.
pub(super) fn sudo_rules(facts: &HostFacts) -> Result<impl Iterator<Item = &SudoRule>, String> {
    Ok(facts.sudo.get()?.iter().filter(|rule| {
        let as_user = rule.run_as.split(':').next().unwrap_or_default().trim();
        let root =
            as_user.is_empty() || as_user.split(',').any(|who| matches!(who.trim(), "ALL" | "root" | "#0"));
        root && !rule.who.starts_with("Defaults") && !matches!(rule.who.as_str(), "root" | "#0")
    }))
}

/// The settings of sudoers' `Defaults` lines, one each: `use_pty`, `!authenticate`, `timestamp_timeout=5`.
pub(super) fn sudo_defaults(facts: &HostFacts) -> Result<impl Iterator<Item = (&SudoRule, &str)>, String> {
    let lines = facts.sudo.get()?.iter().filter(|rule| rule.who.starts_with("Defaults"));
    Ok(lines.flat_map(|rule| rule.commands.split(',').map(move |setting| (rule, setting.trim()))))
}

/// The commands of a sudo rule, one each.
pub(super) fn sudo_commands(rule: &SudoRule) -> impl Iterator<Item = &str> {
    rule.commands.split(',').map(str::trim).filter(|command| !command.is_empty())
}

/// Whether the certificate is this host's own: not part of a package or of the store of public authorities, and not a
/// copy that certbot keeps of what it renewed.
pub(super) fn own_certificate(tls: &TlsFile) -> bool {
    let path = tls.file.path.as_str();
    let kept =
        ["/etc/letsencrypt/archive/", "/usr/share/ca-certificates/", "/usr/local/share/ca-certificates/"];
    tls.kind == "certificate"
        && tls.file.package.is_none()
        && !kept.iter().any(|folder| path.starts_with(folder))
        && !path.contains("/ca-trust/")
        && !path.ends_with("/ca-certificates.crt")
        && !path.ends_with("/ca-bundle.crt")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::meta;

    #[test]
    fn reads_the_times_of_sshd() {
        for (text, expected) in
            [("120", Some(120)), ("2m", Some(120)), ("1h30m", Some(5400)), ("1m5", Some(65)), ("0", Some(0))]
        {
            assert_eq!(seconds(text), expected, "{text}");
        }
        assert_eq!(seconds("soon"), None);
        assert_eq!(seconds(""), None);
    }

    #[test]
    fn tells_who_may_write() {
        assert_eq!(others_may_write(&meta("/x", 0o644)), None);
        assert_eq!(others_may_write(&meta("/x", 0o664)), None, "the group is root's own");
        assert!(others_may_write(&meta("/x", 0o646)).is_some());
        assert!(others_may_write(&FileMeta { gid: 50, ..meta("/x", 0o664) }).is_some());
        assert!(others_may_write(&FileMeta { uid: 1000, ..meta("/x", 0o600) }).is_some());
    }

    #[test]
    fn one_place_is_one_hit() {
        let hit = |detail: &str| Hit::at("account", "bob", detail);
        assert_eq!(merged([hit("a"), hit("b"), hit("a")]), [hit("a; b")]);
    }

    #[test]
    fn a_gap_never_hides_a_hit_and_never_reads_as_all_well() {
        let gap = || Some("not collected".to_owned());
        assert_eq!(conclude(vec![Hit::whole("x")], gap()), Ok(vec![Hit::whole("x")]));
        assert_eq!(conclude(vec![], gap()), Err("not collected".to_owned()));
        assert_eq!(conclude(vec![], None), Ok(vec![]));
    }
}
