-- The record store (package record): entries folded into versions. Everything
-- here can be made again from the journal. Times are Unix milliseconds, UTC.

CREATE TABLE shelf (
	id      INTEGER PRIMARY KEY,
	mission TEXT NOT NULL,
	kind    TEXT NOT NULL,
	UNIQUE (mission, kind)
) STRICT;

-- A record as it is known now.
CREATE TABLE record (
	id         INTEGER PRIMARY KEY,
	shelf      INTEGER NOT NULL,
	ref        TEXT    NOT NULL,
	t          INTEGER NOT NULL, -- place on the timeline: seconds of the event << 28 | id
	number     INTEGER NOT NULL, -- of the version, from 1
	known_from INTEGER NOT NULL,
	lo         INTEGER NOT NULL, -- event [lo, hi); both least integer when there is none
	hi         INTEGER NOT NULL,
	flags      INTEGER NOT NULL, -- 1 struck, 2 withdrawn, 4 conflict
	heads      BLOB    NOT NULL, -- ids of the entries no other has seen, 32 bytes each
	entries    BLOB    NOT NULL, -- positions of its entries, ascending, as varint differences
	cells      BLOB    NOT NULL
) STRICT;

CREATE UNIQUE INDEX record_by_ref ON record(shelf, ref);
CREATE INDEX record_by_time ON record(shelf, t);
-- What was told before it happened: a list as known on a date asks for it apart.
CREATE INDEX record_ahead ON record(shelf, t) WHERE t >> 28 > known_from / 1000;

-- What was known before: versions [known_from, known_to).
CREATE TABLE past (
	id         INTEGER PRIMARY KEY,
	record     INTEGER NOT NULL,
	shelf      INTEGER NOT NULL,
	t          INTEGER NOT NULL,
	number     INTEGER NOT NULL,
	known_from INTEGER NOT NULL,
	known_to   INTEGER NOT NULL,
	lo         INTEGER NOT NULL,
	hi         INTEGER NOT NULL,
	flags      INTEGER NOT NULL,
	cells      BLOB    NOT NULL
) STRICT;

CREATE INDEX past_by_record ON past(record);
CREATE INDEX past_by_time ON past(shelf, t);
CREATE INDEX past_ahead ON past(shelf, t) WHERE t >> 28 > known_from / 1000;
CREATE INDEX past_by_end ON past(shelf, known_to); -- corrections, the newest first
