//! What the objects of a collection are: by the file they stand in, and by the word in references to them.

use super::record::Record;
use crate::common::{directory, text};
use bartizan_model::{AssetKind, AssetRef};

/// What a collection has to have asked for, so that a record tells all there is (`CollectionMethod` of SharpHound).
mod method {
    pub(super) const GROUP: u64 = 1;
    pub(super) const LOCAL_ADMIN: u64 = 1 << 1;
    pub(super) const GPO_LOCAL_GROUP: u64 = 1 << 2;
    pub(super) const SESSION: u64 = 1 << 3;
    pub(super) const LOGGED_ON: u64 = 1 << 4;
    pub(super) const TRUSTS: u64 = 1 << 5;
    pub(super) const ACL: u64 = 1 << 6;
    pub(super) const CONTAINER: u64 = 1 << 7;
    pub(super) const RDP: u64 = 1 << 8;
    pub(super) const OBJECT_PROPS: u64 = 1 << 9;
    pub(super) const DCOM: u64 = 1 << 12;
    pub(super) const SPN_TARGETS: u64 = 1 << 13;
    pub(super) const PS_REMOTE: u64 = 1 << 14;
    pub(super) const USER_RIGHTS: u64 = 1 << 15;
    pub(super) const CA_REGISTRY: u64 = 1 << 16;
    pub(super) const DC_REGISTRY: u64 = 1 << 17;
    pub(super) const CERT_SERVICES: u64 = 1 << 18;
}
use method::{
    ACL, CA_REGISTRY, CERT_SERVICES, CONTAINER, DC_REGISTRY, DCOM, GPO_LOCAL_GROUP, GROUP, LOCAL_ADMIN,
    LOGGED_ON, OBJECT_PROPS, PS_REMOTE, RDP, SESSION, SPN_TARGETS, TRUSTS, USER_RIGHTS,
};

/// The methods by name, for people.
const NAMES: &[(u64, &str)] = &[
    (GROUP, "Group"),
    (LOCAL_ADMIN, "LocalAdmin"),
    (GPO_LOCAL_GROUP, "GPOLocalGroup"),
    (SESSION, "Session"),
    (LOGGED_ON, "LoggedOn"),
    (TRUSTS, "Trusts"),
    (ACL, "ACL"),
    (CONTAINER, "Container"),
    (RDP, "RDP"),
    (OBJECT_PROPS, "ObjectProps"),
    (DCOM, "DCOM"),
    (SPN_TARGETS, "SPNTargets"),
    (PS_REMOTE, "PSRemote"),
    (USER_RIGHTS, "UserRights"),
    (CA_REGISTRY, "CARegistry"),
    (DC_REGISTRY, "DCRegistry"),
    (CERT_SERVICES, "CertServices"),
];

/// A kind of object.
pub(super) struct Kind {
    /// `meta.type` of the file of such objects.
    pub(super) file: &'static str,
    /// How references call it.
    reference: &'static str,
    /// The attribute `type`.
    pub(super) word: &'static str,
    pub(super) asset: AssetKind,
    /// The methods without which a record leaves something out.
    methods: u64,
}

const fn kind(
    file: &'static str,
    reference: &'static str,
    word: &'static str,
    asset: AssetKind,
    methods: u64,
) -> Kind {
    Kind { file, reference, word, asset, methods }
}

const OBJECT: u64 = ACL | CONTAINER | OBJECT_PROPS;
const COMPUTER: u64 = OBJECT | GROUP | SESSION | LOGGED_ON | LOCAL_ADMIN | RDP | DCOM | PS_REMOTE;

static KINDS: &[Kind] = &[
    kind("users", "User", "user", AssetKind::Identity, OBJECT | GROUP | SPN_TARGETS),
    kind("groups", "Group", "group", AssetKind::Identity, OBJECT | GROUP),
    kind("computers", "Computer", "computer", AssetKind::Host, COMPUTER),
    kind("domains", "Domain", "domain", AssetKind::DirectoryObject, OBJECT | TRUSTS | GPO_LOCAL_GROUP),
    kind("ous", "OU", "ou", AssetKind::DirectoryObject, OBJECT | GPO_LOCAL_GROUP),
    kind("gpos", "GPO", "gpo", AssetKind::DirectoryObject, OBJECT),
    kind("containers", "Container", "container", AssetKind::DirectoryObject, OBJECT),
    kind(
        "certtemplates",
        "CertTemplate",
        "cert-template",
        AssetKind::DirectoryObject,
        OBJECT | CERT_SERVICES,
    ),
    kind(
        "enterprisecas",
        "EnterpriseCA",
        "enterprise-ca",
        AssetKind::DirectoryObject,
        OBJECT | CERT_SERVICES | CA_REGISTRY,
    ),
    kind("rootcas", "RootCA", "root-ca", AssetKind::DirectoryObject, OBJECT | CERT_SERVICES),
    kind("aiacas", "AIACA", "aia-ca", AssetKind::DirectoryObject, OBJECT | CERT_SERVICES),
    kind("ntauthstores", "NTAuthStore", "nt-auth-store", AssetKind::DirectoryObject, OBJECT | CERT_SERVICES),
    kind(
        "issuancepolicies",
        "IssuancePolicy",
        "issuance-policy",
        AssetKind::DirectoryObject,
        OBJECT | CERT_SERVICES,
    ),
];

