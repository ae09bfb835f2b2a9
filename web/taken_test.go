package web_test

import (
	"context"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/site"
	"github.com/openplenary/plenary/web"
)

// walkSteps collects steps under the names of their files.
type walkSteps []riverStep

func (w *walkSteps) group(name string, some ...[]riverStep) {
	for _, list := range some {
		for _, s := range list {
			s.name = name
			*w = append(*w, s)
		}
	}
}

// filled is riverSend for a form that brings along what its page carries hidden.
func filled(role, path string, pairs ...string) riverStep {
	s := riverSend(role, path, pairs...)
	s.filled = true
	return s
}

// then are forms that are sent one after the other.
func then(some ...riverStep) []riverStep { return some }

// TestGoldenTaken is TestGoldenRiver for forms that are taken: what whoever sent one is told, and what is other afterwards on
// the pages of those whom it concerns.
func TestGoldenTaken(t *testing.T) {
	t.Parallel()
	h, readers := newRiver(t)
	readers["shop"] = h.visitor() // somebody without an account
	w := goldenWalk{h: h, readers: readers, base: "/en" + riverPath, folder: "taken", since: true}
	var steps walkSteps
	takenOfAuthors(&steps)
	takenOfModerators(&steps)
	takenOfAnswers(&steps)
	takenOfDesk(&steps)
	takenOfSettings(&steps)
	takenOfForms(&steps)
	w.walk(t, steps)
}

// takenOfAuthors is what authors send: contributions, drafts, corrections, reactions, a whole form.
func takenOfAuthors(steps *walkSteps) {
	read, send := riverRead, riverSend
	const words = "The post waits at the quay, and nobody says until when."
	steps.group("author", read("", "/contributions", "/k2", ""), read("author", "/mine"), read("moderator", "/desk", "/desk/queue"), then(
		send("author", "/k2/contribute", "do", "save", "on", "p2.e1.x2", "text", "Begun.", "language", "en", "category", "individual"),
	), read("author", "/mine", "/k2/contribute"), then(
		filled("author", "/k2/contribute", "do", "send", "on", "p2.e1.x2", "title", "On post", "text", words, "wording", "The post does not wait.", "category", "ngo", "country", "CH", "name", "Maria",
			"body", "Quay Club", "belongs", "speaks", "language", "en"),
	), read("author", "/c19", "/mine"), read("", "/c19", "/contributions"), read("moderator", "/c19", "/desk"), then(
		send("moderator", "/desk/queue", "do", "later", "ref", "c19"),
		send("moderator", "/desk/queue", "do", "take-up", "ref", "c19"),
		send("moderator", "/desk/queue", "do", "preview-publish", "ticked", "c11@?", "ticked", "c19@?"),
		send("moderator", "/desk/queue", "do", "bulk-withhold", "item", "c11@?", "ground", "abuse", "reason", "Rude."),
	), read("", "/c11", "/contributions?status=withheld"), read("moderator", "/c11", "/desk/queue"), then(
		send("moderator", "/desk/queue", "do", "publish", "ref", "c19"),
	), read("", "/c19", "/contributions", "/contributions?category=ngo", "/k2", ""), then(
		send("author", "/c19/correct", "do", "look", "title", "On the post", "text-1", words, "wording-1", "The post never waits.", "reason", "Mistyped."),
		send("author", "/c19/correct", "do", "edit", "title", "On the post", "text-1", words, "wording-1", "The post never waits.", "reason", "Mistyped."),
		send("author", "/c19/correct", "do", "send", "title", "On the post", "text-1", words, "wording-1", "The post never waits.", "reason", "Mistyped."),
		send("author", "/c19/correct", "do", "send", "title", "On the post", "text-1", words, "wording-1", "The post never waits.", "reason", "Mistyped."),
	), read("author", "/c19", "/mine"), read("", "/c19"), read("moderator", "/c19", "/desk/queue"), then(
		send("moderator", "/c19/correction", "do", "withhold", "correction-ground", "abuse", "correction-reason", "It is rude."),
	), read("author", "/c19"), read("", "/c19"), then(
		send("moderator", "/c9/correction"),
	), read("", "/c9"), read("author", "/c9/receipt"), then(
		send("author", "/c1.1/react", "verdict-c1.1", "satisfied", "text-c1.1", ""),
	), read("", "/c1", "/d1"), then(
		send("author", "/c19/withdraw"),
	), read("", "/c19", "/contributions?status=withdrawn", "/contributions"), read("author", "/c19", "/mine"), then(
		filled("", "/k3/form/part/s1", "q1", "1", "q2", "1", "q2-text", "By raft.", "do", "next"),
	), read("", "/k3/form", "/k3/form/part/s1"), then(
		filled("", "/k3/form/part/s2", "q3", "2", "q4", "0", "q5-text", "In winter.", "do", "check"),
		filled("", "/k3/form/part/check", "do", "send", "category", "individual", "country", "XQ"),
		filled("", "/k3/form/part/check", "do", "send", "category", "individual", "country", "CH", "name", "Somebody", "language", "en"),
	), read("", "/c20", "/k3", "/k3/results", "/k3/results.json", "/k3/answers.csv", "/k3/data.csv", "/k3/codebook.csv", "/mine", "/k3/form"))
}

