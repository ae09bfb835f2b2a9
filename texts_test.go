package plenary_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/aside"
	"github.com/openplenary/plenary/ballot"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/find"
	"github.com/openplenary/plenary/conversation/compiler"
	"github.com/openplenary/plenary/door"
	"github.com/openplenary/plenary/floor"
	"github.com/openplenary/plenary/formulation/likeness"
	"github.com/openplenary/plenary/input/code"
	"github.com/openplenary/plenary/internal/digest"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/markup"
	"github.com/openplenary/plenary/openid"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/paper/editor"
	"github.com/openplenary/plenary/paper/manuscript"
	"github.com/openplenary/plenary/press"
	"github.com/openplenary/plenary/questionnaire"
	"github.com/openplenary/plenary/quote"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/registration/roster"
	"github.com/openplenary/plenary/settings"
	"github.com/openplenary/plenary/site"
	"github.com/openplenary/plenary/speakers/casefile"
	"github.com/openplenary/plenary/studio"
	"github.com/openplenary/plenary/together"
	"github.com/openplenary/plenary/transcript/cue"
)

// damaged gives a text, and the text with one thing in it that is otherwise: a line that is missing, that stands twice or behind the next one; a
// letter that is missing; a sign put in; the rest cut off.
func damaged(text string, places int, yield func(string)) {
	yield(text)
	lines := strings.SplitAfter(text, "\n")
	for i := range lines {
		if len(lines) == 1 || i%max(1, len(lines)/places) != 0 {
			continue
		}
		yield(strings.Join(slices.Delete(slices.Clone(lines), i, i+1), ""))
		yield(strings.Join(slices.Insert(slices.Clone(lines), i, lines[i]), ""))
		if i > 0 {
			c := slices.Clone(lines)
			c[i-1], c[i] = c[i], c[i-1]
			yield(strings.Join(c, ""))
		}
	}
	signs := []string{" ", "\n", "*", "\"", "1", "é", "|", "#", ":", "]", "-", ".", "\u200b", "0", "“", "(", "x"}
	runes := []rune(text)
	for i := 0; i < len(runes); i += max(1, len(runes)/places) {
		before, after := string(runes[:i]), string(runes[i:])
		yield(before + string(runes[i+1:]))
		yield(before + signs[i%len(signs)] + after)
		yield(before + signs[(i*7+3)%len(signs)] + after)
		yield(before)
	}
}

// said is everything of what a reader of texts answers.
func said(answers ...any) (outcome, all string) {
	outcome = "read"
	var b strings.Builder
	for _, x := range answers {
		if err, is := x.(error); is {
			outcome = "fault"
			if no := refusal.Of(err); len(no) > 0 {
				outcome = no[0].Key
			}
			b.WriteString(err.Error())
		} else if x != nil {
			b.WriteString(digest.Of(x)[:16])
		}
		b.WriteString(" ")
	}
	return outcome, b.String()
}

// snippets are the texts of a file of examples.
func snippets(t *testing.T, path ...string) []string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(b), "%%%%\n")
}

// reader is a reader of texts with examples of what it reads.
type reader struct {
	name   string
	places int // at how many places of each example something is otherwise
	texts  []string
	read   func(string) []any
}

const quoted = "She said “the ferry «runs» ‘late’ on Sundays” and “it's \"fine\"”. Er sagte „die Fähre“ und »das Boot«; 「渡船」 \"plain\" 'single' it’s."

