-- What became of the last attempt to fetch a feed.
CREATE TABLE feed_sync (feed TEXT PRIMARY KEY, tried_at BIGINT NOT NULL, done_at BIGINT, error TEXT);
