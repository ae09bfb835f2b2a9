package bench

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/door"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/internal/bench/prose"
	"github.com/openplenary/plenary/internal/heap"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/settings"
	"github.com/openplenary/plenary/web"
)

// The conversation that is measured: a paper with 16 issues, 26 paragraphs and 60 questions, a call that
// publishes at once and one that is moderated, and contributions by people of many countries.
const (
	slug      = "bench"
	officer   = delegation.Participant(7)
	openCall  = cite.Ref("k1") // publishes at once
	deskCall  = cite.Ref("k2") // moderated
	issues    = 16
	textBytes = 700
)

var (
	categories = []string{"individual", "academia", "business", "civil_society", "public_body"}
	nations    = strings.Fields("AR AU BD BE BR CA CH CL CN CO CZ DE DK EG ES ET FI FR GB GH GR HU ID IE IL IN IT " +
		"JO JP KE KR LB LK MA MX MY NG NL NO NZ PE PH PK PL PT RO RS RU SA SE SG SN TH TN TR TZ UA UG US UY VN ZA")
)

func plain(s string) locale.Text { return locale.Plain(locale.English, s) }

// Labels, for what is measured with an overview.
var (
	subjects     = []string{"inventions", "works", "designs"}
	crosscutting = []string{"author", "training", "fairness"}
)

func labels(ids []string) (out []settings.Label) {
	for _, id := range ids {
		out = append(out, settings.Label{ID: id, Name: plain(id)})
	}
	return out
}

// issuesPaper makes the paper. Where it is labelled, each issue has a subject and one or two questions that run
// through all of them.
func issuesPaper(labelled bool) paper.Publish {
	r := mathrand.New(mathrand.NewPCG(1, 2))
	c := paper.Publish{Kind: paper.IssuesPaper, Symbol: "BENCH/1", Title: plain("Issues paper on what is measured"), Date: "2026-01-02"}
	add := func(kind, number, text string, stance bool) {
		c.Elements = append(c.Elements, paper.Element{Kind: kind, Number: number, Text: plain(text), Stance: stance})
	}
	romans := strings.Fields("(i) (ii) (iii) (iv) (v) (vi)")
	paragraph, question := 0, 0
	for i := 1; i <= issues; i++ {
		if i%4 == 1 {
			add(paper.Theme, "", prose.Text(r, 30), false)
		}
		add(paper.Issue, fmt.Sprint(i), strings.TrimSuffix(prose.Text(r, 40), "."), false)
		if el := &c.Elements[len(c.Elements)-1]; labelled {
			el.Subjects, el.Crosscutting = subjects[i%3:i%3+1], crosscutting[i%2:i%2+1+i%3/2]
		}
		for p := 1; p <= 2 && paragraph < 26; p++ {
			paragraph++
			add(paper.Paragraph, fmt.Sprint(paragraph), prose.Text(r, 450), false)
			for q := 0; q < 3 && question < 60 && (p == 2 || i > 2); q++ {
				question++
				add(paper.Question, romans[q], prose.Text(r, 190), q == 0)
			}
		}
	}
	return c
}

// convene makes the conversation through the Secretariat, with labels or without.
func convene(ctx context.Context, sec *plenary.Secretariat, labelled bool) error {
	c := conversation.Convene{Slug: slug, Title: plain("What is measured"), Lead: plain("A conversation that exists only to be measured."),
		Languages: []locale.Lang{locale.English}, Zone: "Europe/Zurich", Officer: officer}
	c.Categories = labels(categories)
	if labelled {
		c.Subjects, c.Crosscutting = labels(subjects), labels(crosscutting)
	}
	if _, err := sec.Convene(ctx, conversation.Ask{By: officer, Received: sec.Now(), Command: c}); err != nil {
		return err
	}
	now := sec.Now()
	for _, command := range []any{
		issuesPaper(labelled),
		consultation.AnnounceCall{Title: plain("Open call"), Paper: "p1", Opens: now.Add(-time.Hour), Closes: now.Add(100 * 24 * time.Hour),
			Late: consultation.LateRefused, Moderation: consultation.ModerateAfter},
		consultation.AnnounceCall{Title: plain("Moderated call"), Paper: "p1", Opens: now.Add(-time.Hour), Closes: now.Add(100 * 24 * time.Hour),
			Late: consultation.LateRefused, Moderation: consultation.ModerateBefore},
	} {
		if _, err := sec.Do(ctx, slug, conversation.Ask{By: officer, Command: command}); err != nil {
			return err
		}
	}
	_, err := sec.Tick(ctx, slug, time.Time{})
	return err
}

