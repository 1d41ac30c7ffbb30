//! What machines answer: sessions, local groups, rights, and values of their registry.

use super::kinds::{LOCAL_GROUP, LOCAL_USER};
use super::properties;
use super::record::{LocalGroup, LocalName, Outcome, Record, Reference, Session, Single};
use super::tell::Teller;
use crate::common::flex::Text;
use crate::common::{directory, text};
use crate::error::ParseError;
use bartizan_model::observation::{AssetSeen, End};
use bartizan_model::{AssetKind, AssetRef, Observation};
use std::collections::BTreeMap;

impl Teller<'_, '_> {
    /// Values that were asked of the machine. One that was not answered has no attribute.
    pub(super) fn asked(&mut self, record: &Record<'_>) -> BTreeMap<String, String> {
        let mut told = BTreeMap::new();
        let ca = &record.ca_registry;
        let mut singles = vec![
            ("user-specified-san".to_owned(), &ca.user_specified_san),
            ("role-separation".to_owned(), &ca.role_separation),
            ("web-client-running".to_owned(), &record.is_web_client_running),
        ];
        singles.extend(record.dc_registry.iter().map(|(name, single)| (directory::kebab(name), single)));
        for (attribute, single) in singles {
            let Some(single) = single else { continue };
            if self.answered(&attribute, single.collected, &single.failure_reason)
                && let Some(value) = properties::plain(&single.value)
            {
                told.insert(attribute, value);
            }
        }
        for (attribute, single, member) in [
            ("smb-signing", &record.smb_info, "SigningEnabled"),
            ("restrict-sending-ntlm-traffic", &record.ntlm_registry, "RestrictSendingNtlmTraffic"),
        ] {
            let Some(single) = single else { continue };
            if self.answered(attribute, single.collected, &single.failure_reason)
                && let Some(value) = single.value.get(member).and_then(properties::plain)
            {
                told.insert(attribute.to_owned(), value);
            }
        }
        if let Some(restrictions) = ca.enrollment_agent_restrictions.as_ref().filter(|r| r.collected) {
            let any = !restrictions.results.is_empty();
            told.insert("enrollment-agent-restrictions".to_owned(), any.to_string());
        }
        told.extend(self.web_enrollment(&record.http_enrollment_endpoints));
        told
    }

