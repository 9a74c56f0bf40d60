-- Keys of persons. A person whose key was destroyed stays in erased, so that
-- nobody makes a second key without knowing.

CREATE TABLE person (
	subject TEXT PRIMARY KEY, -- mission/kind/ref
	key     BLOB NOT NULL     -- XChaCha20-Poly1305, 32 bytes
) STRICT, WITHOUT ROWID;

CREATE TABLE erased (
	subject TEXT    PRIMARY KEY,
	at      INTEGER NOT NULL  -- Unix milliseconds, UTC
) STRICT, WITHOUT ROWID;
