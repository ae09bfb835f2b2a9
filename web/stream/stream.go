// Package stream sends the parts of a page that changed to all who follow it. What is rendered is rendered once for a page, a language and an audience
// class, however many wait. It knows no HTTP and no page.
package stream

import (
	"bytes"
	"context"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"
	"github.com/openplenary/plenary/cite"
)

// Streams shares what is rendered among the readers of one page: each change is rendered once for a page, a
// language and an audience class, however many streams wait and whatever position they came with.
type Streams struct {
	// Panicked is told that a page could not be made, and gives that as an error.
	Panicked func(page string, p any) error

	mu     sync.Mutex
	boards map[string]*board
}

// board is one page with its fragments, in one language, as everybody may see it. It is there while somebody
// follows the page, and waits in their place for what touches it: a reader costs little more than a connection.
type board struct {
	feed   *Feed  // of who came first
	end    func() // when nobody follows the page any more
	making sync.Mutex
	made   time.Time // guarded by making

	readers int // guarded by Streams.mu

	mu        sync.Mutex // guards the rest
	at        cite.Position
	fragments []*Fragment
	next      chan struct{} // closed when there is more to send, or the board is at its end
	err       error         // why it is at its end
	from      cite.Position // of the event that was made last: most readers need the same
	event     []byte
}

// Fragment is a part of a page that is sent again by itself when it changes.
type Fragment struct {
	ID      string        // of the HTML element
	Refs    []cite.Ref    // what it rests on
	Changed cite.Position // the last position that touched it
	// Render makes the component, once for all who follow the page, and only where somebody needs it.
	Render func() templ.Component
	html   []byte // nil until somebody needs it
}

// follow gives the board of a page, and a function to leave it. begin sets a new one to work, in a goroutine of its own,
// until its context ends.
func (s *Streams) follow(f *Feed, begin func(context.Context, *board)) (*board, func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.boards[f.Key]
	if b == nil {
		ctx, cancel := context.WithCancel(context.Background())
		b = &board{feed: f, end: cancel, next: make(chan struct{})}
		if s.boards == nil {
			s.boards = map[string]*board{}
		}
		s.boards[f.Key] = b
		go begin(ctx, b)
	}
	b.readers++
	return b, func() { s.leave(b) }
}

// leave ends what follow began. It holds the board alone: who follows for hours keeps nothing of what they brought.
func (s *Streams) leave(b *board) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b.readers--; b.readers == 0 {
		delete(s.boards, b.feed.Key)
		b.end()
	}
}

// watch makes the page of a board anew whenever something touches it.
func (s *Streams) watch(ctx context.Context, b *board) {
	defer func() {
		if p := recover(); p != nil {
			b.fail(s.Panicked(b.feed.Key, p))
		}
	}()
	for at := b.feed.Head; ; {
		touched, err := b.feed.Wait(ctx, at)
		if err == nil {
			at, err = b.upTo(ctx, touched)
		}
		if err != nil {
			b.fail(err)
			return
		}
	}
}

// fail ends a board: its readers come again.
func (b *board) fail(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.err = err
	close(b.next)
	b.next = make(chan struct{})
}

// pace is the shortest time between two renderings of one page.
const pace = 250 * time.Millisecond

// upTo has the board stand at a durable position or a later one, and gives that.
func (b *board) upTo(ctx context.Context, at cite.Position) (cite.Position, error) {
	b.making.Lock()
	defer b.making.Unlock()
	if now := b.stands(); now >= at {
		return now, nil
	}
	if err := b.rest(ctx); err != nil {
		return 0, err
	}
	now, fragments, err := b.feed.Fragments(ctx)
	if err != nil {
		return 0, err
	}
	b.made = time.Now()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.keep(fragments)
	b.at, b.event = now, nil
	close(b.next)
	b.next = make(chan struct{})
	return now, nil
}

func (b *board) stands() cite.Position {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.at
}

// since gives the event that holds what changed on the page after a position, nil where nothing did, and the position that
// it leads to; or, where nobody knows yet, what is closed when somebody does.
func (b *board) since(from cite.Position) (at cite.Position, body []byte, more <-chan struct{}, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err != nil {
		return 0, nil, nil, b.err
	}
	if b.at <= from {
		return 0, nil, b.next, nil
	}
	if b.event != nil && b.from == from {
		return b.at, b.event, nil, nil
	}
	var html bytes.Buffer
	for _, f := range b.fragments {
		if f.Changed <= from {
			continue
		}
		if f.html == nil {
			var one bytes.Buffer
			if err := f.Render().Render(context.Background(), &one); err != nil {
				return 0, nil, nil, err
			}
			f.html = one.Bytes()
		}
		html.WriteString(`<hx-partial hx-target="#` + f.ID + `" hx-swap="innerHTML">`)
		html.Write(f.html)
		html.WriteString("</hx-partial>\n")
	}
	if html.Len() == 0 {
		return b.at, nil, nil, nil
	}
	b.from, b.event = from, event(b.at, html.String())
	return b.at, b.event, nil, nil
}

