package post

import (
	"context"
	"errors"
	"net/url"
	"strconv"
)

// Relay is the transport to the mail server that an operator names: smtp://user:password@host:587, user,
// password and port may be left out. "" names none: then letters wait in the queue.
func Relay(server, from string) (Transport, error) {
	if server == "" {
		return noRelay{}, nil
	}
	u, err := url.Parse(server)
	if err != nil || u.Scheme != "smtp" || u.Hostname() == "" {
		return nil, errors.New("it should look like smtp://user:password@host:587")
	}
	port := 0
	if p := u.Port(); p != "" {
		if port, err = strconv.Atoi(p); err != nil {
			return nil, err
		}
	}
	password, _ := u.User.Password()
	return SMTP(SMTPConfig{Host: u.Hostname(), Port: port, User: u.User.Username(), Password: password, From: from})
}

// noRelay is the transport of an instance without a relay: everything stays in the queue.
type noRelay struct{}

// ErrNoRelay says that there is nobody to hand letters to.
var ErrNoRelay = errors.New("no mail relay is configured (--smtp)")

// Send keeps the letter waiting.
func (noRelay) Send(context.Context, Message) error { return ErrNoRelay }

// Named reports whether a transport leads to anybody: the one of an instance without a relay does not.
func Named(t Transport) bool {
	_, none := t.(noRelay)
	return !none
}
