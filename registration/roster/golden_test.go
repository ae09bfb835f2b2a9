package roster

import (
	"cmp"
	"database/sql"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/internal/golden"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/registration"
)

var updateGolden = flag.Bool("update", false, "write what the store answers now into testdata")

// TestGoldenStore has people register, wait, be decided on, come and be forgotten as a seed chooses, under terms that change, and writes down what each is
// answered and who has which seat afterwards.
func TestGoldenStore(t *testing.T) {
	r := newRoom(t, 2, 2, nil)
	r.Fields = append(r.Fields, registration.Asked{Field: registration.Field{Label: locale.Plain("en", "Letter"), Kind: registration.File, Required: true, Categories: []string{"igo"}}},
		registration.Asked{Field: registration.Field{Label: locale.Plain("en", "Day"), Kind: registration.Line, Required: true, Categories: []string{"ngo"}}})
	x := rand.New(rand.NewPCG(19, 20))
	ctx := t.Context()
	pick := func(all ...string) string { return all[x.IntN(len(all))] }
	names := map[int64]string{} // of registrations, by the order in which they came
	called := func(g Registration) string {
		if g.ID == 0 {
			return "none"
		}
		if names[g.ID] == "" {
			names[g.ID] = fmt.Sprint("#", len(names)+1)
		}
		return names[g.ID]
	}
	var codes []string // of badges
	all := func() []Registration {
		t.Helper()
		out, err := list(ctx, r.db, `slug = $1`, "ferries")
		if err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(out, func(a, b Registration) int {
			return cmp.Or(a.Made.Compare(b.Made), cmp.Compare(a.Place, b.Place), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Participant, b.Participant))
		})
		for _, g := range out {
			if called(g); g.Code != "" && !slices.Contains(codes, g.Code) {
				codes = append(codes, g.Code)
			}
		}
		return out
	}
	some := func() Registration { // one of them, or none
		is := all()
		if i := x.IntN(len(is) + 1); i < len(is) {
			return is[i]
		}
		return Registration{}
	}
	said := func(err error, what ...any) string {
		if rs := refusal.Of(err); len(rs) > 0 {
			return fmt.Sprintf("%d %s %s %v", rs[0].Kind, rs[0].Field, rs[0].Key, rs[0].Args)
		}
		if err != nil {
			return "fault"
		}
		return strings.TrimSpace(fmt.Sprintln(what...))
	}
	code := func() string {
		if i := x.IntN(len(codes) + 1); i < len(codes) {
			return Shown(codes[i])
		}
		return pick("", "AAAA-AAAA-AAAA-A", "0123456789ABC")
	}
	party := func() cite.Ref { return cite.Ref(pick("", "y1", "y1", "y2")) }
	acts := []func() string{
		func() string {
			b := Registration{Of: r.of(uint64(1 + x.IntN(6))), Wants: pick(registration.Active, registration.Active, registration.Passive), Category: pick("ngo", "igo", "state"), Party: party()}
			got, err := r.Begin(ctx, r.Terms, b, r.now)
			return fmt.Sprintf("%d begins for %q as %s, %s: ", b.Participant, b.Party, b.Category, b.Wants) + said(err, got.Status, got.Seat, got.Reason)
		},
		func() string {
			who := uint64(1 + x.IntN(6))
			p := Person{Name: pick("Ada", "Bo", fmt.Sprint("P", who), fmt.Sprint("P", who)), Listed: x.IntN(2) == 0}
			got, err := r.Confirm(ctx, r.Terms, r.of(who), Said{p, map[int]string{1: pick("none", ""), 3: pick("Monday", "Monday", "")}}, r.now)
			return fmt.Sprintf("%d confirms as %s: ", who, p.Name) + said(err, got.Status, got.Seat, got.Code != "", got.Answers)
		},
		func() string {
			g := some()
			return fmt.Sprintf("approve %s: ", called(g)) + said(r.Approve(ctx, r.Terms, g.ID, r.now))
		},
		func() string {
			g, why := some(), pick("It is full.", "It is full.", "")
			return fmt.Sprintf("refuse %s, %q: ", called(g), why) + said(r.Refuse(ctx, r.Terms, g.ID, why, r.now))
		},
		func() string {
			g := some()
			files, err := r.TakeBack(ctx, r.Terms, g.ID, r.now)
			return fmt.Sprintf("take back %s: ", called(g)) + said(err, files)
		},
		func() string {
			b := Registration{Of: Of{Slug: "ferries", Session: "s2"}, Entered: uint64(x.IntN(3)), Category: "state", Party: party(), Country: "FR"}
			var members []Member
			for range 1 + x.IntN(2) {
				members = append(members, Member{Person: Person{Name: pick("Ada", "Cy", "cy", "Di")}, Email: pick("", "", "a@x.org", "A@X.org", "d@x.org"), Seat: pick(registration.Active, registration.Passive), Country: pick("", "CH")})
			}
			return fmt.Sprintf("enter %d of %q, first %s %s: ", len(members), b.Party, members[0].Name, members[0].Email) + said(r.Enter(ctx, r.Terms, b, members, r.now))
		},
		func() string {
			typed := code()
			word, g, err := r.CheckIn(ctx, r.Terms, typed, r.now)
			is, ok, errOf := r.Bearer(ctx, r.Terms, typed)
			return fmt.Sprintf("check in with %d: ", slices.IndexFunc(codes, func(c string) bool { return Shown(c) == typed })+1) + said(err, word, called(g)) + "; " + said(errOf, called(is), ok)
		},
		func() string {
			g := some()
			return fmt.Sprintf("another badge for %s: ", called(g)) + said(r.Renew(ctx, "ferries", "s2", g.ID, r.now))
		},
		func() string {
			g := some()
			return fmt.Sprintf("end %s: ", called(g)) + said(r.End(ctx, r.Terms, []int64{g.ID, 77}, r.now))
		},
		func() string {
			g, of := some(), party()
			return fmt.Sprintf("answer for %s by %q: ", called(g), of) + said(r.AnswerFor(ctx, r.Terms, of, g.ID, map[int]string{1: pick("none", ""), 3: "Friday"}))
		},
		func() string {
			g := some()
			was, err := r.Enclose(ctx, g.ID, 2, pick("f1", "f2"), "a.pdf")
			files, errOf := r.Files(ctx)
			return fmt.Sprintf("a file of %s: ", called(g)) + said(err, was) + "; " + said(errOf, len(files))
		},
		func() string {
			email, who := pick("a@x.org", "d@x.org"), uint64(1+x.IntN(6))
			err := r.Claim(ctx, "ferries", email, who)
			there, errOf := r.For(ctx, "ferries", strings.ToUpper(email))
			return fmt.Sprintf("%d signs in as %s: ", who, email) + said(err) + "; " + said(errOf, there)
		},
		func() string {
			list, err := r.Untold(ctx, "ferries", "s2")
			line := ""
			for _, g := range list {
				ok := false
				if err := r.within(ctx, func(tx *sql.Tx) (err error) {
					if x.IntN(3) == 0 {
						g.Status, g.Seat = Asked, registration.Passive // it was so when the letter was written
					}
					ok, err = Told(ctx, tx, g)
					return err
				}); err != nil {
					t.Fatal(err)
				}
				line += fmt.Sprintf(" %s %s %v", called(g), g.Tells(), ok)
			}
			return "tell:" + line + said(err)
		},
		func() string {
			who := uint64(x.IntN(7))
			files, err := r.Forget(ctx, pick("ferries", "ferries", "other"), who, r.now)
			return fmt.Sprintf("forget %d: ", who) + said(err, files)
		},
		func() string {
			a := pick("A@x.org", "d@x.org", "")
			files, err := r.ForgetAddresses(ctx, r.now, a)
			return fmt.Sprintf("forget %q: ", a) + said(err, files)
		},
		func() string {
			left, waiting, err := r.Left(ctx, r.Terms)
			reps, errOf := r.Representing(ctx, "ferries", "s2")
			return "left: " + said(err, left, waiting) + "; represent " + said(errOf, len(reps))
		},
		func() string {
			r.Terms.Offer.Terms.Active, r.Terms.Offer.Terms.Each, r.Terms.Offer.Terms.Approval = 1+x.IntN(3), x.IntN(3), x.IntN(3) == 0
			return fmt.Sprintf("terms %d active, each %d, approval %v: ", r.Terms.Terms.Active, r.Terms.Terms.Each, r.Terms.Terms.Approval) + said(r.Settle(ctx, r.Terms, r.now))
		},
	}
	var out strings.Builder
	for i := range 240 {
		do := x.IntN(len(acts))
		if x.IntN(3) == 0 {
			do = x.IntN(2)
		}
		line := acts[do]()
		var is []string
		for _, g := range all() {
			is = append(is, fmt.Sprintf("%s %d %s %s/%s%s", called(g), g.Participant, g.Status, g.Seat, g.Wants, map[bool]string{true: "*"}[g.Code != ""]+map[bool]string{true: "!"}[!g.Arrived.IsZero()]+map[bool]string{true: "?"}[g.Waits()]))
			if g.Cleared() != (g.Status == Refused && g.Name == "") || g.Seated() && g.Over() {
				t.Errorf("%d: %+v", i, g)
			}
		}
		fmt.Fprintf(&out, "%03d +%dm %s || %s\n", i, int(r.now.Sub(t0).Minutes()), line, strings.Join(is, ", "))
		switch x.IntN(5) {
		case 0:
			r.now = r.now.Add([]time.Duration{registration.HoldFor, time.Minute, time.Minute, 5 * time.Minute}[x.IntN(4)])
		case 1:
			r.now = r.now.Add(time.Second)
		}
		if i == 200 { // it closes, and then it is past
			r.now = r.Terms.Terms.Closes
		}
		if i == 225 {
			r.Ends = r.now
		}
	}
	for _, figures := range [][]registration.Figure{nil, {{About: registration.BySeat, Of: 3}}} {
		files, ok, err := r.Discard(ctx, r.Terms, figures, r.now)
		kept, at, errOf := r.Figures(ctx, "ferries", "s2")
		fmt.Fprintf(&out, "discard: %s; %s\n", said(err, len(files), ok), said(errOf, len(kept), at.IsZero()))
	}
	golden.Lines(t, "store.golden", out.String(), *updateGolden)
}

