-- The journal (package journal): signed entries, each node's chain of them, and
-- what must never go back.

CREATE TABLE node (
	id  INTEGER PRIMARY KEY,
	key BLOB NOT NULL UNIQUE -- Ed25519 public key, 32 bytes
) STRICT;

CREATE TABLE entry (
	pos  INTEGER PRIMARY KEY,                  -- order of writing at this node, without gaps
	id   BLOB    NOT NULL,                     -- SHA-256 of body
	id8  INTEGER NOT NULL,                     -- first 8 bytes of id, big-endian: a small index finds the rest
	node INTEGER NOT NULL REFERENCES node(id),
	seq  INTEGER NOT NULL,
	body BLOB    NOT NULL,                     -- docs/formats/entry.md
	sig  BLOB    NOT NULL                      -- Ed25519, 64 bytes
) STRICT;

CREATE UNIQUE INDEX entry_by_node ON entry(node, seq);
CREATE INDEX entry_by_id ON entry(id8);

-- The end of each node's chain, written with its last entry. Were entries cut
-- off the end of the table, this says that they are missing.
CREATE TABLE head (
	node INTEGER PRIMARY KEY REFERENCES node(id),
	seq  INTEGER NOT NULL,
	id   BLOB    NOT NULL
) STRICT;

CREATE TABLE journal_meta (
	name  TEXT    PRIMARY KEY, -- high_water: the clock's last stamp, as a signed integer
	value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
