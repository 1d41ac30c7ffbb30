//! What a principal may do to everything that harms without making it another principal: read data, get credentials, share
//! resources with outsiders, or anything at all in a service.
//!
//! Asked of the resource `*`: what is limited to some resources is no such grant. The actions are those of AWS's service
//! authorization reference that answer with secrets or data, or whose access level is "permissions management" because
//! they open a resource to others.

use super::account::{Account, Entity};
use super::evaluate::{Policies, Request, Verdict, evaluate};
use super::need::{Need, StatementId};
use super::pattern::Pattern;
use super::policy::Effect;
use bartizan_model::Timestamp;
use std::collections::BTreeSet;

/// What a grant on everything allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RiskKind {
    /// Reading data or secrets out.
    Data,
    /// Credentials in the answer.
    Credentials,
    /// Opening resources to others.
    Sharing,
    /// Every action of a service.
    Service,
}

/// A grant on everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Risk {
    /// What it allows.
    pub kind: RiskKind,
    /// The action; of a service, `s3:*`.
    pub action: String,
    /// What allows it, as in [`Verdict::Allowed`].
    pub by: Vec<Vec<StatementId>>,
    /// What is not known and must be so; empty where it is certain.
    pub needs: Vec<Need>,
}

const DATA: &[&str] = &[
    "dynamodb:Scan",
    "rds:CopyDBSnapshot",
    "rds:CreateDBSnapshot",
    "s3:GetObject",
    "secretsmanager:GetSecretValue",
    "ssm:GetParameter",
    "ssm:GetParameters",
    "ssm:GetParametersByPath",
];

const CREDENTIALS: &[&str] = &[
    "chime:CreateApiKey",
    "codepipeline:PollForJobs",
    "cognito-identity:GetCredentialsForIdentity",
    "cognito-identity:GetOpenIdToken",
    "cognito-identity:GetOpenIdTokenForDeveloperIdentity",
    "connect:GetFederationToken",
    "connect:GetFederationTokens",
    "ec2:GetPasswordData",
    "ecr:GetAuthorizationToken",
    "gamelift:RequestUploadCredentials",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:CreateServiceSpecificCredential",
    "iam:ResetServiceSpecificCredential",
    "iam:UpdateAccessKey",
    "lightsail:GetInstanceAccessDetails",
    "lightsail:GetRelationalDatabaseMasterUserPassword",
    "mediapackage:RotateChannelCredentials",
    "mediapackage:RotateIngestEndpointCredentials",
    "rds-db:connect",
    "redshift:GetClusterCredentials",
    "sso:GetRoleCredentials",
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:GetFederationToken",
    "sts:GetSessionToken",
];

const SHARING: &[&str] = &[
    "acm-pca:PutPolicy",
    "apigateway:UpdateRestApiPolicy",
    "backup:PutBackupVaultAccessPolicy",
    "codeartifact:PutRepositoryPermissionsPolicy",
    "codebuild:PutResourcePolicy",
    "ds:ShareDirectory",
    "ec2:CreateNetworkInterfacePermission",
    "ec2:ModifyImageAttribute",
    "ec2:ModifySnapshotAttribute",
    "ec2:ModifyVpcEndpointServicePermissions",
    "ecr:SetRepositoryPolicy",
    "elasticfilesystem:PutFileSystemPolicy",
    "es:UpdateElasticsearchDomainConfig",
    "glacier:SetVaultAccessPolicy",
    "glue:PutResourcePolicy",
    "iam:UpdateAssumeRolePolicy",
    "kms:CreateGrant",
    "kms:PutKeyPolicy",
    "lakeformation:GrantPermissions",
    "lambda:AddLayerVersionPermission",
    "lambda:AddPermission",
    "logs:PutResourcePolicy",
    "mediastore:PutContainerPolicy",
    "quicksight:UpdateDashboardPermissions",
    "ram:CreateResourceShare",
    "rds:AuthorizeDBSecurityGroupIngress",
    "rds:ModifyDBSnapshotAttribute",
    "redshift:AuthorizeSnapshotAccess",
    "route53resolver:PutResolverRulePolicy",
    "s3:PutAccessPointPolicy",
    "s3:PutAccountPublicAccessBlock",
    "s3:PutBucketAcl",
    "s3:PutBucketPolicy",
    "s3:PutBucketPublicAccessBlock",
    "s3:PutObjectAcl",
    "s3:PutObjectVersionAcl",
    "secretsmanager:PutResourcePolicy",
    "servicecatalog:CreatePortfolioShare",
    "sns:AddPermission",
    "sns:SetTopicAttributes",
    "sqs:AddPermission",
    "sqs:SetQueueAttributes",
    "ssm:ModifyDocumentPermission",
];

/// The grants on everything that an entity has, by kind and action.
pub fn risks(account: &Account, entity: &Entity, now: Timestamp) -> Vec<Risk> {
    let policies = account.policies_of(entity);
    let named = policies.iter().flat_map(|policy| policy.statements(Effect::Allow)).flat_map(|one| {
        let patterns = one.actions.patterns.iter().filter(|_| !one.actions.not);
        patterns.map(ToString::to_string).collect::<Vec<_>>()
    });
    let whole =
        |action: &String| action.strip_suffix(":*").is_some_and(|service| !service.contains(['*', '?']));
    let services: BTreeSet<_> = named.filter(whole).collect();
    let all = [(RiskKind::Data, DATA), (RiskKind::Credentials, CREDENTIALS), (RiskKind::Sharing, SHARING)];
    let all = all.into_iter().flat_map(|(kind, actions)| actions.iter().map(move |action| (kind, *action)));
    let all = all.chain(services.iter().map(|service| (RiskKind::Service, service.as_str())));

    let (caller, everything, context) =
        (entity.caller(), Pattern::literal("*"), account.context(entity, now));
    let asked = Policies {
        identity: &policies,
        boundary: entity.boundary.as_ref(),
        session: None,
        guardrails: Some(&account.guardrails),
    };
    all.filter_map(|(kind, action)| {
        let (by, needs) = match evaluate(&Request::new(&caller, action, &everything, &context), &asked, None)
        {
            Verdict::Denied(_) => return None,
            Verdict::Allowed(by) => (by, Vec::new()),
            Verdict::Unknown { by, needs } => (by, needs),
        };
        let known = !by.iter().any(Vec::is_empty);
        known.then(|| Risk { kind, action: action.to_owned(), by, needs })
    })
    .collect()
}
