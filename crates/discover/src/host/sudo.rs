//! sudo's rules and defaults, with included files; aliases of users, run-as and commands are put in their place.

use super::{Group, fact};
use crate::root::{Root, join};
use bartizan_model::host::{HostFacts, SudoRule};
use std::collections::{BTreeMap, BTreeSet};

pub(super) const GROUP: Group =
    Group { name: "sudo", reads: "/etc/sudoers and what it includes", needs: "root", collect };

/// The most rules that are kept, aliases put in place.
const RULES: usize = 20_000;
/// The most files that are included.
const FILES: usize = 500;
const TAGS: [&str; 16] = [
    "PASSWD",
    "NOPASSWD",
    "EXEC",
    "NOEXEC",
    "SETENV",
    "NOSETENV",
    "LOG_INPUT",
    "NOLOG_INPUT",
    "LOG_OUTPUT",
    "NOLOG_OUTPUT",
    "MAIL",
    "NOMAIL",
    "FOLLOW",
    "NOFOLLOW",
    "INTERCEPT",
    "NOINTERCEPT",
];

fn collect(root: &Root, facts: &mut HostFacts) {
    let hostname = facts.asset.name.split('.').next().unwrap_or_default();
    facts.sudo = fact(read(root, hostname));
}

fn read(root: &Root, hostname: &str) -> Result<Vec<SudoRule>, String> {
    let mut all = Vec::new();
    let mut seen = BTreeSet::new();
    gather(root, hostname, "/etc/sudoers", &mut seen, &mut all)?;
    rules(&all)
}

/// The logical lines of a file and of those it includes, in sudo's order.
fn gather(
    root: &Root,
    host: &str,
    path: &str,
    seen: &mut BTreeSet<String>,
    all: &mut Vec<(String, String)>,
) -> Result<(), String> {
    if !seen.insert(path.to_owned()) {
        return Ok(());
    }
    if seen.len() > FILES {
        return Err(format!("{path}: more than {FILES} files are included"));
    }
    // sudo is not installed, or an included file is not there: no rules.
    let Some(text) = root.text(path)? else { return Ok(()) };
    for line in parse_lines(&text) {
        match include(&line, host) {
            None => all.push((path.to_owned(), line)),
            Some((folder, target)) => {
                let target = join("/etc", &target);
                if !folder {
                    gather(root, host, &target, seen, all)?;
                    continue;
                }
                for name in root.list(&target)?.unwrap_or_default() {
                    // sudo leaves out what editors and package managers put aside.
                    if name.ends_with('~') || name.contains('.') {
                        continue;
                    }
                    let file = join(&target, &name);
                    if root.stat(&file)?.is_some_and(|meta| meta.is_file()) {
                        gather(root, host, &file, seen, all)?;
                    }
                }
            }
        }
    }
    Ok(())
}

/// `@include` and `@includedir`, also in their old form with `#`: whether a folder, and its path.
fn include(line: &str, host: &str) -> Option<(bool, String)> {
    let rest = line.strip_prefix(['@', '#'])?;
    let (word, path) = rest.split_once(char::is_whitespace)?;
    let folder = match word {
        "include" => false,
        "includedir" => true,
        _ => return None,
    };
    Some((folder, path.trim().trim_matches('"').replace("\\ ", " ").replace("%h", host)))
}

/// Logical lines: continued ones joined, comments dropped but for `#include` and `#1000` (a user id).
pub(super) fn parse_lines(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    for line in text.replace("\\\r\n", " ").replace("\\\n", " ").lines() {
        let line = line.trim();
        let digit = |at: usize| line.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
        let keep = !line.starts_with('#') || line.starts_with("#include") || digit(1);
        if !keep || line.is_empty() {
            continue;
        }
        // A `#` later on begins a comment, unless a user id follows.
        let mut end = line.len();
        let (mut quoted, mut escaped) = (false, false);
        for (at, byte) in line.bytes().enumerate().skip(1) {
            if byte == b'"' && !escaped {
                quoted = !quoted;
            }
            if byte == b'#' && !quoted && !escaped && !digit(at + 1) {
                end = at;
                break;
            }
            escaped = byte == b'\\' && !escaped;
        }
        let line = line[..end].trim();
        if !line.is_empty() {
            out.push(line.to_owned());
        }
    }
    out
}

/// Splits at a separator that is neither quoted, escaped nor in parentheses.
fn split(text: &str, separator: u8) -> Vec<&str> {
    let (mut parts, mut start, mut quoted, mut escaped, mut depth) = (Vec::new(), 0, false, false, 0_i32);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => {}
            b'"' => quoted = !quoted,
            b'(' if !quoted => depth += 1,
            b')' if !quoted => depth -= 1,
            b if b == separator && !quoted && depth <= 0 => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
        escaped = byte == b'\\' && !escaped;
    }
    parts.push(text[start..].trim());
    parts
}

