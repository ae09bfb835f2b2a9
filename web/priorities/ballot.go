package priorities

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	view "github.com/openplenary/plenary/page/priorities"
	"github.com/openplenary/plenary/poll"
	"github.com/openplenary/plenary/press"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// listQuery are the parameters of the file of ballots.
type listQuery struct {
	// Of is the constituency: states, observers or public.
	Of string `query:"of,states observers public"`
	// Level is how sure the house is of who voted: vouched, email_proven or openid.
	Level string `query:"level,vouched email_proven openid"`
}

// inclusionQuery are the parameters of the receipt of a ballot.
type inclusionQuery struct {
	// Entry is the entry of the ballot.
	Entry cite.Position `query:"entry"`
}

// ballotRoutes are indicative ballots: casting one, what can be counted again, and where officers hold one.
func ballotRoutes() []serve.Route {
	return []serve.Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/vote", Who: serve.SignedIn, Handle: vote},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/vote", Who: serve.SignedIn, Body: 64 * serve.KiB, Handle: postVote},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/inclusion", Who: serve.SignedIn, File: true, Query: inclusionQuery{}, Handle: inclusion},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/ballots.csv", Who: serve.Everybody, File: true, Name: "ballots_csv", Media: "text/csv", Query: listQuery{}, Handle: ballotsCSV},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/options.txt", Who: serve.Everybody, File: true, Name: "ballot_options", Media: "text/plain", Handle: optionsText},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/roll.txt", Who: serve.Everybody, File: true, Name: "ballot_roll", Media: "text/plain", Handle: rollText},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/ballots/{ref}", Who: serve.Officers, Handle: holding},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/ballots/{ref}", Who: serve.Officers, Body: 64 * serve.KiB, Handle: postHolding},
	}
}

// look builds the page of the ballot that the address names.
func look(q *serve.Request) (v *view.Ballot, err error) {
	err = q.Look(func(st *conversation.Reading) error {
		var ok bool
		if v, ok = view.NewBallot(st, q.Ref(), q.Lang); !ok {
			return serve.NotFound()
		}
		return nil
	})
	return v, err
}

// vote shows the page on which a ballot is cast.
func vote(q *serve.Request) error {
	q.AwaitOwn()
	if q.Common.Done == sentBefore {
		q.Frame.Notice = "poll." + sentBefore
	}
	return voting(q, http.StatusOK, nil)
}

// sentBefore is what the page says of a form that had been sent already: nothing more was done.
const sentBefore = "ballot_again"

func voting(q *serve.Request, status int, v url.Values) error {
	q.Frame.Section, q.Frame.Writes = "overview", true
	if q.Frame.Token = v.Get("token"); !serve.ValidNonce(q.Frame.Token) {
		q.Frame.Token = serve.Nonce()
	}
	var page *view.Vote
	if err := q.Look(func(st *conversation.Reading) error {
		var ok bool
		if page, ok = view.NewVote(st, q.Ref(), q.Lang); !ok {
			return serve.NotFound()
		}
		return nil
	}); err != nil {
		return err
	}
	if err := q.Fill(page); err != nil {
		return err
	}
	if v != nil {
		page.Typed(serve.Typed(v))
	}
	return q.Show(status, page)
}

// postVote casts a ballot, or takes it back.
func postVote(q *serve.Request) error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	if err := q.May(serve.Once(serve.LimitActs)); err != nil {
		return err
	}
	page, err := look(q)
	if err != nil {
		return err
	}
	party := v.Get("for")
	var command any = poll.Return{Poll: q.Ref(), Known: party != ""}
	if v.Get("do") != "return" {
		marks, no := marksOf(page, v)
		if len(no) > 0 {
			return refused(q, v, no)
		}
		command = poll.Cast{Poll: q.Ref(), Marks: marks, Known: party != ""}
	}
	a, err := q.Ask(command, v.Get("token"))
	if err != nil {
		return err
	}
	if a.For = q.SelfOf(a.By); party != "" && a.For.UnmarshalText([]byte(party)) != nil {
		return refusal.In("for", "party.unknown")
	}
	answer, err := q.Server.Sec.Do(q.Context(), q.Slug, a)
	if rs := refusal.Of(err); len(rs) > 0 && rs[0].Field == "marks" {
		return refused(q, v, rs)
	}
	if err != nil {
		return err
	}
	to := q.In("/"+string(q.Ref())+"/vote") + "?after=" + strconv.FormatInt(int64(answer.Last), 10)
	if answer.Again {
		to += "&done=" + sentBefore
	}
	return q.See(to)
}

// marksOf reads what is said of each theme; a field that is left empty says nothing.
func marksOf(page *view.Ballot, v url.Values) (marks []poll.Mark, no refusal.Several) {
	most := map[string]int{poll.Approval: 1, poll.Schulze: len(page.Options), poll.Points: poll.MaxPoints}[page.Method]
	for _, t := range page.Options {
		typed := v.Get(view.ValueField(t.Number))
		n, ok := number(typed, most)
		if ok = ok || page.Method == poll.Points && locale.WesternDigits(typed) == "0"; !ok {
			no = append(no, refusal.In(view.ValueField(t.Number), "poll.value", "n", t.Number, "max", most))
		}
		if typed != "" {
			marks = append(marks, poll.Mark{Option: t.Number, Value: n})
		}
	}
	return marks, no
}

// refused shows the form with what was typed, and what is wrong with it.
func refused(q *serve.Request, v url.Values, rs []*refusal.Refusal) error {
	q.Frame.Errors = rs
	return voting(q, http.StatusUnprocessableEntity, v)
}

