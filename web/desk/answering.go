package desk

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/answering"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	view "github.com/openplenary/plenary/page/desk"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// partRef reads the reference of a part, None for anything else.
func partRef(s string) cite.Ref {
	r, err := cite.ParseRef(s)
	if err != nil || r.PartNumber() == 0 {
		return cite.None
	}
	return r
}

// answers keeps the answers that are being written.
func (q *request) answers() *answering.Store { return answering.New(q.Drafts) }

func (q *request) points() error {
	p := serve.Params[pointsQuery](q.Request)
	later, err := q.Aside.Later(q.Context(), q.Slug, uint64(q.Me))
	if err != nil {
		return err
	}
	drafts, err := q.answers().List(q.Context(), q.Slug)
	if err != nil {
		return err
	}
	return q.deskShow(http.StatusOK, func(st *conversation.Reading) (frame.View, error) {
		v := view.NewPoints(st, view.PointsQuery{Show: p.Show, Paper: p.Paper, After: p.PointsAfter, Later: later}, q.Lang)
		v.Waiting(st, drafts, q.me(), q.Lang)
		return v, nil
	})
}

// me is the officer as the record names them.
func (q *request) me() string { return string(q.Me.Ref()) }

func (q *request) point() error {
	p := serve.Params[pointQuery](q.Request)
	about, err := q.pointAt(q.Ref())
	if err != nil {
		return err
	}
	about.Words = p.Words
	return q.deskShow(http.StatusOK, func(st *conversation.Reading) (frame.View, error) {
		v, ok := view.NewAnswerPage(st, q.Ref(), about, q.Lang)
		if !ok {
			return nil, serve.NotFound()
		}
		v.Change = p.Change
		return v, nil
	})
}

// pointAt is what stands beside the record about a point: its draft, and what the officer put off.
func (q *request) pointAt(ref cite.Ref) (about view.AnswerQuery, err error) {
	about.Me = q.me()
	if about.Later, err = q.Aside.Later(q.Context(), q.Slug, uint64(q.Me)); err != nil {
		return about, err
	}
	if about.Passed, err = q.passed(); err != nil {
		return about, err
	}
	about.Draft, _, err = q.answers().Get(q.Context(), q.Slug, ref)
	return about, err
}

// passed are the points of which the officer offered the answer to another.
func (q *request) passed() ([]cite.Ref, error) {
	drafts, err := q.answers().List(q.Context(), q.Slug)
	var out []cite.Ref
	for _, d := range drafts {
		if d.State == answering.Offered && d.By == q.me() {
			out = append(out, d.Point)
		}
	}
	return out, err
}

// answerForm is the form of an answer as it was sent.
type answerForm struct {
	*request
	v     url.Values
	ref   cite.Ref
	typed answering.Draft
	no    refusal.Several
	words string // that are looked for
	note  string // to whoever wrote it
}

// answerTyped reads the form of an answer.
func (q *request) answerTyped() (*answerForm, error) {
	v, err := q.ReadForm()
	if err != nil {
		return nil, err
	}
	p := &answerForm{request: q, v: v, ref: q.Ref()}
	if p.ref.PartNumber() == 0 {
		return nil, serve.NotFound()
	}
	d := answering.Draft{Point: p.ref, By: q.me(), Outcome: serve.CleanLine("outcome", v.Get("outcome"), 40, &p.no), Of: serve.CleanLine("of", v.Get("of"), 40, &p.no),
		New: serve.CleanLine("new", v.Get("new"), maxLine, &p.no), Alike: v.Get("alike") != "", With: v["with"], Changes: v["changes"]}
	d.Version, _ = strconv.Atoi(v.Get("version"))
	seen, _ := strconv.ParseInt(v.Get("seen"), 10, 64)
	d.Seen = cite.Position(seen)
	d.Revises, _ = cite.ParseRef(v.Get("revises"))
	p.words, p.note = serve.CleanLine("words", v.Get("words"), maxLine, &p.no), serve.Clean("note", v.Get("note"), &p.no)
	if err := q.Look(func(st *conversation.Reading) error {
		row, ok := st.Consultation.Row(p.ref)
		if !ok || row.Status == consultation.Erased || p.ref.PartNumber() > row.Parts {
			return serve.NotFound()
		}
		original := locale.Text{Original: locale.Lang(v.Get("original"))}
		fields := frame.NewTongues("reason", original, st.Languages, nil)
		d.Reason = q.Tongues(v, fields, original)
		d.Official = serve.Named(v, fields, d.Reason)
		d.Heading = q.Tongues(v, frame.NewTongues("heading", original, st.Languages, nil), original)
		return nil
	}); err != nil {
		return nil, err
	}
	p.typed = d
	return p, nil
}

