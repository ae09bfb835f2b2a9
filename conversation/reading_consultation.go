package conversation

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/correction"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/consultation/removal"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/translation"
)

// ConsultationReading reads calls, contributions and answers, as far as the audience may.
type ConsultationReading struct{ r *Reading }

func (c ConsultationReading) book() *consultation.State { return c.r.state.Consultation }

func (c ConsultationReading) noted(x ...cite.Ref) *consultation.State {
	return c.r.noted(x...).Consultation
}

// Calls lists the calls, oldest first.
func (c ConsultationReading) Calls() []consultation.Call {
	c.r.note(AnyCall)
	out := make([]consultation.Call, len(c.book().Calls))
	for i, k := range c.book().Calls {
		out[i] = c.lend(k)
	}
	return out
}

// lend lends a call, until it is another, with the reasons of what became of it, which are public.
func (c ConsultationReading) lend(k *consultation.Call) consultation.Call {
	c.r.expires(k.Opens)
	c.r.expires(k.Closes)
	if until, cut := k.Cut(); cut {
		c.r.expires(until)
	}
	for _, t := range k.Turns {
		c.r.grant(t.Entered)
	}
	return *k
}

// Call finds a call.
func (c ConsultationReading) Call(x cite.Ref) (consultation.Call, bool) {
	k, ok := c.noted(AnyCall).Call(x)
	if !ok {
		return consultation.Call{}, false
	}
	return c.lend(k), true
}

// Due is the next instant at which a call opens or closes, zero for none.
func (c ConsultationReading) Due() time.Time {
	_, _, next := life.Due(c.noted(AnyCall), c.r.Now)
	c.r.expires(next)
	return next
}

// Total counts all contributions, each once.
func (c ConsultationReading) Total() consultation.Tally { return c.noted(AnyContribution).Total() }

// Tally counts the contributions to one call.
func (c ConsultationReading) Tally(call cite.Ref) consultation.Tally {
	return c.noted(call).Tally(call)
}

// Counts are the three counts of everything published.
func (c ConsultationReading) Counts() consultation.Counts { return c.noted(AnyContribution).Counts() }

// Row finds a contribution by any reference into it. Of one that may only be seen to have been there, nobody
// learns who sent it. Its words may be shown, as far as the audience may read them.
func (c ConsultationReading) Row(x cite.Ref) (consultation.Contribution, bool) {
	row, ok := c.noted(x.Root()).Row(x)
	if !ok {
		return row, false
	}
	return c.shown(row)
}

// shown holds a row against the rule of reading, and grants its words.
//
//mutants:guard a row has no more than its reader may see
func (c ConsultationReading) shown(row consultation.Contribution) (consultation.Contribution, bool) {
	switch v := c.r.sightOf(row); v {
	case Full, Redacted:
		c.r.grant(row.Position)
		if v == Redacted && row.Redacted {
			c.r.words[row.Position] = removal.Black(c.book().Masks(row.Ref), 0)
		}
		if row.Corrected > 0 {
			c.corrected(row, v)
		}
	case Tombstone:
		row = row.Anonymous()
	default:
		return consultation.Contribution{}, false
	}
	if row.Status == consultation.Withheld {
		c.r.grant(row.Decided) // the reason is public
	}
	return row, true
}

// corrected grants the words of the corrections that the audience may read, and lays those that stand over what came first.
func (c ConsultationReading) corrected(row consultation.Contribution, v Visibility) {
	if c.r.over == nil {
		c.r.over = map[cite.Position][]consultation.Correction{}
	}
	c.r.over[row.Position] = correction.Standing(c.book().Corrections(row.Ref))
	for i, k := range c.book().Corrections(row.Ref) {
		if k.Withheld > 0 {
			c.r.grant(k.Withheld) // the reason is public
		}
		//mutants:guard a correction that does not stand is read by those whose contribution it is and those who moderate
		if k.Stands == 0 && !c.r.Staff() && v != Full {
			continue
		}
		c.r.grant(k.Position)
		//mutants:guard what is redacted is black in every text that ever stood
		if v == Redacted && row.Redacted {
			c.r.words[k.Position] = removal.Black(c.book().Masks(row.Ref), i+1)
		}
	}
}

// Corrections lists what the author of a contribution put right, oldest first, as far as the audience may know of it.
func (c ConsultationReading) Corrections(x cite.Ref) []consultation.Correction {
	c.Row(x)
	if !c.readable(x) {
		return nil
	}
	return correction.Known(c.book().Corrections(x), c.r.Granted)
}

// readable reports whether the audience may read the words of a contribution.
func (c ConsultationReading) readable(x cite.Ref) bool {
	c.r.note(x.Root())
	//mutants:guard words are read by those who may read the contribution
	return x.Kind() == 'c' && c.r.sight(x) >= Redacted
}

