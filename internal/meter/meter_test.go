package meter

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/openplenary/plenary/refusal"
)

// TestText: what was counted is written as Prometheus reads it: each figure once, buckets that add up, labels in quotes.
func TestText(t *testing.T) {
	var log strings.Builder
	m := New()
	m.Security = slog.New(slog.NewJSONHandler(&log, nil))
	page, again := m.Begin("GET /{lang}/c/{slug}"), m.Begin("GET /{lang}/c/{slug}")
	m.Begin("GET /{lang}/c/{slug}")(Request{Status: 200})
	no := refusal.New(refusal.Forbidden, "standing.missing")
	page(Request{Status: 403, Account: 7, Conversation: "ferries", Refused: []*refusal.Refusal{no, no}})
	again(Request{Refused: []*refusal.Refusal{refusal.New(refusal.TryAgain, "try_again")}})                                                            // begun anew: nobody was answered
	m.Begin("GET /desk")(Request{Status: 303, Conversation: "ferries", Refused: []*refusal.Refusal{refusal.New(refusal.Forbidden, "sign_in.needed")}}) // led to where one signs in: no refusal
	m.Begin("GET /live")
	m.Gauge("plenary_up", "It is.", func() []Sample { return []Sample{{Value: 1}, {Labels: []string{"of", "a\"b\\c\nd"}, Value: 0.5}} })
	var b strings.Builder
	n, err := m.WriteTo(&b)
	if err != nil || int(n) != b.Len() {
		t.Fatal(n, err)
	}
	lines := strings.Split(b.String(), "\n")
	for _, want := range []string{
		`plenary_requests_total{route="GET /{lang}/c/{slug}",status="200"} 1`,
		`plenary_requests_total{route="GET /{lang}/c/{slug}",status="403"} 1`,
		`plenary_request_seconds_bucket{route="GET /{lang}/c/{slug}",le="+Inf"} 2`,
		`plenary_request_seconds_bucket{route="GET /{lang}/c/{slug}",le="10"} 2`,
		`plenary_request_seconds_count{route="GET /{lang}/c/{slug}"} 2`,
		`plenary_requests_now{route="GET /{lang}/c/{slug}"} 0`,
		`plenary_requests_now{route="GET /live"} 1`,
		`plenary_refusals_total{key="standing.missing"} 2`,
		"# TYPE plenary_up gauge", "plenary_up 1", `plenary_up{of="a\"b\\c\nd"} 0.5`,
	} {
		found := 0
		for _, l := range lines {
			if l == want {
				found++
			}
		}
		if found != 1 {
			t.Errorf("%d times: %s", found, want)
		}
	}
	if strings.Contains(b.String()+log.String(), "sign_in.needed") {
		t.Error("who is led to where one signs in is counted as refused")
	}
	if strings.Contains(b.String(), "try_again") || strings.Contains(b.String(), `status="0"`) {
		t.Error("what was begun anew is counted")
	}
	m.Begin("GET /table")(Request{Status: 200, Account: 8, Conversation: "ferries", NotPublic: true})
	m.Begin("GET /table")(Request{Status: 304, Account: 9, NotPublic: true})
	m.Note("signed in", 10, "POST /in", "")
	for i, want := range []string{`"msg":"refused","account":"7","route":"GET /{lang}/c/{slug}","conversation":"ferries","key":"standing.missing"}`,
		`"msg":"refused"`, `"msg":"took away what is not public","account":"8","route":"GET /table","conversation":"ferries"}`, `"msg":"signed in","account":"10","route":"POST /in","conversation":""}`} {
		if said := strings.Split(log.String(), "\n"); len(said) != 5 || !strings.Contains(said[i], want) {
			t.Errorf("line %d of the security log: want %s in\n%s", i, want, log.String())
		}
	}
	var none *Meter
	none.Begin("GET /")(Request{Status: 200})
}
