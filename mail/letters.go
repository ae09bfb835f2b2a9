package mail

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/correction"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/formulation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail/post"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/session"
)

// Letters writes letters, each in its reader's language.
type Letters struct {
	Sec      *plenary.Secretariat
	Accounts *account.Store
	Queue    *Queue // where letters go that no fact calls for
	Address  string // scheme and host of the instance, for links
}

// notice is a kind of letter to authors.
type notice struct {
	name string // its sentences are mail.<name>.subject and mail.<name>.text
	// find finds the letters that a fact calls for.
	find func(*conversation.State, cite.Fact) []letter
	// holds says whether the letter still says what is so, by what has become of the contribution since.
	// Nobody is written to about what was withdrawn or erased.
	holds func(consultation.Status) bool
	// proof: the receipt file and the words that it proves come with it.
	proof bool
	// headed: where a line heads the entry that calls for it, its sentences are mail.<name>.subject_headed and
	// mail.<name>.text_headed, which say that line.
	headed bool
	// daily: it is the one letter of a morning, whose words are written when it is handed over.
	daily bool
	// several: one entry may call for several of them to one author, about several contributions.
	several bool
}

// letter is a letter to the author of a contribution.
type letter struct {
	about cite.Ref                // the contribution
	path  string                  // where it leads, inside the conversation
	args  func(locale.Lang) []any // beside those that every letter has; nil for none
	to    string                  // a participant, where it is another than who sent the contribution; "" for them
}

// notices is the one table of who hears of what: for each kind of fact its kinds of letter. A kind that is not
// here calls for none.
var notices = map[string][]notice{
	consultation.Received{}.Describe().Kind:              {receipt, replied},
	consultation.ContributionPublished{}.Describe().Kind: {published, replied, heard, delivered},
	consultation.ContributionWithheld{}.Describe().Kind:  {withheld},
	consultation.Answered{}.Describe().Kind:              {answered},
	paper.Published{}.Describe().Kind:                    {changed},
	correction.Corrected{}.Describe().Kind:               {corrected, correctedFor},
	correction.Published{}.Describe().Kind:               {correctionPublished},
	correction.Withheld{}.Describe().Kind:                {correctionWithheld},
	formulation.Heard{}.Describe().Kind:                  {heard},
	session.Delivered{}.Describe().Kind:                  {delivered},
	formulation.Supported{}.Describe().Kind:              {supported},
	formulation.Worded{}.Describe().Kind:                 {worded},
	formulation.Dissolved{}.Describe().Kind:              {dissolved},
}

// due is a letter with what the state says about its contribution.
type due struct {
	letter
	by       delegation.Participant
	received time.Time
	position cite.Position
	redacted bool
	nobody   bool // it was sent without an account
}

// setting is what all letters of an entry share.
type setting struct {
	notice
	slug  string
	at    cite.Entry
	title locale.Text
	demo  bool
	zone  string
	key   string     // hash of the instance's key
	words cite.Words // of the entry, where a line may head it
}

// Compose writes the letters of one conversation's facts. Authors without an address get none: they are
// told on the page of their receipt.
func (w *Letters) Compose(slug string) Compose {
	return func(ctx context.Context, fact cite.Fact, at cite.Entry) (out []post.Message, err error) {
		if _, ok := accreditations[fact.Describe().Kind]; ok {
			return w.accreditation(ctx, slug, fact, at)
		}
		for _, n := range notices[fact.Describe().Kind] {
			letters, err := w.compose(ctx, setting{notice: n, slug: slug, at: at}, fact)
			if err != nil {
				return nil, err
			}
			out = append(out, letters...)
		}
		letters, err := w.delegations(ctx, slug, fact, at)
		if err != nil {
			return nil, err
		}
		out = append(out, letters...)
		if letters, err = w.floor(ctx, slug, fact, at); err != nil {
			return nil, err
		}
		out = append(out, letters...)
		letters, err = w.sources(ctx, slug, fact, at)
		return append(out, letters...), err
	}
}

// compose writes the letters of one kind that a fact calls for.
func (w *Letters) compose(ctx context.Context, s setting, fact cite.Fact) (out []post.Message, err error) {
	var letters []due
	if _, err := w.Sec.Read(ctx, s.slug, func(st *conversation.State) error {
		s.title, s.demo, s.zone = st.Title, st.Demonstration, st.Zone
		letters = s.due(st, fact, s.at.Time)
		return nil
	}); err != nil {
		return nil, err
	}
	_, _, s.key = w.Sec.Key(s.slug)
	if s.headed {
		words, err := w.Sec.Words(ctx, s.slug, []cite.Position{s.at.Position})
		if err != nil {
			return nil, err
		}
		s.words = words[s.at.Position]
	}
	for _, d := range letters {
		write := w.write
		if s.daily {
			write = w.ofDay
		}
		m, ok, err := write(ctx, s, d)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, m)
		}
	}
	return out, nil
}

