-- From here on the column person.key is wrapped under the master key of the
-- folder: nonce (24 bytes), key (32), tag (16). A key of 32 bytes is one that was
-- written before and is wrapped at the next opening. An older program would take
-- the wrapped bytes for a key, so it must refuse this file.
--
-- chore is what must be done before the file is clean, should the power fail.

CREATE TABLE chore (
	name TEXT PRIMARY KEY -- vacuum: bytes of keys may stand in unused pages
) STRICT, WITHOUT ROWID;
