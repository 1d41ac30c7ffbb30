//! Sudo allows programs that start a shell.

use super::support::{file_hit, merged, sudo_commands, sudo_rules};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity, sudo};

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

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let rules = sudo_rules(facts)?.filter(|rule| !rule.tags.iter().any(|tag| tag == "NOEXEC"));
    Ok(merged(rules.flat_map(|rule| {
        sudo_commands(rule)
            .filter(|command| sudo::escapes(command))
            .map(|command| file_hit(&rule.file, &rule.who, format!("{} may run {command} as root", rule.who)))
    })))
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
