//! Properties of an object as attributes. Only these are taken: a collection may hold every attribute of the directory, and
//! passwords among them.

use crate::common::text;
use bartizan_model::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;

/// How a property is written.
#[derive(Clone, Copy)]
enum As {
    /// As it stands: a text, a number, a truth value.
    Plain,
    /// A point in time in Unix seconds, where 0 and -1 say that it never was.
    Time,
    /// A list, joined by commas.
    List,
}
use As::{List, Plain, Time};

/// Property, attribute, and how it is written.
const TAKEN: &[(&str, &str, As)] = &[
    ("domain", "domain", Plain),
    ("domainsid", "domain-sid", Plain),
    ("distinguishedname", "distinguished-name", Plain),
    ("samaccountname", "sam-account-name", Plain),
    ("displayname", "display-name", Plain),
    ("email", "email", Plain),
    ("title", "title", Plain),
    ("whencreated", "created", Time),
    ("isaclprotected", "acl-protected", Plain),
    ("admincount", "admin-count", Plain),
    ("adminsdholderprotected", "admin-sd-holder-protected", Plain),
    ("highvalue", "high-value", Plain),
    ("enabled", "enabled", Plain),
    ("hasspn", "has-spn", Plain),
    ("serviceprincipalnames", "service-principal-names", List),
    ("dontreqpreauth", "dont-require-preauth", Plain),
    ("unconstraineddelegation", "unconstrained-delegation", Plain),
    ("trustedtoauth", "trusted-to-auth", Plain),
    ("allowedtodelegate", "allowed-to-delegate-to", List),
    ("sensitive", "sensitive", Plain),
    ("pwdneverexpires", "password-never-expires", Plain),
    ("passwordnotreqd", "password-not-required", Plain),
    ("passwordcantchange", "password-cannot-change", Plain),
    ("passwordexpired", "password-expired", Plain),
    ("encryptedtextpwdallowed", "reversible-encryption", Plain),
    ("usedeskeyonly", "des-key-only", Plain),
    ("supportedencryptiontypes", "kerberos-encryption-types", List),
    ("smartcardrequired", "smartcard-required", Plain),
    ("lockedout", "locked-out", Plain),
    ("pwdlastset", "password-last-set", Time),
    ("gmsa", "gmsa", Plain),
    ("msa", "msa", Plain),
    ("groupscope", "group-scope", Plain),
    // Computers.
    ("haslaps", "has-laps", Plain),
    ("isdc", "domain-controller", Plain),
    ("isreadonlydc", "read-only-domain-controller", Plain),
    ("ldapavailable", "ldap-available", Plain),
    ("ldapsavailable", "ldaps-available", Plain),
    ("ldapsigning", "ldap-signing", Plain),
    ("ldapsepa", "ldaps-channel-binding", Plain),
    // Domains, organisational units and policies.
    ("functionallevel", "functional-level", Plain),
    ("dsheuristics", "ds-heuristics", Plain),
    ("machineaccountquota", "machine-account-quota", Plain),
    ("minpwdlength", "min-password-length", Plain),
    ("lockoutthreshold", "lockout-threshold", Plain),
    ("collected", "collected", Plain),
    ("blocksinheritance", "blocks-inheritance", Plain),
    ("gpcpath", "gpc-path", Plain),
    ("gpostatus", "gpo-status", Plain),
    // Certificate templates and issuance policies.
    ("oid", "oid", Plain),
    ("certtemplateoid", "oid", Plain),
    ("validityperiod", "validity-period", Plain),
    ("renewalperiod", "renewal-period", Plain),
    ("schemaversion", "schema-version", Plain),
    ("enrollmentflag", "enrollment-flag", Plain),
    ("certificatenameflag", "certificate-name-flag", Plain),
    ("requiresmanagerapproval", "requires-manager-approval", Plain),
    ("nosecurityextension", "no-security-extension", Plain),
    ("enrolleesuppliessubject", "enrollee-supplies-subject", Plain),
    ("subjectaltrequireupn", "subject-alt-require-upn", Plain),
    ("subjectaltrequiredns", "subject-alt-require-dns", Plain),
    ("subjectaltrequiredomaindns", "subject-alt-require-domain-dns", Plain),
    ("subjectaltrequireemail", "subject-alt-require-email", Plain),
    ("subjectaltrequirespn", "subject-alt-require-spn", Plain),
    ("subjectrequireemail", "subject-require-email", Plain),
    ("ekus", "ekus", List),
    ("effectiveekus", "effective-ekus", List),
    ("certificateapplicationpolicy", "certificate-application-policies", List),
    ("applicationpolicies", "application-policies", List),
    ("issuancepolicies", "issuance-policies", List),
    ("certificatepolicy", "issuance-policies", List),
    ("authorizedsignatures", "authorized-signatures", Plain),
    ("authenticationenabled", "authentication-enabled", Plain),
    ("schannelauthenticationenabled", "schannel-authentication-enabled", Plain),
    // Certification authorities and stores.
    ("flags", "ca-flags", Plain),
    ("caname", "ca-name", Plain),
    ("dnshostname", "dns-host-name", Plain),
    ("certthumbprint", "cert-thumbprint", Plain),
    ("certthumbprints", "cert-thumbprints", List),
    ("certchain", "cert-chain", List),
    ("hasbasicconstraints", "has-basic-constraints", Plain),
    ("basicconstraintpathlength", "basic-constraint-path-length", Plain),
];

