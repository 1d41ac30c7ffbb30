-- Names to look for packages by; see Purl::search_keys. Rows from before are filled in by the migration's second half.
ALTER TABLE component ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
ALTER TABLE component ADD COLUMN source_key TEXT NOT NULL DEFAULT '';
CREATE INDEX component_name_key ON component (name_key);
CREATE INDEX component_source_key ON component (source_key);
CREATE INDEX asset_component_component ON asset_component (component_id);
