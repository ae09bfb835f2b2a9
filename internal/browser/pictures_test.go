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
