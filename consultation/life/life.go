// Package life is what becomes of a call for comments after it was announced: it opens, is extended, put right, closes, early or not, is withdrawn,
// and given documents. Each is a fact of its own, with its reason for everybody to read, and what was said before stays.
package life

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// Correct puts right what a call says and the rules it has. What is nil or empty stays as it is; of a text only the
// languages that are named change, and "" takes a translation away.
type Correct struct {
	Call       cite.Ref
	Title      map[locale.Lang]string // at most input.MaxTitle characters
	Text       map[locale.Lang]string // at most input.MaxText characters
	Terms      map[locale.Lang]string // of publication, at most input.MaxOutcome characters
	Late       string                 // LateKept or LateRefused
	Moderation string                 // ModerateBefore or ModerateAfter
	Who        string                 // one of WhoMayAnswer
	Opens      time.Time              // before the call opens
	Closes     time.Time              // before the call opens; afterwards it is extended or closed
	Reason     string                 // at most input.MaxOutcome characters; may be empty where only words in a further language come
}

// Check cleans the texts and holds everything to its bounds.
func (c Correct) Check() (Correct, error) {
	var in input.Check
	clean := func(field string, words map[locale.Lang]string, most int) map[locale.Lang]string {
		if words == nil {
			return nil
		}
		t := locale.Text{Original: locale.English, In: words}
		if field == "title" {
			in.Lines(field, &t, most)
		} else {
			in.Texts(field, &t, most)
		}
		for l := range words {
			if l.Valid() && t.In[l] == "" {
				t.In[l] = "" // taken away
			}
		}
		return t.In
	}
	c.Title, c.Text, c.Terms = clean("title", c.Title, input.MaxTitle), clean("text", c.Text, input.MaxText), clean("terms", c.Terms, input.MaxOutcome)
	in.OneOf("late", c.Late, []string{"", consultation.LateKept, consultation.LateRefused}, "call.late")
	in.OneOf("moderation", c.Moderation, []string{"", consultation.ModerateBefore, consultation.ModerateAfter}, "call.moderation")
	in.If(c.Who != "" && !slices.Contains(consultation.WhoMayAnswer, c.Who), "who", "call.who")
	c.Opens, c.Closes = c.Opens.UTC(), c.Closes.UTC()
	c.Reason = reason(&in, c.Reason, false)
	return c, in.Err()
}

// reason cleans the reason of a turn; must says that there has to be one.
func reason(in *input.Check, s string, must bool) string {
	in.Short("reason", &s, input.MaxOutcome)
	in.If(must && s == "", "reason", "desk.reason")
	return s
}

// standing finds a call that was not withdrawn.
func standing(b *consultation.State, r cite.Ref) (*consultation.Call, error) {
	k, ok := b.Call(r)
	switch {
	case !ok:
		return nil, refusal.New(refusal.Hidden, "call.unknown")
	case k.Withdrawn != 0:
		return nil, refusal.New(refusal.NotNow, "call.withdrawn_already")
	}
	return k, nil
}

// DecideCorrect decides: what says nothing new is left out. What replaces something needs a reason.
func DecideCorrect(b *consultation.State, act cite.Act, c Correct) (cite.Proposal, error) {
	k, err := standing(b, c.Call)
	if err != nil {
		return cite.Proposal{}, err
	}
	var in input.Check
	f := Corrected{Call: c.Call, By: act.By, At: act.At}
	replaces := false
	news := func(field string, was locale.Text, words map[locale.Lang]string) (out map[locale.Lang]string) {
		for l, s := range words {
			if was.In[l] == s && !(s != "" && k.Marks.Older(field, l)) {
				continue
			}
			if out == nil {
				out = map[locale.Lang]string{}
			}
			out[l] = s
			replaces = replaces || was.In[l] != "" && was.In[l] != s
		}
		now := was.With(out, k.Title.Original)
		in.If(!now.Empty() && now.In[now.Original] == "", field+"-"+string(now.Original), "settings.original", "language", now.Original)
		return out
	}
	f.Title, f.Text, f.Terms = news("title", k.Title, c.Title), news("text", k.Text, c.Text), news("terms", k.Terms, c.Terms)
	in.If(k.Title.With(f.Title, "").Empty(), "title", "call.title")
	rule := func(was, now string) string {
		if now == was {
			return ""
		}
		replaces = replaces || now != ""
		return now
	}
	f.Late, f.Moderation, f.Who = rule(k.Late, c.Late), rule(k.Moderation, c.Moderation), rule(k.Who, c.Who)
	opens, closes := k.Opens, k.Closes
	if !c.Opens.IsZero() && !c.Opens.Equal(k.Opens) {
		f.Opens, opens, replaces = c.Opens, c.Opens, true
	}
	if !c.Closes.IsZero() && !c.Closes.Equal(k.Closes) {
		f.Closes, closes, replaces = c.Closes, c.Closes, true
	}
	if moved := !f.Opens.IsZero() || !f.Closes.IsZero(); moved {
		in.If(!act.At.Before(k.Opens), "opens", "call.begun")
		in.If(!opens.Before(closes), "closes", "call.order")
		in.If(!closes.After(act.At), "closes", "call.past")
	}
	in.If(replaces && c.Reason == "", "reason", "desk.reason")
	if len(f.What()) == 0 && in.Found() == 0 {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "settings.unchanged")
	}
	p := cite.Proposal{Body: f}
	if c.Reason != "" {
		p.Words = cite.Words{"reason": c.Reason}
	}
	return p, in.Err()
}