/// Properties that hold a password anybody can read. That there is one is told, never which.
const PASSWORDS: &[&str] = &["userpassword", "unixpassword", "unicodepassword", "unicodepwd", "sfupassword"];

/// A point that never came.
const NEVER: &str = "never";

/// The attributes that properties tell.
pub(super) fn attributes(properties: &BTreeMap<String, Value>) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    let (mut password, mut logon) = (None, None::<i64>);
    for (property, value) in properties {
        let property = property.to_ascii_lowercase();
        if PASSWORDS.contains(&property.as_str()) {
            let held = plain(value).is_some_and(|text| !text.is_empty());
            password = Some(password.unwrap_or(false) || held);
        } else if matches!(property.as_str(), "lastlogon" | "lastlogontimestamp") {
            // The first is each domain controller's own, the second replicated days late: the newer one holds.
            logon = logon.max(seconds(value));
        } else if let Some((_, attribute, form)) = TAKEN.iter().find(|(name, ..)| *name == property) {
            let text = match form {
                Plain => plain(value),
                Time => seconds(value).map(time),
                List => list(value),
            };
            if let Some(text) = text {
                out.insert((*attribute).to_owned(), text);
            }
        }
    }
    if let Some(held) = password {
        out.insert("password-in-directory".to_owned(), held.to_string());
    }
    if let Some(at) = logon {
        out.insert("last-logon".to_owned(), time(at));
    }
    out
}

/// A text, number or truth value as text; `None` where there is none of these.
pub(super) fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text::name(text)),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    }
}

fn list(value: &Value) -> Option<String> {
    let Value::Array(items) = value else { return plain(value) };
    Some(text::body(&items.iter().filter_map(plain).collect::<Vec<_>>().join(", ")))
}

fn seconds(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| number.as_f64().map(|n| n as i64)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn time(seconds: i64) -> String {
    if seconds <= 0 { NEVER.to_owned() } else { Timestamp::from_seconds(seconds).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_it_knows_and_no_password() {
        let properties = serde_json::from_str(
            r#"{"domain":"EX.TEST","Enabled":true,"hasspn":null,"pwdlastset":0,"lastlogon":-1,"lastlogontimestamp":1700000000,
                "userpassword":"hunter22","unixpassword":null,"ms-mcs-admpwd":"x","effectiveekus":["1.2","1.3"],
                "authorizedsignatures":1,"description":"pw is hunter22"}"#,
        )
        .unwrap();
        let told = attributes(&properties);
        let told: Vec<_> = told.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(
            told,
            [
                ("authorized-signatures", "1"),
                ("domain", "EX.TEST"),
                ("effective-ekus", "1.2, 1.3"),
                ("enabled", "true"),
                ("last-logon", "2023-11-14T22:13:20Z"),
                ("password-in-directory", "true"),
                ("password-last-set", "never"),
            ]
        );
    }
}
