-- Text is compared byte by byte, as SQLite does, whatever the language of the cluster.
-- Times are microseconds since 1970 (UTC), booleans 0 or 1. JSON is text that is never queried.
CREATE TABLE counter (name TEXT COLLATE "C" PRIMARY KEY, next BIGINT NOT NULL);
CREATE TABLE meta (name TEXT COLLATE "C" PRIMARY KEY, value TEXT COLLATE "C" NOT NULL);

CREATE TABLE source (id BIGINT PRIMARY KEY, name TEXT COLLATE "C" NOT NULL UNIQUE);

CREATE TABLE scope (
  id BIGINT PRIMARY KEY, name TEXT COLLATE "C" NOT NULL UNIQUE, description TEXT COLLATE "C" NOT NULL, query TEXT COLLATE "C" NOT NULL,
  criticality TEXT COLLATE "C", data TEXT COLLATE "C" NOT NULL, crown_jewel BIGINT NOT NULL);

CREATE TABLE asset (
  id BIGINT PRIMARY KEY, kind TEXT COLLATE "C" NOT NULL, name TEXT COLLATE "C" NOT NULL, os TEXT COLLATE "C",
  reach TEXT COLLATE "C", declared_reach TEXT COLLATE "C", reach_source TEXT COLLATE "C",
  criticality TEXT COLLATE "C", data TEXT COLLATE "C" NOT NULL, demo BIGINT NOT NULL,
  merged_into BIGINT, first_seen BIGINT NOT NULL, last_seen BIGINT NOT NULL);

CREATE TABLE identifier (
  asset_id BIGINT NOT NULL, kind TEXT COLLATE "C" NOT NULL, value TEXT COLLATE "C" NOT NULL, source_id BIGINT NOT NULL,
  first_seen BIGINT NOT NULL, last_seen BIGINT NOT NULL, valid_to BIGINT,
  PRIMARY KEY (asset_id, kind, value));
CREATE INDEX identifier_value ON identifier (value, kind);

CREATE TABLE asset_merge (
  id BIGINT PRIMARY KEY, into_id BIGINT NOT NULL, from_id BIGINT NOT NULL, at BIGINT NOT NULL,
  actor TEXT COLLATE "C" NOT NULL, reasons TEXT COLLATE "C" NOT NULL, before TEXT COLLATE "C" NOT NULL, split_at BIGINT);
-- What a merge did, so that a split can undo it: rows moved, rows copied, and sightings as they were before.
CREATE TABLE merge_move (
  merge_id BIGINT NOT NULL, entity TEXT COLLATE "C" NOT NULL, row_key TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (merge_id, entity, row_key));
CREATE TABLE merge_sighting (
  merge_id BIGINT NOT NULL, exposure_id BIGINT NOT NULL, source_id BIGINT NOT NULL, locus_digest BIGINT NOT NULL, locus TEXT COLLATE "C" NOT NULL,
  severity BIGINT NOT NULL, present BIGINT NOT NULL, first_seen BIGINT NOT NULL, last_seen BIGINT NOT NULL,
  looked_at BIGINT NOT NULL, run_id BIGINT NOT NULL, segment_id BIGINT NOT NULL, record BIGINT NOT NULL,
  PRIMARY KEY (merge_id, exposure_id, source_id, locus_digest));
CREATE TABLE asset_distinct (low_id BIGINT NOT NULL, high_id BIGINT NOT NULL, PRIMARY KEY (low_id, high_id));

CREATE TABLE relation (
  from_id BIGINT NOT NULL, relation TEXT COLLATE "C" NOT NULL, to_id BIGINT NOT NULL, source_id BIGINT NOT NULL,
  first_seen BIGINT NOT NULL, last_seen BIGINT NOT NULL,
  PRIMARY KEY (from_id, relation, to_id, source_id));
CREATE INDEX relation_to ON relation (to_id);

CREATE TABLE component (id BIGINT PRIMARY KEY, purl TEXT COLLATE "C" NOT NULL, name TEXT COLLATE "C" NOT NULL, version TEXT COLLATE "C" NOT NULL,
  UNIQUE (purl, name, version));
