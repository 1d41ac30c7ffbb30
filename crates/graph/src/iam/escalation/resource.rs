//! Who may do several things together to a resource that has a policy of its own, in its account or from another one.

use super::super::account::Account;
use super::super::caller::account_of;
use super::super::evaluate::{Request, ResourcePolicy};
use super::super::pattern::Pattern;
use super::super::policy::Attached;
use super::ask::{Found, any_allows};
use super::data::Store;
use super::{Actor, DataAccess};
use bartizan_model::Timestamp;

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doing {
    /// To the resource.
    pub to_it: &'static [&'static str],
    /// Beside it, to no resource. Whoever has an account of AWS may do that.
    pub beside: &'static [&'static str],
}

/// Pushing an image to a repository. (Beside what AWS lists, `ecr:BatchGetImage`, a push works without.)
/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html>
pub const PUSH_IMAGE: Doing = Doing {
    to_it: &[
        "ecr:BatchCheckLayerAvailability",
        "ecr:CompleteLayerUpload",
        "ecr:InitiateLayerUpload",
        "ecr:PutImage",
        "ecr:UploadLayerPart",
    ],
    beside: &["ecr:GetAuthorizationToken"],
};
/// Replacing the code of a function.
pub const UPDATE_FUNCTION: Doing = Doing { to_it: &["lambda:UpdateFunctionCode"], beside: &[] };
/// Reading the code of a layer.
pub const READ_LAYER: Doing = Doing { to_it: &["lambda:GetLayerVersion"], beside: &[] };
/// Calling a function.
pub const INVOKE_FUNCTION: Doing = Doing { to_it: &["lambda:InvokeFunction"], beside: &[] };

/// Who of an account may do this to which of these resources, as of a point in time.
pub fn doers(account: &Account, resources: &[Store<'_>], doing: Doing, now: Timestamp) -> Vec<DataAccess> {
    let mut found = Vec::new();
    for entity in account.entities.values().filter(|_| !resources.is_empty()) {
        let actor = Actor::new(account, entity, now);
        let anything = Pattern::literal("*");
        let beside = all(doing
            .beside
            .iter()
            .map(|action| actor.one(action, &actor.narrow(action, false), &anything, &actor.context)));
        let Some(beside) = beside else { continue };
        let narrowed: Vec<_> =
            doing.to_it.iter().map(|action| (*action, actor.narrow(action, false))).collect();
        let may = narrowed.iter().all(|(_, policies)| any_allows(policies));
        for resource in resources.iter().filter(|resource| may || resource.policy.is_some()) {
            let answers = narrowed.iter().map(|(action, policies)| actor.does(action, policies, resource));
            let Some(answer) = all(answers) else { continue };
            let answer = answer.and(beside.clone());
            found.push(DataAccess::new(&entity.arn, resource.arn, answer));
        }
    }
    found
}

fn all(mut answers: impl Iterator<Item = Option<Found>>) -> Option<Found> {
    answers.try_fold(Found::default(), |all, answer| Some(all.and(answer?)))
}

impl Actor<'_> {
    fn does(&self, action: &'static str, policies: &[Attached], resource: &Store<'_>) -> Option<Found> {
        let on = Pattern::literal(resource.arn);
        let of = resource.policy.as_ref().map(|policy| ResourcePolicy { policy, decisive: false });
        let request = Request {
            resource_account: account_of(resource.arn).unwrap_or_default(),
            ..Request::new(&self.caller, action, &on, &self.context)
        };
        self.one_of(&request, action, policies, of)
    }
}
