//! An account of one system is given a role of another: a service account of a cluster that gets credentials of a cloud role.
//! Where the role says whom it trusts, that decides (`web_identity`); whether the config map of a cluster counts, `aws_auth` does.

use super::{Derive, Rule, aws_auth};
use crate::facts::{Chance, Facts, Relation};
use crate::steps::{Basis, Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "assume_role",
    title: "assume a role of another system",
    technique: "T1550.001",
    wants: &["can_assume"],
    derive: Derive::OfAll(derive),
    explain,
};

/// The exchange is automatic; that the role trusts back is seldom collected.
const CHANCE: Chance = Chance::between(0.6, 0.9, 1.0);

fn derive(facts: &Facts, steps: &mut Steps) {
    let is_ours = |told: &Relation| &*told.via != aws_auth::MAP && !trust_decides(facts, told);
    for (id, told) in facts.relations("can_assume").filter(|(_, told)| is_ours(told)) {
        steps.step(
            &[Foothold::Control(told.from)],
            Foothold::Control(told.to),
            CHANCE,
            &[Basis::Relation(id)],
        );
    }
}

fn trust_decides(facts: &Facts, told: &Relation) -> bool {
    let of_cluster = facts.attribute(told.from, "cloud-id").is_some_and(|id| id.starts_with("kubernetes:"));
    of_cluster && facts.attribute(told.to, "trust-policy").is_some()
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::sentence(facts, step, |from, to| format!("{from} exchanges its token for credentials of {to}."))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{lifecycle, steps, world};

    #[test]
    fn a_service_account_has_its_cloud_role() {
        lifecycle(
            "assume_role",
            "identity shop/web
             identity app-role
             shop/web can_assume app-role *",
            &["controls shop/web -> controls app-role (0.9)"],
            "shop/web exchanges its token for credentials of app-role.",
        );
    }

    #[test]
    fn a_role_that_says_whom_it_trusts_decides_itself() {
        let text = "identity web cloud-id=kubernetes:prod:serviceaccount/shop/web
             identity app-role trust-policy={}
             identity ann
             web can_assume app-role
             ann can_assume app-role";
        assert_eq!(steps("assume_role", &world(text)), ["controls ann -> controls app-role (0.9)"]);
    }
}
