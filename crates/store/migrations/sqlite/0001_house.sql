-- Times are microseconds since 1970 (UTC), booleans 0 or 1. JSON is text that is never queried.
CREATE TABLE counter (name TEXT PRIMARY KEY, next BIGINT NOT NULL);
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE source (id BIGINT PRIMARY KEY, name TEXT NOT NULL UNIQUE);

CREATE TABLE scope (
  id BIGINT PRIMARY KEY, name TEXT NOT NULL UNIQUE, description TEXT NOT NULL, query TEXT NOT NULL,
  criticality TEXT, data TEXT NOT NULL, crown_jewel BIGINT NOT NULL);

CREATE TABLE asset (
  id BIGINT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, os TEXT,
  reach TEXT, declared_reach TEXT, reach_source TEXT,
  criticality TEXT, data TEXT NOT NULL, demo BIGINT NOT NULL,
  merged_into BIGINT, first_seen BIGINT NOT NULL, last_seen BIGINT NOT NULL);

CREATE TABLE identifier (
  asset_id BIGINT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, source_id BIGINT NOT NULL,
  first_seen BIGINT NOT NULL, last_seen BIGINT NOT NULL, valid_to BIGINT,
  PRIMARY KEY (asset_id, kind, value));
CREATE INDEX identifier_value ON identifier (value, kind);

CREATE TABLE asset_merge (
  id BIGINT PRIMARY KEY, into_id BIGINT NOT NULL, from_id BIGINT NOT NULL, at BIGINT NOT NULL,
  actor TEXT NOT NULL, reasons TEXT NOT NULL, before TEXT NOT NULL, split_at BIGINT);
-- What a merge did, so that a split can undo it: rows moved, rows copied, and sightings as they were before.
CREATE TABLE merge_move (
  merge_id BIGINT NOT NULL, entity TEXT NOT NULL, row_key TEXT NOT NULL,
  PRIMARY KEY (merge_id, entity, row_key));
CREATE TABLE merge_sighting (
  merge_id BIGINT NOT NULL, exposure_id BIGINT NOT NULL, source_id BIGINT NOT NULL, locus_digest BIGINT NOT NULL, locus TEXT NOT NULL,
  severity BIGINT NOT NULL, present BIGINT NOT NULL, first_seen BIGINT NOT NULL, last_seen BIGINT NOT NULL,
  looked_at BIGINT NOT NULL, run_id BIGINT NOT NULL, segment_id BIGINT NOT NULL, record BIGINT NOT NULL,
  PRIMARY KEY (merge_id, exposure_id, source_id, locus_digest));
CREATE TABLE asset_distinct (low_id BIGINT NOT NULL, high_id BIGINT NOT NULL, PRIMARY KEY (low_id, high_id));

CREATE TABLE relation (
  from_id BIGINT NOT NULL, relation TEXT NOT NULL, to_id BIGINT NOT NULL, source_id BIGINT NOT NULL,
  first_seen BIGINT NOT NULL, last_seen BIGINT NOT NULL,
  PRIMARY KEY (from_id, relation, to_id, source_id));
CREATE INDEX relation_to ON relation (to_id);

CREATE TABLE component (id BIGINT PRIMARY KEY, purl TEXT NOT NULL, name TEXT NOT NULL, version TEXT NOT NULL,
  UNIQUE (purl, name, version));
CREATE TABLE asset_component (
  asset_id BIGINT NOT NULL, component_id BIGINT NOT NULL, source_id BIGINT NOT NULL,
  present BIGINT NOT NULL, first_seen BIGINT NOT NULL, last_seen BIGINT NOT NULL, looked_at BIGINT NOT NULL,
  PRIMARY KEY (asset_id, component_id, source_id));

CREATE TABLE service (
  asset_id BIGINT NOT NULL, protocol TEXT NOT NULL, port BIGINT NOT NULL, source_id BIGINT NOT NULL,
  name TEXT NOT NULL, product TEXT NOT NULL, version TEXT NOT NULL, addresses TEXT NOT NULL,
  present BIGINT NOT NULL, first_seen BIGINT NOT NULL, last_seen BIGINT NOT NULL, looked_at BIGINT NOT NULL,
  PRIMARY KEY (asset_id, protocol, port, source_id));

CREATE TABLE weakness (
  id BIGINT PRIMARY KEY, name TEXT NOT NULL UNIQUE, title TEXT NOT NULL, description TEXT NOT NULL,
  cwe TEXT NOT NULL, aliases TEXT NOT NULL, refs TEXT NOT NULL, fix TEXT NOT NULL, cvss TEXT);

CREATE TABLE exposure (
  id BIGINT PRIMARY KEY, asset_id BIGINT NOT NULL, weakness_id BIGINT NOT NULL, locus_digest BIGINT NOT NULL,
  locus TEXT NOT NULL, severity BIGINT NOT NULL, status BIGINT NOT NULL, owner BIGINT,
  first_seen BIGINT NOT NULL, last_seen BIGINT NOT NULL,
  UNIQUE (asset_id, weakness_id, locus_digest));
CREATE INDEX exposure_weakness ON exposure (weakness_id);

