package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"

	"github.com/openplenary/plenary/press"
)

// read is what a reader of a page sees in the first element of a class, with one space for any white space.
func read(t *testing.T, page, class string) string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var found *html.Node
	var b strings.Builder
	var walk func(n *html.Node, in bool)
	walk = func(n *html.Node, in bool) {
		if n.Type == html.ElementNode && found == nil {
			for _, a := range n.Attr {
				if a.Key == "class" && strings.Contains(" "+a.Val+" ", " "+class+" ") {
					found, in = n, true
				}
			}
		}
		if in && n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		if in && (n.Data == "p" || n.Data == "br") {
			b.WriteByte(' ')
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, in)
		}
	}
	walk(doc, false)
	return oneSpace(b.String())
}

func oneSpace(s string) string { return strings.Join(strings.FieldsFunc(s, unicode.IsSpace), " ") }

// TestWordsAgree: the preview, the queue that a moderator decides by, the page, its twin, the table, the print and
// the receipt hold one text: the one that was written.
func TestWordsAgree(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	moderator := h.as("moderator")
	for i, text := range []string{
		"Good paper.\n\n<div>HIDDEN-ABUSE the minister is a crook</div>",
		"7. We agree with it.\n9. We do not: speed <limit> applies, p<q and r>s.",
		"auteur*rice*s, 5*3*2, ![the chart](https://example.org/x.png), `a` _b_ # c",
		"\tOur association:\n    https://example.org/?a=1&b=2 &lt;i&gt; I <3 water",
		"'=1+1",
		"=1+1",
	} {
		author := h.visitor()
		token := []string{"AAAAAAAAAAAAAAAAAAAAAA", "BAAAAAAAAAAAAAAAAAAAAA", "CAAAAAAAAAAAAAAAAAAAAA", "DAAAAAAAAAAAAAAAAAAAAA", "EAAAAAAAAAAAAAAAAAAAAA", "FAAAAAAAAAAAAAAAAAAAAA"}[i]
		form := url.Values{"on": {"p2.e1"}, "text": {text}, "language": {"en"}, "category": {"individual"}, "token": {token}}
		want := oneSpace(text)
		agree := func(where, got string) {
			t.Helper()
			if got != want {
				t.Errorf("%s holds %q, want %q", where, got, want)
			}
		}
		form.Set("do", "preview")
		a := author.post("/en"+conv+"/k2/contribute", form)
		agree("the preview", read(t, a.body, "words"))
		form.Set("do", "send")
		a = author.post("/en"+conv+"/k2/contribute", form)
		ref, _, _ := strings.Cut(strings.TrimPrefix(a.header.Get("Location"), "/en"+conv+"/"), "/")
		if a.status != http.StatusSeeOther {
			t.Fatal(a.status, a.body)
		}
		at := "/en" + conv + "/" + ref
		queue := moderator.get("/en" + conv + "/desk/queue?from=" + ref).body
		agree("the queue", read(t, queue, "words"))
		moderator.deskTo(moderator.post(at+"/publish", nil))
		v := h.visitor()
		agree("the page", read(t, v.get(at).body, "words"))
		agree("the print", read(t, v.get("/en"+conv+"/contributions?print=1").body, "words"))
		var twin struct{ Parts []struct{ Text string } }
		if err := json.Unmarshal([]byte(v.get(at+".json").body), &twin); err != nil || len(twin.Parts) != 1 {
			t.Fatal(err)
		}
		agree("the twin", oneSpace(twin.Parts[0].Text))
		found := false
		for _, r := range v.table("/en" + conv + "/contributions.csv") {
			if r["reference"] == ref {
				found = true
				agree("the table", oneSpace(press.Harmful(r["text"])))
			}
		}
		receipt := receiptText(t, v.get(at+"/receipt.json"))
		kept := map[string]string{}
		if err := json.Unmarshal([]byte(receipt[strings.Index(receipt, `{"`):]), &kept); err != nil || !found {
			t.Fatal(found, err)
		}
		agree("the receipt", oneSpace(kept["1.text"]))
	}
}
