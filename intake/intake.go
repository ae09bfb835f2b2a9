package intake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// Options are the rooms of the house that a contribution passes through.
type Options struct {
	Sec      *plenary.Secretariat
	Accounts *account.Store
	Drafts   *draft.Store
	Files    *attachment.Store
	Logger   *slog.Logger // nil for none
}

// Intake takes contributions in. Its methods may be called from many goroutines.
type Intake struct{ o Options }

// New opens the way in.
func New(o Options) *Intake {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Intake{o}
}

// Limits bound how much a sender may do. Each method uses something up, or refuses and says when to come back.
// They are asked in the order of the way in, and only about what is not refused for another reason before.
type Limits interface {
	// Send is asked before a contribution goes on the record.
	Send() error
	// Give is asked before an address is kept that somebody without an account gives: nobody proved that it is
	// theirs, and every contribution sends it letters.
	Give(address string) error
	// Preview is asked before a contribution is shown to its sender as it would be stored.
	Preview() error
	// Save is asked before a draft of so many bytes is kept.
	Save(bytes int) error
	// Upload is asked before the first file of a contribution is read; release is called when all are.
	Upload() (release func(), err error)
}

// Sender is who sends, to which conversation, and when.
type Sender struct {
	Slug     string    // of the conversation
	Received time.Time // when what they send began to arrive
	Language locale.Lang
	// Account is theirs where they are signed in, 0 for somebody without one.
	Account account.ID
	// Participant is the account's number in the conversation, 0 where it has none yet: then it gets one when it
	// first needs one.
	Participant delegation.Participant
	Tokens      []string // under which they wrote before, and by which a draft is theirs
	Source      string   // whose quota their files count in; "" where they cannot be told from others
	Limits      Limits   // nil for none
}

// Contribution is what somebody sends in answer to a call.
type Contribution struct {
	Sender
	// Token tells one sending from another, and sent again it gets the first answer. The number of a sender
	// without an account derives from it: then it is 128 random bits that nobody else knows.
	Token string
	For   cite.Ref // the party that is spoken for, None for oneself
	// Through is the member that declares where For is a group; None elsewhere.
	Through cite.Ref
	// With are the parties that submit it with For. Whoever fills them in knows that each authorised what is sent.
	With  []delegation.Joining
	Email string // where somebody without an account wants to be written to; "" for nowhere
	// PublicAddress says that a name which is an e-mail address shall be shown to everybody all the same. Without it
	// such a name is refused, so that the person is asked.
	PublicAddress bool
	// Submit is the command as it was written; its Known and the Likeness of its parts are found here.
	Submit consultation.Submit
	// Uploads are the files that came with it, nil for none. Those of Submit.Files that came before, with a form
	// that was shown again, are not among them.
	Uploads *Uploads
}

// Check cleans a contribution and holds it to its bounds: what it gives is what would be stored, if the
// conversation takes it. The refusals name the fields of consultation.Submit, "name", "body" and "affiliation" where a name is that of
// an office of the process ("name.reserved") or an e-mail address that nobody said is public ("name.address"), and
// "email".
func (c Contribution) Check() (Contribution, error) {
	submit, err := c.Submit.Check()
	no := refusal.Several(refusal.Of(err))
	if err != nil && len(no) == 0 {
		return c, err
	}
	c.Submit = submit
	if c.For == cite.None { // else the name is the party's
		for _, f := range []struct{ field, name string }{{"name", submit.Name}, {"body", submit.Body}, {"affiliation", submit.Affiliation}} {
			switch {
			case f.name == "":
			case locale.Claims(f.name):
				no = append(no, refusal.In(f.field, "name.reserved"))
			case !c.PublicAddress && locale.HasAddress(f.name):
				no = append(no, refusal.In(f.field, "name.address"))
			}
		}
	}
	if c.Email != "" {
		address, err := account.ParseAddress(c.Email)
		if err != nil {
			return c, append(no, refusal.Of(err)...)
		}
		c.Email = address
	}
	return c, no.Or()
}

// errNoToken is a mistake in the program: all who send without a token would be one and the same.
var errNoToken = errors.New("intake: whoever has no account needs a token")

