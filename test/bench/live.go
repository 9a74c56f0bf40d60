package main

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/accounts"
	"konbit.org/konbit/internal/app"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/live"
	"konbit.org/konbit/internal/web"
)

const (
	lookers     = 1000
	liveCommits = 300
	liveEvery   = 50 * time.Millisecond
)

// commits are when what was committed, by ref.
type commits struct {
	mu sync.Mutex
	at map[string]time.Time
}

func (c *commits) made(ref string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at[ref] = time.Now()
}

// delays are the times from a commit to each delivery of it, sorted.
func (c *commits) delays(all []delivery) (out []time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, d := range all {
		if at, ok := c.at[d.ref]; ok {
			out = append(out, d.at.Sub(at))
		}
	}
	slices.Sort(out)
	return out
}

func at99(sorted []time.Duration) (p50, p99 time.Duration) {
	if len(sorted) == 0 {
		return 0, 0
	}
	return sorted[len(sorted)/2], sorted[len(sorted)*99/100]
}

// watchers are the sign-ins of the readers; the public has none.
func (b *bench) watchers() (cookies []string, err error) {
	for _, g := range []access.Grant{
		{Role: access.RoleDuty},
		{Role: access.RoleOperations},
		{Role: access.RoleFinance},
		{Role: access.RoleSpokes},
		{Role: access.RoleMinistry, Owner: "KEN"},
		{Role: access.RoleMinistry, Owner: "JAM"},
		{Role: access.RoleDonor, Owner: "NOR"},
	} {
		cookie, err := b.signIn("live-"+string(g.Role)+strings.ToLower(g.Owner), g)
		if err != nil {
			return nil, err
		}
		cookies = append(cookies, cookie)
	}
	return append(cookies, ""), nil
}

// liveReaders is how long it takes from a commit to a thousand readers of eight
// roles, over sockets, while commits go on; beside it the same number of
// deliveries of the same bytes without any filter.
func (b *bench) liveReaders() error {
	cookies, err := b.watchers()
	if err != nil {
		return err
	}
	limits := live.Limits{All: 2 * lookers, Strangers: lookers, Each: lookers, Queue: 1 << 20, Keep: time.Minute}
	hub := live.New(live.Options{
		Records: b.node.Records, Door: b.node.Door, People: accounts.Decides, Notes: accounts.Notes, Limits: limits, Now: time.Now, Log: slog.New(slog.DiscardHandler),
	})
	c := &commits{at: map[string]time.Time{}}
	b.node.Journal.OnCommit(func(batch []journal.Stored) {
		for i := range batch {
			c.made(batch[i].Ref)
		}
	})
	b.node.Journal.OnCommit(hub.Committed)
	ctx, stop := context.WithCancel(b.ctx)
	defer stop()
	go hub.Run(ctx)
	pages, err := b.node.Site(app.SiteOptions{}, func(o *web.Options) { o.Live = hub })
	if err != nil {
		return err
	}
	server := httptest.NewUnstartedServer(pages)
	server.Config.Handler = pages
	server.Start()
	defer server.CloseClientConnections()
	crowd, err := gather(ctx, server.Listener.Addr().String(), cookies)
	if err != nil {
		return err
	}
	defer crowd.leave()
	r := rand.New(rand.NewPCG(7, 8))
	for range liveCommits {
		time.Sleep(liveEvery)
		if _, err := b.node.Journal.Append(b.ctx, b.entry(r)); err != nil {
			return err
		}
	}
	all, err := crowd.heard()
	if err != nil {
		return err
	}
	stop()
	took := c.delays(all)
	p50, p99 := at99(took)
	counts := map[string]int{}
	for _, d := range all {
		counts[d.ref]++
	}
	each := slices.Collect(maps.Values(counts))
	b.line(fmt.Sprintf("from a commit to %d live readers of 8 roles, filtered: p50", lookers), p50.Round(10*time.Microsecond), fmt.Sprintf("%d deliveries, %d to %d a commit", len(took), slices.Min(each), slices.Max(each)))
	floor50, floor99, err := b.plainFan(each)
	if err != nil {
		return err
	}
	b.line("the same: p99", p99.Round(10*time.Microsecond), "goal 15 ms")
	b.line("floor: as many bytes over plain sockets, no filter: p50", floor50.Round(10*time.Microsecond), fmt.Sprintf("ratio %.2f", float64(p50)/float64(floor50)))
	b.line("floor: p99", floor99.Round(10*time.Microsecond), fmt.Sprintf("ratio %.2f", float64(p99)/float64(floor99)))
	return nil
}

