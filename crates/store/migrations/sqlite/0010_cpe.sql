-- What a service runs as a CPE, and the name to look for it by; components have theirs in their package URL, and their other
-- name in source_key, which the migration's second half fills in anew.
ALTER TABLE service ADD COLUMN cpe TEXT NOT NULL DEFAULT '';
ALTER TABLE service ADD COLUMN cpe_key TEXT NOT NULL DEFAULT '';
CREATE INDEX service_cpe_key ON service (cpe_key);
