//! Whoever runs code on a cloud machine asks its metadata service for the credentials of its role.

use super::Rule;
use crate::facts::{Chance, Facts};
use crate::steps::{Basis, Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "instance_role",
    title: "take the credentials of a machine's role",
    technique: "T1552.005",
    wants: &["has_profile", "instance_profile_of"],
    derive,
    explain,
};

/// Some machines keep their users from the metadata service.
const CHANCE: Chance = Chance::between(0.6, 0.9, 1.0);

fn derive(facts: &Facts, steps: &mut Steps) {
    for (has, profile) in facts.relations("has_profile") {
        if facts.attribute(profile.from, "metadata-endpoint") == Some("disabled") {
            continue;
        }
        for (of, role) in facts.from(profile.to, "instance_profile_of") {
            let because = [Basis::Relation(has), Basis::Relation(of)];
            let (machine, role) = (Foothold::Session(profile.from), Foothold::Control(role.to));
            steps.step(&[machine], role, CHANCE, &because);
        }
    }
}

fn explain(facts: &Facts, steps: &Steps, step: &Step<'_>) -> String {
    super::between(facts, steps, step, |machine, role| {
        format!("Code on {machine} gets the credentials of {role} from the metadata service.")
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{lifecycle, steps, world};

    const WORLD: &str = "host web
         identity profile
         identity app
         web has_profile profile *
         profile instance_profile_of app *";

    #[test]
    fn code_on_a_machine_has_its_role() {
        lifecycle(
            "instance_role",
            WORLD,
            &["user on web -> controls app (0.9)"],
            "Code on web gets the credentials of app from the metadata service.",
        );
    }

    #[test]
    fn not_where_the_service_is_off() {
        let text = format!("{WORLD}\nweb has metadata-endpoint=disabled").replace('*', "");
        assert_eq!(steps("instance_role", &world(&text)), Vec::<String>::new());
    }
}
