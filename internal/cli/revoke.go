package cli

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/nodes"
)

type nodeListCommand struct{}

// Help is the example.
func (nodeListCommand) Help() string { return example("konbit node list --data data") }

type nodeData struct {
	Node    string  `json:"node"`
	Here    bool    `json:"here"` // this node
	Entries uint64  `json:"entries"`
	Revoked bool    `json:"revoked"`
	Trusted *uint64 `json:"trusted,omitempty"` // the last entry that counts
}

// Run lists the nodes.
func (nodeListCommand) Run(ctx context.Context, e *env) error {
	return e.read(ctx, "", func(s *session) error {
		ends, err := s.node.Journal.Ends(ctx)
		if err != nil {
			return err
		}
		for id := range s.node.Trust.All() { // also those of which nothing has come
			ends[id] += 0
		}
		list := []nodeData{}
		for _, id := range slices.SortedFunc(maps.Keys(ends), func(a, b journal.NodeID) int { return bytes.Compare(a[:], b[:]) }) {
			d := nodeData{Node: id.String(), Here: id == s.node.Keys.Node(), Entries: ends[id]}
			if last, revoked := s.node.Trust.Revoked(id); revoked {
				d.Revoked, d.Trusted = true, &last
			}
			list = append(list, d)
		}
		if s.JSON {
			return s.json(map[string]any{"nodes": list})
		}
		for _, d := range list {
			s.say("%s", d.line())
		}
		return nil
	})
}

func (d nodeData) line() string {
	out := d.Node + "  " + strconv.FormatUint(d.Entries, 10) + " entries"
	if d.Here {
		out += ", this node"
	}
	if d.Revoked {
		out += ", REVOKED after entry " + strconv.FormatUint(*d.Trusted, 10)
		if d.Entries > *d.Trusted {
			out += ": " + strconv.FormatUint(d.Entries-*d.Trusted, 10) + " later ones came in before that was known; look at them"
		}
	}
	return out
}

type nodeRevokeCommand struct {
	Node   string `arg:"" help:"The node, by its name or the first digits of it."`
	Reason string `required:"" placeholder:"TEXT" help:"Why. It is kept with the revocation."`
	After  *int64 `placeholder:"N" help:"The last of its entries that is trusted. Without it: the last that is here."`
}

// Help says what stays, with an example.
func (nodeRevokeCommand) Help() string {
	return "What the node signed up to the last trusted entry stays; whatever it signed later is refused and told, in whatever order it arrives. " +
		"It is for good: a machine that comes back is a new node with a new key.\n\n" +
		example(`konbit node revoke 3f9a61c2 --reason "laptop stolen at the post on 25 March"`)
}

// Run revokes the node.
func (c nodeRevokeCommand) Run(ctx context.Context, e *env) error {
	return e.write(ctx, "", func(s *session) error {
		id, last, err := c.find(ctx, s)
		if err != nil {
			return err
		}
		if !s.node.Guard.May(s.who, access.Revoke, access.Resource{Mission: s.mission.ID}) {
			return fail.New(fail.Denied, "you may not revoke a node", "ask the commander or an administrator")
		}
		out, err := s.node.Desk.Submit(ctx, s.who, s.mission.ID, []desk.Draft{{
			Kind: nodes.Kind, Ref: id.String(), Reason: c.Reason,
			Fields: map[string]string{"state": nodes.Revoked, "trusted": strconv.FormatUint(last, 10)},
		}}, desk.Options{})
		if err != nil {
			return err
		}
		if len(out) != 1 || len(out[0].Problems) > 0 {
			return fail.New(fail.Internal, "the revocation was refused", "konbit verify")
		}
		if s.JSON {
			return s.json(map[string]any{"revoked": id.String(), "trusted": last})
		}
		s.say("%s is revoked: its entries count up to %d.", id, last)
		s.say("next: change what the lost machine knew: passwords, and konbit node rekey where its key file was used.")
		return nil
	})
}

// find reads which node is meant and which of its entries is the last that counts.
func (c nodeRevokeCommand) find(ctx context.Context, s *session) (journal.NodeID, uint64, error) {
	ends, err := s.node.Journal.Ends(ctx)
	if err != nil {
		return journal.NodeID{}, 0, err
	}
	var found []journal.NodeID
	for id := range ends {
		if len(c.Node) >= 8 && strings.HasPrefix(id.String(), strings.ToLower(c.Node)) {
			found = append(found, id)
		}
	}
	if len(found) == 0 { // one whose entries have not come yet
		id, err := nodes.Parse(strings.ToLower(c.Node))
		if err != nil {
			return id, 0, fail.Newf(fail.NotFound, "konbit node list shows the nodes; eight digits of the name are enough", "no node %q here", c.Node)
		}
		found = append(found, id)
	}
	switch {
	case len(found) > 1:
		return found[0], 0, fail.Newf(fail.Invalid, "give more digits", "%q begins the names of %d nodes", c.Node, len(found))
	case found[0] == s.node.Keys.Node():
		return found[0], 0, fail.New(fail.Invalid, "a node cannot revoke itself", "do it on another node, such as headquarters")
	}
	last := ends[found[0]]
	if c.After != nil {
		if *c.After < 0 {
			return found[0], 0, fail.Newf(fail.Invalid, "0 when nothing of it is trusted", "bad --after %d", *c.After)
		}
		last = uint64(*c.After)
	}
	return found[0], last, nil
}
