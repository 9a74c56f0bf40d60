package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/gateway/sheet"
	"konbit.org/konbit/internal/record"
)

type exportCommand struct {
	ofMission
	Kind     string `required:"" placeholder:"K" help:"The kind of the records."`
	Format   string `placeholder:"FORMAT" default:"csv" enum:"csv,xlsx,json,geojson" help:"csv, xlsx, json or geojson. Without it: csv."`
	Hxl      bool   `name:"hxl" help:"Add a second row with HXL tags."`
	Bom      bool   `name:"bom" help:"Begin CSV with a byte order mark, for spreadsheet programs that take UTF-8 for something else without it."`
	Out      string `placeholder:"FILE" help:"Write to a file. Without it: to the standard output."`
	Known    string `placeholder:"T" help:"Leave out what the mission was told later."`
	Recorded string `placeholder:"T" help:"Leave out what this node wrote later."`
}

// Help is the example.
func (exportCommand) Help() string {
	return "What it writes, import reads back as \"same\". Struck records are left out.\n\n" +
		example("konbit export --kind movement --format csv --hxl --out movements.csv", "konbit export --kind post --format geojson")
}

// Run writes the records.
func (c exportCommand) Run(ctx context.Context, e *env) error {
	return e.read(ctx, c.Mission, func(s *session) error {
		k, err := s.kind(c.Kind)
		if err != nil {
			return err
		}
		a, err := s.dates("", c.Known, c.Recorded)
		if err != nil {
			return err
		}
		q := record.Query{Mission: s.mission.ID, Kind: k.ID, AsOf: s.asOf(a), Order: record.OldestFirst}
		n := 0
		err = c.to(s.Stdout, func(w io.Writer) error {
			target := sheet.Target{Writer: w, Format: sheet.Format(c.Format), Layout: sheet.Layout{HXL: c.Hxl, BOM: c.Bom}}
			n, err = s.node.Exporter().Export(ctx, s.who, q, target)
			return err
		})
		if err != nil || c.Out == "" {
			return err
		}
		if s.JSON {
			return s.json(map[string]any{"kind": k.ID, "records": n, "file": c.Out})
		}
		s.say("%s: %s", c.Out, s.count("common.records", int64(n)))
		return nil
	})
}

// to has fn write to the file that was asked for, which is the old one or the
// whole new one, or else to out.
func (c *exportCommand) to(out io.Writer, fn func(io.Writer) error) error {
	if c.Out == "" {
		return fn(out)
	}
	f, err := os.CreateTemp(filepath.Dir(c.Out), ".export-*")
	if err != nil {
		return fail.Wrap(fail.Unavailable, err, "write "+c.Out, "choose a folder that is there and that you may write in")
	}
	defer os.Remove(f.Name()) //nolint:errcheck // renamed by then when all went well
	if err := fn(f); err != nil {
		return errors.Join(err, f.Close())
	}
	err = f.Close()
	if err == nil {
		err = os.Rename(f.Name(), c.Out)
	}
	return fail.Wrap(fail.Unavailable, err, "write "+c.Out, "free some space")
}
