//! Who controls a domain controls the domains that trust it, where nothing filters the identities that it vouches for; and those
//! it trusts, where their controllers' tickets may be delegated to it.
//! <https://specterops.io/blog/2025/06/25/good-fences-make-good-neighbors-new-ad-trusts-attack-paths-in-bloodhound/>

use super::{Derive, Rule};
use crate::facts::{Chance, Facts, Relation};
use crate::steps::{Basis, Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "domain_trust",
    title: "cross a trust",
    technique: "T1134.005",
    wants: &["trusts"],
    derive: Derive::OfAll(derive),
    explain,
};

/// Within a forest the domain is no border of security.
/// <https://learn.microsoft.com/windows-server/identity/ad-ds/plan/security-best-practices/best-practices-for-securing-active-directory>
const IN_FOREST: Chance = Chance::between(0.8, 0.95, 1.0);
/// Over a trust without filtering, a forged history is believed for accounts that are not built in.
const UNFILTERED: Chance = Chance::between(0.3, 0.7, 0.95);
/// As above, where only the trusted domain told of the trust, or an old collector of a trust of forests, which filters unless it
/// is treated as external: most filter.
const PERHAPS: Chance = Chance::between(0.0, 0.3, 0.95);
/// A controller of the trusted domain is made to log on to a machine here that is trusted for any delegation.
const DELEGATED: Chance = Chance::between(0.3, 0.6, 0.9);

fn says(trust: &Relation, word: &str) -> bool {
    trust.via.split_whitespace().any(|said| said == word)
}

fn derive(facts: &Facts, steps: &mut Steps) {
    for (id, trust) in facts.relations("trusts") {
        let (trusting, trusted) = (Foothold::Control(trust.from), Foothold::Control(trust.to));
        let because = [Basis::Relation(id)];
        if ["parent-child", "cross-link", "tree-root"].iter().any(|kind| says(trust, kind)) {
            steps.step(&[trusted], trusting, IN_FOREST, &because);
            continue;
        }
        if let Some(chance) = filtering(facts, trust) {
            steps.step(&[trusted], trusting, chance, &because);
        }
        if says(trust, "tgt-delegation=on") {
            steps.step(&[trusting], trusted, DELEGATED, &because);
        }
    }
}

/// How likely a forged identity is believed over a trust that leaves a forest; `None` where it is not, or where another record
/// tells it.
fn filtering(facts: &Facts, trust: &Relation) -> Option<Chance> {
    let old = !trust.via.contains("attributes=");
    if says(trust, "sid-filtering=off") {
        return Some(if old && says(trust, "forest") { PERHAPS } else { UNFILTERED });
    }
    let told = facts.from(trust.from, "trusts").filter(|(_, other)| other.to == trust.to);
    let mut told = told.filter(|(_, other)| other.via.contains("sid-filtering="));
    told.next().is_none().then_some(PERHAPS)
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    let gained = step.gains.asset();
    let to_trusted = super::relation(facts, step).map(|trust| trust.to) == gained;
    super::sentence(facts, step, |trusting, trusted| match to_trusted {
        true => format!(
            "{trusted} lets its tickets be delegated to {trusting}: a controller of it that is made to log on there hands over its own."
        ),
        false => format!("{trusting} trusts {trusted} and believes the identities that it vouches for."),
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{lifecycle, steps, world};

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

    #[test]
    fn tickets_that_may_be_delegated_lead_to_who_is_trusted() {
        lifecycle(
            "domain_trust",
            "directory-object clinic
             directory-object partner
             clinic trusts:sid-filtering=on partner
             clinic trusts:tgt-delegation=on partner *",
            &["controls clinic -> controls partner (0.6)"],
            "partner lets its tickets be delegated to clinic: a controller of it that is made to log on there hands over its own.",
        );
    }

    #[test]
    fn what_the_trusting_domain_did_not_tell_is_perhaps_filtered() {
        let with = |via: &str| {
            let text = format!("directory-object a\ndirectory-object b\na {via} b");
            steps("domain_trust", &world(&text)).first().cloned()
        };
        assert_eq!(with("trusts:inbound"), Some("controls b -> controls a (0.3)".to_owned()));
        assert_eq!(with("trusts:sid-filtering=on"), None);
    }
}
