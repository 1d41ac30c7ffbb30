//! Sudo allows programs that start a shell.

use super::support::{file_hit, merged, sudo_commands, sudo_rules};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// Programs from which one can run any other: some always (editors, pagers), some only where their arguments are free.
pub(super) const CHECK: Check = Check {
    id: "sudo-shell-escape",
    title: "Sudo allows a program that opens a way to everything",
    meaning: "A rule that should allow only some commands allows an editor, a pager, a shell or another program from which any command can be started.",
    why: "The user types `:!sh` in vi, or runs `find . -exec sh`, and has a shell of root. The limit of the rule is none.",
    fix: "# Name a script of root with fixed arguments instead; use sudoedit to let people edit one file:\n#   bob ALL = sudoedit /etc/nginx/nginx.conf\n# Change the rule; visudo checks it before it takes effect\nsudo visudo\nsudo visudo -f /etc/sudoers.d/NAME",
    severity: Severity::High,
    cwe: 269,
    attack: "T1548.003",
    cis: "",
    judge,
};

/// Start a shell from within, whatever their arguments.
const ALWAYS: &[&str] = &[
    "vi",
    "vim",
    "vim.basic",
    "vim.tiny",
    "nvim",
    "view",
    "nano",
    "pico",
    "emacs",
    "ed",
    "joe",
    "mcedit",
    "less",
    "more",
    "most",
    "man",
    "mc",
    "ftp",
    "mysql",
    "psql",
    "sqlite3",
    "gdb",
    "screen",
    "tmux",
    "visudo",
    "vipw",
    "crontab",
];

/// Run a command or change any file that their arguments name.
const WITH_ARGUMENTS: &[&str] = &[
    "sh",
    "bash",
    "dash",
    "zsh",
    "ksh",
    "fish",
    "su",
    "sudo",
    "busybox",
    "env",
    "nice",
    "timeout",
    "xargs",
    "watch",
    "python",
    "python3",
    "perl",
    "ruby",
    "lua",
    "node",
    "php",
    "awk",
    "gawk",
    "mawk",
    "sed",
    "find",
    "tar",
    "zip",
    "cpio",
    "rsync",
    "scp",
    "ssh",
    "git",
    "make",
    "gcc",
    "strace",
    "nmap",
    "tcpdump",
    "socat",
    "cp",
    "mv",
    "ln",
    "dd",
    "tee",
    "install",
    "chmod",
    "chown",
    "chroot",
    "nsenter",
    "unshare",
    "setcap",
    "mount",
    "docker",
    "podman",
    "lxc",
    "apt",
    "apt-get",
    "dpkg",
    "yum",
    "dnf",
    "rpm",
    "snap",
    "pip",
    "pip3",
    "npm",
    "gem",
    "systemctl",
    "systemd-run",
    "service",
    "journalctl",
    "useradd",
    "usermod",
    "passwd",
    "wget",
    "curl",
    "openssl",
    "insmod",
    "modprobe",
    "debugfs",
];

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let rules = sudo_rules(facts)?.filter(|rule| !rule.tags.iter().any(|tag| tag == "NOEXEC"));
    Ok(merged(rules.flat_map(|rule| {
        sudo_commands(rule)
            .filter(|command| escapes(command))
            .map(|command| file_hit(&rule.file, &rule.who, format!("{} may run {command} as root", rule.who)))
    })))
}

/// Whether the command of a rule lets its user run any other.
fn escapes(command: &str) -> bool {
    let (program, arguments) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
    if !program.starts_with('/') {
        return false;
    }
    let file = program.rsplit('/').next().unwrap_or_default();
    // `python3.11` is `python3`.
    let name = file
        .split_once('.')
        .filter(|(start, _)| start.ends_with(|c: char| c.is_ascii_digit()))
        .map_or(file, |p| p.0);
    let free = arguments.trim().is_empty() || arguments.contains('*');
    ALWAYS.contains(&file) || WITH_ARGUMENTS.contains(&name) && free
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, rule, sudo};
    use bartizan_model::host::SudoRule;

    #[test]
    fn hit() {
        hits(
            &CHECK,
            &sudo(&[rule("bob", "/usr/bin/id, /usr/bin/vim /etc/motd")]),
            &["file:/etc/sudoers#bob"],
        );
        hits(&CHECK, &sudo(&[rule("%ops", "/usr/bin/find")]), &["file:/etc/sudoers#%ops"]);
        hits(&CHECK, &sudo(&[rule("%ops", "/usr/bin/python3.11 /opt/*")]), &["file:/etc/sudoers#%ops"]);
    }

    #[test]
    fn miss() {
        let fixed = rule(
            "bob",
            "/usr/bin/systemctl restart nginx, /bin/tar -cf /backup.tar /etc, sudoedit /etc/motd",
        );
        let no_exec =
            SudoRule { tags: vec!["NOEXEC".to_owned()], ..rule("bob", "/usr/bin/less /var/log/syslog") };
        misses(&CHECK, &sudo(&[fixed, no_exec, rule("%sudo", "ALL"), rule("bob", "ALL, !/usr/bin/vim")]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
