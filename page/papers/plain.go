package papers

import (
	"strconv"
	"strings"

	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/paper"
)

// Plain is the edition as plain text: each text as it was written, what sentences rest on as numbered notes at the end, with the address at which
// each can be read for good.
func (v *Paper) Plain(f *frame.Frame) string {
	var b strings.Builder
	line := func(s ...string) { b.WriteString(strings.Join(s, "") + "\n") }
	line(v.Symbol)
	line(v.Name.Text)
	line(f.Day(v.Date))
	line(f.Public, "/c/", f.Slug, "/", string(v.Ref))
	if v.SecondReading != nil {
		line(f.T("paper.considerations_status"))
	}
	if f.Demo {
		line(f.DemoNotice())
	}
	for i := range v.Elements {
		e := &v.Elements[i]
		line()
		switch e.Kind {
		case paper.Theme:
			line(strings.ToUpper(e.Text.Text))
		case paper.Issue:
			line(part.IssueHeading(e.Text.Lang, e.Number, e.Text.Text))
		case paper.Question:
			line(strings.TrimSpace(e.Number+" "+e.Text.Text), marks(e))
		default:
			line(part.Numbered(e.Number), e.Text.Text, marks(e))
		}
	}
	if len(v.Notes) > 0 {
		line()
		line(f.T("dossier.sources"))
		for _, n := range v.Notes {
			line("[", strconv.Itoa(n.N), "] ", n.Called(f), ", ", f.Public, n.Address)
		}
	}
	return b.String()
}

// marks are the numbers of the notes of a sentence.
func marks(e *part.Element) (s string) {
	for _, n := range e.Rests {
		s += " [" + strconv.Itoa(n) + "]"
	}
	return s
}
