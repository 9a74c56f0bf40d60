package cli

import (
	"context"
	"os"

	"konbit.org/konbit/internal/app"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
)

type initCommand struct {
	Mission string `required:"" placeholder:"FILE" help:"The mission.yaml that defines the mission. What stands beside it comes along: kinds, measures, map."`
	Sheets  bool   `help:"Import the sheets that the mission comes with."`
	Protect bool   `help:"Ask for a passphrase that protects the new folder."`
	newSecret
}

// Help says what is made, with an example.
func (initCommand) Help() string {
	return "Makes the data folder with a key for the node, or adds the mission to a data folder that is there. " +
		"The sheets of the mission are data: they are taken in with --sheets, or one by one by konbit import.\n\n" +
		example("konbit init --data data --mission mission.yaml --sheets",
			"konbit init --data data --mission mission.yaml --protect")
}

// unlock protects a folder that is made here, and opens one that is there.
func (c initCommand) unlock(e *env) (journal.Unlock, error) {
	if _, err := app.Protection(e.Data); !fail.Is(err, fail.NotFound) {
		if c.Protect || c.given() {
			return journal.Unlock{}, fail.Newf(fail.Conflict, "konbit node protect"+e.elsewhere(), "%s is there already", e.Data)
		}
		return e.unlock()
	}
	if !c.Protect && !c.given() {
		return journal.Unlock{}, nil
	}
	return c.read(e)
}

// Run makes the folder.
func (c initCommand) Run(ctx context.Context, e *env) error {
	unlock, err := c.unlock(e)
	if err != nil {
		return err
	}
	id, err := app.Init(ctx, e.Data, c.Mission, unlock, e.Now)
	if err != nil {
		return err
	}
	e.unlocked = &unlock
	rows := 0
	if c.Sheets {
		if rows, err = e.loadSheets(ctx, app.Sheets{Mission: id, Folder: os.DirFS(app.MissionFolder(c.Mission))}); err != nil {
			return err
		}
	}
	if e.JSON {
		return e.json(map[string]any{"data": e.Data, "mission": id, "rows": rows})
	}
	e.say("%s is ready for mission %s.", e.Data, id)
	if err := e.warnOpen(); err != nil {
		return err
	}
	if c.Sheets {
		e.say("%d rows of its sheets are taken in.", rows)
		return nil
	}
	e.say("next: konbit import%s --kind KIND FILE.csv", e.elsewhere())
	return nil
}

func (e *env) loadSheets(ctx context.Context, from app.Sheets) (rows int, err error) {
	bar := e.bar("rows")
	defer bar.end()
	err = e.write(ctx, from.Mission, func(s *session) error {
		read := int64(0)
		rows, err = s.node.LoadSheets(ctx, s.who, from, func(_ string, n int) {
			read += int64(n)
			bar.set(read, 0)
		})
		return err
	})
	return rows, err
}
