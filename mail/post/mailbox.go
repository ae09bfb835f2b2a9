package post

import (
	"context"
	"net/url"
	"strings"
	"sync"

	"github.com/openplenary/plenary/page/accounts"
)

// mailboxSize is how many letters a Mailbox keeps.
const mailboxSize = 500

// Mailbox is a Transport that sends nothing: it keeps the last 500 letters in memory, for the
// demonstration and for tests. The zero Mailbox is ready.
type Mailbox struct {
	mu      sync.Mutex
	letters []Message // oldest first
}

// Send keeps the letter.
func (b *Mailbox) Send(_ context.Context, m Message) error {
	m.State = Sent
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.letters) == mailboxSize {
		b.letters = append(b.letters[:0], b.letters[1:]...)
	}
	b.letters = append(b.letters, m)
	return nil
}

// All lists the letters, the newest first.
func (b *Mailbox) All() []Message { return b.filter(func(Message) bool { return true }) }

// To lists the letters to an address, the newest first.
func (b *Mailbox) To(address string) []Message {
	return b.filter(func(m Message) bool { return strings.EqualFold(m.To, address) })
}

func (b *Mailbox) filter(keep func(Message) bool) []Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := make([]Message, 0, len(b.letters))
	for i := len(b.letters) - 1; i >= 0; i-- {
		if keep(b.letters[i]) {
			out = append(out, b.letters[i])
		}
	}
	return out
}

// Rows shows the letters, the newest first, each with the first address in it, without the host: it leads
// into this instance under whatever name the reader reached it by.
func (b *Mailbox) Rows() []accounts.MailRow {
	var out []accounts.MailRow
	for _, m := range b.All() {
		row := accounts.MailRow{To: m.To, Subject: m.Subject, Text: m.Text, Sent: m.Sent, Link: firstPath(m.Text)}
		for _, f := range m.Files {
			row.Files = append(row.Files, f.Name)
		}
		out = append(out, row)
	}
	return out
}

// firstPath is the path of the first line of a text that is an address, "" if there is none.
func firstPath(text string) string {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "http") {
			if u, err := url.Parse(line); err == nil {
				return u.EscapedPath()
			}
		}
	}
	return ""
}
