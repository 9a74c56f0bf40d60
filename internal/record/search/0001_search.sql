-- The search index (package record), in a file of its own. It is derived from
-- konbit.db and may lag behind it by what mark 'done' says.

-- rowid is the record's place on the timeline, so that the newest of any set of
-- words is read from the end. The program folds accents and cuts words; detail
-- and content are left out because nobody asks for phrases or snippets.
CREATE VIRTUAL TABLE words USING fts5(body, content='', contentless_delete=1, detail=none, tokenize='ascii');
INSERT INTO words (words, rank) VALUES ('automerge', 8); -- fewer, larger merges: a third faster to write

CREATE TABLE slot (
	record INTEGER PRIMARY KEY,
	t      INTEGER NOT NULL
) STRICT;

CREATE VIRTUAL TABLE spot USING rtree(id, south, north, west, east, +t INTEGER);

CREATE TABLE mark (
	name  TEXT    PRIMARY KEY, -- done: position of the last entry that is indexed
	value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
