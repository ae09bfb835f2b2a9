// Package freeport finds ports for programs that must be told at which port to listen: databases, authorities, nodes that have to be
// found at the same place after they were started again.
package freeport

import (
	"crypto/rand"
	"errors"
	"math/big"
	"net"
	"strconv"
)

// Ports are taken from below those that systems give to whoever connects somewhere (from 32768 on Linux, 49152 elsewhere): one of these may be
// taken by a stranger's connection before the program that it is meant for listens.
const (
	first = 12_000
	last  = 32_767
)

// Find gives a port on loopback that nobody listens on, taken by chance.
func Find() (int, error) {
	for range 100 {
		n, err := rand.Int(rand.Reader, big.NewInt(last-first+1))
		if err != nil {
			return 0, err
		}
		port := first + int(n.Int64())
		if l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port))); err == nil {
			return port, l.Close()
		}
	}
	return 0, errors.New("freeport: a hundred ports are taken")
}
