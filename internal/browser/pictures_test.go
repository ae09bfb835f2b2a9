package browser

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestPictures draws the README's picture, and with PLENARY_PICTURES_ALL=1 every page that a person should
// look over before a release, narrow and wide, in the light and in the dark.
func TestPictures(t *testing.T) {
	dir := os.Getenv("PLENARY_PICTURES")
	if dir == "" {
		t.Skip("PLENARY_PICTURES is not set")
	}
	v := visitor(t)
	v.size(1280, 1500)
	v.open("/en" + house)
	v.picture(filepath.Join(dir, "picture.png"), chromedp.CaptureScreenshot())
	v.tour(filepath.Join(dir, "tour"))
	if os.Getenv("PLENARY_PICTURES_ALL") == "" {
		return
	}
	author := newClient(t)
	ref := author.say("p2.e1.x3", "I keep the archive of a small town. \"Made by a machine\" can mean two things here, and the paper should say which one it asks about.")
	v.become(author)
	for _, lang := range []string{"en", "fr", "ar"} {
		for name, path := range map[string]string{"home": house, "paper": house + "/p1.e1", "contribute": house + "/k2/contribute?on=p2.e1.x3", "receipt": house + "/" + ref + "/receipt", "list": house + "/contributions"} {
			for _, width := range []int64{360, 1280} {
				for _, scheme := range []string{"light", "dark"} {
					v.size(width, 900)
					v.scheme(scheme)
					v.open("/" + lang + path)
					size := map[int64]string{360: "narrow", 1280: "wide"}[width]
					v.picture(filepath.Join(dir, strings.Join([]string{name, lang, size, scheme}, "-")+".png"), chromedp.CaptureScreenshot())
				}
			}
		}
	}
}

// tour draws the pictures of docs/tour.md: what a visitor sees on the way from the first page to the check.
func (v *tab) tour(dir string) {
	v.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		v.Fatal(err)
	}
	v.size(1280, 800)
	for _, p := range []struct{ name, path, to string }{
		{"1-voice", "/en" + house, "#voice"},
		{"2-answered", "/en" + house + "/c23", "#c23-1"},
		{"3-redline", "/en" + house + "/p1.e2/redline", "#p1-x35"},
		{"4-trace", "/en" + house + "/c23/trace", ""},
		{"5-overview", "/en" + house + "/overview", ""},
		{"6-map", "/en" + house + "/map", "h1"},
		{"8-arabic", "/ar" + house + "/p1.e2", "#p1-x85"},
	} {
		v.open(p.path)
		if p.to != "" && !eval[bool](v, `(e => { e?.scrollIntoView({behavior: "instant"}); return !!e })(document.querySelector("`+p.to+`"))`) {
			v.Errorf("%s has no %s", p.path, p.to)
		}
		v.picture(filepath.Join(dir, p.name+".png"), chromedp.CaptureScreenshot())
	}
	officer := visitor(v.T)
	officer.size(1280, 800)
	officer.signInAs("officer")
	officer.open("/en" + house + "/desk/points/c255.1")
	eval[bool](officer, `(e => { e.scrollIntoView({behavior: "instant"}); return true })(document.querySelector("#parts"))`)
	officer.picture(filepath.Join(dir, "7-answer.png"), chromedp.CaptureScreenshot())
}

// picture writes what is seen into a file.
func (v *tab) picture(file string, shoot chromedp.Action[[]byte]) {
	v.Helper()
	b, err := chromedp.Run(v.ctx, shoot)
	if err != nil {
		v.Fatal(err)
	}
	if err := os.WriteFile(file, b, 0o644); err != nil {
		v.Fatal(err)
	}
}
