package script

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/chain"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/internal/script/expect"
)

// assert says what must be true:
//
//	assert received 5 published 3 pending 1    the tally of the conversation
//	assert three 4 3 3                         submissions, parties, texts published
//	assert status $c published                 what became of a contribution
//	assert sees @maria $c whole                how much somebody sees of it ("public" for everybody)
//	assert late $c                             it came after the deadline
//	assert earlier $c                          a newer edition was out when it came
//	assert call comments closed                announced, open or closed, as the timekeeper wrote
//	assert stage 3 held                        the state of a stage
//	assert due 3 2020-05-12                    the day for which a stage was promised first
//	assert role @maria moderator               somebody holds a role
//	assert erased $c                           its words are gone
//	assert map off                             maps are shown (on) or not (off)
//	assert answered 4 unanswered 1             the ledger of parts; also reopened, parts-pending, gone
//	assert answer $c.1 $a                      the answer that a part has; "none", or "reopened"
//	assert fate p1.e2 p1.x3 merged p1.x5       what an edition made of an element
//	assert finds p1.e1 13(i) p1.x43            a number printed in an edition, in the newest one
//	assert hop $c.1 $a                         a link of the chain, walked both ways
//	assert promised $a $x                      no edition has made the change yet
//	assert walk p1.e1.x3 p2.e1.x1              hops lead from the first to the last, and back
//	assert accreditation %boats over           how the accreditation of a party stands: stands, over, ended, none
//	assert session $s held                     planned, sitting, adjourned, held, off
//	assert intervention $c $item spoken        under which item it stands ("nowhere"), and how; see interventionIs
//	assert list $item %a %b                    who stands on the list of speakers of an item, in its order
//	assert cut $item %b                        who of them would be cut if the sitting ends as planned
//	assert floor $s place %a 100 runs          who has the floor, with how many seconds left; or "nobody"
//	assert reaction $c.1 not_satisfied         what an author said last of the answer
//	assert roll $b states:2,observers:1        how many parties are on the frozen roll of a ballot
//	assert counted $b states:vouched 2: 1:1*2  which ballots are listed: "1:2_2:1*3" is said by three
//
// An element of an edition may be named by an alias: $x@$revised is the element $x as that edition has it.
func (r *Runner) assert(ctx context.Context, b *block) error {
	var erased cite.Position
	_, err := r.Sec.Read(ctx, r.Slug, func(st *conversation.State) error {
		what, args := b.words[0], b.words[1:]
		want := map[string]int{"three": 3, "status": 2, "sees": 3, "late": 1, "earlier": 1, "call": 2, "stage": 2, "due": 2, "role": 2, "erased": 1, "map": 1, "answer": 2, "hop": 2,
			"walk": 2, "promised": 2, "reaction": 2, "finds": 3, "supports": 2, "stands": 2, "replies": 2, "accreditation": 2, "heard": 2, "session": 2, "intervention": 3, "roll": 2}
		if n, ok := want[what]; ok && len(args) != n {
			return fmt.Errorf("want %d words after %q", n, what)
		}
		if is := r.assertions()[what]; is != nil {
			return is(st, args)
		}
		switch what {
		case "three":
			three := st.Consultation.Counts()
			return same("submissions, parties, texts", fmt.Sprint(three.Submissions, three.Parties, three.Texts), args[0]+" "+args[1]+" "+args[2])
		case "status", "late", "earlier", "erased":
			ref, err := r.ref(args[0])
			if err != nil {
				return err
			}
			row, ok := st.Consultation.Row(ref)
			switch {
			case !ok:
				return fmt.Errorf("there is no %s", ref)
			case what == "status":
				return same("status", row.Status.String(), args[1])
			case what == "late" && !row.Late:
				return errors.New("it came in time")
			case what == "earlier" && !row.Earlier:
				return errors.New("it was about the newest edition")
			case what == "erased":
				if _, ok := st.Erased(row.Position); !ok {
					return errors.New("no entry says that it was erased")
				}
				erased = row.Position
			}
			return nil
		case "reaction":
			part, err := r.ref(args[0])
			if err != nil {
				return err
			}
			rs := st.Consultation.Reactions(part)
			if len(rs) == 0 {
				return errors.New("no reaction")
			}
			return same("reaction", rs[len(rs)-1].Verdict, args[1])
		case "answered", "unanswered":
			return expect.Ledger(st.Consultation.AnswerCounts(cite.None), b.words)
		case "stage":
			n, _ := strconv.Atoi(args[0])
			if n < 1 || n > len(st.Stages) {
				return fmt.Errorf("there is no stage %s", args[0])
			}
			return same("state of the stage", st.Stages[n-1].State, args[1])
		case "due":
			n, _ := strconv.Atoi(args[0])
			return same("day of the stage", st.DueOf(n), args[1])
		case "map":
			return same("map", map[bool]string{false: "on", true: "off"}[st.Maps.Off], args[0])
		case "role":
			role, ok := delegation.ParseRole(args[1])
			if who, err := r.person(args[0]); err != nil || !ok || !st.Roll.Roles(who).Has(role) {
				return errors.New("not held")
			}
			return nil
		}
		return expect.Tally(st.Consultation.Total(), b.words)
	})
	if err != nil || erased == 0 {
		return err
	}
	words, err := r.Sec.Words(ctx, r.Slug, []cite.Position{erased})
	if err == nil && len(words) > 0 {
		return errors.New("its words are still there")
	}
	return err
}

