package cli

import (
	"context"
	"strings"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/gateway/sheet"
	"konbit.org/konbit/internal/kind"
)

type measuresCommand struct {
	ofMission
}

// Help is the example.
func (measuresCommand) Help() string { return example("konbit measures", "konbit measures --lang fr") }

// Run lists the measures.
func (c measuresCommand) Run(ctx context.Context, e *env) error {
	return e.read(ctx, c.Mission, func(s *session) error {
		type one struct {
			ID         string     `json:"id"`
			Definition int        `json:"definition"`
			Code       string     `json:"code,omitempty"`
			Unit       string     `json:"unit"`
			Apart      string     `json:"apart,omitempty"`
			Label      kind.Words `json:"label"`
			Text       kind.Words `json:"text"`
			Dimensions []string   `json:"dimensions"`
			Complete   bool       `json:"complete"`
			Public     bool       `json:"public"`
		}
		all := []one{}
		var rows [][]string
		for _, d := range s.mission.Measures.All() {
			names := d.Names()
			if names == nil {
				names = []string{}
			}
			all = append(all, one{d.ID, d.Number, d.Code, d.Unit, d.Apart, d.Label, d.Text, names, d.IsComplete(), d.Public})
			rows = append(rows, []string{d.ID, d.Label.In(s.Lang), strings.Join(names, " ")})
		}
		if s.JSON {
			return s.json(map[string]any{"measures": all})
		}
		table(s.Stdout, []column{{head: s.t("cli.measures.measure")}, {head: s.t("cli.measures.label")}, {head: s.t("cli.measures.by")}}, rows)
		return nil
	})
}

type missionsCommand struct{}

// Help is the example.
func (missionsCommand) Help() string { return example("konbit missions --data data") }

// Run lists the missions of the node.
func (missionsCommand) Run(ctx context.Context, e *env) error {
	return e.read(ctx, "", func(s *session) error {
		type one struct {
			ID      string            `json:"id"`
			Title   map[string]string `json:"title"`
			Zone    string            `json:"zone"`
			Host    string            `json:"host"`
			Lead    string            `json:"lead,omitempty"`
			Started string            `json:"started,omitempty"`
			Ended   string            `json:"ended,omitempty"`
		}
		var all []one
		var rows [][]string
		for _, m := range s.node.Missions() {
			all = append(all, one{m.ID, m.Title, m.Zone, m.Host, m.Lead, m.Started, m.Ended})
			rows = append(rows, []string{m.ID, m.Title.In(s.Lang), m.Zone, m.Started, m.Ended})
		}
		if s.JSON {
			return s.json(map[string]any{"missions": all})
		}
		table(s.Stdout, []column{
			{head: s.t("cli.missions.mission")},
			{head: s.t("cli.missions.title")},
			{head: s.t("cli.missions.zone")},
			{head: s.t("cli.missions.started")},
			{head: s.t("cli.missions.ended")},
		}, rows)
		return nil
	})
}

type kindsCommand struct {
	ofMission
	Kind string `arg:"" optional:"" help:"Show the columns of this kind."`
}

// Help is the example.
func (kindsCommand) Help() string {
	return "The columns are those of a sheet to import, in the order in which export writes them.\n\n" +
		example("konbit kinds", "konbit kinds movement")
}

// Run lists the kinds, or what one kind holds.
func (c kindsCommand) Run(ctx context.Context, e *env) error {
	return e.read(ctx, c.Mission, func(s *session) error {
		if c.Kind != "" {
			return s.columnsOf(c.Kind)
		}
		type one struct {
			ID     string     `json:"id"`
			Domain string     `json:"domain"`
			Label  kind.Words `json:"label"`
			Help   kind.Words `json:"help,omitempty"`
		}
		all := []one{}
		var rows [][]string
		for _, k := range s.mission.Kinds.All() {
			all = append(all, one{k.ID, k.Domain, k.Plural, k.Help})
			rows = append(rows, []string{k.ID, k.Plural.In(s.Lang), k.Domain})
		}
		if s.JSON {
			return s.json(map[string]any{"kinds": all})
		}
		table(s.Stdout, []column{{head: s.t("cli.kinds.kind")}, {head: s.t("cli.kinds.label")}, {head: s.t("cli.kinds.domain")}}, rows)
		return nil
	})
}

func (s *session) kind(id string) (*kind.Kind, error) {
	if k, ok := s.mission.Kinds.Get(id); ok {
		return k, nil
	}
	var ids []string
	for _, k := range s.mission.Kinds.All() {
		ids = append(ids, k.ID)
	}
	hint := "konbit kinds lists them"
	if near := kind.Nearest(id, ids); near != "" {
		hint = "did you mean " + near + "? " + hint
	}
	return nil, fail.Newf(fail.NotFound, hint, "no kind %q", id)
}

// columnsOf tells what stands in a sheet of a kind.
func (s *session) columnsOf(id string) error {
	k, err := s.kind(id)
	if err != nil {
		return err
	}
	type one struct {
		ID       string     `json:"id"`
		Type     kind.Type  `json:"type"`
		Required bool       `json:"required"`
		Codes    []string   `json:"codes,omitempty"`
		List     string     `json:"list,omitempty"`
		To       string     `json:"to,omitempty"`
		Unit     string     `json:"unit,omitempty"`
		HXL      string     `json:"hxl,omitempty"`
		Label    kind.Words `json:"label"`
	}
	all := []one{}
	var rows [][]string
	for _, f := range sheet.Columns(k) {
		x := one{ID: f.ID, Type: f.Type, Required: f.Required, List: f.List, To: f.To, Unit: f.Unit, HXL: f.HXL, Label: f.Label}
		if f.List == "" { // a shared list is known by its name and too long to show
			for _, c := range f.Codes {
				x.Codes = append(x.Codes, c.ID)
			}
		}
		all = append(all, x)
		takes := strings.TrimSpace(strings.Join(x.Codes, " ") + " " + f.List + " " + f.To + " " + f.Unit)
		must := ""
		if f.Required {
			must = s.t("common.yes")
		}
		rows = append(rows, []string{f.ID, f.Label.In(s.Lang), string(f.Type), must, takes})
	}
	if s.JSON {
		return s.json(map[string]any{"kind": k.ID, "fields": all})
	}
	table(s.Stdout, []column{
		{head: s.t("cli.kinds.column")},
		{head: s.t("cli.kinds.label")},
		{head: s.t("cli.kinds.type")},
		{head: s.t("cli.kinds.required")},
		{head: s.t("cli.kinds.takes")},
	}, rows)
	return nil
}