// speaker makes contributions, one after the other, of one source.
type speaker struct {
	r        *mathrand.Rand
	elements []cite.Ref // paragraphs and questions, in the edition
	texts    []string
}

func newSpeaker(seed uint64, st *conversation.State) (*speaker, error) {
	s := &speaker{r: mathrand.New(mathrand.NewPCG(seed, 3))}
	e, ok := st.Papers.Edition("p1")
	if !ok {
		return nil, errors.New("bench: there is no paper")
	}
	for i := range e.Elements {
		if k := e.Elements[i].Kind; k == paper.Paragraph || k == paper.Question {
			s.elements = append(s.elements, cite.Element(e.Ref, e.Elements[i].Ref.ElementNumber()))
		}
	}
	for range 64 {
		s.texts = append(s.texts, prose.Text(s.r, textBytes))
	}
	return s, nil
}

// speakerOf makes a speaker for a conversation that is served.
func speakerOf(ctx context.Context, sec *plenary.Secretariat, seed uint64) (s *speaker, err error) {
	_, rerr := sec.Read(ctx, slug, func(st *conversation.State) error {
		s, err = newSpeaker(seed, st)
		return err
	})
	return s, errors.Join(err, rerr)
}

// submit is the next contribution: a text that nobody else has sent.
func (s *speaker) submit(call cite.Ref) consultation.Submit {
	text := s.texts[s.r.IntN(len(s.texts))]
	at := s.r.IntN(200)
	text = fmt.Sprintf("%s %x %s", text[:at], s.r.Uint64(), text[at+17:])
	return consultation.Submit{Call: call, Category: categories[s.r.IntN(len(categories))], Country: nations[s.r.IntN(len(nations))], Name: "A. Person",
		Parts: []consultation.SubmitPart{{On: s.elements[s.r.IntN(len(s.elements))], Language: locale.English, Text: text, Likeness: s.r.Uint64()}}}
}

// ask is the next contribution as the web asks for it: with a fresh nonce, from which the numbers of
// the anonymous author derive.
func (s *speaker) ask(sec *plenary.Secretariat, call cite.Ref) conversation.Ask {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	nonce := base64.RawURLEncoding.EncodeToString(b[:])
	c := s.submit(call)
	c.Parts[0].Likeness = sec.Likeness(slug, c.Parts[0].Text)
	return conversation.Ask{By: delegation.Participant(sec.Derive("participant", slug, nonce)), For: delegation.Party(sec.Derive("party", slug, nonce)), Token: nonce,
		Assurance: consultation.Anonymous, Received: sec.Now(), Command: c}
}

// seed makes a data directory with a number of contributions that were received and then published. It
// decides and folds as the Secretariat does, and writes in big turns, so that it takes seconds.
func seed(ctx context.Context, dir string, contributions int) error {
	return seedAs(ctx, dir, contributions, false)
}

// seedAs is seed, of a conversation with labels or without.
func seedAs(ctx context.Context, dir string, contributions int, labelled bool) (err error) {
	in, err := plenary.OpenInstance(ctx, plenary.InstanceOptions{Dir: dir})
	if err != nil {
		return err
	}
	if err := errors.Join(convene(ctx, in.Secretariat, labelled), in.Close()); err != nil {
		return err
	}
	return decideAll(ctx, dir, contributions, func(state *conversation.State) (func(n int) []conversation.Ask, error) {
		s, err := newSpeaker(4, state)
		return func(n int) []conversation.Ask {
			who, now := s.r.Uint64(), time.Now()
			return []conversation.Ask{
				{By: delegation.Participant(who | 1), For: delegation.Party(who | 2), Assurance: consultation.Anonymous, Received: now, Command: s.submit(deskCall)},
				{By: officer, Received: now, Command: consultation.PublishContribution{Contribution: cite.Contribution(n + 1)}}}
		}, err
	})
}

