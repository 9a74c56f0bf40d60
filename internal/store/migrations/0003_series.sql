-- The last number that each series of a kind has given (package record), whatever
-- became of the record that has it. It can be made again from the journal.
CREATE TABLE series (
	shelf INTEGER NOT NULL,
	name  TEXT    NOT NULL,
	last  INTEGER NOT NULL,
	PRIMARY KEY (shelf, name)
) STRICT, WITHOUT ROWID;
