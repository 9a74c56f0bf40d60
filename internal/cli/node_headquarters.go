package cli

import "konbit.org/konbit/internal/app"

type nodeHeadquartersCommand struct {
	Node    string `arg:"" help:"The node, as node list shows it, or this."`
	Mission string `help:"Mission, if not the node's own."`
}

// Help says what it is for, with an example.
func (nodeHeadquartersCommand) Help() string {
	return "The second tick beside a log line and a flash says that headquarters has it. Only what headquarters itself has signed for counts; " +
		"until it is named here, nothing does. Stop serve first.\n\n" + example("konbit node headquarters this --data data")
}

// Run writes it into node.yaml.
func (c nodeHeadquartersCommand) Run(e *env) error {
	node, err := app.NameHeadquarters(e.Data, c.Mission, c.Node)
	if err != nil {
		return err
	}
	if e.JSON {
		return e.json(map[string]string{"headquarters": node.String()})
	}
	e.say("headquarters is node %s", node)
	return nil
}
