package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
)

// maxStatements bounds what a connection keeps prepared. Filters build many
// texts; the fixed ones of the hot paths come back within microseconds.
const maxStatements = 300

type use int

const (
	reading use = iota
	writing
)

// conn is one connection with its prepared statements. One goroutine at a time.
type conn struct {
	sql    *sql.Conn
	ready  map[string][]*statement // by text; more than one when a query runs inside itself
	count  int
	active map[*statement]*sql.Rows
}

type statement struct {
	*sql.Stmt
	busy bool
}

// sourceName is the address of the file for the driver.
func sourceName(path string, opt Options) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("find the data file: %w", err)
	}
	pragmas := []string{
		"busy_timeout(10000)", "journal_mode(WAL)", "foreign_keys(ON)",
		"temp_store(MEMORY)", "mmap_size(0)", "wal_autocheckpoint(4000)", "journal_size_limit(67108864)",
	}
	if opt.Derived {
		pragmas = append(pragmas, "synchronous(NORMAL)")
	} else {
		pragmas = append(pragmas, "synchronous(FULL)")
	}
	if opt.SecureDelete {
		pragmas = append(pragmas, "secure_delete(ON)")
	}
	name := url.URL{Scheme: "file", Path: filepath.ToSlash(abs), RawQuery: url.Values{"_pragma": pragmas}.Encode()}
	return name.String(), nil
}

func (d *DB) connect(ctx context.Context, use use) (*conn, error) {
	s, err := d.pool.Conn(ctx)
	if err != nil {
		return nil, classify(err)
	}
	c := &conn{sql: s, ready: map[string][]*statement{}, active: map[*statement]*sql.Rows{}}
	settings := []string{"PRAGMA cache_size = -4096"} // KiB; the system keeps the file in memory too
	switch {
	case use == writing && !d.opt.ReadOnly:
		settings = []string{"PRAGMA cache_size = -16384"}
	default:
		settings = append(settings, "PRAGMA query_only = ON")
	}
	for _, q := range settings {
		if err := c.exec(ctx, q); err != nil {
			c.close()
			return nil, classify(err)
		}
	}
	return c, nil
}

// close ends the connection for good: the pool must not hand it out again with
// settings and a state of its own.
func (c *conn) close() {
	if c == nil {
		return
	}
	c.closeRows()
	for _, list := range c.ready {
		for _, s := range list {
			_ = s.Close() // with one left open SQLite would keep the file open
		}
	}
	_ = c.sql.Raw(func(any) error { return driver.ErrBadConn }) // the pool then closes it
	_ = c.sql.Close()                                           // done already
}

// exec runs a fixed statement through the cache.
func (c *conn) exec(ctx context.Context, query string) error {
	s, err := c.prepare(ctx, query)
	if err != nil {
		return err
	}
	defer func() { s.busy = false }()
	_, err = s.ExecContext(ctx)
	return err
}

// prepare hands out an idle prepared statement and marks it busy.
func (c *conn) prepare(ctx context.Context, query string) (*statement, error) {
	for _, s := range c.ready[query] {
		if !s.busy {
			s.busy = true
			return s, nil
		}
	}
	if c.count >= maxStatements {
		c.forget()
	}
	// The driver keeps a statement compiled only when nothing follows it.
	stmt, err := c.sql.PrepareContext(ctx, strings.TrimRight(query, "; \t\r\n"))
	if err != nil {
		return nil, err
	}
	s := &statement{Stmt: stmt, busy: true}
	c.ready[query] = append(c.ready[query], s)
	c.count++
	return s, nil
}

// forget closes the statements that are not in use.
func (c *conn) forget() {
	for query, list := range c.ready {
		var kept []*statement
		for _, s := range list {
			if s.busy {
				kept = append(kept, s)
				continue
			}
			_ = s.Close() // it repeats the error of its last run, which was reported
			c.count--
		}
		if len(kept) == 0 {
			delete(c.ready, query)
			continue
		}
		c.ready[query] = kept
	}
}

// closeRows ends queries that the transaction's function left open: with one
// open neither COMMIT nor ROLLBACK would end the transaction.
func (c *conn) closeRows() {
	for s, rows := range c.active {
		_ = rows.Close() // the caller has its error from Next or Err
		s.busy = false
	}
	clear(c.active)
}
