package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/speaking"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/floor"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/session"
	"github.com/openplenary/plenary/speakers"
)

// What a sitting is measured with.
var (
	crowds      = []int{2_000, 10_000} // who follow it
	voices      = 2_000                // parties, each with somebody who speaks for it
	onList      = 40                   // who asked before
	floorRounds = 15
	againRounds = 5
	askers      = 500 // who ask for the floor while it is watched
	askingFor   = 10 * time.Second
)

// floor measures one sitting that many follow, in six languages and as five kinds of people: how long it takes from a press of the chair until the
// last has the change, what that costs the server, what a client costs in memory; then all of them coming again at once, hundreds who ask for the floor
// and thousands who show a hand meanwhile. The limit is a bare hub that sends as many bytes to each. Server, hub and clients are processes of their own.
func (b *bench) floor() error {
	dir := filepath.Join(b.dir, "floor")
	if err := seedSitting(b.ctx, dir); err != nil {
		return err
	}
	for i, n := range crowds {
		if err := b.sitting(dir, n, i == 0); err != nil {
			return err
		}
	}
	return b.steady(dir)
}

// room is a server with its crowd.
type room struct {
	server, crowd *child
	n             int
	before        float64 // memory of the server without its crowd
}

func (b *bench) room(job, dir string, n int) (*room, error) {
	r := &room{n: n}
	var err error
	if r.server, err = b.spawn(job, dir); err != nil {
		return nil, err
	}
	fail := func(err error) (*room, error) { return nil, errors.Join(err, r.end()) }
	line, err := r.server.hear()
	if err != nil {
		return fail(err)
	}
	addr, from, _ := strings.Cut(line, " ")
	for range 200 { // whoever opens a stream has read the page: what that takes is no stream's
		if _, err := fetch(addr, "/en/c/"+slug+"/s1/floor"); err != nil {
			return fail(err)
		}
	}
	if r.before, err = r.server.ask("memory"); err != nil {
		return fail(err)
	}
	if r.crowd, err = b.spawn("crowd", fmt.Sprint(addr, " ", n, " ", from)); err != nil {
		return fail(err)
	}
	if _, err := r.crowd.ask("come"); err != nil {
		return fail(err)
	}
	return r, nil
}

func (r *room) end() (err error) {
	for _, c := range []*child{r.crowd, r.server} {
		if c != nil {
			err = errors.Join(err, c.end())
		}
	}
	return err
}

// broadcast is what one change took.
type broadcast struct {
	last float64 // milliseconds until the last had it
	cpu  float64 // milliseconds of the server
}

// press makes a change, and waits until all have it.
func (r *room) press(order string) (v broadcast, err error) {
	before, err := r.server.ask("cpu")
	if err != nil {
		return v, err
	}
	begun, at, err := r.do(order)
	if err != nil {
		return v, err
	}
	last, err := r.until(at)
	if err != nil {
		return v, err
	}
	after, err := r.server.ask("cpu")
	return broadcast{last: float64(last-begun) / 1e6, cpu: (after - before) / 1e6}, err
}

// do has the server do something: when it began, and where that stands.
func (r *room) do(order string) (begun, at int64, err error) {
	if err := r.server.tell(order); err != nil {
		return 0, 0, err
	}
	line, err := r.server.hear()
	if err != nil {
		return 0, 0, err
	}
	_, err = fmt.Sscan(line, &begun, &at)
	return begun, at, err
}

// until waits until everybody has a position, and gives when the last had it.
func (r *room) until(at int64) (last int64, err error) {
	if err := r.crowd.tell("until " + strconv.FormatInt(at, 10)); err != nil {
		return 0, err
	}
	line, err := r.crowd.hear()
	if err != nil {
		return 0, err
	}
	reached := 0
	if _, err := fmt.Sscan(line, &last, &reached); err != nil {
		return 0, err
	}
	if reached != r.n {
		return 0, fmt.Errorf("bench: %d of %d were reached", reached, r.n)
	}
	return last, nil
}