CREATE TABLE asset_component (
  asset_id BIGINT NOT NULL, component_id BIGINT NOT NULL, source_id BIGINT NOT NULL,
  present BIGINT NOT NULL, first_seen BIGINT NOT NULL, last_seen BIGINT NOT NULL, looked_at BIGINT NOT NULL,
  PRIMARY KEY (asset_id, component_id, source_id));

CREATE TABLE service (
  asset_id BIGINT NOT NULL, protocol TEXT COLLATE "C" NOT NULL, port BIGINT NOT NULL, source_id BIGINT NOT NULL,
  name TEXT COLLATE "C" NOT NULL, product TEXT COLLATE "C" NOT NULL, version TEXT COLLATE "C" NOT NULL, addresses TEXT COLLATE "C" NOT NULL,
  present BIGINT NOT NULL, first_seen BIGINT NOT NULL, last_seen BIGINT NOT NULL, looked_at BIGINT NOT NULL,
  PRIMARY KEY (asset_id, protocol, port, source_id));

CREATE TABLE weakness (
  id BIGINT PRIMARY KEY, name TEXT COLLATE "C" NOT NULL UNIQUE, title TEXT COLLATE "C" NOT NULL, description TEXT COLLATE "C" NOT NULL,
  cwe TEXT COLLATE "C" NOT NULL, aliases TEXT COLLATE "C" NOT NULL, refs TEXT COLLATE "C" NOT NULL, fix TEXT COLLATE "C" NOT NULL, cvss TEXT COLLATE "C");

CREATE TABLE exposure (
  id BIGINT PRIMARY KEY, asset_id BIGINT NOT NULL, weakness_id BIGINT NOT NULL, locus_digest BIGINT NOT NULL,
  locus TEXT COLLATE "C" NOT NULL, severity BIGINT NOT NULL, status BIGINT NOT NULL, owner BIGINT,
  first_seen BIGINT NOT NULL, last_seen BIGINT NOT NULL,
  UNIQUE (asset_id, weakness_id, locus_digest));
CREATE INDEX exposure_weakness ON exposure (weakness_id);

CREATE TABLE sighting (
  exposure_id BIGINT NOT NULL, source_id BIGINT NOT NULL, locus_digest BIGINT NOT NULL, locus TEXT COLLATE "C" NOT NULL,
  severity BIGINT NOT NULL, present BIGINT NOT NULL, first_seen BIGINT NOT NULL, last_seen BIGINT NOT NULL,
  looked_at BIGINT NOT NULL, run_id BIGINT NOT NULL, segment_id BIGINT NOT NULL, record BIGINT NOT NULL,
  PRIMARY KEY (exposure_id, source_id, locus_digest));

CREATE TABLE segment (id BIGINT PRIMARY KEY, run_id BIGINT NOT NULL, data BYTEA NOT NULL);

CREATE TABLE run (
  id BIGINT PRIMARY KEY, kind TEXT COLLATE "C" NOT NULL, source_id BIGINT, label TEXT COLLATE "C" NOT NULL, state TEXT COLLATE "C" NOT NULL,
  actor TEXT COLLATE "C" NOT NULL, started_at BIGINT NOT NULL, finished_at BIGINT, bytes BIGINT NOT NULL,
  findings BIGINT NOT NULL, created BIGINT NOT NULL, updated BIGINT NOT NULL, unchanged BIGINT NOT NULL,
  reopened BIGINT NOT NULL, closed BIGINT NOT NULL, assets BIGINT NOT NULL, rejected BIGINT NOT NULL,
  gaps BIGINT NOT NULL, error TEXT COLLATE "C");
CREATE TABLE run_note (
  run_id BIGINT NOT NULL, number BIGINT NOT NULL, kind TEXT COLLATE "C" NOT NULL, what TEXT COLLATE "C" NOT NULL, why TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (run_id, number));
CREATE TABLE run_coverage (
  run_id BIGINT NOT NULL, number BIGINT NOT NULL, asset_id BIGINT NOT NULL, source_id BIGINT NOT NULL,
  seen_at BIGINT NOT NULL, checks TEXT COLLATE "C" NOT NULL, loci TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (run_id, number));
CREATE INDEX run_coverage_asset ON run_coverage (asset_id, source_id, seen_at);

