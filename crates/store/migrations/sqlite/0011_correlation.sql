-- Whether two exposures of an asset are one, by what they are (weakness and digest of the locus) and not by their rows, so
-- that it outlives merges. The first of the two is the smaller. What a person said is of rule 'person'.
CREATE TABLE correlation (
  id BIGINT PRIMARY KEY, asset_id BIGINT NOT NULL,
  one_weakness BIGINT NOT NULL, one_locus BIGINT NOT NULL, other_weakness BIGINT NOT NULL, other_locus BIGINT NOT NULL,
  same BIGINT NOT NULL, rule TEXT NOT NULL, reason TEXT NOT NULL, actor TEXT NOT NULL, at BIGINT NOT NULL,
  UNIQUE (asset_id, one_weakness, one_locus, other_weakness, other_locus));
-- The exposure that stands for this one in lists: derived from the correlations.
ALTER TABLE exposure ADD COLUMN lead_id BIGINT;
CREATE INDEX exposure_lead ON exposure (lead_id) WHERE lead_id IS NOT NULL;
-- What an exposure has of those it is one with, so that it can be taken back: a decision, an owner.
CREATE TABLE correlation_carried (
  exposure_id BIGINT NOT NULL, kind TEXT NOT NULL, value BIGINT NOT NULL, PRIMARY KEY (exposure_id, kind, value));
