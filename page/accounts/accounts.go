package accounts

import (
	"time"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
)

// SignIn is the page where somebody asks for a sign-in link.
type SignIn struct {
	frame.NoWords
	Email string `json:"-"`
	Next  string `json:"-"`
	Sent  bool   `json:"sent,omitempty"` // a link is on its way, if the address may have one
	// Options is what the browser is told that is to give a passkey, "" where there are none at this address.
	Options   string        `json:"-"`
	Providers []ProviderRow `json:"-"`
}

// Title is the page's title.
func (v *SignIn) Title(f *frame.Frame) string { return f.T("signin.title") }

// Confirm is the page a sign-in link leads to: a button, because a mail scanner only follows links.
type Confirm struct {
	frame.NoWords
	TokenIn  string `json:"-"`
	NeedCode bool   `json:"-"`
	Dead     bool   `json:"-"`
}

// Title is the page's title.
func (v *Confirm) Title(f *frame.Frame) string { return f.T("signin.title") }

// Printed is the page where somebody signs in with a code that the operator printed.
type Printed struct {
	frame.NoWords
	Email string `json:"-"`
	Next  string `json:"-"`
}

// Title is the page's title.
func (v *Printed) Title(f *frame.Frame) string { return f.T("signin.printed_title") }

// Letters is the page where whoever reads the letters to an address says whether they want more. It does not say
// which address it is.
type Letters struct {
	frame.NoWords
	Token string `json:"-"`
	Wish  string `json:"-"` // as account.Wish
	Done  bool   `json:"-"` // it was just said
}

// Title is the page's title.
func (v *Letters) Title(f *frame.Frame) string { return f.T("letters.title") }

// DemoRole is the page where a visitor of a demonstration takes a role's chair.
type DemoRole struct {
	frame.NoWords
	Role string `json:"-"`
}

// Title is the page's title.
func (v *DemoRole) Title(f *frame.Frame) string {
	return f.T("demo.role_title", "role", f.T("role."+v.Role))
}

// Account is the reader's own page.
type Account struct {
	frame.NoWords
	Name     string       `json:"-"`
	Email    string       `json:"-"` // "" in a chair that is everybody's
	Sessions []SessionRow `json:"-"`
	Lang     locale.Lang  `json:"-"` // of letters
	// Delegations are the conversations in which the reader is in a delegation.
	Delegations []part.ConversationRow `json:"-"`
	Desks       []DeskRow              `json:"-"`
	Drafts      []DraftRow             `json:"-"` // that the reader writes with others
	Codes       PrintedRow             `json:"-"`
	Keys        []PasskeyRow           `json:"-"`
	MayAdd      bool                   `json:"-"` // a passkey can be added
	Linked      []LinkedRow            `json:"-"`
	Offers      []ProviderRow          `json:"-"` // whose accounts can be linked
	Letters     string                 `json:"-"` // leads to the page about the letters to their address
	Stopped     bool                   `json:"-"` // they want no letters at all
	// Told is how they are told that something waits: "at_once", "daily" or "never", and Works whether anything can wait for them.
	Told      string `json:"-"`
	Works     bool   `json:"-"`
	Moderates bool   `json:"-"`
	Saved     bool   `json:"-"` // it was just saved
	// MayDelete: the account is its owner's to delete. Those of a demonstration's roles are everybody's.
	MayDelete bool `json:"-"`
}

// ProviderRow is a provider with whose accounts people may sign in.
type ProviderRow struct{ Key, Name string }

// LinkedRow is an account elsewhere with which the reader signs in.
type LinkedRow struct {
	Ref, Name  string
	Made, Used time.Time
}

// PasskeyRow is a passkey of the reader.
type PasskeyRow struct {
	Ref     string // names it in a form
	Name    string
	Synced  bool // the device may copy it to others of its owner
	Made    time.Time
	Used    time.Time // zero for not yet
	Stopped time.Time // when it was refused for good, zero for never
}

// called is the name of a passkey as the page has it.
func (r PasskeyRow) called(f *frame.Frame) string {
	if r.Name == "" {
		return f.T("passkey.one")
	}
	return r.Name
}

// Passkey is the page that asks for a passkey: to sign in where a letter is not enough, or to prove that it is still the reader.
type Passkey struct {
	frame.NoWords
	Next    string `json:"-"`
	Options string `json:"-"` // as of SignIn
	Mine    bool   `json:"-"` // the reader is signed in: it proves that it is they
	None    bool   `json:"-"` // they have no passkey that can be used
	Proved  bool   `json:"-"` // they have just proved it
}

// Title is the page's title.
func (v *Passkey) Title(f *frame.Frame) string {
	if v.Mine {
		return f.T("passkey.prove")
	}
	return f.T("passkey.sign_in")
}

