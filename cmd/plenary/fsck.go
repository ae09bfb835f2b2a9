package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"github.com/openplenary/plenary/place"
	"log/slog"
	"path/filepath"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/erasure"
	"github.com/openplenary/plenary/internal/verifier"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/site"
)

// fsckCmd checks everything in a data directory.
type fsckCmd struct {
	Data         string `required:"" env:"PLENARY_DATA" help:"Data directory."`
	Restrictions string `env:"PLENARY_RESTRICTIONS" help:"Where the list of what was erased or withheld is kept; in the data directory if it is not given."`
	place.Flags
}

// checked is one line of fsck's output.
type checked struct {
	What  string `json:"what"`
	OK    bool   `json:"ok"`
	Count int64  `json:"count,omitempty"`
	Wrong string `json:"wrong,omitempty"`
}

// report prints what was checked and remembers the first thing that is wrong.
type report struct {
	out   *json.Encoder
	first error
}

func (r *report) say(what string, n int64, err error) {
	line := checked{What: what, OK: err == nil, Count: n}
	if err != nil {
		line.Wrong = err.Error()
		if r.first == nil {
			r.first = fmt.Errorf("%s: %w", what, err)
		}
	}
	if err := r.out.Encode(line); err != nil && r.first == nil {
		r.first = err
	}
}

// Run checks the record with the program's own code and with the second verifier, the private database and
// every kept file, and whether what the record cites is there. It works beside a running server, and makes
// and changes nothing.
func (c *fsckCmd) Run(ctx context.Context, con *console) (err error) {
	if err := dirExists(c.Data); err != nil {
		return err
	}
	r := &report{out: json.NewEncoder(con.out)}
	in, beside, err := c.OpenInstance(ctx, plenary.InstanceOptions{Dir: c.Data, ReadOnly: true, Restrictions: c.Restrictions, Logger: slog.New(slog.DiscardHandler)})
	if in == nil {
		return err
	}
	if err != nil {
		r.say("start", 0, err)
	}
	for _, slug := range in.Conversations() {
		log, id, err := in.Record(slug)
		if err != nil {
			r.say("record "+slug, 0, err)
			continue
		}
		n, err := log.Verify(ctx, id)
		r.say("record "+slug, int64(n), err)
	}
	c.restrictions(ctx, in, r)
	versions, err := site.Check(c.Data)
	r.say("what is said about the instance", int64(versions), err)
	if c.Record != "" {
		r.say("second verifier: it reads no PostgreSQL; have it read a backup, with plenary verify --data", 0, nil)
	} else {
		second, err := verifier.Database(ctx, filepath.Join(c.Data, "record.db"))
		r.say("second verifier", int64(len(second.Lines)), err)
	}
	return errors.Join(c.beside(ctx, in, beside, r), in.Close(), r.first)
}

// restrictions compares the list of what was taken away with the records, and says whether the directory was restored.
func (c *fsckCmd) restrictions(ctx context.Context, in *plenary.Instance, r *report) {
	unlisted := in.Unlisted(in.Restrictions)
	why := in.Restored()
	switch {
	case why != nil && in.Marked() && unlisted != nil: // as every backup is
		r.say("backup: served, it shows nothing before the newest "+plenary.RestrictionsFile+" is put beside it, or plenary resume says that it is lost", 0, nil)
		return
	case why != nil:
		r.say("restored: serve it read-only, or have writing go on with plenary resume", 0, nil)
	}
	if why != nil && !in.Marked() {
		r.say("high marks", 0, why)
	}
	if unlisted != nil {
		r.say("restrictions: nothing is shown of such a conversation", 0, unlisted)
	}
	if why != nil {
		return
	}
	list, err := plenary.OpenRestrictions(c.Data, c.Restrictions)
	missing := 0
	for _, slug := range in.Conversations() {
		if err != nil || in.Standing(slug).Behind {
			continue
		}
		var n int
		n, err = list.Missing(ctx, in.Secretariat, slug)
		missing += n
	}
	what := "restrictions"
	if missing > 0 { // as before the first start with such a list, or when a server was killed
		what = "restrictions: so many are not in the list yet, and are added when the server runs"
	}
	r.say(what, int64(missing), err)
}

// beside checks what stands beside the record.
func (c *fsckCmd) beside(ctx context.Context, in *plenary.Instance, s place.Beside, r *report) (err error) {
	db, err := s.Look(ctx)
	if err != nil {
		r.say("private database", 0, lostForGood(err))
		return nil
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	version, err := db.Version(ctx)
	r.say("private database", int64(version), lostForGood(errors.Join(err, db.Check(ctx))))
	files, err := s.Files(ctx, db)
	if err == nil {
		err = files.Check(ctx)
	}
	if r.say("files", 0, err); files == nil {
		return nil
	}
	if in.Secret == nil {
		r.say("secret", 0, private.ErrSecret)
		return nil
	}
	if version == private.Schema() { // an older one has noted nothing of it
		r.say("secret", 0, db.CheckSecret(ctx, in.Secret, false))
	}
	accounts, err := account.New(db, in.Secret)
	if err != nil {
		return err
	}
	n, err := erasure.Check(ctx, in.Secretariat, accounts, files)
	r.say("what the record cites", n, err)
	return nil
}
