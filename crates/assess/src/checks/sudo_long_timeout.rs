//! Sudo remembers a password for long.

use super::support::{file_hit, merged, sudo_defaults};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `timestamp_timeout` should be 15 minutes, sudo's default, or less; below 0 means until the host restarts.
pub(super) const CHECK: Check = Check {
    id: "sudo-long-timeout",
    title: "Sudo remembers a password for too long",
    meaning: "After one password sudo asks for none for more than 15 minutes (timestamp_timeout).",
    why: "Whoever gets at the terminal meanwhile, or a program the user starts, is root without a password.",
    fix: "# Set timestamp_timeout=15 or remove it\n# Change the rule; visudo checks it before it takes effect\nsudo visudo\nsudo visudo -f /etc/sudoers.d/NAME",
    severity: Severity::Low,
    cwe: 613,
    attack: "T1548.003",
    cis: "5.2.6",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let times = sudo_defaults(facts)?.filter_map(|(rule, setting)| {
        let value = setting.strip_prefix("timestamp_timeout")?.trim_start().strip_prefix('=')?.trim();
        Some((rule, value.parse::<f64>().ok()?))
    });
    let long = times.filter(|(_, minutes)| *minutes < 0.0 || *minutes > 15.0);
    Ok(merged(long.map(|(rule, minutes)| {
        file_hit(&rule.file, &rule.who, format!("timestamp_timeout is {minutes} minutes"))
    })))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, rule, sudo};

    #[test]
    fn hit() {
        hits(&CHECK, &sudo(&[rule("Defaults", "timestamp_timeout=60")]), &["file:/etc/sudoers#Defaults"]);
        hits(
            &CHECK,
            &sudo(&[rule("Defaults", "env_reset, timestamp_timeout = -1")]),
            &["file:/etc/sudoers#Defaults"],
        );
    }

    #[test]
    fn miss() {
        misses(&CHECK, &sudo(&[rule("Defaults", "timestamp_timeout=5"), rule("%sudo", "ALL")]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
