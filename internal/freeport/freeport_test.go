package freeport

import (
	"net"
	"strconv"
	"testing"
)

// TestFind: what is found can be listened at, and is no port that a connection may have.
func TestFind(t *testing.T) {
	for range 20 {
		port, err := Find()
		if err != nil || port < first || port > last {
			t.Fatal(port, err)
		}
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
	}
}
