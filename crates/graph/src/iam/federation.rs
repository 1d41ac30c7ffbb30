//! Roles that open to tokens of an identity provider: who can have such a token.
//!
//! Of a provider that everybody shares (a forge whose pipelines get tokens), only the subject tells whose token it is: a role
//! that asks for none, or whose pattern leaves the owner open, is anybody's.
//! <https://docs.github.com/actions/security-for-github-actions/security-hardening-your-deployments/configuring-openid-connect-in-amazon-web-services>
//!
//! A Kubernetes cluster is a provider of its own: there a pattern that is too wide is every pod's.
//! <https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html>

use super::account::{Account, Entity};
use super::caller::{Caller, CallerKind};
use super::context::Context;
use super::evaluate::{Policies, Request, ResourcePolicy, Verdict, evaluate};
use super::need::Need;
use super::pattern::Pattern;
use super::policy::{Attached, Effect};
use super::principal::Who;
use bartizan_model::Timestamp;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Who can have a token that opens a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bearer {
    /// Whoever makes an account with the provider.
    Anyone,
    /// Guests of an identity pool, whose id lies in an application that everybody has.
    Guest,
    /// Pipelines of repositories: the provider's host, and a pattern of `OWNER/NAME`; `None` where it is told in other words.
    Pipeline {
        /// `github.com`.
        host: &'static str,
        /// `acme/*`.
        repositories: Option<Pattern>,
    },
    /// Service accounts of a cluster, and so its pods.
    ServiceAccount {
        /// The cluster's provider, as the trust policy names it.
        provider: String,
        /// A pattern of `NAMESPACE:NAME`.
        accounts: Pattern,
    },
}

/// A role and who can have a token that opens it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Federation {
    /// The role.
    pub role: Arc<str>,
    /// Who.
    pub bearer: Bearer,
    /// What is not known and must be so; empty where nothing more is asked.
    pub needs: Vec<Need>,
}

/// A provider that everybody shares: its issuer, the host of what its tokens are of, and how a subject begins before the owner.
const SHARED: &[(&str, &str, &str)] = &[
    ("agent.buildkite.com", "buildkite.com", "organization:"),
    ("app.terraform.io", "app.terraform.io", "organization:"),
    ("gitlab.com", "gitlab.com", "project_path:"),
    ("token.actions.githubusercontent.com", "github.com", "repo:"),
];
const COGNITO: &str = "cognito-identity.amazonaws.com";

/// How issuers of clusters begin or end: those of AWS, Google and Azure.
const CLUSTERS: &[&str] = &["oidc.eks.", "container.googleapis.com/v1/", ".oic.prod-aks.azure.com/"];
/// How the subject of a service account begins.
const SERVICE_ACCOUNT: &str = "system:serviceaccount:";

/// An owner that no pattern names unless it names all.
const STRANGER: &str = "stranger-a7f1/project-a7f1:ref:refs/heads/main";

/// The roles of an account that open to tokens which somebody outside of it can have.
pub fn federations(account: &Account, now: Timestamp) -> Vec<Federation> {
    let context =
        Context::default().with("aws:CurrentTime", [now.to_string()]).with("aws:SecureTransport", ["true"]);
    let mut all = Vec::new();
    for role in account.entities.values() {
        let Some(trust) = &role.trust else { continue };
        for provider in providers(trust) {
            all.extend(Asked { role, trust, provider: &provider, context: &context }.bearers());
        }
    }
    all
}

fn providers(trust: &Attached) -> BTreeSet<String> {
    let named = trust.statements(Effect::Allow).filter_map(|one| one.principals.as_ref());
    named
        .flat_map(|principals| &principals.all)
        .filter_map(|who| match who {
            Who::Federated(name) => Some(name.clone()),
            _ => None,
        })
        .collect()
}

/// A role that is asked for with tokens of a provider.
struct Asked<'a> {
    role: &'a Entity,
    trust: &'a Attached,
    provider: &'a str,
    context: &'a Context,
}

