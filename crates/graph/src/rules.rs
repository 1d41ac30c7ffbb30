//! The registry: every rule that makes steps of facts, alphabetical, two lines each. To add one, see CONTRIBUTING.md.

use crate::facts::{Chance, Change, Facts, Node, Relation};
use crate::steps::{AllSteps, Basis, Foothold, Part, Step, Steps};
use bartizan_model::AssetKind;
use std::ops::Range;
use std::sync::Arc;

mod acl_abuse;
mod adcs_esc1;
mod adcs_esc10;
mod adcs_esc11;
mod adcs_esc13;
mod adcs_esc2;
mod adcs_esc3;
mod adcs_esc4;
mod adcs_esc5;
mod adcs_esc6;
mod adcs_esc7;
mod adcs_esc8;
mod adcs_esc9;
mod admin_sd_holder;
mod asrep_roast;
mod assume_role;
mod aws_auth;
mod aws_data;
mod aws_ecr;
mod aws_iam;
mod aws_lambda;
mod aws_rds;
mod azure_control;
mod backup_privilege;
mod cached_logon;
mod client_exploit;
mod constrained_delegation;
mod container_control;
mod container_escape;
mod container_image;
mod data_access;
mod dcsync;
mod domain_controller;
mod domain_trust;
mod entra_admin;
mod entra_role;
mod golden_certificate;
mod gpo_control;
mod gpo_local_group;
mod group_membership;
mod identity_center;
mod insider;
mod instance_role;
mod kerberoast;
mod kubernetes_rbac;
mod laps_sync;
mod leaked_secret;
mod lesser_rights;
mod local_account;
mod local_admin;
mod local_escalation;
mod managed_password;
mod metadata_ssrf;
mod network_reach;
mod ntlm_relay;
mod password_writeback;
mod phishing;
mod pipeline;
mod pod_escape;
mod pod_security;
mod remote_exploit;
mod remote_logon;
mod repository_access;
mod resource_delegation;
mod runs_on;
mod seamless_sso;
mod session_theft;
mod shared_password;
mod sid_history;
mod special_identity;
mod spn_jacking;
mod ssh_key_reuse;
mod ssh_key_theft;
mod stolen_device;
mod sudo_escalation;
mod supplier_access;
mod token_theft;
mod unconstrained_delegation;
mod web_identity;

pub(crate) use network_reach::zoned;

/// All rules, by id.
pub static RULES: &[Rule] = &[
    acl_abuse::RULE,
    adcs_esc1::RULE,
    adcs_esc10::RULE,
    adcs_esc11::RULE,
    adcs_esc13::RULE,
    adcs_esc2::RULE,
    adcs_esc3::RULE,
    adcs_esc4::RULE,
    adcs_esc5::RULE,
    adcs_esc6::RULE,
    adcs_esc7::RULE,
    adcs_esc8::RULE,
    adcs_esc9::RULE,
    admin_sd_holder::RULE,
    asrep_roast::RULE,
    assume_role::RULE,
    aws_auth::RULE,
    aws_data::RULE,
    aws_ecr::RULE,
    aws_iam::RULE,
    aws_lambda::RULE,
    aws_rds::RULE,
    azure_control::RULE,
    backup_privilege::RULE,
    cached_logon::RULE,
    client_exploit::RULE,
    constrained_delegation::RULE,
    container_control::RULE,
    container_escape::RULE,
    container_image::RULE,
    data_access::RULE,
    dcsync::RULE,
    domain_controller::RULE,
    domain_trust::RULE,
    entra_admin::RULE,
    entra_role::RULE,
    golden_certificate::RULE,
    gpo_control::RULE,
    gpo_local_group::RULE,
    group_membership::RULE,
    identity_center::RULE,
    insider::RULE,
    instance_role::RULE,
    kerberoast::RULE,
    kubernetes_rbac::RULE,
    laps_sync::RULE,
    leaked_secret::RULE,
    lesser_rights::RULE,
    local_account::RULE,
    local_admin::RULE,
    local_escalation::RULE,
    managed_password::RULE,
    metadata_ssrf::RULE,
    network_reach::RULE,
    ntlm_relay::RULE,
    password_writeback::RULE,
    phishing::RULE,
    pipeline::RULE,
    pod_escape::RULE,
    pod_security::RULE,
    remote_exploit::RULE,
    remote_logon::RULE,
    repository_access::RULE,
    resource_delegation::RULE,
    runs_on::RULE,
    seamless_sso::RULE,
    session_theft::RULE,
    shared_password::RULE,
    sid_history::RULE,
    special_identity::RULE,
    spn_jacking::RULE,
    ssh_key_reuse::RULE,
    ssh_key_theft::RULE,
    stolen_device::RULE,
    sudo_escalation::RULE,
    supplier_access::RULE,
    token_theft::RULE,
    unconstrained_delegation::RULE,
    web_identity::RULE,
];

