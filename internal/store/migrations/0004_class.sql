-- How records are marked and whose they are (package record), as their newest
-- versions state it: who may read some of a kind finds those on the timeline
-- without reading the others. It can be made again from the journal.
CREATE TABLE class (
	id      INTEGER PRIMARY KEY,
	marking TEXT NOT NULL, -- '' where nothing is stated: what the kind says
	owner   TEXT NOT NULL,
	UNIQUE (marking, owner)
) STRICT;

-- 0 for what was written before this was kept: it has to be looked at.
ALTER TABLE record ADD COLUMN class INTEGER NOT NULL DEFAULT 0;

DROP INDEX record_by_time;
CREATE INDEX record_by_time ON record(shelf, t, class);
