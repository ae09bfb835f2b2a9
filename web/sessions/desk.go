package sessions

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	view "github.com/openplenary/plenary/page/sessions"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/session"
	"github.com/openplenary/plenary/web/serve"
)

// work is what was sent from the desk.
type work struct {
	*serve.Request
	v    url.Values
	do   string
	n    int
	seen cite.Position
	desk *view.Desk
	was  session.Session // as it stands; empty for a new one
	no   refusal.Several // what cannot be read in the form
}

// post does what is asked at the desk, and leads back to it.
func post(q *serve.Request) error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	w := work{Request: q, v: v, do: v.Get("do"), n: number(v.Get("n"))}
	seen, _ := strconv.ParseInt(v.Get("seen"), 10, 64)
	w.seen = cite.Position(max(0, seen))
	if err := q.Look(func(st *conversation.Reading) (err error) {
		if w.desk, err = build(q, st, w.do, w.n); err == nil && w.desk.Session != nil {
			if x, ok := st.Sessions.Session(q.Ref()); ok {
				w.was = *x
			}
		}
		return err
	}); err != nil {
		if w.do == view.DoSpoken && w.spokenBefore() {
			return q.DeskSee("/sessions/"+string(q.Ref()), 0, "session_entered", "")
		}
		return err
	}
	command, said := w.command()
	if command == nil {
		return refusal.New(refusal.Invalid, "form.unreadable")
	}
	last, made, rs, err := w.ask(command)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return w.again(rs)
	}
	path := "/sessions"
	switch {
	case w.desk.Session != nil:
		path += "/" + string(q.Ref())
	case made != cite.None:
		path += "/" + string(made)
	}
	return q.DeskSee(path, last, said, "")
}

// spokenBefore reports whether the reader entered what was said in a turn: it is offered no more, and they send the form again because they had no answer.
func (w *work) spokenBefore() (done bool) {
	return w.Look(func(st *conversation.Reading) error {
		x, ok := st.Sessions.Session(w.Ref())
		if !ok {
			return serve.NotFound()
		}
		turns := st.Floor.Floor(x.Ref).Turns
		if w.n < 1 || w.n > len(turns) {
			return nil
		}
		began := turns[w.n-1].Began()
		done = slices.ContainsFunc(st.Sessions.Interventions(x), func(k conversation.Intervention) bool {
			row, _ := st.Consultation.Row(k.Contribution)
			return k.Spoken != nil && k.Spoken.From.Equal(began) && row.By == string(w.Me.Ref())
		})
		return nil
	}) == nil && done
}

// ask has a command decided. What somebody said of whom no party is known is a party's of its own, the same for the same token.
func (w *work) ask(command any) (last cite.Position, made cite.Ref, rs []*refusal.Refusal, err error) {
	if c, spoken := command.(session.Deliver); spoken && len(w.no) == 0 {
		a, err := Delivering(w.Request, c, w.v.Get("token"))
		if err != nil {
			return 0, "", nil, err
		}
		answer, err := w.Server.Sec.Do(w.Context(), w.Slug, a)
		if rs := refusal.Of(err); len(rs) > 0 {
			return 0, "", rs, nil
		}
		return answer.Last, "", nil, err
	}
	answer, rs, err := w.DeskDo(w.v, command, w.no)
	if len(answer.Refs) > 0 {
		made = answer.Refs[0]
	}
	return answer.Last, made, rs, err
}

