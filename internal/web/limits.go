package web

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"konbit.org/konbit/internal/fail"
)

// Rate is how many requests somebody may make: a steady number a second, and so
// many at once. A search or a download counts as ten, a sign-in as five.
type Rate struct {
	PerSecond float64
	Burst     int
}

// Limits are the rates of one who asks; the zero value means none. Whoever sits
// at the machine has none.
type Limits struct {
	Person    Rate // signed in, by account
	Anonymous Rate // by address, of IPv6 the first 64 bits
}

// UsualLimits let a person work as fast as they can click and a class of twenty
// share one address.
func UsualLimits() Limits { return Limits{Person: Rate{30, 600}, Anonymous: Rate{15, 300}} }

// buckets holds who asked how much lately.
type buckets struct {
	limits Limits
	mu     sync.Mutex
	byKey  map[string]*bucket
}

type bucket struct {
	*rate.Limiter
	used time.Time
}

// mostBuckets bounds the memory that strangers can make us use.
const mostBuckets = 20_000

// take counts a request and gives how long to wait; 0 means go on.
func (b *buckets) take(key string, of Rate, cost int, now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	l, ok := b.byKey[key]
	if !ok {
		b.sweep(now)
		l = &bucket{Limiter: rate.NewLimiter(rate.Limit(of.PerSecond), of.Burst)}
		b.byKey[key] = l
	}
	l.used = now
	if l.AllowN(now, cost) {
		return 0
	}
	missing := float64(cost) - l.TokensAt(now)
	return max(time.Second, time.Duration(missing/of.PerSecond*float64(time.Second)))
}

// sweep forgets who has long been quiet; their buckets are full again anyway.
// Should the rest be too many, all are forgotten: some strangers then get a
// little more than their share.
func (b *buckets) sweep(now time.Time) {
	if len(b.byKey) < mostBuckets {
		return
	}
	for key, l := range b.byKey {
		if now.Sub(l.used) > 5*time.Minute {
			delete(b.byKey, key)
		}
	}
	if len(b.byKey) >= mostBuckets {
		clear(b.byKey)
	}
}

// allow refuses who asks too often, with the time to wait.
func (v *visit) allow(rt route) error {
	if v.self.IsLocal() || v.buckets.limits == (Limits{}) {
		return nil
	}
	key, of := "from "+v.household(), v.buckets.limits.Anonymous
	if v.signedIn() {
		key, of = "account "+v.self.Name, v.buckets.limits.Person
	}
	wait := v.buckets.take(key, of, v.cost(rt), v.now)
	if wait == 0 {
		return nil
	}
	seconds := int((wait + time.Second - 1) / time.Second)
	err := fail.New(fail.Unavailable, v.t("people.error.often"), v.t("people.error.often.hint", "seconds", v.num(seconds)))
	return statusError{code: http.StatusTooManyRequests, retry: seconds, err: err}
}

func (v *visit) cost(rt route) int {
	switch {
	case v.format == asCSV || v.format == asXLSX || v.format == asGeo || v.format == asEvents,
		strings.HasSuffix(rt.pattern, "/search"), strings.HasSuffix(rt.pattern, "/map"), v.r.URL.Query().Has("q"):
		return 10
	case rt.method == http.MethodPost && rt.need.rule == "open":
		return 5
	}
	return 1
}
