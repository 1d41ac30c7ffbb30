//! sshd's effective configuration: what `sshd -T` prints, else its files without `Match` blocks and without defaults.

use super::{Group, fact};
use crate::command;
use crate::root::{Root, join};
use bartizan_model::host::HostFacts;
use std::collections::BTreeMap;

pub(super) const GROUP: Group = Group {
    name: "sshd",
    reads: "`sshd -T`, else /etc/ssh/sshd_config and what it includes",
    needs: "root for `sshd -T`",
    collect,
};

type Settings = BTreeMap<String, Vec<String>>;

const CONFIG: &str = "/etc/ssh/sshd_config";
/// Keywords whose lines add up, instead of the first one counting.
const CUMULATIVE: [&str; 12] = [
    "acceptenv",
    "allowgroups",
    "allowusers",
    "denygroups",
    "denyusers",
    "hostcertificate",
    "hostkey",
    "listenaddress",
    "port",
    "setenv",
    "subsystem",
    "logverbose",
];
/// Keywords with a list of words: one value each.
const LISTS: [&str; 7] = [
    "acceptenv",
    "allowgroups",
    "allowusers",
    "authenticationmethods",
    "authorizedkeysfile",
    "denygroups",
    "denyusers",
];

fn collect(root: &Root, facts: &mut HostFacts) {
    facts.sshd = fact(read(root, facts.privileged));
}

fn read(root: &Root, privileged: bool) -> Result<Option<Settings>, String> {
    let binary = command::find(root, "sshd");
    if let Some(binary) = &binary
        && privileged
        && root.runs_commands()
        && let Ok(output) = command::run(root, binary, &["-T"])
    {
        return Ok(Some(parse_effective(&String::from_utf8_lossy(&output))));
    }
    // Without the right to ask sshd, or where it refuses (no host keys yet), its files tell.
    let Some(text) = root.text(CONFIG)? else { return Ok(binary.map(|_| Settings::new())) };
    let mut settings = Settings::new();
    let mut budget = 200;
    parse_files(&text, &mut settings, &mut budget, &mut |pattern| included(root, pattern))?;
    Ok(Some(settings))
}

/// The texts of the files that an `Include` pattern names.
fn included(root: &Root, pattern: &str) -> Result<Vec<String>, String> {
    let pattern = join("/etc/ssh", pattern);
    let (folder, name) = pattern.rsplit_once('/').unwrap_or(("", &pattern));
    if folder.contains(['*', '?', '[']) || name.contains('[') {
        return Err(format!(
            "{CONFIG}: the pattern {pattern} cannot be followed; run as root, so that sshd -T is asked"
        ));
    }
    let mut texts = Vec::new();
    for entry in root.list(if folder.is_empty() { "/" } else { folder })?.unwrap_or_default() {
        if glob(name.as_bytes(), entry.as_bytes()) && (!entry.starts_with('.') || name.starts_with('.')) {
            texts.extend(root.text(&format!("{folder}/{entry}"))?);
        }
    }
    Ok(texts)
}

/// Whether a name matches a pattern of `*` and `?`.
fn glob(pattern: &[u8], name: &[u8]) -> bool {
    let (mut p, mut n, mut star) = (0, 0, None);
    while n < name.len() {
        if pattern.get(p).is_some_and(|c| *c != b'*' && (*c == b'?' || *c == name[n])) {
            p += 1;
            n += 1;
        } else if pattern.get(p) == Some(&b'*') {
            star = Some((p, n));
            p += 1;
        } else if let Some((at, from)) = star {
            star = Some((at, from + 1));
            p = at + 1;
            n = from + 1;
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|c| *c == b'*')
}

/// Keyword in lower case and the rest of a line; `key value`, `key=value`, quotes around the whole value dropped.
fn setting(line: &str) -> Option<(String, String)> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let end = line.find(|c: char| c.is_whitespace() || c == '=')?;
    let (key, value) = line.split_at(end);
    let value = value.trim_start();
    let value = value.strip_prefix('=').unwrap_or(value);
    // OpenSSH takes a `#` after white space as a comment.
    let value = value.split(" #").next().unwrap_or_default().trim();
    let value = value
        .strip_prefix('"')
        .and_then(|v| v.strip_suffix('"'))
        .filter(|v| !v.contains('"'))
        .unwrap_or(value);
    Some((key.to_lowercase(), value.to_owned()))
}

