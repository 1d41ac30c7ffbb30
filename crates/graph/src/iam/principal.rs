//! The `Principal` element: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>.

use super::caller::{Caller, CallerKind, account_of, name_of};
use super::parse::texts;
use super::truth::Truth;
use serde_json::Value;

/// `Principal` or `NotPrincipal`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Principals {
    pub(super) not: bool,
    pub(super) all: Vec<Who>,
}

/// One principal that is named.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Who {
    Everyone,
    /// An account: its administrators decide who of it.
    Account(String),
    /// A user, a role, or a session.
    Arn(String),
    Service(String),
    Federated(String),
    /// A canonical user, or what is left of a principal that was deleted.
    Other(String),
}

/// How closely a caller is named: what limits the grant depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// By its account, which must allow it too.
    Account,
    /// By its role: boundaries and session policies limit it.
    Role,
    /// Itself, or everyone: only what denies limits it.
    Direct,
}

impl Principals {
    pub(super) fn parse(not: bool, value: &Value) -> Result<Self, String> {
        let all = match value {
            Value::String(star) if star == "*" => vec![Who::Everyone],
            Value::Object(kinds) => {
                let mut all = Vec::new();
                for (kind, names) in kinds {
                    for name in texts(names)? {
                        all.push(Who::parse(kind, name)?);
                    }
                }
                all
            }
            _ => return Err("Principal is neither * nor a JSON object".to_owned()),
        };
        Ok(Self { not, all })
    }

    /// Whether a caller is meant, and how closely.
    pub(super) fn name(&self, caller: &Caller) -> (Level, Truth<String>) {
        let named = self.all.iter().map(|who| who.name(caller));
        let best = named.fold((Level::Account, Truth::No), |best, one| match (&best.1, &one.1) {
            (_, Truth::No) => best,
            (Truth::No, _) | (Truth::If(_), Truth::Yes) => one,
            (Truth::Yes, Truth::If(_)) => best,
            _ if one.0 > best.0 => one,
            _ => best,
        });
        if !self.not {
            return best;
        }
        let truth = match best.1 {
            Truth::No => Truth::Yes,
            Truth::Yes => Truth::No,
            Truth::If(all) => Truth::If(vec![format!("not ({})", all.join(" and "))]),
        };
        (Level::Direct, truth)
    }
}

impl Who {
    fn parse(kind: &str, name: String) -> Result<Self, String> {
        Ok(match kind.to_ascii_lowercase().as_str() {
            _ if name == "*" => Self::Everyone,
            "aws" if name.len() == 12 && name.bytes().all(|b| b.is_ascii_digit()) => Self::Account(name),
            "aws" => match name.strip_suffix(":root").and_then(account_of) {
                Some(account) => Self::Account(account.to_owned()),
                None if name.starts_with("arn:") => Self::Arn(name),
                None if name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) => {
                    Self::Other(name)
                }
                None => return Err(format!("the principal {name} is not understood")),
            },
            // In China, some services carry the country in their name.
            "service" => Self::Service(name.to_ascii_lowercase().trim_end_matches(".cn").to_owned()),
            "federated" => Self::Federated(name),
            "canonicaluser" => Self::Other(name),
            _ => return Err(format!("the kind of principal {kind} is not known")),
        })
    }

    fn name(&self, caller: &Caller) -> (Level, Truth<String>) {
        let of_account = matches!(caller.kind, CallerKind::Root | CallerKind::User | CallerKind::Role);
        match self {
            Self::Everyone => (Level::Direct, Truth::Yes),
            Self::Account(account) => {
                let level = if caller.kind == CallerKind::Root { Level::Direct } else { Level::Account };
                (level, Truth::of(of_account && *account == caller.account))
            }
            Self::Arn(arn) if *arn == caller.arn => {
                let level = if caller.kind == CallerKind::Role { Level::Role } else { Level::Direct };
                (level, Truth::Yes)
            }
            Self::Arn(arn) => (Level::Direct, session(arn, caller)),
            Self::Service(name) => {
                let named = caller.kind == CallerKind::Service && caller.arn.eq_ignore_ascii_case(name);
                (Level::Direct, Truth::of(named))
            }
            Self::Federated(name) => {
                (Level::Direct, Truth::of(caller.kind == CallerKind::Federated && caller.arn == *name))
            }
            Self::Other(_) => (Level::Direct, Truth::No),
        }
    }
}

/// Whether the ARN is that of the caller's session: `arn:aws:sts::111122223333:assumed-role/NAME/SESSION`.
fn session(arn: &str, caller: &Caller) -> Truth<String> {
    let named = arn.split_once(":assumed-role/").and_then(|(_, rest)| rest.split_once('/'));
    let Some((role, session)) = named.filter(|_| caller.kind == CallerKind::Role) else {
        return Truth::No;
    };
    if role != name_of(&caller.arn) || account_of(arn) != Some(&caller.account) {
        return Truth::No;
    }
    match &caller.session {
        Some(own) => Truth::of(own == session),
        None => Truth::If(vec![format!("the session is named {session}")]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(principal: &str, caller: &Caller) -> (Level, Truth<String>) {
        Principals::parse(false, &serde_json::from_str(principal).unwrap()).unwrap().name(caller)
    }

    #[test]
    fn how_closely_a_caller_is_named() {
        let user = Caller::new(CallerKind::User, "arn:aws:iam::111122223333:user/team/ann");
        let role = Caller::new(CallerKind::Role, "arn:aws:iam::111122223333:role/path/app");
        let yes = |level| (level, Truth::Yes);
        assert_eq!(named(r#""*""#, &user), yes(Level::Direct));
        assert_eq!(named(r#"{"AWS":"111122223333"}"#, &user), yes(Level::Account));
        assert_eq!(named(r#"{"AWS":["arn:aws:iam::111122223333:root"]}"#, &role), yes(Level::Account));
        assert_eq!(named(r#"{"AWS":"arn:aws:iam::111122223333:user/team/ann"}"#, &user), yes(Level::Direct));
        assert_eq!(
            named(r#"{"AWS":["111122223333","arn:aws:iam::111122223333:role/path/app"]}"#, &role),
            yes(Level::Role)
        );
        assert_eq!(named(r#"{"AWS":"444455556666"}"#, &user).1, Truth::No);
        let session = r#"{"AWS":"arn:aws:sts::111122223333:assumed-role/app/build"}"#;
        assert_eq!(
            named(session, &role),
            (Level::Direct, Truth::If(vec!["the session is named build".to_owned()]))
        );
        let other = Caller { session: Some("deploy".into()), ..role };
        assert_eq!(named(session, &other).1, Truth::No);
        let service = Caller::new(CallerKind::Service, "ec2.amazonaws.com");
        assert_eq!(
            named(r#"{"Service":["lambda.amazonaws.com","ec2.amazonaws.com"]}"#, &service).1,
            Truth::Yes
        );
        assert_eq!(named(r#"{"AWS":"111122223333"}"#, &service).1, Truth::No);
    }

    #[test]
    fn not_principal_is_everyone_else() {
        let value = serde_json::from_str(r#"{"AWS":"arn:aws:iam::111122223333:user/ann"}"#).unwrap();
        let but_ann = Principals::parse(true, &value).unwrap();
        let ann = Caller::new(CallerKind::User, "arn:aws:iam::111122223333:user/ann");
        let bob = Caller::new(CallerKind::User, "arn:aws:iam::111122223333:user/bob");
        assert_eq!((but_ann.name(&ann).1, but_ann.name(&bob).1), (Truth::No, Truth::Yes));
    }
}
