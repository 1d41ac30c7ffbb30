//! From a container to the machine it runs on, where it was given more than its bounds; and from the machine to every container.
//!
//! Of pods in Kubernetes the way out is `pod_escape`.

use super::{Derive, Rule};
use crate::facts::{Chance, Facts, Node};
use crate::rbac;
use crate::steps::{Basis, Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "container_escape",
    title: "leave a container, or enter one",
    technique: "T1611",
    wants: &["privileged", "scheduled_on"],
    derive: Derive::OfAll(derive),
    explain,
};

/// A few commands, once one is root in the container.
const ESCAPE: Chance = Chance::between(0.5, 0.85, 0.98);

fn derive(facts: &Facts, steps: &mut Steps) {
    for (id, on) in facts.relations("scheduled_on") {
        let (container, machine) = (on.from, on.to);
        // Whoever controls the machine enters each of its containers.
        let control = [Foothold::Control(machine)];
        for gains in [Foothold::Session(container), Foothold::Control(container)] {
            steps.step(&control, gains, Chance::CERTAIN, &[Basis::Relation(id)]);
        }
        let is_pod = facts.attribute(container, "cloud-id").is_some_and(|id| id.starts_with("kubernetes:"));
        if !is_pod && let Some(more) = more_than_bounds(facts, container) {
            let because: Vec<_> = std::iter::once(Basis::Relation(id)).chain(more).collect();
            steps.step(&[Foothold::Session(container)], Foothold::Control(machine), ESCAPE, &because);
        }
    }
}

/// What a container was given by which it leaves its bounds; `None` where there is nothing. Each would do: what one alone gives
/// is what the way rests on, and where there are several, no one of them.
fn more_than_bounds(facts: &Facts, container: Node) -> Option<Option<Basis>> {
    let gives = |name: &&str| {
        let only = |asked: &str| facts.attribute(container, name).filter(|_| asked == *name);
        !rbac::escapes(only).is_empty()
    };
    let given: Vec<_> = rbac::GIVES_MORE.iter().copied().filter(gives).collect();
    match given.as_slice() {
        [] => None,
        [one] => Some(facts.basis(container, one)),
        _ => Some(None),
    }
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    let machine = super::relation(facts, step).map(|relation| relation.to);
    let escapes = step.gains.asset() == machine;
    super::between(facts, step, |from, to| match escapes {
        true => format!("{from} was given more than its bounds, and so {to}."),
        false => format!("{to} runs on {from}, whose administrator enters it."),
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{lifecycle, steps, world};

    #[test]
    fn the_socket_of_the_engine_is_the_machine() {
        lifecycle(
            "container_escape",
            "cloud-resource ci
             host builder
             ci has privileged=false
             ci has host-paths=/srv/data,/var/run/docker.sock *
             ci scheduled_on builder *",
            &[
                "controls builder -> user on ci (1)",
                "controls builder -> controls ci (1)",
                "user on ci -> controls builder (0.85)",
            ],
            "ci runs on builder, whose administrator enters it.",
        );
    }

    #[test]
    fn each_way_out_and_none() {
        let with = |given: &str| {
            let text = format!("cloud-resource ci {given}\nhost builder\nci scheduled_on builder");
            steps("container_escape", &world(&text)).len() == 3
        };
        for given in ["privileged=true", "host-pid=true", "host-paths=/", "capabilities=SYS_ADMIN"] {
            assert!(with(given), "{given}");
        }
        for bounded in ["", "privileged=false", "host-network=true", "host-paths=/srv", "capabilities=CHOWN"]
        {
            assert!(!with(bounded), "{bounded}");
        }
    }
}
