package paper

import (
	"fmt"
	"strings"
	"testing"

	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// TestPictureBounds: a picture of an edition has a name, a file that is told by its hash, and a size that fits a page.
func TestPictureBounds(t *testing.T) {
	t.Parallel()
	good := Picture{Name: "map.png", File: strings.Repeat("a", 32), SHA: strings.Repeat("0", 64), Type: "image/png", Size: maxPictureSize, Width: maxPictureSide, Height: maxPictureSide}
	for name, c := range map[string]struct {
		change func(*Picture)
		good   bool
	}{
		"at its bounds":    {func(*Picture) {}, true},
		"a photograph":     {func(p *Picture) { p.Type = "image/jpeg" }, true},
		"the smallest":     {func(p *Picture) { p.Size, p.Width, p.Height = 1, 1, 1 }, true},
		"of another type":  {func(p *Picture) { p.Type = "image/svg+xml" }, false},
		"without a name":   {func(p *Picture) { p.Name = "" }, false},
		"of a folder":      {func(p *Picture) { p.Name = "../map.png" }, false},
		"of no file":       {func(p *Picture) { p.File = "" }, false},
		"of a short file":  {func(p *Picture) { p.File = p.File[1:] }, false},
		"of a file x":      {func(p *Picture) { p.File = strings.Repeat("x", 32) }, false},
		"without a hash":   {func(p *Picture) { p.SHA = "" }, false},
		"of another hash":  {func(p *Picture) { p.SHA = strings.Repeat("G", 64) }, false},
		"of no bytes":      {func(p *Picture) { p.Size = 0 }, false},
		"of too many":      {func(p *Picture) { p.Size++ }, false},
		"of no width":      {func(p *Picture) { p.Width = 0 }, false},
		"too wide":         {func(p *Picture) { p.Width++ }, false},
		"of no height":     {func(p *Picture) { p.Height = 0 }, false},
		"too high":         {func(p *Picture) { p.Height++ }, false},
		"of less than one": {func(p *Picture) { p.Width = -1 }, false},
	} {
		p := good
		c.change(&p)
		var in input.Check
		if checkPictures(&in, []Picture{p}); (in.Err() == nil) != c.good {
			t.Errorf("%s: %v", name, in.Err())
		}
	}
	many := func(n int) (out []Picture) {
		for i := range n {
			p := good
			p.Name = fmt.Sprintf("map%d.png", i)
			out = append(out, p)
		}
		return out
	}
	for n, want := range map[int]int{MaxPictures: 0, MaxPictures + 1: 1} {
		var in input.Check
		if checkPictures(&in, many(n)); len(refusal.Of(in.Err())) != want {
			t.Errorf("%d pictures: %v", n, in.Err())
		}
	}
	var in input.Check
	if checkPictures(&in, []Picture{good, good}); len(refusal.Of(in.Err())) != 1 {
		t.Error("a name stands twice:", in.Err())
	}
	// A picture is found by its name, and goes into the edition where a passage shows it, in whatever language.
	d := Draft{Pictures: many(4), Elements: []DraftElement{{Text: map[locale.Lang]string{"en": "![A](map1.png)", "fr": "![B](map3.png) ![C](other.png)"}}}}
	e := Edition{Pictures: d.shown()}
	for i, there := range []bool{false, true, false, true} {
		name := fmt.Sprintf("map%d.png", i)
		p, ok := e.PictureNamed(name)
		of, known := d.PictureNamed(name)
		if ok != there || !known || there && p != d.Pictures[i] || of != d.Pictures[i] {
			t.Errorf("%s: %+v %v, in the draft %+v %v", name, p, ok, of, known)
		}
	}
	if _, ok := d.PictureNamed("other.png"); ok || len(e.Pictures) != 2 {
		t.Errorf("%+v", e.Pictures)
	}
}
