-- What a run did is read from its events, without reading those of all others.
CREATE INDEX event_run ON event (run_id) WHERE run_id IS NOT NULL;