impl Asked<'_> {
    fn bearers(&self) -> Vec<Federation> {
        let issuer = self.provider.split_once(":oidc-provider/").map_or(self.provider, |(_, issuer)| issuer);
        if issuer == COGNITO {
            let guest = self.with(
                issuer,
                self.context.clone().with("cognito-identity.amazonaws.com:amr", ["unauthenticated"]),
            );
            return guest.map(|needs| self.federation(Bearer::Guest, needs)).into_iter().collect();
        }
        if CLUSTERS.iter().any(|known| issuer.contains(known))
            || self.values(issuer, "sub").iter().any(|(value, _)| value.starts_with(SERVICE_ACCOUNT))
        {
            return self.service_accounts(issuer);
        }
        let Some((_, host, prefix)) = SHARED.iter().find(|(shared, ..)| *shared == issuer) else {
            return Vec::new();
        };
        if let Some(needs) = self.subject(issuer, &format!("{prefix}{STRANGER}")) {
            return vec![self.federation(Bearer::Anyone, needs)];
        }
        let mut all = Vec::new();
        for (text, like) in self.values(issuer, "sub") {
            let is_open = |part: &str| like && part.contains(['*', '?']);
            // Some subject that the pattern means.
            let example = if like { text.replace(['*', '?'], "x") } else { text.clone() };
            let Some(needs) = self.subject(issuer, &example) else { continue };
            let bearer = match text.strip_prefix(prefix) {
                Some(rest) if is_open(rest.split('/').next().unwrap_or_default()) => Bearer::Anyone,
                rest => {
                    let name = rest.map(|rest| rest.split(':').next().unwrap_or_default());
                    let read = if like { Pattern::new } else { Pattern::literal };
                    Bearer::Pipeline { host, repositories: name.map(read) }
                }
            };
            all.push(self.federation(bearer, needs));
        }
        all
    }

    fn service_accounts(&self, issuer: &str) -> Vec<Federation> {
        let bearer = |accounts| Bearer::ServiceAccount { provider: self.provider.to_owned(), accounts };
        if let Some(needs) = self.subject(issuer, &format!("{SERVICE_ACCOUNT}{STRANGER}")) {
            return vec![self.federation(bearer(Pattern::new("*")), needs)];
        }
        let asked = self.values(issuer, "sub");
        let one = |(text, like): &(String, bool)| {
            let example = if *like { text.replace(['*', '?'], "x") } else { text.clone() };
            let needs = self.subject(issuer, &example)?;
            let read = if *like { Pattern::new } else { Pattern::literal };
            Some(self.federation(bearer(read(text.strip_prefix(SERVICE_ACCOUNT)?)), needs))
        };
        asked.iter().filter_map(one).collect()
    }

    fn federation(&self, bearer: Bearer, needs: Vec<Need>) -> Federation {
        Federation { role: Arc::clone(&self.role.arn), bearer, needs }
    }

    /// What a token with this subject needs beside; `None` where it does not open the role.
    fn subject(&self, issuer: &str, subject: &str) -> Option<Vec<Need>> {
        self.with(issuer, self.context.clone().with(&format!("{issuer}:sub"), [subject]))
    }

    /// The same for what is known of a token. Whoever asks for one chooses for whom it is.
    fn with(&self, issuer: &str, context: Context) -> Option<Vec<Need>> {
        let audience = self.values(issuer, "aud").into_iter().next();
        let audience = audience.map_or_else(|| "sts.amazonaws.com".to_owned(), |(value, _)| value);
        let context = context.with(&format!("{issuer}:aud"), [audience]);
        let caller = Caller::new(CallerKind::Federated, self.provider);
        let resource = Pattern::literal(&self.role.arn);
        let request = Request::new(&caller, "sts:AssumeRoleWithWebIdentity", &resource, &context);
        let policy = ResourcePolicy { policy: self.trust, decisive: true };
        match evaluate(&request, &Policies::default(), Some(policy)) {
            Verdict::Denied(_) => None,
            Verdict::Allowed(_) => Some(Vec::new()),
            Verdict::Unknown { needs, .. } => Some(needs),
        }
    }

    /// The values that the trust policy asks of a claim.
    fn values(&self, issuer: &str, claim: &str) -> Vec<(String, bool)> {
        let key = format!("{issuer}:{claim}").to_ascii_lowercase();
        let conditions = self.trust.statements(Effect::Allow).flat_map(|statement| &statement.conditions);
        conditions.filter_map(|condition| condition.one_of(&key)).flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::account::EntityKind;
    use super::super::policy::{Policy, PolicyKind};
    use super::*;

    const GITHUB: &str = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com";

    fn bearers(provider: &str, condition: &str) -> Vec<(Bearer, usize)> {
        let arn = "arn:aws:iam::111122223333:role/deploy";
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"Federated":"{provider}"}},
                "Action":"sts:AssumeRoleWithWebIdentity","Condition":{condition}}}}}"#
        );
        let mut role = Entity::new(EntityKind::Role, arn);
        let document = Arc::new(Policy::parse(&text, PolicyKind::Resource));
        assert_eq!(document.problems, Vec::<String>::new());
        role.trust = Some(Attached::new("trust-policy", arn, Some(document)));
        let mut account =
            Account { id: "111122223333".into(), partition: "aws".into(), ..Account::default() };
        account.entities.insert(arn.into(), role);
        let all = federations(&account, Timestamp::from_seconds(0)).into_iter();
        all.map(|one| (one.bearer, one.needs.len())).collect()
    }

    fn github(condition: &str) -> Vec<(Bearer, usize)> {
        bearers(GITHUB, &condition.replace("GH", "token.actions.githubusercontent.com"))
    }

    fn pipeline(name: &str) -> Bearer {
        Bearer::Pipeline { host: "github.com", repositories: Some(Pattern::new(name)) }
    }

    #[test]
    fn whoever_is_not_asked_for_a_subject_is_anybody() {
        for condition in [
            r#"{}"#,
            r#"{"StringEquals":{"GH:aud":"sts.amazonaws.com"}}"#,
            r#"{"StringLike":{"GH:sub":"*"}}"#,
            r#"{"StringLike":{"GH:sub":"repo:*"}}"#,
            r#"{"StringLike":{"GH:sub":"repo:*/shop:*"}}"#,
            r#"{"StringLike":{"GH:sub":"repo:acme*"}}"#,
            r#"{"StringNotEquals":{"GH:sub":"repo:acme/shop:pull_request"}}"#,
        ] {
            assert_eq!(github(condition), [(Bearer::Anyone, 0)], "{condition}");
        }
    }

    #[test]
    fn a_subject_names_repositories() {
        let one = r#"{"StringEquals":{"GH:sub":"repo:acme/shop:ref:refs/heads/main","GH:aud":"sts.amazonaws.com"}}"#;
        assert_eq!(github(one), [(pipeline("acme/shop"), 0)]);
        assert_eq!(github(r#"{"StringLike":{"GH:sub":"repo:acme/*"}}"#), [(pipeline("acme/*"), 0)]);
        assert_eq!(github(r#"{"StringLike":{"GH:sub":"repo:acme/shop:*"}}"#), [(pipeline("acme/shop"), 0)]);
        // A star in what must be equal is only a star.
        let literal = Bearer::Pipeline { host: "github.com", repositories: Some(Pattern::literal("acme/*")) };
        assert_eq!(github(r#"{"StringEquals":{"GH:sub":"repo:acme/*"}}"#), [(literal, 0)]);
        let more = r#"{"StringLike":{"GH:sub":"repo:acme/shop:*"},"StringEquals":{"GH:actor":"ann"}}"#;
        assert_eq!(github(more), [(pipeline("acme/shop"), 1)], "who acts is not known");
        let other = r#"{"StringLike":{"GH:sub":"job_workflow_ref:acme/flows/*"}}"#;
        assert_eq!(github(other), [(Bearer::Pipeline { host: "github.com", repositories: None }, 0)]);
    }

    #[test]
    fn a_cluster_has_its_service_accounts() {
        let provider = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/0A1B";
        let with = |condition: &str| {
            let found =
                bearers(provider, &condition.replace("EKS", "oidc.eks.eu-west-1.amazonaws.com/id/0A1B"));
            let of = |(bearer, needs)| match bearer {
                Bearer::ServiceAccount { provider: of, accounts } if of == provider => (accounts, needs),
                other => panic!("{other:?}"),
            };
            found.into_iter().map(of).collect::<Vec<_>>()
        };
        for open in [
            r#"{}"#,
            r#"{"StringEquals":{"EKS:aud":"sts.amazonaws.com"}}"#,
            r#"{"StringLike":{"EKS:sub":"system:serviceaccount:*"}}"#,
            r#"{"StringLike":{"EKS:sub":"system:serviceaccount:*:*"}}"#,
        ] {
            assert_eq!(with(open), [(Pattern::new("*"), 0)], "{open}");
        }
        let one =
            r#"{"StringEquals":{"EKS:sub":"system:serviceaccount:shop:web","EKS:aud":"sts.amazonaws.com"}}"#;
        assert_eq!(with(one), [(Pattern::literal("shop:web"), 0)]);
        let some =
            r#"{"StringLike":{"EKS:sub":["system:serviceaccount:shop:*","system:serviceaccount:*:web"]}}"#;
        assert_eq!(with(some), [(Pattern::new("shop:*"), 0), (Pattern::new("*:web"), 0)]);
        assert_eq!(with(r#"{"StringEquals":{"EKS:aud":"x","EKS:sub":"system:node:one"}}"#), []);
    }

    #[test]
    fn guests_of_a_pool_and_providers_of_ones_own() {
        let pool = r#"{"StringEquals":{"cognito-identity.amazonaws.com:aud":"eu-west-1:1"},"ForAnyValue:StringLike":{"cognito-identity.amazonaws.com:amr":"AMR"}}"#;
        let guest = pool.replace("AMR", "unauthenticated");
        assert_eq!(bearers("cognito-identity.amazonaws.com", &guest), [(Bearer::Guest, 0)]);
        assert_eq!(bearers("cognito-identity.amazonaws.com", &pool.replace("AMR", "authenticated")), []);
        assert_eq!(bearers("arn:aws:iam::111122223333:oidc-provider/login.example.org", "{}"), []);
    }
}
