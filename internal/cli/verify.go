package cli

import (
	"context"
	"slices"

	"konbit.org/konbit/internal/app"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/record"
)

type verifyCommand struct{}

// Help says what is checked, with an example.
func (verifyCommand) Help() string {
	return "Reads every entry and checks its encoding, hash, signature and place in its chain, then folds every record anew " +
		"and compares, and the outlines of the map's layers with their digests. It ends with exit code 1 and the places where it breaks. " +
		"A layer whose outlines are not in the folder is named and no fault: they do not come with entries from another node. " +
		"It works beside a node that is running. Where only the records are at fault, konbit rebuild mends them.\n\n" + example("konbit verify --data data")
}

type faultData struct {
	Part  string `json:"part"` // journal, record or layer
	Place string `json:"place,omitempty"`
	Pos   int64  `json:"position,omitempty"`
	Node  string `json:"node,omitempty"`
	Seq   uint64 `json:"seq,omitempty"`
	Where string `json:"where,omitempty"`
	Why   string `json:"why"`
}

// Run checks the whole data folder.
func (verifyCommand) Run(ctx context.Context, e *env) error {
	return e.read(ctx, "", func(s *session) error {
		bar := s.bar("entries checked")
		report, err := s.node.Journal.Verify(ctx, bar.set)
		bar.end()
		if err != nil {
			return err
		}
		torn, err := s.verifyRecords(ctx)
		if err != nil {
			return err
		}
		layers, err := s.node.VerifyLayers(ctx)
		if err != nil {
			return err
		}
		return s.tellFaults(report, torn, layers)
	})
}

// verifyRecords compares every record with its entries. What a node that is
// running adds meanwhile is not there to be counted at the start, so a count
// that does not fit is only told when nothing was added.
func (s *session) verifyRecords(ctx context.Context) ([]record.Fault, error) {
	before, err := s.node.Journal.Count(ctx)
	if err != nil {
		return nil, err
	}
	bar := s.bar("entries folded")
	faults, err := s.node.Records.Verify(ctx, func(done int64) { bar.set(done, before) })
	bar.end()
	if err != nil {
		return nil, err
	}
	after, err := s.node.Journal.Count(ctx)
	if after != before {
		faults = slices.DeleteFunc(faults, func(f record.Fault) bool { return f.Key == (record.Key{}) })
	}
	return faults, err
}

func (s *session) tellFaults(report journal.Report, torn []record.Fault, layers app.LayerFaults) error {
	faults := []faultData{}
	for _, f := range report.Faults {
		x := faultData{Part: "journal", Pos: f.Pos, Where: f.Where, Why: f.Why, Place: f.String()}
		if f.Pos != 0 {
			x.Node, x.Seq = f.Node.String(), f.Seq
		}
		faults = append(faults, x)
	}
	for _, f := range torn {
		place := ""
		if f.Key != (record.Key{}) {
			place = f.Key.String()
		}
		faults = append(faults, faultData{Part: "record", Place: place, Why: f.Why})
	}
	for _, layer := range layers.Damaged {
		faults = append(faults, faultData{Part: "layer", Place: layer, Why: "its outlines have changed on the disk"})
	}
	if s.JSON {
		data := map[string]any{"entries": report.Entries, "nodes": report.Nodes, "faults": faults}
		if len(layers.Missing) > 0 {
			data["layers_missing"] = layers.Missing
		}
		if err := s.json(data); err != nil {
			return err
		}
	} else {
		s.sayFaults(report, faults)
		for _, layer := range layers.Missing {
			s.say("%s has no outlines here: copy the folder layers/ of the node that has them, or import the file again.", layer)
		}
	}
	if len(faults) > 0 {
		return errFaulty
	}
	return nil
}

func (s *session) sayFaults(report journal.Report, faults []faultData) {
	for _, f := range faults {
		switch f.Part {
		case "journal":
			s.say("fault in the journal, %s", f.Place)
		case "layer":
			s.say("fault in the layers of the map, %s", joined(f.Place, f.Why))
		default:
			s.say("fault in the records, %s", joined(f.Place, f.Why))
		}
	}
	entries, nodes := s.num(int(report.Entries)), s.num(report.Nodes)
	if len(faults) == 0 {
		s.say("All is well: %s entries of %s nodes, their signatures, their chains and every record made from them.", entries, nodes)
		return
	}
	s.say("%d faults in %s entries of %s nodes. docs/operations.md says what to do.", len(faults), entries, nodes)
}

func joined(place, why string) string {
	if place == "" {
		return why
	}
	return place + ": " + why
}

type rebuildCommand struct{}

// Help says when it is of use, with an example.
func (rebuildCommand) Help() string {
	return "The journal is what counts; records, versions and search are made from it and can be made again at any time.\n\n" +
		example("konbit rebuild --data data")
}

// Run makes the records again.
func (rebuildCommand) Run(ctx context.Context, e *env) error {
	return e.write(ctx, "", func(s *session) error {
		total, err := s.node.Journal.Count(ctx)
		if err != nil {
			return err
		}
		bar := s.bar("entries")
		err = s.node.Rebuild(ctx, func(done int64) { bar.set(done, total) })
		bar.end()
		if err != nil {
			return err
		}
		if s.JSON {
			return s.json(map[string]int64{"entries": total})
		}
		s.say("The records are made again from %s.", s.count("common.entries", total))
		return nil
	})
}