// takenOfForms is what is typed into the form of a call, part by part.
func takenOfForms(steps *walkSteps) {
	read, send := riverRead, riverSend
	const form = "/k3/form"
	steps.group("form", read("shop", form, form+"/part/begin", form+"/part/x2", form+"/part/x9"), then(
		send("shop", form+"/part/check", "do", "send"),
		filled("shop", form+"/part/s1", "q1", "9", "q2", "1", "q2", "x", "do", "later"),
		filled("shop", form+"/part/s1", "q1", "1", "q2", "3", "q2", "1", "q2-text", "By raft.", "do", "later"),
		filled("shop", form+"/part/s2", "q3", "2", "q4", "0", "q5-text", "In winter.", "do", "back"),
		filled("shop", form+"/part/x2", "x3-text", "It floats.", "x3-wording", "A ferry floats.", "x3", "yes", "do", "next"),
		filled("shop", form, "do", "choose", "section", "s1", "section", "x9"),
		filled("shop", form, "do", "all"),
		filled("shop", form, "do", "mail", "email", "nobody"),
	), read("shop", form, form+"/part/s1", form+"/part/s2", form+"/part/x2", form+"/part/check", "/mine"), then(
		filled("shop", form+"/part/check", "do", "send", "category", "ngo", "body", "Quay Club", "belongs", "works", "name", "Paula", "language", "en"),
		filled("shop", form+"/part/check", "do", "later", "category", "ngo", "body", "Quay Club", "belongs", "speaks", "name", "Paula", "language", "en"),
		filled("shop", form, "do", "drop"),
	), read("shop", form, "/mine"))
}

// takenOfModerators is what moderators decide, alone and by two, and what translators send.
func takenOfModerators(steps *walkSteps) {
	read, send := riverRead, riverSend
	steps.group("moderator", then(
		filled("state", "/k2/contribute", "do", "send", "on", "p2.e1.x3", "text", "Arcadia carries it twice, and asks for a bell.", "language", "en", "for", "self", "category", "individual"),
	), read("moderator", "/desk/queue", "/c10/redact"), read("officer", "/c10/redact"), read("", "/c10"), then(
		send("moderator", "/c11/publish"),
		send("moderator", "/c11/withhold", "ground", "abuse", "reason", "Rude again."),
		send("officer", "/c10/removal", "do", "confirm", "proposal", "?/c10/redact"),
	), read("", "/c10"), read("moderator", "/c10/redact"), then(
		send("moderator", "/c10/redact", "do", "take", "mask", "1.text[13:17]", "redact-ground", "personal_data"),
		send("officer", "/c10/removal", "do", "decline", "proposal", "?/c10/redact"),
		send("officer", "/c18/erase", "erase-ground", "at_request"),
	), read("officer", "/desk/queue"), read("moderator", "/c18", "/c18/redact"), then(
		send("moderator", "/c18/removal", "do", "confirm", "proposal", "?/c18/redact"),
	), read("", "/c18", "/d7"), then(
		send("officer", "/desk/two"),
	), read("moderator", "/desk/queue"), then(
		send("moderator", "/desk/two"),
		send("moderator", "/desk/queue", "do", "publish", "ref", "c21"),
	), read("moderator", "/desk/queue"))
	steps.group("translator", read("", "/c15"), then(
		send("translator", "/c15.1/rendering", "language-c15.1", "en", "rendering-c15.1", "Say when it leaves.", "wording-c15.1", "It leaves at noon."),
	), read("", "/c15", "//fr/c/river/c15"))
}

