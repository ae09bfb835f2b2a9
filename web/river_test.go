package web_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/internal/script"
)

// riverPath is the address of a small conversation that has one of everything: every link of the chain, and every state in
// which a call, a contribution, a correction or an answer can be.
const riverPath = "/c/river"

// riverAt is when its pages are read. Its calls k2 and k3 are open then.
var riverAt = time.Date(2020, 5, 5, 10, 0, 0, 0, time.UTC)

// newRiver is a house with that conversation, and those who read it: each signed in, "" for somebody who is not.
func newRiver(t *testing.T) (*house, map[string]*visitor) {
	t.Helper()
	var r *script.Runner
	h := houseAt(t, func() time.Time { return riverAt }, "river", "@olga", "@max", func(sec *plenary.Secretariat) (*script.Runner, error) {
		more, err := os.ReadFile("testdata/river.txt")
		if err != nil {
			return nil, err
		}
		r = script.New(sec)
		if err := r.Run(t.Context(), os.DirFS("../internal/script/testdata"), "river.txt"); err != nil {
			return nil, err
		}
		return r, r.RunText(t.Context(), "testdata/river.txt", string(more))
	})
	readers := map[string]*visitor{"": h.visitor(), "officer": h.as("officer"), "moderator": h.as("moderator")}
	for role, alias := range map[string]string{"author": "@maria", "state": "@arkady", "translator": "@tess", "second": "@otto"} {
		email := role + "@demonstration.invalid"
		if _, err := h.web.Options.Accounts.Invite(t.Context(), email, "river", uint64(r.Participant(alias)), riverAt); err != nil {
			t.Fatal(err)
		}
		readers[role] = h.visitor()
		readers[role].signIn(email)
	}
	return h, readers
}

// riverStep is a page that is read, or a form that is sent.
type riverStep struct {
	name, role string
	path       string     // below the conversation, or from the root where it begins with "//"
	form       url.Values // nil for a page that is read
	filled     bool       // the form is sent with what its page carries hidden in it
}

// riverRead are pages that somebody reads.
func riverRead(role string, paths ...string) (out []riverStep) {
	for _, p := range paths {
		out = append(out, riverStep{role: role, path: p})
	}
	return out
}

// riverSend is a form that somebody sends, with its fields and what stands in them.
func riverSend(role, path string, pairs ...string) riverStep {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return riverStep{role: role, path: path, form: form}
}