// sitting measures a crowd of n; all of it, or only how it is reached.
func (b *bench) sitting(dir string, n int, all bool) (err error) {
	house, err := b.room("sitting", dir, n)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, house.end()) }()
	bare, err := b.room("hub", dir, n)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, bare.end()) }()

	// The first change is not measured: it tells how large events are, and memory is looked at after it.
	if _, err := house.press("give"); err != nil {
		return err
	}
	if err := house.crowd.tell("sizes"); err != nil {
		return err
	}
	sizes, err := house.crowd.hear()
	if err != nil {
		return err
	}
	if _, err := bare.press("give " + sizes); err != nil {
		return err
	}
	memory := [2]number{}
	for i, r := range []*room{house, bare} {
		used, err := r.server.ask("memory")
		if err != nil {
			return err
		}
		memory[i] = number(used-r.before) / number(n) / 1000
	}
	var took, cpu [2][]float64
	for range floorRounds {
		for i, r := range []*room{house, bare} {
			time.Sleep(between)
			v, err := r.press(map[int]string{0: "give", 1: "give " + sizes}[i])
			if err != nil {
				return err
			}
			took[i], cpu[i] = append(took[i], v.last), append(cpu[i], v.cpu)
		}
	}
	name := "floor." + strconv.Itoa(n)
	if err := errors.Join(
		b.say(figure{Name: name + ".last", Value: median(took[0]), Unit: "ms", Limit: median(took[1]), N: floorRounds}),
		b.say(figure{Name: name + ".last.worst", Value: quantile(took[0], 1), Unit: "ms", Limit: quantile(took[1], 1), N: floorRounds}),
		b.say(figure{Name: name + ".cpu", Value: median(cpu[0]), Unit: "ms/change", Limit: median(cpu[1]), N: floorRounds}),
		b.say(figure{Name: name + ".memory", Value: memory[0], Unit: "kB/client", Limit: memory[1], N: 1})); err != nil || !all {
		return err
	}
	if err := b.again(house, bare, sizes); err != nil {
		return err
	}
	for _, order := range []string{"draw", "requests", "hands"} {
		if err := b.asked(house, fmt.Sprint(order, " ", askers, " ", voices, " ", int64(askingFor))); err != nil {
			return err
		}
	}
	return nil
}

// again has all come again at once, from where each was, after something happened while they were away: until the last has it.
func (b *bench) again(house, bare *room, sizes string) error {
	var took [2][]float64
	for range againRounds {
		for i, r := range []*room{house, bare} {
			time.Sleep(between)
			if _, err := r.crowd.ask("part"); err != nil {
				return err
			}
			_, at, err := r.do(map[int]string{0: "give", 1: "give " + sizes}[i])
			if err != nil {
				return err
			}
			time.Sleep(between)
			begun, err := r.crowd.ask("come")
			if err != nil {
				return err
			}
			last, err := r.until(at)
			if err != nil {
				return err
			}
			took[i] = append(took[i], (float64(last)-begun)/1e6)
		}
	}
	return b.say(figure{Name: fmt.Sprintf("floor.%d.again", house.n), Value: median(took[0]), Unit: "ms", Limit: median(took[1]), N: againRounds})
}

// asked has the server do something that gives figures of its own: a line for each, then an empty one with where it stands.
func (b *bench) asked(r *room, order string) error {
	if err := r.server.tell(order); err != nil {
		return err
	}
	for {
		line, err := r.server.hear()
		if err != nil {
			return err
		}
		if at, ok := strings.CutPrefix(line, "at "); ok {
			_, err := r.until(number64([]byte(at)))
			return err
		}
		var f figure
		var value, limit float64
		if _, err := fmt.Sscan(line, &f.Name, &value, &f.Unit, &limit, &f.N); err != nil {
			return err
		}
		f.Name, f.Value, f.Limit = "floor."+f.Name, number(value), number(limit)
		if err := b.say(f); err != nil {
			return err
		}
	}
}

