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
    Some([approval, unsigned(facts, template)?])
}

/// That no other certificate has to sign a request by this template.
pub(crate) fn unsigned(facts: &Facts, template: Node) -> Option<Basis> {
    let one = || facts.told(template, "authorized-signatures", "0");
    facts.told(template, "schema-version", "1").or_else(one)
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

/// That a certificate of this template says nothing of what it is for, and so is for anything (ESC2).
pub(crate) fn is_for_anything(facts: &Facts, template: Node) -> Option<Basis> {
    facts.told(template, "effective-ekus", "")
}

/// The issuance policies that certificates of this template carry.
pub(crate) fn policies(facts: &Facts, template: Node) -> impl Iterator<Item = &str> {
    items(facts, template, "issuance-policies").filter(|policy| !policy.is_empty())
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
pub(crate) fn enrollers(facts: &Facts, authority: &Authority) -> Vec<Holder> {
    in_force(facts, authority.node, "enroll").collect()
}

/// Rights of an authority that it enforces itself, by its own registry.
const OF_REGISTRY: &[&str] = &["enroll", "manage_ca", "manage_certificates"];

/// Who holds a right to an authority. What the directory says of it counts only where nobody read the authority's registry.
pub(crate) fn in_force<'f>(
    facts: &'f Facts,
    authority: Node,
    verb: &'f str,
) -> impl Iterator<Item = Holder> + use<'f> {
    let read =
        OF_REGISTRY.iter().any(|verb| facts.to(authority, verb).any(|(_, right)| &*right.via == "registry"));
    let all = !read || !OF_REGISTRY.contains(&verb);
    let rights = facts.to(authority, verb).filter(move |(_, right)| all || &*right.via == "registry");
    rights.map(|(id, right)| (right.from, Basis::Relation(id)))
}

/// A way to make a template prove that somebody is anybody: what makes it possible, and the rights that it takes beside that to
/// ask the authority.
pub(crate) struct Way {
    pub(crate) because: Vec<Basis>,
    pub(crate) rights: Vec<Vec<Holder>>,
    /// Who is gained; `None`: anybody in the domain.
    pub(crate) gains: Option<Node>,
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
        let enrollers = enrollers(facts, &authority);
        for published in published(facts, authority.node) {
            for mut way in ways(&directory, &authority, published.template) {
                way.rights.push(enrollers.clone());
                for (principal, mut because) in directory.together(&way.rights) {
                    because.push(published.because);
                    because.extend(way.because.iter().chain(&authority.because));
                    let gains = Foothold::Control(way.gains.unwrap_or(authority.domain));
                    steps.step(&[Foothold::Control(principal)], gains, chance, &because);
                }
            }
        }
    }
}

/// `UPN mapping` in the methods by which a domain controller maps certificates of TLS clients.
const UPN_MAPPING: u32 = 4;

/// That a domain controller believes a certificate that does not bind its account (`no-security-extension`).
pub(crate) fn weakly_bound(facts: &Facts, domain: Node) -> Option<Vec<Basis>> {
    binding(facts, domain, &["0", "1"])
}

/// That a domain controller never asks whether a certificate binds its account.
pub(crate) fn unbound(facts: &Facts, domain: Node) -> Option<Vec<Basis>> {
    binding(facts, domain, &["0"])
}

fn binding(facts: &Facts, domain: Node, values: &[&str]) -> Option<Vec<Basis>> {
    let name = "strong-certificate-binding-enforcement";
    facts.to(domain, "dc_of").find_map(|(id, controller)| {
        let told = values.iter().find_map(|value| facts.told(controller.from, name, value));
        Some(vec![told?, Basis::Relation(id)])
    })
}

/// That a certificate of this template is proof of who somebody is over TLS; older collectors do not tell it apart.
pub(crate) fn authenticates_over_tls(facts: &Facts, template: Node) -> Option<Basis> {
    match facts.attribute(template, "schannel-authentication-enabled") {
        Some(_) => facts.told(template, "schannel-authentication-enabled", "true"),
        None => authenticates(facts, template),
    }
}

/// That a domain controller believes the name in the certificate of a TLS client.
pub(crate) fn mapped_by_name(facts: &Facts, domain: Node) -> Option<Vec<Basis>> {
    let name = "certificate-mapping-methods";
    facts.to(domain, "dc_of").find_map(|(id, controller)| {
        let methods: u32 = facts.attribute(controller.from, name)?.parse().ok()?;
        let basis = facts.basis(controller.from, name).filter(|_| methods & UPN_MAPPING != 0)?;
        Some(vec![basis, Basis::Relation(id)])
    })
}

/// Rights by which somebody gives an account another name.
const RENAME: &[&str] =
    &["generic_all", "generic_write", "owns", "write_dacl", "write_owner", "write_public_information"];

