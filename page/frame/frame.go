package frame

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/settings"
	"github.com/openplenary/plenary/site"
)

//go:embed static/*
var static embed.FS

// Assets are the files that every page may load, by name, and AssetPath is the address of each, which
// changes whenever its bytes do.
var Assets, assetPaths = assets()

func assets() (map[string][]byte, map[string]string) {
	files, paths := map[string][]byte{}, map[string]string{}
	entries, err := fs.ReadDir(static, "static")
	if err != nil {
		panic(err) // embedded: cannot happen in a binary that was built
	}
	for _, e := range entries {
		b, err := static.ReadFile("static/" + e.Name())
		if err != nil {
			panic(err)
		}
		sum := sha256.Sum256(b)
		files[e.Name()] = b
		paths[e.Name()] = "/static/" + hex.EncodeToString(sum[:6]) + "/" + e.Name()
	}
	return files, paths
}

// AssetPath is the address of an asset.
func AssetPath(name string) string { return assetPaths[name] }

// View is a page before it is dressed.
type View interface {
	// Need lists the positions whose words the view wants.
	Need() []cite.Position
	// Fill gives it those words; an absent position was erased or never had any.
	Fill(words map[cite.Position]cite.Words)
	// Title is the page's title in the frame's language.
	Title(f *Frame) string
	// Body is what stands between the page's head and foot.
	Body(f *Frame) templ.Component
}

// Frame is what surrounds a view and is the reader's own: never in JSON, never in a shared cache
// unless the reader is nobody in particular.
type Frame struct {
	Lang     locale.Lang
	Path     string // the page's address without the language, from the slash: "/c/ip-ai/p1"
	Query    string // its query without the question mark
	Slug     string // of the conversation, "" outside of one
	Name     string // the conversation's title in Lang
	Section  string // which entry of the navigation is current
	Zone     string
	Demo     bool
	Placed   bool          // people say from which country they speak
	Surveyed bool          // the conversation has questions and subjects to see together: an overview
	Sourced  bool          // of a demonstration: its calendar names its sources, and so tells of what really happened
	Life     settings.Life // of the conversation
	Since    time.Time     // when it was archived
	Contact  LocalizedText // whom to ask
	About    LocalizedText // what the conversation is about, in a sentence or two
	Site     *site.Site    // what the operator says about the instance; nil for nothing
	Nouns    map[string]settings.Words
	Preview  string  // as whom an officer looks, "" for themselves
	ReadOnly bool    // nothing can be received at present: the record is only read, or there is no room
	Behind   *Behind // entries of the record may be missing; nil where none are
	Me       Me
	Token    string // the nonce of the page's form
	As       string // who the page's forms are made for
	Writes   bool   // people write on the page at length
	Editing  bool   // a paper is written on the page
	Together bool   // several people write the draft that the page shows
	Passkey  bool   // a passkey is asked for on the page
	Floor    bool   // the page shows the floor of a session, with its clock
	Again    int    // seconds after which a page without script is asked for again, 0 for never
	Live     string // address of the page's event stream, "" for none
	Errors   []*refusal.Refusal
	Notice   string        // key of a sentence that says what was just done
	Mailbox  bool          // the demonstration's mailbox exists
	Host     string        // scheme and host of the instance, for addresses that are copied
	Public   string        // the same as the operator set it, "" where nobody did: for pages that are kept
	Stands   cite.Position // the entry of the record since which the page says what it says, 0 where it rests on none
	Key      string        // the verifier key of the record
	Now      time.Time
	Proxies  []netip.Addr // proxies that forward and are not named, for the operator
}

// TokenOf is the token of one form among several of a page: of says what it does. Each has another, and all are made of the token of the page; "" where it has none.
func (f *Frame) TokenOf(of ...string) string {
	if f.Token == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(f.Token + "\n" + strings.Join(of, "\n")))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// Behind says which entries of a record may be missing.
type Behind struct {
	From, To cite.Position // To is 0 where nobody knows
}

// Me is the reader.
type Me struct {
	SignedIn bool
	Operator bool // may convene
	Name     string
	Roles    delegation.RoleSet
	Own      bool // has sent something without an account
	Delegate bool // holds a mandate for a party of the conversation
}

// Officer reports whether the reader is an officer of the conversation.
func (m Me) Officer() bool { return m.Roles.Has(delegation.Officer) }

// Moderator reports whether the reader moderates the conversation.
func (m Me) Moderator() bool { return m.Roles.Has(delegation.Moderator) }

// Formulates reports whether the reader may put questions into words here.
func (m Me) Formulates() bool { return m.Roles.Has(delegation.Officer, delegation.Rapporteur) }

// Translates reports whether the reader may translate here.
func (m Me) Translates() bool { return m.Roles.Has(delegation.Officer, delegation.Translator) }

// proxies lists the proxies that are not named, as the command line takes them.
func (f *Frame) proxies() string {
	out := make([]string, len(f.Proxies))
	for i, a := range f.Proxies {
		out[i] = a.String()
	}
	return strings.Join(out, ",")
}

// Settled takes over what every page shows of a conversation's settings.
func (f *Frame) Settled(s *settings.Settings) {
	f.Zone, f.Demo, f.Life, f.Since, f.Nouns = s.Zone, s.Demonstration, s.Life, s.Turned, s.Nouns
	f.Contact, f.About = f.Text(s.Contact), f.Text(s.Lead)
	f.Placed, f.Surveyed = s.ByCountry(), len(s.Subjects) > 0 && len(s.Crosscutting) > 0
	f.Sourced = slices.ContainsFunc(s.Stages, func(x settings.Stage) bool { return x.Source != "" })
}