// liveQueues is the same without sockets: to a goroutine for each reader, beside
// plain channels with nothing to decide.
func (b *bench) liveQueues() error {
	roles := []access.Actor{access.Public()}
	for _, g := range []access.Grant{
		{Role: access.RoleDuty},
		{Role: access.RoleOperations},
		{Role: access.RoleFinance},
		{Role: access.RoleSpokes},
		{Role: access.RoleMinistry, Owner: "KEN"},
		{Role: access.RoleMinistry, Owner: "JAM"},
		{Role: access.RoleDonor, Owner: "NOR"},
	} {
		roles = append(roles, access.Actor{Name: string(g.Role) + g.Owner, Grants: []access.Grant{g}})
	}
	limits := live.Limits{All: 2 * lookers, Strangers: lookers, Each: lookers, Queue: 1 << 20, Keep: time.Minute}
	hub := live.New(live.Options{Records: b.node.Records, Door: b.node.Door, People: accounts.Decides, Notes: accounts.Notes, Limits: limits, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	b.node.Journal.OnCommit(hub.Committed)
	ctx, stop := context.WithCancel(b.ctx)
	defer stop()
	go hub.Run(ctx)
	var began atomic.Int64 // when the commit in hand was there
	b.node.Journal.OnCommit(func([]journal.Stored) { began.Store(time.Now().UnixNano()) })
	var mu sync.Mutex
	var took []time.Duration
	note := func() {
		mu.Lock()
		defer mu.Unlock()
		took = append(took, time.Duration(time.Now().UnixNano()-began.Load()))
	}
	for i := range lookers {
		s, err := hub.Join(ctx, live.Reader{Who: roles[i%len(roles)], Mission: "bench", Key: "bench"})
		if err != nil {
			return err
		}
		s.Take()
		go func() {
			for {
				select {
				case <-s.Ready():
					if chunks, _, _ := s.Take(); len(chunks) > 0 && began.Load() > 0 {
						note()
					}
				case <-ctx.Done():
					return
				}
			}
		}()
	}
	time.Sleep(100 * time.Millisecond)
	r := rand.New(rand.NewPCG(7, 8))
	for range liveCommits {
		time.Sleep(liveEvery)
		if _, err := b.node.Journal.Append(b.ctx, b.entry(r)); err != nil {
			return err
		}
	}
	time.Sleep(300 * time.Millisecond)
	stop()
	p50, p99, n := ends(&mu, &took)
	b.plainQueues(n/liveCommits, &began, note)
	f50, f99, _ := ends(&mu, &took)
	b.line("from a commit to the queues of 1000 readers, filtered: p50", p50.Round(10*time.Microsecond), fmt.Sprintf("p99 %v", p99.Round(10*time.Microsecond)))
	b.line("floor: as many plain channels, no filter: p50", f50.Round(10*time.Microsecond), fmt.Sprintf("p99 %v; ratios %.2f and %.2f", f99.Round(10*time.Microsecond), float64(p50)/float64(f50), float64(p99)/float64(f99)))
	return nil
}

// plainQueues gives so many of a thousand goroutines something at a time, with
// nothing to decide.
func (b *bench) plainQueues(each int, began *atomic.Int64, note func()) {
	plain := make([]chan []byte, lookers)
	ctx, stop := context.WithCancel(b.ctx)
	defer stop()
	for i := range plain {
		plain[i] = make(chan []byte, 64)
		go func() {
			for {
				select {
				case <-plain[i]:
					note()
				case <-ctx.Done():
					return
				}
			}
		}()
	}
	for range liveCommits {
		time.Sleep(liveEvery)
		began.Store(time.Now().UnixNano())
		for _, i := range rand.Perm(lookers)[:each] {
			plain[i] <- nil
		}
	}
	time.Sleep(300 * time.Millisecond)
}

// ends gives the middle and the worst hundredth, and forgets them.
func ends(mu *sync.Mutex, took *[]time.Duration) (p50, p99 time.Duration, n int) {
	mu.Lock()
	defer mu.Unlock()
	all := *took
	*took = nil
	slices.Sort(all)
	if len(all) == 0 {
		return 0, 0, 0
	}
	return all[len(all)/2], all[len(all)*99/100], len(all)
}

// plainFan writes lines of the same length to as many of a thousand sockets, each
// by a goroutine of its own that waits on a channel.
func (b *bench) plainFan(each []int) (p50, p99 time.Duration, err error) {
	ctx, stop := context.WithCancel(b.ctx)
	defer stop()
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, 0, err
	}
	defer l.Close()
	c := &commits{at: map[string]time.Time{}}
	fans := make([]chan []byte, lookers)
	for i := range fans {
		fans[i] = make(chan []byte, 64)
		fans[i] <- []byte("event: hello\n\n")
		go func() {
			in, err := l.Accept()
			if err != nil {
				return
			}
			defer in.Close()
			for {
				select {
				case chunk := <-fans[i]:
					if _, err := in.Write(chunk); err != nil {
						return
					}
				case <-ctx.Done():
					return
				}
			}
		}()
	}
	crowd, err := gather(ctx, l.Addr().String(), []string{""})
	if err != nil {
		return 0, 0, err
	}
	defer crowd.leave()
	text := words(rand.New(rand.NewPCG(9, 9)), 560)
	for n, readers := range each {
		time.Sleep(liveEvery)
		ref := fmt.Sprint("floor-", n)
		chunk := fmt.Appendf(nil, "event: change\nid: ABCDEFGHIJ-1772366461000214\ndata: {\"kind\":\"incident\",\"ref\":\"%s\",\"text\":\"%s\"}\n\n", ref, text)
		c.made(ref)
		for _, i := range rand.Perm(lookers)[:min(readers, lookers)] {
			fans[i] <- chunk
		}
	}
	all, err := crowd.heard()
	if err != nil {
		return 0, 0, err
	}
	p50, p99 = at99(c.delays(all))
	return p50, p99, nil
}
