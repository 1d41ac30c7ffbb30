-- Where on the asset a component is named, one place a line.
ALTER TABLE asset_component ADD COLUMN locations TEXT COLLATE "C" NOT NULL DEFAULT '';
