package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/locale"
)

// demoCmd seeds the worked example through the real path and serves it.
type demoCmd struct {
	Addr string `default:"127.0.0.1:8080" help:"Address to listen on."`
	Data string `help:"Directory to keep it in; without one, a temporary directory that is removed at the end."`
}

// demoRoles are the accounts of a demonstration. The addresses are reserved names: no mail leaves it.
var demoRoles = []struct{ role, email, alias, name string }{
	{"officer", "officer@demonstration.invalid", "@officer", "Ona Officer"},
	{"moderator", "moderator@demonstration.invalid", "@moderator", "Mo Moderator"},
}

// Run seeds and serves.
func (c *demoCmd) Run(ctx context.Context) (err error) {
	dir := c.Data
	if dir == "" {
		if dir, err = os.MkdirTemp("", "plenary-demo-"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}
	logger := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return err
	}
	public := "http://" + listener.Addr().String()
	voice := map[string]cite.Ref{}
	roles := map[string]account.ID{}
	h, err := openHouse(ctx, houseOptions{dir: dir, public: public, demo: true, from: "plenary@demonstration.invalid", voice: voice, roles: roles, logger: logger})
	if err != nil {
		listener.Close()
		return err
	}
	defer func() {
		if cerr := h.close(); err == nil {
			err = cerr
		}
	}()
	if err := h.seed(ctx, voice, roles); err != nil {
		listener.Close()
		return err
	}
	fmt.Println(public + "/")
	for _, r := range demoRoles {
		fmt.Printf("%s\t%s/en/demo/%s\n", r.role, public, r.role)
	}
	return h.serve(ctx, listener)
}

// seed plays the script, once for a directory, and gives each role an account.
func (h *house) seed(ctx context.Context, voice map[string]cite.Ref, roles map[string]account.ID) error {
	seeded := false
	for _, slug := range h.Conversations() {
		seeded = seeded || slug == script.DemoSlug
	}
	numbers := map[string]uint64{}
	if !seeded {
		r, err := script.Demo(ctx, h.Secretariat, h.Now())
		if err != nil {
			return err
		}
		for _, d := range demoRoles {
			numbers[d.alias] = uint64(r.Participant(d.alias))
		}
		voice[script.DemoSlug] = r.Ref("$librarian")
	} else if ref, err := script.DemoVoice(ctx, h.Secretariat); err == nil {
		voice[script.DemoSlug] = ref
	}
	for _, d := range demoRoles {
		if n := numbers[d.alias]; n != 0 {
			if _, err := h.accounts.Invite(ctx, d.email, script.DemoSlug, n, h.Now()); err != nil {
				return err
			}
		}
		id, err := h.accounts.Ensure(ctx, d.email, locale.English, h.Now())
		if err != nil {
			return err
		}
		if err := h.accounts.SetName(ctx, id, d.name); err != nil {
			return err
		}
		roles[d.role] = id
	}
	return nil
}