// takenOfAnswers is how points are answered: offered, released, answered at once, linked, put off.
func takenOfAnswers(steps *walkSteps) {
	read, send := riverRead, riverSend
	steps.group("answers", read("officer", "/desk/points", "/desk/points/c15.1"), read("second", "/desk", "/desk/points"), then(
		send("officer", "/desk/points/c15.1", "do", "later"),
		send("officer", "/desk/points/c15.1", "do", "again"),
		send("officer", "/desk/points/c15.1", "do", "offer", "outcome", "accepted", "heading-en", "Noon it is", "reason-en", "It leaves at noon.", "original", "en", "changes", "p1.x3"),
	), read("second", "/desk", "/desk/points", "/desk/points/c15.1"), then(
		send("second", "/desk/points/c15.1", "do", "release", "version", "1"),
	), read("", "/c15", "/d8", "/p1/responses", "/p1.e2.x3", "/c15.1/trace", ""), read("officer", "/desk/points", "/desk"), then(
		send("officer", "/desk/answers/d8", "do", "link", "changes", "p1.x4"),
	), read("", "/d8"), then(
		send("officer", "/desk/settings", "what", "review", "review", "off"),
		send("second", "/desk/settings", "what", "review", "review", "on"),
		send("second", "/desk/settings", "what", "review", "review", "off"),
		send("officer", "/desk/settings", "what", "review", "review", "off"),
		send("officer", "/desk/points/c16.1", "do", "keep", "outcome", "noted", "reason-en", "We know her.", "original", "en"),
		send("second", "/desk/points/c16.1", "do", "keep", "outcome", "noted", "reason-en", "We know her well.", "original", "en"),
		send("officer", "/desk/points/c16.1", "do", "answer", "version", "1", "outcome", "noted", "reason-en", "We know her.", "original", "en"),
	), read("", "/c16", "/d9"), read("officer", "/desk/points/c15.1", "/desk/points/c15.1?change=1"))
}

