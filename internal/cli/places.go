package cli

import (
	"context"
	"io"
	"os"
	"strings"

	"konbit.org/konbit/internal/app"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/gateway/sheet"
)

type placesCommand struct {
	Import placesImportCommand `cmd:"" help:"Take in places and outlines: GeoJSON, TopoJSON or GeoPackage."`
}

type placesImportCommand struct {
	ofMission
	Layer       string   `placeholder:"NAME" help:"Name of the layer that lines and areas become. Without it: the file's."`
	Licence     string   `placeholder:"TEXT" help:"On what terms the outlines may be shown; \"unknown\" if nobody knows. Needed for lines and areas."`
	Attribution string   `placeholder:"TEXT" help:"Who made them, as the map is to say it."`
	Areas       bool     `help:"Keep each area as a place too, at a point inside it."`
	Map         string   `placeholder:"M.yaml" help:"A mapping file for the places: docs/formats/mapping.md. Without it the flags below, and what publishers usually call them."`
	Name        string   `placeholder:"PROPERTY" help:"The property that has the name."`
	PCode       string   `name:"p-code" placeholder:"PROPERTY" help:"The property that has the p-code."`
	Level       string   `placeholder:"PROPERTY" help:"The property that has the level, or a number for all."`
	Parent      string   `placeholder:"PROPERTY" help:"The property that has the p-code of the area it lies in."`
	Alias       []string `placeholder:"PROPERTY" help:"Properties that have other names."`
	Country     string   `placeholder:"XXX" help:"The country of all of it: alpha-3."`
	Source      string   `placeholder:"REF" help:"The source that it rests on."`
	Grade       string   `placeholder:"A1" help:"Its grade."`
	Marking     string   `placeholder:"WORD" help:"Who may see it: public, mission …"`
	Strict      bool     `help:"Keep nothing if any place is refused."`
	DryRun      bool     `help:"Say what would become of it, and keep nothing."`
	Batch       string   `placeholder:"NAME" help:"Name of the import, to withdraw it by. Without it: one is made."`
	File        string   `arg:"" help:"The file. It is read and never changed."`
}

// Help says what becomes of a file, with an example.
func (placesImportCommand) Help() string {
	return "Points become places: what has a p-code is called by it, so that a place that is renamed stays the same place. " +
		"Lines and areas become a layer of the map, drawn simpler until it is small enough for a thin link; " +
		"who imported it, from which file and on what terms is an entry. The same file again is \"same\".\n\n" +
		example("konbit places import towns.gpkg --country HTI --source src-ocha --dry-run",
			`konbit places import admin2.geojson --layer "Communes" --licence "CC BY-IGO" --attribution OCHA --areas`)
}

// Run takes the file in.
func (c placesImportCommand) Run(ctx context.Context, e *env) error {
	return e.write(ctx, c.Mission, func(s *session) error {
		job, err := c.job(s)
		if err != nil {
			return err
		}
		var refused []string
		if !c.DryRun {
			job.Refused = func(f sheet.File) (io.WriteCloser, error) {
				refused = append(refused, f.Name+refusedSuffix)
				return os.OpenFile(f.Name+refusedSuffix, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
			}
		}
		report, err := s.node.ImportPlaces(ctx, s.who, job)
		if err != nil {
			if !s.JSON && report.Places != nil {
				s.tellImport(report.Places, refused)
			}
			return err
		}
		if s.JSON {
			err = s.json(report)
		} else {
			s.tellPlaces(&report, refused)
		}
		if err == nil && report.Places != nil && report.Places.Refused > 0 {
			return errRefused
		}
		return err
	})
}

func (c *placesImportCommand) job(s *session) (app.PlacesJob, error) {
	if info, err := os.Stat(c.File); err != nil {
		return app.PlacesJob{}, cannotRead(c.File, err)
	} else if info.IsDir() {
		return app.PlacesJob{}, fail.Newf(fail.Invalid, "name a file in it", "%s is a folder", c.File)
	}
	mapping := &sheet.Mapping{}
	if c.Map != "" {
		raw, err := os.ReadFile(c.Map)
		if err != nil {
			return app.PlacesJob{}, cannotRead(c.Map, err)
		}
		if mapping, err = sheet.ParseMapping(c.Map, raw); err != nil {
			return app.PlacesJob{}, err
		}
		if mapping.Kind != "place" {
			return app.PlacesJob{}, fail.Newf(fail.Invalid, "write kind: place", "%s is a mapping of kind %s", c.Map, mapping.Kind)
		}
	}
	said := map[string]string{}
	for id, v := range map[string]string{"country": c.Country, "source": c.Source, "grade": c.Grade, "marking": c.Marking} {
		if v = strings.TrimSpace(v); v != "" {
			said[id] = v
		}
	}
	return app.PlacesJob{
		Job: sheet.Job{
			Mission: s.mission.ID, Mapping: mapping, MappingName: c.Map, Lang: s.Lang, Batch: c.Batch, DryRun: c.DryRun, Strict: c.Strict,
		},
		File: c.File, Areas: c.Areas, Constants: said,
		Fields: app.PlaceFields{Name: c.Name, PCode: c.PCode, Level: c.Level, Parent: c.Parent, Aliases: c.Alias},
		Layer:  app.LayerSaid{Name: c.Layer, Licence: c.Licence, Attribution: c.Attribution},
	}, nil
}

func (s *session) tellPlaces(r *app.PlacesReport, refused []string) {
	if r.Places != nil {
		s.tellImport(r.Places, refused)
	}
	if l := r.Layer; l != nil {
		s.say("layer %s: %s; %s outlines of %s points, %s kB, within %s m of the file", l.Ref, l.Status, s.num(l.Features), s.num(l.Points), s.num((l.Bytes+999)/1000), s.num(l.ExactTo))
	}
	if r.Places == nil && r.Layer == nil {
		s.say("nothing in the file")
	}
	for _, line := range r.Read {
		s.say("  %s", line)
	}
}
