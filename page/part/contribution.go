package part

import (
	"slices"
	"strconv"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/paper"
)

var grounds = consultation.Grounds

// Contribution is one contribution as an audience may see it.
type Contribution struct {
	Ref      cite.Ref      `json:"ref"`
	Call     cite.Ref      `json:"call"`
	Position cite.Position `json:"position"`
	Status   string        `json:"status"`
	Ground   string        `json:"ground,omitempty"`
	Reason   string        `json:"reason,omitempty"`
	Received time.Time     `json:"received"`
	Late     bool          `json:"late,omitempty"`
	Redacted bool          `json:"redacted,omitempty"`
	Party    cite.Ref      `json:"party"`
	// Speaks is as what the party on the roll takes part, for which the author speaks: party, observer, ad_hoc; absent where it has no accreditation.
	Speaks string `json:"speaks_as,omitempty"`
	// Interests are what was disclosed of the interests of that party.
	Interests []string `json:"interests,omitempty"`
	told      []cite.Position
	Name      string `json:"name,omitempty"`
	Org       string `json:"organisation,omitempty"`
	// Affiliation is an organisation that the author belongs to and does not speak for.
	Affiliation string `json:"affiliation,omitempty"`
	// Heading is what it is about in one line, as its author put it; absent where they did not.
	Heading frame.LocalizedText `json:"heading,omitzero"`
	// Declared says which member declared it, and how the others stand on it, where it was made for a group.
	Declared *Declared `json:"declared,omitempty"`
	// Joint are the parties that submitted it with the one that leads, whose name it bears; absent where none did.
	Joint []*Joint `json:"joint,omitempty"`
	// Heard is what is known of it where it was asked from the floor of a session; absent elsewhere.
	Heard *Heard `json:"heard,omitempty"`
	// Mine are those of them that the reader may say a stand for.
	Mine      []Aligning         `json:"-"`
	Category  string             `json:"category"`
	Country   string             `json:"country,omitempty"`
	Assurance string             `json:"assurance"`
	Parts     []ContributionPart `json:"parts,omitempty"`
	Answers   []Chosen           `json:"answers,omitempty"` // at the questions of its call
	Files     []ContributionFile `json:"files,omitempty"`
	Invented  bool               `json:"invented,omitempty"`
	Sight     string             `json:"sight"` // whole, blackened or tombstone
	Decided   cite.Position      `json:"decided,omitempty"`
	sight     conversation.Visibility
	partyAt   cite.Position
	reasonAt  cite.Position
	Own       bool `json:"-"`
	// Acts: the reader takes it back, corrects it and says what they think of an answer: their own, or what was sent for a party that they speak for.
	Acts     bool `json:"-"`
	Moderate bool `json:"-"`
	Erasable bool `json:"-"`
	Gone     bool `json:"erased,omitempty"` // its words are erased

	// Corrected is when the author sent the last correction that it says now; zero for none.
	Corrected time.Time `json:"corrected,omitzero"`
	// Correcting is when the author sent a correction that a moderator has still to decide on, for themselves and for those
	// who moderate.
	Correcting time.Time `json:"correcting,omitzero"`
	// Corrections are what the author put right after it was sent, oldest first. Only on the contribution's own page.
	Corrections []Correction `json:"corrections,omitempty"`
	// MayCorrect says why the reader cannot correct it now; nil where they can. Only where it was asked.
	MayCorrect error         `json:"-"`
	Touched    cite.Position `json:"-"` // the last entry that touched it
	all        []Correction
	asSent     cite.Words // where the words were corrected since
	whole      bool       // its corrections are told one by one

	// Flags are the reasons to look at its name, for those who moderate.
	Flags []string `json:"flags,omitempty"`
	// LooksLike is a contribution that was sent under a name which looks like its name and is written otherwise.
	LooksLike cite.Ref `json:"looks_like,omitempty"`

	// Names in the language of the page.
	CategoryName string `json:"category_name"`
	CountryName  string `json:"country_name,omitempty"`
}