// ask is what a contribution that was checked asks of the secretariat.
func (i *Intake) ask(ctx context.Context, c Contribution) (conversation.Ask, error) {
	a := conversation.Ask{Token: c.Token, Received: c.Received, Assurance: consultation.Anonymous}
	switch {
	case c.Account != 0:
		me, err := i.participant(ctx, c.Sender)
		if err != nil {
			return a, err
		}
		a.By, a.Scope = me, string(me.Ref())
		if a.Assurance, err = i.assurance(ctx, c.Account); err != nil {
			return a, err
		}
		a.For = delegation.Party(i.o.Sec.Derive("self", c.Slug, string(me.Ref())))
	case c.Token == "":
		return a, errNoToken
	default:
		a.By = i.o.Sec.AnonymousParticipant(c.Slug, c.Token)
		a.For = delegation.Party(i.o.Sec.Derive("party", c.Slug, c.Token))
	}
	if c.Submit.Known = c.For != cite.None; c.Submit.Known {
		if err := a.For.UnmarshalText([]byte(c.For)); err != nil {
			return a, refusal.In("for", "party.unknown")
		}
		a.With = c.With
		if c.Through != cite.None && a.Through.UnmarshalText([]byte(c.Through)) != nil {
			return a, refusal.In("for", "party.unknown")
		}
	}
	for n := range c.Submit.Parts { // Check gave parts of its own
		p := &c.Submit.Parts[n]
		p.Likeness = i.likeness(c.Slug, p)
	}
	a.Command = c.Submit
	return a, nil
}

// likeness is that of a part that was checked.
func (i *Intake) likeness(slug string, p *consultation.SubmitPart) uint64 {
	said := p.Text + "\x00" + p.Wording
	if said == "\x00" && p.Stance != consultation.NoStance {
		said = string(p.On) + "\x00" + p.Stance.String() // nothing but the stance: the same only at the same question
	}
	return i.o.Sec.Likeness(slug, said)
}

// Says tells what a contribution says from what others say: Said gives the same for it once it stands on the record. The refusals are
// those of Check.
func (i *Intake) Says(c Contribution) (string, error) {
	c, err := c.Check()
	if err != nil {
		return "", err
	}
	words := uint64(0)
	for n := range c.Submit.Parts {
		words = words*consultation.LikenessStep + i.likeness(c.Slug, &c.Submit.Parts[n])
	}
	return says(len(c.Submit.Parts), words, c.Submit.Chosen), nil
}

// Said is what a contribution on the record says, as Says tells it; "" where there is none. Where its words were erased or put right
// since, it is another.
func Said(st *conversation.State, r cite.Ref) string {
	row, ok := st.Consultation.Row(r)
	if !ok {
		return ""
	}
	return says(row.Parts, row.Words(), st.Questions.Chosen(r))
}

// says tells what is said in so many parts, with what is chosen.
func says(parts int, words uint64, chosen []cite.Choice) string {
	var b strings.Builder
	if parts > 0 { // else its words say nothing
		fmt.Fprintf(&b, "%d %x", parts, words)
	}
	for _, c := range slices.SortedStableFunc(slices.Values(chosen), func(a, b cite.Choice) int { return cmp.Compare(a.Question, b.Question) }) {
		fmt.Fprintf(&b, " %d:%v:%q", c.Question, c.Picks, c.Value)
	}
	return b.String()
}

// participant is the number of an account in the conversation.
func (i *Intake) participant(ctx context.Context, s Sender) (delegation.Participant, error) {
	if s.Participant != 0 {
		return s.Participant, nil
	}
	n, err := i.o.Accounts.Participant(ctx, s.Account, s.Slug, i.o.Sec.Number)
	return delegation.Participant(n), err
}

// assurance is how sure the house is of the owner of an account.
func (i *Intake) assurance(ctx context.Context, id account.ID) (string, error) {
	linked, err := i.o.Accounts.AllLinked(ctx, id)
	if err == nil && len(linked) > 0 {
		return consultation.OpenID, nil
	}
	return consultation.EmailProven, err
}

