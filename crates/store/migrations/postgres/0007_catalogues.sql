-- What feeds tell that no package is matched with: techniques, classes of weaknesses, fingerprints. Parts of a feed (ATT&CK's
-- domains) are replaced apart.
CREATE TABLE catalogue (
  feed TEXT COLLATE "C" NOT NULL, part TEXT COLLATE "C" NOT NULL, id TEXT COLLATE "C" NOT NULL, name TEXT COLLATE "C" NOT NULL, text TEXT COLLATE "C" NOT NULL, data TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (feed, part, id));
CREATE INDEX catalogue_id ON catalogue (feed, id);
-- EPSS values of days before, where they differ noticeably from those that came after.
CREATE TABLE epss_history (
  cve TEXT COLLATE "C" NOT NULL, day BIGINT NOT NULL, score DOUBLE PRECISION NOT NULL, PRIMARY KEY (cve, day));
