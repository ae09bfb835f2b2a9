package desk

import (
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
)

// Map is the page where officers settle the maps.
type Map struct {
	frame.NoWords
	Show       string        `json:"show"` // "on" or "off"
	Disclaimer locale.Text   `json:"disclaimer,omitzero"`
	Tongues    frame.Tongues `json:"-"`
}

// NewMap builds the page.
func NewMap(st *conversation.Reading) *Map {
	v := &Map{Show: "on", Disclaimer: st.Maps.Disclaimer, Tongues: frame.NewTongues("disclaimer", Begun(st.Maps.Disclaimer, st.Title.Original), st.Languages, nil)}
	if st.Maps.Off {
		v.Show = "off"
	}
	return v
}

// Title is the page's title.
func (v *Map) Title(f *frame.Frame) string { return f.T("desk.map.title") }
