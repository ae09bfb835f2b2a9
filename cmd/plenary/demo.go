package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"slices"

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
func (c *demoCmd) Run(ctx context.Context, con *console) (err error) {
	dir := c.Data
	if dir == "" {
		if dir, err = os.MkdirTemp("", "plenary-demo-"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}
	logger := slog.New(slog.NewTextHandler(con.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return err
	}
	public := "http://" + listener.Addr().String()
	host, _, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	guard := doorOptions{sources: &door.Sources{Exposed: !onLoopback(host)}, room: attachment.DefaultRoom}
	d := &demonstration{homes: map[string]home.Demonstration{}, work: map[string]string{}, roles: map[string]account.ID{}}
	a, err := openApp(ctx, appOptions{dir: dir, public: public, demo: d, door: guard, from: "plenary@demonstration.invalid", logger: logger})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer func() { err = errors.Join(err, a.close()) }()
	if err := a.seed(ctx, d); err != nil {
		return errors.Join(err, listener.Close())
	}
	fmt.Fprintln(con.out, public+"/")
	for _, r := range demoRoles {
		fmt.Fprintf(con.out, "%s\t%s/en/demo/%s\n", r.role, public, r.role)
	}
	return a.serve(ctx, listener)
}

// seed plays the script, once for a directory, and gives each role an account.
func (a *app) seed(ctx context.Context, demo *demonstration) error {
	numbers := map[string]uint64{}
	if !slices.Contains(a.Conversations(), script.DemoSlug) {
		r, err := script.Demo(ctx, a.Secretariat, a.Now())
		if err != nil {
			return err
		}
		for _, d := range demoRoles {
			numbers[d.alias] = uint64(r.Participant(d.alias))
		}
	}
	example, individual, err := script.DemoRefs(ctx, a.Secretariat)
	if err != nil {
		return err
	}
	demo.homes[script.DemoSlug] = home.Demonstration{Voice: example, Individual: individual}
	for _, d := range demoRoles {
		if n := numbers[d.alias]; n != 0 {
			if _, err := a.accounts.Invite(ctx, d.email, script.DemoSlug, n, a.Now()); err != nil {
				return err
			}
		}
		id, err := a.accounts.Ensure(ctx, d.email, locale.English, a.Now())
		if err != nil {
			return err
		}
		if d.name != "" {
			if err := a.accounts.SetName(ctx, id, d.name); err != nil {
				return err
			}
		}
		demo.roles[d.role] = id
		path := d.work
		if path == "" {
			path = "/" + string(individual) + "#" + cite.Part(individual, 1).ID()
		}
		demo.work[d.role] = "/c/" + script.DemoSlug + path
	}
	return nil
}
