package script

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/overview"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/settings"
)

// told is a contribution with its words.
type told struct {
	consultation.Contribution
	alias string
	lang  locale.Lang
	text  string
}

// TestDemo counts the demonstration against design/demo.md, Contents.
func TestDemo(t *testing.T) {
	w := newWorld(t)
	defer func() { _ = w.sec.Close() }()
	start := time.Now()
	r, err := Demo(t.Context(), w.sec, fixed)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d entries in %s", w.sec.Durable(DemoSlug), time.Since(start))
	contributions := contributionsOf(t, w, r)
	if _, err := w.sec.Read(t.Context(), DemoSlug, func(st *conversation.State) error {
		theCalendar(t, st)
		theCalls(t, st, r)
		theCounts(t, st, contributions)
		theScale(t, st)
		theTour(t, st, r)
		theProposals(t, st, r)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	theTexts(t, slices.DeleteFunc(contributions, func(c told) bool { return c.Call != "k1" && c.Call != "k2" }))
	theAnswers(t, w, r)
	w.proves(DemoSlug)
}

func contributionsOf(t *testing.T, w *world, r *Runner) []told {
	t.Helper()
	alias := map[cite.Ref]string{}
	for a, ref := range r.refs {
		alias[ref] = strings.TrimPrefix(a, "$")
	}
	var out []told
	var at []cite.Position
	if _, err := w.sec.Read(t.Context(), r.Slug, func(st *conversation.State) error {
		for n := 1; n <= st.Consultation.Len(); n++ {
			row, _ := st.Consultation.Row(cite.Contribution(n))
			out = append(out, told{Contribution: row, alias: alias[row.Ref], lang: st.Consultation.Part(row.Ref, 1).Language})
			at = append(at, row.Position)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	words, err := w.sec.Words(t.Context(), r.Slug, at)
	if err != nil {
		t.Fatal(err)
	}
	for i := range out {
		out[i].text = words[at[i]]["1.text"]
	}
	return out
}

func six(t *testing.T, what string, x locale.Text) {
	t.Helper()
	for _, l := range locale.All {
		if x.In[l] == "" {
			t.Errorf("%s is not in %s: %s", what, l, x)
		}
	}
}

// theCalendar: everything in six languages, every real fact with a source.
func theCalendar(t *testing.T, st *conversation.State) {
	t.Helper()
	if !st.Demonstration {
		t.Error("the first entry does not say that it is a demonstration")
	}
	six(t, "the title", st.Title)
	six(t, "the lead", st.Lead)
	for _, labels := range [][]settings.Label{st.Categories, st.Groups, st.Subjects, st.Countries} {
		for _, l := range labels {
			six(t, l.ID, l.Name)
		}
	}
	if len(st.Categories) != 6 || len(st.Groups) != 7 || len(st.Subjects) != 10 {
		t.Error("labels:", len(st.Categories), len(st.Groups), len(st.Subjects))
	}
	for _, c := range st.Countries {
		if _, ok := locale.UNCountries().Find(c.ID); ok || c.ID[0] != 'X' || c.ID == "XK" { // XK is widely used for a real place
			t.Errorf("%s is not free for an invented state", c.ID)
		}
		if !slices.ContainsFunc(st.Groups, func(g settings.Label) bool { return g.ID == c.Group }) {
			t.Errorf("%s is in no group", c.ID)
		}
	}
	var ribbon []string
	for i, s := range st.Stages {
		six(t, "a stage", s.Title)
		if len(s.Outcome.In) > 0 {
			six(t, "an outcome", s.Outcome)
		}
		if len(s.Promised.In) > 0 {
			six(t, "a promise", s.Promised)
		}
		if i < len(st.Stages)-1 && !strings.HasPrefix(s.Source, "https://") {
			t.Errorf("stage %d has no source", s.Number)
		}
		ribbon = append(ribbon, s.Kind+" "+s.From+" "+s.State)
	}
	want := []string{"session 2019-09-27 held", "paper 2019-12-13 published", "call 2019-12-13 closed", "paper 2020-05-29 published",
		"session 2020-07-07 held", "session 2020-11-04 held", "priorities  planned", "considerations 2026-02-20 planned", "review 2026-02-20 open"}
	if !slices.Equal(ribbon, want) {
		t.Errorf("the ribbon is %q", ribbon)
	}
	for _, d := range st.Documents {
		six(t, "a document", d.Title)
		if !strings.HasPrefix(d.Source, "https://") || strings.ContainsAny(d.Source, " ()") {
			t.Errorf("%s: source %q", d.Title, d.Source)
		}
	}
	if e, ok := st.Papers.Edition("p1.e2"); !ok || e.Issues() != 16 || len(e.Languages()) != 6 || e.Symbol != "DEMO/IP/AI/2/GE/20/1 REV." || e.Date != "2020-05-21" || e.Published.Format(time.DateOnly) != "2020-05-29" {
		t.Errorf("the revised paper: %+v", e)
	}
	if e, ok := st.Papers.Edition("p2.e1"); !ok || len(e.Languages()) != 6 || e.Symbol != "DEMO/IP/AI/CONS/1" {
		t.Errorf("the considerations: %+v", e)
	}
	e, ok := st.Papers.Edition("p1.e1")
	if !ok || e.Issues() != 13 || len(e.Languages()) != 6 || e.Symbol != "DEMO/IP/AI/2/GE/20/1" || e.Published.Format(time.DateOnly) != "2019-12-13" {
		t.Errorf("the draft: %+v", e)
	}
}

func theCalls(t *testing.T, st *conversation.State, r *Runner) {
	t.Helper()
	k, _ := st.Consultation.Call(r.Ref("$comments"))
	if k == nil || k.Opened == 0 || k.Closed == 0 || k.OpenAt(fixed) || k.Closes.Format(time.RFC3339) != "2020-02-14T22:59:00Z" {
		t.Errorf("the call for comments: %+v", k)
	}
	review, _ := st.Consultation.Call(r.Ref("$review"))
	if review == nil || review.Opened == 0 || review.Closed != 0 || !review.OpenAt(fixed) || !review.Closes.Equal(fixed.Truncate(time.Minute).Add(21*24*time.Hour)) {
		t.Fatalf("the review: %+v", review)
	}
	six(t, "the review", review.Title)
	six(t, "the review", review.Text)
	if open := life.OpenAt(st.Consultation, fixed); len(open) != 1 || open[0] != review {
		t.Errorf("%d calls are open", len(open))
	}
	if !st.Roll.Roles(r.Participant("@moderator")).Has(delegation.Moderator) || !st.Roll.Roles(r.Participant("@officer")).Has(delegation.Officer) {
		t.Error("nobody is officer or moderator")
	}
}

// theTour: the voice that is followed, what she said of the answer, and the answers beside her path can be read in six
// languages.
func theTour(t *testing.T, st *conversation.State, r *Runner) {
	t.Helper()
	voice := r.Ref("$librarian") + ".1"
	for _, l := range locale.All {
		for reaction := range 2 {
			if _, ok := st.Renderings.Find(voice, reaction, l); ok == (l == locale.French) {
				t.Errorf("%s, reaction %d, in %s: rendered %v", voice, reaction, l, ok)
			}
		}
		for _, a := range []string{"$a-definitions", "$a-cold-store"} {
			d, _ := st.Consultation.Disposition(r.Ref(a))
			if _, ok := d.Reasons[l]; !ok {
				t.Errorf("the reason of %s is not in %s", a, l)
			}
		}
	}
}

// theProposals: forty questions are proposed at the first session, before the draft. Those that were taken up stand in questions that
// the draft has, with proposers behind each of its thirteen issues; the others were left out, each with its reason. The record gives
// them no reference that was given before.
func theProposals(t *testing.T, st *conversation.State, r *Runner) {
	t.Helper()
	reading := conversation.NewReading(st, conversation.Readers, fixed)
	defer reading.Close()
	call := r.Ref("$questions")
	draft, _ := st.Papers.Edition("p1.e1")
	if r.Ref("$librarian") != "c23" || r.Ref("$comments") != "k1" || r.Ref("$review") != "k2" || call != "k3" || r.Ref("$considerations") != "p2.e1" || r.Ref("$questions-note") != "p3.e1" || r.Ref("$cold-store") != "c2" {
		t.Errorf("references moved: %s, %s, %s, %s", r.Ref("$librarian"), r.Ref("$cold-store"), r.Ref("$comments"), call)
	}
	all := reading.Formulation.Proposals(call)
	out, merged, reworded, supporters, languages := 0, 0, 0, 0, map[locale.Lang]bool{}
	for _, p := range all {
		row, _ := st.Consultation.Row(p)
		if row.Received.Format(time.DateOnly) != "2019-09-27" {
			t.Errorf("%s was proposed on %s", p, row.Received)
		}
		languages[st.Consultation.Part(row.Ref, 1).Language] = true
		supporters += len(st.Formulation.Supports(p))
		if st.Formulation.In(p) == cite.None {
			out++
			if !reading.Formulation.LeftOut(p) {
				t.Errorf("%s is neither in a question nor left out", p)
			}
		}
	}
	issues, saying := map[string]bool{}, map[string]int{}
	for _, q := range st.Formulation.Questions(call) {
		w := q.Now()
		if len(w.Of) > 1 {
			merged++
		}
		if len(q.Wordings) > 1 {
			reworded++
		}
		for _, p := range w.Of {
			said := "silent"
			for _, x := range st.Consultation.Reactions(p) {
				if x.Disposition == w.Answer {
					said = x.Verdict
				}
			}
			if len(w.Of) > 1 {
				saying[said]++
			}
		}
		takers := reading.Formulation.Takers(q.Ref)
		if len(takers) != 1 || takers[0].Root() != "p1" || takers[0].EditionNumber() != 1 {
			t.Errorf("%s is taken up by %v", q.Ref, takers)
			continue
		}
		issues[draft.Label(draft.IssueOf(takers[0].Element()))] = true
	}
	if len(all) != 40 || out != 12 || merged < 3 || reworded < 4 || supporters < 60 || len(languages) != 6 || len(issues) != draft.Issues() {
		t.Errorf("%d proposed, %d left out, %d merged, %d reworded, %d supports, in %d languages, for %d issues", len(all), out, merged, reworded, supporters, len(languages), len(issues))
	}
	if saying["satisfied"] < 3 || saying["not_satisfied"] != 1 || saying["silent"] == 0 {
		t.Errorf("authors of what was merged: %v", saying)
	}
	for _, l := range locale.All {
		if _, ok := st.Renderings.Find(r.Ref("$asked-definitions")+".1", 0, l); ok == (l == locale.Spanish) {
			t.Errorf("the first proposal of the way in %s: rendered %v", l, ok)
		}
	}
}

// theScale: the overview has cells of every level, so that its whole scale can be seen.
func theScale(t *testing.T, st *conversation.State) {
	t.Helper()
	cells := map[string][]string{}
	for _, c := range st.Overview().Cells {
		if c.Points > 0 {
			cells[c.Level().String()] = append(cells[c.Level().String()], c.Row+" "+c.Subject)
		}
	}
	t.Log(cells)
	for _, l := range overview.Levels {
		if len(cells[l]) == 0 {
			t.Errorf("no cell is %s", l)
		}
	}
}

func theCounts(t *testing.T, st *conversation.State, all []told) {
	t.Helper()
	tally := st.Consultation.Total()
	t.Logf("%+v %+v", tally, st.Consultation.Counts())
	for what, c := range map[string]struct{ got, least int }{"received": {tally.Received, 250}, "late": {tally.Late, 3}, "withdrawn": {tally.Withdrawn, 3},
		"withheld": {tally.Withheld, 3}, "redacted": {tally.Redacted, 3}, "texts published": {st.Consultation.Counts().Texts, 70}} {
		if c.got < c.least {
			t.Errorf("%d %s, want at least %d", c.got, what, c.least)
		}
	}
	if tally.Pending != 4 {
		t.Errorf("%d wait for a moderator", tally.Pending)
	}
	for _, c := range all {
		state := c.Category == "member_state"
		if _, own := slices.BinarySearchFunc(st.Countries, c.Country, func(l settings.Label, id string) int { return strings.Compare(l.ID, id) }); state != own || state != c.Known {
			t.Errorf("%s: category %s, country %s, on the roll %v", c.alias, c.Category, c.Country, c.Known)
		}
		if c.Received.Before(fixed.AddDate(-10, 0, 0)) || c.Call == "k1" && c.Late != c.Received.After(time.Date(2020, 2, 14, 22, 59, 0, 0, time.UTC)) || c.Call == "k2" && c.Late {
			t.Errorf("%s: received %s, late %v", c.alias, c.Received, c.Late)
		}
		if c.Status == consultation.Pending && (campaign(c.alias) != "" || c.alias == "librarian") {
			t.Errorf("%s is left waiting", c.alias)
		}
		for prefix, want := range map[string]consultation.Status{"withhold-": consultation.Withheld, "withdraw-": consultation.Withdrawn} {
			if strings.HasPrefix(c.alias, prefix) && c.Status != want {
				t.Errorf("%s is %s", c.alias, c.Status)
			}
		}
	}
}

// campaign is the campaign that a contribution belongs to, "" for none.
func campaign(alias string) string {
	for _, c := range []string{"ask-first-", "b-letter-"} {
		if strings.HasPrefix(alias, c) {
			return c
		}
	}
	return ""
}

var sentenceEnd = regexp.MustCompile(`[.!?。！？؟]+["»”’)]*\s*|\n+`)

// theTexts: distinct texts of 80 to 600 words, six originals in each of the five other languages, two
// campaigns some of whose letters have words of their own, and no sentence shared outside of them.
func theTexts(t *testing.T, all []told) {
	t.Helper()
	originals, texts := map[locale.Lang]int{}, map[string]bool{}
	letters := map[string]map[string]int{}
	seen := map[string]told{}
	for _, c := range all {
		if c.alias == "" || c.text == "" {
			t.Errorf("%s has no alias or no words", c.Ref)
		}
		originals[c.lang]++
		texts[c.text] = true
		if n := wordsIn(c.text); n < 80 || n > 600 {
			t.Errorf("%s has about %d words", c.alias, n)
		}
		mine := campaign(c.alias)
		if mine != "" {
			if letters[mine] == nil {
				letters[mine] = map[string]int{}
			}
			letters[mine][c.text]++
		}
		for _, s := range sentenceEnd.Split(c.text, -1) {
			if s = strings.TrimSpace(s); utf8.RuneCountInString(s) < 6 {
				continue
			}
			if other, ok := seen[s]; ok && (mine == "" || campaign(other.alias) != mine) && other.Ref != c.Ref {
				t.Errorf("%s and %s share: %s", other.alias, c.alias, s)
			}
			seen[s] = c
		}
	}
	if len(texts) < 70 {
		t.Errorf("%d distinct texts", len(texts))
	}
	for _, l := range []locale.Lang{locale.Arabic, locale.Chinese, locale.French, locale.Russian, locale.Spanish} {
		if originals[l] < 6 {
			t.Errorf("%d originals in %s", originals[l], l)
		}
	}
	if len(letters) < 2 {
		t.Errorf("%d campaigns", len(letters))
	}
	for name, by := range letters {
		most := slices.Max(slices.Collect(maps.Values(by)))
		if most < 3 || len(by) < 3 {
			t.Errorf("campaign %s: the letter as it is %d times, %d versions", name, most, len(by))
		}
	}
	t.Logf("%d texts, originals %v", len(texts), originals)
}

// wordsIn counts words; Chinese is counted at two characters a word.
func wordsIn(s string) int {
	han := 0
	for _, r := range s {
		if unicode.Is(unicode.Han, r) {
			han++
		}
	}
	if han > 0 {
		return han / 2
	}
	return len(strings.Fields(s))
}

// TestDemoIsTheSameAgain: two demonstrations started at one instant have equal states.
func TestDemoIsTheSameAgain(t *testing.T) {
	var digests [2]string
	for i := range digests {
		w := newWorld(t)
		if _, err := Demo(t.Context(), w.sec, fixed); err != nil {
			t.Fatal(err)
		}
		digests[i] = w.digest(DemoSlug)
		_ = w.sec.Close()
	}
	if digests[0] != digests[1] {
		t.Error("the same demonstration has two states")
	}
}

// TestDemoOnDisk plays the demonstration where each ask costs an fsync.
func TestDemoOnDisk(t *testing.T) {
	in, err := plenary.OpenInstance(context.Background(), plenary.InstanceOptions{Dir: t.TempDir(), Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if _, err := Demo(t.Context(), in.Secretariat, fixed); err != nil {
		t.Error(err)
	}
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("took %s", took)
	} else {
		t.Logf("took %s", took)
	}
	if err := in.Close(); err != nil {
		t.Error(err)
	}
}

// theAnswers: every point of the call has an answer with its own reason, nine points of the review wait, and
// authors have said what they think.
func theAnswers(t *testing.T, w *world, r *Runner) {
	t.Helper()
	var at []cite.Position
	var ds []*consultation.Disposition
	if _, err := w.sec.Read(t.Context(), DemoSlug, func(st *conversation.State) error {
		first, second, all := st.Consultation.AnswerCounts("p1"), st.Consultation.AnswerCounts("p2"), st.Consultation.AnswerCounts(cite.None)
		if first.Unanswered != 0 || first.Pending != 0 || second.Unanswered != 9 || second.Pending != 4 {
			t.Errorf("unanswered and pending: %d and %d on the issues paper, %d and %d on the considerations", first.Unanswered, first.Pending, second.Unanswered, second.Pending)
		}
		t.Logf("%+v", all)
		if noted := all.By[consultation.Noted]; 4*noted > all.Answered {
			t.Errorf("%d of %d are only noted", noted, all.Answered)
		}
		if n := all.By[consultation.NotAccepted]; n < 15 {
			t.Errorf("%d are not accepted", n)
		}
		reactions, not := 0, 0 // on answers to comments: on a wording, authors agree more often
		for n := 1; n <= st.Consultation.Len(); n++ {
			row, _ := st.Consultation.Row(cite.Contribution(n))
			for _, x := range st.Consultation.Reactions(cite.Part(row.Ref, 1)) {
				if row.Call == "k1" {
					reactions++
					if x.Verdict == consultation.NotSatisfied {
						not++
					}
				}
			}
		}
		if reactions < 10 || 2*not < reactions {
			t.Errorf("%d reactions, %d of them not satisfied", reactions, not)
		}
		if _, reopened := st.Consultation.Answer(r.Ref("$thesis-student") + ".1"); reopened || len(st.Consultation.Reactions(r.Ref("$thesis-student")+".1")) > 0 {
			t.Error("the individual of the demonstration has nothing to react to")
		}
		for n := 1; n <= st.Consultation.Dispositions(); n++ {
			d, _ := st.Consultation.Disposition(cite.Disposition(n))
			ds, at = append(ds, d), append(at, d.Position)
			// What an answer says will change, the revised paper changes; what is moved or merged has its old words.
			for _, c := range d.Changes {
				e, ok := st.Effect(d, c)
				if !ok {
					t.Errorf("%s: %s is still a promise", d.Ref, c)
					continue
				}
				if f, ok := e.Change(c.Element()); ok && f.Change == paper.Unchanged {
					t.Errorf("%s says that %s changes, and it did not", d.Ref, c)
				}
			}
		}
		librarian, _ := st.Consultation.Answer(r.Ref("$librarian") + ".1")
		if d, _ := st.Consultation.Disposition(librarian); librarian != r.Ref("$a-definitions") || d.Current != 23 {
			t.Errorf("the librarian's point is answered by %s", librarian)
		}
		e, _ := st.Papers.Edition("p1.e1")
		now, _ := st.Papers.Edition("p1.e2")
		if _, at, ok := st.Find(e, "13(i)"); !ok || len(at.Elements) != 1 || now.Label(now.IssueOf(at.Elements[0])) != "8" {
			t.Errorf("13(i) of the draft is found at %+v", at)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	words, err := w.sec.Words(t.Context(), DemoSlug, at)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]cite.Ref{}
	for _, d := range ds {
		reason := words[d.Position]["reason."+string(d.Original)]
		if n := wordsIn(reason); n < 15 {
			t.Errorf("%s has a reason of %d words", d.Ref, n)
		}
		if other, ok := seen[reason]; ok {
			t.Errorf("%s and %s have one reason", other, d.Ref)
		}
		seen[reason] = d.Ref
	}
}
