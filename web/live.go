package web

import (
	"context"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/page/consult"
	"github.com/openplenary/plenary/page/floor"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/home"
	"github.com/openplenary/plenary/page/papers"
	"github.com/openplenary/plenary/page/transcript"
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
	if kind := map[string]byte{"paper": 'p', "floor": 's', "clock": 's', "captions": 's', "replay": 's'}[p.Page]; p.Page == "" || kind != p.Ref.Kind() {
		return nil, serve.NotFound()
	}
	if p.Page == "replay" {
		return q.floors.Feed(q.Request, p.Ref, p.From)
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
		refs, sec, slug := watched(st, p), q.Server.Sec, q.Slug
		f.Touched = st.Changed(refs...)
		f.Wait = func(ctx context.Context, at cite.Position) (cite.Position, error) {
			return sec.Watch(ctx, slug, at, refs...)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	f.Fragments = q.fragments(p)
	return f, nil
}

// watched are the references whose touch may change a fragment of a page.
func watched(st *conversation.Reading, p liveQuery) []cite.Ref {
	switch p.Page {
	case "floor", "clock":
		return floor.Rests
	case "captions":
		return transcript.CaptionRests
	case "home", "list":
		return []cite.Ref{conversation.AnyContribution}
	}
	out := []cite.Ref{p.Ref.Root(), conversation.AnyCall} // beside each passage stands whether one can write on it now
	e, ok := st.Papers.Edition(p.Ref)
	if !ok {
		return out
	}
	paper, _ := st.Papers.Paper(p.Ref)
	for _, xs := range paper.SourcesIn(e.Ref.EditionNumber()) {
		for _, x := range xs {
			if root := x.Root(); !slices.Contains(out, root) {
				out = append(out, root)
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

// fragments gives what builds a page as everybody may see it, and lists its fragments. It holds the frame of who asked first,
// and nothing else of them.
func (q *request) fragments(p liveQuery) func(context.Context) (cite.Position, []*serve.Fragment, error) {
	f, server := q.Frame, q.Server
	f.Me, f.Live, f.Errors = frame.Me{}, "", nil
	return func(ctx context.Context) (cite.Position, []*serve.Fragment, error) {
		f := f
		f.Now = server.Sec.Now()
		var view frame.View
		var parts []*serve.Fragment
		var reading *conversation.Reading
		at, err := server.LookIn(ctx, f.Slug, conversation.Readers, f.Now, func(st *conversation.Reading) (err error) {
			reading = st
			view, parts, err = partsOf(st, &f, p)
			return err
		})
		if err != nil {
			return 0, nil, err
		}
		if need := view.Need(); len(need) > 0 {
			w, err := server.Granted(ctx, f.Slug, reading, need)
			if err != nil {
				return 0, nil, err
			}
			view.Fill(w)
		}
		return at, parts, nil
	}
}

// partsOf is a page with its fragments, each with the last position that touched it.
func partsOf(st *conversation.Reading, f *frame.Frame, p liveQuery) (view frame.View, parts []*serve.Fragment, err error) {
	switch p.Page {
	case "home":
		v := home.New(st, f.Lang, home.Demonstration{})
		view = v
		parts = []*serve.Fragment{{ID: "home-counts", Render: func() templ.Component { return home.Counts(f, v) }}, {ID: "home-latest", Render: func() templ.Component { return home.Latest(f, v) }}}
	case "list":
		v := consult.NewList(st, consult.ListQuery{}, f.Lang, 1)
		view = v
		parts = []*serve.Fragment{{ID: "list-counts", Render: func() templ.Component { return consult.ListCounts(f, v) }}}
	case "floor", "clock":
		v, ok := floor.New(st, p.Ref, f.Lang)
		if !ok {
			return nil, nil, serve.NotFound()
		}
		view = v
		parts = []*serve.Fragment{{ID: "floor-now", Refs: floor.Rests, Render: func() templ.Component { return floor.Now(f, v) }}}
		if p.Page == "floor" {
			parts = append(parts, &serve.Fragment{ID: "floor-asked", Refs: floor.Rests, Render: func() templ.Component { return floor.InWriting(f, v) }},
				&serve.Fragment{ID: "floor-list", Refs: floor.Rests, Render: func() templ.Component { return floor.Listed(f, v, floor.Few) }},
				&serve.Fragment{ID: "floor-sound", Refs: floor.Rests, Render: func() templ.Component { return floor.Sound(f, v) }},
				&serve.Fragment{ID: "floor-shares", Refs: floor.Rests, Render: func() templ.Component { return floor.Shares(f, v) }})
		}
	case "captions":
		v, ok := transcript.NewCaptions(st, p.Ref, p.Text, f.Lang)
		if !ok {
			return nil, nil, serve.NotFound()
		}
		view = v
		parts = []*serve.Fragment{{ID: "captions-now", Refs: transcript.CaptionRests, Render: func() templ.Component { return transcript.CaptionsNow(f, v) }}}
	default:
		v, ok := papers.NewPaper(st, p.Ref, f.Lang, p.Text, "")
		if !ok {
			return nil, nil, serve.NotFound()
		}
		view = v
		sources := sourcesOf(st, p.Ref)
		for _, el := range v.Elements {
			if el.Kind != "theme" {
				x := el.Through()
				parts = append(parts, &serve.Fragment{ID: "m-" + x.ID(), Refs: append(sources[x], conversation.AnyCall), Render: func() templ.Component { return papers.Margin(f, v, &el) }})
			}
		}
	}
	for _, part := range parts {
		if part.Refs == nil {
			part.Refs = []cite.Ref{conversation.AnyContribution}
		}
		part.Changed = st.Changed(part.Refs...)
	}
	return view, parts, nil
}
