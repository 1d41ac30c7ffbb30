//! What a person does to take a fact away: one fix may remove many steps, and is counted once.

use crate::facts::{Facts, Node, Relation};
use crate::steps::Basis;
use bartizan_model::Reach;

/// What kind of change a fix is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FixKind {
    /// An upgrade, or a changed setting, that removes an exposure.
    Remedy,
    /// A right that is taken back.
    Revoke,
    /// A session that is ended, or a secret that is changed.
    Rotate,
    /// A way through the network that is closed.
    Segment,
}

impl FixKind {
    /// The word of the command line and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Remedy => "remedy",
            Self::Revoke => "revoke",
            Self::Rotate => "rotate",
            Self::Segment => "segment",
        }
    }
}

/// One action that removes the facts it names.
#[derive(Debug, Clone, PartialEq)]
pub struct Fix {
    /// What to do; two facts with one title have one fix.
    pub title: String,
    /// What kind of change it is.
    pub kind: FixKind,
    /// What it costs, in changes of the easiest kind: an estimate to compare by, where nobody set one.
    pub cost: u32,
}

/// Verbs of relations that a person can take away: what to do (`{from}`, `{to}`, `{via}` are filled in), its kind, its cost. A
/// verb that does not stand here is a right like any other; those of [`ARCHITECTURE`] are no rights.
const RELATIONS: &[(&str, &str, FixKind, u32)] = &[
    ("admin_to", "Take {from} out of the administrators of {to}", FixKind::Revoke, 1),
    ("allowed_to_act", "Take {from} off what {to} trusts to delegate", FixKind::Revoke, 1),
    ("allowed_to_delegate", "Keep {from} from delegating to {to}", FixKind::Revoke, 2),
    ("attached", "Detach the policy {to} from {from}, or narrow it", FixKind::Revoke, 1),
    (
        "az_managed_identity",
        "Take the managed identity {to} from {from}, or the rights from it",
        FixKind::Revoke,
        3,
    ),
    ("az_member_of", "Take {from} out of {to}", FixKind::Revoke, 1),
    (
        "az_role_eligible",
        "Have somebody approve that {from} activates {to}, or take the role away",
        FixKind::Revoke,
        1,
    ),
    ("binds", "Take {to} out of the binding {from}", FixKind::Revoke, 1),
    ("builds", "Build {to} from another source than {from}, or protect its branches", FixKind::Revoke, 3),
    (
        "caches_logon_of",
        "Keep no logons on {from}, or put {to} among the protected users",
        FixKind::Remedy,
        2,
    ),
    ("can_assume", "Take the role {to} from {from}, or give it fewer rights", FixKind::Revoke, 3),
    ("can_psremote", "Keep {from} from logging on to {to} over PowerShell", FixKind::Revoke, 1),
    (
        "can_push_to",
        "Have a second person approve what {from} pushes to {to}, or take the right",
        FixKind::Revoke,
        1,
    ),
    ("can_rdp", "Keep {from} from logging on to {to} over Remote Desktop", FixKind::Revoke, 1),
    ("can_read", "Take the right to read {to} from {from}", FixKind::Revoke, 1),
    ("can_ssh", "Take {from} out of the authorized keys of {to}", FixKind::Revoke, 1),
    ("can_sudo", "Take the right of {from} to become {to} out of sudoers", FixKind::Revoke, 1),
    (
        "deploys_to",
        "Have somebody approve what {from} deploys to {to}, with rights for that alone",
        FixKind::Revoke,
        3,
    ),
    ("execute_dcom", "Keep {from} from logging on to {to} over DCOM", FixKind::Revoke, 1),
    ("exposes_key", "Make {via} readable by {from} alone", FixKind::Remedy, 1),
    ("gp_link", "Unlink the policy {from} from {to}", FixKind::Revoke, 4),
    (
        "gpo_local_admin",
        "Take {from} out of the administrators that a policy of {to} sets",
        FixKind::Revoke,
        1,
    ),
    ("grants", "Bind a role with fewer rights than {to} by {from}", FixKind::Revoke, 2),
    ("has_access_to", "Take away the access of {from} to {to}", FixKind::Revoke, 2),
    ("has_profile", "Give {from} an instance profile with fewer rights than {to}", FixKind::Revoke, 3),
    ("has_service_account", "Give {from} a service account with fewer rights than {to}", FixKind::Revoke, 3),
    ("has_session", "Keep {to} from logging on to {from}", FixKind::Rotate, 2),
    ("has_sid_history", "Take {to} out of the SID history of {from}", FixKind::Revoke, 1),
    ("holds_encrypted_key", "Take {to} from {from}, or change its passphrase", FixKind::Rotate, 2),
    ("holds_key", "Replace {to} of {from} by one under a passphrase, or take it away", FixKind::Rotate, 2),
    ("in_zone", "Move {from} out of {to}", FixKind::Segment, 8),
    ("leaks_credential_of", "Change the secret of {to} that lies in {from}", FixKind::Rotate, 1),
    ("may_reach", "Close the way from {from} to {to} {via}", FixKind::Segment, 3),
    ("member_of", "Take {from} out of {to}", FixKind::Revoke, 1),
    ("owns", "Make a domain administrator the owner of {to} instead of {from}", FixKind::Revoke, 1),
    ("published_to", "Stop {to} from issuing certificates by {from}", FixKind::Remedy, 2),
    ("reaches", "Close the way from {from} to {to} {via}", FixKind::Segment, 3),
    ("runs_as", "Have {from} run as another account than {to}, or without its token", FixKind::Revoke, 2),
    ("runs_image", "Run {from} from an image that is checked and named by its digest", FixKind::Remedy, 4),
    (
        "saves_token_of",
        "End the sessions of {to} that are saved on {from}, and let them be short",
        FixKind::Rotate,
        2,
    ),
    ("shares_password", "Give {from} and {to} passwords of their own", FixKind::Rotate, 1),
    (
        "sso_assigned",
        "Take the permission set {to} in the account {via} from {from}, or give it fewer rights",
        FixKind::Revoke,
        1,
    ),
    ("supplier_access", "Give {from} access to {to} only while it works there", FixKind::Segment, 2),
    ("synced_to_entra_group", "Give rights to a group of the cloud instead of {to}", FixKind::Revoke, 3),
    ("synced_to_entra_user", "Keep {to} apart from the account {from}", FixKind::Revoke, 4),
    ("trusts", "Filter identities of {to} on the trust of {from}", FixKind::Segment, 6),
];