// Part is part n of a contribution; the zero Part where the audience may not read it.
func (c ConsultationReading) Part(x cite.Ref, n int) consultation.Part {
	//mutants:guard a part is for those who may read it
	if n < 1 || !c.readable(cite.Part(x.Root(), n)) {
		return consultation.Part{}
	}
	return c.book().Part(x.Root(), n)
}

// Answer is the disposition that a part has, and whether its author said that it misses the point.
func (c ConsultationReading) Answer(part cite.Ref) (d cite.Ref, reopened bool) {
	c.r.note(part.Root())
	if c.r.sight(part) == Nothing {
		return cite.None, false
	}
	return c.book().Answer(part)
}

// Earlier lists the dispositions that a part had before, oldest first.
func (c ConsultationReading) Earlier(part cite.Ref) []cite.Ref {
	//mutants:guard earlier answers are for those who may read the part
	if !c.readable(part) {
		return nil
	}
	return c.book().Earlier(part)
}

// Rendering is the last rendering of a part, or of one of the reactions to its answers, in a language; ok is false where
// there is none, or the audience may not read the part.
func (c ConsultationReading) Rendering(part cite.Ref, reaction int, l locale.Lang) (r translation.Rendering, ok bool) {
	//mutants:guard renderings are for those who may read the part
	if !c.readable(part) {
		return r, false
	}
	r, ok = c.r.state.Renderings.Find(part, reaction, l)
	if _, gone := c.r.state.Erased(r.Position); !ok || gone {
		return r, false
	}
	c.r.grant(r.Position)
	return r, true
}

// Reactions are what the author of a part said of its answers, oldest first; none where the audience may not
// read the part.
func (c ConsultationReading) Reactions(part cite.Ref) []consultation.Reaction {
	//mutants:guard reactions are for those who may read the part
	if !c.readable(part) {
		return nil
	}
	out := c.book().Reactions(part)
	for _, r := range out {
		if r.Worded {
			c.r.grant(r.Position)
		}
	}
	return out
}

// Verdicts counts the published parts among some whose author's last word is about an answer, by verdict.
func (c ConsultationReading) Verdicts(answer cite.Ref, parts []cite.Ref) map[string]int {
	return c.noted(AnyContribution, AnyAnswer).Verdicts(answer, slices.DeleteFunc(slices.Clone(parts), func(r cite.Ref) bool { return c.r.sight(r) < Redacted }))
}

// Disposition finds an answer; its reasons may be shown.
func (c ConsultationReading) Disposition(x cite.Ref) (*consultation.Disposition, bool) {
	d, ok := c.noted(x).Disposition(x)
	if ok {
		c.r.disposed([]*consultation.Disposition{d})
	}
	return d, ok
}

// Dispositions is how many answers were written.
func (c ConsultationReading) Dispositions() int { return c.noted(AnyAnswer).Dispositions() }

// AnswerCounts counts the parts anchored to a paper; None for all papers.
func (c ConsultationReading) AnswerCounts(paper cite.Ref) consultation.AnswerCounts {
	if paper == cite.None {
		c.r.note(AnyContribution)
	} else {
		c.r.note(paper.Root())
	}
	return c.book().AnswerCounts(paper)
}

// Verdict counts the parts whose author's last word on the answer is a verdict.
func (c ConsultationReading) Verdict(v string) int { return c.noted(AnyAnswer).Verdict(v) }

// OnElement counts the published contributions on an element, named through time.
func (c ConsultationReading) OnElement(x cite.Ref) consultation.ElementCounts {
	return c.noted(x).OnElement(x)
}

// CountsOn counts the published contributions on any of several elements, and their countries.
func (c ConsultationReading) CountsOn(xs ...cite.Ref) (contributions, countries int) {
	return c.noted(xs...).CountsOn(xs...)
}

// CountOn counts the published parts anchored to an element of an edition.
func (c ConsultationReading) CountOn(x cite.Ref) int { return c.noted(x.Element()).CountOn(x) }

// On lists the published parts anchored to an element of an edition, oldest first, at most limit.
func (c ConsultationReading) On(x cite.Ref, limit int) []cite.Ref {
	return c.noted(x.Element()).On(x, limit)
}

// AnswersOn counts the answers that published parts on some elements have now, and how many have none.
func (c ConsultationReading) AnswersOn(edition int, xs ...cite.Ref) (answers []consultation.AnswerShare, open int) {
	return c.noted(xs...).AnswersOn(edition, xs...)
}

// Changing lists the answers that change an element, oldest first.
func (c ConsultationReading) Changing(x cite.Ref) []cite.Ref { return c.noted(x).Changing(x) }

