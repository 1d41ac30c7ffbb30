//! Sudo does not log what it ran.

use super::support::{file_hit, merged, sudo_defaults};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// Sudo logs to syslog by default; `!syslog` or `!log_allowed` turn that off. A log file makes up for the first.
pub(super) const CHECK: Check = Check {
    id: "sudo-no-log",
    title: "Sudo does not log who ran what as root",
    meaning: "A Defaults line turns off sudo's log (!syslog without a logfile, or !log_allowed).",
    why: "After a break-in nobody can tell what was done as root, and by whom.",
    fix: "# Remove !syslog and !log_allowed\n# Change the rule; visudo checks it before it takes effect\nsudo visudo\nsudo visudo -f /etc/sudoers.d/NAME",
    severity: Severity::Low,
    cwe: 778,
    attack: "T1562.006",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let file = sudo_defaults(facts)?
        .any(|(_, setting)| setting.starts_with("logfile") || setting.starts_with("log_output"));
    let off = sudo_defaults(facts)?
        .filter(|(_, setting)| *setting == "!log_allowed" || *setting == "!syslog" && !file);
    Ok(merged(
        off.map(|(rule, setting)| file_hit(&rule.file, &rule.who, format!("it says {} {setting}", rule.who))),
    ))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, rule, sudo};

    #[test]
    fn hit() {
        hits(&CHECK, &sudo(&[rule("Defaults", "!syslog")]), &["file:/etc/sudoers#Defaults"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &sudo(&[rule("Defaults", "!syslog"), rule("Defaults", "logfile=/var/log/sudo.log")]));
        misses(&CHECK, &sudo(&[rule("%sudo", "ALL")]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