CREATE TABLE decision (
  id BIGINT PRIMARY KEY, verdict TEXT COLLATE "C" NOT NULL, reason TEXT COLLATE "C" NOT NULL, until BIGINT, actor TEXT COLLATE "C" NOT NULL,
  at BIGINT NOT NULL, revoked_at BIGINT, lapsed_at BIGINT, exposures BIGINT NOT NULL);
CREATE TABLE decision_exposure (
  exposure_id BIGINT NOT NULL, decision_id BIGINT NOT NULL, PRIMARY KEY (exposure_id, decision_id));
CREATE INDEX decision_exposure_decision ON decision_exposure (decision_id);

CREATE TABLE evidence (
  id BIGINT PRIMARY KEY, exposure_id BIGINT NOT NULL, run_id BIGINT, at BIGINT NOT NULL,
  kind TEXT COLLATE "C" NOT NULL, text TEXT COLLATE "C" NOT NULL);
CREATE INDEX evidence_exposure ON evidence (exposure_id);
CREATE TABLE comment (
  id BIGINT PRIMARY KEY, exposure_id BIGINT NOT NULL, at BIGINT NOT NULL, actor TEXT COLLATE "C" NOT NULL, text TEXT COLLATE "C" NOT NULL);
CREATE INDEX comment_exposure ON comment (exposure_id);

CREATE TABLE event (
  seq BIGINT PRIMARY KEY, at BIGINT NOT NULL, actor TEXT COLLATE "C" NOT NULL, kind TEXT COLLATE "C" NOT NULL, text TEXT COLLATE "C" NOT NULL,
  asset_id BIGINT, exposure_id BIGINT, run_id BIGINT, subjects TEXT COLLATE "C" NOT NULL, count BIGINT NOT NULL);

CREATE TABLE host_snapshot (asset_id BIGINT PRIMARY KEY, at BIGINT NOT NULL, run_id BIGINT NOT NULL, facts BYTEA NOT NULL);

CREATE TABLE cve (
  id TEXT COLLATE "C" PRIMARY KEY, title TEXT COLLATE "C" NOT NULL, description TEXT COLLATE "C" NOT NULL, cvss TEXT COLLATE "C", cvss_source TEXT COLLATE "C", cwe TEXT COLLATE "C" NOT NULL,
  exploitation TEXT COLLATE "C", automatable BIGINT, total_impact BIGINT, ssvc_as_of BIGINT, published BIGINT, rejected BIGINT NOT NULL);
CREATE TABLE kev (
  cve TEXT COLLATE "C" PRIMARY KEY, name TEXT COLLATE "C" NOT NULL, action TEXT COLLATE "C" NOT NULL, added BIGINT, due BIGINT, ransomware BIGINT NOT NULL);
CREATE TABLE epss (cve TEXT COLLATE "C" PRIMARY KEY, score DOUBLE PRECISION NOT NULL, percentile DOUBLE PRECISION);
CREATE TABLE feed (
  name TEXT COLLATE "C" PRIMARY KEY, records BIGINT NOT NULL, as_of BIGINT, loaded_at BIGINT NOT NULL,
  complete BIGINT NOT NULL, problems TEXT COLLATE "C" NOT NULL);

CREATE TABLE account (
  id BIGINT PRIMARY KEY, name TEXT COLLATE "C" NOT NULL UNIQUE, hash TEXT COLLATE "C" NOT NULL, role TEXT COLLATE "C" NOT NULL,
  disabled BIGINT NOT NULL, created_at BIGINT NOT NULL, last_login BIGINT);
CREATE TABLE session (
  digest TEXT COLLATE "C" PRIMARY KEY, account_id BIGINT NOT NULL, csrf TEXT COLLATE "C" NOT NULL, created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL);
CREATE TABLE token (
  id BIGINT PRIMARY KEY, account_id BIGINT NOT NULL, name TEXT COLLATE "C" NOT NULL, role TEXT COLLATE "C" NOT NULL, digest TEXT COLLATE "C" NOT NULL UNIQUE,
  created_at BIGINT NOT NULL, expires_at BIGINT, last_used BIGINT);
CREATE TABLE saved_view (
  id BIGINT PRIMARY KEY, account_id BIGINT NOT NULL, name TEXT COLLATE "C" NOT NULL, query TEXT COLLATE "C" NOT NULL, sort TEXT COLLATE "C" NOT NULL);