// ContributionPart is a point on the page of its contribution, with what it was said on.
type ContributionPart struct {
	Point
	Asked   frame.LocalizedText `json:"asked"`             // the text it answers
	Earlier bool                `json:"earlier,omitempty"` // said on an edition that was not the newest
	// Question is the question of the call's own that it answers, 0 for none.
	Question int `json:"question,omitempty"`
	// The secretariat's answer, the answers before it, and what the author said of them. Only on the
	// contribution's own page.
	Answer    *Answer        `json:"answer,omitempty"`
	Reopened  bool           `json:"reopened,omitempty"`
	Before    []cite.Ref     `json:"earlier_answers,omitempty"`
	Reactions []ReactionView `json:"reactions,omitempty"`
	Cited     []Citing       `json:"cited_by,omitempty"`
	// Rendering is the part in the language of the page, where it was written in another; not official. As the answer.
	Rendering *Rendering `json:"rendering,omitempty"`
	// Proposed is what is known of the question that the part proposes, where its call gathers questions. As the answer.
	Proposed *Proposed `json:"proposed,omitempty"`
	table    *Question // whose cells its words are
	// ReplyTo is the point that it replies to.
	ReplyTo cite.Ref `json:"reply_to,omitempty"`
	// Replies are the published replies to it, oldest first.
	Replies []cite.Ref `json:"replies,omitempty"`
	// Exchange has both in their words. As the answer.
	Exchange *Exchange `json:"exchange,omitempty"`
}

// ContributionFile is an attached file.
type ContributionFile struct {
	Ref  cite.Ref `json:"ref"`
	Name string   `json:"name"`
	Type string   `json:"type,omitempty"`
	Size int64    `json:"size,omitempty"`
	SHA  string   `json:"sha256,omitempty"`
	// Withheld: the file is kept from the public by itself.
	Withheld bool `json:"withheld,omitempty"`
	// Open: the reader may fetch it.
	Open bool `json:"-"`
}

// Answered adds to the view of a contribution what became of each of its parts.
func (v *Contribution) Answered(st *conversation.Reading, l locale.Lang) *Contribution {
	v.whole = true
	for i := range v.Parts {
		p := &v.Parts[i]
		d, reopened := st.Consultation.Answer(p.Ref)
		if d != cite.None {
			p.Answer = NewAnswer(st, d, l)
		}
		p.Reopened, p.Before, p.Reactions, p.Cited = reopened, st.Consultation.Earlier(p.Ref), reactionsOn(st, p.Ref), CitingOf(st, p.Ref, l)
		p.rendered(st, l)
		p.Proposed, p.Exchange = NewProposed(st, p.Ref, v.Call, l), NewExchange(st, p.Ref, v.Call, l)
	}
	return v
}

// Fate says in a few sentences what became of a contribution: each outcome once, how many passages changed, and what
// the author said last. It is empty where nothing was published.
func (v *Contribution) Fate(f *frame.Frame) []string {
	if v.Status != "published" || len(v.Parts) == 0 {
		return nil
	}
	var outcomes, verdicts []string
	open, changed := 0, map[cite.Ref]bool{}
	for _, p := range v.Parts {
		if p.Answer == nil || p.Reopened {
			open++
			continue
		}
		if s := f.T("outcome."+p.Answer.Outcome) + frame.Stop(f); !slices.Contains(outcomes, s) {
			outcomes = append(outcomes, s)
		}
		for _, c := range p.Answer.Changes {
			if !c.Promised {
				changed[c.Ref] = true
			}
		}
		if n := len(p.Reactions); n > 0 {
			if s := f.T("reaction.said", "verdict", f.T("verdict."+p.Reactions[n-1].Verdict)) + frame.Stop(f); !slices.Contains(verdicts, s) {
				verdicts = append(verdicts, s)
			}
		}
	}
	if len(outcomes) == 0 {
		return []string{f.T("answer.none_yet")}
	}
	out := outcomes
	if len(changed) > 0 {
		out = append(out, f.T("fate.passages", "n", len(changed)))
	}
	if out = append(out, verdicts...); open > 0 {
		out = append(out, f.T("fate.waiting", "n", open))
	}
	return out
}

