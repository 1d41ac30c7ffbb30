//! A role of AWS opens to tokens of an identity provider: to those of a pipeline or a service account, or to those that anybody
//! can have.

use super::aws_iam::{VERBS, read};
use super::{Derive, Rule};
use crate::collected::moment;
use crate::facts::{Chance, Facts, Node};
use crate::iam::{self, Bearer, Federation, Pattern};
use crate::steps::{Basis, Entry, Foothold, Step, Steps};
use bartizan_model::AssetKind;
use std::collections::{BTreeMap, BTreeSet};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "web_identity",
    title: "assume a role with a token",
    technique: "T1550.001",
    wants: &["trust-policy"],
    derive: Derive::OfAll(derive),
    explain,
};

/// An account with the provider, and a pipeline that asks for the role: its name must be known.
const ANYONE: Chance = Chance::between(0.3, 0.8, 1.0);
/// The pool's id lies in an application that everybody has.
const GUEST: Chance = Chance::between(0.2, 0.6, 0.95);
/// Whoever changes a pipeline asks for its token; of a branch or environment that is protected, somebody may have to approve.
const PIPELINE: Chance = Chance::between(0.5, 0.85, 1.0);
/// A pod exchanges its token without asking.
const POD: Chance = Chance::between(0.6, 0.9, 1.0);
/// What hangs on what nobody collected.
const PERHAPS: Chance = Chance::between(0.0, 0.4, 0.95);

fn derive(facts: &Facts, steps: &mut Steps) {
    if !facts.knows("trust-policy") {
        return;
    }
    let (collected, accounts) = read(facts);
    let now = moment(facts, VERBS);
    let trusts = accounts.iter().flat_map(|account| iam::federations(account, now)).filter_map(|one| {
        let role = collected.node(&one.role)?;
        Some((one, role, facts.basis(role, "trust-policy")?))
    });
    let trusts: Vec<_> = trusts.collect();
    let clusters = clusters(facts, &trusts);
    for (one, role, trust) in &trusts {
        let (gains, trust) = (Foothold::Control(*role), *trust);
        let chance = |certain: Chance| if one.needs.is_empty() { certain } else { PERHAPS };
        match &one.bearer {
            Bearer::Anyone => {
                steps.step(&[Foothold::Entry(Entry::Internet)], gains, chance(ANYONE), &[trust]);
            }
            Bearer::Guest => {
                steps.step(&[Foothold::Entry(Entry::Internet)], gains, chance(GUEST), &[trust]);
            }
            Bearer::ServiceAccount { provider, accounts } => {
                let own = clusters.get(provider.as_str());
                for (account, cluster, name) in service_accounts(facts) {
                    if own.is_none_or(|own| own.contains(cluster)) && accounts.matches(&name) {
                        // Of which cluster the provider is, no collection tells.
                        let sure = if own.is_some() { chance(POD) } else { PERHAPS };
                        let because = [trust, Basis::Asset(account)];
                        steps.step(&[Foothold::Control(account)], gains, sure, &because);
                    }
                }
            }
            Bearer::Pipeline { host, repositories } => {
                let known = repositories_of(facts, host, repositories.as_ref());
                // What nobody told of is somebody else's, as far as is known.
                if known.is_empty() {
                    steps.step(&[Foothold::Entry(Entry::Supplier)], gains, chance(PIPELINE), &[trust]);
                }
                for repository in known {
                    let because = [trust, Basis::Asset(repository)];
                    steps.step(&[Foothold::Control(repository)], gains, chance(PIPELINE), &because);
                }
            }
        }
    }
}

/// By provider, the clusters whose service accounts say that they are given a role which trusts it.
fn clusters<'a>(
    facts: &'a Facts,
    trusts: &'a [(Federation, Node, Basis)],
) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
    let mut all: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for (one, role, _) in trusts {
        let Bearer::ServiceAccount { provider, .. } = &one.bearer else { continue };
        for (_, told) in facts.to(*role, "can_assume") {
            if let Some((cluster, _)) = facts.attribute(told.from, "cloud-id").and_then(service_account) {
                all.entry(provider.as_str()).or_default().insert(cluster);
            }
        }
    }
    all
}

