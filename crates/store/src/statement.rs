//! What VEX documents say, and the decisions that follow from it.
//!
//! A statement that a product is not affected becomes a decision on the exposures it is about, now and whenever a later
//! import brings one: not a person's, and never before one. It names its document, can be taken back by a person (then it
//! stays taken back), and lapses when the facts or the author's newer word no longer carry it.
//!
//! A weakness is one exposure an asset, with a place for each package that has it. So it is decided only where every place
//! that is seen now is spoken for, and nobody says that one of them *is* affected or still looked into: a contradiction
//! closes nothing. That a version has the fix counts only where that very version is installed.

use crate::error::StoreError;
use crate::{NewEvent, Tx};
use bartizan_model::exposure::Verdict;
use bartizan_model::statement::{Claim, Statement};
use bartizan_model::words::counted;
use bartizan_model::{AssetId, ExposureId, Purl, RunId, WeaknessKey, weakness};
use std::collections::{BTreeMap, BTreeSet};

/// A statement about one product.
struct Said {
    author: String,
    document: String,
    claim: Claim,
    reason: String,
    /// The asset that it is about, where it is about one.
    asset: Option<i64>,
    product: Option<Purl>,
    package: Option<Purl>,
}

impl Said {
    /// Whether it is about one asset or inside one product alone.
    fn is_narrow(&self) -> bool {
        self.asset.is_some() || self.product.is_some()
    }
}

/// An exposure that statements may speak of.
struct Candidate {
    exposure: i64,
    asset: i64,
    weakness: String,
}

/// A decision that follows from documents.
#[derive(PartialEq, Eq)]
struct Following {
    /// `vex:` and the author, so that nobody takes it for a person's.
    actor: String,
    document: String,
    reason: String,
}

