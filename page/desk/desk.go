package desk

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/openplenary/plenary/answering"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/page/part/calendar"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/settings"
)

// Convene is the form that makes a conversation: the little that is fixed for ever, and what it begins with. Everything
// else is written on the page of its settings, while it is prepared.
type Convene struct {
	frame.NoWords
	Form ConveneForm `json:"form"`
}

// ConveneForm is what stands in the form.
type ConveneForm struct {
	Template  string   `json:"template"`
	Slug      string   `json:"slug"`
	Name      string   `json:"title"` // in the language of the page
	Languages []string `json:"languages"`
	Zone      string   `json:"zone"`
	From      string   `json:"from"`
	Until     string   `json:"until"`
	Nine      bool     `json:"nine"` // with the nine questions that run through all subject areas
}

// Title is the page's title.
func (v *Convene) Title(f *frame.Frame) string { return f.T("convene.title") }

// Home says what waits for the officers and moderators of a conversation.
type Home struct {
	frame.NoWords
	Next       string          `json:"next"` // what to do now: a step's key
	Path       string          `json:"-"`    // where it is done
	Count      int             `json:"-"`    // of what Next speaks of
	Pending    int             `json:"pending"`
	Reopened   int             `json:"reopened"`   // points whose author said that the answer misses them
	Unanswered int             `json:"unanswered"` // points without an answer
	Proposed   int             `json:"proposed"`   // contributions of which something waits for a second person
	Correcting int             `json:"correcting"` // published contributions of which a correction waits for a moderator
	One        bool            `json:"-"`          // that one person be enough waits for a second person
	Drafts     []DraftRow      `json:"drafts"`
	Papers     []part.PaperRow `json:"papers"`
	Calls      []part.Call     `json:"calls"`
	Officers   int             `json:"officers"`
	Moderators int             `json:"moderators"`
	Parties    int             `json:"parties"`
	// Accrediting is how many requests for accreditation wait for an officer.
	Accrediting int `json:"accreditations_waiting"`
	// BodiesEnding is how many accreditations end within two weeks.
	BodiesEnding int `json:"accreditations_ending"`
	// MandatesEnding is how many mandates end within two weeks that nobody in their delegation can renew.
	MandatesEnding int `json:"mandates_ending"`
	Stages         int `json:"stages"`
	// Translations is how many texts are not translated, or are older than their original, in all languages.
	Translations int `json:"translations_waiting"`
	// Answers is how many answers are being written.
	Answers int `json:"answers_drafted"`
	// ToRelease is how many of them another officer wrote and the reader may release.
	ToRelease int `json:"answers_to_release"`
	// Outdated is how many of them answer a point that its author corrected since they were written.
	Outdated int `json:"answers_outdated"`
	// ToMend is how many that the reader wrote were returned with a note.
	ToMend     int  `json:"answers_returned"`
	Officer    bool `json:"-"` // the reader may do what officers do
	Staff      bool `json:"-"` // or what moderators do
	Translator bool `json:"-"` // or what translators do
	// Sits are the pages on which the reader works at sittings.
	Sits []Sits `json:"-"`
}

// DraftRow is a paper that is not out yet.
type DraftRow struct {
	Key      string              `json:"key"`
	Symbol   string              `json:"symbol"`
	Name     frame.LocalizedText `json:"title"`
	Paper    cite.Ref            `json:"paper,omitempty"` // of which it will be a new edition
	Elements int                 `json:"elements"`
	Version  int                 `json:"version"`
	Changed  time.Time           `json:"changed"`
}

// NewDraftRow describes a draft in a list.
func NewDraftRow(key string, d paper.Draft, version int, changed time.Time, l locale.Lang) DraftRow {
	return DraftRow{Key: key, Symbol: d.Symbol, Name: frame.Localize(locale.Text{Original: d.Original, In: d.Title}, l), Paper: d.Paper, Elements: len(d.Elements), Version: version, Changed: changed}
}

