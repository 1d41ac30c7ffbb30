//! An account becomes another, mostly root, by what sudo lets it run.
//!
//! `via` of `can_sudo` is what sudoers allows: `NOPASSWD: ALL`, `/usr/bin/vim /etc/motd`, `NOEXEC: /usr/bin/less`.

use super::{Derive, Rule};
use crate::facts::{Chance, Facts};
use crate::steps::{Basis, Foothold, Step, Steps};
use bartizan_model::sudo;

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "sudo_escalation",
    title: "become another by sudo",
    technique: "T1548.003",
    wants: &["can_sudo"],
    derive: Derive::OfAll(derive),
    explain,
};

/// A rule for everything, or for a program from which one can start any other, works as it is meant to.
const FREE: Chance = Chance::between(0.9, 0.95, 1.0);
/// A rule for other commands: whether one of them can be turned to more, nobody looked. Our estimate.
const SOME_COMMAND: Chance = Chance::between(0.0, 0.05, 0.5);
/// Whoever took an account over by a key or a session must still come by its password: by a false prompt, or a hash that was
/// cracked. As with any password that a person chose, and more since it will be typed. Our estimate.
const PASSWORD: Chance = Chance::between(0.05, 0.3, 0.8);

/// What a rule of sudo gives.
struct Allows<'a> {
    password: bool,
    /// The command that gives everything, where there is one.
    free: Option<&'a str>,
}

impl<'a> Allows<'a> {
    fn of(via: &'a str) -> Self {
        let (mut rest, mut password, mut exec) = (via, true, true);
        loop {
            if let Some(after) = rest.strip_prefix("NOPASSWD:") {
                (password, rest) = (false, after.trim_start());
            } else if let Some(after) = rest.strip_prefix("NOEXEC:") {
                (exec, rest) = (false, after.trim_start());
            } else {
                break;
            }
        }
        let mut commands = rest.split(',').map(str::trim);
        let free = commands.find(|one| *one == "ALL" || exec && sudo::escapes(one));
        Self { password, free }
    }
}

fn derive(facts: &Facts, steps: &mut Steps) {
    for (id, may) in facts.relations("can_sudo") {
        let allows = Allows::of(&may.via);
        let works = if allows.free.is_some() { FREE } else { SOME_COMMAND };
        let chance = if allows.password { works.and(PASSWORD) } else { works };
        let (from, to) = (Foothold::Control(may.from), Foothold::Control(may.to));
        steps.step(&[from], to, chance, &[Basis::Relation(id)]);
    }
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    let Some(may) = super::relation(facts, step) else { return String::new() };
    let allows = Allows::of(&may.via);
    let what = match allows.free {
        Some("ALL") => "everything".to_owned(),
        Some(command) => format!("{command}, which starts any other program,"),
        None => "some commands".to_owned(),
    };
    let how = if allows.password { "with a password" } else { "without a password" };
    super::sentence(facts, step, |from, to| format!("sudo lets {from} run {what} as {to} {how}."))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn a_rule_for_everything() {
        lifecycle(
            "sudo_escalation",
            "identity ops@web
             identity ci@web
             identity root@web
             ops@web can_sudo:ALL root@web *
             ci@web can_sudo:NOPASSWD:/usr/bin/vim root@web *",
            &["controls ops@web -> controls root@web (0.285)", "controls ci@web -> controls root@web (0.95)"],
            "sudo lets ops@web run everything as root@web with a password.",
        );
    }

    #[test]
    fn what_a_rule_gives() {
        for (via, password, free) in [
            ("NOPASSWD: ALL", false, Some("ALL")),
            ("ALL, !/bin/su", true, Some("ALL")),
            ("NOPASSWD: /usr/bin/id, /usr/bin/vim /etc/motd", false, Some("/usr/bin/vim /etc/motd")),
            ("NOPASSWD: NOEXEC: /usr/bin/less", false, None),
            ("/usr/bin/systemctl restart nginx", true, None),
            ("", true, None),
        ] {
            let allows = super::Allows::of(via);
            assert_eq!((allows.password, allows.free), (password, free), "{via}");
        }
    }
}