// due lists the letters of a fact that still say what is so at an instant.
func (n notice) due(st *conversation.State, fact cite.Fact, now time.Time) (out []due) {
	for _, l := range n.find(st, fact) {
		row, ok := st.Consultation.Row(l.about)
		if !ok || !n.holds(row.Status) {
			continue
		}
		d := due{letter: l, received: row.Received, position: row.Position, redacted: row.Redacted, nobody: row.Assurance == consultation.Anonymous}
		to := authors(st, row, now)
		if l.to != "" {
			to = []delegation.Participant{delegation.ParticipantOf(l.to)}
		}
		for _, d.by = range to {
			out = append(out, d)
		}
	}
	return out
}

// write writes one letter; ok is false where nothing leads to its reader, or they may not be written to.
func (w *Letters) write(ctx context.Context, s setting, d due) (m post.Message, ok bool, err error) {
	m = post.Message{Notice: s.name, Slug: s.slug, Participant: uint64(d.by), Position: s.at.Position, About: d.about}
	if s.several {
		m.Notice += " " + string(d.about)
	}
	reach, ok, err := w.Accounts.Reach(ctx, account.Number{Slug: s.slug, Participant: uint64(d.by)}, fmt.Sprintf("%s %d %s", s.slug, s.at.Position, m.Notice))
	if err != nil || !ok {
		return post.Message{}, false, err
	}
	lang := reach.Lang
	if !lang.Valid() {
		lang = locale.English
	}
	title, _ := s.title.For(lang)
	link := w.Address + "/" + string(lang) + "/c/" + s.slug + "/" + d.path
	check := w.Address + "/" + string(lang) + "/check"
	args := []any{"ref", string(d.about), "title", title, "n", fmt.Sprint(int64(d.position)), "time", s.when(lang, d.received), "key", s.key, "link", link, "check", check}
	if d.args != nil {
		args = append(args, d.args(lang)...)
	}
	end := ""
	if line := s.line(lang); line != "" {
		args, end = append(args, "heading", line), "_headed"
	}
	m.To, m.Lang, m.Subject = reach.Email, lang, lang.T("mail."+s.name+".subject"+end, args...)
	m.Stop = stopAddress(w.Address, lang, reach.Token)
	text := verbatim(lang, lang.Isolate("mail."+s.name+".text"+end, args...), s.key, link, check)
	if s.proof {
		// Whoever reads an address that nobody proved may be anybody: of what is blacked out they get no words.
		words := reach.Proven || !d.redacted
		if m.Files, err = w.proof(ctx, s, d, lang, words); err != nil {
			return post.Message{}, false, err
		}
		//mutants:guard whoever gets no words gets no code, with which they could read them
		if d.nobody && words {
			text += "\n\n" + w.code(s, d, lang)
		}
	}
	f := foot{host: w.Address, body: w.Queue.body(lang), why: "address", args: args, stop: m.Stop, unproven: !reach.Proven}
	if reach.Account {
		f.why = "account"
	}
	m.Text = text + f.text(lang)
	if s.demo {
		m.Text += "\n\n" + lang.T("mail.demo")
	}
	return m, true, nil
}

// code says by which code the author of a contribution is known on any device.
func (w *Letters) code(s setting, d due, l locale.Lang) string {
	mine, code := w.Address+"/"+string(l)+"/c/"+s.slug+"/mine", w.Sec.AuthorCode(s.slug, d.by)
	return verbatim(l, l.Isolate("mail.receipt.code", "code", code, "n", fmt.Sprint(d.about.Number()), "mine", mine), code, mine)
}

// line is the line that heads the entry, in the reader's language where it is in it; "" for none.
func (s setting) line(l locale.Lang) string {
	for _, l := range append([]locale.Lang{l}, locale.All...) {
		if line := s.words["heading."+string(l)]; line != "" {
			return line
		}
	}
	return ""
}

// when says an instant as the conversation's deadlines are said.
func (s setting) when(l locale.Lang, t time.Time) string {
	if loc, err := time.LoadLocation(s.zone); err == nil && s.zone != "" {
		t = t.In(loc)
	}
	return l.DateTime(t, l.ZoneName(s.zone))
}

// verbatim takes the marks of direction off what is copied and not read, addresses and keys, and off all that reads in
// the direction of the language anyway: programs that do not know them show a box.
func verbatim(l locale.Lang, text string, copied ...string) string {
	for _, s := range copied {
		text = strings.ReplaceAll(text, "\u2068"+s+"\u2069", s)
	}
	if l.Dir() == "rtl" {
		return text
	}
	return isolated.ReplaceAllStringFunc(text, func(s string) string {
		inside := strings.TrimSuffix(strings.TrimPrefix(s, "\u2068"), "\u2069")
		if strings.ContainsFunc(inside, func(r rune) bool {
			return unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana, unicode.Nko)
		}) {
			return s
		}
		return inside
	})
}

// isolated is what an argument of a sentence stands in.
var isolated = regexp.MustCompile("\u2068[^\u2068\u2069]*\u2069")

// toAuthors makes one letter for each contribution among some parts, leading to the first of its parts.
func toAuthors(parts []cite.Ref, args func(locale.Lang) []any) []letter {
	var out []letter
	told := map[cite.Ref]bool{}
	for _, r := range parts {
		if c := r.Root(); !told[c] {
			told[c] = true
			out = append(out, letter{about: c, path: string(c) + "#" + r.ID(), args: args})
		}
	}
	return out
}
