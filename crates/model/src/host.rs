//! The facts about one host that its collector gathers and the host checks judge.
//!
//! Every group of facts is a [`Fact`]: known, or unknown with the reason. A check that needs an unknown fact is
//! inconclusive; it must never take "could not read" for "nothing there".

use crate::asset::AssetRef;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A fact that was collected, or the reason why it was not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fact<T> {
    /// It was collected; for lists, completely.
    Known(T),
    /// It was not, in words: "/etc/shadow: permission denied (run as root)".
    Unknown(String),
}

impl<T> Default for Fact<T> {
    fn default() -> Self {
        Self::Unknown("not collected".to_owned())
    }
}

impl<T> Fact<T> {
    /// The value, or the reason as an error: lets a check use `?`.
    pub fn get(&self) -> Result<&T, String> {
        match self {
            Self::Known(value) => Ok(value),
            Self::Unknown(why) => Err(why.clone()),
        }
    }
}

/// One host at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostFacts {
    /// How the host is named: machine id, host name, addresses.
    pub asset: AssetRef,
    /// When it was looked at.
    pub collected_at: Timestamp,
    /// Whether the collector ran with full rights (effective user id 0).
    pub privileged: bool,
    /// `/etc/os-release`.
    #[serde(default)]
    pub os: Fact<OsRelease>,
    /// Running kernel release (`uname -r`).
    #[serde(default)]
    pub kernel: Fact<String>,
    /// Installed packages of the native package managers.
    #[serde(default)]
    pub packages: Fact<Vec<Package>>,
    /// Updates that the local package lists offer.
    #[serde(default)]
    pub updates: Fact<Updates>,
    /// Listening sockets.
    #[serde(default)]
    pub sockets: Fact<Vec<Socket>>,
    /// Addresses of the network interfaces.
    #[serde(default)]
    pub addresses: Fact<Vec<String>>,
    /// `/etc/passwd`.
    #[serde(default)]
    pub users: Fact<Vec<User>>,
    /// `/etc/group`.
    #[serde(default)]
    pub groups: Fact<Vec<Group>>,
    /// `/etc/shadow`, without the hashes.
    #[serde(default)]
    pub passwords: Fact<Vec<Password>>,
    /// `/etc/login.defs`, key to value.
    #[serde(default)]
    pub login_defs: Fact<BTreeMap<String, String>>,
    /// PAM: every active line of `/etc/pam.d/*`, by file name.
    #[serde(default)]
    pub pam: Fact<BTreeMap<String, Vec<String>>>,
    /// Rules of `/etc/sudoers` and `/etc/sudoers.d`.
    #[serde(default)]
    pub sudo: Fact<Vec<SudoRule>>,
    /// Keys that open accounts by SSH.
    #[serde(default)]
    pub authorized_keys: Fact<Vec<AuthorizedKey>>,
    /// SSH private keys that lie in the homes of accounts: where, whose, and how protected.
    #[serde(default)]
    pub private_keys: Fact<Vec<PrivateKey>>,
    /// Credentials of other systems that lie in the homes of accounts: where, whose, and of what.
    #[serde(default)]
    pub saved_tokens: Fact<Vec<SavedToken>>,
    /// Machines that accounts logged on to by SSH, as far as their names are not hashed.
    #[serde(default)]
    pub known_hosts: Fact<Vec<KnownHost>>,
    /// sshd's effective configuration, lower-case keyword to values (`sshd -T`, else the files); `None`: no sshd here.
    #[serde(default)]
    pub sshd: Fact<Option<BTreeMap<String, Vec<String>>>>,
    /// Kernel parameters, dotted name to value.
    #[serde(default)]
    pub sysctl: Fact<BTreeMap<String, String>>,
    /// Mounted file systems.
    #[serde(default)]
    pub mounts: Fact<Vec<Mount>>,
    /// Files with the set-user-id or set-group-id bit on local file systems.
    #[serde(default)]
    pub suid: Fact<Vec<FileMeta>>,
    /// Files and folders on the system paths (`/etc`, `/usr`, `/opt`, `/root`, `/var/spool/cron`) that anyone may write, without sticky folders and links.
    #[serde(default)]
    pub world_writable: Fact<Vec<FileMeta>>,
    /// Owner and mode of well-known sensitive files, by path; `Known(None)`: the file is not there.
    #[serde(default)]
    pub files: BTreeMap<String, Fact<Option<FileMeta>>>,
    /// Home folders by user name.
    #[serde(default)]
    pub homes: Fact<Vec<FileMeta>>,
    /// systemd unit and timer files that are installed.
    #[serde(default)]
    pub units: Fact<Vec<Unit>>,
    /// Cron entries of the system and of users.
    #[serde(default)]
    pub cron: Fact<Vec<CronEntry>>,
    /// Packet filter.
    #[serde(default)]
    pub firewall: Fact<Firewall>,
    /// Containers and the reach of their engine's socket.
    #[serde(default)]
    pub containers: Fact<Vec<Container>>,
    /// Certificates and private keys in the usual places.
    #[serde(default)]
    pub tls: Fact<Vec<TlsFile>>,
    /// Names of loaded kernel modules.
    #[serde(default)]
    pub modules: Fact<Vec<String>>,
    /// Whether a reboot is pending (`/run/reboot-required`), with the packages that asked for it.
    #[serde(default)]
    pub reboot_required: Fact<Option<Vec<String>>>,
    /// Boot, disk and mandatory access control: `chassis` (a word of DMTF's SMBIOS), `disk-encrypted` (`true`, `false`), `secure-boot`, `lsm` (comma list), `selinux` (enforcing, permissive, disabled), `apparmor` (enabled, disabled), `core-pattern`.
    #[serde(default)]
    pub hardening: BTreeMap<String, Fact<String>>,
}

