//! Who makes a request.

/// What kind of principal it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CallerKind {
    /// The account's root user.
    Root,
    /// An IAM user.
    User,
    /// A session of an IAM role.
    Role,
    /// An AWS service (`ec2.amazonaws.com`).
    Service,
    /// An identity provider's user: a SAML provider's ARN, an OIDC provider's ARN or name.
    Federated,
}

/// A principal that makes a request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Caller {
    /// What it is.
    pub kind: CallerKind,
    /// The ARN of the user or role, of the account's root, of the provider; the name of the service.
    pub arn: String,
    /// The account it is of; empty for services and for providers outside of AWS.
    pub account: String,
    /// The name of a role's session, where it is known.
    pub session: Option<String>,
}

impl Caller {
    /// A caller of a kind by its ARN or name.
    pub fn new(kind: CallerKind, arn: impl Into<String>) -> Self {
        let arn = arn.into();
        let account = account_of(&arn).unwrap_or_default().to_owned();
        Self { kind, arn, account, session: None }
    }

    /// The last part of its path: the user's or role's name.
    pub fn name(&self) -> &str {
        name_of(&self.arn)
    }
}

/// The account in an ARN.
pub(super) fn account_of(arn: &str) -> Option<&str> {
    arn.strip_prefix("arn:")?.split(':').nth(3).filter(|account| !account.is_empty())
}

/// The partition of an ARN (`aws`, `aws-cn`, `aws-us-gov`).
pub(super) fn partition_of(arn: &str) -> &str {
    arn.strip_prefix("arn:").and_then(|rest| rest.split(':').next()).unwrap_or("aws")
}

/// What stands behind the last slash of an ARN.
pub(super) fn name_of(arn: &str) -> &str {
    arn.rsplit(['/', ':']).next().unwrap_or(arn)
}
