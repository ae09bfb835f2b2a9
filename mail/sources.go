package mail

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/correction"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/quoting"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail/post"
	"github.com/openplenary/plenary/paper"
)

// Letters about the sentences of considerations and what they rest on: to officers where a published sentence loses a source, and to those who
// may read the sentences of a draft as a second person.

// takes is the one table of acts by which something that a sentence rests on goes: for each what it takes it from.
var takes = map[string]func(cite.Fact) cite.Ref{
	consultation.ContributionWithdrawn{}.Describe().Kind: func(f cite.Fact) cite.Ref { return f.(*consultation.ContributionWithdrawn).Contribution },
	consultation.ContributionWithheld{}.Describe().Kind:  func(f cite.Fact) cite.Ref { return f.(*consultation.ContributionWithheld).Contribution },
	consultation.PassageRedacted{}.Describe().Kind:       func(f cite.Fact) cite.Ref { return f.(*consultation.PassageRedacted).Part.Root() },
	correction.Corrected{}.Describe().Kind:               func(f cite.Fact) cite.Ref { return f.(*correction.Corrected).Contribution },
	correction.Published{}.Describe().Kind:               func(f cite.Fact) cite.Ref { return f.(*correction.Published).Contribution },
	conversation.Erased{}.Describe().Kind:                func(f cite.Fact) cite.Ref { return f.(*conversation.Erased).Contribution },
}

// lost is a paper of which sentences lost a source by one act.
type lost struct {
	edition *paper.Edition
	first   cite.Ref // the first of the sentences
	n       int
}

// losing lists the sentences of the newest editions that rest on a contribution which is not there any more, or of which words that they quote were
// blacked out, paper by paper.
func losing(st *conversation.State, c cite.Ref, words map[cite.Position]cite.Words) (out []lost) {
	r := conversation.NewReading(st, conversation.Readers, st.Time)
	defer r.Close()
	for _, p := range st.Papers.All {
		e := p.Latest()
		x := lost{edition: e}
		for i := range e.Elements {
			el := &e.Elements[i]
			if !slices.ContainsFunc(el.Cites, func(s cite.Ref) bool { return s.Root() == c }) {
				continue
			}
			all := quoting.LossesOf(r, e, el.Ref)
			if slices.ContainsFunc(all.Fill(r.Show(words)), func(l quoting.Lost) bool { return l.Source.Root() == c }) {
				if x.n++; x.n == 1 {
					x.first = el.Ref
				}
			}
		}
		if x.n > 0 {
			out = append(out, x)
		}
	}
	return out
}

// sources writes to the officers, each once, where an act takes something away that published sentences rest on. Whoever did it is written to as
// well: they may not know what rested on it.
func (w *Letters) sources(ctx context.Context, slug string, fact cite.Fact, at cite.Entry) (out []post.Message, err error) {
	of, ok := takes[fact.Describe().Kind]
	if !ok || of(fact) == cite.None {
		return nil, nil
	}
	c := of(fact)
	var all []lost
	var need []cite.Position
	var officers []delegation.Participant
	var s setting
	read := func(words map[cite.Position]cite.Words) error {
		_, err := w.Sec.Read(ctx, slug, func(st *conversation.State) error {
			s = setting{slug: slug, at: at, title: st.Title, demo: st.Demonstration, zone: st.Zone}
			officers, all = st.Roll.Holders(delegation.Officer), nil
			row, _ := st.Consultation.Row(c)
			if e, is := fact.(*conversation.Erased); is && e.Position != row.Position {
				return nil // what stood beside its words goes with them: one letter is enough
			}
			if !puts(st, fact, c, at.Position) {
				return nil // it waits, or was withheld: nothing is otherwise
			}
			if words == nil {
				need = cites(st, c)
				return nil
			}
			all = losing(st, c, words)
			return nil
		})
		return err
	}
	if err := read(nil); err != nil || need == nil {
		return nil, err
	}
	words, err := w.Sec.Words(ctx, slug, need)
	if err != nil {
		return nil, err
	}
	if err := read(words); err != nil || len(all) == 0 {
		return nil, err
	}
	for _, p := range officers {
		m := post.Message{Notice: "sources lost", Slug: slug, Participant: uint64(p), Position: at.Position}
		reach, ok, err := w.Accounts.Reach(ctx, account.Number{Slug: slug, Participant: uint64(p)}, fmt.Sprintf("%s %d %s", slug, at.Position, m.Notice))
		if err != nil {
			return nil, err
		}
		if ok {
			n := 0
			for _, x := range all {
				n += x.n
			}
			first := all[0]
			out = append(out, w.office(m, s, reach, "/"+string(cite.Element(first.edition.Ref, first.first.ElementNumber())), "symbol", string(first.edition.Symbol), "n", n))
		}
	}
	return out, nil
}

