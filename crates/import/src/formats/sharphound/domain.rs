//! What domains and organisational units tell (trusts, policies), and certification authorities with their kin.

use super::record::{Record, Trust};
use super::tell::Teller;
use crate::common::{directory, text};
use crate::error::ParseError;
use bartizan_model::AssetKind;

impl Teller<'_, '_> {
    /// Trusts, linked policies, and what these change on machines.
    pub(super) fn domain(&mut self, record: &Record<'_>) -> Result<(), ParseError> {
        for trust in &record.trusts {
            self.trust(trust)?;
        }
        for link in &record.links {
            let policy = self.typed("GPO", &link.guid);
            self.incoming(policy, "gp_link", if link.is_enforced { "enforced" } else { "" })?;
        }
        let changes = &record.gpo_changes;
        let mut any = false;
        for (verb, principals) in [
            ("gpo_local_admin", &changes.local_admins),
            ("gpo_remote_desktop_user", &changes.remote_desktop_users),
            ("gpo_dcom_user", &changes.dcom_users),
            ("gpo_psremote_user", &changes.ps_remote_users),
        ] {
            for principal in principals {
                any = true;
                let principal = self.referred(principal);
                self.incoming(principal, verb, "")?;
            }
        }
        for computer in changes.affected_computers.iter().filter(|_| any) {
            let computer = self.typed("Computer", &computer.id);
            self.outgoing("gpo_affects", computer, "")?;
        }
        Ok(())
    }

    /// A trust goes from the domain that trusts to the one that is trusted, so a bidirectional one is two.
    fn trust(&mut self, trust: &Trust<'_>) -> Result<(), ParseError> {
        let other = directory::object(
            AssetKind::DirectoryObject,
            &trust.target_domain_name,
            &trust.target_domain_sid,
        );
        // Numbers stand for words in older collections.
        let direction = match &*trust.trust_direction {
            "1" => "inbound".to_owned(),
            "2" => "outbound".to_owned(),
            "3" => "bidirectional".to_owned(),
            word => directory::kebab(word),
        };
        let kind = match &*trust.trust_type {
            "0" => "parent-child".to_owned(),
            "1" => "cross-link".to_owned(),
            "2" => "forest".to_owned(),
            "3" => "external".to_owned(),
            word => directory::kebab(word),
        };
        let mut via = format!("{direction} {kind}");
        let say = |via: &mut String, name: &str, value: Option<bool>| {
            if let Some(value) = value {
                *via = format!("{via} {name}={}", if value { "on" } else { "off" });
            }
        };
        say(&mut via, "transitive", trust.is_transitive);
        // Who trusts filters identities; who is trusted lets its tickets be delegated. The other's record says nothing of it.
        let (mut trusting, mut trusted) = (via.clone(), via);
        say(&mut trusting, "sid-filtering", trust.sid_filtering_enabled);
        say(&mut trusted, "tgt-delegation", trust.tgt_delegation);
        if !trust.trust_attributes.is_empty() {
            trusting = format!("{trusting} attributes={}", text::name(&trust.trust_attributes));
        }
        if matches!(direction.as_str(), "outbound" | "bidirectional") {
            self.outgoing("trusts", other.clone(), &trusting)?;
        }
        match direction.as_str() {
            "inbound" | "bidirectional" => self.incoming(other, "trusts", &trusted),
            "outbound" | "disabled" | "0" => Ok(()),
            unknown => {
                self.notes.unknown(&format!("trust direction {unknown}"));
                self.outgoing("trusts", other, &trusting)
            }
        }
    }

    /// Certification authorities, stores, templates and policies.
    pub(super) fn certificates(&mut self, record: &Record<'_>) -> Result<(), ParseError> {
        if !record.hosting_computer.is_empty() {
            let computer = self.typed("Computer", &record.hosting_computer);
            self.incoming(computer, "hosts_ca", "")?;
        }
        for template in &record.enabled_cert_templates {
            let template = self.referred(template);
            self.incoming(template, "published_to", "")?;
        }
        if let Some(security) = &record.ca_registry.security {
            self.answered("the security of a CA", security.collected, &security.failure_reason);
            self.rights(&security.results, "registry")?;
        }
        if let Some(restrictions) = &record.ca_registry.enrollment_agent_restrictions {
            let reason = &restrictions.failure_reason;
            self.answered("the enrollment agents of a CA", restrictions.collected, reason);
            for restriction in restrictions.results.iter().filter(|r| r.access_type.contains("Allowed")) {
                let via = match restriction.all_templates {
                    true => "all templates".to_owned(),
                    false => text::name(&restriction.template.id).to_uppercase(),
                };
                let agent = self.referred(&restriction.agent);
                self.incoming(agent, "delegated_enrollment_agent", &via)?;
            }
        }
        let verb = match self.kind.file {
            "rootcas" => Some("root_ca_for"),
            "ntauthstores" => Some("nt_auth_store_for"),
            _ => None,
        };
        if let Some(verb) = verb.filter(|_| !record.domain_sid.is_empty()) {
            let domain = directory::object(AssetKind::DirectoryObject, "", &record.domain_sid);
            self.outgoing(verb, domain, "")?;
        }
        if !record.group_link.id.is_empty() {
            let group = self.typed("Group", &record.group_link.id);
            self.outgoing("oid_group_link", group, "")?;
        }
        Ok(())
    }
}