// riverSteps are done one after the other. Forms that are taken lead to the page that says so.
func riverSteps() []riverStep {
	read, send := riverRead, riverSend
	var steps []riverStep
	group := func(name string, some ...[]riverStep) {
		for _, list := range some {
			for _, s := range list {
				s.name = name
				steps = append(steps, s)
			}
		}
	}
	all := func(some ...riverStep) []riverStep { return some }

	group("conversation", read("", "", "/documents", "/k1", "/k2", "/k3", "/k4", "/k5", "/k6", "/overview", "/overview/payer/ferries", "/map"), read("officer", ""))
	group("contributions", read("", "/contributions", "/contributions?status=withheld", "/contributions?status=withdrawn", "/contributions?status=erased", "/contributions?late=1",
		"/contributions?category=individual&country=CH", "/contributions?issue=p1.x3", "/contributions?language=fr", "/contributions?since=2020-04-20&until=2020-04-20", "/contributions?call=k2&print=1",
		"/contributions?before=4"), read("officer", "/contributions?status=pending"))
	group("contribution", read("", "/c1", "/c2", "/c5", "/c7", "/c9", "/c10", "/c11", "/c12", "/c13", "/c14", "/c15", "/c16", "/c17", "/c18", "/d1", "/d2", "/d6", "/d7"),
		read("author", "/c1", "/c9", "/c9/receipt", "/mine", "/k2/contribute", "/c9/correct"), read("state", "/c14", "/mine", "/k2/contribute?on=p2.e1.x3"),
		read("moderator", "/c9", "/c10", "/c11", "/c12"), read("officer", "/c9", "/c15", "/d1"), read("translator", "/c1", "/c15"))
	group("papers", read("", "/p1", "/p1.e1", "/p1.x3", "/p1.e1.x9", "/p1.e1.x10", "/p1.e1.x11", "/p1.e2.x8?was=p1.e1.x9", "/p1.e1.x3?bytes=2-7", "/p2", "/p2.e1.x2", "/p1.e2/redline", "/p1.e2/redline?all=1",
		"/p1.e2/concordance", "/p1.e2/concordance?fate=merged", "/p1.e2/concordance?open=p1.x3", "/p1/find?number=1(i)&edition=1", "/p1/find?number=99", "/p1/responses", "/p2/responses?outcome=deferred"),
		read("officer", "/p1.e2/concordance?correct=p1.x9"))
	group("trace", read("", "/c1.1/trace", "/c2/trace", "/c10.1/trace", "/d2/trace", "/p1.e1.x3/trace", "/p1.e1.x9/trace", "/p1.e2.x12/trace", "/p1.e2.x13/trace", "/p2.e1.x2/trace"))
	group("tables", read("", "/contributions.csv", "/p1/responses.csv", "/p2/responses.csv", "/k3/answers.csv", "/overview.csv", "/map.csv"),
		read("officer", "/contributions.csv?status=pending", "/contributions.csv?with=not-public"))
	group("record", read("", "/record", "/record?kind=moderation", "/record?kind=answers", "/record?kind=people",
		"/record?kind=contributions&before=40", "/record?day=2020-04-11"), read("officer", "/record?kind=moderation"))

	const language, ferries = "language-c15.1", "rendering-c15.1"
	group("author", all(
		send("author", "/c9/correct", "do", "look", "title", "On ferries", "text-1", "Another."),
		send("author", "/c1.1/react", "verdict-c1.1", "", "text-c1.1", "Typed."),
		send("author", "/c1.1/react", "verdict-c1.1", "misses", "text-c1.1", " "),
		send("author", "/k2/contribute", "do", "preview", "on", "p2.e1.x2", "text", "Dites-moi encore ce qu’est un bac, et quand il part.", "category", "individual", "country", "CH", "name", "Maria"),
		send("author", "/k2/contribute", "do", "preview", "on", "p2.e1.x2", "text", " ", "category", "king", "country", "QQ", "email", "nobody"),
		send("author", "/k2/contribute", "do", "edit", "on", "p2.e1.x2", "text", "Typed & kept.", "wording", "So?", "title", "A line", "category", "ngo", "body", "Quay", "belongs", "speaks"),
		send("", "/k2/contribute", "do", "preview", "on", "p2.e1", "text", "Arcadia, again.", "for", "y1", "category", "individual"),
		send("", "/mine", "contribution", "9", "code", "wrong"),
		send("state", "/k2/contribute", "do", "preview", "on", "p2.e1.x3", "text", "Arcadia carries it twice."),
	), read("", "/k3/form", "/k3/form/part/begin", "/k3/form/part/s2", "/k3/form/part/check", "/k3/form/part/resume?code=x", "/k2/form"), all(
		send("", "/k3/form/part/resume", "code", "x"),
	))
	group("moderator", read("moderator", "/desk", "/desk/queue", "/desk/queue?all=1", "/desk/queue?from=c18", "/c10/redact", "/c9/redact", "/desk/notes/c11"), all(
		send("moderator", "/desk/queue", "do", "preview-publish"),
		send("moderator", "/desk/queue", "do", "preview-publish", "ticked", "c11@1", "ticked", "c12@1", "ticked", "x@1"),
		send("moderator", "/desk/queue", "do", "preview-withhold", "ticked", "c11@1", "reason", "Typed."),
		send("moderator", "/desk/queue", "do", "preview-withhold", "ticked", "c11@1", "ground", "abuse", "reason", "Rude."),
		send("moderator", "/desk/queue", "do", "bulk-withhold", "item", "c11@1", "ground", "abuse", "reason", "Rude."),
		send("moderator", "/desk/queue", "do", "withhold", "ref", "c11", "reason-c11", "Typed."),
		send("moderator", "/desk/queue", "do", "publish", "ref", "c11", "seen", "1"),
		send("moderator", "/desk/queue", "do", "burn", "ref", "c11"),
		send("moderator", "/desk/queue", "do", "later", "ref", "c11"),
		send("moderator", "/desk/queue", "do", "take-up", "ref", "c11"),
		send("moderator", "/desk/notes/c11", "text", "Ask the harbour."),
		send("moderator", "/desk/notes/c11", "text", " "),
		send("moderator", "/desk/notes/c9", "text-c9", "And the mill.", "back", "queue"),
		send("moderator", "/c10/redact", "do", "find", "passage", "Poloznik"),
		send("moderator", "/c10/redact", "do", "take"),
		send("moderator", "/c10/redact", "do", "take", "mask", "1.text[13:17]"),
		send("moderator", "/c9/correction", "do", "withhold", "correction-reason", "Typed."),
		send("moderator", "/c11/withhold", "reason", "Typed."),
		send("moderator", "/c10/unredacted"),
		send("moderator", "/desk/two", "two", "on"),
	), read("moderator", "/c10/redact", "/desk/queue", "/c11"))
	group("translator", read("translator", "/desk", "/desk/translations", "/desk/translations?to=fr&pile=older", "/desk/translations?to=fr&of=calls", "/desk/translations?to=en"), all(
		send("translator", "/c15.1/rendering", language, "fr", ferries, "Typed."),
		send("translator", "/c15.1/rendering", language, "en", ferries, " "),
		send("translator", "/desk/translations", "at", "settings", "passage", "lead", "language", "fr", "text", "Quand donc ?", "do", "keep", "pile", "missing"),
		send("translator", "/desk/translations", "at", "settings", "passage", "lead", "language", "fr", "text", "Quand ?", "do", "official", "seen", "x"),
		send("translator", "/desk/translations", "at", "k3", "passage", "q1", "language", "ar", "text", "?", "do", "official"),
	))
	group("points", read("officer", "/desk/points", "/desk/points?show=all", "/desk/points?show=misses", "/desk/points?show=not_satisfied", "/desk/points?show=accepted", "/desk/points?paper=p2", "/desk/points/c15.1", "/desk/points/c2.2", "/desk/points/c1.1"), all(
		send("officer", "/desk/points/c15.1", "do", "answer", "outcome", "accepted"),
		send("officer", "/desk/points/c15.1", "do", "answer", "outcome", "duplicate", "of", "x", "reason-en", "Typed.", "changes", "nowhere"),
		send("officer", "/desk/points/c15.1", "do", "keep", "outcome", "noted", "heading-en", "Noon", "reason-en", "It leaves at noon.", "original", "en", "changes", "p1.x4"),
		send("officer", "/desk/points/c15.1", "do", "keep", "outcome", "noted"),
		send("officer", "/desk/points/c15.1", "do", "find", "words", "ferry", "version", "1", "outcome", "noted", "reason-en", "It leaves at noon."),
		send("officer", "/desk/points/c15.1", "do", "take d99", "version", "2"),
		send("officer", "/desk/points/c15.1", "do", "take d6", "version", "2", "outcome", "noted", "reason-en", "It leaves at noon.", "original", "en"),
		send("officer", "/desk/points/c15.1", "do", "offer", "version", "3", "outcome", "noted", "reason-en", "It leaves at noon.", "original", "en"),
		send("officer", "/desk/points/c15.1", "do", "offer", "version", "3", "outcome", "noted", "reason-en", "It leaves at noon.", "original", "en"),
		send("second", "/desk/points/c15.1", "do", "offer", "version", "3", "outcome", "noted", "reason-en", "Mine.", "original", "en"),
		send("officer", "/desk/points/c15.1", "do", "offer", "version", "2", "outcome", "noted", "reason-en", "Older.", "original", "en"),
	), read("officer", "/desk/points", "/desk/points/c15.1", "/desk"), read("second", "/desk/points", "/desk/points/c15.1", "/desk/points/c15.1?change=1", "/desk"), all(
		send("second", "/desk/points/c15.1", "do", "return", "version", "4"),
		send("second", "/desk/points/c15.1", "do", "return", "version", "4", "note", "Say which noon."),
	), read("officer", "/desk/points/c15.1"), all(
		send("officer", "/desk/points/c15.1", "do", "later"),
		send("officer", "/desk/points/c15.1", "do", "discard", "version", "5"),
		send("officer", "/desk/answers/d1", "do", "link", "changes", "p9.x1"),
	), read("officer", "/desk/points", "/d1"))
	group("desk", read("officer", "/desk", "/desk/stages", "/desk/people", "/desk/papers", "/desk/papers/import", "/desk/map", "/desk/preview", "/desk/calls/new", "/desk/calls/k2", "/desk/calls/k4", "/desk/calls/k6", "/desk/calls/k6/questions", "/desk/calls/k3/questions",
		"/desk/calls/k2/extend", "/desk/calls/k5/extend"), all(
		send("officer", "/desk/stages", "number", "0", "kind-0", "feast", "state-0", "planned", "source-0", "ftp://x", "target-0", "k99", "from-0", "2020-02-30"),
		send("officer", "/desk/stages", "number", "1", "kind-1", "session", "state-1", "held", "title-1-en", "First crossing", "from-1", "2020-08-02", "to-1", "2020-08-01"),
		send("officer", "/desk/map", "show", "perhaps"),
		send("officer", "/desk/calls/new", "paper", "p1", "title-en", "More", "opens-date", "2020-03-29", "opens-time", "02:30", "closes-date", "2020-10-25", "closes-time", "02:30", "zone", "Europe/Zurich", "late", "kept", "moderation", "after"),
		send("officer", "/desk/calls/new", "paper", "p9", "opens-date", "soon", "closes-date", "2020-06-01", "closes-time", "10:00", "zone", "Europe/Zuerich"),
		send("officer", "/desk/calls/k2", "what", "correct", "title-en", "On other considerations", "was-title-en", "On the considerations", "late", "refused", "was-late", "kept"),
		send("officer", "/desk/calls/k2", "what", "correct", "title-en", "Mine", "was-title-en", "On the consideratons", "reason", "Typed."),
		send("officer", "/desk/calls/k2", "what", "correct", "title-en", "On the considerations", "was-title-en", "On the considerations"),
		send("officer", "/desk/calls/k2", "what", "stop", "stop-reason", " "),
		send("officer", "/desk/calls/k2", "what", "remove", "number", "1"),
		send("officer", "/desk/calls/k2", "what", "document", "source", "nowhere"),
		send("officer", "/desk/calls/k2", "what", "first", "on", "x"),
		send("officer", "/desk/calls/k2/extend", "closes-date", "2020-05-20", "closes-time", "10:00"),
		send("officer", "/desk/calls/k6/questions", "do", "add-section"),
		send("officer", "/desk/calls/k6/questions", "s1", "2", "q1-kind", "choice", "q1-ask-en", "How?", "q1-options-en", "By boat\nOn foot", "q2-kind", "scale", "q2-steps", "5", "do", "up-q2"),
		send("officer", "/desk/calls/k6/questions", "s1", "1", "q1-kind", "choice", "q1-ask-en", "How?", "q1-options-en", "By boat", "do", "save", "lacks", ""),
	))
	const sheet = "/desk/papers/CAAAAAAAAAAAAAAAAAAAAA"
	group("editor", all(
		send("officer", "/desk/papers", "do", "edition", "paper", "p9"),
		send("officer", "/desk/papers", "do", "edition", "paper", "p2", "token", "CAAAAAAAAAAAAAAAAAAAAA"),
	), read("officer", "/desk/papers", sheet+"?open=2", sheet+"?open=2&text=fr", sheet+"?from=2", sheet+"/preview", sheet+"/preview?text=fr&second=en"), read("second", sheet+"?open=2"), all(
		send("officer", sheet, "do", "insert:1:question"),
		send("officer", sheet, "do", "insert:1:sermon"),
		send("officer", sheet, "id", "4", "do", "up"),
		send("officer", sheet, "id", "4", "do", "down", "element-kind", "paragraph", "subjects", "boats", "seen-settings", "x"),
		send("officer", sheet, "id", "4", "do", "down", "beside", "fr", "from", "1"),
		send("officer", sheet, "id", "3", "do", "move", "move", "99"),
		send("officer", sheet, "id", "3", "do", "join"),
		send("officer", sheet, "id", "2", "do", "close", "text", "Somebody else wrote it.", "seen-text", "x"),
		send("officer", sheet, "id", "2", "do", "theirs:text", "text", "Mine.", "seen-text", "x"),
		send("officer", sheet, "id", "2", "do", "both:text", "both-text", "Both.", "text", "Mine."),
		send("officer", sheet, "id", "99", "do", "close", "text", "It is gone."),
		send("officer", sheet, "id", "2", "do", "part"),
		send("officer", sheet, "do", "undo:1"),
		send("officer", sheet, "do", "undo:9"),
		send("officer", sheet, "do", "delete:2"),
		send("officer", sheet, "do", "bring:p2.x2"),
		send("officer", sheet, "do", "match"),
		send("officer", sheet, "do", "head", "head", "x", "title", "Another title", "symbol", "TEST/RIVER/3"),
		send("officer", sheet, "do", "publish", "list", "yes"),
		send("officer", sheet, "id", "2", "do", "close", "auto", "yes", "text", "By itself.", "seen-text", "x"),
	), read("officer", sheet, sheet+"/preview", "/desk"), all(
		send("officer", sheet, "do", "discard"),
		send("officer", "/desk/papers/import", "text", "title: A paper\n\n# Crossing\n\n## 1. Who\n\n1. A ferry[^a] is\n(a) a boat;\n(b) that crosses.\n\n3. A gap ![x](https://example.org/x.png)\n\n[^a]: Or a raft.\n", "letters", "ask"),
		send("officer", "/desk/papers/import", "text", "titel: A paper\nlanguage: de\n", "letters", "none", "original", "fr"),
	))
	group("settings", read("officer", "/desk/settings", "/desk/settings?edit=categories-ngo", "/desk/settings?edit=categories-", "/desk/settings?edit=crosscutting-payer", "/desk/settings?edit=subjects-bridges"), all(
		send("officer", "/desk/settings", "what", "words", "title-en", "", "was-title-en", "The river", "reason", "Typed."),
		send("officer", "/desk/settings", "what", "words", "title-en", "The stream", "was-title-en", "The creek"),
		send("officer", "/desk/settings", "what", "words", "title-en", "The river", "was-title-en", "The creek"),
		send("officer", "/desk/settings", "what", "languages", "was-languages", "en fr", "zone", "UTC", "was-zone", "UTC"),
		send("officer", "/desk/settings", "what", "label", "list", "categories", "id", "ngo", "name-en", "", "was-name-en", "Non-governmental organisation"),
		send("officer", "/desk/settings", "what", "label", "list", "categories", "id", "ngo", "do", "merge", "into", "ngo", "label-reason", "Typed."),
		send("officer", "/desk/settings", "what", "label", "list", "subjects", "id", "ferries", "do", "remove"),
		send("officer", "/desk/settings", "what", "label", "list", "subjects", "id", "boats", "do", "remove"),
		send("officer", "/desk/settings", "what", "archive", "last-en", "Typed."),
		send("officer", "/desk/settings", "what", "reopen", "why", "Typed."),
		send("officer", "/desk/settings", "what", "discard", "slug", "river"),
		send("officer", "/desk/settings", "what", "open"),
		send("officer", "/desk/settings", "what", "review", "review", "on"),
		send("officer", "/desk/settings", "what", "burn"),
	))
	group("people", all(
		send("officer", "/desk/people", "do", "invite", "email", "nobody", "role", "king", "called", "Nils", "word", "Typed."),
		send("officer", "/desk/people", "do", "invite", "email", "nils@demonstration.invalid", "role", "chair", "language", "xx"),
		send("officer", "/desk/people", "do", "invite", "email", "nils@demonstration.invalid", "role", "rapporteur", "called", "Nils", "word", "Come.", "language", "fr"),
		send("officer", "/desk/people", "do", "enter", "category", "kings", "name", "Fenland"),
		send("officer", "/desk/people", "do", "enter", "category", "member_state", "country", "XA", "name", " "),
		send("officer", "/desk/people", "do", "enter", "category", "ngo", "name", "Fen Club", "token", "EAAAAAAAAAAAAAAAAAAAAA"),
		send("officer", "/desk/people", "do", "enter", "category", "ngo", "name", "Fen Club", "token", "EAAAAAAAAAAAAAAAAAAAAA"),
		send("officer", "/desk/people", "do", "authorise", "party", "y1", "speaker", "nils@demonstration.invalid"),
		send("officer", "/desk/people", "do", "invite", "email", "", "speaks", "y1"),
	), read("officer", "/desk/people"))
	group("json", read("", ".json", "/documents.json", "/k2.json", "/k3.json", "/contributions.json", "/c9.json", "/c10.json", "/d6.json", "/p1.json", "/p1.x3.json", "/p1.e2/redline.json", "/p1.e2/concordance.json",
		"/p1/responses.json", "/c1.1/trace.json", "/overview.json", "/map.json", "/record.json", "/entry-60.json", "/k3/form.json"), read("author", "/c9.json", "/mine.json"),
		read("moderator", "/desk.json", "/desk/queue.json"), read("officer", "/desk.json", "/desk/points.json", "/desk/points/c15.1.json", "/desk/stages.json", "/desk/papers.json", "/desk/map.json"))
	group("site", read("officer", "//en/site", "//en/site?edit=privacy", "//en/site?edit=country-CH", "//en/site?edit=country-", "//en/site?edit=group-", "//en/site/translations", "//en/account", "//en/convene"),
		read("", "//en/site/privacy", "//en/embed/river", "//fr/c/river", "//ar/c/river/c2"), all(
			send("officer", "//en/convene", "template", "none", "slug", "A B", "title", "", "zone", "Mars", "from", "2020-02-30", "until", "2020-01-01"),
			send("officer", "//en/convene", "template", "conversation", "slug", "river", "title", "Another", "languages", "fr", "zone", "UTC", "from", "2020-06-01", "until", "2020-05-01"),
			send("", "//en/sign-in", "email", "nobody"),
			send("", "//en/sign-in/printed", "code", "x"),
			send("", "//en/check", "receipt", ""),
			send("", "//en/check", "receipt", "{}"),
			send("", "//en/check", "receipt", "@/c2/receipt.json"),
			send("author", "//en/check", "receipt", "@/c9/receipt.json"),
			send("", "/c2/check"),
			send("", "/c11/check"),
		))
	return steps
}

