package desk

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// What all pages of the desk have in common.

// deskDone are the acts that a page of the desk may say were just done.
var deskDone = []string{"published", "withheld", "saved", "imported", "discarded", "granted", "unmailed", "revoked", "entered",
	"authorised", "unauthorised", "renamed", "staged", "mapped", "answered", "translated", "linked", "settled"}

// deskShow builds a page of the desk and shows it.
func (q *request) deskShow(status int, build func(*conversation.Reading) (frame.View, error)) error {
	q.Frame.Section, q.Frame.Writes = "desk", true
	if q.Frame.Token == "" {
		q.Frame.Token = serve.Nonce()
	}
	if q.Method == http.MethodGet {
		q.AwaitOwn()
		if slices.Contains(deskDone, q.Common.Done) {
			q.Frame.Notice = "desk.done." + q.Common.Done
		}
	}
	var v frame.View
	if err := q.Look(func(st *conversation.Reading) (err error) {
		v, err = build(st)
		return err
	}); err != nil {
		return err
	}
	if err := q.Fill(v); err != nil {
		return err
	}
	return q.Show(status, v)
}

// deskAgain shows a form again: what was refused, and what was typed. A refused token was not used, so
// the form keeps it and may be sent once more after a doubt; only a token that did something else goes.
func (q *request) deskAgain(rs []*refusal.Refusal, token string, build func(*conversation.Reading) (frame.View, error)) error {
	q.Frame.Errors = rs
	if serve.ValidNonce(token) && !slices.ContainsFunc(rs, func(r *refusal.Refusal) bool { return r.Key == "token.other" }) {
		q.Frame.Token = token
	}
	status, _ := frame.StatusOf(rs[0].Kind)
	if rs[0].Kind == refusal.Hidden { // named by a form that everybody who sees it may send
		status = http.StatusUnprocessableEntity
	}
	return q.deskShow(status, build)
}

// deskSee sends an officer to another page of the desk, to see what was done there.
func (q *request) deskSee(path string, at cite.Position, done, anchor string) error {
	v := url.Values{}
	if at > 0 {
		v.Set("after", strconv.FormatInt(int64(at), 10))
	}
	if done != "" {
		v.Set("done", done)
	}
	path, query, _ := strings.Cut(path, "?")
	if extra := v.Encode(); query == "" {
		query = extra
	} else if extra != "" {
		query += "&" + extra
	}
	if query != "" {
		path += "?" + query
	}
	if anchor != "" {
		path += "#" + anchor
	}
	return q.See(q.In("/desk" + path))
}

// taggedLine is a line of a form that goes over to another language.
var taggedLine = regexp.MustCompile(`^([a-z]{2}):[ \t]*(.*)$`)

// lines reads a text in several languages, as desk.Lines writes it: lines without a tag are in the
// language of the page, "fr:" goes over to French. A text of one line is made one; max counts code points.
func (q *request) lines(field, s string, oneLine bool, max int, no *refusal.Several) locale.Text {
	t := locale.Text{Original: q.Lang}
	said := map[locale.Lang][]string{}
	now := q.Lang
	for i, line := range strings.Split(serve.Clean(field, s, no), "\n") {
		if x := taggedLine.FindStringSubmatch(line); x != nil {
			l := locale.Lang(x[1])
			switch {
			case !l.Valid():
				*no = append(*no, refusal.In(field, "desk.lines_language", "line", strconv.Itoa(i+1), "language", x[1]))
				return t
			case strings.TrimSpace(strings.Join(said[l], "")) != "":
				*no = append(*no, refusal.In(field, "desk.lines_twice", "line", strconv.Itoa(i+1), "language", l))
				return t
			}
			now, line = l, x[2]
		}
		said[now] = append(said[now], line)
	}
	for _, l := range locale.All {
		words := strings.TrimSpace(strings.Join(said[l], "\n"))
		if oneLine {
			words = serve.CleanLine(field, words, max, no)
		} else if utf8.RuneCountInString(words) > max {
			*no = append(*no, refusal.In(field, "line.long", "max", max))
			words = ""
		}
		if words == "" {
			continue
		}
		if t.In == nil {
			t.In = map[locale.Lang]string{}
		}
		t.In[l] = words
	}
	if t.In == nil {
		return locale.Text{}
	}
	for _, l := range locale.All {
		if t.In[t.Original] == "" {
			t.Original = l
		}
	}
	return t
}

// address takes the address of a source.
func address(field, s string, no *refusal.Several) string {
	s = serve.CleanLine(field, s, 2000, no)
	if s != "" && !strings.HasPrefix(s, "https://") && !strings.HasPrefix(s, "http://") {
		*no = append(*no, refusal.In(field, "desk.address"))
	}
	return s
}

// moment reads a date and a time of day in a zone. A time that does not exist or occurs twice is refused.
func (q *request) moment(field, date, clock, zone string, no *refusal.Several) time.Time {
	if len(clock) == len("15:04:05") && strings.HasSuffix(clock, ":00") {
		clock = clock[:5] // some browsers send seconds
	}
	t, err := locale.Instant(date, clock, zone)
	switch {
	case errors.Is(err, locale.ErrZone):
		*no = append(*no, refusal.In("zone", "desk.zone"))
	case errors.Is(err, locale.ErrGap):
		*no = append(*no, refusal.In(field+"-time", "desk.time_gap", "time", date+" "+clock, "zone", q.Lang.ZoneName(zone)))
	case errors.Is(err, locale.ErrFold):
		*no = append(*no, refusal.In(field+"-time", "desk.time_fold", "time", date+" "+clock, "zone", q.Lang.ZoneName(zone)))
	case err != nil:
		*no = append(*no, refusal.In(field+"-date", "desk.time"))
	}
	return t
}
