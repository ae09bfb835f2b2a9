package script

import (
	"context"
	"errors"
	"strconv"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/reply"
)

// openReplies opens a round of replies to the points of a call: "open-replies round", with "of: comments".
func (r *Runner) openReplies(ctx context.Context, b *block) (err error) {
	if b.gives != "" || !isAlias("$"+b.words[0], '$') {
		return errors.New("want \"open-replies alias\"")
	}
	c := reply.Open{Who: b.get("who"), Zone: b.get("zone"), Moderation: b.get("moderation")}
	if c.Of, err = r.ref(target(b.get("of"), r)); err != nil {
		return err
	}
	if c.Title, err = textOf(b, "title"); err != nil {
		return err
	}
	if c.Text, err = textOf(b, "text"); err != nil {
		return err
	}
	if c.Terms, err = textOf(b, "terms"); err != nil {
		return err
	}
	if s := b.get("opens"); s != "" {
		if c.Opens, err = r.instant(s); err != nil {
			return err
		}
	}
	if c.Closes, err = r.instant(b.get("closes")); err != nil {
		return err
	}
	named := *b
	named.gives = "$" + b.words[0]
	return r.ask(ctx, &named, c)
}

// repliesAre compares how many published replies a point has: "assert replies $ada.1 1".
func (r *Runner) repliesAre(st *conversation.State, args []string) error {
	ref, err := r.ref(args[0])
	if err != nil {
		return err
	}
	reading := conversation.NewReading(st, conversation.Readers, st.Time)
	defer reading.Close()
	return same("replies", strconv.Itoa(len(reading.Replies.On(ref))), args[1])
}
