package conversation

import (
	"maps"
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/correction"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/conversation/agenda"
	"github.com/openplenary/plenary/conversation/balloting"
	"github.com/openplenary/plenary/conversation/chain"
	"github.com/openplenary/plenary/conversation/compiler"
	"github.com/openplenary/plenary/conversation/formulating"
	"github.com/openplenary/plenary/conversation/ordering"
	"github.com/openplenary/plenary/conversation/overview"
	"github.com/openplenary/plenary/conversation/round"
	"github.com/openplenary/plenary/conversation/speaking"
	"github.com/openplenary/plenary/conversation/staging"
	"github.com/openplenary/plenary/conversation/verbatim"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/internal/memo"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/settings"
)

// Reading is the state as one audience may see it, at one position. Pages are built from a Reading and never from a State, so a
// page cannot show what the rule of reading does not hand out: what is not granted is absent.
//
// A Reading also keeps what was looked at: the references on which the page rests, the next instant at which it would read
// otherwise, and the entries whose words may be shown. Caches and event streams take these, so nobody lists by hand what a page
// depends on. What is counted or listed is noted as a whole (AnyContribution), so a page rests on tens of references.
//
// A Reading is lent until Close. Afterwards only Refs, Since, Until and Show may be used. It belongs to one goroutine. What would
// count over everything that was said is worked out once for a position: see Keep.
type Reading struct {
	*settings.Settings
	Audience Audience
	Now      time.Time // the reader's instant

	Papers       PaperReading
	Roll         RollReading
	Consultation ConsultationReading
	Formulation  FormulationReading
	Priorities   PriorityReading
	Replies      round.Reading
	Sessions     agenda.Reading
	Floor        speaking.Reading
	Transcripts  verbatim.Reading
	Studio       staging.Reading
	Polls        balloting.Reading

	state  *State
	refs   map[cite.Ref]struct{}
	whole  bool // AnyContribution is among refs
	voiced bool // what is read rests on whom the reader speaks for
	until  time.Time
	since  cite.Position
	stamps []*cite.Position
	words  map[cite.Position]map[string][]cite.Span    // granted, with the passages that are blacked out by field
	over   map[cite.Position][]consultation.Correction // what stands over the words of an entry, oldest first
	latest consultation.Contribution                   // that was looked at: the next question is mostly about the same one
}

// NewReading lends a state to an audience. Whoever lends it calls Close afterwards.
func NewReading(s *State, a Audience, now time.Time) *Reading {
	r := &Reading{Settings: &s.Settings, Audience: a.At(now), Now: now, state: s, refs: map[cite.Ref]struct{}{AnySetting: {}}, words: map[cite.Position]map[string][]cite.Span{}}
	r.Papers.r, r.Roll.r, r.Consultation.r = r, r, r
	r.Formulation = FormulationReading{formulating.Reading{House: formulator(s), Now: now, Note: r.note, Grant: r.grant, Expires: r.expires, Readable: r.Consultation.readable}, r}
	r.Priorities = PriorityReading{ordering.Reading{Priorities: s.Priorities, Grant: r.grant, Note: func() { r.note(AnyOrder) }}, r}
	r.Sessions = agenda.Reading{House: agendas(s), Note: r.note, Named: func(x cite.Ref) bool { return r.sight(x) >= Tombstone }, Reads: r.Consultation.readable}
	r.Floor = speaking.Reading{House: speaker(s), Now: now, Chairs: a.Roles.Has(delegation.Chair, delegation.Officer), Note: r.note, Grant: r.grant, Expires: r.expires,
		As: a.As, Speak: r.Roll.SpeaksNow, Stand: func(all []delegation.Party) { r.Roll.Accreditation().Stand(all) }}
	r.Transcripts = verbatim.Reading{House: scribe(s), Note: r.note, Grant: r.grant, Reads: r.Consultation.readable, Whole: a.Unredacted && r.Staff()}
	r.Studio = staging.Reading{House: stager(s), Now: now, Roles: a.Roles, As: a.As, Note: r.note, Grant: r.grant, Turns: r.expires}
	r.Polls = balloting.Reading{Polls: s.Polls, Note: r.note, Grant: r.grant, Stands: r.expires, As: a.As, Speaks: r.Roll.SpeaksNow}
	r.Replies = round.Reading{Consultation: s.Consultation, Replies: s.Replies, Readable: r.Consultation.readable, Note: func(refs ...cite.Ref) {
		r.note(AnyReply)
		r.note(refs...)
	}}
	return r
}

