package mail

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
)

// Letters writes the letters that facts call for, each in its reader's language.
type Letters struct {
	Sec      *plenary.Secretariat
	Accounts *account.Store
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
	// several: one entry may call for several of them to one author, about several contributions.
	several bool
}

// letter is a letter to the author of a contribution.
type letter struct {
	about cite.Ref                // the contribution
	path  string                  // where it leads, inside the conversation
	args  func(locale.Lang) []any // beside those that every letter has; nil for none
}

// notices is the one table of who hears of what: for each kind of fact its kind of letter. A kind that is not
// here calls for none.
var notices = map[string]notice{
	consultation.Received{}.Describe().Kind:              receipt,
	consultation.ContributionPublished{}.Describe().Kind: published,
	consultation.ContributionWithheld{}.Describe().Kind:  withheld,
	consultation.Answered{}.Describe().Kind:              answered,
	paper.Published{}.Describe().Kind:                    changed,
}

// due is a letter with what the state says about its contribution.
type due struct {
	letter
	by       delegation.Participant
	received time.Time
	position cite.Position
}

// setting is what all letters of an entry share.
type setting struct {
	notice
	slug  string
	at    cite.Entry
	title locale.Text
	demo  bool
	zone  string
	key   string // hash of the instance's key
}

// Compose writes the letters of one conversation's facts. Authors without an address get none: they are
// told on the page of their receipt.
func (w *Letters) Compose(slug string) Compose {
	return func(ctx context.Context, fact cite.Fact, at cite.Entry) ([]Message, error) {
		n, ok := notices[fact.Describe().Kind]
		if !ok {
			return nil, nil
		}
		s := setting{notice: n, slug: slug, at: at}
		var letters []due
		if _, err := w.Sec.Read(ctx, slug, func(st *conversation.State) (err error) {
			s.title, s.demo, s.zone = st.Title, st.Demonstration, st.Zone
			letters, err = n.due(st, fact)
			return err
		}); err != nil {
			return nil, err
		}
		_, _, s.key = w.Sec.Key(slug)
		var out []Message
		for _, d := range letters {
			m, ok, err := w.write(ctx, s, d)
			if err != nil {
				return nil, err
			}
			if ok {
				out = append(out, m)
			}
		}
		return out, nil
	}
}

// due lists the letters of a fact that still say what is so.
func (n notice) due(st *conversation.State, fact cite.Fact) (out []due, err error) {
	for _, l := range n.find(st, fact) {
		row, ok := st.Consultation.Row(l.about)
		if !ok || !n.holds(row.Status) {
			continue
		}
		d := due{letter: l, received: row.Received, position: row.Position}
		if err := d.by.UnmarshalText([]byte(row.By)); err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

// write writes one letter; ok is false where nothing leads to its reader.
func (w *Letters) write(ctx context.Context, s setting, d due) (m Message, ok bool, err error) {
	to, lang, ok, err := w.Accounts.AddressOf(ctx, s.slug, uint64(d.by))
	if err != nil || !ok {
		return Message{}, false, err
	}
	if !lang.Valid() {
		lang = locale.English
	}
	title, _ := s.title.For(lang)
	received := d.received
	if loc, err := time.LoadLocation(s.zone); err == nil && s.zone != "" {
		received = received.In(loc)
	}
	link := w.Address + "/" + string(lang) + "/c/" + s.slug + "/" + d.path
	args := []any{"ref", string(d.about), "title", title, "n", fmt.Sprint(int64(d.position)), "time", lang.DateTime(received, lang.ZoneName(s.zone)), "key", s.key, "link", link}
	if d.args != nil {
		args = append(args, d.args(lang)...)
	}
	text := verbatim(lang.Isolate("mail."+s.name+".text", args...), s.key, link)
	if s.demo {
		text += "\n\n" + lang.T("mail.demo")
	}
	m = Message{To: to, Lang: lang, Notice: s.name, Slug: s.slug, Participant: uint64(d.by), Position: s.at.Position, About: d.about,
		Subject: lang.T("mail."+s.name+".subject", args...), Text: text}
	if s.several {
		m.Notice += " " + string(d.about)
	}
	return m, true, nil
}

// verbatim takes the marks of direction off what is copied and not read: addresses and keys.
func verbatim(text string, copied ...string) string {
	for _, s := range copied {
		text = strings.ReplaceAll(text, "\u2068"+s+"\u2069", s)
	}
	return text
}

// toAuthors makes one letter for each contribution among some parts, leading to the first of its parts.
func toAuthors(parts []cite.Ref, args func(locale.Lang) []any) []letter {
	var out []letter
	told := map[cite.Ref]bool{}
	for _, r := range parts {
		if c := r.Root(); !told[c] {
			told[c] = true
			out = append(out, letter{c, string(c) + "#" + r.ID(), args})
		}
	}
	return out
}
