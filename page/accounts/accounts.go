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
	Name     string                 `json:"-"`
	Sessions []SessionRow           `json:"-"`
	Lang     locale.Lang            `json:"-"`
	Desks    []part.ConversationRow `json:"-"`
	// MayDelete: the account is its owner's to delete. Those of a demonstration's roles are everybody's.
	MayDelete bool `json:"-"`
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

// SessionRow is a place where the reader is signed in.
type SessionRow struct {
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
}

// Title is the page's title.
func (v *Mailbox) Title(f *frame.Frame) string { return f.T("mailbox.title") }