// Apply puts it right, and keeps what it said before.
func (f *Corrected) Apply(b *consultation.State, at cite.Entry) error {
	return b.ChangeCall(f, f.Call, func(k *consultation.Call) {
		t := consultation.Turn{Kind: consultation.TurnCorrected, At: f.At}
		own := k.Title.Original
		text := func(name string, now, was *locale.Text, words map[locale.Lang]string) {
			if len(words) > 0 {
				if *was = *now; was.Original == "" {
					was.Original = own // there was no text before
				}
				*now = now.With(words, own)
				k.Marks = k.Marks.After(name, *was, *now, words, "")
			}
		}
		text(TitleText, &k.Title, &t.Title, f.Title)
		text(BodyText, &k.Text, &t.Text, f.Text)
		text(TermsText, &k.Terms, &t.Terms, f.Terms)
		rule := func(now, was *string, to string) {
			if to != "" {
				*was, *now = *now, to
			}
		}
		rule(&k.Late, &t.Late, f.Late)
		rule(&k.Moderation, &t.Moderation, f.Moderation)
		rule(&k.Who, &t.Who, f.Who)
		if !f.Opens.IsZero() {
			t.Opened, k.Opens = k.Opens, f.Opens
		}
		if !f.Closes.IsZero() {
			t.Was, t.Closes, k.Closes = k.Closes, f.Closes, f.Closes
		}
		k.Turn(at, t)
	})
}

// Stop closes a call before its deadline. What comes afterwards is late.
type Stop struct {
	Call   cite.Ref
	Reason string // at most input.MaxOutcome characters
}

// Check cleans the reason and holds it to its bounds.
func (c Stop) Check() (Stop, error) {
	var in input.Check
	c.Reason = reason(&in, c.Reason, true)
	return c, in.Err()
}

// DecideStop decides.
func DecideStop(b *consultation.State, act cite.Act, c Stop) (cite.Proposal, error) {
	k, err := standing(b, c.Call)
	if err != nil {
		return cite.Proposal{}, err
	}
	if !k.OpenAt(act.At) {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "call.not_running")
	}
	return cite.Proposal{Body: Stopped{Call: c.Call, By: act.By, At: act.At}, Words: cite.Words{"reason": c.Reason}}, nil
}

// Apply closes it at that instant. The timekeeper has nothing left to write.
func (f *Stopped) Apply(b *consultation.State, at cite.Entry) error {
	return b.ChangeCall(f, f.Call, func(k *consultation.Call) {
		k.Turn(at, consultation.Turn{Kind: consultation.TurnStopped, At: f.At, Was: k.Closes, Closes: f.At})
		k.Closes, k.Closed = f.At, at.Position
	})
}

// Withdraw has a call not asked any more. What was sent to it stays; nothing more is taken.
type Withdraw struct {
	Call   cite.Ref
	Reason string // at most input.MaxOutcome characters
}

// Check cleans the reason and holds it to its bounds.
func (c Withdraw) Check() (Withdraw, error) {
	var in input.Check
	c.Reason = reason(&in, c.Reason, true)
	return c, in.Err()
}

// DecideWithdraw decides.
func DecideWithdraw(b *consultation.State, act cite.Act, c Withdraw) (cite.Proposal, error) {
	if _, err := standing(b, c.Call); err != nil {
		return cite.Proposal{}, err
	}
	return cite.Proposal{Body: Withdrawn{Call: c.Call, By: act.By, At: act.At}, Words: cite.Words{"reason": c.Reason}}, nil
}

// Apply withdraws it: whatever was still to come of it does not.
func (f *Withdrawn) Apply(b *consultation.State, at cite.Entry) error {
	return b.ChangeCall(f, f.Call, func(k *consultation.Call) {
		t := consultation.Turn{Kind: consultation.TurnWithdrawn, At: f.At, Was: k.Closes, Closes: k.Closes}
		if f.At.Before(k.Closes) {
			t.Closes = f.At
		}
		k.Turn(at, t)
		k.Withdrawn, k.Closes, k.Closed = at.Position, t.Closes, at.Position
	})
}