// NewHome builds the page.
func NewHome(st *conversation.Reading, drafts []DraftRow, l locale.Lang) *Home {
	v := &Home{Drafts: drafts, Pending: len(st.Consultation.Pending()), Officers: len(st.Roll.Holders(delegation.Officer)), Moderators: len(st.Roll.Holders(delegation.Moderator)),
		Parties: len(st.Roll.Entered()), Accrediting: st.Roll.Accreditation().Waiting(), Stages: len(st.Stages), Papers: latestPapers(st, l), Officer: st.Audience.Roles.Has(delegation.Officer)}
	ending := st.Roll.Accreditation().Ending()
	v.BodiesEnding, v.MandatesEnding = len(ending.Bodies), len(ending.Mandates)
	open, planned := false, false
	for i := len(st.Consultation.Calls()) - 1; i >= 0; i-- {
		c := part.NewCall(st, st.Consultation.Calls()[i], l)
		open, planned = open || c.State == "open", planned || c.State == "planned"
		v.Calls = append(v.Calls, c)
	}
	for _, p := range st.Papers.All() {
		c := st.Consultation.AnswerCounts(p.Ref)
		v.Reopened, v.Unanswered = v.Reopened+c.Reopened, v.Unanswered+c.Unanswered
	}
	v.Count = v.Pending
	is := st.Consultation.Removing(cite.None)
	v.Proposed, v.Correcting, v.One = len(is.Proposed), len(is.Correcting), is.One.At > 0
	v.Staff, v.Translator = st.Staff(), st.Audience.Roles.Has(delegation.Officer, delegation.Translator)
	if v.Translator {
		v.Translations = TranslationsWaiting(st)
	}
	v.Sits = sits(st, l)
	gathers, proposals := cite.None, 0
	if st.Audience.Roles.Has(delegation.Rapporteur) {
		gathers, proposals = part.ProposalsWaiting(st)
	}
	switch {
	case !v.Staff && proposals > 0:
		v.Next, v.Path, v.Count = "formulate", "/desk/questions/"+string(gathers), proposals
	case !v.Staff && v.Translator:
		v.Next, v.Path, v.Count = "translate", "/desk/translations", v.Translations
	case !v.Staff && len(v.Sits) > 0:
		v.Next, v.Path = "sit", v.Sits[0].Path
	case !v.Staff:
		v.Next, v.Path = "office", "/documents"
	case v.Pending > 0 && (st.Audience.Roles.Has(delegation.Moderator) || !v.Officer):
		v.Next, v.Path = "moderate", "/desk/queue"
	case v.Correcting > 0 && st.Audience.Roles.Has(delegation.Moderator):
		v.Next, v.Path, v.Count = "correct", "/desk/queue", v.Correcting
	case !v.Officer:
		v.Next, v.Path = "rest", "/contributions"
	case len(v.Papers) == 0 && len(v.Drafts) == 0:
		v.Next, v.Path = "import", "/desk/papers/import"
	case len(v.Papers) == 0 && len(v.Drafts) == 1:
		v.Next, v.Path = "publish", "/desk/papers/"+v.Drafts[0].Key
	case len(v.Papers) == 0:
		v.Next, v.Path = "publish", "/desk/papers"
	case len(v.Calls) == 0:
		v.Next, v.Path = "announce", "/desk/calls/new"
	case v.Reopened > 0:
		v.Next, v.Path, v.Count = "reopened", "/desk/points", v.Reopened
	case v.Unanswered > 0:
		v.Next, v.Path, v.Count = "answer", "/desk/points", v.Unanswered
	case v.Pending > 0:
		v.Next, v.Path = "moderate", "/desk/queue" // by another
	case open:
		v.Next, v.Path = "open", "/contributions"
	case planned:
		v.Next, v.Path = "planned", "/desk/people"
	default:
		v.Next, v.Path = "closed", "/desk/stages"
	}
	return v
}

// Drafted counts the answers that are being written.
func (v *Home) Drafted(drafts []answering.Draft, me string) {
	for _, d := range drafts {
		v.Answers++
		switch {
		case d.State == answering.Offered && d.By != me:
			v.ToRelease++
		case d.State == answering.Returned && d.By == me:
			v.ToMend++
		}
	}
	switch waits := slices.Contains([]string{"answer", "open", "planned", "closed"}, v.Next); {
	case waits && v.ToRelease > 0:
		v.Next, v.Path, v.Count = "release", "/desk/points", v.ToRelease
	case waits && v.ToMend > 0:
		v.Next, v.Path, v.Count = "mend", "/desk/points", v.ToMend
	}
}

