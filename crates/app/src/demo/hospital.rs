//! The hospital that is made up: its services as scopes, its roles, the machines that have a name of their own.

use bartizan_model::{AssetKind, Criticality, DataClass, Reach};

/// The hospital's name.
pub(super) const NAME: &str = "St. Aldhelm's Hospital";
/// Its domain; `.example` is nobody's (RFC 2606).
pub(super) const DOMAIN: &str = "staldhelm.example";

/// A business service.
pub(super) struct Service {
    /// What its assets have in their names.
    pub(super) slug: &'static str,
    /// The scope's name after `demo: `.
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    pub(super) criticality: Criticality,
    pub(super) data: &'static [DataClass],
    pub(super) crown_jewel: bool,
}

use Criticality::{High, Low, Medium};
use DataClass::{Confidential, Credentials, Pci, Phi, Pii};

/// The business services; the place of a service here is its number in [`Named`].
pub(super) static SERVICES: &[Service] = &[
    Service {
        slug: "records",
        name: "Patient records",
        description: "The electronic medical record: without it the hospital treats nobody safely.",
        criticality: High,
        data: &[Phi, Pii],
        crown_jewel: true,
    },
    Service {
        slug: "imaging",
        name: "Imaging",
        description: "MRI, CT and X-ray with the archive of their pictures.",
        criticality: High,
        data: &[Phi],
        crown_jewel: false,
    },
    Service {
        slug: "pharmacy",
        name: "Pharmacy",
        description: "Prescriptions, dispensing cabinets and the drug library of the infusion pumps.",
        criticality: High,
        data: &[Phi],
        crown_jewel: false,
    },
    Service {
        slug: "laboratory",
        name: "Laboratory",
        description: "Orders, analysers and results.",
        criticality: High,
        data: &[Phi],
        crown_jewel: false,
    },
    Service {
        slug: "portal",
        name: "Patient portal",
        description: "Appointments, results and payments for patients, on the internet.",
        criticality: Medium,
        data: &[Phi, Pii, Pci],
        crown_jewel: false,
    },
    Service {
        slug: "admin",
        name: "Administration",
        description: "Billing, staff and purchasing.",
        criticality: Medium,
        data: &[Pii, Confidential],
        crown_jewel: false,
    },
    Service {
        slug: "wards",
        name: "Wards",
        description: "Bedside devices: pumps, monitors, ventilators. A failure is a danger to a patient.",
        criticality: High,
        data: &[],
        crown_jewel: false,
    },
    Service {
        slug: "it",
        name: "IT infrastructure",
        description: "Directory, backup, virtualization, network: whoever owns these owns the rest.",
        criticality: High,
        data: &[Credentials],
        crown_jewel: true,
    },
];

/// The scope of the desks, which belong to every service and would hide its servers.
pub(super) const WORKPLACES: Service = Service {
    slug: "ws",
    name: "Workplaces",
    description: "Workstations and laptops of all departments.",
    criticality: Low,
    data: &[],
    crown_jewel: false,
};

/// What an asset is for: decides which tools look at it and what they find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Workstation,
    WindowsServer,
    LinuxServer,
    Hypervisor,
    Gateway,
    Medical,
    Gadget,
    Cloud,
    Store,
    Identity,
    Repository,
    Image,
    Web,
    Supplier,
}

impl Role {
    /// The kind of asset.
    pub(super) const fn kind(self) -> AssetKind {
        match self {
            Self::Workstation | Self::WindowsServer | Self::LinuxServer | Self::Hypervisor => AssetKind::Host,
            Self::Gateway | Self::Medical | Self::Gadget => AssetKind::Device,
            Self::Cloud => AssetKind::CloudResource,
            Self::Store => AssetKind::DataStore,
            Self::Identity => AssetKind::Identity,
            Self::Repository => AssetKind::Repository,
            Self::Image => AssetKind::ContainerImage,
            Self::Web => AssetKind::WebApplication,
            Self::Supplier => AssetKind::ThirdParty,
        }
    }

    /// How many findings such an asset has on average; with [`SHARES`] about ten over all.
    pub(super) const fn findings(self) -> f64 {
        match self {
            Self::Workstation => 9.4,
            Self::WindowsServer => 18.0,
            Self::LinuxServer => 22.0,
            Self::Hypervisor => 9.0,
            Self::Gateway => 9.0,
            Self::Medical => 6.0,
            Self::Gadget => 5.0,
            Self::Cloud => 5.0,
            Self::Store => 4.0,
            Self::Identity => 2.2,
            Self::Repository => 16.0,
            Self::Image => 42.0,
            Self::Web => 9.0,
            Self::Supplier => 2.0,
        }
    }

