//! What a command that sudo allows gives away beside itself: programs from which one can run any other. The list is our own, of
//! programs whose documentation says that they start commands or write files.

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

/// Whether a command of a rule lets its user run any other, with the rights that the rule gives.
pub fn escapes(command: &str) -> bool {
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
    use super::escapes;

    #[test]
    fn programs_that_run_any_other() {
        for (command, expected) in [
            ("/usr/bin/vim /etc/motd", true),
            ("/usr/bin/python3.11 /opt/*", true),
            ("/usr/bin/find", true),
            ("/usr/bin/systemctl restart nginx", false),
            ("sudoedit /etc/motd", false),
            ("ALL", false),
        ] {
            assert_eq!(escapes(command), expected, "{command}");
        }
    }
}