// takenOfDesk is what officers do to the calendar, to calls, to people and to papers.
func takenOfDesk(steps *walkSteps) {
	read, send := riverRead, riverSend
	steps.group("stages", read("officer", "/desk/stages", "/desk/map"), read("", "", "/map"), then(
		send("officer", "/desk/stages", "number", "0", "kind-0", "session", "state-0", "planned", "title-0-en", "Second crossing", "title-0-fr", "Seconde traversée", "from-0", "2020-09-01", "to-0", "2020-09-02",
			"source-0", "https://ferries.example/second", "target-0", "k2"),
		send("officer", "/desk/stages", "number", "1", "kind-1", "session", "state-1", "held", "title-1-en", "First crossing", "title-1-fr", "Première traversée", "from-1", "2020-07-01", "to-1", "2020-07-02", "outcome-1-en", "Both arrived.", "lacks", ""),
		send("officer", "/desk/stages", "number", "1", "kind-1", "session", "state-1", "held", "title-1-en", "First crossing", "title-1-fr", "Première traversée", "from-1", "2020-07-01", "to-1", "2020-07-02", "outcome-1-en", "Both arrived."),
	), read("", ""), then(send("officer", "/desk/map", "show", "off")), read("", "/map", ""), then(
		send("officer", "/desk/map", "show", "on", "disclaimer-en", "As they were."),
	), read("", "/map"))
	steps.group("calls", read("officer", "/desk", "/desk/calls/k2"), read("", "/k2"), then(
		send("officer", "/desk/calls/k2/extend", "closes-date", "2020-07-01", "closes-time", "10:00", "reason", "More time."),
		send("officer", "/desk/calls/new", "paper", "p1", "title-en", "More on it", "title-fr", "Encore", "opens-date", "2020-05-06", "opens-time", "10:00", "closes-date", "2020-06-06", "closes-time", "18:30", "zone", "Europe/Zurich",
			"late", "refused", "moderation", "before", "who", "signed_in"),
	), read("", "/k7", "", "/k2"), read("officer", "/desk/calls/k7", "/desk"), then(
		filled("officer", "/desk/calls/k7", "what", "correct", "title-en", "More about it", "moderation", "after", "reason", "Clearer.", "opens-date", "2020-05-07", "opens-time", "10:00"),
		send("officer", "/desk/calls/k7", "what", "document", "document-en", "Costs", "document-fr", "Coûts", "source", "https://ferries.example/c"),
		send("officer", "/desk/calls/k7", "what", "first"),
		send("officer", "/desk/calls/k2", "what", "first", "on", "p2.x2"),
		send("officer", "/desk/calls/k2", "what", "first", "do", "leave"),
		send("officer", "/desk/calls/k7/questions", "s1", "3", "s1-title-en", "Crossing", "q1-kind", "choice", "q1-ask-en", "How?", "q1-hint-en", "Mostly.", "q1-options-en", "By boat\nOn foot", "q1-words", "yes",
			"q2-kind", "scale", "q2-steps", "5", "q2-ask-en", "How safe?", "q2-low-en", "Not", "q2-high-en", "Very", "q3-kind", "several", "q3-ask-en", "When?", "q3-options-en", "Day\nNight\nNever", "q3-most", "2", "do", "save"),
	), read("", "/k7", "/k7.json"), read("officer", "/desk/calls/k7/questions"), then(
		send("officer", "/desk/calls/k7", "what", "withdraw", "withdraw-reason", "It came too early."),
		send("officer", "/desk/calls/k2", "what", "stop", "stop-reason", "All is said."),
	), read("", "/k7", "/k2", "/k2/contribute", ""), read("officer", "/desk/calls/k7", "/desk/calls/k2"))
	steps.group("people", read("officer", "/desk/people"), then(
		send("officer", "/desk/people", "do", "enter", "category", "ngo", "country", "CH", "name", "Fen Club"),
		send("officer", "/desk/people", "do", "rename", "party", "?/desk/people"),
	), read("officer", "/desk/people"), read("", ""))
	const sheet = "/desk/papers/DAAAAAAAAAAAAAAAAAAAAA"
	steps.group("papers", read("", "/p2", "/documents", "/contributions?paper=p2"), then(
		send("officer", "/desk/papers", "do", "edition", "paper", "p2", "token", "DAAAAAAAAAAAAAAAAAAAAA"),
		send("officer", sheet, "id", "2", "do", "close", "text", "Many asked first what a ferry is, and when it leaves.", "seen-text", "?"+sheet+"?open=2"),
		send("officer", sheet, "do", "insert:1:paragraph"),
		send("officer", sheet, "id", "5", "do", "close", "text", "It leaves at noon.", "seen-text", "?"+sheet+"?open=5"),
	), read("officer", sheet, sheet+"/preview"), then(
		filled("officer", sheet, "do", "publish", "list", "yes", "symbol", "TEST/RIVER/2 REV.", "date", "2020-05-05", "title", "Considerations on the river", "kind", "considerations"),
	), read("officer", sheet, "/desk/papers"), read("", "/p2", "/documents", "/p2/redline", "/p2/concordance"))
}

