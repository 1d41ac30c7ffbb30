//! Who may log on to a machine from afar is a user on it; to control it, something more must be found there.

use super::{Derive, Rule};
use crate::directory::Directory;
use crate::facts::{Chance, Facts, Relation};
use crate::steps::{Basis, Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "remote_logon",
    title: "log on as a user",
    technique: "T1021",
    wants: &["can_rdp", "can_psremote", "execute_dcom", "sql_admin"],
    derive: Derive::OfAll(derive),
    explain,
};

const LOGON: Chance = Chance::between(0.8, 0.95, 1.0);
/// That a user finds a way to control the machine of which no finding tells: a saved secret, a missing update.
const MORE: Chance = Chance::between(0.05, 0.3, 0.8);

/// The local group of users who may log on over Remote Desktop.
const REMOTE_DESKTOP_USERS: &str = "-555";

fn derive(facts: &Facts, steps: &mut Steps) {
    let directory = Directory::of(facts);
    for verb in ["can_rdp", "can_psremote", "execute_dcom", "sql_admin"] {
        for (id, logon) in facts.relations(verb) {
            if verb == "can_rdp" && !may_rdp(facts, &directory, logon) {
                continue;
            }
            let (need, because) = ([Foothold::Control(logon.from)], [Basis::Relation(id)]);
            steps.step(&need, Foothold::Session(logon.to), LOGON, &because);
            steps.step(&need, Foothold::Control(logon.to), MORE, &because);
        }
    }
}

/// Membership in the group is not enough where the machine gives the right to log on to others: the group must have it, or who
/// is in it. Where nobody told the rights, the group has it, as machines come.
fn may_rdp(facts: &Facts, directory: &Directory<'_>, logon: &Relation) -> bool {
    let right = "remote_interactive_logon_right";
    let mut holders = facts.to(logon.to, right).peekable();
    if holders.peek().is_none() {
        return true;
    }
    let is_group = |node| {
        let id = facts.attribute(node, "object-id").unwrap_or(&facts.asset(node).name);
        id.ends_with(REMOTE_DESKTOP_USERS)
            && facts.from(node, "local_group_of").any(|(_, r)| r.to == logon.to)
    };
    holders.any(|(_, holder)| is_group(holder.from) || directory.is_in(logon.from, holder.from))
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    let verb = super::relation(facts, step).map_or("", |relation| facts.word(relation.verb));
    let how = match verb {
        "can_rdp" => "over Remote Desktop",
        "can_psremote" => "over PowerShell",
        "execute_dcom" => "over DCOM",
        _ => "as an administrator of its database",
    };
    super::sentence(facts, step, |from, to| format!("{from} can log on to {to} {how}."))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{lifecycle, steps, world};

    #[test]
    fn a_logon_makes_a_user_and_perhaps_more() {
        lifecycle(
            "remote_logon",
            "identity helpdesk
             host ward-pc
             helpdesk can_psremote ward-pc *",
            &["controls helpdesk -> user on ward-pc (0.95)", "controls helpdesk -> controls ward-pc (0.3)"],
            "helpdesk can log on to ward-pc over PowerShell.",
        );
    }

    #[test]
    fn remote_desktop_takes_the_right_to_log_on() {
        let with = |right: &str| {
            steps(
                "remote_logon",
                &world(&format!(
                    "identity helpdesk
                     identity staff
                     identity rdp object-id=S-1-5-21-1-1-555
                     identity admins
                     host ward-pc
                     rdp local_group_of ward-pc
                     helpdesk member_of staff
                     helpdesk can_rdp ward-pc
                     {right}"
                )),
            )
            .len()
        };
        assert_eq!(with(""), 2, "not collected: as machines come");
        assert_eq!(with("rdp remote_interactive_logon_right ward-pc"), 2);
        assert_eq!(with("staff remote_interactive_logon_right ward-pc"), 2);
        assert_eq!(with("admins remote_interactive_logon_right ward-pc"), 0);
    }
}