CREATE TABLE sighting (
  exposure_id BIGINT NOT NULL, source_id BIGINT NOT NULL, locus_digest BIGINT NOT NULL, locus TEXT NOT NULL,
  severity BIGINT NOT NULL, present BIGINT NOT NULL, first_seen BIGINT NOT NULL, last_seen BIGINT NOT NULL,
  looked_at BIGINT NOT NULL, run_id BIGINT NOT NULL, segment_id BIGINT NOT NULL, record BIGINT NOT NULL,
  PRIMARY KEY (exposure_id, source_id, locus_digest)) WITHOUT ROWID;

CREATE TABLE segment (id BIGINT PRIMARY KEY, run_id BIGINT NOT NULL, data BLOB NOT NULL);

CREATE TABLE run (
  id BIGINT PRIMARY KEY, kind TEXT NOT NULL, source_id BIGINT, label TEXT NOT NULL, state TEXT NOT NULL,
  actor TEXT NOT NULL, started_at BIGINT NOT NULL, finished_at BIGINT, bytes BIGINT NOT NULL,
  findings BIGINT NOT NULL, created BIGINT NOT NULL, updated BIGINT NOT NULL, unchanged BIGINT NOT NULL,
  reopened BIGINT NOT NULL, closed BIGINT NOT NULL, assets BIGINT NOT NULL, rejected BIGINT NOT NULL,
  gaps BIGINT NOT NULL, error TEXT);
CREATE TABLE run_note (
  run_id BIGINT NOT NULL, number BIGINT NOT NULL, kind TEXT NOT NULL, what TEXT NOT NULL, why TEXT NOT NULL,
  PRIMARY KEY (run_id, number));
CREATE TABLE run_coverage (
  run_id BIGINT NOT NULL, number BIGINT NOT NULL, asset_id BIGINT NOT NULL, source_id BIGINT NOT NULL,
  seen_at BIGINT NOT NULL, checks TEXT NOT NULL, loci TEXT NOT NULL,
  PRIMARY KEY (run_id, number));
CREATE INDEX run_coverage_asset ON run_coverage (asset_id, source_id, seen_at);

CREATE TABLE decision (
  id BIGINT PRIMARY KEY, verdict TEXT NOT NULL, reason TEXT NOT NULL, until BIGINT, actor TEXT NOT NULL,
  at BIGINT NOT NULL, revoked_at BIGINT, lapsed_at BIGINT, exposures BIGINT NOT NULL);
CREATE TABLE decision_exposure (
  exposure_id BIGINT NOT NULL, decision_id BIGINT NOT NULL, PRIMARY KEY (exposure_id, decision_id));
CREATE INDEX decision_exposure_decision ON decision_exposure (decision_id);

CREATE TABLE evidence (
  id BIGINT PRIMARY KEY, exposure_id BIGINT NOT NULL, run_id BIGINT, at BIGINT NOT NULL,
  kind TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX evidence_exposure ON evidence (exposure_id);
CREATE TABLE comment (
  id BIGINT PRIMARY KEY, exposure_id BIGINT NOT NULL, at BIGINT NOT NULL, actor TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX comment_exposure ON comment (exposure_id);

CREATE TABLE event (
  seq BIGINT PRIMARY KEY, at BIGINT NOT NULL, actor TEXT NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL,
  asset_id BIGINT, exposure_id BIGINT, run_id BIGINT, subjects TEXT NOT NULL, count BIGINT NOT NULL);

CREATE TABLE host_snapshot (asset_id BIGINT PRIMARY KEY, at BIGINT NOT NULL, run_id BIGINT NOT NULL, facts BLOB NOT NULL);

CREATE TABLE cve (
  id TEXT PRIMARY KEY, title TEXT NOT NULL, description TEXT NOT NULL, cvss TEXT, cvss_source TEXT, cwe TEXT NOT NULL,
  exploitation TEXT, automatable BIGINT, total_impact BIGINT, ssvc_as_of BIGINT, published BIGINT, rejected BIGINT NOT NULL);
CREATE TABLE kev (
  cve TEXT PRIMARY KEY, name TEXT NOT NULL, action TEXT NOT NULL, added BIGINT, due BIGINT, ransomware BIGINT NOT NULL);
CREATE TABLE epss (cve TEXT PRIMARY KEY, score DOUBLE PRECISION NOT NULL, percentile DOUBLE PRECISION);
CREATE TABLE feed (
  name TEXT PRIMARY KEY, records BIGINT NOT NULL, as_of BIGINT, loaded_at BIGINT NOT NULL,
  complete BIGINT NOT NULL, problems TEXT NOT NULL);

CREATE TABLE account (
  id BIGINT PRIMARY KEY, name TEXT NOT NULL UNIQUE, hash TEXT NOT NULL, role TEXT NOT NULL,
  disabled BIGINT NOT NULL, created_at BIGINT NOT NULL, last_login BIGINT);
CREATE TABLE session (
  digest TEXT PRIMARY KEY, account_id BIGINT NOT NULL, csrf TEXT NOT NULL, created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL);
CREATE TABLE token (
  id BIGINT PRIMARY KEY, account_id BIGINT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL, digest TEXT NOT NULL UNIQUE,
  created_at BIGINT NOT NULL, expires_at BIGINT, last_used BIGINT);
CREATE TABLE saved_view (
  id BIGINT PRIMARY KEY, account_id BIGINT NOT NULL, name TEXT NOT NULL, query TEXT NOT NULL, sort TEXT NOT NULL);