/// That a certificate of this template is issued to a name that an account goes by, and that somebody else may change: its
/// principal name, and of a machine its DNS name.
fn takes_name(facts: &Facts, template: Node, is_machine: bool) -> Option<Basis> {
    // No fact to take away: a template that takes any name is worse.
    facts.told(template, "enrollee-supplies-subject", "false")?;
    let dns = ["subject-alt-require-dns", "subject-alt-require-domain-dns"]
        .into_iter()
        .find_map(|name| facts.told(template, name, "true"));
    let upn = || {
        let names = ["subject-alt-require-upn", "subject-alt-require-spn"];
        names.into_iter().find_map(|name| facts.told(template, name, "true"))
    };
    match dns {
        // A user has no DNS name: a template that wants one refuses it.
        Some(_) if !is_machine => None,
        Some(dns) => Some(dns),
        None => upn(),
    }
}

/// Steps to the domain from who may rename an account that may enrol: it asks for a certificate under another's name.
/// `believed` says why domain controllers take the name for who it is.
pub(crate) fn by_victim(
    facts: &Facts,
    steps: &mut Steps,
    chance: Chance,
    believed: impl Fn(&Authority, Node) -> Option<Vec<Basis>>,
) {
    let directory = Directory::of(facts);
    for authority in authorities(facts) {
        for published in published(facts, authority.node) {
            let template = published.template;
            let Some((unattended, believed)) =
                unattended(facts, template).zip(believed(&authority, template))
            else {
                continue;
            };
            let common: Vec<_> = unattended
                .into_iter()
                .chain(believed)
                .chain([published.because])
                .chain(authority.because.iter().copied())
                .collect();
            let rights = [directory.holders(template, ENROLL), enrollers(facts, &authority)];
            let enrol = directory.together(&rights);
            for (victim, is_machine) in accounts(facts) {
                let Some(name) = takes_name(facts, template, is_machine) else { continue };
                let may = enrol.iter().find(|(principal, _)| directory.is_in(victim, *principal));
                let Some((_, may)) = may else { continue };
                for (attacker, rename) in directory.holders(victim, RENAME) {
                    let mut because = vec![rename, name];
                    because.extend(may.iter().chain(&common));
                    let gains = Foothold::Control(authority.domain);
                    steps.step(&[Foothold::Control(attacker)], gains, chance, &because);
                }
            }
        }
    }
}

/// Users and machines of directories, and which of both each is.
fn accounts(facts: &Facts) -> impl Iterator<Item = (Node, bool)> {
    facts.attributes("type").filter_map(|(node, kind)| match kind {
        "user" => Some((node, false)),
        "computer" => Some((node, true)),
        _ => None,
    })
}

/// Steps to the domain from who may enrol for a certificate by which its holder asks for those of others, and may ask for such.
pub(crate) fn by_agent(
    facts: &Facts,
    steps: &mut Steps,
    chance: Chance,
    is_agent: impl Fn(Node) -> Option<Basis>,
) {
    let directory = Directory::of(facts);
    let authorities = authorities(facts);
    for first in &authorities {
        for agent in published(facts, first.node) {
            let (Some(usage), Some(unattended)) =
                (is_agent(agent.template), unattended(facts, agent.template))
            else {
                continue;
            };
            let second = authorities.iter().filter(|other| other.domain == first.domain);
            for (second, target) in second.flat_map(|ca| published(facts, ca.node).map(move |t| (ca, t))) {
                let template = target.template;
                let (Some(authenticates), Some(approval), Some(agents)) = (
                    authenticates(facts, template),
                    facts.told(template, "requires-manager-approval", "false"),
                    takes_agents(facts, template),
                ) else {
                    continue;
                };
                let mut rights = vec![
                    directory.holders(agent.template, ENROLL),
                    enrollers(facts, first),
                    directory.holders(template, ENROLL),
                    enrollers(facts, second),
                ];
                if facts.flag(second.node, "enrollment-agent-restrictions") == Some(true) {
                    rights.push(allowed_agents(facts, second.node, template));
                }
                for (principal, mut because) in directory.together(&rights) {
                    because.extend([usage, authenticates, approval, agents, agent.because, target.because]);
                    because.extend(unattended.iter().chain(&first.because).chain(&second.because));
                    because.sort_unstable();
                    because.dedup();
                    let gains = Foothold::Control(first.domain);
                    steps.step(&[Foothold::Control(principal)], gains, chance, &because);
                }
            }
        }
    }
}

/// Whom an authority that restricts agents lets ask by a template.
fn allowed_agents(facts: &Facts, authority: Node, template: Node) -> Vec<Holder> {
    let id = facts.attribute(template, "object-id");
    let allowed = facts.to(authority, "delegated_enrollment_agent").filter(|(_, relation)| {
        &*relation.via == "all templates" || id.is_some_and(|id| *relation.via == *id)
    });
    allowed.map(|(id, relation)| (relation.from, Basis::Relation(id))).collect()
}

/// Steps to the domain from whatever stands in a relation to an authority that the domain believes.
pub(crate) fn by_authority(facts: &Facts, steps: &mut Steps, verb: &str, chance: Chance) {
    for authority in authorities(facts) {
        for (holder, basis) in in_force(facts, authority.node, verb) {
            let because: Vec<_> = std::iter::once(basis).chain(authority.because.iter().copied()).collect();
            let gains = Foothold::Control(authority.domain);
            steps.step(&[Foothold::Control(holder)], gains, chance, &because);
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
