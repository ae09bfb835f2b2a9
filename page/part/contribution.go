package part

import (
	"strconv"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
)

var grounds = consultation.Grounds

// Contribution is one contribution as an audience may see it.
type Contribution struct {
	Ref       cite.Ref           `json:"ref"`
	Call      cite.Ref           `json:"call"`
	Position  cite.Position      `json:"position"`
	Status    string             `json:"status"`
	Ground    string             `json:"ground,omitempty"`
	Reason    string             `json:"reason,omitempty"`
	Received  time.Time          `json:"received"`
	Late      bool               `json:"late,omitempty"`
	Redacted  bool               `json:"redacted,omitempty"`
	Party     cite.Ref           `json:"party"`
	Name      string             `json:"name,omitempty"`
	Org       string             `json:"organisation,omitempty"`
	Category  string             `json:"category"`
	Country   string             `json:"country,omitempty"`
	Assurance string             `json:"assurance"`
	Parts     []ContributionPart `json:"parts,omitempty"`
	Files     []ContributionFile `json:"files,omitempty"`
	Invented  bool               `json:"invented,omitempty"`
	Sight     string             `json:"sight"` // whole, blackened or tombstone
	Decided   cite.Position      `json:"decided,omitempty"`
	sight     conversation.Visibility
	partyAt   cite.Position
	reasonAt  cite.Position
	Own       bool `json:"-"`
	Moderate  bool `json:"-"`
	Erasable  bool `json:"-"`
	Gone      bool `json:"erased,omitempty"` // its words are erased

	// Flags are the reasons to look at its name, for those who moderate.
	Flags []string `json:"flags,omitempty"`

	// Names in the language of the page.
	CategoryName string `json:"category_name"`
	CountryName  string `json:"country_name,omitempty"`
}

// ContributionPart is a point on the page of its contribution, with what it was said on.
type ContributionPart struct {
	Point
	Asked   frame.LocalizedText `json:"asked"`             // the text it answers
	Earlier bool                `json:"earlier,omitempty"` // said on an edition that was not the newest
	// The secretariat's answer, the answers before it, and what the author said of them. Only on the
	// contribution's own page.
	Answer    *Answer        `json:"answer,omitempty"`
	Reopened  bool           `json:"reopened,omitempty"`
	Before    []cite.Ref     `json:"earlier_answers,omitempty"`
	Reactions []ReactionView `json:"reactions,omitempty"`
	Cited     []Citing       `json:"cited_by,omitempty"`
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
	for i := range v.Parts {
		p := &v.Parts[i]
		d, reopened := st.Consultation.Answer(p.Ref)
		if d != cite.None {
			p.Answer = NewAnswer(st, d, l)
		}
		p.Reopened, p.Before, p.Reactions, p.Cited = reopened, st.Consultation.Earlier(p.Ref), reactionsOn(st, p.Ref), CitingOf(st, p.Ref, l)
	}
	return v
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
		Party: cite.Ref(row.For), Category: row.Category, Country: row.Country, Assurance: row.Assurance, Invented: st.Demonstration, Decided: row.Decided, sight: sight,
		Own: st.Own(row.Ref), Moderate: st.Audience.Roles.Has(delegation.Moderator), Erasable: st.Audience.Roles.Has(delegation.Officer)}
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
		}
	}
	if row.Status == consultation.Withheld {
		v.reasonAt = row.Decided
	}
	if sight < conversation.Redacted {
		return v
	}
	for n := 1; n <= row.Parts; n++ {
		p := st.Consultation.Part(row.Ref, n)
		pv := ContributionPart{Point: Point{Ref: p.Ref, On: p.On, Language: p.Language, Stance: p.Stance.String()}, Earlier: p.Earlier}
		if e, ok := st.Papers.Edition(p.On); ok {
			pv.Symbol = string(e.Symbol)
			x := p.On.Element()
			pv.Label = e.Label(x)
			if el, ok := e.Element(x); ok {
				t, in := el.Text.For(l)
				pv.Asked, pv.Kind = frame.LocalizedText{Text: t, Lang: in}, el.Kind
			} else {
				t, in := e.Title.For(l)
				pv.Asked = frame.LocalizedText{Text: t, Lang: in}
			}
		}
		v.Parts = append(v.Parts, pv)
	}
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
		out = append(out, v.partyAt)
	}
	if v.reasonAt > 0 {
		out = append(out, v.reasonAt)
	}
	for i := range v.Parts {
		out = append(out, v.Parts[i].Answer.Need()...)
		for _, r := range v.Parts[i].Reactions {
			if r.worded {
				out = append(out, r.Position)
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
	v.Name, v.Org = w["name"], w["body"]
	if v.partyAt > 0 {
		v.Org = words[v.partyAt]["name"]
	}
	for i := range v.Parts {
		p := &v.Parts[i]
		n := strconv.Itoa(p.Ref.PartNumber())
		p.Text, p.Wording = w[n+".text"], w[n+".wording"]
		p.Answer.Fill(words)
		for j := range p.Reactions {
			p.Reactions[j].Words.Text = words[p.Reactions[j].Position]["text"]
		}
	}
	for i := range v.Files {
		n := "f" + strconv.Itoa(v.Files[i].Ref.FileNumber())
		v.Files[i].Name, v.Files[i].SHA = w[n+".name"], w[n+".sha256"]
	}
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
