package consult

import (
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
)

func issueChoices(v *List) []frame.Choice {
	out := make([]frame.Choice, len(v.Issues))
	for i, e := range v.Issues {
		out[i] = frame.Choice{ID: string(e.Through()), Name: part.Numbered(e.Number) + e.Text.Text}
	}
	return out
}

func languageChoices(v *List) []frame.Choice {
	out := make([]frame.Choice, len(v.Languages))
	for i, l := range v.Languages {
		out[i] = frame.Choice{ID: string(l), Name: l.Name()}
	}
	return out
}

func callChoices(v *List) []frame.Choice {
	out := make([]frame.Choice, len(v.Calls))
	for i, c := range v.Calls {
		out[i] = frame.Choice{ID: string(c.Ref), Name: c.Name.Text}
	}
	return out
}

func statusChoices(f *frame.Frame) []frame.Choice {
	ids := []string{"withheld", "withdrawn", "erased"}
	if f.Me.Moderator() || f.Me.Officer() {
		ids = append([]string{"pending"}, ids...)
	}
	return frame.Choices(f, "status.", ids)
}