// command is the answer that a draft would be, and the point to go on to.
func (p *answerForm) command(d answering.Draft) (c consultation.Answer, next cite.Ref, no refusal.Several, err error) {
	c = consultation.Answer{Outcome: d.Outcome, Reason: d.Reason, Heading: d.Heading, Official: d.Official, Revises: d.Revises}
	if c.Reason.Original == "" {
		c.Reason.Original = p.Lang
	}
	if d.Outcome == consultation.Duplicate.String() {
		if c.Of = partRef(d.Of); c.Of == cite.None {
			no = append(no, refusal.In("of", "answer.duplicate"))
		}
	}
	for _, x := range d.Changes {
		r, err := cite.ParseRef(x)
		if err != nil {
			no = append(no, refusal.In("changes", "answer.passage", "ref", serve.Shown(x)))
			continue
		}
		c.Changes = append(c.Changes, r)
	}
	later, err := p.Aside.Later(p.Context(), p.Slug, uint64(p.Me))
	if err != nil {
		return c, next, no, err
	}
	passed, err := p.passed()
	if err != nil {
		return c, next, no, err
	}
	err = p.Look(func(st *conversation.Reading) error {
		paper := st.Consultation.Part(p.ref.Root(), p.ref.PartNumber()).On.Root()
		if d.New != "" {
			c.New = consultation.NewPassage{Paper: paper, Name: locale.Plain(p.Lang, d.New)}
		}
		c.Parts = st.PointsAddressed(view.Addressed(d, p.ref))
		if len(d.Points) > 0 { // it was offered for these, and is released for no other
			c.Parts = st.StillAddressed(d.Points, d.Revises)
		}
		next = view.NextPoint(st, paper, append([]cite.Ref{p.ref}, c.Parts...), append(later, passed...))
		return nil
	})
	return c, next, no, err
}

// postPoint does what an officer pressed before a point: answers it, keeps, offers, releases or returns a draft, looks for
// earlier answers, puts the point off.
func (q *request) postPoint() error {
	p, err := q.answerTyped()
	if err != nil {
		return err
	}
	do, what, _ := strings.Cut(p.v.Get("do"), " ")
	if len(p.no) > 0 {
		return p.again(p.no)
	}
	switch do {
	case "", "answer":
		if err := q.answers().Seen(q.Context(), q.Slug, p.ref, p.typed.Version); err != nil {
			return p.orAgain(err) // a draft that they have not seen stands there: they are told once
		}
		return p.answer(p.typed, "")
	case "release":
		d, err := q.answers().Reviewed(q.Context(), q.Slug, p.ref, p.typed.Version, q.me())
		if err != nil {
			if p.released() {
				return q.deskSee("/points", 0, "released", "")
			}
			return p.orAgain(err)
		}
		return p.answer(d, d.By)
	case "return":
		read := answering.Draft{Point: p.ref, Version: p.typed.Version, Note: p.note, Noted: q.me()}
		if err := q.answers().Return(q.Context(), q.Slug, read, q.Received); err != nil {
			return p.orAgain(err)
		}
		return q.deskSee("/points", 0, "returned", "")
	case "offer":
		return p.offer()
	case "keep", "find":
		return p.keep(do)
	case "take":
		return p.take(what)
	case "still", "reread":
		return p.still(do, what)
	case "later", "again":
		return p.putOff(do == "later")
	case "discard":
		if err := q.answers().Done(q.Context(), q.Slug, p.ref, p.typed.Version); err != nil {
			return p.orAgain(err)
		}
		return q.deskSee("/points/"+string(p.ref), 0, "discarded", "")
	}
	return refusal.New(refusal.Invalid, "form.unreadable")
}

