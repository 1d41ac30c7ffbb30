//! Functions of AWS Lambda: who may replace their code or call them by their own policies, and the role that their code runs as.
//!
//! Who may by policies of its own alone is told elsewhere: replacing the code of a function leads to its role (`aws_iam`).

use super::aws_iam::{VERBS, because_of, read};
use super::{Derive, Rule};
use crate::collected::{Collected, moment};
use crate::facts::{Chance, Facts, Node, RelationId};
use crate::iam::{self, DataAccess, Doing, INVOKE_FUNCTION, UPDATE_FUNCTION};
use crate::steps::{Basis, Entry, Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "aws_lambda",
    title: "use a Lambda function",
    technique: "T1648",
    wants: &["cloud-id", "resource-policy", "runs_as"],
    derive: Derive::OfAll(derive),
    explain,
};

/// By the URL of a function, where that asks for no signature.
/// <https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html>
const BY_URL: (&[&str], &[(&str, &str)]) = (
    &["lambda:InvokeFunctionUrl"],
    &[("lambda:FunctionUrlAuthType", "NONE"), ("lambda:InvokedViaFunctionUrl", "true")],
);

/// A right that is simply used.
const SURE: Chance = Chance::between(0.9, 0.95, 1.0);
/// Whether a function has a URL was not collected; a right that hangs on what nobody collected.
const PERHAPS: Chance = Chance::between(0.0, 0.4, 0.95);

/// Where somebody then stands on a function.
type Gains = fn(Node) -> Foothold;

fn derive(facts: &Facts, steps: &mut Steps) {
    let functions: Vec<_> = facts.attributes("cloud-id").filter(|(_, arn)| is_function(arn)).collect();
    for (function, _) in &functions {
        for (id, runs) in facts.from(*function, "runs_as") {
            // What replaced its code runs; so may what a weakness in it lets in.
            for inside in [Foothold::Control(*function), Foothold::Session(*function)] {
                steps.step(&[inside], Foothold::Control(runs.to), SURE, &[Basis::Relation(id)]);
            }
        }
    }
    let ruled: Vec<_> = functions
        .iter()
        .filter(|(function, _)| facts.attribute(*function, "resource-policy").is_some())
        .map(|(_, arn)| *arn)
        .collect();
    if ruled.is_empty() {
        return;
    }
    let (collected, accounts) = read(facts);
    let now = moment(facts, VERBS);
    let functions = iam::stores(&collected.facts, &ruled);
    for function in &functions {
        let Some(node) = collected.node(function.arn) else { continue };
        let told: Vec<_> = facts.basis(node, "resource-policy").into_iter().collect();
        let internet = [Foothold::Entry(Entry::Internet)];
        if iam::anybody_does(function, UPDATE_FUNCTION.to_it, &[], now) {
            steps.step(&internet, Foothold::Control(node), SURE, &told);
        }
        let (by_url, keys) = BY_URL;
        if iam::anybody_does(function, INVOKE_FUNCTION.to_it, &[], now) {
            steps.step(&internet, Foothold::Reach(node), SURE, &told);
        } else if iam::anybody_does(function, by_url, keys, now) {
            steps.step(&internet, Foothold::Reach(node), PERHAPS, &told);
        }
    }
    let ways: [(Doing, Gains); 2] =
        [(UPDATE_FUNCTION, Foothold::Control), (INVOKE_FUNCTION, Foothold::Reach)];
    for account in &accounts {
        for (doing, gains) in ways {
            let all = iam::doers(account, &functions, doing, now).into_iter();
            for one in all.filter(is_by_policy) {
                by_policy(facts, &collected, &one, gains, steps);
            }
        }
    }
}

/// A step of who may by the policy of the function.
fn by_policy(facts: &Facts, collected: &Collected, one: &DataAccess, gains: Gains, steps: &mut Steps) {
    let (Some(from), Some(to)) = (collected.node(&one.from), collected.node(&one.to)) else { return };
    let chance = if one.needs.is_empty() { SURE } else { PERHAPS };
    let because = because_of(facts, collected, &one.from, &one.grants);
    steps.step(&[Foothold::Control(from)], gains(to), chance, &because);
}

/// Whether the policy of the function is part of what allows it.
fn is_by_policy(one: &DataAccess) -> bool {
    let mut statements = one.grants.iter().flat_map(|grant| &grant.statements);
    statements.any(|statement| statement.source.policy == "resource-policy")
}

/// Whether this is the ARN of a function; those of versions and aliases have one more part.
fn is_function(arn: &str) -> bool {
    let parts: Vec<_> = arn.splitn(9, ':').collect();
    matches!(parts.as_slice(), ["arn", _, "lambda", _, _, "function", _])
}

