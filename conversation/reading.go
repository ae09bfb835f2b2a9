package conversation

import (
	"maps"
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
)

// Reading is the state as one audience may see it, at one position. Pages are built from a Reading and never
// from a State, so a page cannot show what the rule of reading does not hand out: what is not granted is
// absent.
//
// A Reading also keeps what was looked at: the references on which the page rests, the next instant at which it
// would read otherwise, and the entries whose words may be shown. Caches and event streams take these, so
// nobody lists by hand what a page depends on. What is counted or listed is noted as a whole
// (AnyContribution), so a page rests on tens of references and not on thousands.
//
// A Reading is lent until Close. Afterwards only Refs, Since, Until and Show may be used. It belongs to one
// goroutine. What would count over everything that was said is worked out once for a position: see Keep.
type Reading struct {
	*Settings
	Audience Audience
	Now      time.Time // the reader's instant

	Papers       PaperReading
	Roll         RollReading
	Consultation ConsultationReading

	state  *State
	refs   map[cite.Ref]struct{}
	until  time.Time
	since  cite.Position
	stamps []*cite.Position
	words  map[cite.Position]map[string][]cite.Span // granted, with the passages that are blacked out by field
	latest consultation.Contribution                // that was looked at: the next question is mostly about the same one
}

// NewReading lends a state to an audience. Whoever lends it calls Close afterwards.
func NewReading(s *State, a Audience, now time.Time) *Reading {
	r := &Reading{Settings: &s.Settings, Audience: a, Now: now, state: s, refs: map[cite.Ref]struct{}{AnySetting: {}}, words: map[cite.Position]map[string][]cite.Span{}}
	r.Papers.r, r.Roll.r, r.Consultation.r = r, r, r
	return r
}

// Close ends the lending: what was stamped gets the position since which all that was looked at stands.
func (r *Reading) Close() {
	r.since = r.state.Changed(r.Refs()...)
	for _, p := range r.stamps {
		*p = r.since
	}
	settings := *r.Settings
	r.Settings, r.state = &settings, nil
}

// note keeps a reference that was looked at.
func (r *Reading) note(refs ...cite.Ref) {
	for _, x := range refs {
		if x != cite.None {
			r.refs[x] = struct{}{}
		}
	}
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

// Until is the next instant at which something that was looked at reads otherwise by itself: a call opens or
// closes. Zero: never.
func (r *Reading) Until() time.Time { return r.until }

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

// Show gives the words of entries as the audience may read them: those that were granted, with passages that
// are redacted blacked out.
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
					w[field] = consultation.Blacken(text, spans)
				}
			}
		}
		out[p] = w
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
	return r.state.maySeeRow(r.Audience, row, x)
}

// sightOf is sight where the contribution is at hand.
func (r *Reading) sightOf(row consultation.Contribution) Visibility {
	r.latest = row
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
func (r *Reading) Changed(refs ...cite.Ref) cite.Position {
	r.note(refs...)
	return r.state.Changed(refs...)
}

// Refused says why an ask would be refused now; nil where it would be granted. Nothing is done.
func (r *Reading) Refused(a Ask) error {
	r.note(Anything)
	_, err := r.state.Decide(a)
	return err
}

// MaySeeFact reports whether the audience may read the data of a fact.
func (r *Reading) MaySeeFact(f cite.Fact) bool {
	r.note(Anything)
	return r.state.MaySeeFact(r.Audience, f)
}

// Erased reports whether the words of an entry were erased, and where that was written.
func (r *Reading) Erased(p cite.Position) (cite.Position, bool) {
	r.note(Anything)
	return r.state.Erased(p)
}

// Head is how many entries the record has.
func (r *Reading) Head() cite.Position {
	r.note(Anything)
	return r.state.Head
}

// Own reports whether a contribution is the reader's.
func (r *Reading) Own(c cite.Ref) bool {
	r.note(c.Root())
	row, ok := r.row(c)
	//mutants:guard what is another's is not the reader's own
	return ok && r.Audience.Is(row.By)
}

// Staff reports whether the reader moderates here.
//
//mutants:guard staff are those who moderate
func (r *Reading) Staff() bool { return r.Audience.Roles.Has(delegation.Moderator, delegation.Officer) }

// CountryName is State.CountryName.
func (r *Reading) CountryName(code string, l locale.Lang) string { return r.state.CountryName(code, l) }

// OpenCalls lists the calls that are open now, those that close first first.
func (r *Reading) OpenCalls() []consultation.Call {
	r.Consultation.Due()
	var out []consultation.Call
	for _, k := range r.state.OpenCalls(r.Now) {
		out = append(out, *k)
	}
	return out
}

// Effect is State.Effect.
func (r *Reading) Effect(d *consultation.Disposition, change cite.Ref) (*paper.Edition, bool) {
	r.note(AnyPaper)
	return r.state.Effect(d, change)
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
		for _, reason := range d.Reasons {
			r.grant(reason.At)
		}
	}
	return ds
}

