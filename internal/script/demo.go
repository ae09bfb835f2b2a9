package script

import (
	"context"
	"embed"
	"io/fs"
	"math/rand/v2"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
)

//go:embed testdata/demo
var demo embed.FS

// DemoSlug is the address of the demonstration's conversation.
const DemoSlug = "ip-ai"

// Demo plays the demonstration into a Secretariat: a re-enactment of the WIPO Conversation on IP and AI, of
// which the dates and reported figures are real and everything said is invented. What is open in it is open
// around now, which is the instant of the demonstration's start; it then goes on by the machine's clock.
// The numbers in it are the same at each start.
//
// Demo must be done before the timekeeper starts (see Runner). It takes a few hundred asks, each of them
// made durable.
func Demo(ctx context.Context, sec *plenary.Secretariat, now time.Time) (*Runner, error) {
	files, err := fs.Sub(demo, "testdata/demo")
	if err != nil {
		return nil, err
	}
	r := New(sec)
	r.Now = now
	r.Random = rand.NewChaCha8([32]byte([]byte("Plenary: the demonstration, 2026")))
	return r, r.Run(ctx, files, "demo.txt")
}

// DemoRefs finds, in a record that was seeded now or before, the contribution that the demonstration's home
// page follows (the one from Senegal on paragraph 10 of the draft), and the one whose author a visitor may
// play (from Nigeria, on its question 13(iii)).
func DemoRefs(ctx context.Context, sec *plenary.Secretariat) (voice, individual cite.Ref, err error) {
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
		voice, individual = find("10", "SN"), find("13(iii)", "NG")
		return nil
	})
	return voice, individual, err
}
