//! Hosts that were seen with one address, where a web application answers at it: a name of the web and the machine behind it may be
//! one, and a machine that held the address before is another.

use crate::Reader;
use crate::error::StoreError;
use bartizan_model::{AssetId, Identifier, IdentifierKind, Timestamp};

/// A host that has or had an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The host.
    pub host: AssetId,
    /// The address.
    pub address: Identifier,
    /// When it was first seen with it.
    pub first_seen: Timestamp,
    /// When it was last seen with it.
    pub last_seen: Timestamp,
    /// Whether a report tells that a web application runs on it, at this address.
    pub serves: bool,
}

impl Reader<'_> {
    /// Who has or had an address of a host that a web application is told to run on, by address. An address at which its
    /// applications were not met when that was told last is none of such a host: they moved.
    pub fn holders(&mut self) -> Result<Vec<Vec<Holder>>, StoreError> {
        let mut all: Vec<Vec<Holder>> = Vec::new();
        let mut group = (String::new(), 0);
        self.db.for_each(
            "SELECT i.value, a.demo, i.asset_id, i.first_seen, i.last_seen,
             (SELECT MAX(r.last_seen) FROM relation r JOIN asset p ON p.id = r.from_id AND p.kind = 'web-application'
             AND p.merged_into IS NULL WHERE r.to_id = i.asset_id AND r.relation = 'runs_on' AND r.present = 1)
             FROM identifier i JOIN asset a ON a.id = i.asset_id AND a.kind = 'host' AND a.merged_into IS NULL
             WHERE i.kind = 'ip' AND i.value IN (SELECT n.value FROM relation r
             JOIN asset p ON p.id = r.from_id AND p.kind = 'web-application' AND p.merged_into IS NULL
             JOIN identifier n ON n.asset_id = r.to_id AND n.kind = 'ip' WHERE r.relation = 'runs_on' AND r.present = 1)
             ORDER BY i.value, a.demo, i.asset_id",
            &[],
            |row| {
                let at: (String, i64) = (row.get(0)?, row.get(1)?);
                let address = Identifier { kind: IdentifierKind::Ip, value: at.0.clone() };
                let last_seen = Timestamp::from_micros(row.get(4)?);
                let told = row.get::<Option<i64>>(5)?.map(Timestamp::from_micros);
                // Within one report the address may be noted some hours before its last application.
                if address.is_placeholder() || told.is_some_and(|told| last_seen.plus_days(1) < told) {
                    return Ok(());
                }
                let host = AssetId(row.get(2)?);
                let first_seen = Timestamp::from_micros(row.get(3)?);
                let holder = Holder { host, address, first_seen, last_seen, serves: told.is_some() };
                match all.last_mut().filter(|_| group == at) {
                    Some(holders) => holders.push(holder),
                    None => all.push(vec![holder]),
                }
                group = at;
                Ok(())
            },
        )?;
        all.retain(|holders| holders.iter().any(|holder| holder.serves));
        Ok(all)
    }

    /// Whether two hosts, or an application's and another, have or had one address at which an application answers.
    pub(super) fn share_address(&mut self, one: AssetId, other: AssetId) -> Result<bool, StoreError> {
        let mut of = [vec![one], vec![other]];
        for application in self.applications()? {
            for hosts in &mut of {
                if hosts.first() == Some(&application.id) {
                    hosts.push(application.machine);
                }
            }
        }
        let is_there =
            |holders: &[Holder], hosts: &[AssetId]| holders.iter().any(|holder| hosts.contains(&holder.host));
        Ok(self.holders()?.iter().any(|holders| of.iter().all(|hosts| is_there(holders, hosts))))
    }
}
