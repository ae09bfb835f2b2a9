package contribution

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/intake"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/consult"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/questionnaire"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// formRoutes are the whole form of a call.
func (h *Handlers) formRoutes() []serve.Route {
	const form = "/{lang}/c/{slug}/{ref}/form"
	return []serve.Route{
		{Method: "GET", Pattern: form, Who: serve.Everybody, Twin: true, Name: "form", Views: []any{consult.Form{}}, Query: formQuery{}, Handle: h.on((*request).form)},
		{Method: "POST", Pattern: form, Who: serve.Everybody, Body: 64 * serve.KiB, Handle: h.on((*request).postForm)},
		{Method: "GET", Pattern: form + "/part/check", Who: serve.Everybody, Query: formQuery{}, Handle: h.on((*request).formCheck)},
		{Method: "POST", Pattern: form + "/part/check", Who: serve.Everybody, Body: 21 * serve.MiB, Handle: h.on((*request).postFormCheck)},
		{Method: "GET", Pattern: form + "/part/resume", Who: serve.Everybody, Query: resumeQuery{}, Handle: h.on((*request).resume)},
		{Method: "POST", Pattern: form + "/part/resume", Who: serve.Everybody, Body: 16 * serve.KiB, Handle: h.on((*request).postResume)},
		{Method: "POST", Pattern: form + "/part/draft", Who: serve.Everybody, Body: 8 * serve.MiB, Handle: h.on((*request).postFormDraft)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/answers.csv", Who: serve.Everybody, File: true, Name: "answers_csv", Media: "text/csv", Handle: h.on((*request).answersCSV)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/answers.xlsx", Who: serve.Everybody, File: true, Name: "answers_xlsx", Media: serve.Workbook, Handle: h.on((*request).answersXLSX)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/data.csv", Who: serve.Everybody, File: true, Name: "answers_data", Media: "text/csv", Handle: h.on((*request).dataCSV)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/codebook.csv", Who: serve.Everybody, File: true, Name: "codebook", Media: "text/csv", Handle: h.on((*request).codebookCSV)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/results", Who: serve.Everybody, Cached: true, Twin: true, Name: "results", Views: []any{consult.Results{}}, Handle: h.on((*request).results)},
		{Method: "GET", Pattern: form + "/part/{section}", Who: serve.Everybody, Query: formQuery{}, Handle: h.on((*request).formSection)},
		{Method: "POST", Pattern: form + "/part/{section}", Who: serve.Everybody, Body: 21 * serve.MiB, Handle: h.on((*request).postFormSection)},
	}
}

// filling is the whole form of a call as somebody fills it in.
type filling struct {
	*request
	call    cite.Ref
	draft   intake.Draft // its key is the token
	kept    bool         // it is kept already
	query   string       // what its addresses carry
	typed   []intake.Answer
	others  intake.Others // saved in another window, where this one says otherwise
	madeFor string        // who the form was made for, where that is somebody else than who sends it
	mailed  bool
	email   string          // where the code shall go, as it was typed
	uploads *intake.Uploads // that came with the page; nil for none
	fields  []string        // at which field each of them came, on the page of a section
}

// filling finds what the reader filled in of a call: under the key that the address or the form says, else what they
// changed last. Where there is nothing, the form is empty and has a new token.
func (q *request) filling(key string) (*filling, error) {
	c := &filling{request: q, call: q.Ref(), draft: intake.Draft{Key: key, Call: q.Ref(), Written: intake.Written{Whole: true, Language: string(q.Lang)}}}
	named := q.URL.Query().Get("draft")
	drafts, err := q.Intake.Drafts(q.Context(), Sender(q.Request))
	if err != nil {
		return nil, err
	}
	rank := func(d intake.Draft) int {
		switch {
		case d.Key == key:
			return 2
		case d.Name == named:
			return 1
		}
		return 0
	}
	best := -1
	for _, d := range drafts {
		if !d.Written.Whole || d.Call != c.call {
			continue
		}
		if r := rank(d); r > best || r == best && d.Changed.After(c.draft.Changed) {
			best, c.draft, c.kept = r, d, true
		}
	}
	if named != "" && c.draft.Name == named {
		c.query = "?draft=" + named
	}
	if !serve.ValidNonce(c.draft.Key) {
		c.draft.Key = q.NewToken()
	}
	return c, nil
}

// filled gives what stands at a question: what was typed just now, else what is kept.
func (c *filling) filled(id string) consult.Filled {
	a := c.draft.Written.Answer(id)
	if i := slices.IndexFunc(c.typed, func(a intake.Answer) bool { return a.At == id }); i >= 0 {
		a = c.typed[i]
	}
	return c.filledOf(a)
}

// filledOf is an answer as the form shows it.
func (c *filling) filledOf(a intake.Answer) consult.Filled {
	out := filledOf(a)
	for _, f := range c.draft.Written.Files {
		if slices.Contains(a.Files, f.ID) {
			out.Files = append(out.Files, consult.FilledFile{Kept: c.Intake.Ticket(c.Slug, c.draft.Key, f.ID), Name: f.Name, Size: f.Size})
		}
	}
	return out
}

func filledOf(a intake.Answer) consult.Filled {
	shown := func(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }
	return consult.Filled{Picks: a.Picks, Stance: a.Stance, Said: shown(a.Text), Wording: shown(a.Wording), Value: shown(a.Value)}
}

// view builds the form as the reader filled it in.
func (c *filling) view(st *conversation.Reading) (*consult.Form, error) {
	v, ok := consult.NewForm(st, c.call, consult.Filling{On: c.draft.On, At: c.filled, Sections: c.draft.Written.Sections}, c.Lang)
	if !ok {
		return nil, serve.NotFound()
	}
	c.draft.On = v.Paper.Ref
	v.Query, v.Version, v.Saved = c.query, c.draft.Version, c.draft.Changed
	v.Mailed, v.Email = c.mailed, c.email
	v.Together = c.SignedIn && len(st.Roll.WritesNow(c.Me)) > 0
	if c.kept && !c.SignedIn {
		v.Code = c.Intake.Code(c.Slug, c.draft.Key)
	}
	return v, nil
}

// look builds the form from a reading, and lets with see the reading too.
func (c *filling) look(with func(*conversation.Reading, *consult.Form) error) error {
	return c.Look(func(st *conversation.Reading) error {
		v, err := c.view(st)
		if err != nil {
			return err
		}
		return with(st, v)
	})
}

// answer shows a page of the form.
func (c *filling) answer(status int, v frame.View) error {
	c.Frame.Token, c.Frame.Writes = c.draft.Key, true
	c.Frame.Section = "contributions"
	if err := c.Fill(v); err != nil {
		return err
	}
	c.uploads.Wait() // the page names them
	return c.request.Show(status, v)
}

// form shows the sections of the form, and how far the reader is.
func (q *request) form() error {
	c, err := q.filling("")
	if err != nil {
		return err
	}
	return c.showForm(http.StatusOK)
}

func (c *filling) showForm(status int) error {
	var v *consult.Form
	if err := c.look(func(_ *conversation.Reading, form *consult.Form) error {
		v = form
		return nil
	}); err != nil {
		return err
	}
	return c.answer(status, v)
}

// formSection shows one section, or the one to begin with. Whoever has begun is shown how far they are instead.
func (q *request) formSection() error {
	c, err := q.filling("")
	if err != nil {
		return err
	}
	if q.PathValue("section") == consult.FormBegin && c.kept {
		return q.See(q.In("/" + string(c.call) + "/form" + c.query))
	}
	return c.showSection(http.StatusOK, q.PathValue("section"))
}

func (c *filling) showSection(status int, id string) error {
	var v *consult.FormPage
	if err := c.look(func(_ *conversation.Reading, form *consult.Form) error {
		if id == consult.FormBegin {
			id = form.Next(-1)
		}
		at, ok := form.Section(id)
		if !ok {
			return serve.NotFound()
		}
		v = &consult.FormPage{Form: form, At: at}
		return nil
	}); err != nil {
		return err
	}
	for i := range v.Sections[v.At].Questions {
		question := &v.Sections[v.At].Questions[i]
		for _, a := range c.others.Clash {
			if a.At == question.ID {
				other := c.filledOf(a)
				question.Clash = &other
			}
		}
	}
	if c.madeFor != "" {
		v.Speaker, c.Frame.As = c.Frame.As, c.madeFor
	}
	return c.answer(status, v)
}

// formCheck shows all answers before they are sent.
func (q *request) formCheck() error {
	c, err := q.filling("")
	if err != nil {
		return err
	}
	return c.showCheck(http.StatusOK)
}

func (c *filling) showCheck(status int) error {
	v := &consult.FormCheck{}
	if err := c.look(func(st *conversation.Reading, form *consult.Form) error {
		v.Form = form
		me := c.Own
		if c.Me != 0 {
			me = append([]delegation.Participant{c.Me}, me...)
		}
		var ok bool
		if v.Who, ok = consult.NewContribute(st, c.call, form.Paper.Ref, me, c.Lang); !ok {
			return serve.NotFound()
		}
		return nil
	}); err != nil {
		return err
	}
	if c.madeFor != "" {
		v.Who.Speaker, c.Frame.As = c.Frame.As, c.madeFor
	}
	who := contributing{request: c.request, draft: c.draft}
	v.Who.Form = who.form(c.draft.Written)
	if len(v.Who.Parties) == 1 && v.Who.Form.For == "" {
		v.Who.Form.For = v.Who.Parties[0].Value()
	}
	if v.Who.Form.Category == "" {
		v.Who.Form.Category = v.Who.Unsaid
	}
	return c.answer(status, v)
}

// errGone says that what a form was made of was sent, or deleted, in another window.
var errGone = refusal.New(refusal.Conflict, "form.gone")

// posted reads a page of the form. What it gives as refusals is to be shown on the page again, with what was typed; any
// other error is final.
func (q *request) posted(uploads ...serve.Uploads) (c *filling, v url.Values, no refusal.Several, err error) {
	v, err = q.ReadForm(uploads...)
	no = refusal.Of(err)
	if err != nil && (v == nil || len(no) == 0) {
		return nil, nil, nil, err
	}
	token := v.Get("token")
	first, chosen := serve.MadeFor(v)
	if first != chosen {
		token = "" // somebody else chose to go on with it: under a token of their own
	}
	if c, err = q.filling(token); err != nil {
		return nil, nil, nil, err
	}
	if chosen != "" && chosen != q.Speaker() {
		c.madeFor = first
	}
	if on, err := cite.ParseRef(v.Get("on")); err == nil && !c.kept {
		c.draft.On = on.Edition()
	}
	version, _ := strconv.Atoi(v.Get("version"))
	switch {
	case c.kept && c.draft.Key == token:
		c.draft.Version = version
	case c.kept:
		c.draft.Version = 0 // it was begun in a window that did not know of this draft
	case serve.ValidNonce(token) && len(no) == 0:
		_, sent := c.sent(token)
		if version > 0 || sent && !c.SignedIn { // a page that a browser kept may not know of either
			no = append(no, errGone)
		}
	}
	return c, v, no, nil
}

// save keeps what was typed. What was saved elsewhere is in c.others; the draft is what is kept now.
func (c *filling) save(mine []intake.Answer, edit func(*intake.Written)) error {
	var err error
	if c.draft, c.others, err = c.Intake.SaveAnswers(c.Context(), Sender(c.Request), c.draft, mine, edit); err != nil {
		return err
	}
	c.kept = true
	c.uploads.Wait()
	if !c.SignedIn {
		c.AddOwn(c.draft.Key)
	}
	return nil
}

// answers reads what was filled in at the questions of a section, as Answers does.
func (c *filling) answers(id string, v url.Values) (out []intake.Answer, no refusal.Several, err error) {
	err = c.look(func(st *conversation.Reading, form *consult.Form) error {
		at, ok := form.Section(id)
		if !ok {
			return serve.NotFound()
		}
		out, no = Answers(st, form, at, v)
		for i := range out {
			c.given(&out[i], form.Sections[at].Questions[i], v)
		}
		return nil
	})
	return out, no, err
}

// Answers reads what was filled in at the questions of a section of a form, by its place among the sections, as far as it can be
// chosen there at all; the refusals say what is wrong with it.
func Answers(st *conversation.Reading, form *consult.Form, section int, v url.Values) (out []intake.Answer, no refusal.Several) {
	own, _ := st.Consultation.Questions(form.Call.Ref)
	for _, q := range form.Sections[section].Questions {
		a, wrong := answerOf(q, own, v)
		no = append(no, wrong...)
		out = append(out, a)
	}
	return out, no
}

// answerOf reads what was filled in at one question.
func answerOf(q consult.FormQuestion, own *questionnaire.Form, v url.Values) (a intake.Answer, no refusal.Several) {
	a.At = q.ID
	if q.Words {
		a.Text = v.Get(q.ID + "-text")
		if len(a.Text) > consultation.MaxText {
			no = append(no, tooLong(q.ID, consultation.MaxText))
		}
	}
	if q.On != cite.None {
		if a.Wording = v.Get(q.ID + "-wording"); len(a.Wording) > consultation.MaxWording {
			no = append(no, tooLong(q.ID, consultation.MaxWording))
		}
		if a.Stance = v.Get(q.ID); q.Kind != questionnaire.Stance {
			a.Stance = ""
		} else if _, ok := consultation.ParseStance(a.Stance); !ok {
			a.Stance = ""
			no = append(no, refusal.In(q.ID, "question.choice", "n", q.Number))
		}
		return a, no
	}
	n, _ := strconv.Atoi(q.Number)
	question, ok := own.Question(n)
	if a.Picks = picksOf(&q, v); questionnaire.Typed(q.Kind) {
		if a.Value = strings.TrimSpace(v.Get(q.ValueField())); a.Value != "" {
			if a.Picks = nil; ok {
				if _, err := question.Read(n, a.Value); err != nil {
					no = append(no, err)
				}
			}
			return a, no
		}
	}
	if q.Kind == questionnaire.Table && ok {
		if a.Text, no = tableOf(&q, question, v); a.Text != "" {
			a.Picks = nil
			return a, no
		}
	}
	if strings.TrimSpace(a.Text) != "" && q.Kind == questionnaire.Words || q.Kind == questionnaire.File && len(v[q.KeptField()]) > 0 {
		a.Picks = nil
	}
	if !ok || len(a.Picks) == 0 {
		a.Picks = nil
		return a, no
	}
	if err := question.Refused(cite.Choice{Question: n, Picks: a.Picks}); err != nil {
		if err.Key == "question.choice" {
			a.Picks = nil // nothing that was offered
		}
		no = append(no, err)
	}
	return a, no
}

// tableOf reads the cells of a table, as they are kept; the refusals say what is wrong with one.
func tableOf(q *consult.FormQuestion, question *questionnaire.Question, v url.Values) (text string, no refusal.Several) {
	n, _ := strconv.Atoi(q.Number)
	var cells []string
	for i := range q.Rows {
		for j := range q.Options {
			cells = append(cells, v.Get(q.CellField(i+1, j+1)))
		}
	}
	if text = question.TableText(cells); text != "" {
		if err := question.RefusedTable(n, text); err != nil {
			no = append(no, err)
		}
	}
	return text, no
}

// given adds the files of a question: those that the page named and that are still ticked, and those that came with it.
func (c *filling) given(a *intake.Answer, q consult.FormQuestion, v url.Values) {
	if q.Kind != questionnaire.File {
		return
	}
	for _, f := range c.draft.Written.Files {
		if slices.Contains(v[q.KeptField()], c.Intake.Ticket(c.Slug, c.draft.Key, f.ID)) {
			a.Files = append(a.Files, f.ID)
		}
	}
	for i, f := range c.uploads.Files() {
		if i < len(c.fields) && c.fields[i] == q.FileField() {
			a.Files, a.Picks = append(a.Files, f.ID), nil
		}
	}
}

// fields keep the files of a section as they arrive, and note at which field each came.
type fields struct {
	*intake.Uploads
	of []string
}

// Keep keeps a file.
func (u *fields) Keep(ctx context.Context, file io.Reader, name string) error {
	if err := u.Uploads.Keep(ctx, file, name); err != nil {
		return err
	}
	field := ""
	if p, ok := file.(interface{ FormName() string }); ok {
		field = p.FormName()
	}
	u.of = append(u.of, field)
	return nil
}

// settleFiles takes the files out of the draft that answers named before, and that none names since mine was laid over them; those
// of its last page stay, and what was saved elsewhere meanwhile. It adds those that came.
func settleFiles(mine, before []intake.Answer, came []intake.File) func(*intake.Written) {
	return func(w *intake.Written) {
		var dropped []string
		for _, a := range mine {
			for _, id := range (intake.Written{Answers: before}).Answer(a.At).Files {
				if !slices.ContainsFunc(w.Answers, func(now intake.Answer) bool { return slices.Contains(now.Files, id) }) {
					dropped = append(dropped, id)
				}
			}
		}
		w.Files = slices.DeleteFunc(slices.Clone(w.Files), func(f intake.File) bool { return slices.Contains(dropped, f.ID) })
		for _, f := range came {
			if len(w.Files) < consultation.MaxFiles {
				w.Files = append(w.Files, f)
			}
		}
	}
}

// picksOf reads the numbers that were chosen at a question, in order; of a ranking, the places of its options. What is no
// number is -1.
func picksOf(q *consult.FormQuestion, v url.Values) (out []int) {
	number := func(s string) int {
		n, err := strconv.Atoi(s)
		if err != nil {
			return -1
		}
		return n
	}
	if q.Kind == questionnaire.Ranking {
		for i := range q.Options {
			place := 0
			if s := v.Get(q.PlaceField(i + 1)); s != "" {
				place = number(s)
			}
			out = append(out, place)
		}
		if slices.ContainsFunc(out, func(place int) bool { return place != 0 }) {
			return out
		}
		out = nil // nothing has a place
	}
	for _, s := range v[q.ID] {
		out = append(out, number(s))
	}
	slices.Sort(out)
	if out = slices.Compact(out); len(out) > 1 && out[0] == 0 {
		return out[1:] // who says something does not decline
	}
	return out
}

// tooLong says that what was written at a question is longer than so many bytes.
func tooLong(question string, max int) *refusal.Refusal {
	return &refusal.Refusal{Kind: refusal.TooLarge, Key: "contribution.long", Field: question, Args: []any{"max", max}}
}

// postFormSection keeps a section and goes on.
func (q *request) postFormSection() error {
	came := &fields{Uploads: q.Intake.Uploads(Sender(q.Request), q.Ref())}
	defer came.Close(q.Context())
	c, v, no, err := q.posted(came)
	if err != nil {
		return err
	}
	c.uploads, c.fields = came.Uploads, came.of
	id := q.PathValue("section")
	mine, wrong, err := c.answers(id, v)
	if err != nil {
		return err
	}
	if len(no) == 0 {
		if n := len(c.draft.Written.Files) + len(came.of); n > consultation.MaxFiles && len(came.of) > 0 {
			no = append(no, refusal.In("file", "contribution.files", "max", consultation.MaxFiles))
		}
	}
	if len(no) == 0 {
		if err := c.save(mine, settleFiles(mine, c.draft.Written.Answers, c.uploads.Files())); err != nil {
			if no = refusal.Of(err); len(no) == 0 {
				return err
			}
		}
	}
	if no = append(c.atFiles(id, no), wrong...); len(no) > 0 {
		return c.sectionAgain(id, mine, no)
	}
	if len(c.others.Clash) > 0 {
		c.showTyped(mine)
		return c.showSection(http.StatusConflict, id)
	}
	return c.goOn(id, v.Get("do"))
}

// atFiles says what was refused of files at the question that asks for them.
func (c *filling) atFiles(id string, no refusal.Several) refusal.Several {
	field := ""
	_ = c.look(func(_ *conversation.Reading, form *consult.Form) error {
		at, ok := form.Section(id)
		for i := 0; ok && i < len(form.Sections[at].Questions); i++ {
			if q := &form.Sections[at].Questions[i]; q.Kind == questionnaire.File && field == "" {
				field = q.ID
			}
		}
		return nil
	})
	for i, r := range no {
		if r.Field == "file" && field != "" {
			at := *r
			at.Field = field
			no[i] = &at
		}
	}
	return no
}

// showTyped has a section shown as it was typed; where this window left what stood there, and something else was saved elsewhere, it shows
// that: the page goes on from the version in which it stands.
func (c *filling) showTyped(mine []intake.Answer) {
	c.typed = slices.DeleteFunc(slices.Clone(mine), func(a intake.Answer) bool {
		return slices.ContainsFunc(c.others.Newer, func(o intake.Answer) bool { return o.At == a.At })
	})
}

// sectionAgain shows a section as it was typed, with what is wrong.
func (c *filling) sectionAgain(id string, mine []intake.Answer, no refusal.Several) error {
	c.showTyped(mine)
	if no[0] == errGone {
		c.draft.Key, c.draft.Version, c.draft.Written.Answers = c.NewToken(), 0, nil
	}
	c.Frame.Errors = no
	return c.showSection(serve.RefusedAs(no), id)
}

// goOn leads to the page after a section, or where else a button leads.
func (c *filling) goOn(id, do string) error {
	to := "/" + string(c.call) + "/form"
	if err := c.look(func(_ *conversation.Reading, form *consult.Form) error {
		at, _ := form.Section(id)
		switch do {
		case "later":
			to += c.query + "#later"
		case "check":
			to += "/part/check" + c.query
		case "back":
			to += "/part/" + form.Back(at) + c.query
		default:
			to += "/part/" + form.Next(at) + c.query
		}
		return nil
	}); err != nil {
		return err
	}
	return c.See(c.In(to))
}

// postFormDraft saves a page of the form as it is written; the script calls it.
func (q *request) postFormDraft() error {
	q.JSON = true
	c, v, no, err := q.posted()
	if err != nil {
		return err
	}
	if len(no) > 0 {
		return no
	}
	var mine []intake.Answer
	var edit func(*intake.Written)
	if section := v.Get("section"); section == "check" {
		if edit, err = c.identity(v); err != nil {
			return err
		}
	} else if mine, _, err = c.answers(section, v); err != nil {
		return err
	}
	if err := c.save(mine, edit); err != nil {
		return err
	}
	if c.others.Any() { // the script takes the version of what it is told is saved, and its fields do not show that
		return refusal.New(refusal.Conflict, "draft.moved", "version", c.draft.Version)
	}
	q.Writer.Header().Set("Content-Type", "application/json")
	q.Writer.Header().Set("Cache-Control", "no-store")
	return json.NewEncoder(q.Writer).Encode(map[string]any{"version": c.draft.Version, "saved": q.Frame.T("draft.saved") + " " + q.Frame.DateTime(q.Received)})
}

// postForm takes what the list of sections asks: which of them concern the reader, the mail with the code, and that the
// draft shall be deleted.
func (q *request) postForm() error {
	c, v, no, err := q.posted()
	if err != nil {
		return err
	}
	if len(no) > 0 {
		c.Frame.Errors = no
		return c.showForm(serve.RefusedAs(no))
	}
	switch v.Get("do") {
	case "choose", "all":
		var chosen []string
		if err := c.look(func(_ *conversation.Reading, form *consult.Form) error {
			for _, s := range form.Sections {
				if v.Get("do") == "choose" && slices.Contains(v["section"], s.ID) {
					chosen = append(chosen, s.ID)
				}
			}
			return nil
		}); err != nil {
			return err
		}
		err = c.save(nil, func(w *intake.Written) { w.Sections = chosen })
	case "mail":
		return c.mail(strings.TrimSpace(v.Get("email")))
	case "drop":
		if err := q.Intake.DeleteDraft(q.Context(), Sender(q.Request), c.draft.Key); err != nil {
			return err
		}
		return q.See(q.In("/" + string(c.call)))
	}
	if rs := refusal.Of(err); len(rs) > 0 {
		c.Frame.Errors = rs
		return c.showForm(serve.RefusedAs(rs))
	}
	if err != nil {
		return err
	}
	return q.See(q.In("/" + string(c.call) + "/form" + c.query))
}

// mail sends the link that finds the draft elsewhere. The address is not kept.
func (c *filling) mail(address string) error {
	again := func(no ...*refusal.Refusal) error {
		c.Frame.Errors, c.email = no, address
		return c.showForm(serve.RefusedAs(no))
	}
	to, err := account.ParseAddress(address)
	if rs := refusal.Of(err); len(rs) > 0 {
		return again(rs...)
	}
	if err != nil {
		return err
	}
	if !c.kept || c.SignedIn || c.DraftMail == nil {
		return serve.NotFound()
	}
	if err := c.May(serve.Once(serve.LimitResume)); err != nil {
		return again(refusal.Of(err)...)
	}
	if err := (senderLimits{c.Request}).Give(to); err != nil {
		return again(refusal.Of(err)...)
	}
	title := ""
	if err := c.look(func(_ *conversation.Reading, form *consult.Form) error {
		title = form.Call.Name.Text
		return nil
	}); err != nil {
		return err
	}
	link := c.Frame.Host + string(c.Frame.In("/"+string(c.call)+"/form/part/resume")) + "?code=" + c.Intake.Code(c.Slug, c.draft.Key)
	if err := c.DraftMail(c.Context(), to, c.Lang, title, link); err != nil {
		if rs := refusal.Of(err); len(rs) > 0 {
			return again(rs...)
		}
		return err
	}
	c.mailed = true
	return c.showForm(http.StatusOK)
}

// identity reads who sends the form, and its files: those that came, and those that were shown and are still ticked. What
// came with another page meanwhile stays.
func (c *filling) identity(v url.Values) (func(*intake.Written), error) {
	who, err := c.writing(v, c.uploads.Files())
	listed := slices.Clip(who.Files)
	return func(w *intake.Written) {
		who.Text, who.Wording, who.Stance, who.Files = "", "", "", listed
		for _, f := range w.Files {
			shown := slices.Contains(v["shown"], c.Intake.Ticket(c.Slug, v.Get("token"), f.ID))
			if !shown && len(who.Files) < consultation.MaxFiles && !slices.ContainsFunc(listed, func(l intake.File) bool { return l.ID == f.ID }) {
				who.Files = append(who.Files, f)
			}
		}
		who.Whole, who.Answers, who.Sections = true, w.Answers, w.Sections
		if who.Language == "" {
			var said strings.Builder
			for _, a := range w.Answers {
				said.WriteString(a.Text + "\n" + a.Wording + "\n")
			}
			who.Language = string(locale.Guess(said.String(), c.Lang))
		}
		*w = who
	}, err
}

// postFormCheck keeps who sends the form, and sends it.
func (q *request) postFormCheck() error {
	uploads := q.Intake.Uploads(Sender(q.Request), q.Ref())
	defer uploads.Close(q.Context())
	c, v, no, err := q.posted(uploads)
	if err != nil {
		return err
	}
	c.uploads = uploads
	edit, err := c.identity(v)
	if err != nil {
		return err
	}
	if len(no) == 0 {
		no = c.files(v, edit)
	}
	if len(no) > 0 && no[0] == errGone { // pressed twice, perhaps
		if to, ok := c.sent(v.Get("token")); ok {
			return q.See(q.In("/" + string(to) + "/receipt"))
		}
	}
	if len(no) == 0 {
		err := c.save(nil, edit)
		if no = refusal.Of(err); err != nil && len(no) == 0 {
			return err
		}
	}
	if len(no) > 0 {
		edit(&c.draft.Written)
		return c.checkAgain(no)
	}
	if v.Get("do") != "send" {
		return q.See(q.In("/" + string(c.call) + "/form" + c.query + "#later"))
	}
	return c.send()
}

// files refuses what filesRefused does.
func (c *filling) files(v url.Values, edit func(*intake.Written)) refusal.Several {
	w := c.draft.Written
	edit(&w)
	return c.filesRefused(v, len(c.uploads.Files()), w.Files)
}

// checkAgain shows the last page again, with what is wrong.
func (c *filling) checkAgain(no refusal.Several) error {
	asTyped(no, c.draft.Written.Belongs, false)
	c.Frame.Errors = no
	return c.showCheck(serve.RefusedAs(no))
}

// sent finds the contribution that a form became.
func (c *filling) sent(token string) (found cite.Ref, ok bool) {
	who := c.Me
	if !c.SignedIn {
		who = c.Server.Sec.AnonymousParticipant(c.Slug, token)
	}
	_ = c.Look(func(st *conversation.Reading) error {
		for _, r := range slices.Backward(st.Consultation.By(string(who.Ref()))) {
			if row, there := st.Consultation.Row(r); there && row.Call == c.call && !ok {
				found, ok = r, true
			}
		}
		return nil
	})
	return found, ok
}

// errEmpty says that nothing is filled in.
var errEmpty = refusal.New(refusal.Invalid, "form.empty")

// maxAnswers is how long all answers may be together, in bytes: an entry of the record holds 2 MiB, and some signs take more
// room there than here.
const maxAnswers = 1900 * serve.KiB

// TooMuch says which answer is longer than can be sent, or that all together are; nil for neither.
func TooMuch(answers []intake.Answer) *refusal.Refusal {
	all := 0
	for _, a := range answers {
		if all += len(a.Text) + len(a.Wording); len(a.Text) > consultation.MaxText {
			return tooLong(a.At, consultation.MaxText)
		}
		if len(a.Wording) > consultation.MaxWording {
			return tooLong(a.At, consultation.MaxWording)
		}
	}
	if all > maxAnswers {
		return &refusal.Refusal{Kind: refusal.TooLarge, Key: "form.large", Args: []any{"max", maxAnswers >> 10}}
	}
	return nil
}

// send sends the whole form as one contribution.
func (c *filling) send() error {
	w, no, err := c.settled()
	switch {
	case err != nil:
		return err
	case len(c.draft.Written.Answers) == 0, len(no) == 0 && len(w.Answers) == 0:
		return c.checkAgain(refusal.Several{errEmpty})
	case len(no) > 0:
		return c.checkAgain(no)
	}
	if no := TooMuch(w.Answers); no != nil {
		return c.checkAgain(refusal.Several{no})
	}
	contribution, err := w.Contribution(Sender(c.Request), c.call, c.draft.On)
	if err == nil {
		contribution.Token = c.draft.Key
		who := contributing{request: c.request, call: c.call, draft: c.draft}
		if err = who.spoken(); err == nil {
			return c.put(contribution)
		}
		c.madeFor = who.madeFor
	}
	return c.refused(err)
}

// settled is what was filled in, as Settled makes it.
func (c *filling) settled() (w intake.Written, no refusal.Several, err error) {
	err = c.look(func(st *conversation.Reading, form *consult.Form) error {
		w, no = Settled(st, form, c.draft.Written)
		return nil
	})
	return w, no, err
}

// Settled is what was filled in of a form, as it is sent: numbers and dates as they are read, without what answers a question that
// is not asked of whoever answers so. The refusals say what cannot be read, and what has to be answered and is not.
func Settled(st *conversation.Reading, form *consult.Form, was intake.Written) (w intake.Written, no refusal.Several) {
	w = was
	w.Answers = nil
	own, ok := st.Consultation.Questions(form.Call.Ref)
	if !ok {
		own = &questionnaire.Form{}
	}
	asked := map[string]*consult.FormQuestion{}
	for i := range form.Sections {
		for j := range form.Sections[i].Questions {
			q := &form.Sections[i].Questions[j]
			if asked[q.ID] = q; q.Missing {
				n, _ := strconv.Atoi(q.Number)
				no = append(no, questionnaire.Required(n))
			}
		}
	}
	for _, a := range was.Answers {
		q := asked[a.At]
		if n, isQuestion := strings.CutPrefix(a.At, "q"); isQuestion && q == nil {
			place, _ := strconv.Atoi(n)
			if _, there := own.Question(place); !there { // the questions were set anew since, and no page shows this answer
				continue
			}
		}
		if q != nil && q.Off {
			w.Files = slices.DeleteFunc(slices.Clone(w.Files), func(f intake.File) bool { return slices.Contains(a.Files, f.ID) })
			continue
		}
		if q != nil && a.Value != "" {
			n, _ := strconv.Atoi(q.Number)
			if question, ok := own.Question(n); ok {
				value, wrong := question.Read(n, a.Value)
				if a.Value = value; wrong != nil {
					no = append(no, wrong)
				}
			}
		}
		w.Answers = append(w.Answers, a)
	}
	return w, no
}

// put puts the contribution on the record.
func (c *filling) put(contribution intake.Contribution) error {
	answer, err := c.Intake.Send(c.Context(), contribution)
	if err != nil {
		return c.refused(err)
	}
	if !c.SignedIn {
		c.AddOwn(c.draft.Key)
	}
	return c.See(c.In("/"+string(answer.Refs[0])+"/receipt") + "?after=" + strconv.FormatInt(int64(answer.Last), 10))
}

// refused shows the last page again where an error is a refusal that can be put right.
func (c *filling) refused(err error) error {
	rs := refusal.Of(err)
	if len(rs) == 0 || rs[0].Kind == refusal.Conflict && rs[0].Field == "" {
		return err
	}
	return c.checkAgain(rs)
}

// resume shows where a code can be typed.
func (q *request) resume() error {
	return q.showResume(http.StatusOK, serve.Params[resumeQuery](q.Request).Code)
}

func (q *request) showResume(status int, code string) error {
	v := &consult.Resume{Code: code}
	if err := q.Look(func(st *conversation.Reading) error {
		call, ok := consult.NewCallPage(st, q.Ref(), q.Lang)
		if !ok {
			return serve.NotFound()
		}
		v.Call = call.Call
		return nil
	}); err != nil {
		return err
	}
	return q.Show(status, v)
}

// postResume finds a draft by its code, and lets the browser bear it. A link in a letter leads to the page and opens
// nothing by itself, so whoever looks at letters on their way uses nothing up.
func (q *request) postResume() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	again := func(rs ...*refusal.Refusal) error {
		q.Frame.Errors = rs
		return q.showResume(serve.RefusedAs(rs), strings.ToValidUTF8(v.Get("code"), "\uFFFD"))
	}
	// Nobody tries many codes.
	if err := q.May(serve.Once(serve.LimitResume)); err != nil {
		return again(refusal.Of(err)...)
	}
	key, call, ok, err := q.Intake.Resume(q.Context(), q.Slug, v.Get("code"))
	if err != nil {
		return err
	}
	if !ok {
		return again(refusal.In("code", "form.code"))
	}
	if !serve.ValidNonce(key) {
		return errors.New("contribution: a draft without a key that a browser can bear")
	}
	q.AddOwn(key)
	return q.See(q.In("/" + string(call) + "/form?draft=" + q.Intake.Name(q.Slug, key)))
}
