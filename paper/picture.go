package paper

import (
	"slices"
	"strings"

	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/markup"
)

// Picture is a picture that belongs to an edition. Its texts show it by its name: ![what it shows](chart.png). The file is
// kept beside the record; the record says by its hash which it is.
type Picture struct {
	Name   string `json:"name"`   // as package markup allows it
	File   string `json:"file"`   // its id beside the record
	SHA    string `json:"sha"`    // SHA-256 of the file, hexadecimal
	Type   string `json:"type"`   // image/png or image/jpeg
	Size   int64  `json:"size"`   // in bytes
	Width  int    `json:"width"`  // in pixels
	Height int    `json:"height"` // in pixels
}

// MaxPictures is how many pictures an edition has at most.
const MaxPictures = 200

const (
	maxPictureSize = 400 << 10
	maxPictureSide = 1200
)

// PictureNamed finds a picture of an edition by its name.
func (e *Edition) PictureNamed(name string) (Picture, bool) { return named(e.Pictures, name) }

// PictureNamed finds a picture of a draft by its name.
func (d Draft) PictureNamed(name string) (Picture, bool) { return named(d.Pictures, name) }

func named(all []Picture, name string) (Picture, bool) {
	if i := slices.IndexFunc(all, func(p Picture) bool { return p.Name == name }); i >= 0 {
		return all[i], true
	}
	return Picture{}, false
}

// shown are the pictures of a draft that its passages show.
func (d Draft) shown() []Picture {
	used := map[string]bool{}
	for _, e := range d.Elements {
		for _, s := range e.Text {
			names, _ := markup.Pictures(s)
			for _, name := range names {
				used[name] = true
			}
		}
	}
	var out []Picture
	for _, p := range d.Pictures {
		if used[p.Name] {
			out = append(out, p)
		}
	}
	return out
}

// checkPictures holds the pictures of an edition to their bounds.
func checkPictures(in *input.Check, all []Picture) {
	in.If(len(all) > MaxPictures, "pictures", "paper.pictures", "max", MaxPictures)
	seen := map[string]bool{}
	for _, p := range all[:min(len(all), MaxPictures)] {
		side := func(n int) bool { return n > 0 && n <= maxPictureSide }
		if !markup.PictureName(p.Name) || seen[p.Name] || !hexadecimal(p.File, 32) || !hexadecimal(p.SHA, 64) || p.Type != "image/png" && p.Type != "image/jpeg" ||
			p.Size < 1 || p.Size > maxPictureSize || !side(p.Width) || !side(p.Height) {
			in.Refuse("pictures", "paper.picture", "name", begun(p.Name))
		}
		seen[p.Name] = true
	}
}

func hexadecimal(s string, n int) bool {
	return len(s) == n && strings.Trim(s, "0123456789abcdef") == ""
}

// begun is how a stranger's name begins, as a refusal may repeat it.
func begun(s string) string {
	if s, err := locale.CleanLine(s, markup.MaxName); err == nil {
		return s
	}
	return "…"
}