// decideAll decides asks on the record of a data directory, in big turns: each of n steps may make several.
func decideAll(ctx context.Context, dir string, n int, begin func(*conversation.State) (func(step int) []conversation.Ask, error)) (err error) {
	log, err := openLog(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	metas, err := log.Records()
	if err != nil {
		return err
	}
	id, state := metas[0].ID, conversation.NewState()
	if err := log.Load(ctx, id, func(e record.Entry) error {
		fact, err := conversation.Decode(e.Data)
		if err != nil {
			return err
		}
		return state.Apply(cite.Entry{Position: e.Position, Time: e.Time}, fact)
	}); err != nil {
		return err
	}
	asks, err := begin(state)
	if err != nil {
		return err
	}
	const perTurn = 2000
	for done := 0; done < n; {
		turn, err := log.Turn(ctx, id)
		if err != nil {
			return err
		}
		for range min(perTurn, n-done) {
			for _, ask := range asks(done) {
				if err := write(turn, state, ask); err != nil {
					turn.Release()
					return err
				}
			}
			done++
		}
		state.Touched()
		durable := make(chan error, 1)
		turn.Commit(func(err error) { durable <- err })
		if err := <-durable; err != nil {
			return err
		}
	}
	return nil
}

// write decides an ask and appends its facts.
func write(turn *record.Turn, state *conversation.State, ask conversation.Ask) error {
	facts, err := state.Decide(ask)
	if err != nil {
		return err
	}
	for _, f := range facts {
		data, err := conversation.Encode(f.Body)
		if err != nil {
			return err
		}
		text, err := conversation.EncodeWords(f.Words)
		if err != nil {
			return err
		}
		at, err := turn.Append(record.New{Data: data, Text: text})
		if err != nil {
			return err
		}
		fact, err := conversation.Decode(data)
		if err != nil {
			return err
		}
		if err := state.Apply(at, fact); err != nil {
			return err
		}
	}
	return nil
}

// crowded is how many connections, and how many streams, a house takes: nobody is turned away by what the machine would do for others.
const crowded = 16_000

// house is an instance with its web server, as "plenary serve" wires them, without mail.
type house struct {
	*plenary.Instance
	close func() error
	web   *web.Server
	http  *http.Server
}

func openHouse(ctx context.Context, dir string) (*house, error) {
	return openHouseAs(ctx, plenary.InstanceOptions{Dir: dir})
}

// openHouseAs is openHouse with options.
func openHouseAs(ctx context.Context, o plenary.InstanceOptions) (*house, error) {
	dir := o.Dir
	in, err := plenary.OpenInstance(ctx, o)
	if err != nil {
		return nil, err
	}
	h := &house{Instance: in, close: in.Close}
	fail := func(err error) (*house, error) { return nil, errors.Join(err, h.close()) }
	db, err := private.Open(filepath.Join(dir, "private.db"))
	if err != nil {
		return fail(err)
	}
	h.close = func() error { return errors.Join(in.Close(), db.Close()) }
	w := web.Options{Sec: in.Secretariat}
	if w.Accounts, err = account.New(db, in.Secret); err != nil {
		return fail(err)
	}
	w.Drafts = draft.New(db)
	if w.Files, err = attachment.New(db, dir); err != nil {
		return fail(err)
	}
	w.Caps = door.Caps{Conns: crowded, PerPeer: crowded, Streams: crowded, StreamsPerSource: crowded}
	h.web = web.New(w)
	h.http = h.web.HTTPServer()
	heap.Spend() // as whoever serves does
	return h, nil
}