/// Rights that are taken back: what they allow, as `Take from X the right to ...`.
const RIGHTS: &[(&str, &str)] = &[
    ("add_allowed_to_act", "say who may delegate to {to}"),
    ("add_key_credential_link", "add keys that log on as {to}"),
    ("add_member", "add members to {to}"),
    ("add_self", "add itself to {to}"),
    ("all_extended_rights", "use all extended rights on {to}"),
    ("enroll", "request certificates of {to}"),
    ("force_change_password", "set the password of {to}"),
    ("generic_all", "do everything with {to}"),
    ("generic_write", "change {to}"),
    ("get_changes", "replicate the directory {to}"),
    ("get_changes_all", "replicate the secrets of {to}"),
    ("get_changes_in_filtered_set", "replicate the filtered attributes of {to}"),
    ("manage_ca", "manage {to}"),
    ("manage_certificates", "approve certificates of {to}"),
    ("read_gmsa_password", "read the managed password of {to}"),
    ("read_laps_password", "read the local administrator's password of {to}"),
    ("sql_admin", "administer the database of {to}"),
    ("sync_laps_password", "replicate the local administrator's password of {to}"),
    ("write_account_restrictions", "change the account restrictions of {to}"),
    ("write_dacl", "change the permissions of {to}"),
    ("write_gp_link", "link policies to {to}"),
    ("write_owner", "take ownership of {to}"),
    ("write_spn", "change the service names of {to}"),
];