// MaxDocuments is how many documents a call can be given, those that were taken off again counted.
const MaxDocuments = 40

// AddDocument gives a call a document: a file that was uploaded, or an address on the web.
type AddDocument struct {
	Call   cite.Ref
	Title  locale.Text             // at most input.MaxTitle characters
	Source string                  // address on the web, "" for a file
	File   consultation.SubmitFile `api:"-"` // kept before it is cited
}

// Check cleans the title and holds it to its bounds.
func (c AddDocument) Check() (AddDocument, error) {
	var in input.Check
	in.Lines("title", &c.Title, input.MaxTitle)
	in.If(c.Title.Empty(), "title", "call.document_title")
	in.Address("source", &c.Source)
	for _, s := range []*string{&c.File.ID, &c.File.Name, &c.File.Type, &c.File.SHA} {
		in.Line("file", s, consultation.MaxName)
	}
	in.If(c.Source == "" && c.File.ID == "", "file", "call.document_missing")
	in.If(c.Source != "" && c.File.ID != "", "file", "call.document_both")
	return c, in.Err()
}

// DecideAddDocument decides.
func DecideAddDocument(b *consultation.State, act cite.Act, c AddDocument) (cite.Proposal, error) {
	k, err := standing(b, c.Call)
	if err != nil {
		return cite.Proposal{}, err
	}
	if len(k.Documents) >= MaxDocuments {
		return cite.Proposal{}, refusal.In("title", "call.documents", "max", MaxDocuments)
	}
	f := DocumentAdded{Call: c.Call, Number: len(k.Documents) + 1, Title: c.Title, Source: c.Source, By: act.By, At: act.At}
	if c.File.ID != "" {
		f.File = &DocumentFile{ID: c.File.ID, Name: c.File.Name, Type: c.File.Type, Size: c.File.Size, SHA: c.File.SHA}
	}
	return cite.Proposal{Body: f}, nil
}

// Apply gives it to the call.
func (f *DocumentAdded) Apply(b *consultation.State, at cite.Entry) error {
	return b.ChangeCall(f, f.Call, func(k *consultation.Call) {
		d := consultation.Document{Number: f.Number, Title: f.Title, Source: f.Source, Entered: at.Position, At: f.At}
		if f.File != nil {
			d.File, d.Name = consultation.ReceivedFile{ID: f.File.ID, Type: f.File.Type, Size: f.File.Size}, f.File.Name
		}
		k.Documents = append(slices.Clip(k.Documents), d)
	})
}

// RemoveDocument takes a document off a call. Its title stays on the record; a file is erased.
type RemoveDocument struct {
	Call   cite.Ref
	Number int    // of the document
	Reason string // at most input.MaxOutcome characters
}

// Check cleans the reason and holds it to its bounds.
func (c RemoveDocument) Check() (RemoveDocument, error) {
	var in input.Check
	c.Reason = reason(&in, c.Reason, true)
	return c, in.Err()
}

// DecideRemoveDocument decides.
func DecideRemoveDocument(b *consultation.State, act cite.Act, c RemoveDocument) (cite.Proposal, error) {
	k, ok := b.Call(c.Call)
	if !ok || c.Number < 1 || c.Number > len(k.Documents) || k.Documents[c.Number-1].Removed {
		return cite.Proposal{}, refusal.New(refusal.Hidden, "call.document_unknown")
	}
	return cite.Proposal{Body: DocumentRemoved{Call: c.Call, Number: c.Number, By: act.By, At: act.At}, Words: cite.Words{"reason": c.Reason}}, nil
}

// Apply takes it off.
func (f *DocumentRemoved) Apply(b *consultation.State, at cite.Entry) error {
	return b.ChangeCall(f, f.Call, func(k *consultation.Call) {
		if f.Number >= 1 && f.Number <= len(k.Documents) {
			k.Documents = slices.Clone(k.Documents)
			k.Documents[f.Number-1].Removed = true
		}
	})
}

// Stood reports whether the document is there, as it is read after what was done to it is lost.
func (f *DocumentRemoved) Stood(b *consultation.State) bool {
	k, ok := b.Call(f.Call)
	return ok && f.Number >= 1 && f.Number <= len(k.Documents)
}

// OpenAt lists the calls that are open at an instant, those that close first first.
func OpenAt(b *consultation.State, now time.Time) []*consultation.Call {
	var out []*consultation.Call
	for _, k := range b.Calls {
		if k.OpenAt(now) {
			out = append(out, k)
		}
	}
	slices.SortStableFunc(out, func(a, b *consultation.Call) int { return a.Closes.Compare(b.Closes) })
	return out
}
