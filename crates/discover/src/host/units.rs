//! systemd units that are installed, who they run as, and the programs they start.

use super::{Group, fact};
use crate::root::{Root, join};
use bartizan_model::host::{FileMeta, HostFacts, Unit};
use std::collections::{BTreeMap, BTreeSet};

pub(super) const GROUP: Group = Group {
    name: "units",
    reads: "*.service, *.timer, *.socket and *.path in /etc, /run and /usr/lib/systemd/system, with drop-ins",
    needs: "nothing",
    collect,
};

/// Where units are, the most important first.
const FOLDERS: [&str; 5] = [
    "/etc/systemd/system",
    "/run/systemd/system",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
];
const KINDS: [&str; 4] = [".service", ".timer", ".socket", ".path"];
/// Where a program without a folder is looked for.
const PATH: [&str; 6] = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
/// Programs whose first argument with a path is what really runs.
const INTERPRETERS: [&str; 8] = ["sh", "bash", "dash", "python", "python3", "perl", "ruby", "env"];

fn collect(root: &Root, facts: &mut HostFacts) {
    facts.units = fact(read(root));
}

fn read(root: &Root) -> Result<Vec<Unit>, String> {
    let mut paths: BTreeMap<String, String> = BTreeMap::new();
    let mut enabled = BTreeSet::new();
    let mut drop_ins: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for folder in FOLDERS {
        for name in root.list(folder)?.unwrap_or_default() {
            let path = format!("{folder}/{name}");
            if name.ends_with(".wants") || name.ends_with(".requires") {
                enabled.extend(root.list(&path)?.unwrap_or_default());
            } else if let Some(unit) = name.strip_suffix(".d") {
                for file in root.list(&path)?.unwrap_or_default().into_iter().filter(|f| f.ends_with(".conf"))
                {
                    let place = format!("{path}/{file}");
                    drop_ins.entry(unit.to_owned()).or_default().entry(file).or_insert(place);
                }
            } else if KINDS.iter().any(|kind| name.ends_with(kind)) {
                paths.entry(name).or_insert(path);
            }
        }
    }
    let mut units = Vec::new();
    for (name, path) in paths {
        // A link to /dev/null masks the unit; one to another name is an alias of a unit listed by itself.
        if let Some(target) = root.link(&path)
            && (target == "/dev/null" || target.rsplit('/').next() != Some(&name))
        {
            continue;
        }
        let Some(file) = root.meta(&path)? else { continue };
        if file.folder {
            continue;
        }
        let mut text = root.text(&path)?.unwrap_or_default();
        for drop_in in drop_ins.get(&name).into_iter().flat_map(BTreeMap::values) {
            text.push('\n');
            text.push_str(&root.text(drop_in)?.unwrap_or_default());
        }
        let (user, commands) = parse(&text);
        let mut programs: Vec<FileMeta> = Vec::new();
        for program in commands.iter().flat_map(|command| programs_of(command)) {
            if let Some(meta) = locate(root, &program)?
                && !programs.contains(&meta)
            {
                programs.push(meta);
            }
        }
        let enabled = enabled.contains(&name) || instance_enabled(&enabled, &name);
        units.push(Unit { name, file, enabled, user, programs });
    }
    Ok(units)
}

/// Whether some instance of a template (`getty@.service`) is enabled (`getty@tty1.service`).
fn instance_enabled(enabled: &BTreeSet<String>, name: &str) -> bool {
    name.split_once("@.").is_some_and(|(stem, kind)| {
        enabled.iter().any(|e| e.split_once('@').is_some_and(|(s, rest)| s == stem && rest.ends_with(kind)))
    })
}

fn locate(root: &Root, program: &str) -> Result<Option<FileMeta>, String> {
    if program.starts_with('/') {
        return Ok(root.meta(program)?.filter(|meta| !meta.folder));
    }
    for folder in PATH {
        if let Some(meta) = root.meta(&join(folder, program))? {
            return Ok(Some(meta).filter(|meta| !meta.folder));
        }
    }
    Ok(None)
}

/// The user (empty for root) and the command lines that a unit's text sets; an empty assignment takes earlier ones back.
pub(super) fn parse(text: &str) -> (String, Vec<String>) {
    let (mut user, mut dynamic, mut commands) =
        (String::new(), false, BTreeMap::<String, Vec<String>>::new());
    let text = text.replace("\\\n", " ");
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with(['#', ';'])) {
        let Some((key, value)) = line.split_once('=') else { continue };
        let (key, value) = (key.trim(), value.trim());
        match key {
            "User" => value.clone_into(&mut user),
            "DynamicUser" => dynamic = matches!(value, "yes" | "true" | "1" | "on"),
            _ if key.starts_with("Exec") && value.is_empty() => {
                commands.remove(key);
            }
            _ if key.starts_with("Exec") => {
                commands.entry(key.to_owned()).or_default().push(value.to_owned());
            }
            _ => {}
        }
    }
    if user == "root" || user == "0" {
        user.clear();
    } else if user.is_empty() && dynamic {
        "(dynamic)".clone_into(&mut user);
    }
    (user, commands.into_values().flatten().collect())
}

