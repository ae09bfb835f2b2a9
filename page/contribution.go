package page

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
)

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
	Own       bool      `json:"-"`
	Moderate  bool      `json:"-"`
	Erasable  bool      `json:"-"`
	Gone      bool      `json:"erased,omitempty"` // its words are erased
	Typed     ReactForm `json:"-"`                // a reaction that was refused

	// Names in the language of the page.
	CategoryName string `json:"category_name"`
	CountryName  string `json:"country_name,omitempty"`
}

// Reacting is what stands in the form of a reaction.
type ReactForm struct {
	Part          cite.Ref
	Verdict, Text string
}

// of is what was typed about a part, nothing for the others.
func (r ReactForm) of(part cite.Ref) ReactForm {
	if r.Part != part {
		return ReactForm{}
	}
	return r
}

// ContributionPart is what one anchor holds.
type ContributionPart struct {
	Ref      cite.Ref      `json:"ref"`
	On       cite.Ref      `json:"on"`
	Label    string        `json:"label,omitempty"` // "13(i)", in the edition it was written on
	Symbol   string        `json:"symbol"`
	Kind     string        `json:"kind,omitempty"` // of the element: paragraph, question, ...
	Asked    LocalizedText `json:"asked"`          // the text it answers
	Language locale.Lang   `json:"language"`
	Stance   string        `json:"stance,omitempty"`
	Text     string        `json:"text,omitempty"`
	Wording  string        `json:"wording,omitempty"`
	Earlier  bool          `json:"earlier,omitempty"`
	Redacted []cite.Span   `json:"redacted,omitempty"`
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
}

// Answered adds to the view of a contribution what became of each of its parts.
func (v *Contribution) Answered(st *conversation.Reading, l locale.Lang) *Contribution {
	for i := range v.Parts {
		p := &v.Parts[i]
		d, reopened := st.Consultation.Answer(p.Ref)
		if d != cite.None {
			p.Answer = newAnswer(st, d, l)
		}
		p.Reopened, p.Before, p.Reactions, p.Cited = reopened, st.Consultation.Earlier(p.Ref), reactionsOn(st, p.Ref), citing(st, p.Ref, l)
	}
	return v
}

// NewContribution builds the view of one contribution; ok is false where the audience may see nothing.
func NewContribution(st *conversation.Reading, ref cite.Ref, l locale.Lang) (*Contribution, bool) {
	row, ok := st.Consultation.Row(ref)
	if !ok || st.MaySee(ref) == conversation.Nothing {
		return nil, false
	}
	return contributionOf(st, row, l), true
}

func contributionOf(st *conversation.Reading, row consultation.Contribution, l locale.Lang) *Contribution {
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
				v.partyAt = s.Entered
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
		pv := ContributionPart{Ref: p.Ref, On: p.On, Language: p.Language, Stance: p.Stance.String(), Earlier: p.Earlier, Redacted: p.Redacted}
		if e, ok := st.Papers.Edition(p.On); ok {
			pv.Symbol = string(e.Symbol)
			x := p.On.Element()
			pv.Label = e.Label(x)
			if el, ok := e.Element(x); ok {
				t, in := el.Text.For(l)
				pv.Asked, pv.Kind = LocalizedText{t, in}, el.Kind
			} else {
				t, in := e.Title.For(l)
				pv.Asked = LocalizedText{t, in}
			}
		}
		v.Parts = append(v.Parts, pv)
	}
	for n := 1; n <= int(row.Files); n++ {
		v.Files = append(v.Files, ContributionFile{Ref: cite.File(row.Ref, n)})
	}
	return v
}

// Need lists the entry's words and those of the party's name and the reason.
func (v *Contribution) Need() []cite.Position {
	var out []cite.Position
	if v.sight >= conversation.Redacted {
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
	if v.sight < conversation.Redacted {
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
func (v *Contribution) Excerpt(n int) LocalizedText {
	for _, p := range v.Parts {
		if t := p.Text; t != "" {
			return LocalizedText{shorten(t, n), p.Language}
		}
		if p.Wording != "" {
			return LocalizedText{shorten(p.Wording, n), p.Language}
		}
	}
	return LocalizedText{}
}

// shorten gives the first words of a text, at most n characters of them, on one line. It looks at no more of the
// text than it gives.
func shorten(s string, n int) string {
	var b strings.Builder
	b.Grow(min(len(s), n+n/4) + len(" …"))
	count, space := 0, false
	for i, r := range s {
		if unicode.IsSpace(r) {
			space = count > 0
			continue
		}
		if space {
			space = false
			if count == n {
				return cut(b.String())
			}
			b.WriteByte(' ')
			count++
		}
		if count == n {
			return cut(b.String())
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		b.WriteString(s[i : i+size])
		count++
	}
	return b.String()
}

// cut says that a text goes on, after its last whole word if that is not far back.
func cut(s string) string {
	if i := strings.LastIndexByte(s, ' '); i > len(s)/2 {
		s = s[:i]
	}
	return s + " …"
}

// Who is the name under which it is shown.
func (v *Contribution) Who(f *Frame) string {
	switch {
	case v.Org != "":
		return v.Org
	case v.Name != "":
		return v.Name
	}
	return f.T("contribution.nameless")
}

// Title is the page's title.
func (v *Contribution) Title(f *Frame) string {
	return f.T("contribution.title", "ref", v.Ref, "who", v.Who(f))
}
