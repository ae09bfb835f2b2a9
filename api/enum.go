package api

import (
	"reflect"
	"slices"

	"github.com/openplenary/plenary/accreditation"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation/overview"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/settings"
)

// The lists of values, in one place: enumOf for what is a type in Go, enumAt for fields that are strings there.
// Each is the list that the rules use; a test reads every page and finds values that are not in them.

// enumOf are the values of types.
var enumOf = map[reflect.Type]func() []string{
	reflect.TypeFor[locale.Lang]():         written,
	reflect.TypeFor[delegation.Role]():     roles,
	reflect.TypeFor[consultation.Stance](): stances,

	reflect.TypeFor[delegation.Capacity](): capacities,
}

// enumAt are the values of fields: by the component and the name of the field.
var enumAt = map[string]func() []string{
	"delegation.Align.stand":               list(delegation.Aligned, delegation.Dissociated),
	"consultation.AnnounceCall.late":       list("kept", "refused"),
	"consultation.AnnounceCall.moderation": list("before", "after"),
	"consultation.AnnounceCall.who":        list(append([]string{""}, consultation.WhoMayAnswer...)...),
	"life.Correct.late":                    list("", "kept", "refused"),
	"life.Correct.moderation":              list("", "before", "after"),
	"life.Correct.who":                     list(append([]string{""}, consultation.WhoMayAnswer...)...),
	"consultation.Answer.outcome":          list(consultation.Outcomes...),
	"consultation.Meaning.assurance":       assurances,
	"consultation.Meaning.rule":            list(consultation.OnTime, consultation.Late),
	"reaction.React.verdict":               list(consultation.Verdicts...),
	"consultation.Redact.ground":           grounds,
	"consultation.TranslateReason.status":  translations,
	"life.Translate.status":                anyTranslation,
	"questionnaire.Translate.status":       anyTranslation,
	"settings.Translate.status":            anyTranslation,
	"consultation.Withhold.ground":         grounds,
	"conversation.Erase.ground":            grounds,
	"settings.Stage.kind":                  list(settings.StageKinds...),
	"settings.Stage.state":                 list(settings.StageStates...),
	"paper.CorrectConcordance.change":      changes,
	"paper.Element.kind":                   elementKinds,
	"paper.Op.do":                          list(paper.Keep, paper.Insert, paper.Delete),
	"paper.Publish.kind":                   list(paper.Kinds...),
	"paper.Reserve.kind":                   elementKinds,
	"paper.MarkSentence.verdict":           list(paper.Verdicts...),

	"accreditation.Ask.as":            list(accreditation.Capacities...),
	"accreditation.Accredit.as":       list(append([]string{""}, accreditation.Capacities...)...),
	"accreditation.Party.as":          list(accreditation.Capacities...),
	"accreditation.Party.state":       list("stands", "over", "ended"),
	"accreditation.Request.as":        list(accreditation.Capacities...),
	"accreditation.Request.status":    list(accreditation.Statuses...),
	"accreditation.Request.assurance": list(consultation.EmailProven, accreditation.OpenID),
	"part.Contribution.speaks_as":     list(accreditation.Capacities...),
	"consult.Responses.outcome":       list(append(slices.Clone(consultation.Outcomes), "unanswered")...),
	"consult.ResponseGroup.outcome":   list(consultation.Outcomes...),
	"consult.VerdictRow.verdict":      list(consultation.Verdicts...),
	"consult.ListQuery.status":        statuses,
	"frame.LocalizedText.translation": func() []string { return []string{"official", "unofficial", "machine", "older", "missing"} },
	"frame.LocalizedText.lang":        func() []string { return append([]string{""}, written()...) }, // "" of a text that is not there
	"desk.Holder.roles":               roles,
	"desk.People.roles":               roles,
	"home.Page.life":                  list(settings.LifeNames...),
	"home.Stage.kind":                 list(settings.StageKinds...),
	"home.Stage.state":                list(append(slices.Clone(settings.StageStates), "withdrawn", "late")...),
	"home.Chair.role":                 list("officer", "moderator", "individual"),
	"papers.ChangeCount.fate":         changes,
	"papers.Concordance.chosen":       changes,
	"papers.ConcordanceRow.fate":      changes,
	"papers.Find.fate":                changes,
	"papers.Paper.translation_status": list("official", "unofficial", "incomplete"),
	"part.Answer.translation_status":  translations,
	"part.AnswerBrief.outcome":        list(consultation.Outcomes...),
	"part.Point.stance":               taken,
	"part.Point.kind":                 elementKinds,
	"part.PointCard.answer_outcome":   list(consultation.Outcomes...),
	"part.Call.late":                  list(consultation.LateKept, consultation.LateRefused),
	"part.Call.moderation":            list(consultation.ModerateBefore, consultation.ModerateAfter),
	"part.Call.state":                 list("planned", "open", "closed", "withdrawn"),
	"part.Call.who":                   list(consultation.WhoMayAnswer...),
	"part.Turn.kind":                  list(consultation.TurnExtended, consultation.TurnCorrected, consultation.TurnStopped, consultation.TurnWithdrawn),
	"part.Before.part":                list("title", "text", "terms", "late", "moderation", "who", "opens"),
	"part.Contribution.assurance":     assurances,
	"part.Contribution.ground":        grounds,
	"part.Contribution.sight":         list("tombstone", "blackened", "whole"),
	"part.Contribution.status":        statuses,
	"part.Element.kind":               elementKinds,
	"part.Location.kind":              elementKinds,
	"part.OutcomeCount.outcome":       list(consultation.Outcomes...),
	"part.PointRow.outcome":           list(consultation.Outcomes...),
	"part.PointRow.reaction":          list(consultation.Verdicts...),
	"part.ReactionView.verdict":       list(consultation.Verdicts...),
	"part.WhyAnswer.translation":      translations,
	"trace.Page.about":                list("passage", "contribution", "answer"),
	"trace.Step.stance":               taken,
	"trace.Step.status":               statuses,
	"trace.Step.verdict":              list(consultation.Verdicts...),
	"survey.OverviewCell.convergence": convergence,
	"survey.Evidence.convergence":     convergence,
}

