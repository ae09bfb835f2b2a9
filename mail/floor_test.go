package mail

import (
	"slices"
	"strings"
	"testing"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail/post"
)

// sits is a session with two items, on the first of which Arcadia asks for the floor. @nora only prepares for it, @mario speaks for another.
const sits = `
grant @cora chair
  as: @olga

enter %arcadia
  as: @olga
  category: member_state
  country: XA
  name: Arcadia

enter %moor
  as: @olga
  category: member_state
  name: Moor

authorise @maria for %arcadia
  as: @olga
  capacity: head

appoint %arcadia @nora
  as: @maria
  capacity: member

authorise @mario for %moor
  as: @olga

plan => $s
  as: @olga
  title.en: Night session
  title.ar: الدورة الليلية
  form: online
  zone: UTC

plan-sitting $s
  as: @olga
  begins: 2020-01-20T08:00Z
  ends: 2020-01-20T09:00Z

plan-item $s => $boats
  as: @olga
  label: 4(a)
  title.en: Boats
  title.ar: قوارب

plan-item $s => $ice
  as: @olga
  title.en: Ice
  title.ar: جليد

invite $s => $written
  as: @olga
  paper: $draft
  days: 7
  late: kept
  moderation: after
  who: everybody

set-rules $s
  as: @olga
  limits: state 180

set-list $s
  as: @cora
  item: 1
  open: yes

set-list $s
  as: @cora
  item: 2
  open: yes

ask-floor $s
  as: @maria
  party: %arcadia
  item: 1
`

const (
	asksAgain      = "\nask-floor $s\n  as: @maria\n  party: %arcadia\n  item: 1\n"
	moorAsks       = "\nask-floor $s\n  as: @mario\n  party: %moor\n  item: 1\n"
	givesUp        = "\nleave-list $s\n  as: @maria\n  party: %arcadia\n  item: 1\n"
	strikes        = "\nstrike $s\n  as: @cora\n  request: 1\n  reason.en: Nobody answers.\n"
	raises         = "\nask-floor $s\n  as: @maria\n  party: %arcadia\n  kind: point\n"
	moves          = "\nmove-place $s\n  as: @cora\n  request: 1\n  to: 2\n  reason.en: They come later.\n"
	sittingOpens   = "\nat 2020-01-20T08:00Z\n\nopen-sitting $s\n  as: @olga\n  number: 1\n"
	sittingCloses  = "\nat 2020-01-20T08:30Z\n\nclose-sitting $s\n  as: @olga\n  number: 1\n"
	anotherSitting = "\nplan-sitting $s\n  as: @olga\n  begins: 2020-01-21T08:00Z\n  ends: 2020-01-21T09:00Z\n"
	pilots         = "\noffer\n  as: @olga\n  categories: ngo\n  capacities: party\n\nrequest %pilots\n  as: @mario\n  name: Pilots\n  category: ngo\n\n" +
		"accredit %pilots\n  as: @olga\n  name: Pilots\n  until: 2020-01-15T00:00Z\n  reason: Signed.\n"
	crews      = "\nenter %crews\n  as: @olga\n  category: ngo\n  name: Crews\n\ncompose %crews\n  as: @olga\n  members: %pilots %moor\n"
	moorSpeaks = "\ngive-floor $s\n  as: @cora\n  request: 2\n"
)

// floorLetters are the letters about the floor, as the queue takes them: one of each key.
func (w *world) floorLetters() (out []post.Message) {
	for _, m := range w.read() {
		same := func(x post.Message) bool {
			return x.Participant == m.Participant && x.Position == m.Position && x.Notice == m.Notice
		}
		if strings.HasPrefix(m.Notice, aboutFloor) && (m.Position == 0 || !slices.ContainsFunc(out, same)) {
			out = append(out, m)
		}
	}
	return out
}

