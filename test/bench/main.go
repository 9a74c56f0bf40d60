// Command bench measures the product at a size where it hurts, beside a floor
// taken in the same run: what SQLite alone does with rows of the same size. It
// prints a table and never fails on a slow machine.
//
//	go run ./test/bench -entries 1000000
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"time"

	"konbit.org/konbit/internal/app"
	"konbit.org/konbit/internal/journal"
)

func main() {
	entries := flag.Int("entries", 1_000_000, "entries in the store")
	writers := flag.Int("writers", 32, "writers at a time")
	dir := flag.String("dir", "", "folder to work in; default a temporary one")
	on := flag.String("on", "", "folder that a run with -dir left: only questions are measured, on what is there")
	only := flag.String("only", "", "with -on: no more than the pages whose name has this, for a profile")
	as := flag.String("as", "", "with -on: no more than the reader of this name, for a profile")
	times := flag.Int("times", 0, "with -on: how often each reader asks, where that is more than usual")
	lookOn := flag.Bool("live", false, "measure live readers alone")
	readers := flag.String("crowd", "", "be the readers of the streams at this address, with the sign-ins that follow")
	profile := flag.String("cpuprofile", "", "write a profile of the processor's time here")
	flag.Parse()
	if *profile != "" {
		f, err := os.Create(*profile)
		if err == nil {
			err = pprof.StartCPUProfile(f)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		defer pprof.StopCPUProfile()
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var err error
	switch {
	case *readers != "":
		err = beCrowd(*readers, flag.Args())
	case *lookOn:
		err = liveAlone(ctx)
	case *on != "":
		err = questions(&bench{ctx: ctx, dir: *on, only: *only, as: *as, rounds: *times})
	default:
		err = run(ctx, *entries, *writers, *dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

const missionYAML = `id: bench
title: {en: Bench, fr: Bench, ht: Bench, es: Bench, sw: Bench}
summary: {en: Bench, fr: Bench, ht: Bench, es: Bench, sw: Bench}
zone: UTC
host: NOR
lead: KEN
contributors: [KEN, JAM, BLZ]
languages: [en]
started: 2020-01-01
`

func run(ctx context.Context, entries, writers int, dir string) error {
	if dir == "" {
		tmp, err := os.MkdirTemp("", "konbit-bench-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(tmp)
		dir = tmp
	}
	b := &bench{ctx: ctx, dir: dir, entries: entries, writers: writers}
	fmt.Printf("%d entries, %d writers, %s, %d cores\n\n", entries, writers, runtime.Version(), runtime.NumCPU())
	for _, step := range []func() error{b.floor, b.open, b.ingest, b.fill, b.deskIngest, b.restart, b.figures, b.pages, b.mapBoxes, b.sights, b.wholePages, b.liveQueues, b.liveReaders, b.memory, b.rebuild} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// liveAlone measures live readers of a node with little in it: how much there is
// makes no difference to them.
func liveAlone(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "konbit-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &bench{ctx: ctx, dir: dir}
	for _, step := range []func() error{b.open, b.held, b.liveQueues, b.liveReaders} {
		if err := step(); err != nil {
			return err
		}
	}
	return b.node.Close()
}

// questions measures what is asked of a node that is there.
func questions(b *bench) error {
	if err := b.reopen(); err != nil {
		return err
	}
	steps := []func() error{b.figures, b.pages, b.mapBoxes, b.sights, b.wholePages, b.liveQueues, b.liveReaders, b.memory}
	if b.only != "" || b.as != "" {
		steps = []func() error{b.wholePages}
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return b.node.Close()
}

func (b *bench) open() error {
	m := filepath.Join(b.dir, "mission")
	if err := os.MkdirAll(m, 0o700); err != nil {
		return err
	}
	file := filepath.Join(m, "mission.yaml")
	if err := os.WriteFile(file, []byte(missionYAML), 0o600); err != nil {
		return err
	}
	if _, err := app.Init(b.ctx, filepath.Join(b.dir, "data"), file, journal.Unlock{}, time.Now); err != nil {
		return err
	}
	return b.reopen()
}

func (b *bench) reopen() (err error) {
	b.node, err = app.Open(b.ctx, app.Config{Data: filepath.Join(b.dir, "data"), Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	return err
}

// restart closes and opens the node, so that what follows reads from the disk.
func (b *bench) restart() error {
	if err := b.node.Close(); err != nil {
		return err
	}
	debug.FreeOSMemory()
	start := time.Now()
	if err := b.reopen(); err != nil {
		return err
	}
	b.line("open the node", time.Since(start), "")
	return nil
}