func list(values ...string) func() []string { return func() []string { return values } }

// valuesOf are the values of a field, nil where it may have any.
func valuesOf(f field) []string {
	if values := enumAt[nameOf(f.owner)+"."+f.name]; values != nil {
		return values()
	}
	return nil
}

func capacities() []string {
	out := []string{""}
	for _, c := range delegation.Capacities {
		out = append(out, string(c))
	}
	return out
}

func roles() []string {
	var out []string
	for _, r := range delegation.Roles() {
		out = append(out, r.String())
	}
	return out
}

// stances are those that may be sent, "" for none.
func stances() []string {
	out := []string{""}
	return append(out, taken()...)
}

// taken are the stances that somebody took.
func taken() []string {
	var out []string
	for s := consultation.Yes; s <= consultation.WrongQuestion; s++ {
		out = append(out, s.String())
	}
	return out
}

func statuses() []string {
	var out []string
	for s := consultation.Pending; s <= consultation.Erased; s++ {
		out = append(out, s.String())
	}
	return out
}

func grounds() []string { return consultation.Grounds }
func changes() []string { return paper.ChangeNames }
func elementKinds() []string {
	return []string{paper.Theme, paper.Issue, paper.Paragraph, paper.Question}
}
func translations() []string { return []string{"official", "unofficial"} }

func anyTranslation() []string { return []string{"official", "unofficial", "machine"} }
func assurances() []string {
	return []string{consultation.Anonymous, consultation.EmailProven, consultation.Vouched}
}

// convergence are the levels of the overview, "nothing" where nothing was said.
func convergence() []string { return append([]string{"nothing"}, overview.Levels...) }