// TestFloorLetters: whoever speaks for a party hears that it is on a list, what the chair did with its place, and that a sitting ended before it was
// reached; nobody hears of a place that they gave up, and nobody of another's. The record is read after all of it happened.
func TestFloorLetters(t *testing.T) {
	for name, c := range map[string]struct {
		script string
		want   []string
	}{
		"asked":                     {"", []string{"maria: listed"}},
		"asked twice":               {asksAgain, []string{"maria: listed"}},
		"asked for two items":       {strings.Replace(asksAgain, "item: 1", "item: 2", 1), []string{"maria: listed", "maria: listed"}},
		"another asks":              {moorAsks, []string{"maria: listed", "mario: listed"}},
		"given up":                  {givesUp, nil},
		"given up, asked again":     {givesUp + asksAgain, []string{"maria: listed"}},
		"entered":                   {givesUp + "\nenter-request $s\n  as: @olga\n  party: %arcadia\n  item: 1\n", []string{"maria: listed"}},
		"struck":                    {moorAsks + strikes, []string{"maria: struck", "mario: listed"}},
		"a point of order struck":   {sittingOpens + raises + "\nstrike $s\n  as: @cora\n  request: 2\n  reason.en: It is none.\n", []string{"maria: listed", "maria: beside"}},
		"struck, asked again":       {strikes + asksAgain, []string{"maria: listed", "maria: struck"}},
		"moved":                     {moorAsks + moves, []string{"maria: listed", "maria: moved", "mario: listed"}},
		"moved, then given up":      {moorAsks + moves + givesUp, []string{"mario: listed"}},
		"moved, asked again":        {moorAsks + moves + givesUp + asksAgain, []string{"maria: listed", "mario: listed"}},
		"accredited no more":        {pilots + strings.NewReplacer("%moor", "%pilots").Replace(moorAsks) + sittingOpens + sittingCloses, []string{"maria: missed"}},
		"a member is no more":       {pilots + crews + strings.NewReplacer("%moor", "%crews\n  through: %pilots").Replace(moorAsks) + sittingOpens + sittingCloses, []string{"maria: missed"}},
		"a member still is":         {pilots + crews + strings.NewReplacer("%moor", "%crews\n  through: %moor").Replace(moorAsks) + sittingOpens + sittingCloses, []string{"maria: missed", "mario: missed"}},
		"moved, then struck":        {moorAsks + moves + strikes, []string{"maria: struck", "mario: listed"}},
		"given the floor":           {moorAsks + sittingOpens + moorSpeaks, []string{"maria: listed"}},
		"not reached":               {moorAsks + sittingOpens + moorSpeaks + sittingCloses, []string{"maria: missed"}},
		"given up in the sitting":   {moorAsks + sittingOpens + moorSpeaks + givesUp + sittingCloses, nil},
		"struck in the sitting":     {moorAsks + sittingOpens + moorSpeaks + strikes + sittingCloses, []string{"maria: struck"}},
		"nobody was reached":        {moorAsks + sittingOpens + sittingCloses, []string{"maria: missed", "mario: missed"}},
		"another sitting comes":     {moorAsks + anotherSitting + sittingOpens + moorSpeaks + sittingCloses, []string{"maria: adjourned", "maria: listed"}},
		"an item that comes later":  {moorAsks + anotherSitting + strings.Replace(asksAgain, "item: 1", "item: 2", 1) + givesUp + sittingOpens + moorSpeaks + sittingCloses, []string{"maria: listed"}},
		"the next sitting is on":    {moorAsks + anotherSitting + sittingOpens + moorSpeaks + sittingCloses + "\nat 2020-01-21T08:00Z\n\nopen-sitting $s\n  as: @olga\n  number: 2\n", []string{"maria: listed"}},
		"a point of order":          {givesUp + sittingOpens + "\nask-floor $s\n  as: @maria\n  party: %arcadia\n  kind: point\n" + sittingCloses, nil},
		"a right of reply":          {givesUp + sittingOpens + "\nask-floor $s\n  as: @maria\n  party: %arcadia\n  kind: reply\n  item: 1\n" + sittingCloses, []string{"maria: missed"}},
		"who speaks no more":        {"\nunauthorise @maria %arcadia\n  as: @olga\n", nil},
		"in the place of whoever":   {"\nauthorise @mario for %arcadia\n  as: @olga\n\nunauthorise @maria %arcadia\n  as: @olga\n", []string{"mario: listed"}},
		"both who speak for it":     {"\nappoint %arcadia @mario\n  as: @maria\n  capacity: alternate\n", []string{"maria: listed", "mario: listed"}},
		"a group, through a member": {givesUp + "\nenter %isles\n  as: @olga\n  category: member_state\n  name: Isles\n\ncompose %isles\n  as: @olga\n  members: %arcadia %moor\n\nask-floor $s\n  as: @mario\n  party: %isles\n  through: %moor\n  item: 1\n", []string{"mario: listed"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, sits)
			addressed(t, w, "@nora", locale.French)
			w.play(c.script + "\n")
			var got []string
			for _, m := range w.floorLetters() {
				who, _, _ := strings.Cut(m.To, "@")
				got = append(got, who+": "+strings.Fields(m.Notice)[1])
				if strings.ContainsAny(m.Text+m.Subject, "⟦{}") || m.Stop == "" {
					t.Errorf("%s\n%s", m.Subject, m.Text)
				}
			}
			slices.Sort(got)
			slices.Sort(c.want)
			if !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// addressed gives somebody an address.
func addressed(t *testing.T, w *world, alias string, l locale.Lang) {
	t.Helper()
	if err := w.letters.Accounts.SetAddress(ctx, account.Number{Slug: "ferries", Participant: uint64(w.run.Participant(alias))}, alias[1:]+"@example.org", l, t0); err != nil {
		t.Fatal(err)
	}
	w.wish(alias[1:]+"@example.org", account.Confirmed)
}

// TestFloorText: what stands in the letters, in the reader's language, with the ways on.
func TestFloorText(t *testing.T) {
	const in = "https://talk.example.org/en/c/ferries/"
	w := newWorld(t, sits)
	s, file := string(w.run.Ref("$s")), string(w.run.Ref("$written"))
	one := func(kind string) string {
		t.Helper()
		all := w.floorLetters()
		i := slices.IndexFunc(all, func(m post.Message) bool { return strings.Fields(m.Notice)[1] == kind })
		if i < 0 {
			t.Fatal("no letter", kind)
		}
		return all[i].Subject + "\n" + all[i].Text
	}
	holds := func(text string, want ...string) {
		t.Helper()
		for _, x := range append(want, "Arcadia", "“Night session”", "“Ferries”", "Item 4(a) · Boats\n", "/mail/") {
			if !strings.Contains(text, x) {
				t.Errorf("%q is not in\n%s", x, text)
			}
		}
	}
	holds(one("listed"), in+s+".i1/floor\n", in+s+".i1/ask-floor\n")
	w.play(moorAsks + moves)
	holds(one("moved"), "They come later.", in+s+".i1/ask-floor\n")
	w.play("\nenter-request $s\n  as: @olga\n  party: %arcadia\n  item: 2\n")
	if i := slices.IndexFunc(w.floorLetters(), func(m post.Message) bool {
		return strings.Contains(m.Text, "Item 2 · Ice") && strings.Contains(m.Text, "ecretariat")
	}); i < 0 {
		t.Error("the secretariat entered it, and no letter says so")
	}
	w.play(sittingOpens + moorSpeaks + sittingCloses)
	holds(one("missed"), "Item 2 · Ice\n", in+s+"/requests?party=y", in+file+"\n", "28 January 2020")
	// Where nothing is taken in writing, nothing is said of it.
	before, rest, _ := strings.Cut(sits, "invite $s")
	_, after, _ := strings.Cut(rest, "who: everybody\n")
	w = newWorld(t, before+after, moorAsks+sittingOpens+moorSpeaks+sittingCloses)
	if text := one("missed"); strings.Contains(text, "writing") {
		t.Error(text)
	}
	for _, l := range locale.All {
		for _, kind := range []string{"listed", "entered", "struck", "beside", "moved", "missed", "adjourned"} {
			if text := l.T("mail.floor."+kind+".subject", "party", "P") + l.T("mail.floor."+kind+".text", "party", "P", "session", "S", "title", "T", "items", "- I", "reason", "R", "floor", "F", "link", "L") +
				l.T("mail.floor.file", "until", "U", "file", "F"); strings.ContainsAny(text, "⟦{}") {
				t.Errorf("%s %s: %s", l, kind, text)
			}
		}
	}
	for kind := range floors {
		if !slices.Contains(conversation.Kinds(), kind) {
			t.Errorf("%s is no kind of fact", kind)
		}
	}
}

// TestFloorLetterWaited: a letter that waited says nothing of a place that was given up since; asked for again it goes, and once.
func TestFloorLetterWaited(t *testing.T) {
	w := newWorld(t, sits)
	box := &post.Mailbox{}
	q, err := NewQueue(w.db, box, "noreply@plenary.example", w.in.Now)
	if err != nil {
		t.Fatal(err)
	}
	w.letters.Queue, q.Renew = q, w.letters.Renew
	var from cite.Position
	follow := func() {
		t.Helper()
		entries, err := w.in.RecordEntries(ctx, "ferries", from+1, 1<<40)
		if err != nil {
			t.Fatal(err)
		}
		if from, err = q.answer(ctx, "ferries", from, entries, w.letters.Compose("ferries")); err != nil {
			t.Fatal(err)
		}
	}
	sent := func(want ...string) {
		t.Helper()
		if _, err := q.Flush(ctx); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range slices.Backward(box.All()) {
			if strings.HasPrefix(m.Notice, aboutFloor) {
				got = append(got, strings.Fields(m.Notice)[1])
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
	follow()
	w.play(givesUp)
	sent()
	w.play(asksAgain)
	follow()
	sent("listed")
	w.play(asksAgain + givesUp + asksAgain)
	follow()
	sent("listed")
	w.play("\nstrike $s\n  as: @cora\n  request: 4\n  reason.en: Nobody answers.\n")
	follow()
	sent("listed", "struck")
}