/// The program of a command line, and the script where that program is an interpreter.
pub(super) fn programs_of(command: &str) -> Vec<String> {
    let mut words = words(command.trim_start_matches(['@', '-', ':', '+', '!', '|'])).into_iter();
    let Some(program) = words.next().filter(|word| !word.is_empty()) else { return Vec::new() };
    let base = program.rsplit('/').next().unwrap_or_default();
    let script = INTERPRETERS.contains(&base).then(|| words.find(|word| word.starts_with('/'))).flatten();
    std::iter::once(program).chain(script).collect()
}

/// Words as a shell would split them, quotes dropped.
fn words(text: &str) -> Vec<String> {
    let (mut out, mut word, mut quote, mut open) = (Vec::new(), String::new(), None, false);
    for c in text.chars() {
        match (quote, c) {
            (None, '"' | '\'') => {
                quote = Some(c);
                open = true;
            }
            (Some(q), c) if q == c => quote = None,
            (None, c) if c.is_whitespace() => {
                if open {
                    out.push(std::mem::take(&mut word));
                }
                open = false;
            }
            (_, c) => {
                word.push(c);
                open = true;
            }
        }
    }
    if open {
        out.push(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text() {
        let (user, commands) = parse(
            "[Service]\n# c\nUser=web\nExecStartPre=-/bin/a\nExecStart=/bin/old\n[Service]\nExecStart=\nExecStart=!!/usr/bin/b \\\n --x\n",
        );
        assert_eq!(
            (user.as_str(), commands),
            ("web", vec!["!!/usr/bin/b   --x".to_owned(), "-/bin/a".to_owned()])
        );
        assert_eq!(parse("User=root\n").0, "");
        assert_eq!(parse("DynamicUser=yes\n").0, "(dynamic)");
        assert_eq!(programs_of("!!/usr/bin/b --x /etc/y"), ["/usr/bin/b"]);
        assert_eq!(programs_of("/bin/sh -e '/opt/a b.sh'"), ["/bin/sh", "/opt/a b.sh"]);
        assert!(programs_of("-").is_empty());
    }

    #[test]
    fn folders() {
        let folder = tempfile::tempdir().unwrap();
        let etc = folder.path().join("etc/systemd/system");
        let lib = folder.path().join("usr/lib/systemd/system");
        std::fs::create_dir_all(etc.join("multi-user.target.wants")).unwrap();
        std::fs::create_dir_all(etc.join("a.service.d")).unwrap();
        std::fs::create_dir_all(&lib).unwrap();
        std::fs::create_dir_all(folder.path().join("usr/bin")).unwrap();
        std::fs::write(folder.path().join("usr/bin/a"), "").unwrap();
        std::fs::write(lib.join("a.service"), "[Service]\nExecStart=a\n").unwrap();
        std::fs::write(lib.join("masked.service"), "").unwrap();
        std::fs::write(lib.join("t@.service"), "").unwrap();
        std::fs::write(etc.join("a.service.d/1.conf"), "[Service]\nUser=x\n").unwrap();
        std::os::unix::fs::symlink("/dev/null", etc.join("masked.service")).unwrap();
        std::os::unix::fs::symlink("/usr/lib/systemd/system/a.service", etc.join("alias.service")).unwrap();
        std::os::unix::fs::symlink(
            "/usr/lib/systemd/system/a.service",
            etc.join("multi-user.target.wants/a.service"),
        )
        .unwrap();
        std::os::unix::fs::symlink("/x", etc.join("multi-user.target.wants/t@1.service")).unwrap();
        let units = read(&Root::folder(folder.path())).unwrap();
        let show = |u: &Unit| {
            format!(
                "{} {} {} {} {:?}",
                u.name,
                u.file.path,
                u.enabled,
                u.user,
                u.programs.iter().map(|p| &p.path).collect::<Vec<_>>()
            )
        };
        assert_eq!(
            units.iter().map(show).collect::<Vec<_>>(),
            [
                "a.service /usr/lib/systemd/system/a.service true x [\"/usr/bin/a\"]",
                "t@.service /usr/lib/systemd/system/t@.service true  []"
            ]
        );
    }
}
