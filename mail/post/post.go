// Package post is what a letter is, and how it leaves the house: to a mail server over SMTP, or in a demonstration and in tests into a mailbox in
// memory. It knows nothing of what letters say, and keeps none: the room above it queues them until one of these ways has taken them.
package post

import (
	"context"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
)

// The states of a letter.
const (
	Queued  = "queued"  // waits, for its first or its next try
	Sending = "sending" // is being handed to a server
	Sent    = "sent"    // a server took it
	Failed  = "failed"  // given up
)

// File is what comes with a letter.
type File struct {
	Name    string // in any language, without a folder
	Type    string // "application/json"
	Content []byte
}

// Message is a letter: plain text in one language to one address, and the files that come with it.
type Message struct {
	ID        int64  // given by the queue
	To        string // an address as account.ParseAddress returns it
	Subject   string // one line
	Text      string
	Files     []File
	Sender    string // whose letter it is, beside the sender's address; given when it is sent
	Stop      string // the address of the page where its reader says that they want no more, "" for none
	Lang      locale.Lang
	MessageID string // without angle brackets; given by the queue, the same at every try

	// Notice says what kind of letter it is ("receipt"). With Slug, Participant and Position it makes
	// the letter the only one of its kind: where Position is not 0, a second is not taken.
	Notice      string
	Slug        string // of the conversation, "" for none
	Participant uint64 // whom it is for, 0 for nobody on a record
	Position    cite.Position
	About       cite.Ref // the contribution it is about, None for none

	State string
	Tries int       // how often handing it over was begun
	Made  time.Time // what its date says; the time it was queued if left out
	Due   time.Time // not before then; zero: at once
	Sent  time.Time // when a server took it; for a Transport, the time of the try
}

// Transport hands letters to a mail server. Send returns nil when the server has said that it took the
// letter; after an error it may have been taken or not. Errors name no addresses, because they are
// logged. It is called from several goroutines.
type Transport interface {
	Send(ctx context.Context, m Message) error
}