/// How things are built: nobody takes it away to be safer.
const ARCHITECTURE: &[&str] = &[
    "account_of",
    "address_in",
    "az_contains",
    "az_node_resource_group",
    "az_role_of",
    "az_runs_as",
    "contains",
    "dc_of",
    "depends_on",
    "encrypted_with",
    "gpo_affects",
    "hosts_ca",
    "in_unit",
    "instance_profile_of",
    "local_group_of",
    "nt_auth_store_for",
    "resolves_to",
    "root_ca_for",
    "root_of",
    "runs_on",
    "scheduled_on",
    "serves",
    "stores",
];

/// Attributes that a person can change: the name, what to do (`{asset}`), its kind, its cost.
const ATTRIBUTES: &[(&str, &str, FixKind, u32)] = &[
    ("capabilities", "Take the capabilities from the containers of {asset}", FixKind::Remedy, 2),
    ("certificate-mapping-methods", "Stop mapping certificates by name on {asset}", FixKind::Remedy, 2),
    ("disk-encrypted", "Encrypt the disk of {asset}", FixKind::Remedy, 2),
    ("dont-require-preauth", "Require pre-authentication of {asset}", FixKind::Remedy, 1),
    ("effective-ekus", "Take the usage of an enrolment agent out of {asset}", FixKind::Remedy, 2),
    ("enrollee-supplies-subject", "Have {asset} take the subject from the directory", FixKind::Remedy, 2),
    ("has-spn", "Make {asset} a managed account, or give it a long random password", FixKind::Rotate, 3),
    ("host-network", "Run {asset} in a network of its own", FixKind::Remedy, 2),
    ("host-paths", "Take the paths of the node out of {asset}", FixKind::Remedy, 2),
    ("host-pid", "Run {asset} without the processes of its node", FixKind::Remedy, 2),
    ("iam-authentication", "Take no credentials of AWS for {asset}", FixKind::Remedy, 3),
    ("inline-policies", "Narrow the inline policies of {asset}", FixKind::Revoke, 1),
    ("ldap-signing", "Require signatures over LDAP on {asset}", FixKind::Remedy, 3),
    ("ldaps-channel-binding", "Bind logons over LDAPS to their channel on {asset}", FixKind::Remedy, 3),
    ("metadata-hop-limit", "Set the hop limit of the metadata service of {asset} to 1", FixKind::Remedy, 1),
    ("metadata-tokens", "Require tokens (IMDSv2) of the metadata service of {asset}", FixKind::Remedy, 1),
    ("no-security-extension", "Put the security extension into certificates of {asset}", FixKind::Remedy, 2),
    ("open-ports", "Open the ports of {asset} only to the networks that need them", FixKind::Segment, 3),
    ("open-ports-v6", "Open the ports of {asset} only to the networks that need them", FixKind::Segment, 3),
    (
        "perhaps-open-ports",
        "Open the ports of {asset} only to the networks that need them",
        FixKind::Segment,
        3,
    ),
    (
        "perhaps-open-ports-v6",
        "Open the ports of {asset} only to the networks that need them",
        FixKind::Segment,
        3,
    ),
    (
        "pod-security",
        "Enforce the Pod Security Standard `baseline` or `restricted` in {asset}",
        FixKind::Remedy,
        2,
    ),
    ("privileged", "Run the containers of {asset} without privileges", FixKind::Remedy, 2),
    ("public-policy", "Let fewer principals use {asset} by its own policy", FixKind::Revoke, 1),
    ("requires-manager-approval", "Have a manager approve each certificate of {asset}", FixKind::Remedy, 3),
    ("resource-policy", "Let fewer principals use {asset} by its own policy", FixKind::Revoke, 1),
    ("restrict-public-buckets", "Have S3 Block Public Access restrict {asset}", FixKind::Segment, 1),
    ("restrict-sending-ntlm-traffic", "Keep {asset} from logging on elsewhere by NTLM", FixKind::Remedy, 4),
    ("rpc-encryption-enforced", "Have {asset} take requests over RPC only encrypted", FixKind::Remedy, 1),
    ("smb-signing", "Require signatures over SMB on {asset}", FixKind::Remedy, 2),
    (
        "strong-certificate-binding-enforcement",
        "Enforce strong certificate binding on {asset}",
        FixKind::Remedy,
        3,
    ),
    ("trust-policy", "Let fewer principals assume {asset}, under a condition", FixKind::Revoke, 1),
    ("unconstrained-delegation", "Limit to which services {asset} may delegate", FixKind::Revoke, 3),
    ("user-specified-san", "Have {asset} refuse names that a request brings", FixKind::Remedy, 1),
    ("visibility", "Make {asset} private", FixKind::Segment, 1),
    ("web-client-running", "Switch the service WebClient off on {asset}", FixKind::Remedy, 1),
    (
        "web-enrollment",
        "Require HTTPS with channel binding for the web enrolment of {asset}",
        FixKind::Remedy,
        2,
    ),
];