// Preview is what would be read if an edition were published now; nothing of it is on the record. See paper.State.Preview.
func (r *Reading) Preview(c paper.Publish) (shown *Reading, ref cite.Ref, err error) {
	s := *r.state
	s.Papers, ref, err = s.Papers.Preview(cite.Act{At: r.Now}, c, cite.Entry{Position: s.Head + 1})
	r.note(Anything)
	if s.Papers == nil {
		return nil, ref, err
	}
	return NewReading(&s, r.Audience, r.Now), ref, err
}

// Compile checks considerations as they would be if they were published now. It rests on everything that was said.
func (r *Reading) Compile(p compiler.Paper) []compiler.Finding {
	return r.noted(Anything).compiler().Compile(p)
}

// Close ends the lending: what was stamped gets the position since which all that was looked at stands.
func (r *Reading) Close() {
	r.since = r.state.Changed(r.Refs()...)
	for _, p := range r.stamps {
		*p = r.since
	}
	last := *r.Settings
	r.Settings, r.state, r.Replies, r.Priorities, r.Polls, r.Formulation = &last, nil, round.Reading{}, PriorityReading{}, balloting.Reading{}, FormulationReading{}
	r.Sessions, r.Floor, r.Transcripts, r.Studio = agenda.Reading{}, speaking.Reading{}, verbatim.Reading{}, staging.Reading{}
}

// note keeps a reference that was looked at. Where contributions are noted as a whole, one is noted with them.
func (r *Reading) note(refs ...cite.Ref) {
	for _, x := range refs {
		if x == cite.None || r.whole && x.Kind() == 'c' {
			continue
		}
		r.refs[x] = struct{}{}
		r.whole = r.whole || x == AnyContribution
	}
}

// noted is the state, where what is read of it rests on references.
func (r *Reading) noted(refs ...cite.Ref) *State {
	r.note(refs...)
	return r.state
}

// fewContributions is up to how many contributions are noted one by one. More are noted as a whole.
const fewContributions = 60

// Refs lists the references on which everything rests that was looked at, in order.
func (r *Reading) Refs() []cite.Ref {
	if _, all := r.refs[Anything]; all {
		return []cite.Ref{Anything}
	}
	n := 0
	for x := range r.refs {
		if x.Kind() == 'c' && x != AnyContribution {
			n++
		}
	}
	if n > fewContributions {
		r.note(AnyContribution)
	}
	out := slices.Sorted(maps.Keys(r.refs))
	covered := func(kind byte, whole cite.Ref) {
		if _, ok := r.refs[whole]; ok {
			out = slices.DeleteFunc(out, func(x cite.Ref) bool { return x.Kind() == kind && x != whole && len(x) > 1 })
		}
	}
	covered('c', AnyContribution)
	covered('d', AnyAnswer)
	return out
}

// Since is the position since which all that was looked at stands as it does.
func (r *Reading) Since() cite.Position { return r.since }

// Stamp has Close put Since into p.
func (r *Reading) Stamp(p *cite.Position) { r.stamps = append(r.stamps, p) }

// Until is the next instant at which something that was looked at reads otherwise by itself: a call opens or closes. Zero: never.
func (r *Reading) Until() time.Time { return r.until }

// Turns says that something that was looked at reads otherwise by itself at an instant.
func (r *Reading) Turns(at time.Time) { r.expires(at) }

func (r *Reading) expires(t time.Time) {
	if t.After(r.Now) && (r.until.IsZero() || t.Before(r.until)) {
		r.until = t
	}
}

// grant lets the words of an entry be shown.
func (r *Reading) grant(p cite.Position) {
	if _, ok := r.words[p]; !ok && p > 0 {
		r.words[p] = nil
	}
}

// Granted reports whether the words of an entry may be shown.
func (r *Reading) Granted(p cite.Position) bool { _, ok := r.words[p]; return ok }

