package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"konbit.org/konbit/internal/fail"
)

// HintSpace is what to do when the disk refuses.
const HintSpace = "free some space on the disk of the data folder and see that the disk is well; nothing acknowledged was lost"

const hintDamaged = "konbit verify --data DIR shows the place; restore a backup or make the record again with konbit rebuild"

// classify gives SQLite's errors a kind. Errors that have one, and those of a
// context, pass unchanged.
func classify(err error) error {
	if err == nil || errors.Is(err, sql.ErrNoRows) || errors.Is(err, context.Canceled) ||
		errors.Is(err, context.DeadlineExceeded) || fail.KindOf(err) != fail.Internal {
		return err
	}
	switch code(err) {
	case sqlite3.SQLITE_FULL:
		return fail.Wrap(fail.Unavailable, err, "the disk is full", HintSpace)
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY:
		return fail.Wrap(fail.Unavailable, err, "the disk does not take or give data", HintSpace)
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fail.Wrap(fail.Unavailable, err, "the data is in use by another program", "close the other program and try again")
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return fail.Wrap(fail.Damaged, err, "the data file is damaged", hintDamaged)
	}
	return err
}

// broken reports whether the connection that gave err should not be used again.
func broken(err error) bool {
	if errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) {
		return true
	}
	switch code(err) {
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN,
		sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_NOMEM:
		return true
	}
	return false
}

// code is the primary result code of SQLite, or 0 for other errors.
func code(err error) int {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code() & 0xff
	}
	return 0
}
