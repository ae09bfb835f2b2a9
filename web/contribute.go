package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"encoding/json"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/consult"
	"github.com/openplenary/plenary/refusal"
)

// writing reads the contribution form.
func (q *request) writing(v url.Values, ups []upload) (consult.ContributionForm, refusal.Several) {
	var no refusal.Several
	w := consult.ContributionForm{
		Text: clean("text", v.Get("text"), &no), Wording: clean("wording", v.Get("wording"), &no), Stance: v.Get("stance"), Language: v.Get("language"),
		Category: v.Get("category"), Country: v.Get("country"), For: v.Get("for"),
		Name: cleanLine("name", v.Get("name"), consultation.MaxName, &no), Body: cleanLine("body", v.Get("body"), consultation.MaxName, &no),
		Email: strings.TrimSpace(v.Get("email")),
	}
	if w.Language == "" {
		w.Language = string(q.lang)
	}
	if w.Category == "" {
		w.Category = "individual"
	}
	for _, f := range []string{"name", "body"} {
		if s := map[string]string{"name": w.Name, "body": w.Body}[f]; s != "" && locale.Reserved(s) && !q.signedIn {
			no = append(no, refusal.In(f, "name.reserved"))
		}
	}
	if w.Email != "" {
		a, err := account.ParseAddress(w.Email)
		if rs := refusal.Of(err); len(rs) > 0 {
			no = append(no, rs...)
		} else {
			w.Email = a
		}
	}
	for _, u := range ups {
		w.Files = append(w.Files, consult.WriteFile{ID: u.file.ID, Name: u.file.Name, Type: u.file.Type, Size: u.file.Size, SHA: u.file.SHA})
	}
	for _, id := range v["kept"] {
		f, ok, err := q.s.Files.Look(q.Context(), id)
		if err == nil && ok && len(w.Files) < consultation.MaxFiles {
			w.Files = append(w.Files, consult.WriteFile{ID: f.ID, Name: f.Name, Type: f.Type, Size: f.Size, SHA: f.SHA})
		}
	}
	return w, no
}

// submitAsk is the ask that a form makes. The same form makes the same ask, so that a double press
// finds its first answer.
func (q *request) submitAsk(call, on cite.Ref, token string, w consult.ContributionForm) (conversation.Ask, error) {
	stance, ok := consultation.ParseStance(w.Stance)
	if !ok {
		return conversation.Ask{}, refusal.In("stance", "contribution.stance")
	}
	c := consultation.Submit{Call: call, Category: w.Category, Country: w.Country, Name: w.Name, Body: w.Body}
	c.Parts = []consultation.SubmitPart{{On: on, Language: locale.Lang(w.Language), Stance: stance, Text: w.Text, Wording: w.Wording, Likeness: q.s.Sec.Likeness(q.slug, w.Text+"\x00"+w.Wording)}}
	for _, f := range w.Files {
		c.Files = append(c.Files, consultation.SubmitFile{ID: f.ID, Name: f.Name, Type: f.Type, Size: f.Size, SHA: f.SHA})
	}
	a := conversation.Ask{Token: token, Received: q.received, Assurance: consultation.Anonymous}
	if q.signedIn {
		me, err := q.participant()
		if err != nil {
			return a, err
		}
		a.By, a.Scope, a.Assurance = me, string(me.Ref()), consultation.EmailProven
		a.For = delegation.Party(q.s.Sec.Derive("self", q.slug, string(me.Ref())))
		if w.For != "" && w.For != "self" {
			var p delegation.Party
			if err := p.UnmarshalText([]byte(w.For)); err != nil {
				return a, refusal.In("for", "party.unknown")
			}
			a.For, c.Known = p, true
		}
	} else {
		a.By = q.anonymousParticipant(token)
		a.For = delegation.Party(q.s.Sec.Derive("party", q.slug, token))
	}
	a.Command = c
	return a, nil
}

func (s *Server) contribute(q *request) error {
	call := q.ref()
	p := params[contributeQuery](q)
	on := p.On
	w := consult.ContributionForm{Language: string(q.lang), Category: "individual", For: ""}
	q.frame.Token = nonce()
	version, saved := 0, time.Time{}
	if key := p.Draft; validNonce(key) {
		d, ok, err := s.Drafts.Get(q.Context(), q.slug, "contribution", key)
		if err != nil {
			return err
		}
		var k kept
		if ok && q.owns(d) && !d.Sent && json.Unmarshal(d.Body, &k) == nil {
			w, on, q.frame.Token, version, saved = k.Writing, k.On, key, d.Version, d.Changed
		}
	}
	return q.writePage(http.StatusOK, call, on, w, false, version, saved)
}

