//! Who controls a domain controls the domains that trust it, where nothing filters the identities that it vouches for.

use super::Rule;
use crate::facts::{Chance, Facts};
use crate::steps::{Basis, Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "domain_trust",
    title: "cross a trust",
    technique: "T1134.005",
    wants: &["trusts"],
    derive,
    explain,
};

/// Within a forest the domain is no border of security.
/// <https://learn.microsoft.com/windows-server/identity/ad-ds/plan/security-best-practices/best-practices-for-securing-active-directory>
const IN_FOREST: Chance = Chance::between(0.8, 0.95, 1.0);
/// Over a trust without filtering, a forged history is believed for accounts that are not built in.
const UNFILTERED: Chance = Chance::between(0.3, 0.7, 0.95);

fn derive(facts: &Facts, steps: &mut Steps) {
    for (id, trust) in facts.relations("trusts") {
        let says = |word: &str| trust.via.split_whitespace().any(|said| said == word);
        let chance = match () {
            () if says("parent-child") || says("cross-link") || says("tree-root") => IN_FOREST,
            () if says("sid-filtering=off") => UNFILTERED,
            () => continue,
        };
        steps.step(
            &[Foothold::Control(trust.to)],
            Foothold::Control(trust.from),
            chance,
            &[Basis::Relation(id)],
        );
    }
}

fn explain(facts: &Facts, _: &Steps, step: &Step<'_>) -> String {
    super::sentence(facts, step, |trusting, trusted| {
        format!("{trusting} trusts {trusted} and believes the identities that it vouches for.")
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::steps;
    use crate::rules::testing::{lifecycle, world};

    #[test]
    fn a_trust_is_crossed_towards_who_trusts() {
        let facts = world(
            "directory-object clinic
             directory-object partner
             partner trusts:sid-filtering=off clinic
             clinic trusts:sid-filtering=on partner",
        );
        assert_eq!(steps("domain_trust", &facts), ["controls clinic -> controls partner (0.7)"]);
        lifecycle(
            "domain_trust",
            "directory-object clinic
             directory-object lab
             clinic trusts:parent-child lab *",
            &["controls lab -> controls clinic (0.95)"],
            "clinic trusts lab and believes the identities that it vouches for.",
        );
    }
}
