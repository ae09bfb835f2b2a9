package mail

import (
	"context"
	"strings"
	"time"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/mail/post"
	"github.com/openplenary/plenary/refusal"
)

// invitationLife is how long the letter of an invitation is tried, and kept.
const invitationLife = 7 * 24 * time.Hour

// Invite queues the letter that invites somebody to a conversation: who invites, as what, with which words, and the link that
// accepts it. The
// refusals are "address.invalid" and, where the reader of the address wants no letters, "mail.stopped".
func (w *Letters) Invite(ctx context.Context, i account.InvitationLetter) error {
	token, wish, err := w.Accounts.LettersTo(ctx, i.Email)
	if err != nil {
		return err
	}
	//mutants:guard whoever wants no letters is not invited by letter
	if wish == account.Stopped {
		return refusal.In("email", "mail.stopped")
	}
	stop := stopAddress(i.Link, i.Lang, token)
	text := invitation(i) + foot{host: i.Link, body: w.Queue.body(i.Lang), why: "invited", args: []any{"title", i.Title}, stop: stop}.text(i.Lang)
	return w.Queue.PutDirect(ctx, post.Message{To: i.Email, Lang: i.Lang, Notice: "invited", Subject: i.Lang.T("mail.invited.subject", "title", i.Title), Stop: stop,
		Text: text}, w.Queue.now().Add(invitationLife))
}

// invitation is the text of the letter without its foot.
func invitation(i account.InvitationLetter) string {
	l, from := i.Lang, i.From
	if from == "" {
		from = l.T("mail.invited.officer")
	}
	var text []string
	say := func(key string, args ...any) {
		text = append(text, verbatim(l, l.Isolate("mail.invited."+key, args...), i.Link))
	}
	if i.Name != "" {
		say("dear", "name", i.Name)
	}
	say("text", "from", from, "title", i.Title)
	if len(i.Roles) > 0 {
		roles := make([]string, len(i.Roles))
		for n, r := range i.Roles {
			roles[n] = l.T("role." + r)
		}
		say("roles", "roles", l.List(roles))
	}
	switch {
	case i.For != "" && i.Capacity != "":
		say("capacity", "party", i.For, "capacity", l.T("delegation.capacity."+i.Capacity))
		say("may_" + i.May)
	case i.For != "":
		say("party", "party", i.For)
	}
	if i.Word != "" {
		text = append(text, l.T("mail.invited.word"), "    "+strings.ReplaceAll(i.Word, "\n", "\n    "))
	}
	key := "link"
	if i.Known {
		key = "known"
	}
	say(key, "link", i.Link, "until", setting{zone: i.Zone}.when(l, i.Ends()))
	return strings.Join(text, "\n\n")
}