// T is a sentence of the catalogue. Where it is nothing but one of the main nouns and the conversation has a word of its
// own for that, it is this word: see nounKeys. Where it counts one, it does so with the conversation's own forms: see
// countKeys.
func (f *Frame) T(key string, args ...any) string {
	if len(f.Nouns) > 0 {
		if word := f.Nouns[nounKeys[key]][f.Lang]; word != "" {
			return word
		}
		if s, ok := f.counted(key, args); ok {
			return s
		}
	}
	return f.Lang.T(key, args...)
}

// To is an address of the house in the frame's language.
func (f *Frame) To(path string) templ.SafeURL { return templ.SafeURL("/" + string(f.Lang) + path) }

// DemoNotice says what a demonstration is: the like of something that really happened, or invented altogether.
func (f *Frame) DemoNotice() string {
	if f.Sourced {
		return f.T("demo.notice")
	}
	return f.T("demo.notice_invented")
}

// In is an address inside the conversation.
func (f *Frame) In(path string) templ.SafeURL {
	if path != "" && path[0] != '/' {
		path = "/" + path
	}
	return f.To("/c/" + f.Slug + path)
}

// Ref is the address of a reference in the conversation.
func (f *Frame) Ref(r cite.Ref) templ.SafeURL { return f.In("/" + string(r)) }

// Other is the address of this page in another language, without what only the one who just did something was told.
func (f *Frame) Other(l locale.Lang) templ.SafeURL {
	u := "/" + string(l) + f.Path
	if q := f.lasting(); q != "" {
		u += "?" + q
	}
	return templ.SafeURL(u)
}

// lasting is what holds of the page's parameters for whoever is sent its address.
func (f *Frame) lasting() string {
	return strings.Join(slices.DeleteFunc(strings.Split(f.Query, "&"), func(s string) bool { return strings.HasPrefix(s, "after=") || strings.HasPrefix(s, "done=") }), "&")
}

// Canonical is the page's address that is cited: without language.
func (f *Frame) Canonical() string { return f.Host + f.Path }

// Text is a text in the frame's language, with the language it turned out to be in.
func (f *Frame) Text(t locale.Text) LocalizedText {
	s, l := t.For(f.Lang)
	return LocalizedText{Text: s, Lang: l}
}

// LocalizedText is a text with its language, for elements that carry lang and dir.
type LocalizedText struct {
	Text string      `json:"text"`
	Lang locale.Lang `json:"lang"`
	// Is says what a translation is: official, unofficial, machine, older (than its original), or missing, where the
	// original is shown instead. It is "" for an original, and where nobody said anything.
	Is string `json:"translation,omitempty"`
	// From is the language of the original, where Is says something.
	From   locale.Lang `json:"translated_from,omitempty"`
	hushed bool        // the page says of many at once what they are
}

// Date is a date in the conversation's zone.
func (f *Frame) Date(t time.Time) string { return f.Lang.Date(InZone(t, f.Zone)) }

// DateTime is a date and time with the zone's city.
func (f *Frame) DateTime(t time.Time) string {
	return f.Lang.DateTime(InZone(t, f.Zone), f.Lang.ZoneName(ZoneOrUTC(f.Zone)))
}

// ZoneOrUTC is a zone's name, UTC where none is given.
func ZoneOrUTC(z string) string {
	if z == "" {
		return "UTC"
	}
	return z
}

// zones are the offered zones, loaded once: time.LoadLocation reads a database.
var zones = sync.OnceValue(func() map[string]*time.Location {
	m := map[string]*time.Location{}
	for _, name := range locale.Zones() {
		if l, err := time.LoadLocation(name); err == nil {
			m[name] = l
		}
	}
	return m
})

// InZone is a moment in one of the offered zones, else in UTC.
func InZone(t time.Time, zone string) time.Time {
	if l, ok := zones()[zone]; ok {
		return t.In(l)
	}
	return t.UTC()
}

// Day prints a date as a document carries it ("2019-12-13") in words.
func (f *Frame) Day(s string) string {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return s
	}
	return f.Lang.Date(t)
}

// Days prints a range of two such dates.
func (f *Frame) Days(from, to string) string {
	a, err1 := time.Parse(time.DateOnly, from)
	b, err2 := time.Parse(time.DateOnly, to)
	switch {
	case err1 != nil && err2 != nil:
		return ""
	case err2 != nil || from == to:
		return f.Day(from)
	case err1 != nil:
		return f.T("date.until", "date", f.Day(to))
	}
	return f.Lang.Days(a, b)
}

// Wrong is the refusal about a field, nil if there is none.
func (f *Frame) Wrong(field string) *refusal.Refusal {
	for _, r := range f.Errors {
		if r.Field == field {
			return r
		}
	}
	return nil
}

// Sentence is what a refusal says.
func (f *Frame) Sentence(r *refusal.Refusal) string {
	args := make([]any, len(r.Args))
	for i, a := range r.Args {
		switch v := a.(type) {
		case time.Time:
			args[i] = f.DateTime(v)
		default:
			args[i] = a
		}
		if i > 0 && r.Args[i-1] == "status" {
			if s, ok := a.(string); ok {
				args[i] = f.T("status." + s)
			}
		}
	}
	return f.T("refusal."+r.Key, args...)
}

// described is the value of aria-describedby for a field with a hint and maybe an error.
func (f *Frame) described(field string, hint bool) string {
	var ids []string
	if hint {
		ids = append(ids, field+"-hint")
	}
	if f.Wrong(field) != nil {
		ids = append(ids, field+"-error")
	}
	return strings.Join(ids, " ")
}

// NoWords is embedded by views that need none.
type NoWords struct{}

// Need lists nothing.
func (NoWords) Need() []cite.Position { return nil }

// Fill does nothing.
func (NoWords) Fill(map[cite.Position]cite.Words) {}
