package desk

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	view "github.com/openplenary/plenary/page/desk"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/settings"
	"github.com/openplenary/plenary/web/serve"
)

func (q *request) stages() error {
	return q.deskShow(http.StatusOK, func(st *conversation.Reading) (frame.View, error) {
		v := view.NewStages(st, q.Lang)
		v.NewToken = serve.Nonce
		return v, nil
	})
}

func (q *request) postStages() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(v.Get("number"))
	if err != nil || n < 0 || n > 60 {
		return refusal.New(refusal.Invalid, "form.unreadable")
	}
	name := func(field string) string { return field + "-" + strconv.Itoa(n) }
	get := func(field string) string { return v.Get(name(field)) }
	var no refusal.Several
	var lacks view.Lacks
	stage := settings.Stage{Number: n, Kind: get("kind"), From: get("from"), To: get("to"), State: get("state"), Source: serve.CleanAddress(name("source"), get("source"), &no)}
	if !slices.Contains(view.StageKinds, stage.Kind) {
		no = append(no, refusal.In(name("kind"), "desk.stage_kind"))
	}
	if err := q.Look(func(st *conversation.Reading) error {
		was := settings.Stage{Number: n}
		if n > 0 && n <= len(st.Stages) {
			was = st.Stages[n-1]
		}
		f := view.NewStageForm(st, was, q.Lang)
		f.Title, f.Outcome, f.Promised = f.Title.Typed(serve.Typed(v)), f.Outcome.Typed(serve.Typed(v)), f.Promised.Typed(serve.Typed(v))
		lacks = view.FormLacks("stage "+strconv.Itoa(cmp.Or(n, len(st.Stages)+1)), f.Title, f.Outcome, f.Promised)
		stage.Title, stage.Outcome, stage.Promised = q.Tongues(v, f.Title, was.Title), q.Tongues(v, f.Outcome, was.Outcome), q.Tongues(v, f.Promised, was.Promised)
		if get("target") == "" {
			return nil
		}
		// What the form offers can be chosen; what a stage can be about is looked up where it is decided.
		ref, err := cite.ParseRef(get("target"))
		if err != nil || !slices.ContainsFunc(view.NewStages(st, q.Lang).Targets, func(c frame.Choice) bool { return c.ID == string(ref) }) {
			no = append(no, refusal.In(name("target"), "desk.target"))
			return nil
		}
		stage.Target = ref
		return nil
	}); err != nil {
		return err
	}
	if len(no) == 0 {
		if no, err = q.untoldOf(v, settings.PlanStage{Stage: stage}, lacks); err != nil {
			return err
		}
	}
	answer, rs, err := q.deskDo(v, settings.PlanStage{Stage: stage}, no)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		rs = serve.Renamed(rs, func(field string) string {
			if strings.HasSuffix(field, "-"+strconv.Itoa(n)) || field == "" {
				return field
			}
			return name(field)
		})
		return q.deskAgain(rs, "", func(st *conversation.Reading) (frame.View, error) {
			w := view.NewStages(st, q.Lang)
			w.NewToken, w.Lacks = serve.Nonce, lacks.Before(w.Lacks)
			for i := range w.Stages {
				f := &w.Stages[i]
				if f.Number != n {
					continue
				}
				f.Open, f.Kind, f.From, f.To, f.Source, f.Target = true, stage.Kind, stage.From, stage.To, get("source"), get("target")
				f.Title, f.Outcome, f.Promised = f.Title.Typed(serve.Typed(v)), f.Outcome.Typed(serve.Typed(v)), f.Promised.Typed(serve.Typed(v))
				if slices.Contains(view.StageStates, stage.State) {
					f.State = stage.State
				}
			}
			return w, nil
		})
	}
	anchor := ""
	if n > 0 {
		anchor = name("stage")
	}
	return q.deskSee("/stages", answer.Last, "staged", anchor)
}