func readers(t *testing.T) []reader {
	words := cite.Words{"1.text": "Maria Müller lives at Quai 12, phone +41 22 338 91 11; m.mueller@example.org. MARIA MULLER, Mária.", "name": "Maria Müller", "2.text": "Call 0041223389111 or Mueller.", "f1.name": "mueller.pdf"}
	masks := []consultation.Mask{{Field: "1.text", From: 0, To: 13}, {Field: "1.text", From: 38, To: 54}}
	among := []likeness.Text{{Words: []string{"Who owns what a machine invents?", "À qui appartient ce qu’une machine invente ?"}, Here: true}, {Words: []string{"Who pays for the ferry?"}},
		{Words: []string{"Should machines own inventions?"}}, {Words: []string{"谁拥有机器的发明？"}, Here: true}}
	return []reader{
		{"paper/manuscript", 14, snippets(t, "paper", "manuscript", "testdata", "snippets.txt"), func(s string) []any {
			r, err := manuscript.Read([]byte(s), manuscript.Options{Original: "en"})
			return []any{r, err}
		}},
		{"paper/manuscript letters", 6, snippets(t, "paper", "manuscript", "testdata", "snippets.txt"), func(s string) []any {
			r, err := manuscript.Read([]byte(s), manuscript.Options{Original: "fr", Letters: manuscript.LetterChoices[len(s)%len(manuscript.LetterChoices)]})
			return []any{r, err}
		}},
		{"markup", 24, snippets(t, "markup", "testdata", "snippets.txt"), func(s string) []any {
			names, undescribed := markup.Pictures(s)
			from, to := markup.Address(s)
			return []any{markup.Parse(s), markup.Plain(s), markup.Notes(s), names, undescribed, from, to, markup.Safe(s), markup.Check(s), markup.Runs(s)}
		}},
		{"transcript/cue", 60, []string{
			"WEBVTT - title\n\nNOTE\nwhatever\n\nSTYLE\n::cue { color: red }\n\n1\n00:01.000 --> 00:02.500 align:start\n<v Maria>Good <b>morning</b> &amp; welcome.\nSecond line\n\n00:02.500 --> 01:00:03.000\n- Yes.\n",
			"1\n00:00:01,000 --> 00:00:02,500\n<i>Good</i> morning.\n\n2\n00:00:02,500 --> 00:01:03,000\nYes.\nNo.\n",
			"[0:00:10]\nGood morning.\nGoing on.\n\n[0:12:30] Next words.\n\n[1:00:00]\nLast.\n",
		}, func(s string) (out []any) {
			for _, kind := range append(slices.Clone(cue.Kinds), cue.Kind(s), "other") {
				all, err := cue.Parse(kind, s)
				out = append(out, all, err)
			}
			at, ok := cue.Clock(strings.TrimSpace(s))
			return append(out, at, ok)
		}},
		{"transcript/cue clock", 20, []string{"1:02:03", "02:03", "23:59:59", "0:60"}, func(s string) []any {
			at, ok := cue.Clock(s)
			return []any{at, ok}
		}},
		{"quote", 60, []string{quoted, "Il a dit « la barque » et “le bac”.", "قال «العبّارة» ثم مضى"}, func(s string) (out []any) {
			for _, q := range append(quote.All(s), "ferry", "It’s  fine", "THE FERRY", "la barque … le bac", "the ferry [...] Sundays", "") {
				at, ok := quote.Find(s, q)
				cut, whole := quote.Cut(s, at)
				out = append(out, q, at, ok, cut, whole, quote.Stands(s, q), quote.Stands(quoted, q), quote.Other(s, q))
			}
			return out
		}},
		{"cite", 20, []string{"p1.e2.x17", "c12.1[3:9]", "k1", "d3", "s1.i2", "q1", "c1.f2", "o1.t1", "b2", "S/2020/1 Add.1", "1234-5678-9012", "3:9", "18446744073709551615"}, func(s string) []any {
			x, err := cite.ParseRef(s)
			n, err2 := cite.ParseNumber(s)
			sym, err3 := cite.ParseSymbol(s)
			span, ok := cite.ParseBytes(s)
			return []any{x, err, n, err2, sym, err3, span, ok, cite.IsNumber(s, 1234), x.Kind(), x.Root(), x.Element()}
		}},
		{"cite blacken", 30, []string{"Maria lives — in Genève, 日本."}, func(s string) []any {
			return []any{cite.Blacken(s, []cite.Span{{From: 0, To: 5}}), cite.Blacken(s, []cite.Span{{From: 3, To: 9}, {From: 9, To: 12}, {From: 20, To: 99}})}
		}},
		{"codes", 20, []string{code.Spell(0, 8), code.Spell(1<<40+12345, 8), code.Spell(99, 10), " o1il-0ab ", roster.Shown(code.Spell(987654321, 8))}, func(s string) []any {
			read, ok := code.Read(s, 8)
			typed, is := roster.ParseCode(s)
			return []any{read, ok, typed, is, roster.Shown(s)}
		}},
		{"consultation/find", 30, []string{"Maria Müller", "338 91 11", "m.mueller@example.org", "Quai 12"}, func(s string) []any {
			with := cite.Words{"3.text": s + ", " + strings.ToUpper(s) + "; x" + s}
			for k, v := range words {
				with[k] = v
			}
			return []any{find.Alike(with, masks), find.Same(with, masks, s), find.Maskable(with)}
		}},
		{"formulation/likeness", 30, []string{"Who owns what machines invent?", "Who owns it?", "机器的发明"}, func(s string) []any {
			var order []string
			for _, f := range likeness.Find(s, among, 1+len(s)%3) {
				order = append(order, fmt.Sprintf("%.3v", f))
			}
			return []any{order}
		}},
		{"paper/editor merge", 14, []string{"The ferry runs late on Sundays, and early on Mondays. Who pays?\n\nNobody knows."}, func(s string) (out []any) {
			for _, other := range []string{"The ferry runs late on Sundays. Who pays?\n\nNobody knows.", "The old ferry runs late on Sundays, and early on Tuesdays. Who pays for it?\n\nNobody.", "", s} {
				text, clean := editor.Merge("The ferry runs late on Sundays, and early on Mondays. Who pays?\n\nNobody knows.", s, other)
				out = append(out, text, clean)
			}
			return append(out, editor.HasCut(s))
		}},
		{"questionnaire values", 20, []string{"31.1.2030", "2030-01-31", "1/2/2030", "٣١/١/٢٠٣٠", "2030年1月31日", "1 234,5", "1.234.567", "-1'234.50", "１２", "1e3", "12/31/2030", "31 1 2030", "1,234", "0.5"}, func(s string) (out []any) {
			for _, q := range []questionnaire.Question{{Kind: questionnaire.Number}, {Kind: questionnaire.Number, Whole: true, Least: "2", Greatest: "1234"}, {Kind: questionnaire.Date}, {Kind: questionnaire.Date, Least: "2030-01-02", Greatest: "2030-01-31"}} {
				value, no := q.Read(1, s)
				out = append(out, value)
				if no != nil {
					out = append(out, no.Error())
				} else {
					out = append(out, q.Value(q.Size(value)))
				}
			}
			return out
		}},
		{"floor rows", 30, []string{strings.Join(floor.Columns, ",") + "\nFenland,1,5,en,Maria\n\"NGO, x\", 2,REPLY,,\n,,,,\n", strings.Join(floor.Columns, ";") + "\n\"Fen;land\";1;٥;FR;\n"}, func(s string) []any {
			rows, err := floor.ReadRows(s)
			out := []any{rows, err}
			for _, r := range rows {
				for _, wish := range []string{r.Wish, strings.ReplaceAll(s, "\n", ""), "0", "1", "60", "61", "999999999", "1x", "", floor.Kinds[len(floor.Kinds)-1]} {
					r.Wish = wish
					e, err := r.Enter(floor.Enter{})
					out = append(out, e, err)
				}
			}
			return out
		}},
		{"ballot", 30, []string{"ballot,option,rank\na,One,1\na,Two,2\nb,Two,1\nb,One,1\nc,Three,2\nc,One,1\nd,,\n", "ballot,option\na,One\na,Two\nb,Two\nc,\n", "ballot,option,points\na,One,10\na,Two,5\nb,Three,0\nb,One,3\n"}, func(s string) (out []any) {
			for _, m := range []ballot.Method{ballot.Schulze, ballot.Approval, ballot.Points, "other"} {
				for _, options := range [][]string{nil, {"One", "Two", "Three"}} {
					b, err := ballot.Read(strings.NewReader(s), m, options)
					if out = append(out, err); err == nil {
						out = append(out, b.Count())
					}
				}
			}
			return out
		}},
		{"addresses", 40, []string{"maria.m+ferries@example.org", "мария@пример.example", "10.0.0.0/8", "2001:db8::/32", "192.0.2.1", "UN=https://client:s%2Fecret@id.example.org/realm", "https://live.example.org:8443/a?b#c", "+41 22 338 91 11", "The Wärme & the Été of 2020", "第一 issue", "{{name}} takes {{contact}}"}, func(s string) []any {
			mail, err := account.ParseAddress(s)
			proxy, err2 := door.ParseProxy(s)
			_, err3 := openid.Parse(s, time.Now)
			contact, err4 := aside.CleanContact(s)
			remark, err5 := together.CheckRemark("text", s)
			return []any{mail, err, proxy.String(), err2, fmt.Sprint(err3), contact, err4, remark, err5, settings.SlugOf(s), settings.LabelIDOf(s), studio.Host(s), site.Gaps(s)}
		}},
		{"door", 30, []string{"192.0.2.1, 198.51.100.7", "198.51.100.7:80, 10.0.0.1", "2001:db8:1:2::3, [2001:db8::1]:443", "for=192.0.2.60;proto=http, for=\"[2001:db8:cafe::17]:4711\"", "unknown"}, func(s string) (out []any) {
			for _, sources := range []*door.Sources{{}, {Behind: true}, {Exposed: true}, {Named: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8::/64")}, Exposed: true}} {
				for _, peer := range []string{"127.0.0.1:9", "10.0.0.1:9", "[2001:db8::1]:9", "203.0.113.5:9", "[::ffff:10.0.0.2]:9"} {
					for _, head := range []string{"X-Forwarded-For", "Forwarded"} {
						r := &http.Request{RemoteAddr: peer, Header: http.Header{head: {s}}}
						out = append(out, sources.Of(r), sources.Many(netip.MustParseAddrPort(peer).Addr()))
					}
				}
				out = append(out, len(sources.Unnamed()))
			}
			return out
		}},
		{"site", 20, []string{"The Office of the Ferries", "privacy of {{name}}\n\n# Heading\n\nText."}, func(s string) []any {
			one := locale.Text{Original: "en", In: map[locale.Lang]string{"en": s, "fr": s + "x"}}
			x := site.Said{Name: one, Contact: one, Borders: one, Languages: []locale.Lang{"fr", "en", "fr"}, Pages: map[string]map[locale.Lang]string{"privacy": {"en": s}, "imprint": {"fr": s, "ar": ""}}}
			err := x.Clean()
			x.Take()
			return []any{x.Name, x.Contact, x.Borders, x.Languages, x.Pages, x.Takes("privacy"), x.Marks, err}
		}},
		{"paper redline", 20, []string{"The ferry runs late on Sundays, and early on Mondays. Who pays? 谁付钱。"}, func(s string) []any {
			const base = "The ferry runs late on Sundays, and early on Mondays. Who pays? 谁付钱。"
			return []any{paper.Redline(base, s), paper.Redline(s, base), paper.Redline(s, "Who runs the ferry on Mondays?"), paper.Redline("", s)}
		}},
		{"press", 20, []string{"=1+1", "-2", "+41 22", "@a", "a;b,c \"d\"\ne", "\t=x"}, func(s string) []any {
			var b bytes.Buffer
			c := press.NewCSV(&b)
			err := errors.Join(c.Row(s, "x", s), c.Flush())
			return []any{press.Harmful(s), press.Harmless(s), b.String(), err}
		}},
		{"speakers", 25, slices.Concat(snippets(t, "speakers", "testdata", "plain.json"), snippets(t, "speakers", "testdata", "moved.json")), func(s string) []any {
			c, err := casefile.Read([]byte(s))
			if err != nil {
				return []any{err}
			}
			got := c.Draw("en")
			return []any{got, c.Draw("fr"), c.Expected().Differs(got)}
		}},
	}
}

// TestGoldenTexts: what readers of texts make of a text, and of the text when any one thing of it is otherwise, is what testdata/texts.txt says.
func TestGoldenTexts(t *testing.T) {
	t.Parallel()
	out := tallies{}
	for _, r := range readers(t) {
		for _, text := range r.texts {
			damaged(text, r.places, func(s string) {
				outcome, all := said(r.read(s)...)
				out.note(r.name, outcome, s, all)
			})
		}
	}
	translations(t, out)
	drafts(t, out)
	doors(out)
	out.golden(t, "texts.txt")
}

// translations says of translations of considerations what they claim: every word for how many, in every language, in front of those who speak.
func translations(t *testing.T, out tallies) {
	t.Helper()
	files, _ := scripts(t)
	_, st, _ := moments(t, files, "compiler.txt")
	for _, p := range st.Papers.All {
		e := p.Latest()
		if !paper.Compiled(e.Kind) {
			continue
		}
		for _, el := range e.Elements {
			for _, l := range locale.All {
				for q := range compiler.Quantity(16) {
					for _, term := range compiler.Terms(l, q) {
						for i, who := range compiler.Speakers(l) {
							if i < 2 {
								outcome, all := said(compiler.Translated(e, paper.PassageOf(el.Ref), l, term+" "+who+"."))
								out.note("conversation/compiler "+string(l), outcome, term+" "+who, all)
							}
						}
					}
				}
			}
		}
	}
}

// doors lets in whoever wants something, in an order that a fixed seed draws, up to limits by source and in all.
func doors(out tallies) {
	limits := door.NewLimiter(door.Limit{Name: "a", PerSource: 5, InAll: 12, Window: time.Minute}, door.Limit{Name: "b", PerSource: 3, Window: time.Hour}, door.Limit{Name: "c", InAll: 20, Window: time.Second})
	slots := door.NewSlots(2, 4)
	var taken []func()
	r, now := rand.New(rand.NewPCG(1, 2)), time.Date(2020, 1, 10, 9, 0, 0, 0, time.UTC)
	for range 2000 {
		now = now.Add(time.Duration(r.IntN(4000)) * time.Millisecond)
		source := []string{"", "192.0.2.1", "192.0.2.2", "2001:db8::"}[r.IntN(4)]
		uses := []door.Use{{Limit: "a", Amount: int64(r.IntN(4))}, {Limit: []string{"b", "c"}[r.IntN(2)], Amount: int64(1 + r.IntN(9))}}
		wait, over := limits.Take(source, now, uses[:1+r.IntN(2)]...)
		out.note("door limits", "over "+over, source, fmt.Sprint(wait))
		if release, ok := slots.Take(source); ok {
			taken = append(taken, release)
			out.note("door slots", "taken", source, "")
		} else {
			out.note("door slots", "full", source, "")
		}
		if len(taken) > 0 && r.IntN(2) == 0 {
			i := r.IntN(len(taken))
			taken[i]()
			taken = slices.Delete(taken, i, i+1)
		}
	}
}

// drafts does to drafts of papers whatever can be done to them, in an order that a fixed seed draws, and says after each step what they are.
func drafts(t *testing.T, out tallies) {
	t.Helper()
	when := time.Date(2020, 1, 10, 9, 0, 0, 0, time.UTC)
	for n, text := range snippets(t, "paper", "manuscript", "testdata", "snippets.txt") {
		d, err := manuscript.Import([]byte(text), "en")
		if err != nil || len(d.Elements) < 3 {
			continue
		}
		for seed := range uint64(3) {
			w := editor.New(d)
			r := rand.New(rand.NewPCG(uint64(n), seed))
			for range 25 {
				id, h := 1+r.IntN(len(d.Elements)+6), editor.Hand{}
				h.At = when
				what, err := "", error(nil)
				switch r.IntN(9) {
				case 0:
					what, err = "up", w.Up(id, h)
				case 1:
					what, err = "down", w.Down(id, h)
				case 2:
					what, err = "delete", w.Delete(id, h)
				case 3:
					what, err = "join", w.Join(id, h)
				case 4:
					what, err = "part", w.Part(id, h)
				case 5:
					what, err = "move", w.MoveBefore(id, fmt.Sprint(1+r.IntN(4)), h)
				case 6:
					what = "undo"
					_, err = w.Undo(1 + r.IntN(8))
				default:
					what = "insert"
					_, err = w.Insert(id, []string{paper.Theme, paper.Issue, paper.Paragraph, paper.Question}[r.IntN(4)], map[locale.Lang]string{"en": "One.\n\nTwo. [^1]\n\n[^1]: A note."})
				}
				is, err2 := w.Encode()
				outcome, all := said(err)
				out.note("paper/editor "+what, outcome, fmt.Sprint(id), all+fmt.Sprint(err2)+digest.Of(string(is))+digest.Of(w.Deletions()))
			}
		}
	}
}
