// Package casefile draws a list of speakers from a file: the settings of a session, the requests, the chair's moves, and the ends for which a forecast
// is wanted, as a secretariat writes them that plans on paper, or whoever wants to check what was drawn. docs/speakers.md says what stands in it.
package casefile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/openplenary/plenary/api"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/speakers"
)

// MaxMiB is how large a file may be.
const MaxMiB = 4

// MaxEnds is for how many ends a forecast may be wanted, and MaxNamed how many fields are named in one refusal.
const (
	MaxEnds  = 24
	MaxNamed = 20
)

// The file: what is not said in it is as speakers.Defaults has it.
type (
	caseFile struct {
		Settings      caseSettings
		Replies       int // how many rights of reply were asked for, beside those that are listed
		Ends          []string
		Requests      []caseRequest
		Moves         []caseMove
		RightsOfReply []caseReply
		PointsOfOrder []casePoint
		Expected      List
	}
	caseSettings struct {
		Categories      []string
		Limits          map[string]int // minutes
		Regions         []string
		Balance         string // "region" or "none"
		FirstTimeFirst  bool
		ChangeoverS     int
		OverrunMin      int
		ReplyReserveMin int
		ReplyLimits     []int // minutes
		Now             string
		RemainingS      int
		Closed          string
	}
	caseRequest struct {
		ID       string
		At       string
		Minutes  int
		Party    string
		Item     string
		Category string
		Region   string
		Spoken   int
		Speaker  string
		Heard    bool
	}
	caseMove struct {
		Request string
		Before  string
		Last    bool
		By      string
		At      string
		Why     string
	}
	caseReply struct {
		ID    string
		At    string
		Party string
		Item  string
		Given int
	}
	casePoint struct {
		ID    string
		At    string
		Party string
	}
)

// What is drawn. The names are those of the file's expected.
type (
	// List is what was drawn of a case.
	List struct {
		Order                []Place    `json:"order"`
		Forecasts            []Forecast `json:"forecasts"`
		RefusedAfterClosing  []string   `json:"refused_after_closing"`
		RightsOfReply        []Reply    `json:"rights_of_reply,omitempty"`
		RefusedRightsOfReply []string   `json:"refused_rights_of_reply,omitempty"`
		PointsOfOrder        []Point    `json:"points_of_order,omitempty"`
	}
	// Place is a place on the list, with the sentence that says why it is there.
	Place struct {
		Party    string   `json:"party"`
		Item     string   `json:"item,omitempty"`
		Requests []string `json:"requests"`
		Category string   `json:"category"`
		Spoken   int      `json:"spoken"`
		Region   string   `json:"region"`
		Turn     int      `json:"turn,omitempty"`
		Minutes  int      `json:"minutes"`
		Speakers []string `json:"speakers,omitempty"`
		Sentence string   `json:"sentence"`
	}
	// Forecast is who would be heard until an end, and who cut off.
	Forecast struct {
		End      string     `json:"end"`
		Limit    string     `json:"limit"`
		Heard    [][]string `json:"heard"` // party and time of day
		Cut      []string   `json:"cut"`
		Sentence string     `json:"sentence"`
	}
	// Reply is a right of reply.
	Reply struct {
		Party   string `json:"party"`
		Item    string `json:"item,omitempty"`
		Request string `json:"request"`
		Number  int    `json:"number"`
		Minutes int    `json:"minutes"`
	}
	// Point is a point of order.
	Point struct {
		Party   string `json:"party"`
		Request string `json:"request"`
	}
)

// Sitting is a case that was read: a list of speakers can be drawn of it.
type Sitting struct {
	file   caseFile
	sheet  speakers.Sheet
	moment speakers.Moment
	ends   []time.Time
	layout string // in which times are written
}

// Numbers that no other room holds to a bound.
const (
	maxRemaining = 86_400
	maxAsked     = 10_000
)

// Read reads a file, JSON in UTF-8. What is wrong with it is refused by field, up to twenty in one answer.
func Read(b []byte) (*Sitting, error) {
	var s Sitting
	defaults := speakers.Defaults()
	f := &s.file
	f.Settings = caseSettings{Categories: defaults.Categories, Balance: "region", FirstTimeFirst: true, ChangeoverS: int(defaults.Changeover / time.Second)}
	for _, limit := range defaults.Replies {
		f.Settings.ReplyLimits = append(f.Settings.ReplyLimits, int(limit/time.Minute))
	}
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")) // which some editors put before a text
	n := 0
	for line := range bytes.Lines(b) { // two names that are written otherwise would be read as one
		if n++; !utf8.Valid(line) {
			return nil, refusal.New(refusal.Malformed, "import.utf8", "line", n)
		}
	}
	var syntax *json.SyntaxError
	if err := json.Unmarshal(b, new(json.RawMessage)); errors.As(err, &syntax) {
		return nil, refusal.New(refusal.Malformed, "import.json", "line", 1+bytes.Count(b[:min(int(syntax.Offset), len(b))], []byte("\n")))
	}
	if err := api.Decode(b, f); err != nil {
		return nil, err
	}
	r := caseReader{Sitting: &s, spelt: map[bool]string{}}
	r.read()
	if err := r.no.Or(); err != nil {
		return nil, err
	}
	var err error
	s.sheet, err = s.sheet.Check()
	return &s, err
}

