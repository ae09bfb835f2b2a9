package together

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/intake"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	view "github.com/openplenary/plenary/page/together"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/together"
	"github.com/openplenary/plenary/web/serve"
)

// Handlers are the handlers of the room, with what they need beside the server.
type Handlers struct {
	// Store keeps the drafts; nil where what is kept beside the record cannot be read.
	Store *together.Store
	// Intake is the way in of every contribution.
	Intake *intake.Intake
	// Mail queues a letter about a draft; nil where no mail is sent.
	Mail func(context.Context, together.Letter) error
}

// request is one request for these handlers.
type request struct {
	*serve.Request
	*Handlers
}

// on makes a handler of one of this room.
func (h *Handlers) on(handle func(*request) error) func(*serve.Request) error {
	return func(q *serve.Request) error { return handle(&request{q, h}) }
}

// nowQuery is that of what stands now.
type nowQuery struct {
	// Section is the section whose fields are wanted, "" for none.
	Section string `query:"section"`
}

// Routes lists the routes of the room.
func (h *Handlers) Routes() []serve.Route {
	const at = "/{lang}/c/{slug}/{ref}/together"
	return []serve.Route{
		{Method: "GET", Pattern: at, Who: serve.SignedIn, Handle: h.on((*request).page)},
		{Method: "POST", Pattern: at, Who: serve.SignedIn, Body: 16 * serve.KiB, Handle: h.on((*request).postPage)},
		{Method: "GET", Pattern: at + "/{key}/draft", Who: serve.SignedIn, Handle: h.on((*request).draft)},
		{Method: "POST", Pattern: at + "/{key}/draft", Who: serve.SignedIn, Body: 16 * serve.KiB, Handle: h.on((*request).postDraft)},
		{Method: "GET", Pattern: at + "/{key}/whole", Who: serve.SignedIn, Handle: h.on((*request).whole)},
		{Method: "POST", Pattern: at + "/{key}/whole", Who: serve.SignedIn, Body: serve.MiB, Handle: h.on((*request).postWhole)},
		{Method: "GET", Pattern: at + "/{key}/joint", Who: serve.SignedIn, Handle: h.on((*request).joint)},
		{Method: "POST", Pattern: at + "/{key}/joint", Who: serve.SignedIn, Body: 16 * serve.KiB, Handle: h.on((*request).postJoint)},
		{Method: "GET", Pattern: at + "/{key}/now", Who: serve.SignedIn, Query: nowQuery{}, Handle: h.on((*request).now)},
		{Method: "GET", Pattern: at + "/{key}/part/{section}", Who: serve.SignedIn, Handle: h.on((*request).part)},
		{Method: "POST", Pattern: at + "/{key}/part/{section}", Who: serve.SignedIn, Body: 16 * serve.MiB, Handle: h.on((*request).postPart)},
	}
}

// speakers says who may speak for whom, by the roll of a snapshot, which nothing changes.
type speakers struct{ r *conversation.Reading }

// SpeaksFor lists the parties that a participant may speak for.
func (s speakers) SpeaksFor(p delegation.Participant) []delegation.Party {
	return s.r.Roll.SpeaksNow(p)
}

// WritesFor lists the parties in whose delegations a participant is.
func (s speakers) WritesFor(p delegation.Participant) []delegation.Party {
	return s.r.Roll.WritesNow(p)
}

// Heads reports whether a participant clears last for a party.
func (s speakers) Heads(p delegation.Participant, of delegation.Party) bool {
	return s.r.Roll.Heads(p, of)
}

// Members lists the members of a group, where it may be spoken for.
func (s speakers) Members(group delegation.Party) []delegation.Party {
	//mutants:guard for a group whose accreditation has ended nobody speaks
	if len(s.r.Roll.Accreditation().Stand([]delegation.Party{group})) == 0 {
		return nil
	}
	return s.r.Roll.Mandates().Members(group)
}

// speakersIn says who may speak for whom in a conversation, as it stands.
func speakersIn(q *serve.Request, slug string) (s speakers, err error) {
	_, err = q.Server.Sec.ReadAbout(q.Context(), slug, func(st *conversation.State) error {
		s.r = conversation.NewReading(st, conversation.Public, q.Received)
		return nil
	}, conversation.AnyParty)
	return s, err
}

// roll is who may speak for whom in this conversation.
func (q *request) roll() (speakers, error) { return speakersIn(q.Request, q.Slug) }

// names finds what participants are called, each once.
func names(ctx context.Context, accounts *account.Store, slug string) func(delegation.Participant) string {
	known := map[delegation.Participant]string{}
	return func(who delegation.Participant) string {
		name, ok := known[who]
		if !ok {
			name, _ = accounts.NameOf(ctx, account.Number{Slug: slug, Participant: uint64(who)}) // without it, they are somebody
			known[who] = name
		}
		return name
	}
}

