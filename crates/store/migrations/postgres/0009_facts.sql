-- What sources tell of an asset beside its kind: facts that the rules of the attack graph read. A name that is not there was
-- not collected.
CREATE TABLE attribute (
  asset_id BIGINT NOT NULL, name TEXT COLLATE "C" NOT NULL, source_id BIGINT NOT NULL, value TEXT COLLATE "C" NOT NULL,
  present BIGINT NOT NULL, first_seen BIGINT NOT NULL, last_seen BIGINT NOT NULL, looked_at BIGINT NOT NULL,
  PRIMARY KEY (asset_id, name, source_id));

-- Relations say by what (via), whose record tells them, and until when: what a source told no more is not present.
CREATE TABLE relation_told (
  from_id BIGINT NOT NULL, relation TEXT COLLATE "C" NOT NULL, via TEXT COLLATE "C" NOT NULL, to_id BIGINT NOT NULL, source_id BIGINT NOT NULL,
  teller_id BIGINT NOT NULL, present BIGINT NOT NULL,
  first_seen BIGINT NOT NULL, last_seen BIGINT NOT NULL, looked_at BIGINT NOT NULL,
  PRIMARY KEY (from_id, relation, via, to_id, source_id));
INSERT INTO relation_told (from_id, relation, via, to_id, source_id, teller_id, present, first_seen, last_seen, looked_at)
  SELECT from_id, relation, '', to_id, source_id, from_id, 1, first_seen, last_seen, last_seen FROM relation;
DROP TABLE relation;
ALTER TABLE relation_told RENAME TO relation;
CREATE INDEX relation_to ON relation (to_id);
CREATE INDEX relation_teller ON relation (teller_id, source_id);
