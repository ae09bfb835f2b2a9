package web

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
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/desk"
	"github.com/openplenary/plenary/refusal"
)

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

	// The questions that run through all subject areas are no field of the form: every conversation from a
	// template begins with these rows of the overview.
	presetCrosscutting = presets("crosscutting", "author", "subject", "use", "disclosure", "liability", "new_rights", "dignity", "capacity", "administration")
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
	if id := conversation.LabelIDOf(name); id != "" {
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
	desk.TemplateConversation: {{"session", "first_session", true, false}, {"paper", "draft_paper", false, false}, {"call", "call", false, true}, {"paper", "revised_paper", false, false},
		{"session", "second_session", false, false}, {"considerations", "considerations", false, false}},
	desk.TemplateConsultation: {{"paper", "paper", false, false}, {"call", "call", true, true}, {"considerations", "summary", false, false}},
	desk.TemplateMeeting:      {{"paper", "documents", false, false}, {"session", "meeting", true, true}, {"review", "report", false, false}},
}

func (s *Server) convene(q *request) error {
	v := &desk.Convene{Form: desk.ConveneForm{Template: desk.TemplateConversation, Zone: "UTC", From: q.received.UTC().Format(time.DateOnly),
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
	form := desk.ConveneForm{Template: v.Get("template"), Slug: strings.TrimSpace(v.Get("slug")), Title: v.Get("title"), Lead: v.Get("lead"), Languages: v["languages"], Zone: v.Get("zone"),
		From: v.Get("from"), Until: v.Get("until"), Categories: v.Get("categories"), Groups: v.Get("groups"), Subjects: v.Get("subjects"), Contact: v.Get("contact")}
	token := v.Get("token")
	again := func(rs []*refusal.Refusal) error {
		q.frame.Errors, q.frame.Token = rs, token
		if !validNonce(token) {
			q.frame.Token = nonce()
		}
		status, _ := statusOf(rs[0].Kind)
		return q.show(status, &desk.Convene{Form: form})
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
	if err := q.may(once(limitConvene)); err != nil {
		return again(refusal.Of(err))
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

func (q *request) conveneCommand(f desk.ConveneForm) (conversation.Convene, refusal.Several) {
	var no refusal.Several
	c := conversation.Convene{Slug: f.Slug, Zone: f.Zone, Title: q.lines("title", f.Title, true, 200, &no), Lead: q.lines("lead", f.Lead, false, 1000, &no),
		Categories: q.labels("categories", f.Categories, presetCategories, true, &no), Groups: q.labels("groups", f.Groups, presetGroups, false, &no),
		Subjects: q.labels("subjects", f.Subjects, presetSubjects, false, &no), Contact: cleanLine("contact", f.Contact, 200, &no)}
	if !c.Title.Empty() && c.Title.In[q.lang] == "" {
		no = append(no, refusal.In("title", "desk.title_language", "language", q.lang))
	}
	for _, p := range presetCrosscutting {
		c.Crosscutting = append(c.Crosscutting, conversation.Label{ID: p.id, Name: everywhere(p.key, q.lang)})
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
