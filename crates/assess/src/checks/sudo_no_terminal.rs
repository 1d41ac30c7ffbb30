//! Sudo runs commands on the user's own terminal.

use super::support::sudo_defaults;
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// `use_pty` must be set, or sudo be 1.9.14 or later, where it is the default.
pub(super) const CHECK: Check = Check {
    id: "sudo-no-terminal",
    title: "Sudo runs commands on the user's own terminal",
    meaning: "Commands run by sudo share the terminal of the user who called it (use_pty is off).",
    why: "A hijacked program that sudo started can stay behind and type commands into the user's terminal after it has ended.",
    fix: "echo 'Defaults use_pty' | sudo tee /etc/sudoers.d/50-bartizan-pty\nsudo chmod 440 /etc/sudoers.d/50-bartizan-pty && sudo visudo -c",
    severity: Severity::Low,
    cwe: 269,
    attack: "T1548.003",
    cis: "5.2.2",
    judge,
};

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let hit = |why: &str| Ok(vec![Hit::at("setting", "sudo/use_pty", why)]);
    if facts.sudo.get()?.is_empty() || sudo_defaults(facts)?.any(|(_, setting)| setting == "use_pty") {
        return Ok(vec![]);
    }
    if sudo_defaults(facts)?.any(|(_, setting)| setting == "!use_pty") {
        return hit("sudoers says !use_pty");
    }
    let sudo =
        facts.packages.get()?.iter().find(|package| package.name == "sudo" || package.name == "sudo-ldap");
    let version = sudo.and_then(|sudo| version(&sudo.version)).ok_or("the version of sudo is not known")?;
    if version >= [1, 9, 14] { Ok(vec![]) } else { hit("no Defaults line says use_pty") }
}

/// The three numbers of a version such as `1:1.9.13p3-1`.
fn version(text: &str) -> Option<[u32; 3]> {
    let text = text.split_once(':').map_or(text, |(_, rest)| rest);
    let mut numbers = text.split(|c: char| !c.is_ascii_digit()).map(str::parse);
    Some([numbers.next()?.ok()?, numbers.next()?.ok()?, numbers.next()?.ok()?])
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, package, rule, sudo};
    use bartizan_model::host::{Fact, HostFacts};

    #[test]
    fn hit() {
        let packages = Fact::Known(vec![package("sudo", "1.9.13p3-1+deb12u1")]);
        let facts = HostFacts { packages, ..sudo(&[rule("%sudo", "ALL")]) };
        hits(&CHECK, &facts, &["setting:sudo/use_pty"]);
        hits(&CHECK, &sudo(&[rule("Defaults", "!use_pty")]), &["setting:sudo/use_pty"]);
    }

    #[test]
    fn miss() {
        misses(&CHECK, &sudo(&[rule("Defaults", "use_pty")]));
        misses(&CHECK, &sudo(&[]));
        let packages = Fact::Known(vec![package("sudo", "1:1.9.16p2-2")]);
        misses(&CHECK, &HostFacts { packages, ..sudo(&[rule("%sudo", "ALL")]) });
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
        inconclusive(&CHECK, &sudo(&[rule("%sudo", "ALL")]));
    }
}
