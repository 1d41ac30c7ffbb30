-- From where a source saw what it tells: a folder, a profile, an address. What one vantage shows no more, another may still show.
-- A sighting's digest is of its locus and its vantage. Coverage where it is null is of all vantages.
ALTER TABLE sighting ADD COLUMN vantage TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE merge_sighting ADD COLUMN vantage TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE run_coverage ADD COLUMN vantage TEXT COLLATE "C" DEFAULT '';
CREATE TABLE service_seen (
  asset_id BIGINT NOT NULL, protocol TEXT COLLATE "C" NOT NULL, port BIGINT NOT NULL, source_id BIGINT NOT NULL, vantage TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL, product TEXT COLLATE "C" NOT NULL, version TEXT COLLATE "C" NOT NULL, addresses TEXT COLLATE "C" NOT NULL,
  present BIGINT NOT NULL, first_seen BIGINT NOT NULL, last_seen BIGINT NOT NULL, looked_at BIGINT NOT NULL,
  cpe TEXT COLLATE "C" NOT NULL, cpe_key TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (asset_id, protocol, port, source_id, vantage));
INSERT INTO service_seen (asset_id, protocol, port, source_id, vantage, name, product, version, addresses, present, first_seen, last_seen, looked_at, cpe, cpe_key)
  SELECT asset_id, protocol, port, source_id, '', name, product, version, addresses, present, first_seen, last_seen, looked_at, cpe, cpe_key FROM service;
DROP TABLE service;
ALTER TABLE service_seen RENAME TO service;
CREATE INDEX service_cpe_key ON service (cpe_key);
CREATE TABLE asset_component_seen (
  asset_id BIGINT NOT NULL, component_id BIGINT NOT NULL, source_id BIGINT NOT NULL, vantage TEXT COLLATE "C" NOT NULL,
  present BIGINT NOT NULL, first_seen BIGINT NOT NULL, last_seen BIGINT NOT NULL, looked_at BIGINT NOT NULL, locations TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (asset_id, component_id, source_id, vantage));
INSERT INTO asset_component_seen (asset_id, component_id, source_id, vantage, present, first_seen, last_seen, looked_at, locations)
  SELECT asset_id, component_id, source_id, '', present, first_seen, last_seen, looked_at, locations FROM asset_component;
DROP TABLE asset_component;
ALTER TABLE asset_component_seen RENAME TO asset_component;
CREATE INDEX asset_component_component ON asset_component (component_id);
