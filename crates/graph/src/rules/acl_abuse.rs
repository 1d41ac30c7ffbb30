//! A right to change an object of a directory is control of it: its password, members, owner or access list.

use super::{Right, Rule};
use crate::facts::{Chance, Facts};
use crate::steps::{Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "acl_abuse",
    title: "abuse a right to an object",
    technique: "T1098",
    wants: &["generic_all", "generic_write", "owns", "write_dacl", "write_owner"],
    derive,
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
    super::along_rights(facts, steps, RIGHTS);
}

fn explain(facts: &Facts, _: &Steps, step: &Step<'_>) -> String {
    super::of_right(facts, step, RIGHTS)
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

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
}
