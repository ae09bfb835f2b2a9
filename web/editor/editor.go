package editor

import (
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/locale"
	view "github.com/openplenary/plenary/page/desk"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/papers"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/paper/editor"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/settings"
	"github.com/openplenary/plenary/web/serve"
)

// editing is one request about a draft of a paper.
type editing struct {
	*request
	v     url.Values // the form
	key   string
	op    string   // what the button says
	args  []string // and to what
	show  view.DraftQuery
	sheet *editor.Sheet // the newest version, with what was done
	kept  draft.Draft   // that version as it is kept

	of       *paper.Edition // that the draft goes on from, nil for none
	reserved map[cite.Ref]paper.Reserved
	papers   []cite.Ref
	marked   map[paper.Seal]bool // sentences of it of which a second reader said something
	subjects []string
	crossing []string

	typed  *view.Typed         // what was typed into a passage
	change editor.Change       // the same, as it was taken in
	merged bool                // and put together with what somebody else had made of it
	lost   string              // what was typed into one that is gone
	came   *attachment.Picture // that came with the form, nil for none
}

// edit begins a request about a draft.
func (q *request) edit() (*editing, error) {
	e := &editing{request: q, key: q.PathValue("key")}
	if !serve.ValidNonce(e.key) {
		return nil, serve.NotFound()
	}
	return e, nil
}

// load reads the newest version of the draft, with the translations that were released since.
func (e *editing) load() error {
	kept, ok, err := e.Drafts.Get(e.Context(), e.Slug, draft.Paper, e.key)
	if err != nil {
		return err
	}
	if !ok {
		return serve.NotFound()
	}
	if e.sheet, err = editor.Open(kept.Body); err != nil {
		return err
	}
	e.kept, e.of, e.reserved, e.papers = kept, nil, map[cite.Ref]paper.Reserved{}, nil
	return e.Look(func(st *conversation.Reading) error {
		e.subjects, e.crossing = settings.IDs(st.Subjects), settings.IDs(st.Crosscutting)
		for _, x := range st.Papers.All() {
			e.papers = append(e.papers, x.Ref)
			if x.Ref != e.sheet.Paper {
				continue
			}
			e.of = x.Latest()
			e.of.CatchUp(&e.sheet.Draft)
			for _, r := range x.Reserved {
				e.reserved[r.Ref] = r
			}
		}
		e.sheet.Before = e.of
		e.marked = marked(st, e.sheet.Sentences(), e.sheet.Original)
		return nil
	})
}

func (q *request) paperDraft() error {
	e, err := q.edit()
	if err != nil {
		return err
	}
	if err := e.load(); err != nil {
		return err
	}
	if e.kept.Sent {
		return q.DeskSee("/papers", 0, "", "")
	}
	p := serve.Params[view.DraftQuery](q.Request)
	if e.sheet.Place(p.Open) >= 0 {
		q.opened.open(e.key, p.Open, int64(q.Account), q.Frame.Me.Name, q.Received)
	}
	return q.show(func(st *conversation.Reading) (frame.View, error) { return e.page(st, p), nil })
}

// page is the page of the draft.
func (e *editing) page(st *conversation.Reading, p view.DraftQuery) *view.PaperDraft {
	v := view.NewPaperDraft(st, e.sheet, p, e.Lang)
	v.Key, v.Version, v.Changed = e.key, e.kept.Version, e.kept.Changed
	v.Others = e.opened.others(e.key, int64(e.Account), e.Received)
	v.TakenAway = takenAway(st, e.sheet.Elements)
	e.Frame.Editing, e.Frame.Writes = true, false
	return v
}