// command is what is asked, and what is said once it is done; nil where the form asks nothing that there is.
func (w *work) command() (command any, said string) {
	if w.desk.Session == nil {
		if w.do != view.DoPlan {
			return nil, ""
		}
		return w.plan(), "session_saved"
	}
	of := w.desk.Session.Ref
	switch w.do {
	case view.DoPlan:
		c := w.plan()
		c.Session, c.Reason, c.Seen = of, w.text(w.desk.Reason, locale.Text{}), w.seen
		return c, "session_saved"
	case view.DoSitting:
		c := session.PlanSitting{Session: of, Number: w.n, Off: w.v.Get("off") != "", Reason: w.text(w.desk.Reason, locale.Text{}), Seen: w.seen}
		if !c.Off {
			c.Begins, c.Ends = w.moment("begins", false), w.moment("ends", false)
		}
		return c, "session_saved"
	case view.DoItem:
		return w.item(of), "session_saved"
	case view.DoInvite:
		paper, err := cite.ParseRef(w.v.Get("paper"))
		if err != nil {
			return nil, ""
		}
		days, err := strconv.Atoi(locale.WesternDigits(strings.TrimSpace(w.v.Get("days"))))
		if err != nil {
			days = -1
		}
		return session.Invite{Session: of, Paper: paper, Days: days, Late: w.v.Get("late"), Moderation: w.v.Get("moderation"), Who: w.v.Get("who"), Seen: w.seen}, "session_saved"
	case view.DoOpen:
		return session.OpenSitting{Session: of, Number: number(w.v.Get("sitting")), Opened: w.moment("opened", true)}, "session_opened"
	case view.DoClose:
		return session.CloseSitting{Session: of, Number: number(w.v.Get("sitting")), Closed: w.moment("closed", true)}, "session_closed"
	case view.DoAdopt:
		return session.AdoptAgenda{Session: of, Sitting: number(w.v.Get("sitting")), Adopted: w.moment("adopted", true), Seen: w.seen}, "session_adopted"
	case view.DoDeliver, view.DoSpoken:
		return w.deliver(of), "session_entered"
	case view.DoPlace:
		c := session.PlaceIntervention{Item: cite.Item(of, number(w.v.Get("item")))}
		all := w.refs("contribution")
		if len(all) != 1 {
			w.wrong("contribution", "session.refs")
			return c, ""
		}
		c.Contribution = all[0].Root()
		return c, "session_saved"
	}
	return nil, ""
}

func (w *work) wrong(field, key string) { w.no = append(w.no, refusal.In(field, key)) }

// text is what a form with a field for each language says; languages that it does not show stay.
func (w *work) text(t frame.Tongues, was locale.Text) locale.Text { return w.Tongues(w.v, t, was) }

// plan is what the form says of the session as a whole.
func (w *work) plan() session.PlanSession {
	return session.PlanSession{Plan: session.Plan{Title: w.text(w.desk.Name, w.was.Plan.Title), Place: w.text(w.desk.Place, w.was.Plan.Place), Form: w.v.Get("form"),
		Zone: w.v.Get("zone"), Link: w.v.Get("link")}}
}

// moment reads an instant in the zone of the host. Where it may be left out, that is no instant.
func (w *work) moment(field string, optional bool) time.Time {
	m := input.Moment{Date: w.v.Get(field + "-date"), Clock: w.v.Get(field + "-time"), Zone: w.desk.Session.Zone}
	if optional && m.Date == "" && m.Clock == "" {
		return time.Time{}
	}
	t, wrong := m.In(field, w.Lang)
	if wrong != nil {
		w.no = append(w.no, wrong)
	}
	return t
}

// item is what the form says of an item.
func (w *work) item(of cite.Ref) session.PlanItem {
	was, _ := w.was.Item(w.n)
	c := session.PlanItem{Session: of, Number: w.n, Off: w.v.Get("off") != "", Reason: w.text(w.desk.Reason, locale.Text{}), Seen: w.seen}
	if c.Off {
		return c
	}
	c.Item = session.Content{Label: w.v.Get("label"), Title: w.text(w.desk.Name, was.Title), Sitting: number(w.v.Get("sitting")), TakesUp: w.refs("takes_up")}
	for _, x := range w.desk.Offered {
		if w.v.Get(view.AboutField(x.Ref)) != "" {
			c.Item.About = append(c.Item.About, x.Ref)
		}
	}
	c.Item.About = append(c.Item.About, w.refs("about")...)
	for line := range strings.Lines(w.v.Get("documents")) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		fields := strings.Split(line, "|")
		if len(fields) != 3 {
			w.wrong("documents", "document.incomplete")
			continue
		}
		d := session.Document{Title: locale.Plain(w.Lang, strings.TrimSpace(fields[0])), Symbol: strings.TrimSpace(fields[1]), Source: strings.TrimSpace(fields[2])}
		// What it is called in other languages stays.
		if i := slices.IndexFunc(was.Documents, func(x session.Document) bool {
			return x.Source == d.Source && frame.Localize(x.Title, w.Lang).Text == strings.TrimSpace(fields[0])
		}); i >= 0 {
			d.Title = was.Documents[i].Title
		}
		c.Item.Documents = append(c.Item.Documents, d)
	}
	return c
}