/// All service accounts, with their cluster and their name in it as tokens write it.
fn service_accounts(facts: &Facts) -> impl Iterator<Item = (Node, &str, String)> {
    facts.attributes("cloud-id").filter_map(|(node, id)| {
        let (cluster, name) = service_account(id)?;
        Some((node, cluster, name.replacen('/', ":", 1)))
    })
}

/// The cluster and the name of a service account, by its cloud id.
fn service_account(id: &str) -> Option<(&str, &str)> {
    id.strip_prefix("kubernetes:")?.split_once(":serviceaccount/")
}

/// The repositories that are meant, of those that are known.
fn repositories_of(facts: &Facts, host: &str, pattern: Option<&Pattern>) -> Vec<Node> {
    let Some(pattern) = pattern else { return Vec::new() };
    let all = facts.assets().filter(|(_, asset)| asset.kind == AssetKind::Repository);
    all.filter(|(_, asset)| {
        let name = asset.name.split_once("://").map_or(&*asset.name, |(_, rest)| rest);
        let name = name.strip_prefix(host).map_or(name, |path| path.trim_start_matches('/'));
        pattern.matches_any_case(name)
    })
    .map(|(node, _)| node)
    .collect()
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    let (need, gains) = (step.needs.first().copied(), step.gains);
    let name = |node: Node| &facts.asset(node).name;
    let role = gains.asset().map_or_else(String::new, |node| name(node).to_string());
    match need {
        Some(Foothold::Control(holder)) => {
            let is_repository = facts.asset(holder).kind == AssetKind::Repository;
            let who = if is_repository { "Pipelines" } else { "Pods" };
            format!("{who} of {} get tokens that open {role}.", name(holder))
        }
        Some(Foothold::Entry(Entry::Supplier)) => {
            format!("{role} opens to pipelines of repositories that are not known.")
        }
        _ => format!("{role} opens to tokens that anybody can have."),
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{lifecycle, steps, world};

    /// A role that asks for one claim. (A star would mark the line.)
    fn role(claim: &str) -> String {
        let trust = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringLike":{"token.actions.githubusercontent.com:CLAIM}}}}"#;
        format!(
            "identity deploy cloud-id=arn:aws:iam::111122223333:role/deploy
             deploy has trust-policy={} *",
            trust.replace("CLAIM", claim)
        )
    }

    #[test]
    fn a_repository_has_the_role_of_its_pipelines() {
        lifecycle(
            "web_identity",
            &format!(
                "{}\nrepository acme/shop *\nrepository other/shop",
                role(r#"sub":"repo:Acme/sho?:ref:refs/heads/main""#)
            ),
            &["controls acme/shop -> controls deploy (0.85)"],
            "Pipelines of acme/shop get tokens that open deploy.",
        );
    }

    #[test]
    fn service_accounts_have_the_role_that_trusts_their_cluster() {
        let trust = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/0A1B"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringLike":{"oidc.eks.eu-west-1.amazonaws.com/id/0A1B:sub":"system:serviceaccount:sho?:web"}}}}"#;
        let text = format!(
            "identity uploads cloud-id=arn:aws:iam::111122223333:role/uploads
             uploads has trust-policy={trust} *
             identity web cloud-id=kubernetes:prod:serviceaccount/shop/web *
             identity ci cloud-id=kubernetes:prod:serviceaccount/shop/ci
             identity lab cloud-id=kubernetes:lab:serviceaccount/shop/web"
        );
        let told = format!("{text}\nci can_assume uploads *").replace("web *", "web");
        lifecycle(
            "web_identity",
            &told,
            &["controls web -> controls uploads (0.9)"],
            "Pods of web get tokens that open uploads.",
        );
        let perhaps = ["controls web -> controls uploads (0.4)", "controls lab -> controls uploads (0.4)"];
        assert_eq!(steps("web_identity", &world(&text.replace(" *", ""))), perhaps, "whose provider it is");
    }

    #[test]
    fn or_anybody_or_a_supplier_has_it() {
        lifecycle(
            "web_identity",
            &role(r#"aud":"sts.amazonaws.com""#),
            &["An attacker on the internet -> controls deploy (0.8)"],
            "deploy opens to tokens that anybody can have.",
        );
        let of_supplier =
            steps("web_identity", &world(&role(r#"sub":"repo:vendor/tool:ref""#).replace(" *", "")));
        assert_eq!(of_supplier, ["A supplier that was broken into -> controls deploy (0.85)"]);
    }
}
