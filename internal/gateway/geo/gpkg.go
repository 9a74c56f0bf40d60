package geo

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"konbit.org/konbit/internal/fail"
)

// packageTime bounds how long a GeoPackage may take: a file can be made so that a
// question to it never ends.
const packageTime = 2 * time.Minute

// readPackage reads the feature tables of a GeoPackage, which is an SQLite file.
// It is opened so that nothing in it is run or changed: no view is read, functions
// in its schema are not trusted, and no journal is written beside it.
func readPackage(ctx context.Context, name string, most Limits) (out []Feature, err error) {
	ctx, stop := context.WithTimeout(ctx, packageTime)
	defer stop()
	path, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	file := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: url.Values{
		"mode": {"ro"}, "immutable": {"1"},
		"_pragma": {"query_only(1)", "trusted_schema(0)", "cell_size_check(1)", "mmap_size(0)", "temp_store(2)", "cache_size(-4096)"},
	}.Encode()}
	db, err := sql.Open("sqlite", file.String())
	if err != nil {
		return nil, notPackage(err)
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	tables, err := packageTables(ctx, db)
	if err != nil {
		return nil, err
	}
	c := &count{most: most}
	for _, t := range tables {
		found, err := t.read(ctx, db, c, len(out))
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

func notPackage(err error) error {
	if fail.Is(err, fail.Invalid) {
		return err
	}
	return fail.Wrap(fail.Invalid, err, "read the GeoPackage", "has it come whole? export it again, or as GeoJSON")
}

// packageTable is a table of features.
type packageTable struct{ name, geometry string }

func packageTables(ctx context.Context, db *sql.DB) (out []packageTable, err error) {
	rows, err := db.QueryContext(ctx, `SELECT c.table_name, g.column_name, coalesce(c.srs_id, g.srs_id, -1),
			(SELECT type FROM sqlite_schema s WHERE s.name = c.table_name)
		FROM gpkg_contents c JOIN gpkg_geometry_columns g ON g.table_name = c.table_name
		WHERE c.data_type = 'features' ORDER BY c.table_name LIMIT 100`)
	if err != nil {
		return nil, notPackage(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var t packageTable
		var reference int64
		var kind sql.NullString
		if err := rows.Scan(&t.name, &t.geometry, &reference, &kind); err != nil {
			return nil, notPackage(err)
		}
		if reference != 4326 {
			return nil, otherReference(fmt.Sprintf("reference %d (table %s)", reference, t.name))
		}
		if kind.String != "table" {
			return nil, fail.Newf(fail.Invalid, "export the features as a table", "%s is no table of the GeoPackage", t.name)
		}
		out = append(out, t)
	}
	if err := rows.Err(); err != nil {
		return nil, notPackage(err)
	}
	if len(out) == 0 {
		return nil, fail.New(fail.Invalid, "the GeoPackage has no table of features", "export a layer of points, lines or areas")
	}
	return out, nil
}

// read gives the features of a table in order of its rows.
func (t *packageTable) read(ctx context.Context, db *sql.DB, c *count, before int) (out []Feature, err error) {
	// A computed column can make a gigabyte out of nothing.
	var computed int
	if err := db.QueryRowContext(ctx, `SELECT count(*) FROM pragma_table_xinfo(?) WHERE hidden > 1`, t.name).Scan(&computed); err != nil || computed > 0 {
		return nil, fail.Newf(fail.Invalid, "export the features as a plain table", "table %s has computed columns", t.name)
	}
	rows, err := db.QueryContext(ctx, `SELECT * FROM `+quoted(t.name)+` ORDER BY rowid`) //nolint:gosec // a name cannot be a parameter; quoted takes it apart from the words
	if err != nil {
		return nil, notPackage(err)
	}
	defer func() { _ = rows.Close() }()
	names, err := rows.Columns()
	if err != nil {
		return nil, notPackage(err)
	}
	values, into := make([]any, len(names)), make([]any, len(names))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := c.feature(); err != nil {
			return nil, err
		}
		if err := rows.Scan(into...); err != nil {
			return nil, notPackage(err)
		}
		f := Feature{Row: before + len(out) + 1, Properties: map[string]string{}}
		fault := errGeometry
		for i, name := range names {
			if raw, ok := values[i].([]byte); ok && strings.EqualFold(name, t.geometry) {
				if f.Geometry, fault = packageGeometry(raw, c); fail.Is(fault, fail.Invalid) {
					return nil, fault
				}
			} else if said := text(values[i]); said != "" {
				f.Properties[name] = said
			}
		}
		if f.Fault = f.Geometry.fault(); fault != nil {
			f.Fault = "geometry"
		}
		out = append(out, f)
	}
	if err := rows.Err(); err != nil {
		return nil, notPackage(err)
	}
	return out, nil
}

// quoted is a name inside a statement.
func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
