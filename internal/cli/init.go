package cli

import (
	"context"

	"konbit.org/konbit/internal/app"
)

type initCommand struct {
	Mission string `required:"" placeholder:"FILE" help:"The mission.yaml that defines the mission. What stands beside it comes along: kinds, measures, map."`
	Sheets  bool   `help:"Import the sheets that the mission comes with."`
}

// Help says what is made, with an example.
func (initCommand) Help() string {
	return "Makes the data folder with a key for the node, or adds the mission to a data folder that is there. " +
		"The sheets of the mission are data: they are taken in with --sheets, or one by one by konbit import.\n\n" +
		example("konbit init --data data --mission mission.yaml --sheets")
}

// Run makes the folder.
func (c initCommand) Run(ctx context.Context, e *env) error {
	id, err := app.Init(ctx, e.Data, c.Mission, e.Now)
	if err != nil {
		return err
	}
	rows := 0
	if c.Sheets {
		if rows, err = e.loadSheets(ctx, id); err != nil {
			return err
		}
	}
	if e.JSON {
		return e.json(map[string]any{"data": e.Data, "mission": id, "rows": rows})
	}
	e.say("%s is ready for mission %s.", e.Data, id)
	if c.Sheets {
		e.say("%d rows of its sheets are taken in.", rows)
		return nil
	}
	e.say("next: konbit import%s --kind KIND FILE.csv", e.elsewhere())
	return nil
}

func (e *env) loadSheets(ctx context.Context, mission string) (rows int, err error) {
	bar := e.bar("rows")
	defer bar.end()
	err = e.write(ctx, mission, func(s *session) error {
		read := int64(0)
		rows, err = s.node.LoadSheets(ctx, s.who, mission, func(_ string, n int) {
			read += int64(n)
			bar.set(read, 0)
		})
		return err
	})
	return rows, err
}