// NewContribution builds the view of one contribution; ok is false where the audience may see nothing.
func NewContribution(st *conversation.Reading, ref cite.Ref, l locale.Lang) (*Contribution, bool) {
	row, ok := st.Consultation.Row(ref)
	sight := st.MaySee(ref)
	if !ok || sight == conversation.Nothing || ref.FileNumber() > 0 && sight < conversation.Redacted {
		return nil, false
	}
	return ContributionOf(st, row, l), true
}

// ContributionOf builds the view of a contribution that the audience may see something of: what it may not see is
// left out.
func ContributionOf(st *conversation.Reading, row consultation.Contribution, l locale.Lang) *Contribution {
	sight := st.MaySee(row.Ref)
	v := &Contribution{Ref: row.Ref, Call: row.Call, Position: row.Position, Status: row.Status.String(), Ground: row.Ground, Received: row.Received, Late: row.Late, Redacted: row.Redacted,
		Party: cite.Ref(row.For), Category: row.Category, Country: row.Country, Assurance: row.Assurance, Invented: st.Demonstration, Decided: row.Decided, Touched: row.Changed, sight: sight,
		Own: st.Own(row.Ref), Moderate: st.Audience.Roles.Has(delegation.Moderator), Erasable: st.Audience.Roles.Has(delegation.Officer)}
	_, v.Acts = st.Acts(row.Ref)
	v.Sight = [...]string{"nothing", "tombstone", "blackened", "whole"}[sight]
	if c, ok := st.Category(row.Category); ok {
		v.CategoryName, _ = c.Name.For(l)
	}
	if row.Country != "" {
		v.CountryName = st.CountryName(row.Country, l)
	}
	if row.Known {
		var p delegation.Party
		if p.UnmarshalText([]byte(row.For)) == nil {
			if s, ok := st.Roll.Party(p); ok {
				v.partyAt = s.Named
			}
			if x, ok := st.Roll.Accreditation().Accredited(p); ok {
				v.Speaks, v.told = x.As, x.Requests
			}
		}
	}
	if row.Status == consultation.Withheld {
		v.reasonAt = row.Decided
	}
	if sight < conversation.Redacted {
		return v
	}
	v.Declared, v.Joint, v.Heard = newDeclared(st, row.Ref), newJoint(st, row.Ref), newHeard(st, row.Ref)
	v.Parts = slices.Grow(v.Parts, row.Parts)
	for n := 1; n <= row.Parts; n++ {
		p := st.Consultation.Part(row.Ref, n)
		v.Parts = append(v.Parts, ContributionPart{Point: Point{Ref: p.Ref, On: p.On, Language: p.Language, Stance: p.Stance.String()}, Earlier: p.Earlier,
			ReplyTo: st.Replies.To(p.Ref), Replies: st.Replies.On(p.Ref)})
		pv := &v.Parts[n-1]
		if e, ok := st.Papers.Edition(p.On); ok {
			pv.Symbol = string(e.Symbol)
			x := p.On.Element()
			pv.Label = e.Label(x)
			if el, ok := e.Element(x); ok {
				pv.Asked, pv.Kind = ElementText(st, e, el.Ref, l), el.Kind
			} else {
				pv.Asked = PassageText(st, e, paper.TitlePassage, l)
			}
		}
		if p.Question > 0 {
			pv.askedAt(st, row.Call, p.Question, l)
		}
	}
	v.Answers = chosenOf(st, row.Call, row.Ref, l)
	v.corrected(st, row)
	for n := 1; n <= int(row.Files); n++ {
		file := cite.File(row.Ref, n)
		v.Files = append(v.Files, ContributionFile{Ref: file, Withheld: st.Consultation.FileWithheld(file), Open: st.MaySee(file) >= conversation.Redacted})
	}
	return v
}

// Readable reports whether the audience may read its words, blacked out or whole.
func (v *Contribution) Readable() bool { return v.sight >= conversation.Redacted }

