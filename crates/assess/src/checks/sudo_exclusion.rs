//! Sudo rules that allow all but some commands.

use super::support::{file_hit, merged, sudo_commands, sudo_rules};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `ALL, !/bin/sh` keeps nobody from a copy of `/bin/sh`; sudoers(5) says so as well.
pub(super) const CHECK: Check = Check {
    id: "sudo-exclusion",
    title: "A sudo rule tries to forbid single commands",
    meaning: "A rule allows all commands except some.",
    why: "The user copies a forbidden program to another name, or starts it from an allowed one. The exception is none.",
    fix: "# Name what is allowed instead\n# Change the rule; visudo checks it before it takes effect\nsudo visudo\nsudo visudo -f /etc/sudoers.d/NAME",
    severity: Severity::Medium,
    cwe: 184,
    attack: "T1548.003",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let rules = sudo_rules(facts)?.filter(|rule| {
        sudo_commands(rule).any(|command| command == "ALL")
            && sudo_commands(rule).any(|command| command.starts_with('!'))
    });
    Ok(merged(
        rules.map(|rule| file_hit(&rule.file, &rule.who, format!("{} may run {}", rule.who, rule.commands))),
    ))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, rule, sudo};

    #[test]
    fn hit() {
        hits(&CHECK, &sudo(&[rule("%ops", "ALL, !/bin/sh, !/bin/su")]), &["file:/etc/sudoers#%ops"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &sudo(&[rule("%sudo", "ALL"), rule("bob", "/usr/bin/id, !/usr/bin/id -Z")]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