/// One way of an attacker: facts in, steps out.
#[derive(Debug)]
pub struct Rule {
    /// Its id, equal to the name of its file.
    pub id: &'static str,
    /// What the attacker does, in a few words.
    pub title: &'static str,
    /// The ATT&CK technique.
    pub technique: &'static str,
    /// The verbs and attributes it reads: where nobody told one of them, the rule could not look.
    pub wants: &'static [&'static str],
    /// Derives the steps of this kind.
    pub derive: Derive,
    /// Says in one sentence why a step of this kind works, from its facts.
    pub explain: fn(&Facts, &Step<'_>) -> String,
}

/// From what a rule derives at a time.
#[derive(Debug, Clone, Copy)]
pub enum Derive {
    /// From all facts: when any changes that it read, all its steps are derived again.
    OfAll(fn(&Facts, &mut Steps)),
    /// From one asset, the exposures on it and the ports at which they are; whatever else it reads may be of others. When exposures
    /// change, only what is on assets near to them is derived again.
    OfAsset(fn(&Facts, Node, &mut Steps)),
}

/// How many assets make a part.
const ASSETS: u32 = if cfg!(test) { 3 } else { 4096 };

impl Rule {
    /// The assets of each part that it derives.
    fn parts(&self, facts: &Facts) -> Vec<Range<u32>> {
        match self.derive {
            Derive::OfAll(_) => std::iter::once(0..0).collect(),
            Derive::OfAsset(_) => {
                let begins = (0..facts.count()).step_by(ASSETS as usize);
                begins.map(|begin| begin..facts.count().min(begin + ASSETS)).collect()
            }
        }
    }

    fn part(&self, number: u16, facts: &Facts, assets: Range<u32>) -> Arc<Part> {
        let mut steps = Steps::default();
        let read = facts.noted(&assets, || match self.derive {
            Derive::OfAll(derive) => derive(facts, &mut steps),
            Derive::OfAsset(derive) => {
                facts.nodes(&assets).for_each(|node| derive(facts, node, &mut steps));
            }
        });
        Arc::new(Part { rule: number, assets, read, steps })
    }
}

/// All steps that the rules derive from these facts.
pub fn derive(facts: &Facts) -> AllSteps {
    (0..).zip(RULES).flat_map(|(number, rule)| derive_by(rule, number, facts)).collect()
}

fn derive_by(rule: &Rule, number: u16, facts: &Facts) -> impl Iterator<Item = Arc<Part>> {
    rule.parts(facts).into_iter().map(move |assets| rule.part(number, facts, assets))
}

/// The same as [`derive()`]. Parts for which nothing was read that changed since other facts were derived from are those of then.
pub fn derive_after(old_facts: &Facts, old: &AllSteps, facts: &Facts) -> AllSteps {
    let change = Change::between(old_facts, facts);
    let of_rule = |(number, rule): (u16, &Rule)| {
        let mut known = old.parts_of(number).iter();
        let part = |assets| {
            let holds = |part: &&Arc<Part>| part.assets == assets && !change.concerns(&part.read, &assets);
            let taken = known.next().filter(holds).and_then(|part| change.renumbered.part(part));
            taken.unwrap_or_else(|| rule.part(number, facts, assets))
        };
        rule.parts(facts).into_iter().map(part).collect::<Vec<_>>()
    };
    (0..).zip(RULES).flat_map(of_rule).collect()
}

/// The first relation that a step rests on.
fn relation<'f>(facts: &'f Facts, step: &Step<'_>) -> Option<&'f Relation> {
    step.because.iter().find_map(|basis| match basis {
        Basis::Relation(id) => Some(facts.relation(*id)),
        _ => None,
    })
}

