package journal_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/store"
	"konbit.org/konbit/internal/testkit"
)

// The test binary starts itself again as a node that is killed or meets faults.
const (
	childWriters = "KONBIT_TEST_WRITERS" // how many; set in a child only
	childAppends = "KONBIT_TEST_APPENDS" // how many each; 0 means until killed
	childDir     = "KONBIT_TEST_DIR"
	childLimit   = "KONBIT_TEST_LIMIT" // bytes that a file may have, for a while
)

func TestMain(m *testing.M) {
	if os.Getenv(childWriters) == "" {
		os.Exit(m.Run())
	}
	if err := child(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// child appends with many writers. For each answer it prints a line before that
// writer goes on: "ok ID", or "error KIND".
func child() error {
	ctx := context.Background()
	writers, _ := strconv.Atoi(os.Getenv(childWriters))
	appends, _ := strconv.Atoi(os.Getenv(childAppends))
	n, err := openNode(ctx, os.Getenv(childDir), setup{})
	if err != nil {
		return err
	}
	if err := limitFiles(os.Getenv(childLimit)); err != nil {
		return err
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	refused := 0
	add := func(ref string) bool {
		stored, err := n.Append(ctx, report(ref))
		mu.Lock()
		defer mu.Unlock()
		if err == nil {
			fmt.Println("ok", stored[0].ID)
			return true
		}
		fmt.Println("error", fail.KindOf(err), fail.HintOf(err) == store.HintSpace, strings.ReplaceAll(err.Error(), "\n", " "))
		if refused++; refused == writers {
			_ = limitFiles("none") // space returns
		}
		return false
	}
	for w := range writers {
		wg.Go(func() {
			for i := 0; appends == 0 || i < appends; i++ {
				add(fmt.Sprint(w, "-", i))
			}
		})
	}
	wg.Wait()
	for try := 0; try < 100 && !add("last"); try++ { // the fault may have come late
	}
	if err := n.Close(); err != nil {
		return err
	}
	return n.db.Close()
}

func childCommand(t *testing.T, dir string, wrap []string, env ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	args := append(wrap, self)
	cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
	cmd.Env = append(os.Environ(), append(env, childDir+"="+dir)...)
	cmd.Stderr = os.Stderr
	return cmd
}

// kills is 5 in an ordinary run, and what is asked for in the crash run.
func kills() int {
	if n, err := strconv.Atoi(os.Getenv("KONBIT_KILLS")); err == nil {
		return n
	}
	return 5
}

func TestCrashKilledAtAnyMomentNothingAcknowledgedIsLost(t *testing.T) {
	var dir string
	var acknowledged []string
	total := 0
	for kill := range kills() {
		if kill%5 == 0 { // each folder is killed five times over
			dir, acknowledged = t.TempDir(), nil
		}
		got := killed(t, dir, time.Duration(rand.IntN(250))*time.Millisecond)
		acknowledged = append(acknowledged, got...)
		total += len(got)
		whole(t, dir, acknowledged)
		if t.Failed() {
			t.Fatalf("after kill %d", kill+1)
		}
	}
	t.Logf("%d kills, %d acknowledged entries, all there", kills(), total)
}

// killed runs a node under 32 writers, kills it a while after the first answer,
// and gives the ids that had been answered.
func killed(t *testing.T, dir string, after time.Duration) (ids []string) {
	t.Helper()
	cmd := childCommand(t, dir, nil, childWriters+"=32", childAppends+"=0")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(out)
	var timer *time.Timer
	for {
		line, err := r.ReadString('\n')
		if err != nil { // killed; a line without its end was not an answer
			break
		}
		if timer == nil {
			timer = time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
		}
		id, ok := strings.CutPrefix(strings.TrimSpace(line), "ok ")
		if !ok {
			t.Errorf("the node says: %s", line)
		}
		ids = append(ids, id)
	}
	if err := cmd.Wait(); err == nil || timer == nil {
		t.Errorf("the node ended by itself: %v", err)
	}
	return ids
}

// whole reopens a node and sees that the entries with these ids are there, that
// everything verifies and that it goes on.
func whole(t *testing.T, dir string, ids []string) {
	t.Helper()
	n, err := openNode(t.Context(), dir, setup{})
	if err != nil {
		t.Fatal(err)
	}
	defer n.close(t)
	mustAppend(t, n, report("after"))
	there := map[string]bool{}
	for _, s := range all(t, n) {
		there[s.ID.String()] = true
	}
	missing := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return there[id] })
	if len(missing) > 0 {
		t.Errorf("of %d acknowledged entries %d are lost, the first is %s", len(ids), len(missing), missing[0])
	}
	mustVerify(t, n, int64(len(there)))
}

// answers is what a node under faults said, in order.
type answers struct {
	ids               []string
	refused           int
	afterRefusal      int // entries taken after the last refusal
	others, unhelpful []string
}

func readAnswers(t *testing.T, out io.Reader) (a answers) {
	t.Helper()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		line := lines.Text()
		if id, ok := strings.CutPrefix(line, "ok "); ok {
			a.ids = append(a.ids, id)
			a.afterRefusal++
			continue
		}
		a.refused++
		a.afterRefusal = 0
		if !strings.HasPrefix(line, "error unavailable ") {
			a.others = append(a.others, line)
		} else if !strings.HasPrefix(line, "error unavailable true ") {
			a.unhelpful = append(a.unhelpful, line)
		}
	}
	return a
}

