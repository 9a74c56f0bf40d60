package cli

import (
	"context"

	"konbit.org/konbit/internal/fail"
)

type retractCommand struct {
	ofMission
	Ref    string `arg:"" help:"The record: its ref, KIND/REF or MISSION/KIND/REF."`
	Reason string `required:"" placeholder:"TEXT" help:"Why. Readers see it beside the record."`
}

// Help is the example.
func (retractCommand) Help() string {
	return example(`konbit retract movement/mov-2024-06-25 --reason "counted twice, see mov-2024-06-26"`)
}

// Run strikes the record.
func (c retractCommand) Run(ctx context.Context, e *env) error {
	return e.write(ctx, c.Mission, func(s *session) error {
		key, err := s.find(ctx, c.Ref, c.Mission)
		if err != nil {
			return err
		}
		if err := s.node.Desk.Retract(ctx, s.who, key, c.Reason); err != nil {
			return err
		}
		if s.JSON {
			return s.json(map[string]string{"retracted": key.String()})
		}
		s.say("%s is struck: it stays readable and counts nowhere.", key)
		return nil
	})
}

type withdrawCommand struct {
	ofMission
	Batch  string `arg:"" help:"The name of the import, as konbit import printed it."`
	Reason string `required:"" placeholder:"TEXT" help:"Why. Readers see it beside the records."`
}

// Help is the example.
func (withdrawCommand) Help() string {
	return "Every statement that came with the import counts from then on as never made; the entries stay. " +
		"The same sheet can be imported again.\n\n" +
		example(`konbit withdraw imp-20250327-1530-7K3F --reason "the sheet of another month"`)
}

// Run takes the import back.
func (c withdrawCommand) Run(ctx context.Context, e *env) error {
	return e.write(ctx, c.Mission, func(s *session) error {
		n, err := s.node.Desk.Withdraw(ctx, s.who, s.mission.ID, c.Batch, c.Reason)
		if err != nil {
			return err
		}
		if s.JSON {
			return s.json(map[string]any{"batch": c.Batch, "withdrawn": n})
		}
		s.say("%d statements of %s are taken back.", n, c.Batch)
		return nil
	})
}

type eraseCommand struct {
	ofMission
	Ref string `arg:"" help:"The person's record: its ref, KIND/REF or MISSION/KIND/REF."`
	Yes bool   `help:"Do it. Without this flag the command only says what it would do."`
}

// Help says what is lost and what is not, with an example.
func (eraseCommand) Help() string {
	return "What is sealed with the person's key (names, numbers, kin, medical) can be read by nobody afterwards. " +
		"The entries stay and the chain still verifies. Copies of the folder keys/ made before still have the key: destroy those too.\n\n" +
		example("konbit erase person/p-017 --yes")
}

// Run destroys the key.
func (c eraseCommand) Run(ctx context.Context, e *env) error {
	return e.write(ctx, c.Mission, func(s *session) error {
		key, err := s.find(ctx, c.Ref, c.Mission)
		if err != nil {
			return err
		}
		k, err := s.kind(key.Kind)
		if err != nil {
			return err
		}
		if _, self := k.SubjectField(); !self {
			return fail.Newf(fail.Invalid, "name the record of a person: konbit erase person/REF", "%s is not about a person", key)
		}
		if !c.Yes {
			return fail.Newf(fail.Invalid, "konbit erase "+key.String()+" --yes", "the sealed fields of %s would be lost for good", key)
		}
		if err := s.node.Desk.Erase(ctx, s.who, key.String()); err != nil {
			return err
		}
		if s.JSON {
			return s.json(map[string]string{"erased": key.String()})
		}
		s.say("The key of %s is destroyed: its sealed fields can be read by nobody.", key)
		return nil
	})
}