impl Tx<'_> {
    /// Takes a statement; the weakness it is about, where it is news.
    pub(crate) fn put_statement(
        &mut self,
        run: RunId,
        statement: &Statement,
        asset: Option<AssetId>,
    ) -> Result<Option<String>, StoreError> {
        let weakness = self.weakness_of(&statement.ids)?;
        let said_at = statement.said_at.unwrap_or(self.now);
        let mut products: Vec<(String, String)> = statement
            .products
            .iter()
            .map(|it| (it.within.as_ref().map_or_else(String::new, Purl::to_string), it.package.to_string()))
            .collect();
        if products.is_empty() {
            products.push(Default::default());
        }
        let mut changed = 0;
        for (product, package) in products {
            let id = self.take_ids("statement", 1)?;
            changed += self.db.execute(
                "INSERT INTO statement (id, author, document, run_id, said_at, weakness, claim, reason, asset_id, product, package)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                 ON CONFLICT (author, weakness, asset_id, product, package) DO UPDATE SET document = excluded.document,
                 run_id = excluded.run_id, said_at = excluded.said_at, claim = excluded.claim, reason = excluded.reason
                 WHERE statement.said_at <= excluded.said_at",
                &[
                    id.into(),
                    statement.author.as_str().into(),
                    statement.document.as_str().into(),
                    run.into(),
                    said_at.into(),
                    weakness.as_str().into(),
                    statement.claim.as_str().into(),
                    statement.reason().as_str().into(),
                    asset.map_or(0, |asset| asset.0).into(),
                    product.as_str().into(),
                    package.as_str().into(),
                ],
            )?;
        }
        Ok((changed > 0).then_some(weakness))
    }

    /// The name under which the house knows a weakness, or will.
    fn weakness_of(&mut self, ids: &[String]) -> Result<String, StoreError> {
        let key = WeaknessKey::of(ids, "vex", ids.first().map_or("", String::as_str));
        if key.is_cve() {
            return Ok(key.as_str().to_owned());
        }
        // An id with other characters is none, and could mean more than itself in the pattern.
        let plain = |id: &&String| id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-:.".contains(&b));
        for id in ids.iter().filter(plain) {
            let alias = format!(" {} ", weakness::canonical(id));
            let found = self.db.first(
                "SELECT name FROM weakness WHERE name = $1 OR ' ' || aliases || ' ' LIKE '%' || $2 || '%' ORDER BY id LIMIT 1",
                &[weakness::canonical(id).as_str().into(), alias.as_str().into()],
                |row| row.get::<String>(0),
            )?;
            if let Some(name) = found {
                return Ok(name);
            }
        }
        Ok(key.as_str().to_owned())
    }

    /// Has what was said of a weakness under another of its names count under the one it goes by.
    pub(crate) fn rename_statements(&mut self, name: &str, aliases: &[String]) -> Result<(), StoreError> {
        for alias in aliases.iter().map(|alias| weakness::canonical(alias)).filter(|alias| alias != name) {
            self.db.execute(
                "UPDATE statement SET weakness = $1 WHERE weakness = $2 AND NOT EXISTS (SELECT 1 FROM statement o
                 WHERE o.weakness = $1 AND o.author = statement.author AND o.asset_id = statement.asset_id
                 AND o.product = statement.product AND o.package = statement.package)",
                &[name.into(), alias.as_str().into()],
            )?;
        }
        Ok(())
    }

    /// Whether any document was ever taken in.
    pub(crate) fn has_statements(&mut self) -> Result<bool, StoreError> {
        Ok(self.db.first("SELECT id FROM statement LIMIT 1", &[], |row| row.get::<i64>(0))?.is_some())
    }

    /// Brings the decisions that follow from statements in step: on what these assets have, and wherever these weaknesses
    /// are. `run` brought the news, where one did.
    pub(crate) fn follow_statements(
        &mut self,
        assets: &BTreeSet<i64>,
        weaknesses: &BTreeSet<String>,
        run: Option<RunId>,
    ) -> Result<(), StoreError> {
        if !self.has_statements()? {
            return Ok(());
        }
        let mut candidates: BTreeMap<i64, Candidate> = BTreeMap::new();
        let mut add = |tx: &mut Self, filter: &str, value: crate::db::Value<'_>| {
            let sql = format!(
                "SELECT DISTINCT e.id, e.asset_id, w.name FROM exposure e JOIN weakness w ON w.id = e.weakness_id
                 JOIN statement s ON s.weakness = w.name WHERE {filter}"
            );
            tx.db.for_each(&sql, &[value], |row| {
                let candidate =
                    Candidate { exposure: row.get(0)?, asset: row.get(1)?, weakness: row.get(2)? };
                candidates.insert(candidate.exposure, candidate);
                Ok(())
            })
        };
        for asset in assets {
            add(self, "e.asset_id = $1", (*asset).into())?;
        }
        for weakness in weaknesses {
            add(self, "w.name = $1", weakness.as_str().into())?;
        }
        let mut said: BTreeMap<String, Vec<Said>> = BTreeMap::new();
        let (mut decided, mut lapsed) = (Vec::new(), Vec::new());
        for candidate in candidates.into_values() {
            if !said.contains_key(&candidate.weakness) {
                let statements = self.statements_about(&candidate.weakness)?;
                said.insert(candidate.weakness.clone(), statements);
            }
            let follows = self.what_follows(&candidate, &said[&candidate.weakness])?;
            self.replace(&candidate, follows, run, &mut decided, &mut lapsed)?;
        }
        for (ids, words) in
            [(decided, "decided by what VEX documents say"), (lapsed, "no longer decided by VEX documents")]
        {
            if !ids.is_empty() {
                let text = format!("{}: {words}", counted(ids.len(), "exposure"));
                let subjects = ids.into_iter().collect();
                let kind = "exposure.decided";
                self.append(NewEvent { kind, text, run, subjects, ..NewEvent::default() })?;
            }
        }
        Ok(())
    }

    fn statements_about(&mut self, weakness: &str) -> Result<Vec<Said>, StoreError> {
        self.db.query(
            "SELECT s.author, s.document, s.claim, s.reason, COALESCE(a.merged_into, s.asset_id), s.product, s.package
             FROM statement s LEFT JOIN asset a ON a.id = s.asset_id WHERE s.weakness = $1 ORDER BY s.id",
            &[weakness.into()],
            |row| {
                let claim: String = row.get(2)?;
                Ok(Said {
                    author: row.get(0)?,
                    document: row.get(1)?,
                    claim: claim.parse().map_err(|error| StoreError::damaged("statement", error))?,
                    reason: row.get(3)?,
                    asset: Some(row.get::<i64>(4)?).filter(|asset| *asset != 0),
                    product: row.get::<String>(5)?.parse().ok(),
                    package: row.get::<String>(6)?.parse().ok(),
                })
            },
        )
    }

    /// The decision that the statements carry for an exposure.
    fn what_follows(&mut self, on: &Candidate, said: &[Said]) -> Result<Option<Following>, StoreError> {
        let places: Vec<String> = self.db.query(
            "SELECT DISTINCT locus FROM sighting WHERE exposure_id = $1 AND present = 1 ORDER BY locus",
            &[on.exposure.into()],
            |row| row.get(0),
        )?;
        let mut carrying: Vec<&Said> = Vec::new();
        for place in &places {
            let installed = self.installed_at(on, place)?;
            let mut about = Vec::new();
            for said in said {
                if self.speaks_of(said, on, &installed)? {
                    about.push(said);
                }
            }
            let mut carried = None;
            for said in &about {
                // What an author says of a package in one product goes before what the same author says of it in general.
                let narrower = |other: &&Said| other.is_narrow() && other.author == said.author;
                if !said.is_narrow() && about.iter().any(narrower) {
                    continue;
                }
                match said.claim {
                    Claim::Affected | Claim::UnderInvestigation => return Ok(None),
                    Claim::NotAffected => carried = carried.or(Some(*said)),
                    Claim::Fixed if said.package.as_ref().is_some_and(|it| !it.version().is_empty()) => {
                        carried = carried.or(Some(*said));
                    }
                    Claim::Fixed => {}
                }
            }
            let Some(said) = carried else { return Ok(None) };
            if !carrying.iter().any(|known| std::ptr::eq(*known, said)) {
                carrying.push(said);
            }
        }
        let Some(first) = carrying.first() else { return Ok(None) };
        let mut reasons: Vec<&str> = carrying.iter().map(|said| said.reason.as_str()).collect();
        reasons.dedup();
        Ok(Some(Following {
            actor: format!("vex:{}", first.author),
            document: first.document.clone(),
            reason: reasons.join("; "),
        }))
    }

    /// The packages at a place, with what is known of their versions. The place itself where nothing is.
    fn installed_at(&mut self, on: &Candidate, place: &str) -> Result<Vec<Purl>, StoreError> {
        let Ok(package) = place.parse::<Purl>() else { return Ok(Vec::new()) };
        let same = |purl: &Purl| purl.package() == package.package();
        let mut installed: Vec<Purl> =
            self.present_by_name(on.asset, &package)?.into_iter().filter(same).collect();
        if installed.is_empty() {
            let sightings = self.reader().sightings(ExposureId(on.exposure))?;
            let present =
                sightings.into_iter().filter(|sighting| sighting.present && sighting.locus == place);
            let components = present.filter_map(|sighting| sighting.finding?.component?.parse::<Purl>().ok());
            installed = components.filter(same).collect();
        }
        if installed.is_empty() {
            installed.push(package);
        }
        Ok(installed)
    }

    fn present_by_name(&mut self, asset: i64, package: &Purl) -> Result<Vec<Purl>, StoreError> {
        let (name, _) = package.search_keys();
        let found = self.db.query(
            "SELECT DISTINCT c.purl FROM component c JOIN asset_component x ON x.component_id = c.id
             WHERE x.asset_id = $1 AND x.present = 1 AND c.name_key = $2",
            &[asset.into(), name.as_str().into()],
            |row| row.get::<String>(0),
        )?;
        Ok(found.iter().filter_map(|purl| purl.parse().ok()).collect())
    }

    /// Whether a statement is about a place of an exposure, at which these packages are.
    fn speaks_of(&mut self, said: &Said, on: &Candidate, installed: &[Purl]) -> Result<bool, StoreError> {
        if said.asset.is_some_and(|asset| asset != on.asset) {
            return Ok(false);
        }
        let Some(package) = &said.package else { return Ok(said.asset.is_some()) };
        let covered = !installed.is_empty() && installed.iter().all(|purl| package.covers(purl));
        match &said.product {
            Some(product) => {
                Ok(covered && (self.is_product(on.asset, product)? || self.holds(on.asset, product)?))
            }
            None => Ok(covered || self.is_product(on.asset, package)?),
        }
    }

    /// Whether the product is on the asset.
    fn holds(&mut self, asset: i64, product: &Purl) -> Result<bool, StoreError> {
        Ok(self.present_by_name(asset, product)?.iter().any(|purl| product.covers(purl)))
    }

    /// Whether the asset is the product. An asset's identifiers have no version, so a product in one version is not known
    /// to be it.
    fn is_product(&mut self, asset: i64, product: &Purl) -> Result<bool, StoreError> {
        let kind = if matches!(product.kind(), "oci" | "docker") { "image" } else { "purl" };
        let values: Vec<String> = self.db.query(
            "SELECT value FROM identifier WHERE asset_id = $1 AND kind = $2 AND valid_to IS NULL",
            &[asset.into(), kind.into()],
            |row| row.get(0),
        )?;
        Ok(values.iter().any(|value| match kind {
            "image" => is_image(value, product),
            _ => value.parse::<Purl>().is_ok_and(|purl| product.covers(&purl)),
        }))
    }

    /// Puts the decision that follows in the place of the one that followed before.
    fn replace(
        &mut self,
        on: &Candidate,
        follows: Option<Following>,
        run: Option<RunId>,
        decided: &mut Vec<i64>,
        lapsed: &mut Vec<i64>,
    ) -> Result<(), StoreError> {
        let before = self.db.query(
            "SELECT d.id, d.actor, d.document, d.reason, d.revoked_at, d.lapsed_at FROM decision d
             JOIN decision_exposure x ON x.decision_id = d.id WHERE x.exposure_id = $1 AND d.document <> ''",
            &[on.exposure.into()],
            |row| {
                let what = Following { actor: row.get(1)?, document: row.get(2)?, reason: row.get(3)? };
                Ok((row.get::<i64>(0)?, what, row.get::<Option<i64>>(4)?, row.get::<Option<i64>>(5)?))
            },
        )?;
        let in_force = before.iter().find(|(.., revoked, lapsed)| revoked.is_none() && lapsed.is_none());
        if in_force.map(|(_, what, ..)| what) == follows.as_ref() {
            return Ok(());
        }
        if let Some((id, ..)) = in_force {
            let sql = "UPDATE decision SET lapsed_at = $2 WHERE id = $1";
            self.db.execute(sql, &[(*id).into(), self.now.into()])?;
            self.add_evidence(on.exposure, run, "lapsed", "what the VEX document says no longer holds here")?;
            lapsed.push(on.exposure);
        }
        let taken_back =
            |what: &Following| before.iter().any(|(_, known, revoked, _)| revoked.is_some() && known == what);
        if let Some(what) = follows.filter(|what| !taken_back(what)) {
            let id = self.take_ids("decision", 1)?;
            self.db.execute(
                "INSERT INTO decision (id, verdict, reason, until, actor, at, exposures, document)
                 VALUES ($1, $2, $3, NULL, $4, $5, 1, $6)",
                &[
                    id.into(),
                    Verdict::NotAffected.as_str().into(),
                    what.reason.as_str().into(),
                    what.actor.as_str().into(),
                    self.now.into(),
                    what.document.as_str().into(),
                ],
            )?;
            self.db.execute(
                "INSERT INTO decision_exposure (exposure_id, decision_id) VALUES ($1, $2)",
                &[on.exposure.into(), id.into()],
            )?;
            let words = format!("{} says in {}: {}", what.actor, what.document, what.reason);
            self.add_evidence(on.exposure, run, "decided", &words)?;
            decided.push(on.exposure);
        }
        self.derive_status(on.exposure).map(drop)
    }
}

