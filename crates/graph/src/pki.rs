//! Certificate services of a directory: which authorities can vouch for anybody in a domain, and what each template demands.
//! <https://specterops.io/wp-content/uploads/sites/3/2022/06/Certified_Pre-Owned.pdf>

use crate::directory::{Directory, Holder};
use crate::facts::{Chance, Facts, Node};
use crate::steps::{Basis, Foothold, Steps};

/// Extended key usages by which a certificate speaks for somebody else.
pub(crate) const REQUEST_AGENT: &str = "1.3.6.1.4.1.311.20.2.1";
const ANY_PURPOSE: &str = "2.5.29.37.0";

/// Rights to enrol with a template.
pub(crate) const ENROLL: &[&str] = &["all_extended_rights", "enroll", "generic_all"];

/// An authority whose certificates a domain takes for proof of who somebody is.
pub(crate) struct Authority {
    /// The authority.
    pub(crate) node: Node,
    /// The domain.
    pub(crate) domain: Node,
    /// Why the domain believes it.
    pub(crate) because: Vec<Basis>,
}

/// A template that an authority issues certificates by.
pub(crate) struct Published {
    /// The template.
    pub(crate) template: Node,
    /// That it is published.
    pub(crate) because: Basis,
}

/// Every authority with every domain that believes it: it stands in the domain's store for authentication, and its chain ends
/// in a root of the domain.
pub(crate) fn authorities(facts: &Facts) -> Vec<Authority> {
    let mut all = Vec::new();
    for (node, _) in facts.attributes("type").filter(|(_, kind)| *kind == "enterprise-ca") {
        let (Some(own), Some(chain)) =
            (facts.attribute(node, "cert-thumbprint"), facts.basis(node, "cert-chain"))
        else {
            continue;
        };
        let root = items(facts, node, "cert-chain").last();
        for (stored, store) in facts.relations("nt_auth_store_for") {
            let Some(thumbprints) = facts.basis(store.from, "cert-thumbprints") else { continue };
            if !items(facts, store.from, "cert-thumbprints").any(|held| held == own) {
                continue;
            }
            let rooted = facts.to(store.to, "root_ca_for").find(|(_, authority)| {
                root.is_some_and(|root| facts.attribute(authority.from, "cert-thumbprint") == Some(root))
            });
            if let Some((rooted, _)) = rooted {
                let because = vec![chain, thumbprints, Basis::Relation(stored), Basis::Relation(rooted)];
                all.push(Authority { node, domain: store.to, because });
            }
        }
    }
    all
}

/// The values of an attribute that is a list.
fn items<'f>(facts: &'f Facts, node: Node, name: &str) -> impl Iterator<Item = &'f str> {
    facts.attribute(node, name).into_iter().flat_map(|list| list.split(',')).map(str::trim)
}

/// The templates of an authority.
pub(crate) fn published(facts: &Facts, authority: Node) -> impl Iterator<Item = Published> {
    facts
        .to(authority, "published_to")
        .map(|(id, relation)| Published { template: relation.from, because: Basis::Relation(id) })
}

/// That nobody has to approve a request by this template, and no other certificate has to sign it.
pub(crate) fn unattended(facts: &Facts, template: Node) -> Option<[Basis; 2]> {
    let approval = facts.told(template, "requires-manager-approval", "false")?;
    let signatures = facts
        .told(template, "schema-version", "1")
        .or_else(|| facts.told(template, "authorized-signatures", "0"))?;
    Some([approval, signatures])
}

/// That a certificate of this template is proof of who somebody is.
pub(crate) fn authenticates(facts: &Facts, template: Node) -> Option<Basis> {
    facts.told(template, "authentication-enabled", "true")
}

/// That a certificate of this template lets its holder ask for those of others.
pub(crate) fn is_agent(facts: &Facts, template: Node) -> Option<Basis> {
    let any =
        items(facts, template, "effective-ekus").any(|usage| usage == REQUEST_AGENT || usage == ANY_PURPOSE);
    facts.basis(template, "effective-ekus").filter(|_| any)
}

/// That an agent may ask for a certificate of this template for others: those of the first version ask nothing; newer ones
/// name the agent's usage among the signatures they want.
pub(crate) fn takes_agents(facts: &Facts, template: Node) -> Option<Basis> {
    let wants = || {
        let agent = items(facts, template, "application-policies").any(|usage| usage == REQUEST_AGENT);
        facts.told(template, "authorized-signatures", "1").filter(|_| agent)
    };
    facts.told(template, "schema-version", "1").or_else(wants)
}

/// Who may ask an authority for certificates.
pub(crate) fn enrollers(directory: &Directory<'_>, authority: &Authority) -> Vec<Holder> {
    directory.holders(authority.node, &["enroll"])
}

/// A way to make a template prove that somebody is anybody: what makes it possible, and the rights that it takes beside that to
/// ask the authority.
pub(crate) struct Way {
    pub(crate) because: Vec<Basis>,
    pub(crate) rights: Vec<Vec<Holder>>,
}

/// Steps to the domain from whoever holds the rights to a way, for each template of each authority that the domain believes.
pub(crate) fn by_template(
    facts: &Facts,
    steps: &mut Steps,
    chance: Chance,
    ways: impl Fn(&Directory<'_>, &Authority, Node) -> Vec<Way>,
) {
    let directory = Directory::of(facts);
    for authority in authorities(facts) {
        let enrollers = enrollers(&directory, &authority);
        for published in published(facts, authority.node) {
            for mut way in ways(&directory, &authority, published.template) {
                way.rights.push(enrollers.clone());
                for (principal, mut because) in directory.together(&way.rights) {
                    because.push(published.because);
                    because.extend(way.because.iter().chain(&authority.because));
                    let gains = Foothold::Control(authority.domain);
                    steps.step(&[Foothold::Control(principal)], gains, chance, &because);
                }
            }
        }
    }
}

/// Steps to the domain from whatever stands in a relation to an authority that the domain believes.
pub(crate) fn by_authority(facts: &Facts, steps: &mut Steps, verb: &str, chance: Chance) {
    for authority in authorities(facts) {
        for (id, relation) in facts.to(authority.node, verb) {
            let because: Vec<_> =
                std::iter::once(Basis::Relation(id)).chain(authority.because.iter().copied()).collect();
            let gains = Foothold::Control(authority.domain);
            steps.step(&[Foothold::Control(relation.from)], gains, chance, &because);
        }
    }
}

/// A domain `clinic` that believes the authority `ca`.
#[cfg(test)]
pub(crate) const WORLD: &str = "
    directory-object clinic
    directory-object store
    store has cert-thumbprints=AA,BB *
    directory-object root
    root has cert-thumbprint=RR *
    directory-object ca
    ca has type=enterprise-ca *
    ca has cert-thumbprint=AA *
    ca has cert-chain=AA,RR *
    store nt_auth_store_for clinic *
    root root_ca_for clinic *
";
