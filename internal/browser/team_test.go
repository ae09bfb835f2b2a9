package browser

import (
	"strings"
	"testing"
)

// The pages on which those who hold an office work together pass axe, and the way through them works: an invitation is
// sent, its page is opened and accepted; several are looked at before they are decided; a note is kept.
func TestTeam(t *testing.T) {
	officer := visitor(t)
	officer.signInAs("officer")
	look := func(v *tab, lang string) {
		t.Helper()
		for _, wrong := range v.inspect(lang) {
			t.Errorf("%s: %s", v.at(), wrong)
		}
	}
	officer.open("/en" + house + "/desk/people")
	officer.write("#email", "team@example.org")
	officer.write("#called", "Tess Team")
	officer.write("#word", "Come and help.")
	eval[string](officer, `document.querySelector("#role").value = "analyst"`)
	officer.press(`button[value="invite"]`)
	look(officer, "en")
	if !strings.Contains(officer.text("main"), "Tess Team") {
		t.Error("nothing says that somebody was invited")
	}
	officer.open("/ar" + house + "/desk/people")
	look(officer, "ar")
	_, box := newClient(t).get("/en/mailbox.json")
	_, rest, ok := strings.Cut(box, `"link": "`)
	path, _, _ := strings.Cut(rest, `"`)
	if !ok || !strings.Contains(path, "/invitation/") {
		t.Fatal(path)
	}
	guest := visitor(t)
	for _, lang := range []string{"ru", "en"} {
		guest.open("/" + lang + path[3:])
		look(guest, lang)
	}
	guest.press("main form button.go")
	if !strings.HasSuffix(guest.at(), house+"/desk") {
		t.Error(guest.at())
	}
	guest.open("/fr/account")
	look(guest, "fr")
	guest.open("/en" + path[3:])
	look(guest, "en")

	moderator := visitor(t)
	moderator.signInAs("moderator")
	moderator.open("/en" + house + "/desk/queue?all=1")
	moderator.press(`button[value="preview-publish"]`)
	look(moderator, "en")
	if eval[int](moderator, `document.querySelectorAll("button[value=bulk-publish]").length`) != 1 {
		t.Error("nothing to confirm")
	}
	moderator.open("/ar" + house + "/desk/queue?all=1")
	look(moderator, "ar")
	_, queue := newClient(t).as("moderator").get("/en" + house + "/desk/queue.json")
	_, rest, _ = strings.Cut(queue, `"ref": "`)
	ref, _, _ := strings.Cut(rest, `"`)
	moderator.open("/fr" + house + "/desk/notes/" + ref)
	moderator.write("#text", "À revoir.")
	moderator.press("main form button.go")
	look(moderator, "fr")
	if !strings.Contains(moderator.text("main"), "À revoir.") {
		t.Error("the note is not there")
	}
}