// voice is who speaks for a party.
func voice(i int) (delegation.Participant, delegation.Party) {
	return delegation.Participant(1_000_000 + i), delegation.Party(2_000_000 + i)
}

// seedSitting makes a data directory with a sitting that is open, and places on its list.
func seedSitting(ctx context.Context, dir string) error {
	if err := seed(ctx, dir, 0); err != nil {
		return err
	}
	now := time.Now()
	by := func(p delegation.Participant, command any) conversation.Ask {
		return conversation.Ask{By: p, Received: now, Command: command}
	}
	rules := floor.Usual()
	first := []any{
		delegation.Grant{Participant: officer, Role: delegation.Chair},
		session.PlanSession{Plan: session.Plan{Title: plain("A session that is measured"), Form: session.Online, Zone: "Europe/Zurich"}},
		session.PlanSitting{Session: "s1", Begins: now.Add(-time.Hour), Ends: now.Add(6 * time.Hour)},
		session.PlanItem{Session: "s1", Item: session.Content{Title: plain("Everything that is measured")}},
		session.PlanItem{Session: "s1", Item: session.Content{Title: plain("Whatever is left")}},
		floor.SetRules{Session: "s1", Rules: rules},
		floor.SetList{Session: "s1", Item: 1, Open: true},
		floor.SetList{Session: "s1", Item: 2, Open: true},
		session.OpenSitting{Session: "s1", Number: 1},
	}
	return decideAll(ctx, dir, len(first)+voices+onList, func(st *conversation.State) (func(int) []conversation.Ask, error) {
		return func(i int) []conversation.Ask {
			if i < len(first) {
				return []conversation.Ask{by(officer, unchanged(st, first[i]))}
			}
			if i -= len(first); i < voices {
				p, party := voice(i)
				name := fmt.Sprintf("Delegation of the measured country number %d", i+1)
				return []conversation.Ask{
					by(officer, delegation.EnterParty{Party: party, Category: categories[i%len(categories)], Country: nations[i%len(nations)], Name: name}),
					by(officer, delegation.Authorise{Participant: p, Party: party})}
			}
			p, party := voice(i - voices)
			return []conversation.Ask{by(p, floor.Ask{Session: "s1", Kind: floor.Place, Item: 1, Party: party.Ref(), Minutes: 2})}
		}, nil
	})
}

// unchanged has a command say that whoever plans has read the session as it is.
func unchanged(st *conversation.State, command any) any {
	x, ok := st.Sessions.Session("s1")
	if !ok {
		return command
	}
	switch c := command.(type) {
	case session.PlanSitting:
		c.Seen = x.Seen
		return c
	case session.PlanItem:
		c.Seen = x.Seen
		return c
	}
	return command
}

// sits is the server that is measured.
type sits struct {
	*house
	out io.Writer
}

// sittingChild serves the sitting through the door that everybody comes through, and does what it is told.
func sittingChild(ctx context.Context, dir string, out io.Writer) (err error) {
	h, err := openHouse(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = h.web.Serve(h.http, l) }() // ends when the server is closed
	defer func() { _ = h.http.Close(); <-done }()
	if _, err := fmt.Fprintln(out, l.Addr(), int64(h.Durable(slug))); err != nil {
		return err
	}
	s := &sits{house: h, out: out}
	many := func(do func(context.Context) error) func(string) error {
		return func(args string) error {
			if _, err := fmt.Sscan(args, &askers, &voices, &askingFor); err != nil {
				return err
			}
			return do(ctx)
		}
	}
	give := func(string) error { return s.give(ctx) }
	beat := func(string) error { return s.beat(ctx) }
	return commands(out, map[string]func(string) error{"give": give, "beat": beat, "draw": many(s.draw), "requests": many(s.requests), "hands": many(s.hands)})
}

func (s *sits) do(ctx context.Context, by delegation.Participant, command any) (cite.Position, error) {
	a, err := s.Do(ctx, slug, conversation.Ask{By: by, Received: s.Now(), Command: command})
	return a.Last, err
}