// now says what to do now, and what the way there is called: keys of the catalogue.
func (v *Home) now() (says, does string) {
	if v.Next == "release" || v.Next == "mend" {
		return "desk.points.to_" + v.Next, "desk.points.open"
	}
	return "desk.now." + v.Next, "desk.do." + v.Next
}

// latestPapers lists the newest edition of each paper, the newest paper first.
func latestPapers(st *conversation.Reading, l locale.Lang) []part.PaperRow {
	var out []part.PaperRow
	for _, p := range slices.Backward(st.Papers.All()) {
		out = append(out, part.NewPaperRow(p.Latest(), l))
	}
	return out
}

// Title is the page's title.
func (v *Home) Title(f *frame.Frame) string { return f.T("desk.title") }

// Papers lists the papers that are out and those that are prepared.
type Papers struct {
	frame.NoWords
	Drafts []DraftRow      `json:"drafts"`
	Papers []part.PaperRow `json:"papers"`
}

// NewPapers builds the page.
func NewPapers(st *conversation.Reading, drafts []DraftRow, l locale.Lang) *Papers {
	return &Papers{Drafts: drafts, Papers: latestPapers(st, l)}
}

// Title is the page's title.
func (v *Papers) Title(f *frame.Frame) string { return f.T("desk.papers.title") }

// offered are the languages that a conversation can be given: those of the site, and those that are in use.
func offered(f *frame.Frame, used []string) (out []locale.Lang) {
	of := f.Instance().Offered()
	for _, l := range locale.All {
		if slices.Contains(of, l) || slices.Contains(used, string(l)) {
			out = append(out, l)
		}
	}
	return out
}

// zoneChoices are the zones that a form offers, and those of others that are in use: a deadline is set in the
// conversation's own zone, whichever that is.
func zoneChoices(l locale.Lang, used ...string) []frame.Choice {
	zones := locale.Zones()
	for _, z := range used {
		if locale.KnownZone(z) && !slices.Contains(zones, z) {
			zones = append(zones, z)
		}
	}
	out := make([]frame.Choice, len(zones))
	for i, z := range zones {
		out[i] = frame.Choice{ID: z, Name: l.ZoneName(z)}
	}
	locale.SortBy(l, out, func(c frame.Choice) string { return c.Name })
	return out
}

// People is the page of roles and parties.
type People struct {
	Holders []Holder `json:"holders"`
	// LastModerator: nobody would be left to decide on contributions if the one who moderates did so no more. Pending is how
	// many wait.
	LastModerator bool `json:"-"`
	Pending       int  `json:"-"`
	// Invitations are the letters that were sent and what became of them, the newest first.
	Invitations []Invitation `json:"-"`
	// Languages are those in which a letter can be written.
	Languages  []frame.Choice `json:"-"`
	Parties    []PartyRow     `json:"parties"`
	Total      int            `json:"parties_total"`
	Roles      []string       `json:"roles"`
	Categories []frame.Choice `json:"-"`
	Countries  []frame.Choice `json:"-"`
	Form       InviteForm     `json:"-"`
	// Renaming is the party whose new name was refused; its name as it was typed stands in the form.
	Renaming delegation.Party `json:"-"`
	// NewToken makes the token of one of the page's forms.
	NewToken func() string `json:"-"`
}

// newName is what stands in the form for the name of a party.
func (v *People) newName(p PartyRow) string {
	if v.Renaming == p.Party && v.Form.Name != "" {
		return v.Form.Name
	}
	return p.Name
}

// nameOr is a name, or says that somebody has none here, with the number by which the record knows them.
func nameOr(f *frame.Frame, name string, p delegation.Participant) string {
	return cmp.Or(name, f.T("desk.people.nameless", "number", string(p.Ref())))
}

// Holder is a participant with roles.
type Holder struct {
	Participant delegation.Participant `json:"participant"`
	Name        string                 `json:"-"` // or the address they were invited by
	Roles       []string               `json:"roles"`
	Me          bool                   `json:"me,omitempty"`
	Invited     *Invitation            `json:"-"` // what became of the letter to them, nil where they came
}

// PartyRow is a party that an officer entered.
type PartyRow struct {
	Party        delegation.Party `json:"party"`
	Name         string           `json:"name"`
	CategoryName string           `json:"category"`
	CountryName  string           `json:"country,omitempty"`
	// Before are the names that it had before, oldest first.
	Before []string `json:"before,omitempty"`
	// Speakers may speak for it.
	Speakers []SpeakerRow `json:"speakers,omitempty"`
	at       cite.Position
	beforeAt []cite.Position
}

