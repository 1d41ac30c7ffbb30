//! What a record tells: the object with its attributes, and the relations in which its record, and no other, says it stands.

use super::kinds::{self, Kind};
use super::properties;
use super::record::{Ace, Record, Reference};
use crate::common::out::Out;
use crate::common::{directory, text};
use crate::error::ParseError;
use crate::sink::Place;
use bartizan_model::observation::{AssetSeen, End, RelationSeen};
use bartizan_model::{AssetKind, AssetRef, Identifier, IdentifierKind, Observation};
use std::collections::BTreeMap;

/// How many different shortcomings are told one by one.
const NOTES: usize = 50;

/// Rights that collectors are known to write.
const RIGHTS: &[&str] = &[
    "Owns",
    "OwnsLimitedRights",
    "GenericAll",
    "GenericWrite",
    "WriteDacl",
    "WriteOwner",
    "WriteOwnerLimitedRights",
    "AddMember",
    "AddSelf",
    "ForceChangePassword",
    "AllExtendedRights",
    "GetChanges",
    "GetChangesAll",
    "GetChangesInFilteredSet",
    "ReadLAPSPassword",
    "SyncLAPSPassword",
    "ReadGMSAPassword",
    "AddKeyCredentialLink",
    "WriteSPN",
    "AddAllowedToAct",
    "WriteAccountRestrictions",
    "WriteGPLink",
    "Enroll",
    "AutoEnroll",
    "ManageCA",
    "ManageCertificates",
    "WritePKIEnrollmentFlag",
    "WritePKINameFlag",
    "WriteAltSecurityIdentities",
    "WritePublicInformation",
    "CreateChild",
];

/// What stood in the way, each with how often it did.
#[derive(Default)]
pub(super) struct Notes {
    /// Names that no version is known to write; their relations are kept.
    pub(super) unknown: BTreeMap<String, u64>,
    /// What could not be collected, and why.
    pub(super) missed: BTreeMap<(String, String), u64>,
    /// Records that leave an end of a relation open.
    pub(super) endless: u64,
}

impl Notes {
    pub(super) fn unknown(&mut self, name: &str) {
        let name = text::name(name);
        if self.unknown.len() < NOTES || self.unknown.contains_key(&name) {
            *self.unknown.entry(name).or_default() += 1;
        } else {
            *self.unknown.entry("others".to_owned()).or_default() += 1;
        }
    }

    fn missed(&mut self, what: &str, why: &str) {
        let key = (text::name(what), text::name(why));
        let key = if self.missed.len() < NOTES || self.missed.contains_key(&key) {
            key
        } else {
            ("others".to_owned(), String::new())
        };
        *self.missed.entry(key).or_default() += 1;
    }
}

/// Tells one record. Says which assets it told all of, as far as the record itself is concerned.
pub(super) fn record(
    record: &Record<'_>,
    kind: &Kind,
    meta_type: &str,
    at: &Place,
    out: &mut Out<'_>,
    notes: &mut Notes,
) -> Result<Vec<AssetRef>, ParseError> {
    let id = text::name(&record.object_identifier);
    let Some(subject) = directory::object(kind.asset, &name_of(record, kind, &id), &id) else {
        out.reject(at.clone(), "it has no ObjectIdentifier, so nothing can refer to it");
        return Ok(Vec::new());
    };
    let mut seen = AssetSeen::new(described(kind, &subject));
    seen.attributes = properties::attributes(&record.properties);
    let word = if kind.file.is_empty() && !meta_type.is_empty() {
        directory::kebab(meta_type)
    } else {
        kind.word.to_owned()
    };
    seen.attributes.insert("type".to_owned(), word);
    // Rules know the well-known groups of a domain by it.
    seen.attributes.insert("object-id".to_owned(), id.to_uppercase());
    if record.is_deleted {
        // What is deleted takes part in nothing any more.
        seen.attributes.insert("deleted".to_owned(), "true".to_owned());
        out.observe(at, Observation::Asset(seen), None)?;
        return Ok(vec![subject]);
    }
    let os = record.properties.get("operatingsystem").and_then(properties::plain);
    seen.os = os.filter(|os| !os.is_empty());
    let mut teller = Teller { subject, kind, at, out, notes, whole: true };
    seen.attributes.extend(teller.asked(record));
    teller.out.observe(at, Observation::Asset(seen), None)?;
    teller.everywhere(record)?;
    teller.account(record)?;
    teller.sessions(record)?;
    let groups = teller.machine(record)?;
    teller.domain(record)?;
    teller.certificates(record)?;
    let whole = teller.whole && !is_made_up(record, &id);
    Ok(if whole { std::iter::once(teller.subject).chain(groups).collect() } else { groups })
}