// released reports whether the reader released the answer that the point has: they press once more because they had no answer to that.
func (p *answerForm) released() (done bool) {
	return p.Look(func(st *conversation.Reading) error {
		ref, reopened := st.Consultation.Answer(p.ref)
		d, ok := st.Consultation.Disposition(ref)
		done = ok && !reopened && d.By == p.me() && d.Drafted != ""
		return nil
	}) == nil && done
}

// save keeps a draft, unless the contribution was erased: an erasure that came while it was written takes the draft
// along.
func (p *answerForm) save(d answering.Draft) (version int, err error) {
	if version, err = p.answers().Save(p.Context(), p.Slug, d, p.Received); err != nil {
		return 0, err
	}
	return version, p.stands()
}

// stands looks again, after a draft was written, that its contribution was not erased meanwhile: then the draft goes too.
func (p *answerForm) stands() error {
	return p.Look(func(st *conversation.Reading) error {
		if row, ok := st.Consultation.Row(p.ref); !ok || row.Status == consultation.Erased {
			return errors.Join(p.answers().Erase(p.Context(), p.Slug, p.ref), serve.NotFound())
		}
		return nil
	})
}

// answer sends an answer, which another officer drafted where drafted names one, and goes on to the next open point.
func (p *answerForm) answer(d answering.Draft, drafted string) error {
	c, next, no, err := p.command(d)
	if err != nil {
		return err
	}
	c.Drafted = drafted
	c.Seen = p.typed.Seen
	answer, rs, err := p.deskDo(p.v, c, no)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return p.again(rs)
	}
	if err := p.answers().Done(p.Context(), p.Slug, p.ref, d.Version); err != nil && len(refusal.Of(err)) == 0 { // a draft that was saved meanwhile stays
		p.Server.Logger.Error("cannot take away the draft of an answer that was sent", "err", err)
	}
	done := "answered"
	if drafted != "" {
		done = "released"
	}
	if next == cite.None {
		return p.deskSee("/points", answer.Last, done, "")
	}
	return p.deskSee("/points/"+string(next), answer.Last, done, "")
}

// offer lays the draft before another officer, if it would be taken as an answer.
func (p *answerForm) offer() error {
	c, next, no, err := p.command(p.typed)
	if err != nil {
		return err
	}
	ask, err := p.Ask(c, "")
	if err != nil {
		return err
	}
	if err := p.Look(func(st *conversation.Reading) error {
		c.Seen = p.typed.Seen
		c.Drafted = "u0" // whoever it will be, it is somebody else
		ask.Command = c
		no = append(no, refusal.Of(st.Refused(ask))...)
		return nil
	}); err != nil {
		return err
	}
	if len(no) > 0 {
		return p.again(no)
	}
	p.typed.Points = c.Parts
	if err := p.answers().Offer(p.Context(), p.Slug, p.typed, p.Received); err != nil {
		is, ok, _ := p.answers().Get(p.Context(), p.Slug, p.ref)
		if !ok || is.State != answering.Offered || is.By != p.me() || is.Version != p.typed.Version+1 { // else it was pressed twice
			return p.orAgain(err)
		}
	}
	if err := p.stands(); err != nil {
		return err
	}
	if next == cite.None {
		return p.deskSee("/points", 0, "offered", "")
	}
	return p.deskSee("/points/"+string(next), 0, "offered", "")
}

// keep keeps the draft, and looks for words where that was pressed.
func (p *answerForm) keep(do string) error {
	if _, err := p.save(p.typed); err != nil {
		return p.orAgain(err)
	}
	if do == "find" && p.words != "" {
		return p.deskSee("/points/"+string(p.ref)+"?words="+url.QueryEscape(p.words), 0, "", "earlier")
	}
	return p.deskSee("/points/"+string(p.ref), 0, "saved", "")
}

// still keeps a draft as right, whatever the authors of the points that it answers put in place of their words up to an entry:
// the officer was shown that. An offer that was not changed in the form stays offered.
func (p *answerForm) still(do, read string) error {
	at, err := strconv.ParseInt(read, 10, 64)
	if err != nil || at < 1 {
		return refusal.New(refusal.Invalid, "form.unreadable")
	}
	p.typed.Seen = cite.Position(at)
	kept, ok, err := p.answers().Get(p.Context(), p.Slug, p.ref)
	if err != nil {
		return err
	}
	if do == "reread" || ok && kept.State == answering.Offered && kept.Version == p.typed.Version && kept.Says(p.typed) {
		err = p.answers().Reread(p.Context(), p.Slug, p.typed, p.Received)
	} else {
		_, err = p.save(p.typed)
	}
	if err != nil {
		return p.orAgain(err)
	}
	return p.deskSee("/points/"+string(p.ref), 0, "saved", "")
}