// same is expect.Same.
var same = expect.Same

// assertions are those that look at one thing.
func (r *Runner) assertions() map[string]func(*conversation.State, []string) error {
	return map[string]func(*conversation.State, []string) error{
		"sees": r.sees, "answer": r.answerIs, "fate": r.fateIs, "finds": r.finds, "hop": r.hops, "walk": r.walk, "accreditation": r.accreditationIs, "replies": r.repliesAre,
		"order": r.orderIs, "promised": r.promises, "call": r.callIs, "session": r.sessionIs, "intervention": r.interventionIs, "heard": r.heardIs, "supports": r.supportsAre,
		"stands": r.standsIn, "counted": r.countIs, "roll": r.rollIs, "list": r.floorIs("list"), "floor": r.floorIs("floor"), "cut": r.floorIs("cut"),
		"turn": r.floorIs("turn"), "raised": r.floorIs("raised"),
	}
}

// promises checks that an answer is linked to a passage that no edition has changed yet.
func (r *Runner) promises(st *conversation.State, args []string) error {
	refs, err := r.refsOf(args)
	if err != nil {
		return err
	}
	d, ok := st.Consultation.Disposition(refs[0])
	if !ok || d.Since(refs[1]) == 0 {
		return fmt.Errorf("%s is not linked to %s", refs[0], refs[1])
	}
	if e, ok := st.Effect(d, refs[1]); ok {
		return fmt.Errorf("%s is said to have made it", e.Ref)
	}
	return nil
}

func (r *Runner) sees(st *conversation.State, args []string) error {
	var who conversation.Audience
	if args[0] != "public" {
		p, err := r.person(args[0])
		if err != nil {
			return err
		}
		who = conversation.Audience{As: []delegation.Participant{p}, Roles: st.Roll.Roles(p)}.At(r.clock())
	}
	ref, err := r.ref(args[1])
	if err != nil {
		return err
	}
	sights := map[conversation.Visibility]string{conversation.Nothing: "nothing", conversation.Tombstone: "tombstone", conversation.Redacted: "blackened", conversation.Full: "whole"}
	return same("sees", sights[st.MaySee(who, ref)], args[2])
}

func (r *Runner) callIs(st *conversation.State, args []string) error {
	ref, err := r.ref(target(args[0], r))
	if err != nil {
		return err
	}
	k, ok := st.Consultation.Call(ref)
	if !ok {
		return fmt.Errorf("there is no %s", ref)
	}
	got := "announced"
	switch {
	case k.Closed != 0:
		got = "closed"
	case k.Opened != 0:
		got = "open"
	}
	return same("call", got, args[1])
}

func (r *Runner) answerIs(st *conversation.State, args []string) error {
	part, err := r.ref(args[0])
	if err != nil {
		return err
	}
	d, reopened := st.Consultation.Answer(part)
	got, want := string(d), args[1]
	switch {
	case d == cite.None:
		got = "none"
	case want == "reopened" && reopened:
		got = want
	case want != "none" && want != "reopened":
		ref, err := r.ref(want)
		if err != nil {
			return err
		}
		want = string(ref)
	}
	return same("answer", got, want)
}