// TestCodes: a code is read as people type it, and none in which one letter is wrong or two changed places.
func TestCodes(t *testing.T) {
	const body = "0123456789AB"
	code := body + string(slip(body))
	for typed, want := range map[string]bool{code: true, strings.ToLower(code): true, Shown(code): true, " " + code[:5] + "_" + code[5:] + ".": true, "O1234-56789 ab" + code[12:]: true, "OI23456789AB" + code[12:]: true, "0L23456789AB" + code[12:]: true, code[:12]: false, code + "0": false, "": false} {
		if got, ok := ParseCode(typed); ok != want || want && got != code {
			t.Errorf("%q is %s %v", typed, got, ok)
		}
	}
	for i := range code {
		for _, c := range letters {
			if other := code[:i] + string(c) + code[i+1:]; other != code {
				if _, ok := ParseCode(other); ok {
					t.Errorf("%s is taken for one", other)
				}
			}
		}
		if i > 0 && i < codeSize {
			if _, ok := ParseCode(code[:i-1] + code[i:i+1] + code[i-1:i] + code[i+1:]); ok {
				t.Errorf("the letters at %d changed places", i)
			}
		}
	}
	for code, want := range map[string]string{"": "", "ABCD": "ABCD", "ABCDE": "ABCD-E", "ABCDEFGHJ": "ABCD-EFGH-J"} {
		is(t, code, Shown(code), want)
	}
}
