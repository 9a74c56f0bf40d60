package web_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"konbit.org/konbit/internal/app"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/nodes"
	"konbit.org/konbit/internal/web"
)

func TestTheSecondTickIsHeadquartersOwnWord(t *testing.T) {
	w := newWorld(t, t.TempDir())
	self, head := w.node.Keys.Node(), journal.NodeID{7}
	receipt := func(last string) []journal.Stored {
		e := journal.Entry{Kind: nodes.Kind, Ref: self.String(), Op: journal.OpState, Node: head, Fields: map[string]journal.Value{"received": {Text: last}}}
		return []journal.Stored{{Entry: e}}
	}
	elsewhere := nodes.NewHeadquarters(self, head)
	page := room + "/log"
	for _, c := range []struct {
		name, says, short string
		hq                *nodes.Headquarters
	}{
		{"where nobody has said which node it is", "nobody has said which node is headquarters", "at this node", nodes.NewHeadquarters(self, journal.NodeID{})},
		{"at headquarters", "headquarters has it", "at headquarters", nodes.NewHeadquarters(self, self)},
		{"at a post that sent nothing yet", "headquarters is not known to have it yet", "at this node", elsewhere},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := w.with(t, c.hq)
			a.says(t, room+"/flash/fla-f-0001", "Recorded at this node; "+c.says)
			if html := a.get(t, page); !strings.Contains(html, `<span class="quiet">`+c.short) {
				t.Errorf("no line says %q", c.short)
			}
		})
	}
	t.Run("when headquarters signs for it, and until something is added", func(t *testing.T) {
		a := w.with(t, elsewhere)
		ends, err := w.node.Journal.Ends(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		elsewhere.Hear(receipt(strconv.FormatUint(ends[self], 10)))
		a.says(t, room+"/flash/fla-f-0001", "headquarters has it")
		if got := a.ask("POST", page, a.keyed(t, page, page, map[string]string{"line": "after the receipt"})); got.Code != http.StatusSeeOther {
			t.Fatal(got.Code)
		}
		if said := text2(a.get(t, page), "after the receipt"); !strings.Contains(said, "✓ at this node") {
			t.Error(said)
		}
	})
}

// with is the local visitor of a node that knows this of its headquarters.
func (w *world) with(t *testing.T, hq *nodes.Headquarters) *asker {
	t.Helper()
	pages, err := w.node.Site(app.SiteOptions{}, func(o *web.Options) {
		o.Headquarters = func(string) web.Headquarters { return hq }
	})
	if err != nil {
		t.Fatal(err)
	}
	return (&world{node: w.node, pages: pages}).local()
}
