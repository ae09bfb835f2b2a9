package browser

import (
	"strings"
	"testing"
	"time"
)

// TestAskedFromTheFloor: the officer goes from the bench to the form with a question that was asked from the floor, is refused what lacks,
// sees the preview, and enters it, without JavaScript; everybody reads of whom it was heard. The form, with and without what is wrong,
// is read by axe in two languages, and fits a narrow screen.
func TestAskedFromTheFloor(t *testing.T) {
	call := must(gathering())
	officer := visitor(t)
	officer.signInAs("officer")
	officer.noScript()
	const question = "Who may ask a machine to be silent?"
	officer.open("/en" + house + "/desk/questions/" + call)
	officer.press(`main a[href$="/floor"]`)
	officer.fill("#wording", question)
	officer.press(`button[value="preview"]`)
	if sum := officer.text(".sum"); !strings.Contains(sum, "capacity") || !strings.Contains(sum, "date") {
		t.Errorf("what lacks is not said: %s", sum)
	}
	officer.fill("#speaker", "a teacher, from the gallery")
	officer.do("choose a category", setValue("#category", "individual"))
	officer.do("say the day", setValue("#said-date", time.Now().UTC().AddDate(0, 0, -1).Format(time.DateOnly)))
	officer.do("say the time", setValue("#said-time", "10:40"))
	officer.press(`button[value="preview"]`)
	if said := officer.text("main"); !strings.Contains(said, question) || !strings.Contains(said, "a teacher, from the gallery") || !strings.Contains(said, "10:40") {
		t.Errorf("the preview: %s", said)
	}
	officer.press(`button[value="send"]`)
	if officer.text(".sum") != "" || !strings.Contains(officer.text("body"), "The question is entered.") {
		t.Errorf("entered: %s", officer.text("body"))
	}
	reader := visitor(t)
	reader.open("/en" + house + "/contributions?call=" + call)
	if said := reader.text("main"); !strings.Contains(said, "asked from the floor") {
		t.Error("nobody reads that it was asked from the floor")
	}
	office := signedInAs(t, "officer")
	for _, lang := range []string{"en", "ar"} {
		for _, width := range []int64{360, 1280} {
			office.size(width, 900)
			office.open("/" + lang + house + "/desk/questions/" + call + "/floor")
			for _, refused := range []bool{false, true} {
				if refused {
					office.press(`button[value="preview"]`)
				}
				for _, wrong := range office.inspect(lang) {
					t.Errorf("%s, %d, refused %v: %s", lang, width, refused, wrong)
				}
				if eval[bool](office, "document.documentElement.scrollWidth > innerWidth") {
					t.Errorf("%s, %d: the page is wider than the screen", lang, width)
				}
			}
		}
	}
}
