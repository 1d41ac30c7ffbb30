//! Whoever may push to a repository of Amazon ECR puts what they like under the tag that something runs.

use super::aws_iam::{VERBS, because_of, read};
use super::{Derive, Rule};
use crate::collected::moment;
use crate::facts::{Chance, Facts, Node};
use crate::iam::{self, PUSH_IMAGE};
use crate::steps::{Entry, Foothold, Step, Steps};
use std::collections::{BTreeMap, BTreeSet};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "aws_ecr",
    title: "push an image",
    technique: "T1525",
    wants: &["cloud-id", "inline-policies", "policy-document", "resource-policy", "runs_image"],
    derive: Derive::OfAll(derive),
    explain,
};

/// That a repository keeps its tags from being changed was not collected.
const SURE: Chance = Chance::between(0.3, 0.8, 1.0);
/// A right that hangs on what nobody collected.
const PERHAPS: Chance = Chance::between(0.0, 0.4, 0.95);

fn derive(facts: &Facts, steps: &mut Steps) {
    let images = images(facts);
    if images.is_empty() {
        return;
    }
    let (collected, accounts) = read(facts);
    let now = moment(facts, VERBS);
    let arns: Vec<_> = images.keys().map(String::as_str).collect();
    let repositories = iam::stores(&collected.facts, &arns);
    // Anybody with an account of AWS has the token.
    for repository in repositories.iter().filter(|one| iam::anybody_does(one, PUSH_IMAGE.to_it, &[], now)) {
        let told = collected.node(repository.arn).and_then(|node| facts.basis(node, "resource-policy"));
        for image in &images[repository.arn] {
            let (need, gains) = (Foothold::Entry(Entry::Internet), Foothold::Control(*image));
            steps.step(&[need], gains, SURE, told.as_slice());
        }
    }
    for one in accounts.iter().flat_map(|account| iam::doers(account, &repositories, PUSH_IMAGE, now)) {
        let Some(from) = collected.node(&one.from) else { continue };
        let chance = if one.needs.is_empty() { SURE } else { PERHAPS };
        let because = because_of(facts, &collected, &one.from, &one.grants);
        for image in images.get(&one.to).into_iter().flatten() {
            steps.step(&[Foothold::Control(from)], Foothold::Control(*image), chance, &because);
        }
    }
}

/// The images that something runs, by the ARN of their repository.
fn images(facts: &Facts) -> BTreeMap<String, BTreeSet<Node>> {
    let mut all: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for (_, runs) in facts.relations("runs_image") {
        if let Some(arn) = repository(&facts.asset(runs.to).name) {
            all.entry(arn).or_default().insert(runs.to);
        }
    }
    all
}

/// The ARN of the repository of `111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/shop:1.4`. What a digest names cannot be
/// changed.
/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html>
fn repository(image: &str) -> Option<String> {
    let (registry, path) = image.split_once('/').filter(|_| !image.contains('@'))?;
    let (account, region) = registry.split_once(".dkr.ecr.")?;
    let (region, is_china) = match region.strip_suffix(".amazonaws.com") {
        Some(region) => (region, false),
        None => (region.strip_suffix(".amazonaws.com.cn")?, true),
    };
    let partition = match region {
        _ if is_china => "aws-cn",
        gov if gov.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    };
    let name = path.split(':').next()?;
    Some(format!("arn:{partition}:ecr:{region}:{account}:repository/{name}"))
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    let sure = if step.chance == SURE { "" } else { ", if what was not collected lets it" };
    let is_public = matches!(step.needs.first(), Some(Foothold::Entry(_)));
    super::between(facts, step, |from, image| match is_public {
        true => format!("The policy of the repository of {image} lets anybody push to it."),
        false => format!("{from} may push to the repository of {image}{sure}."),
    })
}

#[cfg(test)]
mod tests {
    use super::repository;
    use crate::rules::testing::{lifecycle, steps, world};

    const IMAGE: &str = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/shop:1";
    const ARN: &str = "arn:aws:ecr:eu-west-1:111122223333:repository/team/shop";
    /// All that pushing takes. (A star would mark the line.)
    const ALL: &str = r#"["ecr:BatchCheckLayerAvailability","ecr:CompleteLayerUpload","ecr:InitiateLayerUpload","ecr:PutImage","ecr:UploadLayerPart"]"#;