impl HostFacts {
    /// A snapshot in which nothing is known yet.
    pub fn unknown(asset: AssetRef, collected_at: Timestamp) -> Self {
        Self {
            asset,
            collected_at,
            privileged: false,
            os: Fact::default(),
            kernel: Fact::default(),
            packages: Fact::default(),
            updates: Fact::default(),
            sockets: Fact::default(),
            addresses: Fact::default(),
            users: Fact::default(),
            groups: Fact::default(),
            passwords: Fact::default(),
            login_defs: Fact::default(),
            pam: Fact::default(),
            sudo: Fact::default(),
            authorized_keys: Fact::default(),
            private_keys: Fact::default(),
            saved_tokens: Fact::default(),
            known_hosts: Fact::default(),
            sshd: Fact::default(),
            sysctl: Fact::default(),
            mounts: Fact::default(),
            suid: Fact::default(),
            world_writable: Fact::default(),
            files: BTreeMap::new(),
            homes: Fact::default(),
            units: Fact::default(),
            cron: Fact::default(),
            firewall: Fact::default(),
            containers: Fact::default(),
            tls: Fact::default(),
            modules: Fact::default(),
            reboot_required: Fact::default(),
            hardening: BTreeMap::new(),
        }
    }
}

/// `/etc/os-release`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct OsRelease {
    /// `ID`: `debian`.
    pub id: String,
    /// `VERSION_ID`: `12`.
    pub version_id: String,
    /// `PRETTY_NAME`.
    pub pretty_name: String,
    /// `ID_LIKE`, space separated.
    pub id_like: String,
    /// `VERSION_CODENAME`.
    pub codename: String,
    /// `SUPPORT_END`: until when it gets security updates, where it says so itself (`2027-05-31`); else empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub support_end: String,
}

/// An installed package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Package {
    /// Package manager: `deb`, `rpm`, `apk` (the purl type).
    pub manager: String,
    /// Binary package name.
    pub name: String,
    /// Installed version.
    pub version: String,
    /// Architecture, may be empty.
    pub arch: String,
    /// Source package name (equals `name` where they are the same).
    pub source: String,
    /// Source version (equals `version` where they are the same).
    pub source_version: String,
    /// The module stream that it was built for, as rpm's label (`nodejs:18:8080020221213:63b34585`); empty for most.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub module: String,
}

/// Pending updates according to the local package lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Updates {
    /// When the lists were last refreshed, where known.
    pub lists_as_of: Option<Timestamp>,
    /// What would be upgraded.
    pub pending: Vec<Update>,
}

/// One pending update.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Update {
    /// Package manager: `deb`, `rpm`, `apk`.
    pub manager: String,
    /// Package name.
    pub name: String,
    /// Installed version.
    pub installed: String,
    /// Version on offer.
    pub candidate: String,
    /// Whether it comes from the distribution's security archive.
    pub security: bool,
}