// give gives the floor to the next on the list.
func (s *sits) give(ctx context.Context) error {
	next, seen := 0, cite.Position(0)
	if _, err := s.Peek(ctx, slug, func(st *conversation.State) error {
		_, list := s.drawn(st, 1)
		if len(list.Places) == 0 {
			return errors.New("bench: nobody is left on the list")
		}
		next, seen = speaking.Number(list.Places[0].Requests[0]), st.Floors.Floor("s1").Acted
		return nil
	}); err != nil {
		return err
	}
	begun := time.Now()
	at, err := s.do(ctx, officer, floor.Give{Session: "s1", Request: next, Seen: seen})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.out, begun.UnixNano(), int64(at))
	return err
}

// drawn is the list of an item as a page draws it.
func (s *sits) drawn(st *conversation.State, item int) (speakers.Sheet, speakers.List) {
	r := conversation.NewReading(st, conversation.Readers, s.Now())
	defer r.Close()
	return r.Floor.Drawn("s1", item, locale.English)
}

// tell writes a figure for the measure.
func (s *sits) tell(name string, value float64, unit string, limit float64, n int) error {
	_, err := fmt.Fprintln(s.out, name, value, unit, limit, n)
	return err
}

// stands tells where all that was asked stands.
func (s *sits) stands() error {
	_, err := fmt.Fprintln(s.out, "at", int64(s.Changed(slug, floor.AnyFloor)))
	return err
}

// draw measures how long drawing a list of so many takes that asked for the second item.
func (s *sits) draw(ctx context.Context) error {
	if err := s.ask(ctx, 0, "list.", 0); err != nil {
		return err
	}
	var times []float64
	for range 50 {
		if _, err := s.Peek(ctx, slug, func(st *conversation.State) error {
			begun := time.Now()
			_, list := s.drawn(st, 2)
			times = append(times, float64(time.Since(begun))/1e6)
			if len(list.Places) != askers {
				return fmt.Errorf("bench: %d of %d are on the list", len(list.Places), askers)
			}
			return nil
		}); err != nil {
			return err
		}
	}
	if err := s.tell("draw", float64(median(times)), fmt.Sprintf("ms/list-of-%d", askers), 0, len(times)); err != nil {
		return err
	}
	return s.stands()
}

// requests has many ask for the floor in ten seconds while all watch.
func (s *sits) requests(ctx context.Context) error {
	if err := s.ask(ctx, askers, "requests.", askingFor); err != nil {
		return err
	}
	return s.stands()
}

