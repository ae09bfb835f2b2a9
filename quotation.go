package plenary

import (
	"context"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/compiler"
	"github.com/openplenary/plenary/conversation/quoting"
	"github.com/openplenary/plenary/paper"
)

// Compile checks considerations as they would be if a participant published them now, "" for nobody; what they quote is looked up
// among what everybody can read.
func (s *Secretariat) Compile(ctx context.Context, slug string, c paper.Publish, publisher string) ([]compiler.Finding, error) {
	p := compiler.Paper{Itself: c.Paper, Original: c.Title.Original, Title: c.Title, Note: c.Note, Elements: c.Elements, Publisher: publisher}
	if compiler.Quotes(c) {
		words, err := quoting.Texts(ctx, s, slug, compiler.Quoting(c))
		if err != nil {
			return nil, err
		}
		p.Words = words
	}
	var found []compiler.Finding
	_, err := quoting.Read(ctx, s, slug, func(r *conversation.Reading) { found = r.Compile(p) })
	return found, err
}

// quotes refuses considerations that quote what stands nowhere. The writer's state has no words, so this comes before it decides; all else is
// for it to decide.
func (s *Secretariat) quotes(ctx context.Context, slug string, ask conversation.Ask) error {
	c, ok := ask.Command.(paper.Publish)
	if !ok || !compiler.Quotes(c) {
		return nil
	}
	if checked, wrong := c.Check(); wrong == nil { // else it is refused for that, with all that is wrong with it
		c = checked
	}
	words, err := quoting.Texts(ctx, s, slug, compiler.Quoting(c))
	if err != nil {
		return err
	}
	return compiler.Quoted(c, words).Or()
}
