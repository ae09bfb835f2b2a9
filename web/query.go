package web

import (
	"cmp"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/web/serve"
)

// The parameters of the pages. What their tags mean is said in web/serve.

// signInQuery are those of signing in.
type signInQuery struct {
	// Next is the address on this site that the reader is led to afterwards.
	Next string `query:"next"`
}

// passkeyQuery are those of removing a passkey.
type passkeyQuery struct {
	// Key is how its owner names it.
	Key string `query:"key"`
}

// referenceQuery are those of whatever a reference names.
type referenceQuery struct {
	// Text is the language of a paper's text, by default that of the page; Second is one beside it.
	Text   locale.Lang `query:"text"`
	Second locale.Lang `query:"second"`
	// Was is the element of an earlier edition that the reader came from.
	Was cite.Ref `query:"was,x"`
	// Bytes is a passage, 120-188.
	Bytes string `query:"bytes"`
	// PointsAfter is the point after which a page of points begins.
	PointsAfter cite.Ref `query:"points-after,part"`
}

// paperTextQuery is what a paper as plain text takes.
type paperTextQuery struct {
	// Text is the language of the paper's text, by default that of the address.
	Text locale.Lang `query:"text"`
}

// languages are the languages of a paper's text: the one asked for, by default the interface's, and one beside it.
func (r referenceQuery) languages(l locale.Lang) (text, second locale.Lang) {
	text = cmp.Or(r.Text, l)
	if r.Second != text {
		second = r.Second
	}
	return text, second
}

// redlineQuery are those of the comparison of two editions.
type redlineQuery struct {
	// From is the number of the edition to compare with; by default the one before.
	From int `query:"from"`
	// All shows what is unchanged, too.
	All bool `query:"all"`
	// Text is the language of the texts.
	Text locale.Lang `query:"text"`
	// Second has no meaning here; links between a paper's pages carry it.
	Second locale.Lang `query:"second"`
}

// concordanceQuery are those of the concordance.
type concordanceQuery struct {
	// Fate chooses what became of the elements.
	Fate string `query:"fate"`
	// Open shows the comments on one element.
	Open cite.Ref `query:"open,x"`
	// Correct shows an officer the form that corrects one row.
	Correct cite.Ref    `query:"correct,x"`
	Text    locale.Lang `query:"text"`
}

// findQuery are those of finding a number of an earlier edition.
type findQuery struct {
	// Number is what is printed there: 13(i), 7, issue 7.
	Number string `query:"number"`
	// Edition is the edition in which it is printed; by default the first.
	Edition int         `query:"edition"`
	Text    locale.Lang `query:"text"`
}

// traceQuery are those of the trace.
type traceQuery struct {
	// PointsAfter is the point after which a page of points begins.
	PointsAfter cite.Ref `query:"points-after,part c"`
}

// evidenceQuery are those of the evidence behind a cell.
type evidenceQuery struct {
	// After is the part after which the page begins.
	After cite.Ref `query:"after,part"`
}

// recordQuery are those of the record.
type recordQuery struct {
	// Before is the position before which the page begins; by default the end.
	Before cite.Position `query:"before"`
	// Kind is a kind of act.
	Kind string `query:"kind,contributions moderation answers calls papers people settings"`
	// Day is a day of the conversation's zone, 2020-01-31.
	Day serve.Date `query:"day"`
	// Who is who acted in an office. Officers alone can choose it.
	Who cite.Ref `query:"who,u"`
}

// liveQuery are those of an event stream.
type liveQuery struct {
	// Page is the kind of page that is followed.
	Page string `query:"page,home list paper floor clock captions replay"`
	// Ref is the paper, the session or the item of an agenda, where it is one.
	Ref cite.Ref `query:"ref,p s"`
	// Text is the language of the paper's text.
	Text locale.Lang `query:"text"`
	// From is the position since which the page stands as it does.
	From cite.Position `query:"from"`
}