// Need lists the entry's words and those of the party's name and the reason.
func (v *Contribution) Need() []cite.Position {
	var out []cite.Position
	if v.Readable() {
		out = append(out, v.Position)
	}
	if v.partyAt > 0 {
		out = append(append(out, v.partyAt), v.told...)
	}
	if v.reasonAt > 0 {
		out = append(out, v.reasonAt)
	}
	out = v.Declared.need(out)
	for _, n := range v.jointNamed() {
		out = append(out, n.at)
	}
	if v.whole {
		out = v.correctionsNeed(out)
	}
	for i := range v.Parts {
		out = append(out, v.Parts[i].Answer.Need()...)
		out = append(out, v.Parts[i].Proposed.Need()...)
		out = append(out, v.Parts[i].Exchange.Need()...)
		out = v.Parts[i].Rendering.need(out)
		for _, r := range v.Parts[i].Reactions {
			if r.worded {
				out = r.Rendering.need(append(out, r.Position))
			}
		}
	}
	return out
}

// Fill gives the words.
func (v *Contribution) Fill(words map[cite.Position]cite.Words) {
	if v.reasonAt > 0 {
		v.Reason = words[v.reasonAt]["reason"]
	}
	if !v.Readable() {
		return
	}
	w, ok := words[v.Position]
	if !ok {
		v.Gone = true
		v.Parts = nil
		return
	}
	v.Name, v.Org, v.Affiliation = w["name"], w["body"], w["affiliation"]
	if v.Heading = (frame.LocalizedText{Text: w[consultation.FieldTitle]}); v.Heading.Text != "" && len(v.Parts) > 0 {
		v.Heading.Lang = v.Parts[0].Language
	}
	if v.partyAt > 0 {
		v.Org = words[v.partyAt]["name"]
	}
	v.Declared.fill(words)
	for _, n := range v.jointNamed() {
		n.Fill(words)
	}
	for _, at := range v.told {
		if said := words[at]["interests"]; said != "" {
			v.Interests = append(v.Interests, said)
		}
	}
	for i := range v.Parts {
		p := &v.Parts[i]
		n := strconv.Itoa(p.Ref.PartNumber())
		p.Text, p.Wording = w[n+".text"], w[n+".wording"]
		p.Answer.Fill(words)
		p.Proposed.Fill(words)
		p.Exchange.Fill(words)
		p.Rendering.fill(words)
		for j := range p.Reactions {
			p.Reactions[j].Words.Text = words[p.Reactions[j].Position]["text"]
			p.Reactions[j].Rendering.fill(words)
		}
	}
	v.fillCorrections(words)
	for i := range v.Files {
		n := "f" + strconv.Itoa(v.Files[i].Ref.FileNumber())
		v.Files[i].Name, v.Files[i].SHA = w[n+".name"], w[n+".sha256"]
	}
}

// First is the first point that says or proposes something; the zero Point where none does.
func (v *Contribution) First() Point {
	for i := range v.Parts {
		if p := v.Parts[i].Point; p.Text != "" || p.Wording != "" {
			return p
		}
	}
	return Point{}
}

// Excerpt is the beginning of what the contribution says, at most n characters, on one line.
func (v *Contribution) Excerpt(n int) frame.LocalizedText {
	for i := range v.Parts {
		if x := v.Parts[i].Excerpt(n); x.Text != "" {
			return x
		}
	}
	return frame.LocalizedText{}
}

// firstWords are what a contribution without a name and a line of its own begins with, by which it is told apart from the
// others without a name.
func (v *Contribution) firstWords() frame.LocalizedText {
	if v.Signed() != "" || !v.Readable() {
		return frame.LocalizedText{}
	}
	return v.Excerpt(60)
}

// Signed is the name under which it was sent, the party's before the person's; "" where it has none or it is gone.
func (v *Contribution) Signed() string {
	if v.Org != "" {
		return v.Org
	}
	return v.Name
}

// Who is the name under which it is shown.
func (v *Contribution) Who(f *frame.Frame) string {
	if s := v.Signed(); s != "" {
		return s
	}
	return f.T("contribution.nameless")
}