// takenOfSettings is what officers settle.
func takenOfSettings(steps *walkSteps) {
	read, send := riverRead, riverSend
	steps.group("settings", read("officer", "/desk/settings"), read("", ""), then(
		filled("officer", "/desk/settings", "what", "words", "title-en", "The great river", "was-title-en", "The river", "title-fr", "Le grand fleuve", "was-title-fr", "Le fleuve", "reason", "It grew."),
		send("officer", "/desk/settings", "what", "nouns", "noun-secretariat-en", "Harbour"),
		send("officer", "/desk/settings", "what", "languages", "languages", "ru", "was-languages", "en fr", "zone", "UTC", "was-zone", "Europe/Zurich"),
		send("officer", "/desk/settings", "what", "languages", "languages", "en", "was-languages", "en fr", "zone", "UTC", "was-zone", "Europe/Zurich"),
		send("officer", "/desk/settings", "what", "label", "list", "categories", "name-en", "Port", "name-fr", "Port", "chooser", "persons"),
		send("officer", "/desk/settings", "what", "label", "list", "categories", "id", "ngo", "name-en", "Association", "was-name-en", "Non-governmental organisation", "label-reason", "Shorter."),
		send("officer", "/desk/settings", "what", "label", "list", "subjects", "id", "ferries", "do", "merge", "into", "boats", "label-reason", "One thing."),
		send("officer", "/desk/settings", "what", "label", "list", "crosscutting", "id", "payer", "do", "close", "label-reason", "Nobody does."),
		send("officer", "/desk/settings", "what", "label", "list", "crosscutting", "id", "payer", "do", "again"),
		send("officer", "/desk/settings", "what", "nine"),
	), read("officer", "/desk/settings", "/desk"), read("", "", "/overview"), then(
		send("officer", "/desk/settings", "what", "archive", "last-en", "It is done.", "sure", "yes"),
	), read("", "", "/k2"), read("officer", "/desk", "/desk/settings"), then(
		send("officer", "/desk/settings", "what", "reopen", "why", "It is not.", "sure", "yes"),
	), read("", "", "/record"))
	steps.group("account", read("officer", "//en/account"), then(
		send("officer", "//en/account", "name", "Olga", "language", "fr", "told", "never"),
		send("officer", "//en/account", "name", "The Secretariat", "language", "xx", "told", "perhaps"),
		send("officer", "//en/account", "name", "Olga", "language", "en", "told", string(account.Tolds()[0])),
		send("author", "//en/account/delete"),
		send("officer", "//en/account/delete", "sure", "yes"),
	), read("officer", "//en/account", "/desk/people"), read("", "//en/", "//fr/"))
}

// TestGoldenSite is TestGoldenRiver for what the operator says of the instance, of its legal pages and of countries.
func TestGoldenSite(t *testing.T) {
	t.Parallel()
	h, readers := newRiver(t)
	kept, err := site.Open(t.TempDir(), "https://talk.example.org", func() time.Time { return riverAt })
	if err != nil {
		t.Fatal(err)
	}
	e := h.entrance(func(o *web.Options) {
		o.Operators, o.Mailbox, o.DemoRoles, o.Site = []string{"author@demonstration.invalid"}, nil, nil, kept
		o.TestMail = func(context.Context, string, locale.Lang) error { return nil }
		o.MailWaits = func(context.Context) (int, bool, error) { return 2, true, nil }
	})
	w := goldenWalk{h: e, readers: map[string]*visitor{"": e.visitor(), "operator": {e, readers["author"].c}, "state": {e, readers["state"].c}}, base: "/en", folder: "operator", since: true}
	var steps walkSteps
	siteSteps(&steps)
	w.walk(t, steps)
}

