-- Who was to fix what before an assignment, so that it can be undone.
CREATE TABLE assignment (
  id BIGINT PRIMARY KEY, owner BIGINT, actor TEXT COLLATE "C" NOT NULL, at BIGINT NOT NULL, undone_at BIGINT, exposures BIGINT NOT NULL);
CREATE TABLE assignment_exposure (
  exposure_id BIGINT NOT NULL, assignment_id BIGINT NOT NULL, before BIGINT, PRIMARY KEY (exposure_id, assignment_id));
CREATE INDEX assignment_exposure_assignment ON assignment_exposure (assignment_id);

CREATE TABLE asset_note (
  id BIGINT PRIMARY KEY, asset_id BIGINT NOT NULL, at BIGINT NOT NULL, actor TEXT COLLATE "C" NOT NULL, text TEXT COLLATE "C" NOT NULL);
CREATE INDEX asset_note_asset ON asset_note (asset_id);
