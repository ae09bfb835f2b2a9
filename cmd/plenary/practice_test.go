package main

import (
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/home"
)

// TestChairOfASitting: a visitor of a demonstration takes the chair of a sitting in which forty parties wait, and gives the floor; another sits there
// as a delegate with a place and what is forecast for it; nobody else acts; nothing of it is among the conversations of the demonstration; and whoever comes
// when nobody is there finds it as it was, and is still signed in.
func TestChairOfASitting(t *testing.T) {
	ctx := t.Context()
	d := &demonstration{homes: map[string]home.Demonstration{}, work: map[string]string{}, roles: map[string]account.ID{}}
	o := appOptions{dir: filepath.Join(t.TempDir(), "demo"), public: "http://127.0.0.1", demo: d, from: "plenary@demonstration.invalid", logger: slog.New(slog.DiscardHandler)}
	a, err := openApp(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.close(); err != nil {
			t.Error(err)
		}
	})
	p, err := newPractice(ctx, a, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.close(); err != nil {
			t.Error(err)
		}
	})
	for _, r := range demoRoles {
		if r.seat == "" {
			continue
		}
		if d.roles[r.role], err = a.accounts.Ensure(ctx, r.email, locale.English, a.Now()); err != nil {
			t.Fatal(err)
		}
		d.work[r.role] = "/c/" + script.SittingSlug + r.work
	}
	s := httptest.NewServer(p.beside(a.server))
	defer s.Close()
	if n := p.waiting(); n != 40 {
		t.Fatalf("%d parties wait", n)
	}
	leads, speaker, reader := sits(t, s.URL), sits(t, s.URL), sits(t, s.URL)
	console := leads.post("/en/demo/chair", nil)
	if page := leads.page(console); !strings.Contains(page, "Point of order") || !strings.Contains(page, "two maps to show") || !strings.Contains(page, "No time left") {
		t.Error("the console has no point of order, no note or nobody whom the time does not reach")
	}
	mine := speaker.post("/en/demo/speaker", nil)
	for at, v := range map[string]*chair{console: leads, mine: speaker} {
		if !strings.Contains(v.page(at), "&amp;from=") {
			t.Errorf("%s is sent anew as soon as it is there, under the finger of whoever presses", at)
		}
	}
	place := "Your place on the list: 5."
	if page := speaker.page(mine); !strings.Contains(page, place) || !strings.Contains(page, "About ") {
		t.Error("the delegate has no place, or no forecast")
	}
	for who, v := range map[string]*chair{"a reader": reader, "the delegate": speaker} {
		if strings.Contains(v.page(console), "press-give") {
			t.Errorf("%s sits in the chair", who)
		}
	}
	leads.presses(console, "give")
	if n := p.waiting(); n != 39 {
		t.Errorf("the floor was given, and %d wait", n)
	}
	if page := speaker.page(mine); strings.Contains(page, place) {
		t.Error("the delegate does not see it")
	}
	if !strings.Contains(reader.page("/en/c/rehearsal/s1/floor"), `role="timer"`) {
		t.Error("nobody else sees who has the floor")
	}
	if all := a.Conversations(); len(all) != 0 || strings.Contains(reader.page("/en/"), script.SittingSlug) {
		t.Errorf("it is among the conversations: %v", all)
	}
	was := p.now()
	for after, anew := range map[time.Duration]bool{0: false, practiceIdle - time.Minute: false, practiceIdle + time.Minute: true} {
		if was.over(a.Now().Add(after)) != anew {
			t.Errorf("%s after somebody acted it begins anew: %v", after, !anew)
		}
	}
	sits(t, s.URL).post("/en/demo/speaker", nil)
	if p.now() != was {
		t.Error("it begins anew while somebody is there")
	}
	p.clock = func() time.Time { return a.Now().Add(practiceIdle + time.Minute) }
	reader.page("/en/demo/chair")
	if p.now() != was {
		t.Error("it begins anew for whoever only looks")
	}
	sits(t, s.URL).post("/en/demo/chair", nil)
	if p.now() == was || p.waiting() != 40 {
		t.Fatalf("it does not begin anew: %d wait", p.waiting())
	}
	if was.ctx.Err() == nil {
		t.Error("whoever followed the old one follows it on")
	}
	leads.presses(console, "give")
	if p.waiting() != 39 || strings.Contains(speaker.page(mine), place) {
		t.Error("whoever was signed in is nobody in it")
	}
	fresh := p.now()
	fresh.played, fresh.begun = 1<<40, a.Now()
	if p.anew(console) || !p.anew("/en/demo/chair") || p.anew("/en/demo/officer") {
		t.Error("it begins anew where nobody comes, or not where somebody does")
	}
	for after, anew := range map[time.Duration]bool{practiceOld - time.Minute: false, practiceOld + time.Minute: true} {
		if fresh.over(a.Now().Add(after)) != anew {
			t.Errorf("untouched, after %s, it begins anew: %v", after, !anew)
		}
	}
	fresh.played = -practiceMost
	if !p.anew(console) || !fresh.over(fresh.begun) {
		t.Error("whoever never leaves fills the memory")
	}
}
