package part

import (
	"net/url"
	"slices"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/paper"
)

// What became of a picture of a passage in a later edition.
const (
	PictureAdded     = "added"
	PictureRemoved   = "removed"
	PictureReplaced  = "replaced"   // another stands in its place
	PictureDescribed = "described"  // the same picture, with other words for those who do not see it
	PictureElsewhere = "elsewhere"  // it is not here any more, and another passage of the later edition shows it
	PictureFromThere = "from_there" // it is new here, and another passage of the earlier edition showed it
)

// ShownPicture is a picture as a passage shows it.
type ShownPicture struct {
	Edition cite.Ref `json:"edition"` // that has it
	Name    string   `json:"name"`
	SHA     string   `json:"sha256"` // of the file, hexadecimal
	Shows   string   `json:"shows"`  // what it shows, for those who do not see it
	picture paper.Picture
}

// PictureChange is what became of one picture of a passage. Before is missing where nothing was before it, After where
// nothing came after it.
type PictureChange struct {
	Change string        `json:"change"`           // added, removed, replaced, described, elsewhere, from_there
	Before *ShownPicture `json:"before,omitempty"` // in the earlier edition
	After  *ShownPicture `json:"after,omitempty"`  // in the later edition
}

// PictureAt is a picture of a paper under an address of the conversation.
func PictureAt(f *frame.Frame, under string, p paper.Picture) frame.Picture {
	return frame.Picture{Source: string(f.In(under + url.PathEscape(p.Name))), Width: p.Width, Height: p.Height}
}

// address is where the picture is.
func (p ShownPicture) address(f *frame.Frame) frame.Picture {
	return PictureAt(f, "/picture/"+string(p.Edition)+"/", p.picture)
}

// Marking shows a passage of an edition with its pictures; nil for one of no edition.
func Marking(f *frame.Frame, e *paper.Edition) frame.Marking {
	if e == nil {
		return frame.Marking{}
	}
	return frame.Marking{Picture: func(name string) (frame.Picture, bool) {
		p, ok := e.PictureNamed(name)
		return PictureAt(f, "/picture/"+string(e.Ref)+"/", p), ok
	}}
}

// Pictures says what became of the pictures of the texts that are compared: those before are of one edition (nil for none),
// the one after is of another. Pictures that are as they were are left out.
func (r Redline) Pictures(before, after *paper.Edition) []PictureChange {
	return pictureChanges(before, shownIn(before, r.was...), after, shownIn(after, r.is))
}

// PicturesOf says what became of the pictures of an element of an edition in the elements of a later one that go on from it,
// as they are described in a language, or in their original where one of them is not in it.
func PicturesOf(before *paper.Edition, was *paper.Element, after *paper.Edition, now []*paper.Element, l locale.Lang) []PictureChange {
	instead := was.Text.In[l] == "" || slices.ContainsFunc(now, func(e *paper.Element) bool { return e.Text.In[l] == "" })
	say := func(t locale.Text) string {
		if instead {
			return t.In[t.Original]
		}
		return t.In[l]
	}
	texts := make([]string, len(now))
	for i, e := range now {
		texts[i] = say(e.Text)
	}
	return pictureChanges(before, shownIn(before, say(was.Text)), after, shownIn(after, texts...))
}

// shownIn lists the pictures of an edition that texts show.
func shownIn(e *paper.Edition, texts ...string) (out []ShownPicture) {
	if e == nil || len(e.Pictures) == 0 {
		return nil
	}
	for _, s := range texts {
		for _, r := range frame.Runs(s) {
			if p, ok := e.PictureNamed(r.Picture); ok {
				out = append(out, ShownPicture{Edition: e.Ref, Name: p.Name, SHA: p.SHA, Shows: r.Text, picture: p})
			}
		}
	}
	return out
}

// pictureChanges pairs pictures: the same file, else the same name, else the same place between those that stayed.
func pictureChanges(before *paper.Edition, was []ShownPicture, after *paper.Edition, is []ShownPicture) (out []PictureChange) {
	from, taken := make([]int, len(is)), make([]bool, len(was)) // from each, the one that it was, counted from 1
	pair := func(same func(i, j int) bool) {
		for j := range is {
			for i := range was {
				if from[j] == 0 && !taken[i] && same(i, j) {
					from[j], taken[i] = i+1, true
				}
			}
		}
	}
	pair(func(i, j int) bool { return was[i].SHA == is[j].SHA && was[i].Shows == is[j].Shows })
	pair(func(i, j int) bool { return was[i].SHA == is[j].SHA })
	pair(func(i, j int) bool { return was[i].Name == is[j].Name })
	left, right := make([]int, len(was)), make([]int, len(is)) // how many that stayed stand before each
	for i := 1; i < len(was); i++ {
		left[i] = left[i-1] + count(taken[i-1])
	}
	for j := 1; j < len(is); j++ {
		right[j] = right[j-1] + count(from[j-1] > 0)
	}
	pair(func(i, j int) bool { return left[i] == right[j] && !has(after, was[i]) && !has(before, is[j]) })
	for j := range is {
		c := PictureChange{Change: PictureAdded, After: &is[j]}
		switch {
		case from[j] > 0:
			c.Before = &was[from[j]-1]
			if c.Change = PictureReplaced; c.Before.SHA == c.After.SHA {
				c.Change = PictureDescribed
			}
			if c.Change == PictureDescribed && c.Before.Shows == c.After.Shows {
				continue
			}
		case has(before, is[j]):
			c.Change = PictureFromThere
		}
		out = append(out, c)
	}
	for i := range was {
		if taken[i] {
			continue
		}
		c := PictureChange{Change: PictureRemoved, Before: &was[i]}
		if has(after, was[i]) {
			c.Change = PictureElsewhere
		}
		out = append(out, c)
	}
	return out
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

// has reports whether an edition shows a picture anywhere.
func has(e *paper.Edition, p ShownPicture) bool {
	return e != nil && slices.ContainsFunc(e.Pictures, func(x paper.Picture) bool { return x.SHA == p.SHA })
}
