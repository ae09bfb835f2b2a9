package sessions

import (
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/press"
)

// Debate is the report as a debate record of Akoma Ntoso, with the words that the reader may read. Home is the address of the conversation.
func (v *Report) Debate(f *frame.Frame, home string) *press.Debate {
	at := home + "/" + string(v.Ref)
	d := &press.Debate{Address: at, File: at + "/report.akn.xml", Language: string(f.Lang), Began: v.Begins, Ended: v.Ends, Keeper: f.T("noun.secretariat")}
	for _, u := range v.all() {
		if u.empty() {
			continue
		}
		it := press.DebateItem{Heading: f.T("session.other"), Written: press.DebatePart{Name: "written", Heading: f.T("session.report_filed", "n", len(u.Filed))}}
		if u.Ref != cite.None {
			it.Number, it.Heading = u.number(f), u.Name.Text
		}
		for _, y := range u.Spoke {
			s := y.speech(f)
			s.From, s.To = y.At, y.ended()
			it.Spoken = append(it.Spoken, s)
		}
		for _, y := range u.Filed {
			it.Written.Speeches = append(it.Written.Speeches, y.speech(f))
		}
		unheard := press.DebatePart{Name: "unheard", Heading: f.T("session.report_unheard", "n", len(u.Unheard))}
		for _, y := range u.Unheard {
			unheard.Notes = append(unheard.Notes, y.called()+frame.Colon(f)+f.T("floor.became."+y.Became))
		}
		hidden := press.DebatePart{Name: "hidden", Heading: f.T("session.report_hidden", "n", len(u.Hidden))}
		for _, h := range u.Hidden {
			hidden.Notes = append(hidden.Notes, frame.Named(f, h.Ref)+frame.Colon(f)+f.T("status."+h.Status))
		}
		it.Beside = []press.DebatePart{unheard, hidden}
		d.Items = append(d.Items, it)
	}
	return d
}

// ended is when somebody had finished.
func (v *Voice) ended() time.Time {
	if v.Turn == 0 && v.said != nil {
		return v.said.Speech.To
	}
	return v.until
}

// speech is what was said, paragraph by paragraph; a remark where nobody entered it.
func (v *Voice) speech(f *frame.Frame) press.Speech {
	s := press.Speech{By: string(v.Party), Name: v.called(f), Person: v.Turn == 0 && (v.said == nil || v.said.Org == "")}
	if v.said != nil {
		for _, p := range v.said.Parts {
			for _, text := range strings.Split(p.Text, "\n\n") {
				if text = strings.TrimSpace(text); text != "" {
					s.Paragraphs = append(s.Paragraphs, press.Paragraph{Language: string(p.Language), Text: text})
				}
			}
		}
	}
	if len(s.Paragraphs) == 0 {
		s.Paragraphs = []press.Paragraph{{Text: f.T("session.report_no_words"), Remark: true}}
	}
	return s
}