// Preview gives a contribution exactly as it would be stored, or says why it would be refused. Nothing is kept
// of it, and its files wait.
func (i *Intake) Preview(ctx context.Context, c Contribution) (Contribution, error) {
	c, err := c.Check()
	if err != nil {
		return c, err
	}
	ask, err := i.ask(ctx, c)
	if err != nil {
		return c, err
	}
	if c.Limits != nil {
		if err := c.Limits.Preview(); err != nil {
			return c, err
		}
	}
	_, err = i.o.Sec.Read(ctx, c.Slug, func(st *conversation.State) error {
		_, err := st.Decide(ask)
		return err
	})
	return c, err
}

// Send puts a contribution on the record and answers when it is durable. Sent again under its token it gets the
// first answer, and another one under that token is refused (Conflict, "token.other"). After an error that is no
// refusal, or is one of the kind TryAgain, the same may be sent again under the same token.
//
// Refusals beside those of Check and of the rules of the conversation: "party.unknown" (field "for"), those of
// the limits, and "file.unknown" (a file that waited was removed in the meantime).
func (i *Intake) Send(ctx context.Context, c Contribution) (plenary.Answer, error) {
	c, err := c.Check()
	if err != nil {
		return plenary.Answer{}, err
	}
	ask, err := i.ask(ctx, c)
	if err != nil {
		return plenary.Answer{}, err
	}
	address := c.Email != "" && c.Account == 0
	if err := c.may(address); err != nil {
		return plenary.Answer{}, err
	}
	for _, f := range c.Submit.Files {
		if err := i.o.Files.Claim(ctx, f.ID, c.Received); err != nil {
			return plenary.Answer{}, err
		}
	}
	if address {
		if err := i.o.Accounts.SetAddress(ctx, account.Number{Slug: c.Slug, Participant: uint64(ask.By)}, c.Email, c.Language, c.Received); err != nil {
			return plenary.Answer{}, err
		}
	}
	answer, err := i.o.Sec.Do(ctx, c.Slug, ask)
	switch became(answer, err) {
	case standing:
		c.Uploads.Wait()
		i.sent(context.WithoutCancel(ctx), c, false)
	case repeated:
		i.sent(context.WithoutCancel(ctx), c, true)
	case unknown:
		c.Uploads.Wait() // the sweeper asks the record whether a fact cites them
	case refused:
		if address {
			err = errors.Join(err, i.o.Accounts.Forget(context.WithoutCancel(ctx), c.Slug, uint64(ask.By)))
		}
	}
	return answer, err
}

// may asks the limits whether a contribution may be sent.
func (c Contribution) may(address bool) error {
	if c.Limits == nil {
		return nil
	}
	if err := c.Limits.Send(); err != nil || !address {
		return err
	}
	return c.Limits.Give(c.Email)
}

// outcome is what became of an ask.
type outcome uint8

const (
	standing outcome = iota // it is on the record
	repeated                // its first sending is
	other                   // another contribution was sent under its token: that one's address stays
	refused                 // it is not, and its sender knows why
	unknown                 // nobody knows
)

func became(answer plenary.Answer, err error) outcome {
	rs := refusal.Of(err)
	switch {
	case err == nil && answer.Again:
		return repeated
	case err == nil:
		return standing
	case len(rs) == 0 || rs[0].Kind == refusal.TryAgain:
		return unknown
	case rs[0].Kind == refusal.Conflict:
		return other
	}
	return refused
}

// sent notes what follows from a contribution that stands on the record. It stands whatever becomes of these
// notes: the sweeper asks the record. The files of a second sending are cited by nothing.
func (i *Intake) sent(ctx context.Context, c Contribution, again bool) {
	for _, f := range c.Submit.Files {
		if again {
			break
		}
		if err := i.o.Files.Cited(ctx, f.ID); err != nil {
			i.o.Logger.Error("cannot note that a file is cited", "file", f.ID, "err", err)
		}
	}
	// The draft of what was sent has no business here any more.
	if err := i.o.Drafts.Delete(ctx, c.Slug, draft.Contribution, c.Token); err != nil && refusal.Of(err) == nil {
		i.o.Logger.Error("cannot delete a draft", "err", err)
	}
}
