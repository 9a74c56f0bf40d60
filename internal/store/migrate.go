package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"konbit.org/konbit/internal/fail"
)

// applicationID marks the file as Konbit's: "KNBT". The tool file(1) shows it.
const applicationID = 0x4b4e4254

//go:embed migrations/*.sql
var migrations embed.FS

type migration struct {
	version int
	name    string
	script  string
}

// migrate brings the tables from the file's version to the newest. Each
// migration commits together with its number, so a cut between two is harmless.
func migrate(ctx context.Context, c *conn, opt Options) error {
	list, err := listed(opt.Migrations)
	if err != nil {
		return err
	}
	at, err := version(ctx, c)
	if err != nil {
		return err
	}
	newest := list[len(list)-1].version
	if at > newest {
		return fail.Newf(fail.Invalid, "open it with that newer konbit",
			"the data is of version %d, written by a newer konbit; this one knows up to version %d", at, newest)
	}
	if at < newest && opt.ReadOnly {
		return fail.Newf(fail.Invalid, "run konbit serve once, which brings it up to date",
			"the data is of version %d and this konbit needs version %d", at, newest)
	}
	for _, m := range list {
		if m.version <= at {
			continue
		}
		if err := apply(ctx, c, m); err != nil {
			return fmt.Errorf("migrate to %s: %w", m.name, classify(err))
		}
	}
	return nil
}

// version is the number of the last migration the file has had; 0 for a new one.
func version(ctx context.Context, c *conn) (int, error) {
	var at, id, tables int
	for _, ask := range []struct {
		query string
		into  *int
	}{
		{"PRAGMA user_version", &at},
		{"PRAGMA application_id", &id},
		{"SELECT count(*) FROM sqlite_schema", &tables},
	} {
		if err := (&Tx{conn: c}).QueryRow(ctx, ask.query).Scan(ask.into); err != nil {
			return 0, err
		}
	}
	if id != applicationID && (tables > 0 || at > 0) {
		return 0, fail.New(fail.Invalid, "the file is a database of another program", "choose another data folder")
	}
	return at, nil
}

func apply(ctx context.Context, c *conn, m migration) error {
	script := fmt.Sprintf("BEGIN IMMEDIATE;\n%s;\nPRAGMA application_id = %d;\nPRAGMA user_version = %d;\nCOMMIT",
		strings.TrimRight(m.script, "; \t\r\n"), applicationID, m.version)
	if _, err := c.sql.ExecContext(ctx, script); err != nil {
		_ = c.exec(context.WithoutCancel(ctx), "ROLLBACK")
		return err
	}
	return nil
}

// listed reads the migrations in their order and refuses gaps and doubles, so
// that two branches cannot both have added the same number.
func listed(from fs.FS) ([]migration, error) {
	if from == nil {
		sub, err := fs.Sub(migrations, "migrations")
		if err != nil {
			return nil, err
		}
		from = sub
	}
	names, err := fs.Glob(from, "*.sql")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var list []migration
	for i, name := range names {
		number, _, ok := strings.Cut(name, "_")
		v, err := strconv.Atoi(number)
		if !ok || err != nil || len(number) != 4 || v != i+1 {
			return nil, fmt.Errorf("migration %s: want number %04d", name, i+1)
		}
		script, err := fs.ReadFile(from, name)
		if err != nil {
			return nil, err
		}
		list = append(list, migration{version: v, name: name, script: string(script)})
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("no migrations")
	}
	return list, nil
}
