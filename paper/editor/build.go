package editor

import (
	"regexp"
	"slices"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/refusal"
)

// Insert puts a new passage behind another, 0 for the top. It is a paragraph where kind is none of paper.ElementKinds.
func (w *Sheet) Insert(after int, kind string, text map[locale.Lang]string) (id int, err error) {
	err = w.rework(func() error {
		i := 0
		if after != 0 {
			if i = w.Place(after) + 1; i == 0 {
				return gone()
			}
		}
		if rank(kind) < 0 {
			kind = paper.Paragraph
		}
		id = w.id()
		w.Elements = slices.Insert(w.Elements, i, paper.DraftElement{ID: id, Kind: kind, Number: unset, Text: texts(text)})
		return nil
	})
	return id, err
}

// Bring puts a passage at the end that the draft had left out.
func (w *Sheet) Bring(e paper.DraftElement) (id int, err error) {
	err = w.rework(func() error {
		if slices.ContainsFunc(w.Elements, func(x paper.DraftElement) bool { return x.Ref == e.Ref }) {
			return refusal.New(refusal.Conflict, "draft.there_already")
		}
		id = w.id()
		e.ID, e.Number = id, unset
		w.Elements = append(w.Elements, e)
		return nil
	})
	return id, err
}

// Delete takes a passage away; a paragraph with the questions that it holds. What a heading holds stays.
func (w *Sheet) Delete(id int, h Hand) error {
	return w.rework(func() error {
		i := w.Place(id)
		if i < 0 {
			return gone()
		}
		end := i + 1
		if w.Elements[i].Kind == paper.Paragraph {
			end = w.end(i)
		}
		s := w.named(Deleted, i)
		s.Was = slices.Clone(w.Elements[i:end])
		for k := i; k < end; k++ {
			s.After = append(s.After, w.before(k))
		}
		w.Elements = slices.Delete(w.Elements, i, end)
		w.step(h, s)
		return nil
	})
}

// Up moves a passage, with all that it holds, before the one above it; Down behind the one below. At the edge of what holds
// it, it goes over into the next.
func (w *Sheet) Up(id int, h Hand) error {
	return w.moved(id, h, func(i int) int {
		for j := i - 1; j >= 0; j-- {
			if rank(w.Elements[j].Kind) <= rank(w.Elements[i].Kind) {
				return j
			}
		}
		return i
	})
}

// Down is Up the other way.
func (w *Sheet) Down(id int, h Hand) error {
	return w.moved(id, h, func(i int) int {
		end := w.end(i)
		switch {
		case end == len(w.Elements):
			return i
		case w.Elements[end].Kind == w.Elements[i].Kind:
			return w.end(end)
		}
		return end + 1
	})
}

// MoveBefore moves a passage, with all that it holds, before the one that has a number: "12", "12(ii)". An issue goes before
// an issue.
func (w *Sheet) MoveBefore(id int, number string, h Hand) error {
	no := false
	err := w.moved(id, h, func(i int) int {
		find := strings.TrimSpace(number)
		if w.Elements[i].Kind == paper.Issue {
			find = "issue " + find
		}
		to, ok := w.Find(find)
		if no = !ok; no {
			return i
		}
		return to
	})
	if err == nil && no {
		return refusal.In("move", "desk.draft.no_number", "number", strings.TrimSpace(number))
	}
	return err
}

func (w *Sheet) moved(id int, h Hand, to func(i int) int) error {
	return w.rework(func() error {
		i := w.Place(id)
		if i < 0 {
			return gone()
		}
		j := to(i)
		if j >= i && j <= w.end(i) { // it stands there
			return nil
		}
		s := w.named(Moved, i)
		s.After = []int{w.before(i)}
		w.Move(i, j)
		w.step(h, s)
		return nil
	})
}

// cut is a line that parts a passage.
var cut = regexp.MustCompile(`(?m)^[ \t]*={3,}[ \t]*(?:\n|\z)`)

// HasCut reports whether a text has a line that parts it.
func HasCut(s string) bool { return cut.MatchString(s) }

// Part splits a passage at the lines of its original that hold only ===. The first part keeps what the passage is called and
// all that is said of it; the others are new, and go on from it. A translation is split where it has as many such lines, else
// it stays with the first part. Footnotes go where they are cited.
func (w *Sheet) Part(id int, h Hand) error {
	return w.rework(func() error {
		i := w.Place(id)
		if i < 0 {
			return gone()
		}
		was := w.Elements[i]
		pieces := split(was.Text[w.Original])
		if len(pieces) < 2 {
			return refusal.In("text", "draft.split_where")
		}
		parts := make([]paper.DraftElement, len(pieces))
		for k := range parts {
			parts[k] = paper.DraftElement{ID: was.ID, Kind: was.Kind, Text: map[locale.Lang]string{}}
			if k > 0 {
				parts[k].ID, parts[k].Number = w.id(), unset
				if parts[k].From = slices.Clone(was.From); w.continues(was.Ref) {
					parts[k].From = append([]cite.Ref{was.Ref}, parts[k].From...)
				}
				parts[k].Wrote = slices.Clone(was.Wrote)
				parts[k].Subjects, parts[k].Crosscutting, parts[k].Stance = slices.Clone(was.Subjects), slices.Clone(was.Crosscutting), was.Stance
			}
		}
		parts[0] = was
		parts[0].Text = map[locale.Lang]string{}
		for l, s := range was.Text {
			in := split(s)
			if len(in) != len(parts) {
				in = []string{strings.TrimSpace(cut.ReplaceAllString(s, "\n"))}
			}
			for k := range in {
				parts[k].Text[l] = in[k]
			}
		}
		s := w.named(Parted, i)
		s.Was, s.After, s.Is = []paper.DraftElement{was}, []int{w.before(i)}, map[int]string{}
		for _, e := range parts {
			s.Is[e.ID] = Mark(e)
		}
		w.Elements = slices.Replace(w.Elements, i, i+1, parts...)
		w.step(h, s)
		return nil
	})
}