// paperPreview shows a draft as readers will see it once it is published.
func (q *request) paperPreview() error {
	e, err := q.edit()
	if err != nil {
		return err
	}
	if err := e.load(); err != nil {
		return err
	}
	p := serve.Params[previewQuery](q.Request)
	c := e.sheet.Publish()
	if _, err := cite.ParseSymbol(c.Symbol); err != nil {
		c.Symbol = draftSymbol(e.key)
	}
	if c.Kind == "" {
		c.Kind = paper.IssuesPaper
	}
	if c.Date == "" {
		c.Date = q.Received.UTC().Format("2006-01-02")
	}
	if c.Title.In[e.sheet.Original] == "" {
		c.Title = locale.Text{Original: e.sheet.Original, In: map[locale.Lang]string{e.sheet.Original: q.Frame.T("desk.draft.untitled")}}
	}
	if !p.Text.Valid() {
		p.Text = e.sheet.Original
	}
	return q.show(func(st *conversation.Reading) (frame.View, error) {
		shown, ref, err := st.Preview(c)
		v := &view.PaperPreview{Key: e.key, Needs: refusal.Of(err)}
		if err != nil && len(v.Needs) == 0 {
			return nil, err
		}
		if shown == nil {
			return v, nil
		}
		if page, ok := papers.NewPaper(shown, ref, q.Lang, p.Text, p.Second); ok {
			page.PicturesAt = "/desk/papers/" + e.key + "/picture/"
			v.Paper = page.Unpublished()
		}
		return v, nil
	})
}

// draftSymbol stands in the preview of a draft that has no document symbol yet: no edition bears it, and whatever random
// characters the key begins with, it is a symbol.
func draftSymbol(key string) string {
	return "DRAFT/" + strings.ReplaceAll(key[:6], "_", "*")
}

// tries is how often what somebody does is done again, because somebody else was quicker.
const tries = 8

// postPaperDraft does with the newest version of the draft what the button says, after it has taken in what was typed.
// Nobody overwrites what they have not seen: package editor compares passage by passage.
func (q *request) postPaperDraft() error {
	e, err := q.edit()
	if err != nil {
		return err
	}
	came := &pictures{editing: e}
	var badForm refusal.Several
	if e.v, err = q.ReadForm(came); err != nil {
		if badForm = refusal.Of(err); len(badForm) == 0 || e.v == nil || !e.v.Has("id") {
			return errors.Join(err, came.erase())
		}
	}
	e.came = came.kept
	parts := strings.Split(e.v.Get("do"), ":")
	e.op, e.args = parts[0], parts[1:]
	e.show.From, _ = strconv.Atoi(e.v.Get("from"))
	e.show.Text, _ = locale.Parse(e.v.Get("beside"))
	if e.op == "discard" {
		if err := e.discard(); err != nil {
			return err
		}
		return q.DeskSee("/papers", 0, "discarded", "")
	}
	for range tries {
		if err = e.load(); err != nil {
			return err
		}
		if e.kept.Sent {
			return q.DeskSee("/papers", 0, "", "")
		}
		if err = badForm.Or(); err != nil { // what was typed is shown again
			e.hold()
			break
		}
		if id, _ := strconv.Atoi(e.v.Get("id")); e.op == "both" && e.sheet.Place(id) >= 0 {
			return errors.Join(came.erase(), e.both())
		}
		before := e.sheet.Sentences()
		if err = e.do(); err != nil {
			break
		}
		e.sheet.Sign(before, string(e.Me.Ref()), func(s paper.Seal) bool { return e.marked[s] })
		var body []byte
		if body, err = e.sheet.Encode(); err != nil {
			return err
		}
		if string(body) == string(e.kept.Body) {
			break
		}
		e.kept.Version, err = q.Drafts.Save(q.Context(), draft.Draft{Slug: q.Slug, Kind: draft.Paper, Key: e.key, Body: body}, e.kept.Version, q.Received)
		if rs := refusal.Of(err); len(rs) == 0 || rs[0].Key != "draft.moved" {
			break
		}
	}
	rs := refusal.Of(err)
	if err != nil {
		if err := came.erase(); err != nil {
			return err
		}
	}
	switch {
	case len(rs) > 0:
		return e.again(rs)
	case err != nil:
		return err
	case e.op == "publish":
		return e.publish()
	case e.v.Has("auto"):
		if id, _ := strconv.Atoi(e.v.Get("id")); e.sheet.Place(id) >= 0 {
			return e.answer(id)
		}
	}
	return e.see()
}

