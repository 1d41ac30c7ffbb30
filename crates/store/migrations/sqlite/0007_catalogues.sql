-- What feeds tell that no package is matched with: techniques, classes of weaknesses, fingerprints. Parts of a feed (ATT&CK's
-- domains) are replaced apart.
CREATE TABLE catalogue (
  feed TEXT NOT NULL, part TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL, data TEXT NOT NULL,
  PRIMARY KEY (feed, part, id));
CREATE INDEX catalogue_id ON catalogue (feed, id);
-- EPSS values of days before, where they differ noticeably from those that came after.
CREATE TABLE epss_history (
  cve TEXT NOT NULL, day BIGINT NOT NULL, score DOUBLE PRECISION NOT NULL, PRIMARY KEY (cve, day));
