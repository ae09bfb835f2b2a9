package digest_test

import (
	"testing"
	"time"

	"github.com/openplenary/plenary/internal/digest"
)

type thing struct {
	Name  string
	at    time.Time
	parts []int
	by    map[string]*thing
	cache int `digest:"-"`
}

// TestOf: what says the same has the same digest, and what says anything else has another.
func TestOf(t *testing.T) {
	at := time.Date(2020, 7, 7, 12, 0, 0, 0, time.UTC)
	one := func() *thing {
		return &thing{"a", at, []int{1, 2}, map[string]*thing{"x": {Name: "b"}, "y": nil}, 1}
	}
	same := one()
	same.cache, same.at = 2, at.In(time.FixedZone("here", 3600))
	if digest.Of(one()) != digest.Of(same) {
		t.Error("the same is not the same")
	}
	for what, change := range map[string]func(*thing){
		"the name": func(x *thing) { x.Name = "b" }, "the instant": func(x *thing) { x.at = x.at.Add(1) }, "the order": func(x *thing) { x.parts = []int{2, 1} },
		"an end": func(x *thing) { x.parts = x.parts[:1] }, "a key": func(x *thing) { x.by["z"] = nil }, "something deep": func(x *thing) { x.by["x"].Name = "c" },
	} {
		other := one()
		change(other)
		if digest.Of(one()) == digest.Of(other) {
			t.Errorf("%s makes no difference", what)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a function has a digest")
		}
	}()
	digest.Of(&struct{ f func() }{func() {}})
}
