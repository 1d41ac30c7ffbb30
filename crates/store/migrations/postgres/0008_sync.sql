-- What became of the last attempt to fetch a feed.
CREATE TABLE feed_sync (feed TEXT COLLATE "C" PRIMARY KEY, tried_at BIGINT NOT NULL, done_at BIGINT, error TEXT COLLATE "C");
