package home

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
)

// Who acted, as everybody is told: an office, never a person.
const (
	ByOfficer    = "officer"
	ByModerator  = "moderator"
	ByTranslator = "translator"
	ByAuthor     = "author" // of the contribution that it is about
	// ByParticipant is somebody who takes part, and is not named.
	ByParticipant = "participant"
	ByClock       = "clock"    // it came by itself, because its hour had come
	ByOperator    = "operator" // whoever looks after the instance
)

// The kinds of act that a reader of the record can choose.
var actKinds = []string{"contributions", "moderation", "answers", "calls", "papers", "people", "settings"}

// ActKinds are the kinds of act that a reader of the record can choose, in the order of the list.
func ActKinds() []string { return slices.Clone(actKinds) }

// moderating, answering and calling are the kinds of fact of a consultation that are no contribution's own.
var (
	moderating = []string{"published", "withheld", "redacted", "removal_proposed", "removal_declined", "two_required", "one_proposed", "correction_published", "correction_withheld"}
	answering  = []string{"answered", "passage_linked", "reason_translated"}
)

// ActKind is the kind of act that a kind of fact belongs to ("consultation.withheld/1" to "moderation").
func ActKind(kind string) string {
	kind, _, _ = strings.Cut(kind, "/")
	room, fact, _ := strings.Cut(kind, ".")
	switch {
	case room == "consultation" && slices.Contains(moderating, fact), kind == "conversation.erased":
		return "moderation"
	case room == "consultation" && slices.Contains(answering, fact):
		return "answers"
	case room == "consultation" && strings.HasPrefix(fact, "call_"), room == "questionnaire":
		return "calls"
	case room == "consultation":
		return "contributions"
	case room == "paper":
		return "papers"
	case room == "delegation", room == "accreditation":
		return "people"
	}
	return "settings"
}

// Act is an entry of the record in words: who did what, to what, and when.
type Act struct {
	EntryRow
	// Office is who acted: officer, moderator, translator, author, clock or operator.
	Office string `json:"office"`
	// Name is who it was, for officers and no one else; "" where that is not told or not known.
	Name string `json:"-"`
	// Place is what a contribution is about, or the passage itself, where the reader may see it.
	Place *part.Location `json:"place,omitempty"`
	// Symbol is that of the paper that it is about.
	Symbol string `json:"symbol,omitempty"`
	// Title is that of the call or paper that it is about.
	Title frame.LocalizedText `json:"title,omitzero"`
	by    delegation.Participant
	c     *part.Contribution // that it is about, where it may be read
	of    int                // how many points an answer answers
}

// NewAct says in words what an entry is, for the audience of a reading.
func NewAct(st *conversation.Reading, row EntryRow, fact cite.Fact, l locale.Lang) *Act {
	a := &Act{EntryRow: row, by: doer(fact)}
	kind, _, _ := strings.Cut(row.Kind, "/")
	a.Office = office(kind, a.by, st.Roll.Roles(a.by))
	if e, ok := fact.(*conversation.Erased); ok && e.Own {
		a.Office = ByParticipant
	}
	if a.Office == ByAuthor || a.Office == ByParticipant {
		a.by = 0
	}
	to := row.Line.To
	switch to.Kind() {
	case 'c':
		if c, ok := part.NewContribution(st, to, l); ok && c.Readable() {
			a.c = c
			if len(c.Parts) > 0 {
				a.place(st, c.Parts[0].On)
			}
		}
	case 'd':
		if d, ok := st.Consultation.Disposition(to); ok {
			a.of = d.Current
			if parts := st.PublishedParts(d); len(parts) > 0 && st.MaySee(parts[0]) >= conversation.Redacted {
				a.place(st, st.Consultation.Part(parts[0].Root(), parts[0].PartNumber()).On)
			}
		}
	case 'k':
		if k, ok := st.Consultation.Call(to); ok {
			a.Title = frame.Localize(k.Title, l)
		}
	case 'p':
		if e, ok := st.Papers.Edition(to); ok {
			a.Title = frame.Localize(e.Title, l)
			a.place(st, to)
		}
	}
	return a
}

// place names a passage, or a paper as a whole, as far as the reader may see it.
func (a *Act) place(st *conversation.Reading, on cite.Ref) {
	e, ok := st.Papers.Edition(on)
	if !ok {
		return
	}
	a.Symbol = string(e.Symbol)
	if x := on.Element(); x != cite.None {
		at := part.LocationOf(e, x)
		if at.Kind != "" {
			a.Place = &at
		}
	}
}