fn is_runs_as(facts: &Facts, id: RelationId) -> bool {
    facts.word(facts.relation(id).verb) == "runs_as"
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    let is_public = matches!(step.needs.first(), Some(Foothold::Entry(_)));
    let is_role = matches!(step.because, [Basis::Relation(id)] if is_runs_as(facts, *id));
    let sure = if step.chance == SURE { "" } else { ", if what was not collected lets it" };
    super::between(facts, step, |from, to| match (is_public, step.gains) {
        (true, Foothold::Control(_)) => format!("The policy of {to} lets anybody replace its code."),
        (true, _) => format!("The policy of {to} lets anybody call it{sure}."),
        (false, Foothold::Reach(_)) => format!("{from} may call {to}{sure}."),
        (false, _) if is_role => format!("Code in {from} has the credentials of {to}."),
        (false, _) => format!("{from} may replace the code of {to}{sure}."),
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{lifecycle, steps, world};

    const ARN: &str = "arn:aws:lambda:eu-west-1:111122223333:function:resize";

    /// A function whose policy lets somebody do something to it. (A star would mark the line.)
    fn function(who: &str, action: &str, condition: &str) -> String {
        format!(
            r#"cloud-resource resize cloud-id={ARN}
             identity role cloud-id=arn:aws:iam::111122223333:role/resize
             identity ci cloud-id=arn:aws:iam::111122223333:role/ci
             resize has resource-policy={{"Statement":{{"Effect":"Allow","Principal":{who},"Action":"{action}","Resource":"{ARN}"{condition}}}}} *"#
        )
    }

    fn found(text: &str) -> Vec<String> {
        steps("aws_lambda", &world(&text.replace(" *", "")))
    }

    const ANYBODY: &str = r#""\u002a""#;

    #[test]
    fn code_in_a_function_has_its_role() {
        lifecycle(
            "aws_lambda",
            &format!(
                "cloud-resource resize cloud-id={ARN}
                 identity role cloud-id=arn:aws:iam::111122223333:role/resize
                 resize runs_as role *"
            ),
            &["controls resize -> controls role (0.95)", "user on resize -> controls role (0.95)"],
            "Code in resize has the credentials of role.",
        );
    }

    #[test]
    fn who_may_replace_the_code_controls_the_function() {
        let ci = r#"{"AWS":"arn:aws:iam::111122223333:role/ci"}"#;
        lifecycle(
            "aws_lambda",
            &function(ci, "lambda:UpdateFunctionCode", ""),
            &["controls ci -> controls resize (0.95)"],
            "ci may replace the code of resize.",
        );
        lifecycle(
            "aws_lambda",
            &function(ci, "lambda:InvokeFunction", ""),
            &["controls ci -> can reach resize (0.95)"],
            "ci may call resize.",
        );
        assert_eq!(found(&function(ci, "lambda:GetFunction", "")), [""; 0]);
        let service = function(r#"{"Service":"s3.amazonaws.com"}"#, "lambda:InvokeFunction", "");
        assert_eq!(found(&service), [""; 0], "a service calls in nobody's name");
        let own = r#"ci has inline-policies={"p":"{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"lambda:*\",\"Resource\":\"*\"}}"}"#;
        assert_eq!(found(&format!("{service}\n{own}")), [""; 0], "by its own policies alone");
    }

    #[test]
    fn a_function_for_everybody_is_the_internets() {
        lifecycle(
            "aws_lambda",
            &function(ANYBODY, "lambda:UpdateFunctionCode", ""),
            &[
                "An attacker on the internet -> controls resize (0.95)",
                "controls ci -> controls resize (0.95)",
                "controls role -> controls resize (0.95)",
            ],
            "The policy of resize lets anybody replace its code.",
        );
        let call = "An attacker on the internet -> can reach resize (0.95)";
        assert_eq!(found(&function(ANYBODY, "lambda:InvokeFunction", ""))[0], call);
        let of_org = r#","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}"#;
        let internet = |steps: Vec<String>| steps.iter().any(|step| step.starts_with("An attacker"));
        assert!(!internet(found(&function(ANYBODY, "lambda:InvokeFunction", of_org))));
    }

    #[test]
    fn a_url_without_a_signature_is_perhaps_there() {
        let auth = |kind: &str| {
            format!(r#","Condition":{{"StringEquals":{{"lambda:FunctionUrlAuthType":"{kind}"}}}}"#)
        };
        let with = |kind| found(&function(ANYBODY, "lambda:InvokeFunctionUrl", &auth(kind)));
        assert_eq!(with("NONE"), ["An attacker on the internet -> can reach resize (0.4)"]);
        assert_eq!(with("AWS_IAM"), [""; 0]);
    }
}
