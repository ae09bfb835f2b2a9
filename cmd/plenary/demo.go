package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"slices"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/door"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/home"
	"github.com/openplenary/plenary/together"
)

// demoCmd seeds the worked example through the real path and serves it.
type demoCmd struct {
	Addr string `default:"127.0.0.1:8080" help:"Address to listen on."`
	Data string `help:"Directory to keep it in; without one, a temporary directory that is removed at the end."`
}

// demoRole is an account of a demonstration, and who it is in its first conversation, in its second, and in the sitting that visitors lead. The
// address is a reserved name: no mail leaves it.
type demoRole struct{ role, email, alias, town, seat, name, work string }

// demoRoles are the roles that a visitor may take.
var demoRoles = []demoRole{
	{"officer", "officer@demonstration.invalid", "@officer", "@mairie", "", "Ona Officer", "/desk/points"},
	{"individual", "individual@demonstration.invalid", "@thesis-student", "", "", "Ifunanya Ogbodike", ""}, // the work is their contribution
	{"moderator", "moderator@demonstration.invalid", "@moderator", "@accueil", "", "Mo Moderator", "/desk/queue"},
	{"delegate", "delegate@demonstration.invalid", "@delegate", "", "", "Del Delegate", ""}, // the work is a draft that waits
	{"partner", "partner@demonstration.invalid", "@partner", "", "", "Pat Partner", ""},     // the work is what their party is invited to
	{"chair", "chair@demonstration.invalid", "", "", "@chair", "Cleo Chair", "/desk/speakers/s1.i1"},
	{"speaker", "speaker@demonstration.invalid", "", "", "@speaker", "Sol Speaker", "/s1.i1/ask-floor"},
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
	o := appOptions{dir: dir, public: public, demo: d, door: guard, from: "plenary@demonstration.invalid", logger: logger}
	a, err := openApp(ctx, o)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer func() { err = errors.Join(err, a.close()) }()
	if err := a.seed(ctx, d, o); err != nil {
		return errors.Join(err, listener.Close())
	}
	defer func() { err = errors.Join(err, a.practice.close()) }()
	fmt.Fprintln(con.out, public+"/")
	for _, r := range demoRoles {
		fmt.Fprintf(con.out, "%s\t%s/en/demo/%s\n", r.role, public, r.role)
	}
	return a.serve(ctx, listener)
}

// seed plays the scripts, once for a directory, and gives each role an account.
func (a *app) seed(ctx context.Context, demo *demonstration, o appOptions) (err error) {
	if a.site.Now().Version == 0 {
		if err := a.site.Save(demonstrationSite); err != nil {
			return err
		}
	}
	if a.practice, err = newPractice(ctx, a, o); err != nil {
		return err
	}
	seats := map[string]map[string]uint64{} // by conversation, who each role is in it
	july := map[string]cite.Ref{}           // by conversation, the session for which people register
	for _, play := range []struct {
		slug  string
		run   func(context.Context, *plenary.Secretariat, time.Time) (*script.Runner, error)
		alias func(role int) string
	}{
		{script.DemoSlug, script.Demo, func(i int) string { return demoRoles[i].alias }},
		{script.TownSlug, script.Town, func(i int) string { return demoRoles[i].town }},
	} {
		if slices.Contains(a.Conversations(), play.slug) {
			continue
		}
		r, err := play.run(ctx, a.Secretariat, a.Now())
		if err == nil && play.slug == script.DemoSlug {
			err = a.draftForClearance(ctx, r)
		}
		if err != nil {
			return err
		}
		seats[play.slug] = map[string]uint64{}
		july[play.slug] = r.Ref("$july")
		for i, d := range demoRoles {
			if n := r.Participant(play.alias(i)); n != 0 {
				seats[play.slug][d.role] = uint64(n)
			}
		}
	}
	ways, err := script.WaysOfDemo(ctx, a.Secretariat)
	if err != nil {
		return err
	}
	clearing, err := a.draftOf(ctx, ways.Party)
	if err != nil {
		return err
	}
	first := home.Demonstration{Proposal: ways.Proposal, Voice: ways.Voice, Individual: ways.Individual, Watch: ways.Watch, Second: script.TownSlug}
	if clearing.Key != "" {
		first.Clearing = func() int { return a.clearing(ways.Party) }
	}
	first.Sitting = a.practice.waiting
	if ways.Partner != 0 {
		first.Asking = func() int { return a.asking(ways.Partner) }
	}
	if _, err := a.Read(ctx, script.TownSlug, func(st *conversation.State) error { first.SecondTitle = st.Title; return nil }); err != nil {
		return err
	}
	demo.homes[script.DemoSlug] = first
	for _, d := range demoRoles {
		for slug, who := range seats {
			if n := who[d.role]; n != 0 {
				if _, err := a.accounts.Invite(ctx, d.email, slug, n, a.Now()); err != nil {
					return err
				}
			}
		}
		id, err := a.accounts.Ensure(ctx, d.email, locale.English, a.Now())
		if err != nil {
			return err
		}
		if err := a.accounts.SetName(ctx, id, d.name); err != nil {
			return err
		}
		demo.roles[d.role] = id
		path, slug := d.work, script.DemoSlug
		if d.seat != "" {
			slug = script.SittingSlug
		}
		switch d.role {
		case "individual":
			path = "/" + string(ways.Individual) + "#" + cite.Part(ways.Individual, 1).ID()
		case "delegate":
			path = "/" + string(clearing.Call) + "/together/" + clearing.Key + "/draft"
			if clearing.Key == "" {
				path = "/mine"
			}
		case "partner":
			path = "/" + string(clearing.Call) + "/together"
			if clearing.Key == "" {
				path = "/mine"
			}
		}
		demo.work[d.role] = "/c/" + slug + path
	}
	if session := july[script.DemoSlug]; session != cite.None {
		return a.playRegistration(ctx, session, seats[script.DemoSlug])
	}
	return nil
}

