package refusal_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/openplenary/plenary/refusal"
)

// TestMaking: what each way of refusing holds, and how a log line says it.
func TestMaking(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		got  *refusal.Refusal
		want refusal.Refusal
		line string
	}{
		{refusal.New(refusal.NotNow, "call.closed"), refusal.Refusal{Kind: refusal.NotNow, Key: "call.closed"}, "refused: call.closed"},
		{refusal.New(refusal.Conflict, "role.held", "role", "chair", "n", 2), refusal.Refusal{Kind: refusal.Conflict, Key: "role.held", Args: []any{"role", "chair", "n", 2}}, "refused: role.held role=chair n=2"},
		{refusal.In("title", "line.long", "max", 300), refusal.Refusal{Kind: refusal.Invalid, Key: "line.long", Field: "title", Args: []any{"max", 300}}, "refused: line.long (title) max=300"},
		{refusal.In("", "x", "odd"), refusal.Refusal{Kind: refusal.Invalid, Key: "x", Args: []any{"odd"}}, "refused: x"},
	} {
		if got := *c.got; got.Kind != c.want.Kind || got.Key != c.want.Key || got.Field != c.want.Field || !reflect.DeepEqual(append([]any{}, got.Args...), append([]any{}, c.want.Args...)) {
			t.Errorf("%+v, want %+v", got, c.want)
		}
		if c.got.Error() != c.line {
			t.Errorf("%q, want %q", c.got, c.line)
		}
	}
}

// TestSeveral: none is no error, one is itself, more stay together in their order.
func TestSeveral(t *testing.T) {
	t.Parallel()
	a, b := refusal.In("title", "title.missing"), refusal.In("closes", "call.order")
	if err := (refusal.Several{}).Or(); err != nil {
		t.Error("nothing refused is an error:", err)
	}
	if err := (refusal.Several{a}).Or(); err != error(a) {
		t.Errorf("one refusal became %#v", err)
	}
	err := refusal.Several{a, b}.Or()
	if want := "refused: title.missing (title); refused: call.order (closes)"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	if rs := refusal.Of(err); len(rs) != 2 || rs[0] != a || rs[1] != b {
		t.Errorf("of two are found %v", rs)
	}
}

// TestOf: a refusal is found however deep it is wrapped; a fault holds none.
func TestOf(t *testing.T) {
	t.Parallel()
	a, b := refusal.New(refusal.Hidden, "not_found"), refusal.In("text", "text.utf8")
	for _, c := range []struct {
		name string
		err  error
		want []*refusal.Refusal
	}{
		{"nothing", nil, nil},
		{"a fault", errors.New("disk"), nil},
		{"itself", a, []*refusal.Refusal{a}},
		{"wrapped", fmt.Errorf("c1: %w", a), []*refusal.Refusal{a}},
		{"beside a fault", fmt.Errorf("%w: %w", b, errors.New("disk")), []*refusal.Refusal{b}},
		{"several, wrapped", fmt.Errorf("x: %w", refusal.Several{a, b}), []*refusal.Refusal{a, b}},
	} {
		if got := refusal.Of(c.err); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
