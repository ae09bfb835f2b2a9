package contribution

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/door"
	"github.com/openplenary/plenary/intake"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/consult"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// Sender is the reader as a contribution's way in knows them.
func Sender(q *serve.Request) intake.Sender {
	from := intake.Sender{Slug: q.Slug, Received: q.Received, Language: q.Lang, Tokens: q.Nonces, Source: q.Counted(), Limits: senderLimits{q}}
	if q.SignedIn {
		from.Account, from.Participant = q.Account, q.Me
	}
	return from
}

// senderLimits are the limits of whoever sends a request.
type senderLimits struct{ *serve.Request }

// Send uses up one contribution.
func (l senderLimits) Send() error { return l.May(serve.Once(serve.LimitSend)) }

// Give uses up one contribution to an address, whoever gives it.
func (l senderLimits) Give(address string) error {
	if l.Source.Own {
		return nil
	}
	if err := l.MayAs("address "+strings.ToLower(address), serve.Once(serve.LimitAddress)); err != nil {
		return &refusal.Refusal{Kind: refusal.TooMany, Key: "email.many", Field: "email"}
	}
	return nil
}

// Preview uses up one preview.
func (l senderLimits) Preview() error { return l.May(serve.Once(serve.LimitPreview)) }

// Save uses up one draft, and its bytes.
func (l senderLimits) Save(size int) error {
	return l.May(serve.Once(serve.LimitDraft), door.Use{Limit: serve.LimitDraftBytes, Amount: int64(size)})
}

// Upload uses up one form with files and its bytes, and takes a free hand to read it.
func (l senderLimits) Upload() (release func(), err error) {
	size := l.ContentLength
	if size < 0 || size > l.Route.Body {
		size = l.Route.Body
	}
	if err := l.May(serve.Once(serve.LimitFile), door.Use{Limit: serve.LimitFileBytes, Amount: size}); err != nil {
		return nil, err
	}
	release, ok := l.UploadSlot()
	if !ok {
		return nil, &refusal.Refusal{Kind: refusal.TryAgain, Key: "file.no_room", Field: "file"}
	}
	return release, nil
}

// writing reads the contribution form.
func (q *request) writing(v url.Values, came []intake.File) (intake.Written, error) {
	w := intake.Written{
		Text: v.Get("text"), Wording: v.Get("wording"), Stance: v.Get("stance"), Language: v.Get("language"), Category: v.Get("category"), Country: v.Get("country"),
		PublicAddress: v.Get("public_address") != "", For: v.Get("for"), Name: v.Get("name"), Title: v.Get("title"),
		Body: v.Get("body"), Belongs: v.Get("belongs"), Email: strings.TrimSpace(v.Get("email")), Files: came,
	}
	before, err := q.Intake.Kept(q.Context(), q.Slug, v.Get("token"), v["kept"])
	if err != nil {
		return w, err
	}
	w.Files = append(w.Files, before...)
	return w, nil
}

// filesRefused refuses more files than a contribution may have, and one that the form named and that is not kept here any
// more: whoever sends it has to know. came is how many came with the form, has are all that it has.
func (q *request) filesRefused(v url.Values, came int, has []intake.File) refusal.Several {
	if len(v["kept"])+came > consultation.MaxFiles {
		return refusal.Several{refusal.In("file", "contribution.files", "max", consultation.MaxFiles)}
	}
	for _, ticket := range v["kept"] {
		if !slices.ContainsFunc(has, func(f intake.File) bool { return q.Intake.Ticket(q.Slug, v.Get("token"), f.ID) == ticket }) {
			return refusal.Several{refusal.In("file", "file.gone")}
		}
	}
	return nil
}

// form is what was typed as the form shows it.
func (c *contributing) form(w intake.Written) consult.ContributionForm {
	shown := func(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }
	form := consult.ContributionForm{
		Text: shown(w.Text), Wording: shown(w.Wording), Stance: shown(w.Stance), Language: shown(w.Language), Category: shown(w.Category), Country: shown(w.Country),
		Title: shown(w.Title), Name: shown(w.Name), Body: shown(w.Body), Belongs: shown(w.Belongs), For: shown(w.For), Email: shown(w.Email), PublicAddress: w.PublicAddress,
	}
	for _, f := range w.Files {
		form.Files = append(form.Files, consult.WriteFile{Kept: c.Intake.Ticket(c.Slug, c.draft.Key, f.ID), ID: f.ID, Name: f.Name, Type: f.Type, Size: f.Size, SHA: f.SHA})
	}
	return form
}

// contributing is a contribution form: a new one, or one on its way in.
type contributing struct {
	*request
	call    cite.Ref
	draft   intake.Draft // what stands in the form; its key is the token
	uploads *intake.Uploads
	preview *intake.Written // what would be stored
	guessed bool            // nobody said in which language it is written
	madeFor string          // who the form was made for, where that is somebody else than who sends it; else ""
	gathers bool            // the call gathers questions: what is sent proposes one
}

