package intake

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// Written is a contribution about one place as somebody fills it in, field by field. Nothing of it is checked.
type Written struct {
	Text     string `json:"text"`
	Wording  string `json:"wording"`
	Stance   string `json:"stance"`   // as consultation.ParseStance reads it
	Language string `json:"language"` // of text and wording
	Category string `json:"category"`
	Country  string `json:"country"`
	Name     string `json:"name"`
	Body     string `json:"body"`
	Title    string `json:"title,omitempty"` // what it is about, in one line
	// Belongs says what the author has to do with the organisation: Speaks for it, or only BelongsTo it; "" where
	// nothing is said.
	Belongs string `json:"belongs,omitempty"`
	For     string `json:"for"` // a party's reference, "self" for oneself, "" where nothing is chosen
	Email   string `json:"email"`
	// PublicAddress says that a name which is an e-mail address shall be shown to everybody.
	PublicAddress bool   `json:"public_address,omitempty"`
	Files         []File `json:"files"`
	// Whole: it is the whole form of a call, answered question by question, and not about one place.
	Whole    bool     `json:"whole,omitempty"`
	Answers  []Answer `json:"answers,omitempty"`
	Sections []string `json:"sections,omitempty"` // of the whole form that concern them; none for all
}

// What an author has to do with an organisation that they name.
const (
	Speaks    = "speaks"
	BelongsTo = "belongs"
)

// File is a file that is kept and that a contribution shall cite.
type File struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Type string `json:"type"`
	Size int64  `json:"size"` // in bytes
	SHA  string `json:"sha256"`
}

// Contribution makes of what was filled in about a place what can be sent to a call. Whoever sends it adds the
// token and the uploads. Of a whole form, on is the edition. The only refusal is "contribution.stance" (field "stance", or
// what names the question).
func (w Written) Contribution(from Sender, call, on cite.Ref) (Contribution, error) {
	stance, ok := consultation.ParseStance(w.Stance)
	if !ok {
		return Contribution{}, refusal.In("stance", "contribution.stance")
	}
	c := Contribution{Sender: from, Email: w.Email, PublicAddress: w.PublicAddress, Submit: consultation.Submit{Call: call, Category: w.Category, Country: w.Country,
		Name: w.Name, Body: w.Body, Title: w.Title,
		Parts: []consultation.SubmitPart{{On: on, Language: locale.Lang(w.Language), Stance: stance, Text: w.Text, Wording: w.Wording}}}}
	if w.Whole {
		var err error
		if c.Submit.Parts, c.Submit.Chosen, err = w.answered(on); err != nil {
			return Contribution{}, err
		}
	}
	if w.For != "self" {
		party, member, _ := strings.Cut(w.For, " ")
		c.For, c.Through = cite.Ref(party), cite.Ref(member)
	}
	if w.Belongs == BelongsTo {
		c.Submit.Body, c.Submit.Affiliation = "", w.Body
	}
	for _, f := range w.Files {
		c.Submit.Files = append(c.Submit.Files, consultation.SubmitFile{ID: f.ID, Name: f.Name, Type: f.Type, Size: f.Size, SHA: f.SHA})
	}
	return c, nil
}

// Stored is what was filled in, with the words as a contribution made of it has them after Preview.
func (w Written) Stored(c Contribution) Written {
	w.Name, w.Body, w.Title, w.Email = c.Submit.Name, cmp.Or(c.Submit.Body, c.Submit.Affiliation), c.Submit.Title, c.Email
	if len(c.Submit.Parts) == 1 {
		w.Text, w.Wording = c.Submit.Parts[0].Text, c.Submit.Parts[0].Wording
	}
	return w
}

// clean cleans what was filled in, as far as a draft must be: it may be empty, longer than what can be sent, and have
// a name or half an address that will be refused when it is sent.
func (w Written) clean() (Written, error) {
	var in input.Check
	in.Text("text", &w.Text, locale.MaxText)
	in.Text("wording", &w.Wording, locale.MaxText)
	in.Line("name", &w.Name, consultation.MaxName)
	in.Line("body", &w.Body, consultation.MaxName)
	in.Line("title", &w.Title, locale.MaxText)
	in.Line("belongs", &w.Belongs, consultation.MaxName)
	in.Line("email", &w.Email, consultation.MaxName)
	w.Answers = slices.Clone(w.Answers)
	for i := range w.Answers {
		in.Text(w.Answers[i].At, &w.Answers[i].Text, locale.MaxText)
		in.Text(w.Answers[i].At, &w.Answers[i].Wording, locale.MaxText)
		in.Line(w.Answers[i].At, &w.Answers[i].Value, locale.MaxText)
	}
	return w, in.Err()
}

