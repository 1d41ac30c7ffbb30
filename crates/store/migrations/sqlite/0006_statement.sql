-- What VEX documents say, a row a product. asset_id is 0 where it is about the product wherever it is; an empty product or
-- package is none. The newest word of an author about a weakness of a product replaces the one before.
CREATE TABLE statement (
  id BIGINT PRIMARY KEY, author TEXT NOT NULL, document TEXT NOT NULL, run_id BIGINT NOT NULL, said_at BIGINT NOT NULL,
  weakness TEXT NOT NULL, claim TEXT NOT NULL, reason TEXT NOT NULL,
  asset_id BIGINT NOT NULL, product TEXT NOT NULL, package TEXT NOT NULL,
  UNIQUE (author, weakness, asset_id, product, package));
CREATE INDEX statement_weakness ON statement (weakness);
-- The document that a decision follows from; empty where a person decided.
ALTER TABLE decision ADD COLUMN document TEXT NOT NULL DEFAULT '';