// refs reads the references in a field.
func (w *work) refs(field string) (out []cite.Ref) {
	for _, s := range strings.Fields(strings.NewReplacer(",", " ", "،", " ", ";", " ").Replace(w.v.Get(field))) {
		r, err := cite.ParseRef(s)
		if err != nil {
			w.wrong(field, "session.refs")
			return nil
		}
		out = append(out, r)
	}
	return out
}

// deliver is what the form says of what was said.
func (w *work) deliver(of cite.Ref) session.Deliver {
	c := session.Deliver{Item: cite.Item(of, number(w.v.Get("item"))), Sitting: number(w.v.Get("sitting")), Speaker: w.v.Get("speaker"), Category: w.v.Get("category"),
		Cut: w.v.Get("cut") != "", Floor: locale.Lang(w.v.Get("floor")), Language: locale.Lang(w.v.Get("language"))}
	if t := w.desk.Turn; t != nil {
		// What the floor says is not asked again.
		c.Item, c.Sitting, c.Party, c.From, c.To, c.Cut = cite.Item(of, t.Item), t.Sitting, t.Party, t.From, t.To, t.Cut
	} else {
		w.spoke(&c)
	}
	all := ""
	for n := range view.Paragraphs {
		text := serve.OneEnding(w.v.Get(view.TextField(n + 1)))
		if strings.TrimSpace(text) == "" {
			continue
		}
		all += text + "\n"
		on, _ := cite.ParseRef(w.v.Get(view.OnField(n + 1)))
		c.Paragraphs = append(c.Paragraphs, session.Paragraph{Text: text, On: on, Takes: w.refs(view.TakesField(n + 1))})
	}
	if c.Language == "" {
		c.Language = locale.Guess(all, w.Lang)
	}
	return c
}

// spoke reads who spoke, from when until when.
func (w *work) spoke(c *session.Deliver) {
	if s := w.v.Get("party"); s != "" {
		if c.Party, _ = cite.ParseRef(s); c.Party == cite.None {
			w.wrong("party", "heard.party")
		}
	}
	c.From = w.moment("from", false)
	// The end is on the same day, or after midnight on the next.
	to := input.Moment{Date: w.v.Get("from-date"), Clock: w.v.Get("to-time"), Zone: w.desk.Session.Zone}
	ends, wrong := to.In("to", w.Lang)
	if wrong == nil && !c.From.IsZero() && ends.Before(c.From) {
		if day, err := time.Parse(time.DateOnly, to.Date); err == nil {
			to.Date = day.AddDate(0, 0, 1).Format(time.DateOnly)
			ends, wrong = to.In("to", w.Lang)
		}
	}
	if c.To = ends; wrong != nil {
		w.no = append(w.no, refusal.In("to-time", wrong.Key, wrong.Args...))
	}
}

// Delivering is the ask of whoever enters what was said in a sitting. Somebody of whom no party is known is a party of their own, the
// same for the same token.
func Delivering(q *serve.Request, c session.Deliver, token string) (conversation.Ask, error) {
	if checked, err := c.Check(); err == nil {
		c.Paragraphs = slices.Clone(c.Paragraphs)
		for i, p := range checked.Paragraphs {
			c.Paragraphs[i].Likeness = q.Server.Sec.Likeness(q.Slug, p.Text)
		}
	}
	a, err := q.Ask(c, token)
	a.For = delegation.Party(q.Server.Sec.Derive("spoken", q.Slug, string(a.By.Ref())+" "+token))
	return a, err
}

// number reads a number, 0 for none.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// fields are those of the form in which something is refused that the rules name otherwise.
var fields = map[string]string{"begins": "begins-date", "ends": "ends-date", "opened": "opened-date", "closed": "closed-date", "adopted": "adopted-date", "from": "from-date", "to": "to-time",
	"text": "text1", "takes": "takes1", "on": "on1"}

// again shows the form with what was typed.
func (w *work) again(rs []*refusal.Refusal) error {
	rs = serve.Renamed(rs, func(field string) string {
		if to, ok := fields[field]; ok {
			return to
		}
		return field
	})
	return w.DeskAgain(rs, w.v.Get("token"), func(st *conversation.Reading) (frame.View, error) {
		v, err := build(w.Request, st, w.do, w.n)
		if err == nil {
			v.Typed(serve.Typed(w.v))
		}
		return v, err
	})
}