    /// Web enrolment that a CA offers, as `status url`. Older collectors write the status as a word, newer ones as what was found:
    /// a logon over plain HTTP, or over TLS that does not bind the logon to its channel, can be relayed.
    fn web_enrollment(&mut self, endpoints: &[Single<'_>]) -> Option<(String, String)> {
        let mut found = Vec::new();
        for endpoint in endpoints {
            if self.answered("web enrolment", endpoint.collected, &endpoint.failure_reason) {
                let member = |name| endpoint.value.get(name).and_then(properties::plain).unwrap_or_default();
                let is = |name| endpoint.value.get(name).and_then(serde_json::Value::as_bool);
                let (http, tls, bound) =
                    (is("ADCSWebEnrollmentHTTP"), is("ADCSWebEnrollmentHTTPS"), is("ADCSWebEnrollmentEPA"));
                let status = match (http, tls, bound) {
                    (None, None, _) => directory::kebab(&member("Status")),
                    (Some(true), ..) => "vulnerable-http".to_owned(),
                    (_, Some(true), Some(false)) => "vulnerable-no-channel-binding".to_owned(),
                    (_, Some(true), Some(true)) => "not-vulnerable".to_owned(),
                    (_, Some(true), None) => "unknown-channel-binding".to_owned(),
                    (_, Some(false) | None, _) => "not-offered".to_owned(),
                };
                found.push(format!("{status} {}", member("Url")));
            }
        }
        (!found.is_empty()).then(|| ("web-enrollment".to_owned(), text::body(&found.join(", "))))
    }

    pub(super) fn sessions(&mut self, record: &Record<'_>) -> Result<(), ParseError> {
        for (via, outcome) in [
            ("sessions", &record.sessions),
            ("privileged-sessions", &record.privileged_sessions),
            ("registry-sessions", &record.registry_sessions),
        ] {
            let Some(Outcome { results, collected, failure_reason }) = outcome else { continue };
            self.answered(via, *collected, failure_reason);
            for Session { user, computer } in results {
                // A file server tells the sessions of the machine that the user came from.
                let machine = if computer.is_empty() {
                    self.subject.clone().into()
                } else {
                    self.typed("Computer", computer)
                };
                let user = self.typed("User", user);
                self.relate(machine, "has_session", user, via, End::From)?;
            }
        }
        Ok(())
    }

    /// Local groups and rights of a machine. Gives the local groups of which all was told.
    pub(super) fn machine(&mut self, record: &Record<'_>) -> Result<Vec<AssetRef>, ParseError> {
        if !record.status.error.is_empty() {
            self.answered("a computer", false, &record.status.error);
        }
        for (verb, outcome) in [
            ("admin_to", &record.local_admins),
            ("can_rdp", &record.remote_desktop_users),
            ("execute_dcom", &record.dcom_users),
            ("can_psremote", &record.ps_remote_users),
        ] {
            let Some(outcome) = outcome else { continue };
            self.answered(verb, outcome.collected, &outcome.failure_reason);
            for principal in &outcome.results {
                let principal = self.referred(principal);
                self.incoming(principal, verb, "")?;
            }
        }
        let mut whole = Vec::new();
        for group in &record.local_groups {
            if let Some(group) = self.local_group(group)? {
                whole.push(group);
            }
        }
        for right in &record.user_rights {
            let privilege = right.privilege.strip_prefix("Se").unwrap_or(&right.privilege);
            let verb = directory::snake(privilege);
            self.answered(&right.privilege, right.outcome.collected, &right.outcome.failure_reason);
            for principal in right.outcome.results.iter().filter(|_| !verb.is_empty()) {
                let principal = self.referred(principal);
                self.incoming(principal, &verb, "")?;
            }
        }
        let domain = directory::object(AssetKind::DirectoryObject, "", &record.domain_sid);
        if record.is_dc && domain.is_some() {
            self.outgoing("dc_of", domain, "")?;
        }
        Ok(whole)
    }

    /// Members of a well-known group have its power over the machine; the group itself is an asset, as rights may name it.
    fn local_group(&mut self, group: &LocalGroup<'_>) -> Result<Option<AssetRef>, ParseError> {
        let id = text::name(&group.object_identifier);
        if !self.answered("a local group", group.outcome.collected, &group.outcome.failure_reason)
            || id.is_empty()
        {
            return Ok(None);
        }
        let power = match id.rsplit('-').next() {
            Some("544") => Some("admin_to"),
            Some("555") => Some("can_rdp"),
            Some("562") => Some("execute_dcom"),
            Some("580") => Some("can_psremote"),
            _ => None,
        };
        let local = |name: &LocalName<'_>| Reference {
            id: Text(name.object_identifier.0.to_string().into()),
            kind: Text(LOCAL_USER.into()),
        };
        let locals: Vec<_> = group.local_names.iter().map(local).collect();
        let members: Vec<_> = group.outcome.results.iter().chain(&locals).collect();
        // So the collector calls groups of the domain that a machine has as its own: their own records tell their members.
        let of_domain = &*group.name == "IGNOREME";
        let asset = self.typed(LOCAL_GROUP, &id);
        if !of_domain {
            if let Some(described) = directory::object(AssetKind::Identity, &group.name, &id) {
                self.local("local-group", described)?;
            }
            for name in &group.local_names {
                if let Some(user) =
                    directory::object(AssetKind::Identity, &name.principal_name, &name.object_identifier)
                {
                    self.local("local-user", user)?;
                }
            }
        }
        self.incoming(asset.clone(), "local_group_of", "")?;
        for member in members {
            let member = self.referred(member);
            if let Some(power) = power {
                self.incoming(member.clone(), power, "")?;
            }
            if !of_domain {
                self.relate(member, "member_of", asset.clone(), "", End::To)?;
            }
        }
        Ok(asset.filter(|_| !of_domain))
    }

    fn local(&mut self, word: &str, asset: AssetRef) -> Result<(), ParseError> {
        let attributes = BTreeMap::from([("type".to_owned(), word.to_owned())]);
        let seen = AssetSeen { attributes, ..AssetSeen::new(asset) };
        self.out.observe(self.at, Observation::Asset(seen), None)
    }
}