// Needed are those of some entries whose words were granted, and those by which such words were corrected.
func (r *Reading) Needed(need []cite.Position) (out []cite.Position) {
	for _, p := range need {
		if r.Granted(p) {
			out = append(out, p)
			for _, k := range r.over[p] {
				out = append(out, k.Position)
			}
		}
	}
	return out
}

// Original is under what Show gives the words of an entry as they first were, where they were corrected.
func Original(p cite.Position) cite.Position { return -p }

// Show gives the words of entries as the audience may read them: those that were granted, as they were corrected, redacted passages black.
func (r *Reading) Show(words map[cite.Position]cite.Words) map[cite.Position]cite.Words {
	out := make(map[cite.Position]cite.Words, len(words))
	for p, w := range words {
		black, ok := r.words[p]
		//mutants:guard words that were not granted are not shown
		if !ok {
			continue
		}
		//mutants:guard what is redacted is shown in black
		if black != nil {
			w = maps.Clone(w)
			for field, spans := range black {
				//mutants:guard what is redacted is black
				if spans == nil {
					delete(w, field)
				} else if text, ok := w[field]; ok {
					w[field] = cite.Blacken(text, spans)
				}
			}
		}
		out[p] = w
	}
	for p, all := range r.over {
		correction.Lay(out, p, Original(p), all)
	}
	return out
}

// MaySee is how much of a thing the audience may see.
func (r *Reading) MaySee(x cite.Ref) Visibility {
	switch x.Kind() {
	case 'p':
		r.note(AnyPaper)
	case 'k':
		r.note(AnyCall)
	default:
		r.note(x.Root())
	}
	return r.sight(x)
}

// sight is MaySee without a note.
func (r *Reading) sight(x cite.Ref) Visibility {
	if x.Kind() != 'c' {
		return r.state.MaySee(r.Audience, x)
	}
	row, ok := r.row(x)
	if !ok {
		return Nothing
	}
	r.voices(row)
	return r.state.maySeeRow(r.Audience, row, x)
}

// sightOf is sight where the contribution is at hand.
func (r *Reading) sightOf(row consultation.Contribution) Visibility {
	r.latest = row
	r.voices(&row)
	return r.state.maySeeRow(r.Audience, &row, row.Ref)
}

// row finds a contribution, whoever may see it.
func (r *Reading) row(x cite.Ref) (row *consultation.Contribution, ok bool) {
	if x.Root() != r.latest.Ref || r.latest.Ref == cite.None {
		if r.latest, ok = r.state.Consultation.Row(x); !ok {
			r.latest = consultation.Contribution{}
			return nil, false
		}
	}
	return &r.latest, true
}

// Changed is State.Changed: the last position that touched any of the references.
func (r *Reading) Changed(refs ...cite.Ref) cite.Position { return r.noted(refs...).Changed(refs...) }

// Refused says why an ask would be refused now; nil where it would be granted. Nothing is done.
func (r *Reading) Refused(a Ask) error {
	_, err := r.noted(Anything).Decide(a)
	return err
}

// MaySeeFact reports whether the audience may read the data of a fact.
func (r *Reading) MaySeeFact(f cite.Fact) bool { return r.noted(Anything).MaySeeFact(r.Audience, f) }

// Erased reports whether the words of an entry were erased, and where that was written.
func (r *Reading) Erased(p cite.Position) (cite.Position, bool) { return r.noted(Anything).Erased(p) }

// Head is how many entries the record has.
func (r *Reading) Head() cite.Position { return r.noted(Anything).Head }

// Own reports whether a contribution is the reader's: they sent it. What was heard from the floor nobody sent.
func (r *Reading) Own(c cite.Ref) bool {
	r.note(c.Root())
	row, ok := r.row(c)
	_, heard := r.state.Formulation.Floor(c)
	//mutants:guard what is another's is not the reader's own
	return ok && !heard && r.Audience.Is(row.By)
}

// voices notes of a contribution for a party that what the reader sees of it rests on who speaks for it.
func (r *Reading) voices(row *consultation.Contribution) {
	if !row.Known || r.voiced {
		return
	}
	r.voiced = true
	for _, p := range r.Audience.As {
		r.Roll.SpeaksNow(p)
	}
}

// speaksFor reports whether the reader speaks for a party now.
func (r *Reading) speaksFor(party string) bool {
	return slices.ContainsFunc(r.Audience.As, func(p delegation.Participant) bool {
		return party != "" && slices.ContainsFunc(r.Roll.SpeaksNow(p), func(y delegation.Party) bool { return string(y.Ref()) == party })
	})
}

