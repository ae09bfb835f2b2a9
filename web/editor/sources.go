package editor

import (
	"net/http"
	"regexp"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/compiler"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/page/frame"
	view "github.com/openplenary/plenary/page/sources"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/paper/editor"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// drafted reads a draft of considerations; ok is false where there is none.
func (q *request) drafted(key string) (out view.Drafted, ok bool, err error) {
	if !serve.ValidNonce(key) {
		return out, false, nil
	}
	kept, ok, err := q.Drafts.Get(q.Context(), q.Slug, draft.Paper, key)
	if err != nil || !ok || kept.Sent {
		return out, false, err
	}
	sheet, err := editor.Open(kept.Body)
	if err != nil || sheet.Kind != paper.Considerations {
		return out, false, err
	}
	out = view.Drafted{Key: key, Publish: sheet.Publish()}
	checked, err := out.Publish.Check()
	if out.Wrong = refusal.Of(err); err == nil || len(out.Wrong) > 0 {
		out.Publish, err = checked, nil
	}
	return out, err == nil, err
}

// sourcesList lists the considerations that are being drafted, for whoever reads their sentences against what they cite.
func (q *request) sourcesList() error {
	list, err := q.Drafts.List(q.Context(), q.Slug, draft.Paper, 0)
	if err != nil {
		return err
	}
	var all []view.Drafted
	for _, d := range list {
		if d.Sent || len(all) == maxDrafts {
			continue
		}
		x, ok, err := q.drafted(d.Key)
		if err != nil {
			return err
		}
		if ok {
			all = append(all, x)
		}
	}
	return q.show(func(st *conversation.Reading) (frame.View, error) {
		v := &view.List{}
		for _, x := range all {
			v.Drafts = append(v.Drafts, view.NewDraft(st, x))
		}
		return v, nil
	})
}

// sourcesPage shows each sentence of a draft beside what it cites, with what stands in the way of publishing.
func (q *request) sourcesPage() error { return q.sources(http.StatusOK) }

func (q *request) sources(status int) error {
	x, ok, err := q.drafted(q.PathValue("key"))
	if err != nil {
		return err
	}
	if !ok {
		return serve.NotFound()
	}
	var found []compiler.Finding
	if len(x.Wrong) == 0 {
		if found, err = q.Server.Sec.Compile(q.Context(), q.Slug, x.Publish, ""); err != nil {
			return err
		}
	}
	return q.Desk(status, done, func(st *conversation.Reading) (frame.View, error) {
		who := view.Reader{Officer: st.Audience.Roles.Has(delegation.Officer)}
		if q.Me != 0 {
			who.As = []string{string(q.Me.Ref())}
		}
		return view.New(st, x, found, who, q.Lang), nil
	})
}

// anchor is the place of a sentence on its page.
var anchor = regexp.MustCompile(`^s[0-9]{1,4}$`)

// postSources says of a sentence, as it was read, whether what it cites bears it out.
func (q *request) postSources() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	x, ok, err := q.drafted(q.PathValue("key"))
	if err != nil {
		return err
	}
	if !ok {
		return serve.NotFound()
	}
	var no refusal.Several
	seal, here := paper.Seal(v.Get("seal")), false
	for i := range x.Publish.Elements {
		el := &x.Publish.Elements[i]
		if el.Seal() != seal {
			continue
		}
		here = true
		for _, by := range el.Wrote {
			//mutants:guard who wrote a sentence is told that somebody else reads it
			if q.Me.Is(by) {
				no = append(no, refusal.New(refusal.Forbidden, "paper.own_sentence"))
			}
		}
	}
	if !here {
		no = append(no, refusal.New(refusal.Conflict, "paper.sentence_changed"))
	}
	answer, rs, err := q.DeskDo(v, paper.MarkSentence{Seal: seal, Verdict: v.Get("verdict")}, no)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		q.Frame.Errors = rs
		return q.sources(serve.DeskStatus(rs))
	}
	at := v.Get("at")
	if !anchor.MatchString(at) {
		at = ""
	}
	return q.DeskSee("/sources/"+x.Key, answer.Last, "marked", at)
}
