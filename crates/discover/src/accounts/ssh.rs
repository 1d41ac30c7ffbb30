//! Who holds which SSH key, and which account it opens.

use super::Told;
use bartizan_model::host::{AuthorizedKey, Fact, HostFacts, PrivateKey};
use bartizan_model::observation::{AssetSeen, End, RelationSeen};
use bartizan_model::{AssetKind, AssetRef, Identifier, IdentifierKind};
use std::collections::BTreeSet;

/// How much of a fingerprint tells keys apart for people.
const SHORT: usize = "SHA256:".len() + 12;

pub(super) fn tell(facts: &HostFacts, told: &mut Told<'_>) {
    let server = Server::of(facts);
    for key in facts.authorized_keys.get().ok().into_iter().flatten() {
        let ways = server.ways(key, told.is_root(&key.user));
        if ways.is_empty() {
            continue;
        }
        let Some((account, asset)) =
            told.account(&key.user).zip(known(told, &key.fingerprint, &key.algorithm))
        else {
            continue;
        };
        for via in ways {
            let opens = RelationSeen::new(asset.clone(), "can_ssh", account.clone());
            told.relate(RelationSeen { via, told_by: End::To, ..opens });
        }
    }
    for key in facts.private_keys.get().ok().into_iter().flatten() {
        // A file whose owner has no account is root's to read, as every other.
        let Some(account) = told.account(&key.user).or_else(|| told.root()) else { continue };
        if let Some(asset) = known(told, &key.fingerprint, &key.algorithm) {
            holds(key, &account, &asset).into_iter().for_each(|relation| told.relate(relation));
        }
    }
}

/// A key by its fingerprint, which is then told; `None` without one, since nothing could tell where it fits.
fn known(told: &mut Told<'_>, fingerprint: &str, algorithm: &str) -> Option<AssetRef> {
    let name = format!("SSH key {}", fingerprint.get(..SHORT).unwrap_or(fingerprint));
    let asset =
        AssetRef::new(AssetKind::Identity, &name, Identifier::new(IdentifierKind::HostKey, fingerprint))?;
    told.keys.entry(fingerprint.to_owned()).or_insert_with(|| {
        let attributes = [("type", "ssh-key"), ("algorithm", algorithm)];
        let attributes = attributes.into_iter().filter(|(_, value)| !value.is_empty());
        let attributes = attributes.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        AssetSeen { attributes, ..AssetSeen::new(asset.clone()) }
    });
    Some(asset)
}

/// That an account can use a key, and that everybody on its host can.
fn holds(key: &PrivateKey, account: &AssetRef, asset: &AssetRef) -> Vec<RelationSeen> {
    let verb = if key.encrypted { "holds_encrypted_key" } else { "holds_key" };
    let shown = (key.exposed && !key.encrypted).then_some("exposes_key");
    let relation = |verb| RelationSeen {
        via: key.file.path.clone(),
        ..RelationSeen::new(account.clone(), verb, asset.clone())
    };
    [Some(verb), shown].into_iter().flatten().map(relation).collect()
}

/// What the SSH server lets in.
struct Server {
    /// Its ports; one that is empty where nobody knows it. None where no server runs.
    ports: BTreeSet<String>,
    takes_keys: bool,
    root: String,
}

impl Server {
    fn of(facts: &HostFacts) -> Self {
        let settings = facts.sshd.get().ok();
        let set = |name: &str| {
            let values = settings.and_then(|settings| settings.as_ref()?.get(name));
            values.map(|values| values.iter().map(|value| value.to_lowercase()).collect()).unwrap_or_default()
        };
        let of_settings = || -> Vec<String> {
            let ports: Vec<String> = set("port");
            if ports.is_empty() { vec!["22".to_owned()] } else { ports }
        };
        let ports = match (&facts.sockets, settings) {
            (_, Some(None)) => Vec::new(),
            // Without rights a socket has no process: then what the server was told counts.
            (Fact::Known(sockets), _) if sockets.iter().all(|socket| socket.process.is_some()) => sockets
                .iter()
                .filter(|socket| {
                    socket.is_exposed() && matches!(socket.process.as_deref(), Some("sshd" | "systemd"))
                })
                .map(|socket| socket.port.to_string())
                .filter(|port| of_settings().contains(port))
                .collect(),
            _ => of_settings(),
        };
        let first = |name: &str| set(name).into_iter().next().unwrap_or_default();
        Self {
            ports: ports.into_iter().map(|port| format!("tcp/{port}")).collect(),
            takes_keys: first("pubkeyauthentication") != "no",
            root: first("permitrootlogin"),
        }
    }

    /// By which ports and under which conditions a key opens its account: `tcp/22 from=10.0.0.0/8 command=backup`.
    fn ways(&self, key: &AuthorizedKey, root: bool) -> Vec<String> {
        let options = options(&key.options);
        let value = |name: &str| {
            let found = options.iter().find(|(option, _)| option.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.as_str())
        };
        let forced = value("command");
        let closed = root && (self.root == "no" || self.root == "forced-commands-only" && forced.is_none());
        if !self.takes_keys || closed {
            return Vec::new();
        }
        let mut conditions = String::new();
        if let Some(from) = value("from") {
            conditions.push_str(&format!(" from={}", from.replace(' ', "")));
        }
        if let Some(command) = forced {
            conditions.push_str(&format!(" command={command}"));
        }
        self.ports.iter().map(|port| format!("{port}{conditions}")).collect()
    }
}

/// The options before a key: `name` or `name="value"`, divided by commas outside of quotes.
fn options(text: &str) -> Vec<(String, String)> {
    let (mut parts, mut part, mut quoted, mut escaped) = (Vec::new(), String::new(), false, false);
    for c in text.chars() {
        match c {
            '"' if escaped => part.push('"'),
            '"' => quoted = !quoted,
            ',' if !quoted => parts.push(std::mem::take(&mut part)),
            '\\' if quoted && !escaped => {}
            c => part.push(c),
        }
        escaped = c == '\\' && !escaped;
    }
    parts.push(part);
    let named = |part: String| match part.split_once('=') {
        Some((name, value)) => (name.trim().to_owned(), value.to_owned()),
        None => (part.trim().to_owned(), String::new()),
    };
    parts.into_iter().map(named).filter(|(name, _)| !name.is_empty()).collect()
}