/// A listening socket.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Socket {
    /// `tcp` or `udp`.
    pub protocol: String,
    /// Local address it is bound to (`0.0.0.0`, `::`, `127.0.0.1`).
    pub address: String,
    /// Port.
    pub port: u16,
    /// Process name, where it could be found.
    pub process: Option<String>,
    /// Executable path, where it could be found.
    pub executable: Option<String>,
    /// Package that owns the executable, where there is one.
    pub package: Option<String>,
    /// User the process runs as, where it could be found.
    pub user: Option<String>,
}

impl Socket {
    /// Whether it accepts from anywhere but this machine.
    pub fn is_exposed(&self) -> bool {
        match self.address.parse::<std::net::IpAddr>() {
            Ok(std::net::IpAddr::V6(v6)) => {
                !v6.is_loopback() && !v6.to_ipv4_mapped().is_some_and(|v4| v4.is_loopback())
            }
            Ok(std::net::IpAddr::V4(v4)) => !v4.is_loopback(),
            Err(_) => true,
        }
    }
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Name.
    pub name: String,
    /// User id.
    pub uid: u32,
    /// Primary group id.
    pub gid: u32,
    /// Home folder.
    pub home: String,
    /// Login shell.
    pub shell: String,
    /// Comment field.
    pub gecos: String,
}

impl User {
    /// Whether its shell lets somebody log in.
    pub fn can_log_in(&self) -> bool {
        !(self.shell.ends_with("/nologin") || self.shell.ends_with("/false") || self.shell.ends_with("/sync"))
    }
}

/// A group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Name.
    pub name: String,
    /// Group id.
    pub gid: u32,
    /// Names of its supplementary members.
    pub members: Vec<String>,
}

/// A password's state; the hash itself is never kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Password {
    /// Account.
    pub user: String,
    /// `set`, `empty`, `locked` (`!` or `*`).
    pub state: PasswordState,
    /// Hash scheme by its prefix: `yescrypt`, `sha512`, `md5`, `des`, ...; empty where there is no hash.
    pub scheme: String,
    /// Day of the last change.
    pub changed: Option<Timestamp>,
    /// Maximum age in days; `None` where no limit is set.
    pub max_days: Option<u32>,
    /// Minimum age in days.
    pub min_days: Option<u32>,
    /// Days of inactivity after expiry until the account locks.
    pub inactive_days: Option<u32>,
    /// Day on which the account expires.
    pub expires: Option<Timestamp>,
}

/// Whether an account has a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PasswordState {
    /// There is a hash.
    Set,
    /// There is none and none is asked for.
    Empty,
    /// No password opens it.
    Locked,
}

/// One rule or default of sudoers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SudoRule {
    /// File it stands in.
    pub file: String,
    /// User, `%group`, alias, or `Defaults`.
    pub who: String,
    /// Hosts.
    pub hosts: String,
    /// Run-as specification without parentheses, `root` where none is given.
    pub run_as: String,
    /// Tags in upper case: `NOPASSWD`, `SETENV`.
    pub tags: Vec<String>,
    /// Commands (for `Defaults`: the settings), comma separated as given.
    pub commands: String,
}

/// A key in an `authorized_keys` file; the key itself is kept as a fingerprint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizedKey {
    /// Account it opens.
    pub user: String,
    /// File.
    pub file: String,
    /// Algorithm: `ssh-ed25519`, `ssh-rsa`, `ssh-dss`.
    pub algorithm: String,
    /// Size of an RSA key in bits, where it could be read.
    pub bits: Option<u32>,
    /// `SHA256:` fingerprint as OpenSSH prints it.
    pub fingerprint: String,
    /// Options before the key (`from=...`, `command=...`), empty where none.
    pub options: String,
    /// Comment.
    pub comment: String,
}

/// A file with an SSH private key; nothing of the key itself is kept but the fingerprint of its public half.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrivateKey {
    /// Account that owns the file; its user id where it has no name.
    pub user: String,
    /// The file.
    pub file: FileMeta,
    /// Algorithm as in `authorized_keys`, empty where it is not known.
    pub algorithm: String,
    /// Whether a passphrase protects it.
    pub encrypted: bool,
    /// Whether every account can read the file: its own mode and the folders above it allow it.
    pub exposed: bool,
    /// `SHA256:` fingerprint of its public half, empty where it is not known.
    pub fingerprint: String,
}