// inclusion is the receipt of a ballot: that it stands on the record, and not what it says. It is for whoever cast it.
func inclusion(q *serve.Request) error {
	at := serve.Params[inclusionQuery](q).Entry
	r, err := q.Server.Sec.BallotReceipt(q.Context(), q.Slug, poll.Claim{Poll: q.Ref(), At: at, By: string(q.Me.Ref())}, q.Frame.Host+"/c/"+q.Slug+"/"+string(q.Ref()))
	if err != nil {
		return err
	}
	b, err := plenary.EncodeReceipt(r)
	if err != nil {
		return err
	}
	h := q.Writer.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+q.FileName("ballot-"+string(q.Ref())+"-"+q.Slug, ".json")+`"`)
	h.Set("Cache-Control", "no-store")
	_, _ = q.Writer.Write(b) // a reader that has gone is no fault
	return nil
}

// file begins a file that is sent.
func file(q *serve.Request, media, name, ending string) {
	h := q.Writer.Header()
	h.Set("Content-Type", media+"; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+q.FileName(name+"-"+q.Slug, ending)+`"`)
	h.Set("Cache-Control", "no-store")
}

// ballotsCSV are the ballots of one constituency by voters of whom the house is equally sure: what is counted on the page.
func ballotsCSV(q *serve.Request) error {
	p := serve.Params[listQuery](q)
	v, err := look(q)
	if err != nil {
		return err
	}
	of, list, ok := v.Find(p.Of, p.Level)
	if !ok {
		return serve.NotFound()
	}
	file(q, "text/csv", "ballots-"+string(v.Ref)+"-"+p.Of, ".csv")
	out := press.NewCSV(q.Writer)
	for _, row := range view.Export(of, list) {
		if out.Row(row...) != nil {
			return nil // the reader has gone
		}
	}
	_ = out.Flush()
	return nil
}

// optionsText are the options of a ballot, one a line, in the order of the tables.
func optionsText(q *serve.Request) error {
	v, err := look(q)
	if err != nil {
		return err
	}
	file(q, "text/plain", "options-"+string(v.Ref), ".txt")
	of, _, _ := v.Find("", "")
	for _, name := range view.OptionNames(of) {
		_, _ = q.Writer.Write([]byte(name + "\n"))
	}
	return nil
}

// rollText is the frozen roll as its hash is taken.
func rollText(q *serve.Request) error {
	v, err := look(q)
	if err != nil {
		return err
	}
	if v.Opened == 0 {
		return serve.NotFound()
	}
	file(q, "text/plain", "roll-"+string(v.Ref), ".txt")
	of, _, _ := v.Find("", "")
	_, _ = q.Writer.Write([]byte(poll.RollText(of.Roll)))
	return nil
}

// ballotDone are the acts that the page of ballots may say were just done.
var ballotDone = []string{"ballot_held", "ballot_altered", "ballot_called_off"}

// holding shows where a ballot on an order is held, or one is altered.
func holding(q *serve.Request) error {
	return q.Desk(http.StatusOK, ballotDone, func(st *conversation.Reading) (frame.View, error) { return buildHolding(q, st) })
}

func buildHolding(q *serve.Request, st *conversation.Reading) (*view.Holding, error) {
	v, ok := view.NewHolding(st, q.Ref(), q.Lang)
	if !ok {
		return nil, serve.NotFound()
	}
	return v, nil
}

// postHolding holds a ballot, alters it, or calls it off.
func postHolding(q *serve.Request) error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	var page *view.Holding
	if err := q.Look(func(st *conversation.Reading) (err error) {
		page, err = buildHolding(q, st)
		return err
	}); err != nil {
		return err
	}
	var command any
	var no refusal.Several
	t := poll.Terms{Method: v.Get("method"), Secret: v.Get("secret") != "", Constituencies: v["constituencies"], Zone: page.Form.Zone}
	opens, wrong := input.Moment{Date: v.Get("opens-date"), Clock: v.Get("opens-time"), Zone: t.Zone}.In("opens-date", q.Lang)
	if wrong != nil {
		no = append(no, wrong)
	}
	closes, wrong := input.Moment{Date: v.Get("closes-date"), Clock: v.Get("closes-time"), Zone: t.Zone}.In("closes-date", q.Lang)
	if wrong != nil {
		no = append(no, wrong)
	}
	t.Opens, t.Closes = opens, closes
	said := "ballot_held"
	switch do := v.Get("do"); {
	case do == "call-off" && page.Ballot != nil:
		said, no = "ballot_called_off", nil
		command = poll.CallOff{Poll: page.Ballot.Ref, Reason: q.Tongues(v, page.Reason, locale.Text{})}
	case do == "alter" && page.Ballot != nil:
		said, command = "ballot_altered", poll.Alter{Poll: page.Ballot.Ref, Terms: t}
	case do == "hold" && page.Ballot == nil:
		command = poll.Hold{Order: page.Order.Ref, Terms: t}
	default:
		return refusal.New(refusal.Invalid, "form.unreadable")
	}
	answer, rs, err := q.DeskDo(v, command, no)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return q.DeskAgain(serve.Renamed(rs, func(field string) string {
			if field == "closes" {
				return "closes-date"
			}
			return field
		}), v.Get("token"), func(st *conversation.Reading) (frame.View, error) {
			w, err := buildHolding(q, st)
			if err == nil {
				w.Do = v.Get("do")
				w.Form = view.HoldForm{Method: v.Get("method"), Secret: v.Get("secret"), OpensDate: v.Get("opens-date"), OpensTime: v.Get("opens-time"),
					ClosesDate: v.Get("closes-date"), ClosesTime: v.Get("closes-time"), Zone: w.Form.Zone, Who: v["constituencies"]}
				w.Reason = w.Reason.Typed(serve.Typed(v))
			}
			return w, err
		})
	}
	return q.DeskSee("/ballots/"+string(q.Ref()), answer.Last, said, "")
}