/// Splits `hosts = commands : hosts = commands`, but not after a tag, which ends in a colon too.
fn split_privileges(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut at) = (0, 0);
    for part in text.split_inclusive(':') {
        at += part.len();
        let before = part.strip_suffix(':').unwrap_or(part).trim_end();
        let word = before.rsplit(|c: char| !(c.is_ascii_uppercase() || c == '_')).next().unwrap_or_default();
        let open = text[start..at].matches('(').count() > text[start..at].matches(')').count();
        if at < text.len() && (TAGS.contains(&word) || open || before.ends_with('\\')) {
            continue;
        }
        parts.push(text[start..at].trim_end_matches(':').trim());
        start = at;
    }
    parts
}

type Aliases = BTreeMap<String, Vec<String>>;

/// Turns logical lines (file, line) into rules.
pub(super) fn rules(lines: &[(String, String)]) -> Result<Vec<SudoRule>, String> {
    let mut aliases: BTreeMap<&str, Aliases> = BTreeMap::new();
    for (_, line) in lines {
        let Some((kind, rest)) = line.split_once(char::is_whitespace) else { continue };
        if kind.ends_with("_Alias") {
            for definition in split(rest, b':') {
                let Some((name, members)) = definition.split_once('=') else { continue };
                let members = split(members, b',').into_iter().map(str::to_owned).collect();
                aliases.entry(kind).or_default().insert(name.trim().to_owned(), members);
            }
        }
    }
    let none = Aliases::new();
    let of = |kind: &str| aliases.get(kind).unwrap_or(&none);
    let mut rules = Vec::new();
    for (file, line) in lines {
        if rules.len() > RULES {
            return Err(format!("{file}: more than {RULES} sudo rules"));
        }
        let Some((first, rest)) = line.split_once(char::is_whitespace) else { continue };
        if first.ends_with("_Alias") {
            continue;
        }
        if first.starts_with("Defaults") {
            rules.push(SudoRule {
                file: file.clone(),
                who: first.to_owned(),
                hosts: String::new(),
                run_as: String::new(),
                tags: Vec::new(),
                commands: rest.trim().to_owned(),
            });
            continue;
        }
        let Some((head, _)) = line.split_once('=') else { continue };
        // Before the first `=`: users, white space, hosts; both may be lists with spaces after the commas.
        let (users, _) = users_and_hosts(head);
        let privileges = line[users.len()..].trim();
        for user in expand(&split(users, b','), of("User_Alias")) {
            for privilege in split_privileges(privileges) {
                let Some((hosts, commands)) = privilege.split_once('=') else { continue };
                privilege_rules(
                    file,
                    &user,
                    hosts.trim(),
                    commands,
                    of("Runas_Alias"),
                    of("Cmnd_Alias"),
                    &mut rules,
                );
                if rules.len() > RULES {
                    break;
                }
            }
        }
    }
    Ok(rules)
}

fn users_and_hosts(head: &str) -> (&str, &str) {
    let mut last = 0;
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in head.char_indices() {
        match c {
            _ if escaped => {}
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => {
                let before = head[..at].trim_end();
                let after = head[at..].trim_start();
                if !before.is_empty() && !before.ends_with(',') && !after.starts_with(',') {
                    last = at;
                    break;
                }
            }
            _ => {}
        }
        escaped = c == '\\' && !escaped;
    }
    if last == 0 { (head, "") } else { (&head[..last], head[last..].trim()) }
}

/// One rule for each run of commands with the same run-as and tags.
fn privilege_rules(
    file: &str,
    who: &str,
    hosts: &str,
    commands: &str,
    runas: &Aliases,
    cmnds: &Aliases,
    rules: &mut Vec<SudoRule>,
) {
    let (mut run_as, mut tags) = ("root".to_owned(), BTreeSet::new());
    let mut open: Option<SudoRule> = None;
    for item in split(commands, b',') {
        let mut item = item;
        if let Some((inner, rest)) = item.strip_prefix('(').and_then(|i| i.split_once(')')) {
            let members = |list: &str| expand(&split(list, b','), runas).join(",");
            let (user, group) = inner.split_once(':').map_or((inner, None), |(u, g)| (u, Some(g)));
            run_as = members(user);
            if let Some(group) = group {
                run_as = format!("{run_as}:{}", members(group));
            }
            item = rest.trim();
        }
        // Tags and options stand before the command: `NOPASSWD:`, `CWD=/`.
        loop {
            let word = item.split(|c: char| c.is_whitespace() || c == ':').next().unwrap_or_default();
            if TAGS.contains(&word) && item[word.len()..].trim_start().starts_with(':') {
                let opposite = word.strip_prefix("NO").map_or_else(|| format!("NO{word}"), str::to_owned);
                tags.remove(&opposite);
                tags.insert(word.to_owned());
                item = item[word.len()..].trim_start()[1..].trim();
            } else if word.split_once('=').is_some_and(|(key, _)| {
                key.len() > 2 && key.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
            }) {
                item = item[word.len()..].trim();
            } else {
                break;
            }
        }
        if item.is_empty() {
            continue;
        }
        let item = expand(&[item], cmnds).join(", ");
        let tags: Vec<_> = tags.iter().cloned().collect();
        match &mut open {
            Some(rule) if rule.run_as == run_as && rule.tags == tags => {
                rule.commands.push_str(", ");
                rule.commands.push_str(&item);
            }
            _ => {
                let rule = SudoRule {
                    file: file.to_owned(),
                    who: who.to_owned(),
                    hosts: hosts.to_owned(),
                    run_as: run_as.clone(),
                    tags,
                    commands: item,
                };
                rules.extend(open.replace(rule));
            }
        }
    }
    rules.extend(open);
}

