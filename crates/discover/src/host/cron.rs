//! Cron entries of the system and of users.

use super::{Group, fact};
use crate::root::Root;
use bartizan_model::host::{CronEntry, FileMeta, HostFacts};

pub(super) const GROUP: Group = Group {
    name: "cron",
    reads: "/etc/crontab, /etc/cron.d, /etc/cron.{hourly,daily,weekly,monthly}, /var/spool/cron",
    needs: "root for the tables of users",
    collect,
};

fn collect(root: &Root, facts: &mut HostFacts) {
    facts.cron = fact(read(root));
}

fn read(root: &Root) -> Result<Vec<CronEntry>, String> {
    let mut found = Vec::new();
    table(root, "/etc/crontab", None, &mut found)?;
    for (name, path) in files(root, "/etc/cron.d")? {
        // What package managers and editors put aside is not run.
        if !name.starts_with('.')
            && !name.ends_with('~')
            && ![".dpkg-", ".rpm", ".bak"].iter().any(|part| name.contains(part))
        {
            table(root, &path, None, &mut found)?;
        }
    }
    for period in ["hourly", "daily", "weekly", "monthly"] {
        for (name, path) in files(root, &format!("/etc/cron.{period}"))? {
            let Some(file) = root.meta(&path)? else { continue };
            if file.mode & 0o111 != 0 && !name.starts_with('.') && !name.ends_with('~') {
                let program = Some(file.clone());
                found.push(CronEntry {
                    file,
                    user: "root".to_owned(),
                    schedule: String::new(),
                    command: path,
                    program,
                });
            }
        }
    }
    // One table a user, in the folder of Debian and Alpine or of Red Hat and SUSE.
    for folder in ["/var/spool/cron/crontabs", "/var/spool/cron", "/var/spool/cron/tabs"] {
        for (user, path) in files(root, folder)? {
            table(root, &path, Some(&user), &mut found)?;
        }
    }
    Ok(found)
}

/// The regular files of a folder.
fn files(root: &Root, folder: &str) -> Result<Vec<(String, String)>, String> {
    let mut found = Vec::new();
    for name in root.list(folder)?.unwrap_or_default() {
        let path = format!("{folder}/{name}");
        if root.stat(&path)?.is_some_and(|meta| meta.is_file()) {
            found.push((name, path));
        }
    }
    Ok(found)
}

fn table(root: &Root, path: &str, user: Option<&str>, found: &mut Vec<CronEntry>) -> Result<(), String> {
    let (Some(text), Some(file)) = (root.text(path)?, root.meta(path)?) else { return Ok(()) };
    for (schedule, user, command) in parse(&text, user) {
        let program = program(root, &command)?;
        found.push(CronEntry { file: file.clone(), user, schedule, command, program });
    }
    Ok(())
}

fn program(root: &Root, command: &str) -> Result<Option<FileMeta>, String> {
    let first = command.split_whitespace().next().unwrap_or_default().trim_matches(['"', '\'', ';']);
    if !first.starts_with('/') {
        return Ok(None);
    }
    Ok(root.meta(first)?.filter(|meta| !meta.folder))
}

/// Reads a table: schedule, user, command. `user` is given for the tables of users, which do not name one.
pub(super) fn parse(text: &str, user: Option<&str>) -> Vec<(String, String, String)> {
    text.lines()
        .filter_map(|line| {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                return None;
            }
            let count = if line.starts_with('@') { 1 } else { 5 };
            let mut rest = line;
            let mut take = || {
                let (word, after) = rest.split_once(char::is_whitespace)?;
                rest = after.trim_start();
                Some(word)
            };
            let mut schedule = Vec::new();
            for _ in 0..count {
                let word = take()?;
                // An assignment such as `PATH=/bin` is no entry.
                if schedule.is_empty() && !word.starts_with(|c: char| c.is_ascii_digit() || "*@-".contains(c))
                {
                    return None;
                }
                schedule.push(word);
            }
            let user = match user {
                Some(user) => user,
                None => take()?,
            };
            Some((schedule.join(" "), user.to_owned(), rest.to_owned())).filter(|entry| !entry.2.is_empty())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact() {
        let entry = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
        assert_eq!(
            parse(
                "SHELL=/bin/sh\nMAILTO = x y z a b c d\n# c\n17 *\t* * * root  cd / && run-parts /etc/cron.hourly\n@reboot web /opt/start\n1 2 3\n",
                None
            ),
            [
                entry("17 * * * *", "root", "cd / && run-parts /etc/cron.hourly"),
                entry("@reboot", "web", "/opt/start")
            ]
        );
        assert_eq!(parse("*/5 * * * * /opt/a b\n", Some("bob")), [entry("*/5 * * * *", "bob", "/opt/a b")]);
    }
}
