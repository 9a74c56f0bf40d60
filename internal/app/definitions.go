package app

import (
	"io/fs"
	"strings"
	"sync"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/accounts"
	"konbit.org/konbit/internal/casualty"
	"konbit.org/konbit/internal/chart"
	"konbit.org/konbit/internal/claim"
	"konbit.org/konbit/internal/custody"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/mandate"
	"konbit.org/konbit/internal/measure"
	"konbit.org/konbit/internal/mission"
	"konbit.org/konbit/internal/money"
	"konbit.org/konbit/internal/nodes"
	"konbit.org/konbit/internal/operations"
	"konbit.org/konbit/internal/outreach"
	"konbit.org/konbit/internal/places"
	"konbit.org/konbit/internal/services"
	"konbit.org/konbit/internal/sitrep"
	"konbit.org/konbit/internal/strength"
	"konbit.org/konbit/internal/support"
	"konbit.org/konbit/internal/training"
	"konbit.org/konbit/internal/web"
)

// domains are the folders of the words of the mission: their kinds and measures.
func domains() []fs.FS {
	return []fs.FS{
		strength.Definitions(), casualty.Definitions(), operations.Definitions(), mandate.Definitions(),
		money.Definitions(), training.Definitions(), services.Definitions(), custody.Definitions(),
		outreach.Definitions(), support.Definitions(), places.Definitions(), accounts.Definitions(), nodes.Definitions(), claim.Definitions(), sitrep.Definitions(),
	}
}

// Mission is a mission with its kinds and measures made ready.
type Mission struct {
	*mission.Mission
	Kinds    *kind.Set
	Measures *measure.Set
	// land are the outlines of the base map, read once somebody prints them.
	land func() ([]chart.Area, string)
}

// landOf reads the base map of a mission. One that cannot be read has been refused
// where pages are made of it.
func landOf(m *mission.Mission) func() ([]chart.Area, string) {
	return sync.OnceValues(func() ([]chart.Area, string) {
		areas, err := web.Outlines(m)
		if err != nil || m.Map == nil {
			return nil, ""
		}
		return areas, strings.TrimSpace(m.Map.Provenance + " " + m.Map.Licence)
	})
}

// define reads what a mission's folder adds to the kinds and measures of all.
func define(folder fs.FS, load func(fs.FS, string) (*mission.Mission, error)) (*Mission, error) {
	m, err := load(folder, ".")
	if err != nil {
		return nil, err
	}
	folders := append(domains(), m.Folder())
	kinds, err := kind.Load(folders...)
	if err != nil {
		return nil, err
	}
	measures, err := measure.Load(kinds, folders...)
	if err != nil {
		return nil, err
	}
	if err := access.CheckPolicies(m.Folder()); err != nil {
		return nil, err
	}
	for _, p := range m.Publication {
		if _, err := measures.Get(p.Measure); err != nil {
			return nil, fail.Wrap(fail.Invalid, err, "the publication in "+mission.File+" names a measure that is not there", "konbit measures lists them")
		}
	}
	return &Mission{Mission: m, Kinds: kinds, Measures: measures, land: landOf(m)}, nil
}

// registry answers the questions of the parts about missions. It does not
// change while a node is open.
type registry struct {
	order []*Mission
	byID  map[string]*Mission
}

// Kind gives the definition of a mission's kind.
func (r *registry) Kind(missionID, id string) (*kind.Kind, bool) {
	m, ok := r.byID[missionID]
	if !ok {
		return nil, false
	}
	return m.Kinds.Get(id)
}

// Zone is the mission's time zone; UTC for a mission this node does not define.
func (r *registry) Zone(missionID string) *time.Location {
	if m, ok := r.byID[missionID]; ok {
		return m.Location()
	}
	return time.UTC
}

// codes are the lists that kinds name but only a mission knows.
func (r *registry) codes(missionID string) map[string][]string {
	m, ok := r.byID[missionID]
	if !ok {
		return nil
	}
	return map[string][]string{"measures": m.Measures.IDs()}
}

func (r *registry) measures(missionID string) (measure.Mission, error) {
	m, err := r.mission(missionID)
	if err != nil {
		return measure.Mission{}, err
	}
	published := map[string]measure.Publication{}
	for _, p := range m.Publication {
		published[p.Measure] = measure.Publication{Weekly: p.Every == "week", Round: measure.Amount(p.Round) * measure.One}
	}
	return measure.Mission{Kinds: m.Kinds, Measures: m.Measures, Zone: m.Location(), Published: published}, nil
}