/// Puts the members of an alias in its place; a negated alias stays as it is.
fn expand(items: &[&str], aliases: &Aliases) -> Vec<String> {
    let mut out = Vec::new();
    let mut todo: Vec<(&str, u32)> = items.iter().rev().map(|item| (*item, 0)).collect();
    while let Some((item, depth)) = todo.pop() {
        match aliases.get(item) {
            Some(members) if depth < 8 && out.len() + todo.len() < 1000 => {
                todo.extend(members.iter().rev().map(|member| (member.as_str(), depth + 1)));
            }
            _ if item.is_empty() => {}
            _ => out.push(item.to_owned()),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(sudoers: &str) -> Vec<String> {
        let lines: Vec<_> = parse_lines(sudoers).into_iter().map(|line| ("f".to_owned(), line)).collect();
        let show =
            |r: &SudoRule| format!("{}|{}|{}|{}|{}", r.who, r.hosts, r.run_as, r.tags.join(","), r.commands);
        rules(&lines).unwrap().iter().map(show).collect()
    }

    #[test]
    fn exact() {
        assert_eq!(
            text(
                "# c\nDefaults\tenv_reset, timestamp_timeout=5 # c\nDefaults:bob !authenticate\nroot ALL=(ALL:ALL) ALL\n%sudo, alice ALL = (root) NOPASSWD: /bin/a, PASSWD: /bin/b \\\n , /bin/c\n#1000 web=/bin/d : db=(bob) NOPASSWD:SETENV: ALL\nbroken\n"
            ),
            [
                "Defaults||||env_reset, timestamp_timeout=5",
                "Defaults:bob||||!authenticate",
                "root|ALL|ALL:ALL||ALL",
                "%sudo|ALL|root|NOPASSWD|/bin/a",
                "%sudo|ALL|root|PASSWD|/bin/b, /bin/c",
                "alice|ALL|root|NOPASSWD|/bin/a",
                "alice|ALL|root|PASSWD|/bin/b, /bin/c",
                "#1000|web|root||/bin/d",
                "#1000|db|bob|NOPASSWD,SETENV|ALL",
            ]
        );
    }

    #[test]
    fn aliases_are_put_in_place() {
        assert_eq!(
            text(
                "User_Alias OPS = alice, %ops : DEV = bob\nCmnd_Alias EVERY = ALL\nRunas_Alias DB = postgres\nOPS ALL=(DB) NOPASSWD: EVERY, !EVERY\nUser_Alias LOOP = LOOP\nLOOP ALL=ALL\n"
            ),
            [
                "alice|ALL|postgres|NOPASSWD|ALL, !EVERY",
                "%ops|ALL|postgres|NOPASSWD|ALL, !EVERY",
                "LOOP|ALL|root||ALL"
            ]
        );
    }

    #[test]
    fn includes() {
        let folder = tempfile::tempdir().unwrap();
        let etc = folder.path().join("etc");
        std::fs::create_dir_all(etc.join("sudoers.d")).unwrap();
        std::fs::write(
            etc.join("sudoers"),
            "@includedir /etc/sudoers.d\n#include sudoers.local\n@include /etc/sudoers\n",
        )
        .unwrap();
        std::fs::write(etc.join("sudoers.local"), "carol ALL=ALL\n").unwrap();
        std::fs::write(etc.join("sudoers.d/ops"), "bob ALL=ALL\n").unwrap();
        std::fs::write(etc.join("sudoers.d/ops.bak"), "mallory ALL=ALL\n").unwrap();
        std::fs::write(etc.join("sudoers.d/ops~"), "mallory ALL=ALL\n").unwrap();
        let rules = read(&Root::folder(folder.path()), "web").unwrap();
        let who: Vec<_> = rules.iter().map(|r| format!("{} {}", r.file, r.who)).collect();
        assert_eq!(who, ["/etc/sudoers.d/ops bob", "/etc/sudoers.local carol"]);
    }
}
