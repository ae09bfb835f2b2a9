// Package preparation looks at what a conversation has and lacks: what it needs before it is opened, which of its texts are written in
// which language, and what stands under a label that somebody would take away. What is settled, opened and archived is held to that.
package preparation

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/priority"
	"github.com/openplenary/plenary/questionnaire"
	"github.com/openplenary/plenary/session"
	"github.com/openplenary/plenary/settings"
)

// House is what is looked at.
type House struct {
	*settings.Settings
	Roll         *delegation.Roll
	Papers       *paper.State
	Consultation *consultation.State
	Questions    *questionnaire.State
	Priorities   *priority.State
	Sessions     *session.State
}

// Under counts what stands under a label: parties on the roll and contributions in a category, passages of any
// edition under a subject or a question, countries in a group.
func (s *House) Under(list, id string) (n int) {
	switch list {
	case settings.Categories:
		for _, y := range s.Roll.Entered() {
			p, _ := s.Roll.Party(y)
			if c, _ := s.Category(p.Category); p.Category == id || c.ID == id {
				n++
			}
		}
		var every []consultation.Status // whatever became of it
		for status := consultation.Pending; status <= consultation.Erased; status++ {
			every = append(every, status)
		}
		_, said := s.Consultation.List(consultation.Filter{Category: id, Status: every}, 0)
		return n + said
	case settings.Groups:
		for _, c := range s.Countries {
			if c.Group == id {
				n++
			}
		}
		return n
	}
	for _, p := range s.Papers.All {
		for _, e := range p.Editions {
			for i := range e.Elements {
				if x := &e.Elements[i]; slices.Contains(x.Subjects, id) && list == settings.Subjects || slices.Contains(x.Crosscutting, id) && list == settings.Crosscutting {
					n++
				}
			}
		}
	}
	return n
}

// The things that a conversation needs before it is opened, as Gap names them.
const (
	NeedTitle      = "title"
	NeedLead       = "lead"
	NeedContact    = "contact"
	NeedCategories = "categories"
	NeedStages     = "stages"
	NeedModerator  = "moderator"
	NeedPaper      = "paper"
	NeedCall       = "call"
	NeedCallTexts  = "call_texts" // of the calls that are not over
	NeedPages      = "pages"      // the legal pages of the instance
)

// Need is one thing that is looked at before a conversation is opened.
type Need struct {
	What     string        // one of the things above
	Missing  []locale.Lang // languages in which it has no words
	Older    []locale.Lang // languages whose words are older than the original
	Ready    bool
	Optional bool // good to have; the conversation can be opened without it
}

// Needs lists what is looked at before the conversation is opened, ready or not, in the order in which it is done.
func (s *House) Needs(now time.Time) []Need {
	text := func(what string, texts map[string]locale.Text) Need {
		n := Need{What: what}
		for _, l := range s.Languages {
			missing, older := false, false
			for name, t := range texts {
				missing, older = missing || t.In[l] == "", older || s.Older(name, l)
			}
			if missing {
				n.Missing = append(n.Missing, l)
			} else if older {
				n.Older = append(n.Older, l)
			}
		}
		n.Ready = len(n.Missing) == 0 && len(n.Older) == 0
		return n
	}
	categories := map[string]locale.Text{}
	for _, c := range settings.Offered(s.Categories) {
		categories[settings.Categories+" "+c.ID] = c.Name
	}
	later := func(what string, there bool, texts []locale.Text) Need {
		n := Need{What: what, Optional: true}
		for _, l := range s.Languages {
			if slices.ContainsFunc(texts, func(t locale.Text) bool { return slices.Contains(t.Lacking(s.Languages), l) }) {
				n.Missing = append(n.Missing, l)
			}
		}
		n.Ready = there && len(n.Missing) == 0
		return n
	}
	calls, asked, ahead, papers := s.textsAhead(now)
	needs := []Need{
		text(NeedTitle, map[string]locale.Text{settings.TitleText: s.Title}),
		text(NeedLead, map[string]locale.Text{settings.LeadText: s.Lead}),
		text(NeedContact, map[string]locale.Text{settings.ContactText: s.Contact}),
		text(NeedCategories, categories),
		{What: NeedModerator, Ready: len(s.Roll.Holders(delegation.Moderator)) > 0},
		later(NeedStages, len(s.Stages) > 0, ahead),
		later(NeedPaper, len(s.Papers.All) > 0, papers),
		later(NeedCall, len(calls) > 0, asked),
	}
	if len(calls) > 0 {
		needs = append(needs, text(NeedCallTexts, calls))
	}
	if in := s.UnwrittenIn(); s.House != nil {
		needs = append(needs, Need{What: NeedPages, Missing: in, Ready: len(in) == 0})
	}
	return needs
}

// textsAhead are the texts that readers find once the conversation is opened, beside what it says of itself: what the calls say
// that are not over, by names, and what these ask; what the calendar says; the papers as they are newest.
func (s *House) textsAhead(now time.Time) (calls map[string]locale.Text, asked, ahead, papers []locale.Text) {
	calls = map[string]locale.Text{}
	for _, k := range s.Consultation.Calls {
		if !now.Before(k.Closes) || k.Withdrawn != 0 {
			continue
		}
		for _, name := range life.TextNames(k) {
			calls[string(k.Ref)+" "+name], _ = life.Text(k, name)
		}
		if form, ok := s.Questions.Form(k.Ref); ok {
			for _, name := range form.TextNames() {
				t, _ := form.Text(name)
				asked = append(asked, t)
			}
		}
	}
	for _, x := range s.Stages {
		ahead = append(ahead, x.Title, x.Outcome, x.Promised)
	}
	for _, p := range s.Papers.All {
		e := p.Latest()
		papers = append(papers, e.Title)
		for i := range e.Elements {
			papers = append(papers, e.Elements[i].Text)
		}
	}
	return calls, asked, ahead, papers
}

// TextsIn counts what was published in a language: passages of the newest editions, calls and their questions, reasons
// of answers.
func (s *House) TextsIn(l locale.Lang) (n int) {
	count := func(t locale.Text) {
		if t.In[l] != "" {
			n++
		}
	}
	for _, p := range s.Papers.All {
		e := p.Latest()
		count(e.Title)
		for i := range e.Elements {
			count(e.Elements[i].Text)
		}
	}
	for _, k := range s.Consultation.Calls {
		count(k.Title)
		count(k.Text)
		count(k.Terms)
		if form, ok := s.Questions.Form(k.Ref); ok {
			for _, name := range form.TextNames() {
				t, _ := form.Text(name)
				count(t)
			}
		}
	}
	for i := range s.Consultation.Dispositions() {
		if d, ok := s.Consultation.Disposition(cite.Disposition(i + 1)); ok {
			if _, written := d.Reasons[l]; written {
				n++
			}
		}
	}
	return n
}