// opened is a draft that the reader may see.
type opened struct {
	*request
	view.Kept
	roll speakers
	last cite.Position // of the record, once it was sent
}

// open finds the draft that the address names, with all that belongs to it. To whoever may not write it, it is not there.
func (q *request) open() (*opened, error) {
	o, err := q.read()
	//mutants:guard a draft is written by those who may, and by nobody else
	if err == nil && !o.Rights.Write {
		return nil, serve.NotFound()
	}
	return o, err
}

// read is open for those of a party that was invited as well, who find in it the text and the parties alone.
func (q *request) read() (*opened, error) {
	key := q.PathValue("key")
	if !serve.ValidNonce(key) {
		return nil, serve.NotFound()
	}
	roll, err := q.roll()
	if err != nil {
		return nil, err
	}
	d, ok, err := q.Store.Get(q.Context(), q.Slug, key)
	if err != nil {
		return nil, err
	}
	if !ok || d.Call != q.Ref() {
		return nil, serve.NotFound()
	}
	o := &opened{request: q, roll: roll}
	o.Kept, err = q.Handlers.kept(q.Context(), q.Slug, roll, d, q.Me)
	//mutants:guard a draft is seen by those who may write it and those of a party that was invited, and by nobody else
	if err == nil && !o.Rights.Write && !o.Reads() {
		return nil, serve.NotFound()
	}
	o.Name = names(q.Context(), q.Server.Accounts, q.Slug)
	return o, err
}

// kept is a draft with all that belongs to it, as one participant may deal with it.
func (h *Handlers) kept(ctx context.Context, slug string, roll speakers, d together.Draft, me delegation.Participant) (k view.Kept, err error) {
	k = view.Kept{Draft: d, Rights: together.May(roll, me, d.Party), Me: me}
	if !k.Rights.Write {
		if k.Rights.Write, err = h.Store.Seated(ctx, slug, d.Key, me); err != nil {
			return k, err
		}
	}
	var errs [4]error
	k.Sections, errs[0] = h.Store.Sections(ctx, slug, d.Key)
	if form, ok := roll.r.Consultation.Questions(d.Call); ok {
		k.QuestionsAt = form.Asked
	}
	k.Guests, errs[1] = h.guests(ctx, slug, roll, &k)
	//mutants:guard what those who write a draft say to one another is theirs
	if k.Rights.Write {
		k.Remarks, errs[2] = h.Store.Remarks(ctx, slug, d.Key)
		k.Drafters, errs[3] = h.Store.Drafters(ctx, slug, d.Key)
	}
	k.Asks = k.Wants()
	k.Draft.Cleared = d.Valid(roll)
	no := refusal.Of(d.MayClear(roll, me, k.Text()))
	k.Standing, k.Waits, k.Own = d.Standing(roll, k.Text()), len(no) == 0, len(no) > 0 && no[0].Key == "together.own"
	return k, errors.Join(errs[:]...)
}

// mine lists the drafts that a participant may write in a conversation: those of the parties in whose delegations they are, and those
// that they were named to write.
func (h *Handlers) mine(ctx context.Context, slug string, roll speakers, me delegation.Participant) (out []view.Kept, err error) {
	var all []together.Draft
	for _, p := range roll.WritesFor(me) {
		of, err := h.Store.List(ctx, slug, p)
		if err != nil {
			return nil, err
		}
		all = append(all, of...)
	}
	invited, err := h.invited(ctx, slug, roll, me)
	if err != nil {
		return nil, err
	}
	all = append(all, invited...)
	named, err := h.Store.Of(ctx, slug, me)
	if err != nil {
		return nil, err
	}
	for _, d := range append(all, named...) {
		if slices.ContainsFunc(out, func(k view.Kept) bool { return k.Key == d.Key }) {
			continue
		}
		k, err := h.kept(ctx, slug, roll, d, me)
		if err != nil {
			return nil, err
		}
		if k.Rights.Write || k.Reads() {
			out = append(out, k)
		}
	}
	return out, nil
}