func (q *request) contribute() error {
	p := serve.Params[contributeQuery](q.Request)
	c := contributing{request: q, call: q.Ref(), draft: intake.Draft{Key: q.NewToken(), On: p.On}}
	if p.Draft != "" {
		drafts, err := q.Intake.Drafts(q.Context(), Sender(q.Request))
		if err != nil {
			return err
		}
		for _, d := range drafts {
			if d.Name == p.Draft {
				c.draft = d
			}
		}
	}
	return c.show(http.StatusOK)
}

// show shows the form, or its preview.
func (c *contributing) show(status int) error {
	var v *consult.Contribute
	if err := c.Look(func(st *conversation.Reading) error {
		var ok bool
		me := c.Own
		if c.Me != 0 {
			me = append([]delegation.Participant{c.Me}, me...)
		}
		if v, ok = consult.NewContribute(st, c.call, c.draft.On, me, c.Lang); !ok {
			return serve.NotFound()
		}
		if c.preview != nil {
			v.Compare(st, c.Lang)
		}
		return nil
	}); err != nil {
		return err
	}
	c.Frame.Token, c.Frame.Writes = c.draft.Key, true
	if c.madeFor != "" {
		v.Speaker, c.Frame.As = c.Frame.As, c.madeFor
	}
	v.Form, v.Version, v.Saved = c.form(c.draft.Written), c.draft.Version, c.draft.Changed
	if c.preview != nil {
		v.Form, v.Preview, v.Guessed = c.form(*c.preview), true, c.guessed
	}
	if len(v.Parties) == 1 && v.Form.For == "" {
		v.Form.For = v.Parties[0].Value()
	}
	if v.Form.Category == "" {
		v.Form.Category = v.Unsaid
	}
	if err := c.Fill(v); err != nil {
		return err
	}
	c.uploads.Wait() // they are named on the form
	return c.request.Show(status, v)
}

// postContribute takes the contribution form: to be edited again, kept as a draft, seen before it is sent, or
// sent.
func (q *request) postContribute() error {
	c := contributing{request: q, call: q.Ref()}
	if err := c.onWhole(); err != nil {
		return err
	}
	c.uploads = q.Intake.Uploads(Sender(q.Request), c.call)
	defer c.uploads.Close(q.Context())
	v, formErr := q.ReadForm(c.uploads)
	if formErr != nil && (v == nil || len(refusal.Of(formErr)) == 0) {
		return formErr
	}
	if q.JSON && v.Get("do") == "" {
		v.Set("do", "send") // a program means what it sends
	}
	if err := c.typed(v); err != nil {
		return err
	}
	if formErr != nil {
		return c.again(refusal.Of(formErr))
	}
	if err := c.spoken(); err != nil {
		return c.again(refusal.Of(err))
	}
	if no := c.filesRefused(v, len(c.uploads.Files()), c.draft.Written.Files); len(no) > 0 {
		return c.again(no)
	}
	switch v.Get("do") {
	case "edit":
		return c.show(http.StatusOK)
	case "save":
		return c.orAgain(c.save())
	}
	written := c.draft.Written
	if c.guessed = written.Language == ""; c.guessed {
		written.Language = string(locale.Guess(written.Text+written.Wording, q.Lang))
	}
	contribution, err := written.Contribution(Sender(q.Request), c.call, c.draft.On)
	if err != nil {
		return c.orAgain(err)
	}
	contribution.Token, contribution.Uploads = c.draft.Key, c.uploads
	if v.Get("do") == "send" {
		return c.send(contribution)
	}
	would, err := q.Intake.Preview(q.Context(), contribution)
	if err != nil {
		return c.orAgain(err)
	}
	stored := written.Stored(would)
	c.preview = &stored
	return c.show(http.StatusOK)
}

// onWhole finds the call, and makes it about the whole paper, as its newest edition has it.
func (c *contributing) onWhole() error {
	return c.Look(func(st *conversation.Reading) error {
		k, ok := st.Consultation.Call(c.call)
		if !ok {
			return serve.NotFound()
		}
		if e, ok := st.Papers.Edition(k.Paper); ok {
			c.draft.On = e.Ref
		}
		_, c.gathers = st.Formulation.Gathering(c.call)
		return nil
	})
}

// typed takes up what was typed. Where the form says no place, it is about the whole paper, and where it brings
// no token, it gets one.
func (c *contributing) typed(v url.Values) (err error) {
	if on := v.Get("on"); on != "" {
		if c.draft.On, err = cite.ParseRef(on); err != nil {
			return serve.NotFound()
		}
	}
	c.draft.Call = c.call
	if c.draft.Key = v.Get("token"); !serve.ValidNonce(c.draft.Key) {
		c.draft.Key = c.NewToken()
	}
	c.draft.Version, _ = strconv.Atoi(v.Get("version"))
	if c.draft.Written, err = c.writing(v, c.uploads.Files()); err != nil {
		return err
	}
	c.speaks(v)
	return nil
}

