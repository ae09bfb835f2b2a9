package draft

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/internal/golden"
	"github.com/openplenary/plenary/refusal"
)

var updateGolden = flag.Bool("update", false, "write what the store answers now into testdata")

// told is what a method answered: a refusal by its key, what a draft says of itself, and anything else as it is written.
func told(err error, answers ...any) string {
	var b strings.Builder
	for _, a := range answers {
		switch a := a.(type) {
		case Draft:
			fmt.Fprintf(&b, " {%s %s %s of %d, %q v%d +%d sent %v}", a.Slug, a.Kind, a.Key, a.Owner, a.Body, a.Version, int(a.Changed.Sub(t0).Hours()), a.Sent)
		case []Draft:
			fmt.Fprintf(&b, " %d:", len(a))
			for _, d := range a {
				b.WriteString(told(nil, d))
			}
		default:
			fmt.Fprintf(&b, " %v", a)
		}
	}
	if rs := refusal.Of(err); len(rs) > 0 {
		return fmt.Sprintf(" %d %s %v", rs[0].Kind, rs[0].Key, rs[0].Args)
	}
	if err != nil {
		return " fault: " + err.Error()
	}
	return b.String()
}

// TestGoldenStore does some two hundred things to a store that are chosen by a seed, with what is there and what is not, and writes down what each answers and
// what is there afterwards.
func TestGoldenStore(t *testing.T) {
	s := newStore(t)
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(all ...string) string { return all[r.IntN(len(all))] }
	slug := func() string { return pick("a", "a", "b") }
	key := func() string { return pick("k", "k", "l", "k.s1", "k.s2", "l.s1", "m.s1", "kk") }
	kind := func() string {
		return pick(Contribution, Contribution, Contribution, Party, Section, Section, Seat, Guest, Paper, Paper, "letter")
	}
	owner := func() uint64 { return uint64(r.IntN(3)) }
	var out strings.Builder
	now := t0
	acts := []func() string{
		func() string {
			d := Draft{Slug: slug(), Kind: kind(), Key: key(), Owner: owner(), Body: []byte(pick("one", "two", "")), Code: uint64(r.IntN(3))}
			was, _, err := s.Get(ctx, d.Slug, d.Kind, d.Key)
			if err != nil {
				t.Fatal(err)
			}
			base := was.Version
			if r.IntN(4) == 0 {
				base = r.IntN(4) - 1
			} else if r.IntN(4) > 0 {
				d.Owner = was.Owner
			}
			v, err := s.Save(ctx, d, base, now)
			return fmt.Sprintf("save %s %s %s of %d over %d:", d.Slug, d.Kind, d.Key, d.Owner, base) + told(err, v)
		},
		func() string {
			x, k, n := slug(), kind(), key()
			d, ok, err := s.Get(ctx, x, k, n)
			vs, errs := s.Versions(ctx, x, k, n)
			return fmt.Sprintf("get %s %s %s:", x, k, n) + told(err, d, ok) + told(errs, vs)
		},
		func() string {
			x, k, n, v := slug(), kind(), key(), r.IntN(5)-1
			d, ok, err := s.Version(ctx, x, k, n, v)
			return fmt.Sprintf("version %d of %s %s %s:", v, x, k, n) + told(err, d, ok)
		},
		func() string {
			x, k, o := slug(), kind(), owner()
			all, err := s.List(ctx, x, k, o)
			return fmt.Sprintf("list %s %s of %d:", x, k, o) + told(err, all)
		},
		func() string {
			x, code := slug(), uint64(r.IntN(4))
			d, ok, err := s.ByCode(ctx, x, code)
			return fmt.Sprintf("by code %d in %s:", code, x) + told(err, ok, d.Slug, d.Kind, len(d.Body) > 0 || d.Version > 0)
		},
		func() string {
			k, since := kind(), now.Add(-time.Duration(r.IntN(40))*time.Hour)
			all, err := s.Since(ctx, k, since)
			return fmt.Sprintf("since %d, %s:", int(since.Sub(t0).Hours()), k) + told(err, len(all))
		},
		func() string {
			d := Draft{Slug: slug(), Kind: kind(), Key: key()}
			was, _, err := s.Get(ctx, d.Slug, d.Kind, d.Key)
			if d.Version = was.Version; err == nil {
				_, err = s.MarkSent(ctx, d, now)
			}
			return fmt.Sprintf("sent %s %s %s:", d.Slug, d.Kind, d.Key) + told(err)
		},
		func() string {
			d := Draft{Slug: slug(), Kind: kind(), Key: key(), Version: r.IntN(3)}
			deleted, err := s.DeleteVersion(ctx, d)
			return fmt.Sprintf("delete %s %s %s at %d:", d.Slug, d.Kind, d.Key, d.Version) + told(err, deleted)
		},
		func() string {
			x, k, n := slug(), pick(Section, Remarks, Seat, Guest, Agreed, Party), pick("k", "l", "kk")
			all, err := s.Parts(ctx, x, k, n)
			return fmt.Sprintf("parts %s %s %s:", x, k, n) + told(err, all)
		},
		func() string {
			x := slug()
			keys, err := s.Unowned(ctx, x)
			return fmt.Sprintf("unowned %s:", x) + told(err, len(keys))
		},
		func() string {
			x, k := slug(), kind()
			given := 0
			err := s.Rewrite(ctx, x, k, func(body []byte) ([]byte, error) {
				if given++; string(body) == "one" {
					return []byte("another"), nil
				}
				return nil, nil
			})
			return fmt.Sprintf("rewrite %s %s:", x, k) + told(err, given)
		},
	}
	ends := []func() string{ // what takes much away comes seldom
		func() string {
			x, k, n := slug(), kind(), key()
			return fmt.Sprintf("delete %s %s %s:", x, k, n) + told(s.Delete(ctx, x, k, n))
		},
		func() string {
			x, o := slug(), owner()
			return fmt.Sprintf("forget begun by %d in %s:", o, x) + told(s.ForgetBegun(ctx, x, o))
		},
		func() string {
			x, o := slug(), owner()
			return fmt.Sprintf("forget %d in %s:", o, x) + told(s.Forget(ctx, x, o))
		},
		func() string {
			x, o := slug(), owner()
			return fmt.Sprintf("forget party %d in %s:", o, x) + told(s.ForgetParty(ctx, x, o))
		},
		func() string {
			x, n := slug(), pick("k", "l", "kk")
			return fmt.Sprintf("sent with parts %s %s:", x, n) + told(s.MarkSentWithParts(ctx, x, n, now))
		},
		func() string {
			x, n := slug(), pick("k", "l", "kk")
			return fmt.Sprintf("delete with parts %s %s:", x, n) + told(s.DeleteWithParts(ctx, x, n))
		},
		func() string {
			now = now.Add(time.Duration(r.IntN(3)) * 13 * time.Hour)
			at := now
			if r.IntN(3) == 0 {
				at = now.Add(unsentLife - time.Duration(r.IntN(100))*time.Hour)
			}
			n, err := s.Sweep(ctx, at)
			return fmt.Sprintf("sweep at %d:", int(at.Sub(t0).Hours())) + told(err, n)
		},
		func() string {
			x := pick("b", "b", "c")
			return fmt.Sprintf("forget all of %s:", x) + told(s.ForgetAll(ctx, x))
		},
	}
	kept := func() string {
		all, err := s.list(ctx, `SELECT slug, kind, key, owner, version, changed, sent FROM draft ORDER BY slug, kind, key`)
		var names []string
		for _, d := range all {
			names = append(names, fmt.Sprintf("%s/%s/%s.%d", d.Slug, d.Kind, d.Key, d.Version))
		}
		var versions int
		if err := s.db.QueryRow(`SELECT COUNT(*) FROM draft_version`).Scan(&versions); err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("; kept %d with %d versions", len(all), versions) + told(err, names)
	}
	for i := range 260 {
		all, before := acts, ""
		if r.IntN(12) == 0 {
			all = ends
		}
		do := r.IntN(len(all))
		if len(all) == len(acts) && r.IntN(3) == 0 {
			do = 0
		}
		line := all[do]()
		if len(all) == len(ends) {
			before = kept()
		}
		if fmt.Fprintf(&out, "%03d %s%s\n", i, line, before); r.IntN(3) == 0 {
			now = now.Add(time.Hour)
		}
	}
	golden.Lines(t, "store.golden", out.String(), *updateGolden)
}
