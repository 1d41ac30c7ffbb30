//! The accounts of a host as assets, and the ways between them: whose are which SSH keys, which key opens which account, who may
//! become whom by sudo, who serves which port. Each account tells its own; of a key nothing is told but its fingerprint.
//!
//! Told are root, the accounts that can log in, and those of which something else is told.

mod ssh;
mod sudo;
mod tokens;

use bartizan_model::host::{Fact, HostFacts, User};
use bartizan_model::observation::{AssetSeen, RelationSeen};
use bartizan_model::{
    AssetKind, AssetRef, Checks, Coverage, Covered, Gap, Identifier, IdentifierKind, Loci, Observation,
};
use std::collections::{BTreeMap, BTreeSet};

/// The most relations that are told of one host.
const MOST: usize = 100_000;

/// Accounts with their keys and relations, and the accounts of which everything was looked at.
pub(crate) fn accounts(facts: &HostFacts) -> (Vec<Observation>, Coverage) {
    let (Fact::Known(users), Some(owner)) = (&facts.users, Owner::of(&facts.asset)) else {
        return (Vec::new(), Coverage::default());
    };
    let by_name = users.iter().rev().map(|user| (user.name.as_str(), user)).collect();
    let mut told = Told {
        owner,
        users,
        by_name,
        accounts: BTreeMap::new(),
        keys: BTreeMap::new(),
        saved: BTreeMap::new(),
        relations: Vec::new(),
        left_out: 0,
    };
    for user in users.iter().filter(|user| user.uid == 0 || user.can_log_in()) {
        told.account(&user.name);
    }
    ssh::tell(facts, &mut told);
    sudo::tell(facts, &mut told);
    tokens::tell(facts, &mut told);
    for socket in facts.sockets.get().ok().into_iter().flatten().filter(|socket| socket.is_exposed()) {
        if let Some(account) = socket.user.as_deref().and_then(|user| told.account(user)) {
            let via = format!("{}/{}", socket.protocol, socket.port);
            told.relate(RelationSeen { via, ..RelationSeen::new(account, "serves", facts.asset.clone()) });
        }
    }
    told.finish(facts)
}

/// How the accounts of a host are told from those of others.
pub(crate) struct Owner {
    agent: Option<String>,
    name: String,
}

impl Owner {
    /// `None` for a host without a name of its own: its accounts would be taken for those of another such host.
    pub(crate) fn of(host: &AssetRef) -> Option<Self> {
        let agent = host.identifiers.iter().find(|id| id.kind == IdentifierKind::AgentId);
        let agent = agent.map(|id| id.value.clone());
        (agent.is_some() || host.name != "localhost").then(|| Self { agent, name: host.name.clone() })
    }

    fn account(&self, user: &str) -> Option<AssetRef> {
        self.own(AssetKind::Identity, "", user)
    }

    /// Something of the host's own by its name there; `kind_of` keeps what else has such names apart.
    pub(crate) fn own(&self, kind: AssetKind, kind_of: &str, name: &str) -> Option<AssetRef> {
        let full = format!("{name}@{}", self.name);
        let own = self.agent.iter().map(|agent| format!("{agent}/{kind_of}{name}"));
        let own = own.filter_map(|id| Identifier::new(IdentifierKind::AgentId, &id));
        let named = Identifier::new(IdentifierKind::Name, &format!("{kind_of}{full}"));
        AssetRef::new(kind, &full, own.chain(named))
    }
}

/// What is told so far.
struct Told<'a> {
    owner: Owner,
    users: &'a [User],
    by_name: BTreeMap<&'a str, &'a User>,
    accounts: BTreeMap<&'a str, AssetRef>,
    keys: BTreeMap<String, AssetSeen>,
    /// The systems that an account keeps credentials of, by the account's name.
    saved: BTreeMap<String, BTreeSet<String>>,
    relations: Vec<RelationSeen>,
    left_out: usize,
}

impl<'a> Told<'a> {
    /// An account that is there, which is then told.
    fn account(&mut self, name: &str) -> Option<AssetRef> {
        let user = *self.by_name.get(name)?;
        if let Some(known) = self.accounts.get(name) {
            return Some(known.clone());
        }
        let account = self.owner.account(name)?;
        self.accounts.insert(&user.name, account.clone());
        Some(account)
    }

    /// The account with all rights.
    fn root(&mut self) -> Option<AssetRef> {
        let root = self.users.iter().find(|user| user.uid == 0).map(|user| user.name.clone())?;
        self.account(&root)
    }

    fn is_root(&self, name: &str) -> bool {
        self.by_name.get(name).is_some_and(|user| user.uid == 0)
    }

    fn relate(&mut self, relation: RelationSeen) {
        if self.relations.len() < MOST {
            self.relations.push(relation);
        } else {
            self.left_out += 1;
        }
    }

    fn finish(mut self, facts: &HostFacts) -> (Vec<Observation>, Coverage) {
        let (mut out, mut coverage) = (Vec::new(), Coverage::default());
        let whole = whole(facts) && self.left_out == 0;
        if self.left_out > 0 {
            let why = format!("there are {} more than the {MOST} that are told", self.left_out);
            coverage.gaps.push(Gap::new("relations between accounts", why));
        }
        for (name, account) in self.accounts {
            let Some(user) = self.by_name.get(name) else { continue };
            let attributes = [
                ("type", "local-account".to_owned()),
                ("uid", user.uid.to_string()),
                ("can-log-in", user.can_log_in().to_string()),
            ];
            let mut attributes: BTreeMap<_, _> =
                attributes.map(|(name, value)| (name.to_owned(), value)).into();
            if facts.saved_tokens.get().is_ok() {
                let saved = self.saved.remove(&account.name).unwrap_or_default();
                let saved = saved.into_iter().collect::<Vec<_>>().join(", ");
                attributes.insert("saved-tokens".to_owned(), saved);
            }
            out.push(Observation::Asset(AssetSeen { attributes, ..AssetSeen::new(account.clone()) }));
            let verb = if user.uid == 0 { "root_of" } else { "account_of" };
            out.push(Observation::Relation(RelationSeen::new(account.clone(), verb, facts.asset.clone())));
            if whole {
                coverage.covered.push(Covered::new(account, Checks::Only(BTreeSet::new()), Loci::Facts));
            }
        }
        out.extend(self.keys.into_values().map(Observation::Asset));
        let key =
            |r: &RelationSeen| (r.from.name.clone(), r.relation.clone(), r.to.name.clone(), r.via.clone());
        self.relations.sort_by_cached_key(key);
        self.relations.dedup();
        out.extend(self.relations.into_iter().map(Observation::Relation));
        (out, coverage)
    }
}

/// Whether nothing that accounts tell was withheld.
fn whole(facts: &HostFacts) -> bool {
    facts.sudo.get().is_ok()
        && facts.groups.get().is_ok()
        && facts.sshd.get().is_ok()
        && facts.authorized_keys.get().is_ok()
        && facts.private_keys.get().is_ok()
        && facts.saved_tokens.get().is_ok()
        && facts.sockets.get().is_ok()
}

#[cfg(test)]
mod tests;
