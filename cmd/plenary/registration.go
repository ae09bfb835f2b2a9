package main

import (
	"context"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/registering"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/registration"
	"github.com/openplenary/plenary/registration/roster"
	"github.com/openplenary/plenary/settings"
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

// settleSeats does so for one conversation, and ends the registrations of those who may not take part for their party any more.
func (a *app) settleSeats(ctx context.Context, slug string) error {
	var all []roster.Terms
	if _, err := a.Read(ctx, slug, func(st *conversation.State) error {
		for _, o := range st.Registration.Offers() {
			t := roster.Terms{Slug: slug, Offer: o}
			if x, ok := st.Sessions.Session(o.Session); ok {
				t.Ends = x.Ends()
			}
			all = append(all, t)
		}
		return nil
	}); err != nil || len(all) == 0 {
		return err
	}
	for _, t := range all {
		if err := a.endMandates(ctx, t); err != nil {
			return err
		}
		if err := a.roster.Settle(ctx, t, a.Now()); err != nil {
			return err
		}
	}
	return a.letters.Registered(ctx, a.roster, slug)
}

// endMandates ends the registrations for a session whose mandate or accreditation ended before the session did: who took part, did.
func (a *app) endMandates(ctx context.Context, t roster.Terms) error {
	now := a.Now()
	if t.Past(now) {
		return nil
	}
	all, err := a.roster.Representing(ctx, t.Slug, t.Session)
	if err != nil || len(all) == 0 {
		return err
	}
	var over []int64
	if _, err := a.Read(ctx, t.Slug, func(st *conversation.State) error {
		for _, r := range all {
			by := delegation.Participant(r.Participant)
			if r.Entered != 0 {
				by = 0
			}
			if !registering.Represents(st.Roll, st.Accredited, r.Party, by, now) {
				over = append(over, r.ID)
			}
		}
		return nil
	}); err != nil {
		return err
	}
	return a.roster.End(ctx, t, over, now)
}

// Names of people in the demonstration: none is anybody's. They are put together anew, so that nobody is meant.
var (
	givenNames  = strings.Fields("Amina Bolat Chiara Dagny Ebo Farida Goran Hinemoa Ilse Jomo Kaveh Lupe Mirza Nokuthula Oyuna Pavel Quilla Rasmus Sefa Tariq Ulla Vasu Wanjiru Xolani Yara Zuri")
	familyNames = strings.Fields("Aldergate Brimble Costaverde Dunmarrow Eskholm Fallowmere Grindelow Hartwhistle Inkermoor Jessamy Kestrelin Lowenfeld Marchbanks " +
		"Nettlecombe Orrinside Pellworm Quayle-Rask Rushwick Sandvoe Tarnbrook Umberleigh Vinterhamn Withypool Yarrowdale")
	posts  = []string{"Examiner", "Counsel", "Adviser", "Head of unit", "Researcher", "Librarian", ""}
	places = strings.Fields("KE FR IN BR JP EG MX CN ZA DE SN CO ID NO TH AR CA GH")
	// early are the countries of those who register for themselves before the parties do: enough from some to be shown by country, too few from others.
	early = strings.Fields("KE IN FR KE BR SG JP KE IN FR BR KE IN SG KE FR JP EG KE IN BR FR ZA KE IN JP SG BR KE FR IN KE JP BR SG FR IN KE EG BR FR IN JP SG ZA")
)

// inventedPeople are n people of the demonstration, from the first that was not taken yet.
func inventedPeople(from, n int, active int) (out []roster.Member) {
	for i := from; i < from+n; i++ {
		p := roster.Person{Name: givenNames[i%len(givenNames)] + " " + familyNames[i*7%len(familyNames)], Post: posts[i%len(posts)], Lang: locale.English,
			Listed: i%3 != 0}
		p.Gender, p.First = []string{"woman", "man", "woman", "", "man", "other"}[i%6], []string{"yes", "no", "no", ""}[i%4]
		m := roster.Member{Person: p, Seat: registration.Passive, Country: places[i*5%len(places)]}
		if i-from < active {
			m.Seat = registration.Active
		}
		out = append(out, m)
	}
	return out
}

// playRegistration plays who registered for the second session of the first conversation: two of each party, people for themselves, and the roles
// of the demonstration. All of them are invented; what was reported of the real session stands in the calendar, with its source.
func (a *app) playRegistration(ctx context.Context, session cite.Ref, roles map[string]uint64) error {
	type party struct {
		ref               cite.Ref
		category, country string
	}
	var parties []party
	var t roster.Terms
	category := ""
	if _, err := a.Read(ctx, script.DemoSlug, func(st *conversation.State) error {
		for _, p := range st.Roll.Entered() {
			if x, ok := st.Roll.Party(p); ok && !st.Roll.IsGroup(p) {
				parties = append(parties, party{p.Ref(), x.Category, x.Country})
			}
		}
		for _, c := range settings.Offered(st.Categories) {
			if c.Persons() && category == "" {
				category = c.ID
			}
		}
		t.Slug = script.DemoSlug
		t.Offer, _ = st.Registration.Offer(session)
		return nil
	}); err != nil || t.Offer == nil {
		return err
	}
	now := t.Terms.Opens.Add(49 * time.Hour)
	enter := func(b roster.Registration, members []roster.Member) error {
		b.Of = roster.Of{Slug: t.Slug, Session: session}
		now = now.Add(53 * time.Minute)
		return a.roster.Enter(ctx, t, b, members, now)
	}
	self := inventedPeople(0, 75, 0)
	for i, country := range early {
		self[i].Country = country
	}
	if err := enter(roster.Registration{Category: category}, self[:len(early)]); err != nil {
		return err
	}
	n := len(self)
	for _, p := range parties {
		members := inventedPeople(n, 3, 2)
		for i := range members { // an invented party is of no real country
			members[i].Country = p.country
		}
		if err := enter(roster.Registration{Party: p.ref, Category: p.category, Country: p.country}, members); err != nil {
			return err
		}
		n += 3
	}
	if err := enter(roster.Registration{Category: category}, self[len(early):]); err != nil {
		return err
	}
	for i, r := range demoRoles {
		if roles[r.role] == 0 || r.role == "officer" || r.role == "moderator" {
			continue
		}
		of := roster.Of{Slug: t.Slug, Session: session, Participant: roles[r.role]}
		if _, err := a.roster.Begin(ctx, t, roster.Registration{Of: of, Wants: registration.Seats[i%2], Category: category, Country: places[i]}, now); err != nil {
			return err
		}
		if _, err := a.roster.Confirm(ctx, t, of, roster.Said{Person: roster.Person{Name: r.name, Lang: locale.English, Listed: true}}, now); err != nil {
			return err
		}
	}
	all, err := a.roster.All(ctx, t.Slug, session)
	for i, r := range all { // four of five come
		if err == nil && r.Code != "" && i%5 != 0 {
			_, _, err = a.roster.CheckIn(ctx, t, r.Code, t.Terms.Closes.Add(24*time.Hour))
		}
	}
	return err
}
