package conversation

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/locale"
)

// ConsultationReading reads calls, contributions and answers, as far as the audience may.
type ConsultationReading struct{ r *Reading }

func (c ConsultationReading) book() *consultation.State { return c.r.state.Consultation }

// Calls lists the calls, oldest first.
func (c ConsultationReading) Calls() []consultation.Call {
	c.r.note(AnyCall)
	out := make([]consultation.Call, len(c.book().Calls))
	for i, k := range c.book().Calls {
		out[i] = *k
		c.r.expires(k.Opens)
		c.r.expires(k.Closes)
	}
	return out
}

// Call finds a call.
func (c ConsultationReading) Call(x cite.Ref) (consultation.Call, bool) {
	c.r.note(AnyCall)
	k, ok := c.book().Call(x)
	if !ok {
		return consultation.Call{}, false
	}
	c.r.expires(k.Opens)
	c.r.expires(k.Closes)
	for _, e := range k.Extensions {
		c.r.grant(e.Entered) // the reason is public
	}
	return *k, true
}

// Due is the next instant at which a call opens or closes, zero for none.
func (c ConsultationReading) Due() time.Time {
	c.r.note(AnyCall)
	_, _, next := c.book().Due(c.r.Now)
	c.r.expires(next)
	return next
}

// Total counts all contributions, each once.
func (c ConsultationReading) Total() consultation.Tally {
	c.r.note(AnyContribution)
	return c.book().Total()
}

// Tally counts the contributions to one call.
func (c ConsultationReading) Tally(call cite.Ref) consultation.Tally {
	c.r.note(call)
	return c.book().Tally(call)
}

// Counts are the three counts of everything published.
func (c ConsultationReading) Counts() consultation.Counts {
	c.r.note(AnyContribution)
	return c.book().Counts()
}

// Row finds a contribution by any reference into it. Of one that may only be seen to have been there, nobody
// learns who sent it. Its words may be shown, as far as the audience may read them.
func (c ConsultationReading) Row(x cite.Ref) (consultation.Contribution, bool) {
	c.r.note(x.Root())
	row, ok := c.book().Row(x)
	if !ok {
		return consultation.Contribution{}, false
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
			c.r.words[row.Position] = consultation.Black(c.book().Masks(row.Ref))
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
	c.r.note(AnyContribution, AnyAnswer)
	return c.book().Verdicts(answer, slices.DeleteFunc(slices.Clone(parts), func(r cite.Ref) bool { return c.r.sight(r) < Redacted }))
}

// Disposition finds an answer; its reasons may be shown.
func (c ConsultationReading) Disposition(x cite.Ref) (*consultation.Disposition, bool) {
	c.r.note(x)
	d, ok := c.book().Disposition(x)
	if ok {
		c.r.disposed([]*consultation.Disposition{d})
	}
	return d, ok
}

// Dispositions is how many answers were written.
func (c ConsultationReading) Dispositions() int {
	c.r.note(AnyAnswer)
	return c.book().Dispositions()
}

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
func (c ConsultationReading) Verdict(v string) int {
	c.r.note(AnyAnswer)
	return c.book().Verdict(v)
}

// OnElement counts the published contributions on an element, named through time.
func (c ConsultationReading) OnElement(x cite.Ref) consultation.ElementCounts {
	c.r.note(x)
	return c.book().OnElement(x)
}

// CountsOn counts the published contributions on any of several elements, and their countries.
func (c ConsultationReading) CountsOn(xs ...cite.Ref) (contributions, countries int) {
	c.r.note(xs...)
	return c.book().CountsOn(xs...)
}

// CountOn counts the published parts anchored to an element of an edition.
func (c ConsultationReading) CountOn(x cite.Ref) int {
	c.r.note(x.Element())
	return c.book().CountOn(x)
}

// On lists the published parts anchored to an element of an edition, oldest first, at most limit.
func (c ConsultationReading) On(x cite.Ref, limit int) []cite.Ref {
	c.r.note(x.Element())
	return c.book().On(x, limit)
}

// AnswersOn counts the answers that published parts on some elements have now, and how many have none.
func (c ConsultationReading) AnswersOn(edition int, xs ...cite.Ref) (answers []consultation.AnswerShare, open int) {
	c.r.note(xs...)
	return c.book().AnswersOn(edition, xs...)
}

// Changing lists the answers that change an element, oldest first.
func (c ConsultationReading) Changing(x cite.Ref) []cite.Ref {
	c.r.note(x)
	return c.book().Changing(x)
}

// List gives the newest contributions that a filter chooses, and how many it chooses in all. What waits for a
// moderator is chosen for those who moderate, and for nobody else.
func (c ConsultationReading) List(f consultation.Filter, limit int) (page []consultation.Contribution, total int) {
	if len(f.Element) > 0 {
		c.r.note(f.Element...)
	} else {
		c.r.note(AnyContribution)
	}
	//mutants:guard what waits is listed for those who moderate
	if !c.r.Staff() {
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
	c.r.note(AnyContribution, AnyAnswer)
	return c.book().Points(q, limit)
}

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
	c.r.note(x.Root())
	row, ok := c.book().Row(x)
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
	c.r.note(AnyContribution)
	return c.book().LanguagesPresent()
}

// CountriesPresent lists the codes of the countries of published contributions.
func (c ConsultationReading) CountriesPresent() []string {
	c.r.note(AnyContribution)
	return c.book().CountriesPresent()
}

// CountsOf are the counts of some published parts.
func (c ConsultationReading) CountsOf(parts []cite.Ref) consultation.Counts {
	c.r.note(AnyContribution)
	return c.book().CountsOf(parts)
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
