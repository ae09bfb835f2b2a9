package page

import (
	"bytes"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"github.com/openplenary/plenary/consultation"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/renderer/html"
)

var grounds = consultation.Grounds

func choicesOf(f *Frame, prefix string, ids []string) []Choice {
	out := make([]Choice, len(ids))
	for i, id := range ids {
		out[i] = Choice{ID: id, Name: f.T(prefix + id)}
	}
	return out
}

func issueChoices(v *List) []Choice {
	out := make([]Choice, len(v.Issues))
	for i, e := range v.Issues {
		out[i] = Choice{ID: string(e.Through()), Name: e.Number + ". " + e.Text.Text}
	}
	return out
}

func languageChoices(v *List) []Choice {
	out := make([]Choice, len(v.Languages))
	for i, l := range v.Languages {
		out[i] = Choice{ID: string(l), Name: l.Name()}
	}
	return out
}

func callChoices(v *List) []Choice {
	out := make([]Choice, len(v.Calls))
	for i, c := range v.Calls {
		out[i] = Choice{ID: string(c.Ref), Name: c.Name.Text}
	}
	return out
}

func statusChoices(f *Frame) []Choice {
	ids := []string{"withheld", "withdrawn", "erased"}
	if f.Me.Moderator() || f.Me.Officer() {
		ids = append([]string{"pending"}, ids...)
	}
	return choicesOf(f, "status.", ids)
}

// markdown has no raw HTML and keeps line breaks: people write as they would in a letter.
var markdown = goldmark.New(goldmark.WithRendererOptions(html.WithHardWraps()))

// policy is the allow-list of what a text may become. Links say that they are strangers'.
var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "em", "strong", "ul", "ol", "li", "blockquote", "code", "pre")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto")
	p.RequireParseableURLs(true)
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	p.AllowAttrs("rel").OnElements("a")
	return p
})

// Markdown turns a stranger's text into HTML by an allow-list: first Markdown without raw HTML, then
// everything that is not on the list is taken out. Headings become paragraphs' neighbours, never the
// page's own.
func Markdown(s string) string {
	var b bytes.Buffer
	if err := markdown.Convert([]byte(s), &b); err != nil {
		return policy().Sanitize(s)
	}
	return policy().Sanitize(b.String())
}