/// Whether the collector itself writes such a record, of no more than the id and some members: `Everyone` and its like are in
/// no directory, and of groups that other domains refer to there is a stub. Each domain's collection tells its own part.
fn is_made_up(record: &Record<'_>, id: &str) -> bool {
    let stub = record.properties.get("reconcile").and_then(serde_json::Value::as_bool) == Some(false);
    // Built-in groups have the domain's name before their id too, and are in the directory.
    let prefixed = !id.starts_with("S-1-") && id.contains("-S-1-") && !id.contains("-S-1-5-32-");
    stub || prefixed
}

fn name_of(record: &Record<'_>, kind: &Kind, id: &str) -> String {
    let name = record.properties.get("name").and_then(properties::plain).unwrap_or_default();
    match kind.asset {
        _ if name.is_empty() => id.to_owned(),
        // Written as other sources write names of machines.
        AssetKind::Host => name.to_lowercase(),
        _ => name,
    }
}

/// The object with everything by which other sources may know it.
fn described(kind: &Kind, subject: &AssetRef) -> AssetRef {
    if kind.asset != AssetKind::Host {
        return subject.clone();
    }
    let dns = Some(&subject.name).filter(|name| name.contains('.') && !name.contains('@'));
    let fqdn = dns.and_then(|name| Identifier::new(IdentifierKind::Fqdn, name));
    let identifiers = subject.identifiers.iter().cloned().chain(fqdn);
    AssetRef::new(kind.asset, &subject.name, identifiers).unwrap_or_else(|| subject.clone())
}

/// Whether rights are given to `OWNER RIGHTS` (S-1-3-4): to whoever owns the object, instead of what owners have by nature.
/// <https://learn.microsoft.com/windows-server/identity/ad-ds/manage/understand-special-identities-groups#owner-rights>
fn is_owner_rights(principal: &str) -> bool {
    principal == "S-1-3-4" || principal.ends_with("-S-1-3-4")
}

/// What owning an object, and being able to own it, comes to. Rights of `OWNER RIGHTS` replace those that an owner has by nature;
/// those that are not inherited go when the owner changes.
struct OwnerRights {
    owns: Option<&'static str>,
    write_owner: Option<&'static str>,
}

impl OwnerRights {
    fn of(record: &Record<'_>) -> Self {
        let told = |name| record.properties.get(name).and_then(serde_json::Value::as_bool) == Some(true);
        let given = || record.aces.iter().filter(|ace| is_owner_rights(&ace.principal));
        let (some, stay) = (given().next().is_some(), given().any(|ace| ace.is_inherited));
        let any = some || told("doesanyacegrantownerrights");
        let any_stays = stay || told("doesanyinheritedacegrantownerrights");
        Self {
            owns: match (some, any) {
                (true, _) => Some("OwnsLimitedRights"),
                (false, true) => None,
                (false, false) => Some("Owns"),
            },
            write_owner: match (stay, any_stays) {
                (true, _) => Some("WriteOwnerLimitedRights"),
                (false, true) => None,
                (false, false) => Some("WriteOwner"),
            },
        }
    }
}

/// Tells one record.
pub(super) struct Teller<'a, 's> {
    pub(super) subject: AssetRef,
    pub(super) kind: &'a Kind,
    pub(super) at: &'a Place,
    pub(super) out: &'a mut Out<'s>,
    pub(super) notes: &'a mut Notes,
    /// Whether everything that was asked was answered.
    whole: bool,
}

impl Teller<'_, '_> {
    pub(super) fn relate(
        &mut self,
        from: Option<AssetRef>,
        verb: &str,
        to: Option<AssetRef>,
        via: &str,
        told_by: End,
    ) -> Result<(), ParseError> {
        let (Some(from), Some(to)) = (from, to) else {
            self.notes.endless += 1;
            return Ok(());
        };
        let relation = RelationSeen { via: via.to_owned(), told_by, ..RelationSeen::new(from, verb, to) };
        self.out.observe(self.at, Observation::Relation(relation), None)
    }

