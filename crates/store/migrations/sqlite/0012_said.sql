-- What tools said, word for word: beside the segment of a run, the records of the report that it was made of, in the same order.
-- Kept for a time only.
CREATE TABLE said (segment_id BIGINT PRIMARY KEY, run_id BIGINT NOT NULL, kept_at BIGINT NOT NULL, data BLOB NOT NULL);
CREATE INDEX said_kept_at ON said (kept_at);
-- What the columns of a table mean that no format knows, by the digest of its header.
CREATE TABLE column_map (header TEXT PRIMARY KEY, columns TEXT NOT NULL, actor TEXT NOT NULL, at BIGINT NOT NULL);
-- Findings that their tool itself set aside.
ALTER TABLE run ADD COLUMN suppressed BIGINT NOT NULL DEFAULT 0;