// PublishedParts is State.PublishedParts.
func (r *Reading) PublishedParts(d *consultation.Disposition) []cite.Ref {
	r.note(d.Ref, AnyContribution)
	return r.state.PublishedParts(d)
}

// Find is State.Find.
func (r *Reading) Find(edition *paper.Edition, label string) (x cite.Ref, now paper.Location, ok bool) {
	r.note(AnyPaper)
	return r.state.Find(edition, label)
}

// Texts is State.Texts.
func (r *Reading) Texts(e *paper.Edition, x cite.Ref, l locale.Lang) (before, after LocalizedText) {
	r.note(AnyPaper)
	return r.state.Texts(e, x, l)
}

// Forward is State.Forward for the audience.
func (r *Reading) Forward(x cite.Ref, limit int) []Link {
	links := r.state.Forward(r.Audience, x, limit)
	r.linked(x, links)
	return links
}

// Back is State.Back for the audience.
func (r *Reading) Back(x cite.Ref, limit int) []Link {
	links := r.state.Back(r.Audience, x, limit)
	r.linked(x, links)
	return links
}

// linked notes what the links of a reference rest on.
func (r *Reading) linked(x cite.Ref, links []Link) {
	r.note(AnyPaper)
	switch x.Kind() {
	case 'p':
		r.note(x.Element())
		r.note(r.state.Consultation.Changing(x.Element())...)
	case 'd':
		r.note(x, AnyContribution)
	default:
		r.note(x.Root())
	}
	for _, l := range links {
		for _, end := range []cite.Ref{l.From, l.To} {
			if k := end.Kind(); k == 'c' || k == 'd' {
				r.note(end.Root())
			}
		}
	}
}

// Overview is State.Overview.
func (r *Reading) Overview() *Overview {
	r.note(AnyContribution, AnyPaper, AnyAnswer, AnyParty)
	return r.state.Overview()
}

// Evidence is State.Evidence.
func (r *Reading) Evidence(row, subject string, after cite.Ref, limit int) (*Evidence, bool) {
	r.note(AnyContribution, AnyPaper, AnyAnswer, AnyParty)
	return r.state.Evidence(row, subject, after, limit)
}

// PaperReading reads papers: what is published is everybody's.
type PaperReading struct{ r *Reading }

// All lists the papers.
func (p PaperReading) All() []*paper.Paper {
	p.r.note(AnyPaper)
	return p.r.state.Papers.All
}

// Paper finds a paper by any reference into it.
func (p PaperReading) Paper(x cite.Ref) (*paper.Paper, bool) {
	p.r.note(AnyPaper)
	return p.r.state.Papers.Paper(x)
}

// Edition finds the edition a reference names, or the newest where it names none.
func (p PaperReading) Edition(x cite.Ref) (*paper.Edition, bool) {
	p.r.note(AnyPaper)
	return p.r.state.Papers.Edition(x)
}

// Symbol finds the edition that bears a document symbol.
func (p PaperReading) Symbol(sym cite.Symbol) (cite.Ref, bool) {
	p.r.note(AnyPaper)
	return p.r.state.Papers.Symbol(sym)
}

// Citing lists what rests on a reference.
func (p PaperReading) Citing(x cite.Ref) []cite.Ref {
	p.r.note(AnyPaper)
	return p.r.state.Papers.Citing(x)
}

// RollReading reads the roll, which is public by number; the names of those who came by themselves are not on it.
type RollReading struct{ r *Reading }

// Roles is what a participant holds.
func (l RollReading) Roles(p delegation.Participant) delegation.RoleSet {
	l.r.note(AnyParty)
	return l.r.state.Roll.Roles(p)
}

// Holders lists the participants with a role.
func (l RollReading) Holders(role delegation.Role) []delegation.Participant {
	l.r.note(AnyParty)
	return l.r.state.Roll.Holders(role)
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
	l.r.note(AnyParty)
	return l.r.state.Roll.Authorities()
}

// SpeaksFor lists the parties a participant may speak for.
func (l RollReading) SpeaksFor(p delegation.Participant) []delegation.Party {
	l.r.note(AnyParty)
	return l.r.state.Roll.SpeaksFor(p)
}

// Entered lists the parties that were entered by an officer.
func (l RollReading) Entered() []delegation.Party {
	l.r.note(AnyParty)
	return l.r.state.Roll.Entered()
}
