//! A role of AWS opens to tokens of an identity provider: to those of a pipeline, or to those that anybody can have.

use super::Rule;
use super::aws_iam::{VERBS, read};
use crate::collected::moment;
use crate::facts::{Chance, Facts, Node};
use crate::iam::{self, Bearer, Pattern};
use crate::steps::{Basis, Entry, Foothold, Step, Steps};
use bartizan_model::AssetKind;

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "web_identity",
    title: "assume a role with a token of a pipeline",
    technique: "T1550.001",
    wants: &["trust-policy"],
    derive,
    explain,
};

/// An account with the provider, and a pipeline that asks for the role: its name must be known.
const ANYONE: Chance = Chance::between(0.3, 0.8, 1.0);
/// The pool's id lies in an application that everybody has.
const GUEST: Chance = Chance::between(0.2, 0.6, 0.95);
/// Whoever changes a pipeline asks for its token; of a branch or environment that is protected, somebody may have to approve.
const PIPELINE: Chance = Chance::between(0.5, 0.85, 1.0);
/// What hangs on what nobody collected.
const PERHAPS: Chance = Chance::between(0.0, 0.4, 0.95);

fn derive(facts: &Facts, steps: &mut Steps) {
    if !facts.knows("trust-policy") {
        return;
    }
    let (collected, accounts) = read(facts);
    let now = moment(facts, VERBS);
    for one in accounts.iter().flat_map(|account| iam::federations(account, now)) {
        let Some((role, trust)) =
            collected.node(&one.role).and_then(|role| Some((role, facts.basis(role, "trust-policy")?)))
        else {
            continue;
        };
        let gains = Foothold::Control(role);
        let chance = |certain: Chance| if one.needs.is_empty() { certain } else { PERHAPS };
        match &one.bearer {
            Bearer::Anyone => {
                steps.step(&[Foothold::Entry(Entry::Internet)], gains, chance(ANYONE), &[trust]);
            }
            Bearer::Guest => {
                steps.step(&[Foothold::Entry(Entry::Internet)], gains, chance(GUEST), &[trust]);
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

fn explain(facts: &Facts, steps: &Steps, step: &Step<'_>) -> String {
    let foothold = |id: u32| steps.footholds()[id as usize];
    let (need, gains) = (step.needs.first().map(|need| foothold(*need)), foothold(step.gains));
    let name = |node: Node| &facts.asset(node).name;
    let role = gains.asset().map_or_else(String::new, |node| name(node).to_string());
    match need {
        Some(Foothold::Control(repository)) => {
            format!("Pipelines of {} get tokens that open {role}.", name(repository))
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
