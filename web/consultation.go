package web

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"encoding/hex"
	"encoding/json"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page"
	"github.com/openplenary/plenary/press"
	"github.com/openplenary/plenary/refusal"
)

// Limits of a form.
const (
	maxFields = 1000
	maxField  = 256 * kib
)

// upload is a file that came with a form and is already kept.
type upload struct {
	field string
	file  attachment.File
}

// form reads a form of either encoding with bounded fields; files are kept as they arrive.
func (q *request) form() (url.Values, []upload, error) {
	kind, params, _ := mime.ParseMediaType(q.Header.Get("Content-Type"))
	if kind != "multipart/form-data" {
		if err := q.Request.ParseForm(); err != nil {
			return nil, nil, badForm(err)
		}
		return q.Request.PostForm, nil, tooMany(q.Request.PostForm)
	}
	if params["boundary"] == "" {
		return nil, nil, refusal.New(refusal.Invalid, "form.unreadable")
	}
	mr, err := q.Request.MultipartReader()
	if err != nil {
		return nil, nil, badForm(err)
	}
	v := url.Values{}
	var ups []upload
	for n := 0; ; n++ {
		part, err := mr.NextPart()
		if errors.Is(err, io.EOF) {
			return v, ups, tooMany(v)
		}
		if err != nil {
			return nil, nil, badForm(err)
		}
		if n > maxFields {
			return nil, nil, refusal.New(refusal.TooLarge, "form.fields")
		}
		name := part.FormName()
		if part.FileName() != "" {
			if len(ups) >= consultation.MaxFiles {
				return v, ups, refusal.In("file", "contribution.files", "max", consultation.MaxFiles)
			}
			if name == "receipt" || name == "paper" { // read, not kept
				b, err := io.ReadAll(io.LimitReader(part, 4*mib+1))
				if err != nil {
					return nil, nil, badForm(err)
				}
				v.Add(name, string(b))
				continue
			}
			f, err := q.s.Files.Keep(q.Context(), part, part.FileName(), q.received)
			if err != nil {
				return v, ups, err
			}
			ups = append(ups, upload{name, f})
			continue
		}
		b, err := io.ReadAll(io.LimitReader(part, maxField+1))
		if err != nil {
			return nil, nil, badForm(err)
		}
		if len(b) > maxField {
			return nil, nil, refusal.New(refusal.TooLarge, "too_large")
		}
		if name != "" && !(len(b) == 0 && name == "file") {
			v.Add(name, string(b))
		}
	}
}

func badForm(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return err
	}
	return refusal.New(refusal.Invalid, "form.unreadable")
}

func tooMany(v url.Values) error {
	n := 0
	for _, values := range v {
		n += len(values)
		for _, s := range values {
			if len(s) > 4*mib {
				return refusal.New(refusal.TooLarge, "too_large")
			}
		}
	}
	if n > maxFields {
		return refusal.New(refusal.TooLarge, "form.fields")
	}
	return nil
}

// clean takes a text of a stranger; what cannot be taken becomes a refusal about the field.
func clean(field, s string, no *refusal.Several) string {
	out, err := locale.Clean(s)
	switch {
	case errors.Is(err, locale.ErrLong):
		*no = append(*no, &refusal.Refusal{Kind: refusal.TooLarge, Key: "text.long", Field: field})
	case err != nil:
		*no = append(*no, refusal.In(field, "text.utf8"))
	}
	return out
}

func cleanLine(field, s string, max int, no *refusal.Several) string {
	out, err := locale.CleanLine(s, max)
	switch {
	case errors.Is(err, locale.ErrLong):
		*no = append(*no, refusal.In(field, "line.long", "max", max))
	case err != nil:
		*no = append(*no, refusal.In(field, "text.utf8"))
	}
	return out
}