/// A sentence about the two ends of the relation that a step rests on.
fn sentence(facts: &Facts, step: &Step<'_>, words: impl Fn(&str, &str) -> String) -> String {
    let name = |node| &*facts.asset(node).name;
    relation(facts, step).map(|relation| words(name(relation.from), name(relation.to))).unwrap_or_default()
}

/// Steps from control of one end of each relation of a verb to control of the other.
fn along(facts: &Facts, steps: &mut Steps, verb: &str, chance: Chance) {
    for (id, relation) in facts.relations(verb) {
        let (from, to) = (Foothold::Control(relation.from), Foothold::Control(relation.to));
        steps.step(&[from], to, chance, &[Basis::Relation(id)]);
    }
}

/// A right that a relation gives over its other end: the verb, how likely using it works, and words between the two ends.
type Right = (&'static str, Chance, &'static str);

/// The steps of all these rights.
fn along_rights(facts: &Facts, steps: &mut Steps, rights: &[Right]) {
    for (verb, chance, _) in rights {
        along(facts, steps, verb, *chance);
    }
}

/// The sentence of the right that a step uses.
fn of_right(facts: &Facts, step: &Step<'_>, rights: &[Right]) -> String {
    let verb = relation(facts, step).map_or("", |relation| facts.word(relation.verb));
    let known = rights.iter().find(|(known, ..)| *known == verb);
    let words = known.map_or("has a right to", |(.., words)| words);
    sentence(facts, step, |from, to| format!("{from} {words} {to}."))
}

/// A sentence about the assets that a step leads from and to.
fn between(facts: &Facts, step: &Step<'_>, words: impl Fn(&str, &str) -> String) -> String {
    let name = |foothold: Foothold| foothold.asset().map_or("anybody", |node| &*facts.asset(node).name);
    words(step.needs.first().map_or("anybody", |need| name(*need)), name(step.gains))
}

/// A sentence about the exposure that a step rests on, and its asset.
fn of_exposure(facts: &Facts, step: &Step<'_>, words: impl Fn(&str, &str) -> String) -> String {
    let exposure = step.because.iter().find_map(|basis| match basis {
        Basis::Exposure(at) => Some(facts.exposure(*at)),
        _ => None,
    });
    exposure.map(|exposure| words(&exposure.weakness, &facts.asset(exposure.asset).name)).unwrap_or_default()
}

/// Whether an asset of this kind is a machine, on which somebody can be an ordinary user.
fn is_machine(kind: AssetKind) -> bool {
    matches!(kind, AssetKind::Host | AssetKind::Device | AssetKind::Service)
}

/// Whether an asset is a person's account, and in use. Groups, roles, machines and managed accounts read no mail, and a disabled
/// account opens no door.
fn is_person(facts: &Facts, node: Node) -> bool {
    // What is known of by a cloud's id is a person's only where the id says that it is a user's.
    let of_user =
        |id: &str| id.contains(":user/") || !id.starts_with("arn:") && !id.starts_with("kubernetes:");
    facts.asset(node).kind == AssetKind::Identity
        && facts.attribute(node, "type").is_none_or(|kind| matches!(kind, "user" | "az-user"))
        && facts.attribute(node, "cloud-id").is_none_or(of_user)
        && facts.flag(node, "enabled") != Some(false)
        && !["gmsa", "msa"].iter().any(|name| facts.flag(node, name) == Some(true))
}

/// Whether assets of this kind stand in a network and can be talked to.
fn has_network(kind: AssetKind) -> bool {
    use AssetKind::{
        Application, CloudResource, ContainerImage, DataStore, Device, Host, Service, WebApplication,
    };
    matches!(
        kind,
        Host | Service | WebApplication | Device | DataStore | ContainerImage | CloudResource | Application
    )
}

#[cfg(test)]
pub(crate) mod testing;

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_registry_is_in_order() {
        let ids: Vec<_> = RULES.iter().map(|rule| rule.id).collect();
        assert!(ids.is_sorted(), "alphabetical, please: {ids:?}");
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules");
        let files: BTreeSet<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
            .filter(|name| name != "testing")
            .collect();
        assert_eq!(files, ids.iter().map(|id| (*id).to_owned()).collect(), "one file a rule, one row a file");
        for rule in RULES {
            assert!(rule.technique.starts_with('T') && !rule.title.is_empty(), "{}", rule.id);
        }
    }
}