// writePage shows the form or its preview.
func (q *request) writePage(status int, call, on cite.Ref, w consult.ContributionForm, preview bool, version int, saved time.Time) error {
	var v *consult.Contribute
	if err := q.look(func(st *conversation.Reading) error {
		var ok bool
		me := q.own
		if q.me != 0 {
			me = append([]delegation.Participant{q.me}, me...)
		}
		if v, ok = consult.NewContribute(st, call, on, me, q.lang); !ok {
			return notFound()
		}
		return nil
	}); err != nil {
		return err
	}
	v.Form, v.Preview, v.Version, v.Saved = w, preview, version, saved
	if len(v.Parties) == 1 && v.Form.For == "" {
		v.Form.For = string(v.Parties[0].Ref)
	}
	if err := q.fill(v); err != nil {
		return err
	}
	q.uploads = nil // they are named on the form, and wait for it
	return q.show(status, v)
}

// contributing is a contribution form on its way in.
type contributing struct {
	*request
	call, on cite.Ref
	token    string
	typed    consult.ContributionForm
	version  int // of the draft that it goes on from
}

// postContribute takes the contribution form: to be edited again, kept as a draft, seen before it is sent, or
// sent.
func (s *Server) postContribute(q *request) error {
	c := contributing{request: q, call: q.ref()}
	if err := c.onWhole(); err != nil {
		return err
	}
	defer q.discardFiles()
	v, ups, formErr := q.form(func() error { return q.mayUpload(c.call) })
	if formErr != nil && (v == nil || len(refusal.Of(formErr)) == 0) {
		return formErr
	}
	if q.json && v.Get("do") == "" {
		v.Set("do", "send") // a program means what it sends
	}
	if on := v.Get("on"); on != "" {
		var err error
		if c.on, err = cite.ParseRef(on); err != nil {
			return notFound()
		}
	}
	if c.token = v.Get("token"); !validNonce(c.token) {
		c.token = nonce()
	}
	q.frame.Token = c.token
	var no refusal.Several
	c.typed, no = q.writing(v, ups)
	no = append(no, refusal.Of(formErr)...)
	c.version, _ = strconv.Atoi(v.Get("version"))
	if len(no) > 0 {
		return c.again(no)
	}
	switch v.Get("do") {
	case "edit":
		return q.writePage(http.StatusOK, c.call, c.on, c.typed, false, c.version, time.Time{})
	case "save":
		return c.orAgain(c.save())
	}
	ask, err := q.submitAsk(c.call, c.on, c.token, c.typed)
	if err != nil {
		return c.orAgain(err)
	}
	if v.Get("do") != "send" {
		return c.orAgain(c.preview(ask))
	}
	return c.send(ask)
}

// onWhole finds the call, and makes it about the whole paper, as its newest edition has it.
func (c *contributing) onWhole() error {
	return c.look(func(st *conversation.Reading) error {
		k, ok := st.Consultation.Call(c.call)
		if !ok {
			return notFound()
		}
		if e, ok := st.Papers.Edition(k.Paper); ok {
			c.on = e.Ref
		}
		return nil
	})
}

// orAgain shows the form again where an error is a refusal.
func (c *contributing) orAgain(err error) error {
	if rs := refusal.Of(err); len(rs) > 0 {
		return c.again(rs)
	}
	return err
}

// again shows the form again as it was typed, with what is wrong.
func (c *contributing) again(rs []*refusal.Refusal) error {
	if rs[0].Kind == refusal.Hidden {
		return notFound()
	}
	if c.json {
		return refusal.Several(rs)
	}
	c.frame.Errors = rs
	status := refusedAs(rs)
	if rs[0].Field == "" {
		status, _ = statusOf(rs[0].Kind)
	}
	if status == http.StatusServiceUnavailable {
		c.retryAfter(time.Minute)
	}
	return c.writePage(status, c.call, c.on, c.typed, false, c.version, time.Time{})
}

func (c *contributing) save() error {
	saved, err := c.saveDraft(c.call, c.on, c.token, c.typed, c.version)
	if err != nil {
		return err
	}
	c.frame.Notice = "draft.kept"
	return c.writePage(http.StatusOK, c.call, c.on, c.typed, false, saved, c.received)
}

// preview shows what would be sent, if the rule would take it.
func (c *contributing) preview(ask conversation.Ask) error {
	if err := c.may(once(limitPreview)); err != nil {
		return err
	}
	if _, err := c.s.Sec.Read(c.Context(), c.slug, func(st *conversation.State) error {
		_, err := st.Decide(ask)
		return err
	}); err != nil {
		return err
	}
	return c.writePage(http.StatusOK, c.call, c.on, c.typed, true, c.version, time.Time{})
}

