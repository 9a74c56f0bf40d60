package store

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"sync"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"konbit.org/konbit/internal/fail"
)

// defaultReaders is small on purpose: each reader keeps a page cache, and two
// cores do not answer more than a few queries at once anyway.
const defaultReaders = 4

// Options says how to open a file. The zero value is right for konbit.db.
type Options struct {
	// Migrations holds NNNN_name.sql files at its root; nil is the list of konbit.db.
	Migrations fs.FS
	// ReadOnly refuses every Write, does not migrate and does not create the file.
	ReadOnly bool
	// Derived is for a file that can be made again from another: a power cut may
	// take back its last commits, though never a part of one.
	Derived bool
	// SecureDelete overwrites what is deleted with zeros.
	SecureDelete bool
	// Readers is the number of connections for reading; 0 means 4.
	Readers int
	// Fault is asked at named points ("commit") and, in tests, fails there.
	Fault func(point string) error
}

// DB is one open file. It is safe for concurrent use.
type DB struct {
	opt     Options
	pool    *sql.DB
	writer  chan *conn // holds the one writer; nil inside after a fault
	readers chan *conn
	closed  chan struct{}
	once    sync.Once
}

// Open opens or makes the file, and brings its tables up to date. It refuses a
// file of a newer program or of another program with [fail.Invalid], and a file
// that is not whole with [fail.Damaged]. Close the DB when done.
func Open(ctx context.Context, path string, opt Options) (*DB, error) {
	if opt.ReadOnly {
		if _, err := os.Stat(path); err != nil {
			return nil, fail.Wrap(fail.NotFound, err, "no such data file", "konbit init --data DIR --mission FILE")
		}
	}
	dsn, err := sourceName(path, opt)
	if err != nil {
		return nil, err
	}
	pool, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, classify(err)
	}
	if opt.Readers <= 0 {
		opt.Readers = defaultReaders
	}
	d := &DB{
		opt: opt, pool: pool, writer: make(chan *conn, 1),
		readers: make(chan *conn, opt.Readers), closed: make(chan struct{}),
	}
	if err := d.start(ctx); err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	return d, nil
}

func (d *DB) start(ctx context.Context) error {
	w, err := d.connect(ctx, writing)
	if err != nil {
		return err
	}
	if err := migrate(ctx, w, d.opt); err != nil {
		w.close()
		return err
	}
	d.writer <- w
	for range d.opt.Readers {
		d.readers <- nil // connected on first use
	}
	return nil
}

// Write runs fn in the one writing transaction and commits it. When Write
// returns nil, all fn did is on the disk; on an error nothing of it can be read,
// except that after a power cut during a failing commit it may be there whole.
// A full or failing disk is [fail.Unavailable]. fn must not call Write.
func (d *DB) Write(ctx context.Context, fn func(tx *Tx) error) error {
	if d.opt.ReadOnly {
		return fail.New(fail.Denied, "the data is open for reading only", "")
	}
	c, err := take(ctx, d, d.writer)
	if err != nil {
		return err
	}
	defer func() { d.writer <- c }()
	if c == nil {
		if c, err = d.connect(ctx, writing); err != nil {
			return err
		}
	}
	err = classify(d.commit(ctx, c, fn))
	if err != nil && broken(err) {
		// After an error of the disk nobody can tell what the connection
		// still believes; a new one reads the truth from the file.
		c.close()
		c = nil
	}
	return err
}

func (d *DB) commit(ctx context.Context, c *conn, fn func(tx *Tx) error) error {
	// The end of ctx must not come between SQLite's beginning or ending of a
	// transaction and our knowing of it.
	unwatched := context.WithoutCancel(ctx)
	if err := c.exec(unwatched, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	done := false
	defer func() {
		if !done { // also when fn panics
			c.closeRows()
			// An error here only says that SQLite has rolled back already.
			_ = c.exec(unwatched, "ROLLBACK")
		}
	}()
	if err := fn(&Tx{conn: c, writes: true}); err != nil {
		return err
	}
	if err := d.fault("commit"); err != nil {
		return err
	}
	c.closeRows()
	if err := c.exec(unwatched, "COMMIT"); err != nil {
		return err
	}
	done = true
	return nil
}

// Read runs fn on one snapshot of the data. fn must not call Read: with all
// readers waiting for a second one nobody would ever get it.
func (d *DB) Read(ctx context.Context, fn func(tx *Tx) error) error {
	c, err := take(ctx, d, d.readers)
	if err != nil {
		return err
	}
	defer func() { d.readers <- c }()
	if c == nil {
		if c, err = d.connect(ctx, reading); err != nil {
			return err
		}
	}
	err = classify(read(ctx, c, fn))
	if err != nil && broken(err) {
		c.close()
		c = nil
	}
	return err
}

func read(ctx context.Context, c *conn, fn func(tx *Tx) error) error {
	unwatched := context.WithoutCancel(ctx)
	if err := c.exec(unwatched, "BEGIN DEFERRED"); err != nil {
		return err
	}
	defer func() {
		c.closeRows()
		_ = c.exec(unwatched, "ROLLBACK") // nothing was written
	}()
	return fn(&Tx{conn: c})
}

// Vacuum writes the file anew without what was deleted, and empties the
// write-ahead log, so that deleted bytes are in neither. It needs as much free
// space as the file is large, and waits for readers.
func (d *DB) Vacuum(ctx context.Context) error {
	return d.alone(ctx, "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)")
}

// Checkpoint moves the write-ahead log into the file and empties it.
func (d *DB) Checkpoint(ctx context.Context) error {
	return d.alone(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
}

// alone runs statements that cannot stand in a transaction.
func (d *DB) alone(ctx context.Context, statements ...string) error {
	c, err := take(ctx, d, d.writer)
	if err != nil {
		return err
	}
	defer func() { d.writer <- c }()
	if c == nil {
		if c, err = d.connect(ctx, writing); err != nil {
			return err
		}
	}
	for _, s := range statements {
		if err := c.exec(ctx, s); err != nil {
			return classify(err)
		}
	}
	return nil
}

// Close waits for transactions under way, moves the write-ahead log into the
// file and closes it. A second Close does nothing.
func (d *DB) Close() (err error) {
	d.once.Do(func() {
		close(d.closed)
		for range d.opt.Readers {
			(<-d.readers).close()
		}
		(<-d.writer).close() // the last connection of a file checkpoints as it closes
		err = classify(d.pool.Close())
	})
	return err
}

func (d *DB) fault(point string) error {
	if d.opt.Fault == nil {
		return nil
	}
	return d.opt.Fault(point)
}

// take waits for a connection, the end of ctx or the closing of the DB.
func take(ctx context.Context, d *DB, from chan *conn) (*conn, error) {
	select {
	case <-d.closed:
		return nil, fail.New(fail.Unavailable, "the data is closed", "")
	default:
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case c := <-from:
		return c, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-d.closed:
		return nil, fail.New(fail.Unavailable, "the data is closed", "")
	}
}