// byChanceToo are names of drafts, numbers of notes, of people and of parties, and sizes of what has random salts in it.
var byChanceToo = regexp.MustCompile(`\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2,4}\b|\b\d{14,20}\b|\b[uy][0-9a-z]{13}\b`)

// Of a page, beside the words in its middle: its title, and where in the navigation it stands.
var (
	inTitle   = regexp.MustCompile(`(?s)<title>(.*?)</title>`)
	inSection = regexp.MustCompile(`(?s)aria-current="page"[^>]*>\s*([^<]*?)\s*<`)
)

// riverText is what an answer says: its status, its headers as far as somebody chose them, and the words of a page without
// what stands around every page, or a table as it is.
func riverText(t *testing.T, h *house, a answer) string {
	t.Helper()
	body := strings.ReplaceAll(a.body, h.url, "http://plenary.example")
	head := strconv.Itoa(a.status)
	for _, name := range []string{"Content-Type", "Content-Disposition", "Cache-Control", "Vary", "Retry-After"} {
		if s := a.header.Get(name); s != "" {
			head += " | " + s
		}
	}
	switch kind := a.header.Get("Content-Type"); {
	case strings.HasPrefix(kind, "text/html"):
		for _, in := range []*regexp.Regexp{inTitle, inSection} {
			if m := in.FindStringSubmatch(body); m != nil {
				head += " | " + m[1]
			}
		}
		if i := strings.Index(body, "<main"); i >= 0 {
			body = body[i:]
		}
		if i := strings.Index(body, "</main>"); i >= 0 {
			body = body[:i]
		}
		body = goldenText(t, body)
	case strings.HasPrefix(kind, "application/json"):
		var b bytes.Buffer
		if err := json.Indent(&b, []byte(body), "", " "); err != nil {
			t.Errorf("%v in %s", err, body)
		}
		body = b.String() + "\n"
	}
	return byChanceToo.ReplaceAllString(byChance.ReplaceAllString(head+"\n"+body, "*"), "*")
}

