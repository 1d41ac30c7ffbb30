//! What the bindings of a cluster give: the attack graph's evaluator is asked, and its answers are put on the subject that a
//! binding names. A group's rights are the group's, not those of everybody in it.

use super::cloud::Collected;
use bartizan_assess::identity::facts::System;
use bartizan_assess::identity::{FactsBuilder, Gives, Power};
use bartizan_graph::rbac::{self, Cluster, Gained};
use std::collections::{BTreeMap, BTreeSet};

/// Roles that Kubernetes brings, beside those whose names begin with `system:`.
const OWN: &[&str] = &["admin", "cluster-admin", "edit", "view"];

/// Puts the powers of all clusters on their subjects and roles.
pub(super) fn powers(collected: &Collected, builder: &mut FactsBuilder) {
    for cluster in rbac::clusters(&collected.facts).0 {
        subjects(collected, &cluster, builder);
    }
    roles(collected, builder);
}

fn subjects(collected: &Collected, cluster: &Cluster, builder: &mut FactsBuilder) {
    let named: BTreeSet<(&str, &str)> = cluster
        .bindings
        .iter()
        .flat_map(|binding| binding.subjects.iter().map(|subject| (&*binding.id, &**subject)))
        .collect();
    let mut admins = BTreeSet::new();
    for one in rbac::escalations(cluster) {
        // What a subject has by a group that it is in is told of the group.
        let bindings = || one.grants.iter().flatten();
        let Some(binding) = bindings().find(|binding| named.contains(&(&***binding, &*one.from))) else {
            continue;
        };
        let Some(asset) = collected.asset(&one.from) else { continue };
        let everything = one.method.id == "cluster-admin";
        if everything {
            admins.insert(one.from.clone());
        }
        let (to, all) = match &one.to {
            Gained::Cluster => ("everything in the cluster".to_owned(), true),
            Gained::Subject(id) => (name(id).to_owned(), false),
        };
        let (method, name_of_it, fix) = (one.method.id, one.method.name, one.method.fix);
        let gives = match everything {
            true => Gives::Everything,
            false => Gives::Escalation { method, name: name_of_it, rights: method.to_owned(), to, all, fix },
        };
        let power = Power {
            system: System::Kubernetes,
            gives,
            policy: name(binding).to_owned(),
            needs: one.needs.join(" and "),
        };
        builder.power(asset, power);
    }
    for (binding, subject) in named {
        if name(subject).ends_with("/default")
            && !admins.contains(subject)
            && let Some(asset) = collected.asset(subject)
        {
            for role in collected.to(binding, "grants") {
                let gives = Gives::Some(format!("the rights of {}", name(role)));
                let policy = name(binding).to_owned();
                builder
                    .power(asset, Power { system: System::Kubernetes, gives, policy, needs: String::new() });
            }
        }
    }
}

/// Roles that say `*` and are bound, and subjects of roles that were not collected.
fn roles(collected: &Collected, builder: &mut FactsBuilder) {
    let mut bindings: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (binding, verb, role) in &collected.facts.relations {
        if verb == "grants" {
            bindings.entry(role).or_default().push(binding);
        }
    }
    for (role, bindings) in bindings {
        let rules = collected.attribute(role, "rules");
        if rules.is_none() {
            let subjects = bindings.iter().flat_map(|binding| collected.to(binding, "binds"));
            for asset in subjects.filter_map(|subject| collected.asset(subject)) {
                builder.unevaluated(
                    asset,
                    &format!("the role {}, which is bound to it, was not collected", name(role)),
                );
            }
        }
        let own = OWN.contains(&name(role)) || name(role).starts_with("system:");
        let Some((rules, asset)) = rules.zip(collected.asset(role)).filter(|_| !own) else { continue };
        let bound = bindings.iter().find(|binding| collected.to(binding, "binds").next().is_some());
        let Some(binding) = bound else { continue };
        for what in wildcards(rules) {
            let gives = Gives::Wildcard(what.to_owned());
            let policy = name(binding).to_owned();
            builder.power(asset, Power { system: System::Kubernetes, gives, policy, needs: String::new() });
        }
    }
}

/// Whether any rule says `*` for its verbs, and for its resources.
fn wildcards(rules: &str) -> impl Iterator<Item = &'static str> {
    let rules: Vec<serde_json::Value> = serde_json::from_str(rules).unwrap_or_default();
    let says = move |member: &str| {
        let all = rules.iter().filter_map(|rule| rule.get(member)?.as_array());
        all.flatten().any(|word| word == "*")
    };
    ["verbs", "resources"].into_iter().filter(move |member| says(member))
}

/// The name in a cloud id: `shop/ci` of `kubernetes:prod:serviceaccount/shop/ci`.
fn name(id: &str) -> &str {
    id.split_once('/').map_or(id, |(_, name)| name)
}