    /// What the asset's name begins with, likeliest first.
    pub(super) const fn prefixes(self) -> &'static [&'static str] {
        match self {
            Self::Workstation => &["ws"],
            Self::WindowsServer => &["app", "file", "db", "rds"],
            Self::LinuxServer => &["web", "int", "db", "queue"],
            Self::Hypervisor => &["vhost"],
            Self::Gateway => &["switch", "wlan", "vpn"],
            Self::Medical => &["pump", "monitor", "ventilator", "ultrasound"],
            Self::Gadget => &["printer", "camera", "badge"],
            Self::Cloud => &["vm", "function", "key-vault", "queue"],
            Self::Store => &["bucket", "sqldb", "share"],
            Self::Identity => &["user", "svc"],
            Self::Repository => &["repo"],
            Self::Image => &["image"],
            Self::Web => &["webapp"],
            Self::Supplier => &["supplier"],
        }
    }
}

/// Roles of the assets without a name of their own, in thousandths; the rest are workstations.
pub(super) const SHARES: &[(Role, usize)] = &[
    (Medical, 110),
    (WindowsServer, 55),
    (LinuxServer, 50),
    (Gadget, 45),
    (Identity, 60),
    (Cloud, 30),
    (Image, 24),
    (Repository, 15),
    (Store, 14),
    (Web, 9),
    (Gateway, 12),
    (Hypervisor, 4),
    (Supplier, 4),
];

