//! Made-up rules of made-up tools: misconfigurations as such tools report them. Every id begins with `demo-`, so that
//! none can be taken for a rule of a real tool; what real catalogues name is in [`super::cves`].

use bartizan_model::Severity;

/// The tools that look at the hospital. Generic names: no product's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Tool {
    Inventory,
    Network,
    Agent,
    Image,
    Web,
    Cloud,
    Identity,
    Bartizan,
    Review,
}

impl Tool {
    /// All of them; the inventory first, since it knows the assets best.
    pub(super) const ALL: [Self; 9] = [
        Self::Inventory,
        Self::Network,
        Self::Agent,
        Self::Image,
        Self::Web,
        Self::Cloud,
        Self::Identity,
        Self::Bartizan,
        Self::Review,
    ];

    /// The source's name.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Inventory => "asset-inventory",
            Self::Network => "network-scanner",
            Self::Agent => "endpoint-agent",
            Self::Image => "image-scanner",
            Self::Web => "web-scanner",
            Self::Cloud => "cloud-audit",
            Self::Identity => "identity-audit",
            Self::Bartizan => crate::SOURCE,
            Self::Review => "supplier-review",
        }
    }
}

/// A rule.
pub(super) struct Rule {
    pub(super) tool: Tool,
    /// Follows `demo-` in the id.
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) severity: Severity,
    pub(super) cwe: u32,
    pub(super) fix: &'static str,
    /// Where: `port/tcp/443`, `setting:...`, `route:...`; empty for the whole asset.
    pub(super) locus: &'static str,
}

const fn rule(
    tool: Tool,
    severity: Severity,
    cwe: u32,
    id: &'static str,
    locus: &'static str,
    title: &'static str,
    fix: &'static str,
) -> Rule {
    Rule { tool, id, title, severity, cwe, fix, locus }
}

use Severity::{Critical, High, Info, Low, Medium};
use Tool::{Agent, Cloud, Identity, Image, Network, Review, Web};