/// Of a kind that this version does not know: what its records share with all others is still read.
static OTHER: Kind = kind("", "", "directory-object", AssetKind::DirectoryObject, OBJECT);

/// Groups and users of one machine have no file of their own.
pub(super) const LOCAL_GROUP: &str = "LocalGroup";
pub(super) const LOCAL_USER: &str = "LocalUser";

/// The kind of the objects in a file, and whether it is known.
pub(super) fn of_file(meta_type: &str) -> (&'static Kind, bool) {
    let known = KINDS.iter().find(|kind| kind.file.eq_ignore_ascii_case(meta_type));
    (known.unwrap_or(&OTHER), known.is_some())
}

impl Kind {
    /// The methods that a collection left out although records of this kind need them, by name.
    pub(super) fn lacks(&self, methods: u64, version: u64) -> Vec<&'static str> {
        // Older versions could not ask for these.
        let newer = match version {
            _ if self.file != "computers" => 0,
            ..5 => 0,
            5 => USER_RIGHTS,
            6.. => USER_RIGHTS | DC_REGISTRY,
        };
        let missing = (self.methods | newer) & !methods;
        NAMES.iter().filter(|(bit, _)| missing & bit != 0).map(|(_, name)| *name).collect()
    }
}

/// Ends of ids that every domain has: its administrator and the account of its key centre, its administrators and users.
const EVERYWHERE: &[(&str, &[&str])] = &[("users", &["-500", "-502"]), ("groups", &["-512", "-513"])];

/// The domain of an object that every domain has, and which of them it is, as one bit.
pub(super) fn mark(kind: &Kind, record: &Record<'_>) -> Option<(String, u32)> {
    let domain = record.properties.get("domainsid").and_then(serde_json::Value::as_str)?;
    let (domain, id) = (text::name(domain), text::name(&record.object_identifier).to_uppercase());
    let (_, ends) = EVERYWHERE.iter().find(|(file, _)| *file == kind.file).copied().unwrap_or_default();
    let end = ends.iter().position(|end| id == format!("{}{end}", domain.to_uppercase()));
    // Of machines, its controllers.
    let controller = (kind.file == "computers" && record.is_dc).then_some(0);
    Some((domain, 1 << end.or(controller).filter(|_| !record.is_deleted)?))
}

/// All of them, for files of this kind; `None` where nothing speaks for a list that is whole.
pub(super) fn marks(kind: &Kind) -> Option<u32> {
    match kind.file {
        "users" | "groups" => Some(0b11),
        "computers" => Some(0b1),
        _ => None,
    }
}

/// What contains an object: a thing of the directory, unless the reference says otherwise.
pub(super) fn container(word: &str, id: &str) -> Option<AssetRef> {
    let known = KINDS.iter().find(|kind| kind.reference.eq_ignore_ascii_case(word));
    directory::object(known.map_or(AssetKind::DirectoryObject, |kind| kind.asset), "", id)
}

/// Words that leave open what they refer to, or that no record is about: the id decides.
const OPEN: &[&str] = &["", "Base", "Unknown", "Configuration", LOCAL_GROUP, LOCAL_USER];

/// What a reference means, and whether its word is known.
pub(super) fn referred(word: &str, id: &str) -> (Option<AssetRef>, bool) {
    let known = KINDS.iter().find(|kind| kind.reference.eq_ignore_ascii_case(word)).map(|kind| kind.asset);
    let by_id = if id.contains("S-1-") { AssetKind::Identity } else { AssetKind::DirectoryObject };
    let open = OPEN.iter().any(|open| open.eq_ignore_ascii_case(word));
    (directory::object(known.unwrap_or(by_id), "", id), known.is_some() || open)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collection_of_everything_lacks_nothing() {
        // What `-c All` of SharpHound 2 asks for, and `-c DCOnly`.
        let (all, dc_only) =
            (521_215, ACL | CONTAINER | GROUP | OBJECT_PROPS | TRUSTS | GPO_LOCAL_GROUP | CERT_SERVICES);
        for kind in KINDS {
            assert_eq!(kind.lacks(all, 6), Vec::<&str>::new(), "{}", kind.file);
        }
        assert_eq!(of_file("groups").0.lacks(dc_only, 6), Vec::<&str>::new());
        assert_eq!(of_file("users").0.lacks(dc_only, 6), ["SPNTargets"]);
        let without_registry = all & !DC_REGISTRY;
        assert_eq!(of_file("computers").0.lacks(without_registry, 6), ["DCRegistry"]);
        assert_eq!(of_file("computers").0.lacks(without_registry, 5), Vec::<&str>::new());
        assert!(!of_file("teapots").1);
    }
}
