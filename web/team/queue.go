package team

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	view "github.com/openplenary/plenary/page/desk"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// contributionRef reads the reference of a contribution out of a form or an address.
func contributionRef(s string) cite.Ref {
	r, err := cite.ParseRef(s)
	if err != nil || r.Kind() != 'c' || r != r.Root() {
		return cite.None
	}
	return r
}

func (q *request) queue() error {
	p := serve.Params[queueQuery](q.Request)
	return q.showQueue(http.StatusOK, p.From.Root(), func(v *view.Queue) {
		for i := range v.Items {
			v.Items[i].Ticked = p.All
		}
	})
}

// showQueue shows the queue from a contribution on; typed adds what stands in its forms.
func (q *request) showQueue(status int, from cite.Ref, typed func(*view.Queue)) error {
	later, err := q.later()
	if err != nil {
		return err
	}
	notes := map[cite.Ref][]view.NoteRow{}
	return q.show(status, func(st *conversation.Reading) (frame.View, error) {
		v := q.newQueue(st, from, later)
		for i := range v.Items {
			r := v.Items[i].Ref
			if _, known := notes[r]; !known {
				if notes[r], err = q.noteRows(r); err != nil {
					return nil, err
				}
			}
			v.Items[i].Notes = notes[r]
		}
		if typed != nil {
			typed(v)
		}
		return v, nil
	})
}

// later is what the reader put off.
func (q *request) later() ([]cite.Ref, error) {
	return q.Aside.Later(q.Context(), q.Slug, uint64(q.Me))
}

// newQueue builds the queue, with the names of all contributions to compare with.
func (q *request) newQueue(st *conversation.Reading, from cite.Ref, later []cite.Ref) *view.Queue {
	v := view.NewQueue(st, from, later, q.Lang, serve.Nonce)
	v.Names.Compare(q.Request.Namesakes(q.Handlers.Namesakes))
	return v
}

// postQueue decides on a contribution, or shows what would be done to several, or does it; it puts one off or takes it up
// again.
func (q *request) postQueue() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	switch v.Get("do") {
	case "preview-publish", "preview-withhold":
		return q.previewBulk(v)
	case "bulk-publish", "bulk-withhold":
		return q.bulk(v)
	}
	ref, from := contributionRef(v.Get("ref")), contributionRef(v.Get("from"))
	if ref == cite.None {
		return serve.NotFound()
	}
	reason, ground := v.Get("reason-"+string(ref)), v.Get("ground-"+string(ref))
	var command any
	done := ""
	switch v.Get("do") {
	case "publish":
		seen, _ := strconv.ParseInt(v.Get("seen"), 10, 64)
		command, done = consultation.PublishContribution{Contribution: ref, Seen: cite.Position(seen)}, "published"
	case "withhold":
		command, done = consultation.Withhold{Contribution: ref, Ground: ground, Reason: reason}, "withheld"
	case "later", "take-up":
		return q.putOff(ref, from, v.Get("do") == "later")
	default:
		return refusal.New(refusal.Invalid, "form.unreadable")
	}
	answer, rs, err := q.DeskDo(v, command, nil)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		q.Frame.Errors = serve.Renamed(rs, func(field string) string {
			if field == "ground" || field == "reason" {
				return field + "-" + string(ref)
			}
			return ""
		})
		return q.showQueue(serve.DeskStatus(rs), from, func(w *view.Queue) { w.Wrong, w.Ground, w.Reason = ref, ground, reason })
	}
	return q.DeskSee(queuePath(from), answer.Last, done, "")
}

func queuePath(from cite.Ref) string {
	if from == cite.None {
		return "/queue"
	}
	return "/queue?from=" + string(from)
}

// putOff puts a contribution off for the reader alone, or takes it up again.
func (q *request) putOff(ref, from cite.Ref, later bool) error {
	if err := q.seen(ref); err != nil {
		return err
	}
	if !later {
		if err := q.Aside.TakeUp(q.Context(), q.Slug, uint64(q.Me), ref); err != nil {
			return err
		}
		return q.DeskSee(queuePath(from), 0, "", ref.ID())
	}
	if err := q.Aside.PutOff(q.Context(), q.Slug, uint64(q.Me), ref, q.Received); err != nil {
		return err
	}
	return q.DeskSee(queuePath(from), 0, "later", "")
}

