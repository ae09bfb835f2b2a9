package registration

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/registration/roster"
)

// Member is where whoever manages a delegation answers what is asked of a member whom it registered by name alone.
type Member struct{ *Mine }

// NewMember builds the page for the registration of the member.
func NewMember(st *conversation.Reading, ref cite.Ref, r roster.Registration, l locale.Lang) (*Member, bool) {
	m, ok := NewMine(st, ref, 0, r, l)
	if !ok || r.Over() {
		return nil, false
	}
	return &Member{m}, true
}

// here is the address of the page.
func (v *Member) here(f *frame.Frame) string { return whom(f, v.Offer, v.Reg) }

// whom is the address of the page of a member.
func whom(f *frame.Frame, o *Offer, r roster.Registration) string {
	return string(f.In("/member/" + string(o.Ref) + "/" + number(r.ID)))
}

// Title is the page's title.
func (v *Member) Title(f *frame.Frame) string {
	return f.T("registration.answer_for") + " · " + v.Name.Text
}

// answered reports whether a delegation answers something for a member.
func (v *Members) answered(r roster.Registration) bool {
	return r.ByName() && !r.Over() && len(v.offer.Of(r.Category)) > 0
}
