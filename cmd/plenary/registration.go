package main

import (
	"context"
	"time"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/registration/roster"
)

// registrations gives up the seats that were held too long, moves those up who wait, and writes the letters about it, twice a minute.
func (a *app) registrations(ctx context.Context) {
	for {
		for _, slug := range a.Conversations() {
			if err := a.settleSeats(ctx, slug); err != nil && ctx.Err() == nil {
				a.logger.Error("registrations", "conversation", slug, "err", err)
			}
		}
		if !pause(ctx, 30*time.Second) {
			return
		}
	}
}

// settleSeats does so for one conversation.
func (a *app) settleSeats(ctx context.Context, slug string) error {
	var all []roster.Terms
	if _, err := a.Read(ctx, slug, func(st *conversation.State) error {
		for _, o := range st.Registration.Offers() {
			all = append(all, roster.Terms{Slug: slug, Offer: o})
		}
		return nil
	}); err != nil || len(all) == 0 {
		return err
	}
	for _, t := range all {
		if err := a.roster.Settle(ctx, t, a.Now()); err != nil {
			return err
		}
	}
	return a.letters.Registered(ctx, a.roster, slug)
}