/// The rules, by tool, the most common ones first.
#[rustfmt::skip]
pub(super) static RULES: &[Rule] = &[
    rule(Network, Low, 326, "tls-1-0", "port/tcp/443", "The server accepts TLS 1.0", "Allow TLS 1.2 and later only."),
    rule(Network, Medium, 295, "certificate-self-signed", "port/tcp/443", "The certificate is self-signed", "Install a certificate of the hospital's own authority."),
    rule(Network, Medium, 1188, "smb-signing", "port/tcp/445", "SMB signing is not required", "Require SMB signing by policy."),
    rule(Network, Info, 200, "banner-version", "port/tcp/80", "The service tells its version", "Hide the version in the banner."),
    rule(Network, Low, 327, "ssh-weak-mac", "port/tcp/22", "SSH accepts weak message authentication", "Allow the algorithms of the current baseline only."),
    rule(Network, Low, 693, "http-no-redirect", "port/tcp/80", "HTTP is served without redirect to HTTPS", "Redirect to HTTPS."),
    rule(Network, Medium, 284, "rdp-everywhere", "port/tcp/3389", "Remote desktop can be reached from every network", "Let only the jump host reach port 3389."),
    rule(Network, Medium, 319, "telnet", "port/tcp/23", "Telnet is enabled", "Use SSH; close port 23."),
    rule(Network, Medium, 319, "hl7-cleartext", "port/tcp/2575", "HL7 messages travel unencrypted", "Put the interface behind TLS or a network of its own."),
    rule(Network, High, 306, "dicom-open", "port/tcp/104", "DICOM accepts any calling station", "List the stations that may connect."),
    rule(Network, High, 798, "default-login", "port/tcp/80", "The maker's default password works", "Set a password of your own."),
    rule(Network, Medium, 1104, "os-unsupported", "", "The operating system is no longer supported", "Plan its replacement; until then put it in a network of its own."),
    rule(Network, Low, 1188, "snmp-public", "port/udp/161", "SNMP answers to the community `public`", "Use SNMPv3 or a community of your own."),
    rule(Network, High, 306, "database-open", "port/tcp/5432", "The database can be reached from every network", "Let only the application servers reach it."),
    rule(Agent, Medium, 1104, "browser-outdated", "setting:browser", "The browser is more than 60 days old", "Let it update by itself."),
    rule(Agent, Low, 693, "screen-lock", "setting:screen-lock", "The screen locks after more than 15 minutes", "Set 5 minutes by policy."),
    rule(Agent, Medium, 250, "local-admin", "account:staff", "Staff work with administrator rights", "Remove the group from the local administrators."),
    rule(Agent, Medium, 311, "disk-encryption", "setting:disk", "The disk is not encrypted", "Turn disk encryption on."),
    rule(Agent, Low, 1188, "usb-storage", "setting:usb", "USB storage is allowed", "Allow listed devices only."),
    rule(Agent, Info, 778, "script-logging", "setting:script-logging", "Script execution is not logged", "Turn script block logging on by policy."),
    rule(Agent, High, 693, "agent-stopped", "setting:protection", "Endpoint protection is switched off", "Start it again and find out who stopped it."),
    rule(Agent, Medium, 522, "cached-logons", "setting:cached-logons", "Too many logons are cached", "Set the number of cached logons to 2 or less."),
    rule(Agent, Medium, 1188, "macros", "setting:office-macros", "Macros of files from the internet run", "Block them by policy."),
    rule(Agent, Low, 1188, "llmnr", "setting:llmnr", "LLMNR and NetBIOS name lookup are on", "Turn both off by policy."),
    rule(Agent, High, 521, "same-local-password", "account:administrator", "The local administrator's password is the same everywhere", "Have each machine rotate its own."),
    rule(Image, Medium, 250, "runs-as-root", "setting:user", "The container runs as root", "Set a user in the image."),
    rule(Image, Low, 1104, "base-image-old", "setting:base-image", "The base image is older than 90 days", "Rebuild on a current base image."),
    rule(Image, High, 798, "secret-in-layer", "file:/app/.env", "A layer holds a secret", "Take it out, rotate it, rebuild."),
    rule(Image, Low, 693, "writable-root", "setting:root-filesystem", "The root file system is writable", "Mount it read-only."),
    rule(Image, High, 798, "secret-in-history", "file:config/settings.py#history", "The history holds a credential", "Rotate it; then rewrite the history."),
    rule(Image, Medium, 829, "unpinned-dependency", "file:requirements.txt", "Dependencies are not pinned", "Pin them with a lock file."),
    rule(Web, Low, 693, "no-csp", "route:/", "No content security policy", "Send a Content-Security-Policy header."),
    rule(Web, Low, 614, "cookie-not-secure", "route:/login", "The session cookie lacks Secure", "Set Secure, HttpOnly and SameSite."),
    rule(Web, Medium, 79, "xss-search", "route:/search?q", "A search term is echoed unescaped", "Escape it in the template."),
    rule(Web, Medium, 352, "csrf-profile", "route:/profile", "The profile form takes requests from other sites", "Check a token."),
    rule(Web, High, 639, "foreign-record", "route:/documents?id", "Another patient's document opens by changing its number", "Check that the document belongs to the person."),
    rule(Web, Critical, 89, "sql-injection", "route:/appointments?clinic", "SQL injection in the list of appointments", "Bind the parameter."),
    rule(Web, High, 918, "ssrf-import", "route:/import?url", "The server fetches any address it is given", "List the hosts it may fetch from."),
    rule(Web, Medium, 307, "no-lockout", "route:/login?user", "Passwords can be tried without end", "Slow down and lock after failures."),
    rule(Web, Info, 200, "server-header", "route:/robots.txt", "A header tells the server's version", "Leave it out."),
    rule(Web, High, 306, "admin-open", "route:/admin", "The administration page can be reached from the internet", "Let only the internal network reach it."),
    rule(Web, Medium, 601, "open-redirect", "route:/logout?next", "The logout page redirects anywhere", "Allow own pages only."),
    rule(Web, Low, 548, "directory-listing", "route:/static/", "A folder can be listed", "Turn listing off."),
    rule(Cloud, Critical, 284, "bucket-public", "", "Everybody can read the store", "Block public access."),
    rule(Cloud, High, 732, "role-too-wide", "setting:role", "The role may do everything in the account", "Grant what it uses."),
    rule(Cloud, Medium, 778, "no-access-log", "setting:logging", "Access is not logged", "Turn access logs on."),
    rule(Cloud, Medium, 311, "no-encryption", "setting:encryption", "Data is not encrypted with a key of the hospital", "Use a customer-managed key."),
    rule(Cloud, High, 284, "port-open", "setting:firewall", "A management port is open to the internet", "Close it; use the jump host."),
    rule(Cloud, Low, 1188, "no-tags", "setting:tags", "It has no owner tag", "Tag it with its owner."),
    rule(Cloud, Medium, 1188, "old-metadata", "setting:metadata", "The metadata service answers without a token", "Require tokens."),
    rule(Cloud, Medium, 693, "no-versioning", "setting:versioning", "Overwritten data is gone", "Turn versioning on."),
    rule(Cloud, Low, 324, "key-old", "setting:key", "The access key is older than 180 days", "Rotate it."),
    rule(Identity, Medium, 308, "no-mfa", "", "The account has no second factor", "Enrol one."),
    rule(Identity, Low, 262, "password-old", "setting:password", "The password is older than a year", "Have it changed."),
    rule(Identity, Medium, 613, "unused", "setting:last-logon", "Nobody used the account for 90 days", "Disable it."),
    rule(Identity, High, 269, "too-powerful", "setting:groups", "A service account is domain administrator", "Give it the rights it uses."),
    rule(Identity, High, 522, "roastable", "setting:service-name", "Its ticket can be cracked offline", "Use a managed service account."),
    rule(Identity, Critical, 521, "password-leaked", "setting:leak", "The password is in a public leak", "Reset it now."),
    rule(Identity, Info, 778, "no-owner", "setting:owner", "Nobody is named as its owner", "Name one."),
    rule(Review, Medium, 1357, "no-report", "", "No audit report of this year", "Ask for it."),
    rule(Review, High, 1357, "remote-access", "setting:remote-access", "The supplier's remote access is shared by all of its staff", "Ask for personal accounts with a second factor."),
    rule(Review, Medium, 1357, "no-notice", "setting:contract", "The contract names no time to report an incident", "Agree on 24 hours."),
    rule(Review, Low, 1357, "contact-missing", "setting:contact", "No security contact is known", "Ask for one."),
];