// draftForClearance writes what an office of the first conversation's Fenland drafted on the considerations and sent to the head of
// its delegation: it is on no record, and waits for whoever sits in the chair of the delegate.
func (a *app) draftForClearance(ctx context.Context, r *script.Runner) error {
	drafter := delegation.Participant(r.Participant("@fenland-office"))
	var key [16]byte
	_, _ = rand.Read(key[:]) // never fails: crypto/rand ends the process instead
	now := a.Now()
	mark := together.Mark{By: drafter, At: now, Text: 1}
	d := together.Draft{Key: base64.RawURLEncoding.EncodeToString(key[:]), Party: r.Party("%fenland-office"), Call: r.Ref("$review"), On: r.Ref("$considerations"), Language: locale.English,
		Clearance: together.ByHead, Begun: together.Mark{By: drafter, At: now}}
	if err := a.named(ctx, "drafter@demonstration.invalid", "Dee Drafter", uint64(drafter)); err != nil {
		return err
	}
	kept := together.New(a.drafts)
	if err := kept.Open(ctx, script.DemoSlug, d); err != nil {
		return err
	}
	if _, err := kept.Write(ctx, script.DemoSlug, d.Key, together.Change{Section: "x0", By: drafter, At: now, Mine: []together.Answer{
		{At: "x16", Text: "Our office lent its search tool to two smaller offices last year. The tool was the easy part. Somebody has to answer the telephone when it finds nothing, and that was not lent."},
		{At: "x17", Stance: "yes", Text: "We can support this if the file is read before the refusal is drafted. An official who reads it afterwards reads the draft, and not the file."},
	}}); err != nil {
		return err
	}
	_, err := kept.Update(ctx, script.DemoSlug, d.Key, now, func(d *together.Draft) error { return d.Ask(nil, mark, mark.Text) })
	return err
}

// named gives a participant of the first conversation an account with a name, which those who work with them see.
func (a *app) named(ctx context.Context, email, name string, participant uint64) error {
	if _, err := a.accounts.Invite(ctx, email, script.DemoSlug, participant, a.Now()); err != nil {
		return err
	}
	id, err := a.accounts.Ensure(ctx, email, locale.English, a.Now())
	if err != nil {
		return err
	}
	return a.accounts.SetName(ctx, id, name)
}

// clearing counts the drafts of a party that were sent for clearance and have none yet.
func (a *app) clearing(party delegation.Party) (n int) {
	all, err := together.New(a.drafts).List(context.Background(), script.DemoSlug, party)
	if err != nil {
		a.logger.Warn("what waits for clearance cannot be counted", "err", err)
	}
	for _, d := range all {
		if d.Became == cite.None && d.Asked != nil && len(d.Cleared) == 0 {
			n++
		}
	}
	return n
}

// asking counts the drafts to which a party was invited and that wait for its word.
func (a *app) asking(party delegation.Party) (n int) {
	store, ctx := together.New(a.drafts), context.Background()
	all, err := store.Invited(ctx, script.DemoSlug, party)
	for _, d := range all {
		guests, err1 := store.Guests(ctx, script.DemoSlug, d.Key)
		sections, err2 := store.Sections(ctx, script.DemoSlug, d.Key)
		asked := cite.Position(0)
		_, err3 := a.Read(ctx, script.DemoSlug, func(st *conversation.State) error {
			if form, ok := st.Questions.Form(d.Call); ok {
				asked = form.Asked
			}
			return nil
		})
		err = errors.Join(err, err1, err2, err3)
		for _, g := range guests {
			done := g.Declined != nil || g.Joined != nil && g.Joined.Text == together.TextOf(sections, asked)
			if g.Party == party && d.Became == cite.None && !done {
				n++
			}
		}
	}
	if err != nil {
		a.logger.Warn("what waits for the word of a party cannot be counted", "err", err)
	}
	return n
}

// draftOf is what a party of the first conversation is writing together, the zero Draft where it writes nothing.
func (a *app) draftOf(ctx context.Context, party delegation.Party) (together.Draft, error) {
	if party == 0 {
		return together.Draft{}, nil
	}
	all, err := together.New(a.drafts).List(ctx, script.DemoSlug, party)
	if err != nil || len(all) == 0 {
		return together.Draft{}, err
	}
	return all[len(all)-1], nil // the first that was begun
}