// caseReader makes a sitting of a file.
type caseReader struct {
	*Sitting
	no    refusal.Several
	spelt map[bool]string // the first field whose time says its offset from UTC, and the first whose does not
}

func (r *caseReader) refuse(field, key string, args ...any) {
	if len(r.no) < MaxNamed {
		r.no = append(r.no, refusal.In(field, key, args...))
	}
}

// wants refuses a number that is out of bounds.
func (r *caseReader) wants(field string, n, most int) {
	if n < 0 || n > most {
		r.refuse(field, "speakers.range", "min", 0, "max", most)
	}
}

const (
	wall   = "2006-01-02T15:04:05" // at the place of the sitting
	sample = "2020-07-07T12:41:09"
)

// time reads an instant. All are written with their offset from UTC, or none is.
func (r *caseReader) time(field, s string) time.Time {
	if s == "" {
		r.refuse(field, "speakers.missing")
		return time.Time{}
	}
	for _, layout := range []string{wall, "2006-01-02T15:04", time.RFC3339, "2006-01-02T15:04Z07:00"} {
		t, err := time.Parse(layout, s)
		if err != nil || t.Year() < 1000 {
			continue
		}
		offset := strings.Contains(layout, "Z07:00")
		if r.spelt[offset] == "" {
			r.spelt[offset] = field
			if r.spelt[!offset] != "" {
				r.refuse(field, "speakers.zones")
			}
		}
		return t
	}
	r.refuse(field, "speakers.time", "example", sample)
	return time.Time{}
}

func (r *caseReader) read() {
	f := &r.file
	r.settings(&f.Settings)
	r.wants("replies", f.Replies, maxAsked)
	if len(f.Ends) > MaxEnds {
		r.refuse("ends", "speakers.many", "max", MaxEnds)
		return
	}
	for i, end := range f.Ends {
		r.ends = append(r.ends, r.time(fmt.Sprintf("ends[%d]", i), end))
	}
	for i, q := range f.Requests {
		r.sheet.Requests = append(r.sheet.Requests, speakers.Request{Ref: q.ID, At: r.time(fmt.Sprintf("requests[%d].at", i), q.At), Time: minutes(q.Minutes),
			Party: q.Party, Item: q.Item, Category: q.Category, Region: q.Region, Spoken: q.Spoken, Speaker: q.Speaker, Heard: q.Heard})
	}
	for i, m := range f.Moves {
		move := speakers.Move{Request: m.Request, By: m.By, At: r.time(fmt.Sprintf("moves[%d].at", i), m.At), Why: m.Why}
		if m.Before != "" {
			move.Before = []string{m.Before}
		}
		if m.Last == (m.Before != "") {
			r.refuse(fmt.Sprintf("moves[%d]", i), "speakers.where")
		}
		r.sheet.Moves = append(r.sheet.Moves, move)
	}
	for i, q := range f.RightsOfReply {
		r.sheet.Replies = append(r.sheet.Replies, speakers.Reply{Ref: q.ID, At: r.time(fmt.Sprintf("rights_of_reply[%d].at", i), q.At), Party: q.Party, Item: q.Item, Given: q.Given})
	}
	for i, q := range f.PointsOfOrder {
		r.sheet.Points = append(r.sheet.Points, speakers.Point{Ref: q.ID, At: r.time(fmt.Sprintf("points_of_order[%d].at", i), q.At), Party: q.Party})
	}
	r.layout = wall
	if r.spelt[true] != "" {
		r.layout = time.RFC3339
	}
}