// otherwise is what a page says that it did not say when it was read first, and what it says no more.
func otherwise(first, now []string) string {
	var b strings.Builder
	left := map[string]int{}
	for _, line := range first {
		left[line]++
	}
	for _, line := range now {
		if left[line]--; left[line] < 0 {
			b.WriteString("+ " + line + "\n")
		}
	}
	for _, line := range first {
		if left[line] > 0 {
			left[line]--
			b.WriteString("- " + line + "\n")
		}
	}
	return b.String()
}

// goldenWalk reads pages and sends forms one after the other, and keeps what is said.
type goldenWalk struct {
	h       *house
	readers map[string]*visitor
	base    string // the address of the conversation
	folder  string // of the files
	since   bool   // a page that was read before shows what is other since it was read last, else since it was read first
	said    map[string]*strings.Builder
	seen    map[string][]string
	order   []string
}

// onPage finds a value on a page: "?/desk/people" is that of the field of this name there, "c11@?" the one that begins so on
// the page to which the form is sent, "@/c2/receipt.json" all of a page.
func (w *goldenWalk) onPage(t *testing.T, s riverStep, field, value string) string {
	t.Helper()
	read := func(path string) string { return w.readers[s.role].get(w.base + path).body }
	find := func(path, pattern string) string {
		m := regexp.MustCompile(pattern).FindStringSubmatch(read(path))
		if m == nil {
			t.Errorf("%s has no %s", path, pattern)
			return ""
		}
		return m[1]
	}
	if strings.HasPrefix(value, "?/") {
		return find(value[1:], `name="`+regexp.QuoteMeta(field)+`"[^>]*? value="([^"]+)"`)
	}
	if begin, ok := strings.CutSuffix(value, "@?"); ok {
		return find(s.path, `"(`+regexp.QuoteMeta(begin)+`@\d+)"`)
	}
	if at, ok := strings.CutPrefix(value, "@"); ok {
		return read(at)
	}
	return value
}