// siteSteps are what the operator reads and sends.
func siteSteps(steps *walkSteps) {
	read := riverRead
	const at = "/site"
	say := func(pairs ...string) riverStep { return riverSend("operator", at, pairs...) }
	steps.group("body", read("", "/", at, at+"/privacy", at+"/about", "/check"), read("state", at), read("operator", at, at+"?edit=help", at+"?edit=country-CH", at+"?edit=country-", at+"?edit=group-"), then(
		say("what", "body", "name-en", "Harbour", "contact-en", "3 Quay Street", "borders-en", "Borders are nobody’s.", "was-languages", "?/site", "languages", "en", "languages", "fr"),
		say("what", "body", "name-en", "Port", "was-name-en", "Old", "name-fr", "Le port"),
		say("what", "body", "name-en", "", "was-name-en", "Harbour", "was-languages", "?/site"),
		say("what", "page", "page", "privacy", "privacy-en", "We keep nothing.", "was-privacy-en", "Something else."),
		say("what", "page", "page", "help", "help-en", "Ask at the quay.", "was-help-en", ""),
		say("what", "page", "page", "cookies"),
		say("what", "logo", "was-logo", ""),
		say("what", "logo", "was-logo", "x"),
		say("what", "mail"),
		say("what", "burn"),
	), read("operator", at, at+"?edit=help"), read("", "/", at+"/help", "/c/river", "/c/river/map"))
	steps.group("countries", read("", "/c/river/map"), then(
		say("what", "group", "group-en", " "),
		say("what", "group", "group-en", "Banks", "group-fr", "Rives"),
		say("what", "group", "group-en", "Quays"),
		say("what", "country", "code", "xq", "country-en", "Quayland", "place", "0"),
		say("what", "country", "code", "xq", "country-en", "Quayland", "country-fr", "Quai", "place", "1", "country-group", "g1"),
		say("what", "country", "code", "CH", "country-en", "Swiss Lakes", "was-country-en", "Switzerland", "country-group", "g2"),
		say("what", "country", "code", "IT", "off", "yes"),
		say("what", "country", "code", "FR", "country-en", "France", "was-country-en", "Gaul"),
		say("what", "country", "code", "FR", "country-en", "Gaul", "was-country-en", "Gaul of old"),
	), read("operator", at, at+"?edit=country-XQ", at+"?edit=country-IT", at+"?edit=group-g1"), read("", "/c/river/map", "/c/river/contributions", "/c/river/k2/contribute"), then(
		say("what", "group", "id", "g1", "do", "remove"),
		say("what", "group", "id", "g1", "group-en", "Shores", "was-group-en", "Banks"),
		say("what", "country", "code", "XQ", "do", "remove"),
		say("what", "country", "code", "XQ", "do", "remove", "was-country-en", "Quayland", "was-country-fr", "Quai", "was-place", "1", "was-country-group", "g1"),
		say("what", "country", "code", "IT", "do", "remove", "was-off", "yes"),
		say("what", "group", "id", "g1", "do", "remove", "was-group-en", "Banks"),
		say("what", "group", "id", "g1", "do", "remove", "was-group-en", "Shores", "was-group-fr", "Rives"),
		say("what", "group", "id", "g9", "do", "remove"),
	), read("operator", at))
	convene := func(slug string, pairs ...string) riverStep {
		return riverSend("operator", "/convene", append([]string{"slug", slug, "title", "The banks", "languages", "en", "zone", "UTC", "from", "2020-06-01", "until", "2020-12-01"}, pairs...)...)
	}
	const desk = "/c/banks/desk"
	steps.group("convene", read("operator", "/convene"), then(
		convene("banks", "template", "consultation", "nine", "yes"),
		convene("banks", "template", "consultation", "nine", "yes"),
		convene("banks", "template", "conversation"),
		convene("quays", "template", "conversation"),
		convene("rafts", "template", "feast", "zone", "Mars"),
	), read("operator", desk, desk+"/stages", desk+"/settings", "/c/quays/desk/stages", "/c/quays/desk/settings"), read("", "/c/banks"), then(
		riverSend("operator", desk+"/settings", "what", "open", "sure", "yes"),
		riverSend("operator", desk+"/settings", "what", "discard", "slug", "quays", "sure", "yes"),
		riverSend("operator", desk+"/preview", "who", "public"),
	), read("operator", "/c/banks"), then(
		riverSend("operator", desk+"/preview", "who", ""),
		riverSend("operator", desk+"/settings", "what", "discard", "slug", "banks", "sure", "yes"),
	), read("operator", desk, "/"))
	const to = at + "/translations"
	steps.group("translations", read("operator", to, to+"?to=fr", to+"?to=fr&pile=older", to+"?to=fr&pile=done", to+"?to=fr&from=1"), then(
		riverSend("operator", to, "passage", "help", "language", "fr", "do", "official", "text", "Demandez au quai.", "seen", "x", "pile", "missing"),
		riverSend("operator", to, "passage", "help", "language", "fr", "do", "official", "text", "Demandez au quai.", "seen", "?"+to+"?to=fr&pile=missing", "pile", "missing"),
		riverSend("operator", to, "passage", "nothing", "language", "fr", "do", "official", "text", "Demandez."),
		riverSend("operator", to, "passage", "help", "language", "xx", "do", "official", "text", "Demandez."),
		riverSend("operator", to, "passage", "help", "language", "fr", "do", "same", "pile", "older", "from", "-3"),
		riverSend("state", to, "passage", "help", "language", "fr", "do", "same"),
	), read("operator", to+"?to=fr", at), read("", at+"/help"))
}