// NewPasskey is the page on which the reader adds a passkey.
type NewPasskey struct {
	frame.NoWords
	Name    string `json:"-"`
	Options string `json:"-"` // what the browser is told that is to make it; "" where it may not be made now
	Address bool   `json:"-"` // browsers give passkeys at the address of the instance
	Proof   bool   `json:"-"` // the reader has to prove by a passkey that it is they
	SignIn  bool   `json:"-"` // they have to sign in anew
}

// Title is the page's title.
func (v *NewPasskey) Title(f *frame.Frame) string { return f.T("passkey.add") }

// RemovePasskey asks whether a passkey is to be removed.
type RemovePasskey struct {
	frame.NoWords
	Key    PasskeyRow `json:"-"`
	Last   bool       `json:"-"` // no other that can be used is left then
	Proof  bool       `json:"-"` // as of NewPasskey
	SignIn bool       `json:"-"`
}

// Title is the page's title.
func (v *RemovePasskey) Title(f *frame.Frame) string { return f.T("passkey.remove_title") }

// DraftRow is a draft that the reader writes with others.
type DraftRow struct {
	Path  string // without the language
	Party string
	Call  frame.LocalizedText
	Stage string // writing, review, head, cleared
	Waits bool   // for the clearance of the reader
	Asks  bool   // for their word, for a party that was invited to submit it too
}

// DeskRow is a conversation in which the reader holds offices.
type DeskRow struct {
	part.ConversationRow
	Roles []string `json:"-"`
}

// Invitation is the page that the link in a letter of invitation leads to: a button, because a mail scanner only follows links.
type Invitation struct {
	frame.NoWords
	Token        string              `json:"-"`
	State        string              `json:"-"` // "sent", "opened", "accepted", "expired", or "over" where it is not there
	Conversation frame.LocalizedText `json:"-"`
	Zone         string              `json:"-"`
	From         string              `json:"-"` // who invites, "" for an officer without a name
	Name         string              `json:"-"` // who is invited
	Email        string              `json:"-"` // in part
	Word         string              `json:"-"`
	Roles        []string            `json:"-"`
	Party        string              `json:"-"`
	Capacity     string              `json:"-"` // in the delegation of that party, "" where the secretariat says no more than that they speak for it
	Ends         time.Time           `json:"-"`
	Accepted     time.Time           `json:"-"`
	Known        bool                `json:"-"` // the address has an account
	Mine         bool                `json:"-"` // the reader is signed in with it
	Other        bool                `json:"-"` // the reader is signed in with another
	To           string              `json:"-"` // where they go who accepted
}

// Title is the page's title.
func (v *Invitation) Title(f *frame.Frame) string {
	if v.State == "over" || v.Conversation.Text == "" {
		return f.T("invitation.title")
	}
	return f.T("invitation.to", "title", v.Conversation.Text)
}

// Open reports whether it can be accepted.
func (v *Invitation) Open() bool { return v.State == "sent" || v.State == "opened" }

// from is who invites.
func (v *Invitation) from(f *frame.Frame) string {
	if v.From == "" {
		return f.T("mail.invited.officer")
	}
	return v.From
}

// as says as what somebody is invited.
func (v *Invitation) as(f *frame.Frame) string {
	out := make([]string, len(v.Roles))
	for i, r := range v.Roles {
		out[i] = f.T("role." + r)
	}
	return f.Lang.List(out)
}

// languages are those in which letters can be written.
func languages() (out []frame.Choice) {
	for _, l := range locale.All {
		out = append(out, frame.Choice{ID: string(l), Name: l.Name()})
	}
	return out
}

// DeleteAccount asks once more before an account is deleted, and says that it was.
type DeleteAccount struct {
	frame.NoWords
	Done bool `json:"-"`
}

// Title is the page's title.
func (v *DeleteAccount) Title(f *frame.Frame) string {
	if v.Done {
		return f.T("account.deleted")
	}
	return f.T("account.delete")
}

// PrintedRow is what became of the codes that the operator printed for the reader.
type PrintedRow struct {
	Made        time.Time   // when the newest were; zero where there were none
	Left, Ended int         // how many can be used, and how many ended by wrong tries
	Used        []time.Time // when one was used, the last first
}

// SessionRow is a place where the reader is signed in.
type SessionRow struct {
	Name       string // ends it
	Device     string // a browser and a system, "" where nobody knows
	Made, Seen time.Time
	Current    bool
}

// Title is the page's title.
func (v *Account) Title(f *frame.Frame) string { return f.T("account.title") }

// Mailbox shows the mail of a demonstration.
type Mailbox struct {
	frame.NoWords
	Messages []MailRow `json:"messages"`
}

// MailRow is one message.
type MailRow struct {
	To      string    `json:"to"`
	Subject string    `json:"subject"`
	Text    string    `json:"text"`
	Link    string    `json:"link,omitempty"`
	Sent    time.Time `json:"sent"`
	Files   []string  `json:"files,omitempty"`
}

// Title is the page's title.
func (v *Mailbox) Title(f *frame.Frame) string { return f.T("mailbox.title") }