// Join puts a passage at the end of the one of its kind before it, which keeps what it is called and goes on from both.
func (w *Sheet) Join(id int, h Hand) error {
	return w.rework(func() error {
		i := w.Place(id)
		if i < 0 {
			return gone()
		}
		j := w.Above(i)
		if j < 0 {
			return refusal.New(refusal.Invalid, "draft.nothing_above")
		}
		first, second := w.Elements[j], w.Elements[i]
		s := w.named(Joined, i)
		s.Was, s.After = []paper.DraftElement{first, second}, []int{w.before(j), w.before(i)}
		both := first
		both.Text = map[locale.Lang]string{}
		for _, l := range locale.All {
			if t := joined(first.Kind, first.Text[l], second.Text[l]); t != "" {
				both.Text[l] = t
			}
		}
		both.From = slices.Clone(first.From)
		for _, x := range append([]cite.Ref{second.Ref}, second.From...) {
			if w.continues(x) && x != first.Ref && !slices.Contains(both.From, x) {
				both.From = append(both.From, x)
			}
		}
		both.Subjects, both.Crosscutting = union(first.Subjects, second.Subjects), union(first.Crosscutting, second.Crosscutting)
		both.Cites, both.Stance = union(first.Cites, second.Cites), first.Stance || second.Stance
		both.Wrote = union(first.Wrote, second.Wrote)
		both.Status = weaker(w.Status, first.Status, second.Status)
		w.Elements[j] = both
		w.Elements = slices.Delete(w.Elements, i, i+1)
		s.Is = map[int]string{both.ID: Mark(both)}
		w.step(h, s)
		return nil
	})
}

// Ends reports whether behind the passage at a place something can begin that is as wide as a kind, and splits nothing
// narrower than that: whether what follows is as wide, or nothing.
func (w *Sheet) Ends(i int, kind string) bool {
	return i+1 == len(w.Elements) || rank(w.Elements[i+1].Kind) <= rank(kind)
}

// Above is the place of the passage to which the one at a place can be joined: the one of its kind before it, if nothing wider
// stands between; -1 for none.
func (w *Sheet) Above(i int) int {
	for j := i - 1; j >= 0; j-- {
		switch k := rank(w.Elements[j].Kind) - rank(w.Elements[i].Kind); {
		case k == 0:
			return j
		case k < 0:
			return -1
		}
	}
	return -1
}

func union[T comparable](a, b []T) []T {
	out := slices.Clone(a)
	for _, x := range b {
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

// weaker is what translations are of which parts were this and that: the less sure of both. whole is what they are where
// nothing else is said.
func weaker(whole, a, b map[locale.Lang]string) map[locale.Lang]string {
	out := map[locale.Lang]string{}
	for _, l := range locale.All {
		x, y := a[l], b[l]
		if x == "" {
			x = whole[l]
		}
		if y == "" {
			y = whole[l]
		}
		if slices.Index(paper.Statuses, y) > slices.Index(paper.Statuses, x) {
			x = y
		}
		if x != whole[l] {
			out[l] = x
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// Undo takes a step back, if nobody has changed since what it changed. What was done after it stays.
func (w *Sheet) Undo(number int) (id int, err error) {
	err = w.rework(func() error {
		k := slices.IndexFunc(w.Steps, func(s Step) bool { return s.Number == number })
		if k < 0 {
			return refusal.New(refusal.Conflict, "draft.step_gone")
		}
		s := w.Steps[k]
		id = s.ID
		for x, mark := range s.Is {
			if i := w.Place(x); i < 0 || Mark(w.Elements[i]) != mark {
				return refusal.New(refusal.Conflict, "draft.step_changed")
			}
		}
		if s.What == Moved {
			i := w.Place(s.ID)
			if i < 0 {
				return gone()
			}
			w.Move(i, w.behind(s.After[0]))
		} else if err := w.restore(s); err != nil {
			return err
		}
		w.Steps = slices.Delete(w.Steps, k, k+1)
		return nil
	})
	return id, err
}

// restore puts passages back as they were.
func (w *Sheet) restore(s Step) error {
	taken := func(e paper.DraftElement) bool {
		return slices.ContainsFunc(w.Elements, func(x paper.DraftElement) bool {
			return x.ID == e.ID || x.Ref == e.Ref && e.Ref != cite.None
		})
	}
	for x := range s.Is {
		if i := w.Place(x); !slices.ContainsFunc(s.Was, func(e paper.DraftElement) bool { return e.ID == x }) {
			w.Elements = slices.Delete(w.Elements, i, i+1)
		}
	}
	for k, e := range s.Was {
		if i := w.Place(e.ID); s.Is[e.ID] != "" && i >= 0 {
			e.Number = w.Elements[i].Number
			w.Elements[i] = e
			continue
		}
		if taken(e) {
			return refusal.New(refusal.Conflict, "draft.there_already")
		}
		e.Number = returning(e.Number)
		w.Elements = slices.Insert(w.Elements, w.behind(s.After[k]), e)
	}
	return nil
}
