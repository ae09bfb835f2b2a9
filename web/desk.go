package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/refusal"
	"golang.org/x/text/unicode/norm"
)

// deskPolicy are the rows of the officers' pages.
var deskPolicy = []Rule{
	{Method: "GET", Pattern: "/{lang}/convene", Who: Operators},
	{Method: "POST", Pattern: "/{lang}/convene", Who: Operators, Body: 256 * kib},
	{Method: "GET", Pattern: "/{lang}/c/{slug}/desk", Who: Staff, Twin: true, Name: "desk"},
	{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/queue", Who: Staff, Twin: true, Name: "queue"},
	{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/queue", Who: Staff, Body: 64 * kib},
	{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/papers", Who: Officers, Twin: true, Name: "desk_papers"},
	{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/papers", Who: Officers, Body: 16 * kib},
	{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/papers/import", Who: Officers},
	{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/papers/import", Who: Officers, Body: 5 * mib},
	{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/papers/{key}", Who: Officers},
	{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/papers/{key}", Who: Officers, Body: 4 * mib},
	{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/calls/new", Who: Officers},
	{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/calls/new", Who: Officers, Body: 256 * kib},
	{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/calls/{ref}/extend", Who: Officers},
	{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/calls/{ref}/extend", Who: Officers, Body: 64 * kib},
	{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/people", Who: Officers, Twin: true, Name: "people"},
	{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/people", Who: Officers, Body: 16 * kib},
	{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/stages", Who: Officers, Twin: true, Name: "stages"},
	{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/stages", Who: Officers, Body: 256 * kib},
}

func init() {
	apiViews["desk"] = []any{page.Desk{}}
	apiViews["queue"] = []any{page.Queue{}}
	apiViews["desk_papers"] = []any{page.DeskPapers{}}
	apiViews["people"] = []any{page.People{}}
	apiViews["stages"] = []any{page.Stages{}}
}

func (s *Server) registerDesk() {
	s.handle("GET", "/{lang}/convene", s.convene)
	s.handle("POST", "/{lang}/convene", s.postConvene)
	s.handle("GET", "/{lang}/c/{slug}/desk", s.desk)
	s.handle("GET", "/{lang}/c/{slug}/desk/queue", s.queue)
	s.handle("POST", "/{lang}/c/{slug}/desk/queue", s.postQueue)
	s.handle("GET", "/{lang}/c/{slug}/desk/papers", s.deskPapers)
	s.handle("POST", "/{lang}/c/{slug}/desk/papers", s.postDeskPapers)
	s.handle("GET", "/{lang}/c/{slug}/desk/papers/import", s.paperImport)
	s.handle("POST", "/{lang}/c/{slug}/desk/papers/import", s.postPaperImport)
	s.handle("GET", "/{lang}/c/{slug}/desk/papers/{key}", s.paperDraft)
	s.handle("POST", "/{lang}/c/{slug}/desk/papers/{key}", s.postPaperDraft)
	s.handle("GET", "/{lang}/c/{slug}/desk/calls/new", s.newCall)
	s.handle("POST", "/{lang}/c/{slug}/desk/calls/new", s.postNewCall)
	s.handle("GET", "/{lang}/c/{slug}/desk/calls/{ref}/extend", s.extendCall)
	s.handle("POST", "/{lang}/c/{slug}/desk/calls/{ref}/extend", s.postExtendCall)
	s.handle("GET", "/{lang}/c/{slug}/desk/people", s.people)
	s.handle("POST", "/{lang}/c/{slug}/desk/people", s.postPeople)
	s.handle("GET", "/{lang}/c/{slug}/desk/stages", s.stages)
	s.handle("POST", "/{lang}/c/{slug}/desk/stages", s.postStages)
}

// What all pages of the desk have in common.

// deskDone are the acts that a page of the desk may say were just done.
var deskDone = []string{"published", "withheld", "saved", "imported", "discarded", "granted", "unmailed", "revoked", "entered", "authorised", "staged"}

// deskShow builds a page of the desk under the read lock and shows it.
func (q *request) deskShow(status int, build func(*conversation.State) (page.View, error)) error {
	q.frame.Section = "desk"
	if q.frame.Token == "" {
		q.frame.Token = nonce()
	}
	if q.Method == http.MethodGet {
		q.after()
		if done := q.URL.Query().Get("done"); slices.Contains(deskDone, done) {
			q.frame.Notice = "desk.done." + done
		}
	}
	var v page.View
	if _, err := q.s.Sec.Read(q.Context(), q.slug, func(st *conversation.State) (err error) {
		v, err = build(st)
		return err
	}); err != nil {
		return err
	}
	if err := q.fill(v); err != nil {
		return err
	}
	return q.show(status, v)
}

// deskAgain shows a form again: what was refused, and what was typed. A refused token was not used, so
// the form keeps it and may be sent once more after a doubt; only a token that did something else goes.
func (q *request) deskAgain(rs []*refusal.Refusal, token string, build func(*conversation.State) (page.View, error)) error {
	q.frame.Errors = rs
	if validNonce(token) && !slices.ContainsFunc(rs, func(r *refusal.Refusal) bool { return r.Key == "token.other" }) {
		q.frame.Token = token
	}
	status, _ := statusOf(rs[0].Kind)
	if rs[0].Kind == refusal.Hidden { // named by a form that everybody who sees it may send
		status = http.StatusUnprocessableEntity
	}
	return q.deskShow(status, build)
}

// renamed gives the refusals of a rule the fields of a form.
func renamed(rs []*refusal.Refusal, field func(string) string) []*refusal.Refusal {
	out := make([]*refusal.Refusal, len(rs))
	for i, r := range rs {
		copied := *r
		copied.Field = field(r.Field)
		out[i] = &copied
	}
	return out
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
	return q.see(q.in("/desk" + path))
}

// taggedLine is a line of a form that goes over to another language.
var taggedLine = regexp.MustCompile(`^([a-z]{2}):[ \t]*(.*)$`)

// lines reads a text in several languages, as page.Lines writes it: lines without a tag are in the
// language of the page, "fr:" goes over to French. A text of one line is made one; max counts code points.
func (q *request) lines(field, s string, oneLine bool, max int, no *refusal.Several) locale.Text {
	t := locale.Text{Original: q.lang}
	said := map[locale.Lang][]string{}
	now := q.lang
	for i, line := range strings.Split(clean(field, s, no), "\n") {
		if x := taggedLine.FindStringSubmatch(line); x != nil {
			l := locale.Lang(x[1])
			switch {
			case !l.Valid():
				*no = append(*no, refusal.In(field, "desk.lines_language", "line", strconv.Itoa(i+1), "language", x[1]))
				return t
			case strings.TrimSpace(strings.Join(said[l], "")) != "":
				*no = append(*no, refusal.In(field, "desk.lines_twice", "line", strconv.Itoa(i+1), "language", l.Name()))
				return t
			}
			now, line = l, x[2]
		}
		said[now] = append(said[now], line)
	}
	for _, l := range locale.All {
		words := strings.TrimSpace(strings.Join(said[l], "\n"))
		if oneLine {
			words = cleanLine(field, words, max, no)
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
	s = cleanLine(field, s, 2000, no)
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
		*no = append(*no, refusal.In(field+"-time", "desk.time_gap", "time", date+" "+clock, "zone", q.lang.ZoneName(zone)))
	case errors.Is(err, locale.ErrFold):
		*no = append(*no, refusal.In(field+"-time", "desk.time_fold", "time", date+" "+clock, "zone", q.lang.ZoneName(zone)))
	case err != nil:
		*no = append(*no, refusal.In(field+"-date", "desk.time"))
	}
	return t
}

// Convening a conversation.

// preset is a label that a conversation may begin with; it has its names in the catalogues.
type preset struct {
	id, key string
	state   bool // member states
	person  bool // of persons, not of bodies
}

func presets(kind string, ids ...string) []preset {
	out := make([]preset, len(ids))
	for i, id := range ids {
		out[i] = preset{id: id, key: "desk." + kind + "." + id, state: id == "member_state", person: id == "individual"}
	}
	return out
}

var (
	presetCategories = presets("category", "member_state", "igo", "ngo", "industry", "academia", "individual")
	presetGroups     = presets("group", "african_group", "asia_pacific_group", "cebs", "caceec", "grulac", "group_b", "china")
	presetSubjects   = presets("subject", "patents", "copyright", "related_rights", "designs", "trademarks", "trade_secrets", "data", "geographical_indications", "plant_varieties", "layout_designs")
)

// everywhere is a sentence of the catalogue in all six languages.
func everywhere(key string, original locale.Lang) locale.Text {
	t := locale.Text{Original: original, In: map[locale.Lang]string{}}
	for _, l := range locale.All {
		t.In[l] = l.T(key)
	}
	return t
}

// presetLines are labels as lines of a form, with a mark on those that are something special.
func presetLines(l locale.Lang, ps []preset) string {
	var b strings.Builder
	for _, p := range ps {
		b.WriteString(l.T(p.key))
		switch {
		case p.state:
			b.WriteString(" (" + l.T("desk.mark.state") + ")")
		case p.person:
			b.WriteString(" (" + l.T("desk.mark.person") + ")")
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// saysIn reports whether words are those of a key in any language.
func saysIn(words, key string) bool {
	return slices.ContainsFunc(locale.All, func(l locale.Lang) bool { return strings.EqualFold(words, l.T(key)) })
}

var markedLine = regexp.MustCompile(`^(.*?)[ \t]*[(（]([^()（）]*)[)）]$`)

const (
	maxLabels = 200
	maxLabel  = 200 // code points
)

// labels reads one label per line. A line that says what a preset says is that preset, with its names in
// all languages; any other gets an id from its name. With marks, a line may end in "(state)" or
// "(person)"; what is neither is a body.
func (q *request) labels(field, s string, ps []preset, marks bool, no *refusal.Several) []conversation.Label {
	var out []conversation.Label
	taken := map[string]bool{}
	for i, line := range strings.Split(clean(field, s, no), "\n") {
		name := cleanLine(field, line, maxLabel, no)
		if name == "" {
			continue
		}
		var l conversation.Label
		if marks {
			l.Body = true
			if x := markedLine.FindStringSubmatch(name); x != nil {
				switch {
				case x[2] == "state" || saysIn(x[2], "desk.mark.state"):
					name, l.State = x[1], true
				case x[2] == "person" || saysIn(x[2], "desk.mark.person"):
					name, l.Body = x[1], false
				}
			}
		}
		l.Name = locale.Plain(q.lang, name)
		if j := slices.IndexFunc(ps, func(p preset) bool { return saysIn(name, p.key) }); j >= 0 {
			l.ID, l.Name = ps[j].id, everywhere(ps[j].key, q.lang)
		} else {
			l.ID = labelID(name, field, len(out)+1)
		}
		if name == "" || taken[l.ID] || len(out) == maxLabels {
			*no = append(*no, refusal.In(field, "desk.label", "line", strconv.Itoa(i+1)))
			return out
		}
		taken[l.ID] = true
		out = append(out, l)
	}
	return out
}

// labelID makes an id of a name: its Latin letters and digits. A name in another script is numbered.
func labelID(name, field string, n int) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(name)) {
		switch {
		case b.Len() == 40:
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r):
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
	}
	if id := strings.Trim(b.String(), "_"); id != "" {
		return id
	}
	return strings.TrimSuffix(field, "s") + "_" + strconv.Itoa(n)
}

// plan is the calendar of a template: the stages, and which of them bear the dates of the form.
type plan struct {
	kind, key string
	from, to  bool // the start is its first day, the deadline its last
}

var plans = map[string][]plan{
	page.TemplateConversation: {{"session", "first_session", true, false}, {"paper", "draft_paper", false, false}, {"call", "call", false, true}, {"paper", "revised_paper", false, false},
		{"session", "second_session", false, false}, {"considerations", "considerations", false, false}},
	page.TemplateConsultation: {{"paper", "paper", false, false}, {"call", "call", true, true}, {"considerations", "summary", false, false}},
	page.TemplateMeeting:      {{"paper", "documents", false, false}, {"session", "meeting", true, true}, {"review", "report", false, false}},
}

func (s *Server) convene(q *request) error {
	v := &page.Convene{Form: page.Convening{Template: page.TemplateConversation, Zone: "UTC", From: q.received.UTC().Format(time.DateOnly),
		Categories: presetLines(q.lang, presetCategories), Groups: presetLines(q.lang, presetGroups), Subjects: presetLines(q.lang, presetSubjects)}}
	for _, l := range locale.All {
		v.Form.Languages = append(v.Form.Languages, string(l))
	}
	q.frame.Token = nonce()
	return q.show(http.StatusOK, v)
}

func (s *Server) postConvene(q *request) error {
	v, _, err := q.form()
	if err != nil {
		return err
	}
	form := page.Convening{Template: v.Get("template"), Slug: strings.TrimSpace(v.Get("slug")), Title: v.Get("title"), Lead: v.Get("lead"), Languages: v["languages"], Zone: v.Get("zone"),
		From: v.Get("from"), Until: v.Get("until"), Categories: v.Get("categories"), Groups: v.Get("groups"), Subjects: v.Get("subjects"), Contact: v.Get("contact")}
	token := v.Get("token")
	again := func(rs []*refusal.Refusal) error {
		q.frame.Errors, q.frame.Token = rs, token
		if !validNonce(token) {
			q.frame.Token = nonce()
		}
		status, _ := statusOf(rs[0].Kind)
		return q.show(status, &page.Convene{Form: form})
	}
	c, no := q.conveneCommand(form)
	// What the rule would say is said together with what the form says, before anything is kept.
	c.Officer = 1
	ask := conversation.Ask{Received: q.received, Assurance: consultation.EmailProven, Command: c}
	if _, err := conversation.NewState().Decide(ask); err != nil {
		rs := refusal.Of(err)
		if len(rs) == 0 {
			return err
		}
		for _, r := range rs {
			if !slices.ContainsFunc(no, func(mine *refusal.Refusal) bool { return mine.Field == r.Field }) {
				no = append(no, r)
			}
		}
	}
	if len(no) > 0 {
		slices.SortStableFunc(no, func(a, b *refusal.Refusal) int { // as the form asks
			return slices.Index(conveneFields, a.Field) - slices.Index(conveneFields, b.Field)
		})
		return again(no)
	}
	if slices.Contains(s.Sec.Conversations(), c.Slug) {
		if s.convened(q, c) {
			return q.see("/" + string(q.lang) + "/c/" + c.Slug + "/desk")
		}
		return again([]*refusal.Refusal{refusal.In("slug", "conversation.slug_taken")})
	}
	if !s.limit.allow(q.remote(), q.received) {
		return again([]*refusal.Refusal{refusal.New(refusal.TooMany, "too_many")})
	}
	// The account's row first, then the fact: an officer whom nobody can be would be worse than a row
	// that leads nowhere.
	n, err := s.Accounts.Participant(q.Context(), q.account, c.Slug, s.Sec.Number)
	if err != nil {
		return err
	}
	c.Officer = delegation.Participant(n)
	ask.By, ask.Command = c.Officer, c
	// A browser that goes away does not stop half of it.
	answer, err := s.Sec.Convene(context.WithoutCancel(q.Context()), ask)
	if rs := refusal.Of(err); len(rs) > 0 {
		return again(rs)
	}
	if err != nil {
		return err
	}
	return q.see("/" + string(q.lang) + "/c/" + c.Slug + "/desk?after=" + strconv.FormatInt(int64(answer.Last), 10))
}

// convened reports whether the reader made this very conversation: the button was pressed twice.
func (s *Server) convened(q *request, c conversation.Convene) bool {
	n, ok, err := s.Accounts.ParticipantOf(q.Context(), q.account, c.Slug)
	if err != nil || !ok {
		return false
	}
	same := false
	_, err = s.Sec.Read(q.Context(), c.Slug, func(st *conversation.State) error {
		same = st.Roll.Roles(delegation.Participant(n)).Has(delegation.Officer) && st.Title.String() == c.Title.String() && st.Lead.String() == c.Lead.String() && len(st.Stages) == len(c.Stages)
		return nil
	})
	return err == nil && same
}

// conveneFields are the fields of the form in their order.
var conveneFields = []string{"template", "title", "slug", "lead", "languages", "zone", "from", "until", "categories", "groups", "subjects", "contact"}

func (q *request) conveneCommand(f page.Convening) (conversation.Convene, refusal.Several) {
	var no refusal.Several
	c := conversation.Convene{Slug: f.Slug, Zone: f.Zone, Title: q.lines("title", f.Title, true, 200, &no), Lead: q.lines("lead", f.Lead, false, 1000, &no),
		Categories: q.labels("categories", f.Categories, presetCategories, true, &no), Groups: q.labels("groups", f.Groups, presetGroups, false, &no),
		Subjects: q.labels("subjects", f.Subjects, presetSubjects, false, &no), Contact: cleanLine("contact", f.Contact, 200, &no)}
	if !c.Title.Empty() && c.Title.In[q.lang] == "" {
		no = append(no, refusal.In("title", "desk.title_language", "language", q.lang.Name()))
	}
	for _, l := range locale.All { // each once, in their order
		if slices.Contains(f.Languages, string(l)) {
			c.Languages = append(c.Languages, l)
		}
	}
	if !slices.Contains(locale.Zones(), f.Zone) {
		no = append(no, refusal.In("zone", "desk.zone"))
	}
	stages, ok := plans[f.Template]
	if !ok {
		no = append(no, refusal.In("template", "desk.template"))
	}
	from, err1 := time.Parse(time.DateOnly, f.From)
	until, err2 := time.Parse(time.DateOnly, f.Until)
	if err1 != nil {
		no = append(no, refusal.In("from", "desk.date"))
	}
	if err2 != nil {
		no = append(no, refusal.In("until", "desk.date"))
	}
	if err1 == nil && err2 == nil && until.Before(from) {
		no = append(no, refusal.In("until", "desk.dates"))
	}
	if err1 == nil && err2 == nil && !until.Before(from) {
		for _, p := range stages {
			st := conversation.Stage{Kind: p.kind, Title: everywhere("desk.stage."+p.key, q.lang), State: conversation.Planned}
			if p.from {
				st.From = f.From
			}
			if p.to {
				st.To = f.Until
			}
			c.Stages = append(c.Stages, st)
		}
	}
	return c, no
}

// The desk and the queue.

func (s *Server) desk(q *request) error {
	var drafts []page.DeskDraft
	if q.roles.Has(delegation.Officer) {
		var err error
		if drafts, err = q.deskDrafts(); err != nil {
			return err
		}
	}
	return q.deskShow(http.StatusOK, func(st *conversation.State) (page.View, error) {
		return page.NewDesk(st, q.audience(), drafts, q.received, q.lang), nil
	})
}

// maxDrafts is how many drafts of papers are listed, those changed last.
const maxDrafts = 50

// deskDrafts lists the papers that are prepared.
func (q *request) deskDrafts() ([]page.DeskDraft, error) {
	list, err := q.s.Drafts.List(q.Context(), q.slug, draft.Paper, 0)
	if err != nil {
		return nil, err
	}
	var out []page.DeskDraft
	for _, d := range list {
		if d.Sent || len(out) == maxDrafts {
			continue
		}
		full, ok, err := q.s.Drafts.Get(q.Context(), q.slug, draft.Paper, d.Key)
		if err != nil {
			return nil, err
		}
		var p paper.Draft
		if ok && json.Unmarshal(full.Body, &p) == nil {
			out = append(out, page.NewDeskDraft(full.Key, p, full.Version, full.Changed, q.lang))
		}
	}
	return out, nil
}

// contributionRef reads the reference of a contribution out of a form or an address.
func contributionRef(s string) cite.Ref {
	r, err := cite.ParseRef(s)
	if err != nil || r.Kind() != 'c' || r != r.Root() {
		return cite.None
	}
	return r
}

func (s *Server) queue(q *request) error {
	from := contributionRef(q.URL.Query().Get("from"))
	return q.deskShow(http.StatusOK, func(st *conversation.State) (page.View, error) {
		return page.NewQueue(st, q.audience(), from, q.lang, nonce), nil
	})
}

// postQueue publishes or withholds a contribution and comes back to the queue.
func (s *Server) postQueue(q *request) error {
	v, _, err := q.form()
	if err != nil {
		return err
	}
	ref, from := contributionRef(v.Get("ref")), contributionRef(v.Get("from"))
	if ref == cite.None {
		return notFound()
	}
	var no refusal.Several
	reason := clean("reason", v.Get("reason-"+string(ref)), &no)
	ground := v.Get("ground-" + string(ref))
	var command any
	done := ""
	switch v.Get("do") {
	case "publish":
		command, done = consultation.PublishContribution{Contribution: ref}, "published"
	case "withhold":
		command, done = consultation.Withhold{Contribution: ref, Ground: ground, Reason: reason}, "withheld"
	default:
		return refusal.New(refusal.Invalid, "form.unreadable")
	}
	answer, rs, err := q.deskDo(v, command, no)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		rs = renamed(rs, func(field string) string {
			if field == "ground" || field == "reason" {
				return field + "-" + string(ref)
			}
			return ""
		})
		return q.deskAgain(rs, "", func(st *conversation.State) (page.View, error) {
			w := page.NewQueue(st, q.audience(), from, q.lang, nonce)
			w.Wrong, w.Ground, w.Reason = ref, ground, reason
			return w, nil
		})
	}
	path := "/queue"
	if from != cite.None {
		path += "?from=" + string(from)
	}
	return q.deskSee(path, answer.Last, done, "")
}

// deskDo has a command decided, unless the form was refused already.
func (q *request) deskDo(v url.Values, command any, no refusal.Several) (answer plenary.Answer, rs []*refusal.Refusal, err error) {
	if len(no) > 0 {
		return answer, no, nil
	}
	a, err := q.ask(command, v.Get("token"))
	if err != nil {
		return answer, nil, err
	}
	answer, err = q.s.Sec.Do(q.Context(), q.slug, a)
	if rs := refusal.Of(err); len(rs) > 0 {
		return answer, rs, nil
	}
	return answer, nil, err
}

// Papers.

func (s *Server) deskPapers(q *request) error {
	drafts, err := q.deskDrafts()
	if err != nil {
		return err
	}
	return q.deskShow(http.StatusOK, func(st *conversation.State) (page.View, error) {
		return page.NewDeskPapers(st, drafts, q.lang), nil
	})
}

// postDeskPapers begins a draft: an empty one, or the next edition of a paper.
func (s *Server) postDeskPapers(q *request) error {
	v, _, err := q.form()
	if err != nil {
		return err
	}
	d := paper.Draft{Kind: paper.IssuesPaper, Original: q.lang}
	if v.Get("do") == "edition" {
		ref, err := cite.ParseRef(v.Get("paper"))
		if err != nil {
			return notFound()
		}
		if _, err := s.Sec.Read(q.Context(), q.slug, func(st *conversation.State) error {
			p, ok := st.Shelf.Paper(ref)
			if !ok {
				return notFound()
			}
			d = p.Latest().Draft()
			return nil
		}); err != nil {
			return err
		}
	}
	key, err := q.beginPaper(d, v.Get("token"))
	if err != nil {
		return err
	}
	return q.deskSee("/papers/"+key, 0, "", "")
}

// beginPaper keeps a new draft under the form's token, so that a second press finds the first draft.
func (q *request) beginPaper(d paper.Draft, token string) (key string, err error) {
	body, err := d.Encode()
	if err != nil {
		return "", err
	}
	if !validNonce(token) {
		token = nonce()
	}
	save := func(key string) error {
		_, err := q.s.Drafts.Save(q.Context(), draft.Draft{Slug: q.slug, Kind: draft.Paper, Key: key, Body: body}, 0, q.received)
		return err
	}
	err = save(token)
	if rs := refusal.Of(err); len(rs) > 0 && (rs[0].Kind == refusal.Conflict || rs[0].Kind == refusal.NotNow) {
		token = nonce() // the same form, sent again with another paper
		err = save(token)
	}
	return token, err
}

func (s *Server) paperImport(q *request) error {
	return q.deskShow(http.StatusOK, func(*conversation.State) (page.View, error) { return &page.PaperImport{}, nil })
}

func (s *Server) postPaperImport(q *request) error {
	v, _, err := q.form()
	if err != nil {
		return err
	}
	src, field := v.Get("paper"), "paper"
	if src == "" {
		src, field = v.Get("text"), "text"
	}
	again := func(rs []*refusal.Refusal) error {
		rs = renamed(rs, func(string) string { return field })
		return q.deskAgain(rs, v.Get("token"), func(*conversation.State) (page.View, error) {
			return &page.PaperImport{Text: v.Get("text")}, nil
		})
	}
	d, err := paper.Import([]byte(src))
	if rs := refusal.Of(err); len(rs) > 0 {
		return again(rs)
	}
	if err != nil {
		return err
	}
	if _, err := s.Sec.Read(q.Context(), q.slug, func(st *conversation.State) error {
		if _, ok := st.Shelf.Paper(d.Paper); !ok {
			d.Paper = cite.None // of another conversation
		}
		return nil
	}); err != nil {
		return err
	}
	key, err := q.beginPaper(d, v.Get("token"))
	if rs := refusal.Of(err); len(rs) > 0 {
		return again(rs)
	}
	if err != nil {
		return err
	}
	return q.deskSee("/papers/"+key, 0, "imported", "")
}

// draftAt reads a version of a draft of a paper, the last for 0.
func (q *request) draftAt(ctx context.Context, key string, version int) (paper.Draft, draft.Draft, error) {
	var d paper.Draft
	if !validNonce(key) {
		return d, draft.Draft{}, notFound()
	}
	var stored draft.Draft
	var ok bool
	var err error
	if version == 0 {
		stored, ok, err = q.s.Drafts.Get(ctx, q.slug, draft.Paper, key)
	} else {
		stored, ok, err = q.s.Drafts.Version(ctx, q.slug, draft.Paper, key, version)
	}
	if err != nil {
		return d, stored, err
	}
	if !ok {
		return d, stored, notFound()
	}
	return d, stored, json.Unmarshal(stored.Body, &d)
}

func (s *Server) paperDraft(q *request) error {
	key := q.PathValue("key")
	d, stored, err := q.draftAt(q.Context(), key, 0)
	if err != nil {
		return err
	}
	if stored.Sent {
		return q.deskSee("/papers", 0, "", "")
	}
	shown, _ := locale.Parse(q.URL.Query().Get("text"))
	from, _ := strconv.Atoi(q.URL.Query().Get("from"))
	return q.deskShow(http.StatusOK, func(st *conversation.State) (page.View, error) {
		v := page.NewPaperDraft(st, d, shown, from, q.lang)
		v.Key, v.Version, v.Changed = key, stored.Version, stored.Changed
		return v, nil
	})
}

// postPaperDraft keeps what was typed as the next version of the draft and then does what the button says.
// Nobody overwrites what they have not seen: if somebody else saved meanwhile, nothing is kept, and the
// page shows both.
func (s *Server) postPaperDraft(q *request) error {
	v, _, err := q.form()
	if err != nil {
		return err
	}
	key := q.PathValue("key")
	op, arg, _ := strings.Cut(v.Get("do"), ":")
	n, _ := strconv.Atoi(arg)
	base, _ := strconv.Atoi(v.Get("version"))
	from, _ := strconv.Atoi(v.Get("from"))
	shown, _ := locale.Parse(v.Get("shown"))
	if op == "discard" {
		if !validNonce(key) {
			return notFound()
		}
		if err := s.Drafts.Delete(q.Context(), q.slug, draft.Paper, key); err != nil {
			return err
		}
		return q.deskSee("/papers", 0, "discarded", "")
	}
	d, stored, err := q.draftAt(q.Context(), key, max(base, 1))
	if err != nil {
		return err
	}
	var papers []cite.Ref
	if _, err := s.Sec.Read(q.Context(), q.slug, func(st *conversation.State) error {
		for _, p := range st.Shelf.Papers {
			papers = append(papers, p.Ref)
		}
		return nil
	}); err != nil {
		return err
	}
	no := q.correct(&d, v, from, shown, papers)
	// again shows the page as it was typed, over the version it was made from.
	again := func(rs []*refusal.Refusal, d paper.Draft, version int) error {
		moved := 0
		var theirs *paper.Draft
		if rs[0].Key == "draft.moved" {
			t, now, err := q.draftAt(q.Context(), key, 0)
			if err != nil {
				return err
			}
			moved, theirs = now.Version, &t
		}
		return q.deskAgain(rs, v.Get("token"), func(st *conversation.State) (page.View, error) {
			w := page.NewPaperDraft(st, d, shown, from, q.lang)
			w.Key, w.Version, w.Changed, w.Moved, w.Theirs = key, version, stored.Changed, moved, theirs
			return w, nil
		})
	}
	if len(no) > 0 {
		return again(no, d, base)
	}
	typed := d
	anchor := ""
	if i, ok := rearrange(&d, op, n); ok {
		anchor, from = "e"+strconv.Itoa(i), i
	}
	body, err := d.Encode()
	if err != nil {
		return err
	}
	over := base
	if op == "over" {
		over = n
	}
	version, err := s.Drafts.Save(q.Context(), draft.Draft{Slug: q.slug, Kind: draft.Paper, Key: key, Body: body}, over, q.received)
	if rs := refusal.Of(err); len(rs) > 0 {
		return again(rs, typed, base)
	}
	if err != nil {
		return err
	}
	switch op {
	case "publish":
		answer, rs, err := q.deskDo(v, d.Publish(), nil)
		if err != nil {
			return err
		}
		if len(rs) > 0 {
			rs, from = elementFields(rs, from)
			return again(rs, d, version)
		}
		if err := s.Drafts.MarkSent(q.Context(), q.slug, draft.Paper, key, q.received); err != nil {
			s.Logger.Error("cannot mark a draft as sent", "err", err)
		}
		return q.see(q.in("/"+string(answer.Refs[0].Root())) + "?after=" + strconv.FormatInt(int64(answer.Last), 10))
	case "text":
		if l, ok := locale.Parse(arg); ok {
			shown = l
		}
	case "go":
		from = n
	}
	return q.deskSee("/papers/"+key+"?text="+string(shown)+"&from="+strconv.Itoa(max(0, from)), 0, "saved", anchor)
}

// elementFields leads refusals about elements to their fields, and to the page that shows the first.
func elementFields(rs []*refusal.Refusal, from int) ([]*refusal.Refusal, int) {
	first := -1
	out := renamed(rs, func(f string) string { return f })
	for _, r := range out {
		if r.Field != "elements" {
			continue
		}
		r.Field = ""
		for i := 0; i+1 < len(r.Args); i += 2 {
			n, ok := r.Args[i+1].(int)
			if !ok || r.Args[i] != "n" {
				continue
			}
			if first < 0 {
				first = n - 1
			}
			if (n-1)/page.DraftSize == first/page.DraftSize {
				r.Field = "text-" + strconv.Itoa(n-1)
			}
		}
	}
	if first >= 0 {
		from = first
	}
	return out, from
}

// rearrange does what a button beside an element says. It returns the element to look at afterwards.
func rearrange(d *paper.Draft, op string, i int) (int, bool) {
	e := d.Elements
	last := len(e) - 1
	switch {
	case op == "add" && i >= -1 && i <= last:
		d.Elements = slices.Insert(slices.Clone(e), i+1, paper.DraftElement{Kind: paper.Paragraph, Text: map[locale.Lang]string{}})
		return i + 1, true
	case i < 0 || i > last:
		return 0, false
	case op == "delete":
		d.Elements = slices.Delete(slices.Clone(e), i, i+1)
		return max(0, i-1), true
	case op == "up" && i > 0, op == "down" && i < last:
		j := i - 1
		if op == "down" {
			j = i + 1
		}
		d.Elements = slices.Clone(e)
		d.Elements[i], d.Elements[j] = e[j], e[i]
		return j, true
	}
	return 0, false
}

// Limits of the fields of a draft, in code points.
const (
	maxTitle  = 300
	maxSymbol = 80
	maxNumber = 20
)

// correct puts what was typed into a draft: the masthead, and the elements that the page showed.
func (q *request) correct(d *paper.Draft, v url.Values, from int, shown locale.Lang, papers []cite.Ref) refusal.Several {
	var no refusal.Several
	original := d.Original
	put := func(m *map[locale.Lang]string, l locale.Lang, s string) {
		if *m == nil {
			*m = map[locale.Lang]string{}
		}
		if s == "" {
			delete(*m, l)
		} else {
			(*m)[l] = s
		}
	}
	d.Kind = v.Get("kind")
	d.Symbol = cleanLine("symbol", v.Get("symbol"), maxSymbol, &no)
	d.Date = cleanLine("date", v.Get("date"), maxNumber, &no)
	d.Source = address("source", v.Get("source"), &no)
	put(&d.Title, original, cleanLine("title", v.Get("title"), maxTitle, &no))
	put(&d.Note, original, clean("note", v.Get("note"), &no))
	if shown.Valid() && shown != original && v.Has("title-other") {
		put(&d.Title, shown, cleanLine("title-other", v.Get("title-other"), maxTitle, &no))
		put(&d.Note, shown, clean("note-other", v.Get("note-other"), &no))
		status := v.Get("status-other")
		if status != "official" && status != "unofficial" {
			status = ""
		}
		put(&d.Status, shown, status)
	}
	d.Paper = cite.None
	if i := slices.Index(papers, cite.Ref(v.Get("edition-of"))); i >= 0 {
		d.Paper = papers[i]
	}
	from = max(0, from) / page.DraftSize * page.DraftSize
	for i := from; i < min(from+page.DraftSize, len(d.Elements)); i++ {
		e, n := &d.Elements[i], "-"+strconv.Itoa(i)
		if !v.Has("text" + n) {
			continue
		}
		stance, subjects := page.HasStance(*e), page.HasSubjects(*e)
		if k := v.Get("kind" + n); slices.Contains([]string{paper.Theme, paper.Issue, paper.Paragraph, paper.Question}, k) {
			e.Kind = k
		}
		e.Number = cleanLine("number"+n, v.Get("number"+n), maxNumber, &no)
		put(&e.Text, original, clean("text"+n, v.Get("text"+n), &no))
		if shown.Valid() && shown != original && v.Has("other"+n) {
			put(&e.Text, shown, clean("other"+n, v.Get("other"+n), &no))
		}
		if stance {
			e.Stance = v.Get("stance"+n) != ""
		}
		if subjects {
			e.Subjects = strings.FieldsFunc(cleanLine("subjects"+n, v.Get("subjects"+n), 1000, &no), func(r rune) bool { return r == ',' || r == ' ' || r == ';' || r == '،' || r == '、' || r == '，' })
		}
	}
	if l := locale.Lang(v.Get("original")); l.Valid() {
		d.Original = l
	}
	return no
}

// Calls.

func (s *Server) newCall(q *request) error {
	return q.deskShow(http.StatusOK, func(st *conversation.State) (page.View, error) {
		return page.NewCallForm(st, q.received, q.lang), nil
	})
}

func callWriting(v url.Values) page.CallWriting {
	return page.CallWriting{Title: v.Get("title"), Text: v.Get("text"), Paper: v.Get("paper"), OpensDate: v.Get("opens-date"), OpensTime: v.Get("opens-time"),
		ClosesDate: v.Get("closes-date"), ClosesTime: v.Get("closes-time"), Zone: v.Get("zone"), Late: v.Get("late"), Moderation: v.Get("moderation"), Reason: v.Get("reason")}
}

// callField is where the form asks for what a rule speaks of.
func callField(f string) string {
	if f == "opens" || f == "closes" {
		return f + "-date"
	}
	return f
}

func (s *Server) postNewCall(q *request) error {
	v, _, err := q.form()
	if err != nil {
		return err
	}
	f := callWriting(v)
	var no refusal.Several
	c := consultation.AnnounceCall{Title: q.lines("title", f.Title, true, 300, &no), Text: q.lines("text", f.Text, false, 10_000, &no), Zone: f.Zone, Late: f.Late, Moderation: f.Moderation}
	if ref, err := cite.ParseRef(f.Paper); err == nil {
		c.Paper = ref
	}
	c.Opens = q.moment("opens", f.OpensDate, f.OpensTime, f.Zone, &no)
	c.Closes = q.moment("closes", f.ClosesDate, f.ClosesTime, f.Zone, &no)
	if len(no) > 0 { // together with what the rule says of the other fields
		a, err := q.ask(c, "")
		if err != nil {
			return err
		}
		if _, err := s.Sec.Read(q.Context(), q.slug, func(st *conversation.State) error {
			_, err := st.Decide(a)
			for _, r := range renamed(refusal.Of(err), callField) {
				if r.Field != "closes-date" && !slices.ContainsFunc(no, func(mine *refusal.Refusal) bool { return mine.Field == r.Field }) {
					no = append(no, r)
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	answer, rs, err := q.deskDo(v, c, no)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return q.deskAgain(renamed(rs, callField), v.Get("token"), func(st *conversation.State) (page.View, error) {
			w := page.NewCallForm(st, q.received, q.lang)
			w.Form = f
			return w, nil
		})
	}
	return q.see(q.in("/"+string(answer.Refs[0])) + "?after=" + strconv.FormatInt(int64(answer.Last), 10))
}

func (s *Server) extendCall(q *request) error {
	return q.deskShow(http.StatusOK, func(st *conversation.State) (page.View, error) {
		v, ok := page.NewCallExtension(st, q.ref(), q.received, q.lang)
		if !ok {
			return nil, notFound()
		}
		return v, nil
	})
}

func (s *Server) postExtendCall(q *request) error {
	v, _, err := q.form()
	if err != nil {
		return err
	}
	ref, zone := q.ref(), ""
	if _, err := s.Sec.Read(q.Context(), q.slug, func(st *conversation.State) error {
		k, ok := st.Book.Call(ref)
		if !ok {
			return notFound()
		}
		zone = k.Zone // the zone in which the deadline was set
		return nil
	}); err != nil {
		return err
	}
	f := callWriting(v)
	var no refusal.Several
	c := consultation.ExtendCall{Call: ref, Closes: q.moment("closes", f.ClosesDate, f.ClosesTime, zone, &no), Reason: clean("reason", f.Reason, &no)}
	if utf8.RuneCountInString(c.Reason) > 2000 {
		no = append(no, refusal.In("reason", "line.long", "max", 2000))
	} else if c.Reason == "" {
		no = append(no, refusal.In("reason", "desk.reason"))
	}
	answer, rs, err := q.deskDo(v, c, no)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return q.deskAgain(renamed(rs, callField), v.Get("token"), func(st *conversation.State) (page.View, error) {
			w, ok := page.NewCallExtension(st, ref, q.received, q.lang)
			if !ok {
				return nil, notFound()
			}
			w.Form.ClosesDate, w.Form.ClosesTime, w.Form.Reason = f.ClosesDate, f.ClosesTime, f.Reason
			return w, nil
		})
	}
	return q.see(q.in("/"+string(ref)) + "?after=" + strconv.FormatInt(int64(answer.Last), 10))
}

// People.

func (s *Server) people(q *request) error { return q.showPeople(nil, page.Inviting{}) }

func (q *request) showPeople(rs []*refusal.Refusal, form page.Inviting) error {
	q.after()
	var v *page.People
	if _, err := q.s.Sec.Read(q.Context(), q.slug, func(st *conversation.State) error {
		v = page.NewPeople(st, q.lang)
		return nil
	}); err != nil {
		return err
	}
	v.Form, v.NewToken = form, nonce
	// Officers know the holders of roles by the address that they were invited by.
	for i := range v.Holders {
		h := &v.Holders[i]
		if h.Me = h.Participant == q.me; h.Me {
			h.Name = q.frame.Me.Name
		}
		if h.Name != "" {
			continue
		}
		email, _, ok, err := q.s.Accounts.AddressOf(q.Context(), q.slug, uint64(h.Participant))
		if err != nil {
			return err
		}
		if ok {
			h.Name = email
		}
	}
	build := func(*conversation.State) (page.View, error) { return v, nil }
	if len(rs) > 0 {
		return q.deskAgain(rs, "", build)
	}
	return q.deskShow(http.StatusOK, build)
}

func (s *Server) postPeople(q *request) error {
	v, _, err := q.form()
	if err != nil {
		return err
	}
	f := page.Inviting{Email: strings.TrimSpace(v.Get("email")), Role: v.Get("role"), Name: v.Get("name"), Category: v.Get("category"), Country: v.Get("country"),
		Speaker: strings.TrimSpace(v.Get("speaker")), Party: v.Get("party")}
	switch v.Get("do") {
	case "invite":
		return s.invite(q, v, f)
	case "revoke":
		return s.revoke(q, v, f)
	case "enter":
		var no refusal.Several
		name := cleanLine("name", f.Name, consultation.MaxName, &no)
		number := q.s.Sec.Derive("entered", q.slug, v.Get("token"))
		if !validNonce(v.Get("token")) {
			if number, err = s.Sec.Number(); err != nil {
				return err
			}
		}
		return q.peopleDo(v, delegation.EnterParty{Party: delegation.Party(number), Category: f.Category, Country: f.Country, Name: name}, no, f, "entered")
	case "authorise":
		return s.authorise(q, v, f)
	}
	return refusal.New(refusal.Invalid, "form.unreadable")
}

// peopleDo has a command decided and comes back to the page.
func (q *request) peopleDo(v url.Values, command any, no refusal.Several, f page.Inviting, done string) error {
	answer, rs, err := q.deskDo(v, command, no)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return q.showPeople(rs, f)
	}
	return q.deskSee("/people", answer.Last, done, "")
}

// reserve finds or reserves the participant of an address. The account's row comes first, the fact after.
func (q *request) reserve(field, email string, no *refusal.Several) (delegation.Participant, error) {
	n, err := q.s.Sec.Number()
	if err != nil {
		return 0, err
	}
	n, err = q.s.Accounts.Invite(q.Context(), email, q.slug, n, q.received)
	if rs := refusal.Of(err); len(rs) > 0 {
		*no = append(*no, renamed(rs, func(string) string { return field })...)
		return 0, nil
	}
	return delegation.Participant(n), err
}

// tell queues the mail about an invitation. What stands on the record stands; if the mail cannot be
// queued, the officer is told to write.
func (q *request) tell(email, to, done string) string {
	title := q.frame.Name
	link := q.frame.Host + "/" + string(q.lang) + "/sign-in?next=" + url.QueryEscape(q.in(to))
	if err := q.s.InviteMail(q.Context(), email, q.lang, title, link); err != nil {
		q.s.Logger.Error("cannot queue an invitation", "err", err)
		return "unmailed"
	}
	return done
}

func (s *Server) invite(q *request, v url.Values, f page.Inviting) error {
	var no refusal.Several
	role, ok := delegation.ParseRole(f.Role)
	if !ok {
		no = append(no, refusal.In("role", "role.unknown"))
	}
	var who delegation.Participant
	if ok || f.Email == "" {
		var err error
		if who, err = q.reserve("email", f.Email, &no); err != nil {
			return err
		}
	}
	answer, rs, err := q.deskDo(v, delegation.Grant{Participant: who, Role: role}, no)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return q.showPeople(rs, f)
	}
	done := "granted"
	if !answer.Again {
		to := ""
		if role == delegation.Officer || role == delegation.Moderator {
			to = "/desk"
		}
		done = q.tell(f.Email, to, done)
	}
	return q.deskSee("/people", answer.Last, done, "")
}

func (s *Server) revoke(q *request, v url.Values, f page.Inviting) error {
	var who delegation.Participant
	role, ok := delegation.ParseRole(v.Get("held"))
	if err := who.UnmarshalText([]byte(v.Get("participant"))); err != nil || !ok {
		return notFound()
	}
	if who == q.me && role == delegation.Officer {
		// Their own office: afterwards there is no desk to come back to.
		answer, rs, err := q.deskDo(v, delegation.Revoke{Participant: who, Role: role}, nil)
		if err != nil {
			return err
		}
		if len(rs) > 0 {
			return q.showPeople(rs, f)
		}
		return q.see(q.in("") + "?after=" + strconv.FormatInt(int64(answer.Last), 10))
	}
	return q.peopleDo(v, delegation.Revoke{Participant: who, Role: role}, nil, f, "revoked")
}

// authorise lets a person speak for a party that an officer entered.
func (s *Server) authorise(q *request, v url.Values, f page.Inviting) error {
	var no refusal.Several
	var party delegation.Party
	known := false
	if party.UnmarshalText([]byte(f.Party)) == nil {
		if _, err := s.Sec.Read(q.Context(), q.slug, func(st *conversation.State) error {
			_, known = st.Roll.Party(party)
			return nil
		}); err != nil {
			return err
		}
	}
	if !known {
		no = append(no, refusal.In("party", "party.unknown"))
	}
	var who delegation.Participant
	if known || f.Speaker == "" {
		var err error
		if who, err = q.reserve("speaker", f.Speaker, &no); err != nil {
			return err
		}
	}
	answer, rs, err := q.deskDo(v, delegation.Authorise{Participant: who, Party: party}, no)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return q.showPeople(rs, f)
	}
	done := "authorised"
	if !answer.Again {
		done = q.tell(f.Speaker, "", done)
	}
	return q.deskSee("/people", answer.Last, done, "")
}

// Stages.

func (s *Server) stages(q *request) error {
	return q.deskShow(http.StatusOK, func(st *conversation.State) (page.View, error) {
		v := page.NewStages(st, q.lang)
		v.NewToken = nonce
		return v, nil
	})
}

func (s *Server) postStages(q *request) error {
	v, _, err := q.form()
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(v.Get("number"))
	if err != nil || n < 0 || n > 60 {
		return refusal.New(refusal.Invalid, "form.unreadable")
	}
	name := func(field string) string { return field + "-" + strconv.Itoa(n) }
	get := func(field string) string { return v.Get(name(field)) }
	f := page.StageForm{Number: n, Kind: get("kind"), Title: get("title"), From: get("from"), To: get("to"), State: get("state"), Outcome: get("outcome"), Promised: get("promised"),
		Source: get("source"), Target: get("target"), Open: true}
	var no refusal.Several
	stage := conversation.Stage{Number: n, Kind: f.Kind, From: f.From, To: f.To, State: f.State, Title: q.lines(name("title"), f.Title, true, 300, &no),
		Outcome: q.lines(name("outcome"), f.Outcome, false, 2000, &no), Promised: q.lines(name("promised"), f.Promised, false, 2000, &no), Source: address(name("source"), f.Source, &no)}
	if !slices.Contains(page.StageKinds, f.Kind) {
		no = append(no, refusal.In(name("kind"), "desk.stage_kind"))
	}
	if _, err := s.Sec.Read(q.Context(), q.slug, func(st *conversation.State) error {
		if n > 0 && n <= len(st.Stages) { // who wrote it first stays the original
			was := st.Stages[n-1]
			for _, t := range []struct{ now, was *locale.Text }{{&stage.Title, &was.Title}, {&stage.Outcome, &was.Outcome}, {&stage.Promised, &was.Promised}} {
				if t.now.In[t.was.Original] != "" {
					t.now.Original = t.was.Original
				}
			}
		}
		if f.Target == "" {
			return nil
		}
		ref, err := cite.ParseRef(f.Target)
		if _, paper := st.Shelf.Edition(ref); err == nil && paper {
			stage.Target = ref
		} else if _, call := st.Book.Call(ref); err == nil && call {
			stage.Target = ref
		} else {
			no = append(no, refusal.In(name("target"), "desk.target"))
		}
		return nil
	}); err != nil {
		return err
	}
	answer, rs, err := q.deskDo(v, conversation.PlanStage{Stage: stage}, no)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		for i, r := range rs {
			if r.Field != "stages" {
				continue
			}
			field := ""
			switch r.Key {
			case "stage.date":
				field = name("from")
			case "stage.incomplete":
				field = name("title")
			}
			rs[i] = renamed(rs[i:i+1], func(string) string { return field })[0]
		}
		return q.deskAgain(rs, "", func(st *conversation.State) (page.View, error) {
			w := page.NewStages(st, q.lang)
			w.NewToken = nonce
			for i := range w.Stages {
				if w.Stages[i].Number == n {
					f.Name = w.Stages[i].Name
					if !slices.Contains(page.StageStates, f.State) {
						f.State = w.Stages[i].State
					}
					w.Stages[i] = f
				}
			}
			return w, nil
		})
	}
	anchor := ""
	if n > 0 {
		anchor = name("stage")
	}
	return q.deskSee("/stages", answer.Last, "staged", anchor)
}
