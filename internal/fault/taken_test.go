package fault

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/openplenary/plenary/internal/fault/kept"
)

// takenAway is a contribution that the officer withholds, publishes again, or erases.
type takenAway struct {
	Text, Ref, Token string
	Done             string // the last act on it that was acknowledged: "", "withhold", "publish" or "erase"
	Asked            string // the act on it that was sent and not answered, "" for none
}

// takers is how many of the officer's windows take contributions away at the same time.
const takers = 8

// act asks for a command as the officer.
func (k *killing) act(s *server, name, body string) (*answer, error) {
	a, err := s.do("POST", "/en/c/"+slug+"/acts/"+name, "application/json", []byte(body), k.officer)
	if err == nil && a.status != http.StatusOK {
		k.t.Errorf("%s %s: %v", name, body, a)
	}
	return a, err
}

// takes sends contributions and takes them away again, until the server is gone. Each acknowledgement is in its log before
// the next act. It gives back the one that it was at.
func (k *killing) takes(s *server, log string, window int, stop *atomic.Bool) *takenAway {
	f, err := os.OpenFile(log, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		k.t.Error(err)
		return nil
	}
	defer f.Close()
	for i := 0; !stop.Load(); i++ {
		c := &sent{Token: newToken(), Text: fmt.Sprintf("To be taken away, number %d in window %d.", i, window)}
		x := &takenAway{Text: c.Text, Token: c.Token}
		if a, err := s.send(c); err != nil || c.Ref == "" {
			if err == nil {
				k.t.Errorf("%v", a)
			}
			return x
		}
		x.Ref = c.Ref
		for _, step := range [][]string{{"withhold"}, {"withhold", "publish"}, {"erase"}, {"withhold", "erase"}}[(i+window)%4] {
			x.Asked = step
			var err error
			switch step {
			case "withhold":
				_, err = k.act(s, "consultation.withhold", `{"contribution":"`+x.Ref+`","ground":"abuse","reason":"It is rude."}`)
			case "publish":
				_, err = k.act(s, "consultation.publish", `{"contribution":"`+x.Ref+`"}`)
			case "erase":
				_, err = k.act(s, "conversation.erase", `{"contribution":"`+x.Ref+`","ground":"at_request"}`)
			}
			if err != nil {
				return x
			}
			x.Done, x.Asked = step, ""
			line, err := json.Marshal(x)
			if err == nil {
				_, err = f.Write(append(line, '\n'))
			}
			if err = errors.Join(err, f.Sync()); err != nil {
				k.t.Error(err)
				return x
			}
		}
	}
	return nil
}

// readTaken takes what the officer logged, and what was being done when the server died.
func (k *killing) readTaken(log string, late *takenAway) {
	f, err := os.Open(log)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		k.t.Error(err)
		return
	}
	defer f.Close()
	for r := bufio.NewScanner(f); r.Scan(); {
		var x takenAway
		if err := json.Unmarshal(r.Bytes(), &x); err != nil {
			k.t.Error(err)
			return
		}
		k.taken = slices.DeleteFunc(k.taken, func(o *takenAway) bool { return o.Ref == x.Ref })
		k.taken = append(k.taken, &x)
		k.posted[x.Text] = true
	}
	if late == nil {
		return
	}
	k.posted[late.Text] = true
	if late.Ref != "" {
		k.taken = slices.DeleteFunc(k.taken, func(o *takenAway) bool { return o.Ref == late.Ref })
		k.taken = append(k.taken, late)
	}
}

// takenAway checks that what was acknowledged about what was taken away holds for everybody: what was erased is nowhere in the
// record, what was withheld nobody reads, and what was published again everybody does.
func (k *killing) takenAway(s *server, l *kept.Record) {
	k.t.Helper()
	for _, x := range k.taken {
		a, err := s.get("/en/c/" + slug + "/" + x.Ref)
		if err != nil {
			k.t.Error(err)
			return
		}
		shown := strings.Contains(string(a.body), x.Text)
		lie := len(l.ByText[x.Text])
		may := func(done string) bool { // whether what is found is what an act leaves
			switch done {
			case "withhold":
				return !shown && lie == 1
			case "erase":
				return !shown && lie == 0 && slices.Contains(l.ByText[""], x.Ref)
			}
			return shown && lie == 1
		}
		if !may(x.Done) && (x.Asked == "" || !may(x.Asked)) {
			k.t.Errorf("%s: %q was acknowledged, %q had been asked for; it is shown: %v, on the record %d times", x.Ref, x.Done, x.Asked, shown, lie)
		}
	}
}