// do takes in what was typed, and does what the button says.
func (e *editing) do() error {
	if e.v.Has("head") {
		if err := e.head(); err != nil {
			return err
		}
	}
	if e.v.Has("id") {
		return e.passage()
	}
	hand := editor.Hand{By: e.Frame.Me.Name, At: e.Received}
	n := 0
	if len(e.args) > 0 {
		n, _ = strconv.Atoi(e.args[0])
	}
	var err error
	switch e.op {
	case "insert":
		var no refusal.Several
		text := map[locale.Lang]string{}
		if e.v.Has("text") { // what was typed into a passage that somebody deleted
			text[e.sheet.Original] = serve.Clean("text", e.v.Get("text"), &no)
		}
		if len(no) > 0 {
			return no
		}
		kind := ""
		if len(e.args) > 1 {
			kind = e.args[1]
		}
		e.show.Open, err = e.sheet.Insert(n, kind, text)
	case "delete":
		err = e.sheet.Delete(n, hand)
	case "undo":
		e.show.Open, err = e.sheet.Undo(n)
	case "noted":
		e.sheet.Notes = nil
	case "rebase": // whoever drafts has compared the draft with the newer edition
		if e.of != nil {
			e.sheet.Base = e.of.Ref.EditionNumber()
		}
	case "match":
		if e.of != nil {
			e.of.Continue(&e.sheet.Draft)
		}
	case "bring":
		if e.of == nil || len(e.args) == 0 {
			return nil
		}
		if x, ok := brought(e.of, e.reserved, cite.Ref(e.args[0]), e.sheet.Original); ok {
			e.show.Open, err = e.sheet.Bring(x)
		}
	}
	return err
}

// passage takes in what was typed into a passage, and does with it what the button says.
func (e *editing) passage() error {
	id, _ := strconv.Atoi(e.v.Get("id"))
	e.show.Open = id
	i := e.sheet.Place(id)
	if i < 0 {
		e.lost = strings.TrimSpace(serve.Clean("text", e.v.Get("text"), new(refusal.Several)))
		return refusal.New(refusal.Conflict, "draft.passage_gone")
	}
	c, err := e.typedIn(id, e.sheet.Elements[i])
	if err != nil {
		return err
	}
	if e.came != nil || e.op == "picture" {
		if err := e.addPicture(&c); err != nil {
			return err
		}
	}
	e.change = c
	if e.merged, err = e.sheet.Keep(c); err != nil {
		return err
	}
	if e.merged || e.op == "theirs" { // they have yet to see what stands there
		return nil
	}
	i = e.sheet.Place(id)
	hand := editor.Hand{By: e.Frame.Me.Name, At: e.Received}
	op := e.op
	if op == "close" {
		switch {
		case e.typed.Move != "": // Enter was pressed in that field
			op = "move"
		case editor.HasCut(e.sheet.Elements[i].Text[e.sheet.Original]):
			op = "part"
		default:
			e.show.Open = 0
		}
	}
	before := e.sheet.Done
	switch op {
	case "part":
		err = e.sheet.Part(id, hand)
	case "join":
		if above := e.sheet.Above(i); above >= 0 {
			e.show.Open = e.sheet.Elements[above].ID
		}
		err = e.sheet.Join(id, hand)
	case "up":
		err = e.sheet.Up(id, hand)
	case "down":
		err = e.sheet.Down(id, hand)
	case "move":
		err = e.sheet.MoveBefore(id, serve.CleanLine("move", e.typed.Move, maxNumber, new(refusal.Several)), hand)
	case "delete":
		err = e.sheet.Delete(id, hand)
		e.show.Open = 0
	}
	if err == nil && e.sheet.Done > before && op != "delete" { // where one was deleted, the page says so
		e.show.Step = e.sheet.Done
	}
	if err != nil {
		e.show.Open = id
	}
	return err
}

