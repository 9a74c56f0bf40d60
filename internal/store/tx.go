package store

import (
	"context"
	"database/sql"
)

// Tx is a transaction given to the function of [DB.Write] or [DB.Read]. It is
// valid inside that function only, and for one goroutine. Each distinct query
// text is prepared once a connection, so keep texts fixed and values in args.
type Tx struct {
	conn   *conn
	writes bool
}

// Exec runs a statement that gives no rows. Errors are of the kinds of [DB.Write].
// The end of ctx is noticed between statements, not within one: a watcher for
// each would cost more than most statements do.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s, err := tx.conn.prepare(ctx, query)
	if err != nil {
		return nil, classify(err)
	}
	defer func() { s.busy = false }()
	res, err := s.ExecContext(context.WithoutCancel(ctx), args...)
	return res, classify(err)
}

// Query runs a statement that gives rows. Close them; what is left open is
// closed with the transaction. In a Read the end of ctx interrupts the query.
func (tx *Tx) Query(ctx context.Context, query string, args ...any) (*Rows, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s, err := tx.conn.prepare(ctx, query)
	if err != nil {
		return nil, classify(err)
	}
	if tx.writes {
		ctx = context.WithoutCancel(ctx)
	}
	rows, err := s.QueryContext(ctx, args...)
	if err != nil {
		s.busy = false
		return nil, classify(err)
	}
	tx.conn.active[s] = rows
	return &Rows{rows: rows, conn: tx.conn, statement: s}, nil
}

// QueryRow runs a statement that gives at most one row. Its Scan gives
// [sql.ErrNoRows] when there is none.
func (tx *Tx) QueryRow(ctx context.Context, query string, args ...any) *Row {
	rows, err := tx.Query(ctx, query, args...)
	return &Row{rows: rows, err: err}
}

// Rows is the answer to a query, read row by row as [sql.Rows] is.
type Rows struct {
	rows      *sql.Rows
	conn      *conn
	statement *statement
}

// Next goes to the next row and reports whether there is one.
func (r *Rows) Next() bool {
	if r.rows.Next() {
		return true
	}
	r.release()
	return false
}

// Scan copies the row's columns into dest. A *[]byte gets a copy of its own.
func (r *Rows) Scan(dest ...any) error { return classify(r.rows.Scan(dest...)) }

// Err is the error that ended Next early, if any.
func (r *Rows) Err() error { return classify(r.rows.Err()) }

// Columns are the names of the columns.
func (r *Rows) Columns() ([]string, error) { return r.rows.Columns() }

// Close ends the query. It may be called twice.
func (r *Rows) Close() error {
	err := r.rows.Close()
	r.release()
	return classify(err)
}

// release makes the statement free for the next query, once: after that it may
// belong to somebody else.
func (r *Rows) release() {
	if r.conn == nil {
		return
	}
	if r.conn.active[r.statement] == r.rows {
		delete(r.conn.active, r.statement)
		r.statement.busy = false
	}
	r.conn = nil
}

// Row is the answer to QueryRow.
type Row struct {
	rows *Rows
	err  error
}

// Scan copies the row's columns into dest, or gives [sql.ErrNoRows].
func (r *Row) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return sql.ErrNoRows
	}
	if err := r.rows.Scan(dest...); err != nil {
		_ = r.rows.Close() // the error of Scan says more
		return err
	}
	return r.rows.Close()
}
