package editor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/paper/editor"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// pictures keeps the picture that comes with a form.
type pictures struct {
	*editing
	kept *attachment.Picture
}

// Keep keeps one picture; there is one to a form.
func (p *pictures) Keep(ctx context.Context, file io.Reader, name string) error {
	if p.Files == nil {
		return serve.ErrBeside
	}
	if p.kept != nil {
		return nil
	}
	kept, err := p.Files.KeepPicture(ctx, file, name, p.Received)
	if err == nil {
		p.kept = &kept
	}
	return err
}

// erase takes it back: the form came to nothing.
func (p *pictures) erase() error {
	if p.kept == nil {
		return nil
	}
	return p.Files.Erase(p.Context(), p.kept.ID)
}

// addPicture gives the draft the picture that came with a form, and shows it at the end of the passage.
func (e *editing) addPicture(c *editor.Change) error {
	var no refusal.Several
	original := e.sheet.Original
	shows := strings.NewReplacer("[", "(", "]", ")").Replace(serve.CleanLine("shows", e.typed.Shows, maxShows, &no))
	switch {
	case e.came == nil:
		no = append(no, refusal.In("file", "picture.none"))
	case shows == "" && len(no) == 0:
		no = append(no, refusal.In("shows", "picture.shows"))
	case len(e.sheet.Pictures) >= paper.MaxPictures:
		no = append(no, refusal.In("file", "paper.pictures", "max", paper.MaxPictures))
	}
	if len(no) > 0 {
		return no
	}
	p := e.came
	name := e.pictureName(p.Name)
	e.sheet.Pictures = append(slices.Clone(e.sheet.Pictures), paper.Picture{Name: name, File: p.ID, SHA: p.SHA, Type: p.Type, Size: p.Size, Width: p.Width, Height: p.Height})
	if !strings.Contains(c.Text[original], "]("+name+")") {
		c.Text[original] = strings.TrimSpace(c.Text[original] + "\n\n![" + shows + "](" + name + ")")
	}
	return nil
}

// maxShows is how long the description of a picture may be, in code points.
const maxShows = 300

// pictureName is a name for a picture of the draft that no other of its pictures has.
func (e *editing) pictureName(name string) string {
	ending := path.Ext(name)
	stem := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r), r == '-', r == '_':
			return r
		}
		return '-'
	}, strings.TrimSuffix(name, ending))
	for len(stem) > 60 {
		runes := []rune(stem)
		stem = string(runes[:len(runes)-1])
	}
	name = stem + ending
	for n := 2; ; n++ {
		if _, taken := e.sheet.PictureNamed(name); !taken {
			return name
		}
		name = fmt.Sprint(stem, "-", n, ending)
	}
}

// draftPicture sends a picture of a draft.
func (q *request) draftPicture() error {
	e, err := q.edit()
	if err != nil {
		return err
	}
	if err := e.load(); err != nil {
		return err
	}
	p, ok := e.sheet.PictureNamed(q.PathValue("name"))
	if !ok {
		return serve.NotFound()
	}
	return q.Picture(q.Files, p.File, p.SHA)
}

// discard deletes the draft with the pictures that no edition has: these first, for nothing but the draft knows them.
func (e *editing) discard() error {
	err := e.load()
	if rs := refusal.Of(err); len(rs) > 0 {
		return nil // it is gone already
	}
	if err != nil {
		return err
	}
	if err := e.eraseUncited(nil); err != nil {
		return err
	}
	return e.Drafts.Delete(e.Context(), e.Slug, draft.Paper, e.key)
}

// eraseUncited erases the pictures of the draft that no edition of the conversation has, and that are not among those that
// were just published.
func (e *editing) eraseUncited(published []paper.Picture) error {
	cited := map[string]bool{}
	for _, p := range published {
		cited[p.File] = true
	}
	if err := e.Look(func(st *conversation.Reading) error {
		for _, p := range st.Papers.All() {
			for _, edition := range p.Editions {
				for _, x := range edition.Pictures {
					cited[x.File] = true
				}
			}
		}
		return nil
	}); err != nil {
		return err
	}
	var faults []error
	for _, p := range e.sheet.Pictures {
		if !cited[p.File] && e.Files != nil {
			faults = append(faults, e.Files.Erase(e.Context(), p.File))
		}
	}
	return errors.Join(faults...)
}

// picturesKept refuses pictures that do not lie in the house as the draft says: each by its name.
func (e *editing) picturesKept(all []paper.Picture) (no refusal.Several, err error) {
	for _, p := range all {
		kept, ok, err := attachment.File{}, false, error(nil)
		if e.Files != nil {
			kept, ok, err = e.Files.Look(e.Context(), p.File)
		}
		if err != nil {
			return nil, err
		}
		if !ok || kept.SHA != p.SHA || kept.Type != p.Type || kept.Size != p.Size {
			no = append(no, refusal.In("pictures", "paper.picture", "name", serve.Shown(p.Name)))
		}
	}
	return no, nil
}