fn add(settings: &mut Settings, key: String, value: &str) {
    let known = settings.contains_key(&key);
    if known && !CUMULATIVE.contains(&key.as_str()) {
        return;
    }
    let split = LISTS.contains(&key.as_str());
    let values = settings.entry(key).or_default();
    if split {
        values.extend(value.split_whitespace().map(|word| word.trim_matches('"').to_owned()));
    } else {
        values.push(value.to_owned());
    }
}

/// Reads the output of `sshd -T`.
pub(super) fn parse_effective(text: &str) -> Settings {
    let mut settings = Settings::new();
    for (key, value) in text.lines().filter_map(setting) {
        add(&mut settings, key, &value);
    }
    settings
}

/// Reads a configuration file; the first value counts, and what stands under a `Match` other than `Match all` does not.
fn parse_files(
    text: &str,
    settings: &mut Settings,
    budget: &mut u32,
    open: &mut dyn FnMut(&str) -> Result<Vec<String>, String>,
) -> Result<(), String> {
    *budget = budget.checked_sub(1).ok_or_else(|| format!("{CONFIG}: it includes too many files"))?;
    let mut active = true;
    for (key, value) in text.lines().filter_map(setting) {
        match key.as_str() {
            "match" => active = value.eq_ignore_ascii_case("all"),
            _ if !active => {}
            "include" => {
                for pattern in value.split_whitespace() {
                    for text in open(pattern.trim_matches('"'))? {
                        parse_files(&text, settings, budget, open)?;
                    }
                }
            }
            _ => add(settings, key, &value),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(settings: &Settings) -> Vec<String> {
        settings.iter().map(|(key, values)| format!("{key}={}", values.join("|"))).collect()
    }

    #[test]
    fn effective() {
        let settings = parse_effective(
            "port 22\nport 2222\npermitrootlogin without-password\nacceptenv LANG\nacceptenv LC_*\nciphers a,b\nsubsystem sftp /usr/lib/sftp-server\n",
        );
        assert_eq!(
            show(&settings),
            [
                "acceptenv=LANG|LC_*",
                "ciphers=a,b",
                "permitrootlogin=without-password",
                "port=22|2222",
                "subsystem=sftp /usr/lib/sftp-server"
            ]
        );
    }

    #[test]
    fn files() {
        let folder = tempfile::tempdir().unwrap();
        let ssh = folder.path().join("etc/ssh");
        std::fs::create_dir_all(ssh.join("sshd_config.d")).unwrap();
        let root = Root::folder(folder.path());
        assert_eq!(read(&root, false), Ok(None));
        std::fs::write(
            ssh.join("sshd_config"),
            "# c\nInclude /etc/ssh/sshd_config.d/*.conf\nPermitRootLogin yes\nX11Forwarding=no # c\nAllowUsers alice bob\nAllowUsers \"carol\"\nMatch User x\n PasswordAuthentication yes\n Include missing\nMatch all\nMaxAuthTries = 3\n",
        )
        .unwrap();
        std::fs::write(ssh.join("sshd_config.d/1.conf"), "PermitRootLogin no\nMatch User y\nUsePAM no\n")
            .unwrap();
        std::fs::write(ssh.join("sshd_config.d/2.conf.bak"), "UsePAM no\n").unwrap();
        let settings = read(&root, false).unwrap().unwrap();
        assert_eq!(
            show(&settings),
            ["allowusers=alice|bob|carol", "maxauthtries=3", "permitrootlogin=no", "x11forwarding=no"]
        );
        std::fs::write(ssh.join("sshd_config"), "Include sshd_config\n").unwrap();
        assert!(read(&root, false).unwrap_err().contains("too many"));
    }

    #[test]
    fn globs() {
        for (pattern, name, matches) in [
            ("*.conf", "a.conf", true),
            ("*.conf", "a.conf.bak", false),
            ("a?c*", "abc", true),
            ("*", "", true),
            ("", "a", false),
            ("**a*b", "xxaxxb", true),
        ] {
            assert_eq!(glob(pattern.as_bytes(), name.as_bytes()), matches, "{pattern} {name}");
        }
    }
}