func (r *Runner) fateIs(st *conversation.State, args []string) error {
	if len(args) < 3 {
		return errors.New("want an edition, an element and its fate")
	}
	edition, err := r.ref(args[0])
	if err != nil {
		return err
	}
	x, err := r.ref(args[1])
	if err != nil {
		return err
	}
	to, err := r.refsOf(args[3:])
	if err != nil {
		return err
	}
	e, ok := st.Papers.Edition(edition)
	if !ok {
		return fmt.Errorf("there is no %s", edition)
	}
	f, _ := e.Change(x)
	if err := same("fate", f.Change, args[2]); err != nil || len(to) == 0 {
		return err
	}
	return same("goes on as", fmt.Sprint(f.To), fmt.Sprint(to))
}

func (r *Runner) finds(st *conversation.State, args []string) error {
	edition, err := r.ref(args[0])
	if err != nil {
		return err
	}
	want, err := r.ref(args[2])
	if err != nil {
		return err
	}
	e, ok := st.Papers.Edition(edition)
	if !ok {
		return fmt.Errorf("there is no %s", edition)
	}
	_, now, ok := st.Find(e, args[1])
	if !ok {
		return fmt.Errorf("%s has no %s", edition, args[1])
	}
	return same("found", fmt.Sprint(now.Elements), fmt.Sprint([]cite.Ref{want}))
}

// hops checks one link of the chain as everybody may walk it: forward from the first to the second, back
// from the second to the first, and neither is a whole paper or a whole contribution.
func (r *Runner) hops(st *conversation.State, args []string) error {
	from, to, err := r.ends(args)
	if err != nil {
		return err
	}
	const many = 10000
	is := func(h chain.Link) bool { return h.From == from && h.To == to }
	if !slices.ContainsFunc(st.Forward(conversation.Public, from, many), is) {
		return fmt.Errorf("nothing leads from %s to %s: %v", from, to, st.Forward(conversation.Public, from, 10))
	}
	if !slices.ContainsFunc(st.Back(conversation.Public, to, many), is) {
		return fmt.Errorf("nothing leads back from %s to %s: %v", to, from, st.Back(conversation.Public, to, 10))
	}
	return nil
}

// place is the reference of a word, which may be an element of an edition by its alias: "$x@$revised".
func (r *Runner) place(word string) (cite.Ref, error) {
	x, edition, in := strings.Cut(word, "@")
	ref, err := r.ref(x)
	if err != nil || !in {
		return ref, err
	}
	e, err := r.ref(edition)
	return cite.Element(e.Edition(), ref.ElementNumber()), err
}

// ends are the two ends of a walk; neither may be a whole paper or a whole contribution.
func (r *Runner) ends(args []string) (from, to cite.Ref, err error) {
	if from, err = r.place(args[0]); err != nil {
		return
	}
	if to, err = r.place(args[1]); err != nil {
		return
	}
	for _, x := range []cite.Ref{from, to} {
		if x.Kind() == 'p' && x.ElementNumber() == 0 || x.Kind() == 'c' && x.PartNumber() == 0 {
			return from, to, fmt.Errorf("%s is a whole document", x)
		}
	}
	return from, to, nil
}

// walk checks that hops lead from one reference to another, and back.
func (r *Runner) walk(st *conversation.State, args []string) error {
	from, to, err := r.ends(args)
	if err != nil {
		return err
	}
	reaches := func(from, to cite.Ref, next func(cite.Ref) []cite.Ref) bool {
		seen := map[cite.Ref]bool{from: true}
		for queue := []cite.Ref{from}; len(queue) > 0; queue = queue[1:] {
			if queue[0] == to {
				return true
			}
			for _, x := range next(queue[0]) {
				if !seen[x] {
					seen[x] = true
					queue = append(queue, x)
				}
			}
		}
		return false
	}
	const many = 10000
	if !reaches(from, to, func(x cite.Ref) (out []cite.Ref) {
		for _, h := range st.Forward(conversation.Public, x, many) {
			out = append(out, h.To)
		}
		return out
	}) {
		return fmt.Errorf("no walk leads from %s to %s", from, to)
	}
	if !reaches(to, from, func(x cite.Ref) (out []cite.Ref) {
		for _, h := range st.Back(conversation.Public, x, many) {
			out = append(out, h.From)
		}
		return out
	}) {
		return fmt.Errorf("no walk leads back from %s to %s", to, from)
	}
	return nil
}
