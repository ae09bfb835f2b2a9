package mail

import (
	"net/url"

	"github.com/openplenary/plenary/locale"
)

// foot is what stands at the end of every letter: who sends it, why its reader gets it, and how they get no more.
type foot struct {
	host string // an address of the instance
	body string // whose instance it is, "" where nobody said
	why  string // mail.why.<why>
	args []any  // of that sentence
	stop string // where they say that they want no more; "" where there is another way, which mail.stop.<why> says
	// unproven: nobody said that the address is theirs. Then no more comes by itself, and they may ask for it there.
	unproven bool
}

// text is the foot with the blank line before it.
func (f foot) text(l locale.Lang) string {
	host := f.host
	if u, err := url.Parse(f.host); err == nil && u.Host != "" {
		host = u.Host
	}
	if f.body != "" {
		host = f.body + " (" + host + ")"
	}
	text := "\n\n" + l.T("mail.from", "host", host) + " " + verbatim(l, l.Isolate("mail.why."+f.why, f.args...)) + "\n\n"
	switch {
	case f.unproven:
		return text + l.T("mail.unproven", "link", f.stop)
	case f.stop != "":
		return text + l.T("mail.stop", "link", f.stop)
	}
	return text + l.T("mail.stop."+f.why)
}

// stopAddress is the page about the letters to an address, on the host of another address of the instance.
func stopAddress(instance string, l locale.Lang, token string) string {
	u, err := url.Parse(instance)
	if err != nil {
		return ""
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/" + string(l) + "/mail/" + token}).String()
}
