//! Policies by which somebody makes himself more.

use super::facts::{Gives, Power, System};
use super::support::{by_policy, condition, place, some};
use super::{Check, Hit, Identities, Node, Unknown};
use bartizan_model::{Locus, Severity};
use std::collections::BTreeMap;

/// Policies that let their holders become other identities, by the published methods. Those of full administrators are
/// `aws-full-admin`'s.
pub(super) const CHECK: Check = Check {
    id: "aws-escalating-policy",
    title: "A policy lets its holder become somebody else",
    meaning: "What the policy allows is enough for one of the published methods of privilege escalation in AWS; the evidence names each with whom it leads to.",
    why: "Whoever holds this identity holds those, whatever its own policies were meant to limit it to.",
    fix: "Allow the named actions on the resources that are needed only, or remove them.",
    severity: Severity::High,
    cwe: 269,
    attack: "T1098.003",
    controls: &["nist-800-53-r5:AC-6", "nist-800-53-r5:AC-6(1)", "cis-aws-3.0.0:1.16"],
    wants: &[],
    judge,
};

/// So many methods are told in full.
const TOLD: usize = 8;

fn judge(identities: &Identities<'_>, node: Node) -> Result<Vec<Hit>, Unknown> {
    let escalates = |power: &Power| matches!(power.gives, Gives::Escalation { .. });
    by_policy(identities.facts, node, System::Aws, escalates, |policy, powers| hit("policy", policy, powers))
}

/// A hit on a policy, or a binding, by what it lets somebody become.
pub(super) fn hit(kind: &str, policy: &str, powers: &[&Power]) -> Hit {
    let mut methods: BTreeMap<&str, Vec<(&Power, &str)>> = BTreeMap::new();
    let (mut all, mut certain, mut fixes) = (false, false, Vec::new());
    for power in powers {
        let Gives::Escalation { method, name, rights, to, fix, .. } = &power.gives else { continue };
        methods.entry(method).or_default().push((power, to));
        all |= is_sure(power);
        certain |= power.needs.is_empty();
        let one = format!("{rights} ({name}): {fix}.");
        if !fixes.contains(&one) {
            fixes.push(one);
        }
    }
    let (severity, because) = match (all, certain) {
        (true, _) => (Severity::High, "it leads to everything"),
        (false, true) => (
            Severity::Medium,
            "it leads to other identities, of which none is known to be able to do everything",
        ),
        (false, false) => (Severity::Low, "it works only if something holds that was not collected"),
    };
    // What leads furthest and is certain comes first.
    let mut methods: Vec<_> = methods.into_values().collect();
    methods.sort_by_key(|all| !all.iter().any(|(power, _)| is_sure(power)));
    let sentences: Vec<_> = methods.iter().take(TOLD).filter_map(|all| sentence(all)).collect();
    let more = methods.len().saturating_sub(TOLD);
    let more = if more == 0 { String::new() } else { format!("\n{more} more methods.") };
    let others = fixes.len().saturating_sub(TOLD);
    let others = if others == 0 { String::new() } else { format!("\nand {others} more.") };
    fixes.truncate(TOLD);
    Hit {
        locus: Locus::named(kind, policy),
        severity,
        because: because.to_owned(),
        evidence: format!("{}{more}", sentences.join("\n")),
        fix: format!("{}:\n{}{others}", place(policy), fixes.join("\n")),
    }
}

/// Whether it leads to everything for certain.
fn is_sure(power: &Power) -> bool {
    matches!(power.gives, Gives::Escalation { all: true, .. }) && power.needs.is_empty()
}

fn sentence(all: &[(&Power, &str)]) -> Option<String> {
    let (power, _) = all.first()?;
    let Gives::Escalation { name, rights, .. } = &power.gives else { return None };
    let mut targets: Vec<_> = all.iter().map(|(_, to)| *to).collect();
    targets.dedup();
    Some(format!("It can {name} ({rights}), which leads to {}{}.", some(&targets, 5), condition(power)))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::identity::testing::{lifecycle, said, world};

    #[test]
    fn life() {
        lifecycle(
            &CHECK,
            "identity ci principal-type=role
             ci may escalation:account by deploy *
             identity dev principal-type=user
             dev may escalation:ann by keys
             dev may escalation:bob by keys",
            &["ci at policy:deploy: high", "dev at policy:keys: medium"],
        );
    }

    #[test]
    fn what_could_not_be_evaluated_closes_nothing() {
        let text = "identity ci principal-type=role\nci unevaluated";
        assert_eq!(said(&CHECK, &world(text)), (vec![], vec!["ci: a policy was not collected".to_owned()]));
    }
}
