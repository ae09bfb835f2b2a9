package speakers_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/speakers"
)

// claims are what the sentence of a place says, looked up in the sheet and not in what was drawn.
type claims struct {
	category, after string
	spoken          int
	region          string
	turn            int
	asked           time.Time
	joined          int
	tied            string
	move            *speakers.Move
}

// stand is all that was asked by one party for one item, or was heard at one time.
type stand struct {
	party, item string
	heard       int
	requests    []speakers.Request
}

func (s *stand) first() speakers.Request { return s.requests[0] }

func earlier(a, b speakers.Request) bool {
	return a.At.Before(b.At) || a.At.Equal(b.At) && a.Ref < b.Ref
}

// stands are the requests of a sheet that were in time, put together.
func stands(s *speakers.Sheet) (out []*stand) {
	for _, r := range s.Requests {
		if !s.Closed.IsZero() && r.At.After(s.Closed) {
			continue
		}
		of := stand{party: r.Party, item: r.Item}
		if r.Heard {
			of.heard = 1 + r.Spoken
		}
		i := slices.IndexFunc(out, func(o *stand) bool { return o.party == of.party && o.item == of.item && o.heard == of.heard })
		if i < 0 {
			out, i = append(out, &of), len(out)
		}
		out[i].requests = append(out[i].requests, r)
	}
	for _, o := range out {
		slices.SortFunc(o.requests, func(a, b speakers.Request) int {
			if earlier(a, b) {
				return -1
			}
			return 1
		})
	}
	return out
}

// claimsOf looks up what is true of a place.
func claimsOf(s *speakers.Sheet, all []*stand, of *stand) claims {
	first := of.first()
	c := claims{category: first.Category, spoken: first.Spoken, region: first.Region, asked: first.At, joined: len(of.requests)}
	if i := slices.Index(s.Settings.Categories, first.Category); i > 0 {
		c.after = s.Settings.Categories[i-1]
	}
	equal := func(o *stand) bool {
		return o.first().Category == first.Category && (!s.Settings.FewestFirst || o.first().Spoken == first.Spoken)
	}
	turn := func(of *stand) int {
		n := 1
		for _, o := range all {
			if equal(o) && (!s.Settings.ByRegion || o.first().Region == of.first().Region) && earlier(o.first(), of.first()) {
				n++
			}
		}
		return n
	}
	if s.Settings.ByRegion {
		c.turn = turn(of)
	}
	for _, o := range all {
		if o == of || !equal(o) || !o.first().At.Equal(first.At) {
			continue
		}
		if !s.Settings.ByRegion || o.first().Region == first.Region || turn(o) == 1 && turn(of) == 1 {
			c.tied = first.Ref
		}
	}
	for i := range s.Moves {
		m := &s.Moves[i]
		if slices.ContainsFunc(of.requests, func(r speakers.Request) bool { return r.Ref == m.Request }) && (c.move == nil || !m.At.Before(c.move.At)) {
			c.move = m
		}
	}
	return c
}

func plain(s string) string { return strings.NewReplacer("\u2068", "", "\u2069", "").Replace(s) }

func clock(l locale.Lang, day, at time.Time) string {
	at = at.In(day.Location())
	if at.Format(time.DateOnly) == day.Format(time.DateOnly) {
		return at.Format("15:04")
	}
	return l.DateTime(at, "")
}