// TestGoldenTown is TestGoldenRiver for the questions that a town gathers: what was proposed, a question, and the bench of
// whoever puts proposals into words.
func TestGoldenTown(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC)
	var r *script.Runner
	h := houseAt(t, func() time.Time { return at }, script.TownSlug, "@mairie", "@accueil", func(sec *plenary.Secretariat) (_ *script.Runner, err error) {
		r, err = script.Town(t.Context(), sec, at)
		return r, err
	})
	readers := map[string]*visitor{"": h.visitor(), "officer": h.as("officer"), "moderator": h.as("moderator")}
	for role, alias := range map[string]string{"yara": "@man-yara", "shop": "@combien"} {
		email := role + "@demonstration.invalid"
		if _, err := h.web.Options.Accounts.Invite(t.Context(), email, script.TownSlug, uint64(r.Participant(alias)), at); err != nil {
			t.Fatal(err)
		}
		readers[role] = h.visitor()
		readers[role].signIn(email)
	}
	w := goldenWalk{h: h, readers: readers, base: town, folder: "town", since: true}
	var steps walkSteps
	townSteps(&steps)
	w.walk(t, steps)
}

// townSteps are what is read and sent in the town.
func townSteps(steps *walkSteps) {
	read := riverRead
	const bench, waits = "/desk/questions/k2", "/k2/questions?state=waiting"
	of := func(s riverStep, refs ...string) riverStep {
		s.form["of"] = refs
		return s
	}
	sent := func(pairs ...string) riverStep { return filled("officer", bench, pairs...) }
	steps.group("questions", read("", "", "/k2", "/k2/questions", waits, "/k2/questions?state=worded", "/k2/questions?state=left_out", "/k2/questions?next=c62.1", "/k2/questions?state=waiting&next=c64.1", "/k2/questions.json",
		"/q1", "/q2", "/q1.json", "/c61", "/c63", "/c64", "/c62.1/trace", "/record?kind=questions"), read("yara", "/c62", "/q1", "/mine"), read("shop", "/c61", "/c63", "/q2", "/k2/questions"), read("moderator", "/c64"), then(
		riverSend("shop", "/c64.1/support", "do", "support", "category", "king"),
		riverSend("shop", "/c64.1/support", "do", "support", "category", "shop"),
		riverSend("shop", "/c61.1/support", "do", "take-back"),
		riverSend("shop", "/c63.1/support", "do", "support", "category", "shop"),
	), read("", waits, "/c64", "/c61"), read("yara", "/q1"))
	steps.group("bench", read("officer", bench, bench+"?question=q1", bench+"?next=c65.1", "/desk/questions/k1", "/desk"), then(
		of(sent("do", "word", "wording-fr", " ", "reason-fr", "Parce que."), "c64.1", "c65.1"),
		of(sent("do", "word", "wording-fr", "Que filme-t-on ?", "reason-fr", "Parce que.")),
		of(sent("do", "word", "wording-fr", "Que filme-t-on ?"), "c62.1", "c64.1"),
		of(sent("do", "leave-out", "outcome", "accepted"), "c64.1"),
		of(sent("do", "as-proposed", "reason-fr", "Bien dit."), "c64.1", "c65.1"),
		of(sent("do", "word", "wording-fr", "Que filme-t-on ?", "wording-ar", "ماذا نصوّر؟", "reason-fr", "Elles se ressemblent."), "c64.1", "c65.1"),
	), read("", "/q3", waits, "/k2/questions", "/c64", "/c65.1/trace"), read("officer", bench+"?question=q3", bench), then(
		of(sent("do", "word", "question", "q3", "seen", "?"+bench+"?question=q3", "wording-fr", "Que filme-t-on la nuit ?"), "c64.1"),
	), read("", "/q3", "/q3.json"), then(
		of(sent("do", "as-proposed", "reason-fr", "Bien dit."), "c65.1"),
		of(sent("do", "leave-out", "outcome", "noted", "reason-fr", "Elle est notée."), "c66.1"),
		sent("do", "arrange", "themes", "3", "theme1-fr", "Ce que voient les caméras", "theme2-fr", "Ce qu’elles coûtent", "theme3-fr", "La nuit", "under-q1", "3", "place-q1", "2", "under-q2", "3", "place-q2", "1", "under-q3", "0"),
		sent("do", "dissolve", "question", "q3", "seen", "?"+bench+"?question=q3", "why", "On ne filme pas la nuit."),
		sent("do", "burn"),
	), read("", "/k2/questions", "/q3", "/c64", "/c66", "/k2/questions?state=left_out"), read("officer", bench, "/desk"))
	const sheet = "/desk/papers/DAAAAAAAAAAAAAAAAAAAAA"
	steps.group("papers", then(riverSend("officer", "/desk/papers/from/k2", "token", "DAAAAAAAAAAAAAAAAAAAAA")), read("officer", sheet, "/desk/papers"), then(
		filled("officer", sheet, "do", "publish", "list", "yes", "symbol", "QUAI/2", "date", "2026-12-01", "title", "Les questions de la réunion", "kind", "information_paper"),
	), read("", "/p2", "/p2.e1.x1/trace", "/p2.e1.x2/trace", "/p2.e1.x3/trace", "/p2.e1.x4/trace", "/c61.1/trace", "/q1", "/documents"))
	steps.group("voices", read("", "/k1", "/k1/form", "/k1/results", "/k1/results.json", "/p1/responses", "/p1.x5", "/p1.x5/trace", "/overview", "/contributions?category=shop", "/contributions?language=ar&print=1", "/c8", "/d1"),
		read("officer", "/desk/points", "/desk/points/c8.1"), read("moderator", "/desk/queue"))
}