// seen looks that there is a contribution, with the point that is named, whose words the reader may see: not one that was
// erased.
func (q *request) seen(ref cite.Ref) error {
	return q.Look(func(st *conversation.Reading) error {
		row, ok := st.Consultation.Row(ref.Root())
		if !ok || row.Status == consultation.Erased || ref.PartNumber() > row.Parts {
			return serve.NotFound()
		}
		return nil
	})
}

// ticked reads the contributions that were ticked, each with the last entry that touched it when the page was shown:
// "c12@340".
func ticked(v url.Values, field string) (refs []cite.Ref, seen map[cite.Ref]cite.Position) {
	seen = map[cite.Ref]cite.Position{}
	for _, s := range v[field] {
		name, at, _ := strings.Cut(s, "@")
		r := contributionRef(name)
		n, err := strconv.ParseInt(at, 10, 64)
		if r == cite.None || err != nil || n <= 0 || seen[r] != 0 {
			continue
		}
		refs, seen[r] = append(refs, r), cite.Position(n)
	}
	slices.SortFunc(refs, func(a, b cite.Ref) int { return a.Number() - b.Number() })
	return refs, seen
}

// previewBulk shows exactly what will happen to the contributions that were ticked. It does nothing.
func (q *request) previewBulk(v url.Values) error {
	refs, seen := ticked(v, "ticked")
	from := contributionRef(v.Get("from"))
	withhold := v.Get("do") == "preview-withhold"
	c := consultation.Withhold{Ground: v.Get("ground"), Reason: v.Get("reason")}
	var no refusal.Several
	if len(refs) == 0 {
		no = append(no, refusal.In("ticked", "bulk.none"))
	}
	if withhold {
		checked, err := c.Check()
		no = append(no, refusal.Of(err)...)
		if c.Ground = checked.Ground; err == nil {
			c = checked
		}
	}
	if len(no) > 0 {
		q.Frame.Errors = no
		return q.showQueue(http.StatusUnprocessableEntity, from, func(w *view.Queue) {
			w.BulkGround, w.BulkReason, w.BulkOpen = c.Ground, c.Reason, withhold
			for i := range w.Items {
				w.Items[i].Ticked = seen[w.Items[i].Ref] != 0
			}
		})
	}
	return q.show(http.StatusOK, func(st *conversation.Reading) (frame.View, error) {
		b := view.NewBulk(from, withhold, c.Ground, c.Reason)
		for _, r := range refs {
			row, ok := st.Consultation.Row(r)
			switch {
			case !ok:
			case row.Status != consultation.Pending:
				b.Leave(st, r, "bulk.left."+row.Status.String(), q.Lang)
			case row.Changed != seen[r]:
				b.Leave(st, r, "refusal.contribution.changed", q.Lang)
			default:
				b.Add(st, r, row.Changed, serve.Nonce(), q.Lang)
			}
		}
		return b, nil
	})
}

// bulk does what was shown: to each contribution what it would by itself, and to none that was changed since. What was left
// out is said. Sent again it does nothing more.
func (q *request) bulk(v url.Values) error {
	refs, seen := ticked(v, "item")
	withhold := v.Get("do") == "bulk-withhold"
	left := map[cite.Ref]*refusal.Refusal{}
	for _, r := range refs {
		var command any = consultation.PublishContribution{Contribution: r, Seen: seen[r]}
		if withhold {
			command = consultation.Withhold{Contribution: r, Ground: v.Get("ground"), Reason: v.Get("reason"), Seen: seen[r]}
		}
		answer, rs, err := q.DeskDo(url.Values{"token": {v.Get("token-" + string(r))}}, command, nil)
		if err != nil {
			return err
		}
		if len(rs) > 0 {
			left[r] = rs[0]
			continue
		}
		q.Common.After = max(q.Common.After, answer.Last)
	}
	q.AwaitOwn()
	return q.show(http.StatusOK, func(st *conversation.Reading) (frame.View, error) {
		b := view.NewBulk(contributionRef(v.Get("from")), withhold, v.Get("ground"), v.Get("reason"))
		b.Done = true
		for _, r := range refs {
			if no := left[r]; no != nil {
				b.Leave(st, r, q.Frame.Sentence(no), q.Lang)
			} else {
				b.Add(st, r, 0, "", q.Lang)
			}
		}
		return b, nil
	})
}