// SpeakerRow is somebody who may speak for a party.
type SpeakerRow struct {
	Participant delegation.Participant `json:"participant"`
	Name        string                 `json:"-"`              // the address they were invited by
	Since       time.Time              `json:"since"`          // when they were authorised
	By          delegation.Participant `json:"by,omitempty"`   // the officer by whose word
	Capacity    delegation.Capacity    `json:"capacity"`       // what they are in the delegation
	Until       time.Time              `json:"until,omitzero"` // when the mandate ends
	ByName      string                 `json:"-"`
}

// InviteForm is what stands in the page's forms.
type InviteForm struct {
	Email    string
	Role     string
	Name     string
	Category string
	Country  string
	Speaker  string // the address of a person who speaks for a party
	Party    string
	Called   string // how whoever is invited is called
	Speaks   string // the party that they are to speak for
	Language string // of the letter
	Word     string // from whoever invites
	Changing string // the participant whose invitation is changed
}

// maxParties is how many parties the page lists: all there are, in any real conversation.
const maxParties = 1000

// NewPeople builds the page.
func NewPeople(st *conversation.Reading, l locale.Lang) *People {
	v := &People{Pending: len(st.Consultation.Pending())}
	if who := st.Roll.Holders(delegation.Moderator); len(who) == 1 {
		rs := refusal.Of(st.Refused(conversation.Ask{System: true, Received: st.Now, Command: delegation.Revoke{Participant: who[0], Role: delegation.Moderator}}))
		v.LastModerator = len(rs) > 0 && rs[0].Key == "role.last_moderator"
	}
	for _, x := range st.Languages {
		v.Languages = append(v.Languages, frame.Choice{ID: string(x), Name: x.Name()})
	}
	seen := map[delegation.Participant]int{}
	for _, r := range delegation.Roles() {
		v.Roles = append(v.Roles, r.String())
		for _, p := range st.Roll.Holders(r) {
			i, ok := seen[p]
			if !ok {
				i = len(v.Holders)
				seen[p] = i
				v.Holders = append(v.Holders, Holder{Participant: p})
			}
			v.Holders[i].Roles = append(v.Holders[i].Roles, r.String())
		}
	}
	parties := st.Roll.Entered()
	v.Total = len(parties)
	speak := st.Roll.Authorities()
	for _, p := range parties[:min(len(parties), maxParties)] {
		s, _ := st.Roll.Party(p)
		row := PartyRow{Party: p, at: s.Named, beforeAt: st.Roll.Before(p)}
		for _, a := range speak[p] {
			row.Speakers = append(row.Speakers, SpeakerRow{Participant: a.Participant, Since: a.Since, By: a.By, Capacity: a.Capacity, Until: a.Until})
		}
		if c, ok := st.Category(s.Category); ok {
			row.CategoryName = frame.Localize(c.Name, l).Text
		}
		if s.Country != "" {
			row.CountryName = st.CountryName(s.Country, l)
		}
		v.Parties = append(v.Parties, row)
	}
	for _, c := range settings.Offered(st.Categories) {
		v.Categories = append(v.Categories, frame.Choice{ID: c.ID, Name: frame.Localize(c.Name, l).Text})
	}
	for _, c := range st.Countries {
		v.Countries = append(v.Countries, frame.Choice{ID: c.ID, Name: frame.Localize(c.Name, l).Text})
	}
	for _, c := range st.CountryList().Offered(l) {
		v.Countries = append(v.Countries, frame.Choice{ID: c.Code, Name: c.Name(l)})
	}
	return v
}

// Need lists the names of the parties.
func (v *People) Need() []cite.Position {
	var out []cite.Position
	for _, p := range v.Parties {
		out = append(append(out, p.at), p.beforeAt...)
	}
	return out
}

// Fill gives them.
func (v *People) Fill(words map[cite.Position]cite.Words) {
	for i := range v.Parties {
		p := &v.Parties[i]
		p.Name = words[p.at]["name"]
		for _, at := range p.beforeAt {
			if name := words[at]["name"]; name != "" {
				p.Before = append(p.Before, name)
			}
		}
	}
}

// Title is the page's title.
func (v *People) Title(f *frame.Frame) string { return f.T("desk.people.title") }

