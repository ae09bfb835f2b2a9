package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/openplenary/plenary/mail"
	"github.com/openplenary/plenary/mail/post"
)

// TestMailThatWaits: without a mail server whoever runs the machine lists the letters that wait, reads one with its link,
// and takes it off the queue once it was handed over, beside a running server and without one.
func TestMailThatWaits(t *testing.T) {
	dir, _ := made(t)
	const officer = "officer@example.org"
	if _, errs := plenaryDoes(t, 0, "mail", "--data", dir); !strings.Contains(errs, "no letter waits") {
		t.Error(errs)
	}
	plenaryDoes(t, 2, "mail", "--data", dir, "--handed")
	plenaryDoes(t, 1, "mail", "--data", filepath.Join(dir, "elsewhere"))
	s := starts(t, "serve", "--data", dir, "--addr", "127.0.0.1:0")
	asks := func() {
		t.Helper()
		ask, err := http.NewRequest("POST", s.url+"/fr/sign-in", strings.NewReader(url.Values{"email": {officer}}.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		ask.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		ask.Host = "elsewhere.example" // whoever asks does not say where the link of a letter leads
		r, err := http.DefaultClient.Do(ask)
		if err != nil {
			t.Fatal(err)
		}
		_ = r.Body.Close()
	}
	list := func() (out []waitingLetter) {
		t.Helper()
		lines, _ := plenaryDoes(t, 0, "mail", "--data", dir)
		for line := range strings.Lines(lines) {
			var l waitingLetter
			if err := json.Unmarshal([]byte(line), &l); err != nil {
				t.Fatal(line, err)
			}
			out = append(out, l)
		}
		return out
	}
	asks()
	all := list()
	if len(all) != 1 || all[0].To != officer || all[0].Kind != "signin" || !all[0].Secret || all[0].Until.IsZero() || all[0].Text != "" {
		t.Fatalf("%+v", all)
	}
	n := strconv.FormatInt(all[0].Letter, 10)
	letter, note := plenaryDoes(t, 0, "mail", "--data", dir, n)
	if !strings.Contains(letter, "To: "+officer) || !strings.Contains(letter, s.url+"/fr/sign-in/") || !strings.Contains(note, officer) {
		t.Error(letter, note)
	}
	plenaryDoes(t, 1, "mail", "--data", dir, "999")
	s.ends()
	if again, _ := plenaryDoes(t, 0, "mail", "--data", dir, n); again != letter {
		t.Errorf("without a server:\n%s", again)
	}
	plenaryDoes(t, 0, "mail", "--data", dir, n, "--handed")
	if all := list(); len(all) != 0 {
		t.Errorf("%+v", all)
	}
	plenaryDoes(t, 1, "mail", "--data", dir, n)
}

// TestMailIsForItsReader: a letter with a receipt says that it is for its reader alone: it holds the words of what may wait, and,
// for whoever has no account, the code of the author, which is never over.
func TestMailIsForItsReader(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		l    mail.Waits
		want string
	}{
		{mail.Waits{Message: post.Message{To: "ann@example.org", Notice: "receipt"}}, "note: what this letter holds is for ann@example.org alone. Whoever has it acts in their name\n"},
		{mail.Waits{Message: post.Message{To: "ann@example.org", Notice: "published"}}, ""},
	} {
		var out, errs output
		l := waitingOf(c.l)
		if err := (&mailCmd{}).print(&console{strings.NewReader(""), &out, &errs}, l); err != nil || errs.String() != c.want || l.Secret != (c.want != "") {
			t.Errorf("%s: %q %v", c.l.Notice, errs.String(), err)
		}
	}
}

// TestMailWithFiles: what comes with a letter is written into a folder, and over nothing.
func TestMailWithFiles(t *testing.T) {
	folder := t.TempDir()
	var out, errs output
	l := waitingLetter{Letter: 1, To: "a@example.org", Subject: "Receipt", Text: "Words."}
	l.Files = append(l.Files, post.File{Name: "../receipt.json", Type: "application/json", Content: []byte("{}")})
	c := &mailCmd{Letter: 1, Files: folder}
	if err := c.print(&console{strings.NewReader(""), &out, &errs}, l); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(folder, "receipt.json"))
	if err != nil || string(b) != "{}" || !strings.Contains(out.String(), "Attached: receipt.json (2 bytes)\n\nWords.\n") || errs.String() != "" {
		t.Errorf("%s %v %s %s", b, err, out.String(), errs.String())
	}
	if err := c.print(&console{strings.NewReader(""), &out, &errs}, l); err == nil {
		t.Error("a file is written over")
	}
}
