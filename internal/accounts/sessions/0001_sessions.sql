-- What belongs to this node alone: who is signed in here, what is under way,
-- what failed. Secrets stand as their SHA-256. Times are Unix milliseconds, UTC.

CREATE TABLE session (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  hash    BLOB NOT NULL UNIQUE,
  name    TEXT NOT NULL,
  how     TEXT NOT NULL,
  origin  TEXT NOT NULL, -- address it began at
  started INTEGER NOT NULL,
  seen    INTEGER NOT NULL,
  idle    INTEGER NOT NULL, -- milliseconds
  ends    INTEGER NOT NULL
) STRICT;
CREATE INDEX session_name ON session (name);

-- The first half of something that is finished in a second step, once.
CREATE TABLE ceremony (
  hash    BLOB PRIMARY KEY,
  purpose TEXT NOT NULL,
  data    BLOB NOT NULL,
  until   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Failed attempts. A bucket is what was attempted, cut to so few bits that a
-- password typed in place of a name cannot be recognised by it.
CREATE TABLE failure (
  bucket INTEGER PRIMARY KEY,
  count  INTEGER NOT NULL,
  last   INTEGER NOT NULL
) STRICT;

-- From where an account has signed in before: failures from elsewhere do not
-- keep it out from there.
CREATE TABLE trusted (
  pair BLOB PRIMARY KEY,
  at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The last step of its app that an account has used: each code counts once.
CREATE TABLE step (
  name TEXT PRIMARY KEY,
  last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The highest signature counter seen of a passkey: one that goes back is a copy.
CREATE TABLE counter (
  passkey BLOB PRIMARY KEY,
  last    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