// step does one step.
func (w *goldenWalk) step(t *testing.T, s riverStep) {
	t.Helper()
	path := w.base + s.path
	if root, ok := strings.CutPrefix(s.path, "//"); ok {
		path = "/" + root
	}
	title := "=== " + s.role + " " + s.path
	a := answer{}
	if s.form == nil {
		a = w.readers[s.role].get(path)
	} else {
		title += " " + s.form.Encode()
		form := url.Values{}
		if s.filled {
			form = w.readers[s.role].hidden(path)
		}
		for field, values := range s.form {
			form.Del(field)
			for _, v := range values {
				form.Add(field, w.onPage(t, s, field, v))
			}
		}
		a = w.readers[s.role].post(path, form)
	}
	for range 2 {
		if a.status == http.StatusSeeOther {
			title += " -> " + byChance.ReplaceAllString(a.header.Get("Location"), "*")
			a = w.readers[s.role].get(a.header.Get("Location"))
		}
	}
	if w.said[s.name] == nil {
		w.said[s.name], w.order = &strings.Builder{}, append(w.order, s.name)
	}
	text := riverText(t, w.h, a)
	page, _, _ := strings.Cut(s.role+" "+s.path, "?")
	now := strings.Split(text, "\n")
	if w.seen[page] != nil {
		text = otherwise(w.seen[page], now)
	}
	if w.seen[page] == nil || w.since {
		w.seen[page] = now
	}
	w.said[s.name].WriteString(title + "\n" + text)
}

