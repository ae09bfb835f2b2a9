package erasure

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/cite"
)

// ErrMissing says that a record cites what is not kept beside it: private.db or the folder of attachments is
// older than the record, or lost some of what it held.
var ErrMissing = errors.New("cited on the record and not there")

// Held is what is kept beside the records.
type Held struct {
	Files        map[string]bool            // by id: with its key, and in its folder
	Participants map[string]map[uint64]bool // by conversation: those with a way to a person, and those forgotten on purpose
}

// Holdings reads what is kept.
func Holdings(ctx context.Context, accounts *account.Store, files *attachment.Store) (h Held, err error) {
	if h.Files, err = files.Held(ctx); err != nil {
		return h, err
	}
	h.Participants, err = accounts.Participants(ctx)
	return h, err
}

// Missing is one thing that a record cites and that is not kept.
type Missing struct {
	Slug        string
	File        string     // its id, "" for a participant
	Of          []cite.Ref // the contributions and editions that cite the file
	Participant uint64
}

// String names it.
func (m Missing) String() string {
	if m.File == "" {
		return fmt.Sprintf("%s: the account of participant %016x", m.Slug, m.Participant)
	}
	var refs []string
	for _, r := range m.Of {
		refs = append(refs, string(r))
	}
	return fmt.Sprintf("%s: the file %s of %s", m.Slug, m.File, strings.Join(refs, ", "))
}

// Compare says what a conversation's record cites and none of the holdings has. Where a server writes
// meanwhile, holdings are read before and after the record: what came in between is in the second, what was
// erased in between in the first.
func Compare(slug string, cited plenary.Cited, held ...Held) (out []Missing) {
	kept := func(has func(Held) bool) bool { return slices.ContainsFunc(held, has) }
	for id, refs := range cited.Files {
		if !cited.Lost[id] && !kept(func(h Held) bool { return h.Files[id] }) {
			slices.Sort(refs)
			out = append(out, Missing{Slug: slug, File: id, Of: refs})
		}
	}
	for p := range cited.Participants {
		if !kept(func(h Held) bool { return h.Participants[slug][uint64(p)] }) {
			out = append(out, Missing{Slug: slug, Participant: uint64(p)})
		}
	}
	slices.SortFunc(out, func(a, b Missing) int { return strings.Compare(a.String(), b.String()) })
	return out
}

// Check compares all records with what is kept beside them and says how many things they cite. ErrMissing
// names what is missing, the first hundred of it. A record that is damaged cannot be compared; that is an
// error too.
func Check(ctx context.Context, sec *plenary.Secretariat, accounts *account.Store, files *attachment.Store) (n int64, err error) {
	before, err := Holdings(ctx, accounts, files)
	if err != nil {
		return 0, err
	}
	cited := map[string]plenary.Cited{}
	var faults []error
	for _, slug := range sec.Conversations() {
		c, err := sec.Cited(ctx, slug)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s cannot be compared with what is kept beside it: %w", slug, err))
			continue
		}
		cited[slug] = c
		n += int64(len(c.Files) + len(c.Participants))
	}
	after, err := Holdings(ctx, accounts, files)
	if err != nil {
		return 0, err
	}
	var missing []Missing
	for slug, c := range cited {
		missing = append(missing, Compare(slug, c, before, after)...)
	}
	if len(missing) > 0 {
		faults = append(faults, said(missing))
	}
	return n, errors.Join(faults...)
}

// said makes an error of what is missing.
func said(missing []Missing) error {
	const most = 100
	var names []string
	for _, m := range missing[:min(len(missing), most)] {
		names = append(names, m.String())
	}
	if len(missing) > most {
		names = append(names, "...")
	}
	return fmt.Errorf("%w: %d: %s (put the private database and the attached files back from the last backup)", ErrMissing, len(missing), strings.Join(names, "; "))
}