/// Groups that administer a domain or a forest, by the end of their identifiers: Domain Admins, Schema Admins, Enterprise Admins,
/// Administrators, SYSTEM ("Security identifiers", Microsoft).
const ADMINISTRATORS: &[&str] = &["-512", "-518", "-519", "S-1-5-32-544", "S-1-5-18"];
/// Groups of domain controllers: all of a domain, those that only read, all of a forest.
const CONTROLLERS: &[&str] = &["-516", "-521", "S-1-5-9"];

/// Whether a domain would be none without it: what its administrators may do in it, and that a controller is one. Who is an
/// administrator, and on which machines, is for people to say.
fn is_what_runs_the_domain(facts: &Facts, relation: &Relation, verb: &str) -> bool {
    match verb {
        "member_of" => is_one(facts, relation.to, CONTROLLERS),
        "admin_to" => false,
        _ => is_one(facts, relation.from, ADMINISTRATORS) || is_one(facts, relation.from, CONTROLLERS),
    }
}

/// Whether an object of a directory has an identifier with one of these ends.
fn is_one(facts: &Facts, node: Node, ends: &[&str]) -> bool {
    let id = facts.attribute(node, "object-id");
    id.is_some_and(|id| ends.iter().any(|end| id.ends_with(end)))
}

/// Whether it makes the built-in administrator of a domain one: that cannot be undone, so nobody should log on by it
/// ("Appendix D: Securing Built-In Administrator Accounts in Active Directory", Microsoft).
fn is_kept_for_emergencies(facts: &Facts, relation: &Relation, verb: &str) -> bool {
    verb == "member_of"
        && is_one(facts, relation.from, &["-500"])
        && is_one(facts, relation.to, ADMINISTRATORS)
}

/// How a right is taken back; one without words of its own is named as the collector names it.
fn right(verb: &str) -> String {
    match RIGHTS.iter().find(|(known, _)| *known == verb) {
        Some((_, words)) => format!("Take from {{from}} the right to {words}"),
        None => format!("Take the right {} on {{to}} from {{from}}", verb.replace('_', " ")),
    }
}