func (c *contributing) send(ask conversation.Ask) error {
	err := c.may(once(limitSend))
	if err == nil {
		err = c.mayGive(c.typed.Email)
	}
	if err != nil {
		return c.orAgain(err)
	}
	address := c.typed.Email != "" && !c.signedIn
	if address {
		if err := c.s.Accounts.SetAddress(c.Context(), account.Number{Slug: c.slug, Participant: uint64(ask.By)}, c.typed.Email, c.lang, c.received); err != nil {
			return err
		}
	}
	// The file first, then the fact that cites it: a crash in between leaves a file too many, never a
	// contribution whose file was swept away.
	for _, f := range c.typed.Files {
		if err := c.s.Files.Claim(c.Context(), f.ID, c.received); err != nil {
			return err
		}
	}
	answer, err := c.s.Sec.Do(c.Context(), c.slug, ask)
	rs := refusal.Of(err)
	later := len(rs) > 0 && rs[0].Kind == refusal.TryAgain
	if err == nil && !answer.Again || err != nil && len(rs) == 0 || later {
		c.uploads = nil // a fact cites them, or nobody knows: then the sweeper asks the record
	}
	switch {
	case len(rs) == 0 && err != nil, later, len(rs) > 0 && rs[0].Kind == refusal.Conflict:
		return err
	case len(rs) > 0:
		if address {
			if err := c.s.Accounts.Forget(c.Context(), c.slug, uint64(ask.By)); err != nil {
				return err
			}
		}
		return c.again(rs)
	}
	c.sent(answer.Again)
	to := c.in("/" + string(answer.Refs[0]) + "/receipt")
	if c.json {
		to += ".json"
	}
	return c.see(to + "?after=" + strconv.FormatInt(int64(answer.Last), 10))
}

// sent notes what follows from a contribution that stands on the record. The answer stands whatever becomes of
// these notes: the sweeper asks the record. again says that the button was pressed a second time: the files of
// that press are cited by nothing.
func (c *contributing) sent(again bool) {
	for _, f := range c.typed.Files {
		if again {
			break
		}
		if err := c.s.Files.Cited(c.Context(), f.ID); err != nil {
			c.s.Logger.Error("cannot note that a file is cited", "file", f.ID, "err", err)
		}
	}
	// The draft of what was sent has no business here any more.
	if err := c.s.Drafts.Delete(c.Context(), c.slug, "contribution", c.token); err != nil && refusal.Of(err) == nil {
		c.s.Logger.Error("cannot delete a draft", "err", err)
	}
	if !c.signedIn {
		c.addOwn(c.token)
	}
}

// kept is the body of a draft of a contribution.
type kept struct {
	Call    cite.Ref                 `json:"call"`
	On      cite.Ref                 `json:"on"`
	Writing consult.ContributionForm `json:"writing"`
}

func (q *request) owns(d draft.Draft) bool {
	for _, n := range q.nonces {
		if n == d.Key {
			return true
		}
	}
	return q.me != 0 && d.Owner == uint64(q.me)
}

func (q *request) saveDraft(call, on cite.Ref, token string, w consult.ContributionForm, base int) (int, error) {
	d, ok, err := q.s.Drafts.Get(q.Context(), q.slug, "contribution", token)
	if err != nil {
		return 0, err
	}
	if ok && !q.owns(d) {
		return 0, notFound()
	}
	body, err := json.Marshal(kept{call, on, w})
	if err != nil {
		return 0, err
	}
	if err := q.maySave(len(body)); err != nil {
		return 0, err
	}
	d = draft.Draft{Key: token, Slug: q.slug, Kind: "contribution", Body: body}
	if q.signedIn {
		me, err := q.participant()
		if err != nil {
			return 0, err
		}
		d.Owner = uint64(me)
	}
	version, err := q.s.Drafts.Save(q.Context(), d, base, q.received)
	if err == nil && !q.signedIn {
		q.addOwn(token)
	}
	return version, err
}

// postDraft saves a draft as it is written; the script calls it.
func (s *Server) postDraft(q *request) error {
	q.json = true
	v, _, err := q.form()
	if err != nil {
		return err
	}
	token := v.Get("token")
	if !validNonce(token) {
		return refusal.New(refusal.Invalid, "form.unreadable")
	}
	on, err := cite.ParseRef(v.Get("on"))
	if err != nil {
		return notFound()
	}
	w, no := q.writing(v, nil)
	if len(no) > 0 {
		return no
	}
	base, _ := strconv.Atoi(v.Get("version"))
	version, err := q.saveDraft(q.ref(), on, token, w, base)
	if err != nil {
		return err
	}
	q.w.Header().Set("Content-Type", "application/json")
	q.w.Header().Set("Cache-Control", "no-store")
	return json.NewEncoder(q.w).Encode(map[string]any{"version": version, "saved": q.frame.T("draft.saved") + " " + q.frame.DateTime(q.received)})
}
