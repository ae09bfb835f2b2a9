package plenary

import (
	"context"

	"github.com/openplenary/plenary/conversation/compiler"
	"github.com/openplenary/plenary/conversation/quoting"
	"github.com/openplenary/plenary/paper"
)

// Compile checks considerations as they would be if a participant published them now, "" for nobody; what they quote is looked up
// among what everybody can read.
func (s *Secretariat) Compile(ctx context.Context, slug string, c paper.Publish, publisher string) ([]compiler.Finding, error) {
	return quoting.Compile(ctx, s, slug, c, publisher)
}
