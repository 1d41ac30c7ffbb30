-- Two exposures may be one though they are on two assets: of an application, and of the machine that it runs on. `other_asset`
-- is where the second of them is; 0 where both are on one.
CREATE TABLE correlation_across (
  id BIGINT PRIMARY KEY, asset_id BIGINT NOT NULL,
  one_weakness BIGINT NOT NULL, one_locus BIGINT NOT NULL,
  other_asset BIGINT NOT NULL, other_weakness BIGINT NOT NULL, other_locus BIGINT NOT NULL,
  same BIGINT NOT NULL, rule TEXT COLLATE "C" NOT NULL, reason TEXT COLLATE "C" NOT NULL, actor TEXT COLLATE "C" NOT NULL, at BIGINT NOT NULL,
  UNIQUE (asset_id, one_weakness, one_locus, other_asset, other_weakness, other_locus));
INSERT INTO correlation_across (id, asset_id, one_weakness, one_locus, other_asset, other_weakness, other_locus, same, rule, reason, actor, at)
  SELECT id, asset_id, one_weakness, one_locus, 0, other_weakness, other_locus, same, rule, reason, actor, at FROM correlation;
DROP TABLE correlation;
ALTER TABLE correlation_across RENAME TO correlation;
CREATE INDEX correlation_other ON correlation (other_asset) WHERE other_asset <> 0;
-- What runs where, for whoever asks at every import.
CREATE INDEX relation_runs_on ON relation (from_id, to_id) WHERE relation = 'runs_on' AND present = 1;