// both shows the passage again with what both made of a field in it, for whoever writes to put right. Nothing is kept.
func (e *editing) both() error {
	e.hold()
	if slices.Contains(e.args, "text") {
		e.typed.Text = e.v.Get("both-text")
	}
	if slices.Contains(e.args, "other") {
		e.typed.Other = e.v.Get("both-other")
	}
	return e.request.show(func(st *conversation.Reading) (frame.View, error) {
		v := e.page(st, e.show)
		v.Typed = e.typed
		return v, nil
	})
}

// hold takes what was typed into a passage, to show it again.
func (e *editing) hold() {
	id, _ := strconv.Atoi(e.v.Get("id"))
	if i := e.sheet.Place(id); i >= 0 {
		e.show.Open = id
		_, _ = e.typedIn(id, e.sheet.Elements[i]) // what is wrong with it is said when it is kept
	}
}

// typedIn reads the form of a passage.
func (e *editing) typedIn(id int, was paper.DraftElement) (c editor.Change, err error) {
	var no refusal.Several
	v, original := e.v, e.sheet.Original
	c = editor.Change{ID: id, Text: map[locale.Lang]string{}, Seen: map[locale.Lang]string{}, Was: map[locale.Lang]string{}, Number: was.Number, NumberSeen: was.Number}
	t := &view.Typed{Text: v.Get("text"), Other: v.Get("other"), Number: v.Get("number"), Move: strings.TrimSpace(v.Get("move")), Shows: v.Get("shows"), Settings: editor.SettingsOf(was),
		Was: map[string]string{}}
	e.typed = t
	take := func(field string, l locale.Lang, typed *string) {
		if !v.Has(field) {
			return
		}
		if e.op == "theirs" && slices.Contains(e.args, field) {
			*typed = was.Text[l]
			return
		}
		c.Text[l], c.Seen[l] = serve.Clean(field, v.Get(field), &no), v.Get("seen-"+field)
		// A page that keeps itself does not show what became of its words: there nothing is put together.
		if s := serve.Clean(field, v.Get("was-"+field), new(refusal.Several)); !v.Has("auto") && editor.TextMark(s) == c.Seen[l] {
			c.Was[l], t.Was[field] = s, s
		}
	}
	take("text", original, &t.Text)
	if e.show.Text.Valid() && e.show.Text != original {
		take("other", e.show.Text, &t.Other)
	}
	if v.Has("number") {
		c.Number, c.NumberSeen = serve.CleanLine("number", t.Number, maxNumber, &no), v.Get("seen-number")
	}
	if v.Has("element-kind") {
		s := &t.Settings
		if k := v.Get("element-kind"); slices.Contains(paper.ElementKinds, k) {
			s.Kind = k
		}
		s.Stance = v.Get("stance") != ""
		for field, to := range map[string]*[]string{"subjects": &s.Subjects, "crosscutting": &s.Crosscutting} {
			if v.Has(field) {
				*to = ids(field, v, &no)
			}
		}
		for field, to := range map[string]*[]cite.Ref{"goes-on": &s.From, "cites": &s.Cites} {
			if v.Has(field) {
				*to = refs(field, v, &no)
			}
		}
		c.Settings, c.SettingsSeen = s, v.Get("seen-settings")
		no = append(no, e.unknownLabels(*s)...)
	} else {
		t.Number = was.Number
	}
	return c, no.Or()
}

// unknownLabels refuses labels that are not the conversation's.
func (e *editing) unknownLabels(s editor.Settings) refusal.Several {
	no := paper.UnknownLabels([]paper.Element{{Subjects: s.Subjects, Crosscutting: s.Crosscutting}}, e.subjects, e.crossing)
	for _, r := range no {
		if r.Field = "crosscutting"; strings.HasPrefix(r.Key, "subject") {
			r.Field = "subjects"
		}
	}
	return no
}