// speaks finds out who the form was made for. Where somebody else chose to send it, they speak for themselves, under a
// token of their own.
func (c *contributing) speaks(v url.Values) {
	switch first, chosen := serve.MadeFor(v); {
	case chosen != "" && chosen != c.Speaker():
		c.madeFor = first
	case first != chosen:
		c.draft.Key, c.draft.Version, c.draft.Written.For = c.NewToken(), 0, "self"
	}
}

// spoken refuses a contribution for a party from whoever is not signed in: nobody can tell that they speak for it.
func (c *contributing) spoken() error {
	if w := c.draft.Written.For; !c.SignedIn && w != "" && w != "self" {
		if c.madeFor == "" {
			c.madeFor = "party"
		}
		return serve.ErrSpeaker
	}
	return nil
}

// orAgain shows the form again where an error is a refusal.
func (c *contributing) orAgain(err error) error {
	if rs := refusal.Of(err); len(rs) > 0 {
		return c.again(rs)
	}
	return err
}

// asTyped puts refusals to the fields that the form has, where the command has others.
func asTyped(rs []*refusal.Refusal, belongs string, gathers bool) {
	for i, r := range rs {
		switch {
		case r.Key == "contribution.empty" && gathers: // the text of a proposal may be empty: what lacks is its question
			rs[i] = refusal.In("wording", "proposal.question")
		case r.Key == "body.person" && belongs == intake.Speaks: // it is said: what lacks is the kind of body
			rs[i] = refusal.In("category", "category.bodies")
		case r.Field == "affiliation":
			named := *r
			named.Field = "body"
			rs[i] = &named
		}
	}
}

// again shows the form again as it was typed, with what is wrong.
func (c *contributing) again(rs []*refusal.Refusal) error {
	if rs[0].Kind == refusal.Hidden {
		return serve.NotFound()
	}
	if c.JSON {
		return refusal.Several(rs)
	}
	asTyped(rs, c.draft.Written.Belongs, c.gathers)
	c.Frame.Errors = rs
	status := serve.RefusedAs(rs)
	if rs[0].Field == "" {
		status, _ = frame.StatusOf(rs[0].Kind)
	}
	if status == http.StatusServiceUnavailable {
		c.RetryAfter(time.Minute)
	}
	return c.show(status)
}

func (c *contributing) save() error {
	if err := c.saveDraft(c.draft); err != nil {
		c.over(err)
		return err
	}
	c.Frame.Notice = "draft.kept"
	c.draft.Changed = c.Received
	return c.show(http.StatusOK)
}

// over lets a draft that was saved elsewhere meanwhile be saved over, by whoever presses once more: they were told.
func (c *contributing) over(err error) {
	for _, r := range refusal.Of(err) {
		if r.Key != "draft.moved" {
			continue
		}
		for i := 0; i+1 < len(r.Args); i += 2 {
			if version, ok := r.Args[i+1].(int); ok && r.Args[i] == "version" {
				c.draft.Version = version
			}
		}
	}
}

// saveDraft keeps a draft, whose version it counts on.
func (c *contributing) saveDraft(d intake.Draft) (err error) {
	c.draft.Version, err = c.Intake.SaveDraft(c.Context(), Sender(c.Request), d)
	if err != nil {
		c.draft.Version = d.Version
		return err
	}
	if !c.SignedIn {
		c.AddOwn(d.Key)
	}
	return nil
}

func (c *contributing) send(contribution intake.Contribution) error {
	answer, err := c.Intake.Send(c.Context(), contribution)
	if rs := refusal.Of(err); len(rs) > 0 && rs[0].Kind != refusal.Conflict {
		if rs[0].Kind == refusal.TryAgain {
			c.preview, c.Frame.Notice = &c.draft.Written, "problem.busy.next" // the same can be sent again, and counts once
		}
		return c.again(rs)
	}
	if err != nil {
		return err
	}
	if !c.SignedIn {
		c.AddOwn(c.draft.Key)
	}
	to := c.In("/" + string(answer.Refs[0]) + "/receipt")
	if c.JSON {
		to += ".json"
	}
	return c.See(to + "?after=" + strconv.FormatInt(int64(answer.Last), 10))
}

// postDraft saves a draft as it is written; the script calls it.
func (q *request) postDraft() error {
	q.JSON = true
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	c := contributing{request: q, call: q.Ref()}
	if !serve.ValidNonce(v.Get("token")) {
		return refusal.New(refusal.Invalid, "form.unreadable")
	}
	if v.Get("on") == "" {
		return serve.NotFound()
	}
	if err := c.typed(v); err != nil {
		return err
	}
	if err := c.spoken(); err != nil {
		return err
	}
	if err := c.saveDraft(c.draft); err != nil {
		return err
	}
	q.Writer.Header().Set("Content-Type", "application/json")
	q.Writer.Header().Set("Cache-Control", "no-store")
	return json.NewEncoder(q.Writer).Encode(map[string]any{"version": c.draft.Version, "saved": q.Frame.T("draft.saved") + " " + q.Frame.DateTime(q.Received)})
}