/// An asset that has a part in the story.
pub(super) struct Named {
    pub(super) name: &'static str,
    pub(super) role: Role,
    /// Number of its service.
    pub(super) service: usize,
    pub(super) reach: Reach,
    /// What a person declared of it.
    pub(super) worth: Option<(Criticality, &'static [DataClass])>,
    /// Relations to other named assets.
    pub(super) ties: &'static [(&'static str, &'static str)],
}

const fn named(
    name: &'static str,
    role: Role,
    service: usize,
    reach: Reach,
    ties: &'static [(&'static str, &'static str)],
) -> Named {
    Named { name, role, service, reach, worth: None, ties }
}

const fn valued(worth: (Criticality, &'static [DataClass]), named: Named) -> Named {
    Named { worth: Some(worth), ..named }
}

use Criticality::Critical;
use Reach::{Internal, Internet};
use Role::{
    Cloud, Gadget, Gateway, Hypervisor, Identity, Image, LinuxServer, Medical, Repository, Store, Supplier,
    Web, WindowsServer,
};

/// They come first, so that the smallest hospital has them too.
#[rustfmt::skip]
pub(super) static NAMED: &[Named] = &[
    valued((Critical, &[Phi, Pii]), named("emr-records-db", Store, 0, Internal, &[("runs_on", "db-records-01")])),
    valued((Critical, &[Phi]), named("db-records-01", WindowsServer, 0, Internal, &[("member_of", "dc-it-01")])),
    named("app-records-01", WindowsServer, 0, Internal, &[("depends_on", "emr-records-db"), ("reaches", "db-records-01")]),
    named("webapp-records", Web, 0, Internal, &[("runs_on", "app-records-01"), ("depends_on", "emr-records-db")]),
    named("int-records-01", LinuxServer, 0, Internal, &[("reaches", "db-records-01"), ("depends_on", "lis-laboratory-01"), ("depends_on", "pacs-imaging-01")]),
    valued((High, &[Phi]), named("pacs-imaging-01", WindowsServer, 1, Internal, &[("stores", "archive-imaging")])),
    valued((High, &[Phi]), named("archive-imaging", Store, 1, Internal, &[("runs_on", "pacs-imaging-01")])),
    named("mri-imaging-01", Medical, 1, Internal, &[("depends_on", "pacs-imaging-01")]),
    named("mri-imaging-02", Medical, 1, Internal, &[("depends_on", "pacs-imaging-01")]),
    named("ct-imaging-01", Medical, 1, Internal, &[("depends_on", "pacs-imaging-01")]),
    named("xray-imaging-01", Medical, 1, Internal, &[("depends_on", "pacs-imaging-01")]),
    named("viewer-imaging-01", LinuxServer, 1, Internet, &[("reaches", "pacs-imaging-01")]),
    valued((High, &[Phi]), named("rx-pharmacy-01", WindowsServer, 2, Internal, &[("depends_on", "emr-records-db")])),
    named("cabinet-pharmacy-01", Medical, 2, Internal, &[("depends_on", "rx-pharmacy-01")]),
    valued((Critical, &[]), named("pumpserver-pharmacy-01", WindowsServer, 2, Internal, &[("reaches", "pump-wards-001"), ("reaches", "pump-wards-002")])),
    named("sqldb-pharmacy", Store, 2, Internal, &[("runs_on", "rx-pharmacy-01")]),
    valued((High, &[Phi]), named("lis-laboratory-01", LinuxServer, 3, Internal, &[("stores", "sqldb-laboratory")])),
    named("sqldb-laboratory", Store, 3, Internal, &[("runs_on", "lis-laboratory-01")]),
    named("analyser-laboratory-01", Medical, 3, Internal, &[("depends_on", "lis-laboratory-01")]),
    named("analyser-laboratory-02", Medical, 3, Internal, &[("depends_on", "lis-laboratory-01")]),
    valued((High, &[Phi, Pii, Pci]), named("webapp-portal", Web, 4, Internet, &[("runs_on", "vm-portal-01"), ("depends_on", "api-portal")])),
    named("api-portal", Web, 4, Internet, &[("runs_on", "vm-portal-02"), ("depends_on", "int-records-01")]),
    named("vm-portal-01", Cloud, 4, Internet, &[("runs_on", "image-portal-web")]),
    named("vm-portal-02", Cloud, 4, Internet, &[("runs_on", "image-portal-api"), ("reaches", "int-records-01")]),
    named("image-portal-web", Image, 4, Reach::Unknown, &[("depends_on", "repo-portal-web")]),
    named("image-portal-api", Image, 4, Reach::Unknown, &[("depends_on", "repo-portal-api")]),
    named("repo-portal-web", Repository, 4, Reach::Unknown, &[]),
    named("repo-portal-api", Repository, 4, Reach::Unknown, &[]),
    valued((High, &[Phi, Pii]), named("bucket-portal-documents", Store, 4, Internet, &[("runs_on", "vm-portal-02")])),
    named("bucket-portal-backup", Store, 4, Internal, &[]),
    named("svc-portal-deploy", Identity, 4, Internal, &[("admin_to", "vm-portal-01"), ("admin_to", "vm-portal-02")]),
    named("webapp-admin-billing", Web, 5, Internal, &[("runs_on", "app-admin-01")]),
    named("app-admin-01", WindowsServer, 5, Internal, &[("member_of", "dc-it-01")]),
    named("transfer-admin-01", WindowsServer, 5, Internet, &[("reaches", "app-admin-01")]),
    named("mail-admin-01", WindowsServer, 5, Internet, &[("member_of", "dc-it-01")]),
    named("pump-wards-001", Medical, 6, Internal, &[("depends_on", "pumpserver-pharmacy-01")]),
    named("pump-wards-002", Medical, 6, Internal, &[("depends_on", "pumpserver-pharmacy-01")]),
    named("monitor-wards-001", Medical, 6, Internal, &[]),
    named("ventilator-wards-001", Medical, 6, Internal, &[]),
    valued((Critical, &[Credentials]), named("dc-it-01", WindowsServer, 7, Internal, &[("admin_to", "app-records-01"), ("admin_to", "app-admin-01")])),
    valued((Critical, &[Credentials]), named("dc-it-02", WindowsServer, 7, Internal, &[("depends_on", "dc-it-01")])),
    valued((Critical, &[]), named("backup-it-01", WindowsServer, 7, Internal, &[("admin_to", "vhost-it-01"), ("stores", "bucket-portal-backup")])),
    named("vhost-it-01", Hypervisor, 7, Internal, &[]),
    named("vhost-it-02", Hypervisor, 7, Internal, &[]),
    named("vpn-it-01", Gateway, 7, Internet, &[("reaches", "dc-it-01"), ("reaches", "rds-it-01")]),
    named("firewall-it-01", Gateway, 7, Internet, &[]),
    named("rds-it-01", WindowsServer, 7, Internal, &[("member_of", "dc-it-01")]),
    named("build-it-01", LinuxServer, 7, Internal, &[("depends_on", "repo-portal-api"), ("admin_to", "vm-portal-02")]),
    valued((High, &[Credentials]), named("svc-it-backup", Identity, 7, Internal, &[("admin_to", "backup-it-01")])),
    valued((Critical, &[Credentials]), named("user-it-directory-owner", Identity, 7, Internal, &[("admin_to", "dc-it-01")])),
    named("supplier-imaging-service", Supplier, 1, Reach::Unknown, &[("reaches", "mri-imaging-01")]),
    named("supplier-admin-payroll", Supplier, 5, Reach::Unknown, &[("depends_on", "webapp-admin-billing")]),
];