/// Whether an image, by its full name (`registry.example.org/ward/board:3`) or its digest, is what a package URL names. A
/// digest is not known of a name, and a URL without registry could be anybody's.
fn is_image(name: &str, product: &Purl) -> bool {
    if name.starts_with("sha256:") {
        return product.version() == name;
    }
    let slash = name.rfind('/').map_or(0, |at| at + 1);
    let colon = name[slash..].find([':', '@']).map_or(name.len(), |at| slash + at);
    let (path, tag) = (&name[..colon], name[colon..].trim_start_matches([':', '@']));
    let tag_fits = product.qualifier("tag").is_none_or(|wanted| wanted == tag);
    let version_fits = product.version().is_empty() || product.version() == tag;
    product.qualifier("repository_url").is_some_and(|url| url == path) && tag_fits && version_fits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_told_by_their_repository() {
        let name = "registry.example.org:5000/ward/board:3";
        for (purl, fits) in [
            ("pkg:oci/board?repository_url=registry.example.org:5000/ward/board", true),
            ("pkg:oci/board?repository_url=registry.example.org:5000/ward/board&tag=3", true),
            ("pkg:oci/board?repository_url=registry.example.org:5000/ward/board&tag=4", false),
            ("pkg:oci/board@sha256:00?repository_url=registry.example.org:5000/ward/board", false),
            ("pkg:oci/board?repository_url=registry.example.org:5000/other/board", false),
            ("pkg:oci/board", false),
        ] {
            assert_eq!(is_image(name, &purl.parse().unwrap()), fits, "{purl}");
        }
    }
}
