package script

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// prologue is a conversation with two calls: one moderated before, one after.
const prologue = `
at 2020-01-10T09:00Z

convene ferries
  title.en: Ferries
  languages: en
  demonstration: yes
  officer: @olga
  labels: labels.json

publish-paper paper.json => $draft

announce before
  title.en: Comments, read before they are published
  paper: $draft
  opens: 2020-01-10T09:00Z
  closes: 2020-01-10T09:30Z
  late: kept
  moderation: before

announce after
  title.en: Comments, read after they are published
  paper: $draft
  opens: 2020-01-10T09:00Z
  closes: 2020-01-10T10:00Z
  late: refused
  moderation: after

tick
`

// model is what a script should find: the status of each contribution, by a rule written a second time.
type model struct {
	status   []string
	author   []int
	late     []bool
	redacted [][16]bool // bytes of the first part that are black
	answered []string   // of its first part: "", answered, reopened
	minute   int
}

func (m *model) count(status string) (n int) {
	for _, s := range m.status {
		if s == status {
			n++
		}
	}
	return n
}

// TestAnySequence writes random scripts of submissions and decisions, granted and refused, runs them, and
// proves what must hold after any script: the counts at every position, and that a replay, erasures
// included, is what was live.
func TestAnySequence(t *testing.T) {
	f := files(t)
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		b.WriteString(prologue)
		m := &model{}
		for range rapid.IntRange(1, 40).Draw(t, "blocks") {
			m.minute += rapid.IntRange(0, 4).Draw(t, "minutes")
			fmt.Fprintf(&b, "\nat 2020-01-10T%02d:%02dZ\n", 9+m.minute/60, m.minute%60)
			if rapid.IntRange(0, 3).Draw(t, "tick") == 0 {
				b.WriteString("tick\n")
			}
			if len(m.status) == 0 || rapid.IntRange(0, 2).Draw(t, "submit") == 0 {
				m.submit(t, &b)
			} else {
				m.decide(t, &b)
			}
		}
		m.assert(&b)
		w := newWorld(t)
		defer func() { _ = w.sec.Close() }()
		r := New(w.sec)
		r.Files = f
		if err := r.RunText(t.Context(), "random", b.String()); err != nil {
			t.Fatalf("%v\n%s", err, b.String())
		}
		w.proves(r.Slug)
	})
}

func (m *model) submit(t *rapid.T, b *strings.Builder) {
	n := len(m.status) + 1
	who := rapid.IntRange(1, 5).Draw(t, "who")
	call := rapid.SampledFrom([]string{"before", "after"}).Draw(t, "call")
	fmt.Fprintf(b, "\nsubmit => $c%d\n  as: @p%d\n  call: %s\n  category: %s\n  language: en\n", n, who, call, rapid.SampledFrom([]string{"ngo", "individual"}).Draw(t, "category"))
	if c := rapid.SampledFrom([]string{"", "CH", "FR", "XA"}).Draw(t, "country"); c != "" {
		fmt.Fprintf(b, "  country: %s\n", c)
	}
	// Some places twice in one contribution: it is one voice there.
	for i, on := range rapid.SliceOfN(rapid.SampledFrom([]string{"general", "1", "1(i)", "2", "issue 1"}), 1, 3).Draw(t, "on") {
		suffix := ""
		if i > 0 {
			suffix = fmt.Sprintf(".%d", i+1)
		}
		fmt.Fprintf(b, "  on%s: %s\n  text%s: %s\n", suffix, on, suffix, rapid.SampledFrom([]string{"We want a ferry.", "We want no ferry.", "Où est le bac ?"}).Draw(t, "text"))
	}
	if call == "after" && m.minute >= 60 {
		b.WriteString("  expect: call.closed\n")
		// The alias stays free for the next.
		return
	}
	m.author = append(m.author, who)
	m.status = append(m.status, map[string]string{"before": "pending", "after": "published"}[call])
	m.late = append(m.late, call == "before" && m.minute >= 30)
	m.redacted = append(m.redacted, [16]bool{})
	m.answered = append(m.answered, "")
}

