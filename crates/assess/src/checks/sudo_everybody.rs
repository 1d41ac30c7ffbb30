//! Sudo gives all of root's rights to everybody.

use super::support::{file_hit, merged, sudo_commands, sudo_defaults, sudo_rules};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `ALL` or a group that holds all accounts. openSUSE's own rule, which asks for root's password (`targetpw`), is
/// fine.
pub(super) const CHECK: Check = Check {
    id: "sudo-everybody",
    title: "Sudo makes everybody root",
    meaning: "A rule gives all commands to everybody, or to a group in which everybody is.",
    why: "Any account, of a person or of a hijacked service, becomes root.",
    fix: "# Change the rule; visudo checks it before it takes effect\nsudo visudo\nsudo visudo -f /etc/sudoers.d/NAME",
    severity: Severity::High,
    cwe: 250,
    attack: "T1548.003",
    cis: "",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let everybody = ["ALL", "%users", "%nogroup", "%nobody", "%everyone", "%ALL"];
    let own_password = !sudo_defaults(facts)?.any(|(_, setting)| matches!(setting, "targetpw" | "rootpw"));
    let open = sudo_rules(facts)?.filter(|rule| {
        let who = rule.who.replace(r"\ ", " ");
        let all = everybody.contains(&who.as_str()) || who.to_ascii_lowercase().ends_with("domain users");
        own_password && all && sudo_commands(rule).any(|command| command == "ALL")
    });
    Ok(merged(
        open.map(|rule| {
            file_hit(&rule.file, &rule.who, format!("{} may run every command as root", rule.who))
        }),
    ))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, rule, sudo};

    #[test]
    fn hit() {
        hits(&CHECK, &sudo(&[rule("%users", "ALL")]), &["file:/etc/sudoers#%users"]);
        hits(&CHECK, &sudo(&[rule("ALL", "ALL")]), &["file:/etc/sudoers#ALL"]);
        let domain = r"%CORP\domain\ users";
        hits(&CHECK, &sudo(&[rule(domain, "ALL")]), &[&format!("file:/etc/sudoers#{domain}")]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &sudo(&[rule("%sudo", "ALL"), rule("ALL", "/usr/bin/id")]));
        misses(&CHECK, &sudo(&[rule("Defaults", "targetpw"), rule("ALL", "ALL")]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