// Doer is who acted in an office by an entry of a kind; 0 where it was no office's act.
func Doer(kind string, fact cite.Fact) delegation.Participant {
	kind, _, _ = strings.Cut(kind, "/")
	p := doer(fact)
	if by := office(kind, p, 0); by != ByAuthor && by != ByParticipant {
		return p
	}
	return 0
}

// By is the participant who acted in an office, 0 for nobody who is named to anybody.
func (a *Act) By() delegation.Participant { return a.by }

// doer is the participant that a fact names as the one who acted.
func doer(fact cite.Fact) (p delegation.Participant) {
	v := reflect.Indirect(reflect.ValueOf(fact))
	if v.Kind() != reflect.Struct {
		return 0
	}
	by := v.FieldByName("By")
	if !by.IsValid() {
		by = v.FieldByName("Officer") // who convened
	}
	if !by.IsValid() {
		return 0
	}
	switch by := by.Interface().(type) {
	case delegation.Participant:
		return by
	case string:
		_ = p.UnmarshalText([]byte(by)) // 0 where it is nobody's
	}
	return p
}

// office is in which office somebody acted: what the kind of the act demands, and where several may, what they hold.
func office(kind string, by delegation.Participant, holds delegation.RoleSet) string {
	switch kind {
	case "consultation.received", "consultation.corrected", "consultation.withdrawn", "consultation.reacted":
		return ByAuthor
	case "accreditation.requested", "accreditation.retracted", "formulation.supported", "formulation.unsupported":
		return ByParticipant
	case "consultation.call_opened", "consultation.call_closed", "accreditation.reminded", "delegation.reminded":
		if by == 0 {
			return ByClock
		}
	}
	switch {
	case by == 0:
		return ByOperator
	case ActKind(kind) == "moderation" && holds.Has(delegation.Moderator):
		return ByModerator
	case strings.HasSuffix(kind, "translated") && holds.Has(delegation.Translator) && !holds.Has(delegation.Officer):
		return ByTranslator
	case kind == "consultation.published", kind == "consultation.withheld", strings.HasPrefix(kind, "consultation.correction_"):
		return ByModerator // who no longer holds it, perhaps
	}
	return ByOfficer
}

// Need lists the words of the contributions that the page names.
func (v *Record) Need() []cite.Position {
	var out []cite.Position
	for _, a := range v.Entries {
		if a.c != nil {
			out = append(out, a.c.Need()...)
		}
	}
	return out
}

// Fill gives them.
func (v *Record) Fill(words map[cite.Position]cite.Words) {
	for _, a := range v.Entries {
		if a.c != nil {
			a.c.Fill(words)
		}
	}
}

// Without names contributions by their numbers alone, where the words are damaged.
func (v *Record) Without() {
	for _, a := range v.Entries {
		a.c = nil
	}
}

// Shown is the instant that the page shows for an entry: in a demonstration what its script's clock said, else when it
// was written.
func (e EntryRow) Shown(demonstration bool) time.Time {
	if demonstration && !e.Line.Told.IsZero() {
		return e.Line.Told
	}
	return e.Time
}

// sameDay reports whether an entry and the one above it in the list were made on one day of the conversation.
func (v *Record) sameDay(f *frame.Frame, i int) bool {
	return i > 0 && f.Date(v.Entries[i].Shown(f.Demo)) == f.Date(v.Entries[i-1].Shown(f.Demo))
}

// thing names what an act was about: "Contribution 23: Aminata Coly-Ndiongue", "Answer 5: 23 points", a call by its
// title; "" where its sentence says it already.
func (a *Act) thing(f *frame.Frame) string {
	to := a.Line.To
	if slices.ContainsFunc([]string{"title", "symbol", "name"}, func(s string) bool { return slices.Contains(locale.Arguments(a.Line.Key), s) }) {
		return ""
	}
	switch to.Kind() {
	case 'c':
		if a.c != nil && a.c.Who(f) != "" {
			return frame.Named(f, to) + frame.Colon(f) + "\u2068" + a.c.Who(f) + "\u2069"
		}
		return frame.Named(f, to)
	case 'd':
		if a.of > 0 {
			return frame.Named(f, to) + frame.Colon(f) + f.T("why.answer_points", "n", a.of)
		}
		return frame.Named(f, to)
	case 'k', 'p':
		return a.Title.Text
	}
	return ""
}