// walk does all steps, and holds what was said against files.
func (w *goldenWalk) walk(t *testing.T, steps []riverStep) {
	t.Helper()
	w.said, w.seen = map[string]*strings.Builder{}, map[string][]string{}
	for _, s := range steps {
		w.step(t, s)
	}
	for _, name := range w.order {
		t.Run(name, func(t *testing.T) { asGolden(t, filepath.Join(w.folder, name), w.said[name].String()) })
	}
}

// TestGoldenRiver is TestGoldenPages for a conversation that has one of everything: what each page says to each reader, and
// what is other on it after a form was sent or refused.
func TestGoldenRiver(t *testing.T) {
	t.Parallel()
	h, readers := newRiver(t)
	w := goldenWalk{h: h, readers: readers, base: "/en" + riverPath, folder: "river"}
	w.walk(t, riverSteps())
}

// TestGoldenEntries is what the pages of all entries of that record say: one for each kind of act.
func TestGoldenEntries(t *testing.T) {
	t.Parallel()
	h, readers := newRiver(t)
	var head cite.Position
	if _, err := h.sec.Read(t.Context(), "river", func(st *conversation.State) error { head = st.Head; return nil }); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	for n := cite.Position(1); n <= head; n++ {
		at := "/entry-" + strconv.FormatInt(int64(n), 10)
		said.WriteString("=== " + at + "\n" + riverText(t, h, readers[""].get("/en"+riverPath+at)))
	}
	asGolden(t, "river/entries", said.String())
}
