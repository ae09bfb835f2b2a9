package replies

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/reply"
)

// PageSize is how many points a page lists.
const PageSize = 20

// Point is a point with the replies to it.
type Point struct {
	*part.PointRow
	// Replies are the published replies to it, oldest first.
	Replies []*part.PointRow `json:"replies"`
}

// Page is a round of replies: the points of the call that it is about, with the replies to each.
type Page struct {
	Call    part.Call `json:"call"` // that takes the replies
	Of      part.Call `json:"of"`   // whose points are replied to
	Points  []Point   `json:"points"`
	Total   int       `json:"total"`   // published points
	Replied int       `json:"replied"` // points with a reply
	// Only says that the page lists the points with a reply alone.
	Only  bool     `json:"replied_only,omitempty"`
	After cite.Ref `json:"after,omitempty"` // the last point of the page before
	More  cite.Ref `json:"next,omitempty"`  // the last point of this page, where there are more
	rows  *part.PointRows
}

// NewPage builds the page of a round: the points after one of them, None for the first; ok is false where the call takes no
// replies.
func NewPage(st *conversation.Reading, call cite.Ref, only bool, after cite.Ref, l locale.Lang) (*Page, bool) {
	k, there := st.Consultation.Call(call)
	round, ok := st.Replies.Round(call)
	of, known := st.Consultation.Call(round.Of)
	if !there || !ok || !known {
		return nil, false
	}
	v := &Page{Call: part.NewCall(st, k, l), Of: part.NewCall(st, of, l), Only: only, After: after, rows: part.NewPointRows(st, l)}
	replied := st.Replies.Points(round.Of)
	v.Replied = len(replied)
	page, total := st.Consultation.Points(consultation.PointQuery{Call: round.Of, After: after}, PageSize+1)
	if v.Total = total; only {
		at := 0
		if after != cite.None {
			at = slices.Index(replied, after) + 1
		}
		page = replied[at:min(at+PageSize+1, len(replied))]
	}
	if len(page) > PageSize {
		page = page[:PageSize]
		v.More = page[PageSize-1]
	}
	for _, r := range page {
		row := v.rows.Point(r)
		if row == nil {
			continue
		}
		p := Point{PointRow: row}
		for _, x := range st.Replies.On(r) {
			if said := v.rows.Point(x); said != nil {
				p.Replies = append(p.Replies, said)
			}
		}
		v.Points = append(v.Points, p)
	}
	return v, true
}

// Need lists the words of the points and the replies.
func (v *Page) Need() []cite.Position { return v.rows.Need() }

// Fill gives them.
func (v *Page) Fill(words map[cite.Position]cite.Words) { v.rows.Fill(words) }

// Title is the page's title.
func (v *Page) Title(f *frame.Frame) string { return v.Call.Name.Text }

// address is the page with another choice of points.
func (v *Page) address(f *frame.Frame, only bool, after cite.Ref) string {
	path := string(f.In("/" + string(v.Call.Ref) + "/replies"))
	sep := "?"
	if only {
		path, sep = path+"?replied=1", "&"
	}
	if after != cite.None {
		path += sep + "next=" + string(after)
	}
	return path
}

// OpenForm is what stands in the form that opens a round, beside its texts.
type OpenForm struct {
	Who, ClosesDate, ClosesTime, Moderation string
}

// Open is the page on which an officer opens a round of replies to a call. It has no JSON twin: its act has.
type Open struct {
	frame.NoWords
	Of     part.Call
	Rounds []part.Call     // that were opened before, oldest first
	Texts  []frame.Tongues // title, text and terms, a field for each language
	Form   OpenForm
	may    bool // the call is closed, takes contributions itself, and no round stands
}

// NewOpen builds the page; ok is false where there is no such call.
func NewOpen(st *conversation.Reading, call cite.Ref, l locale.Lang) (*Open, bool) {
	k, ok := st.Consultation.Call(call)
	if !ok {
		return nil, false
	}
	v := &Open{Of: part.NewCall(st, k, l)}
	_, isRound := st.Replies.Round(call)
	v.may = !isRound && k.Withdrawn == 0 && !st.Now.Before(k.Closes)
	for _, r := range st.Replies.Rounds(call) {
		if round, ok := st.Consultation.Call(r.Call); ok {
			v.Rounds = append(v.Rounds, part.NewCall(st, round, l))
			v.may = v.may && round.Withdrawn != 0
		}
	}
	for _, name := range []string{"title", "text", "terms"} {
		v.Texts = append(v.Texts, frame.NewTongues(name, locale.Text{Original: st.Title.Original}, st.Languages, nil))
	}
	v.Form = OpenForm{Who: reply.TookPart, ClosesDate: frame.InZone(st.Now, k.Zone).AddDate(0, 0, 14).Format(time.DateOnly), ClosesTime: "23:59", Moderation: k.Moderation}
	return v, true
}

// Title is the page's title.
func (v *Open) Title(f *frame.Frame) string { return f.T("reply.open") }