// take takes an earlier answer over into the draft. What stands in a field already stays there; a reason goes below it.
func (p *answerForm) take(ref string) error {
	d, _ := cite.ParseRef(ref)
	var earlier *view.Earlier
	if err := p.Look(func(st *conversation.Reading) error {
		var ok bool
		if earlier, ok = view.NewEarlier(st, d); !ok {
			return serve.NotFound()
		}
		return nil
	}); err != nil {
		return err
	}
	words, err := p.Server.Granted(p.Context(), p.Slug, p.Reading, earlier.Need())
	if err != nil {
		return err
	}
	earlier.Fill(words)
	taken := earlier.Into(p.typed)
	if _, err := p.save(taken); err != nil {
		return p.orAgain(err)
	}
	return p.deskSee("/points/"+string(p.ref), 0, "taken", "heading")
}

// putOff puts the point off for this officer and goes on to the next, or takes it up again.
func (p *answerForm) putOff(off bool) error {
	var err error
	if off {
		err = p.Aside.PutOff(p.Context(), p.Slug, uint64(p.Me), p.ref, p.Received)
	} else {
		err = p.Aside.TakeUp(p.Context(), p.Slug, uint64(p.Me), p.ref)
	}
	if err != nil {
		return err
	}
	_, next, _, err := p.command(answering.Draft{})
	if err != nil {
		return err
	}
	if !off || next == cite.None {
		next = p.ref
	}
	if off {
		return p.deskSee("/points/"+string(next), 0, "put_off", "")
	}
	return p.deskSee("/points/"+string(next), 0, "", "")
}

// orAgain shows the form again where an error is a refusal.
func (p *answerForm) orAgain(err error) error {
	if rs := refusal.Of(err); len(rs) > 0 {
		return p.again(rs)
	}
	return err
}

// again shows the form again as it was typed; what somebody else saved meanwhile stands beside it.
func (p *answerForm) again(rs []*refusal.Refusal) error {
	about, err := p.pointAt(p.ref)
	if err != nil {
		return err
	}
	theirs := about.Draft
	about.Refused, about.Words = true, p.words
	reads := slices.Contains([]string{"release", "return"}, p.v.Get("do")) || strings.HasPrefix(p.v.Get("do"), "reread ")
	if !reads {
		about.Typed = &p.typed
	}
	return p.deskAgain(rs, p.v.Get("token"), func(st *conversation.Reading) (frame.View, error) {
		w, ok := view.NewAnswerPage(st, p.ref, about, p.Lang)
		if !ok {
			return nil, serve.NotFound()
		}
		w.Note = p.note
		if rs[0].Key == "contribution.changed" { // whoever presses once more was told
			w.Seen = w.Read
		}
		if reads {
			return w, nil
		}
		w.Typed(p.typed)
		w.Change = true
		if rs[0].Key == "draft.moved" { // whoever saves once more was told
			heading, _ := theirs.Heading.For(p.Lang)
			reason, _ := theirs.Reason.For(p.Lang)
			w.Theirs = strings.TrimSpace(heading + "\n\n" + reason)
		} else {
			w.Version = p.typed.Version
		}
		return w, nil
	})
}

// postPointDraft keeps the draft of an answer as it is written; the script calls it.
func (q *request) postPointDraft() error {
	q.JSON = true
	p, err := q.answerTyped()
	if err != nil {
		return err
	}
	if len(p.no) > 0 {
		return p.no
	}
	version, err := p.save(p.typed)
	if err != nil {
		return err
	}
	q.Writer.Header().Set("Content-Type", "application/json")
	q.Writer.Header().Set("Cache-Control", "no-store")
	return json.NewEncoder(q.Writer).Encode(map[string]any{"version": version, "saved": q.Frame.T("draft.saved") + " " + q.Frame.DateTime(q.Received)})
}