// puts reports whether an act changes what a contribution says: of a correction, that it stands since that entry.
func puts(st *conversation.State, fact cite.Fact, c cite.Ref, at cite.Position) bool {
	_, sent := fact.(*correction.Corrected)
	_, published := fact.(*correction.Published)
	return !sent && !published || slices.ContainsFunc(st.Consultation.Corrections(c), func(k consultation.Correction) bool { return k.Stands == at })
}

// cites lists where the words stand of all that the sentences cite which cite something of a contribution; nil where none does.
func cites(st *conversation.State, c cite.Ref) (out []cite.Position) {
	r := conversation.NewReading(st, conversation.Readers, st.Time)
	defer r.Close()
	for _, p := range st.Papers.All {
		e := p.Latest()
		for i := range e.Elements {
			el := &e.Elements[i]
			if paper.Compiled(e.Kind) && slices.ContainsFunc(el.Cites, func(s cite.Ref) bool { return s.Root() == c }) {
				out = append(append(out, e.At), r.Needed(quoting.LossesOf(r, e, el.Ref).Need())...)
			}
		}
	}
	return out
}

// office is a letter to somebody who holds an office: mail.sources.<name> of the notice "sources <name>".
func (w *Letters) office(m post.Message, s setting, reach account.Reach, path string, more ...any) post.Message {
	name := strings.TrimPrefix(m.Notice, "sources ")
	l := reach.Lang
	if !l.Valid() {
		l = locale.English
	}
	title, _ := s.title.For(l)
	link := w.Address + "/" + string(l) + "/c/" + s.slug + path
	args := append([]any{"title", title, "link", link}, more...)
	m.To, m.Lang, m.Subject, m.Stop = reach.Email, l, l.T("mail.sources."+name+".subject", args...), stopAddress(w.Address, l, reach.Token)
	f := foot{host: w.Address, body: w.Queue.body(l), why: waiting, args: args, stop: m.Stop, unproven: !reach.Proven}
	m.Text = verbatim(l, l.Isolate("mail.sources."+name+".text", args...), link) + f.text(l)
	if s.demo {
		m.Text += "\n\n" + l.T("mail.demo")
	}
	return m
}

// SecondReader queues letters to those who may read sentences of a draft as a second person; told is how many get one. What is written before it is
// published stands on no record, so nothing of a letter is kept once it was sent or given up.
func (w *Letters) SecondReader(ctx context.Context, x paper.Asking) (told int, err error) {
	s := setting{slug: x.Slug}
	if _, err := w.Sec.Read(ctx, x.Slug, func(st *conversation.State) error {
		s.title, s.demo, s.zone = st.Title, st.Demonstration, st.Zone
		return nil
	}); err != nil {
		return 0, err
	}
	for who, n := range x.To {
		p := delegation.ParticipantOf(who)
		m := post.Message{Notice: "sources read"}
		reach, ok, err := w.Accounts.Reach(ctx, account.Number{Slug: x.Slug, Participant: uint64(p)}, x.Slug+" "+x.Key+" "+strconv.FormatInt(x.At.Unix(), 10)+" "+m.Notice)
		if err != nil {
			return told, err
		}
		if !ok {
			continue
		}
		if err := w.Queue.PutDirect(ctx, w.office(m, s, reach, "/desk/sources/"+x.Key, "n", n), w.Queue.now().Add(invitationLife)); err != nil {
			return told, err
		}
		told++
	}
	return told, nil
}
