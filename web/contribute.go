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

func (s *Server) postContribute(q *request) error {
	call := q.ref()
	if _, err := s.Sec.Read(q.Context(), q.slug, func(st *conversation.State) error {
		if _, ok := st.Consultation.Call(call); !ok {
			return notFound()
		}
		return nil
	}); err != nil {
		return err
	}
	defer q.discardFiles()
	v, ups, formErr := q.form(func() error { return q.mayUpload(call) })
	if formErr != nil && (v == nil || len(refusal.Of(formErr)) == 0) {
		return formErr
	}
	if q.json && v.Get("do") == "" {
		v.Set("do", "send") // a program means what it sends
	}
	on, err := cite.ParseRef(v.Get("on"))
	if err != nil {
		if v.Get("on") != "" {
			return notFound()
		}
		on = cite.None
	}
	token := v.Get("token")
	if !validNonce(token) {
		token = nonce()
	}
	q.frame.Token = token
	w, no := q.writing(v, ups)
	no = append(no, refusal.Of(formErr)...)
	version, _ := strconv.Atoi(v.Get("version"))
	if on == cite.None {
		// The whole paper, as its newest edition has it.
		if err := q.look(func(st *conversation.Reading) error {
			k, ok := st.Consultation.Call(call)
			if !ok {
				return notFound()
			}
			if e, ok := st.Papers.Edition(k.Paper); ok {
				on = e.Ref
			}
			return nil
		}); err != nil {
			return err
		}
	}
	again := func(rs []*refusal.Refusal) error {
		if len(rs) > 0 && rs[0].Kind == refusal.Hidden {
			return notFound()
		}
		if q.json {
			return refusal.Several(rs)
		}
		q.frame.Errors = rs
		status := refusedAs(rs)
		if rs[0].Field == "" {
			status, _ = statusOf(rs[0].Kind)
		}
		if status == http.StatusServiceUnavailable {
			q.retryAfter(time.Minute)
		}
		return q.writePage(status, call, on, w, false, version, time.Time{})
	}
	if len(no) > 0 {
		return again(no)
	}
	switch v.Get("do") {
	case "edit":
		return q.writePage(http.StatusOK, call, on, w, false, version, time.Time{})
	case "save":
		saved, err := q.saveDraft(call, on, token, w, version)
		if rs := refusal.Of(err); len(rs) > 0 {
			return again(rs)
		}
		if err != nil {
			return err
		}
		q.frame.Notice = "draft.kept"
		return q.writePage(http.StatusOK, call, on, w, false, saved, q.received)
	}
	ask, err := q.submitAsk(call, on, token, w)
	if rs := refusal.Of(err); len(rs) > 0 {
		return again(rs)
	}
	if err != nil {
		return err
	}
	if v.Get("do") != "send" {
		// Preview: what would the rule say?
		if err := q.may(once(limitPreview)); err != nil {
			return again(refusal.Of(err))
		}
		_, err := s.Sec.Read(q.Context(), q.slug, func(st *conversation.State) error {
			_, err := st.Decide(ask)
			return err
		})
		if rs := refusal.Of(err); len(rs) > 0 {
			return again(rs)
		}
		if err != nil {
			return err
		}
		return q.writePage(http.StatusOK, call, on, w, true, version, time.Time{})
	}
	err = q.may(once(limitSend))
	if err == nil {
		err = q.mayGive(w.Email)
	}
	if err != nil {
		return again(refusal.Of(err))
	}
	if w.Email != "" && !q.signedIn {
		if err := s.Accounts.SetAddress(q.Context(), q.slug, uint64(ask.By), w.Email, q.lang, q.received); err != nil {
			return err
		}
	}
	// The file first, then the fact that cites it: a crash in between leaves a file too many, never a
	// contribution whose file was swept away.
	for _, f := range w.Files {
		if err := s.Files.Claim(q.Context(), f.ID, q.received); err != nil {
			return err
		}
	}
	answer, err := s.Sec.Do(q.Context(), q.slug, ask)
	rs := refusal.Of(err)
	if err == nil && !answer.Again || err != nil && (len(rs) == 0 || rs[0].Kind == refusal.TryAgain) {
		q.uploads = nil // a fact cites them, or nobody knows: then the sweeper asks the record
	}
	if len(rs) > 0 {
		if w.Email != "" && !q.signedIn && rs[0].Kind != refusal.TryAgain && rs[0].Kind != refusal.Conflict {
			if err := s.Accounts.Forget(q.Context(), q.slug, uint64(ask.By)); err != nil {
				return err
			}
		}
		if rs[0].Kind == refusal.TryAgain || rs[0].Kind == refusal.Conflict {
			return err
		}
		return again(rs)
	}
	if err != nil {
		return err
	}
	// A second press has files of its own that nothing cites: they go. The answer stands whatever becomes of
	// this note: the sweeper asks the record.
	for _, f := range w.Files {
		if answer.Again {
			break
		}
		if err := s.Files.Cited(q.Context(), f.ID); err != nil {
			s.Logger.Error("cannot note that a file is cited", "file", f.ID, "err", err)
		}
	}
	// What was sent stands on the record; the draft of it has no business here any more.
	if err := s.Drafts.Delete(q.Context(), q.slug, "contribution", token); err != nil && refusal.Of(err) == nil {
		s.Logger.Error("cannot delete a draft", "err", err)
	}
	if !q.signedIn {
		q.addOwn(token)
	}
	to := q.in("/"+string(answer.Refs[0])+"/receipt") + "?after=" + strconv.FormatInt(int64(answer.Last), 10)
	if q.json {
		to = q.in("/"+string(answer.Refs[0])+"/receipt.json") + "?after=" + strconv.FormatInt(int64(answer.Last), 10)
	}
	return q.see(to)
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
