package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/accounts"
	"konbit.org/konbit/internal/casualty"
	"konbit.org/konbit/internal/claim"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/lang"
	"konbit.org/konbit/internal/live"
	"konbit.org/konbit/internal/measure"
	"konbit.org/konbit/internal/mission"
	"konbit.org/konbit/internal/nodes"
	"konbit.org/konbit/internal/places"
	"konbit.org/konbit/internal/record"
	"konbit.org/konbit/internal/store"
)

// Config says which node to open.
type Config struct {
	Data     string         // the data folder
	Unlock   journal.Unlock // what opens it, if it is protected
	ReadOnly bool           // look only: works beside a node that is running
	Now      func() time.Time
	Log      *slog.Logger
}

// Node is one open node. Its parts are safe for concurrent use.
type Node struct {
	Words    *lang.Catalogue
	Records  *record.Store
	Journal  *journal.Journal // to be read and verified only, when read-only
	Keys     *journal.Keys
	Trust    *nodes.Trust // which nodes are revoked
	hq       map[string]*nodes.Headquarters
	Door     *access.Door
	Guard    *access.Guard
	Gate     *casualty.Gate
	Cell     *casualty.Cell // the casualty cell: files, kin, MINIMISE
	Accounts *accounts.Service
	Figures  *Figures
	Claims   *claim.Checker
	Desk     *desk.Desk // nil when read-only
	Live     *live.Hub  // nil when read-only
	registry *registry
	config   Config
	closers  []func() error
}

// Open opens the node of a data folder. A folder that konbit init has not made
// is [fail.NotFound]; one that another process writes in, [fail.Unavailable].
func Open(ctx context.Context, c Config) (*Node, error) {
	if c.ReadOnly {
		if err := index(ctx, c); err != nil {
			return nil, err
		}
	}
	n := &Node{config: c}
	if err := n.open(ctx); err != nil {
		return nil, errors.Join(err, n.Close())
	}
	return n, nil
}

// searchFile is derived: a folder that was put back from a copy may lack it.
const searchFile = "search.db"

// index makes a search.db that is missing, so that a copy of the journal alone can
// be read and verified. Where another process writes, that one makes it.
func index(ctx context.Context, c Config) error {
	if _, err := os.Stat(filepath.Join(c.Data, searchFile)); !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if _, err := os.Stat(filepath.Join(c.Data, "konbit.db")); err != nil {
		return nil //nolint:nilerr // the reader says what is wrong with the folder
	}
	c.ReadOnly = false
	n, err := Open(ctx, c)
	if err != nil {
		return err
	}
	return n.Close()
}

func (n *Node) open(ctx context.Context) (err error) {
	if n.Words, err = lang.Load(); err != nil {
		return fmt.Errorf("load the catalogue: %w", err)
	}
	if n.registry, err = loadMissions(n.config.Data); err != nil {
		return err
	}
	if !n.config.ReadOnly {
		held, err := lock(n.config.Data)
		if err != nil {
			return err
		}
		n.closeLater(held.Close)
	}
	// Before anything is read: without its secret a protected folder shows nothing.
	if n.Keys, err = journal.OpenKeys(ctx, KeysFolder(n.config.Data), n.config.Now, n.config.Unlock); err != nil {
		return err
	}
	n.closeLater(n.Keys.Close)
	db, search, err := n.files(ctx)
	if err != nil {
		return err
	}
	n.Records, err = record.Open(ctx, record.Options{DB: db, Search: search, Schema: n.registry, Log: n.config.Log, ReadOnly: n.config.ReadOnly})
	if err != nil {
		return err
	}
	if err := n.trust(ctx); err != nil {
		return err
	}
	if err := n.headquarters(ctx); err != nil {
		return err
	}
	n.Gate = n.gate()
	if n.Guard, err = n.guard(); err != nil {
		return err
	}
	engine := measure.New(measure.Options{
		Source: n.Records, Guard: n.Guard, Gated: gated, Missions: n.registry.measures, Now: n.config.Now,
	})
	n.Records.OnChange(engine.Changed)
	n.Door = access.NewDoor(n.Records, n.Keys, n.Guard)
	n.Claims = claim.New(claim.Options{Records: n.Door, Guard: n.Guard, Figures: engine, Words: n.Words, Now: n.config.Now})
	n.Figures = &Figures{Engine: engine, claims: n.Claims}
	if n.config.ReadOnly {
		n.Journal, err = journal.Open(ctx, journal.Options{DB: db, Keys: n.Keys, Now: n.config.Now, Revoked: n.Trust.Revoked, Log: n.config.Log})
		if err != nil {
			return err
		}
		n.closeLater(n.Journal.Close)
		n.Cell = n.cell()
		if err := n.Gate.Load(ctx); err != nil {
			return err
		}
		return n.openAccounts(ctx)
	}
	return n.write(ctx, db)
}

// files opens the two databases.
func (n *Node) files(ctx context.Context) (db, search *store.DB, err error) {
	open := func(name string, opt store.Options) (*store.DB, error) {
		opt.ReadOnly = n.config.ReadOnly
		d, err := store.Open(ctx, filepath.Join(n.config.Data, name), opt)
		if err != nil {
			return nil, fmt.Errorf("open %s: %w", name, err)
		}
		n.closeLater(d.Close)
		return d, nil
	}
	if db, err = open("konbit.db", store.Options{}); err != nil {
		return nil, nil, err
	}
	search, err = open(searchFile, store.Options{Migrations: record.SearchMigrations(), Derived: true, Readers: 3})
	return db, search, err
}

