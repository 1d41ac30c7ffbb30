//! A right to change an object of a directory is control of it: its password, members, owner or access list.

use super::{Derive, Right, Rule};
use crate::directory::Directory;
use crate::facts::{Chance, Facts, Node, Relation};
use crate::steps::{Basis, Foothold, Step, Steps};
use bartizan_model::AssetKind;

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "acl_abuse",
    title: "abuse a right to an object",
    technique: "T1098",
    wants: &["generic_all", "generic_write", "owns", "write_dacl", "write_owner"],
    derive: Derive::OfAll(derive),
    explain,
};

/// The right, how likely it gives control (some need a service that answers, or leave a password to be cracked), and what its
/// holder does, after "from" and before "to". <https://bloodhound.specterops.io/resources/edges/traversable-edges>
const RIGHTS: &[Right] = &[
    ("add_key_credential_link", Chance::between(0.5, 0.8, 0.95), "can add a key by which to log on as"),
    ("add_member", Chance::between(0.9, 0.95, 1.0), "can add members to"),
    ("add_self", Chance::between(0.9, 0.95, 1.0), "can add itself to"),
    ("all_extended_rights", Chance::between(0.8, 0.9, 1.0), "has all extended rights to"),
    ("force_change_password", Chance::between(0.7, 0.9, 0.98), "can set a new password of"),
    ("generic_all", Chance::between(0.9, 0.95, 1.0), "has full control of"),
    ("generic_write", Chance::between(0.5, 0.8, 0.95), "can change"),
    ("owns", Chance::between(0.8, 0.95, 1.0), "owns"),
    ("owns_limited_rights", Chance::between(0.3, 0.6, 0.9), "owns, with limits,"),
    ("write_alt_security_identities", Chance::between(0.2, 0.5, 0.9), "can map a certificate to"),
    ("write_dacl", Chance::between(0.9, 0.95, 1.0), "can change who has rights to"),
    ("write_gp_link", Chance::between(0.3, 0.6, 0.9), "can link policies to"),
    ("write_owner", Chance::between(0.8, 0.95, 1.0), "can make itself owner of"),
    ("write_owner_limited_rights", Chance::between(0.3, 0.6, 0.9), "can make itself owner, with limits, of"),
    ("write_public_information", Chance::between(0.2, 0.5, 0.9), "can change names and mappings of"),
    ("write_spn", Chance::between(0.02, 0.2, 0.6), "can have a ticket made to guess the password of"),
];

fn derive(facts: &Facts, steps: &mut Steps) {
    let directory = Directory::of(facts);
    for (verb, chance, _) in RIGHTS {
        for (id, right) in facts.relations(verb) {
            if gives(facts, &directory, verb, right) {
                let (from, to) = (Foothold::Control(right.from), Foothold::Control(right.to));
                steps.step(&[from], to, *chance, &[Basis::Relation(id)]);
            }
        }
    }
}

/// Whether a right gives control of this kind of object.
fn gives(facts: &Facts, directory: &Directory<'_>, verb: &str, right: &Relation) -> bool {
    match verb {
        // Of a user its password is set, of a machine its local administrator's is read, and a domain is replicated.
        "all_extended_rights" => match facts.attribute(right.to, "type") {
            Some("group" | "gpo" | "ou" | "container") => false,
            Some("computer") => facts.flag(right.to, "has-laps") != Some(false),
            _ => true,
        },
        "owns" | "write_owner" => !is_no_owner(facts, directory, right),
        // The password of a machine is not to be guessed; what else it is good for, `spn_jacking` knows.
        "write_spn" => facts.asset(right.to).kind != AssetKind::Host,
        _ => true,
    }
}

/// `BlockOwnerImplicitRights`: the 29th character of a domain's heuristics. Whoever owns a machine or a managed account is then
/// given nothing by it, unless they administer the domain or the forest.
/// <https://learn.microsoft.com/openspecs/windows_protocols/ms-adts/e5899be4-862e-496f-9a38-33950617d2c5>
fn is_no_owner(facts: &Facts, directory: &Directory<'_>, right: &Relation) -> bool {
    let blocks = directory
        .domain(right.to)
        .and_then(|domain| facts.attribute(domain, "ds-heuristics"))
        .is_some_and(|told| told.as_bytes().get(28) == Some(&b'1'));
    let managed = ["gmsa", "msa"].iter().any(|name| facts.flag(right.to, name) == Some(true));
    let of_machine = facts.asset(right.to).kind == AssetKind::Host || managed;
    blocks && of_machine && !is_administrator(facts, directory, right.from)
}

fn is_administrator(facts: &Facts, directory: &Directory<'_>, node: Node) -> bool {
    let Some(domain) = facts.attribute(node, "domain-sid") else { return false };
    let mut groups = ["-512", "-519"].iter().filter_map(|end| directory.find(&format!("{domain}{end}")));
    groups.any(|group| directory.is_in(node, group))
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::of_right(facts, step, RIGHTS)
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{lifecycle, steps, world};

    #[test]
    fn whoever_may_change_an_object_controls_it() {
        lifecycle(
            "acl_abuse",
            "identity helpdesk
             identity alice
             identity admins
             helpdesk force_change_password alice *
             alice write_dacl:inherited admins *
             alice enroll admins",
            &["controls helpdesk -> controls alice (0.9)", "controls alice -> controls admins (0.95)"],
            "helpdesk can set a new password of alice.",
        );
    }

    #[test]
    fn all_extended_rights_are_control_of_some_kinds_only() {
        let with = |object: &str| {
            let text = format!("{object}\nidentity alice\nalice all_extended_rights x");
            steps("acl_abuse", &world(&text)).len()
        };
        assert_eq!(with("identity x type=user"), 1, "its password is set");
        assert_eq!(with("directory-object x type=domain"), 1, "it is replicated");
        assert_eq!(with("host x type=computer has-laps=true"), 1, "its password is read");
        assert_eq!(with("host x type=computer has-laps=false"), 0);
        assert_eq!(with("identity x type=group"), 0);
    }

    #[test]
    fn a_service_name_is_control_of_a_user_whose_password_is_guessed() {
        let facts = world("identity ann\nidentity bob\nhost pc\nann write_spn bob\nann write_spn pc");
        assert_eq!(steps("acl_abuse", &facts), ["controls ann -> controls bob (0.2)"]);
    }

    #[test]
    fn where_owners_are_given_nothing_they_are_no_way() {
        let heuristics = "00000000010000000002000000011";
        let with = |heuristics: &str, owner: &str| {
            let text = format!(
                "directory-object clinic object-id=S-1-5-21-1 ds-heuristics={heuristics}
                 identity admins object-id=S-1-5-21-1-512 domain-sid=S-1-5-21-1
                 identity helpdesk domain-sid=S-1-5-21-1
                 host pc domain-sid=S-1-5-21-1
                 identity bob domain-sid=S-1-5-21-1
                 {owner} owns pc
                 {owner} owns bob"
            );
            steps("acl_abuse", &world(&text)).len()
        };
        assert_eq!(with(heuristics, "helpdesk"), 1, "of the person alone");
        assert_eq!(with(heuristics, "admins"), 2);
        assert_eq!(with("0000000001", "helpdesk"), 2);
    }
}