    /// From the object at hand.
    pub(super) fn outgoing(&mut self, verb: &str, to: Option<AssetRef>, via: &str) -> Result<(), ParseError> {
        self.relate(Some(self.subject.clone()), verb, to, via, End::From)
    }

    /// To the object at hand.
    pub(super) fn incoming(
        &mut self,
        from: Option<AssetRef>,
        verb: &str,
        via: &str,
    ) -> Result<(), ParseError> {
        self.relate(from, verb, Some(self.subject.clone()), via, End::To)
    }

    pub(super) fn referred(&mut self, reference: &Reference<'_>) -> Option<AssetRef> {
        self.typed(&reference.kind, &reference.id)
    }

    pub(super) fn typed(&mut self, kind: &str, id: &str) -> Option<AssetRef> {
        let (asset, known) = kinds::referred(kind, id);
        if !known {
            self.notes.unknown(kind);
        }
        asset
    }

    pub(super) fn rights(&mut self, aces: &[Ace<'_>], via: &str) -> Result<(), ParseError> {
        aces.iter().try_for_each(|ace| self.right(ace, &ace.right_name, via))
    }

    fn right(&mut self, ace: &Ace<'_>, right: &str, via: &str) -> Result<(), ParseError> {
        if !RIGHTS.contains(&right) {
            self.notes.unknown(right);
        }
        let verb = directory::snake(right);
        if verb.is_empty() {
            self.notes.endless += 1;
            return Ok(());
        }
        let principal = self.typed(&ace.principal_type, &ace.principal);
        self.incoming(principal, &verb, if ace.is_inherited { "inherited" } else { via })
    }

    /// What every kind of object has: rights on it, and its place in the tree.
    fn everywhere(&mut self, record: &Record<'_>) -> Result<(), ParseError> {
        let owner = OwnerRights::of(record);
        for ace in &record.aces {
            let right = match &*ace.right_name {
                "Owns" => owner.owns,
                "WriteOwner" => owner.write_owner,
                // What an owner is given stands in the right to own it.
                _ if is_owner_rights(&ace.principal) => None,
                right => Some(right),
            };
            if let Some(right) = right {
                self.right(ace, right, "")?;
            }
        }
        if !record.contained_by.id.is_empty() {
            let parent = kinds::container(&record.contained_by.kind, &record.contained_by.id);
            self.incoming(parent, "contains", "")?;
        }
        for child in &record.child_objects {
            let child = self.referred(child);
            self.outgoing("contains", child, "")?;
        }
        for member in &record.members {
            let member = self.referred(member);
            self.incoming(member, "member_of", "")?;
        }
        Ok(())
    }

    /// What users and computers have.
    fn account(&mut self, record: &Record<'_>) -> Result<(), ParseError> {
        if !record.primary_group.is_empty() {
            let group = self.typed("Group", &record.primary_group);
            self.outgoing("member_of", group, "primary-group")?;
        }
        for (verb, targets) in [
            ("allowed_to_delegate", &record.allowed_to_delegate),
            ("has_sid_history", &record.sid_history),
            ("dump_smsa_password", &record.dump_smsa_password),
        ] {
            for target in targets {
                let target = self.referred(target);
                self.outgoing(verb, target, "")?;
            }
        }
        for principal in &record.allowed_to_act {
            let principal = self.referred(principal);
            self.incoming(principal, "allowed_to_act", "")?;
        }
        for target in &record.spn_targets {
            let verb = directory::snake(&target.service);
            let via = if target.port.is_empty() { String::new() } else { format!("tcp/{}", &*target.port) };
            let computer = self.typed("Computer", &target.computer);
            self.outgoing(if verb.is_empty() { "sql_admin" } else { &verb }, computer, &text::name(&via))?;
        }
        Ok(())
    }

    /// Whether a machine answered; where it did not, its record is not whole.
    pub(super) fn answered(&mut self, what: &str, collected: bool, why: &str) -> bool {
        if !collected {
            self.whole = false;
            if !why.is_empty() {
                self.notes.missed(what, why);
            }
        }
        collected
    }
}