// writing reads the contribution form.
func (q *request) writing(v url.Values, ups []upload) (page.Writing, refusal.Several) {
	var no refusal.Several
	w := page.Writing{
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
		w.Files = append(w.Files, page.WriteFile{ID: u.file.ID, Name: u.file.Name, Type: u.file.Type, Size: u.file.Size, SHA: u.file.SHA})
	}
	for _, id := range v["kept"] {
		f, ok, err := q.s.Files.Look(q.Context(), id)
		if err == nil && ok && len(w.Files) < consultation.MaxFiles {
			w.Files = append(w.Files, page.WriteFile{ID: f.ID, Name: f.Name, Type: f.Type, Size: f.Size, SHA: f.SHA})
		}
	}
	return w, no
}

// submitAsk is the ask that a form makes. The same form makes the same ask, so that a double press
// finds its first answer.
func (q *request) submitAsk(call, on cite.Ref, token string, w page.Writing) (conversation.Ask, error) {
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
	on, err := cite.ParseRef(q.URL.Query().Get("on"))
	if err != nil {
		on = cite.None
	}
	w := page.Writing{Language: string(q.lang), Category: "individual", For: ""}
	q.frame.Token = nonce()
	version, saved := 0, time.Time{}
	if key := q.URL.Query().Get("draft"); validNonce(key) {
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
func (q *request) writePage(status int, call, on cite.Ref, w page.Writing, preview bool, version int, saved time.Time) error {
	var v *page.Contribute
	if _, err := q.s.Sec.Read(q.Context(), q.slug, func(st *conversation.State) error {
		var ok bool
		me := q.own
		if q.me != 0 {
			me = append([]delegation.Participant{q.me}, me...)
		}
		if v, ok = page.NewContribute(st, call, on, me, q.received, q.lang); !ok {
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
	return q.show(status, v)
}

func (s *Server) postContribute(q *request) error {
	call := q.ref()
	v, ups, formErr := q.form()
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
		if _, err := s.Sec.Read(q.Context(), q.slug, func(st *conversation.State) error {
			k, ok := st.Book.Call(call)
			if !ok {
				return notFound()
			}
			if e, ok := st.Shelf.Edition(k.Paper); ok {
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
		status, _ := statusOf(refusal.Invalid)
		if rs[0].Field == "" || rs[0].Kind == refusal.TooLarge {
			status, _ = statusOf(rs[0].Kind)
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
	if !s.limit.allow(q.remote(), q.received) {
		return refusal.New(refusal.TooMany, "too_many")
	}
	if w.Email != "" && !q.signedIn {
		if err := s.Accounts.SetAddress(q.Context(), q.slug, uint64(ask.By), w.Email, q.lang, q.received); err != nil {
			return err
		}
	}
	// The file first, then the fact that cites it: a crash in between leaves a file too many, never a
	// contribution whose file was swept away.
	for _, f := range w.Files {
		if err := s.Files.Claim(q.Context(), f.ID); err != nil {
			return err
		}
	}
	answer, err := s.Sec.Do(q.Context(), q.slug, ask)
	if rs := refusal.Of(err); len(rs) > 0 {
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
	Call    cite.Ref     `json:"call"`
	On      cite.Ref     `json:"on"`
	Writing page.Writing `json:"writing"`
}

func (q *request) owns(d draft.Draft) bool {
	for _, n := range q.nonces {
		if n == d.Key {
			return true
		}
	}
	return q.me != 0 && d.Owner == uint64(q.me)
}

func (q *request) saveDraft(call, on cite.Ref, token string, w page.Writing, base int) (int, error) {
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
	v, ups, err := q.form()
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
	w, no := q.writing(v, ups)
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

// receipt shows a receipt to the author, or to anybody once the contribution is published; as JSON it
// is the file that can be checked.
func (s *Server) receipt(q *request) error {
	q.after()
	ref := q.ref()
	var c *page.Contribution
	var call page.Said
	if _, err := s.Sec.Read(q.Context(), q.slug, func(st *conversation.State) error {
		var ok bool
		if c, ok = page.NewContribution(st, q.audience(), ref, q.lang); !ok || c.Sight == "tombstone" && !c.Own || ref.PartNumber() > 0 {
			return notFound()
		}
		if k, ok := st.Book.Call(c.Call); ok {
			call.Text, call.Lang = k.Title.For(q.lang)
		}
		return nil
	}); err != nil {
		return err
	}
	r, err := s.Sec.Receipt(q.Context(), q.slug, c.Ref, q.frame.Host+"/c/"+q.slug+"/"+string(c.Ref))
	if err != nil {
		return err
	}
	if c.Redacted && c.Sight != "whole" {
		r.Text = nil // what is blacked out is not in the file either
	}
	if strings.HasSuffix(q.URL.Path, ".json") || q.json {
		b, err := plenary.EncodeReceipt(r)
		if err != nil {
			return err
		}
		q.w.Header().Set("Content-Type", "application/json; charset=utf-8")
		q.w.Header().Set("Cache-Control", "no-store")
		return writeBody(q.w, q.Request, http.StatusOK, b)
	}
	v := &page.Receipt{Contribution: c, Meaning: r.Meaning, VKey: r.Key, CallName: call}
	checked, err := s.Sec.Proved(q.slug, r.Proof)
	if err != nil {
		return err
	}
	v.SignedSize, v.Root, v.LeafHash = checked.Checkpoint.Size, checked.Checkpoint.Root.String(), checked.Leaf
	v.DataHash = hex.EncodeToString(checked.Envelope.Data[:])
	if checked.Envelope.Text != nil {
		v.TextHash = hex.EncodeToString(checked.Envelope.Text[:])
	}
	if err := q.fill(v); err != nil {
		return err
	}
	return q.show(http.StatusOK, v)
}

// postCheckHere checks the receipt of a contribution in the page.
func (s *Server) postCheckHere(q *request) error {
	var sight conversation.Sight
	var own bool
	ref := q.ref()
	if _, err := s.Sec.Read(q.Context(), q.slug, func(st *conversation.State) error {
		sight = st.MaySee(q.audience(), ref)
		if row, ok := st.Book.Row(ref); ok {
			own = q.audience().Is(row.By)
		}
		return nil
	}); err != nil {
		return err
	}
	if sight == conversation.Nothing || sight == conversation.Tombstone && !own || ref.Root() != ref {
		return notFound()
	}
	r, err := s.Sec.Receipt(q.Context(), q.slug, ref, q.frame.Host+"/c/"+q.slug+"/"+string(ref))
	if err != nil {
		return err
	}
	if sight != conversation.Whole {
		r.Text = nil
	}
	b, err := plenary.EncodeReceipt(r)
	if err != nil {
		return err
	}
	return s.checked(q, b)
}

func (s *Server) check(q *request) error { return q.show(http.StatusOK, &page.Check{}) }

func (s *Server) postCheck(q *request) error {
	if q.json && strings.HasPrefix(q.Header.Get("Content-Type"), "application/json") {
		b, err := io.ReadAll(q.Body)
		if err != nil {
			return badForm(err)
		}
		return s.checked(q, b)
	}
	v, _, err := q.form()
	if err != nil {
		return err
	}
	if v.Get("receipt") == "" {
		q.frame.Errors = []*refusal.Refusal{refusal.In("receipt", "receipt.missing")}
		return q.show(http.StatusUnprocessableEntity, &page.Check{})
	}
	return s.checked(q, []byte(v.Get("receipt")))
}

// checked shows what checking a receipt found. Its bearer is its author: they see what became of it.
func (s *Server) checked(q *request, b []byte) error {
	c := s.Sec.CheckReceipt(q.Context(), b)
	v := &page.Check{Asked: true, OK: c.Wrong == "" && c.Slug != "", SignedBy: c.SignedBy, Slug: c.Slug}
	if c.Wrong == "" && c.Slug == "" {
		c.Wrong = "elsewhere"
	}
	if c.Wrong != "" {
		v.Wrong = q.frame.T("check.wrong." + c.Wrong)
	}
	for _, l := range c.Lines {
		v.Lines = append(v.Lines, page.CheckLine{Key: q.frame.T("check.line." + l.What), OK: l.OK, Detail: l.Detail})
	}
	if v.OK && c.Received != nil {
		v.Answer = &page.CheckedReceipt{Contribution: c.Received.Ref, Received: c.Received.Received}
		for i, p := range c.Received.Parts {
			if t := c.Words[strconv.Itoa(i+1)+".text"]; t != "" {
				v.Answer.Text = append(v.Answer.Text, page.Said{Text: t, Lang: locale.Lang(p.Language)})
			}
		}
		a := q.audience()
		if c.Words != nil {
			// Only the author's own copy carries the words of what is not published.
			var p delegation.Participant
			if p.UnmarshalText([]byte(c.Received.By)) == nil {
				a.As = append(a.As, p)
			}
		}
		if _, err := s.Sec.Read(q.Context(), c.Slug, func(st *conversation.State) error {
			v.Now, _ = page.NewContribution(st, a, c.Received.Ref, q.lang)
			return nil
		}); err != nil {
			return err
		}
		if v.Now != nil {
			w, err := s.Sec.Words(q.Context(), c.Slug, v.Now.Need())
			if err != nil {
				return err
			}
			v.Now.Fill(w)
		}
	}
	status := http.StatusOK
	if !v.OK {
		status = http.StatusUnprocessableEntity
	}
	return q.show(status, v)
}

func (s *Server) mine(q *request) error {
	q.frame.Section = "mine"
	q.after()
	v := &page.Mine{}
	a := q.audience()
	if _, err := s.Sec.Read(q.Context(), q.slug, func(st *conversation.State) error {
		for _, p := range a.As {
			for _, ref := range st.Book.By(string(p.Ref())) {
				if c, ok := page.NewContribution(st, a, ref, q.lang); ok {
					v.Contributions = append(v.Contributions, c)
				}
			}
		}
		return nil
	}); err != nil {
		return err
	}
	if err := q.fill(v); err != nil {
		return err
	}
	var ds []draft.Draft
	if q.me != 0 {
		list, err := s.Drafts.List(q.Context(), q.slug, "contribution", uint64(q.me))
		if err != nil {
			return err
		}
		ds = list
	}
	for _, n := range q.nonces {
		d, ok, err := s.Drafts.Get(q.Context(), q.slug, "contribution", n)
		if err != nil {
			return err
		}
		if ok {
			ds = append(ds, d)
		}
	}
	for _, d := range ds {
		var k kept
		if d.Sent || json.Unmarshal(d.Body, &k) != nil {
			continue
		}
		text := k.Writing.Text
		if len(text) > 200 {
			text = strings.ToValidUTF8(text[:200], "") + " …"
		}
		v.Drafts = append(v.Drafts, page.DraftRow{Key: d.Key, Call: k.Call, On: k.On, Excerpt: text, Changed: d.Changed})
	}
	return q.show(http.StatusOK, v)
}

// file sends an attached file, as a download that no browser runs.
func (s *Server) file(q *request, ref cite.Ref) error {
	var c *page.Contribution
	if _, err := s.Sec.Read(q.Context(), q.slug, func(st *conversation.State) error {
		var ok bool
		if c, ok = page.NewContribution(st, q.audience(), ref, q.lang); !ok || c.Sight == "tombstone" {
			return notFound()
		}
		return nil
	}); err != nil {
		return err
	}
	entries, err := s.Sec.RecordEntries(q.Context(), q.slug, c.Position, c.Position)
	if err != nil {
		return err
	}
	if len(entries) != 1 {
		return notFound()
	}
	f, ok := entries[0].Fact.(*consultation.Received)
	n := ref.FileNumber()
	if !ok || n < 1 || n > len(f.Files) {
		return notFound()
	}
	r, file, err := s.Files.Open(q.Context(), f.Files[n-1].ID)
	if err != nil {
		return err
	}
	defer r.Close()
	h := q.w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": file.Name}))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "private, no-store")
	h.Set("Content-Length", strconv.FormatInt(file.Size, 10))
	_, err = io.Copy(q.w, r)
	if err != nil {
		s.Logger.Error("a file could not be sent whole", "file", f.Files[n-1].ID, "err", err)
	}
	return nil
}

func (s *Server) contributions(q *request) error {
	q.frame.Section = "contributions"
	values := q.URL.Query()
	chosen := page.ParseChosen(values)
	limit := page.PageSize
	printed := values.Get("print") != ""
	if printed {
		limit = 2000
	} else if chosen == (page.Chosen{}) {
		q.liveOn("list", cite.None)
	}
	return q.read(func(st *conversation.State) (page.View, []cite.Ref, time.Time, error) {
		v := page.NewList(st, q.audience(), chosen, q.received, q.lang, limit)
		v.Print = printed
		return v, []cite.Ref{conversation.AnyContribution}, time.Time{}, nil
	})
}

// contributionsCSV streams the whole filtered list, in slices so that memory stays small.
func (s *Server) contributionsCSV(q *request) error {
	chosen := page.ParseChosen(q.URL.Query())
	h := q.w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="contributions-`+q.slug+`.csv"`)
	h.Set("Cache-Control", "no-store")
	out := press.NewCSV(q.w)
	if err := out.Row("reference", "call", "received", "late", "status", "name", "organisation", "category", "country", "on", "label", "language", "stance", "text", "proposed wording", "redacted", "invented", "record position"); err != nil {
		return nil
	}
	for chosen.Before = 0; ; {
		var v *page.List
		if _, err := s.Sec.Read(q.Context(), q.slug, func(st *conversation.State) error {
			v = page.NewList(st, q.audience(), chosen, q.received, q.lang, 500)
			return nil
		}); err != nil {
			return err
		}
		if err := q.fill(v); err != nil {
			return err
		}
		for _, c := range v.Contributions {
			row := func(p page.ContributionPart) error {
				return out.Row(string(c.Ref), string(c.Call), c.Received.UTC().Format(time.RFC3339), yes(c.Late), c.Status, c.Name, c.Org, c.Category, c.Country, string(p.On), p.Label,
					string(p.Language), p.Stance, p.Text, p.Wording, yes(c.Redacted), yes(c.Invented), strconv.FormatInt(int64(c.Position), 10))
			}
			parts := c.Parts
			if len(parts) == 0 {
				parts = []page.ContributionPart{{}}
			}
			for _, p := range parts {
				if row(p) != nil {
					return nil // the reader has gone
				}
			}
		}
		if out.Flush() != nil || v.Next == 0 {
			return nil
		}
		chosen.Before = v.Next
	}
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}

// act has the signed-in reader's command decided and shows what became of it; refusals come back on the
// page of the contribution.
func (q *request) act(v url.Values, command any, to cite.Ref, notice string) error {
	a, err := q.ask(command, v.Get("token"))
	if err != nil {
		return err
	}
	answer, err := q.s.Sec.Do(q.Context(), q.slug, a)
	if err != nil {
		if rs := refusal.Of(err); len(rs) > 0 && rs[0].Kind == refusal.Invalid && to.Kind() == 'c' {
			return q.contributionAgain(to, rs)
		}
		return err
	}
	return q.see(q.in("/"+string(to)) + "?after=" + strconv.FormatInt(int64(answer.Last), 10) + "&done=" + notice)
}

func (q *request) contributionAgain(ref cite.Ref, rs []*refusal.Refusal) error {
	var c *page.Contribution
	if _, err := q.s.Sec.Read(q.Context(), q.slug, func(st *conversation.State) error {
		var ok bool
		if c, ok = page.NewContribution(st, q.audience(), ref, q.lang); !ok {
			return notFound()
		}
		return nil
	}); err != nil {
		return err
	}
	if err := q.fill(c); err != nil {
		return err
	}
	q.frame.Errors, q.frame.Token, q.frame.Section = rs, nonce(), "contributions"
	return q.show(http.StatusUnprocessableEntity, c)
}

func (s *Server) postPublish(q *request) error {
	v, _, err := q.form()
	if err != nil {
		return err
	}
	return q.act(v, consultation.PublishContribution{Contribution: q.ref()}, q.ref(), "published")
}

func (s *Server) postWithhold(q *request) error {
	v, _, err := q.form()
	if err != nil {
		return err
	}
	var no refusal.Several
	reason := clean("reason", v.Get("reason"), &no)
	if len(no) > 0 {
		return q.contributionAgain(q.ref(), no)
	}
	return q.act(v, consultation.Withhold{Contribution: q.ref(), Ground: v.Get("ground"), Reason: reason}, q.ref(), "withheld")
}

// postRedact finds the passage that the moderator copied in the stored text, and blacks it out.
func (s *Server) postRedact(q *request) error {
	v, _, err := q.form()
	if err != nil {
		return err
	}
	ref := q.ref()
	var no refusal.Several
	passage := clean("passage", v.Get("passage"), &no)
	if len(no) > 0 {
		return q.contributionAgain(ref, no)
	}
	var c *page.Contribution
	if _, err := s.Sec.Read(q.Context(), q.slug, func(st *conversation.State) error {
		var ok bool
		if c, ok = page.NewContribution(st, q.audience(), ref, q.lang); !ok {
			return notFound()
		}
		return nil
	}); err != nil {
		return err
	}
	if err := q.fill(c); err != nil {
		return err
	}
	for _, p := range c.Parts {
		if i := strings.Index(p.Text, passage); passage != "" && i >= 0 {
			part := p.Ref + cite.Ref(cite.Span{From: i, To: i + len(passage)}.String())
			return q.act(v, consultation.Redact{Part: part, Ground: v.Get("redact-ground")}, ref, "redacted")
		}
	}
	return q.contributionAgain(ref, []*refusal.Refusal{refusal.In("passage", "redact.not_found")})
}

func (s *Server) postErase(q *request) error {
	v, _, err := q.form()
	if err != nil {
		return err
	}
	return q.act(v, conversation.Erase{Contribution: q.ref(), Ground: v.Get("erase-ground")}, q.ref(), "erased")
}

// postWithdraw takes a contribution back, for whoever sent it, with or without an account.
func (s *Server) postWithdraw(q *request) error {
	v, _, err := q.form()
	if err != nil {
		return err
	}
	ref := q.ref()
	var author delegation.Participant
	if _, err := s.Sec.Read(q.Context(), q.slug, func(st *conversation.State) error {
		row, ok := st.Book.Row(ref)
		if !ok {
			return notFound()
		}
		for _, p := range q.audience().As {
			if string(p.Ref()) == row.By {
				author = p
			}
		}
		return nil
	}); err != nil {
		return err
	}
	if author == 0 {
		return notFound()
	}
	a := conversation.Ask{By: author, Received: q.received, Command: consultation.Withdraw{Contribution: ref}}
	if t := v.Get("token"); validNonce(t) {
		a.Token, a.Scope = t, string(author.Ref())
	}
	answer, err := s.Sec.Do(q.Context(), q.slug, a)
	if err != nil {
		return err
	}
	return q.see(q.in("/"+string(ref)) + "?after=" + strconv.FormatInt(int64(answer.Last), 10) + "&done=withdrawn")
}

// remote is where a request comes from, for limits only; it is written down nowhere.
func (q *request) remote() string {
	host, _, ok := strings.Cut(q.RemoteAddr, "]:")
	if !ok {
		if i := strings.LastIndexByte(q.RemoteAddr, ':'); i > 0 {
			host = q.RemoteAddr[:i]
		}
	}
	return host
}