func (r *caseReader) settings(f *caseSettings) {
	const hour, day = 3600, 24 * 60
	r.wants("settings.changeover_s", f.ChangeoverS, hour)
	r.wants("settings.overrun_min", f.OverrunMin, day)
	r.wants("settings.reply_reserve_min", f.ReplyReserveMin, day)
	r.wants("settings.remaining_s", f.RemainingS, maxRemaining)
	if f.Balance != "region" && f.Balance != "none" {
		r.refuse("settings.balance", "speakers.balance")
	}
	s := &r.sheet.Settings
	*s = speakers.Settings{Categories: f.Categories, Limits: map[string]time.Duration{}, Regions: f.Regions, ByRegion: f.Balance == "region", FewestFirst: f.FirstTimeFirst,
		Changeover: seconds(f.ChangeoverS), Overrun: minutes(f.OverrunMin), ReplyReserve: minutes(f.ReplyReserveMin)}
	for name, limit := range f.Limits {
		s.Limits[name] = minutes(limit)
	}
	for _, limit := range f.ReplyLimits {
		s.Replies = append(s.Replies, minutes(limit))
	}
	now := r.time("settings.now", f.Now)
	_, offset := now.Zone() // and never the zone of this machine, which may have the same offset
	r.moment = speakers.Moment{Now: now.In(time.FixedZone("", offset)), Remaining: seconds(f.RemainingS)}
	if f.Closed != "" {
		r.sheet.Closed = r.time("settings.closed", f.Closed)
	}
}

// minutes and seconds are durations. What is out of all bounds stays out of them.
func minutes(n int) time.Duration { return time.Duration(min(max(n, -1), 1_000_000)) * time.Minute }
func seconds(n int) time.Duration { return time.Duration(min(max(n, -1), 1_000_000)) * time.Second }

// Expected is what the file says should be drawn.
func (s *Sitting) Expected() *List { return &s.file.Expected }

// Sheet is what the list is drawn from.
func (s *Sitting) Sheet() *speakers.Sheet { return &s.sheet }

// Draw draws the list, and says it in a language.
func (s *Sitting) Draw(l locale.Lang) List {
	list := s.sheet.Draw()
	words := speakers.Words{Day: s.moment.Now}
	zone := s.moment.Now.Location()
	out := List{Order: []Place{}, Forecasts: []Forecast{}, RefusedAfterClosing: append([]string{}, list.Late...), RefusedRightsOfReply: list.RefusedReplies}
	for i := range list.Places {
		p := &list.Places[i]
		out.Order = append(out.Order, Place{Party: p.Party, Item: p.Item, Requests: p.Requests, Category: p.Reason.Category, Spoken: p.Reason.Spoken, Region: p.Reason.Region,
			Turn: p.Reason.Turn, Minutes: int(p.Time / time.Minute), Speakers: p.Speakers, Sentence: p.Reason.Sentence(l, words)})
	}
	for _, q := range list.Replies {
		out.RightsOfReply = append(out.RightsOfReply, Reply{Party: q.Party, Item: q.Item, Request: q.Ref, Number: q.Number, Minutes: int(q.Time / time.Minute)})
	}
	for _, q := range list.Points {
		out.PointsOfOrder = append(out.PointsOfOrder, Point{Party: q.Party, Request: q.Ref})
	}
	s.moment.Replies = s.file.Replies + len(list.Replies)
	for i, end := range s.ends {
		f := s.sheet.Settings.Forecast(list.Places, s.moment, end.In(zone))
		row := Forecast{End: s.file.Ends[i], Limit: f.Limit.Format(s.layout), Heard: [][]string{}, Cut: []string{}, Sentence: f.Sentence(l, words)}
		for _, slot := range f.Heard {
			row.Heard = append(row.Heard, []string{list.Places[slot.Place].Party, slot.From.In(zone).Format(time.TimeOnly)})
		}
		for _, at := range f.Cut {
			row.Cut = append(row.Cut, list.Places[at].Party)
		}
		out.Forecasts = append(out.Forecasts, row)
	}
	return out
}

// Differs says what was drawn otherwise than it was expected, "" for nothing. What is not expected is not compared, and no
// sentence is.
func (want *List) Differs(got List) string {
	if want.Order != nil {
		if len(want.Order) != len(got.Order) {
			return "order"
		}
		for i, w := range want.Order {
			g := got.Order[i]
			g.Sentence = w.Sentence
			if !reflect.DeepEqual(w, g) {
				return fmt.Sprintf("order[%d]", i)
			}
		}
	}
	if want.Forecasts != nil {
		if len(want.Forecasts) != len(got.Forecasts) {
			return "forecasts"
		}
		for i, w := range want.Forecasts {
			g := got.Forecasts[i]
			if w.Limit == "" {
				g.Limit = ""
			}
			g.Sentence = w.Sentence
			if !reflect.DeepEqual(w, g) {
				return fmt.Sprintf("forecasts[%d]", i)
			}
		}
	}
	if want.RefusedAfterClosing != nil && !reflect.DeepEqual(want.RefusedAfterClosing, got.RefusedAfterClosing) {
		return "refused_after_closing"
	}
	return ""
}
