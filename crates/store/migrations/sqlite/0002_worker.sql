-- The slot of the process that works on a run; 0 for runs from before.
ALTER TABLE run ADD COLUMN worker BIGINT NOT NULL DEFAULT 0;
