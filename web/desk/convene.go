package desk

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/template"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	view "github.com/openplenary/plenary/page/desk"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// presetLines are labels as lines of a form, with a mark on those that are something special.
func presetLines(l locale.Lang, ps []template.Label) string {
	var b strings.Builder
	for _, p := range ps {
		b.WriteString(l.T(p.Key))
		switch {
		case p.State:
			b.WriteString(" (" + l.T("desk.mark.state") + ")")
		case p.Person:
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

// mark reads one mark of a category; ok is false where it is none.
func mark(word string, l *conversation.Label) (ok bool) {
	says := func(mark string) bool { return strings.EqualFold(word, mark) || saysIn(word, "desk.mark."+mark) }
	switch {
	case says("state"):
		l.State = true
	case says("person"):
		l.Body = false
	case says("both"):
		l.Both = true
	case says("unsaid"):
		l.Unsaid = true
	default:
		return false
	}
	return true
}

// marked reads the marks at the end of a line, parted by commas of any script: of a line that ends in brackets with
// anything else, those are part of the name.
func marked(line string) (name string, l conversation.Label) {
	l.Body = true
	x := markedLine.FindStringSubmatch(line)
	if x == nil {
		return line, l
	}
	with := l
	for _, word := range strings.FieldsFunc(x[2], func(r rune) bool { return strings.ContainsRune(",،，、", r) }) {
		if !mark(strings.TrimSpace(word), &with) {
			return line, l
		}
	}
	return x[1], with
}

// labels reads one label per line. A line that says what a preset says is that preset, with its names in
// all languages; any other gets an id from its name. With marks, a line may end in "(state)", "(person)" or
// "(both)", and say that it is the category of whoever says none; what says nothing is a body.
func (q *request) labels(field, s string, ps []template.Label, marks bool, no *refusal.Several) []conversation.Label {
	var out []conversation.Label
	taken := map[string]bool{}
	for i, line := range strings.Split(serve.Clean(field, s, no), "\n") {
		name := serve.CleanLine(field, line, maxLabel, no)
		if name == "" {
			continue
		}
		var l conversation.Label
		if marks {
			name, l = marked(name)
		}
		l.Name = locale.Plain(q.Lang, name)
		if p, ok := template.Find(ps, name); ok {
			l.ID, l.Name = p.ID, p.Name(q.Lang)
		} else {
			l.ID = template.LabelID(name, field, len(out)+1)
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

func (q *request) convene() error {
	v := &view.Convene{Form: view.ConveneForm{Template: template.Conversation, Zone: "UTC", From: q.Received.UTC().Format(time.DateOnly),
		Categories: presetLines(q.Lang, template.Categories), Groups: presetLines(q.Lang, template.Groups), Subjects: presetLines(q.Lang, template.Subjects)}}
	for _, l := range locale.All {
		v.Form.Languages = append(v.Form.Languages, string(l))
	}
	q.Frame.Token = serve.Nonce()
	return q.Show(http.StatusOK, v)
}

func (q *request) postConvene() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	form := view.ConveneForm{Template: v.Get("template"), Slug: strings.TrimSpace(v.Get("slug")), Title: v.Get("title"), Lead: v.Get("lead"), Languages: v["languages"], Zone: v.Get("zone"),
		From: v.Get("from"), Until: v.Get("until"), Categories: v.Get("categories"), Groups: v.Get("groups"), Subjects: v.Get("subjects"), Contact: v.Get("contact")}
	token := v.Get("token")
	again := func(rs []*refusal.Refusal) error {
		q.Frame.Errors, q.Frame.Token = rs, token
		if !serve.ValidNonce(token) {
			q.Frame.Token = serve.Nonce()
		}
		status, _ := frame.StatusOf(rs[0].Kind)
		return q.Show(status, &view.Convene{Form: form})
	}
	c, no := q.conveneCommand(form)
	// What the rule would say is said together with what the form says, before anything is kept.
	c.Officer = 1
	ask := conversation.Ask{Received: q.Received, Assurance: consultation.EmailProven, Command: c}
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
	if slices.Contains(q.Server.Sec.Conversations(), c.Slug) {
		if q.convened(c) {
			return q.See("/" + string(q.Lang) + "/c/" + c.Slug + "/desk")
		}
		return again([]*refusal.Refusal{refusal.In("slug", "conversation.slug_taken")})
	}
	if err := q.May(serve.Once(serve.LimitConvene)); err != nil {
		return again(refusal.Of(err))
	}
	// The account's row first, then the fact: an officer whom nobody can be would be worse than a row
	// that leads nowhere.
	n, err := q.Server.Accounts.Participant(q.Context(), q.Account, c.Slug, q.Server.Sec.Number)
	if err != nil {
		return err
	}
	c.Officer = delegation.Participant(n)
	ask.By, ask.Command = c.Officer, c
	// A browser that goes away does not stop half of it.
	answer, err := q.Server.Sec.Convene(context.WithoutCancel(q.Context()), ask)
	if rs := refusal.Of(err); len(rs) > 0 {
		return again(rs)
	}
	if err != nil {
		return err
	}
	return q.See("/" + string(q.Lang) + "/c/" + c.Slug + "/desk?after=" + strconv.FormatInt(int64(answer.Last), 10))
}

// convened reports whether the reader made this very conversation: the button was pressed twice.
func (q *request) convened(c conversation.Convene) bool {
	n, ok, err := q.Server.Accounts.ParticipantOf(q.Context(), q.Account, c.Slug)
	if err != nil || !ok {
		return false
	}
	same := false
	_, err = q.Server.Sec.Read(q.Context(), c.Slug, func(st *conversation.State) error {
		same = st.Roll.Roles(delegation.Participant(n)).Has(delegation.Officer) && st.Title.String() == c.Title.String() && st.Lead.String() == c.Lead.String() && len(st.Stages) == len(c.Stages)
		return nil
	})
	return err == nil && same
}

// conveneFields are the fields of the form in their order.
var conveneFields = []string{"template", "title", "slug", "lead", "languages", "zone", "from", "until", "categories", "groups", "subjects", "contact"}

func (q *request) conveneCommand(f view.ConveneForm) (conversation.Convene, refusal.Several) {
	var no refusal.Several
	c := conversation.Convene{Slug: f.Slug, Zone: f.Zone, Title: q.lines("title", f.Title, true, 200, &no), Lead: q.lines("lead", f.Lead, false, 1000, &no),
		Categories: q.labels("categories", f.Categories, template.Categories, true, &no), Groups: q.labels("groups", f.Groups, template.Groups, false, &no),
		Subjects: q.labels("subjects", f.Subjects, template.Subjects, false, &no), Contact: f.Contact}
	if !c.Title.Empty() && c.Title.In[q.Lang] == "" {
		no = append(no, refusal.In("title", "desk.title_language", "language", q.Lang))
	}
	c.Crosscutting = template.StartingCrosscutting(q.Lang)
	for _, l := range locale.All { // each once, in their order
		if slices.Contains(f.Languages, string(l)) {
			c.Languages = append(c.Languages, l)
		}
	}
	if !slices.Contains(locale.Zones(), f.Zone) {
		no = append(no, refusal.In("zone", "desk.zone"))
	}
	stages, ok := template.Stages(f.Template, f.From, f.Until, q.Lang)
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
		c.Stages = stages
	}
	return c, no
}