// rest waits until the page may be rendered again. Whoever waits beside waits for the same.
func (b *board) rest(ctx context.Context) error {
	timer := time.NewTimer(pace - time.Since(b.made))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// keep takes new fragments; one that was not touched keeps what was rendered.
func (b *board) keep(fragments []*Fragment) {
	was := make(map[string]*Fragment, len(b.fragments))
	for _, f := range b.fragments {
		was[f.ID] = f
	}
	for _, f := range fragments {
		if old := was[f.ID]; old != nil && old.Changed == f.Changed {
			f.html = old.html
		}
	}
	b.fragments = fragments
}

// event is an event of a stream: its id is the position, its data the fragments.
func event(at cite.Position, html string) []byte {
	var out bytes.Buffer
	out.WriteString("id: " + strconv.FormatInt(int64(at), 10) + "\n")
	for line := range strings.SplitSeq(strings.TrimRight(html, "\n"), "\n") {
		out.WriteString("data: " + line + "\n")
	}
	out.WriteString("\n")
	return out.Bytes()
}

// Feed is what an event stream sends: the fragments of a page, as everybody may see it.
type Feed struct {
	// Key names the page among all: whoever follows the same page shares what is rendered of it.
	Key string
	// From is the position since which the reader's page stands, and Head the one at which it was looked at now.
	From, Head cite.Position
	// Touched is the last position up to Head at which something was touched that may change a fragment.
	Touched cite.Position
	// Wait gives the position at which such a thing is touched after another, when it is.
	Wait func(context.Context, cite.Position) (cite.Position, error)
	// Fragments builds the page and lists its fragments. It gives the position that they are of. It is asked again and
	// again while somebody follows the page, also when the one who brought it has gone.
	Fragments func(context.Context) (cite.Position, []*Fragment, error)
}

// stillHere is how long a stream is silent before it says that it is there.
const stillHere = 25 * time.Second

// Serve sends a reader what happens to a page until they go, or the board is at its end: one event for a position, holding all fragments that changed
// since the reader's. It holds nothing of what the reader brought but how it is sent: they may stay for hours.
func (s *Streams) Serve(ctx context.Context, f *Feed, last string, send func([]byte) bool) {
	if !send([]byte(": hello\nretry: 1000\n\n")) {
		return
	}
	b, leave := s.follow(f, s.watch)
	defer leave()
	if from, ok := standsFrom(ctx, f, last, b); ok {
		wait(ctx, b, from, send)
	}
}

// ahead is how far another node, which the reader comes from, may have read the record further than this one: one that lags more says that it is not
// ready. Until this one has come there, the reader is told nothing: it has seen what is newer.
const ahead = 1000

// standsFrom is the position up to which the reader has the page: that of the last event they name, else the page's own. Where something happened to
// the page since, and nobody may have asked for it yet, the board is made to have it.
func standsFrom(ctx context.Context, f *Feed, last string, b *board) (from cite.Position, ok bool) {
	if from = f.From; last != "" {
		n, err := strconv.ParseInt(last, 10, 64)
		if from = cite.Position(n); err != nil || n < 0 {
			from = 0
		}
	}
	if from > f.Head+ahead { // it names nothing of this record
		from = f.Head
	}
	if f.Touched <= from {
		return max(from, f.Head), true
	}
	_, err := b.upTo(ctx, f.Head)
	return from, err == nil
}

// wait sends what happens to a page until the reader goes, or the board is at its end.
func wait(ctx context.Context, b *board, from cite.Position, send func([]byte) bool) {
	silence := time.NewTimer(stillHere)
	defer silence.Stop()
	for {
		at, body, more, err := b.since(from)
		if err != nil {
			return
		}
		if more == nil {
			if from = at; len(body) > 0 && !send(body) {
				return
			}
			silence.Reset(stillHere)
			continue
		}
		select {
		case <-more:
		case <-ctx.Done():
			return
		case <-silence.C:
			if !send([]byte(": still here\n\n")) {
				return
			}
			silence.Reset(stillHere)
		}
	}
}
