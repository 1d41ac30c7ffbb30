//! Sudo rules with wildcards.

use super::support::{file_hit, merged, sudo_commands, sudo_rules};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// A `*` in a command, or a whole folder of programs. In arguments a `*` also matches spaces, and so further ones.
pub(super) const CHECK: Check = Check {
    id: "sudo-wildcard",
    title: "A sudo rule allows more than it seems, by a wildcard",
    meaning: "A rule has a wildcard in the command, or names a whole folder.",
    why: "A `*` also stands for spaces and slashes: `cat /var/log/*` allows `cat /var/log/x /etc/shadow`. A folder allows every program that is ever put there.",
    fix: "# Write down each allowed command in full\n# Change the rule; visudo checks it before it takes effect\nsudo visudo\nsudo visudo -f /etc/sudoers.d/NAME",
    severity: Severity::Medium,
    cwe: 155,
    attack: "T1548.003",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    Ok(merged(sudo_rules(facts)?.flat_map(|rule| {
        let open = |command: &&str| {
            !command.starts_with('!')
                && command.starts_with('/')
                && (command.contains(['*', '?']) || command.ends_with('/'))
        };
        sudo_commands(rule)
            .filter(open)
            .map(|command| file_hit(&rule.file, &rule.who, format!("{} may run {command} as root", rule.who)))
    })))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, rule, sudo};

    #[test]
    fn hit() {
        hits(&CHECK, &sudo(&[rule("bob", "/bin/cat /var/log/*")]), &["file:/etc/sudoers#bob"]);
        hits(&CHECK, &sudo(&[rule("%ops", "/opt/tools/")]), &["file:/etc/sudoers#%ops"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &sudo(&[rule("bob", "/bin/cat /var/log/syslog, !/bin/*"), rule("%sudo", "ALL")]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
