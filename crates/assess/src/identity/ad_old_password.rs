//! Passwords that nobody changed for years.

use super::support::{
    Age, OLD, account, age, is, is_enabled, is_managed, is_service, ordinary, quoted, whole,
};
use super::{Check, Facts, Hit, Identities, Node, Unknown};
use bartizan_model::Severity;

/// After so many days, the password of an ordinary account is old.
const VERY_OLD: i64 = 3 * 365;

/// Old passwords: more than a year for privileged and service accounts, more than three for others.
pub(super) const CHECK: Check = Check {
    id: "ad-old-password",
    title: "An account's password is very old",
    meaning: "The password of an enabled account was last set years ago: more than one for a privileged or service account, more than three for any other. Ordinary accounts are told together, at their domain.",
    why: "An old password had time to leak, was set under weaker rules, and is known to people who left. Keys derived from it may still be RC4.",
    fix: "Set a new password, or have it set at the next logon.",
    severity: Severity::Low,
    cwe: 263,
    attack: "T1078.002",
    controls: &["nist-800-53-r5:IA-5(1)"],
    wants: &["has-spn"],
    judge,
};

fn judge(identities: &Identities<'_>, node: Node) -> Result<Vec<Hit>, Unknown> {
    let facts = identities.facts;
    if is(facts, node, &["domain"]) {
        let words = (
            "have passwords of more than three years",
            "Set-ADUser -Identity ACCOUNT -ChangePasswordAtLogon $true",
        );
        return ordinary(identities, node, CHECK.severity, words, |account| {
            Ok(age_of(facts, account)?.is_some_and(|age| age.exceeds(VERY_OLD)))
        });
    }
    let Some(changed) = age_of(facts, node)?.filter(|age| age.exceeds(OLD)) else { return Ok(Vec::new()) };
    let because = match identities.privileged(node) {
        Some(words) => format!("it {words}"),
        None if is_service(facts, node) => "services run as it".to_owned(),
        None => return Ok(Vec::new()),
    };
    let name = quoted(account(identities, node));
    Ok(whole(
        Severity::Medium,
        because,
        format!("Its password was last set: {}. It is enabled.", changed.words()),
        format!(
            "Set-ADAccountPassword -Identity {name} -Reset\n\
             or, for a person: Set-ADUser -Identity {name} -ChangePasswordAtLogon $true"
        ),
    ))
}

/// How old the password of an account is that can be used; "never" says that it has to be set at the next logon.
fn age_of(facts: &Facts, node: Node) -> Result<Option<Age>, String> {
    if !is(facts, node, &["user"]) || is_managed(facts, node) || !is_enabled(facts, node)? {
        return Ok(None);
    }
    Ok(Some(age(facts, node, "password-last-set")?).filter(|age| *age != Age::Never))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::identity::testing::lifecycle;

    #[test]
    fn life() {
        lifecycle(
            &CHECK,
            "identity sql type=user domain-sid=S-1 has-spn=true last-logon=2024-05-01
             sql has password-last-set=2023-01-01 ? 2024-01-01
             sql has enabled=true ? false
             identity fresh type=user domain-sid=S-1 has-spn=true enabled=true password-last-set=never
             identity bob type=user domain-sid=S-1 enabled=true password-last-set=2020-01-01",
            &["sql: medium"],
        );
    }

    #[test]
    fn ordinary_accounts_are_told_at_their_domain() {
        lifecycle(
            &CHECK,
            "directory-object clinic type=domain object-id=S-1
             identity bob type=user domain-sid=S-1 last-logon=2024-05-01
             bob has password-last-set=2020-05-01 ? 2022-05-01
             bob has enabled=true ? false",
            &["clinic: low"],
        );
    }
}
