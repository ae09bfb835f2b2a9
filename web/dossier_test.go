package web_test

import (
	"os"
	"strings"
	"testing"
)

func TestDossierDraft(t *testing.T) {
	h := newHouse(t)
	v := h.visitor()
	docs := v.get("/en" + conv + "/documents.json")
	_ = docs
	for _, p := range []string{"p1", "p2", "p3", "p4", "p5"} {
		a := v.get("/en" + conv + "/" + p + "/dossier.zip")
		t.Log(p, a.status, len(a.body), a.header)
		if a.status == 200 {
			os.WriteFile("/tmp/wt/d-"+p+".zip", []byte(a.body), 0o600)
			b := v.get("/en" + conv + "/" + p)
			i := strings.Index(b.body, `id="notes"`)
			t.Log(b.status, b.body[max(0, i-100):])
		}
	}
}