// Limits of the fields of a draft, in code points.
const (
	maxTitle  = 300
	maxSymbol = 80
	maxNumber = 20
)

// head takes in the masthead. Somebody else's that was not seen is not overwritten.
func (e *editing) head() error {
	d, v := &e.sheet.Draft, e.v
	stood := editor.HeadMark(*d)
	no := e.headFields()
	if mine := editor.HeadMark(*d); len(no) == 0 && mine != stood && v.Get("head") != stood {
		no = append(no, &refusal.Refusal{Kind: refusal.Conflict, Key: "draft.head_moved", Field: "head"})
	}
	return no.Or()
}

// headFields reads the fields of the masthead.
func (e *editing) headFields() (no refusal.Several) {
	d, v, shown := &e.sheet.Draft, e.v, e.show.Text
	put := func(m *map[locale.Lang]string, l locale.Lang, s string) {
		in := map[locale.Lang]string{}
		for k, x := range *m {
			in[k] = x
		}
		if in[l] = s; s == "" {
			delete(in, l)
		}
		*m = in
	}
	d.Kind = v.Get("kind")
	d.Symbol = serve.CleanLine("symbol", v.Get("symbol"), maxSymbol, &no)
	d.Date = serve.CleanLine("date", v.Get("date"), maxNumber, &no)
	d.Source = serve.CleanAddress("source", v.Get("source"), &no)
	put(&d.Title, d.Original, serve.CleanLine("title", v.Get("title"), maxTitle, &no))
	put(&d.Note, d.Original, serve.Clean("note", v.Get("note"), &no))
	if shown.Valid() && shown != d.Original && v.Has("title-other") {
		put(&d.Title, shown, serve.CleanLine("title-other", v.Get("title-other"), maxTitle, &no))
		put(&d.Note, shown, serve.Clean("note-other", v.Get("note-other"), &no))
		status := v.Get("status-other")
		if !slices.Contains(paper.Statuses, status) {
			status = ""
		}
		put(&d.Status, shown, status)
	}
	if v.Has("edition-of") {
		of := cite.Ref(v.Get("edition-of"))
		if !slices.Contains(e.papers, of) {
			of = cite.None
		}
		if of != d.Paper { // what it is drafted from is the edition that is newest when that is chosen
			d.Paper, d.Base = of, 0
		}
		if of != cite.None && d.Base == 0 {
			_ = e.Look(func(st *conversation.Reading) error {
				if p, ok := st.Papers.Paper(of); ok {
					d.Base = p.Latest().Ref.EditionNumber()
				}
				return nil
			})
		}
	}
	if l := locale.Lang(v.Get("original")); l.Valid() {
		d.Original = l
	}
	return no
}

// again shows the page with what was refused, and with what was typed.
func (e *editing) again(rs []*refusal.Refusal) error {
	if e.v.Has("auto") { // the page itself asks, and reads JSON
		e.JSON = true
		return refusal.Several(rs)
	}
	typed := e.sheet
	if err := e.load(); err != nil { // nothing of what was refused is kept: what is shown is compared with what is
		return err
	}
	head := editor.HeadMark(e.sheet.Draft)
	kept := e.sheet.Draft
	if e.v.Has("head") {
		e.sheet = typed
	}
	rs = serve.Renamed(rs, func(field string) string { return field })
	for _, r := range rs {
		if i, ok := view.PlaceOf(r); ok && i < len(e.sheet.Elements) {
			if e.show.Open == 0 {
				e.show.Open = e.sheet.Elements[i].ID
			}
			if r.Field = "e" + strconv.Itoa(e.sheet.Elements[i].ID); e.sheet.Elements[i].ID == e.show.Open {
				r.Field = "text"
			}
		}
	}
	return e.DeskAgain(rs, e.v.Get("token"), func(st *conversation.Reading) (frame.View, error) {
		v := e.page(st, e.show)
		v.Lost, v.List, v.Final = e.lost, e.v.Get("list") != "", e.v.Get("final") != ""
		if v.Open >= 0 && e.v.Has("id") {
			v.Typed = e.typed
		}
		v.HeadSeen = head // they have seen it now, and may overwrite it
		if rs[0].Key == "draft.head_moved" {
			v.Theirs = &kept
		}
		return v, nil
	})
}

