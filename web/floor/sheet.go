package floor

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/floor"
	view "github.com/openplenary/plenary/page/floor"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// sheet enters the requests of a spreadsheet, each row by an ask of its own. Rows that are refused are named with their line and the reason, and
// what was entered is said beside it. Sent again with the same token, a row that was entered is not entered twice.
func (w *work) sheet() error {
	text := w.v.Get("paper")
	if strings.TrimSpace(text) == "" {
		text = w.v.Get("rows")
	}
	w.v.Set("rows", text)
	rows, err := floor.ReadRows(text)
	rs, entered, last := refusal.Of(err), 0, cite.Position(0)
	if err != nil && len(rs) == 0 {
		return err
	}
	if len(rows) == 0 && len(rs) == 0 {
		rs = append(rs, refusal.In("rows", "floor.columns"))
	}
	if err := w.Fill(w.page); err != nil {
		return err
	}
	token := w.v.Get("token")
	if !serve.ValidNonce(token) {
		token = serve.Nonce()
	}
	times := map[floor.Row]int{}
	for _, r := range rows {
		same := r
		same.Line = 0
		times[same]++
		answer, no, err := w.row(r, fmt.Sprintf("%s %q %d", token, []string{r.Party, r.Through, r.Item, r.Wish, r.Floor}, times[same]))
		if err != nil {
			return err
		}
		for _, n := range no {
			rs = append(rs, &refusal.Refusal{Kind: n.Kind, Field: view.RowField + strconv.Itoa(r.Line), Key: n.Key, Args: n.Args})
		}
		if len(no) == 0 {
			entered, last = entered+1, answer
		}
	}
	if len(rs) == 0 {
		return w.DeskSee("/speakers/"+string(w.Ref()), last, "floor_done", "")
	}
	return w.DeskAgain(rs, token, func(st *conversation.Reading) (frame.View, error) {
		page, err := build(w.Request, st, view.DoSheet, 0)
		if err == nil {
			page.Entered = entered
			page.Typed(serve.Typed(w.v))
		}
		return page, err
	})
}

// row enters one request. once makes the token by which it is entered once.
func (w *work) row(r floor.Row, once string) (cite.Position, []*refusal.Refusal, error) {
	c := floor.Enter{Session: w.of, Party: w.page.Find(r.Party)}
	if c.Party == cite.None {
		return 0, []*refusal.Refusal{refusal.In("party", "floor.row_party", "party", r.Party)}, nil
	}
	if r.Through != "" {
		if c.Through = w.page.Find(r.Through); c.Through == cite.None {
			return 0, []*refusal.Refusal{refusal.In("party", "floor.row_party", "party", r.Through)}, nil
		}
	}
	c, err := r.Enter(c)
	if err != nil {
		return 0, refusal.Of(err), nil
	}
	if c.Item = w.page.Numbered(r.Item); c.Item == 0 && c.Kind != floor.Point {
		return 0, []*refusal.Refusal{refusal.In("item", "session.item")}, nil
	}
	sum := sha256.Sum256([]byte(once))
	a, err := w.Ask(c, base64.RawURLEncoding.EncodeToString(sum[:16]))
	if err != nil {
		return 0, nil, err
	}
	answer, err := w.Server.Sec.Do(w.Context(), w.Slug, a)
	if rs := refusal.Of(err); len(rs) > 0 {
		return 0, rs, nil
	}
	return answer.Last, nil, err
}