// Mine lists the drafts that a participant may write in a conversation and that are not sent, for a page of their own: with the
// name of the party and of the call, those that wait for their clearance first.
func (h *Handlers) Mine(q *serve.Request, slug string, me delegation.Participant) (out []Row, err error) {
	if h.Store == nil {
		return nil, nil
	}
	roll, err := speakersIn(q, slug)
	if err != nil {
		return nil, err
	}
	all, err := h.mine(q.Context(), slug, roll, me)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	var rows []*view.Row
	var reading *conversation.Reading
	var need []cite.Position
	if _, err := q.Server.LookIn(q.Context(), slug, conversation.Audience{Roles: roll.r.Roll.Roles(me), As: []delegation.Participant{me}}, q.Received, func(st *conversation.Reading) error {
		reading = st
		for i := range all {
			k := &all[i]
			if page, ok := view.NewPage(st, k.Call, me, nil, q.Lang); ok && k.Became == cite.None {
				row := view.NewRow(st, k)
				rows, need = append(rows, row), append(need, row.Need()...)
				out = append(out, Row{Path: "/c/" + slug + "/" + string(k.Call) + "/together/" + k.Key + "/" + k.Page(), Call: page.Call.Name, Stage: string(k.Standing.Stage), Waits: k.Waits, Asks: k.Asks})
			}
		}
		return nil
	}); err != nil {
		if len(refusal.Of(err)) > 0 { // discarded meanwhile
			return nil, nil
		}
		return nil, err
	}
	words, err := q.Server.Granted(q.Context(), slug, reading, need)
	if err != nil {
		return nil, err
	}
	for i, row := range rows {
		row.Fill(words)
		out[i].Party = row.Party
	}
	slices.SortStableFunc(out, func(a, b Row) int { return order(a.Waits || a.Asks) - order(b.Waits || b.Asks) })
	return out, nil
}

func order(waits bool) int {
	if waits {
		return 0
	}
	return 1
}

// Row is a draft on the reader's own page.
type Row struct {
	Path  string // without the language
	Party string
	Call  frame.LocalizedText
	Stage string // as together.Stage
	Waits bool   // for the reader's clearance
	Asks  bool   // for the reader's word, for a party that was invited
}

// page shows the drafts at a call that the reader may write.
func (q *request) page() error { return q.showPage(http.StatusOK, nil) }

func (q *request) showPage(status int, typed func(*view.Page)) error {
	roll, err := q.roll()
	if err != nil {
		return err
	}
	all, err := q.mine(q.Context(), q.Slug, roll, q.Me)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(k view.Kept) bool { return k.Call != q.Ref() })
	var v *view.Page
	if err := q.Look(func(st *conversation.Reading) error {
		var ok bool
		if v, ok = view.NewPage(st, q.Ref(), q.Me, all, q.Lang); !ok {
			return serve.NotFound()
		}
		return nil
	}); err != nil {
		return err
	}
	v.Clearance = strconv.Itoa(together.ByHead)
	if typed != nil {
		typed(v)
	}
	q.Frame.Section, q.Frame.Token = "mine", q.NewToken()
	if err := q.Fill(v); err != nil {
		return err
	}
	return q.Show(status, v)
}

// postPage begins a draft.
func (q *request) postPage() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	again := func(rs ...*refusal.Refusal) error {
		q.Frame.Errors = rs
		return q.showPage(serve.RefusedAs(rs), func(p *view.Page) {
			p.For, p.Language, p.Clearance = v.Get("for"), v.Get("language"), v.Get("clearance")
		})
	}
	roll, err := q.roll()
	if err != nil {
		return err
	}
	var no refusal.Several
	var party delegation.Party
	if err := party.UnmarshalText([]byte(v.Get("for"))); err != nil || !together.May(roll, q.Me, party).Write {
		no = append(no, refusal.In("for", "party.not_authorised"))
	}
	clearance, err := strconv.Atoi(v.Get("clearance"))
	if err != nil || clearance < together.NoClearance || clearance > together.ByBoth {
		no = append(no, refusal.In("clearance", "together.clearance"))
	}
	language := locale.Lang(v.Get("language"))
	if !slices.Contains(locale.Written(), language) {
		no = append(no, refusal.In("language", "language.unknown"))
	}
	if len(no) > 0 {
		return again(no...)
	}
	d := together.Draft{Key: v.Get("token"), Party: party, Call: q.Ref(), Language: language, Clearance: clearance, Begun: together.Mark{By: q.Me, At: q.Received}}
	if !serve.ValidNonce(d.Key) {
		d.Key = q.NewToken()
	}
	if err := q.Look(func(st *conversation.Reading) error {
		page, ok := view.NewDraft(st, &view.Kept{Draft: d}, q.Lang)
		if !ok {
			return serve.NotFound()
		}
		d.On = page.Paper.Ref
		return nil
	}); err != nil {
		return err
	}
	if before, ok, err := q.Store.Get(q.Context(), q.Slug, d.Key); err != nil || ok {
		if err == nil && before.Begun.By == q.Me { // pressed twice
			return q.See(q.at(d.Key, "draft"))
		}
		return errors.Join(err, refusal.New(refusal.Conflict, "form.unreadable"))
	}
	if err := q.Store.Open(q.Context(), q.Slug, d); err != nil {
		if rs := refusal.Of(err); len(rs) > 0 {
			return again(rs...)
		}
		return err
	}
	return q.See(q.at(d.Key, "draft"))
}

// at is the address of a page of a draft.
func (q *request) at(key, page string) string {
	return q.In("/" + string(q.Ref()) + "/together/" + key + "/" + page)
}
