//! Shells and tools that run as root for everybody.

use super::support::{file_hit, merged};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// Programs that no distribution ships with the set-user-id bit, and that run or change anything.
pub(super) const CHECK: Check = Check {
    id: "suid-shell-escape",
    title: "A tool that can do anything runs as root for everybody",
    meaning: "A shell, an interpreter, an editor or a file tool has the set-user-id bit of root.",
    why: "Any account becomes root with one command, such as `find . -exec sh -p`. It is either a mistake or a back door.",
    fix: "# Find out who did it, then\nsudo chmod u-s /PATH",
    severity: Severity::High,
    cwe: 269,
    attack: "T1548.001",
    cis: "7.1.13",
    judge,
};

/// Tools with which one can run or change anything.
const TOOLS: &[&str] = &[
    "sh",
    "bash",
    "rbash",
    "dash",
    "zsh",
    "ksh",
    "csh",
    "tcsh",
    "fish",
    "ash",
    "env",
    "xargs",
    "find",
    "nice",
    "timeout",
    "watch",
    "vi",
    "vim",
    "view",
    "nvim",
    "nano",
    "emacs",
    "ed",
    "less",
    "more",
    "man",
    "awk",
    "gawk",
    "mawk",
    "sed",
    "perl",
    "python",
    "ruby",
    "lua",
    "node",
    "php",
    "tclsh",
    "expect",
    "gdb",
    "strace",
    "make",
    "gcc",
    "tar",
    "cpio",
    "zip",
    "unzip",
    "rsync",
    "cp",
    "mv",
    "dd",
    "tee",
    "cat",
    "install",
    "chmod",
    "chown",
    "chroot",
    "docker",
    "nmap",
    "socat",
    "nc",
    "ncat",
    "wget",
    "curl",
    "git",
    "ssh",
    "scp",
    "systemctl",
    "openssl",
    "base64",
    "xxd",
    "od",
    "tail",
    "head",
    "cut",
    "sort",
];

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let root =
        facts.suid.get()?.iter().filter(|file| !file.folder && file.mode & 0o4000 != 0 && file.uid == 0);
    let open = root.filter(|file| {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        // `python3.11` is `python`.
        TOOLS.contains(&name)
            || TOOLS.contains(&name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '-'))
    });
    Ok(merged(open.map(|file| file_hit(&file.path, "", format!("it runs as root (mode {:04o})", file.mode)))))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, meta, misses};
    use bartizan_model::host::{Fact, FileMeta, HostFacts};

    #[test]
    fn hit() {
        let suid = Fact::Known(vec![meta("/usr/bin/find", 0o4755), meta("/usr/bin/python3.11", 0o4755)]);
        hits(&CHECK, &HostFacts { suid, ..host() }, &["file:/usr/bin/find", "file:/usr/bin/python3.11"]);
    }

    #[test]
    fn miss() {
        let suid = vec![
            meta("/usr/bin/sudo", 0o4755),
            meta("/usr/bin/mount", 0o4755),
            meta("/usr/bin/cat", 0o2755),
            FileMeta { uid: 1000, ..meta("/home/bob/sh", 0o4755) },
        ];
        misses(&CHECK, &HostFacts { suid: Fact::Known(suid), ..host() });
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