// ask has askers ask, from the given voice on, and looks that each was acknowledged and that all stand in the order in which they asked.
func (s *sits) ask(ctx context.Context, from int, name string, in time.Duration) error {
	times := make([]float64, askers)
	errs := make([]error, askers)
	var wg sync.WaitGroup
	for i := range askers {
		time.Sleep(in / time.Duration(askers))
		wg.Go(func() {
			p, party := voice((from + i) % voices)
			begun := time.Now()
			_, errs[i] = s.do(ctx, p, floor.Ask{Session: "s1", Kind: floor.Place, Item: 2, Party: party.Ref()})
			times[i] = float64(time.Since(begun)) / 1e6
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if _, err := s.Peek(ctx, slug, func(st *conversation.State) error {
		_, list := s.drawn(st, 2)
		return inOrder(list, from, errs)
	}); err != nil {
		return err
	}
	return errors.Join(s.tell(name+"acknowledged", float64(askers), "requests", float64(askers), 1), s.tell(name+"p99", float64(quantile(times, 0.99)), "ms", 0, askers))
}

// inOrder looks that all who asked are on a list, once each, and that those among whom time decides stand in the order in which they asked.
func inOrder(list speakers.List, from int, asked []error) error {
	on, last := map[string]int{}, map[string]time.Time{}
	for _, p := range list.Places {
		on[p.Party]++
		equals := fmt.Sprint(p.Reason.Category, p.Reason.Spoken, p.Reason.Region)
		if p.Reason.Asked.Before(last[equals]) {
			return fmt.Errorf("bench: %s stands behind one who asked later", p.Party)
		}
		last[equals] = p.Reason.Asked
	}
	for i := range asked {
		if _, party := voice((from + i) % voices); on[string(party.Ref())] != 1 {
			return fmt.Errorf("bench: %s is on the list %d times", party.Ref(), on[string(party.Ref())])
		}
	}
	return nil
}

// hands has everybody show a hand in ten seconds, and press twice: who is counted, and how soon.
func (s *sits) hands(ctx context.Context) error {
	var seen cite.Position
	if _, err := s.Peek(ctx, slug, func(st *conversation.State) error { seen = st.Floors.Floor("s1").Acted; return nil }); err != nil {
		return err
	}
	if _, err := s.do(ctx, officer, floor.AskHands{Session: "s1", Text: plain("Shall we go on?"), Seen: seen}); err != nil {
		return err
	}
	times := make([]float64, 2*voices)
	var wg sync.WaitGroup
	for i := range 2 * voices {
		time.Sleep(askingFor / time.Duration(2*voices))
		wg.Go(func() {
			p, party := voice(i / 2)
			begun := time.Now()
			_, _ = s.do(ctx, p, floor.ShowHand{Session: "s1", Party: party.Ref(), Answer: floor.Answers[i/2%3]}) // one of two is refused: the hands are counted below
			times[i] = float64(time.Since(begun)) / 1e6
		})
	}
	wg.Wait()
	counted := 0
	if _, err := s.Peek(ctx, slug, func(st *conversation.State) error {
		q := st.Floors.Floor("s1").Shown()
		counted = q.Count(floor.Favours) + q.Count(floor.Opposes) + q.Count(floor.NoView)
		return nil
	}); err != nil {
		return err
	}
	if _, err := s.do(ctx, officer, floor.EndHands{Session: "s1"}); err != nil {
		return err
	}
	if err := errors.Join(s.tell("hands.counted", float64(counted), "parties", float64(voices), 1),
		s.tell("hands.p99", float64(quantile(times, 0.99)), "ms", 0, len(times))); err != nil {
		return err
	}
	return s.stands()
}

// hubChild sends as many bytes to as many streams as the house, with net/http and nothing else.
func hubChild(out io.Writer) error {
	var mu sync.Mutex
	all := map[chan []byte]int{}
	at := int64(1)
	var events [][]byte // what was sent last, by group, for those who come again
	numbers := map[string]int{}
	for i, g := range groups() {
		numbers[g] = i
	}
	addr, stop, err := serve(&http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/live") {
			_, _ = io.WriteString(w, "a page\n")
			return
		}
		path, _, _ := strings.Cut(r.URL.String(), "&from=")
		group := numbers[path]
		mine := make(chan []byte, 1)
		mu.Lock()
		all[mine] = group
		if from := number64([]byte(r.Header.Get("Last-Event-ID"))); from < at && len(events) > 0 {
			mine <- events[group]
		}
		mu.Unlock()
		defer func() {
			mu.Lock()
			defer mu.Unlock()
			delete(all, mine)
		}()
		relay(w, r, mine)
	})})
	if err != nil {
		return err
	}
	defer stop()
	if _, err := fmt.Fprintln(out, addr, at); err != nil {
		return err
	}
	return commands(out, map[string]func(string) error{"give": func(sizes string) error {
		begun := time.Now()
		mu.Lock()
		defer mu.Unlock()
		at++
		events = events[:0:0]
		for _, size := range strings.Fields(sizes) {
			id := "id: " + strconv.FormatInt(at, 10) + "\ndata: "
			events = append(events, []byte(id+strings.Repeat("x", max(1, int(number64([]byte(size)))-len(id)-2))+"\n\n"))
		}
		for c, group := range all {
			c <- events[group]
		}
		_, err := fmt.Fprintln(out, begun.UnixNano(), at)
		return err
	}})
}
