package web_test

import (
	"fmt"
	"strings"
	"testing"
)

// TestOwnOfMany: of two hundred contributions that a browser sent without an account, it has a hold on every one, the
// first as well.
func TestOwnOfMany(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.visitor()
	var refs []string
	for i := range 200 {
		sent := contribution(fmt.Sprintf("Point %d.", i))
		sent.Set("token", deskForm(t, v.get(form).body, form, 0).Get("token"))
		to := v.deskTo(v.post(form, sent))
		ref, _, _ := strings.Cut(strings.TrimPrefix(to, "/en"+conv+"/"), "/")
		refs = append(refs, ref)
	}
	for _, i := range []int{0, 1, 20, 21, 100, 198, 199} {
		if a := v.get("/en" + conv + "/" + refs[i] + "/receipt"); a.status != 200 {
			t.Errorf("the hold on contribution %d is lost: %d", i+1, a.status)
		}
	}
	if to := v.deskTo(v.post("/en"+conv+"/"+refs[0]+"/withdraw", nil)); !strings.Contains(to, "done=withdrawn") {
		t.Error(to)
	}
	if a := h.visitor().get("/en" + conv + "/" + refs[5] + "/receipt"); a.status != 404 {
		t.Errorf("a stranger has a hold on it: %d", a.status)
	}
	again := contribution("Point 7.") // the same form once more is the same contribution
	again.Set("token", deskForm(t, v.get(form).body, form, 0).Get("token"))
	first, second := v.deskTo(v.post(form, again)), v.deskTo(v.post(form, again))
	if a, _, _ := strings.Cut(first, "?"); !strings.HasPrefix(second, a) {
		t.Errorf("%s, then %s", first, second)
	}
}
