package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"

	"github.com/openplenary/plenary/conversation"
)

// digestCmd prints how far a running node has read each conversation, and what its state comes to.
type digestCmd struct {
	Data string `required:"" env:"PLENARY_DATA" json:"-" help:"Data directory."`
}

// digested is one conversation as one node has it.
type digested struct {
	Conversation string `json:"conversation"`
	Position     int64  `json:"position"`
	Digest       string `json:"digest"`
}

// Run asks the server that runs on the directory.
func (c *digestCmd) Run(ctx context.Context, con *console) error {
	out, err := askControl(ctx, c.Data, "/digest", []byte("{}"))
	if err != nil {
		return err
	}
	var all []digested
	if err := json.Unmarshal(out, &all); err != nil {
		return err
	}
	var lines bytes.Buffer
	for _, d := range all {
		if err := json.NewEncoder(&lines).Encode(d); err != nil {
			return err
		}
	}
	_, err = io.Copy(con.out, &lines)
	return err
}

// digests are those of all conversations.
func (a *app) digests(ctx context.Context) (all []digested, err error) {
	all = []digested{}
	for _, slug := range a.Conversations() {
		d := digested{Conversation: slug}
		_, err := a.Read(ctx, slug, func(st *conversation.State) error {
			d.Position, d.Digest = int64(st.Head), st.Digest()
			return nil
		})
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, nil
}