// see leads back to the page.
func (e *editing) see() error {
	to := url.Values{"from": {strconv.Itoa(max(0, e.show.From))}}
	if e.merged {
		to.Set("merged", "yes")
	}
	for name, n := range map[string]int{"open": e.show.Open, "step": e.show.Step} {
		if n > 0 {
			to.Set(name, strconv.Itoa(n))
		}
	}
	if e.show.Text.Valid() {
		to.Set("text", string(e.show.Text))
	}
	anchor := ""
	switch id, _ := strconv.Atoi(e.v.Get("id")); {
	case e.show.Open > 0:
		anchor = "e" + strconv.Itoa(e.show.Open)
	case e.sheet.Place(id) >= 0:
		anchor = "e" + strconv.Itoa(id)
	case e.op == "delete" && len(e.sheet.Steps) > 0:
		anchor = "gone-" + strconv.Itoa(e.sheet.Steps[len(e.sheet.Steps)-1].Number)
	}
	done := ""
	if e.op == "head" || e.op == "close" && !e.merged {
		done = "saved"
	}
	return e.DeskSee("/papers/"+e.key+"?"+to.Encode(), 0, done, anchor)
}

// answer says to the page that something of a passage was kept by itself. What stands in the page is new to it only where it sent that
// itself: where somebody else's stands, it shows what was there before, and has not seen more.
func (e *editing) answer(id int) error {
	x := e.sheet.Elements[e.sheet.Place(id)]
	says := map[string]string{"saved": e.Frame.T("draft.saved") + " " + e.Frame.DateTime(e.Received)}
	tell := func(name string, sent bool, now string) {
		if says[name] = e.v.Get(name); sent {
			says[name] = now
		}
	}
	for field, l := range map[string]locale.Lang{"text": e.sheet.Original, "other": e.show.Text} {
		typed, came := e.change.Text[l]
		sent := came && strings.TrimSpace(typed) == strings.TrimSpace(x.Text[l])
		tell("was-"+field, sent, x.Text[l])
		tell("seen-"+field, sent, editor.TextMark(x.Text[l]))
	}
	settings := editor.SettingsOf(x).Mark()
	tell("seen-settings", e.change.Settings != nil && e.change.Settings.Mark() == settings, settings)
	tell("seen-number", e.change.Number == x.Number, x.Number)
	e.opened.open(e.key, id, int64(e.Account), e.Frame.Me.Name, e.Received)
	e.Writer.Header().Set("Content-Type", "application/json")
	e.Writer.Header().Set("Cache-Control", "no-store")
	return json.NewEncoder(e.Writer).Encode(says)
}

// publish puts the draft on the record.
func (e *editing) publish() error {
	c := e.sheet.Publish()
	c.List, c.Final = e.v.Get("list") != "", e.v.Get("final") != ""
	no, err := e.picturesKept(c.Pictures)
	if err != nil {
		return err
	}
	answer, rs, err := e.DeskDo(e.v, c, no)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return e.again(rs)
	}
	// What a colleague saved meanwhile is in no edition: then the draft stays, with its pictures.
	marked, err := e.Drafts.MarkSent(e.Context(), draft.Draft{Slug: e.Slug, Kind: draft.Paper, Key: e.key, Version: e.kept.Version}, e.Received)
	if err != nil {
		e.Server.Logger.Error("cannot mark a draft as sent", "err", err)
	}
	if marked {
		if err := e.eraseUncited(c.Pictures); err != nil {
			e.Server.Logger.Error("cannot erase pictures that a paper does not show", "err", err)
		}
	}
	return e.See(e.In("/"+string(answer.Refs[0].Root())) + "?after=" + strconv.FormatInt(int64(answer.Last), 10))
}