    /// What runs an image, and a role that gets the token.
    fn shop(image: &str, role: &str, more: &str) -> String {
        let token =
            r#"{"Statement":{"Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"\u002a"}}"#;
        format!(
            "cloud-resource web
             container-image {image}
             web runs_image {image} *
             identity ci cloud-id=arn:aws:iam::{role}
             directory-object token cloud-id=arn:aws:iam::111122223333:policy/token
             token has policy-document={token} *
             ci attached token *
             {more}"
        )
    }

    /// A policy of the repository.
    fn lets(who: &str, actions: &str) -> String {
        format!(
            r#"cloud-resource shop cloud-id={ARN}
             shop has resource-policy={{"Statement":{{"Effect":"Allow","Principal":{who},"Action":{actions}}}}} *"#
        )
    }

    fn found(text: &str) -> Vec<String> {
        steps("aws_ecr", &world(&text.replace(" *", "")))
    }

    #[test]
    fn who_may_push_controls_what_is_run_by_its_tag() {
        let push = format!(
            r#"directory-object push cloud-id=arn:aws:iam::111122223333:policy/push
             ci attached push *
             push has policy-document={{"Statement":{{"Effect":"Allow","Action":{ALL},"Resource":"{ARN}"}}}} *"#
        );
        let text = shop(IMAGE, "111122223333:role/ci", &push);
        let expected = format!("controls ci -> controls {IMAGE} (0.8)");
        lifecycle("aws_ecr", &text, &[&expected], &format!("ci may push to the repository of {IMAGE}."));
        assert_eq!(found(&text.replace("ecr:PutImage", "ecr:ListImages")), [""; 0], "a part is not enough");
        let pinned = IMAGE.replace(":1", "@sha256:00");
        assert_eq!(found(&shop(&pinned, "111122223333:role/ci", &push)), [""; 0], "a digest is what it was");
    }

    #[test]
    fn by_the_policy_of_the_repository_from_another_account_too() {
        let who = r#"{"AWS":"arn:aws:iam::444455556666:role/ci"}"#;
        let here = who.replace("444455556666", "111122223333");
        let expected = format!("controls ci -> controls {IMAGE} (0.8)");
        lifecycle(
            "aws_ecr",
            &shop(IMAGE, "111122223333:role/ci", &lets(&here, ALL)),
            &[&expected],
            &format!("ci may push to the repository of {IMAGE}."),
        );
        let far = shop(IMAGE, "444455556666:role/ci", &lets(who, ALL));
        assert_eq!(found(&far), [""; 0], "its own account has to let it too");
        let both = format!(
            r#"{far}
             ci has inline-policies={{"p":"{{\"Statement\":{{\"Effect\":\"Allow\",\"Action\":\"ecr:*\",\"Resource\":\"*\"}}}}"}}"#
        );
        assert_eq!(found(&both), [expected]);
    }

    #[test]
    fn a_repository_for_everybody_is_the_internets() {
        let text = format!(
            "cloud-resource web
             container-image {IMAGE}
             web runs_image {IMAGE} *
             {}",
            lets(r#""\u002a""#, ALL)
        );
        lifecycle(
            "aws_ecr",
            &text,
            &[&format!("An attacker on the internet -> controls {IMAGE} (0.8)")],
            &format!("The policy of the repository of {IMAGE} lets anybody push to it."),
        );
        let pull = text.replace(ALL, r#"["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]"#);
        assert_eq!(found(&pull), [""; 0]);
    }

    #[test]
    fn the_name_of_an_image_tells_its_repository() {
        assert_eq!(repository(IMAGE).as_deref(), Some(ARN));
        let arn = repository("111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn/shop");
        assert_eq!(arn.as_deref(), Some("arn:aws-cn:ecr:cn-north-1:111122223333:repository/shop"));
        for other in ["shop:1", "public.ecr.aws/a/shop:1", "docker.io/library/nginx:1"] {
            assert_eq!(repository(other), None, "{other}");
        }
    }
}