// List gives the newest contributions that a filter chooses, and how many it chooses in all. What waits for a
// moderator is chosen for those who moderate, and for nobody else.
func (c ConsultationReading) List(f consultation.Filter, limit int) (page []consultation.Contribution, total int) {
	if len(f.Element) > 0 {
		c.r.note(f.Element...)
	} else {
		c.r.note(AnyContribution)
	}
	if merged, ok := c.r.Category(f.Category); ok { // an address from before it was merged
		f.Category = merged.ID
	}
	//mutants:guard what waits is listed for those who moderate, and for those who speak for the party that it is looked for by
	if !c.r.Staff() && !c.r.speaksFor(f.Party) {
		asked := len(f.Status)
		// Of what was withheld, taken back or erased nobody learns by a filter what its mark does not say.
		marked := f.Party == "" && f.Language == "" && len(f.Element) == 0
		f.Status = slices.DeleteFunc(slices.Clone(f.Status), func(s consultation.Status) bool {
			return s == consultation.Pending || s != consultation.Published && !marked
		})
		if asked > 0 && len(f.Status) == 0 {
			return nil, 0
		}
	}
	rows, total := c.book().List(f, limit)
	page = rows[:0]
	for _, row := range rows {
		if row, ok := c.shown(row); ok {
			page = append(page, row)
		}
	}
	return page, total
}

// SameWords gives the rows of a list of which none says the same as one before it, at most limit of them, and
// how many each stands for.
func (c ConsultationReading) SameWords(rows []consultation.Contribution, limit int) ([]consultation.Contribution, []int) {
	return c.book().SameWords(rows, limit)
}

// Points lists published parts, oldest first, and how many there are in all.
func (c ConsultationReading) Points(q consultation.PointQuery, limit int) (page []cite.Ref, total int) {
	return c.noted(AnyContribution, AnyAnswer).Points(q, limit)
}

// Masks lists which words of a contribution are blacked out, and none of them: to whoever is shown the black it tells where the bars stand.
func (c ConsultationReading) Masks(x cite.Ref) []consultation.Mask { return c.noted(x.Root()).Masks(x) }

// Alike lists the published parts whose words are the same as a part's.
func (c ConsultationReading) Alike(part cite.Ref) []cite.Ref {
	c.r.note(AnyContribution)
	//mutants:guard what is like a part is for those who may read it
	if !c.readable(part) {
		return nil
	}
	return c.book().Alike(part)
}

// Waits tells of a contribution that waits for a moderator what everybody reads on the record: when it came, and in
// which entry. It is false where it does not wait.
func (c ConsultationReading) Waits(x cite.Ref) (received time.Time, at cite.Position, ok bool) {
	row, ok := c.noted(x.Root()).Row(x)
	if !ok || row.Status != consultation.Pending {
		return time.Time{}, 0, false
	}
	return row.Received, row.Position, true
}

// Pending lists what waits for a moderator, for those who moderate.
func (c ConsultationReading) Pending() []cite.Ref {
	c.r.note(AnyContribution)
	//mutants:guard what waits is known to those who moderate
	if !c.r.Staff() {
		return nil
	}
	return c.book().Pending()
}

// By lists what the reader sent as one of their participants.
func (c ConsultationReading) By(participant string) []cite.Ref {
	c.r.note(AnyContribution)
	//mutants:guard what somebody sent is known to themselves
	if !c.r.Audience.Is(participant) {
		return nil
	}
	return c.book().By(participant)
}

// ByCountry counts what is published by country.
func (c ConsultationReading) ByCountry() []consultation.FromCountry {
	c.r.note(AnyContribution)
	return keep(c.r.state, "by country", c.book().ByCountry)
}

// LanguagesPresent lists the languages of published contributions, the six official languages first.
func (c ConsultationReading) LanguagesPresent() []locale.Lang {
	return c.noted(AnyContribution).LanguagesPresent()
}

// CountriesPresent lists the codes of the countries of published contributions.
func (c ConsultationReading) CountriesPresent() []string {
	return c.noted(AnyContribution).CountriesPresent()
}

// CountsOf are the counts of some published parts.
func (c ConsultationReading) CountsOf(parts []cite.Ref) consultation.Counts {
	return c.noted(AnyContribution).CountsOf(parts)
}

// WalkFrom hands over every published part from the contribution with a number on, until visit says no.
func (c ConsultationReading) WalkFrom(number int, visit func(*consultation.PublishedPart) bool) {
	c.r.note(AnyContribution, AnyAnswer)
	c.book().WalkFrom(number, visit)
}

// Walk hands over every published part.
func (c ConsultationReading) Walk(visit func(*consultation.PublishedPart)) {
	c.WalkFrom(1, func(p *consultation.PublishedPart) bool { visit(p); return true })
}

// CategoryName is the category that a walk numbers.
func (c ConsultationReading) CategoryName(id uint16) string { return c.book().CategoryName(id) }