// write opens what makes new statements.
func (n *Node) write(ctx context.Context, db *store.DB) (err error) {
	if err := n.sweep(ctx); err != nil {
		return err
	}
	n.Journal, err = journal.Open(ctx, journal.Options{DB: db, Keys: n.Keys, Now: n.config.Now, Folder: n.Records, Revoked: n.Trust.Revoked, Log: n.config.Log})
	if err != nil {
		return err
	}
	n.Journal.OnCommit(n.Records.Committed)
	n.Journal.OnCommit(n.Trust.Hear)
	n.Journal.OnCommit(n.heardOfReceipts)
	n.closeLater(n.Journal.Close)
	if err := n.renew(ctx); err != nil {
		return err
	}
	if err := n.Records.CatchUp(ctx); err != nil {
		return err
	}
	gazetteer := places.NewGazetteer(n.Door)
	n.Records.OnChange(gazetteer.Changed)
	n.Desk = desk.New(desk.Config{
		Guard: n.Guard, Records: n.Records, Batches: n.Records, Series: n.Records, Journal: n.Journal, Keys: n.Keys, Schema: n.registry,
		Codes: n.registry.codes, Rules: n.rules(), Standing: accounts.Owns, Now: n.config.Now, Random: rand.Reader, Places: places.Named(),
		Locate: func(ctx context.Context, who access.Actor, mission, text string) (desk.Place, bool, error) {
			at, ok, err := gazetteer.Locate(ctx, who, mission, text)
			return desk.Place(at), ok, err
		},
	})
	n.Cell = n.cell()
	if err := n.Gate.Load(ctx); err != nil {
		return err
	}
	if err := n.openAccounts(ctx); err != nil {
		return err
	}
	n.Live = live.New(live.Options{
		Records: n.Records, Door: n.Door, People: accounts.Decides, Notes: accounts.Notes, Gate: n.Guard.Closed, Missions: n.registry.ids(), Limits: live.UsualLimits(), Now: n.config.Now, Log: n.config.Log,
	})
	n.Journal.OnCommit(n.Live.Committed) // last: the gate has taken the commit in
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	var done sync.WaitGroup
	done.Go(func() { n.Live.Run(running) })
	done.Go(func() {
		if err := n.Records.Run(running); err != nil {
			n.config.Log.ErrorContext(running, "search index", slog.Any("error", err))
		}
	})
	n.closeLater(func() error {
		stop()
		done.Wait()
		// What is not indexed now would keep the next start waiting.
		return n.Records.Flush(context.WithoutCancel(ctx))
	})
	return nil
}

// renew folds everything anew when the definitions of the kinds have changed, or
// when that was begun and broken off.
func (n *Node) renew(ctx context.Context) error {
	versions := map[string]string{}
	for _, m := range n.registry.order {
		versions[m.ID] = m.Kinds.Version()
	}
	outdated, err := n.Records.Outdated(ctx, versions)
	if err != nil {
		return err
	}
	if outdated {
		n.config.Log.InfoContext(ctx, "definitions have changed or a rebuild was broken off, records are folded anew")
		if err := n.Rebuild(ctx, nil); err != nil {
			return err
		}
	}
	return n.Records.FoldedWith(ctx, versions)
}

func (n *Node) closeLater(fn func() error) { n.closers = append(n.closers, fn) }

// Close closes the parts in reverse. A second Close does nothing.
func (n *Node) Close() error {
	var all []error
	for len(n.closers) > 0 {
		last := len(n.closers) - 1
		all = append(all, n.closers[last]())
		n.closers = n.closers[:last]
	}
	return errors.Join(all...)
}

// Missions are the missions of the node, its own first.
func (n *Node) Missions() []*Mission { return n.registry.order }

// Mission gives a mission by id; "" is the node's own.
func (n *Node) Mission(id string) (*Mission, error) {
	if id == "" {
		return n.registry.order[0], nil
	}
	return n.registry.mission(id)
}

// ids are those of the missions, in their order.
func (r *registry) ids() (all []string) {
	for _, m := range r.order {
		all = append(all, m.ID)
	}
	return all
}

func (r *registry) mission(id string) (*Mission, error) {
	if m, ok := r.byID[id]; ok {
		return m, nil
	}
	hint := "the node has no mission; add one with konbit init"
	for i, m := range r.order {
		if i == 0 {
			hint = "there is: "
		} else {
			hint += ", "
		}
		hint += m.ID
	}
	return nil, fail.Newf(fail.NotFound, hint, "no mission %q on this node", id)
}

// loadMissions reads what defines the missions of a data folder.
func loadMissions(dir string) (*registry, error) {
	s, err := readSettings(dir)
	if err != nil {
		return nil, err
	}
	r := &registry{byID: map[string]*Mission{}}
	for _, id := range s.Missions {
		m, err := define(os.DirFS(filepath.Join(dir, "missions", id)), mission.LoadInstalled)
		if err != nil {
			return nil, fmt.Errorf("mission %s: %w", id, err)
		}
		r.order = append(r.order, m)
		r.byID[m.ID] = m
	}
	if len(r.order) == 0 {
		return nil, fail.New(fail.Invalid, "the data folder has no mission", "konbit init --data "+dir+" --mission FILE")
	}
	return r, nil
}

// Rebuild makes the record store again from the journal.
func (n *Node) Rebuild(ctx context.Context, progress func(done int64)) error {
	if err := n.Records.Rebuild(ctx, n.Journal, progress); err != nil {
		return err
	}
	n.Figures.Forget()
	return n.Gate.Load(ctx) // the records have other numbers now
}