func (v *People) partyChoices() []frame.Choice {
	out := make([]frame.Choice, len(v.Parties))
	for i, p := range v.Parties {
		out[i] = frame.Choice{ID: string(p.Party.Ref()), Name: p.Name}
		if out[i].Name == "" { // erased
			out[i].Name = string(p.Party.Ref())
		}
	}
	return out
}

// Stages is the page of the calendar.
type Stages struct {
	frame.NoWords
	Stages  []StageForm    `json:"stages"` // the last one is empty: a stage to add
	Lacks   Lacks          `json:"-"`      // texts of the calendar that lack a language
	Targets []frame.Choice `json:"-"`
	// NewToken makes the token of one of the page's forms.
	NewToken func() string `json:"-"`
}

// StageForm is one stage as it stands in its form.
type StageForm struct {
	Number   int                 `json:"number"` // 0 for a new one
	Kind     string              `json:"kind"`
	Name     frame.LocalizedText `json:"title"`
	From     string              `json:"from"`
	To       string              `json:"to"`
	State    string              `json:"state"`
	Source   string              `json:"source"`
	Target   string              `json:"target"`
	Title    frame.Tongues       `json:"-"`
	Outcome  frame.Tongues       `json:"-"`
	Promised frame.Tongues       `json:"-"`
	Stands   calendar.Stage      `json:"-"` // as every reader sees it
	Open     bool                `json:"-"` // the form came back with an error
}

// NewStageForm fills the form of a stage.
func NewStageForm(st *conversation.Reading, s settings.Stage, l locale.Lang) StageForm {
	f := StageForm{Number: s.Number, Kind: s.Kind, From: s.From, To: s.To, State: s.State, Source: s.Source, Target: string(s.Target), Name: frame.Localize(s.Title, l)}
	for name, x := range map[string]struct {
		text locale.Text
		to   *frame.Tongues
	}{"title": {s.Title, &f.Title}, "outcome": {s.Outcome, &f.Outcome}, "promised": {s.Promised, &f.Promised}} {
		*x.to = frame.NewTongues(field(name, s.Number), Begun(x.text, st.Title.Original), st.Languages, nil)
	}
	return f
}

// Begun is a text whose original is in a language, where nothing was written yet.
func Begun(t locale.Text, original locale.Lang) locale.Text {
	if t.Original == "" {
		t.Original = original
	}
	return t
}

// StageKinds and StageStates are what a stage may be.
var (
	StageKinds  = settings.StageKinds
	StageStates = settings.StageStates
)

// NewStages builds the page.
func NewStages(st *conversation.Reading, l locale.Lang) *Stages {
	v := &Stages{Lacks: settledLacks(st, true)}
	for _, k := range st.Consultation.Calls() {
		v.Targets = append(v.Targets, frame.Choice{ID: string(k.Ref), Name: frame.Localize(k.Title, l).Text})
	}
	for _, p := range st.Papers.All() {
		for _, e := range p.Editions {
			v.Targets = append(v.Targets, frame.Choice{ID: string(e.Ref), Name: string(e.Symbol)})
		}
	}
	for _, o := range st.Priorities.Orders() {
		v.Targets = append(v.Targets, frame.Choice{ID: string(o.Ref), Name: frame.Localize(o.Title, l).Text})
	}
	for _, x := range st.Sessions.Sessions() {
		v.Targets = append(v.Targets, frame.Choice{ID: string(x.Ref), Name: frame.Localize(x.Plan.Title, l).Text})
	}
	stands := calendar.Of(st)
	for i, s := range st.Stages {
		f := NewStageForm(st, s, l)
		f.Stands = stands[i]
		v.Stages = append(v.Stages, f)
		if s.Target != cite.None && !slices.ContainsFunc(v.Targets, func(c frame.Choice) bool { return c.ID == string(s.Target) }) {
			v.Targets = append(v.Targets, frame.Choice{ID: string(s.Target), Name: string(s.Target)})
		}
	}
	v.Stages = append(v.Stages, NewStageForm(st, settings.Stage{Kind: "session", State: settings.Planned}, l))
	return v
}

// Title is the page's title.
func (v *Stages) Title(f *frame.Frame) string { return f.T("desk.stages.title") }

// field is the name of a field of one of several forms on a page: "state-3".
func field(name string, n int) string { return name + "-" + strconv.Itoa(n) }