/// The fix that takes this fact away; `None` where nobody would.
pub fn fix_of(facts: &Facts, basis: Basis) -> Option<Fix> {
    let name = |node| &*facts.asset(node).name;
    match basis {
        Basis::Exposure(at) => {
            Some(Fix { title: facts.exposure(at).fix.to_string(), kind: FixKind::Remedy, cost: 1 })
        }
        Basis::Relation(id) => {
            let relation = facts.relation(id);
            let verb = facts.word(relation.verb);
            if ARCHITECTURE.contains(&verb) || is_what_runs_the_domain(facts, relation, verb) {
                return None;
            }
            let known = RELATIONS.iter().find(|(known, ..)| *known == verb);
            let (title, kind, cost) = match known {
                Some(_) if is_kept_for_emergencies(facts, relation, verb) => {
                    ("Disable {from}, or keep it for emergencies alone".to_owned(), FixKind::Revoke, 1)
                }
                Some((_, title, kind, cost)) => ((*title).to_owned(), *kind, *cost),
                None => (right(verb), FixKind::Revoke, 1),
            };
            let title = title
                .replace("{from}", name(relation.from))
                .replace("{to}", name(relation.to))
                .replace("{via}", &relation.via);
            Some(Fix { title: title.trim_end().to_owned(), kind, cost })
        }
        Basis::Attribute(node, word) => {
            let known = ATTRIBUTES.iter().find(|(known, ..)| *known == facts.word(word))?;
            let (_, title, kind, cost) = known;
            Some(Fix { title: title.replace("{asset}", name(node)), kind: *kind, cost: *cost })
        }
        Basis::Reach(node) => {
            let title = match facts.asset(node).reach {
                Reach::Internet => format!("Close {} to the internet", name(node)),
                Reach::Internal | Reach::Unknown => format!("Isolate {}", name(node)),
                Reach::Local => return None,
            };
            Some(Fix { title, kind: FixKind::Segment, cost: 10 })
        }
        Basis::Asset(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{derive, testing::world};

    #[test]
    fn each_fact_has_the_action_that_takes_it_away() {
        let facts = world(
            "host web reach=internet
             network dmz
             identity alice
             identity admins
             alice member_of admins
             admins admin_to web
             admins write_dacl alice
             dmz reaches:tcp/443 web
             web ! CVE-2021-1 remote none admin 0.5",
        );
        let steps = derive(&facts);
        let bases = steps.iter().flat_map(|(_, step)| step.because.to_vec());
        let bases = bases.chain(facts.relations("write_dacl").map(|(id, _)| Basis::Relation(id)));
        let mut titles: Vec<_> =
            bases.filter_map(|basis| fix_of(&facts, basis)).map(|fix| fix.title).collect();
        titles.sort();
        titles.dedup();
        let expected = [
            "Close the way from dmz to web tcp/443",
            "Close web to the internet",
            "Take admins out of the administrators of web",
            "Take alice out of admins",
            "Take from admins the right to change the permissions of alice",
            "fix CVE-2021-1 on web",
        ];
        assert_eq!(titles, expected);
    }

    #[test]
    fn what_runs_a_domain_is_not_taken_away() {
        let facts = world(
            "directory-object corp type=domain
             identity admins object-id=S-1-5-21-1-2-3-512
             identity controllers object-id=S-1-5-21-1-2-3-516
             identity helpdesk object-id=S-1-5-21-1-2-3-1112
             host dc
             host web
             identity builtin object-id=S-1-5-21-1-2-3-500
             dc member_of controllers
             builtin member_of admins
             helpdesk member_of admins
             admins write_dacl corp
             admins admin_to web
             controllers get_changes_all corp
             helpdesk write_dacl corp",
        );
        let of = |verb: &str| {
            let fixes = facts.relations(verb).filter_map(|(id, _)| fix_of(&facts, Basis::Relation(id)));
            fixes.map(|fix| fix.title).collect::<Vec<_>>()
        };
        assert_eq!(
            of("member_of"),
            ["Take helpdesk out of admins", "Disable builtin, or keep it for emergencies alone"]
        );
        assert_eq!(of("write_dacl"), ["Take from helpdesk the right to change the permissions of corp"]);
        assert_eq!(of("admin_to"), ["Take admins out of the administrators of web"]);
        assert_eq!(of("get_changes_all"), [""; 0]);
    }

    #[test]
    fn the_tables_are_in_order() {
        assert!(RELATIONS.is_sorted_by_key(|(verb, ..)| *verb));
        assert!(RIGHTS.is_sorted());
        assert!(ATTRIBUTES.is_sorted_by_key(|(name, ..)| *name));
        assert!(ARCHITECTURE.is_sorted());
    }
}