func (m *model) decide(t *rapid.T, b *strings.Builder) {
	i := rapid.IntRange(0, len(m.status)-1).Draw(t, "contribution")
	was, next, refused := m.status[i], "", ""
	may := func(from ...string) {
		for _, f := range from {
			if was == f {
				return
			}
		}
		refused = "contribution.decided"
	}
	verb := rapid.SampledFrom([]string{"publish", "withhold", "withdraw", "withdraw another's", "redact", "erase", "answer", "react"}).Draw(t, "verb")
	switch verb {
	case "publish":
		next = "published"
		may("pending", "withheld")
		fmt.Fprintf(b, "\npublish $c%d\n", i+1)
	case "withhold":
		next = "withheld"
		may("pending", "published")
		fmt.Fprintf(b, "\nwithhold $c%d\n  ground: off_topic\n  reason: Not about ferries.\n", i+1)
	case "withdraw":
		next = "withdrawn"
		may("pending", "published", "withheld")
		fmt.Fprintf(b, "\nwithdraw $c%d\n", i+1)
	case "withdraw another's":
		refused = "contribution.unknown"
		fmt.Fprintf(b, "\nwithdraw $c%d\n  as: @p%d\n", i+1, m.author[i]%5+1)
	case "redact":
		next = was
		may("pending", "published", "withheld")
		from := rapid.IntRange(0, 10).Draw(t, "from")
		to := from + rapid.IntRange(1, 5).Draw(t, "bytes")
		fmt.Fprintf(b, "\nredact $c%d.1\n  bytes: %d-%d\n  ground: personal_data\n", i+1, from, to)
		if refused == "" {
			refused = "redact.already"
			for k := from; k < to; k++ {
				if !m.redacted[i][k] {
					m.redacted[i][k], refused = true, ""
				}
			}
		}
	case "erase":
		next = "erased"
		may("pending", "published", "withheld", "withdrawn")
		fmt.Fprintf(b, "\nerase $c%d\n  ground: at_request\n", i+1)
	}
	switch verb {
	case "answer":
		next = was
		fmt.Fprintf(b, "\nanswer\n  parts: $c%d.1\n  outcome: %s\n  reason.en: Because of the ferry.\n", i+1, rapid.SampledFrom([]string{"accepted", "noted", "not_accepted"}).Draw(t, "outcome"))
		switch {
		case was == "pending":
			refused = "answer.pending"
		case was != "published":
			refused = "answer.gone"
		case m.answered[i] == "answered":
			refused = "answer.already"
		default:
			m.answered[i] = "answered"
		}
	case "react":
		next = was
		verdict := rapid.SampledFrom([]string{"satisfied", "misses"}).Draw(t, "verdict")
		fmt.Fprintf(b, "\nreact $c%d.1\n  as: @p%d\n  verdict: %s\n  language: en\n  text: About the ferry.\n", i+1, m.author[i], verdict)
		switch {
		case was != "published":
			refused = "contribution.decided"
		case m.answered[i] != "answered":
			refused = "reaction.unanswered"
		case verdict == "misses":
			m.answered[i] = "reopened"
		}
	}
	if refused != "" {
		fmt.Fprintf(b, "  expect: %s\n", refused)
		return
	}
	m.status[i] = next
}

func (m *model) assert(b *strings.Builder) {
	late, redacted := 0, 0
	for i, s := range m.status {
		if s == "published" && m.late[i] {
			late++
		}
		if s == "published" && m.redacted[i] != [16]bool{} {
			redacted++
		}
		fmt.Fprintf(b, "\nassert status $c%d %s\n", i+1, s)
		if s == "erased" {
			fmt.Fprintf(b, "assert erased $c%d\n", i+1)
		}
	}
	fmt.Fprintf(b, "assert received %d published %d withheld %d withdrawn %d erased %d pending %d late %d redacted %d\n", len(m.status),
		m.count("published"), m.count("withheld"), m.count("withdrawn"), m.count("erased"), m.count("pending"), late, redacted)
}
