package frame

import (
	"net/url"
	"strconv"

	"github.com/openplenary/plenary/cite"
)

// Named is what people read instead of a reference: "Contribution 23", "Answer 5", "Call 2"; of a part of a contribution
// after the first, which it is, too. What has no number of its own, a paper or a passage, is named by its symbol and its
// label, and not here: it stays as it is.
func Named(f *Frame, r cite.Ref) string {
	n := strconv.Itoa(r.Root().Number())
	switch r.Kind() {
	case 'c':
		words := f.T("contribution.numbered", "n", n)
		if k := r.PartNumber(); k > 1 {
			words += " (" + strconv.Itoa(k) + ")"
		}
		return words
	case 'd':
		return f.T("answer.numbered", "n", n)
	case 'k':
		return f.T("call.numbered", "n", n)
	case 'b':
		return f.T("poll.title", "n", n)
	case 'q':
		return f.T("questions.numbered", "n", n)
	case 'o':
		if k := r.ThemeNumber(); k > 0 {
			return f.T("priority.numbered_theme", "n", n, "theme", strconv.Itoa(k))
		}
		return f.T("priority.numbered", "n", n)
	case 's':
		if k := r.ItemNumber(); k > 0 {
			return f.T("session.numbered_item", "n", string(r.Root()), "item", strconv.Itoa(k))
		}
		return f.T("session.numbered", "n", string(r.Root())) // a session is called the first or the second in its own title
	}
	return string(r)
}

// cited reports whether the page says how it is cited: a page of a conversation that everybody can be sent to.
func (f *Frame) cited() bool {
	return f.Slug != "" && f.Stands > 0 && !f.Writes && f.Section != "mine" && f.Section != "desk"
}

// citedAs is the address that the page is cited by: without a language, so that each reader gets their own, and without
// what only the one who just did something was told. Where the instance was given no public address it begins with the
// slash: what a browser says the host is called must not get into a page that is kept for others.
func (f *Frame) citedAs() string {
	v, err := url.ParseQuery(f.lasting())
	if err != nil || len(v) == 0 {
		return f.Public + f.Path
	}
	return f.Public + f.Path + "?" + v.Encode()
}

// citedIn names the conversation behind a page's title, "" where the page is called as it is.
func (f *Frame) citedIn(v View) string {
	if f.Name == "" || f.Name == v.Title(f) {
		return ""
	}
	return Comma(f, false) + "\u2068" + f.Name + "\u2069"
}
