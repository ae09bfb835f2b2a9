package mail

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail/post"
)

// receipt tells an author that what they sent is on the record, and hands them the proof of it with their words.
var receipt = notice{
	name:  "receipt",
	proof: true,
	find: unheard(func(_ *conversation.State, fact cite.Fact) []letter {
		f := fact.(*consultation.Received)
		return []letter{{about: f.Ref, path: string(f.Ref) + "/receipt"}}
	}),
	holds: func(s consultation.Status) bool { return s != consultation.Withdrawn && s != consultation.Erased },
}

// proof makes the files of a receipt: the one that can be checked, and the words for people to read. Without words it
// is the proof that something was received, and when.
func (w *Letters) proof(ctx context.Context, s setting, d due, l locale.Lang, words bool) ([]post.File, error) {
	r, err := w.Sec.Receipt(ctx, s.slug, d.about, w.Address+"/c/"+s.slug+"/"+string(d.about))
	if err != nil {
		return nil, err
	}
	if !words {
		r.Text = nil
	}
	b, err := plenary.EncodeReceipt(r)
	if err != nil {
		return nil, err
	}
	out := []post.File{{Name: "receipt-" + s.slug + "-" + string(d.about) + ".json", Type: "application/json", Content: b}}
	if r.Text == nil {
		return out, nil
	}
	text, err := w.words(ctx, s, d, r.Meaning, l)
	if err != nil || text == "" { // erased meanwhile
		return out, err
	}
	return append(out, post.File{Name: l.T("mail.receipt.file", "ref", string(d.about)) + ".txt", Type: "text/plain; charset=utf-8", Content: []byte(text)}), nil
}

// words writes a contribution as plain text, its words exactly as they stand on the record; "" where they were erased.
func (w *Letters) words(ctx context.Context, s setting, d due, m consultation.Meaning, l locale.Lang) (string, error) {
	all, err := w.Sec.Words(ctx, s.slug, []cite.Position{d.position})
	if err != nil || all[d.position] == nil {
		return "", err
	}
	words := all[d.position]
	var b strings.Builder
	title, _ := s.title.For(l)
	fmt.Fprintf(&b, "%s · %s\n%s\n", d.about, title, s.when(l, d.received))
	for _, field := range []string{consultation.FieldName, consultation.FieldBody, consultation.FieldTitle} {
		if words[field] != "" {
			b.WriteString(words[field] + "\n")
		}
	}
	if _, err := w.Sec.Read(ctx, s.slug, func(st *conversation.State) error {
		form, _ := st.Questions.Form(m.Call) // there is one where something was chosen
		for _, c := range st.Questions.Chosen(d.about) {
			if q, ok := form.Question(c.Question); ok {
				text, _ := q.Text.For(l)
				fmt.Fprintf(&b, "\n%d. %s\n\n%s\n", c.Question, text, q.Answer(c, l))
			}
		}
		for i, on := range m.On {
			place := []string{string(on)}
			if e, ok := st.Papers.Edition(on); ok {
				place = slices.DeleteFunc([]string{string(e.Symbol), e.Label(on.Element()), string(on)}, func(s string) bool { return s == "" })
			}
			if n := st.Consultation.Part(d.about, i+1).Question; n > 0 {
				place = []string{l.T("kind.question") + " " + strconv.Itoa(int(n))}
			}
			fmt.Fprintf(&b, "\n%s\n\n%s\n", strings.Join(place, " · "), words[consultation.TextField(i+1)])
			if wording := words[consultation.WordingField(i+1)]; wording != "" {
				fmt.Fprintf(&b, "\n— %s —\n\n%s\n", l.T("contribute.wording"), wording)
			}
		}
		return nil
	}); err != nil {
		return "", err
	}
	for i := 1; words["f"+strconv.Itoa(i)+".name"] != ""; i++ {
		n := "f" + strconv.Itoa(i)
		fmt.Fprintf(&b, "\n— %s —\n%s\nSHA-256 %s\n", l.T("contribute.file"), words[n+".name"], words[n+".sha256"])
	}
	return b.String(), nil
}