/// A file with credentials of another system; nothing of the credentials themselves is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedToken {
    /// Account that owns the file; its user id where it has no name.
    pub user: String,
    /// Of which system: `aws`, `kubernetes`, ...
    pub system: String,
    /// The file or folder.
    pub file: FileMeta,
    /// Whether every account can read it: its own mode and the folders above it allow it.
    pub exposed: bool,
    /// Accounts of that system which are named beside the credentials, in the clear.
    pub accounts: Vec<String>,
}

/// A machine that an account logged on to by SSH.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownHost {
    /// Account; empty where the machine's own list says so.
    pub user: String,
    /// Names and addresses; `[name]:port` where the port is not 22.
    pub names: Vec<String>,
    /// `SHA256:` fingerprint of the machine's host key.
    pub fingerprint: String,
}

/// A mounted file system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mount {
    /// Device or source.
    pub source: String,
    /// Mount point.
    pub target: String,
    /// File system type.
    pub fstype: String,
    /// Options.
    pub options: Vec<String>,
}

/// Owner and mode of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FileMeta {
    /// Path.
    pub path: String,
    /// Permission bits, the low 12.
    pub mode: u32,
    /// Owner's user id.
    pub uid: u32,
    /// Owner's group id.
    pub gid: u32,
    /// Whether it is a folder.
    pub folder: bool,
    /// Package that owns it, where known.
    pub package: Option<String>,
}

impl FileMeta {
    /// Whether others (not owner, not group) may write it.
    pub const fn world_writable(&self) -> bool {
        self.mode & 0o002 != 0
    }

    /// Whether others may read it.
    pub const fn world_readable(&self) -> bool {
        self.mode & 0o004 != 0
    }

    /// Whether the group may write it.
    pub const fn group_writable(&self) -> bool {
        self.mode & 0o020 != 0
    }
}

/// A systemd unit file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Unit name: `ssh.service`, `apt-daily.timer`.
    pub name: String,
    /// Its file.
    pub file: FileMeta,
    /// Whether it is enabled (a link in a `.wants` or `.requires` folder).
    pub enabled: bool,
    /// `User=`, empty for root.
    pub user: String,
    /// Programs of `ExecStart=` and its kin, with owner and mode where the file is there.
    pub programs: Vec<FileMeta>,
}

/// A cron entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CronEntry {
    /// File it stands in.
    pub file: FileMeta,
    /// User it runs as.
    pub user: String,
    /// Schedule, as given; empty for scripts in `cron.daily` and its kin.
    pub schedule: String,
    /// Command line.
    pub command: String,
    /// The program it starts, where its path is absolute and it is there.
    pub program: Option<FileMeta>,
}

/// The packet filter's state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Firewall {
    /// `nftables`, `iptables`, or `none`.
    pub engine: String,
    /// Whether a rule or policy drops or rejects incoming packets.
    pub filters_input: bool,
    /// Number of rules on the input path.
    pub input_rules: u32,
}

/// A container on this host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Container {
    /// Engine: `docker`, `podman`, `containerd`.
    pub engine: String,
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Image.
    pub image: String,
    /// Whether it runs privileged.
    pub privileged: bool,
    /// Whether it shares the host's network.
    pub host_network: bool,
    /// Host paths mounted into it.
    pub mounts: Vec<String>,
    /// Whether it sees the host's processes.
    #[serde(default)]
    pub host_pid: bool,
    /// Capabilities that it was given beside the engine's own, without `CAP_`.
    #[serde(default)]
    pub capabilities: Vec<String>,
    /// Addresses of the host that its ports are published on.
    #[serde(default)]
    pub published: Vec<String>,
}

/// A certificate or private key file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TlsFile {
    /// The file.
    pub file: FileMeta,
    /// `certificate` or `private-key`.
    pub kind: String,
    /// Key algorithm: `rsa`, `ec`, `ed25519`, `dsa`, may be empty.
    pub algorithm: String,
    /// Key size in bits, where known.
    pub bits: Option<u32>,
    /// Signature algorithm of a certificate, may be empty: `sha256WithRSAEncryption`.
    pub signature: String,
    /// End of validity of a certificate.
    pub not_after: Option<Timestamp>,
    /// Whether a private key is encrypted.
    pub encrypted: bool,
    /// Subject of a certificate.
    pub subject: String,
}