// Acts reports whether the reader acts for a contribution now: it is their own, or that of a party for which they speak. As is as which of their
// participants they do, or would if they still spoke for the party for which they sent it; 0 for neither.
func (r *Reading) Acts(c cite.Ref) (as delegation.Participant, acts bool) {
	r.note(c.Root())
	row, ok := r.row(c)
	if !ok {
		return 0, false
	}
	r.voices(row)
	if p := r.state.acts(r.Audience, row); p != 0 {
		return p, true
	}
	//mutants:guard what was heard from the floor is not of whoever entered it
	if _, heard := r.state.Formulation.Floor(c); heard {
		return 0, false
	}
	for _, p := range r.Audience.As {
		if p.Is(row.By) {
			return p, !row.Known
		}
	}
	return 0, false
}

// Staff reports whether the reader moderates here.
//
//mutants:guard staff are those who moderate
func (r *Reading) Staff() bool { return r.Audience.Roles.Has(delegation.Moderator, delegation.Officer) }

// OpenCalls lists the calls that are open now, those that close first first.
func (r *Reading) OpenCalls() []consultation.Call {
	r.Consultation.Due()
	var out []consultation.Call
	for _, k := range life.OpenAt(r.state.Consultation, r.Now) {
		out = append(out, r.Consultation.lend(k))
	}
	return out
}

// Effect is State.Effect.
func (r *Reading) Effect(d *consultation.Disposition, change cite.Ref) (*paper.Edition, bool) {
	return r.noted(AnyPaper).Effect(d, change)
}

// Behind is State.Behind.
func (r *Reading) Behind(e *paper.Edition, x cite.Ref) []*consultation.Disposition {
	r.note(AnyPaper, x)
	r.note(r.state.Consultation.Changing(x)...)
	return r.disposed(r.state.Behind(e, x))
}

// disposed grants the reasons of answers, which are public.
func (r *Reading) disposed(ds []*consultation.Disposition) []*consultation.Disposition {
	for _, d := range ds {
		r.note(d.Ref)
		for _, said := range []map[locale.Lang]consultation.Reason{d.Reasons, d.Headings} {
			for _, words := range said {
				r.grant(words.At)
			}
		}
	}
	return ds
}

// PublishedParts lists the published parts that a disposition answers now, in the order of the answer.
func (r *Reading) PublishedParts(d *consultation.Disposition) []cite.Ref {
	return r.noted(d.Ref, AnyContribution).Consultation.PublishedParts(d)
}

// Find is State.Find.
func (r *Reading) Find(edition *paper.Edition, label string) (x cite.Ref, now paper.Location, ok bool) {
	return r.noted(AnyPaper).Find(edition, label)
}

// Texts is paper.State.Texts.
func (r *Reading) Texts(e *paper.Edition, x cite.Ref, l locale.Lang) (before, after paper.Said) {
	return r.noted(AnyPaper).Papers.Texts(e, x, l)
}

// Forward is State.Forward for the audience.
func (r *Reading) Forward(x cite.Ref, limit int) []chain.Link {
	links := r.state.Forward(r.Audience, x, limit)
	r.linked(x, links)
	return links
}

// Back is State.Back for the audience.
func (r *Reading) Back(x cite.Ref, limit int) []chain.Link {
	links := r.state.Back(r.Audience, x, limit)
	r.linked(x, links)
	return links
}

// linked notes what the links of a reference rest on.
func (r *Reading) linked(x cite.Ref, links []chain.Link) {
	r.note(AnyPaper, AnyQuestion, AnyOrder, AnyReply, AnySession)
	r.note(append(r.state.chain(r.Audience).Rests(x, links), r.state.Consultation.Changing(x.Element())...)...)
}

// Overview is State.Overview.
func (r *Reading) Overview() *overview.Table {
	return r.noted(AnyContribution, AnyPaper, AnyAnswer, AnyParty).Overview()
}

// Evidence is State.Evidence.
func (r *Reading) Evidence(row, subject string, after cite.Ref, limit int) (*overview.Evidence, bool) {
	return r.noted(AnyContribution, AnyPaper, AnyAnswer, AnyParty).Evidence(row, subject, after, limit)
}

