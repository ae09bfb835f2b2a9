package expr_test

import (
	"errors"
	"testing"

	"github.com/openplenary/plenary/internal/expr"
)

type address string

func TestValue(t *testing.T) {
	if s, err := expr.Value(address("/en/")); s != "/en/" || err != nil {
		t.Errorf("%q %v", s, err)
	}
	if s, err := expr.Value("text", nil); s != "text" || err != nil {
		t.Errorf("%q %v", s, err)
	}
	wrong := errors.New("wrong")
	if _, err := expr.Value("text", wrong); !errors.Is(err, wrong) {
		t.Error(err)
	}
}

// TestValueAllocates: a value is handed on as it is.
func TestValueAllocates(t *testing.T) {
	s := address("/en/c/water/contributions")
	if n := testing.AllocsPerRun(100, func() { _, _ = expr.Value(s) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