// evidenceLink finds where a cell of the overview leads.
var evidenceLink = regexp.MustCompile(`href="/en/c/ferries(/overview/[^"]+)"`)

// lastAt finds when a script ends.
var lastAt = regexp.MustCompile(`(?m)^at (\S+Z)$`)

// TestGoldenScripts is TestGoldenRiver for the scripts that are played to test a noun, each of which brings it into every state:
// what everybody and an officer read of it at its end, and of every kind of fact one page.
func TestGoldenScripts(t *testing.T) {
	t.Parallel()
	facts := map[string]bool{}
	for _, name := range []string{"answer", "call", "correction", "erase", "formulation", "life", "map", "moderation", "parties", "questions", "removal", "rendering", "resume", "review", "settings", "stage", "withdraw"} {
		text, err := os.ReadFile("../internal/script/testdata/" + name + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		all := lastAt.FindAllSubmatch(text, -1)
		end, err := time.Parse("2006-01-02T15:04Z", string(all[len(all)-1][1]))
		if err != nil {
			t.Fatal(err)
		}
		h := houseAt(t, func() time.Time { return end.Add(time.Hour) }, "ferries", "@olga", "@nobody", func(sec *plenary.Secretariat) (*script.Runner, error) {
			r := script.New(sec)
			r.Attach = attachNothing
			return r, r.Run(t.Context(), os.DirFS("../internal/script/testdata"), name+".txt")
		})
		w := goldenWalk{h: h, readers: map[string]*visitor{"": h.visitor(), "officer": h.as("officer")}, base: "/en/c/ferries", folder: "script"}
		var steps walkSteps
		steps.group(name, riverRead("", scriptPages(t, h, facts)...), riverRead("officer", "", "/desk", "/desk/points", "/desk/queue", "/desk/settings", "/desk/stages", "/desk/people"))
		w.walk(t, steps)
	}
}

// scriptPages are the pages of all that a conversation has, and those of entries with a fact that facts has not yet.
func scriptPages(t *testing.T, h *house, facts map[string]bool) []string {
	t.Helper()
	out := []string{"", "/documents", "/overview"}
	for _, kind := range "pkcdq" {
		for n := 1; h.visitor().get("/en/c/ferries/"+string(kind)+strconv.Itoa(n)).status == http.StatusOK; n++ {
			out = append(out, "/"+string(kind)+strconv.Itoa(n))
		}
	}
	for _, m := range evidenceLink.FindAllStringSubmatch(h.visitor().get("/en/c/ferries/overview").body, 2) {
		out = append(out, m[1])
	}
	entries, err := h.sec.RecordEntries(t.Context(), "ferries", 1, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if kind := e.Kind; !facts[kind] {
			facts[kind] = true
			out = append(out, "/entry-"+strconv.Itoa(int(e.Position)))
		}
	}
	return out
}