// PaperReading reads papers: what is published is everybody's.
type PaperReading struct{ r *Reading }

// All lists the papers.
func (p PaperReading) All() []*paper.Paper { return p.r.noted(AnyPaper).Papers.All }

// Paper finds a paper by any reference into it.
func (p PaperReading) Paper(x cite.Ref) (*paper.Paper, bool) {
	return p.r.noted(AnyPaper).Papers.Paper(x)
}

// Edition finds the edition a reference names, or the newest where it names none.
func (p PaperReading) Edition(x cite.Ref) (*paper.Edition, bool) {
	return p.r.noted(AnyPaper).Papers.Edition(x)
}

// Symbol finds the edition that bears a document symbol.
func (p PaperReading) Symbol(sym cite.Symbol) (cite.Ref, bool) {
	return p.r.noted(AnyPaper).Papers.Symbol(sym)
}

// Citing lists what rests on a reference.
func (p PaperReading) Citing(x cite.Ref) []cite.Ref { return p.r.noted(AnyPaper).Papers.Citing(x) }

// Marked lists what was ever said of a sentence of considerations with a seal, by anybody.
func (p PaperReading) Marked(of paper.Seal) []paper.Mark {
	return p.r.noted(paper.AnyMark).Papers.Marks(of, nil)
}

// Marks lists what was said of a sentence of considerations by anybody but those who wrote it, of its sources as they stand now.
func (p PaperReading) Marks(el *paper.Element) []paper.Mark {
	for _, r := range el.Cites {
		p.r.note(r.Root())
	}
	return p.r.noted(paper.AnyMark).compiler().Marks(el, el.Wrote)
}

// RollReading reads the roll, which is public by number; the names of those who came by themselves are not on it.
type RollReading struct{ r *Reading }

// Roles is what a participant holds.
func (l RollReading) Roles(p delegation.Participant) delegation.RoleSet {
	return l.r.noted(AnyParty).Roll.Roles(p)
}

// Holders lists the participants with a role.
func (l RollReading) Holders(role delegation.Role) []delegation.Participant {
	return l.r.noted(AnyParty).Roll.Holders(role)
}

// Party is what is known of a party; its name may be shown.
func (l RollReading) Party(p delegation.Party) (delegation.Standing, bool) {
	l.r.note(AnyParty)
	s, ok := l.r.state.Roll.Party(p)
	l.r.grant(s.Named)
	return s, ok
}

// Before lists where the names stand that a party had before, oldest first; they may be shown.
func (l RollReading) Before(p delegation.Party) []cite.Position {
	l.r.note(AnyParty)
	all := l.r.state.Roll.Before(p)
	for _, at := range all {
		l.r.grant(at)
	}
	return all
}

// Authorities lists who may speak for each party.
func (l RollReading) Authorities() map[delegation.Party][]delegation.Authority {
	return l.r.noted(AnyParty).Roll.Authorities()
}

// SpeaksFor lists the parties a participant may speak for now.
func (l RollReading) SpeaksFor(p delegation.Participant) []delegation.Party {
	for _, a := range l.r.noted(AnyParty).Roll.Held(p) {
		l.r.expires(a.Until)
	}
	return l.r.state.Roll.SpeaksFor(p, l.r.Now)
}

// Entered lists the parties that were entered by an officer.
func (l RollReading) Entered() []delegation.Party { return l.r.noted(AnyParty).Roll.Entered() }

// keep works out the answer to a question, once for a snapshot, and each time for a state that still changes.
func keep[T any](s *State, question any, work func() T) T { return memo.Keep(s.kept, question, work) }

// Keep works something out, once for everybody who reads at a position, whoever they are. So work reads as the
// public does, at no particular instant; each for whom it was worked out rests on what it looked at. What it gives
// is shared and must not be changed. The question is any value that can be compared.
func Keep[T any](r *Reading, question any, work func(*Reading) T) T {
	type found struct {
		answer T
		refs   []cite.Ref
	}
	f := keep(r.state, question, func() found {
		public := NewReading(r.state, Readers, time.Time{})
		answer := work(public)
		return found{answer, public.Refs()}
	})
	r.note(f.refs...)
	return f.answer
}
