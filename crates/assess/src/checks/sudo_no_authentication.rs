//! Sudo never asks for a password.

use super::support::{file_hit, merged, sudo_defaults};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `Defaults !authenticate` turns the question off.
pub(super) const CHECK: Check = Check {
    id: "sudo-no-authentication",
    title: "Sudo never asks for a password",
    meaning: "A Defaults line turns off the question for a password (!authenticate).",
    why: "Whoever takes over an account that may use sudo, by an unlocked screen or a hijacked program, is root at once.",
    fix: "# Remove !authenticate\n# Change the rule; visudo checks it before it takes effect\nsudo visudo\nsudo visudo -f /etc/sudoers.d/NAME",
    severity: Severity::High,
    cwe: 306,
    attack: "T1548.003",
    cis: "5.2.5",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let off = sudo_defaults(facts)?.filter(|(_, setting)| *setting == "!authenticate");
    Ok(merged(
        off.map(|(rule, _)| file_hit(&rule.file, &rule.who, format!("it says {} !authenticate", rule.who))),
    ))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, rule, sudo};

    #[test]
    fn hit() {
        let facts = sudo(&[rule("Defaults:bob", "env_reset, !authenticate")]);
        hits(&CHECK, &facts, &["file:/etc/sudoers#Defaults:bob"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &sudo(&[rule("Defaults", "env_reset"), rule("%sudo", "ALL")]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
