//! The metadata service of a cloud machine, which hands the credentials of its role to whoever asks from the machine itself.

use crate::facts::{Facts, Node};
use crate::steps::Basis;
use std::collections::BTreeSet;

/// Verbs that tie a machine to what it runs as.
pub(crate) const VERBS: &[&str] = &["az_managed_identity", "has_profile", "has_service_account"];

/// Whose service it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    /// AWS: a plain request is answered, unless tokens are required (IMDSv2).
    Aws,
    /// Azure and Google Cloud: a request is answered if it carries a header that browsers and proxies do not send.
    WantsHeader,
}

/// A role that a machine runs as.
pub(crate) struct Role {
    /// The role.
    pub(crate) role: Node,
    /// What hands out its credentials.
    pub(crate) service: Service,
    /// The relations that say so.
    pub(crate) because: Vec<Basis>,
}

/// Whether AWS's service asks for a token, which takes more than one plain request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tokens {
    /// It does.
    Required,
    /// It does not.
    Optional(Basis),
    /// Nobody told.
    Unknown,
}

/// The machines that run as anything.
pub(crate) fn machines(facts: &Facts) -> BTreeSet<Node> {
    VERBS.iter().flat_map(|verb| facts.relations(verb)).map(|(_, relation)| relation.from).collect()
}

/// The roles of a machine; none where its service is switched off.
pub(crate) fn roles(facts: &Facts, machine: Node) -> Vec<Role> {
    if facts.attribute(machine, "metadata-endpoint") == Some("disabled") {
        return Vec::new();
    }
    let profiles = facts.from(machine, "has_profile").flat_map(|(has, profile)| {
        facts.from(profile.to, "instance_profile_of").map(move |(of, role)| Role {
            role: role.to,
            service: Service::Aws,
            because: vec![Basis::Relation(has), Basis::Relation(of)],
        })
    });
    let direct = ["az_managed_identity", "has_service_account"].into_iter().flat_map(|verb| {
        facts.from(machine, verb).map(|(id, relation)| Role {
            role: relation.to,
            service: Service::WantsHeader,
            because: vec![Basis::Relation(id)],
        })
    });
    profiles.chain(direct).collect()
}

/// Whether the service of a machine in AWS asks for tokens.
pub(crate) fn tokens(facts: &Facts, machine: Node) -> Tokens {
    match facts.attribute(machine, "metadata-tokens") {
        Some("required") => Tokens::Required,
        Some("optional") => facts.basis(machine, "metadata-tokens").map_or(Tokens::Unknown, Tokens::Optional),
        _ => Tokens::Unknown,
    }
}