// english says what a sentence must claim, in words of the test's own.
func (c *claims) english(fewest bool, day time.Time) string {
	at := func(t time.Time) string { return clock(locale.English, day, t) }
	if c.move != nil {
		return fmt.Sprintf("Moved by %s, %s. Reason: “%s”", c.move.By, at(c.move.At), c.move.Why)
	}
	names := map[string]string{"group": "groups", "state": "member states", "igo": "intergovernmental organisations", "ngo": "non-governmental organisations", "other": "others"}
	name := func(key string) string {
		if names[key] != "" {
			return names[key]
		}
		return "those in the category “" + key + "”"
	}
	capital := func(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
	parts := []string{capital(name(c.category)) + " come first."}
	if c.after != "" {
		parts[0] = capital(name(c.category)) + " come after " + name(c.after) + "."
	}
	switch {
	case !fewest:
	case c.spoken == 0:
		parts = append(parts, "Has not had the floor in this session yet.")
	case c.spoken == 1:
		parts = append(parts, "Has had the floor once in this session; those who had it fewer times come first.")
	default:
		parts = append(parts, fmt.Sprintf("Has had the floor %d times in this session; those who had it fewer times come first.", c.spoken))
	}
	switch {
	case c.turn == 0:
		parts = append(parts, "Asked at "+at(c.asked)+".")
	case c.region == "none":
		parts = append(parts, fmt.Sprintf("Regions take turns: turn %d of those without a region; asked at %s.", c.turn, at(c.asked)))
	default:
		parts = append(parts, fmt.Sprintf("Regions take turns: turn %d of %s; asked at %s.", c.turn, c.region, at(c.asked)))
	}
	if c.joined > 1 {
		parts = append(parts, fmt.Sprintf("Requests that are one place: %d; the earliest counts.", c.joined))
	}
	if c.tied != "" {
		parts = append(parts, "Another asked at the same moment; the order of the references decides: "+c.tied+".")
	}
	return strings.Join(parts, " ")
}

// says are what a sentence must hold in a language, whatever the words around it are.
func (c *claims) says(l locale.Lang, fewest bool, day time.Time) []string {
	if c.move != nil {
		return []string{c.move.By, c.move.Why, clock(l, day, c.move.At)}
	}
	of := func(form, key string) string {
		if locale.Has("speakers." + form + "." + key) {
			return l.T("speakers." + form + "." + key)
		}
		return l.T("speakers."+form+".named", "category", key)
	}
	out := []string{of("category", c.category), clock(l, day, c.asked)}
	if c.after != "" {
		out = append(out, of("after", c.after))
	}
	if fewest && c.spoken == 0 {
		out = append(out, l.T("speakers.why.unheard"))
	} else if fewest {
		out = append(out, l.T("speakers.why.heard", "n", c.spoken))
	}
	if c.turn > 0 {
		out = append(out, fmt.Sprint(c.turn))
		if c.region != "none" {
			out = append(out, c.region)
		}
	}
	if c.joined > 1 {
		out = append(out, l.T("speakers.why.joined", "count", c.joined))
	}
	if c.tied != "" {
		out = append(out, l.T("speakers.why.tied", "ref", c.tied))
	}
	return out
}

// TestSentencesAreTrue: what the sentence of each place says is what the sheet says, in six languages, and it says no
// more than that.
func TestSentencesAreTrue(t *testing.T) {
	t.Parallel()
	for _, x := range examples(t) {
		all := stands(&x.sheet)
		list := x.sheet.Draw()
		fewest := x.sheet.Settings.FewestFirst
		for i := range list.Places {
			p := &list.Places[i]
			at := slices.IndexFunc(all, func(o *stand) bool { return o.party == p.Party && o.item == p.Item && o.heard == 0 })
			c := claimsOf(&x.sheet, all, all[at])
			w := speakers.Words{Day: x.moment.Now}
			if got, want := plain(p.Reason.Sentence(locale.English, w)), c.english(fewest, x.moment.Now); got != want {
				t.Errorf("%s: %s:\n%s\n%s", x.name, p.Party, got, want)
			}
			english := strings.Count(p.Reason.Sentence(locale.English, w), "") // anything is longer than nothing
			for _, l := range locale.All {
				s := plain(p.Reason.Sentence(l, w))
				if strings.Contains(s, "⟦") || strings.Contains(s, "  ") || english == 1 {
					t.Errorf("%s: %s: %s: %s", x.name, p.Party, l, s)
				}
				for _, claim := range c.says(l, fewest, x.moment.Now) {
					if !strings.Contains(s, claim) {
						t.Errorf("%s: %s: %s does not say %q: %s", x.name, p.Party, l, claim, s)
					}
				}
				// The numbers of one language are those of every other.
				if got, want := digits(s), digits(strings.Join(c.says(l, fewest, x.moment.Now), " ")); !equalSets(got, want) {
					t.Errorf("%s: %s: %s says the numbers %v, true are %v: %s", x.name, p.Party, l, got, want, s)
				}
			}
		}
	}
}

// digits are the numbers of a text.
func digits(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

func equalSets(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(slices.Compact(a), slices.Compact(b))
}

// TestForecastsAreTrue: a forecast says how many are heard and how many are not, the end and the limit.
func TestForecastsAreTrue(t *testing.T) {
	t.Parallel()
	for _, x := range examples(t) {
		list := x.sheet.Draw()
		for i, want := range x.want.Forecasts {
			f := x.sheet.Settings.Forecast(list.Places, x.moment, x.ends[i].In(x.moment.Now.Location()))
			limit := x.ends[i].Add(x.sheet.Settings.Overrun)
			if x.moment.Replies > 0 {
				limit = limit.Add(-x.sheet.Settings.ReplyReserve)
			}
			if !f.Limit.Equal(limit) {
				t.Errorf("%s: limit %v, want %v", x.name, f.Limit, limit)
			}
			for _, l := range locale.All {
				s := plain(f.Sentence(l, speakers.Words{Day: x.moment.Now}))
				wants := []string{clock(l, x.moment.Now, x.ends[i]), clock(l, x.moment.Now, limit), l.Number(len(want.Heard))}
				if len(want.Cut) > 0 {
					wants = append(wants, l.Number(len(want.Cut)))
				}
				for _, w := range wants {
					if !strings.Contains(s, w) {
						t.Errorf("%s: %s does not say %q: %s", x.name, l, w, s)
					}
				}
				if got := digits(s); !equalSets(got, digits(strings.Join(wants, " "))) {
					t.Errorf("%s: %s says other numbers than %v: %s", x.name, l, wants, s)
				}
			}
		}
	}
}

// TestSentences: as people read them.
func TestSentences(t *testing.T) {
	t.Parallel()
	day := time.Date(2020, 7, 7, 14, 0, 0, 0, time.UTC)
	asked := time.Date(2020, 7, 7, 12, 41, 9, 0, time.UTC)
	state := speakers.Reason{Category: "state", After: "group", Fewest: true, Region: "Asia", Turn: 2, Asked: asked, Joined: 1}
	heard := speakers.Reason{Category: "ngo", After: "igo", Spoken: 2, Fewest: true, Region: "none", Turn: 1, Asked: asked.AddDate(0, 0, -1), Joined: 3, Tied: "q7"}
	moved := state
	moved.Move = &speakers.Move{By: "Ms Vale", At: asked.Add(time.Hour), Why: "Her flight leaves at four."}
	for l, want := range map[locale.Lang][3]string{
		locale.English: {"Member states come after groups. Has not had the floor in this session yet. Regions take turns: turn 2 of Asia; asked at 12:41.",
			"Non-governmental organisations come after intergovernmental organisations. Has had the floor 2 times in this session; those who had it fewer times come first. Regions take turns: turn 1 of those without a region; asked at 6 July 2020, 12:41. Requests that are one place: 3; the earliest counts. Another asked at the same moment; the order of the references decides: q7.",
			"Moved by Ms Vale, 13:41. Reason: “Her flight leaves at four.”"},
		locale.French: {"Les États membres ont la parole après les groupes. N’a pas encore eu la parole pendant cette session. Les régions ont la parole à tour de rôle\u00a0: tour 2 de la région «\u00a0Asia\u00a0»\u202f; heure de la demande\u00a0: 12:41.",
			"Les organisations non gouvernementales ont la parole après les organisations intergouvernementales. A eu la parole 2 fois pendant cette session\u202f; qui l’a eue moins souvent passe avant. Les régions ont la parole à tour de rôle\u00a0: tour 1 de ceux qui sont sans région\u202f; heure de la demande\u00a0: 6 juillet 2020, 12:41. Demandes réunies en une seule place\u00a0: 3\u202f; la plus ancienne compte. Une autre demande a été faite au même instant\u202f; l’ordre des références décide\u00a0: q7.",
			"Place changée par Ms Vale, 13:41. Motif\u00a0: «\u00a0Her flight leaves at four.\u00a0»"},
		locale.Arabic: {"ترتيب الدول الأعضاء بعد المجموعات. لم تُعطَ الكلمة لهذه الجهة بعد في هذه الدورة. تتناوب المناطق: الدور 2 لمنطقة «Asia»؛ وقت الطلب: 12:41.",
			"", "غُيّر المكان. من غيّره: Ms Vale، 13:41. السبب: «Her flight leaves at four.»"},
		locale.Chinese: {"成员国在集团之后发言。在本届会议上尚未发言。各地区轮流发言：“Asia”第2轮；请求时间：12:41。", "", "位次调整人：Ms Vale；时间：13:41。理由：“Her flight leaves at four.”"},
		locale.Russian: {"Государства-члены получают слово после групп. В ходе этой сессии слово ещё не предоставлялось. Регионы выступают по очереди: очередь № 2 региона «Asia»; время заявки: 12:41.", "", "Место изменено: Ms Vale, 13:41. Причина: «Her flight leaves at four.»"},
		locale.Spanish: {"Los Estados miembros tienen la palabra después de los grupos. Aún no ha tenido la palabra en esta sesión. Las regiones se turnan: turno 2 de «Asia»; hora de la petición: 12:41.", "", "Lugar cambiado por Ms Vale, 13:41. Motivo: «Her flight leaves at four.»"},
	} {
		for i, r := range []speakers.Reason{state, heard, moved} {
			if got := plain(r.Sentence(l, speakers.Words{Day: day})); want[i] != "" && got != want[i] {
				t.Errorf("%s:\n%s\n%s", l, got, want[i])
			}
		}
	}
	for at, want := range map[time.Time]string{asked.AddDate(1, 0, 0): "7 July 2021, 12:41", asked.AddDate(0, 1, 0): "7 August 2020, 12:41", asked.AddDate(0, 0, 1): "8 July 2020, 12:41",
		time.Date(2020, 7, 7, 23, 30, 0, 0, time.FixedZone("", -2*3600)): "8 July 2020, 01:30", time.Date(2020, 7, 8, 0, 30, 0, 0, time.FixedZone("", 3600)): "23:30"} {
		r := speakers.Reason{Category: "group", Asked: at}
		if got := plain(r.Sentence(locale.English, speakers.Words{Day: day})); got != "Groups come first. Asked at "+want+"." {
			t.Error(got)
		}
	}
	// What a session has named itself is called so, and set apart; what nobody named is called by its key.
	w := speakers.Words{Day: day, Categories: map[string]string{"state": "الدول"}, Regions: map[string]string{"Asia": "آسيا"}}
	if got := state.Sentence(locale.English, w); !strings.HasPrefix(got, "Those in the category “\u2068الدول\u2069” come after groups.") || !strings.Contains(got, "turn 2 of \u2068آسيا\u2069;") {
		t.Error(got)
	}
	for _, key := range []string{"named", "no.such", ""} {
		if got := (&speakers.Reason{Category: key, Asked: asked}).Sentence(locale.English, w); !strings.HasPrefix(got, "Those in the category “\u2068"+key+"\u2069” come first. Asked at 12:41.") {
			t.Error(got)
		}
	}
}
