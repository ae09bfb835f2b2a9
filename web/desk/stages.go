package desk

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	view "github.com/openplenary/plenary/page/desk"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/refusal"
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
	f := view.StageForm{Number: n, Kind: get("kind"), Title: get("title"), From: get("from"), To: get("to"), State: get("state"), Outcome: get("outcome"), Promised: get("promised"),
		Source: get("source"), Target: get("target"), Open: true}
	var no refusal.Several
	stage := conversation.Stage{Number: n, Kind: f.Kind, From: f.From, To: f.To, State: f.State, Title: q.lines(name("title"), f.Title, true, 300, &no),
		Outcome: q.lines(name("outcome"), f.Outcome, false, 2000, &no), Promised: q.lines(name("promised"), f.Promised, false, 2000, &no), Source: address(name("source"), f.Source, &no)}
	if !slices.Contains(view.StageKinds, f.Kind) {
		no = append(no, refusal.In(name("kind"), "desk.stage_kind"))
	}
	if err := q.Look(func(st *conversation.Reading) error {
		if n > 0 && n <= len(st.Stages) { // who wrote it first stays the original
			was := st.Stages[n-1]
			for _, t := range []struct{ now, was *locale.Text }{{&stage.Title, &was.Title}, {&stage.Outcome, &was.Outcome}, {&stage.Promised, &was.Promised}} {
				if t.now.In[t.was.Original] != "" {
					t.now.Original = t.was.Original
				}
			}
		}
		if f.Target == "" {
			return nil
		}
		ref, err := cite.ParseRef(f.Target)
		if _, paper := st.Papers.Edition(ref); err == nil && paper {
			stage.Target = ref
		} else if _, call := st.Consultation.Call(ref); err == nil && call {
			stage.Target = ref
		} else {
			no = append(no, refusal.In(name("target"), "desk.target"))
		}
		return nil
	}); err != nil {
		return err
	}
	answer, rs, err := q.deskDo(v, conversation.PlanStage{Stage: stage}, no)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		for i, r := range rs {
			if r.Field != "stages" {
				continue
			}
			field := ""
			switch r.Key {
			case "stage.date":
				field = name("from")
			case "stage.incomplete":
				field = name("title")
			}
			rs[i] = serve.Renamed(rs[i:i+1], func(string) string { return field })[0]
		}
		return q.deskAgain(rs, "", func(st *conversation.Reading) (frame.View, error) {
			w := view.NewStages(st, q.Lang)
			w.NewToken = serve.Nonce
			for i := range w.Stages {
				if w.Stages[i].Number == n {
					f.Name = w.Stages[i].Name
					if !slices.Contains(view.StageStates, f.State) {
						f.State = w.Stages[i].State
					}
					w.Stages[i] = f
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
