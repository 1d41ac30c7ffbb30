//! Sudo gives all of root's rights without a password.

use super::support::{file_hit, merged, sudo_commands, sudo_rules};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// A rule for a few named commands without a password is a choice one can stand by; one for all commands is not.
pub(super) const CHECK: Check = Check {
    id: "sudo-no-password",
    title: "Sudo makes people root without asking for a password",
    meaning: "A rule lets somebody run every command as root without a password (NOPASSWD with ALL).",
    why: "Whoever takes over the account, by an unlocked screen or a hijacked program, is root at once.",
    fix: "# Take NOPASSWD: out of the rule, after you made sure that the account has a password\nsudo visudo\n# Cloud images keep it in this file\nsudo visudo -f /etc/sudoers.d/90-cloud-init-users",
    severity: Severity::Medium,
    cwe: 306,
    attack: "T1548.003",
    cis: "5.2.4",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let open = sudo_rules(facts)?.filter(|rule| {
        rule.tags.iter().any(|tag| tag == "NOPASSWD") && sudo_commands(rule).any(|command| command == "ALL")
    });
    Ok(merged(open.map(|rule| {
        file_hit(&rule.file, &rule.who, format!("{} may run {} without a password", rule.who, rule.commands))
    })))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, rule, sudo};
    use bartizan_model::host::SudoRule;

    #[test]
    fn hit() {
        let open = SudoRule { tags: vec!["NOPASSWD".to_owned()], ..rule("debian", "ALL") };
        hits(&CHECK, &sudo(&[open]), &["file:/etc/sudoers#debian"]);
    }

    #[test]
    fn miss() {
        let narrow =
            SudoRule { tags: vec!["NOPASSWD".to_owned()], ..rule("nagios", "/usr/lib/nagios/check_raid") };
        let as_db = SudoRule {
            tags: vec!["NOPASSWD".to_owned()],
            run_as: "postgres".to_owned(),
            ..rule("backup", "ALL")
        };
        misses(&CHECK, &sudo(&[narrow, as_db, rule("%sudo", "ALL"), rule("root", "ALL")]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
