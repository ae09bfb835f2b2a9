package web

import (
	"context"
	"strings"

	"github.com/a-h/templ"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/page/consult"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/home"
	"github.com/openplenary/plenary/page/papers"
	"github.com/openplenary/plenary/web/serve"
)

// live is the event stream of a page.
func (q *request) live() error {
	f, err := q.feed()
	if err != nil {
		return err
	}
	return q.Stream(f)
}

// feed is what the stream of a page sends. It is a function of its own, so that a stream that waits for hours does not
// hold what was needed to begin it.
func (q *request) feed() (*serve.Feed, error) {
	p := serve.Params[liveQuery](q.Request)
	if p.Page == "" || (p.Page == "paper") != (p.Ref != cite.None) {
		return nil, serve.NotFound()
	}
	if p.Text == "" {
		p.Text = q.Lang
	}
	f := &serve.Feed{Key: strings.Join([]string{q.Slug, p.Page, string(p.Ref), string(q.Lang), string(p.Text)}, " "), From: p.From}
	var err error
	f.Head, err = q.LookAt(func(st *conversation.Reading) error {
		//mutants:guard there is no stream of what the reader may not see
		if p.Ref != cite.None && st.MaySee(p.Ref) == conversation.Nothing {
			return serve.NotFound()
		}
		f.Refs = watched(st, p)
		f.Touched = st.Changed(f.Refs...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	f.Fragments = func(ctx context.Context) (cite.Position, []*serve.Fragment, error) { return q.fragments(ctx, p) }
	return f, nil
}

// watched are the references whose touch may change a fragment of a page.
func watched(st *conversation.Reading, p liveQuery) []cite.Ref {
	if p.Page != "paper" {
		return []cite.Ref{conversation.AnyContribution}
	}
	out := []cite.Ref{p.Ref.Root(), conversation.AnyCall} // beside each passage stands whether one can write on it now
	for _, xs := range sourcesOf(st, p.Ref) {
		for _, x := range xs {
			if x.Root() != p.Ref.Root() {
				out = append(out, x.Root())
			}
		}
	}
	return out
}

// sourcesOf are, for each element of an edition, all elements through time that it goes on from, itself among
// them.
func sourcesOf(st *conversation.Reading, r cite.Ref) map[cite.Ref][]cite.Ref {
	e, ok := st.Papers.Edition(r)
	if !ok {
		return nil
	}
	p, _ := st.Papers.Paper(r)
	out := make(map[cite.Ref][]cite.Ref, len(e.Elements))
	sources := p.SourcesIn(e.Ref.EditionNumber())
	for i := range e.Elements {
		x := e.Elements[i].Ref
		out[x] = append([]cite.Ref{x}, sources[x]...)
	}
	for i := range e.Elements {
		if x := e.Elements[i].Ref; e.IssueOf(x) != cite.None && e.IssueOf(x) != x {
			out[e.IssueOf(x)] = append(out[e.IssueOf(x)], out[x]...) // an issue counts what stands inside it
		}
	}
	return out
}

// fragments builds a page as everybody may see it, and lists its fragments.
func (q *request) fragments(ctx context.Context, p liveQuery) (cite.Position, []*serve.Fragment, error) {
	f := q.Frame
	f.Me, f.Live, f.Errors, f.Now = frame.Me{}, "", nil, q.Server.Sec.Now()
	var view frame.View
	var parts []*serve.Fragment
	var reading *conversation.Reading
	at, err := q.Server.LookIn(ctx, q.Slug, conversation.Public, q.Server.Sec.Now(), func(st *conversation.Reading) error {
		reading = st
		switch p.Page {
		case "home":
			v := home.New(st, q.Lang, home.Demonstration{})
			view = v
			parts = []*serve.Fragment{{ID: "home-counts", Render: func() templ.Component { return home.Counts(&f, v) }}, {ID: "home-latest", Render: func() templ.Component { return home.Latest(&f, v) }}}
		case "list":
			v := consult.NewList(st, consult.ListQuery{}, q.Lang, 1)
			view = v
			parts = []*serve.Fragment{{ID: "list-counts", Render: func() templ.Component { return consult.ListCounts(&f, v) }}}
		default:
			v, ok := papers.NewPaper(st, p.Ref, q.Lang, p.Text, "")
			if !ok {
				return serve.NotFound()
			}
			view = v
			sources := sourcesOf(st, p.Ref)
			for _, el := range v.Elements {
				if el.Kind != "theme" {
					parts = append(parts, &serve.Fragment{ID: "m-" + el.Through().ID(), Refs: append(sources[el.Through()], conversation.AnyCall), Render: func() templ.Component { return papers.Margin(&f, v, el) }})
				}
			}
		}
		for _, part := range parts {
			if part.Refs == nil {
				part.Refs = []cite.Ref{conversation.AnyContribution}
			}
			part.Changed = st.Changed(part.Refs...)
		}
		return nil
	})
	if err != nil {
		return 0, nil, err
	}
	if need := view.Need(); len(need) > 0 {
		w, err := q.Server.Granted(ctx, q.Slug, reading, need)
		if err != nil {
			return 0, nil, err
		}
		view.Fill(w)
	}
	return at, parts, nil
}
