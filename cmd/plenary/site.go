package main

import (
	"context"
	"slices"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/site"
)

// openSite opens what the operator says about the instance. Damage is reported and leaves the version before.
func (a *app) openSite(o appOptions) {
	var err error
	if a.site, err = site.Open(o.dir, o.public, a.Now); err != nil {
		a.logger.Error("what is said about the instance cannot be read: the last version that can holds, and nothing is saved before it is put back from a backup", "err", err)
	}
}

// bodyName is the name of the body in a language, "" while it is not said.
func (a *app) bodyName(l locale.Lang) string {
	name, _ := a.site.Now().Name.For(l)
	return name
}

// firstPage is where a link leads that signs somebody in for the first time: to what is said about the instance while
// that is not filled in, and whoever signs in may fill it in.
func (a *app) firstPage(email, after string, l locale.Lang) string {
	if a.site.Now().Filled() || a.demo || len(a.operators) > 0 && !slices.Contains(a.operators, email) {
		return after
	}
	return "/" + string(l) + "/site"
}

// notFilled is what the command line says while the operator has not said what stands on every page.
const notFilled = "note: nothing is said about this instance yet, so that no conversation can be opened: its name, its contact and its legal pages are written on the page"

// testMail sends a letter to who asks, at once.
func (a *app) testMail(ctx context.Context, to string, l locale.Lang) error {
	return a.queue.Try(ctx, to, l, a.public)
}

// demonstrationSite is what a demonstration says about itself.
func demonstrationSite(now site.Said) (site.Said, error) {
	text := func(key string) (t locale.Text) {
		t = locale.Text{Original: locale.English, In: map[locale.Lang]string{}}
		for _, l := range locale.All {
			t.In[l] = l.T(key)
		}
		return t
	}
	now.Demonstration, now.Name, now.Contact = true, text("demo.body"), text("demo.contact")
	now.Pages = site.FirstPages(func(gap string, l locale.Lang) string { return "(" + l.T("demo.gap") + ": " + gap + ")" })
	return now, nil
}