// Draft is a contribution that is still being written.
type Draft struct {
	Key     string // the token under which it will be sent: whoever has it is the author
	Name    string // by which addresses call it, see Intake.Name
	Call    cite.Ref
	On      cite.Ref // the place that it is about
	Written Written
	Version int // 1, 2, ...
	Changed time.Time
}

// stored is a draft as its room keeps it.
type stored struct {
	Call    cite.Ref `json:"call"`
	On      cite.Ref `json:"on"`
	Writing Written  `json:"writing"`
}

// owns reports whether a draft is the sender's.
func (s Sender) owns(d draft.Draft) bool {
	return slices.Contains(s.Tokens, d.Key) || s.Participant != 0 && d.Owner == uint64(s.Participant)
}

// SaveDraft keeps a draft over its Version, 0 for a new one, and gives the number of the new version. A draft of
// somebody else is as if it were not there ("not_found").
//
// Refusals beside: those of what cannot be kept at all, by field, those of the limits, "disk.reserved", and those
// of draft.Store.Save.
func (i *Intake) SaveDraft(ctx context.Context, from Sender, d Draft) (version int, err error) {
	w, err := d.Written.clean()
	if err != nil {
		return 0, err
	}
	before, ok, err := i.o.Drafts.Get(ctx, from.Slug, draft.Contribution, d.Key)
	if err != nil {
		return 0, err
	}
	if ok && !from.owns(before) {
		return 0, refusal.New(refusal.Hidden, "not_found")
	}
	body, err := json.Marshal(stored{d.Call, d.On, w})
	if err != nil {
		return 0, err
	}
	if i.o.Files.Scarce() {
		return 0, refusal.New(refusal.TryAgain, "disk.reserved")
	}
	if from.Limits != nil {
		if err := from.Limits.Save(len(body)); err != nil {
			return 0, err
		}
	}
	next := draft.Draft{Slug: from.Slug, Kind: draft.Contribution, Key: d.Key, Body: body}
	if from.Account != 0 {
		me, err := i.participant(ctx, from)
		if err != nil {
			return 0, err
		}
		next.Owner = uint64(me)
	}
	if ok {
		next.Owner = before.Owner // the sender's, by the token or by the account
	}
	if w.Whole && next.Owner == 0 {
		next.Code = i.codeHash(from.Slug, i.Code(from.Slug, d.Key))
	}
	return i.o.Drafts.Save(ctx, next, d.Version, from.Received)
}

// Draft is a draft of the sender's that is not sent yet; ok is false where there is none.
func (i *Intake) Draft(ctx context.Context, from Sender, key string) (d Draft, ok bool, err error) {
	kept, ok, err := i.o.Drafts.Get(ctx, from.Slug, draft.Contribution, key)
	if err != nil || !ok || !from.owns(kept) || kept.Sent {
		return Draft{}, false, err
	}
	var s stored
	if json.Unmarshal(kept.Body, &s) != nil {
		return Draft{}, false, nil
	}
	return Draft{key, i.Name(from.Slug, key), s.Call, s.On, s.Writing, kept.Version, kept.Changed}, true, nil
}

// Drafts lists what the sender has begun and not sent: of their account, the last changed first, and then under
// their tokens.
func (i *Intake) Drafts(ctx context.Context, from Sender) ([]Draft, error) {
	var keys []string
	if from.Participant != 0 {
		list, err := i.o.Drafts.List(ctx, from.Slug, draft.Contribution, uint64(from.Participant))
		if err != nil {
			return nil, err
		}
		for _, d := range list {
			keys = append(keys, d.Key)
		}
	}
	for _, token := range from.Tokens {
		if !slices.Contains(keys, token) {
			keys = append(keys, token)
		}
	}
	var out []Draft
	for _, key := range keys {
		d, ok, err := i.Draft(ctx, from, key)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, d)
		}
	}
	return out, nil
}