// underFault runs a node whose disk fails for a while, and sees that it said so,
// lost nothing, and went on by itself.
func underFault(t *testing.T, dir string, cmd *exec.Cmd) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	a := readAnswers(t, out)
	if err := cmd.Wait(); err != nil {
		t.Errorf("the node: %v", err)
	}
	if a.refused == 0 {
		t.Error("the fault did not bite")
	}
	if len(a.others) > 0 || len(a.unhelpful) > 0 {
		t.Errorf("refused with another kind, or without a hint: %v %v", a.others, a.unhelpful)
	}
	if a.afterRefusal == 0 {
		t.Error("the node did not go on after the fault")
	}
	t.Logf("%d acknowledged, %d refused, %d taken after that", len(a.ids), a.refused, a.afterRefusal)
	whole(t, dir, a.ids)
}

func TestCrashAFailingDiskIsReportedAndOutlived(t *testing.T) {
	strace := testkit.NeedTool(t, "strace")
	// strace counts the calls of each thread by itself, so a fault comes and
	// goes several times. The first syncs are those of the migrations.
	for name, f := range map[string]struct{ calls, fault string }{
		"a sync fails":     {"fsync,fdatasync", "error=EIO:when=8..10"},
		"the disk is full": {"write,pwrite64", "error=ENOSPC:when=60..64"},
		"a write fails":    {"write,pwrite64", "error=EIO:when=60..64"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			log := filepath.Join(dir, "konbit.db-wal")
			wrap := []string{
				strace, "-f", "-qq", "--seccomp-bpf", "-o", filepath.Join(dir, "trace"),
				"-P", log, "-e", "trace=" + f.calls, "-e", "inject=" + f.calls + ":" + f.fault,
			}
			underFault(t, dir, childCommand(t, dir, wrap, childWriters+"=4", childAppends+"=150"))
		})
	}
}

func TestCrashAFileThatMayNotGrowIsReportedAndOutlived(t *testing.T) {
	dir := t.TempDir()
	underFault(t, dir, childCommand(t, dir, nil, childWriters+"=4", childAppends+"=200", childLimit+"=1000000"))
}

func TestAFullDatabaseIsReportedAndOutlived(t *testing.T) {
	n := newNode(t, t.TempDir(), setup{})
	mustAppend(t, n, report("before"))
	change(t, n, "PRAGMA max_page_count = 1") // means: not one page more
	var many []journal.Entry
	for i := range 200 {
		many = append(many, report(fmt.Sprint(i)))
	}
	_, err := n.Append(t.Context(), many...)
	if !fail.Is(err, fail.Unavailable) || fail.HintOf(err) != store.HintSpace {
		t.Errorf("want unavailable with a hint, got %v", err)
	}
	// The writer has a new connection by now, without the limit: space returned.
	if got := mustAppend(t, n, many...); got[0].Seq != 2 {
		t.Errorf("number %d after a call that failed", got[0].Seq)
	}
	mustVerify(t, n, 201)
}
