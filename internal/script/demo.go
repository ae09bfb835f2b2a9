package script

import (
	"context"
	"embed"
	"io/fs"
	"math/rand/v2"
	"path"
	"slices"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
)

//go:embed testdata/demo testdata/town
var demo embed.FS

// DemoSlug is the address of the demonstration's first conversation, TownSlug that of its second, SittingSlug that of the sitting which visitors lead.
const (
	DemoSlug    = "ip-ai"
	TownSlug    = "cameras"
	SittingSlug = "rehearsal"
)

// Demo plays the demonstration's first conversation into a Secretariat: a re-enactment of the WIPO Conversation on IP
// and AI, of which the dates and reported figures are real and everything said is invented. What is open in it is open
// around now, which is the instant of the demonstration's start; it then goes on by the machine's clock.
// The numbers in it are the same at each start.
//
// Demo must be done before the timekeeper starts (see Runner). It takes a few hundred asks, each of them
// made durable.
func Demo(ctx context.Context, sec *plenary.Secretariat, now time.Time) (*Runner, error) {
	return play(ctx, sec, now, "testdata/demo/demo.txt", "Plenary: the demonstration, 2026")
}

// Town plays the demonstration's second conversation as Demo plays the first: a town that does not exist asks its
// inhabitants, in French and in Arabic, about cameras in its streets. Everything in it is invented, and nothing of it
// is the first's.
func Town(ctx context.Context, sec *plenary.Secretariat, now time.Time) (*Runner, error) {
	return play(ctx, sec, now, "testdata/town/town.txt", "Plenary: the demonstration, town")
}

// Sitting plays a sitting in which forty parties wait for the floor: whoever visits the demonstration takes its chair.
func Sitting(ctx context.Context, sec *plenary.Secretariat, now time.Time) (*Runner, error) {
	return play(ctx, sec, now, "testdata/demo/chair.txt", "Plenary: the demonstration, room")
}

// play runs a script of the demonstration, with the files beside it.
func play(ctx context.Context, sec *plenary.Secretariat, now time.Time, file, seed string) (*Runner, error) {
	files, err := fs.Sub(demo, path.Dir(file))
	if err != nil {
		return nil, err
	}
	r := New(sec)
	r.Now = now
	r.Random = rand.NewChaCha8([32]byte([]byte(seed)))
	return r, r.Run(ctx, files, path.Base(file))
}

// DemoWays is where the pages of the demonstration lead to.
type DemoWays struct {
	Proposal   cite.Ref         // with which the way of the voice begins: it was left out, with a word on paragraph 10 of the draft
	Voice      cite.Ref         // the contribution that the home page follows: from Senegal, on that paragraph
	Individual cite.Ref         // the contribution whose author a visitor may play: from Nigeria, on question 13(iii)
	Party      delegation.Party // whose delegation has a head that a visitor may play, 0 where none has
	Watch      cite.Ref         // the session whose floor can be watched again: the second
	Partner    delegation.Party // that it may invite, for which a visitor may speak as an alternate; 0 where there is none
}

// WaysOfDemo finds where the pages lead to in a record that was seeded now or before.
func WaysOfDemo(ctx context.Context, sec *plenary.Secretariat) (w DemoWays, err error) {
	_, err = sec.Read(ctx, DemoSlug, func(st *conversation.State) error {
		p, ok := st.Papers.Paper("p1")
		if !ok {
			return nil
		}
		e, _ := p.Edition(1)
		find := func(label, country string) cite.Ref {
			x, _ := e.Find(label)
			for n := 1; n <= st.Consultation.Len(); n++ {
				c := cite.Contribution(n)
				if row, ok := st.Consultation.Row(c); ok && row.Country == country && st.Consultation.Part(c, 1).On.Element() == x {
					return c
				}
			}
			return cite.None
		}
		if len(st.Sessions.Sessions()) > 0 {
			w.Watch = st.Sessions.Sessions()[0].Ref
		}
		w.Voice, w.Individual = find("10", "SN"), find("13(iii)", "NG")
		x, _ := e.Find("10")
		for _, d := range st.Behind(e, x) {
			for _, of := range st.Consultation.PublishedParts(d) {
				w.Proposal = of.Root()
			}
		}
		for _, y := range st.Roll.Entered() {
			if slices.ContainsFunc(st.Roll.Delegation(y), func(a delegation.Authority) bool { return a.Capacity == delegation.Head }) {
				w.Party = y
			}
			if slices.ContainsFunc(st.Roll.Delegation(y), func(a delegation.Authority) bool { return a.Capacity == delegation.Alternate }) {
				w.Partner = y
			}
		}
		return nil
	})
	return w, err
}
