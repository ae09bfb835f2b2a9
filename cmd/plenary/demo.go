package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/door"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/home"
)

// demoCmd seeds the worked example through the real path and serves it.
type demoCmd struct {
	Addr string `default:"127.0.0.1:8080" help:"Address to listen on."`
	Data string `help:"Directory to keep it in; without one, a temporary directory that is removed at the end."`
}

// demoRoles are the accounts of a demonstration. The addresses are reserved names: no mail leaves it.
var demoRoles = []struct{ role, email, alias, name, work string }{
	{"officer", "officer@demonstration.invalid", "@officer", "Ona Officer", "/desk/points"},
	{"individual", "individual@demonstration.invalid", "@thesis-student", "Ifunanya Ogbodike", ""}, // the work is their contribution
	{"moderator", "moderator@demonstration.invalid", "@moderator", "Mo Moderator", "/desk/queue"},
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
	demonstrations, work := map[string]home.Demonstration{}, map[string]string{}
	roles := map[string]account.ID{}
	host, _, err := net.SplitHostPort(c.Addr)
	if err != nil {
		_ = listener.Close()
		return err
	}
	guard := doorOptions{sources: &door.Sources{Exposed: !onLoopback(host)}, room: attachment.DefaultRoom}
	h, err := openHouse(ctx, houseOptions{dir: dir, public: public, demo: true, door: guard, from: "plenary@demonstration.invalid", demonstrations: demonstrations,
		work: work, roles: roles, logger: logger})
	if err != nil {
		_ = listener.Close()
		return err
	}
	defer func() {
		if cerr := h.close(); err == nil {
			err = cerr
		}
	}()
	if err := h.seed(ctx, demonstrations, work, roles); err != nil {
		_ = listener.Close()
		return err
	}
	fmt.Println(public + "/")
	for _, r := range demoRoles {
		fmt.Printf("%s\t%s/en/demo/%s\n", r.role, public, r.role)
	}
	return h.serve(ctx, listener)
}

// seed plays the script, once for a directory, and gives each role an account.
func (h *house) seed(ctx context.Context, demonstrations map[string]home.Demonstration, work map[string]string, roles map[string]account.ID) error {
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
	}
	voice, individual, err := script.DemoRefs(ctx, h.Secretariat)
	if err != nil {
		return err
	}
	demonstrations[script.DemoSlug] = home.Demonstration{Voice: voice, Individual: individual}
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
		if d.name != "" {
			if err := h.accounts.SetName(ctx, id, d.name); err != nil {
				return err
			}
		}
		roles[d.role] = id
		path := d.work
		if path == "" {
			path = "/" + string(individual) + "#" + cite.Part(individual, 1).ID()
		}
		work[d.role] = "/c/" + script.DemoSlug + path
	}
	return nil
}
