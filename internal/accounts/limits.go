package accounts

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"net/netip"
	"time"

	"konbit.org/konbit/internal/store"
)

// The limits of attempts. After the free ones each failure doubles the wait, from
// a second to a quarter of an hour, and a day without failures forgets them: so
// nobody is kept out for good, and a guesser has some hundred tries a day. More
// are free from one address than for one name, because a whole post shares one.
const (
	freeByName    = 5
	freeByAddress = 20
	longestWait   = 15 * time.Minute
	forgetAfter   = 24 * time.Hour
	trustFor      = 30 * 24 * time.Hour
)

// What is counted, in the upper half of a bucket.
const (
	byName int64 = iota + 1
	byAddress
	byPair // a name from where it signed in before
)

// waitAfter is how long after the last failure the next attempt may come.
func waitAfter(failures, free int64) time.Duration {
	if failures < free {
		return 0
	}
	shift := failures - free
	if shift > 20 { // far past the longest, and before the shift overflows
		return longestWait
	}
	return min(time.Second<<shift, longestWait)
}

// bucket cuts what was attempted to 32 bits. A collision makes two names share a
// wait, which does little harm.
func bucket(what int64, text string) int64 {
	sum := sha256.Sum256([]byte(text))
	return what<<32 | int64(binary.BigEndian.Uint32(sum[:4]))
}

// source is an address as it is counted: one IPv6 customer has a whole /64.
func source(from string) string {
	addr, err := netip.ParseAddr(from)
	if err != nil {
		return from
	}
	if addr = addr.Unmap(); addr.Is6() {
		if p, err := addr.Prefix(64); err == nil {
			return p.String()
		}
	}
	return addr.WithZone("").String()
}

func pairOf(name, from string) []byte {
	sum := sha256.Sum256([]byte(name + "\x00" + source(from)))
	return sum[:16]
}

// attempt counts a failure before it is known to be one, so that many attempts
// at once are counted too; [Service.forgive] takes it back. It refuses while
// there is a wait. An empty name, of a passkey, is limited by address alone.
func (s *Service) attempt(ctx context.Context, name, from string) error {
	if s.c.Sessions == nil {
		return s.readOnly()
	}
	now := s.time()
	var wait time.Duration
	err := s.c.Sessions.Write(ctx, func(tx *store.Tx) error {
		buckets, err := s.buckets(ctx, tx, name, from)
		if err != nil {
			return err
		}
		for b, free := range buckets {
			left, err := waiting(ctx, tx, b, free, now)
			if err != nil {
				return err
			}
			wait = max(wait, left)
		}
		if wait > 0 {
			return nil
		}
		for b := range buckets {
			if _, err := tx.Exec(ctx, `INSERT INTO failure (bucket, count, last) VALUES (?1, 1, ?2)
				ON CONFLICT (bucket) DO UPDATE SET count = count + 1, last = ?2`, b, now.UnixMilli()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || wait <= 0 {
		return err
	}
	return limited(wait)
}

// buckets are what an attempt counts against, with how many are free.
func (s *Service) buckets(ctx context.Context, tx *store.Tx, name, from string) (map[int64]int64, error) {
	out := map[int64]int64{}
	if from != "" {
		out[bucket(byAddress, source(from))] = freeByAddress
	}
	if name == "" {
		return out, nil
	}
	var at int64
	err := tx.QueryRow(ctx, "SELECT at FROM trusted WHERE pair = ?", pairOf(name, from)).Scan(&at)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	if err == nil && s.time().Sub(time.UnixMilli(at)) < trustFor {
		out[bucket(byPair, name+"\x00"+source(from))] = freeByName
		return out, nil
	}
	out[bucket(byName, name)] = freeByName
	return out, nil
}

// waiting is how long a bucket still has to wait. What is long past is forgotten;
// so is what lies ahead, after a clock that was set back.
func waiting(ctx context.Context, tx *store.Tx, b, free int64, now time.Time) (time.Duration, error) {
	var count, last int64
	err := tx.QueryRow(ctx, "SELECT count, last FROM failure WHERE bucket = ?", b).Scan(&count, &last)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	at := time.UnixMilli(last)
	if now.Sub(at) >= forgetAfter || at.Sub(now) > longestWait {
		_, err := tx.Exec(ctx, "DELETE FROM failure WHERE bucket = ?", b)
		return 0, err
	}
	return at.Add(waitAfter(count, free)).Sub(now), nil
}

// forgive forgets the failures of a name that has signed in, takes back that of
// its address, and trusts the two together from now on.
func (s *Service) forgive(ctx context.Context, name, from string) error {
	return s.c.Sessions.Write(ctx, func(tx *store.Tx) error {
		now := s.time()
		if _, err := tx.Exec(ctx, "DELETE FROM failure WHERE bucket IN (?, ?)", bucket(byName, name), bucket(byPair, name+"\x00"+source(from))); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "UPDATE failure SET count = max(count - 1, 0) WHERE bucket = ?", bucket(byAddress, source(from))); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "INSERT INTO trusted (pair, at) VALUES (?1, ?2) ON CONFLICT (pair) DO UPDATE SET at = ?2", pairOf(name, from), now.UnixMilli()); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "DELETE FROM trusted WHERE at < ?", now.Add(-trustFor).UnixMilli()); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "DELETE FROM failure WHERE last < ?", now.Add(-forgetAfter).UnixMilli())
		return err
	})
}
